// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/journal.h"

#include "base/crc32c.h"
#include "store/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Lines

static const char crc_key[] = ",\"crc\":\"";

/// Bytes of the checksum's member with the closing brace: ,"crc":"01234567"}
#define CRC_SIZE (sizeof(crc_key) - 1u + 8u + 2u)

/// Read digits; null unless there are 1 to 19 of them
static const char*
read_number(const char* at, const char* const end, uint64_t* const number)
{
  const char* const first = at;
  *number                 = 0;
  for (; at < end && *at >= '0' && *at <= '9'; ++at) {
    *number = *number * 10u + (uint64_t)(*at - '0');
  }

  return at == first || at - first > 19 ? NULL : at;
}

/// Read a fixed text; null unless it is there
static const char*
read_text(const char* const at, const char* const end, const char* const text)
{
  const size_t length = strlen(text);
  return at && (size_t)(end - at) >= length && !memcmp(at, text, length)
           ? at + length
           : NULL;
}

static bool
read_hex(const char* const at, uint32_t* const value)
{
  *value = 0;
  for (unsigned i = 0; i < 8u; ++i) {
    const char     c     = at[i];
    const unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                           : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10u
                                                  : 16u;
    if (digit > 15u) {
      return false;
    }

    *value = *value << 4u | digit;
  }

  return true;
}

/// Check a line and take its place in the chain from it
static bool
read_line(JournalLine* const line)
{
  if (line->length < CRC_SIZE) {
    return false;
  }

  // The checksum first: what passes it is what was written
  const size_t      covered = line->length - CRC_SIZE;
  const char* const end     = line->text + line->length;
  const char* const sum     = read_text(line->text + covered, end, crc_key);
  uint32_t          crc     = 0;
  if (!sum || !read_hex(sum, &crc) || memcmp(sum + 8, "\"}", 2) ||
      crc != crc32c(0, line->text, covered)) {
    return false;
  }

  uint64_t    revision = 0;
  const char* at       = read_text(line->text, end, "{\"rev\":");
  at                   = at ? read_number(at, end, &revision) : NULL;
  at                   = read_text(at, end, ",\"parent\":");
  at                   = at ? read_number(at, end, &line->parent) : NULL;
  if (!at || *at != ',' || revision <= line->parent) {
    return false;
  }

  line->revision = revision;
  return true;
}

bool
journal_next(const char* const  text,
             const size_t       size,
             size_t* const      offset,
             JournalLine* const line)
{
  if (*offset >= size) {
    return false;
  }

  const char* const start   = text + *offset;
  const size_t      left    = size - *offset;
  const char* const newline = (const char*)memchr(start, '\n', left);

  memset(line, 0, sizeof(*line));
  line->text   = start;
  line->length = newline ? (size_t)(newline - start) : left;
  *offset += line->length + (newline ? 1u : 0u);

  // Without its newline a line may go on, so it counts as torn
  if (!newline || !read_line(line)) {
    line->revision = 0;
  }

  return true;
}

json_t*
journal_line_build(const JournalLine* const line)
{
  json_t* const object =
    json_loadb(line->text, line->length, JSON_REJECT_DUPLICATES, NULL);
  if (object && !json_is_object(object)) {
    json_decref(object);
    return NULL;
  }

  return object;
}

void
journal_line_finish(Text* const text, const size_t start)
{
  if (!text->failed) {
    const uint32_t crc = crc32c(0, text->data + start, text->size - start);
    text_print(text, "%s%08" PRIx32 "\"}\n", crc_key, crc);
  }
}

// Segments

/// Read the name of a segment
static bool
read_name(const char* const name, JournalSegment* const segment)
{
  const size_t length = strlen(name);
  if (length >= JOURNAL_NAME_SIZE) {
    return false;
  }

  uint64_t          number = 1;
  const char* const end    = name + length;
  const char*       at     = read_text(name, end, "journal-");
  at                       = at ? read_number(at, end, &segment->first) : NULL;
  if (at && *at == '-') {
    at = read_number(at + 1, end, &number);
  }

  at = read_text(at, end, ".jsonl");
  if (at != end || number > 1000000u) {
    return false;
  }

  segment->number = (unsigned)number;
  memcpy(segment->name, name, length + 1u);
  return true;
}

static int
compare_segments(const void* const a, const void* const b)
{
  const JournalSegment* const x = (const JournalSegment*)a;
  const JournalSegment* const y = (const JournalSegment*)b;
  return x->first != y->first
           ? (x->first < y->first ? -1 : 1)
           : (x->number > y->number) - (x->number < y->number);
}

