// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions about the session

#include "ai/describe.h"
#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Composition*
document(const Turn* const turn)
{
  return services_document(turn->services);
}

static Outcome
ask_tempo(Turn* const turn)
{
  turn_say(turn, "The tempo is %g BPM.", tempo_to_bpm(document(turn)->tempo));
  return INTENT_DONE;
}

static Outcome
ask_meter(Turn* const turn)
{
  turn_say(turn,
           "The time signature is %u/%u.",
           document(turn)->signature.beats,
           document(turn)->signature.unit);
  return INTENT_DONE;
}

static Outcome
ask_key(Turn* const turn)
{
  char              text[KEY_TEXT_SIZE];
  Key               key = {0};
  const char* const set = string_text(document(turn)->key);
  if (*set) {
    turn_say(turn, "The key is %s.", set);
  } else if (song_key(turn->services, &key)) {
    turn_say(turn, "No key is set; it sounds like %s.", key_format(&key, text));
  } else {
    turn_say(turn, "No key is set, and there are no notes to hear one in.");
  }

  return INTENT_DONE;
}

static Outcome
ask_tracks(Turn* const turn)
{
  char           names[900];
  const uint32_t count = id_list_count(document(turn)->order[KIND_TRACK]);
  turn_names(turn, names, sizeof(names));
  if (!count) {
    turn_say(turn, "There are 0 tracks: the song is empty.");
  } else {
    turn_say(turn,
             "There %s %u track%s: %s.",
             count == 1 ? "is" : "are",
             count,
             count == 1 ? "" : "s",
             names);
  }

  return INTENT_DONE;
}

static Outcome
ask_chords(Turn* const turn)
{
  static Harmony harmony;
  const Clause*  clause    = turn->clause;
  const double   bar       = daw_bar(turn->services);
  const int      bars      = song_bars(turn->services);
  char           text[500] = "";
  size_t         used      = 0;
  Key            key       = {0};
  int            first     = 1;
  int            last      = bars > 32 ? 32 : bars;
  const bool     flats = song_key(turn->services, &key) && key_has_flats(&key);
  turn_bars(turn, &first, &last);
  (void)clause;
  if (last < first || !harmony_hear(turn->services,
                                    (first - 1) * bar,
                                    (last - first + 1) * bar,
                                    &harmony)) {
    turn_say(turn, "There are no chords yet.");
    return INTENT_DONE;
  }

  // A progression that repeats is told once
  uint32_t count = harmony.count;
  for (uint32_t n = 1; n <= harmony.count / 2u; ++n) {
    bool same = harmony.count % n == 0;
    for (uint32_t i = n; i < harmony.count && same; ++i) {
      same =
        harmony.chords[i].chord.root == harmony.chords[i - n].chord.root &&
        harmony.chords[i].chord.count == harmony.chords[i - n].chord.count &&
        fabs(harmony.chords[i].length - harmony.chords[i - n].length) < 1e-6;
    }

    if (same) {
      count = n;
      break;
    }
  }

  for (uint32_t i = 0; i < count && used < 440; ++i) {
    char symbol[CHORD_TEXT_SIZE];
    used +=
      (size_t)snprintf(text + used,
                       sizeof(text) - used,
                       "%s%s",
                       i ? ", " : "",
                       chord_format(&harmony.chords[i].chord, flats, symbol));
  }

  turn_say(turn,
           "The chords are %s%s.",
           text,
           count < harmony.count ? ", over and over" : "");
  return INTENT_DONE;
}

static Outcome
ask_effects(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const IdList* const order  = document(turn)->order[KIND_TRACK];
  const bool          named = clause->num_tracks && clause->by[0] != BY_PRONOUN;
  if (clause->unknown) {
    return turn_targets(turn) ? INTENT_DONE : INTENT_DONE;
  }

  uint32_t told = 0;
  for (uint32_t i = 0; i < (named ? clause->num_tracks : id_list_count(order));
       ++i) {
    const Id             id        = named ? clause->tracks[i] : order->ids[i];
    const Channel* const channel   = composition_channel(document(turn), id);
    char                 text[300] = "";
    size_t               used      = 0;
    bool                 has       = !clause->num_effects;
    for (uint32_t k = 0;
         channel && k < id_list_count(channel->effects) && used < 240;
         ++k) {
      const Effect* const effect = (const Effect*)composition_find(
        document(turn), channel->effects->ids[k]);
      has = has || !strcmp(string_text(effect->type), clause->effects[0]);
      used += (size_t)snprintf(text + used,
                               sizeof(text) - used,
                               "%s%s%s",
                               k ? ", " : "",
                               string_text(effect->type),
                               effect->bypass ? " (bypassed)" : "");
    }

    if (*text && (named || has)) {
      turn_say(turn, "On %s: %s.", turn_name(turn, id), text);
      ++told;
    } else if (named) {
      turn_say(turn, "There are no effects on %s.", turn_name(turn, id));
      ++told;
    }
  }

  if (!told) {
    turn_say(turn,
             "There are no %s on any track.",
             clause->num_effects ? "such effects" : "effects");
  }

  return INTENT_DONE;
}

