// SPDX-License-Identifier: GPL-3.0-or-later
//
// Trying values: asked, set, heard of, undone, coerced, out of range

#include "cli/probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// A value that is being tried
typedef struct {
  Probe*         probe;
  const OscRow*  row;
  const ArgInfo* arg;
  const char*    address;
  ProbeValue     was; ///< Before it was set
  ProbeValue     now; ///< After
} Trial;

/// What a client would lose its hearing or its answers by
static bool
is_delicate(const OscRow* const row)
{
  return !strcmp(row->path, "/client/reply_port") ||
         !strcmp(row->path, "/client/echo");
}

/// Whether a value belongs to each client by itself
static bool
is_own(const OscRow* const row)
{
  return !strncmp(row->path, "/client/", 8) || !strncmp(row->path, "/bank/", 6);
}

static bool
is_number(const ArgInfo* const arg)
{
  return arg->type == ARG_INT || arg->type == ARG_FLOAT ||
         arg->type == ARG_BEATS || arg->type == ARG_TEMPO;
}

/// Ask for the value; false if that fails
static bool
ask(const Trial* const trial, ProbeValue* const out)
{
  char                     text[PROBE_TEXT_SIZE];
  const ProbeAnswer* const answer =
    probe_ask(trial->probe, trial->address, NULL);
  if (!probe_check(trial->probe,
                   answer->type == PROBE_VALUE && answer->num_values == 1,
                   trial->address,
                   "asked: expected a value, got %s",
                   probe_describe(answer, text))) {
    return false;
  }
  *out = answer->values[0];
  return true;
}

/// Check that the value is what it should be
static void
expect_now(const Trial* const      trial,
           const ProbeValue* const value,
           const char* const       when)
{
  ProbeValue now;
  if (ask(trial, &now)) {
    probe_check(trial->probe,
                probe_same(&now, value),
                trial->address,
                "%s: expected %.9g \"%.100s\", is %.9g \"%.100s\"",
                when,
                value->number,
                value->text,
                now.number,
                now.text);
  }
}

/// Values that may be accepted; false once there are no more
static bool
candidate(const Trial* const trial, const uint32_t number, PacketArg* const out)
{
  const ArgInfo* const arg  = trial->arg;
  const double         was  = trial->was.number;
  const double         room = arg->max - arg->min;
  const double         step = room >= 2.0 ? 1.0 : room / 4.0;
  if (is_number(arg)) {
    const double values[] = {floor(was) + step,
                             was - step,
                             was + step / 2.0,
                             arg->initial,
                             arg->min,
                             arg->max};
    if (number >= sizeof(values) / sizeof(values[0])) {
      return false;
    }
    const double value = fmin(fmax(values[number], arg->min), arg->max);
    *out               = probe_number(arg->type == ARG_INT ? 'i' : 'f', value);
    return true;
  }

  uint32_t count = 0;
  switch (arg->type) {
    case ARG_BOOL:
      *out = probe_number('i', was >= 0.5 ? 0.0 : 1.0);
      return number == 0;
    case ARG_ENUM:
      while (arg->words[count]) {
        ++count;
      }
      *out = probe_text(number < count ? arg->words[count - 1u - number] : "");
      return number < count;
    case ARG_ID: {
      // What goes somewhere goes to a bus or the master
      const Kind kind = arg->kind      ? arg->kind
                        : number == 0u ? KIND_BUS
                                       : KIND_MASTER;
      *out            = probe_text(trial->probe->things[kind]);
      return number < 2u;
    }
    case ARG_STRING:
      while (arg->examples && arg->examples[count]) {
        ++count;
      }
      *out = probe_text(number < count ? arg->examples[number] : "probe");
      return number <= count;
    default:
      return false;
  }
}

/// Set another value; false if none is accepted
static bool
set_another(Trial* const trial, PacketArg* const sent)
{
  for (uint32_t i = 0; candidate(trial, i, sent); ++i) {
    const ProbeAnswer* const answer =
      probe_set(trial->probe, trial->address, sent);
    if (answer->type == PROBE_VALUE && answer->num_values == 1 &&
        !probe_same(&answer->values[0], &trial->was)) {
      trial->now = answer->values[0];
      return true;
    }
  }
  return false;
}

