// SPDX-License-Identifier: GPL-3.0-or-later
//
// SoundFonts

#include "media/soundfont.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void
check(const int good)
{
  if (!good) {
    abort();
  }
}

static void
read_preset(const SoundFont* const font, const uint32_t preset)
{
  SoundFontZone* zones = NULL;
  const uint32_t count = soundfont_zones(font, preset, &zones);
  for (uint32_t i = 0; i < count; ++i) {
    const SoundFontSample sample = soundfont_sample(font, zones[i].sample);
    float                 frames[64];
    check(zones[i].keys[0] <= zones[i].keys[1]);
    check(zones[i].velocities[0] <= zones[i].velocities[1]);
    if (sample.start + 64ull <= sample.end) {
      check(soundfont_read(font, sample.start, 64, frames));
    }
  }
  free(zones);
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char       text[512] = "";
  SoundFont* font      = NULL;
  const int  fd        = memfd_create("font", 0);
  check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
  if (soundfont_open(fd, "x.sf2", &font, text, sizeof(text))) {
    check(text[0] && !font);
  } else {
    const uint32_t count = soundfont_num_presets(font);
    for (uint32_t i = 0; i < count && i < 8u; ++i) {
      read_preset(font, i);
    }
    soundfont_close(font);
  }
  close(fd);
  return 0;
}
