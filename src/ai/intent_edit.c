// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing what is played

#include "ai/intent_edit.h"
#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Outcome
shorter(Turn* const turn)
{
  return edits_edit(turn,
                    "length",
                    "value",
                    turn->clause->amount < 1.0   ? 0.7
                    : turn->clause->amount > 1.0 ? 0.25
                                                 : 0.4,
                    "Shortened");
}

static Outcome
longer(Turn* const turn)
{
  return edits_edit(turn,
                    "length",
                    "value",
                    turn->clause->amount > 1.0 ? 4.0 : 2.0,
                    "Lengthened");
}

static Outcome
half_time(Turn* const turn)
{
  return edits_edit(turn, "scale_time", "value", 2.0, "Half time for");
}

static Outcome
double_time(Turn* const turn)
{
  return edits_edit(turn, "scale_time", "value", 0.5, "Double time for");
}

static Outcome
end_on(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  int                 tone   = -1;
  Key                 key    = {0};
  for (uint32_t i = 0; i < clause->count; ++i) {
    const char* end = NULL;
    const int   p   = pitch_class_parse(clause->tokens[i].text, &end);
    const bool  big =
      clause->tokens[i].text[0] >= 'A' && clause->tokens[i].text[0] <= 'G';
    if (p >= 0 && big && !*end) {
      tone = p;
    }
  }

  if (tone < 0 && clause_has(clause, "root") &&
      song_key(turn->services, &key)) {
    tone = key.tonic;
  }

  return tone < 0
           ? INTENT_PASS
           : edits_edit(turn, "end_on", "value", tone, "A new last note");
}

static Outcome
simpler(Turn* const turn)
{
  return edits_edit(turn, "thin", NULL, 0.0, "Thinned out");
}

static Outcome
busier(Turn* const turn)
{
  return edits_edit(turn, "fill", NULL, 0.0, "Filled out");
}

static Outcome
reverse(Turn* const turn)
{
  return edits_edit(turn, "reverse", NULL, 0.0, "Reversed");
}

static Outcome
vary(Turn* const turn)
{
  return edits_edit(turn, "vary", NULL, 0.0, "Varied");
}

static Outcome
fit_key(Turn* const turn)
{
  Id             ids[CLAUSE_TRACKS];
  const uint32_t count = edits_targets(turn, ids);
  char           text[KEY_TEXT_SIZE];
  for (uint32_t i = 0; i < count; ++i) {
    json_t* const args = edits_common(turn, ids[i], "fit_key");
    if (turn->clause->has_key) {
      Key key = turn->clause->key;
      json_object_set_new(args, "key", json_string(key_format(&key, text)));
    }

    if (turn_do(turn, "edit_notes", args)) {
      turn_say(turn, "%s fits the key.", turn_name(turn, ids[i]));
      turn_touch(turn, ids[i]);
    }
  }

  return INTENT_DONE;
}

/// Hits of voices go
static Outcome
remove_voice(Turn* const turn)
{
  return edits_edit(turn, "remove", NULL, 0.0, "Removed");
}

/// Take away what a track plays in some bars; false if that is nothing
static bool
silence(Turn* const turn, const Id id, const int first, const int last)
{
  const size_t before = turn->not_done.size;
  if (turn_do(turn,
              "edit_notes",
              json_pack("{s:o, s:s, s:i, s:i}",
                        "track",
                        id_json(id),
                        "operation",
                        "remove",
                        "first_bar",
                        first,
                        "last_bar",
                        last))) {
    turn_say(
      turn, "%s is silent in bars %d to %d.", turn_name(turn, id), first, last);
    turn_touch(turn, id);
    return true;
  }

  // A track may have nothing there
  turn->not_done.size = before;
  if (turn->not_done.data) {
    turn->not_done.data[before] = '\0';
  }

  return false;
}

/// What plays in some bars goes
static Outcome
remove_bars(Turn* const turn)
{
  int first = 0;
  int last  = 0;
  return turn_bars(turn, &first, &last)
           ? edits_edit(
               turn, "remove", NULL, 0.0, "Removed what played in those bars")
           : INTENT_PASS;
}

