// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/record_writer.h"

#include <inttypes.h>

int
record_line_write(const RecordEvent* const event, char line[RECORD_LINE_SIZE])
{
  switch (event->type) {
    case RECORD_PASS:
      return snprintf(line,
                      RECORD_LINE_SIZE,
                      "pass %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64
                      " %" PRIu32 " %u\n",
                      event->frame,
                      event->ticks,
                      event->before,
                      event->place,
                      event->part,
                      event->size);
    case RECORD_MIDI:
      return snprintf(line,
                      RECORD_LINE_SIZE,
                      "midi %" PRIu64 " %u %u %u %u %u\n",
                      event->frame,
                      event->port,
                      event->size,
                      event->data[0],
                      event->data[1],
                      event->data[2]);
    case RECORD_END:
      return snprintf(line,
                      RECORD_LINE_SIZE,
                      "end %" PRIu64 " %" PRId64 "\n",
                      event->frame,
                      event->before);
  }

  return 0;
}

bool
record_line_read(const char* const line, RecordEvent* const event)
{
  unsigned data[3] = {0};
  unsigned port    = 0;
  *event           = (RecordEvent){.type = RECORD_PASS};
  if (sscanf(line,
             "pass %" SCNu64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu32
             " %u",
             &event->frame,
             &event->ticks,
             &event->before,
             &event->place,
             &event->part,
             &event->size) == 6) {
    return true;
  }

  event->type = RECORD_MIDI;
  if (sscanf(line,
             "midi %" SCNu64 " %u %u %u %u %u",
             &event->frame,
             &port,
             &event->size,
             &data[0],
             &data[1],
             &data[2]) == 6) {
    for (unsigned i = 0; i < 3; ++i) {
      event->data[i] = (uint8_t)data[i];
    }

    event->port = (uint8_t)port;
    return event->size <= 3 && port < 256u && data[0] >= 0x80u &&
           data[0] < 0xF0u && data[1] < 0x80u && data[2] < 0x80u;
  }

  event->type = RECORD_END;
  return sscanf(
           line, "end %" SCNu64 " %" SCNd64, &event->frame, &event->before) ==
         2;
}
