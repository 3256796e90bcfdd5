// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing what is played

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Targets of an edit: tracks with notes, the drums if a voice is named
static uint32_t
targets(Turn* const turn, Id ids[CLAUSE_TRACKS])
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  uint32_t                 count  = 0;
  if (clause->num_voices &&
      (!clause->num_tracks || clause->by[0] > BY_ROLE ||
       !strcmp(clause->voices[0], "hat") || clause_has(clause, "voice"))) {
    bool kick_track = false;
    for (uint32_t i = 0; i < clause->num_tracks; ++i) {
      const Track* const track = composition_track(root, clause->tracks[i]);
      kick_track =
        kick_track || (track && clause->by[i] <= BY_ROLE &&
                       !strcmp(track_role(turn->services, track), "drums"));
    }

    if (!kick_track) {
      ids[0] = turn_drums(turn);
      return ids[0] != ID_NONE;
    }
  }

  if (!turn_targets(turn)) {
    return 0;
  }

  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Track* const track = composition_track(root, clause->tracks[i]);
    if (track && track->type && count < CLAUSE_TRACKS) {
      // Of all tracks, those that have something
      const bool has = id_list_count(track->clips) > 0;
      const bool pitched =
        strcmp(track_role(turn->services, track), "drums") != 0;
      const bool fits = clause->by[i] != BY_ALL ||
                        (has && (pitched || !clause_has(clause, "transpose")));
      if (fits) {
        ids[count++] = clause->tracks[i];
      }
    }
  }

  if (!count && !turn->not_done.size) {
    turn_cannot(turn,
                "Sorry, there are no notes on %s to change.",
                turn_name(turn, clause->tracks[0]));
  }

  return count;
}

/// Common arguments: track, operation, voice, bars
static json_t*
common(const Turn* const turn, const Id id, const char* const operation)
{
  const Clause* const clause = turn->clause;
  int                 first  = 0;
  int                 last   = 0;
  json_t* const       args =
    json_pack("{s:o, s:s}", "track", id_json(id), "operation", operation);
  const Track* const track =
    composition_track(services_document(turn->services), id);
  if (clause->num_voices &&
      !strcmp(track_role(turn->services, track), "drums")) {
    json_object_set_new(args, "voice", json_string(clause->voices[0]));
  }

  if (turn_bars(turn, &first, &last)) {
    json_object_set_new(args, "first_bar", json_integer(first));
    json_object_set_new(args, "last_bar", json_integer(last));
  }

  return args;
}

/// Do an edit on all targets; `key` and `value` are an argument, or null
static Outcome
edit(Turn* const       turn,
     const char* const operation,
     const char* const key,
     const double      value,
     const char* const said)
{
  Id             ids[CLAUSE_TRACKS];
  const uint32_t count = targets(turn, ids);
  for (uint32_t i = 0; i < count; ++i) {
    const Clause* const clause = turn->clause;
    // A track of one voice has no others to spare
    const uint32_t voices =
      clause->num_voices > 1 && strcmp(operation, "remove") == 0
        ? clause->num_voices
        : 1;
    for (uint32_t v = 0; v < voices; ++v) {
      json_t* const args = common(turn, ids[i], operation);
      if (voices > 1) {
        json_object_set_new(args, "voice", json_string(clause->voices[v]));
      }

      if (key) {
        json_object_set_new(args, key, json_real(value));
      }

      double percent = 0.0;
      if (!strcmp(operation, "quantize") &&
          clause_number(clause, "%", &percent)) {
        json_object_set_new(args, "amount", json_real(percent));
      }

      if (turn_do(turn, "edit_notes", args)) {
        const bool drums = clause->num_voices > 0;
        turn_say(turn,
                 "%s%s%s on %s: %g notes.",
                 said,
                 drums ? " the " : "",
                 drums ? clause->voices[v] : "",
                 turn_name(turn, ids[i]),
                 turn_number(turn, "meant"));
        turn_touch(turn, ids[i]);
      }
    }
  }

  return INTENT_DONE;
}

static Outcome
quantize(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  return edit(turn,
              "quantize",
              "grid",
              clause->grid > 0.0 ? clause->grid : 0.25,
              "Quantized");
}

static Outcome
humanize(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  return edit(turn,
              "humanize",
              "value",
              clause->amount < 1.0   ? 0.8
              : clause->amount > 1.0 ? 1.6
                                     : 1.0,
              "Humanized");
}

