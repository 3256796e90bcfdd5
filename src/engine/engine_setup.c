// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/aligned.h"
#include "engine/chain.h"
#include "engine/channel.h"
#include "engine/engine.h"
#include "engine/engine_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/// Tempo until control sends one
#define INITIAL_TEMPO (120 * (MicroBpm)MICRO_BPM_PER_BPM)

/// Weight times frames of a level that takes about 50 microseconds, which is
/// how long it takes until a helper is awake
#define SHARE_FROM (1u << 17u)

/// One by the seconds for which what was displaced may be heard, beside fades
#define HOLDS_PER_SECOND 25u

/// Things that took place in the launcher and wait for control
#define MAX_LAUNCH_EVENTS 4096u

/// Events of `midi_in` on their way to control: more than a second of a cable
#define MAX_HEARD 2048u

Engine*
engine_new(const EngineConfig* const config)
{
  assert(config->num_threads >= 1 && config->num_threads <= ENGINE_MAX_THREADS);
  Engine* const engine = (Engine*)aligned_new(sizeof(Engine));
  if (!engine) {
    return NULL;
  }

  engine->config = *config;
  if (!config->share_from) {
    engine->config.share_from = SHARE_FROM;
  }

  engine->requests        = ring_new(MAX_BATCHES, sizeof(Batch*));
  engine->launcher.events = ring_new(MAX_LAUNCH_EVENTS, sizeof(LaunchEvent));
  engine->launcher.next_frame = INT64_MAX;
  engine->returns             = ring_new(MAX_BATCHES, sizeof(Batch*));
  engine->heard               = ring_new(MAX_HEARD, sizeof(MidiEvent));
  engine->crew =
    crew_new(config->num_threads, config->rt_priority, config->offline);
  static const BarChange common = {0, 4, TICKS_PER_BEAT};

  engine->timeline.map  = tempo_map_new(config->rate, INITIAL_TEMPO, NULL, 0);
  engine->timeline.bars = bar_map_new(&common, 1);
  engine->monitor       = (StripBank*)aligned_new(strip_bank_size());
  engine->monitor_block = (LaneBlock*)aligned_new(sizeof(LaneBlock));
  if (!engine->requests || !engine->returns || !engine->crew ||
      !engine->timeline.map || !engine->launcher.events || !engine->heard ||
      !engine->timeline.bars || !engine->monitor || !engine->monitor_block) {
    engine_free(engine);
    return NULL;
  }

  engine->mix                     = mix_kernel(config->level);
  engine->frame                   = config->start_frame;
  engine->timeline.jump_frame     = INT64_MAX;
  engine->transport.silent_frames = UINT32_MAX;
  engine->hold_frames = config->rate / HOLDS_PER_SECOND + 2u * FADE_FRAMES;
  metronome_init(&engine->metronome, config->rate);
  strip_bank_init(engine->monitor, config->rate, config->level);
  resample_table_init(&engine->resample);
  return engine;
}

/// Release what is in a ring of batches (null is fine)
static void
free_batches(Ring* const ring)
{
  Batch* batch = NULL;
  while (ring && ring_read(ring, &batch)) {
    batch_free(batch);
  }
}

void
engine_free(Engine* const engine)
{
  if (!engine) {
    return;
  }

  // Batches first: what they release may give lanes back
  crew_free(engine->crew);
  free_batches(engine->requests);
  free_batches(engine->returns);
  for (uint32_t i = 0; i < engine->num_pending; ++i) {
    batch_free(engine->pending[i]);
  }

  for (uint32_t i = 0; i < engine->num_held; ++i) {
    batch_free(engine->held[i].batch);
  }

  while (engine->banks) {
    Bank* const next = engine->banks->next;
    bank_free(engine->banks);
    engine->banks = next;
  }

  for (uint32_t i = 0; i < ENGINE_MAX_TAPS; ++i) {
    ring_free(engine->taps[i]);
  }

  schedule_free(engine->schedule);
  tempo_map_free(engine->timeline.map);
  bar_map_free(engine->timeline.bars);
  tempo_map_free(engine->launcher.tempo);
  ring_free(engine->launcher.events);
  ring_free(engine->heard);
  free(engine->monitor);
  free(engine->monitor_block);
  curve_set_free(engine->curves.set);
  ring_free(engine->requests);
  ring_free(engine->returns);
  free(engine);
}

