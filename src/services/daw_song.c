// SPDX-License-Identifier: GPL-3.0-or-later
//
// Actions on the song: tempo, meter, key, transport, markers

#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/daw_private.h"
#include "services/edit.h"
#include "services/mixer.h"
#include "services/playback.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Status
tell_song(DawCall* const call)
{
  daw_tell(call, "song", daw_describe_song(call->services));
  return STATUS_OK;
}

static Status
set_tempo(DawCall* const call)
{
  Composition* const root = edit_root(call->services);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  root->tempo = tempo_from_double(daw_number(call, "tempo", 120.0));
  return tell_song(call);
}

static Status
set_signature(DawCall* const call)
{
  const Status st = daw_set_text(call->services,
                                 ID_COMPOSITION,
                                 NODE_COMPOSITION,
                                 "signature",
                                 daw_text(call, "time_signature", ""));
  return st ? st : tell_song(call);
}

static Status
set_key(DawCall* const call)
{
  const Status st = daw_set_text(call->services,
                                 ID_COMPOSITION,
                                 NODE_COMPOSITION,
                                 "key",
                                 daw_text(call, "key", ""));
  return st ? st : tell_song(call);
}

static Status
set_loop(DawCall* const call)
{
  Composition* const root = edit_root(call->services);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  const double start =
    daw_number(call, "loop_start", ticks_to_beats(root->loop_start));
  const double end =
    daw_number(call, "loop_end", ticks_to_beats(root->loop_end));
  if (end <= start) {
    return services_fail(call->services,
                         STATUS_OUT_OF_RANGE,
                         "A loop ends after it starts, not at beat %g when it "
                         "starts at %g",
                         end,
                         start);
  }

  root->loop_start   = daw_ticks(start);
  root->loop_end     = daw_ticks(end);
  root->loop_enabled = daw_bool(call, "loop_enabled", true);
  return tell_song(call);
}

static Status
set_metronome(DawCall* const call)
{
  Composition* const root = edit_root(call->services);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  root->metronome        = daw_bool(call, "enabled", true);
  root->metronome_volume = daw_number(call, "volume", root->metronome_volume);
  return tell_song(call);
}

static Status
set_limiter(DawCall* const call)
{
  Composition* const root = edit_root(call->services);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  root->limiter_enabled = daw_bool(call, "enabled", true);
  root->limiter_threshold_db =
    daw_number(call, "threshold", root->limiter_threshold_db);
  return tell_song(call);
}

static Status
rename_composition(DawCall* const call)
{
  const Status st = daw_set_text(call->services,
                                 ID_COMPOSITION,
                                 NODE_COMPOSITION,
                                 "name",
                                 daw_text(call, "name", ""));
  return st ? st : tell_song(call);
}

static Status
clear_composition(DawCall* const call)
{
  static const Kind kinds[]  = {KIND_TRACK, KIND_BUS, KIND_MARKER, KIND_SCENE};
  Services* const   services = call->services;
  Status            st       = STATUS_OK;
  for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); ++k) {
    while (!st && id_list_count(services_document(services)->order[kinds[k]])) {
      st = composition_remove(
        edit_draft(services),
        services_document(services)->order[kinds[k]]->ids[0]);
    }
  }

  return st ? st : tell_song(call);
}

// Transport

static Status
play(DawCall* const call)
{
  const Status st = playback_play_from(
    call->services, daw_ticks(daw_number(call, "position", 0.0)));
  return st ? st : tell_song(call);
}

static Status
resume(DawCall* const call)
{
  const Status st = playback_play(call->services);
  return st ? st : tell_song(call);
}

static Status
stop(DawCall* const call)
{
  const Status st = playback_stop(call->services);
  return st ? st : tell_song(call);
}

static Status
pause_playback(DawCall* const call)
{
  const Status st = playback_pause(call->services);
  return st ? st : tell_song(call);
}

static Status
seek(DawCall* const call)
{
  const Status st =
    playback_seek(call->services, daw_ticks(daw_number(call, "position", 0.0)));
  return st ? st : tell_song(call);
}

static Status
panic(DawCall* const call)
{
  return playback_panic(call->services);
}

// Markers

static Status
tell_marker(DawCall* const call, const Id id)
{
  char                text[ID_TEXT_SIZE];
  const Marker* const marker =
    (const Marker*)composition_find(services_document(call->services), id);
  daw_tell(call,
           "marker",
           json_pack("{s:s, s:s, s:f}",
                     "id",
                     id_format(id, text),
                     "name",
                     string_text(marker->name),
                     "beat",
                     ticks_to_beats(marker->beat)));
  return STATUS_OK;
}

