// SPDX-License-Identifier: GPL-3.0-or-later
//
// A JACK client that survives its server
//
// Opening and closing a client can take long (libjack waits for the server,
// and has been seen to hang after a server died), so except at the start both
// are done by a thread of their own, the keeper.  There is at most one, and
// while it works the client is its; control has it again once the keeper was
// joined.  If the keeper hangs, the program goes on without JACK.

#include "backend/jack_client.h"

#include <jack/thread.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// Between attempts to come back
#define RETRY_SECONDS 1

/// That closing may take
#define CLOSE_SECONDS 3

// What libjack says, which is global

static struct {
  pthread_mutex_t lock;
  char            line[256]; ///< The last error
} said = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
keep_error(const char* line)
{
  pthread_mutex_lock(&said.lock);
  snprintf(said.line, sizeof(said.line), "%s", line);
  pthread_mutex_unlock(&said.lock);
}

static void
ignore_info(const char* line)
{
  (void)line;
}

/// Say what could not be done and the last that libjack said
static void
tell_error(const char* what, char* text, size_t size)
{
  pthread_mutex_lock(&said.lock);
  snprintf(text, size, "%s: %s", what, said.line);
  text[strcspn(text, "\n")] = '\0';
  pthread_mutex_unlock(&said.lock);
}

// The client

/// Threads inherit the signal mask, and those of libjack want no signals.
/// Afterwards SIGPIPE stays blocked: writing to a dead server raises it.
static void
block_signals(sigset_t* old)
{
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, old);
  sigaddset(old, SIGPIPE);
}

/// Open and set up a client; STATUS_NOT_FOUND if no server runs
static Status
open_client(Jack* jack)
{
  jack_set_error_function(keep_error);
  jack_set_info_function(ignore_info);
  keep_error("no reason given");

  jack_status_t        status = (jack_status_t)0;
  const jack_options_t options =
    (jack_options_t)(JackNoStartServer | (jack->server ? JackServerName : 0));
  jack->client =
    jack_client_open(jack->wanted_name, options, &status, jack->server);
  if (!jack->client) {
    return status & JackServerFailed ? STATUS_NOT_FOUND : STATUS_IO;
  }

  atomic_store(&jack->inside, false);
  atomic_store(&jack->freewheels, false);
  atomic_store(&jack->is_shut_down, false);
  atomic_store(&jack->rate, jack_get_sample_rate(jack->client));
  atomic_store(&jack->period, jack_get_buffer_size(jack->client));
  const int priority = jack_client_real_time_priority(jack->client);
  atomic_store(&jack->rt_priority, priority > 0 ? priority : 0);

  jack_set_process_callback(jack->client, jack_process, jack);
  jack_notify_set(jack);
  connections_thaw(&jack->connections);
  if (!jack_graph_register(jack)) {
    return STATUS_IO;
  }
  jack_ports_restore(jack);
  jack_graph_describe(jack);
  return STATUS_OK;
}

static void
close_client(Jack* jack)
{
  if (jack->client) {
    jack_graph_undescribe(jack);
    jack_client_close(jack->client);
    jack->client = NULL;
    memset(jack->ports, 0, sizeof(jack->ports));
    jack_ports_forget(jack);
  }
}

/// Have the callback put out silence, and wait until it has left the engine
static void
take_engine(Jack* jack)
{
  const struct timespec moment = {0, 100000};

  atomic_store(&jack->engine, NULL);
  while (atomic_load(&jack->inside)) {
    nanosleep(&moment, NULL);
  }
}

// The keeper

/// Wait until a flag that `lock` protects is set; whether it is
static bool
wait_for(Jack* jack, const bool* flag, time_t seconds)
{
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += seconds;

  int timed_out = 0;
  pthread_mutex_lock(&jack->lock);
  while (!*flag && !timed_out) {
    timed_out =
      pthread_cond_clockwait(&jack->wake, &jack->lock, CLOCK_MONOTONIC, &end);
  }
  const bool is_set = *flag;
  pthread_mutex_unlock(&jack->lock);
  return is_set;
}

