// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is written is what others read

#include "media/audio_writer.h"
#include "media/quantiser.h"
#include "media/wav_header.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <sndfile.h>

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { NUM = 10001 };

static char  folder[TEMP_PATH_SIZE];
static char  path[2 * TEMP_PATH_SIZE];
static char  text[512];
static float audio[2 * NUM];

static const AudioWriterConfig configs[] = {
  {AUDIO_WAV, AUDIO_16_BIT, 48000, 2, false, 0},
  {AUDIO_WAV, AUDIO_24_BIT, 44100, 2, false, 0},
  {AUDIO_WAV, AUDIO_FLOAT, 96000, 2, false, 0},
  {AUDIO_WAV, AUDIO_24_BIT, 48000, 1, false, 0}, // An odd number of bytes
  {AUDIO_FLAC, AUDIO_16_BIT, 44100, 2, false, 0},
  {AUDIO_FLAC, AUDIO_24_BIT, 96000, 1, false, 0},
  {AUDIO_OGG, AUDIO_16_BIT, 48000, 2, false, 0},
};

#define NUM_CONFIGS (sizeof(configs) / sizeof(configs[0]))

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  snprintf(path, sizeof(path), "%s/out", folder);
  for (unsigned i = 0; i < 2 * NUM; ++i) {
    audio[i] = (float)(0.7 * sin(0.01 * i) + 0.2 * sin(0.37 * i));
  }
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  temp_folder_remove(folder);
  return 0;
}

/// Write frames in pieces of a size
static Status
write_in_pieces(AudioWriter* const writer,
                const uint32_t     channels,
                const uint32_t     num,
                const uint32_t     piece)
{
  Status status = STATUS_OK;
  for (uint32_t i = 0; i < num && !status; i += piece) {
    const uint32_t n = num - i < piece ? num - i : piece;
    status           = audio_writer_add(
      writer, audio + (size_t)i * channels, n, text, sizeof(text));
  }

  return status ? status : audio_writer_commit(writer, text, sizeof(text));
}

static Status
write_file(const AudioWriterConfig* const config, const uint32_t piece)
{
  AudioWriter* writer = NULL;
  Status status = audio_writer_open(config, path, &writer, text, sizeof(text));
  if (!status) {
    status = write_in_pieces(writer, config->channels, NUM, piece);
  }

  audio_writer_free(writer);
  return status;
}

/// Read a file with libsndfile; the frames are to be freed by the caller
static float*
read_file(const char* const name, SF_INFO* const info)
{
  *info               = (SF_INFO){0};
  SNDFILE* const file = sf_open(name, SFM_READ, info);
  if (!file) {
    fail_msg("%s: %s", name, sf_strerror(NULL));
  }

  float* const data = (float*)malloc((size_t)info->frames *
                                     (size_t)info->channels * sizeof(float));
  assert_int_equal(sf_readf_float(file, data, info->frames), info->frames);
  sf_close(file);
  return data;
}

static double
worst_error(const float* const data, const uint32_t num)
{
  double worst = 0.0;
  for (uint32_t i = 0; i < num; ++i) {
    worst = fmax(worst, fabs((double)data[i] - (double)audio[i]));
  }
  return worst;
}

static void
test_every_format_reads_back(void** state)
{
  (void)state;
  for (unsigned i = 0; i < NUM_CONFIGS; ++i) {
    assert_int_equal(write_file(&configs[i], 997), STATUS_OK);
    assert_string_equal(text, "");
    assert_int_equal(temp_folder_count(folder, ""), 1);

    SF_INFO      info;
    float* const data = read_file(path, &info);
    assert_int_equal(info.samplerate, configs[i].rate);
    assert_int_equal(info.channels, configs[i].channels);
    assert_int_equal(info.frames, NUM);

    const double worst = worst_error(data, NUM * configs[i].channels);
    const double step  = configs[i].bits == AUDIO_16_BIT   ? 1.0 / 32768.0
                         : configs[i].bits == AUDIO_24_BIT ? 1.0 / 8388608.0
                                                           : 0.0;
    if (configs[i].format == AUDIO_OGG) {
      assert_true(worst < 0.1);
    } else {
      assert_true(worst <= 0.5 * step);
    }
    free(data);
  }
}

