// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/batch.h"

#include "engine/swap.h"
#include "engine/tap.h"
#include "engine/track.h"
#include "engine/transport.h"

#include <string.h>

SONIC_RT void
batch_receive(Engine* const engine)
{
  Batch* batch = NULL;
  while (ring_read(engine->requests, &batch)) {
    // None overtakes those that were put off
    if (batch->frame < engine->not_before) {
      batch->frame = engine->not_before;
    }

    if (batch->frame < engine->frame) {
      batch->frame = engine->frame;
    }

    ++engine->num_received;

    // Behind all that are due earlier or were sent before
    uint32_t i = engine->num_pending++;
    for (; i > 0 && engine->pending[i - 1u]->frame > batch->frame; --i) {
      engine->pending[i] = engine->pending[i - 1u];
    }

    engine->pending[i] = batch;
  }
}

/// The instrument of a MIDI track, or null
SONIC_RT static const Instrument*
instrument_of(const Operation* const op)
{
  return op->track->type == TRACK_MIDI ? op->track->midi.instrument : NULL;
}

SONIC_RT static void
apply_param(const Operation* const op)
{
  const Instrument* const instrument = instrument_of(op);
  if (instrument && op->param < instrument->info->num_params) {
    instrument->info->set(instrument->state, op->param, op->value);
  }
}

SONIC_RT void
batch_apply_value(const Operation* const op, const bool follow)
{
  switch (op->type) {
    case OPERATION_PARAM:
      apply_param(op);
      break;
    case OPERATION_EFFECT:
      effect_set(op->effect, op->param, op->value);
      break;
    case OPERATION_SEND:
      if (follow) {
        send_follow(op->send, op->value);
      } else {
        send_set(op->send, op->value);
      }
      break;
    case OPERATION_STRIP:
      if (follow) {
        channel_follow(op->channel, (StripParam)op->param, op->value);
      } else {
        channel_set(op->channel, (StripParam)op->param, op->value);
      }
      break;
    default:
      break;
  }
}

/// Set a parameter by hand, unless a curve moves it
SONIC_RT static void
apply_value(Engine* const engine, const Operation* const op)
{
  const bool playing = engine->transport.state == ENGINE_PLAYING;
  if (!curves_keep(&engine->curves, op, playing)) {
    batch_apply_value(op, false);
  }
}

/// Play or end a note of control's, whose keys are apart from all others
SONIC_RT static void
apply_note(const Operation* const op)
{
  const Instrument* const instrument = instrument_of(op);
  if (!instrument) {
    return;
  }

  Note note = op->note;
  note.key &= ~(TIMELINE_KEY | LIVE_KEY);
  if (op->type == OPERATION_NOTE_ON) {
    instrument->info->note_on(instrument->state, &note);
  } else {
    instrument->info->note_off(instrument->state, note.key);
  }
}

SONIC_RT static void
apply_tempo(Engine* const engine, Operation* const op)
{
  Timeline* const timeline = &engine->timeline;
  curves_touch(&engine->curves);
  if (engine->transport.state == ENGINE_PLAYING) {
    op->tempo = timeline_exchange_map(timeline, op->tempo, engine_grid(engine));
    launch_arm(engine);
    return;
  }

  TempoMap* const before = timeline->map;
  timeline->map          = op->tempo;
  op->tempo              = before;
}

/// Begin a recording, or end the one that rolls.  Control begins none before
/// the last one is finished
SONIC_RT static void
apply_record(Engine* const engine, Recording* const recording)
{
  if (recording) {
    engine->recording = recording;
  } else if (engine->recording) {
    recorder_end(engine->recording, engine->frame);
  }
}

SONIC_RT static void
apply_panic(const Engine* const engine)
{
  const Schedule* const schedule = engine->schedule;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    EngineTrack* const track = schedule->tracks[i];
    if (track->type == TRACK_MIDI) {
      midi_track_panic(&track->midi);
    }
  }
}

