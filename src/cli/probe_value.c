// SPDX-License-Identifier: GPL-3.0-or-later
//
// Trying values: asked, set, heard of, undone, coerced, out of range

#include "cli/probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
  return !strncmp(row->path, "/client/", 8) ||
         !strncmp(row->path, "/bank/", 6) ||
         !strncmp(row->path, "/streams/", 9);
}

bool
probe_is_number(const ArgInfo* const arg)
{
  return arg->type == ARG_INT || arg->type == ARG_FLOAT ||
         arg->type == ARG_BEATS || arg->type == ARG_TEMPO;
}

bool
probe_trial_ask(const ProbeTrial* const trial, ProbeValue* const out)
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

void
probe_trial_expect(const ProbeTrial* const trial,
                   const ProbeValue* const value,
                   const char* const       when)
{
  ProbeValue now;
  if (probe_trial_ask(trial, &now)) {
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
candidate(const ProbeTrial* const trial,
          const uint32_t          number,
          PacketArg* const        out)
{
  const ArgInfo* const arg  = trial->arg;
  const double         was  = trial->was.number;
  const double         room = arg->max - arg->min;
  const double         step = room >= 2.0 ? 1.0 : room / 4.0;
  if (probe_is_number(arg)) {
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
set_another(ProbeTrial* const trial, PacketArg* const sent)
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
set_same(const ProbeTrial* const trial)
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
try_feedback(ProbeTrial* const trial, const PacketArg* const sent)
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
try_undo(ProbeTrial* const trial)
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
    probe_trial_expect(trial, i == 1u ? &trial->now : &trial->was, steps[i]);
  }
}

/// A set by another type has the same effect
static void
try_type(const ProbeTrial* const trial,
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
try_number_types(const ProbeTrial* const trial, const double value)
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
try_types(const ProbeTrial* const trial)
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
  } else if (probe_is_number(arg)) {
    const double values[] = {trial->now.number, 1.0, 0.0};
    for (uint32_t i = 0; i < 3u; ++i) {
      if (values[i] >= arg->min && values[i] <= arg->max) {
        try_number_types(trial, values[i]);
      }
    }
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

/// A value of several numbers is answered with as many, and can be set to them
static void
try_several(Probe* const probe, const char* const address)
{
  const ProbeAnswer was  = *probe_ask(probe, address, NULL);
  ProbeArgs         args = {0};
  char              text[PROBE_TEXT_SIZE];
  for (; args.count < was.num_values && args.count < SCHEMA_MAX_ARGS;
       ++args.count) {
    const ProbeValue* const value = &was.values[args.count];
    args.args[args.count]         = value->type == 's'
                                      ? probe_text(value->text)
                                      : probe_number(value->type, value->number);
  }
  const ProbeAnswer* const now = probe_ask(probe, address, &args);
  bool same = now->type == PROBE_VALUE && now->num_values == was.num_values &&
              was.num_values == probe->row->num_args;
  for (uint32_t i = 0; same && i < was.num_values; ++i) {
    same = probe_same(&now->values[i], &was.values[i]);
  }
  probe_check(probe,
              same,
              address,
              "set to what it is: got %s",
              probe_describe(now, text));
}

/// Try a value at one place; false if it can't be set there
static bool
try_at(ProbeTrial* const trial)
{
  PacketArg sent = {0};
  if (!probe_trial_ask(trial, &trial->was)) {
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
  probe_try_range(trial);
  probe_try_nonsense(trial);
  probe_try_twins(trial);

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
  ProbeTrial          trial = {.probe = probe, .row = row, .arg = row->args};
  if (row->access == ACCESS_READ) {
    try_read(probe, places->addresses[0]);
    return;
  }

  if (row->num_args != 1) {
    try_several(probe, places->addresses[0]);
    return;
  }
  for (uint32_t i = 0; i < places->count; ++i) {
    trial.address = places->addresses[i];
    if (try_at(&trial) || probe->is_lost) {
      return;
    }
  }
  trial.address = places->addresses[0];
  set_same(&trial);
  probe_try_nonsense(&trial);
}
