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

static inline Rig*
session_rig(uint32_t rate, bool offline)
{
  const EngineConfig config = {.rate        = rate,
                               .max_frames  = 8192,
                               .num_threads = 1,
                               .level       = cpu_level_best(),
                               .offline     = offline};
  Rig* const         rig    = rig_new_with(&config);
  rig_tempo(rig, BPM(120.0));
  return rig;
}

/// A track that plays `sample` from a beat on no grid, `part` may change it
static inline ClipPart*
session_audio(Rig* rig, Sample* sample)
{
  rig_track(rig, TRACK_AUDIO, NULL);
  ClipPart* const part =
    rig_audio(rig, 1, BEATS(0.12345), BEATS(100.0), sample);
  rig_schedule(rig);
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  return part;
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
  session->rig = session_rig(backend_info(session->backend).rate, false);
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
    if (rig_state(session->rig).frame > frame) {
      return true;
    }
    poll(NULL, 0, 5);
  }
  return false;
}

#endif // SONIC_TESTS_BACKEND_SESSION_H
