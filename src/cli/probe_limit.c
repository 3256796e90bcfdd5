// SPDX-License-Identifier: GPL-3.0-or-later
//
// Trying what is no value, or none in its range, and the twins of a value

#include "cli/probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void
probe_try_nonsense(const ProbeTrial* const trial)
{
  Probe* const         probe = trial->probe;
  const ArgInfo* const arg   = trial->arg;
  ProbeValue           before;
  if (!probe_trial_ask(trial, &before)) {
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
  if (probe_is_number(arg) || arg->type == ARG_BOOL || arg->type == ARG_ENUM) {
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
  probe_trial_expect(trial, &before, "after what was refused");
}

/// Beyond an end of the range it clamps or is refused, as the schema says
static void
try_end(const ProbeTrial* const trial, const double end, const double beyond)
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

void
probe_try_range(const ProbeTrial* const trial)
{
  const ArgInfo* const arg  = trial->arg;
  const double         room = arg->max - arg->min;
  if (probe_is_number(arg)) {
    try_end(trial, arg->min, arg->min - fmax(1.0, room));
    try_end(trial, arg->max, arg->max + fmax(1.0, room));
  } else if (arg->type == ARG_STRING && arg->max > 0.0 && arg->max < 8000.0) {
    static char text[8192];
    memset(text, 'x', (size_t)arg->max + 1u);
    text[(size_t)arg->max + 1u] = '\0';
    const PacketArg too_long    = probe_text(text);
    probe_expect_error(trial->probe,
                       trial->address,
                       probe_set(trial->probe, trial->address, &too_long),
                       "too-large",
                       "set to a text that is too long");
  }
}

void
probe_try_twins(const ProbeTrial* const trial)
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
