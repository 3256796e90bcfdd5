// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/cable.h"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/transport.h>

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_DELAY = 65536, MAX_EVENTS = 256 };

typedef struct {
  uint32_t frame;
  uint8_t  data[3];
} Event;

/// Events between two threads; the reader may look further than it takes
typedef struct {
  Event       events[MAX_EVENTS];
  atomic_uint head;
  atomic_uint tail;
} Queue;

struct Cable {
  jack_client_t* client;
  jack_port_t*   in;
  jack_port_t*   out;
  jack_port_t*   midi_in;
  jack_port_t*   midi_out;
  uint32_t       delay;
  uint32_t       capture;
  uint32_t       playback;
  float          line[MAX_DELAY];
  uint32_t       head;
  atomic_uint    now;
  Queue          played; ///< By the test
  Queue          wired;  ///< On their way from the input, in order
  Queue          heard;  ///< For the test
  sem_t          event;  ///< Posted when something was heard
};

static void
queue_put(Queue* queue, const Event* event)
{
  const unsigned tail = atomic_load(&queue->tail);
  if (tail - atomic_load(&queue->head) < MAX_EVENTS) {
    queue->events[tail % MAX_EVENTS] = *event;
    atomic_store(&queue->tail, tail + 1);
  }
}

/// The oldest event, null if there is none
static const Event*
queue_first(Queue* queue)
{
  const unsigned head = atomic_load(&queue->head);
  return head == atomic_load(&queue->tail) ? NULL
                                           : &queue->events[head % MAX_EVENTS];
}

static void
queue_drop(Queue* queue)
{
  atomic_fetch_add(&queue->head, 1);
}

static void
run_audio(Cable* cable, jack_nframes_t n)
{
  const float* const in  = (const float*)jack_port_get_buffer(cable->in, n);
  float* const       out = (float*)jack_port_get_buffer(cable->out, n);
  for (uint32_t i = 0; i < n; ++i, ++cable->head) {
    cable->line[cable->head % MAX_DELAY] = in[i];
    out[i] = cable->line[(cable->head - cable->delay) % MAX_DELAY];
  }
}

static void
hear_midi(Cable* cable, uint32_t now, jack_nframes_t n)
{
  void* const    buffer = jack_port_get_buffer(cable->midi_in, n);
  const uint32_t count  = jack_midi_get_event_count(buffer);
  for (uint32_t i = 0; i < count; ++i) {
    jack_midi_event_t event;
    Event             heard = {0};
    if (jack_midi_event_get(&event, buffer, i) || event.size > 3) {
      continue;
    }
    memcpy(heard.data, event.buffer, event.size);
    heard.frame = now + event.time;
    queue_put(&cable->heard, &heard);
    sem_post(&cable->event);
    heard.frame += cable->delay;
    queue_put(&cable->wired, &heard);
  }
}

/// The queue whose first event comes next, null if none comes in this cycle
static Queue*
next_queue(Cable* cable, uint32_t end)
{
  const Event* const a     = queue_first(&cable->played);
  const Event* const b     = queue_first(&cable->wired);
  const bool         has_a = a && (int32_t)(a->frame - end) < 0;
  const bool         has_b = b && (int32_t)(b->frame - end) < 0;
  if (has_a && has_b) {
    return (int32_t)(a->frame - b->frame) <= 0 ? &cable->played : &cable->wired;
  }
  return has_a ? &cable->played : has_b ? &cable->wired : NULL;
}

static void
send_midi(Cable* cable, uint32_t now, jack_nframes_t n)
{
  void* const buffer = jack_port_get_buffer(cable->midi_out, n);
  jack_midi_clear_buffer(buffer);

  Queue* queue = NULL;
  while ((queue = next_queue(cable, now + n))) {
    const Event* const event    = queue_first(queue);
    const int32_t      at       = (int32_t)(event->frame - now);
    const bool         is_short = event->data[0] >= 0xF8;
    jack_midi_event_write(
      buffer, at > 0 ? (uint32_t)at : 0u, event->data, is_short ? 1 : 3);
    queue_drop(queue);
  }
}

