// SPDX-License-Identifier: GPL-3.0-or-later
//
// An instrument that makes events visible
//
// It puts out 1 on the frame of a note's start and 0.25 on that of its end, so
// that a test can see when the engine sends them.

#ifndef SONIC_TESTS_ENGINE_PROBE_H
#define SONIC_TESTS_ENGINE_PROBE_H

#include "units/instrument.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
  float    start;  ///< To be put out at the next frame
  uint32_t held;   ///< Notes that sound
  uint32_t starts; ///< Notes since the last reset
  uint32_t resets;
  uint32_t keys[512];
  uint8_t  pitches[512];
} Probe;

static inline size_t
probe_size(void)
{
  return sizeof(Probe);
}

static inline void
probe_init(void* const self, const uint32_t rate, const CpuLevel level)
{
  (void)rate;
  (void)level;
  memset(self, 0, sizeof(Probe));
}

static inline void
probe_set(void* const self, const uint32_t param, const float value)
{
  (void)self;
  (void)param;
  (void)value;
}

static inline void
probe_reset(void* const self)
{
  const uint32_t resets = ((Probe*)self)->resets;
  memset(self, 0, sizeof(Probe));
  ((Probe*)self)->resets = resets + 1u;
}

static inline void
probe_on(void* const self, const Note* const note)
{
  Probe* const probe = (Probe*)self;
  assert_true(probe->held < 512u);
  probe->pitches[probe->held] = note->pitch;
  probe->keys[probe->held++]  = note->key;
  probe->start += 1.0f;
  ++probe->starts;
}

static inline void
probe_off(void* const self, const uint32_t key)
{
  Probe* const probe = (Probe*)self;
  for (uint32_t i = 0; i < probe->held; ++i) {
    if (probe->keys[i] == key) {
      --probe->held;
      probe->keys[i]    = probe->keys[probe->held];
      probe->pitches[i] = probe->pitches[probe->held];
      probe->start += 0.25f;
      return;
    }
  }
}

static inline void
probe_all_off(void* const self)
{
  ((Probe*)self)->held = 0;
}

static inline void
probe_run(void* const    self,
          float* const   left,
          float* const   right,
          const uint32_t stride,
          const uint64_t grid_frame,
          const uint32_t n)
{
  (void)grid_frame;
  Probe* const probe = (Probe*)self;
  for (uint32_t i = 0; i < n; ++i) {
    left[i * stride]  = i ? 0.0f : probe->start;
    right[i * stride] = i ? 0.0f : probe->start;
  }

  probe->start = n ? 0.0f : probe->start;
}

static inline uint32_t
probe_active(const void* const self)
{
  return ((const Probe*)self)->held + 1u;
}

static const InstrumentInfo probe_info = {
  .symbol   = "probe",
  .label    = "Probe",
  .size     = probe_size,
  .init     = probe_init,
  .set      = probe_set,
  .reset    = probe_reset,
  .note_on  = probe_on,
  .note_off = probe_off,
  .all_off  = probe_all_off,
  .run      = probe_run,
  .active   = probe_active,
};

#endif // SONIC_TESTS_ENGINE_PROBE_H
