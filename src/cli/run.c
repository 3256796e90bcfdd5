// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude run`: the daemon

#include "ai/assistant.h"
#include "ai/provider.h"
#include "cli/commands.h"
#include "cli/daemon_options.h"
#include "cli/status_line.h"
#include "osc/server.h"
#include "services/composition_store.h"
#include "services/playback.h"
#include "services/synthesis.h"
#include "session/managed.h"
#include "store/file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// The first wait before a language model is asked once more; it doubles
#define AI_BACKOFF_MS 500

/// Longest wait of the loop: the time between two looks at the engine
#define LOOP_MS 10

static const char* const driver_words[]   = {"auto", "jack", "dummy", NULL};
static const char* const provider_words[] = {"builtin",
                                             "anthropic",
                                             "openai",
                                             NULL};
static const char* const level_words[]    = {"error", "info", "debug", NULL};

typedef struct {
  DaemonOptions daemon;
  OptionTexts   allow;
  const char*   bind;
  const char*   jack_server;
  const char*   client_name;
  int64_t       port;
  int64_t       http_port;
  int64_t       rate;
  int64_t       period;
  const char*   ai_model;
  const char*   ai_key_file;
  int64_t       ai_timeout;  ///< Seconds
  int           ai_provider; ///< Index into `provider_words`
  int           driver;
  int           log_level; ///< Index into `level_words`
  bool          play;
  bool          connect;
} Settings;

/// The daemon's parts and what it prints
typedef struct {
  Settings   settings;
  Services*  services;
  Assistant* assistant;
  Provider*  provider;
  OscServer* server;
  Managed    managed;
  StatusLine line;
  char       url_path[CLI_PATH_SIZE];
} Daemon;

static OscServer* volatile wake_server;
static volatile sig_atomic_t stopped;
static volatile sig_atomic_t save_asked;

static void
stop(const int signal_number)
{
  (void)signal_number;
  stopped = 1;
  if (wake_server) {
    osc_server_wake(wake_server);
  }
}

/// A session manager of LADISH's kind wants the state saved
static void
ask_to_save(const int signal_number)
{
  (void)signal_number;
  save_asked = 1;
  if (wake_server) {
    osc_server_wake(wake_server);
  }
}

static void
log_line(void* const handle, const char* const text)
{
  Daemon* const daemon = (Daemon*)handle;
  if (daemon->settings.log_level >= 1) {
    status_line_clear(&daemon->line);
    fprintf(stderr, "sonic-claude: %s\n", text);
  }
  nsm_message(daemon->managed.nsm, text);
}

static int
fail(Daemon* const daemon, const char* const text)
{
  fprintf(stderr, "sonic-claude run: %s\n", text);
  managed_failed(&daemon->managed, text);
  return 1;
}

/// Write the URL where other programs look for it; a daemon without such a
/// folder is none the worse
static void
write_url(Daemon* const daemon, const char* const url)
{
  const char* const runtime = getenv("XDG_RUNTIME_DIR");
  char              text[FILE_TEXT_SIZE];
  char              folder[CLI_PATH_SIZE];
  if (!runtime) {
    return;
  }

  snprintf(folder, sizeof(folder), "%.4000s/sonic-claude", runtime);
  snprintf(
    daemon->url_path, sizeof(daemon->url_path), "%.4080s/osc-url", folder);
  if (file_make_folder(folder, text, sizeof(text)) ||
      file_replace(daemon->url_path, url, strlen(url), text, sizeof(text))) {
    log_line(daemon, text);
    daemon->url_path[0] = '\0';
  }
}

/// Print the line that says that all is ready
static void
print_ready(Daemon* const daemon)
{
  const BackendInfo info = synthesis_backend(daemon->services);
  const char* const url  = osc_server_url(daemon->server);
  write_url(daemon, url);
  if (!strcmp(info.driver, "jack")) {
    printf("ready %s jack:%s %u Hz %u frames\n",
           url,
           info.name,
           info.rate,
           info.period);
  } else {
    printf("ready %s %s %u Hz %u frames\n",
           url,
           info.driver,
           info.rate,
           info.period);
  }

  fflush(stdout);
  status_line_init(&daemon->line, url);
}

static Status
start_playing(Services* const services)
{
  services_begin(services, NULL);
  const Status st = playback_play(services);
  if (st) {
    services_abort(services);
    return st;
  }

  return services_commit(services);
}

/// Keep everything where the session manager says, under the name that it says
static void
apply_project(Settings* const settings, const Nsm* const nsm)
{
  if (nsm) {
    settings->daemon.session_dir = nsm_path(nsm);
    settings->client_name        = nsm_client_id(nsm);
    settings->connect            = false;
  }
}