/// The value that it has already is accepted, if no other is
static void
set_same(const Trial* const trial)
{
  char                     text[PROBE_TEXT_SIZE];
  const PacketArg          arg = trial->was.type == 's'
                                   ? probe_text(trial->was.text)
                                   : probe_number(trial->was.type, trial->was.number);
  const ProbeAnswer* const answer =
    probe_set(trial->probe, trial->address, &arg);
  probe_check(trial->probe,
              (answer->type == PROBE_VALUE &&
               probe_same(&answer->values[0], &trial->was)) ||
                (answer->type == PROBE_ERROR &&
                 strcmp(answer->code, "internal") != 0 &&
                 trial->arg->type == ARG_STRING),
              trial->address,
              "set to what it is: expected that value, got %s",
              probe_describe(answer, text));
}

/// Whether a client is told of anything at the address
static bool
is_told(ProbeLink* const link, const char* const address)
{
  uint32_t             cursor  = 0;
  const PacketMessage* message = NULL;
  while ((message = probe_link_next(link, &cursor))) {
    if (!strcmp(message->address, address)) {
      return true;
    }
  }
  return false;
}

/// The setter has its answer, the other client is told, the setter is not
static void
try_feedback(Trial* const trial, const PacketArg* const sent)
{
  Probe* const      probe   = trial->probe;
  ProbeLink* const  setter  = &probe->setter;
  const char* const address = trial->address;

  // Back to where it was, with both listening
  const PacketArg back = trial->was.type == 's'
                           ? probe_text(trial->was.text)
                           : probe_number(trial->was.type, trial->was.number);
  probe_set(probe, address, &back);
  probe_subscribe(probe, &probe->other, address, true);
  probe_subscribe(probe, setter, address, true);
  const bool first = probe_hears(&probe->other, address, &trial->was) &&
                     probe_hears(setter, address, &trial->was);
  if (probe_check(
        probe, first, address, "subscribed: the present value did not come")) {
    probe_link_clear(&probe->other);
    char                     text[PROBE_TEXT_SIZE];
    const ProbeAnswer* const answer = probe_set(probe, address, sent);
    probe_check(probe,
                answer->type == PROBE_VALUE && answer->num_values == 1 &&
                  probe_same(&answer->values[0], &trial->now),
                address,
                "set: expected one answer, the value, got %s",
                probe_describe(answer, text));
    probe_check(probe,
                probe_hears(&probe->other, address, &trial->now),
                address,
                "a second client does not hear of a set");

    // By then the setter would have been told too
    probe_link_clear(setter);
    probe->is_lost |= !probe_link_fence(setter);
    probe_check(probe,
                !is_told(setter, address),
                address,
                "the setter is told again of what it set");
  }
  probe_subscribe(probe, setter, address, false);
  probe_subscribe(probe, &probe->other, address, false);
}

/// Undo brings back what was, redo what came
static void
try_undo(Trial* const trial)
{
  static const char* const steps[] = {"/undo", "/redo", "/undo"};

  char text[PROBE_TEXT_SIZE];
  for (uint32_t i = 0; i < 3u; ++i) {
    const ProbeAnswer* const answer = probe_ask(trial->probe, steps[i], NULL);
    if (!probe_check(trial->probe,
                     answer->type == PROBE_REPLY,
                     trial->address,
                     "%s after a set: got %s",
                     steps[i],
                     probe_describe(answer, text))) {
      return;
    }
    expect_now(trial, i == 1u ? &trial->now : &trial->was, steps[i]);
  }
}

/// A set by another type has the same effect
static void
try_type(const Trial* const      trial,
         const PacketArg         arg,
         const ProbeValue* const expected)
{
  char                     text[PROBE_TEXT_SIZE];
  const ProbeAnswer* const answer =
    probe_set(trial->probe, trial->address, &arg);
  probe_check(trial->probe,
              answer->type == PROBE_VALUE && answer->num_values == 1 &&
                probe_same(&answer->values[0], expected),
              trial->address,
              "sent as %c: expected %.9g \"%.100s\", got %s",
              arg.type,
              expected->number,
              expected->text,
              probe_describe(answer, text));
}

/// All types that a number may be sent as
static void
try_number_types(const Trial* const trial, const double value)
{
  char             text[32];
  PacketArg        arg      = probe_number('d', value);
  ProbeAnswer      answer   = *probe_set(trial->probe, trial->address, &arg);
  const ProbeValue expected = answer.values[0];
  if (answer.type != PROBE_VALUE || floor(value) != value) {
    return; // It has to be something else here
  }

  for (const char* type = "ifhd"; *type; ++type) {
    try_type(trial, probe_number(*type, value), &expected);
  }
  snprintf(text, sizeof(text), "%.0f", value);
  try_type(trial, probe_text(text), &expected);
  if (value == 0.0 || value == 1.0) {
    try_type(trial, probe_number(value == 1.0 ? 'T' : 'F', 0.0), &expected);
  }
}

