// SPDX-License-Identifier: GPL-3.0-or-later
//
// A patcher of Max
//
// It sends by one object and hears by another, so the program is told the port.

#include "surface/surface.h"

#include <stdio.h>
#include <stdlib.h>

/// A patcher in the making
typedef struct {
  SurfaceText* out;
  SurfaceText  lines;
  uint32_t     count;
} Patcher;

/// Write a box; returns its number
static uint32_t
put_box(Patcher* const patcher,
        const char* const class,
        const char* const text,
        const char* const rest,
        const int         frame[4])
{
  surface_print(
    patcher->out,
    "%s{\"box\":{\"id\":\"obj-%u\",\"maxclass\":\"%s\",\"numinlets\""
    ":1,\"numoutlets\":1,\"outlettype\":[\"\"],\"patching_rect\":"
    "[%d,%d,%d,%d]%s",
    patcher->count ? "," : "",
    patcher->count,
    class,
    frame[0],
    frame[1],
    frame[2],
    frame[3],
    rest);
  if (text[0]) {
    surface_print(patcher->out, ",\"text\":\"%s\"", text);
  }
  surface_print(patcher->out, "}}");
  return patcher->count++;
}

static void
put_line(Patcher* const patcher, const uint32_t from, const uint32_t to)
{
  surface_print(&patcher->lines,
                "%s{\"patchline\":{\"source\":[\"obj-%u\",0],\"destination\":"
                "[\"obj-%u\",0]}}",
                patcher->lines.used ? "," : "",
                from,
                to);
}

static void
put_control(Patcher* const       patcher,
            const Control* const control,
            const uint32_t       sender,
            const uint32_t       receiver)
{
  static const struct {
    const char* class;
    const char* rest;
  } types[] = {
    [CONTROL_LABEL]  = {"comment", ""},
    [CONTROL_FADER]  = {"slider", ",\"floatoutput\":1,\"size\":1.0"},
    [CONTROL_KNOB]   = {"slider", ",\"floatoutput\":1,\"size\":1.0"},
    [CONTROL_TOGGLE] = {"toggle", ""},
    [CONTROL_BUTTON] = {"button", ""},
  };

  const int      frame[] = {control->x + (int)control->page * SURFACE_WIDTH,
                            control->y,
                       control->type == CONTROL_TOGGLE ? control->h
                                                            : control->w,
                            control->h};
  const int      at[] = {frame[0], SURFACE_HEIGHT + 60 + frame[1] / 4, 160, 22};
  const uint32_t widget =
    put_box(patcher,
            types[control->type].class,
            control->type == CONTROL_LABEL ? control->text : "",
            types[control->type].rest,
            frame);
  if (!control->address[0]) {
    return;
  }

  char text[160];
  if (control->type == CONTROL_BUTTON) {
    snprintf(text, sizeof(text), "%s 1.", control->address);
    const uint32_t message = put_box(patcher, "message", text, "", at);
    put_line(patcher, widget, message);
    put_line(patcher, message, sender);
    return;
  }
  snprintf(text, sizeof(text), "prepend %s", control->address);
  const uint32_t prepend = put_box(patcher, "newobj", text, "", at);
  put_line(patcher, widget, prepend);
  put_line(patcher, prepend, sender);
  snprintf(text, sizeof(text), "route %s", control->address);
  const uint32_t route = put_box(patcher, "newobj", text, "", at);
  const uint32_t set   = put_box(patcher, "newobj", "prepend set", "", at);
  put_line(patcher, receiver, route);
  put_line(patcher, route, set);
  put_line(patcher, set, widget);
}

void
surface_max(const Surface* const surface,
            const Control* const controls,
            const uint32_t       count,
            const uint32_t       num_pages,
            SurfaceText* const   out)
{
  Patcher   patcher    = {.out = out};
  const int sender[]   = {20, SURFACE_HEIGHT + 20, 200, 22};
  const int receiver[] = {240, SURFACE_HEIGHT + 20, 200, 22};
  char      text[320];
  (void)num_pages;
  surface_print(out,
                "{\"patcher\":{\"fileversion\":1,\"appversion\":{\"major\":8,"
                "\"minor\":5,\"revision\":5,\"architecture\":\"x64\","
                "\"modernui\":1},\"classnamespace\":\"box\",\"rect\":[80,80,"
                "%d,%d],\"boxes\":[",
                SURFACE_WIDTH,
                SURFACE_HEIGHT);
  snprintf(
    text, sizeof(text), "udpsend %.200s %u", surface->host, surface->port);
  const uint32_t send = put_box(&patcher, "newobj", text, "", sender);
  snprintf(text, sizeof(text), "udpreceive %u", surface->reply_port);
  const uint32_t receive = put_box(&patcher, "newobj", text, "", receiver);
  for (uint32_t i = 0; i < count; ++i) {
    put_control(&patcher, &controls[i], send, receive);
  }
  surface_print(out, "],\"lines\":[");
  if (patcher.lines.data) {
    surface_bytes(out, patcher.lines.data, patcher.lines.used);
  }
  surface_print(out, "]}}\n");
  out->failed |= patcher.lines.failed;
  free(patcher.lines.data);
}
