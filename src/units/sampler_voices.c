// SPDX-License-Identifier: GPL-3.0-or-later
//
// From notes to voices of the sampler.  Which voice a zone gets follows from
// the notes since the last reset alone: the lowest that is free.

#include "base/rt.h"
#include "units/instrument.h"
#include "units/sampler.h"
#include "units/sampler_kernel.h"
#include "units/sampler_state.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// What makes room fades for as long
#define FADE_SECONDS 0.006f

/// A place that is never reached
#define NEVER INT64_MAX

SONIC_RT void
sampler_fade(Sampler* const self, const uint32_t index)
{
  SamplerVoice* const voice = &self->voices[index];
  if (!self->hits[index].fades) {
    self->hits[index].fades = true;
    voice->fade_frames      = (uint32_t)ceilf(FADE_SECONDS * self->rate);
    voice->fade_left        = voice->fade_frames;
  }
}

SONIC_RT void
sampler_let_go(Sampler* const self, const uint32_t index)
{
  SamplerHit* const hit = &self->hits[index];
  if (hit->released < 0 && !hit->zone->one_shot) {
    sampler_envelopes(self, index, hit->from);
    hit->released = hit->age;
    hit->asked    = true;

    // On from the loop, or from where the loop's copy is of the recording
    SamplerVoice* const voice = &self->voices[index];
    if (hit->zone->loop == LOOP_UNTIL_RELEASE) {
      const int64_t end = (int64_t)hit->zone->loop_end * SAMPLER_ONE;
      while (voice->place >= end) {
        voice->place -= voice->back;
      }
      voice->wrap = NEVER;
      voice->seam = NEVER;
      voice->end  = ((int64_t)hit->zone->end + 8) * SAMPLER_ONE;
    }
  }
}

/// The serial number of the note that is to go: the oldest released, or the
/// oldest; 0 if none plays
SONIC_RT static uint32_t
find_victim(const Sampler* const self)
{
  uint32_t victim = SAMPLER_NUM_VOICES;
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    if (!sampler_plays(self, i)) {
      continue;
    }

    const SamplerHit* const a = &self->hits[i];
    const SamplerHit* const b =
      victim < SAMPLER_NUM_VOICES ? &self->hits[victim] : NULL;
    const bool goes = b && b->released < 0 && a->released >= 0;
    const bool same = b && (b->released < 0) == (a->released < 0);
    if (!b || goes || (same && a->serial < b->serial)) {
      victim = i;
    }
  }
  return victim < SAMPLER_NUM_VOICES ? self->hits[victim].serial : 0;
}

SONIC_RT static void
fade_note(Sampler* const self, const uint32_t serial)
{
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    if (self->hits[i].serial == serial) {
      sampler_fade(self, i);
    }
  }
}

SONIC_RT static uint32_t
num_playing(const Sampler* const self)
{
  uint32_t num = 0;
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    num += sampler_plays(self, i);
  }
  return num;
}

/// A free voice, or the one that has faded out furthest
SONIC_RT static uint32_t
find_voice(const Sampler* const self)
{
  uint32_t best = 0;
  uint32_t left = UINT32_MAX;
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    if (!self->hits[i].serial) {
      return i;
    }
    if (self->hits[i].fades && self->voices[i].fade_left < left) {
      best = i;
      left = self->voices[i].fade_left;
    }
  }
  return best;
}

/// End what a note of a choke group ends
SONIC_RT static void
choke(Sampler* const self, const uint8_t group, const uint32_t serial)
{
  for (uint32_t i = 0; group && i < SAMPLER_NUM_VOICES; ++i) {
    const SamplerHit* const hit = &self->hits[i];
    if (sampler_plays(self, i) && hit->choke == group &&
        hit->serial != serial) {
      sampler_fade(self, i);
    }
  }
}

/// Where a voice begins, in frames
SONIC_RT static uint32_t
first_frame(const Sampler* const     self,
            const SamplerZone* const zone,
            const uint8_t            pitch)
{
  const float part   = self->is_kit ? sampler_pad(self, pitch, SAMPLE_PAD_START)
                                    : self->params[SAMPLER_START];
  const float length = (float)(zone->end - zone->start);
  return zone->start + (uint32_t)(part * 0.01f * length);
}