static void
test_the_size_of_pieces_does_not_matter(void** state)
{
  (void)state;
  for (unsigned i = 0; i + 1 < NUM_CONFIGS; ++i) {
    AudioWriterConfig config = configs[i];
    config.dither            = true;

    unsigned long size[2];
    void*         bytes[2];
    for (unsigned p = 0; p < 2; ++p) {
      assert_int_equal(write_file(&config, p ? 5000 : 13), STATUS_OK);
      bytes[p] = temp_file_read(path, &size[p]);
    }

    assert_int_equal(size[0], size[1]);
    assert_memory_equal(bytes[0], bytes[1], size[0]);
    free(bytes[0]);
    free(bytes[1]);
  }
}

static void
test_values_on_the_grid_are_kept_without_dither(void** state)
{
  (void)state;
  Quantiser quantiser;
  quantiser_init(&quantiser, 16, false, 1);
  for (int v = -32768; v <= 32767; ++v) {
    assert_int_equal(quantiser_run(&quantiser, (float)v / 32768.0f), v);
  }
  assert_int_equal(quantiser.num_clipped, 0);

  assert_int_equal(quantiser_run(&quantiser, 1.0f), 32767);
  assert_int_equal(quantiser_run(&quantiser, 5.0f), 32767);
  assert_int_equal(quantiser_run(&quantiser, -5.0f), -32768);
  assert_int_equal(quantiser.num_clipped, 3);
  assert_int_equal(quantiser_run(&quantiser, NAN), 0);
  assert_int_equal(quantiser_run(&quantiser, INFINITY), 0);
}

static void
test_dither_makes_the_error_independent_of_the_signal(void** state)
{
  (void)state;
  enum { TRIES = 200000 };

  // Mean and power of the error are the same wherever between two steps a
  // value lies: 0, and 1/12 of rounding plus 2/12 of the noise
  for (unsigned i = 0; i <= 8; ++i) {
    Quantiser    quantiser;
    const double value = 100.0 + i / 8.0;
    double       sum   = 0.0;
    double       power = 0.0;
    quantiser_init(&quantiser, 16, true, 42);
    for (unsigned t = 0; t < TRIES; ++t) {
      const double error =
        quantiser_run(&quantiser, (float)(value / 32768.0)) - value;
      assert_true(fabs(error) <= 1.5);
      sum += error;
      power += error * error;
    }

    assert_true(fabs(sum / TRIES) < 0.006);
    assert_true(fabs(power / TRIES - 0.25) < 0.01);
  }
}

static void
test_the_seed_decides_the_dither(void** state)
{
  (void)state;
  AudioWriterConfig config = configs[0];
  config.dither            = true;

  void*         bytes[3];
  unsigned long size = 0;
  for (unsigned i = 0; i < 3; ++i) {
    config.seed = i / 2;
    assert_int_equal(write_file(&config, 1000), STATUS_OK);
    bytes[i] = temp_file_read(path, &size);
  }

  assert_memory_equal(bytes[0], bytes[1], size);
  assert_memory_not_equal(bytes[0], bytes[2], size);
  for (unsigned i = 0; i < 3; ++i) {
    free(bytes[i]);
  }
}

static void
test_clipped_values_are_counted(void** state)
{
  (void)state;
  const float  loud[4] = {1.5f, -1.5f, 0.5f, -1.0f};
  AudioWriter* writer  = NULL;
  assert_int_equal(audio_writer_open(&configs[0], path, &writer, text, 512),
                   STATUS_OK);
  assert_int_equal(audio_writer_add(writer, loud, 2, text, 512), STATUS_OK);
  assert_int_equal(audio_writer_num_clipped(writer), 2);
  audio_writer_free(writer);
}

/// What comes out of a pipe
typedef struct {
  int      fd;
  uint8_t* bytes;
  size_t   size;
} Drain;

static void*
drain(void* const handle)
{
  Drain* const d = (Drain*)handle;
  ssize_t      n = 0;
  d->bytes       = (uint8_t*)malloc(1u << 20u);
  while ((n = read(d->fd, d->bytes + d->size, (1u << 20u) - d->size)) > 0) {
    d->size += (size_t)n;
  }
  return NULL;
}

