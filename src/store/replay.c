// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/recover_private.h"

#include "model/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Place of no byte
#define NOWHERE UINT64_MAX

/// A walk along the chain of lines
typedef struct {
  const char* folder;
  Recovered*  out;
  uint64_t    size;       ///< Of the segment
  uint64_t    torn;       ///< Where bad lines began that no good one follows
  uint64_t    broken;     ///< Where the chain is broken
  char        cause[256]; ///< Why it is broken, or ""
  Status      status;
  char*       text;
  size_t      text_size;
} Walk;

/// Apply a good line to the document; false breaks the chain
static bool
apply_line(Walk* const walk, const JournalLine* const line)
{
  json_t* const object = journal_line_build(line);
  const json_t* patch  = json_object_get(object, "do");
  const Status  st =
    patch
       ? patch_apply(&walk->out->root, patch, walk->cause, sizeof(walk->cause))
       : STATUS_BAD_ARGUMENT;
  json_decref(object);
  if (st == STATUS_NO_MEMORY) {
    walk->status = file_no_memory(walk->text, walk->text_size);
    return false;
  }

  if (st) {
    return false;
  }

  walk->out->revision = line->revision;
  walk->out->num_lines += 1u;
  walk->out->num_bytes += line->length;
  return true;
}

/// Walk along the lines of a segment, up to where the chain is broken
static void
walk_lines(Walk* const walk, const char* const data, const size_t size)
{
  size_t      offset = 0;
  size_t      start  = 0;
  JournalLine line;
  for (; journal_next(data, size, &offset, &line); start = offset) {
    const uint64_t revision = walk->out->revision;
    if (!line.revision) {
      walk->torn = walk->torn == NOWHERE ? start : walk->torn;
    } else if (line.revision > revision &&
               (line.parent != revision || !apply_line(walk, &line))) {
      walk->broken = walk->torn == NOWHERE ? start : walk->torn;
      return;
    } else {
      walk->torn = NOWHERE; // Bad lines before one that fits did no harm
    }
  }
}

static Status
walk_segment(Walk* const walk, const JournalSegment* const segment)
{
  char* const path = file_path("%s/%s", walk->folder, segment->name);
  char*       data = NULL;
  size_t      size = 0;
  if (!path) {
    return file_no_memory(walk->text, walk->text_size);
  }

  walk->torn = NOWHERE;
  Status st =
    file_read(path, JOURNAL_MAX, &data, &size, walk->text, walk->text_size);
  if (!st) {
    walk->size = size;
    walk_lines(walk, data, size);
    st = walk->status;
  }

  free(data);
  free(path);
  return st;
}

/// Take the end of a segment, or all of it, out of the way and say so
static Status
cut(Walk* const                 walk,
    const JournalSegment* const segment,
    const uint64_t              offset,
    const RecoverMode           mode)
{
  char   new_name[JOURNAL_NAME_SIZE + 32] = "";
  Status st                               = STATUS_OK;
  if (mode == RECOVER_REPAIR) {
    st = recover_set_aside(walk->folder,
                           segment->name,
                           "torn",
                           offset,
                           new_name,
                           sizeof(new_name),
                           walk->text,
                           walk->text_size);
  }

  if (!st) {
    recover_remark(walk->out,
                   "%s of %s %s%s",
                   offset ? "the end" : "all",
                   segment->name,
                   mode == RECOVER_REPAIR ? "was set aside as "
                                          : "can't be used",
                   new_name);
  }

  return st;
}

/// The first segment that may have lines after a revision
static size_t
first_segment(const JournalSegment* const segments,
              const size_t                count,
              const uint64_t              revision)
{
  size_t first = 0;
  for (size_t i = 0; i < count; ++i) {
    if (segments[i].first <= revision + 1u &&
        segments[i].first != segments[first].first) {
      first = i;
    }
  }

  return first;
}

/// Cut a segment and let lines go on there, unless all of it goes
static Status
end_segment(Walk* const                 walk,
            const JournalSegment* const segment,
            const uint64_t              offset,
            const RecoverMode           mode)
{
  const Status st =
    offset < walk->size ? cut(walk, segment, offset, mode) : STATUS_OK;
  if (!st) {
    walk->out->last      = *segment;
    walk->out->last_size = offset;
  }

  return st;
}

/// Walk along all segments, of which there is one at least, then cut off what
/// is broken
static Status
replay(Walk* const                 walk,
       const JournalSegment* const segments,
       const size_t                count,
       const RecoverMode           mode)
{
  size_t at = first_segment(segments, count, walk->out->revision);
  Status st = walk_segment(walk, &segments[at]);
  while (!st && walk->broken == NOWHERE && at + 1u < count) {
    st = walk_segment(walk, &segments[++at]);
  }

  if (!st && walk->cause[0]) {
    recover_remark(
      walk->out, "a line of the journal can't be applied: %s", walk->cause);
  }

  for (size_t later = count; !st && later > at + 1u; --later) {
    st = cut(walk, &segments[later - 1u], 0, mode);
  }

  const uint64_t end = walk->broken != NOWHERE ? walk->broken
                       : walk->torn != NOWHERE ? walk->torn
                                               : walk->size;
  return st ? st : end_segment(walk, &segments[at], end, mode);
}

Status
recover_replay(const char* const folder,
               const RecoverMode mode,
               Recovered* const  out,
               char* const       text,
               const size_t      text_size)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  Status          st = journal_list(folder, &segments, &count, text, text_size);
  Walk            walk = {.folder    = folder,
                          .out       = out,
                          .torn      = NOWHERE,
                          .broken    = NOWHERE,
                          .text      = text,
                          .text_size = text_size};
  if (!st && count) {
    st = replay(&walk, segments, count, mode);
  }

  free(segments);
  return st;
}

/// The last revision in a segment, 0 if there is none
static Status
last_in_segment(const char* const path,
                uint64_t* const   revision,
                char* const       text,
                const size_t      text_size)
{
  char*        data = NULL;
  size_t       size = 0;
  const Status st = file_read(path, JOURNAL_MAX, &data, &size, text, text_size);
  if (st) {
    return st;
  }

  size_t      offset = 0;
  JournalLine line;
  while (journal_next(data, size, &offset, &line)) {
    *revision = line.revision > *revision ? line.revision : *revision;
  }

  free(data);
  return STATUS_OK;
}

Status
recover_last_revision(const char* const folder,
                      uint64_t* const   revision,
                      char* const       text,
                      const size_t      text_size)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  Status          st = journal_list(folder, &segments, &count, text, text_size);
  *revision          = 0;
  for (size_t i = count; !st && !*revision && i; --i) {
    char* const path = file_path("%s/%s", folder, segments[i - 1u].name);
    st               = path ? last_in_segment(path, revision, text, text_size)
                            : file_no_memory(text, text_size);
    free(path);
  }

  free(segments);
  return st;
}
