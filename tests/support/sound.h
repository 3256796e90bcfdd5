// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stereo sound in memory, from and to audio files
//
// libsndfile reads and writes them, not the program under test.  Samples of
// integer files are what their number says: full scale is 1.

#ifndef SONIC_SUPPORT_SOUND_H
#define SONIC_SUPPORT_SOUND_H

#include <stdint.h>

typedef struct {
  float*   left;  ///< Owned, `frames` frames
  float*   right; ///< Owned; the same as left if the file was mono
  uint32_t frames;
  uint32_t rate;
} Sound;

/// Silence of that length
Sound
sound_new(uint32_t frames, uint32_t rate);

/// Read a whole file; the test fails if that can't be done
Sound
sound_read(const char* path);

/// Write a WAV file of floats; the test fails if that can't be done
void
sound_write(const Sound* sound, const char* path);

/// Release what a sound holds
void
sound_free(Sound* sound);

/// First frame that is not zero on both sides, `frames` if there is none
uint32_t
sound_start(const Sound* sound);

/// Where two recordings are not equal bit for bit (but that 0 is -0), beginning
/// with `what`; null if they are.  Valid until the next call
const char*
sound_difference(const char*  what,
                 const float* is,
                 const float* expected,
                 uint32_t     frames);

#endif // SONIC_SUPPORT_SOUND_H