static Status
create_marker(DawCall* const call)
{
  Id           id = ID_NONE;
  const Status st = markers_create(call->services,
                                   daw_ticks(daw_number(call, "beat", 0.0)),
                                   daw_text(call, "name", ""),
                                   &id);
  return st ? st : tell_marker(call, id);
}

static Status
modify_marker(DawCall* const call)
{
  const Id            id   = daw_id(call, KIND_MARKER, "marker_id");
  const char* const   name = daw_text(call, "name", NULL);
  const json_t* const beat = daw_get(call, "beat");
  Status              st   = STATUS_OK;
  st = name ? daw_set_text(call->services, id, NODE_MARKER, "name", name) : st;
  st = st || !beat
         ? st
         : daw_set_beats(call->services, id, "beat", json_number_value(beat));
  return st ? st : tell_marker(call, id);
}

static Status
delete_marker(DawCall* const call)
{
  return things_delete(call->services, daw_id(call, KIND_MARKER, "marker_id"));
}

// History

static Status
undo(DawCall* const call)
{
  daw_tell(
    call, "undone", json_string(composition_undo_name(call->services, -1)));
  return composition_undo(call->services);
}

static Status
redo(DawCall* const call)
{
  daw_tell(
    call, "redone", json_string(composition_undo_name(call->services, 1)));
  return composition_redo(call->services);
}

static Status
get_meter(DawCall* const call)
{
  MixerMeter   meter = {0};
  const Status st =
    mixer_meter(call->services, daw_id(call, KIND_NONE, "channel"), &meter);
  daw_tell(
    call, "peak", json_real(fmax(meter.peak_left_db, meter.peak_right_db)));
  daw_tell(call, "rms", json_real(fmax(meter.rms_left_db, meter.rms_right_db)));
  return st;
}

static Status
get_state(DawCall* const call)
{
  Services* const          services = call->services;
  const Composition* const root     = services_document(services);
  json_t* const            tracks   = json_array();
  json_t* const            clips    = json_array();
  const IdList* const      order    = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    json_array_append_new(tracks, daw_describe_track(services, track));
    for (uint32_t k = 0; k < id_list_count(track->clips); ++k) {
      json_array_append_new(
        clips,
        daw_describe_clip(services,
                          composition_clip(root, track->clips->ids[k])));
    }
  }

  daw_tell(call, "tracks", tracks);
  daw_tell(call, "clips", clips);
  return tell_song(call);
}

// clang-format off
const DawAction daw_song_actions[] = {
  {"set_tempo", "tempo! n 20 300 -- BPM", "Set the tempo.", set_tempo},
  {"set_time_signature", "time_signature! s -- Such as 6/8", "Set the time signature.", set_signature},
  {"set_key", "key! s -- Such as A minor", "Set the key.", set_key},
  {"set_loop_points", "loop_start n 0 10000000 -- Beats | loop_end n 0 10000000 -- Beats | loop_enabled b", "Set the transport's loop.", set_loop},
  {"set_metronome", "enabled b | volume n 0 1", "Turn the metronome on or off.", set_metronome},
  {"set_master_limiter", "enabled b | threshold n -12 0 -- dB", "Set the limiter at the end of the master.", set_limiter},
  {"rename_composition", "name! s", "Rename the composition.", rename_composition},
  {"clear_composition", "", "Delete all tracks, buses, scenes and markers.", clear_composition},
  {"play_composition", "position n 0 10000000 -- Beats, 0 if absent | composition_id s", "Play from a place.", play},
  {"resume_playback", "", "Play from where the transport stands.", resume},
  {"stop_playback", "", "Stop and go back to 0.", stop},
  {"pause_playback", "", "Stop and stay.", pause_playback},
  {"seek_to_position", "position! n 0 10000000 -- Beats", "Go to a place.", seek},
  {"all_notes_off", "", "Silence all notes at once.", panic},
  {"create_marker", "name! s | beat! n 0 10000000", "Add a marker.", create_marker},
  {"modify_marker", "marker_id! marker | name s | beat n 0 10000000", "Rename or move a marker.", modify_marker},
  {"delete_marker", "marker_id! marker", "Delete a marker.", delete_marker},
  {"undo", "", "Take back the last step.", undo},
  {"redo", "", "Do again what was taken back last.", redo},
  {"get_meter", "channel! channel", "Levels of a channel since they were last asked for, in dB.", get_meter},
  {"get_state", "", "The song, its tracks and clips.", get_state},
  {0},
};
// clang-format on
