// SPDX-License-Identifier: GPL-3.0-or-later
//
// A clock without sound: a thread runs a cycle whenever its time has come

#include "backend/driver.h"
#include "base/clock.h"
#include "base/rt.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NANOS_PER_SECOND 1000000000u

/// Cycles are caught up with if they are not later than this
#define LATE_NANOS 200000000u

/// Where the thread may have it, between JACK's driver and its clients
#define RT_PRIORITY 10

typedef struct {
  Backend       base;
  Engine*       engine; ///< Borrowed
  float*        out[2]; ///< What nobody hears, `period` frames each
  uint32_t      rate;
  uint32_t      period;
  int           rt_priority;
  bool          runs;
  pthread_t     thread;
  atomic_bool   quit;
  atomic_ullong xruns; ///< Times that it was too late to catch up
} Dummy;

static void
sleep_until(uint64_t nanos)
{
  const struct timespec then = {(time_t)(nanos / NANOS_PER_SECOND),
                                (long)(nanos % NANOS_PER_SECOND)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL)) {
  }
}

/// Time that `frames` last, without the rounding of periods adding up
static uint64_t
frames_to_nanos(uint64_t frames, uint32_t rate)
{
  return frames / rate * NANOS_PER_SECOND +
         frames % rate * NANOS_PER_SECOND / rate;
}

static void*
run(void* arg)
{
  Dummy* const   dummy = (Dummy*)arg;
  const EngineIO io = {.out_left = dummy->out[0], .out_right = dummy->out[1]};
  uint64_t       start  = clock_nanos();
  uint64_t       frames = 0;
  while (!atomic_load(&dummy->quit)) {
    const uint64_t due = start + frames_to_nanos(frames, dummy->rate);
    const uint64_t now = clock_nanos();
    if (now > due + LATE_NANOS) {
      atomic_fetch_add(&dummy->xruns, 1);
      start += now - due;
    } else {
      sleep_until(due);
    }

    rt_section_enter();
    engine_run(dummy->engine, &io, dummy->period);
    rt_section_leave();
    frames += dummy->period;
  }
  return NULL;
}

/// Start a thread with real-time scheduling if `rt_priority` is not zero
static bool
start_thread(pthread_t* thread,
             int        rt_priority,
             void* (*func)(void*),
             void* arg)
{
  const struct sched_param param = {.sched_priority = rt_priority};
  pthread_attr_t           attr;
  if (pthread_attr_init(&attr)) {
    return false;
  }
  if (rt_priority) {
    pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
    pthread_attr_setschedparam(&attr, &param);
  }

  const bool is_started = !pthread_create(thread, &attr, func, arg);
  pthread_attr_destroy(&attr);
  return is_started;
}

static void*
do_nothing(void* arg)
{
  return arg;
}

/// The priority that a thread may have
static int
find_priority(void)
{
  pthread_t thread;
  if (!start_thread(&thread, RT_PRIORITY, do_nothing, NULL)) {
    return 0;
  }
  pthread_join(thread, NULL);
  return RT_PRIORITY;
}

static void
stop(Dummy* dummy)
{
  if (dummy->runs) {
    atomic_store(&dummy->quit, true);
    pthread_join(dummy->thread, NULL);
    dummy->runs = false;
  }
}

static void
dummy_close(Backend* backend)
{
  Dummy* const dummy = (Dummy*)backend;

  stop(dummy);
  free(dummy->out[0]);
  free(dummy->out[1]);
  free(dummy);
}

static Status
dummy_open(const BackendConfig* config,
           char*                text,
           size_t               text_size,
           Backend**            out)
{
  if (config->rate < 8000 || config->rate > 192000 || config->period < 16 ||
      config->period > 8192) {
    snprintf(text,
             text_size,
             "the dummy clock takes 8000 to 192000 Hz and 16 to 8192 frames");
    return STATUS_OUT_OF_RANGE;
  }

  Dummy* const dummy = (Dummy*)calloc(1, sizeof(Dummy));
  if (!dummy) {
    return STATUS_NO_MEMORY;
  }

  dummy->base.driver = &dummy_driver;
  dummy->rate        = config->rate;
  dummy->period      = config->period;
  dummy->out[0]      = (float*)calloc(config->period, sizeof(float));
  dummy->out[1]      = (float*)calloc(config->period, sizeof(float));
  if (!dummy->out[0] || !dummy->out[1]) {
    dummy_close(&dummy->base);
    return STATUS_NO_MEMORY;
  }

  dummy->rt_priority = find_priority();
  *out               = &dummy->base;
  return STATUS_OK;
}

static Status
dummy_start(Backend* backend, Engine* engine, char* text, size_t size)
{
  Dummy* const dummy = (Dummy*)backend;

  stop(dummy);
  dummy->engine = engine;
  atomic_store(&dummy->quit, false);
  dummy->runs = start_thread(&dummy->thread, dummy->rt_priority, run, dummy);
  if (!dummy->runs) {
    snprintf(text, size, "no thread can be started for the dummy clock");
    return STATUS_NO_MEMORY;
  }
  return STATUS_OK;
}

static BackendInfo
dummy_info(const Backend* backend)
{
  const Dummy* const dummy = (const Dummy*)backend;
  return (BackendInfo){
    .driver      = "dummy",
    .name        = "",
    .state       = BACKEND_RUNNING,
    .rate        = dummy->rate,
    .period      = dummy->period,
    .xruns       = atomic_load(&dummy->xruns),
    .rt_priority = dummy->rt_priority,
  };
}

// There is no graph

static Status
dummy_connect_outputs(Backend* backend, char* text, size_t size)
{
  (void)backend;
  (void)text;
  (void)size;
  return STATUS_OK;
}

static bool
dummy_is_connected(const Backend* backend)
{
  (void)backend;
  return true;
}

static bool
dummy_poll(Backend* backend)
{
  (void)backend;
  return false;
}

static Status
dummy_set_port(Backend* backend, uint32_t number, const BackendPort* port)
{
  (void)backend;
  (void)number;
  (void)port;
  return STATUS_OK;
}

static uint32_t
dummy_port_latency(const Backend* backend, uint32_t number)
{
  (void)backend;
  (void)number;
  return 0;
}

static Status
dummy_set_sync(Backend* backend, SyncMode mode)
{
  (void)backend;
  return mode == SYNC_NONE ? STATUS_OK : STATUS_UNSUPPORTED;
}

static Status
dummy_transport(Backend* backend, TransportCommand command, uint64_t frame)
{
  (void)backend;
  (void)command;
  (void)frame;
  return STATUS_UNSUPPORTED;
}

static void
dummy_set_latency(Backend* backend, uint32_t frames)
{
  (void)backend;
  (void)frames;
}

static Status
dummy_ports(Backend* backend, BackendPortFunc func, void* handle)
{
  (void)backend;
  (void)func;
  (void)handle;
  return STATUS_OK;
}

static Status
dummy_connect(Backend* backend, const char* from, const char* to, bool on)
{
  (void)backend;
  (void)from;
  (void)to;
  (void)on;
  return STATUS_NOT_FOUND;
}

const DriverInfo dummy_driver = {
  dummy_open,
  dummy_start,
  dummy_connect_outputs,
  dummy_is_connected,
  dummy_poll,
  dummy_info,
  dummy_set_port,
  dummy_port_latency,
  dummy_set_sync,
  dummy_transport,
  dummy_set_latency,
  dummy_ports,
  dummy_connect,
  dummy_close,
};