atomic_uint*
engine_cycles(Engine* const engine)
{
  return &engine->cycles;
}

/// A free lane in a bank; null if there is none
static EngineChannel*
find_lane(Bank* const bank)
{
  for (uint32_t i = 0; i < LANES; ++i) {
    if (!bank->channels[i].used) {
      bank->channels[i].lane = i;
      return &bank->channels[i];
    }
  }

  return NULL;
}

/// A free lane in the first bank that has one, which a track may share and a
/// bus may not
static EngineChannel*
find_place(const Engine* const engine, const bool shared)
{
  for (Bank* bank = engine->banks; bank; bank = bank->next) {
    if (bank->shared == shared && (shared || !bank->channels[0].used)) {
      EngineChannel* const channel = find_lane(bank);
      if (channel) {
        channel->bank = bank;
        return channel;
      }
    }
  }

  return NULL;
}

EngineChannel*
engine_channel_new(Engine* const engine, const Id id)
{
  const bool     shared  = id_kind(id) == KIND_TRACK;
  EngineChannel* channel = find_place(engine, shared);
  if (!channel) {
    Bank* const bank =
      bank_new(engine->config.rate, engine->config.level, shared);
    if (!bank) {
      return NULL;
    }

    // Behind the others, so that lanes fill up in the order of tracks
    Bank** link = &engine->banks;
    while (*link) {
      link = &(*link)->next;
    }

    *link   = bank;
    channel = find_place(engine, shared);
  }

  const uint32_t lane = channel->lane;
  Bank* const    bank = channel->bank;
  memset(channel, 0, sizeof(*channel));
  channel->bank = bank;
  channel->lane = lane;
  channel->id   = id;
  channel->used = true;
  path_init(&channel->path, engine->config.rate);
  return channel;
}

void
engine_channel_free(Engine* const engine, EngineChannel* const channel)
{
  (void)engine;
  if (channel) {
    path_clear(&channel->path);
    channel->used = false;
  }
}

bool
engine_heard(Engine* const engine, MidiEvent* const event)
{
  return ring_read(engine->heard, event);
}

void
engine_telemetry(Engine* const engine, Telemetry* const out)
{
  telemetry_read(&engine->board, out);

  const unsigned bits = atomic_exchange(&engine->load_max, 0u);
  memcpy(&out->load_max, &bits, sizeof(bits));
}

/// Take a float that travels as its bits
static float
take(atomic_uint* const meter)
{
  const unsigned bits  = atomic_exchange(meter, 0u);
  float          value = 0.0f;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

StripMeter
engine_take_meter(Engine* const engine, EngineChannel* const channel)
{
  (void)engine;
  ChannelMeter* const meter = &channel->meter;
  return (StripMeter){
    .peak_left   = take(&meter->peak_left),
    .peak_right  = take(&meter->peak_right),
    .power_left  = take(&meter->power_left),
    .power_right = take(&meter->power_right),
    .frames      = atomic_exchange(&meter->frames, 0u),
  };
}

uint32_t
engine_clips(const EngineChannel* const channel)
{
  return atomic_load(&channel->meter.clips);
}

void
engine_clear_clips(EngineChannel* const channel)
{
  atomic_store(&channel->meter.clips, 0u);
}

float
engine_take_reduction(EngineEffect* const effect)
{
  return 0.0f - take(&effect->reduction);
}

float
engine_effect_reading(const EngineEffect* const effect, const uint32_t index)
{
  const unsigned bits  = atomic_load(&effect->readings[index]);
  float          value = 0.0f;
  memcpy(&value, &bits, sizeof(value));
  return value;
}
