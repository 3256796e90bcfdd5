// SPDX-License-Identifier: GPL-3.0-or-later
//
// Arrangement: markers, repeats, sections, whole songs

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Markers

/// The marker that a clause names, or ID_NONE
static Id
find_marker(const Turn* const turn)
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  const IdList* const      list   = root->order[KIND_MARKER];
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const char* const name = node_name(composition_find(root, list->ids[i]));
    for (uint32_t k = 0; k < clause->count; ++k) {
      const Token* const token = &clause->tokens[k];
      if (!strcasecmp(token->norm, name) || !strcasecmp(token->text, name) ||
          (token_has(token, "sectionname") &&
           !strcasecmp(token->word->value, name))) {
        return list->ids[i];
      }
    }
  }

  return ID_NONE;
}

/// "verse at 1, chorus at bar 5": several at once; false if it is not so
static bool
add_markers(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const char*         names[CLAUSE_THINGS];
  int                 bars[CLAUSE_THINGS];
  uint32_t            count = 0;
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    for (uint32_t k = i + 1u;
         token_has(token, "sectionname") && k < clause->count && k < i + 4u;
         ++k) {
      if (token_has(&clause->tokens[k], "sectionname")) {
        break;
      }

      if (clause->tokens[k].is_number && count < CLAUSE_THINGS) {
        names[count]  = token->word->value;
        bars[count++] = (int)clause->tokens[k].number;
        break;
      }
    }
  }

  for (uint32_t i = 0; count > 1 && i < count; ++i) {
    if (turn_do(turn,
                "create_marker",
                json_pack("{s:s, s:f}",
                          "name",
                          names[i],
                          "beat",
                          (bars[i] - 1) * daw_bar(turn->services)))) {
      turn_say(turn, "Added the marker \"%s\" at bar %d.", names[i], bars[i]);
    }
  }

  return count > 1;
}

static Outcome
add_marker(Turn* const turn)
{
  if (add_markers(turn)) {
    return INTENT_DONE;
  }

  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  char                name[128];
  const int           first = clause->has_range ? clause->first : 0;
  double              beat  = 0.0;
  if (!clause->has_range && clause->bar_beat < 0.0 &&
      !clause_has(clause, "start") && !clause_has(clause, "end")) {
    const json_t* position = NULL;
    json_t*       song     = daw_describe_song(turn->services);
    position               = json_object_get(song, "position");
    beat                   = json_number_value(position);
    json_decref(song);
  } else {
    beat = clause->has_range           ? (first - 1) * bar
           : clause_has(clause, "end") ? song_bars(turn->services) * bar
           : clause->bar_beat >= 0.0   ? clause->bar_beat
                                       : 0.0;
  }

  snprintf(name,
           sizeof(name),
           "%s",
           clause->name[0]        ? clause->name
           : clause->num_sections ? clause->sections[0]
                                  : "Marker");
  if (beat < 0.0) {
    return turn_cannot(
      turn, "Sorry, I can't put a marker there: the song begins at bar 1.");
  }

  if (turn_do(turn,
              "create_marker",
              json_pack("{s:s, s:f}", "name", name, "beat", beat))) {
    turn_say(turn,
             "Added the marker \"%s\" at bar %g.",
             turn_text(turn, "marker.name"),
             floor(beat / bar + 1e-6) + 1.0);
  }

  return INTENT_DONE;
}

static Outcome
remove_marker(Turn* const turn)
{
  const IdList* const list =
    services_document(turn->services)->order[KIND_MARKER];
  const Id id = find_marker(turn);
  char     name[128];
  if (id == ID_NONE && clause_has(turn->clause, "all")) {
    while (
      id_list_count(services_document(turn->services)->order[KIND_MARKER])) {
      const Id next =
        services_document(turn->services)->order[KIND_MARKER]->ids[0];
      if (!turn_do(turn,
                   "delete_marker",
                   json_pack("{s:o}", "marker_id", id_json(next)))) {
        return INTENT_DONE;
      }
    }

    turn_say(turn, "Removed all markers.");
    return INTENT_DONE;
  }

  if (id == ID_NONE) {
    return id_list_count(list)
             ? turn_ask(turn, "Sorry, which marker do you mean?")
             : turn_cannot(turn, "Sorry, there are no markers to remove.");
  }

  snprintf(name, sizeof(name), "%.120s", turn_name(turn, id));
  if (turn_do(
        turn, "delete_marker", json_pack("{s:o}", "marker_id", id_json(id)))) {
    turn_say(turn, "Removed the marker \"%s\".", name);
  }

  return INTENT_DONE;
}