/// Start who answers; false if memory ran out
static bool
start_assistant(Daemon* const daemon, const char* const presets_dir)
{
  const Settings* const settings = &daemon->settings;
  daemon->assistant =
    assistant_new(daemon->services, presets_dir, log_line, daemon);
  if (!daemon->assistant || !settings->ai_provider) {
    return daemon->assistant != NULL;
  }

  const AgentBrain     builtin = assistant_brain(daemon->assistant);
  const ProviderConfig config  = {settings->ai_provider == 1 ? WIRE_ANTHROPIC
                                                             : WIRE_OPENAI,
                                 settings->ai_model,
                                 settings->ai_key_file,
                                 settings->ai_timeout,
                                 AI_BACKOFF_MS};
  daemon->provider = provider_new(daemon->services, &builtin, &config);
  if (daemon->provider && provider_fault(daemon->provider)[0]) {
    char line[500];
    snprintf(line,
             sizeof(line),
             "The language model is not set up: %.400s",
             provider_fault(daemon->provider));
    log_line(daemon, line);
  }

  return daemon->provider != NULL;
}

/// Start everything; returns the exit code, 0 to go on
static int
start(Daemon* const daemon, const char* const composition)
{
  Settings* const settings = &daemon->settings;
  Managed* const  managed  = &daemon->managed;
  apply_project(settings, managed->nsm);
  managed_progress(managed, 0.0);

  char           text[FILE_TEXT_SIZE] = "";
  ServicesConfig config = {.backend    = {.driver      = (Driver)settings->driver,
                                          .client_name = settings->client_name,
                                          .server_name = settings->jack_server,
                                          .rate        = (uint32_t)settings->rate,
                                          .period = (uint32_t)settings->period},
                           .connect    = settings->connect,
                           .hold       = true,
                           .log        = log_line,
                           .log_handle = daemon};
  if (!daemon_options_apply("run", &settings->daemon, &config)) {
    return 2;
  }

  if (services_new(&config, text, sizeof(text), &daemon->services)) {
    return fail(daemon, text);
  }

  if (text[0]) {
    log_line(daemon, text);
  }

  managed_progress(managed, 0.4);
  if (!start_assistant(daemon, config.presets_dir)) {
    return fail(daemon, "Out of memory");
  }

  const OscServerConfig server = {.bind      = settings->bind,
                                  .port      = (uint16_t)settings->port,
                                  .allow     = settings->allow.texts,
                                  .num_allow = settings->allow.count};
  if (osc_server_new(
        daemon->services, &server, text, sizeof(text), &daemon->server) ||
      compositions_start(daemon->services,
                         composition,
                         managed->nsm ? nsm_display_name(managed->nsm) : NULL,
                         text,
                         sizeof(text))) {
    return fail(daemon, text);
  }

  if (text[0]) {
    printf("%s\n", text);
    text[0] = '\0';
  }

  managed_progress(managed, 0.8);
  if (services_start(daemon->services, text, sizeof(text))) {
    return fail(daemon, text);
  }

  if (text[0]) {
    log_line(daemon, text);
  }

  if (settings->play && start_playing(daemon->services)) {
    return fail(daemon, services_error(daemon->services));
  }

  return 0;
}

static void
finish(Daemon* const daemon)
{
  wake_server = NULL;
  status_line_clear(&daemon->line);
  if (daemon->url_path[0]) {
    unlink(daemon->url_path);
  }

  managed_closed(&daemon->managed);
  osc_server_free(daemon->server);
  provider_free(daemon->provider);
  assistant_free(daemon->assistant);
  services_free(daemon->services);
  daemon->server    = NULL;
  daemon->provider  = NULL;
  daemon->assistant = NULL;
  daemon->services  = NULL;
}

/// Run until a signal or the session manager wants an end; the exit code
static int
run_project(Daemon* const daemon, const char* const composition)
{
  const int result = start(daemon, composition);
  if (!result) {
    wake_server = daemon->server;
    print_ready(daemon);
    managed_opened(&daemon->managed, daemon->services);
    while (!stopped && !managed_poll(&daemon->managed)) {
      osc_server_run_once(daemon->server, LOOP_MS);
      if (save_asked) {
        save_asked = 0;
        managed_save(&daemon->managed);
      }
      status_line_update(&daemon->line, daemon->services);
    }
  }

  finish(daemon);
  return result;
}