static Outcome
swing(Turn* const turn)
{
  const Clause* const clause  = turn->clause;
  double              percent = clause->amount < 1.0   ? 55.0
                                : clause->amount > 1.0 ? 66.0
                                                       : 60.0;
  const bool          given   = clause_number(clause, "%", &percent);
  if (clause_has(clause, "triplet")) {
    percent = 66.7;
  }

  if (clause_has(clause, "straight") || clause_has(clause, "remove") ||
      clause_has(clause, "no") || clause_has(clause, "without")) {
    percent = 50.0;
  }

  // "20% swing" is counted from straight
  percent = given && percent < 50.0 ? 50.0 + percent / 4.0 : percent;
  if (percent > 75.0) {
    return turn_cannot(
      turn, "Sorry, I can't swing by %g%%: it goes from 50 to 75%%.", percent);
  }

  // Without a target the drums swing, or all if there are none
  Id       ids[CLAUSE_TRACKS];
  uint32_t count = 0;
  if (!clause->num_voices && !clause->unknown &&
      (!clause->num_tracks || clause->by[0] == BY_PRONOUN) &&
      turn_role(turn, "drums") != ID_NONE && !clause_has(clause, "it")) {
    ids[0] = turn_role(turn, "drums");
    count  = 1;
  } else {
    count = targets(turn, ids);
  }

  for (uint32_t i = 0; i < count; ++i) {
    json_t* const args = common(turn, ids[i], "swing");
    json_object_set_new(args, "value", json_real(percent));
    if (clause->grid > 0.0 && clause->grid < 1.0 &&
        !clause_has(clause, "triplet")) {
      json_object_set_new(args, "grid", json_real(clause->grid));
    }

    if (turn_do(turn, "edit_notes", args)) {
      turn_say(turn,
               "%s swings at %.0f%%: %g notes.",
               turn_name(turn, ids[i]),
               percent,
               turn_number(turn, "meant"));
      turn_touch(turn, ids[i]);
    }
  }

  return INTENT_DONE;
}

/// Semitones that a clause asks for; false if it does not say
static bool
interval(const Turn* const turn, double* const steps)
{
  const Clause* const clause = turn->clause;
  double              n      = 1.0;
  const double        way    = clause->way < 0 || clause_has(clause, "lower") ||
                         clause_says(clause, "drop|drops") ||
                         clause_has(clause, "falling")
                                 ? -1.0
                                 : 1.0;
  if (clause_number(clause, "octave", &n) || clause_has(clause, "octave")) {
    *steps = 12.0 * (n < 0.0 ? n : n * way);
    return fabs(n) <= 10.0;
  }

  if (clause_number(clause, "st", &n) || clause_has(clause, "semitone")) {
    *steps = n < 0.0 ? n : n * way;
    return true;
  }

  if (clause_has(clause, "wholestep")) {
    *steps = 2.0 * way;
    return true;
  }

  const Token* const named = clause_find(clause, "interval");
  if (named) {
    *steps = strtod(named->word->value, NULL) * way;
    return true;
  }

  if (clause_has(clause, "transpose") && clause_number(clause, "", &n)) {
    *steps = n < 0.0 ? n : n * way;
    return true;
  }

  // "transpose to D minor" from the key that the song is in
  Key now = {0};
  if (clause->has_key && song_key(turn->services, &now)) {
    const int up = ((clause->key.tonic - now.tonic) % 12 + 12) % 12;
    *steps       = up > 6 ? up - 12 : up;
    return true;
  }

  if ((clause_has(clause, "higher") || clause_has(clause, "lower")) &&
      clause_has(clause, "compare") && clause->way) {
    *steps = 12.0 * way;
    return true;
  }

  return false;
}

static Outcome
transpose(Turn* const turn)
{
  double steps = 0.0;
  char   said[64];
  if (!interval(turn, &steps)) {
    return clause_has(turn->clause, "transpose")
             ? turn_ask(turn, "By how many semitones, up or down?")
             : INTENT_PASS;
  }

  snprintf(said, sizeof(said), "Transposed by %+g semitones", steps);
  const bool key = turn->clause->has_key;
  const bool whole =
    key && (!turn->clause->num_tracks || turn->clause->by[0] >= BY_PRONOUN);
  if (!whole) {
    return edit(turn, "transpose", "value", steps, said);
  }

  // The whole song goes to the other key
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  IdList* const list = id_list_retain(order);
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), list->ids[i]);
    if (track->type &&
        strcmp(track_role(turn->services, track), "drums") != 0 &&
        id_list_count(track->clips) &&
        turn_do(turn,
                "edit_notes",
                json_pack("{s:o, s:s, s:f}",
                          "track",
                          id_json(list->ids[i]),
                          "operation",
                          "transpose",
                          "value",
                          steps))) {
      turn_say(turn, "%s on %s.", said, turn_name(turn, list->ids[i]));
      turn_touch(turn, list->ids[i]);
    }
  }

  id_list_release(list);
  char text[KEY_TEXT_SIZE];
  Key  to = turn->clause->key;
  if (turn_do(
        turn, "set_key", json_pack("{s:s}", "key", key_format(&to, text)))) {
    turn_say(turn, "The key is %s now.", text);
  }

  return INTENT_DONE;
}