static Outcome
change_marker(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const Id            id     = find_marker(turn);
  json_t*             args   = json_pack("{s:o}", "marker_id", id_json(id));
  if (id == ID_NONE) {
    json_decref(args);
    return INTENT_PASS;
  }

  if (clause->has_range) {
    json_object_set_new(
      args, "beat", json_real((clause->first - 1) * daw_bar(turn->services)));
  } else if (clause->name[0]) {
    json_object_set_new(args, "name", json_string(clause->name));
  }

  if (turn_do(turn, "modify_marker", args)) {
    turn_say(
      turn,
      "The marker \"%s\" is at bar %g.",
      turn_text(turn, "marker.name"),
      floor(turn_number(turn, "marker.beat") / daw_bar(turn->services) + 1e-6) +
        1.0);
  }

  return INTENT_DONE;
}

// Repeating

/// Tracks for an arrangement; all with clips if none is named
static uint32_t
targets(Turn* const turn, Id ids[CLAUSE_TRACKS])
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  const IdList* const      order  = root->order[KIND_TRACK];
  uint32_t                 count  = 0;
  const bool free_ = !clause->num_tracks || clause->by[0] == BY_ALL ||
                     (clause->by[0] == BY_PRONOUN && !clause_has(clause, "it"));
  if (clause->unknown) {
    turn_targets(turn);
    return 0;
  }

  for (uint32_t i = 0;
       i < (free_ ? id_list_count(order) : clause->num_tracks) &&
       count < CLAUSE_TRACKS;
       ++i) {
    const Id           id    = free_ ? order->ids[i] : clause->tracks[i];
    const Track* const track = composition_track(root, id);
    if (track && id_list_count(track->clips)) {
      ids[count++] = id;
    }
  }

  if (!count) {
    turn_cannot(turn, "Sorry, there is nothing there to repeat or copy.");
  }

  return count;
}

static Outcome
repeat(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  Id                  ids[CLAUSE_TRACKS];
  double              times = 2.0;
  if (clause->has_range && clause_has(clause, "to")) {
    return INTENT_PASS;
  }

  const uint32_t count = targets(turn, ids);
  const bool     given =
    clause_number(clause, "x", &times) || clause_number(clause, "", &times);
  const double bar = daw_bar(turn->services);
  for (uint32_t i = 0; i < count; ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), ids[i]);
    double end = 0.0;
    for (uint32_t k = 0; k < id_list_count(track->clips); ++k) {
      const Clip* const clip = composition_clip(
        services_document(turn->services), track->clips->ids[k]);
      end = fmax(end, ticks_to_beats(clip->start + clip->length) / bar);
    }

    // "8 more bars" come on top, "for 16 bars" is the whole
    const double bars =
      clause->bars
        ? (clause_has(clause, "more") || clause_says(clause, "another") ||
               clause_has(clause, "by")
             ? ceil(end) + clause->bars
             : clause->bars)
      : clause_has(clause, "triple")
        ? ceil(end) * 3.0
        : ceil(end) * (given ? fmax(2.0, fmin(64.0, times)) : 2.0);
    if (turn_do(
          turn,
          "repeat_track",
          json_pack("{s:o, s:f}", "track", id_json(ids[i]), "bars", bars))) {
      turn_say(turn,
               "%s plays for %g bars now.",
               turn_name(turn, ids[i]),
               turn_number(turn, "bars"));
      turn_touch(turn, ids[i]);
    }
  }

  return INTENT_DONE;
}

