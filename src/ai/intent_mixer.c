// SPDX-License-Identifier: GPL-3.0-or-later
//
// Levels, places, muting

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Channel*
channel_of(const Turn* const turn, const Id id)
{
  return composition_channel(services_document(turn->services), id);
}

/// Set a field of a channel; false if that failed
static bool
set_field(Turn* const       turn,
          const Id          id,
          const char* const field,
          json_t* const     value)
{
  const bool done =
    turn_do(turn,
            "set_channel",
            json_pack("{s:o, s:o}", "channel", id_json(id), field, value));
  turn_touch(turn, id);
  return done;
}

// Levels

static double
clamp_db(const double db)
{
  return db < -60.0 ? -60.0 : db > 12.0 ? 12.0 : db;
}

/// How a number of a unit is meant: "to -6 dB" or "by 3 dB"
static bool
is_absolute(const Clause* const clause, const char* const unit)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token  = &clause->tokens[i];
    const Token*       before = i ? &clause->tokens[i - 1u] : NULL;
    if (!token->is_number || strcmp(token->unit, unit) != 0) {
      continue;
    }

    if (before && token_has(before, "approx") && i > 1) {
      before = &clause->tokens[i - 2u];
    }

    if (before && token_has(before, "by")) {
      return false;
    }

    if (before && (token_has(before, "to") || token_has(before, "at"))) {
      return true;
    }
  }

  return !clause->way && !clause_has(clause, "more") &&
         !clause_has(clause, "less") && !clause_has(clause, "add") &&
         (clause_has(clause, "set") || clause_has(clause, "light"));
}

/// Say where a fader is now
static void
say_level(Turn* const turn, const Id id, const double was)
{
  const double now = channel_of(turn, id)->fader_db;
  turn_say(turn,
           now <= -60.0 ? "%s is off (was %g dB)%.0f."
                        : "%s is at %g dB (was %.1f).",
           turn_name(turn, id),
           now <= -60.0 ? round(was * 10.0) / 10.0 : round(now * 10.0) / 10.0,
           was);
}

/// The level that a clause asks for, from what it is; false if none
static bool
wanted_level(const Clause* const clause, const double now, double* const out)
{
  double     n    = 0.0;
  const bool down = clause->way < 0 || clause_has(clause, "lower") ||
                    clause_has(clause, "loud") ||
                    clause_has(clause, "toomuch") || clause_has(clause, "less");
  const bool up = clause->way > 0 || clause_has(clause, "raise") ||
                  clause_has(clause, "quiet") || clause_has(clause, "more");
  if (clause_number(clause, "db", &n)) {
    *out = is_absolute(clause, "db")
             ? n
             : now + (down                              ? -fabs(n)
                      : up || clause_has(clause, "add") ? fabs(n)
                                                        : n);
    return true;
  }

  if (clause_number(clause, "%", &n)) {
    const double share = is_absolute(clause, "%") ? n / 100.0
                         : down                   ? 1.0 - n / 100.0
                                                  : 1.0 + n / 100.0;
    const double base  = is_absolute(clause, "%") ? 0.0 : now;
    *out               = share > 0.001 ? base + 20.0 * log10(share) : -60.0;
    return true;
  }

  if ((clause_has(clause, "half") || clause_has(clause, "double")) &&
      clause_has(clause, "volume")) {
    *out = now + (clause_has(clause, "half") ? -6.0 : 6.0);
    return true;
  }

  if ((clause_has(clause, "volume") || (clause->way && fabs(n) <= 24.0)) &&
      clause_number(clause, "", &n) && fabs(n) <= 60.0 &&
      !clause_has(clause, "th")) {
    *out = is_absolute(clause, "") ? n : now + (down ? -fabs(n) : fabs(n));
    return true;
  }

  if (clause_has(clause, "full") && down) {
    *out = -60.0;
    return true;
  }

  if (up || down) {
    const double step = clause->amount < 1.0   ? 1.5
                        : clause->amount > 1.0 ? 6.0
                                               : 3.0;
    *out              = now + (down ? -step : step);
    return true;
  }

  if (clause_says(clause, "unity|zero|0db") || clause_has(clause, "reset")) {
    *out = 0.0;
    return true;
  }

  return false;
}

/// "louder than the keys": the other's level decides
static bool
compare_level(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const int           than   = clause_index(clause, "than", 0);
  const bool          same   = clause_says(clause, "match") ||
                    (clause_has(clause, "again") && clause_says(clause, "as"));
  if ((than < 0 && !same) || clause->num_tracks < 2) {
    return false;
  }

  const Id     id    = clause->tracks[0];
  const Id     other = clause->tracks[1];
  const double was   = channel_of(turn, id)->fader_db;
  const double base  = channel_of(turn, other)->fader_db;
  const double step  = clause->amount < 1.0   ? 1.5
                       : clause->amount > 1.0 ? 6.0
                                              : 3.0;
  const bool   down  = clause->way < 0 || clause_has(clause, "less");
  const double to    = than < 0 ? base : base + (down ? -step : step);
  if (set_field(turn, id, "fader", json_real(clamp_db(to)))) {
    say_level(turn, id, was);
  }

  return true;
}

