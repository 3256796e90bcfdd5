// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small engine session on a backend

#ifndef SONIC_TESTS_BACKEND_SESSION_H
#define SONIC_TESTS_BACKEND_SESSION_H

#include "backend/backend.h"
#include "engine/rig.h"
#include "support/process.h"

#include <poll.h>
#include <stdio.h>

typedef struct {
  Backend* backend;
  Rig*     rig;
  char     text[256];
} Session;

/// A rig that shares all work with a helper, unless it is offline
static inline Rig*
session_rig(uint32_t rate, bool offline, int rt_priority)
{
  const EngineConfig config = {.rate        = rate,
                               .max_frames  = 8192,
                               .num_threads = offline ? 1 : 2,
                               .share_from  = 1,
                               .level       = cpu_level_best(),
                               .offline     = offline,
                               .rt_priority = rt_priority};
  Rig* const         rig    = rig_new_with(&config);
  rig_tempo(rig, BPM(120.0));
  return rig;
}

/// Two tracks that play `sample`, from beats on no grid
static inline void
session_audio(Rig* rig, Sample* sample)
{
  for (uint32_t i = 0; i < 2; ++i) {
    rig_track(rig, TRACK_AUDIO, NULL);
    ClipPart* const part =
      rig_audio(rig, i + 1, BEATS(0.12345 + 0.4321 * i), BEATS(100.0), sample);
    rig_clips(rig, i, (ClipPart*[]){part}, 1);
  }
  rig_schedule(rig);
}

/// A rig for the backend's present rate
static inline Rig*
session_new_rig(const Session* session)
{
  const BackendInfo info = backend_info(session->backend);
  return session_rig(
    info.rate, false, info.rt_priority ? info.rt_priority - 1 : 0);
}

static inline void
session_open(Session* session, const BackendConfig* config)
{
  memset(session, 0, sizeof(*session));
  const Status st = backend_open(
    config, session->text, sizeof(session->text), &session->backend);
  if (st) {
    fail_msg("%s: %s", status_code(st), session->text);
  }
  session->rig = session_new_rig(session);
}

static inline void
session_start(Session* session)
{
  const Status st = backend_start(session->backend,
                                  session->rig->engine,
                                  session->text,
                                  sizeof(session->text));
  if (st) {
    fail_msg("%s: %s", status_code(st), session->text);
  }
}

/// Close what is open
static inline void
session_close(Session* session)
{
  backend_close(session->backend);
  if (session->rig) {
    rig_free(session->rig);
  }
  memset(session, 0, sizeof(*session));
}

/// Poll the backend until it is in a state; the milliseconds that took, or -1
/// after `timeout_ms`
static inline int64_t
session_wait_state(Session* session, BackendState state, int timeout_ms)
{
  const int64_t start = now_ms();
  while (now_ms() - start < timeout_ms) {
    backend_poll(session->backend);
    if (backend_info(session->backend).state == state) {
      return now_ms() - start;
    }
    poll(NULL, 0, 20); // As the owner's loop does
  }
  return -1;
}

/// Wait until the engine has run past a frame
static inline bool
session_wait_frame(Session* session, uint64_t frame, int timeout_ms)
{
  const int64_t start = now_ms();
  while (now_ms() - start < timeout_ms) {
    rig_collect(session->rig);
    if (rig_telemetry(session->rig).frame > frame) {
      return true;
    }
    poll(NULL, 0, 5);
  }
  return false;
}

#endif // SONIC_TESTS_BACKEND_SESSION_H