/// "copy bars 1 to 4 to bar 5", "copy the verse to bar 17"
static Outcome
copy_bars(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  Id                  ids[CLAUSE_TRACKS];
  int                 first = 0;
  int                 last  = 0;
  int                 to    = 0;
  if (!turn_bars(turn, &first, &last)) {
    return INTENT_PASS;
  }

  // The second place that is named is where it goes
  uint32_t bars = 0;
  for (uint32_t i = 0; i + 1u < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token_has(token, "bar") && clause->tokens[i + 1u].is_number) {
      ++bars;
      to = bars == 2 || (bars == 1 && clause->num_sections)
             ? (int)clause->tokens[i + 1u].number
             : to;
    }
  }

  // "bars 1-4 to 5-8" has the word only once
  double   numbers[8];
  uint32_t count = 0;
  for (uint32_t i = 0; i < clause->count && count < 8; ++i) {
    if (clause->tokens[i].is_number &&
        (!*clause->tokens[i].unit || !strcmp(clause->tokens[i].unit, "bars"))) {
      numbers[count++] = clause->tokens[i].number;
    }
  }

  // "copy the first four bars to bar 9"
  for (uint32_t i = 0; i + 2u < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token_has(token, "to") && token_has(token + 1, "bar") &&
        token[2].is_number && i > 1 && !token[-1].is_number) {
      to = (int)token[2].number;
    }
  }

  to                    = to                          ? to
                          : count >= 3                ? (int)numbers[2]
                          : clause_has(clause, "end") ? song_bars(turn->services) + 1
                                                      : last + 1;
  const uint32_t tracks = targets(turn, ids);
  uint32_t       done   = 0;
  for (uint32_t i = 0; i < tracks; ++i) {
    const bool   all    = !clause->num_tracks || clause->by[0] >= BY_PRONOUN;
    const size_t before = turn->not_done.size;
    if (turn_do(turn,
                "copy_bars",
                json_pack("{s:o, s:i, s:i, s:i}",
                          "track",
                          id_json(ids[i]),
                          "first_bar",
                          first,
                          "last_bar",
                          last,
                          "to_bar",
                          to))) {
      turn_say(turn,
               "Copied bars %d to %d of %s to bar %d.",
               first,
               last,
               turn_name(turn, ids[i]),
               to);
      turn_touch(turn, ids[i]);
      ++done;
    } else if (all && done + 1u <= tracks && tracks > 1) {
      // Of all tracks some have nothing there
      turn->not_done.size = before;
      if (turn->not_done.data) {
        turn->not_done.data[before] = '\0';
      }
    }
  }

  if (!done && !turn->not_done.size && tracks) {
    turn_cannot(turn, "Sorry, there is nothing in those bars to copy.");
  }

  return INTENT_DONE;
}

/// Move all clips of a track by bars
static Outcome
move_clips(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  if (!clause->num_tracks ||
      !composition_track(services_document(turn->services),
                         clause->tracks[0])) {
    return turn_targets(turn) ? INTENT_PASS : INTENT_DONE;
  }

  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    const Track* const track =
      composition_track(services_document(turn->services), clause->tracks[t]);
    IdList* const clips = id_list_retain(track ? track->clips : NULL);
    double        start = 1e9;
    for (uint32_t i = 0; i < id_list_count(clips); ++i) {
      start =
        fmin(start,
             ticks_to_beats(composition_clip(services_document(turn->services),
                                             clips->ids[i])
                              ->start));
    }

    const bool   earlier = clause_says(clause, "earlier|back|left|sooner");
    const double by      = clause->has_range ? (clause->first - 1) * bar - start
                           : clause->bars
                             ? (earlier ? -1.0 : 1.0) * clause->bars * bar
                             : clause->bar_beat * (earlier ? -1.0 : 1.0);
    for (uint32_t n = 0; n < id_list_count(clips); ++n) {
      // The last first, when they go to the right
      const uint32_t    i = by > 0.0 ? id_list_count(clips) - 1u - n : n;
      const Clip* const clip =
        composition_clip(services_document(turn->services), clips->ids[i]);
      const double to = ticks_to_beats(clip->start) + by;
      if (!turn_do(turn,
                   "move_clip",
                   json_pack("{s:o, s:f}",
                             "clip_id",
                             id_json(clips->ids[i]),
                             "start_time",
                             to))) {
        id_list_release(clips);
        return INTENT_DONE;
      }
    }

    if (id_list_count(clips)) {
      turn_say(turn,
               "%s starts at bar %g.",
               turn_name(turn, clause->tracks[t]),
               (start + by) / bar + 1.0);
      turn_touch(turn, clause->tracks[t]);
    }

    id_list_release(clips);
  }

  return INTENT_DONE;
}

