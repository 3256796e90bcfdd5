// SPDX-License-Identifier: GPL-3.0-or-later
//
// Composing: drums, bass, chords, melodies, whole songs

#include "ai/intent_parts.h"
#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where

bool
parts_is_empty(const Turn* const turn, const Id id)
{
  const Track* const track =
    composition_track(services_document(turn->services), id);
  for (uint32_t i = 0; track && i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(turn->services), track->clips->ids[i]);
    if (note_list_count(clip->notes)) {
      return false;
    }
  }

  return track && track->type;
}

/// The track that a part is to go on; ID_NONE for a new one
static Id
destination(const Turn* const turn, const char* const part, const bool replace)
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), clause->tracks[i]);
    if (!track || !track->type || clause->by[i] == BY_ALL) {
      continue;
    }

    const char* const role = track_role(turn->services, track);
    const bool        same = !strcmp(role, part) ||
                      (!strcmp(part, "pad") && !strcmp(role, "chords")) ||
                      (!strcmp(part, "arp") && !strcmp(role, "melody"));
    const bool direct =
      clause->by[i] == BY_CONTEXT ||
      (clause->by[i] == BY_NAME && clause->at[i] &&
       (token_has(&clause->tokens[clause->at[i] - 1u], "on") ||
        token_has(&clause->tokens[clause->at[i] - 1u], "to") ||
        token_has(&clause->tokens[clause->at[i] - 1u], "at") ||
        token_has(&clause->tokens[clause->at[i] - 1u], "def")));
    if ((replace && same) ||
        (direct && parts_is_empty(turn, clause->tracks[i]))) {
      return clause->tracks[i];
    }
  }

  // An empty track with the part's own role waits for it
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), order->ids[i]);
    if (parts_is_empty(turn, order->ids[i]) &&
        !strcmp(track_role(turn->services, track), part)) {
      return order->ids[i];
    }
  }

  return ID_NONE;
}

// Saying

static void
say_part(Turn* const turn, const char* const part, const bool drums)
{
  char          chords[200] = "";
  size_t        used        = 0;
  size_t        i           = 0;
  const json_t* item        = NULL;
  json_array_foreach(json_object_get(turn->result, "chords"), i, item)
  {
    if (used < 150 && i < 16) {
      used += (size_t)snprintf(chords + used,
                               sizeof(chords) - used,
                               "%s%s",
                               i ? " " : "",
                               json_string_value(item));
    }
  }

  turn_say(turn,
           "Wrote %s on \"%s\": %g bars, %g notes%s%s.",
           !strcmp(part, "arp")      ? "an arpeggio"
           : !strcmp(part, "melody") ? "a melody"
                                     : part,
           turn_text(turn, "track.name"),
           turn_number(turn, "bars"),
           turn_number(turn, "notes"),
           drums || !*chords ? "" : " over ",
           drums ? "" : chords);
}

/// A number without a unit that can only be a tempo: "a techno beat at 138"
static bool
bare_tempo(const Clause* const clause, double* const bpm)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token->is_number && !*token->unit && token->number >= 50.0 &&
        token->number <= 250.0 &&
        !(i && token_has(&clause->tokens[i - 1u], "bar"))) {
      *bpm = token->number;
      return true;
    }
  }

  return false;
}

/// Set the tempo that a clause about parts gives
static bool
set_tempo(Turn* const turn)
{
  double bpm = 0.0;
  if (!clause_number(turn->clause, "bpm", &bpm) &&
      !bare_tempo(turn->clause, &bpm)) {
    return true;
  }

  if (bpm < 20.0 || bpm > 300.0) {
    turn_cannot(turn,
                "Sorry, I can't set the tempo to %g BPM: it has to be between "
                "20 and 300.",
                bpm);
    return false;
  }

  if (turn_do(turn, "set_tempo", json_pack("{s:f}", "tempo", bpm))) {
    turn_say(turn, "The tempo is %g BPM.", bpm);
  }

  return true;
}

/// "replace the third chord with Em": the bars of the chord that is counted
static bool
nth_chord(const Turn* const turn, int* const first, int* const bars)
{
  static Harmony      harmony;
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  const double        song   = song_bars(turn->services) * bar;
  for (uint32_t i = 1; i < clause->count && clause->num_chords == 1; ++i) {
    const Token* const before  = &clause->tokens[i - 1u];
    const bool         counted = token_has(&clause->tokens[i], "chordword") &&
                         before->is_number && !strcmp(before->unit, "th");
    const bool last =
      token_has(&clause->tokens[i], "chordword") && token_has(before, "last");
    if ((!counted && !last) ||
        !harmony_hear(turn->services, 0.0, song, &harmony)) {
      continue;
    }

    const uint32_t n = last ? harmony.count : (uint32_t)before->number;
    if (n >= 1 && n <= harmony.count) {
      const HarmonyChord* const chord = &harmony.chords[n - 1u];
      *first = (int)floor(chord->start / bar + 1e-6) + 1;
      *bars  = (int)ceil(chord->length / bar - 1e-6);
      return true;
    }
  }

  return false;
}