static Outcome
level(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  double              to     = 0.0;
  if (!wanted_level(clause, 0.0, &to) && !clause_has(clause, "than")) {
    return INTENT_PASS;
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  if (compare_level(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Id             id      = clause->tracks[i];
    const Channel* const channel = channel_of(turn, id);
    const double         was     = channel ? channel->fader_db : 0.0;
    double               n       = 0.0;
    if (!channel || !wanted_level(clause, was, &to)) {
      continue;
    }

    if (clause_number(clause, "db", &n) && is_absolute(clause, "db") &&
        (n > 12.0 || n < -200.0)) {
      return turn_cannot(turn,
                         "Sorry, I can't set %s to %g dB: a fader goes from "
                         "-60 to 12 dB.",
                         turn_name(turn, id),
                         n);
    }

    if (set_field(turn, id, "fader", json_real(clamp_db(to)))) {
      say_level(turn, id, was);
    }
  }

  return INTENT_DONE;
}

// Places

static bool
wanted_pan(const Turn* const turn, const double now, double* const out)
{
  const Clause* const clause = turn->clause;
  const bool          left   = clause_has(clause, "left");
  const bool          right  = clause_has(clause, "right");
  double              n      = 0.0;
  const double        side   = left ? -1.0 : 1.0;
  if (clause_has(clause, "center")) {
    *out = 0.0;
    return true;
  }

  if (clause_number(clause, "%", &n) ||
      (clause_number(clause, "", &n) && fabs(n) > 1.0)) {
    *out = n < 0.0 && !left && !right ? n / 100.0 : side * fabs(n) / 100.0;
    return left || right || n <= 0.0 || clause_has(clause, "pan");
  }

  if (clause_number(clause, "", &n)) {
    *out = left || right ? side * fabs(n) : n;
    return true;
  }

  if (!left && !right) {
    return false;
  }

  if (clause_has(clause, "full") || clause_has(clause, "all") ||
      strstr(turn->text, "hard")) {
    *out = side;
  } else if (clause_has(clause, "half")) {
    *out = side * 0.5;
  } else if (clause_has(clause, "more")) {
    *out = now + side * 0.25;
  } else {
    *out = side * (clause->amount < 1.0   ? 0.25
                   : clause->amount > 1.0 ? 0.8
                                          : 0.5);
  }

  return true;
}

/// The side that is said for a track, where a clause has both
static bool
own_side(const Clause* const clause, const uint32_t index, double* const pan)
{
  const int left  = clause_index(clause, "left", 0);
  const int right = clause_index(clause, "right", 0);
  if (left < 0 || right < 0 || clause->num_tracks < 2) {
    return false;
  }

  const uint32_t from = clause->at[index];
  const bool is_left  = left > (int)from && (right < (int)from || left < right);
  double     size     = clause_has(clause, "full") ? 1.0 : 0.6;
  clause_number(clause, "%", &size);
  size = size > 1.0 ? size / 100.0 : size;
  *pan = is_left ? -size : size;
  return true;
}

static Outcome
pan(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  double              to     = 0.0;
  double              n      = 0.0;
  const bool          apart  = clause_has(clause, "apart");
  if (!apart && !wanted_pan(turn, 0.0, &to)) {
    return clause_has(clause, "pan")
             ? turn_ask(turn,
                        "Where should it be panned: left, right or center?")
             : INTENT_PASS;
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  if (clause_number(clause, "%", &n) && fabs(n) > 100.0) {
    return turn_cannot(turn,
                       "Sorry, I can't pan by %g%%: it goes from 100%% left to "
                       "100%% right.",
                       n);
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Id             id      = clause->tracks[i];
    const Channel* const channel = channel_of(turn, id);
    if (!channel) {
      continue;
    }

    wanted_pan(turn, channel->pan, &to);
    to = apart ? (i % 2u ? 0.6 : -0.6) : to;
    own_side(clause, i, &to);
    to = to < -1.0 ? -1.0 : to > 1.0 ? 1.0 : to;
    if (set_field(turn, id, "pan", json_real(to))) {
      const double now = channel_of(turn, id)->pan;
      if (fabs(now) < 0.005) {
        turn_say(turn, "%s is in the center.", turn_name(turn, id));
      } else {
        turn_say(turn,
                 "%s is panned %.0f%% %s.",
                 turn_name(turn, id),
                 fabs(now) * 100.0,
                 now < 0.0 ? "left" : "right");
      }
    }
  }

  return INTENT_DONE;
}

static Outcome
width(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          narrow = clause_has(clause, "narrower");
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const bool   mono = clause_says(clause, "mono|in mono");
    const double step = clause->amount < 1.0   ? 0.2
                        : clause->amount > 1.0 ? 0.8
                                               : 0.4;
    intent_width(turn, clause->tracks[i], mono ? -2.0 : narrow ? -step : step);
  }

  return INTENT_DONE;
}

// Muting

/// Set a truth on tracks; on those that are not meant the opposite if `others`
static Outcome
set_flag(Turn* const turn, const char* const field, const bool on)
{
  const Clause* const clause = turn->clause;
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  const bool others =
    (clause_has(clause, "without") && clause->num_tracks &&
     clause->by[0] != BY_ALL && !clause_has(clause, "all") &&
     clause->at[0] > (uint32_t)clause_index(clause, "without", 0)) ||
    (clause_has(clause, "other") && clause->num_tracks);
  const bool all =
    (clause->num_tracks && clause->by[0] == BY_ALL &&
     !clause_has(clause, "without")) ||
    (!on && (!clause->num_tracks ||
             (clause->by[0] == BY_PRONOUN && !clause_has(clause, "it"))));
  if (!all && !turn_targets(turn)) {
    return INTENT_DONE;
  }

  uint32_t changed = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Id id   = order->ids[i];
    bool     mine = all && !others;
    for (uint32_t k = 0; k < clause->num_tracks; ++k) {
      mine = mine || clause->tracks[k] == id;
    }

    mine = others && clause->by[0] != BY_ALL ? !mine : mine;
    const Channel* const channel = channel_of(turn, id);
    const bool now = strcmp(field, "mute") ? channel->solo : channel->mute;
    if (mine && now != on && set_field(turn, id, field, json_boolean(on))) {
      turn_say(turn,
               "%s is %s%s.",
               turn_name(turn, id),
               on ? "" : "not ",
               strcmp(field, "mute") ? (on ? "soloed" : "soloed any more")
                                     : (on ? "muted" : "muted any more"));
      ++changed;
    }
  }

  if (!changed && !turn->look_only) {
    turn_say(turn, "Nothing to do: that is how it is already.");
  }

  return INTENT_DONE;
}

static Outcome
mute(Turn* const turn)
{
  return set_flag(turn, "mute", true);
}

static Outcome
unmute(Turn* const turn)
{
  return set_flag(turn, "mute", false);
}

static Outcome
solo(Turn* const turn)
{
  return set_flag(turn, "solo", true);
}

static Outcome
unsolo(Turn* const turn)
{
  return set_flag(turn, "solo", false);
}

/// Mute a voice of the drums: its notes go
static Outcome
mute_voice(Turn* const turn)
{
  (void)turn;
  return INTENT_PASS;
}

static Outcome
toggle_mute(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  const Channel* const channel = channel_of(turn, clause->tracks[0]);
  return set_flag(turn, "mute", channel && !channel->mute);
}

// clang-format off
const Intent intents_mixer[] = {
  {"unsolo", unsolo},
  {"solo off|remove|no|not|off_|stop", unsolo},
  {"unmute", unmute},
  {"mute off|remove|no|off_ !on_", unmute},
  {"toggle mute", toggle_mute},
  {"mute #voice !#named", mute_voice},
  {"only hear #named !#fx !level", solo},
  {"only|other hear #named !#fx", solo},
  {"solo !create !#section", solo},
  {"mute !#range", mute},
  {"off_ #named !#fx !fxword !metronome", mute},
  {"light off #named !#fx !fxword !#range !solo", mute},
  {"on_ #named !#fx !fxword", unmute},
  {"apart #track", pan},
  {"pan|left|right|center !#fx !#range !velocity", pan},
  {"wider|narrower", width},
  {"than level|volume|up|down #track", level},
  {"#db !#fx !#param !velocity", level},
  {"level|volume|loud|quiet !velocity !#fx !#param !create !#range", level},
  {"raise|lower #track !velocity !#fx !#param !octave !semitone !tempo !#st", level},
  {"light|set|verb up|down #track !octave !semitone !#st !#fx !#param !velocity !#range !interval !create !busier !simpler", level},
  {"light up|down it !octave !semitone !#st !#fx !#param !#range !interval !tempo !create", level},
  {"up|down #track !octave !semitone !#st !#fx !#param !create !#range !interval", level},
  {"reset volume|pan|mix|#named !#fx !create !notes", level},
  {"volume more|less|toomuch|full|half|double|clear #any_track", level},
  {"more|less|toomuch|too|enough #named !#fx !tone !#voice !create !add !notes !swing !busier !simpler !harder !velocity !indef", level},
  {0},
};
// clang-format on
