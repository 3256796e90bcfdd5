// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where voices of the sampler are going: envelopes, pitch and filter up to the
// next grid point.  Envelopes are worked out from a voice's age, so that they
// do not depend on how a run was cut.

#include "base/rt.h"
#include "units/sampler.h"
#include "units/sampler_kernel.h"
#include "units/sampler_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// The natural logarithm of 60 dB
#define SIXTY_DB 6.9077553f

/// A level that is not heard
#define INAUDIBLE 1e-5f

/// How much faster than its sinc is wide a recording may be read
#define WIDTH_ROOM 1.149f

/// Fastest and slowest that a recording is read
#define MOST_SPEED 64.0f
#define LEAST_SPEED 0.0005f

/// Where cutoffs end that do not filter
#define OPEN_HZ 20000.0f

/// The envelopes of a voice
enum { AMP, MOD, OWN };

/// A level that falls by 60 dB in some seconds, from 1 to `rest`
SONIC_RT static float
fallen(const float seconds, const float time, const float rest)
{
  if (time <= 0.0f || rest >= 1.0f) {
    return 1.0f;
  }
  const float part = seconds > 0.0f ? expf(-SIXTY_DB * time / seconds) : 0.0f;
  return fmaxf(part, rest);
}

/// Level of a held envelope at a time; hold and decay are `scale` as long
SONIC_RT static float
held_level(const SamplerEnvelope* const envelope,
           const float                  seconds,
           const float                  hold_scale,
           const float                  decay_scale)
{
  const float rise = seconds - envelope->delay;
  if (rise < 0.0f) {
    return 0.0f;
  }
  if (rise < envelope->attack) {
    return rise / envelope->attack;
  }
  const float hold = envelope->hold * hold_scale;
  return fallen(envelope->decay * decay_scale,
                rise - envelope->attack - hold,
                envelope->sustain);
}

/// The instrument's own envelope, by its parameters
SONIC_RT static SamplerEnvelope
own_envelope(const Sampler* const self, const SamplerHit* const hit)
{
  if (!self->is_kit) {
    return (SamplerEnvelope){.attack  = 0.001f * self->params[SAMPLER_ATTACK],
                             .decay   = 0.001f * self->params[SAMPLER_DECAY],
                             .sustain = 0.01f * self->params[SAMPLER_SUSTAIN],
                             .release = 0.001f * self->params[SAMPLER_RELEASE]};
  }

  const float decay = sampler_pad(self, hit->pitch, SAMPLE_PAD_DECAY);
  const bool  whole = decay >= sample_pad_params[SAMPLE_PAD_DECAY].max;
  return (SamplerEnvelope){
    .attack  = 0.001f * sampler_pad(self, hit->pitch, SAMPLE_PAD_ATTACK),
    .decay   = 0.001f * decay,
    .sustain = whole ? 1.0f : 0.0f,
    .release = SAMPLER_FOREVER};
}

/// Levels at an age
SONIC_RT static void
levels_at(const Sampler* const    self,
          const SamplerHit* const hit,
          const int64_t           age,
          float                   levels[3])
{
  const SamplerZone* const zone = hit->zone;
  const SamplerEnvelope    own  = own_envelope(self, hit);
  const bool               free = hit->released >= 0;
  if (free) {
    const float since = (float)(age - hit->released) / self->rate;
    levels[AMP]       = hit->from[AMP] * fallen(zone->amp.release, since, 0.0f);
    levels[MOD]       = hit->from[MOD] * fallen(zone->mod.release, since, 0.0f);
    levels[OWN]       = hit->from[OWN] * fallen(own.release, since, 0.0f);
    return;
  }

  const float seconds = (float)age / self->rate;
  const float octaves = ((float)hit->pitch - 60.0f) / 12.0f;
  const float hold =
    zone->key_hold != 0.0f ? exp2f(-zone->key_hold * octaves) : 1.0f;
  const float decay =
    zone->key_decay != 0.0f ? exp2f(-zone->key_decay * octaves) : 1.0f;

  // The voice itself waits for its delay
  SamplerEnvelope amp = zone->amp;
  amp.delay           = 0.0f;
  levels[AMP]         = held_level(&amp, seconds, hold, decay);
  levels[MOD]         = held_level(&zone->mod, seconds, 1.0f, 1.0f);
  levels[OWN]         = held_level(&own, seconds, 1.0f, 1.0f);
}

SONIC_RT void
sampler_envelopes(const Sampler* const self,
                  const uint32_t       index,
                  float                levels[3])
{
  levels_at(self, &self->hits[index], self->hits[index].age, levels);
}