/// Value of an effect's parameter
static Outcome
ask_param(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Channel* const channel =
      composition_channel(document(turn), clause->tracks[i]);
    for (uint32_t k = 0; channel && k < id_list_count(channel->effects); ++k) {
      const Effect* const effect = (const Effect*)composition_find(
        document(turn), channel->effects->ids[k]);
      const char* const type = string_text(effect->type);
      if (clause->num_effects && strcmp(type, clause->effects[0]) != 0) {
        continue;
      }

      const char* symbol = NULL;
      for (uint32_t p = 0; (symbol = daw_effect_param_at(type, p)); ++p) {
        if (!clause->num_params || !strcmp(symbol, clause->params[0]) ||
            strstr(symbol, clause->params[0])) {
          turn_say(turn,
                   "%s of the %s on %s is %g.",
                   symbol,
                   type,
                   turn_name(turn, clause->tracks[i]),
                   daw_effect_value(effect, symbol));
        }
      }
    }
  }

  return turn->said.size ? INTENT_DONE : INTENT_PASS;
}

static Outcome
ask_level(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const IdList* const order  = document(turn)->order[KIND_TRACK];
  const bool          most =
    clause_has(clause, "loudest") || clause_has(clause, "quietest");
  if (clause->unknown && !most) {
    return turn_targets(turn) ? INTENT_DONE : INTENT_DONE;
  }

  if (most) {
    Id best = ID_NONE;
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const double now =
        composition_channel(document(turn), order->ids[i])->fader_db;
      const double was =
        best == ID_NONE ? 0.0
                        : composition_channel(document(turn), best)->fader_db;
      best = best == ID_NONE ||
                 (clause_has(clause, "loudest") ? now > was : now < was)
               ? order->ids[i]
               : best;
    }

    if (best == ID_NONE) {
      turn_say(turn, "There are no tracks yet.");
    } else {
      turn_say(turn,
               "By its fader it is %s, at %g dB.",
               turn_name(turn, best),
               composition_channel(document(turn), best)->fader_db);
    }

    return INTENT_DONE;
  }

  const bool named = clause->num_tracks && clause->by[0] != BY_PRONOUN;
  for (uint32_t i = 0; i < (named ? clause->num_tracks : id_list_count(order));
       ++i) {
    const Id             id      = named ? clause->tracks[i] : order->ids[i];
    const Channel* const channel = composition_channel(document(turn), id);
    if (clause_has(clause, "pan")) {
      turn_say(turn,
               "%s is panned %.0f%% %s.",
               turn_name(turn, id),
               fabs(channel->pan) * 100.0,
               channel->pan < 0.0   ? "left"
               : channel->pan > 0.0 ? "right"
                                    : "(center)");
    } else {
      turn_say(turn, "%s is at %g dB.", turn_name(turn, id), channel->fader_db);
    }
  }

  return INTENT_DONE;
}

static Outcome
ask_muted(Turn* const turn)
{
  const IdList* const order = document(turn)->order[KIND_TRACK];
  const bool          solo  = clause_has(turn->clause, "solo");
  uint32_t            count = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Channel* const channel =
      composition_channel(document(turn), order->ids[i]);
    if (solo ? channel->solo : channel->mute) {
      turn_say(turn,
               "%s is %s.",
               turn_name(turn, order->ids[i]),
               solo ? "soloed" : "muted");
      ++count;
    }
  }

  if (!count) {
    turn_say(turn, "No track is %s.", solo ? "soloed" : "muted");
  }

  return INTENT_DONE;
}

static Outcome
ask_length(Turn* const turn)
{
  const int    bars = song_bars(turn->services);
  const double seconds =
    bars * daw_bar(turn->services) * 60.0 / tempo_to_bpm(document(turn)->tempo);
  turn_say(turn,
           "The song is %d bars long, %d:%02d at %g BPM.",
           bars,
           (int)seconds / 60,
           (int)seconds % 60,
           tempo_to_bpm(document(turn)->tempo));
  return INTENT_DONE;
}

static Outcome
ask_markers(Turn* const turn)
{
  const IdList* const list = document(turn)->order[KIND_MARKER];
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Marker* const marker =
      (const Marker*)composition_find(document(turn), list->ids[i]);
    turn_say(turn,
             "%s is at bar %g.",
             string_text(marker->name),
             ticks_to_beats(marker->beat) / daw_bar(turn->services) + 1.0);
  }

  if (!id_list_count(list)) {
    turn_say(turn, "There are no markers.");
  }

  return INTENT_DONE;
}

