// SPDX-License-Identifier: GPL-3.0-or-later

#include "surface/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Height of the row of buttons at the top
#define TOP 88

/// Width of a strip; the master takes the last
#define STRIP (SURFACE_WIDTH / (int)(SURFACE_STRIPS + 1u))

/// Most controls of a strip
#define STRIP_CONTROLS 5u

void
surface_bytes(SurfaceText* const text,
              const void* const  data,
              const size_t       size)
{
  if (text->used + size + 1u > text->room) {
    const size_t room = 2u * (text->room + size) + 1024u;
    char* const  more = (char*)realloc(text->data, room);
    if (!more) {
      text->failed = true;
      return;
    }
    text->data = more;
    text->room = room;
  }
  memcpy(text->data + text->used, data, size);
  text->used += size;
  text->data[text->used] = '\0';
}

void
surface_print(SurfaceText* const text, const char* const format, ...)
{
  char    buf[4096];
  va_list args;
  va_start(args, format);
  const int size = vsnprintf(buf, sizeof(buf), format, args);
  va_end(args);
  if (size < 0 || (size_t)size >= sizeof(buf)) {
    text->failed = true;
    return;
  }
  surface_bytes(text, buf, (size_t)size);
}

/// Copy a name without what a format could stumble over
static void
plain(char* const to, const size_t size, const char* const from)
{
  size_t used = 0;
  for (const char* c = from; *c && used + 1u < size; ++c) {
    const bool good = *c >= ' ' && *c <= '~' && !strchr("<>&\"'\\{};,$", *c);
    to[used++]      = good ? *c : '_';
  }
  to[used] = '\0';
}

/// Add a control of a channel
static Control*
add(Control* const controls, uint32_t* const count, const Control control)
{
  controls[*count] = control;
  return &controls[(*count)++];
}

static void
lay_strip(Control* const    controls,
          uint32_t* const   count,
          const uint32_t    page,
          const int         x,
          const char* const id,
          const char* const name,
          const char* const color)
{
  static const struct {
    ControlType type;
    const char* what;
    int         y;
    int         h;
  } parts[STRIP_CONTROLS] = {
    {CONTROL_LABEL, "", TOP, 40},
    {CONTROL_KNOB, "pan/norm", TOP + 48, 96},
    {CONTROL_TOGGLE, "mute", TOP + 152, 48},
    {CONTROL_TOGGLE, "solo", TOP + 208, 48},
    {CONTROL_FADER, "fader/norm", TOP + 264, SURFACE_HEIGHT - TOP - 272},
  };

  const bool master = !strcmp(id, "master");
  for (uint32_t i = 0; i < STRIP_CONTROLS; ++i) {
    if (master && i == 3u) {
      continue; // The master has no solo
    }
    Control* const control = add(controls,
                                 count,
                                 (Control){.type = parts[i].type,
                                           .page = page,
                                           .x    = x + 4,
                                           .y    = parts[i].y,
                                           .w    = STRIP - 8,
                                           .h    = parts[i].h});
    plain(control->text, sizeof(control->text), i ? parts[i].what : name);
    snprintf(control->color, sizeof(control->color), "%.7s", color);
    if (i) {
      snprintf(control->address,
               sizeof(control->address),
               "/mixer/channels/%.31s/%s",
               id,
               parts[i].what);
    }
  }
}

static void
lay_top(Control* const       controls,
        uint32_t* const      count,
        const uint32_t       page,
        const Surface* const surface)
{
  static const char* const buttons[][2] = {{"play", "/playback/play"},
                                           {"stop", "/playback/stop"},
                                           {"loop", "/playback/loop"},
                                           {"click", "/playback/metronome"},
                                           {"undo", "/undo"},
                                           {"panic", "/panic"}};
  const int                width        = SURFACE_WIDTH / 8;

  // What leads to an answer, and then to all that changes
  Control* const connect = add(controls,
                               count,
                               (Control){.type  = CONTROL_BUTTON,
                                         .page  = page,
                                         .x     = 4,
                                         .y     = 8,
                                         .w     = width - 8,
                                         .h     = TOP - 16,
                                         .text  = "connect",
                                         .color = "#f59e0b"});
  snprintf(connect->address,
           sizeof(connect->address),
           "/client/reply_port/%u",
           surface->reply_port);
  add(controls,
      count,
      (Control){.type    = CONTROL_BUTTON,
                .page    = page,
                .x       = width + 4,
                .y       = 8,
                .w       = width - 8,
                .h       = TOP - 16,
                .text    = "listen",
                .address = "/client/surface",
                .color   = "#f59e0b"});

  for (int i = 0; i < 6; ++i) {
    Control* const control =
      add(controls,
          count,
          (Control){.type  = i == 2 || i == 3 ? CONTROL_TOGGLE : CONTROL_BUTTON,
                    .page  = page,
                    .x     = (i + 2) * width + 4,
                    .y     = 8,
                    .w     = width - 8,
                    .h     = TOP - 16,
                    .color = "#64748b"});
    strcpy(control->text, buttons[i][0]);
    strcpy(control->address, buttons[i][1]);
  }
}

Control*
surface_lay(const Surface* const surface,
            uint32_t* const      count,
            uint32_t* const      num_pages)
{
  const uint32_t channels = surface->num_channels;
  *num_pages =
    channels ? (channels + SURFACE_STRIPS - 1u) / SURFACE_STRIPS : 1u;
  *count = 0;
  Control* const controls =
    (Control*)calloc((size_t)*num_pages * (8u + STRIP_CONTROLS) +
                       (size_t)channels * STRIP_CONTROLS,
                     sizeof(Control));
  for (uint32_t page = 0; controls && page < *num_pages; ++page) {
    lay_top(controls, count, page, surface);
    for (uint32_t i = 0; i < SURFACE_STRIPS; ++i) {
      const uint32_t place = page * SURFACE_STRIPS + i;
      if (place < channels) {
        const SurfaceChannel* const channel = &surface->channels[place];
        lay_strip(controls,
                  count,
                  page,
                  (int)i * STRIP,
                  channel->id,
                  channel->name,
                  channel->color);
      }
    }
    lay_strip(controls,
              count,
              page,
              (int)SURFACE_STRIPS * STRIP,
              "master",
              "Master",
              "#e2e8f0");
  }
  return controls;
}