static Outcome
velocity(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  double              n      = 0.0;
  const bool          down =
    clause->way < 0 || clause_has(clause, "softly") ||
    clause_has(clause, "loud") || clause_has(clause, "lower") ||
    clause_has(clause, "less") ||
    (clause_has(clause, "harder") && clause_has(clause, "less"));
  const double step = clause->amount < 1.0   ? 8.0
                      : clause->amount > 1.0 ? 25.0
                                             : 15.0;
  if (clause_number(clause, "%", &n)) {
    return edit(turn,
                "velocity",
                "value",
                (down ? -1.0 : 1.0) * n,
                "Changed the velocity of");
  }

  if (clause_has(clause, "velocity") && clause_number(clause, "", &n) &&
      n >= 1.0 && n <= 127.0) {
    return clause_has(clause, "by")
             ? edit(turn,
                    "velocity",
                    "value",
                    down ? -n : n,
                    "Changed the velocity of")
             : edit(turn, "velocity", "set", n, "Set the velocity of");
  }

  return edit(
    turn, "velocity", "value", down ? -step : step, "Changed the velocity of");
}

static Outcome
crescendo(Turn* const turn)
{
  const bool down =
    clause_has(turn->clause, "diminuendo") ||
    (clause_has(turn->clause, "fade") && clause_has(turn->clause, "off"));
  return edit(turn,
              "ramp",
              "value",
              down ? -1.0 : 1.0,
              down ? "A diminuendo" : "A crescendo");
}

static Outcome
accent(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  return edit(turn,
              "accent",
              "grid",
              clause_has(clause, "downbeat") ? daw_bar(turn->services)
              : clause->grid > 0.0           ? clause->grid
                                             : 1.0,
              "Accented");
}

