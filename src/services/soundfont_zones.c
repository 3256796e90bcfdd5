// SPDX-License-Identifier: GPL-3.0-or-later
//
// Units of generators are those of the SoundFont specification: timecents,
// cents above 8.176 Hz, centibels.  Attenuation counts 0.4 times, as sound
// cards and FluidSynth have it.

#include "services/soundfont_zones.h"

#include "media/path.h"
#include "media/soundfont.h"
#include "services/zones.h"
#include "units/sampler.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Generators by number
typedef enum {
  GEN_START             = 0,
  GEN_END               = 1,
  GEN_LOOP_START        = 2,
  GEN_LOOP_END          = 3,
  GEN_START_COARSE      = 4,
  GEN_LFO_PITCH         = 5,
  GEN_VIBRATO_PITCH     = 6,
  GEN_MOD_PITCH         = 7,
  GEN_CUTOFF            = 8,
  GEN_RESONANCE         = 9,
  GEN_LFO_CUTOFF        = 10,
  GEN_MOD_CUTOFF        = 11,
  GEN_END_COARSE        = 12,
  GEN_LFO_GAIN          = 13,
  GEN_PAN               = 17,
  GEN_LFO_DELAY         = 21,
  GEN_LFO_RATE          = 22,
  GEN_VIBRATO_DELAY     = 23,
  GEN_VIBRATO_RATE      = 24,
  GEN_MOD_DELAY         = 25,
  GEN_AMP_DELAY         = 33,
  GEN_KEY_HOLD          = 39,
  GEN_KEY_DECAY         = 40,
  GEN_LOOP_START_COARSE = 45,
  GEN_KEY               = 46,
  GEN_ATTENUATION       = 48,
  GEN_LOOP_END_COARSE   = 50,
  GEN_COARSE_TUNE       = 51,
  GEN_FINE_TUNE         = 52,
  GEN_MODES             = 54,
  GEN_SCALE             = 56,
  GEN_EXCLUSIVE         = 57,
  GEN_ROOT              = 58,
} Generator;

/// Part of a fall by 100 dB that is one by 60 dB
#define FALL 0.6f

static float
seconds_of(const int32_t timecents)
{
  return timecents <= -12000 ? 0.0f
                             : exp2f((float)fmin(timecents, 8000) / 1200.0f);
}

static float
hz_of(const int32_t cents)
{
  return 8.1757989f * exp2f((float)cents / 1200.0f);
}

/// The envelope whose generators begin with its delay
static SamplerEnvelope
envelope_of(const int32_t* const gens, const float sustain)
{
  return (SamplerEnvelope){.delay   = seconds_of(gens[0]),
                           .attack  = seconds_of(gens[1]),
                           .hold    = seconds_of(gens[2]),
                           .decay   = FALL * seconds_of(gens[3]),
                           .sustain = fminf(fmaxf(sustain, 0.0f), 1.0f),
                           .release = FALL * seconds_of(gens[5])};
}

static float
clamp(const float value, const float min, const float max)
{
  return fminf(fmaxf(value, min), max);
}

static void
set_pitch(SamplerZone* const           zone,
          const int32_t* const         gens,
          const SoundFontSample* const sample)
{
  const int32_t root = gens[GEN_ROOT] >= 0 && gens[GEN_ROOT] < 128
                         ? gens[GEN_ROOT]
                       : sample->pitch < 128 ? sample->pitch
                                             : 60;
  zone->root         = (float)root;
  zone->key_track    = clamp(0.01f * (float)gens[GEN_SCALE], 0.0f, 12.0f);
  zone->tune         = clamp((float)gens[GEN_COARSE_TUNE], -120.0f, 120.0f) +
               0.01f * ((float)gens[GEN_FINE_TUNE] + (float)sample->correction);
  if (gens[GEN_KEY] >= 0 && gens[GEN_KEY] < 128) {
    zone->tune += (float)(gens[GEN_KEY] - root) * zone->key_track;
    zone->key_track = 0.0f;
  }
  zone->mod_pitch     = 0.01f * (float)gens[GEN_MOD_PITCH];
  zone->vibrato_pitch = 0.01f * (float)gens[GEN_VIBRATO_PITCH];
  zone->lfo_pitch     = 0.01f * (float)gens[GEN_LFO_PITCH];
}

