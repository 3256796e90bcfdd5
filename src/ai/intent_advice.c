// SPDX-License-Identifier: GPL-3.0-or-later
//
// Advice on the mix: what is measured, what follows from it

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What the master's meter has seen, in dB; below -119 nothing yet
static double
master_peak(Turn* const turn)
{
  json_t*      result = NULL;
  json_t*      args   = json_pack("{s:s}", "channel", "master");
  const Status st     = daw_action(turn->services, "get_meter", args, &result);
  const double peak   = json_number_value(json_object_get(result, "peak"));
  json_decref(result);
  json_decref(args);
  return st ? -120.0 : peak;
}

static Outcome
clipping(Turn* const turn)
{
  const double peak = master_peak(turn);
  if (peak < -119.0) {
    turn_say(turn,
             "I can't tell whether the mix is clipping before it was played: "
             "the master's meter has seen no peak yet. "
             "A master peak above 0 dBFS would be clipping; the master's "
             "limiter at -1 dB prevents it.");
  } else if (peak > 0.0) {
    turn_say(turn,
             "Yes: the master peaks at %+.1f dBFS, which is clipping. Lower "
             "the master or the loudest track by %.1f dB, or "
             "turn on the master's limiter.",
             peak,
             peak + 1.0);
  } else {
    turn_say(turn,
             "No: the master peaks at %.1f dBFS, so the mix is not clipping "
             "and has %.1f dB of headroom.",
             peak,
             -peak);
  }

  return INTENT_DONE;
}

/// Lower what clips when that is asked for
static Outcome
fix_clipping(Turn* const turn)
{
  const double peak = master_peak(turn);
  if (turn->look_only ||
      (turn->clause->question && !clause_has(turn->clause, "polite"))) {
    return clipping(turn);
  }

  if (turn_do(turn,
              "set_master_limiter",
              json_pack("{s:b, s:f}", "enabled", 1, "threshold", -1.0))) {
    turn_say(turn,
             "The master's limiter is on at -1 dB%s, so the mix can't clip.",
             peak > 0.0 ? ", as it peaked above 0 dBFS" : "");
  }

  return INTENT_DONE;
}

/// The equalizer of a track, added if there is none
static Id
equalizer(Turn* const turn, const Id owner)
{
  Id                   id      = ID_NONE;
  const Composition*   root    = services_document(turn->services);
  const Channel* const channel = composition_channel(root, owner);
  for (uint32_t i = 0; i < id_list_count(channel->effects); ++i) {
    const Effect* const effect =
      (const Effect*)composition_find(root, channel->effects->ids[i]);
    if (effect && !strcmp(string_text(effect->type), "eq3")) {
      return channel->effects->ids[i];
    }
  }

  if (turn_do(
        turn,
        "add_effect",
        json_pack(
          "{s:o, s:s}", "track_id", id_json(owner), "effect_name", "eq3"))) {
    id_parse(turn_text(turn, "effect"), &id);
  }

  return id;
}

/// Make room for one track in another: cut where they meet
static void
make_room(Turn* const turn, const Id owner, const Id cut, const bool low)
{
  const Id eq = equalizer(turn, cut);
  if (eq == ID_NONE) {
    return;
  }

  const bool good = turn_do(turn,
                            "set_effect_parameter",
                            json_pack("{s:o, s:s, s:f}",
                                      "effect_id",
                                      id_json(eq),
                                      "parameter",
                                      low ? "low_gain" : "mid_gain",
                                      "value",
                                      -3.0)) &&
                    turn_do(turn,
                            "set_effect_parameter",
                            json_pack("{s:o, s:s, s:f}",
                                      "effect_id",
                                      id_json(eq),
                                      "parameter",
                                      low ? "low_freq" : "mid_freq",
                                      "value",
                                      low ? 80.0 : 2500.0));
  if (good) {
    turn_say(turn,
             "%s is cut by 3 dB around %s, to make room for %s.",
             turn_name(turn, cut),
             low ? "80 Hz" : "2.5 kHz",
             turn_name(turn, owner));
    turn_touch(turn, cut);
  }
}

