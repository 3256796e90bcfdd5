// SPDX-License-Identifier: GPL-3.0-or-later
//
// Arrangement: markers, repeats, sections, whole songs

#include "ai/intent_arrange.h"
#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
  {"marker remove", arrange_remove_marker},
  {"marker move|rename|set|name !add !create #section|#name|#range", arrange_change_marker},
  {"marker !question", arrange_add_marker},
  {"name|light|add section|#section #range !#genre !role !part !create !#fx !copy !repeat !energy !harder !busier !simpler !#track", arrange_add_marker},
  {"^name #range #section", arrange_add_marker},
  {"copy #range|#section create>#range !#fx to|paste|#range !track", arrange_copy_bars},
  {"copy|repeat #range to bar !#fx", arrange_copy_bars},
  {"repeat|copy #bars|double|triple|#num|again|all !#fx !create|play !#db !level !up !down !question !track", arrange_repeat},
  {"repeat|^loop #named|it !#range !#fx !create !#db !level !up !down", arrange_repeat},
  {"loop #named #bars|#num", arrange_repeat},
  {"longer song|#bars|#named #bars", arrange_repeat},
  {"split #range !#param !tone", arrange_split},
  {"move|seek|set #range|#bars #track !#fx !octave !up !down !add !create !play", arrange_move_clips},
  {"energy|harder|busier|simpler|softly|level #section|#range light|verb|more !create !#fx !#db !velocity !#named", energy},
  {"full|all #genre track !role !#voice !question", arrange},
  {"fullsong create|add|need|light|indef|use !question", arrange},
  {"create|light|need|indef|add #genre song|fullsong|track !role !#chords !#roman !copy !#fx", arrange},
  {"create|light|need song|fullsong !rename !name !#fx !tempo key>create !remove !level !marker !tone !question !volume !advice !#named !faster !slower !repeat !longer", arrange},
  {"create|add|light #section #genre|song|fullsong !#fx !role !#range", arrange},
  {0},
};
// clang-format on
