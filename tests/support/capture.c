// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/capture.h"

#include "support/process.h"

#include <jack/jack.h>

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Capture {
  jack_client_t* client;
  jack_port_t*   ports[2];
  float*         data[2];
  uint32_t       max_frames;
  atomic_uint    from;     ///< CaptureFrom that is asked for
  atomic_uint    wanted;   ///< Frames that are asked for
  atomic_uint    starts;   ///< How often recording was asked for
  atomic_uint    taken;    ///< Start that the process thread works on
  atomic_uint    finished; ///< Start that is complete
  atomic_uint    frames;   ///< Recorded so far
  atomic_uint    xruns;
  atomic_bool    freewheels;
  uint32_t       first_frame;
  uint32_t       next_frame; ///< JACK's frame time of the next cycle
  sem_t          event;      ///< Posted when finished and when ports change
};

/// First frame with sound in either port, `n` if there is none
static uint32_t
first_sound(const float* left, const float* right, uint32_t n)
{
  uint32_t i = 0;
  while (i < n && left[i] == 0.0f && right[i] == 0.0f) {
    ++i;
  }
  return i;
}

/// Append what belongs to the recording from a cycle that starts at `now`
static void
record(Capture* capture, const float* const in[2], uint32_t now, uint32_t n)
{
  const uint32_t done  = atomic_load(&capture->frames);
  uint32_t       start = 0;
  if (!done) {
    if (atomic_load(&capture->from) == CAPTURE_SOUND) {
      start = first_sound(in[0], in[1], n);
    }
    if (start == n) {
      return;
    }
    capture->first_frame = now + start;
  } else if (now != capture->next_frame && !atomic_load(&capture->freewheels)) {
    atomic_fetch_add(&capture->xruns, 1);
  }

  const uint32_t left  = atomic_load(&capture->wanted) - done;
  const uint32_t count = n - start < left ? n - start : left;
  for (int i = 0; i < 2; ++i) {
    memcpy(capture->data[i] + done, in[i] + start, count * sizeof(float));
  }
  capture->next_frame = now + n;
  atomic_store(&capture->frames, done + count);
  if (count == left) {
    atomic_store(&capture->finished, atomic_load(&capture->taken));
    sem_post(&capture->event);
  }
}

static int
process(jack_nframes_t n, void* arg)
{
  Capture* const     capture = (Capture*)arg;
  const float* const in[]    = {
       (const float*)jack_port_get_buffer(capture->ports[0], n),
       (const float*)jack_port_get_buffer(capture->ports[1], n),
  };

  const unsigned starts = atomic_load(&capture->starts);
  if (starts != atomic_load(&capture->taken)) {
    atomic_store(&capture->frames, 0);
    atomic_store(&capture->xruns, 0);
    atomic_store(&capture->taken, starts);
  }
  if (starts != atomic_load(&capture->finished)) {
    record(capture, in, jack_last_frame_time(capture->client), n);
  }
  return 0;
}

static int
count_xrun(void* arg)
{
  Capture* const capture = (Capture*)arg;
  if (!atomic_load(&capture->freewheels)) {
    atomic_fetch_add(&capture->xruns, 1);
  }
  return 0;
}

static void
note_freewheel(int starting, void* arg)
{
  atomic_store(&((Capture*)arg)->freewheels, starting != 0);
}

static void
note_port(jack_port_id_t port, int registered, void* arg)
{
  (void)port;
  (void)registered;
  sem_post(&((Capture*)arg)->event);
}

static void
note_connection(jack_port_id_t a, jack_port_id_t b, int connected, void* arg)
{
  (void)a;
  (void)b;
  note_port(0, connected, arg);
}

static void
be_quiet(const char* text)
{
  (void)text;
}