static void
test_a_pipe_gets_a_wav_of_unknown_length(void** state)
{
  (void)state;
  for (unsigned i = 0; i < 4; ++i) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    Drain     d = {.fd = ends[0]};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, drain, &d), 0);

    AudioWriter* writer = NULL;
    assert_int_equal(
      audio_writer_open_stream(&configs[i], ends[1], &writer, text, 512),
      STATUS_OK);
    assert_int_equal(write_in_pieces(writer, configs[i].channels, NUM, 1000),
                     STATUS_OK);
    audio_writer_free(writer);
    close(ends[1]); // It stays open, so this does close it
    pthread_join(thread, NULL);
    close(ends[0]);

    // Lengths that readers know to mean "until the end"
    assert_memory_equal(d.bytes, "RIFF\xFF\xFF\xFF\xFFWAVE", 12);
    temp_file_write(path, d.bytes, d.size);
    free(d.bytes);

    SF_INFO      info;
    float* const data = read_file(path, &info);
    assert_int_equal(info.frames, NUM);
    assert_true(worst_error(data, NUM * configs[i].channels) < 1e-4);
    free(data);
  }

  AudioWriter* writer = NULL;
  assert_int_equal(audio_writer_open_stream(&configs[4], 1, &writer, text, 512),
                   STATUS_UNSUPPORTED);
}

static void
test_a_stream_into_a_file_gets_its_lengths(void** state)
{
  (void)state;
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert_true(fd >= 0);

  AudioWriter* writer = NULL;
  assert_int_equal(
    audio_writer_open_stream(&configs[0], fd, &writer, text, 512), STATUS_OK);
  assert_int_equal(write_in_pieces(writer, 2, NUM, 1000), STATUS_OK);
  audio_writer_free(writer);
  close(fd);

  unsigned long  size  = 0;
  uint8_t* const bytes = (uint8_t*)temp_file_read(path, &size);
  assert_int_equal(size, 80 + NUM * 4);
  assert_int_equal(bytes[4] | bytes[5] << 8 | bytes[6] << 16, size - 8);
  free(bytes);
}

static void
test_a_special_file_is_written_to_as_it_is(void** state)
{
  (void)state;
  AudioWriter* writer = NULL;
  assert_int_equal(
    audio_writer_open(&configs[0], "/dev/null", &writer, text, 512), STATUS_OK);
  assert_int_equal(write_in_pieces(writer, 2, NUM, 1000), STATUS_OK);
  audio_writer_free(writer);

  struct stat about;
  assert_int_equal(stat("/dev/null", &about), 0);
  assert_true(S_ISCHR(about.st_mode));
  assert_int_equal(
    audio_writer_open(&configs[4], "/dev/null", &writer, text, 512),
    STATUS_UNSUPPORTED);
  assert_int_equal(audio_writer_open(&configs[0], folder, &writer, text, 512),
                   STATUS_IO);
}

static void
test_beyond_four_gibibytes_it_is_rf64(void** state)
{
  (void)state;
  const WavFormat format = {
    .rate = 48000, .channels = 2, .bytes = 4, .is_float = true};
  uint8_t        header[WAV_HEADER_SIZE];
  const uint64_t most = (UINT32_MAX - 1u - 4 - 36 - 26 - 12 - 8) / 8;
  const size_t   size = wav_header(&format, most, header);
  assert_memory_equal(header, "RIFF", 4);

  // Readers find the lengths where EBU Tech 3306 puts them
  assert_int_equal(wav_header(&format, most + 1, header), size);
  assert_memory_equal(header, "RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0", 20);
  uint64_t lengths[3];
  memcpy(lengths, header + 20, 24);
  assert_int_equal(lengths[0], size - 8 + (most + 1) * 8);
  assert_int_equal(lengths[1], (most + 1) * 8);
  assert_int_equal(lengths[2], most + 1);
  assert_memory_equal(header + size - 8, "data\xFF\xFF\xFF\xFF", 8);

  // A file with a hole is read so by libsndfile
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assert_int_equal(write(fd, header, size), size);
  assert_int_equal(ftruncate(fd, (off_t)(size + (most + 1) * 8)), 0);
  close(fd);
  SF_INFO        info = {0};
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  assert_non_null(file);
  assert_int_equal(info.frames, most + 1);
  sf_close(file);
}

