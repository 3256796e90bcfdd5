// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clips: repeated, copied, moved, split

#include "ai/intent.h"
#include "ai/intent_arrange.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

Outcome
arrange_repeat(Turn* const turn)
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

Outcome
arrange_copy_bars(Turn* const turn)
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

Outcome
arrange_move_clips(Turn* const turn)
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

Outcome
arrange_split(Turn* const turn)
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
