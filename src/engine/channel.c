// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/channel.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/// Where a strip begins; the rest is 0
static const float initial[NUM_STRIP_PARAMS] = {[STRIP_WIDTH] = 1.0f};

/// The bank that a parameter belongs to: before the effects, or after
SONIC_RT static StripBank*
strips_of(const EngineChannel* const channel, const StripParam param)
{
  const bool before =
    param == STRIP_INPUT_GAIN || param == STRIP_PHASE || param == STRIP_WIDTH;
  return before ? channel->bank->trims : channel->bank->strips;
}

SONIC_RT void
channel_snap(EngineChannel* const channel)
{
  strip_snap(channel->bank->trims, channel->lane);
  strip_snap(channel->bank->strips, channel->lane);
}

/// Begin in a lane that may have been another's before
SONIC_RT static void
begin(EngineChannel* const channel)
{
  for (uint32_t i = 0; i < NUM_STRIP_PARAMS; ++i) {
    const StripParam param = (StripParam)i;
    strip_set(strips_of(channel, param), channel->lane, param, initial[i]);
  }

  channel_snap(channel);
  strip_take_meter(channel->bank->strips, channel->lane);
  channel->state = CHANNEL_WAITING;
}

SONIC_RT void
channel_set(EngineChannel* const channel,
            const StripParam     param,
            const float          value)
{
  if (channel->state == CHANNEL_NEW) {
    begin(channel);
  }

  strip_set(strips_of(channel, param), channel->lane, param, value);
  if (channel->state == CHANNEL_WAITING) {
    channel_snap(channel);
  }
}

SONIC_RT void
send_set(EngineSend* const send, const float level_db)
{
  strip_set(send->bank->strips, send->lane, STRIP_FADER, level_db);
  if (!send->begun) {
    strip_snap(send->bank->strips, send->lane);
    send->begun = true;
  }
}

SONIC_RT void
send_follow(EngineSend* const send, const float level_db)
{
  if (send->begun) {
    strip_follow(send->bank->strips, send->lane, STRIP_FADER, level_db);
  } else {
    send_set(send, level_db);
  }
}

SONIC_RT void
channel_follow(EngineChannel* const channel,
               const StripParam     param,
               const float          value)
{
  if (channel->state != CHANNEL_RUNNING) {
    channel_set(channel, param, value);
    return;
  }

  strip_follow(strips_of(channel, param), channel->lane, param, value);
}

SONIC_RT void
channel_run(EngineChannel* const channel)
{
  if (channel->state == CHANNEL_NEW) {
    begin(channel);
  }

  channel->state = CHANNEL_RUNNING;
}

typedef float Quad __attribute__((vector_size(16)));

SONIC_RT static inline Quad
load(const float* const from)
{
  Quad quad;
  memcpy(&quad, from, sizeof(quad));
  return quad;
}

/// Write four frames of four signals as four rows of lanes
SONIC_RT static inline void
transpose(const float* const from[4], const uint32_t frame, float* const rows)
{
  const Quad a = load(from[0] + frame);
  const Quad b = load(from[1] + frame);
  const Quad c = load(from[2] + frame);
  const Quad d = load(from[3] + frame);

  const Quad ab_low  = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Quad cd_low  = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);

  const Quad square[4] = {
    __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5),
    __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
    __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5),
    __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7),
  };
  for (uint32_t i = 0; i < 4u; ++i) {
    memcpy(rows + (size_t)i * LANES, &square[i], sizeof(Quad));
  }
}

SONIC_RT void
bank_gather(float (*const side)[LANES],
            const float* const signals[LANES],
            const uint32_t     n)
{
  static const _Alignas(64) float silence[BLOCK_FRAMES];

  const float* from[LANES];
  for (uint32_t i = 0; i < LANES; ++i) {
    from[i] = signals[i] ? signals[i] : silence;
  }

  uint32_t f = 0;
  for (; f + 4u <= n; f += 4u) {
    for (uint32_t i = 0; i < LANES; i += 4u) {
      transpose(&from[i], f, &side[f][i]);
    }
  }

  for (; f < n; ++f) {
    for (uint32_t i = 0; i < LANES; ++i) {
      side[f][i] = from[i][f];
    }
  }
}

// The engine adds to a meter, control takes it; floats travel as their bits.
// Those of floats that are not negative have the order of the floats.

SONIC_RT static uint32_t
bits_of(const float value)
{
  uint32_t bits = 0;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

SONIC_RT static void
meter_raise(atomic_uint* const meter, const float value)
{
  const unsigned bits   = bits_of(value);
  unsigned       before = atomic_load_explicit(meter, memory_order_relaxed);
  while (bits > before &&
         !atomic_compare_exchange_weak_explicit(
           meter, &before, bits, memory_order_relaxed, memory_order_relaxed)) {
  }
}

SONIC_RT static void
meter_add(atomic_uint* const meter, const float value)
{
  unsigned before = atomic_load_explicit(meter, memory_order_relaxed);
  unsigned after  = 0;
  do {
    float sum = 0.0f;
    memcpy(&sum, &before, sizeof(sum));
    after = bits_of(sum + value);
  } while (!atomic_compare_exchange_weak_explicit(
    meter, &before, after, memory_order_relaxed, memory_order_relaxed));
}

/// Frames of a lane above full scale
SONIC_RT static uint32_t
count_clips(const LaneBlock* const out, const uint32_t lane, const uint32_t n)
{
  uint32_t count = 0;
  for (uint32_t f = 0; f < n; ++f) {
    count +=
      fabsf(out->left[f][lane]) > 1.0f || fabsf(out->right[f][lane]) > 1.0f;
  }
  return count;
}

SONIC_RT bool
channel_meter(EngineChannel* const    channel,
              const StripMeter* const now,
              const LaneBlock* const  out)
{
  if (!isfinite(now->peak_left + now->peak_right + now->power_left +
                now->power_right)) {
    return false;
  }

  ChannelMeter* const meter = &channel->meter;
  meter_raise(&meter->peak_left, now->peak_left);
  meter_raise(&meter->peak_right, now->peak_right);
  meter_add(&meter->power_left, now->power_left);
  meter_add(&meter->power_right, now->power_right);
  atomic_fetch_add_explicit(&meter->frames, now->frames, memory_order_relaxed);
  if (now->peak_left > 1.0f || now->peak_right > 1.0f) {
    atomic_fetch_add_explicit(&meter->clips,
                              count_clips(out, channel->lane, now->frames),
                              memory_order_relaxed);
  }
  return true;
}

SONIC_RT void
bank_silence(LaneBlock* const block, const uint32_t lane, const uint32_t n)
{
  for (uint32_t f = 0; f < n; ++f) {
    block->left[f][lane]  = 0.0f;
    block->right[f][lane] = 0.0f;
  }
}