static Outcome
ask_instrument(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const IdList* const order  = document(turn)->order[KIND_TRACK];
  const bool          named = clause->num_tracks && clause->by[0] != BY_PRONOUN;
  for (uint32_t i = 0; i < (named ? clause->num_tracks : id_list_count(order));
       ++i) {
    const Track* const track = composition_track(
      document(turn), named ? clause->tracks[i] : order->ids[i]);
    if (track) {
      const char* const sound = *string_text(track->kit)
                                  ? string_text(track->kit)
                                  : string_text(track->instrument);
      turn_say(turn,
               "%s plays %s.",
               string_text(track->name),
               *sound        ? sound
               : track->type ? "no instrument"
                             : "recordings");
    }
  }

  return turn->said.size ? INTENT_DONE : INTENT_PASS;
}

static Outcome
ask_notes(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Track* const track =
      composition_track(document(turn), clause->tracks[i]);
    TrackNotes list = {0};
    int        low  = 128;
    int        high = -1;
    if (!track || track_notes_read(turn->services, track, &list)) {
      continue;
    }

    for (uint32_t k = 0; k < list.notes.count; ++k) {
      low = list.notes.notes[k].pitch < low ? list.notes.notes[k].pitch : low;
      high =
        list.notes.notes[k].pitch > high ? list.notes.notes[k].pitch : high;
    }

    turn_say(turn,
             "%s has %u notes in %u clip%s",
             string_text(track->name),
             list.notes.count,
             id_list_count(track->clips),
             id_list_count(track->clips) == 1 ? "" : "s");
    if (high >= 0) {
      turn_say(turn,
               "from %s%d to %s%d.",
               pitch_class_name(low, false),
               low / 12 - 1,
               pitch_class_name(high, false),
               high / 12 - 1);
    } else {
      turn_say(turn, "and nothing to play.");
    }

    track_notes_free(&list);
  }

  return turn->said.size ? INTENT_DONE : INTENT_PASS;
}

static Outcome
ask_position(Turn* const turn)
{
  json_t* const song = daw_describe_song(turn->services);
  turn_say(turn,
           "The transport is %s at bar %g%s.",
           json_string_value(json_object_get(song, "transport")),
           floor(json_number_value(json_object_get(song, "position")) /
                 daw_bar(turn->services)) +
             1.0,
           document(turn)->loop_enabled ? ", looping" : "");
  json_decref(song);
  return INTENT_DONE;
}

static Outcome
ask_session(Turn* const turn)
{
  char* const text = describe_session(turn->services);
  turn_say(turn, "%s", text ? text : "");
  free(text);
  return INTENT_DONE;
}

static Outcome
ask_abilities(Turn* const turn)
{
  turn_say(turn,
           "I can write drums, bass, chords and melodies, edit and arrange "
           "them, mix, add effects, run the transport, "
           "and answer questions about the session. Every step can be undone.");
  return INTENT_DONE;
}

// clang-format off
const Intent intents_query[] = {
  {"question #section !polite !light !add !fit", ask_markers},
  {"question on #named !#param !level !play !create !add !fix !volume !notes !chordword !polite !light !advice", ask_effects},
  {"question|ask|#question key !set|fit !create !#fx !polite !tempo !fix !add", ask_key},
  {"question|ask|#question tempo !set !create !polite", ask_tempo},
  {"question|ask|#question meter !set !create !polite", ask_meter},
  {"question|ask|#question #meter !set !create !polite", ask_meter},
  {"question fxword|#fx !create !polite !#param !advice !fix !light|have|ask", ask_effects},
  {"question|^ask|#question #fx|fxword !polite !create !#param !fix !add !light !advice !lower !raise !loud", ask_effects},
  {"question|^ask|#question #param|#fx #named !polite !lower !raise !create !add !set !fix !light !tone", ask_param},
  {"question mute|solo !polite", ask_muted},
  {"ask mute|solo", ask_muted},
  {"question chordword !create !polite !add !fit !advice", ask_chords},
  {"question|#question notes|#range clip|role|notes !create !polite !add !remove chordword", ask_chords},
  {"question|#question marker|section !add !create !polite !remove !move", ask_markers},
  {"question length !polite !#named", ask_length},
  {"question song|clip bar|length", ask_length},
  {"question loudest|quietest", ask_level},
  {"question track|count !notes !#named !create !polite !add !mute !solo !level !volume !instrument !bar !clipping !masking !loud !quiet !advice", ask_tracks},
  {"question|ask #named !enter notes|count|bar|length !create !polite", ask_notes},
  {"question #named level|volume|pan|loud|left|right !polite !advice !fix !clipping !create !#db", ask_level},
  {"question volume !polite !create !advice", ask_level},
  {"question instrument|inst|use !polite !create !add !advice", ask_instrument},
  {"question positionword|play|bar|loop !^play !polite !create !add !count !#named", ask_position},
  {"question song|all|track|clip !create !polite !add !advice !clipping !masking !set !fix !level !volume !tone !remove !mix !sectionname|marker !loud !quiet", ask_session},
  {"question #section !polite !create !add", ask_markers},
  {"help|question polite|vague verb !#named !#fx !role !advice !create !fix", ask_abilities},
  {"question add|light vague !advice !#named", ask_abilities},
  {0},
};
// clang-format on