/// "strip the verse down to bass and drums": all others are silent there
static Outcome
keep_only(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  int                 first  = 0;
  int                 last   = 0;
  if (!turn_bars(turn, &first, &last)) {
    return INTENT_PASS;
  }

  IdList* const list =
    id_list_retain(services_document(turn->services)->order[KIND_TRACK]);
  uint32_t done = 0;
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    bool kept = false;
    for (uint32_t k = 0; k < clause->num_tracks; ++k) {
      kept = kept || clause->tracks[k] == list->ids[i];
    }

    done += !kept && silence(turn, list->ids[i], first, last);
  }

  id_list_release(list);
  return done || turn->look_only
           ? INTENT_DONE
           : turn_cannot(turn, "Sorry, nothing else plays there.");
}

/// "have the bass come in at bar 3": it is silent before
static Outcome
enter(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  int                 first  = 0;
  int                 last   = 0;
  uint32_t            done   = 0;
  if (!turn_bars(turn, &first, &last) || first < 2) {
    return INTENT_PASS;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    done += silence(turn, clause->tracks[i], 1, first - 1);
  }

  return done || turn->look_only
           ? INTENT_DONE
           : turn_cannot(turn,
                         "Sorry, %s has nothing before bar %d.",
                         turn_name(turn, clause->tracks[0]),
                         first);
}

/// "remove every other hat"
static Outcome
remove_some(Turn* const turn)
{
  return edits_edit(turn, "thin", NULL, 0.0, "Thinned out");
}

static Outcome
clear_notes(Turn* const turn)
{
  return edits_edit(turn, "remove", NULL, 0.0, "Removed all notes");
}

// clang-format off
const Intent intents_edit[] = {
  {"too|toomuch longer !create !#fx", shorter},
  {"too|toomuch shorter !create !#fx", longer},
  {"#voice level|raise|lower|loud|quiet !#named !create !add !#fx !#db !pan !mute", edits_velocity},
  {"harmonize !create !#fx", edits_harmonize},
  {"sus !create !#chords !question", edits_suspend},
  {"fade #named|it|all !#fx", edits_crescendo},
  {"ends root|on|with|at|verb !create !add !song", end_on},
  {"remove|lower|less|mute|without|no|off !#fx #voice everyother|half|some", remove_some},
  {"remove|mute|without|off|no #voice !#fx !level !solo !swing !named", remove_voice},
  {"light off #voice !#fx", remove_voice},
  {"remove|mute|light|verb #range|#section only|downto #named !#fx !create !add !loop", keep_only},
  {"enter #range #named !#fx !create", enter},
  {"remove|mute|split|drop|light|off #range #any_track|it|all !#fx !marker !copy !swing !create !loop", remove_bars},
  {"remove|clear notes #any_track !#fx !#range", clear_notes},
  {"remove ghost|rolls|fill", remove_some},
  {"quantize !create add>swing !#fx !#param", edits_quantize},
  {"humanize !create !#fx", edits_humanize},
  {"straight|swing !create !#fx !straight|quantize", edits_swing},
  {"straight", edits_swing},
  {"transpose !create !#fx", edits_transpose},
  {"octave|semitone|wholestep|#st #any_track|#way !create !add !#fx !bassstyle", edits_transpose},
  {"#st|interval #any_track verb|#way !create", edits_transpose},
  {"move|raise|lower|light octave|semitone|interval|#st|wholestep", edits_transpose},
  {"crescendo|diminuendo !create !#fx !question", edits_crescendo},
  {"accent !create", edits_accent},
  {"velocity|harder|softly !#fx !create !question energy>harder", edits_velocity},
  {"sevenths|ninths !create|#named", edits_sevenths},
  {"sevenths|ninths", edits_sevenths},
  {"triads|powerchords !create", edits_triads},
  {"voicing !create !seek", edits_voicing},
  {"halftime|half slower #named !create", half_time},
  {"halftime !create", half_time},
  {"slower half|twice #named", half_time},
  {"doubletime !create", double_time},
  {"shorter !#fx !create !#range !question !song", shorter},
  {"longer !#fx !create !song !question !#bars", longer},
  {"simpler !create !add !#fx !question", simpler},
  {"busier !create !#fx !question", busier},
  {"compare higher|lower #named !level !volume !#db !#fx|seek", edits_transpose},
  {"reverse !#fx !undo", reverse},
  {"random|again light|set #named", vary},
  {"fit|follow|quantize|snap|fix key|#key|mode #any_track !create !add", fit_key},
  {"notes light|set mode|key #any_track", fit_key},
  {0},
};
// clang-format on