/// Exchange what an operation names with what the engine has
SONIC_RT static void
apply(Engine* const engine, Operation* const op)
{
  switch (op->type) {
    case OPERATION_NONE:
      break;

    case OPERATION_CLIPS:
      op->clips = track_exchange_clips(op->track, op->clips);
      break;

    case OPERATION_INSTRUMENT:
      if (op->track->type == TRACK_MIDI) {
        op->instrument = midi_track_exchange(&op->track->midi, op->instrument);
        curves_touch(&engine->curves);
      }
      break;

    case OPERATION_PARAM:
    case OPERATION_STRIP:
    case OPERATION_EFFECT:
    case OPERATION_SEND:
      apply_value(engine, op);
      break;

    case OPERATION_BYPASS:
      op->effect->bypass = op->value >= 0.5f;
      break;

    case OPERATION_MONITOR:
      strip_set(engine->monitor, 0, (StripParam)op->param, op->value);
      break;

    case OPERATION_SCHEDULE:
      swap_request(engine, op);
      break;

    case OPERATION_TEMPO:
      apply_tempo(engine, op);
      break;

    case OPERATION_BARS: {
      BarMap* const before  = engine->timeline.bars;
      engine->timeline.bars = op->bars;
      op->bars              = before;
      launch_arm(engine);
      break;
    }

    case OPERATION_LOOP:
      timeline_set_loop(&engine->timeline,
                        (Loop){op->loop.enabled, op->loop.start, op->loop.end},
                        engine_grid(engine));
      curves_touch(&engine->curves);
      break;

    case OPERATION_TRANSPORT:
      transport_command(engine, op->transport.command, op->transport.ticks);
      if (op->transport.command == TRANSPORT_PLAY) {
        transport_count_in(engine, op->transport.count_in, op->value);
      }

      break;

    case OPERATION_END:
      timeline_set_end(&engine->timeline, op->end, engine_grid(engine));
      break;

    case OPERATION_METRONOME:
      engine->metronome.gain = op->value;
      break;

    case OPERATION_NOTE_ON:
    case OPERATION_NOTE_OFF:
      apply_note(op);
      break;

    case OPERATION_INPUT:
      track_set_input(op->track, &op->input);
      break;

    case OPERATION_MIDI_OUT:
      if (op->track->type == TRACK_MIDI) {
        op->track->midi.live.out.number  = op->midi_out.port;
        op->track->midi.live.out.channel = (uint8_t)(op->midi_out.channel - 1u);
      }
      break;

    case OPERATION_CLOCK:
      engine->clock.port = op->param;
      break;

    case OPERATION_DIRECT:
      op->channel->direct = op->param;
      break;

    case OPERATION_RECORD:
      apply_record(engine, op->recording);
      break;

    case OPERATION_PANIC:
      apply_panic(engine);
      break;

    case OPERATION_SLOTS:
      op->slots = launch_exchange(engine, op->track, op->slots);
      break;

    case OPERATION_LAUNCH:
    case OPERATION_LAUNCH_TEMPO:
      launch_request(engine, op);
      break;

    case OPERATION_CURVES:
      op->curves = curves_exchange(&engine->curves, op->curves);
      break;

    case OPERATION_HOLD:
      curves_hold(&engine->curves, op);
      break;

    case OPERATION_TAP:
      tap_exchange(engine, op);
      break;

    case OPERATION_AUDITION:
      op->sample = audition_exchange(&engine->audition, op->sample);
      break;
  }
}

/// Frames for which a batch stays: longer if it displaced something for which
/// others wait
SONIC_RT static uint32_t
hold_frames(const Engine* const engine, const Batch* const batch)
{
  for (uint32_t i = 0; i < batch->num_ops; ++i) {
    const OperationType type = batch->ops[i].type;
    if (type == OPERATION_SCHEDULE || type == OPERATION_TAP) {
      return engine->hold_frames;
    }
  }

  return batch->num_garbage ? engine->hold_frames : 2u * FADE_FRAMES;
}

/// Whether a batch has a schedule while another still waits
SONIC_RT static bool
has_to_wait(const Engine* const engine, const Batch* const batch)
{
  for (uint32_t i = 0; engine->next && i < batch->num_ops; ++i) {
    if (batch->ops[i].type == OPERATION_SCHEDULE) {
      return true;
    }
  }

  return false;
}

/// Put off a batch that has to wait, and those behind it, which may name what
/// it brings
SONIC_RT static void
put_off(Engine* const engine, const uint32_t first)
{
  engine->not_before = engine->next_frame;
  for (uint32_t i = first; i < engine->num_pending; ++i) {
    Batch* const batch = engine->pending[i];
    if (batch->frame < engine->next_frame) {
      batch->frame = engine->next_frame;
    }
  }
}

SONIC_RT void
batch_apply_due(Engine* const engine)
{
  if (engine->next && engine->next_frame <= engine->frame) {
    swap_schedule(engine);
  }

  uint32_t num_due = 0;
  while (num_due < engine->num_pending &&
         engine->pending[num_due]->frame <= engine->frame) {
    Batch* const batch = engine->pending[num_due];
    if (has_to_wait(engine, batch)) {
      put_off(engine, num_due);
      break;
    }

    ++num_due;
    for (uint32_t i = 0; i < batch->num_ops; ++i) {
      apply(engine, &batch->ops[i]);
    }

    engine->held[engine->num_held++] =
      (HeldBatch){batch, engine->frame + hold_frames(engine, batch)};
  }

  if (num_due) {
    engine->num_pending -= num_due;
    memmove(engine->pending,
            engine->pending + num_due,
            engine->num_pending * sizeof(engine->pending[0]));
  }
}

SONIC_RT void
batch_return(Engine* const engine)
{
  // There is room in the ring for all batches that can be under way
  uint32_t num_kept = 0;
  for (uint32_t i = 0; i < engine->num_held; ++i) {
    const HeldBatch held = engine->held[i];
    if (held.until <= engine->frame) {
      ring_write(engine->returns, &held.batch);
    } else {
      engine->held[num_kept++] = held;
    }
  }

  engine->num_held = num_kept;
}

SONIC_RT uint32_t
batch_frames(const Engine* const engine, const uint32_t n)
{
  if (!engine->num_pending) {
    return n;
  }

  const uint64_t frames = engine->pending[0]->frame - engine->frame;
  return frames < n ? (uint32_t)frames : n;
}
