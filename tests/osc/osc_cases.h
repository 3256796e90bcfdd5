// SPDX-License-Identifier: GPL-3.0-or-later
//
// Conversations as folders: tests/osc/cases/NAME/{input,reply}
//
// A line of `input` is a message of client 1, or of client n with `n> ` before
// it.  `[` begins a bundle, `[+100` one for 100 ms from now, `[-100` one that
// is late, and `]` ends it.  `!500` lets 500 ms pass.  `#` begins a remark.
// `reply` has all that is sent, in order, with `n< ` before it.

#ifndef SONIC_TESTS_OSC_CASES_H
#define SONIC_TESTS_OSC_CASES_H

#include "osc_text.h"
#include "support/temp_folder.h"

#include <dirent.h>
#include <stdlib.h>

#define CASES_FOLDER "tests/osc/cases"
#define MAX_CASES 200

/// How a conversation is held
typedef struct {
  void* handle;

  /// Send a packet
  void (*send)(void*          handle,
               uint32_t       client,
               const uint8_t* data,
               uint32_t       size);

  /// Let time pass
  void (*pass)(void* handle, uint32_t ms);

  /// The timetag some milliseconds from now
  uint64_t (*timetag)(void* handle, double ms);
} Talker;

/// A file of a case as text, owned
static inline char*
case_read(const char* const name, const char* const file)
{
  char          path[512];
  unsigned long size = 0;
  snprintf(path, sizeof(path), CASES_FOLDER "/%s/%s", name, file);
  char* const data = temp_file_read(path, &size);
  char* const text = malloc(size + 1u);
  memcpy(text, data, size);
  text[size] = '\0';
  free(data);
  return text;
}

/// Hold the conversation of a case
static inline void
case_run(char* const input, const Talker* const talker)
{
  static uint8_t buf[LIMIT_PACKET_BYTES];
  OscWriter      writer;
  uint32_t       client = 1;
  bool           bundle = false;
  for (char* line = strtok(input, "\n"); line; line = strtok(NULL, "\n")) {
    if (line[0] == '#') {
      continue;
    }
    if (line[0] == '!') {
      talker->pass(talker->handle, (uint32_t)atoi(line + 1));
      continue;
    }
    if (!bundle) {
      client = 1;
      osc_writer_init(&writer, buf, sizeof(buf));
    }
    if (isdigit((unsigned char)line[0])) {
      client = (uint32_t)atoi(line);
      line += strcspn(line, " ") + 1u;
    }

    if (line[0] == '[') {
      bundle = true;
      const uint64_t tag =
        line[1] ? talker->timetag(talker->handle, strtod(line + 1, NULL))
                : TIMETAG_NOW;
      assert_int_equal(osc_writer_bundle(&writer, tag), STATUS_OK);
      continue;
    }
    if (line[0] == ']') {
      osc_writer_bundle_end(&writer);
      bundle = writer.depth > 0;
    } else if (!write_line(&writer, line)) {
      fail_msg("can't be sent: %s", line);
    }
    if (!bundle) {
      talker->send(talker->handle, client, buf, writer.used);
    }
  }
}

static inline int
compare_names(const void* const a, const void* const b)
{
  return strcmp(a, b);
}

/// Names of all cases in order
static inline size_t
case_list(char names[MAX_CASES][128])
{
  DIR* const dir   = opendir(CASES_FOLDER);
  size_t     count = 0;
  assert_non_null(dir);
  for (const struct dirent* entry = NULL; (entry = readdir(dir));) {
    if (entry->d_name[0] != '.' && count < MAX_CASES) {
      snprintf(names[count++], 128, "%.127s", entry->d_name);
    }
  }
  closedir(dir);
  qsort(names, count, sizeof(names[0]), compare_names);
  assert_true(count > 0);
  return count;
}

/// Compare what was said with the `reply` of a case; true if it is the same
static inline bool
case_check(const char* const name, const char* const said)
{
  if (getenv("SONIC_WRITE_CASES")) {
    char path[512];
    snprintf(path, sizeof(path), CASES_FOLDER "/%s/reply", name);
    temp_file_write(path, said, strlen(said));
    return true;
  }

  char* const reply = case_read(name, "reply");
  const bool  same  = !strcmp(reply, said);
  if (!same) {
    print_error("%s: expected\n%s--- but heard\n%s---\n", name, reply, said);
  }
  free(reply);
  return same;
}

#endif // SONIC_TESTS_OSC_CASES_H