static int
process(jack_nframes_t n, void* arg)
{
  Cable* const   cable = (Cable*)arg;
  const uint32_t now   = jack_last_frame_time(cable->client);
  run_audio(cable, n);
  hear_midi(cable, now, n);
  send_midi(cable, now, n);
  atomic_store(&cable->now, now + n);
  return 0;
}

static void
tell_latency(jack_latency_callback_mode_t mode, void* arg)
{
  Cable* const         cable   = (Cable*)arg;
  const bool           is_in   = mode == JackPlaybackLatency;
  const uint32_t       frames  = is_in ? cable->playback : cable->capture;
  jack_latency_range_t range   = {frames, frames};
  jack_port_t* const   ports[] = {is_in ? cable->in : cable->out,
                                is_in ? cable->midi_in : cable->midi_out};
  for (int i = 0; i < 2; ++i) {
    jack_port_set_latency_range(ports[i], mode, &range);
  }
}

Cable*
cable_new(const char* server,
          uint32_t    delay,
          uint32_t    capture,
          uint32_t    playback)
{
  Cable* const cable = (Cable*)calloc(1, sizeof(Cable));
  cable->delay       = delay;
  cable->capture     = capture;
  cable->playback    = playback;
  sem_init(&cable->event, 0, 0);
  cable->client =
    jack_client_open("cable", JackNoStartServer | JackServerName, NULL, server);
  if (!cable->client) {
    cable_free(cable);
    return NULL;
  }

  const unsigned long  in     = JackPortIsInput | JackPortIsTerminal;
  const unsigned long  out    = JackPortIsOutput | JackPortIsTerminal;
  jack_client_t* const client = cable->client;
  cable->in = jack_port_register(client, "in", JACK_DEFAULT_AUDIO_TYPE, in, 0);
  cable->out =
    jack_port_register(client, "out", JACK_DEFAULT_AUDIO_TYPE, out, 0);
  cable->midi_in =
    jack_port_register(client, "midi_in", JACK_DEFAULT_MIDI_TYPE, in, 0);
  cable->midi_out =
    jack_port_register(client, "midi_out", JACK_DEFAULT_MIDI_TYPE, out, 0);
  jack_set_process_callback(client, process, cable);
  jack_set_latency_callback(client, tell_latency, cable);
  if (jack_activate(client)) {
    cable_free(cable);
    return NULL;
  }
  return cable;
}

void
cable_free(Cable* cable)
{
  if (cable) {
    if (cable->client) {
      jack_client_close(cable->client);
    }
    sem_destroy(&cable->event);
    free(cable);
  }
}

bool
cable_connect(Cable* cable, const char* from, const char* to)
{
  return !jack_connect(cable->client, from, to);
}

uint32_t
cable_now(const Cable* cable)
{
  return atomic_load(&cable->now);
}

void
cable_play(Cable* cable, uint32_t frame, uint8_t a, uint8_t b, uint8_t c)
{
  const Event event = {frame, {a, b, c}};
  queue_put(&cable->played, &event);
}

bool
cable_wait_midi(Cable* cable, uint8_t status, uint32_t* frame, int timeout_ms)
{
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += timeout_ms / 1000;
  while (!sem_timedwait(&cable->event, &end)) {
    const Event event = *queue_first(&cable->heard);
    queue_drop(&cable->heard);
    if (event.data[0] == status) {
      *frame = event.frame;
      return true;
    }
  }
  return false;
}

void
cable_transport(Cable* cable, bool rolls, uint32_t frame)
{
  jack_transport_stop(cable->client);
  jack_transport_locate(cable->client, frame);
  if (rolls) {
    jack_transport_start(cable->client);
  }
}

bool
cable_rolls(const Cable* cable)
{
  return jack_transport_query(cable->client, NULL) != JackTransportStopped;
}

bool
cable_position(const Cable* cable, uint32_t* bar, uint32_t* beat, double* bpm)
{
  jack_position_t position;
  jack_transport_query(cable->client, &position);
  *bar  = (uint32_t)position.bar;
  *beat = (uint32_t)position.beat;
  *bpm  = position.beats_per_minute;
  return position.valid & JackPositionBBT;
}
