// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/smf_write.h"

#include "model/smf_file.h"

#include <stdlib.h>
#include <string.h>

/// Greatest time from one event to the next
#define MAX_DELTA 0x0FFFFFFF

int64_t
smf_writer_units(SmfWriter* const writer, const Ticks ticks)
{
  const int64_t division = writer->division;
  const int64_t units =
    (2 * ticks * division + TICKS_PER_BEAT) / (2 * TICKS_PER_BEAT);

  // A reader takes the tick nearest to a unit
  const Ticks read = (2 * units * TICKS_PER_BEAT + division) / (2 * division);
  writer->exact    = writer->exact && read == ticks;
  return units;
}

void
smf_writer_add(SmfWriter* const writer, SmfEvent event)
{
  if (writer->count == UINT32_MAX / 2u || !smf_grow((void**)&writer->events,
                                                    writer->count,
                                                    &writer->max,
                                                    sizeof(SmfEvent))) {
    writer->failed = true;
    return;
  }

  event.order                     = writer->count;
  writer->events[writer->count++] = event;
}

void
smf_writer_message(SmfWriter* const writer,
                   const int64_t    at,
                   const SmfRank    rank,
                   const uint8_t    status,
                   const uint8_t    a,
                   const uint8_t    b)
{
  const SmfEvent event = {
    .at = at, .rank = (uint8_t)rank, .status = status, .a = a, .b = b};
  smf_writer_add(writer, event);
}

void
smf_writer_number(SmfWriter* const writer,
                  const int64_t    at,
                  const uint8_t    type,
                  const uint32_t   number,
                  const unsigned   size)
{
  SmfEvent event = {
    .at = at, .rank = SMF_RANK_META, .status = 0xFF, .a = type, .size = size};
  for (unsigned i = 0; i < size; ++i) {
    event.data[i] = (uint8_t)(number >> (8u * (size - 1u - i)));
  }

  smf_writer_add(writer, event);
}

void
smf_writer_text(SmfWriter* const  writer,
                const int64_t     at,
                const uint8_t     type,
                const char* const text)
{
  const SmfEvent event = {.at     = at,
                          .rank   = SMF_RANK_META,
                          .status = 0xFF,
                          .a      = type,
                          .text   = text,
                          .size   = (uint32_t)strlen(text)};
  smf_writer_add(writer, event);
}

// Bytes

static void
put_bytes(Text* const out, const uint8_t* const bytes, const size_t size)
{
  text_add(out, (const char*)bytes, size);
}

static void
put_number(Text* const out, const uint32_t number, const unsigned size)
{
  uint8_t bytes[4];
  for (unsigned i = 0; i < size; ++i) {
    bytes[i] = (uint8_t)(number >> (8u * (size - 1u - i)));
  }

  put_bytes(out, bytes, size);
}

/// A number of at most 28 bits in groups of 7
static void
put_variable(Text* const out, const uint32_t number)
{
  uint8_t  bytes[4];
  unsigned size = 0;
  for (unsigned shift = 28u; shift; shift -= 7u) {
    const uint32_t rest = number >> (shift - 7u);
    if (rest || shift == 7u) {
      bytes[size++] = (uint8_t)((rest & 0x7Fu) | (shift > 7u ? 0x80u : 0u));
    }
  }

  put_bytes(out, bytes, size);
}

/// Time since the event before; what is too long for one number goes to empty
/// texts on the way
static void
put_delta(Text* const out, int64_t delta)
{
  static const uint8_t empty_text[] = {0xFF, 0x01, 0x00};
  for (; delta > MAX_DELTA; delta -= MAX_DELTA) {
    put_variable(out, MAX_DELTA);
    put_bytes(out, empty_text, sizeof(empty_text));
  }

  put_variable(out, (uint32_t)delta);
}

static void
put_event(Text* const out, const SmfEvent* const event, uint8_t* const running)
{
  const uint8_t bytes[] = {event->status, event->a, event->b};
  const uint8_t kind    = event->status >> 4u;
  if (event->status == 0xFFu) {
    *running = 0;
    put_bytes(out, bytes, 2);
    put_variable(out, event->size);
    if (event->text) {
      text_add(out, event->text, event->size);
    } else {
      put_bytes(out, event->data, event->size);
    }

    return;
  }

  const unsigned skip = event->status == *running;
  const unsigned size = kind == 0xCu || kind == 0xDu ? 2u : 3u;
  *running            = event->status;
  put_bytes(out, bytes + skip, size - skip);
}

static int
compare_events(const void* const a, const void* const b)
{
  const SmfEvent* const x = (const SmfEvent*)a;
  const SmfEvent* const y = (const SmfEvent*)b;
  return x->at != y->at       ? (x->at < y->at ? -1 : 1)
         : x->rank != y->rank ? (int)x->rank - (int)y->rank
                              : (x->order > y->order) - (x->order < y->order);
}

void
smf_writer_header(SmfWriter* const writer, const uint32_t num_tracks)
{
  text_add(writer->out, "MThd", 4);
  put_number(writer->out, 6, 4);
  put_number(writer->out, 1, 2);
  put_number(writer->out, num_tracks, 2);
  put_number(writer->out, writer->division, 2);
}

void
smf_writer_chunk(SmfWriter* const writer, const int64_t end)
{
  static const uint8_t end_event[] = {0xFF, 0x2F, 0x00};

  Text* const out = writer->out;
  text_add(out, "MTrk", 4);
  put_number(out, 0, 4);

  const size_t start   = out->size;
  int64_t      now     = 0;
  uint8_t      running = 0;
  if (writer->count) {
    qsort(writer->events, writer->count, sizeof(SmfEvent), compare_events);
  }

  for (uint32_t i = 0; i < writer->count; ++i) {
    put_delta(out, writer->events[i].at - now);
    put_event(out, &writer->events[i], &running);
    now = writer->events[i].at;
  }

  put_delta(out, end > now ? end - now : 0);
  put_bytes(out, end_event, sizeof(end_event));
  writer->count = 0;
  for (unsigned i = 0; !out->failed && i < 4u; ++i) {
    out->data[start - 4u + i] =
      (char)((out->size - start) >> (8u * (3u - i)) & 0xFFu);
  }
}
