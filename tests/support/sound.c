// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/sound.h"

#include <sndfile.h>

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

Sound
sound_new(const uint32_t frames, const uint32_t rate)
{
  Sound sound = {.frames = frames, .rate = rate};
  sound.left  = (float*)calloc(frames + 1u, sizeof(float));
  sound.right = (float*)calloc(frames + 1u, sizeof(float));
  assert_non_null(sound.left);
  assert_non_null(sound.right);
  return sound;
}

Sound
sound_read(const char* const path)
{
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file || info.channels < 1 || info.channels > 2) {
    fail_msg("%s: %s", path, sf_strerror(file));
  }

  const Sound sound =
    sound_new((uint32_t)info.frames, (uint32_t)info.samplerate);
  const size_t size = (size_t)(info.frames * info.channels);
  float* const data = (float*)calloc(size + 1u, sizeof(float));
  assert_int_equal(sf_readf_float(file, data, info.frames), info.frames);
  for (uint32_t i = 0; i < sound.frames; ++i) {
    const float* const frame = &data[i * (uint32_t)info.channels];
    sound.left[i]            = frame[0];
    sound.right[i]           = frame[info.channels - 1];
  }

  free(data);
  sf_close(file);
  return sound;
}

void
sound_write(const Sound* const sound, const char* const path)
{
  SF_INFO info = {.samplerate = (int)sound->rate,
                  .channels   = 2,
                  .format     = SF_FORMAT_WAV | SF_FORMAT_FLOAT};

  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  if (!file) {
    fail_msg("%s: %s", path, sf_strerror(file));
  }

  for (uint32_t i = 0; i < sound->frames; ++i) {
    const float frame[] = {sound->left[i], sound->right[i]};
    assert_int_equal(sf_writef_float(file, frame, 1), 1);
  }
  assert_int_equal(sf_close(file), 0);
}

void
sound_free(Sound* const sound)
{
  free(sound->left);
  free(sound->right);
  *sound = (Sound){0};
}

uint32_t
sound_start(const Sound* const sound)
{
  uint32_t i = 0;
  while (i < sound->frames && sound->left[i] == 0.0f &&
         sound->right[i] == 0.0f) {
    ++i;
  }
  return i;
}

const char*
sound_difference(const char* const  what,
                 const float* const is,
                 const float* const expected,
                 const uint32_t     frames)
{
  static char text[160];

  for (uint32_t i = 0; i < frames; ++i) {
    if (is[i] != expected[i]) {
      snprintf(text,
               sizeof(text),
               "%s: frame %u of %u is %.9g and not %.9g",
               what,
               i,
               frames,
               (double)is[i],
               (double)expected[i]);
      return text;
    }
  }
  return NULL;
}