/// Have a voice read a zone's recording from its start
SONIC_RT static void
open_zone(const Sampler* const self,
          SamplerVoice* const  voice,
          const uint32_t       index,
          const uint8_t        pitch)
{
  const SamplerMap* const   map   = self->map;
  const SamplerZone* const  zone  = &map->zones[index];
  const SamplerAudio* const audio = &map->audio[zone->audio];
  const float* const        seam  = map->seams[index];

  memset(voice, 0, sizeof(*voice));
  voice->sides[0] = audio->sides[0];
  voice->sides[1] = audio->sides[1];
  voice->place    = (int64_t)first_frame(self, zone, pitch) * SAMPLER_ONE;
  voice->wrap     = NEVER;
  voice->seam     = NEVER;
  voice->end      = ((int64_t)zone->end + 8) * SAMPLER_ONE;
  voice->wait     = (uint32_t)(zone->amp.delay * self->rate);
  if (zone->loop != LOOP_NONE && seam) {
    const int64_t end    = zone->loop_end;
    const int64_t length = end - zone->loop_start;
    voice->seams[0]      = seam;
    voice->seams[1]      = audio->sides[1] ? seam + SAMPLER_SEAM : NULL;
    voice->seam          = end - SAMPLER_GUARD;
    voice->seam_at       = end - SAMPLER_SEAM / 2;
    voice->wrap          = (end + SAMPLER_GUARD) * SAMPLER_ONE;
    voice->back          = length * SAMPLER_ONE;
    voice->end           = NEVER;
    while (voice->place >= voice->wrap) {
      voice->place -= voice->back;
    }
  }
}

SONIC_RT static void
start_zone(Sampler* const    self,
           const uint32_t    index,
           const Note* const note,
           const uint32_t    serial)
{
  const SamplerZone* const zone  = &self->map->zones[index];
  const uint32_t           voice = find_voice(self);
  const float              part  = (float)note->velocity / 127.0f;
  const float              amount =
    0.01f * (self->is_kit ? sampler_pad(self, note->pitch, SAMPLE_PAD_VELOCITY)
                          : self->params[SAMPLER_VELOCITY]);
  const float group =
    self->is_kit ? rintf(sampler_pad(self, note->pitch, SAMPLE_PAD_CHOKE))
                 : (float)zone->choke;

  choke(self, (uint8_t)group, serial);
  open_zone(self, &self->voices[voice], index, note->pitch);
  self->hits[voice] = (SamplerHit){
    .serial   = serial,
    .key      = note->key,
    .zone     = zone,
    .rate     = self->map->audio[zone->audio].rate,
    .stereo   = self->voices[voice].sides[1],
    .pitch    = note->pitch,
    .choke    = (uint8_t)group,
    .held     = true,
    .fresh    = true,
    .asked    = true,
    .velocity = part,
    .level    = 1.0f - amount + amount * powf(part, zone->velocity),
    .released = -1,
  };
}

/// True if a zone sounds for a note
SONIC_RT static bool
has_note(const SamplerZone* const zone, const Note* const note, uint32_t turn)
{
  return note->pitch >= zone->low_key && note->pitch <= zone->high_key &&
         note->velocity >= zone->low_velocity &&
         note->velocity <= zone->high_velocity &&
         (zone->turns < 2u || turn % zone->turns == zone->turn);
}

SONIC_RT void
sampler_note_on(void* const instance, const Note* const note)
{
  Sampler* const self   = (Sampler*)instance;
  const bool     is_pad = note->pitch >= KIT_FIRST && note->pitch <= KIT_LAST;
  if (!self->map ||
      (self->is_kit &&
       (!is_pad ||
        sampler_pad(self, note->pitch, SAMPLE_PAD_LEVEL) <= -60.0f))) {
    return;
  }

  const uint32_t serial = ++self->serial;
  const uint32_t turn   = self->turns[note->pitch & 127u]++;
  uint32_t       num    = 0;
  for (uint32_t i = 0; i < self->map->num_zones; ++i) {
    if (has_note(&self->map->zones[i], note, turn) &&
        num++ < SAMPLER_MOST_ZONES) {
      start_zone(self, i, note, serial);
    }
  }
  while (num_playing(self) > SAMPLER_MOST_PLAYING) {
    fade_note(self, find_victim(self));
  }
}

SONIC_RT void
sampler_note_off(void* const instance, const uint32_t key)
{
  Sampler* const self = (Sampler*)instance;
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    SamplerHit* const hit = &self->hits[i];
    if (hit->serial && hit->key == key && hit->held) {
      hit->held  = false;
      hit->pedal = self->pedal;
      if (!hit->pedal) {
        sampler_let_go(self, i);
      }
    }
  }
}

SONIC_RT void
sampler_release_pedal(Sampler* const self)
{
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    SamplerHit* const hit = &self->hits[i];
    if (hit->serial && hit->pedal) {
      hit->pedal = false;
      sampler_let_go(self, i);
    }
  }
}

SONIC_RT void
sampler_all_off(void* const instance)
{
  Sampler* const self = (Sampler*)instance;
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    if (sampler_plays(self, i)) {
      self->hits[i].held  = false;
      self->hits[i].pedal = false;
      if (self->hits[i].zone->one_shot) {
        sampler_fade(self, i);
      } else {
        sampler_let_go(self, i);
      }
    }
  }
}