static void
set_filter(SamplerZone* const zone, const int32_t* const gens)
{
  zone->mod_cutoff = 0.01f * (float)gens[GEN_MOD_CUTOFF];
  zone->lfo_cutoff = 0.01f * (float)gens[GEN_LFO_CUTOFF];
  const bool moves = zone->mod_cutoff != 0.0f || zone->lfo_cutoff != 0.0f;
  const bool open  = gens[GEN_CUTOFF] >= 13500 && !moves;
  zone->cutoff = open ? 0.0f : clamp(hz_of(gens[GEN_CUTOFF]), 20.0f, 20000.0f);
  zone->resonance = clamp(0.1f * (float)gens[GEN_RESONANCE], 0.0f, 40.0f);
}

/// Where a zone is in its sample, whose first frame is frame 0
static void
set_places(SamplerZone* const           zone,
           const int32_t* const         gens,
           const SoundFontSample* const sample)
{
  const int64_t frames = (int64_t)sample->end - sample->start;
  const int64_t start  = gens[GEN_START] + 32768ll * gens[GEN_START_COARSE];
  const int64_t end = frames + gens[GEN_END] + 32768ll * gens[GEN_END_COARSE];
  const int64_t loop_start = (int64_t)sample->loop_start - sample->start +
                             gens[GEN_LOOP_START] +
                             32768ll * gens[GEN_LOOP_START_COARSE];
  const int64_t loop_end = (int64_t)sample->loop_end - sample->start +
                           gens[GEN_LOOP_END] +
                           32768ll * gens[GEN_LOOP_END_COARSE];
  zone->start = start > 0 && start < frames ? (uint32_t)start : 0;
  zone->end   = end > 0 && end < frames ? (uint32_t)end : (uint32_t)frames;
  if (loop_start >= 0 && loop_end <= frames && loop_start < loop_end) {
    const int32_t modes = gens[GEN_MODES] & 3;
    zone->loop_start    = (uint32_t)loop_start;
    zone->loop_end      = (uint32_t)loop_end;
    zone->loop          = modes == 1   ? LOOP_FORWARD
                          : modes == 3 ? LOOP_UNTIL_RELEASE
                                       : LOOP_NONE;
    zone->end = zone->loop_end > zone->end ? zone->loop_end : zone->end;
  }
}

static SamplerZone
zone_of(const SoundFontZone* const from, const SoundFontSample* const sample)
{
  const int32_t* const gens = from->generators;
  SamplerZone          zone = sampler_zone_initial;
  zone.low_key              = from->keys[0];
  zone.high_key             = from->keys[1];
  zone.low_velocity         = from->velocities[0];
  zone.high_velocity        = from->velocities[1];
  zone.choke                = (uint16_t)(gens[GEN_EXCLUSIVE] & 0xFF);
  zone.gain =
    exp2f(-clamp((float)gens[GEN_ATTENUATION], 0.0f, 1440.0f) * 0.4f / 60.206f);
  zone.pan       = clamp((float)gens[GEN_PAN] / 500.0f, -1.0f, 1.0f);
  zone.amp       = envelope_of(gens + GEN_AMP_DELAY,
                         exp2f(-(float)gens[GEN_AMP_DELAY + 4] / 60.206f));
  zone.mod       = envelope_of(gens + GEN_MOD_DELAY,
                         1.0f - 0.001f * (float)gens[GEN_MOD_DELAY + 4]);
  zone.key_hold  = 0.01f * (float)gens[GEN_KEY_HOLD];
  zone.key_decay = 0.01f * (float)gens[GEN_KEY_DECAY];
  zone.vibrato   = (SamplerLfo){seconds_of(gens[GEN_VIBRATO_DELAY]),
                                fminf(hz_of(gens[GEN_VIBRATO_RATE]), 100.0f)};
  zone.lfo       = (SamplerLfo){seconds_of(gens[GEN_LFO_DELAY]),
                                fminf(hz_of(gens[GEN_LFO_RATE]), 100.0f)};
  zone.lfo_gain  = clamp(0.1f * (float)gens[GEN_LFO_GAIN], -96.0f, 96.0f);
  set_pitch(&zone, gens, sample);
  set_filter(&zone, gens);
  set_places(&zone, gens, sample);
  return zone;
}