static void
try_types(const Trial* const trial)
{
  const ArgInfo* const arg = trial->arg;
  if (arg->type == ARG_ENUM) {
    for (uint32_t i = 0; arg->words[i]; ++i) {
      if (!strcmp(arg->words[i], trial->now.text)) {
        try_type(trial, probe_number('f', i), &trial->now);
        try_type(trial, probe_number('i', i), &trial->now);
      }
    }
  } else if (arg->type == ARG_BOOL) {
    try_number_types(trial, 1.0);
    try_number_types(trial, 0.0);
  } else if (is_number(arg)) {
    const double values[] = {trial->now.number, 1.0, 0.0};
    for (uint32_t i = 0; i < 3u; ++i) {
      if (values[i] >= arg->min && values[i] <= arg->max) {
        try_number_types(trial, values[i]);
      }
    }
  }
}

/// What is no value is refused and changes nothing
static void
try_nonsense(const Trial* const trial)
{
  Probe* const         probe = trial->probe;
  const ArgInfo* const arg   = trial->arg;
  ProbeValue           before;
  if (!ask(trial, &before)) {
    return;
  }

  const PacketArg blob = {'b', 4, {.b = (const uint8_t*)"blob"}};
  if (arg->type != ARG_BLOB) {
    probe_expect_error(probe,
                       trial->address,
                       probe_set(probe, trial->address, &blob),
                       "bad-argument",
                       "set to a blob");
  }
  if (is_number(arg) || arg->type == ARG_BOOL || arg->type == ARG_ENUM) {
    const PacketArg words[] = {probe_text("no such thing"),
                               probe_number('f', (double)NAN),
                               probe_number('d', (double)INFINITY)};
    for (uint32_t i = 0; i < 3u; ++i) {
      probe_expect_error(probe,
                         trial->address,
                         probe_set(probe, trial->address, &words[i]),
                         "bad-argument",
                         "set to nonsense");
    }
  }
  const ProbeArgs two = {2, {probe_number('i', 1.0), probe_number('i', 1.0)}};
  probe_expect_error(probe,
                     trial->address,
                     probe_ask(probe, trial->address, &two),
                     "bad-argument",
                     "set with an argument too many");
  expect_now(trial, &before, "after what was refused");
}

/// Beyond an end of the range it clamps or is refused, as the schema says
static void
try_end(const Trial* const trial, const double end, const double beyond)
{
  Probe* const     probe = trial->probe;
  const PacketArg  arg   = probe_number('d', beyond);
  const PacketArg  last  = probe_number('d', end);
  const ProbeValue edge  = {.type = 'f', .number = end};
  char             text[PROBE_TEXT_SIZE];

  if (trial->arg->clip == CLIP_NONE) {
    probe_expect_error(probe,
                       trial->address,
                       probe_set(probe, trial->address, &arg),
                       "out-of-range",
                       "set out of range");
    return;
  }
  // The range may be narrower where it is, and other values may limit it
  const ProbeAnswer inside = *probe_set(probe, trial->address, &last);
  const ProbeAnswer answer = *probe_set(probe, trial->address, &arg);
  if (inside.type == PROBE_VALUE) {
    probe_check(probe,
                answer.type == PROBE_VALUE &&
                  probe_same(&answer.values[0], &inside.values[0]) &&
                  (trial->row->range || probe_same(&answer.values[0], &edge)),
                trial->address,
                "set to %.9g: expected %.9g, got %s",
                beyond,
                end,
                probe_describe(&answer, text));
  }
}

static void
try_range(const Trial* const trial)
{
  const ArgInfo* const arg  = trial->arg;
  const double         room = arg->max - arg->min;
  if (is_number(arg)) {
    try_end(trial, arg->min, arg->min - fmax(1.0, room));
    try_end(trial, arg->max, arg->max + fmax(1.0, room));
  } else if (arg->type == ARG_STRING && arg->max > 0.0 && arg->max < 8000.0) {
    static char     text[8192];
    const PacketArg arg_long = probe_text(text);
    memset(text, 'x', (size_t)arg->max + 1u);
    text[(size_t)arg->max + 1u] = '\0';
    const PacketArg too_long    = probe_text(text);
    (void)arg_long;
    probe_expect_error(trial->probe,
                       trial->address,
                       probe_set(trial->probe, trial->address, &too_long),
                       "too-large",
                       "set to a text that is too long");
  }
}