static Outcome
masking(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Composition*  root   = services_document(turn->services);
  const bool fix = clause_has(clause, "fix") || strstr(turn->text, "fix") ||
                   strstr(turn->text, "sort") || strstr(turn->text, "room") ||
                   strstr(turn->text, "clean") || clause_has(clause, "light");
  Id       pair[2] = {ID_NONE, ID_NONE};
  uint32_t n       = 0;
  for (uint32_t i = 0; i < clause->num_tracks && n < 2; ++i) {
    if (composition_track(root, clause->tracks[i])) {
      pair[n++] = clause->tracks[i];
    }
  }

  // Drums and bass are what meets most often
  if (n == 1 && pair[0] == turn_role(turn, "bass")) {
    n = 0;
  }

  if (n < 2) {
    pair[0] = n ? pair[0] : turn_role(turn, "drums");
    pair[1] = turn_role(turn, "bass");
    if (pair[0] == pair[1] || pair[0] == ID_NONE || pair[1] == ID_NONE) {
      return turn_ask(turn, "Which two tracks are in each other's way?");
    }
  }

  const Track* const a     = composition_track(root, pair[0]);
  const Track* const b     = composition_track(root, pair[1]);
  const bool         drums = !strcmp(track_role(turn->services, a), "drums");
  const bool         low   = !strcmp(track_role(turn->services, a), "bass") ||
                   !strcmp(track_role(turn->services, b), "bass");
  const Id owner = drums || !strcmp(track_role(turn->services, a), "vocal")
                     ? pair[0]
                     : pair[1];
  const Id cut   = owner == pair[0] ? pair[1] : pair[0];
  if (!fix || turn->look_only ||
      (clause->question && !clause_has(clause, "polite"))) {
    turn_say(
      turn,
      "%s and %s meet %s. A cut of 2 to 4 dB there on %s makes room for %s.",
      turn_name(turn, pair[0]),
      turn_name(turn, pair[1]),
      low ? "between 50 and 120 Hz" : "around 2 to 4 kHz",
      turn_name(turn, cut),
      turn_name(turn, owner));
    return INTENT_DONE;
  }

  make_room(turn, owner, cut, low);
  return INTENT_DONE;
}

/// What stands out in the levels, without any change
static Outcome
advice(Turn* const turn)
{
  const Composition* const root  = services_document(turn->services);
  const IdList* const      order = root->order[KIND_TRACK];
  const double             peak  = master_peak(turn);
  uint32_t                 hints = 0;
  Id lows[2] = {turn_role(turn, "drums"), turn_role(turn, "bass")};
  if (peak > -1.0) {
    turn_say(turn,
             "The master peaks at %+.1f dBFS: lower it by %.1f dB or turn on "
             "the limiter at -1 dB.",
             peak,
             peak + 1.0);
    ++hints;
  }

  double loudest = -60.0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Channel* const channel = composition_channel(root, order->ids[i]);
    loudest = channel->fader_db > loudest ? channel->fader_db : loudest;
  }

  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const   track   = composition_track(root, order->ids[i]);
    const Channel* const channel = track->channel;
    const char* const    role    = track_role(turn->services, track);
    const bool front = !strcmp(role, "vocal") || !strcmp(role, "melody");
    if (front && channel->fader_db < loudest - 6.0) {
      turn_say(turn,
               "%s is %.1f dB below the loudest track: raise it by 2 to 4 dB.",
               string_text(track->name),
               loudest - channel->fader_db);
      ++hints;
    }

    for (uint32_t k = 0; k < id_list_count(channel->effects); ++k) {
      const Effect* const effect =
        (const Effect*)composition_find(root, channel->effects->ids[k]);
      const bool wet =
        effect && (!strcmp(string_text(effect->type), "reverb") ||
                   !strcmp(string_text(effect->type), "delay"));
      if (wet && daw_effect_value(effect, "mix") > 0.45) {
        turn_say(
          turn,
          "The %s on %s is at a mix of %.0f%%: 20 to 35%% keeps it clearer.",
          string_text(effect->type),
          string_text(track->name),
          daw_effect_value(effect, "mix") * 100.0);
        ++hints;
      }
    }
  }

  if (lows[0] != ID_NONE && lows[1] != ID_NONE) {
    turn_say(turn,
             "%s and %s share the range from 50 to 120 Hz: cut 2 to 4 dB of "
             "one around 80 Hz.",
             turn_name(turn, lows[0]),
             turn_name(turn, lows[1]));
    ++hints;
  }

  if (!hints) {
    turn_say(
      turn,
      order && order->count
        ? "Nothing stands out in the mix: the levels are even and no effect is "
          "extreme."
        : "There is nothing in the mix yet: start with drums, bass or chords.");
  } else {
    turn_say(turn, "I changed nothing in the mix.");
  }

  return INTENT_DONE;
}

