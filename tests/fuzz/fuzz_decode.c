// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio files from outside: whatever the bytes, they are refused in a sentence
// or give finite frames within the limits

#include "media/resampler.h"
#include "media/sniff.h"
#include "media/source.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

const char*
__lsan_default_suppressions(void);

const char*
__lsan_default_options(void);

/// libsndfile frees less than it has when it meets a damaged Ogg; our own leaks
/// are still found
const char*
__lsan_default_suppressions(void)
{
  return "leak:libvorbis\nleak:libogg\nleak:libFLAC\nleak:libsndfile\n";
}

/// Without a table of them after every run
const char*
__lsan_default_options(void)
{
  return "print_suppressions=0";
}

static void
check(const int holds)
{
  if (!holds) {
    abort();
  }
}

static uint32_t
read_source(void* const handle, float* const out, const uint32_t n)
{
  AudioSource* const source = (AudioSource*)handle;
  const uint32_t     got    = source_read(source, out, n);
  check(got <= n);
  for (uint32_t i = 0; i < got * source_channels(source); ++i) {
    check(isfinite(out[i]));
  }

  return got;
}

/// Decode to a rate, as an import does
static void
decode(AudioSource* const         source,
       const AudioFileInfo* const info,
       const uint32_t             rate)
{
  static float page[2 * 4096];

  const uint32_t   channels = source_channels(source);
  Resampler* const resampler =
    resampler_new(channels, info->rate, rate, read_source, source);
  check(channels == 1 || channels == 2);
  check(resampler != NULL);
  for (unsigned i = 0; i < 8 && resampler_read(resampler, page, 4096) == 4096;
       ++i) {
  }

  resampler_free(resampler);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  AudioLimits limits  = audio_limits;
  limits.max_channels = 16;

  AudioFileInfo info;
  AudioSource*  source    = NULL;
  char          text[128] = "";
  const int     fd        = memfd_create("fuzz", MFD_CLOEXEC);
  check(fd >= 0 && write(fd, data, size) == (ssize_t)size);

  Status status = sniff_file(fd, &info, text, sizeof(text));
  if (!status) {
    check(info.channels && info.offset + info.bytes <= size);
    status = source_open(fd, &info, &limits, &source, text, sizeof(text));
  }

  if (status) {
    check(text[0] && !strchr(text, '\n'));
  } else {
    decode(source, &info, size & 1u ? 48000 : info.rate);
    source_close(source);
  }

  close(fd);
  return 0;
}
