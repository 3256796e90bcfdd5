// SPDX-License-Identifier: GPL-3.0-or-later
//
// Trying what does something: triggers, commands, queries

#include "cli/probe.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Whether an answer says in good form that it can't be done here
static bool
is_refusal(const ProbeAnswer* const answer)
{
  static const char* const codes[] = {"conflict",
                                      "unknown-address",
                                      "not-found",
                                      "not-ready",
                                      "unsupported",
                                      "out-of-range",
                                      "bad-argument",
                                      "exists",
                                      "busy",
                                      "io",
                                      "denied"};
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); ++i) {
    if (answer->type == PROBE_ERROR && !strcmp(answer->code, codes[i]) &&
        answer->text[0]) {
      return true;
    }
  }
  return false;
}

/// Whether it can be done on a scratch composition without harm: to nothing
/// but the composition, or to what plays
static bool
is_harmless(const OscRow* const row)
{
  static const char* const roots[] = {
    "/playback/", "/ping", "/panic", "/undo", "/redo", "/audio/preview"};
  if (row->flags & ROW_LONG || strstr(row->path, "/record")) {
    return false;
  }
  for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); ++i) {
    if (!strncmp(row->path, roots[i], strlen(roots[i]))) {
      return true;
    }
  }
  return row->flags & ROW_UNDOABLE;
}

/// The open composition without its counters, which never go back; owned
static json_t*
document(Probe* const probe)
{
  char*    text = NULL;
  size_t   used = 0;
  uint32_t next = 0;
  uint32_t all  = 1;
  for (; next < all; ++next) {
    const PacketArg          page = probe_number('i', next);
    const ProbeAnswer* const answer =
      probe_set(probe, "/compositions/current/json", &page);
    const size_t size = strlen(answer->values[2].text);
    char* const  more = answer->type == PROBE_VALUE && answer->num_values == 3
                          ? (char*)realloc(text, used + size + 1u)
                          : NULL;
    if (!more) {
      free(text);
      return NULL;
    }
    text = more;
    memcpy(text + used, answer->values[2].text, size + 1u);
    used += size;
    all = (uint32_t)answer->values[1].number;
  }

  json_t* const json = json_loads(text, 0, NULL);
  json_object_del(json, "next_id");
  free(text);
  return json;
}

/// Do it, and check that undo brings back what was
static void
do_and_undo(Probe* const           probe,
            const char* const      address,
            const ProbeArgs* const args)
{
  char                     text[PROBE_TEXT_SIZE];
  json_t* const            before = document(probe);
  const ProbeAnswer* const answer = probe_ask(probe, address, args);
  const bool               done   = answer->type == PROBE_REPLY;
  probe_check(probe,
              done || is_refusal(answer),
              address,
              "expected /reply, got %s",
              probe_describe(answer, text));
  if (!done) {
    json_decref(before);
    return;
  }

  json_t* const changed = document(probe);
  json_t*       after   = NULL;
  if (!json_equal(before, changed)) {
    const ProbeAnswer* const undone = probe_ask(probe, "/undo", NULL);
    probe_check(probe,
                undone->type == PROBE_REPLY,
                address,
                "/undo: got %s",
                probe_describe(undone, text));
    after = document(probe);
    probe_check(probe,
                before && json_equal(before, after),
                address,
                "undo does not bring back what was");
  }
  json_decref(before);
  json_decref(changed);
  json_decref(after);
}

/// A trigger's release does nothing, and what is no button is refused
static void
try_buttons(Probe* const probe, const char* const address)
{
  const PacketArg releases[] = {
    probe_number('f', 0.0), probe_number('F', 0.0), probe_number('i', 0.0)};
  const PacketArg words[] = {probe_text("no such thing"),
                             probe_number('f', (double)NAN)};
  char            text[PROBE_TEXT_SIZE];
  for (uint32_t i = 0; i < 3u; ++i) {
    const ProbeAnswer* const answer = probe_set(probe, address, &releases[i]);
    probe_check(probe,
                answer->type == PROBE_REPLY && !answer->num_values,
                address,
                "released: expected an empty /reply, got %s",
                probe_describe(answer, text));
  }
  for (uint32_t i = 0; i < 2u; ++i) {
    probe_expect_error(probe,
                       address,
                       probe_set(probe, address, &words[i]),
                       "bad-argument",
                       "triggered by nonsense");
  }
}