static Outcome
balance(Turn* const turn)
{
  static const struct {
    const char* role;
    double      db;
  } levels[] = {{"drums", -3.0},
                {"bass", -5.0},
                {"chords", -9.0},
                {"melody", -6.0},
                {"vocal", -3.0}};
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  if (turn->clause->question && !clause_has(turn->clause, "polite")) {
    return advice(turn);
  }

  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const char* const role = track_role(
      turn->services,
      composition_track(services_document(turn->services), order->ids[i]));
    for (size_t k = 0; k < 5; ++k) {
      if (!strcmp(levels[k].role, role) &&
          turn_do(turn,
                  "set_channel",
                  json_pack("{s:o, s:f}",
                            "channel",
                            id_json(order->ids[i]),
                            "fader",
                            levels[k].db))) {
        turn_say(turn,
                 "%s is at %g dB.",
                 turn_name(turn, order->ids[i]),
                 levels[k].db);
      }
    }
  }

  return id_list_count(order)
           ? INTENT_DONE
           : turn_cannot(turn, "Sorry, there are no tracks to mix.");
}

/// "is the lead too bright?": how its equalizer stands, and what would change
/// it
static Outcome
judge_tone(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Token* const  token  = clause_find(clause, "tone");
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Id             id      = clause->tracks[i];
    const Composition*   root    = services_document(turn->services);
    const Channel* const channel = composition_channel(root, id);
    const Effect*        eq      = NULL;
    for (uint32_t k = 0; channel && k < id_list_count(channel->effects); ++k) {
      const Effect* const effect =
        (const Effect*)composition_find(root, channel->effects->ids[k]);
      eq = !strcmp(string_text(effect->type), "eq3") ? effect : eq;
    }

    if (eq) {
      turn_say(turn,
               "The equalizer on %s has %+.1f dB in the lows, %+.1f dB in the "
               "mids and %+.1f dB in the highs.",
               turn_name(turn, id),
               daw_effect_value(eq, "low_gain"),
               daw_effect_value(eq, "mid_gain"),
               daw_effect_value(eq, "high_gain"));
    } else {
      turn_say(turn, "There is no equalizer on %s yet.", turn_name(turn, id));
    }
  }

  turn_say(turn,
           "If it sounds %s to you, tell me to change that; I changed nothing.",
           token->norm);
  return INTENT_DONE;
}

/// "should I ...?": advice, whatever it is about
static Outcome
advise(Turn* const turn)
{
  turn->look_only = true;
  return advice(turn);
}

const Intent intents_opinion[] = {
  {"shouldi", advise},
  {"#question|question|^ask tone #named !polite !light !fix !lower",
   judge_tone},
  {0},
};

// clang-format off
const Intent intents_advice[] = {
  {"clipping fix|light|not", fix_clipping},
  {"clipping", clipping},
  {"masking", masking},
  {"fix role #named !#fx !#range !notes !key !tone", masking},
  {"balanced", balance},
  {"advice|question mix|song|sound|level|advice|tone|#named|vague", advice},
  {"advice|lufs", advice},
  {0},
};
// clang-format on