/// Add a segment to an array that has room for powers of two
static bool
add_segment(JournalSegment** const      segments,
            size_t* const               count,
            const JournalSegment* const segment)
{
  const size_t n = *count;
  if (!(n & (n - 1u))) {
    const size_t          room = n ? n * 2u : 1u;
    JournalSegment* const grown =
      (JournalSegment*)realloc(*segments, room * sizeof(JournalSegment));
    if (!grown) {
      return false;
    }

    *segments = grown;
  }

  (*segments)[n] = *segment;
  *count         = n + 1u;
  return true;
}

Status
journal_list(const char* const      folder,
             JournalSegment** const segments,
             size_t* const          count,
             char* const            text,
             const size_t           text_size)
{
  *segments      = NULL;
  *count         = 0;
  DIR* const dir = opendir(folder);
  if (!dir) {
    return file_fail("open", folder, text, text_size);
  }

  Status st = STATUS_OK;
  for (const struct dirent* entry = NULL;
       !st && (entry = file_next_entry(dir, folder, &st, text, text_size));) {
    JournalSegment segment;
    if (read_name(entry->d_name, &segment) &&
        !add_segment(segments, count, &segment)) {
      st = file_no_memory(text, text_size);
    }
  }

  closedir(dir);
  if (st) {
    free(*segments);
    *segments = NULL;
    *count    = 0;
    return st;
  }

  if (*count) {
    qsort(*segments, *count, sizeof(JournalSegment), compare_segments);
  }

  return STATUS_OK;
}

// Writing

Status
journal_init(Journal* const    journal,
             const char* const folder,
             const uint64_t    limit)
{
  memset(journal, 0, sizeof(*journal));
  journal->fd     = -1;
  journal->limit  = limit;
  journal->folder = strdup(folder);
  return journal->folder ? STATUS_OK : STATUS_NO_MEMORY;
}

/// Close the open segment, if there is one
static void
close_segment(Journal* const journal)
{
  if (journal->fd >= 0) {
    close(journal->fd);
  }

  free(journal->path);
  journal->path = NULL;
  journal->fd   = -1;
  journal->size = 0;
}

void
journal_close(Journal* const journal)
{
  close_segment(journal);
  free(journal->folder);
  journal->folder = NULL;
}

Status
journal_resume(Journal* const    journal,
               const char* const name,
               const uint64_t    size,
               char* const       text,
               const size_t      text_size)
{
  close_segment(journal);
  if (size >= journal->limit) {
    return STATUS_OK; // The next lines begin a new one
  }

  journal->path = file_path("%s/%s", journal->folder, name);
  if (!journal->path) {
    return file_no_memory(text, text_size);
  }

  journal->fd = open(journal->path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (journal->fd < 0) {
    const Status st = file_fail("write", journal->path, text, text_size);
    close_segment(journal);
    return st;
  }

  journal->size = size;
  return STATUS_OK;
}

/// Begin a segment under a name that is free
static Status
begin_segment(Journal* const journal,
              const uint64_t revision,
              char* const    text,
              const size_t   text_size)
{
  for (unsigned number = 1; journal->fd < 0; ++number) {
    char other[16] = "";
    if (number > 1u) {
      snprintf(other, sizeof(other), "-%u", number);
    }

    journal->path = file_path(
      "%s/journal-%08" PRIu64 "%s.jsonl", journal->folder, revision, other);
    if (!journal->path) {
      return file_no_memory(text, text_size);
    }

    journal->fd = open(
      journal->path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (journal->fd < 0 && errno != EEXIST) {
      file_fail("write", journal->path, text, text_size);
      close_segment(journal);
      return STATUS_IO;
    }

    if (journal->fd < 0) {
      close_segment(journal);
    }
  }

  journal->size = 0;
  return STATUS_OK;
}

/// Leave a segment that failed as it was before, as well as that goes
static void
drop_segment(Journal* const journal)
{
  if (!journal->size) {
    unlink(journal->path);
  } else if (truncate(journal->path, (off_t)journal->size)) {
    // Readers stop at the torn line, or find it again in the next segment
  }

  close_segment(journal);
}

Status
journal_append(Journal* const    journal,
               const uint64_t    revision,
               const char* const lines,
               const size_t      size,
               char* const       text,
               const size_t      text_size)
{
  if (journal->fd >= 0 && journal->size >= journal->limit) {
    close_segment(journal);
  }

  if (journal->fd < 0) {
    const Status st = begin_segment(journal, revision, text, text_size);
    if (st) {
      return st;
    }
  }

  const char* const verb = !file_write(journal->fd, lines, size) ? "write"
                           : fdatasync(journal->fd)              ? "sync"
                                                                 : NULL;
  if (verb) {
    file_fail(verb, journal->path, text, text_size);
    drop_segment(journal);
    return STATUS_IO;
  }

  // A new file is there for certain once its folder is synced
  if (!journal->size && file_sync_folder(journal->folder, text, text_size)) {
    drop_segment(journal);
    return STATUS_IO;
  }

  journal->size += size;
  return STATUS_OK;
}