static int
run(Daemon* const daemon, const char* const composition)
{
  const struct sigaction action = {.sa_handler = stop};
  const struct sigaction ignore = {.sa_handler = SIG_IGN};
  const struct sigaction save   = {.sa_handler = ask_to_save};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGPIPE, &ignore, NULL);
  sigaction(SIGXFSZ, &ignore, NULL); // A file that may not grow is an error
  sigaction(SIGUSR1, &save, NULL);

  // A session manager may have one project opened after another
  int result             = 0;
  daemon->managed.log    = log_line;
  daemon->managed.handle = daemon;
  managed_start(&daemon->managed, &stopped);
  do {
    if (managed_wait(&daemon->managed, &stopped)) {
      result = run_project(daemon, composition);
    }
  } while (!result && !stopped && daemon->managed.nsm);

  managed_stop(&daemon->managed);
  return result;
}

int
cli_run(const int argc, char** const argv)
{
  static Daemon   daemon;
  Settings* const settings = &daemon.settings;
  settings->bind           = "127.0.0.1";
  settings->client_name    = "sonic-claude";
  settings->port           = 7770;
  settings->http_port      = 7771;
  settings->rate           = 48000;
  settings->period         = 256;
  settings->log_level      = 1;
  settings->ai_model       = "";
  settings->ai_timeout     = 180;

  // clang-format off
  const Option options[] = {
    {"--play", NULL, OPTION_FLAG, &settings->play, NULL, "start playing", 0, 0, NULL},
    {"--connect", NULL, OPTION_FLAG, &settings->connect, NULL, "connect the outputs to the first playback ports", 0, 0, NULL},
    {"--port", NULL, OPTION_WHOLE, &settings->port, "N", "UDP and TCP port (7770)", 1, 65535, NULL},
    {"--bind", NULL, OPTION_TEXT, &settings->bind, "ADDR", "address to listen on (127.0.0.1)", 0, 0, NULL},
    {"--allow", NULL, OPTION_TEXTS, &settings->allow, "CIDR", "answer this network; may be repeated", 0, 0, NULL},
    {"--http-port", NULL, OPTION_WHOLE, &settings->http_port, "N", "port of the page (7771, 0 is off)", 0, 65535, NULL},
    {"--data-dir", NULL, OPTION_TEXT, &settings->daemon.data_dir, "DIR", "where everything is kept", 0, 0, NULL},
    {"--media-dir", NULL, OPTION_TEXTS, &settings->daemon.media_dirs, "DIR", "what may be read by name; may be repeated", 0, 0, NULL},
    {"--driver", NULL, OPTION_WORD, &settings->driver, "DRIVER", "auto, jack or dummy (auto)", 0, 0, driver_words},
    {"--jack-server", NULL, OPTION_TEXT, &settings->jack_server, "NAME", "JACK server to use", 0, 0, NULL},
    {"--client-name", NULL, OPTION_TEXT, &settings->client_name, "NAME", "name of the JACK client (sonic-claude)", 0, 0, NULL},
    {"--rate", NULL, OPTION_WHOLE, &settings->rate, "HZ", "rate of the dummy driver (48000)", 8000, 192000, NULL},
    {"--period", NULL, OPTION_WHOLE, &settings->period, "FRAMES", "period of the dummy driver (256)", 1, 8192, NULL},
    {"--threads", NULL, OPTION_WHOLE, &settings->daemon.threads, "N", "threads of the engine (one for each core)", 1, ENGINE_MAX_THREADS, NULL},
    {"--cpu", NULL, OPTION_WORD, &settings->daemon.cpu, "LEVEL", "vector level v2, v3 or v4 (the best there is)", 0, 0, cpu_words},
    {"--ai-provider", NULL, OPTION_WORD, &settings->ai_provider, "NAME", "who answers: builtin, anthropic or openai (builtin)", 0, 0, provider_words},
    {"--ai-model", NULL, OPTION_TEXT, &settings->ai_model, "NAME", "language model to ask", 0, 0, NULL},
    {"--ai-key-file", NULL, OPTION_TEXT, &settings->ai_key_file, "FILE", "its key, if not in the environment; mode 0600", 0, 0, NULL},
    {"--ai-timeout", NULL, OPTION_WHOLE, &settings->ai_timeout, "SECONDS", "most that an answer may take (180)", 1, 3600, NULL},
    {"--log-level", NULL, OPTION_WORD, &settings->log_level, "LEVEL", "error, info or debug (info)", 0, 0, level_words},
  };
  // clang-format on

  const Usage usage = {
    "run",
    "[COMPOSITION] [OPTION...]",
    "The daemon: a JACK client and an OSC server.  COMPOSITION is an id, a "
    "name\nor a file; without it the last one that was open.",
    options,
    sizeof(options) / sizeof(options[0]),
    0,
    1,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  return run(&daemon, num_args ? argv[0] : NULL);
}