static void
test_a_file_appears_when_it_is_complete(void** state)
{
  (void)state;
  temp_file_write(path, "old", 3);
  for (unsigned i = 0; i < NUM_CONFIGS; ++i) {
    AudioWriter* writer = NULL;
    assert_int_equal(audio_writer_open(&configs[i], path, &writer, text, 512),
                     STATUS_OK);
    assert_int_equal(audio_writer_add(writer, audio, 3000, text, 512),
                     STATUS_OK);
    assert_int_equal(temp_folder_count(folder, ""), 2);
    audio_writer_free(writer); // Given up

    unsigned long size  = 0;
    void* const   bytes = temp_file_read(path, &size);
    assert_int_equal(size, 3);
    free(bytes);
    assert_int_equal(temp_folder_count(folder, ""), 1);
  }

  // It has the mode of any new file, and a link to it stays a link
  char link[3 * TEMP_PATH_SIZE];
  snprintf(link, sizeof(link), "%s.link", path);
  assert_int_equal(symlink("out", link), 0);
  umask(022);
  AudioWriter* writer = NULL;
  assert_int_equal(audio_writer_open(&configs[0], link, &writer, text, 512),
                   STATUS_OK);
  assert_int_equal(write_in_pieces(writer, 2, NUM, 1000), STATUS_OK);
  audio_writer_free(writer);

  struct stat about;
  assert_int_equal(lstat(link, &about), 0);
  assert_true(S_ISLNK(about.st_mode));
  assert_int_equal(stat(path, &about), 0);
  assert_int_equal(about.st_mode & 0777, 0644);
  assert_int_equal(about.st_size, 80 + NUM * 4);
}

static void
test_a_full_disk_is_said_and_leaves_the_old_file(void** state)
{
  (void)state;
  struct rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  void (*const old)(int) = signal(SIGXFSZ, SIG_IGN);
  for (unsigned i = 0; i < NUM_CONFIGS; ++i) {
    temp_file_write(path, "old", 3);

    // At different places, the very last bytes among them
    for (unsigned limit = 100; limit < 6000; limit += 1300) {
      struct rlimit tight = before;
      tight.rlim_cur      = limit;
      assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
      const Status status = write_file(&configs[i], 1000);
      setrlimit(RLIMIT_FSIZE, &before);

      assert_int_equal(status, STATUS_IO);
      assert_non_null(strstr(text, "out: File too large"));
      assert_int_equal(temp_folder_count(folder, ""), 1);
    }

    unsigned long size  = 0;
    void* const   bytes = temp_file_read(path, &size);
    assert_int_equal(size, 3);
    free(bytes);
  }

  signal(SIGXFSZ, old);
}

static void
test_what_does_not_go_together_is_refused(void** state)
{
  (void)state;
  const AudioWriterConfig config = {
    AUDIO_FLAC, AUDIO_FLOAT, 48000, 2, false, 0};
  AudioWriter* writer = NULL;
  assert_int_equal(audio_writer_open(&config, path, &writer, text, 512),
                   STATUS_UNSUPPORTED);
  assert_string_equal(text, "FLAC has no float, only 16 and 24 bits");
  assert_int_equal(
    audio_writer_open(&configs[0], "/nonexistent/x", &writer, text, 512),
    STATUS_IO);
  assert_string_equal(text, "/nonexistent/x: No such file or directory");

  AudioFormat format = AUDIO_OGG;
  assert_true(audio_format_find("FLAC", &format));
  assert_int_equal(format, AUDIO_FLAC);
  assert_false(audio_format_find("mp3", &format));
}

static void
test_failed_allocations_are_survived(void** state)
{
  (void)state;
  for (unsigned i = 0; i < NUM_CONFIGS; ++i) {
    unsigned n = 1;
    for (;; ++n) {
      fail_malloc_at(n);
      const Status   status = write_file(&configs[i], 1000);
      const unsigned asked  = fail_malloc_stop();
      if (asked < n) {
        assert_int_equal(status, STATUS_OK);
        break;
      }

      assert_int_equal(status, STATUS_NO_MEMORY);
      assert_non_null(strstr(text, "out of memory"));
      assert_int_equal(temp_folder_count(folder, ""), i > 0);
    }
    assert_true(n > 5);
  }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_every_format_reads_back),
    TEST(test_the_size_of_pieces_does_not_matter),
    TEST(test_values_on_the_grid_are_kept_without_dither),
    TEST(test_dither_makes_the_error_independent_of_the_signal),
    TEST(test_the_seed_decides_the_dither),
    TEST(test_clipped_values_are_counted),
    TEST(test_a_pipe_gets_a_wav_of_unknown_length),
    TEST(test_a_stream_into_a_file_gets_its_lengths),
    TEST(test_a_special_file_is_written_to_as_it_is),
    TEST(test_beyond_four_gibibytes_it_is_rf64),
    TEST(test_a_file_appears_when_it_is_complete),
    TEST(test_a_full_disk_is_said_and_leaves_the_old_file),
    TEST(test_what_does_not_go_together_is_refused),
    TEST(test_failed_allocations_are_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