static bool
open_client(Capture* capture, const char* server)
{
  static const char* const names[] = {"left", "right"};

  jack_client_t* const client = jack_client_open(
    "capture", JackNoStartServer | JackServerName, NULL, server);
  capture->client = client;
  if (!client) {
    return false;
  }

  for (int i = 0; i < 2; ++i) {
    capture->ports[i] = jack_port_register(
      client, names[i], JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
  }
  jack_set_process_callback(client, process, capture);
  jack_set_xrun_callback(client, count_xrun, capture);
  jack_set_freewheel_callback(client, note_freewheel, capture);
  jack_set_port_registration_callback(client, note_port, capture);
  jack_set_port_connect_callback(client, note_connection, capture);
  return !jack_activate(client);
}

Capture*
capture_new(const char* server, uint32_t max_frames)
{
  jack_set_error_function(be_quiet);
  jack_set_info_function(be_quiet);

  Capture* const capture = (Capture*)calloc(1, sizeof(Capture));
  capture->max_frames    = max_frames;
  capture->data[0]       = (float*)calloc(max_frames, sizeof(float));
  capture->data[1]       = (float*)calloc(max_frames, sizeof(float));
  sem_init(&capture->event, 0, 0);
  if (!capture->data[0] || !capture->data[1] || !open_client(capture, server)) {
    capture_free(capture);
    return NULL;
  }
  return capture;
}

void
capture_free(Capture* capture)
{
  if (!capture) {
    return;
  }
  if (capture->client) {
    if (atomic_load(&capture->freewheels)) {
      jack_set_freewheel(capture->client, 0);
    }
    jack_client_close(capture->client);
  }
  sem_destroy(&capture->event);
  free(capture->data[0]);
  free(capture->data[1]);
  free(capture);
}

bool
capture_connect(Capture* capture, const char* left, const char* right)
{
  const char* const from[] = {left, right};
  for (int i = 0; i < 2; ++i) {
    if (jack_connect(
          capture->client, from[i], jack_port_name(capture->ports[i]))) {
      return false;
    }
  }
  return true;
}

void
capture_start(Capture* capture, CaptureFrom from, uint32_t frames)
{
  while (!sem_trywait(&capture->event)) {
  }
  atomic_store(&capture->from, from);
  atomic_store(&capture->wanted,
               frames < capture->max_frames ? frames : capture->max_frames);
  atomic_fetch_add(&capture->starts, 1);
}

static bool
is_finished(const Capture* capture)
{
  return atomic_load(&capture->finished) == atomic_load(&capture->starts);
}

/// Sleep until something happens; false when the time is over
static bool
wait_event(Capture* capture, int64_t end_ms)
{
  struct timespec end = {end_ms / 1000, end_ms % 1000 * 1000000};
  return !sem_clockwait(&capture->event, CLOCK_MONOTONIC, &end);
}

bool
capture_wait(Capture* capture, int timeout_ms)
{
  const int64_t end = now_ms() + timeout_ms;
  while (!is_finished(capture)) {
    if (!wait_event(capture, end)) {
      return is_finished(capture);
    }
  }
  return true;
}

uint32_t
capture_frames(const Capture* capture)
{
  return atomic_load(&capture->frames);
}

const float*
capture_left(const Capture* capture)
{
  return capture->data[0];
}

const float*
capture_right(const Capture* capture)
{
  return capture->data[1];
}

uint32_t
capture_first_frame(const Capture* capture)
{
  return capture->first_frame;
}

uint32_t
capture_xruns(const Capture* capture)
{
  return atomic_load(&capture->xruns);
}

bool
capture_freewheel(Capture* capture, bool on)
{
  return !jack_set_freewheel(capture->client, on);
}

bool
capture_wait_port(Capture* capture, const char* port, int timeout_ms)
{
  const int64_t end = now_ms() + timeout_ms;
  while (!jack_port_by_name(capture->client, port)) {
    if (!wait_event(capture, end)) {
      return jack_port_by_name(capture->client, port);
    }
  }
  return true;
}

bool
capture_are_connected(Capture* capture, const char* from, const char* to)
{
  const jack_port_t* const port = jack_port_by_name(capture->client, from);
  return port && jack_port_connected_to(port, to);
}

bool
capture_wait_connected(Capture*    capture,
                       const char* from,
                       const char* to,
                       int         timeout_ms)
{
  const int64_t end = now_ms() + timeout_ms;
  while (!capture_are_connected(capture, from, to)) {
    if (!wait_event(capture, end)) {
      return capture_are_connected(capture, from, to);
    }
  }
  return true;
}