/// Cut the clip of a track at a bar
static Outcome
split(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const double        at     = (clause->first - 1) * daw_bar(turn->services);
  uint32_t            done   = 0;
  if (!clause->has_range) {
    return INTENT_PASS;
  }

  if (!turn_targets(turn)) {
    return INTENT_DONE;
  }

  for (uint32_t t = 0; t < clause->num_tracks; ++t) {
    const Track* const track =
      composition_track(services_document(turn->services), clause->tracks[t]);
    IdList* const clips = id_list_retain(track ? track->clips : NULL);
    for (uint32_t i = 0; i < id_list_count(clips); ++i) {
      const Clip* const clip =
        composition_clip(services_document(turn->services), clips->ids[i]);
      const double start = ticks_to_beats(clip->start);
      if (at > start + 1e-6 &&
          at < start + ticks_to_beats(clip->length) - 1e-6 &&
          turn_do(turn,
                  "split_clip",
                  json_pack("{s:o, s:f}",
                            "clip_id",
                            id_json(clips->ids[i]),
                            "split_time",
                            at - start))) {
        turn_say(turn,
                 "Split %s at bar %d.",
                 turn_name(turn, clause->tracks[t]),
                 clause->first);
        ++done;
      }
    }

    id_list_release(clips);
  }

  return done || turn->look_only
           ? INTENT_DONE
           : turn_cannot(turn,
                         "Sorry, there is no clip at bar %d to split.",
                         clause->first);
}

// Sections

/// More energy in some bars: louder hits, busier hats
static Outcome
energy(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  int first = 0;
  int last  = 0;
  if (!turn_bars(turn, &first, &last)) {
    return INTENT_PASS;
  }

  const bool less = clause_has(clause, "less") ||
                    clause_has(clause, "simpler") ||
                    clause_has(clause, "softly");
  IdList* const list = id_list_retain(order);
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Track* const track =
      composition_track(services_document(turn->services), list->ids[i]);
    const bool drums =
      track->type && !strcmp(track_role(turn->services, track), "drums");
    const size_t before = turn->not_done.size;
    if (!track->type || !id_list_count(track->clips)) {
      continue;
    }

    const bool louder = turn_do(turn,
                                "edit_notes",
                                json_pack("{s:o, s:s, s:i, s:i, s:i}",
                                          "track",
                                          id_json(list->ids[i]),
                                          "operation",
                                          "velocity",
                                          "value",
                                          less ? -14 : 14,
                                          "first_bar",
                                          first,
                                          "last_bar",
                                          last));
    if (louder && drums) {
      turn_do(turn,
              "edit_notes",
              json_pack("{s:o, s:s, s:i, s:i}",
                        "track",
                        id_json(list->ids[i]),
                        "operation",
                        less ? "thin" : "fill",
                        "first_bar",
                        first,
                        "last_bar",
                        last));
    }

    if (louder) {
      turn_say(turn,
               "%s plays %s in bars %d to %d.",
               turn_name(turn, list->ids[i]),
               less ? "softer" : "harder",
               first,
               last);
      turn_touch(turn, list->ids[i]);
    } else {
      // A track may have nothing there
      turn->not_done.size = before;
      if (turn->not_done.data) {
        turn->not_done.data[before] = '\0';
      }
    }
  }

  id_list_release(list);
  return INTENT_DONE;
}

