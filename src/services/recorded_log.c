// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/record_writer.h"
#include "services/recorded.h"
#include "store/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// First line of a log
#define MARK "sonic-claude recording 1\n"

/// Largest log that is read
#define MAX_LOG_BYTES ((uint64_t)1 << 30)

/// Most takes of a recording
#define MAX_TAKES 100000u

Recorded*
recorded_new(const uint32_t num_takes)
{
  Recorded* const recorded = (Recorded*)calloc(1, sizeof(Recorded));
  if (recorded) {
    recorded->num_takes = num_takes;
    recorded->takes =
      (RecordedTake*)calloc(num_takes + 1u, sizeof(RecordedTake));
    if (!recorded->takes) {
      free(recorded);
      return NULL;
    }
  }

  return recorded;
}

void
recorded_free(Recorded* const recorded)
{
  if (recorded) {
    free(recorded->takes);
    free(recorded->events);
    free(recorded);
  }
}

Status
recorded_set_events(Recorded* const          recorded,
                    const RecordEvent* const events,
                    const uint32_t           count)
{
  RecordEvent* const copy =
    (RecordEvent*)calloc(count + 1u, sizeof(RecordEvent));
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  if (count) {
    memcpy(copy, events, count * sizeof(RecordEvent));
  }

  free(recorded->events);
  recorded->events     = copy;
  recorded->num_events = count;
  return STATUS_OK;
}

static void
print_head(FILE* const file, const Recorded* const recorded)
{
  fputs(MARK, file);
  fprintf(file, "composition %s\n", recorded->composition);
  fprintf(file,
          "settings %u %d %" PRId64 " %" PRId64 " %" PRId64 " %u\n",
          recorded->rate,
          recorded->punch,
          recorded->punch_start,
          recorded->punch_end,
          recorded->quantize,
          recorded->num_takes);
  for (uint32_t i = 0; i < recorded->num_takes; ++i) {
    const RecordedTake* const take = &recorded->takes[i];
    fprintf(file,
            "take %u %d %d %u %u %u %s\n",
            take->track,
            take->is_audio,
            (int)take->sides,
            take->latency,
            take->port,
            take->channel,
            take->is_audio ? take->file : "-");
  }
}

Status
recorded_write_log(const Recorded* const recorded,
                   const char* const     path,
                   char* const           text,
                   const size_t          text_size)
{
  char*       data = NULL;
  size_t      size = 0;
  FILE* const file = open_memstream(&data, &size);
  if (!file) {
    return file_no_memory(text, text_size);
  }

  print_head(file, recorded);
  const Status st = fclose(file)
                      ? file_no_memory(text, text_size)
                      : file_replace(path, data, size, text, text_size);
  free(data);
  return st;
}

// Reading

/// Read the head of a log, whose lines end with 0; null if it makes no sense
static Recorded*
read_head(char** const lines, const size_t count)
{
  Recorded head  = {.rate = 0};
  int      punch = 0;
  if (count < 3u || strncmp(lines[0], MARK, strlen(MARK) - 1u) ||
      sscanf(lines[1], "composition %71s", head.composition) != 1 ||
      sscanf(lines[2],
             "settings %u %d %" SCNd64 " %" SCNd64 " %" SCNd64 " %u",
             &head.rate,
             &punch,
             &head.punch_start,
             &head.punch_end,
             &head.quantize,
             &head.num_takes) != 6 ||
      head.num_takes > MAX_TAKES || head.num_takes + 3u > count ||
      head.rate < 8000u || head.rate > 192000u) {
    return NULL;
  }

  Recorded* const recorded = recorded_new(head.num_takes);
  if (!recorded) {
    return NULL;
  }

  head.punch = punch;
  head.takes = recorded->takes;
  *recorded  = head;
  for (uint32_t i = 0; i < head.num_takes; ++i) {
    RecordedTake* const take     = &recorded->takes[i];
    int                 is_audio = 0;
    unsigned            sides    = 0;
    if (sscanf(lines[3u + i],
               "take %u %d %u %u %u %u %159s",
               &take->track,
               &is_audio,
               &sides,
               &take->latency,
               &take->port,
               &take->channel,
               take->file) != 7 ||
        sides > RECORD_RIGHT || take->channel > 16u ||
        strchr(take->file, '/')) {
      recorded_free(recorded);
      return NULL;
    }

    take->is_audio = is_audio;
    take->sides    = (RecordSides)sides;
  }

  return recorded;
}

/// Cut a text into its whole lines; null if memory ran out
static char**
cut_lines(char* const data, const size_t size, size_t* const count)
{
  size_t max = 1;
  for (size_t i = 0; i < size; ++i) {
    max += data[i] == '\n';
  }

  char** const lines = (char**)calloc(max, sizeof(char*));
  char*        line  = data;
  for (size_t i = 0; lines && i < size; ++i) {
    if (data[i] == '\n') {
      data[i]           = '\0';
      lines[(*count)++] = line;
      line              = &data[i + 1u];
    }
  }

  return lines;
}

Status
recorded_read_log(const char* const path, Recorded** const out)
{
  char   text[FILE_TEXT_SIZE];
  char*  data  = NULL;
  size_t size  = 0;
  size_t count = 0;
  Status st = file_read(path, MAX_LOG_BYTES, &data, &size, text, sizeof(text));
  if (st) {
    return st;
  }

  char** const    lines    = cut_lines(data, size, &count);
  Recorded* const recorded = lines ? read_head(lines, count) : NULL;
  if (recorded) {
    recorded->events = (RecordEvent*)calloc(count, sizeof(RecordEvent));
    for (size_t i = 3u + recorded->num_takes; recorded->events && i < count;
         ++i) {
      RecordEvent* const event = &recorded->events[recorded->num_events];
      recorded->num_events += record_line_read(lines[i], event);
    }
  }

  free(lines);
  free(data);
  if (!recorded || !recorded->events) {
    recorded_free(recorded);
    return STATUS_BAD_ARGUMENT;
  }

  *out = recorded;
  return STATUS_OK;
}