static bool
compose_one(Turn* const turn, const char* const part, const bool replace)
{
  const Clause* const clause = turn->clause;
  const bool          drums  = !strcmp(part, "drums");
  json_t* const       args   = json_pack("{s:s}", "part", part);
  char                text[KEY_TEXT_SIZE];
  char                name[64] = "";
  int                 first    = 0;
  int                 last     = 0;
  if (clause->genre) {
    parts_set_text(args, "genre", clause->genre->name);
  }

  if (turn_bars(turn, &first, &last)) {
    json_object_set_new(args, "start_bar", json_integer(first));
    json_object_set_new(
      args,
      "bars",
      json_integer(clause->bars ? clause->bars : last - first + 1));
  } else if (clause->bars) {
    json_object_set_new(args, "bars", json_integer(clause->bars));
  }

  int nth_first = 0;
  int nth_bars  = 0;
  if (!drums && nth_chord(turn, &nth_first, &nth_bars)) {
    json_object_set_new(args, "start_bar", json_integer(nth_first));
    json_object_set_new(args, "bars", json_integer(nth_bars));
  }

  if (clause->has_key && !drums) {
    Key key = clause->key;
    parts_set_text(args, "key", key_format(&key, text));
  } else if (!drums && clause_has(clause, "minorish") &&
             !song_bars(turn->services)) {
    parts_set_text(args, "key", "A minor");
  } else if (!drums && clause_has(clause, "mode") &&
             !song_bars(turn->services)) {
    const Token* const mode = clause_find(clause, "mode");
    const char* const  word =
      *mode->word->value ? mode->word->value : mode->norm;
    Key key = {strstr(word, "minor") ? 9 : 0, scale_find(word)};
    if (key.scale) {
      parts_set_text(args, "key", key_format(&key, text));
    }
  }

  const char* const instrument =
    drums ? NULL : parts_named_instrument(turn, part, name);
  if (instrument && !daw_instrument(turn->services, instrument)) {
    turn_say(turn,
             "There is no %s among the instruments, so another sound plays it.",
             name);
  }

  if (instrument) {
    parts_set_text(args, "instrument", instrument);
    // The name of the sound, unless it hides what the part is
    parts_set_text(args, "name", !strcmp(part, "bass") ? "Bass" : name);
  }

  if (clause->name[0]) {
    parts_set_text(args, "name", clause->name);
  }

  if (drums) {
    parts_drum_args(turn, args);
  } else {
    parts_harmony_args(turn, args);
    parts_style_args(turn, part, args);
  }

  const Id track = destination(turn, part, replace);
  if (track != ID_NONE) {
    json_object_set_new(args, "track", id_json(track));
  }

  if (!turn_do(turn, "compose_part", args)) {
    return false;
  }

  Id id = ID_NONE;
  say_part(turn, part, drums);
  if (id_parse(turn_text(turn, "track.id"), &id)) {
    turn_touch(turn, id);
  }

  if (drums && clause_has(clause, "fill") && id != ID_NONE) {
    const double bars = turn_number(turn, "bars");
    turn_do(turn,
            "add_fill",
            json_pack("{s:o, s:f}", "track", id_json(id), "bar", bars));
  }

  return true;
}

static Outcome
compose_parts(Turn* const turn, const bool replace)
{
  const char*    parts[PARTS_MAX];
  const uint32_t count = parts_find_parts(turn, parts);
  if (!count) {
    return INTENT_PASS;
  }

  if (!set_tempo(turn)) {
    return INTENT_DONE;
  }

  // Chords come first, so that bass and melody can follow them
  static const char* const order[] = {
    "drums", "chords", "pad", "bass", "arp", "melody"};
  for (size_t i = 0; i < PARTS_MAX; ++i) {
    for (uint32_t k = 0; k < count; ++k) {
      if (!strcmp(parts[k], order[i]) &&
          !compose_one(turn, parts[k], replace)) {
        return INTENT_DONE;
      }
    }
  }

  return INTENT_DONE;
}

static Outcome
compose(Turn* const turn)
{
  return compose_parts(turn, clause_has(turn->clause, "replace"));
}

