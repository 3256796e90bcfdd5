// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude render`: a composition to an audio file

#include "services/render.h"

#include "cli/commands.h"
#include "cli/daemon_options.h"
#include "media/audio_writer.h"
#include "services/composition_store.h"
#include "services/song_time.h"
#include "store/file.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Columns of the progress bar
#define BAR_COLUMNS 40

static const char* const format_words[] = {"wav", "flac", "ogg", NULL};
static const char* const bits_words[]   = {"16", "24", "float", NULL};

/// What the command line says
typedef struct {
  DaemonOptions daemon;
  const char*   output;
  const char*   stems;
  double        from; ///< Beats
  double        to;   ///< Beats, below 0: the end
  double        tail; ///< Seconds
  int64_t       rate;
  int64_t       period;
  int           format; ///< -1: by the file's ending
  int           bits;   ///< -1: what the format is best at
} Settings;

/// A file that is being written
typedef struct {
  AudioWriter* writer;
  const char*  name;  ///< Shown with the progress
  bool         bar;   ///< Progress is shown as a bar that moves
  int          shown; ///< Tenths or columns shown so far
  float        frames[2u * 4096u];
  char         text[FILE_TEXT_SIZE];
} Output;

static volatile sig_atomic_t interrupted;

static void
interrupt(const int signal_number)
{
  (void)signal_number;
  interrupted = 1;
}

static void
show_progress(Output* const output, const double share)
{
  const int steps = output->bar ? BAR_COLUMNS : 10;
  const int shown = (int)(share * steps);
  if (shown == output->shown) {
    return;
  }

  output->shown = shown;
  if (!output->bar) {
    fprintf(stderr, "%s: %d %%\n", output->name, shown * 10);
    return;
  }

  fprintf(stderr, "\r%s [", output->name);
  for (int i = 0; i < BAR_COLUMNS; ++i) {
    fputc(i < shown ? '#' : '.', stderr);
  }

  fprintf(stderr, "] %3.0f %%%s", share * 100.0, shown == steps ? "\n" : "");
}

static bool
write_block(void* const        handle,
            const float* const left,
            const float* const right,
            const uint32_t     n,
            const double       share)
{
  Output* const output = (Output*)handle;
  for (uint32_t done = 0; done < n;) {
    const uint32_t left_over = n - done;
    const uint32_t count     = left_over < 4096u ? left_over : 4096u;
    for (uint32_t i = 0; i < count; ++i) {
      output->frames[2u * i]      = left[done + i];
      output->frames[2u * i + 1u] = right[done + i];
    }

    if (audio_writer_add(output->writer,
                         output->frames,
                         count,
                         output->text,
                         sizeof(output->text))) {
      return false;
    }

    done += count;
  }

  show_progress(output, share);
  return !interrupted;
}

/// Format and width of a file from the options and its name
static AudioWriterConfig
writer_config(const Settings* const settings, const char* const path)
{
  const char* const dot    = strrchr(path, '.');
  AudioFormat       format = AUDIO_WAV;
  if (settings->format >= 0) {
    format = (AudioFormat)settings->format;
  } else if (dot) {
    audio_format_find(dot + 1, &format);
  }

  const AudioBits best = format == AUDIO_FLAC ? AUDIO_24_BIT : AUDIO_FLOAT;
  const AudioWriterConfig config = {
    .format   = format,
    .bits     = settings->bits >= 0 ? (AudioBits)settings->bits : best,
    .rate     = (uint32_t)settings->rate,
    .channels = 2,
    .dither   = true,
    .seed     = 1};
  return config;
}

static int
fail(const char* const text)
{
  fprintf(stderr, "sonic-claude render: %s\n", text);
  return 1;
}

/// Render to one file; returns the exit code
static int
render_file(Services* const       services,
            const Settings* const settings,
            const RenderJob*      base,
            const char* const     path)
{
  static Output           output;
  const AudioWriterConfig config = writer_config(settings, path);
  memset(&output, 0, sizeof(output));
  output.name = path;
  output.bar  = isatty(STDERR_FILENO);

  Status st =
    strcmp(path, "-")
      ? audio_writer_open(
          &config, path, &output.writer, output.text, sizeof(output.text))
      : audio_writer_open_stream(&config,
                                 STDOUT_FILENO,
                                 &output.writer,
                                 output.text,
                                 sizeof(output.text));
  if (st) {
    return fail(output.text);
  }

  RenderJob job = *base;
  job.write     = write_block;
  job.handle    = &output;
  st            = render_run(services, &job);
  if (!st) {
    st = audio_writer_commit(output.writer, output.text, sizeof(output.text));
  }

  audio_writer_free(output.writer);
  return !st                         ? 0
         : output.text[0]            ? fail(output.text)
         : interrupted               ? fail("interrupted")
         : *services_error(services) ? fail(services_error(services))
                                     : fail(status_text(st));
}

/// Render each track to a file of its own
static int
render_stems(Services* const        services,
             const Settings* const  settings,
             const RenderJob* const base)
{
  char text[FILE_TEXT_SIZE] = "";
  if (file_make_folder(settings->stems, text, sizeof(text))) {
    return fail(text);
  }

  const char* const ending =
    format_words[settings->format < 0 ? 0 : settings->format];
  const IdList* const order = services_document(services)->order[KIND_TRACK];
  const uint32_t      count = id_list_count(order);
  for (uint32_t i = 0; i < count; ++i) {
    const Composition* const root = services_document(services);
    const Id                 id   = root->order[KIND_TRACK]->ids[i];
    char                     slug[SLUG_SIZE];
    char                     path[CLI_PATH_SIZE];
    slug_make(node_name(composition_find(root, id)), slug);
    snprintf(path,
             sizeof(path),
             "%.3900s/%02u%s%s.%s",
             settings->stems,
             i + 1u,
             *slug ? "-" : "",
             slug,
             ending);

    RenderJob job    = *base;
    job.solo         = id;
    const int result = render_file(services, settings, &job, path);
    if (result) {
      return result;
    }
  }

  return 0;
}

