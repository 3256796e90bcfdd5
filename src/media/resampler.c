// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/resampler.h"

#include <samplerate.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// Frames of input that are asked for at once
#define INPUT_FRAMES 4096u

struct Resampler {
  uint32_t       channels;
  uint32_t       in_rate;
  uint32_t       out_rate;
  ResamplerInput input;
  void*          handle;
  SRC_STATE*     src;        ///< Null for equal rates
  float*         buf;        ///< INPUT_FRAMES of input
  uint32_t       buf_start;  ///< First frame in `buf` not yet used
  uint32_t       buf_frames; ///< Frames left from there
  uint64_t       frames_in;
  uint64_t       frames_out;
  bool           ended; ///< The input is over, silence follows it
};

Resampler*
resampler_new(const uint32_t       channels,
              const uint32_t       in_rate,
              const uint32_t       out_rate,
              const ResamplerInput input,
              void* const          handle)
{
  Resampler* const resampler = (Resampler*)calloc(1, sizeof(Resampler));
  if (!resampler) {
    return NULL;
  }

  resampler->channels = channels;
  resampler->in_rate  = in_rate;
  resampler->out_rate = out_rate;
  resampler->input    = input;
  resampler->handle   = handle;
  if (in_rate == out_rate) {
    return resampler;
  }

  int error      = 0;
  resampler->src = src_new(SRC_SINC_BEST_QUALITY, (int)channels, &error);
  resampler->buf = (float*)malloc(INPUT_FRAMES * channels * sizeof(float));
  if (!resampler->src || !resampler->buf) {
    resampler_free(resampler);
    return NULL;
  }

  return resampler;
}

void
resampler_free(Resampler* const resampler)
{
  if (resampler) {
    src_delete(resampler->src);
    free(resampler->buf);
    free(resampler);
  }
}

/// Fill the used-up buffer, with silence after the end
static void
refill(Resampler* const resampler)
{
  uint32_t got = 0;
  if (!resampler->ended) {
    got = resampler->input(resampler->handle, resampler->buf, INPUT_FRAMES);
    resampler->frames_in += got;
    resampler->ended = got < INPUT_FRAMES;
  }

  const size_t silent = (size_t)(INPUT_FRAMES - got) * resampler->channels;
  memset(resampler->buf + (size_t)got * resampler->channels,
         0,
         silent * sizeof(float));
  resampler->buf_start  = 0;
  resampler->buf_frames = INPUT_FRAMES;
}

/// Frames still to come, as far as known; the filter looks ahead, so the end
/// of the input is noticed before its last frame is due
static uint64_t
frames_left(const Resampler* const resampler)
{
  if (!resampler->ended) {
    return UINT64_MAX;
  }

  const uint64_t total = resampled_frames(
    resampler->frames_in, resampler->in_rate, resampler->out_rate);
  return total > resampler->frames_out ? total - resampler->frames_out : 0u;
}

/// Convert some of the buffer; returns the frames written.  Fails only for
/// arguments that are never given, and ends the stream then.
static uint32_t
convert(Resampler* const resampler, float* const out, const uint32_t n)
{
  SRC_DATA data = {
    .data_in =
      resampler->buf + (size_t)resampler->buf_start * resampler->channels,
    .data_out      = out,
    .input_frames  = resampler->buf_frames,
    .output_frames = n,
    .src_ratio     = (double)resampler->out_rate / resampler->in_rate,
  };

  if (src_process(resampler->src, &data)) {
    resampler->ended     = true;
    resampler->frames_in = 0;
    return 0;
  }

  resampler->buf_start += (uint32_t)data.input_frames_used;
  resampler->buf_frames -= (uint32_t)data.input_frames_used;
  resampler->frames_out += (uint64_t)data.output_frames_gen;
  return (uint32_t)data.output_frames_gen;
}

uint32_t
resampler_read(Resampler* const resampler, float* const out, const uint32_t n)
{
  if (!resampler->src) {
    const uint32_t got = resampler->input(resampler->handle, out, n);
    resampler->frames_in += got;
    return got;
  }

  uint32_t done = 0;
  while (done < n) {
    if (!resampler->buf_frames) {
      refill(resampler);
    }

    const uint64_t left = frames_left(resampler);
    const uint32_t room = n - done < left ? n - done : (uint32_t)left;
    if (!room) {
      break;
    }

    done += convert(resampler, out + (size_t)done * resampler->channels, room);
  }

  return done;
}

uint64_t
resampler_frames_in(const Resampler* const resampler)
{
  return resampler->frames_in;
}

uint64_t
resampled_frames(const uint64_t frames,
                 const uint32_t in_rate,
                 const uint32_t out_rate)
{
  // Whole seconds apart, so that nothing overflows
  const uint64_t seconds = frames / in_rate;
  const uint64_t rest    = frames % in_rate;
  return seconds * out_rate + (rest * out_rate + in_rate / 2u) / in_rate;
}