/// A triangle from 0 up, as SoundFonts have it
SONIC_RT static float
lfo_at(const SamplerLfo* const lfo, const float seconds)
{
  const float since = seconds - lfo->delay;
  if (since <= 0.0f || lfo->hz <= 0.0f) {
    return 0.0f;
  }
  const float phase = since * lfo->hz - floorf(since * lfo->hz);
  return phase < 0.25f   ? 4.0f * phase
         : phase < 0.75f ? 2.0f - 4.0f * phase
                         : 4.0f * phase - 4.0f;
}

/// Part of the way that what follows controls goes at once
SONIC_RT static float
follow(const Sampler* const    self,
       const SamplerHit* const hit,
       const float             now,
       const float             target)
{
  const float way = target - now;
  return hit->fresh || fabsf(way) < 1e-6f ? target : now + way * self->glide;
}

/// Aim at the levels of the sides, without envelopes
SONIC_RT static void
aim_sides(const Sampler* const self, SamplerHit* const hit)
{
  const SamplerZone* const zone = hit->zone;
  const float              db   = self->is_kit
                                    ? sampler_pad(self, hit->pitch, SAMPLE_PAD_LEVEL)
                                    : self->params[SAMPLER_GAIN];
  const float              turned =
    zone->pan + self->pan +
    (self->is_kit ? 0.01f * sampler_pad(self, hit->pitch, SAMPLE_PAD_PAN)
                  : 0.0f);
  const float pan  = fminf(fmaxf(turned, -1.0f), 1.0f);
  const float gain = hit->level * zone->gain * self->volume * self->expression *
                     sampler_gain_of_db(db);

  // Two sides are weighed, one is placed
  const float angle = (pan + 1.0f) * 0.25f * (float)M_PI;
  const float left =
    hit->stereo ? fminf(1.0f, 1.0f - pan) : (float)M_SQRT2 * cosf(angle);
  const float right =
    hit->stereo ? fminf(1.0f, 1.0f + pan) : (float)M_SQRT2 * sinf(angle);
  hit->left  = follow(self, hit, hit->left, gain * left);
  hit->right = follow(self, hit, hit->right, gain * right);
}

/// Choose the sinc for a speed; a narrower one only where there is room
SONIC_RT static void
choose_width(const Sampler* const self,
             SamplerHit* const    hit,
             SamplerVoice* const  voice,
             const float          speed)
{
  uint32_t width = hit->fresh ? 0u : hit->width;
  while (width && speed < 0.94f * WIDTH_ROOM * exp2f(0.5f * (width - 1.0f))) {
    --width;
  }
  while (width + 1u < SAMPLER_WIDTHS &&
         speed > WIDTH_ROOM * exp2f(0.5f * (float)width)) {
    ++width;
  }
  hit->width  = width;
  voice->sinc = &self->sincs[width];
}

SONIC_RT static void
aim_pitch(const Sampler* const self,
          SamplerHit* const    hit,
          SamplerVoice* const  voice,
          const float          mod,
          const float          vibrato,
          const float          lfo)
{
  const SamplerZone* const zone = hit->zone;
  const float              tune = self->is_kit
                                    ? sampler_pad(self, hit->pitch, SAMPLE_PAD_TUNE)
                                    : self->params[SAMPLER_TUNE] +
                           self->bend * self->params[SAMPLER_BEND_RANGE];
  hit->tune                     = follow(self, hit, hit->tune, tune);

  float own = 0.0f;
  if (!self->is_kit) {
    const float depth = self->params[SAMPLER_LFO_PITCH] +
                        self->wheel * self->params[SAMPLER_WHEEL_PITCH];
    const float turns =
      (float)hit->age / self->rate * self->params[SAMPLER_LFO_RATE];
    own = depth > 0.0f
            ? 0.01f * depth * sinf(2.0f * (float)M_PI * (turns - floorf(turns)))
            : 0.0f;
  }

  const float semitones = ((float)hit->pitch - zone->root) * zone->key_track +
                          zone->tune + hit->tune + mod * zone->mod_pitch +
                          vibrato * zone->vibrato_pitch +
                          lfo * zone->lfo_pitch + own;

  // Twelve equal steps are exact where they can be
  const double ratio =
    exp2((double)semitones / 12.0) * (double)hit->rate / (double)self->rate;
  const double speed =
    fmin(fmax(ratio, (double)LEAST_SPEED), (double)MOST_SPEED);
  voice->step = (int64_t)rint(speed * (double)SAMPLER_ONE);
  choose_width(self, hit, voice, (float)speed);
}

/// The factor of the filter for a cutoff
SONIC_RT static float
filter_g(const Sampler* const self, const float log_hz)
{
  const float most = 0.45f * self->rate;
  const float hz   = fminf(exp2f(log_hz), fminf(most, OPEN_HZ));
  return tanf((float)M_PI * fmaxf(hz, 20.0f) / self->rate);
}