static void
set_flag(Jack* jack, bool* flag)
{
  pthread_mutex_lock(&jack->lock);
  *flag = true;
  pthread_cond_broadcast(&jack->wake);
  pthread_mutex_unlock(&jack->lock);
}

/// Close the client and, until told to quit, try to open another
static void*
keep(void* arg)
{
  Jack* const jack = (Jack*)arg;

  close_client(jack);
  for (time_t seconds = 0; !wait_for(jack, &jack->quit, seconds);) {
    if (!open_client(jack) && !jack_activate(jack->client)) {
      jack_graph_restore(jack);
      break;
    }
    close_client(jack);
    seconds = RETRY_SECONDS;
  }
  set_flag(jack, &jack->is_kept);
  return NULL;
}

/// Hand the client to a keeper; false if no thread can be had
static bool
start_keeper(Jack* jack)
{
  sigset_t old;
  jack->is_kept = false;
  block_signals(&old);
  jack->has_keeper = !pthread_create(&jack->keeper, NULL, keep, jack);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return jack->has_keeper;
}

/// Have the client back; false if the keeper takes longer than `seconds`
static bool
join_keeper(Jack* jack, time_t seconds)
{
  if (!wait_for(jack, &jack->is_kept, seconds)) {
    return false;
  }
  pthread_join(jack->keeper, NULL);
  jack->has_keeper = false;
  return true;
}

/// Close for good within bounds; false if libjack hangs
static bool
close_bounded(Jack* jack)
{
  set_flag(jack, &jack->quit);
  if (jack->has_keeper || start_keeper(jack)) {
    if (!join_keeper(jack, CLOSE_SECONDS)) {
      pthread_detach(jack->keeper);
      return false;
    }
  }
  close_client(jack); // What a keeper had opened meanwhile
  return true;
}

// The driver

static void
jack_free_all(Jack* jack)
{
  connections_clear(&jack->connections);
  jack_ports_clear(jack);
  pthread_cond_destroy(&jack->wake);
  pthread_mutex_destroy(&jack->lock);
  free(jack->server);
  free(jack);
}

static void
jack_close(Backend* backend)
{
  Jack* const jack = (Jack*)backend;

  take_engine(jack);
  if (close_bounded(jack)) {
    jack_free_all(jack);
  }
}

static Jack*
jack_new(const BackendConfig* config)
{
  Jack* const jack = (Jack*)calloc(1, sizeof(Jack));
  if (!jack) {
    return NULL;
  }

  jack->base.driver = &jack_driver;
  jack->state       = BACKEND_RUNNING;
  jack->told        = BACKEND_RUNNING;
  connections_init(&jack->connections);
  pthread_mutex_init(&jack->lock, NULL);
  pthread_mutex_init(&jack->own_lock, NULL);
  pthread_cond_init(&jack->wake, NULL);
  snprintf(
    jack->wanted_name, sizeof(jack->wanted_name), "%s", config->client_name);
  if (config->server_name) {
    jack->server = strdup(config->server_name);
    if (!jack->server) {
      jack_free_all(jack);
      return NULL;
    }
  }
  return jack;
}

/// Take over what was opened
static void
note_name(Jack* jack)
{
  // Asked for again, so that connections that others remember still fit
  snprintf(
    jack->name, sizeof(jack->name), "%s", jack_get_client_name(jack->client));
  memcpy(jack->wanted_name, jack->name, sizeof(jack->name));
}

static Status
jack_open(const BackendConfig* config,
          char*                text,
          size_t               text_size,
          Backend**            out)
{
  Jack* const jack = jack_new(config);
  if (!jack) {
    return STATUS_NO_MEMORY;
  }

  sigset_t old;
  block_signals(&old);
  const Status st = open_client(jack);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  if (st) {
    tell_error("JACK takes no client", text, text_size);
    jack_close(&jack->base);
    return st;
  }

  note_name(jack);
  *out = &jack->base;
  return STATUS_OK;
}

