// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/track.h"

#include "engine/port.h"

#include <string.h>

SONIC_RT void
track_reset(EngineTrack* const track)
{
  if (track->type == TRACK_AUDIO) {
    audio_track_reset(&track->audio);
  } else {
    midi_track_reset(&track->midi);
  }

  track->playing = false;
}

SONIC_RT ClipSet*
track_exchange_clips(EngineTrack* const track, ClipSet* const clips)
{
  ClipSet* const before = track->clips;

  track->clips    = clips;
  track->replaced = true;
  return before;
}

SONIC_RT void
track_set_input(EngineTrack* const track, const TrackInput* const input)
{
  if (track->type == TRACK_MIDI) {
    midi_live_set(&track->midi.live, track->midi.instrument, input);
  } else {
    track->sides       = input->sides;
    track->port        = input->port;
    track->monitor.out = !input->on;
  }
}

/// Add what comes in; false if that is nothing
SONIC_RT static bool
run_monitor(EngineTrack* const track, const Span* const span)
{
  const float* const left =
    port_audio(span, track->port, track->sides == RECORD_RIGHT);
  const float* const right =
    port_audio(span, track->port, track->sides != RECORD_LEFT);
  if (fade_is_silent(&track->monitor) || !left || !right) {
    return false;
  }

  for (uint32_t i = 0; i < span->n; ++i) {
    const float gain = fade_next(&track->monitor);
    track->left[i] += left[i] * gain;
    track->right[i] += right[i] * gain;
  }

  return true;
}

/// End what sounds; then, if the transport runs, begin where it stands
SONIC_RT static void
move(EngineTrack* const   track,
     const ClipSet* const clips,
     const Span* const    span)
{
  if (track->type == TRACK_AUDIO) {
    audio_track_release(&track->audio, span);
    if (span->playing) {
      audio_track_enter(&track->audio, clips, span);
    }
  } else {
    midi_track_release(&track->midi);
    if (span->playing) {
      midi_track_enter(&track->midi, clips, span);
    }
  }
}

/// Go on in the same pass, perhaps at another tempo or with other clips
SONIC_RT static void
follow(EngineTrack* const   track,
       const ClipSet* const clips,
       const Span* const    span)
{
  if (track->type == TRACK_AUDIO) {
    if (track->maps != span->timeline->maps) {
      audio_track_retime(&track->audio, span);
    }

    if (track->replaced) {
      audio_track_replace(&track->audio, clips, span);
    }
  } else if (track->replaced) {
    midi_track_replace(&track->midi, clips, span);
  }
}

SONIC_RT static void
synchronize(EngineTrack* const   track,
            const ClipSet* const clips,
            const Span* const    span)
{
  const Timeline* const timeline = span->timeline;
  if (track->starts != timeline->starts) {
    track_reset(track);
  }

  if (track->playing != span->playing || track->passes != timeline->passes ||
      track->launch.moved) {
    move(track, clips, span);
  } else if (span->playing) {
    follow(track, clips, span);
  }

  track->launch.moved = false;
  track->playing      = span->playing;
  track->replaced     = false;
  track->starts       = timeline->starts;
  track->passes       = timeline->passes;
  track->maps         = timeline->maps;
}

SONIC_RT void
track_run(EngineTrack* const track, const Span* const span, Ring* const pages)
{
  const ClipSet* const clips = launch_clips(&track->launch, track->clips);
  const bool is_midi = track->type == TRACK_MIDI;
  if (is_midi) {
    track->midi.controls.out = &track->midi.live.out;
    midi_out_begin(&track->midi.live.out, span);
  }

  synchronize(track, clips, span);

  bool sounds = false;
  if (track->type == TRACK_AUDIO) {
    memset(track->left, 0, span->n * sizeof(float));
    memset(track->right, 0, span->n * sizeof(float));
    sounds = audio_track_run(
      &track->audio, clips, span, pages, track->left, track->right);
    track->late = track->audio.late;
    sounds |= run_monitor(track, span);
  } else {
    sounds =
      midi_track_run(&track->midi, clips, span, track->left, track->right);
    track->voices = midi_track_voices(&track->midi);
    midi_out_end(&track->midi.live.out);
  }

  track->silent = !sounds || fade_is_silent(&track->fade);
  fade_run(&track->fade, track->left, track->right, span->n);
}

SONIC_RT bool
track_request_sounding(const EngineTrack* const track,
                       const int64_t            grid,
                       const int64_t            frames,
                       const uint32_t           cycle,
                       Ring* const              pages)
{
  return track->type != TRACK_AUDIO ||
         audio_track_request(&track->audio, grid, frames, cycle, pages);
}

SONIC_RT bool
track_request_clips(const EngineTrack* const track,
                    const TempoMap* const    map,
                    const Ticks              from,
                    const Ticks              to,
                    const uint32_t           cycle,
                    Ring* const              pages)
{
  const TrackLaunch* const launch = &track->launch;
  if (track->type != TRACK_AUDIO) {
    return true;
  }

  const bool launched =
    launch_request_pages(launch, map, from, to, cycle, pages);
  return launch->taken
           ? launched
           : clip_set_request(track->clips, map, from, to, cycle, pages) &&
               launched;
}
