// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tempo, meter, key

#include "ai/intent.h"
#include "ai/intent_transport.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Tempo

/// A number that may be a tempo, with its unit or without
static bool
tempo_number(const Clause* const clause, double* const bpm)
{
  if (clause_number(clause, "bpm", bpm)) {
    return true;
  }

  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token->is_number && !*token->unit &&
        !(i && token_has(&clause->tokens[i - 1u], "bar"))) {
      *bpm = token->number;
      return true;
    }
  }

  return false;
}

/// Whether a number says by how much, not where to
static bool
is_relative(const Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token  = &clause->tokens[i];
    const Token* const before = i ? &clause->tokens[i - 1u] : NULL;
    if (token->is_number && before) {
      if (token_has(before, "to") || token_has(before, "at") ||
          !strcmp(before->norm, "=")) {
        return false;
      }
    }
  }

  return clause_has(clause, "by") || clause->way ||
         clause_has(clause, "faster") || clause_has(clause, "slower");
}

static Outcome
set_tempo(Turn* const turn, const double bpm)
{
  const double was = tempo_to_bpm(services_document(turn->services)->tempo);
  if (bpm < 20.0 || bpm > 300.0) {
    return turn_cannot(turn,
                       "Sorry, I can't set the tempo to %g BPM: it has to be "
                       "between 20 and 300.",
                       bpm);
  }

  if (turn_do(turn, "set_tempo", json_pack("{s:f}", "tempo", bpm))) {
    turn_say(turn,
             "The tempo is %g BPM now (it was %g).",
             turn_number(turn, "song.tempo"),
             was);
    if (turn->clause->has_key) {
      return transport_key(turn);
    }
  }

  return INTENT_DONE;
}

Outcome
transport_tempo(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const double now    = tempo_to_bpm(services_document(turn->services)->tempo);
  const bool   slower = clause_has(clause, "slower") || clause->way < 0;
  const bool   faster = clause_has(clause, "faster") || clause->way > 0;
  double       n      = 0.0;
  if (clause_number(clause, "%", &n)) {
    // "to 90%" is a share of what it is
    const bool by = is_relative(clause);
    return set_tempo(
      turn,
      round(now * (by ? 1.0 + (slower ? -n : n) / 100.0 : n / 100.0) * 100.0) /
        100.0);
  }

  if (tempo_number(clause, &n)) {
    return set_tempo(
      turn, is_relative(clause) && n < 60.0 ? now + (slower ? -n : n) : n);
  }

  if (clause_has(clause, "double") || clause_has(clause, "doubletime")) {
    return set_tempo(turn, now * 2.0);
  }

  if (clause_has(clause, "half") || clause_has(clause, "halftime")) {
    return set_tempo(turn, now / 2.0);
  }

  if (faster || slower) {
    const double step = clause->amount < 1.0   ? 4.0
                        : clause->amount > 1.0 ? 20.0
                                               : 10.0;
    return set_tempo(turn, now + (slower ? -step : step));
  }

  if (clause->genre && clause_has(clause, "tempo")) {
    return set_tempo(turn, clause->genre->tempo);
  }

  return clause_has(clause, "tempo")
           ? turn_ask(turn,
                      "Which tempo would you like, in BPM between 20 and 300?")
           : INTENT_PASS;
}

Outcome
transport_tempo_by_number(Turn* const turn)
{
  double n = 0.0;
  return clause_number(turn->clause, "", &n) && n >= 50.0 && n <= 250.0
           ? set_tempo(turn, n)
           : INTENT_PASS;
}

Outcome
transport_tempo_bare(Turn* const turn)
{
  return transport_tempo(turn);
}

// Meter

Outcome
transport_meter(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const char*         text   = NULL;
  char                made[48];
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    int                beats = 0;
    int                unit  = 0;
    char               rest  = '\0';
    if (sscanf(token->text, "%d/%d%c", &beats, &unit, &rest) == 2) {
      text = token->text;
    } else if (token->is_number && i + 1u < clause->count &&
               clause->tokens[i + 1u].is_number) {
      snprintf(made,
               sizeof(made),
               "%g/%g",
               token->number,
               clause->tokens[i + 1u].number);
      text = made;
    }
  }

  const Token* const word = clause_find(clause, "meterword");
  text                    = text                             ? text
                            : word                           ? word->word->value
                            : clause_has(clause, "waltz")    ? "3/4"
                            : clause_has(clause, "sixeight") ? "6/8"
                            : clause_has(clause, "fivefour") ? "5/4"
                            : clause_has(clause, "seveneight") ? "7/8"
                            : clause_has(clause, "fourfour")   ? "4/4"
                                                               : NULL;
  Signature signature;
  if (!text) {
    return clause_has(clause, "meter")
             ? turn_ask(turn,
                        "Which time signature would you like, such as 3/4?")
             : INTENT_PASS;
  }

  if (!signature_parse(text, &signature)) {
    return turn_cannot(turn,
                       "Sorry, I can't use %s: the time signature has to be "
                       "between 1/1 and 64/64 with a power of two below.",
                       text);
  }

  if (turn_do(turn,
              "set_time_signature",
              json_pack("{s:s}", "time_signature", text))) {
    turn_say(turn,
             "The time signature is %s now.",
             turn_text(turn, "song.time_signature"));
  }

  return INTENT_DONE;
}

// Key

Outcome
transport_key(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  char                text[KEY_TEXT_SIZE];
  Key                 wanted = clause->key;
  if (!clause->has_key) {
    Key                now   = {0};
    const bool         known = song_key(turn->services, &now);
    const Token* const mode  = clause_find(clause, "mode");
    if (!known || !(mode || clause_has(clause, "relative"))) {
      return clause_has(clause, "key")
               ? turn_ask(turn, "Which key would you like, such as A minor?")
               : INTENT_PASS;
    }

    // "switch to the relative minor", "change the key to minor"
    wanted = now;
    const bool minor =
      mode ? !strcmp(mode->word->value, "minor") : !key_is_minor(&now);
    if (clause_has(clause, "relative") && minor != key_is_minor(&now)) {
      wanted.tonic = (now.tonic + (minor ? 9 : 3)) % 12;
    }

    wanted.scale = scale_find(mode && *mode->word->value ? mode->word->value
                              : minor                    ? "minor"
                                                         : "major");
  }

  if (turn_do(turn,
              "set_key",
              json_pack("{s:s}", "key", key_format(&wanted, text)))) {
    turn_say(turn, "The key is %s now.", turn_text(turn, "song.key"));
  }

  return INTENT_DONE;
}
