// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measuring what a preset sounds like

#ifndef SONIC_TESTS_UNITS_PRESET_SOUND_H
#define SONIC_TESTS_UNITS_PRESET_SOUND_H

#include "units/spectrum.h"
#include "units/synth_support.h"

#include <jansson.h>

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PRESET_RATE 48000u

/// A new instance of a preset file's engine, null if there is no such engine
static inline Synth*
new_preset_synth_at(const json_t* const file, const uint32_t rate)
{
  const char* const engine = json_string_value(json_object_get(file, "engine"));
  const InstrumentInfo* const info = engine ? instrument_find(engine) : NULL;
  Synth* const synth = info ? new_synth_of(info, rate, cpu_level_best()) : NULL;

  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(json_object_get(file, "params"), key, value)
  {
    if (synth) {
      set(synth, key, (float)json_number_value(value));
    }
  }
  return synth;
}

static inline Synth*
new_preset_synth(const json_t* const file)
{
  return new_preset_synth_at(file, PRESET_RATE);
}

/// A parameter's value: the file's, else the engine's
static inline double
preset_param(const json_t* const file,
             const Synth* const  synth,
             const char* const   symbol)
{
  const json_t* const given =
    json_object_get(json_object_get(file, "params"), symbol);
  const int param = instrument_find_param(synth->info, symbol);
  return given        ? json_number_value(given)
         : param >= 0 ? (double)synth->info->params[param].initial
                      : 0.0;
}

/// Milliseconds that a note rings on at most after its end: its release, or
/// where it ends by itself twice its decays, which are those to -60 dB
static inline double
ringing_ms(const json_t* const file, const Synth* const synth)
{
  static const char* const decays[] = {
    "tone_decay", "noise_decay", "metal_decay"};
  double most = preset_param(file, synth, "release");
  for (size_t i = 0; i < sizeof(decays) / sizeof(decays[0]); ++i) {
    if (instrument_find_param(synth->info, decays[i]) >= 0) {
      most = fmax(most, 2.0 * preset_param(file, synth, decays[i]));
    }
  }
  return most;
}

static inline void
set_if_any(Synth* const synth, const char* const symbol, const float value)
{
  if (instrument_find_param(synth->info, symbol) >= 0) {
    set(synth, symbol, value);
  }
}

/// Switch off what moves a pitch or blurs it
static inline void
hold_still(Synth* const synth)
{
  static const char* const off[] = {"lfo_pitch",
                                    "lfo_cutoff",
                                    "lfo_level",
                                    "lfo_width",
                                    "formant_lfo",
                                    "place_lfo",
                                    "osc1_detune",
                                    "osc2_detune",
                                    "op1_detune",
                                    "op2_detune",
                                    "op3_detune",
                                    "op4_detune",
                                    "pitch_env",
                                    "sweep"};
  for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); ++i) {
    set_if_any(synth, off[i], 0.0f);
  }
  set_if_any(synth, "noise_level", -60.0f);
  set_if_any(synth, "breath", -60.0f);
  set_if_any(synth, "bow", -60.0f);
  set_if_any(synth, "unison", 1.0f);
}

/// Let it sound on evenly and as brightly as it ever does
static inline void
sustain_all(Synth* const synth)
{
  static const char* const full[] = {"sustain",
                                     "filter_sustain",
                                     "op1_sustain",
                                     "op2_sustain",
                                     "op3_sustain",
                                     "op4_sustain"};
  for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); ++i) {
    set_if_any(synth, full[i], 100.0f);
  }
  set_if_any(synth, "string_sustain", 60.0f);
  set_if_any(synth, "string_sustain_key", 0.0f);
  set_if_any(synth, "string_brightness", 100.0f);
  set_if_any(synth, "tone_decay", 8000.0f);
  set_if_any(synth, "metal_decay", 8000.0f);
  set_if_any(synth, "ring", 60.0f);
  set_if_any(synth, "ring_key", 0.0f);
  set_if_any(synth, "damping", 0.0f);
}

static inline double
note_hz(const double pitch)
{
  return 440.0 * exp2((pitch - 69.0) / 12.0);
}

/// Frequency of the partial near one, by the phase that it runs through in
/// half a second
static inline double
partial_hz(const Synth* const synth, const uint32_t from, const double near)
{
  const uint32_t n         = 16384;
  const uint32_t hop       = 4096;
  double         phases[3] = {0.0, 0.0, 0.0};
  for (int i = 0; i < 3; ++i) {
    double re = 0.0;
    double im = 0.0;
    for (uint32_t f = 0; f < n; ++f) {
      const uint32_t at    = from + (uint32_t)i * hop + f;
      const double   hann  = 1.0 - cos(2.0 * M_PI * (double)f / n);
      const double   angle = 2.0 * M_PI * near * (double)at / PRESET_RATE;
      re += (double)synth->frames[at].left * hann * hann * cos(angle);
      im -= (double)synth->frames[at].left * hann * hann * sin(angle);
    }
    phases[i] = atan2(im, re);
  }

  const double one = remainder(phases[1] - phases[0], 2.0 * M_PI);
  const double two = remainder(phases[2] - phases[1], 2.0 * M_PI);
  return near + 0.5 * (one + two) / (2.0 * M_PI) * PRESET_RATE / hop;
}

/// How much there is of a frequency
static inline double
partial_size(const Synth* const synth, const uint32_t from, const double hz)
{
  const uint32_t n  = 8192;
  double         re = 0.0;
  double         im = 0.0;
  for (uint32_t f = 0; f < n; ++f) {
    const double hann  = 1.0 - cos(2.0 * M_PI * (double)f / n);
    const double angle = 2.0 * M_PI * hz * (double)f / PRESET_RATE;
    re += (double)synth->frames[from + f].left * hann * cos(angle);
    im -= (double)synth->frames[from + f].left * hann * sin(angle);
  }
  return hypot(re, im);
}

/// The largest that is off all multiples of half the frequency, in decibels of
/// the largest
static inline double
folded_db(const double* const sizes, const double hz)
{
  const double bin  = (double)PRESET_RATE / SPECTRUM_FRAMES;
  double       most = 1e-30;
  double       off  = 1e-30;
  for (uint32_t i = (uint32_t)(40.0 / bin); i < (uint32_t)(16000.0 / bin);
       ++i) {
    const double at = (double)i * bin;
    if (fabs(at - 0.5 * hz * round(at / (0.5 * hz))) > 20.0 * bin) {
      off = fmax(off, sizes[i]);
    }
    most = fmax(most, sizes[i]);
  }
  return 20.0 * log10(off / most);
}

/// Loudest 50 ms
static inline double
loudness(const Synth* const synth, const uint32_t from, const uint32_t to)
{
  double most = 0.0;
  for (uint32_t f = from; f + 2400 <= to; f += 1200) {
    double sum = 0.0;
    for (uint32_t i = f; i < f + 2400; ++i) {
      const double l = (double)synth->frames[i].left;
      const double r = (double)synth->frames[i].right;
      sum += 0.5 * (l * l + r * r);
    }
    most = fmax(most, sqrt(sum / 2400.0));
  }
  return most;
}

/// How much of the power is in what changes from frame to frame: 0 to 1
static inline double
brightness(const Synth* const synth, const uint32_t from, const uint32_t to)
{
  double slope = 0.0;
  double power = 1e-30;
  for (uint32_t f = from + 1; f < to; ++f) {
    const double x = (double)synth->frames[f].left;
    const double d = x - (double)synth->frames[f - 1].left;
    slope += d * d;
    power += x * x;
  }
  return slope / power;
}

#endif // SONIC_TESTS_UNITS_PRESET_SOUND_H