SONIC_RT static void
aim_filter(const Sampler* const self,
           SamplerHit* const    hit,
           SamplerVoice* const  voice,
           const float          mod,
           const float          lfo,
           const uint32_t       frames)
{
  const SamplerZone* const zone = hit->zone;
  const float              own  = self->is_kit
                                    ? sampler_pad(self, hit->pitch, SAMPLE_PAD_CUTOFF)
                                    : self->params[SAMPLER_CUTOFF];
  const float              dull = self->is_kit ? 0.0f
                                               : self->params[SAMPLER_CUTOFF_VELOCITY] *
                                      (1.0f - hit->velocity) / 12.0f;
  const float              ends = log2f(OPEN_HZ);
  const float base = zone->cutoff > 0.0f ? log2f(zone->cutoff) : ends;
  hit->cutoff = follow(self, hit, hit->cutoff, base + log2f(own) - ends - dull);

  const bool moves = zone->cutoff > 0.0f &&
                     (zone->mod_cutoff != 0.0f || zone->lfo_cutoff != 0.0f);
  if (hit->cutoff >= ends - 0.01f && !moves && !voice->filters) {
    return;
  }

  const float at =
    hit->cutoff + (mod * zone->mod_cutoff + lfo * zone->lfo_cutoff) / 12.0f;
  const float amount =
    self->is_kit ? 0.0f : 24.0f * self->params[SAMPLER_RESONANCE];
  const float q  = 0.70710678f * exp2f((zone->resonance + amount) / 6.0206f);
  const float g  = filter_g(self, at);
  voice->k       = 1.0f / q;
  voice->g       = voice->filters ? voice->g : g;
  voice->g_step  = (g - voice->g) / (float)frames;
  voice->filters = true;
}

/// Draw the line of a side to a level
SONIC_RT static void
draw_line(SamplerLine* const line,
          const bool         fresh,
          const float        first,
          const float        last,
          const uint32_t     place)
{
  // At a grid point the line before has come to its end
  const float at  = (float)(place ? place : GRID_FRAMES);
  const float now = fresh ? first : line->base + line->step * at;
  line->step      = (last - now) / (float)(GRID_FRAMES - place);
  line->base      = now - line->step * (float)place;
}

/// Fade to the end that a zone has within its recording
SONIC_RT static void
hush(Sampler* const self, const uint32_t index)
{
  SamplerHit* const   hit   = &self->hits[index];
  SamplerVoice* const voice = &self->voices[index];
  const float         ahead = 0.003f * self->rate;
  const float left = (float)(voice->end - voice->place) / (float)voice->step;
  const bool  inside =
    hit->zone->end < self->map->audio[hit->zone->audio].frames;
  if (inside && voice->wrap == INT64_MAX && !hit->hushed && !hit->fades &&
      left < ahead + GRID_FRAMES) {
    hit->hushed        = true;
    voice->fade_frames = (uint32_t)fmaxf(left, 1.0f);
    voice->fade_left   = voice->fade_frames;
  }
}

SONIC_RT void
sampler_draw(Sampler* const self, const uint32_t index, const uint32_t place)
{
  SamplerHit* const        hit    = &self->hits[index];
  SamplerVoice* const      voice  = &self->voices[index];
  const SamplerZone* const zone   = hit->zone;
  const uint32_t           frames = GRID_FRAMES - place;

  float       now[3];
  float       then[3];
  const float seconds = (float)hit->age / self->rate;
  levels_at(self, hit, hit->age, now);
  levels_at(self, hit, hit->age + (int64_t)frames, then);
  const float vibrato = lfo_at(&zone->vibrato, seconds);
  const float lfo     = lfo_at(&zone->lfo, seconds);

  aim_sides(self, hit);
  aim_pitch(self, hit, voice, now[MOD], vibrato, lfo);
  aim_filter(self, hit, voice, then[MOD], lfo, frames);

  const float swell =
    zone->lfo_gain != 0.0f ? sampler_gain_of_db(lfo * zone->lfo_gain) : 1.0f;
  const float first = now[AMP] * now[OWN] * swell;
  const float last  = then[AMP] * then[OWN] * swell;
  draw_line(
    &voice->left, hit->fresh, hit->left * first, hit->left * last, place);
  draw_line(
    &voice->right, hit->fresh, hit->right * first, hit->right * last, place);
  hush(self, index);
  hit->fresh = false;
  hit->asked = false;
}

SONIC_RT bool
sampler_is_over(const Sampler* const self, const uint32_t index)
{
  const SamplerHit* const   hit   = &self->hits[index];
  const SamplerVoice* const voice = &self->voices[index];
  if (voice->place >= voice->end || (voice->fade_frames && !voice->fade_left)) {
    return true;
  }

  float levels[3];
  levels_at(self, hit, hit->age, levels);
  const float seconds = (float)hit->age / self->rate;
  const bool  rises =
    hit->released < 0 &&
    seconds <= hit->zone->amp.attack + 0.05f + own_envelope(self, hit).attack;
  return !rises && levels[AMP] * levels[OWN] < INAUDIBLE;
}