/// What is read of a preset
typedef struct {
  SamplerZone*  zones;
  SamplerAudio* audio;
  uint16_t*     samples; ///< Which each recording is
  uint32_t      num_zones;
  uint32_t      num_audio;
} Loading;

/// The recording of a sample, read if it was not yet
static Status
take_sample(Loading* const               loading,
            const SoundFont* const       font,
            const uint16_t               index,
            const SoundFontSample* const sample,
            uint32_t* const              audio)
{
  for (*audio = 0; *audio < loading->num_audio; ++*audio) {
    if (loading->samples[*audio] == index) {
      return STATUS_OK;
    }
  }

  SamplerAudio* const to     = &loading->audio[*audio];
  const uint32_t      frames = sample->end - sample->start;
  if (!sampler_audio_init(to, frames, 1, sample->rate)) {
    return STATUS_NO_MEMORY;
  }
  loading->samples[loading->num_audio++] = index;
  return soundfont_read(font, sample->start, frames, to->sides[0]) ? STATUS_OK
                                                                   : STATUS_IO;
}

static Status
take_zones(Loading* const             loading,
           const SoundFont* const     font,
           const SoundFontZone* const zones,
           const uint32_t             count)
{
  for (uint32_t i = 0; i < count; ++i) {
    const SoundFontSample sample = soundfont_sample(font, zones[i].sample);
    uint32_t              audio  = 0;
    if (sample.in_rom || sample.start >= sample.end || sample.rate < 400u ||
        sample.rate > 400000u) {
      continue;
    }
    const Status st =
      take_sample(loading, font, zones[i].sample, &sample, &audio);
    if (st) {
      return st;
    }
    SamplerZone* const zone = &loading->zones[loading->num_zones++];
    *zone                   = zone_of(&zones[i], &sample);
    zone->audio             = audio;
  }
  return STATUS_OK;
}

static Status
load_preset(const SoundFont* const font,
            const uint32_t         preset,
            SamplerMap** const     out)
{
  SoundFontZone* zones   = NULL;
  const uint32_t count   = soundfont_zones(font, preset, &zones);
  Loading        loading = {
           .zones   = (SamplerZone*)calloc(count + 1u, sizeof(SamplerZone)),
           .audio   = (SamplerAudio*)calloc(count + 1u, sizeof(SamplerAudio)),
           .samples = (uint16_t*)calloc(count + 1u, sizeof(uint16_t)),
  };
  Status st = loading.zones && loading.audio && loading.samples
                ? take_zones(&loading, font, zones, count)
                : STATUS_NO_MEMORY;
  *out =
    st ? NULL
       : sampler_map_new(
           loading.zones, loading.num_zones, loading.audio, loading.num_audio);
  st = !st && !*out ? STATUS_NO_MEMORY : st;
  for (uint32_t i = 0; st && i < loading.num_audio; ++i) {
    sampler_audio_clear(&loading.audio[i]);
  }
  free(loading.samples);
  free(loading.audio);
  free(loading.zones);
  free(zones);
  return st;
}

Status
soundfont_load(const char* const  path,
               const uint16_t     bank,
               const uint16_t     program,
               SamplerMap** const out,
               char* const        text,
               const size_t       text_size)
{
  SoundFont* font = NULL;
  int        fd   = -1;
  Status     st   = path_open_local(path, &fd, text, text_size);
  if (st) {
    return st;
  }

  st               = soundfont_open(fd, path, &font, text, text_size);
  const uint32_t n = st ? 0 : soundfont_num_presets(font);
  uint32_t       i = 0;
  for (; i < n; ++i) {
    const SoundFontPreset preset = soundfont_preset(font, i);
    if (preset.bank == bank && preset.program == program) {
      break;
    }
  }
  if (!st && i == n) {
    snprintf(text,
             text_size,
             "%.300s: there is no program %u in bank %u",
             path,
             program,
             bank);
    st = STATUS_NOT_FOUND;
  } else if (!st && (st = load_preset(font, i, out))) {
    snprintf(text, text_size, "%.300s: %s", path, status_text(st));
  }
  soundfont_close(font);
  close(fd);
  return st;
}
