// SPDX-License-Identifier: GPL-3.0-or-later
//
// A whole stream from one sample rate to another
//
// What happens at a time in the input happens at that time in the output: the
// filter's delay is taken out, and n frames become exactly round(n * ratio).
// Equal rates pass bit for bit.

#ifndef SONIC_MEDIA_RESAMPLER_H
#define SONIC_MEDIA_RESAMPLER_H

#include <stdint.h>

typedef struct Resampler Resampler;

/// Supplies up to `n` interleaved frames; less only at the end
typedef uint32_t (*ResamplerInput)(void* handle, float* out, uint32_t n);

/**
   Make a resampler.

   @param channels Interleaved channels, at least 1.
   @param in_rate Rate of the input.
   @param out_rate Rate of the output, within a factor of 256.
   @param input Supplies the input.
   @param handle Passed to `input`.
   @return A new resampler, owned by the caller, or null if memory ran out.
*/
Resampler*
resampler_new(uint32_t       channels,
              uint32_t       in_rate,
              uint32_t       out_rate,
              ResamplerInput input,
              void*          handle);

/// Release a resampler (null is fine)
void
resampler_free(Resampler* resampler);

/// Write up to `n` interleaved frames to `out`; less only at the end
uint32_t
resampler_read(Resampler* resampler, float* out, uint32_t n);

/// Frames of input taken so far
uint64_t
resampler_frames_in(const Resampler* resampler);

/// Length of `frames` at another rate, rounded
uint64_t
resampled_frames(uint64_t frames, uint32_t in_rate, uint32_t out_rate);

#endif // SONIC_MEDIA_RESAMPLER_H