static void
try_trigger(Probe* const probe, const char* const address)
{
  char text[PROBE_TEXT_SIZE];
  try_buttons(probe, address);
  if (!is_harmless(probe->row)) {
    return;
  }
  if (probe->row->flags & ROW_UNDOABLE) {
    do_and_undo(probe, address, NULL);
    return;
  }
  const PacketArg          press  = probe_number('f', 1.0);
  const ProbeAnswer* const answer = probe_set(probe, address, &press);
  probe_check(probe,
              answer->type == PROBE_REPLY || is_refusal(answer),
              address,
              "pressed: expected /reply, got %s",
              probe_describe(answer, text));
}

/// Arguments that are missing, of a wrong type or no numbers are refused
static void
try_bad_args(Probe* const           probe,
             const char* const      address,
             const ProbeArgs* const good)
{
  const OscRow* const row = probe->row;
  ProbeArgs           bad = {0};
  if (row_min_args(row)) {
    probe_expect_error(probe,
                       address,
                       probe_ask(probe, address, &bad),
                       "bad-argument",
                       "without arguments");
  }
  for (uint32_t i = 0; i < good->count; ++i) {
    const ArgType   type = row->args[i].type;
    const bool      text = type == ARG_STRING || type == ARG_ID;
    const PacketArg nan  = probe_number('f', (double)NAN);
    const PacketArg blob = {'b', 4, {.b = (const uint8_t*)"blob"}};
    bad                  = *good;
    bad.args[i]          = type == ARG_BLOB ? nan : blob;
    probe_expect_error(probe,
                       address,
                       probe_ask(probe, address, &bad),
                       "bad-argument",
                       "with a blob in place of an argument");
    if (!text && type != ARG_BLOB) {
      bad.args[i] = nan;
      probe_expect_error(probe,
                         address,
                         probe_ask(probe, address, &bad),
                         "bad-argument",
                         "with a number that is none");
    }
  }
}

static void
try_command(Probe* const probe, const char* const address)
{
  ProbeArgs args;
  probe_make_args(probe, probe->row, &args);
  try_bad_args(probe, address, &args);
  if (is_harmless(probe->row)) {
    do_and_undo(probe, address, &args);
  }
}

/// A query answers with a value, or with a list whose count is right
static void
try_query(Probe* const probe, const char* const address)
{
  ProbeArgs args;
  char      text[PROBE_TEXT_SIZE];
  probe_make_args(probe, probe->row, &args);
  try_bad_args(probe, address, &args);

  const ProbeAnswer* const answer = probe->row->flags & ROW_LONG
                                      ? probe_ask_long(probe, address, &args)
                                      : probe_ask(probe, address, &args);
  const bool empty = answer->type == PROBE_REPLY && answer->num_values == 2 &&
                     answer->values[0].number == 0.0;
  probe_check(probe,
              answer->type == PROBE_VALUE || answer->type == PROBE_LIST ||
                empty || is_refusal(answer),
              address,
              "expected a value or a list, got %s",
              probe_describe(answer, text));
  if (answer->type == PROBE_LIST) {
    probe_check(probe,
                answer->num_values == 2 &&
                  answer->values[0].number == (double)answer->num_items,
                address,
                "a list of %u items that ends with %s",
                answer->num_items,
                probe_describe(answer, text));
  }
}

void
probe_try_call(Probe* const probe, const ProbePlaces* const places)
{
  const char* const address = places->addresses[0];
  switch (probe->row->access) {
    case ACCESS_TRIGGER:
      try_trigger(probe, address);
      break;
    case ACCESS_COMMAND:
      try_command(probe, address);
      break;
    case ACCESS_QUERY:
      try_query(probe, address);
      break;
    case ACCESS_VALUE:
    case ACCESS_READ:
      break;
  }
}
