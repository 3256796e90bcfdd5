// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio files are decoded to the cache as they are, where they are

#include "engine/sample.h"
#include "media/decode.h"
#include "media/resampler.h"
#include "media/seen.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <sndfile.h>

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char         folder[TEMP_PATH_SIZE]; // Of the cache
static char         files[TEMP_PATH_SIZE];  // Of audio files
static char         text[512];
static DecodeResult result;

static const struct {
  const char* ending;
  int         format;
} kinds[] = {
  {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
  {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24},
  {"wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
  {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8},
  {"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32},
  {"wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE},
  {"wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24},
  {"wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
  {"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
  {"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_S8},
  {"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
  {"aiff", SF_FORMAT_AIFF | SF_FORMAT_FLOAT},
  {"aiff", SF_FORMAT_AIFF | SF_FORMAT_DOUBLE},
  {"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE},
  {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
  {"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24},
  {"ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
};

#define NUM_KINDS_OF_FILES (sizeof(kinds) / sizeof(kinds[0]))

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  temp_folder_new(files);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  temp_folder_remove(folder);
  temp_folder_remove(files);
  return 0;
}

static char*
path_of(const char* const name)
{
  static char path[2 * TEMP_PATH_SIZE];
  snprintf(path, sizeof(path), "%s/%s", files, name);
  return path;
}

/// Write frames to an open file; integers by full range, as they are read
static void
write_frames(SNDFILE* const     file,
             const int          format,
             const uint32_t     channels,
             const float* const data,
             const uint32_t     num)
{
  const int subtype = format & SF_FORMAT_SUBMASK;
  if (subtype > SF_FORMAT_PCM_32 && subtype != SF_FORMAT_PCM_U8) {
    assert_int_equal(sf_writef_float(file, data, num), num);
    return;
  }

  int values[6 * 1000];
  for (uint32_t i = 0; i < num * channels; ++i) {
    values[i] = (int)((double)data[i] * 2147483648.0);
  }
  assert_int_equal(sf_writef_int(file, values, num), num);
}

/// Write `num` frames of `data` to a file of libsndfile's `format`
static void
write_audio(const char* const  name,
            const int          format,
            const uint32_t     rate,
            const uint32_t     channels,
            const float* const data,
            const uint32_t     num)
{
  SF_INFO info = {
    .format = format, .samplerate = (int)rate, .channels = (int)channels};
  SNDFILE* const file = sf_open(path_of(name), SFM_WRITE, &info);
  if (!file) {
    fail_msg("%s: %s", name, sf_strerror(NULL));
  }

  // In pieces, as the Vorbis encoder overflows its stack otherwise
  for (uint32_t i = 0; i < num; i += 1000) {
    const uint32_t n = num - i < 1000 ? num - i : 1000;
    write_frames(file, format, channels, data + (size_t)i * channels, n);
  }

  assert_int_equal(sf_close(file), 0);
}

static Status
decode_with(const DecodeConfig* const config, const char* const name)
{
  const int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);
  assert_true(fd >= 0);
  const Status status =
    decode_file(config, fd, name, &result, text, sizeof(text));
  close(fd);
  return status;
}

static Status
decode(const char* const name, const uint32_t rate)
{
  const DecodeConfig config = {.folder = folder, .rate = rate};
  return decode_with(&config, name);
}

/// All frames of what was decoded, to be freed by the caller
static float*
decoded(void)
{
  CacheFile* file = NULL;
  assert_int_equal(cache_open(result.path, &file), STATUS_OK);

  const CacheInfo* const info = cache_info(file);
  assert_int_equal(info->frames, result.info.frames);
  float* const all =
    (float*)malloc(cache_num_pages(file) * 2ull * PAGE_FRAMES * sizeof(float));
  for (uint32_t i = 0; i < cache_num_pages(file); ++i) {
    float* const page = all + (size_t)i * PAGE_FRAMES * info->channels;
    assert_int_equal(cache_read_page(file, i, page), STATUS_OK);
  }

  // The last page is padded with silence
  const uint64_t end = (uint64_t)cache_num_pages(file) * PAGE_FRAMES;
  for (uint64_t i = info->frames * info->channels; i < end * info->channels;
       ++i) {
    assert_true(all[i] == 0.0f);
  }

  cache_close(file);
  return all;
}

/// A sweep on the left, a quieter one on the right, on the 16-bit grid
static float*
make_sweep(const uint32_t num, const uint32_t channels)
{
  float* const data = (float*)malloc((size_t)num * channels * sizeof(float));
  for (uint32_t i = 0; i < num; ++i) {
    for (uint32_t c = 0; c < channels; ++c) {
      const double phase     = 1e-5 * (double)i * i / (c + 1.0);
      data[i * channels + c] = (float)(rint(30000.0 * sin(phase)) / 32768.0);
    }
  }

  return data;
}

static void
test_an_impulse_stays_at_its_time(void** state)
{
  (void)state;
  static const uint32_t rates[] = {
    8000, 11025, 22050, 32000, 44100, 48000, 88200, 96000, 176400, 192000};
  enum { SESSION_RATE = 48000, NUM_RATES = 10 };

  for (unsigned k = 0; k < NUM_KINDS_OF_FILES; ++k) {
    for (unsigned r = 0; r < NUM_RATES; ++r) {
      // A quarter of a second is a whole frame at all these rates but 11025
      const uint32_t rate    = rates[r];
      const uint32_t at      = rate / 4;
      const uint32_t num     = rate / 2 + 7;
      float* const   impulse = (float*)calloc(2ull * num, sizeof(float));
      impulse[2 * at]        = 0.5f;
      impulse[2 * at + 1]    = -0.25f;
      write_audio(kinds[k].ending, kinds[k].format, rate, 2, impulse, num);
      free(impulse);

      if (decode(kinds[k].ending, SESSION_RATE)) {
        fail_msg("%x at %u Hz: %s", kinds[k].format, rate, text);
      }
      assert_string_equal(text, "");
      assert_int_equal(result.info.source_frames, num);
      assert_int_equal(result.info.frames,
                       (uint64_t)llround((double)num * SESSION_RATE / rate));

      float* const out  = decoded();
      uint32_t     peak = 0;
      for (uint32_t i = 0; i < result.info.frames; ++i) {
        peak = fabsf(out[2 * i]) > fabsf(out[2 * peak]) ? i : peak;
      }

      const double due = (double)at * SESSION_RATE / rate;
      if (fabs(peak - due) > 0.5) {
        fail_msg("%s at %u Hz: %u, not %g", kinds[k].ending, rate, peak, due);
      }

      // And it is even around that time, so it is not off by a fraction; not
      // so for Vorbis, which is what its encoder makes of it
      if (kinds[k].format != (SF_FORMAT_OGG | SF_FORMAT_VORBIS) &&
          due == peak) {
        const float height = out[2 * peak];
        for (uint32_t i = 1; i < 100; ++i) {
          assert_true(fabsf(out[2 * (peak - i)] - out[2 * (peak + i)]) <
                      1e-4f * height + 2e-4f);
        }
        assert_true(fabsf(out[2 * peak + 1] + 0.5f * height) < 1e-2f);
      }

      free(out);
    }
  }
}

static void
test_a_tone_keeps_its_level_and_phase_at_another_rate(void** state)
{
  (void)state;
  enum { NUM = 44100 };
  float* const tone = (float*)malloc(NUM * sizeof(float));
  for (unsigned i = 0; i < NUM; ++i) {
    tone[i] = (float)(0.5 * sin(2.0 * M_PI * 997.0 * i / 44100.0));
  }

  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 44100, 1, tone, NUM);
  assert_int_equal(decode("a.wav", 48000), STATUS_OK);
  assert_int_equal(result.info.channels, 1);
  assert_int_equal(result.info.frames, 48000);

  // Away from the ends, where the file's own edges ring
  float* const out   = decoded();
  double       worst = 0.0;
  for (unsigned i = 1000; i < 47000; ++i) {
    const double expected = 0.5 * sin(2.0 * M_PI * 997.0 * i / 48000.0);
    worst                 = fmax(worst, fabs(out[i] - expected));
  }

  assert_true(worst < 1e-5);
  free(out);
  free(tone);
}

static void
test_equal_rates_keep_every_bit(void** state)
{
  (void)state;
  enum { NUM = 3 * PAGE_FRAMES + 11 };
  float* const data = make_sweep(NUM, 2);
  for (unsigned k = 0; k < NUM_KINDS_OF_FILES; ++k) {
    // Eight bits and Vorbis do not hold these values to begin with
    const int subtype = kinds[k].format & SF_FORMAT_SUBMASK;
    if (subtype == SF_FORMAT_VORBIS || subtype == SF_FORMAT_PCM_U8 ||
        subtype == SF_FORMAT_PCM_S8) {
      continue;
    }

    write_audio("a", kinds[k].format, 44100, 2, data, NUM);
    assert_int_equal(decode("a", 44100), STATUS_OK);
    assert_int_equal(result.info.frames, NUM);

    float* const out = decoded();
    assert_memory_equal(out, data, NUM * 2 * sizeof(float));
    free(out);
  }

  free(data);
}

/// libsndfile's own reading of a whole file
static float*
read_with_sndfile(const char* const path, SF_INFO* const info)
{
  SNDFILE* const file = sf_open(path, SFM_READ, info);
  if (!file) {
    return NULL;
  }

  float* const data = (float*)calloc(
    (size_t)info->frames * (size_t)info->channels + 1, sizeof(float));
  sf_readf_float(file, data, info->frames);
  sf_close(file);
  return data;
}

/// Decode a recording at its own rate and compare it with libsndfile's reading
static void
compare_recording(const char* const path)
{
  SF_INFO      info     = {0};
  float* const expected = read_with_sndfile(path, &info);
  const int    fd       = open(path, O_RDONLY | O_CLOEXEC);
  assert_true(fd >= 0);
  assert_non_null(expected);

  const DecodeConfig config = {.folder = folder,
                               .rate   = (uint32_t)info.samplerate};
  const Status       status =
    decode_file(&config, fd, path, &result, text, sizeof(text));
  close(fd);
  if (status || result.info.frames != (uint64_t)info.frames) {
    fail_msg("%s: %s", path, text);
  }

  float* const out = decoded();
  assert_int_equal(result.info.channels, info.channels);
  assert_memory_equal(
    out, expected, (size_t)info.frames * (size_t)info.channels * sizeof(float));
  free(out);
  free(expected);
}

static void
test_real_recordings_are_read_as_libsndfile_reads_them(void** state)
{
  (void)state;
  static const char* const kits = "/usr/share/hydrogen/data/drumkits";

  DIR* const dir = opendir(kits);
  if (!dir) {
    skip(); // Debian's hydrogen-drumkits is not installed
  }

  unsigned       num   = 0;
  struct dirent* entry = NULL;
  while ((entry = readdir(dir))) {
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", kits, entry->d_name);
    DIR* const kit = entry->d_name[0] == '.' ? NULL : opendir(path);
    for (unsigned n = 0; kit && n < 12 && (entry = readdir(kit));) {
      const char* const dot = strrchr(entry->d_name, '.');
      if (dot && (!strcmp(dot, ".flac") || !strcmp(dot, ".wav") ||
                  !strcmp(dot, ".aiff"))) {
        char file[2048];
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        compare_recording(file);
        ++num;
        ++n;
      }
    }

    if (kit) {
      closedir(kit);
    }
  }

  closedir(dir);
  assert_true(num > 10);
}

static void
test_a_cut_file_plays_what_is_there(void** state)
{
  (void)state;
  enum { NUM = 200000 }; // A page of Ogg holds about 60000
  float* const data = make_sweep(NUM, 2);
  for (unsigned k = 0; k < NUM_KINDS_OF_FILES; ++k) {
    write_audio("whole", kinds[k].format, 48000, 2, data, NUM);

    unsigned long size  = 0;
    void* const   bytes = temp_file_read(path_of("whole"), &size);
    temp_file_write(path_of("cut"), bytes, size * 6 / 10);
    free(bytes);

    if (decode("whole", 48000)) {
      fail_msg("%x: %s", kinds[k].format, text);
    }
    assert_string_equal(text, "");
    float* const whole = decoded();

    if (decode("cut", 48000)) {
      fail_msg("%x: %s", kinds[k].format, text);
    }
    assert_true(result.info.source_cut);
    assert_non_null(strstr(text, "cut: it is cut short, the "));
    assert_true(result.info.frames > NUM / 4 && result.info.frames < NUM);

    float* const cut = decoded();
    assert_memory_equal(cut, whole, result.info.frames * 2 * sizeof(float));
    free(cut);
    free(whole);

    // The warning is kept with what was decoded
    assert_int_equal(decode("cut", 48000), STATUS_OK);
    assert_true(result.hit);
    assert_non_null(strstr(text, "cut: it is cut short, the "));
  }

  free(data);
}

static void
test_a_wav_that_was_never_closed_is_whole(void** state)
{
  (void)state;
  enum { NUM = 5000 };
  float* const data = make_sweep(NUM, 1);
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, data, NUM);

  unsigned long  size  = 0;
  uint8_t* const bytes = (uint8_t*)temp_file_read(path_of("a.wav"), &size);
  assert_memory_equal(bytes + 36, "data", 4);

  // Lengths as streams have them, and as a crash leaves them
  static const struct {
    uint8_t riff;
    uint8_t data;
  } lengths[] = {{0xFF, 0xFF}, {0, 0}};
  for (unsigned i = 0; i < 2; ++i) {
    memset(bytes + 4, lengths[i].riff, 4);
    memset(bytes + 40, lengths[i].data, 4);
    temp_file_write(path_of("open.wav"), bytes, size);
    assert_int_equal(decode("open.wav", 48000), STATUS_OK);
    assert_int_equal(result.info.frames, NUM);
    assert_string_equal(text, "");
  }

  free(bytes);
  free(data);
}

static void
check_refused(const char* const name,
              const Status      expected,
              const char* const phrase)
{
  const Status status = decode(name, 48000);
  if (status != expected || !strstr(text, phrase)) {
    fail_msg("%s: %s, %s", name, status_code(status), text);
  }

  assert_int_equal(strncmp(text, name, strlen(name)), 0);
  assert_null(strchr(text, '\n'));
  assert_int_equal(temp_folder_count(folder, ""), 0);
}

static void
test_what_is_no_audio_is_refused(void** state)
{
  (void)state;
  uint8_t noise[4000];
  for (unsigned i = 0; i < sizeof(noise); ++i) {
    noise[i] = (uint8_t)((i * 2654435761u) >> 13u);
  }

  temp_file_write(path_of("noise.wav"), noise, sizeof(noise));
  check_refused(
    "noise.wav", STATUS_UNSUPPORTED, "not a WAV, FLAC, AIFF or Ogg file");

  temp_file_write(path_of("empty.wav"), "", 0);
  check_refused("empty.wav", STATUS_UNSUPPORTED, "empty");

  temp_file_write(path_of("short.wav"), "RIFF", 4);
  check_refused("short.wav", STATUS_UNSUPPORTED, "not a WAV");

  // Right magic, garbage behind it
  memcpy(noise, "RIFF\0\0\0\0WAVE", 12);
  temp_file_write(path_of("riff.wav"), noise, sizeof(noise));
  check_refused("riff.wav", STATUS_UNSUPPORTED, "without audio");
  memcpy(noise, "FORM\0\0\0\0AIFF", 12);
  temp_file_write(path_of("form.aiff"), noise, sizeof(noise));
  check_refused("form.aiff", STATUS_UNSUPPORTED, "without audio");
  memcpy(noise, "fLaC\0\0\0\x22", 8);
  temp_file_write(path_of("noise.flac"), noise, sizeof(noise));
  assert_int_not_equal(decode("noise.flac", 48000), STATUS_OK);
  memcpy(noise, "OggS", 4);
  temp_file_write(path_of("noise.ogg"), noise, sizeof(noise));
  check_refused("noise.ogg", STATUS_UNSUPPORTED, "Ogg");

  // A recording that was stopped at once
  write_audio("none.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, NULL, 0);
  check_refused("none.wav", STATUS_UNSUPPORTED, "holds no audio");

  // Control characters of a name do not reach a log
  const DecodeConfig config = {.folder = folder, .rate = 48000};
  const int          fd     = open(path_of("empty.wav"), O_RDONLY);
  decode_file(&config, fd, "a\nb\x1B.wav", &result, text, sizeof(text));
  close(fd);
  assert_non_null(strstr(text, "a?b?.wav: "));
}

static void
test_codings_off_the_list_are_refused_by_name(void** state)
{
  (void)state;
  static const struct {
    int         format;
    const char* name;
  } refused[] = {
    {SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, "IMA ADPCM"},
    {SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, "MS ADPCM"},
    {SF_FORMAT_WAV | SF_FORMAT_ULAW, "mu-law"},
    {SF_FORMAT_WAV | SF_FORMAT_ALAW, "A-law"},
    {SF_FORMAT_WAV | SF_FORMAT_GSM610, "GSM"},
    {SF_FORMAT_AIFF | SF_FORMAT_IMA_ADPCM, "ima4"},
    {SF_FORMAT_AIFF | SF_FORMAT_ULAW, "ulaw"},
    {SF_FORMAT_OGG | SF_FORMAT_OPUS, "Opus"},
    {SF_FORMAT_AU | SF_FORMAT_PCM_16, "not a WAV, FLAC, AIFF or Ogg file"},
    {SF_FORMAT_CAF | SF_FORMAT_PCM_16, "not a WAV, FLAC, AIFF or Ogg file"},
    {SF_FORMAT_W64 | SF_FORMAT_PCM_16, "not a WAV, FLAC, AIFF or Ogg file"},
  };

  float* const data = make_sweep(4000, 1);
  for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); ++i) {
    write_audio("a", refused[i].format, 48000, 1, data, 4000);
    check_refused("a", STATUS_UNSUPPORTED, refused[i].name);
  }

  free(data);
}

static void
test_of_many_channels_two_play(void** state)
{
  (void)state;
  enum { NUM = 5000 };
  static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                                SF_FORMAT_AIFF | SF_FORMAT_PCM_16};

  float* const data = make_sweep(NUM, 6);
  for (unsigned k = 0; k < 3; ++k) {
    write_audio("six", formats[k], 48000, 6, data, NUM);
    assert_int_equal(decode("six", 48000), STATUS_OK);
    assert_string_equal(text, "six: of its 6 channels the first two play");
    assert_int_equal(result.info.channels, 2);
    assert_int_equal(result.info.source_channels, 6);
    assert_int_equal(result.info.frames, NUM);

    float* const out = decoded();
    for (uint32_t i = 0; i < NUM; ++i) {
      assert_true(out[2 * i] == data[6 * i]);
      assert_true(out[2 * i + 1] == data[6 * i + 1]);
    }
    free(out);
  }

  free(data);
}

static void
test_what_is_not_finite_becomes_silence(void** state)
{
  (void)state;
  float data[100] = {[5] = NAN, [6] = INFINITY, [7] = -INFINITY, [8] = 1.5f};
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, data, 100);
  assert_int_equal(decode("a.wav", 48000), STATUS_OK);
  assert_string_equal(text,
                      "a.wav: 3 values that are no numbers became silence");

  float* const out = decoded();
  assert_true(out[5] == 0.0f && out[6] == 0.0f && out[7] == 0.0f);
  assert_true(out[8] == 1.5f);
  free(out);
}

static void
test_limits_are_kept(void** state)
{
  (void)state;
  float* const data = make_sweep(10000, 3);
  write_audio("a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 24000, 3, data, 10000);

  const struct {
    AudioLimits limits;
    Status      status;
  } cases[] = {
    {{60044, 20000, 3, 24000, 24000}, STATUS_OK},
    {{60043, 20000, 3, 24000, 24000}, STATUS_TOO_LARGE},
    {{60044, 9999, 3, 24000, 24000}, STATUS_TOO_LARGE},
    {{60044, 19999, 3, 24000, 24000}, STATUS_TOO_LARGE}, // At 48 kHz
    {{60044, 20000, 2, 24000, 24000}, STATUS_TOO_LARGE},
    {{60044, 20000, 3, 24001, 48000}, STATUS_UNSUPPORTED},
    {{60044, 20000, 3, 8000, 23999}, STATUS_UNSUPPORTED},
  };

  for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const DecodeConfig config = {
      .folder = folder, .rate = 48000, .limits = &cases[i].limits};
    assert_int_equal(decode_with(&config, "a"), cases[i].status);
    assert_true(text[0]);
  }

  free(data);
}

static void
test_a_length_that_headers_hide_is_limited_too(void** state)
{
  (void)state;
  float* const data = make_sweep(30000, 1);
  write_audio("a", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 1, data, 30000);
  free(data);

  // A FLAC whose header does not tell its length
  unsigned long  size  = 0;
  uint8_t* const bytes = (uint8_t*)temp_file_read(path_of("a"), &size);
  bytes[21] &= 0xF0u;
  memset(bytes + 22, 0, 4);
  temp_file_write(path_of("b"), bytes, size);
  free(bytes);

  assert_int_equal(decode("b", 48000), STATUS_OK);
  assert_int_equal(result.info.frames, 30000);
  assert_string_equal(text, "");

  AudioLimits limits        = audio_limits;
  limits.max_frames         = 20000;
  const DecodeConfig config = {
    .folder = folder, .rate = 44100, .limits = &limits};
  assert_int_equal(decode_with(&config, "b"), STATUS_TOO_LARGE);
  assert_int_equal(temp_folder_count(folder, ""), 1);
}

static void
test_the_same_bytes_are_decoded_once(void** state)
{
  (void)state;
  float* const data = make_sweep(9000, 2);
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, data, 9000);
  write_audio("b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, data, 9000);

  assert_int_equal(decode("a.wav", 48000), STATUS_OK);
  assert_false(result.hit);
  const DecodeResult first = result;

  assert_int_equal(decode("b.wav", 48000), STATUS_OK);
  assert_true(result.hit);
  assert_string_equal(result.path, first.path);
  assert_memory_equal(&result.info, &first.info, sizeof(first.info));

  // At another rate it is other content, and so are other bytes
  assert_int_equal(decode("a.wav", 44100), STATUS_OK);
  assert_false(result.hit);
  assert_string_not_equal(result.key, first.key);

  data[17] += 0.01f;
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, data, 9000);
  assert_int_equal(decode("a.wav", 48000), STATUS_OK);
  assert_false(result.hit);
  assert_string_not_equal(result.key, first.key);

  assert_int_equal(temp_folder_count(folder, ".pcm"), 3);
  assert_int_equal(temp_folder_count(folder, ""), 3);
  free(data);
}

static void
test_what_was_seen_is_not_read_again(void** state)
{
  (void)state;
  float* const data = make_sweep(9000, 2);
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 2, data, 9000);
  assert_int_equal(decode("a.wav", 48000), STATUS_OK);

  // Too new: a change in this moment might leave its times as they are
  char           path[1024];
  char           key[CACHE_KEY_SIZE];
  struct stat    about;
  const uint64_t terms = (uint64_t)DECODER_VERSION << 32u | 48000u;
  snprintf(path, sizeof(path), "%s", path_of("a.wav"));
  assert_int_equal(stat(path, &about), 0);
  assert_false(seen_find(folder, &about, terms, key));
  seen_keep(folder, &about, terms, result.key, about.st_ctim.tv_sec + 1);
  assert_false(seen_find(folder, &about, terms, key));

  seen_keep(folder, &about, terms, result.key, about.st_ctim.tv_sec + 60);
  assert_true(seen_find(folder, &about, terms, key));
  assert_string_equal(key, result.key);

  // Now nothing but the cache's tables is read: not even the damage is seen
  unsigned long  size  = 0;
  uint8_t* const bytes = (uint8_t*)temp_file_read(result.path, &size);
  bytes[5000] ^= 1u;
  temp_file_write(result.path, bytes, size);
  assert_int_equal(decode("a.wav", 48000), STATUS_OK);
  assert_true(result.hit);
  assert_string_equal(result.key, key);
  free(bytes);

  // At another rate, with another decoder, or changed, it is another content
  assert_false(seen_find(folder, &about, terms + 1u, key));
  assert_false(seen_find(folder, &about, terms + ((uint64_t)1 << 32u), key));
  data[17] += 0.01f;
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 2, data, 9000);
  assert_int_equal(stat(path, &about), 0);
  assert_false(seen_find(folder, &about, terms, key));
  free(data);
}

static void
test_a_damaged_cache_is_made_again(void** state)
{
  (void)state;
  float* const data = make_sweep(9000, 2);
  write_audio("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 2, data, 9000);
  assert_int_equal(decode("a.wav", 48000), STATUS_OK);

  char path[CACHE_PATH_SIZE];
  snprintf(path, sizeof(path), "%s", result.path);
  unsigned long  size  = 0;
  uint8_t* const bytes = (uint8_t*)temp_file_read(path, &size);

  // A bit in the magic, the length, the first and last page, the padding of
  // the last, the table; and files of other lengths
  const unsigned long places[] = {
    0, 48, 4096, 4096 + 70000, size - 13, size - 1};
  for (unsigned i = 0; i < 6; ++i) {
    bytes[places[i]] ^= 0x10u;
    temp_file_write(path, bytes, size);
    bytes[places[i]] ^= 0x10u;
    assert_int_equal(decode("a.wav", 48000), STATUS_OK);
    assert_false(result.hit);
    assert_int_equal(decode("a.wav", 48000), STATUS_OK);
    assert_true(result.hit);
  }

  const unsigned long sizes[] = {0, 100, 4096, 50000, size - 1, size + 1};
  for (unsigned i = 0; i < 6; ++i) {
    uint8_t* const other = (uint8_t*)calloc(1, size + 1);
    memcpy(other, bytes, sizes[i] < size ? sizes[i] : size);
    temp_file_write(path, other, sizes[i]);
    free(other);
    assert_int_equal(decode("a.wav", 48000), STATUS_OK);
    assert_false(result.hit);

    float* const out = decoded();
    assert_memory_equal(out, data, 9000 * 2 * sizeof(float));
    free(out);
  }

  free(bytes);
  free(data);
}

/// Sets the flag of a cancel after a number of calls
typedef struct {
  atomic_bool cancel;
  unsigned    calls;
  unsigned    cancel_at;
  double      last;
} Watcher;

static void
watch(void* const handle, const double done)
{
  Watcher* const watcher = (Watcher*)handle;
  assert_true(done >= watcher->last && done <= 1.0);
  watcher->last = done;
  if (++watcher->calls == watcher->cancel_at) {
    atomic_store(&watcher->cancel, true);
  }
}

static void
test_an_import_tells_progress_and_can_be_cancelled(void** state)
{
  (void)state;
  float* const data = make_sweep(40000, 2);
  write_audio("a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, data, 40000);
  free(data);

  Watcher            watcher = {0};
  const DecodeConfig config  = {.folder   = folder,
                                .rate     = 48000,
                                .progress = watch,
                                .handle   = &watcher,
                                .cancel   = &watcher.cancel};
  assert_int_equal(decode_with(&config, "a"), STATUS_OK);
  assert_true(watcher.last == 1.0);
  const unsigned calls = watcher.calls;
  assert_true(calls > 8);

  unlink(result.path);
  for (unsigned i = 1; i + 1 < calls; ++i) {
    watcher = (Watcher){.cancel_at = i};
    assert_int_equal(decode_with(&config, "a"), STATUS_CANCELLED);
    assert_int_equal(temp_folder_count(folder, ""), 0);
  }
}

static void
test_a_cache_that_cannot_be_written_is_said(void** state)
{
  (void)state;
  float data[10] = {0};
  write_audio("a", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, data, 10);
  const DecodeConfig config = {.folder = "/nonexistent/cache", .rate = 48000};
  assert_int_equal(decode_with(&config, "a"), STATUS_IO);
  assert_string_equal(
    text, "a: the cache cannot be written: No such file or directory");
}

static void
test_failed_allocations_are_survived(void** state)
{
  (void)state;
  static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                                SF_FORMAT_OGG | SF_FORMAT_VORBIS};

  float* const data = make_sweep(5000, 3);
  for (unsigned k = 0; k < 3; ++k) {
    write_audio("a", formats[k], 44100, k < 2 ? 3 : 2, data, 5000);

    unsigned n = 1;
    for (;; ++n) {
      fail_malloc_at(n);
      const Status   status = decode("a", 48000);
      const unsigned asked  = fail_malloc_stop();
      if (asked < n) {
        assert_int_equal(status, STATUS_OK);
        break;
      }

      // A cache that cannot be looked into is made again; nothing is left over
      if (status) {
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_non_null(strstr(text, "a: out of memory"));
        assert_int_equal(temp_folder_count(folder, ".part"), 0);
      }
    }

    assert_true(n > 5);
  }

  free(data);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_an_impulse_stays_at_its_time),
    TEST(test_a_tone_keeps_its_level_and_phase_at_another_rate),
    TEST(test_equal_rates_keep_every_bit),
    TEST(test_real_recordings_are_read_as_libsndfile_reads_them),
    TEST(test_a_cut_file_plays_what_is_there),
    TEST(test_a_wav_that_was_never_closed_is_whole),
    TEST(test_what_is_no_audio_is_refused),
    TEST(test_codings_off_the_list_are_refused_by_name),
    TEST(test_of_many_channels_two_play),
    TEST(test_what_is_not_finite_becomes_silence),
    TEST(test_limits_are_kept),
    TEST(test_a_length_that_headers_hide_is_limited_too),
    TEST(test_the_same_bytes_are_decoded_once),
    TEST(test_what_was_seen_is_not_read_again),
    TEST(test_a_damaged_cache_is_made_again),
    TEST(test_an_import_tells_progress_and_can_be_cancelled),
    TEST(test_a_cache_that_cannot_be_written_is_said),
    TEST(test_failed_allocations_are_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