static Outcome
arrange(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  json_t* const       args   = json_object();
  char                key[KEY_TEXT_SIZE];
  double              bpm = 0.0;
  if (clause_number(clause, "bpm", &bpm)) {
    if (bpm < 20.0 || bpm > 300.0) {
      json_decref(args);
      return turn_cannot(turn,
                         "Sorry, I can't set the tempo to %g BPM: it has to be "
                         "between 20 and 300.",
                         bpm);
    }

    turn_do(turn, "set_tempo", json_pack("{s:f}", "tempo", bpm));
  } else if (clause->genre && !song_bars(turn->services)) {
    turn_do(
      turn, "set_tempo", json_pack("{s:f}", "tempo", clause->genre->tempo));
  }

  if (clause->genre) {
    json_object_set_new(args, "genre", json_string(clause->genre->name));
  }

  if (clause->has_key) {
    Key wanted = clause->key;
    json_object_set_new(args, "key", json_string(key_format(&wanted, key)));
  }

  if (clause->bars) {
    json_object_set_new(args, "bars", json_integer(clause->bars));
  }

  if (clause->roman[0]) {
    json_object_set_new(args, "progression", json_string(clause->roman));
  }

  // Sections in the order in which they are named, each with its bars
  json_t* const sections = json_array();
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (!token_has(token, "sectionname") || token_has(token, "create")) {
      continue;
    }

    const Token* const before = i ? &clause->tokens[i - 1u] : NULL;
    json_t* const      one    = json_pack("{s:s}", "name", token->word->value);
    if (before && before->is_number && !strcmp(before->unit, "bars")) {
      json_object_set_new(
        one, "bars", json_integer((json_int_t)before->number));
    }

    json_array_append_new(sections, one);
  }

  if (json_array_size(sections)) {
    json_object_set(args, "sections", sections);
  }

  json_decref(sections);
  if (!turn_do(turn, "arrange_song", args)) {
    return INTENT_DONE;
  }

  char          text[400] = "";
  size_t        used      = 0;
  size_t        i         = 0;
  const json_t* item      = NULL;
  json_array_foreach(json_object_get(turn->result, "sections"), i, item)
  {
    if (used < 330) {
      used +=
        (size_t)snprintf(text + used,
                         sizeof(text) - used,
                         "%s%s (bar %d)",
                         i ? ", " : "",
                         json_string_value(json_object_get(item, "name")),
                         (int)json_integer_value(json_object_get(item, "bar")));
    }
  }

  turn_say(turn,
           "Wrote a %s song of %g bars in %s at %g BPM: %s.",
           turn_text(turn, "genre"),
           turn_number(turn, "bars"),
           turn_text(turn, "key"),
           tempo_to_bpm(services_document(turn->services)->tempo),
           text);
  return INTENT_DONE;
}

// clang-format off
const Intent intents_arrange[] = {
  {"marker remove", remove_marker},
  {"marker move|rename|set|name !add !create #section|#name|#range", change_marker},
  {"marker !question", add_marker},
  {"name|light|add section|#section #range !#genre !role !part !create !#fx !copy !repeat !energy !harder !busier !simpler !#track", add_marker},
  {"^name #range #section", add_marker},
  {"copy #range|#section create>#range !#fx to|paste|#range !track", copy_bars},
  {"copy|repeat #range to bar !#fx", copy_bars},
  {"repeat|copy #bars|double|triple|#num|again|all !#fx !create|play !#db !level !up !down !question !track", repeat},
  {"repeat|^loop #named|it !#range !#fx !create !#db !level !up !down", repeat},
  {"loop #named #bars|#num", repeat},
  {"longer song|#bars|#named #bars", repeat},
  {"split #range !#param !tone", split},
  {"move|seek|set #range|#bars #track !#fx !octave !up !down !add !create !play", move_clips},
  {"energy|harder|busier|simpler|softly|level #section|#range light|verb|more !create !#fx !#db !velocity !#named", energy},
  {"full|all #genre track !role !#voice !question", arrange},
  {"fullsong create|add|need|light|indef|use !question", arrange},
  {"create|light|need|indef|add #genre song|fullsong|track !role !#chords !#roman !copy !#fx", arrange},
  {"create|light|need song|fullsong !rename !name !#fx !tempo key>create !remove !level !marker !tone !question !volume !advice !#named !faster !slower !repeat !longer", arrange},
  {"create|add|light #section #genre|song|fullsong !#fx !role !#range", arrange},
  {0},
};
// clang-format on