static Status
jack_start(Backend* backend, Engine* engine, char* text, size_t size)
{
  Jack* const jack = (Jack*)backend;

  take_engine(jack);
  jack->started     = engine;
  jack->engine_rate = atomic_load(&jack->rate);
  if (jack->state == BACKEND_DOWN) {
    return STATUS_OK; // Called when the server is back
  }

  sigset_t old;
  block_signals(&old);
  const int error = jack_activate(jack->client);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  if (error) {
    tell_error("JACK does not activate the client", text, size);
    return STATUS_IO;
  }

  atomic_store(&jack->engine, engine);
  jack->state = BACKEND_RUNNING;
  jack->told  = BACKEND_RUNNING;
  return STATUS_OK;
}

/// Have the engine called again, if it fits the rate
static void
resume(Jack* jack)
{
  if (jack->engine_rate && jack->engine_rate != atomic_load(&jack->rate)) {
    jack->started = NULL; // Whoever makes another one frees it
  }
  atomic_store(&jack->engine, jack->started);
  jack->state = jack->started || !jack->engine_rate ? BACKEND_RUNNING
                                                    : BACKEND_RATE_CHANGED;
}

static bool
jack_poll(Backend* backend)
{
  Jack* const jack = (Jack*)backend;
  if (jack->state != BACKEND_DOWN && atomic_load(&jack->is_shut_down)) {
    take_engine(jack);
    jack->state = BACKEND_DOWN;
  }

  if (jack->state == BACKEND_DOWN && !jack->has_keeper) {
    start_keeper(jack);
  } else if (jack->state == BACKEND_DOWN && join_keeper(jack, 0)) {
    note_name(jack);
    jack_ports_restore(jack);
    jack_transport_restore(jack);
    resume(jack);
  } else if (jack->state == BACKEND_RUNNING && jack->started &&
             jack->engine_rate != atomic_load(&jack->rate)) {
    take_engine(jack);
    resume(jack);
  }

  if (jack->state != BACKEND_DOWN &&
      atomic_exchange(&jack->ports_changed, false)) {
    jack_graph_restore(jack);
  }

  const bool has_changed = jack->state != jack->told;
  jack->told             = jack->state;
  return has_changed;
}

static BackendInfo
jack_info(const Backend* backend)
{
  const Jack* const jack = (const Jack*)backend;
  return (BackendInfo){
    .driver       = "jack",
    .name         = jack->name,
    .state        = jack->state,
    .rate         = atomic_load(&jack->rate),
    .period       = atomic_load(&jack->period),
    .xruns        = atomic_load(&jack->xruns),
    .freewheeling = atomic_load(&jack->freewheels),
    .rt_priority  = atomic_load(&jack->rt_priority),
    .midi_lost    = atomic_load(&jack->midi_lost),
    .capture_latency =
      jack_graph_latency(jack, IN_LEFT, IN_RIGHT, JackCaptureLatency),
    .midi_latency =
      jack_graph_latency(jack, MIDI_IN, MIDI_IN, JackCaptureLatency),
    .playback_latency =
      jack_graph_latency(jack, OUT_LEFT, OUT_RIGHT, JackPlaybackLatency),
  };
}

static void
jack_set_latency(Backend* backend, uint32_t frames)
{
  Jack* const jack = (Jack*)backend;
  if (atomic_exchange(&jack->latency, frames) != frames &&
      jack->state != BACKEND_DOWN) {
    jack_recompute_total_latencies(jack->client);
  }
}

const DriverInfo jack_driver = {
  jack_open,
  jack_start,
  jack_graph_connect_outputs,
  jack_graph_is_connected,
  jack_poll,
  jack_info,
  jack_ports_set,
  jack_ports_latency,
  jack_transport_set,
  jack_transport_command,
  jack_set_latency,
  jack_graph_ports,
  jack_graph_connect,
  jack_close,
};
