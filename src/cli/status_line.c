// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/status_line.h"

#include "base/clock.h"
#include "base/id.h"
#include "services/mixer.h"
#include "services/playback.h"
#include "services/synthesis.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Between drawings
#define UPDATE_NANOS 100000000u

/// Cells of the level meter, 3 dB each
#define METER_CELLS 16

void
status_line_init(StatusLine* const line, const char* const url)
{
  memset(line, 0, sizeof(*line));
  line->enabled = isatty(STDERR_FILENO);
  snprintf(line->url, sizeof(line->url), "%s", url);
}

/// Bars for a level: full at 0 dB, empty 48 dB below
static void
draw_meter(const double db, char text[METER_CELLS + 1])
{
  const int cells = (int)((db + 3.0 * METER_CELLS) / 3.0 + 0.5);
  for (int i = 0; i < METER_CELLS; ++i) {
    text[i] = i < cells ? '=' : ' ';
  }

  text[METER_CELLS] = '\0';
}

/// Bar and beat of a position in the composition's signature, from 1
static void
draw_position(const Composition* const root, const Ticks ticks, char text[32])
{
  const Ticks beat = (Ticks)TICKS_PER_BEAT * 4 / root->signature.unit;
  const Ticks bar  = beat * root->signature.beats;
  snprintf(
    text, 32, "%4" PRId64 ".%" PRId64, ticks / bar + 1, ticks % bar / beat + 1);
}

void
status_line_update(StatusLine* const line, Services* const services)
{
  const uint64_t now = clock_nanos();
  if (!line->enabled || now < line->next) {
    return;
  }

  const Telemetry   telemetry = services_telemetry(services);
  const BackendInfo info      = synthesis_backend(services);
  MixerMeter        meter     = {0};
  char              bars[METER_CELLS + 1];
  char              position[32];
  mixer_meter(services, ID_MASTER, &meter);
  draw_meter(meter.peak_left_db > meter.peak_right_db ? meter.peak_left_db
                                                      : meter.peak_right_db,
             bars);
  draw_position(services_document(services), telemetry.position, position);
  fprintf(stderr,
          "\r\033[K%-8s %s  %6.2f BPM  [%s]  load %3.0f %%  xruns %" PRIu64
          "  %s",
          playback_state(services),
          position,
          tempo_to_bpm(telemetry.tempo),
          bars,
          (double)telemetry.load * 100.0,
          info.xruns,
          line->url);
  fflush(stderr);
  line->shown = true;
  line->next  = now + UPDATE_NANOS;
}

void
status_line_clear(StatusLine* const line)
{
  if (line->shown) {
    fprintf(stderr, "\r\033[K");
    line->shown = false;
  }
}