/// "make the drums a reggae beat": what is there is written anew
static Outcome
recompose(Turn* const turn)
{
  return compose_parts(turn, true);
}

/// Places of voices, in the drums that are there or in new ones
static Outcome
voices(Turn* const turn)
{
  const Id drums = turn_role(turn, "drums");
  return drums == ID_NONE || parts_is_empty(turn, drums) ? compose(turn)
                                                         : parts_add_hits(turn);
}

/// "bass in D minor, 8 bars", "bass line only on the roots": written anew where
/// there is a track for it
static Outcome
noun_phrase(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const bool          named  = clause->num_tracks && clause->by[0] <= BY_ROLE &&
                     !parts_is_empty(turn, clause->tracks[0]);
  const bool fresh = clause_has(clause, "indef") || clause_has(clause, "new");
  return compose_parts(turn, named && !fresh);
}

static Outcome
nothing_to_compose(Turn* const turn)
{
  return turn_ask(
    turn,
    "What should I write: drums, bass, chords, a melody, or a whole song?");
}

// clang-format off
const Intent intents_parts[] = {
  {"#voice insteadof|swap|replace|changes !level !#fx !#db !pan !add !create", parts_replace_voice},
  {"open hatword !#fx !tone", parts_open_hats},
  {"fill #range|#bars|end|start|last !remove !#fx !up !create !question", parts_add_fill},
  {"#voice on|at|off all|#num|#grid|offbeat|downbeat|backbeat|four_floor !verb !#fx !level !volume !#db !pan !mute !solo !question !harder !softly !swing !velocity !quantize", voices},
  {"part|chordword|inst|tuneword #key|#bars|#grid|root|bassstyle|chordstyle|#genre|follow|#chords|#roman|mood|arp|rising|falling !verb !shorter !longer !octave !question !#fx !#db !level !volume !#pct !tone !loud !quiet !pan !loop !marker !range !velocity !harder !softly !swing>#genre !up !down !too !toomuch !left !right !transpose !not", noun_phrase},
  {"solo #key|mode|create|indef|follow !#named !#fx !level", compose},
  {"tuneword follow|inst !#fx !#named !level !question", compose},
  {"add|create|indef|more|some|light fill !role|#genre", parts_add_fill},
  {"add|create fill !#genre !#bars", parts_add_fill},
  {"add|create|more|with|light|indef ghost|rolls !remove !#genre !question", parts_ornaments},
  {"add|light|create|with|more|indef|set #voice !no !remove !#genre !#fx !level !volume !mute !solo !#db !swing !velocity !humanize !quantize !tone !harder !softly !inst !up !down !pan !left !right !question !loud !quiet", parts_add_hits},
  {"#voice on|off|at #num|offbeat|all add|light|set !remove !#fx !level !volume !#db !mute !solo !question !create !left !right", parts_add_hits},
  {"set|replace|light|play #named #genre|stabs|bassstyle|chordstyle|#chords|#roman|arp|four_floor role|chordword|into|to|it !indef !#fx !swing !sevenths !octave !copy !level !follow !longer !shorter !question !humanize !quantize", recompose},
  {"replace #named !inst !kit !instrument", recompose},
  {"set|replace|light role #genre def !#fx !indef !question !swing", recompose},
  {"set|light #named indef #genre|bassstyle|chordstyle role|part !#fx !question", recompose},
  {"set|light|replace chordword|chords to #chords|#roman", recompose},
  {"light #named follow chordword !copy !#fx !create !add !indef !question", recompose},
  {"create|add|indef|light|use|some|try|arp|#chords|#roman|#genre part|chordword|#chords|#roman|four_floor|inst|rolls|#genre !#fx !remove !#db !volume !level !mute !solo !transpose !copy !rename !question !velocity !tone|humanize|quantize octave>bassstyle !semitone !wholestep !interval !fxword !harder !left !right !center !off_ !on_ !undo !than !fix !ends sevenths>add|create|#chords|#roman|indef !voicing swing>create|#genre longer>create|add|indef shorter>create|add|indef repeat>create|add|indef !split !reverse !marker !seek !loud !quiet up>add|create|indef|arp down>add|create|indef|arp move>add|create|indef halftime>create|add|indef doubletime>create|add|indef simpler>create|add|indef busier>create|add|indef !crescendo !diminuendo softly>create|add|indef def>indef|create|add|#chords|#roman|#genre|follow|use|arp", compose},
  {"create part|chordword|inst|#chords|#roman|#genre|#voice !#fx !question !tone", compose},
  {"create vague|clip !#named", nothing_to_compose},
  {0},
};
// clang-format on