/// Render what the settings say; returns the exit code
static int
render(Services* const services, const Settings* const settings)
{
  const Ticks end = song_time_end(services_document(services));
  RenderJob   job = {
      .to = end, .tail = settings->tail, .period = (uint32_t)settings->period};
  if (!ticks_from_beats(settings->from, &job.from) ||
      (settings->to >= 0.0 && !ticks_from_beats(settings->to, &job.to)) ||
      job.to < job.from) {
    return fail("expected --from before --to and before the end");
  }

  if (!render_frames(services, &job)) {
    return fail("there is nothing to render: the composition is empty");
  }

  const int result = settings->output
                       ? render_file(services, settings, &job, settings->output)
                       : 0;
  return result || !settings->stems ? result
                                    : render_stems(services, settings, &job);
}

static void
log_line(void* const handle, const char* const text)
{
  (void)handle;
  fprintf(stderr, "sonic-claude render: %s\n", text);
}

static int
run(Settings* const settings, const char* const composition)
{
  ServicesConfig config = {.offline        = true,
                           .offline_rate   = (uint32_t)settings->rate,
                           .offline_period = (uint32_t)settings->period,
                           .log            = log_line};
  if (!daemon_options_apply("render", &settings->daemon, &config)) {
    return 2;
  }

  char      text[FILE_TEXT_SIZE] = "";
  Services* services             = NULL;
  if (services_new(&config, text, sizeof(text), &services)) {
    return fail(text);
  }

  const Status st =
    compositions_load_offline(services, composition, text, sizeof(text));
  const int result = st ? fail(text) : render(services, settings);
  services_free(services);
  return result;
}

/// Whether a file's ending tells its format; one without an ending is WAV
static bool
has_known_ending(const char* const path)
{
  AudioFormat       format = AUDIO_WAV;
  const char* const slash  = strrchr(path, '/');
  const char* const dot    = strrchr(slash ? slash : path, '.');
  return !dot || audio_format_find(dot + 1, &format);
}

int
cli_render(const int argc, char** const argv)
{
  Settings settings = {.to     = -1.0,
                       .tail   = 2.0,
                       .rate   = 48000,
                       .period = 256,
                       .format = -1,
                       .bits   = -1};

  // clang-format off
  const Option options[] = {
    {"--output", "-o", OPTION_TEXT, &settings.output, "FILE", "where to (- is standard output, as WAV)", 0, 0, NULL},
    {"--stems", NULL, OPTION_TEXT, &settings.stems, "DIR", "a file for each track into a folder", 0, 0, NULL},
    {"--from", NULL, OPTION_NUMBER, &settings.from, "BEAT", "where to begin (0)", 0, 1e7, NULL},
    {"--to", NULL, OPTION_NUMBER, &settings.to, "BEAT", "where to stop (the end of the last clip)", 0, 1e7, NULL},
    {"--tail", NULL, OPTION_NUMBER, &settings.tail, "SECONDS", "what rings on after that (2)", 0, 3600, NULL},
    {"--rate", NULL, OPTION_WHOLE, &settings.rate, "HZ", "frames per second (48000)", 8000, 192000, NULL},
    {"--period", NULL, OPTION_WHOLE, &settings.period, "FRAMES", "frames in a cycle (256); the result is the same", 1, 8192, NULL},
    {"--threads", NULL, OPTION_WHOLE, &settings.daemon.threads, "N", "threads (one for each core); the result is the same", 1, ENGINE_MAX_THREADS, NULL},
    {"--cpu", NULL, OPTION_WORD, &settings.daemon.cpu, "LEVEL", "vector level v2, v3 or v4 (the best there is)", 0, 0, cpu_words},
    {"--format", NULL, OPTION_WORD, &settings.format, "FORMAT", "wav, flac or ogg (by the file's ending)", 0, 0, format_words},
    {"--bits", NULL, OPTION_WORD, &settings.bits, "BITS", "16, 24 or float", 0, 0, bits_words},
    {"--data-dir", NULL, OPTION_TEXT, &settings.daemon.data_dir, "DIR", "where compositions are kept", 0, 0, NULL},
    {"--media-dir", NULL, OPTION_TEXTS, &settings.daemon.media_dirs, "DIR", "where audio may be read from", 0, 0, NULL},
  };
  // clang-format on

  const Usage usage = {
    "render",
    "COMPOSITION -o FILE [OPTION...]",
    "Render a composition (an id, a name or a file) faster than real time.",
    options,
    sizeof(options) / sizeof(options[0]),
    1,
    1,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  if (!settings.output && !settings.stems) {
    fprintf(stderr, "sonic-claude render: expected -o FILE or --stems DIR\n");
    return 2;
  }

  if (settings.output && settings.format < 0 &&
      !has_known_ending(settings.output)) {
    fprintf(stderr,
            "sonic-claude render: expected a file that ends in .wav, .flac or "
            ".ogg, or --format, not \"%s\"\n",
            settings.output);
    return 2;
  }

  const struct sigaction action = {.sa_handler = interrupt};
  const struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGPIPE, &ignore, NULL);
  return run(&settings, argv[0]);
}