static Outcome
shorter(Turn* const turn)
{
  return edit(turn,
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
  return edit(turn,
              "length",
              "value",
              turn->clause->amount > 1.0 ? 4.0 : 2.0,
              "Lengthened");
}

static Outcome
half_time(Turn* const turn)
{
  return edit(turn, "scale_time", "value", 2.0, "Half time for");
}

static Outcome
double_time(Turn* const turn)
{
  return edit(turn, "scale_time", "value", 0.5, "Double time for");
}

/// The chords that a clause about chords means
static Outcome
chord_edit(Turn* const       turn,
           const char* const operation,
           const double      value,
           const char* const said)
{
  const Clause* const clause = turn->clause;
  Id                  ids[CLAUSE_TRACKS];
  uint32_t            count = 0;
  const bool          named = clause->num_tracks && clause->by[0] <= BY_ROLE;
  if (!named && !clause->unknown) {
    const Id chords = turn_role(turn, "chords");
    if (chords != ID_NONE) {
      ids[0] = chords;
      count  = 1;
    }
  }

  count = count ? count : targets(turn, ids);
  for (uint32_t i = 0; i < count; ++i) {
    json_t* const args = common(turn, ids[i], operation);
    if (value != 0.0) {
      json_object_set_new(args, "value", json_real(value));
    }

    if (turn_do(turn, "edit_notes", args)) {
      turn_say(turn,
               "%s on %s: %g notes now.",
               said,
               turn_name(turn, ids[i]),
               turn_number(turn, "notes"));
      turn_touch(turn, ids[i]);
    }
  }

  return INTENT_DONE;
}

static Outcome
sevenths(Turn* const turn)
{
  return chord_edit(turn,
                    "extend",
                    clause_has(turn->clause, "ninths") ? 5.0 : 4.0,
                    clause_has(turn->clause, "ninths") ? "Ninth chords"
                                                       : "Seventh chords");
}

static Outcome
triads(Turn* const turn)
{
  return chord_edit(turn,
                    "triads",
                    clause_has(turn->clause, "powerchords") ? 2.0 : 3.0,
                    "Simpler chords");
}

static Outcome
voicing(Turn* const turn)
{
  return chord_edit(turn, "voicing", 0.0, "Inversions that move smoothly");
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

  return tone < 0 ? INTENT_PASS
                  : edit(turn, "end_on", "value", tone, "A new last note");
}

/// Sus chords: the third becomes the second or the fourth
static Outcome
suspend(Turn* const turn)
{
  const Token* const sus = clause_find(turn->clause, "sus");
  return chord_edit(
    turn, "suspend", strtod(sus->word->value, NULL), "Suspended chords");
}

/// A second voice above
static Outcome
harmonize(Turn* const turn)
{
  const Token* const steps = clause_find(turn->clause, "harmonysteps");
  return edit(turn,
              "harmonize",
              "value",
              steps ? strtod(steps->word->value, NULL) : 2.0,
              "A second voice");
}

static Outcome
simpler(Turn* const turn)
{
  return edit(turn, "thin", NULL, 0.0, "Thinned out");
}

static Outcome
busier(Turn* const turn)
{
  return edit(turn, "fill", NULL, 0.0, "Filled out");
}

static Outcome
reverse(Turn* const turn)
{
  return edit(turn, "reverse", NULL, 0.0, "Reversed");
}

static Outcome
vary(Turn* const turn)
{
  return edit(turn, "vary", NULL, 0.0, "Varied");
}

static Outcome
fit_key(Turn* const turn)
{
  Id             ids[CLAUSE_TRACKS];
  const uint32_t count = targets(turn, ids);
  char           text[KEY_TEXT_SIZE];
  for (uint32_t i = 0; i < count; ++i) {
    json_t* const args = common(turn, ids[i], "fit_key");
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
  return edit(turn, "remove", NULL, 0.0, "Removed");
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
           ? edit(
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
  return edit(turn, "thin", NULL, 0.0, "Thinned out");
}

static Outcome
clear_notes(Turn* const turn)
{
  return edit(turn, "remove", NULL, 0.0, "Removed all notes");
}

// clang-format off
const Intent intents_edit[] = {
  {"too|toomuch longer !create !#fx", shorter},
  {"too|toomuch shorter !create !#fx", longer},
  {"#voice level|raise|lower|loud|quiet !#named !create !add !#fx !#db !pan !mute", velocity},
  {"harmonize !create !#fx", harmonize},
  {"sus !create !#chords !question", suspend},
  {"fade #named|it|all !#fx", crescendo},
  {"ends root|on|with|at|verb !create !add !song", end_on},
  {"remove|lower|less|mute|without|no|off !#fx #voice everyother|half|some", remove_some},
  {"remove|mute|without|off|no #voice !#fx !level !solo !swing !named", remove_voice},
  {"light off #voice !#fx", remove_voice},
  {"remove|mute|light|verb #range|#section only|downto #named !#fx !create !add !loop", keep_only},
  {"enter #range #named !#fx !create", enter},
  {"remove|mute|split|drop|light|off #range #any_track|it|all !#fx !marker !copy !swing !create !loop", remove_bars},
  {"remove|clear notes #any_track !#fx !#range", clear_notes},
  {"remove ghost|rolls|fill", remove_some},
  {"quantize !create add>swing !#fx !#param", quantize},
  {"humanize !create !#fx", humanize},
  {"straight|swing !create !#fx !straight|quantize", swing},
  {"straight", swing},
  {"transpose !create !#fx", transpose},
  {"octave|semitone|wholestep|#st #any_track|#way !create !add !#fx !bassstyle", transpose},
  {"#st|interval #any_track verb|#way !create", transpose},
  {"move|raise|lower|light octave|semitone|interval|#st|wholestep", transpose},
  {"crescendo|diminuendo !create !#fx !question", crescendo},
  {"accent !create", accent},
  {"velocity|harder|softly !#fx !create !question energy>harder", velocity},
  {"sevenths|ninths !create|#named", sevenths},
  {"sevenths|ninths", sevenths},
  {"triads|powerchords !create", triads},
  {"voicing !create !seek", voicing},
  {"halftime|half slower #named !create", half_time},
  {"halftime !create", half_time},
  {"slower half|twice #named", half_time},
  {"doubletime !create", double_time},
  {"shorter !#fx !create !#range !question !song", shorter},
  {"longer !#fx !create !song !question !#bars", longer},
  {"simpler !create !add !#fx !question", simpler},
  {"busier !create !#fx !question", busier},
  {"compare higher|lower #named !level !volume !#db !#fx|seek", transpose},
  {"reverse !#fx !undo", reverse},
  {"random|again light|set #named", vary},
  {"fit|follow|quantize|snap|fix key|#key|mode #any_track !create !add", fit_key},
  {"notes light|set mode|key #any_track", fit_key},
  {0},
};
// clang-format on