/// `/norm`, `/text` and `/touch`
static void
try_twins(const Trial* const trial)
{
  Probe* const probe = trial->probe;
  char         twin[PROBE_ADDRESS_SIZE + 8u];
  char         text[PROBE_TEXT_SIZE];

  if (row_has_norm(trial->row)) {
    snprintf(twin, sizeof(twin), "%s/norm", trial->address);
    const ProbeAnswer* const answer = probe_ask(probe, twin, NULL);
    probe_check(probe,
                answer->type == PROBE_VALUE && answer->values[0].number >= 0 &&
                  answer->values[0].number <= 1,
                twin,
                "expected 0 to 1, got %s",
                probe_describe(answer, text));
  }
  if (row_has_text(trial->row)) {
    snprintf(twin, sizeof(twin), "%s/text", trial->address);
    const ProbeAnswer answer = *probe_ask(probe, twin, NULL);
    if (probe_check(probe,
                    answer.type == PROBE_VALUE && answer.values[0].type == 's',
                    twin,
                    "expected a text, got %s",
                    probe_describe(&answer, text))) {
      const PacketArg          same  = probe_text(answer.values[0].text);
      const ProbeAnswer* const again = probe_set(probe, twin, &same);
      probe_check(probe,
                  again->type == PROBE_VALUE &&
                    probe_same(&again->values[0], &answer.values[0]),
                  twin,
                  "set to its text: got %s",
                  probe_describe(again, text));
    }
  }
  for (int held = 1; held >= 0; --held) {
    const PacketArg finger = probe_number('f', held);
    snprintf(twin, sizeof(twin), "%s/touch", trial->address);
    const ProbeAnswer* const answer = probe_set(probe, twin, &finger);
    probe_check(probe,
                answer->type == PROBE_VALUE &&
                  answer->values[0].number == (double)held,
                twin,
                "expected %d, got %s",
                held,
                probe_describe(answer, text));
  }
}

/// What can only be read can't be set
static void
try_read(Probe* const probe, const char* const address)
{
  const PacketArg          arg = probe_number('i', 1.0);
  char                     text[PROBE_TEXT_SIZE];
  const ProbeAnswer* const answer = probe_ask(probe, address, NULL);
  probe_check(
    probe,
    (answer->type == PROBE_VALUE && answer->num_values) ||
      (answer->type == PROBE_ERROR && !strcmp(answer->code, "not-ready")),
    address,
    "asked: expected a value, got %s",
    probe_describe(answer, text));
  probe_expect_error(
    probe, address, probe_set(probe, address, &arg), "read-only", "set");
}

/// Try a value at one place; false if it can't be set there
static bool
try_at(Trial* const trial)
{
  PacketArg sent = {0};
  if (!ask(trial, &trial->was)) {
    return true;
  }
  if (is_delicate(trial->row)) {
    set_same(trial);
    return true;
  }
  if (!set_another(trial, &sent)) {
    return false;
  }

  if (trial->row->flags & ROW_UNDOABLE) {
    try_undo(trial);
  }
  if (!is_own(trial->row)) {
    try_feedback(trial, &sent);
  }
  try_types(trial);
  try_range(trial);
  try_nonsense(trial);
  try_twins(trial);

  // Leave it as it was
  const PacketArg back = trial->was.type == 's'
                           ? probe_text(trial->was.text)
                           : probe_number(trial->was.type, trial->was.number);
  probe_set(trial->probe, trial->address, &back);
  return true;
}

void
probe_try_value(Probe* const probe, const ProbePlaces* const places)
{
  const OscRow* const row   = probe->row;
  Trial               trial = {.probe = probe, .row = row, .arg = row->args};
  if (row->access == ACCESS_READ) {
    try_read(probe, places->addresses[0]);
    return;
  }

  for (uint32_t i = 0; i < places->count && row->num_args == 1; ++i) {
    trial.address = places->addresses[i];
    if (try_at(&trial) || probe->is_lost) {
      return;
    }
  }
  trial.address = places->addresses[0];
  set_same(&trial);
  try_nonsense(&trial);
}
