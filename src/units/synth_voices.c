// SPDX-License-Identifier: GPL-3.0-or-later
//
// From notes to voices.  Which lane a note gets follows from the notes since
// the last reset alone: the lowest that is free.

#include "base/rt.h"
#include "units/instrument.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef enum { VOICES_POLY, VOICES_MONO, VOICES_LEGATO } VoiceMode;

SONIC_RT static VoiceMode
voice_mode(const Synth* const self)
{
  return (VoiceMode)lrintf(control_value(self, SYNTH_MODE));
}

SONIC_RT static bool
voice_sounds(const Synth* const self, const uint32_t voice)
{
  return self->groups[voice / LANES].sounding & bit_of(voice);
}

/// True if a voice plays its note rather than making room for another
SONIC_RT static bool
voice_plays(const Synth* const self, const uint32_t index)
{
  const Voice* const voice = &self->voices[index];
  return voice_sounds(self, index) && voice->request != STAGE_FADE &&
         voice->stages[ENVELOPE_AMP] != STAGE_FADE;
}

SONIC_RT bool
synth_sounds(const Synth* const self)
{
  uint32_t sounding = 0;
  for (uint32_t i = 0; i < NUM_GROUPS; ++i) {
    sounding |= self->groups[i].sounding;
  }
  return sounding;
}

// Requests

SONIC_RT static void
request(Synth* const self, const uint32_t index, const Stage stage)
{
  self->voices[index].request = stage;
  self->requested[index / LANES] |= bit_of(index);
}

SONIC_RT static void
release(Synth* const self, const uint32_t index)
{
  Voice* const voice = &self->voices[index];
  if (voice->held) {
    voice->held  = false;
    voice->pedal = self->pedal;
    if (!voice->pedal) {
      request(self, index, STAGE_RELEASE);
    }
  }
}

SONIC_RT void
synth_release_pedal(Synth* const self)
{
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (self->voices[i].pedal) {
      self->voices[i].pedal = false;
      request(self, i, STAGE_RELEASE);
    }
  }
}

SONIC_RT void
synth_clear_lane(Synth* const self, const uint32_t index)
{
  VoiceGroup* const group = group_of(self, index);
  const uint32_t    lane  = index % LANES;
  const uint32_t    keep  = ~bit_of(index);

  group->sounding &= keep;
  self->requested[index / LANES] &= keep;
  self->fresh[index / LANES] &= keep;
  self->jumping[index / LANES] &= keep;
  self->ending[index / LANES] &= keep;
  memset(&self->voices[index], 0, sizeof(self->voices[index]));

  LineLanes* const lines[] = {&group->left, &group->right};
  for (int i = 0; i < 2; ++i) {
    lines[i]->value[lane] = 0.0f;
    lines[i]->step[lane]  = 0.0f;
  }
  for (int i = 0; i < 4; ++i) {
    group->integrators[i][lane] = 0.0f;
  }
  memset(group->driven[lane], 0, sizeof(group->driven[lane]));
  group->pressure[lane] = 0.0f;
  group->offset[lane]   = 0.0f;
  for (uint32_t i = 0; i < self->engine->num_oscs; ++i) {
    memset(group->oscs[i].tail[lane], 0, sizeof(group->oscs[i].tail[lane]));
    group->oscs[i].tail_left[lane] = 0;
  }
  if (self->engine->clear) {
    self->engine->clear(self, index / LANES, lane);
  }
}

SONIC_RT void
synth_silence(Synth* const self)
{
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    synth_clear_lane(self, i);
  }

  self->serial     = 0;
  self->last_pitch = -1.0f;
  self->num_held   = 0;
}

SONIC_RT void
synth_fade_all(Synth* const self)
{
  self->num_held = 0;
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_plays(self, i)) {
      self->voices[i].held  = false;
      self->voices[i].pedal = false;
      request(self, i, STAGE_FADE);
    }
  }
}

// Finding a lane

/// The playing voice that is to go first: the oldest released, or the oldest
SONIC_RT static uint32_t
find_victim(const Synth* const self)
{
  uint32_t victim = NUM_VOICES;
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (!voice_plays(self, i)) {
      continue;
    }

    const Voice* const a = &self->voices[i];
    const Voice* const b = victim < NUM_VOICES ? &self->voices[victim] : NULL;
    if (!b || (b->held && !a->held) ||
        (b->held == a->held && a->serial < b->serial)) {
      victim = i;
    }
  }
  return victim;
}

/// Let all voices of a note fade out
SONIC_RT static void
fade_note(Synth* const self, const uint32_t serial)
{
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_plays(self, i) && self->voices[i].serial == serial) {
      self->voices[i].held  = false;
      self->voices[i].pedal = false;
      request(self, i, STAGE_FADE);
    }
  }
}

/// See to it that `num` more voices may sound
SONIC_RT static void
make_room(Synth* const self, const uint32_t num)
{
  uint32_t playing = 0;
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    playing += voice_plays(self, i);
  }

  while (playing + num > MAX_VOICES) {
    fade_note(self, self->voices[find_victim(self)].serial);

    playing = 0;
    for (uint32_t i = 0; i < NUM_VOICES; ++i) {
      playing += voice_plays(self, i);
    }
  }
}

/// The lowest free lane, or else the one that has faded out furthest
SONIC_RT static uint32_t
find_lane(const Synth* const self)
{
  uint32_t faintest = 0;
  float    least    = 2.0f;
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (!voice_sounds(self, i)) {
      return i;
    }

    const EnvelopeLanes* const amp =
      &self->groups[i / LANES].envelopes[ENVELOPE_AMP];
    if (!voice_plays(self, i) && amp->value[i % LANES] < least) {
      least    = amp->value[i % LANES];
      faintest = i;
    }
  }
  return faintest;
}

// Starting

/// Level of a note by its velocity: between all the same and its square
SONIC_RT static float
note_level(const Synth* const self, const float velocity)
{
  const float amount = control_value(self, SYNTH_VELOCITY);
  return 1.0f - amount + amount * velocity * velocity;
}

/// Start voice `place` of the `num` voices of a note, at a pitch of its own
SONIC_RT static void
start_voice(Synth* const      self,
            const Note* const note,
            const uint32_t    place,
            const uint32_t    num,
            const float       pitch)
{
  const uint32_t    index = find_lane(self);
  const uint32_t    lane  = index % LANES;
  VoiceGroup* const group = group_of(self, index);
  Voice* const      voice = &self->voices[index];

  synth_clear_lane(self, index);
  voice->key    = note->key;
  voice->serial = self->serial;
  voice->pitch  = note->pitch;
  voice->held   = true;
  group->sounding |= bit_of(index);
  self->fresh[index / LANES] |= bit_of(index);
  request(self, index, STAGE_ATTACK);

  const float velocity   = (float)note->velocity / 127.0f;
  const float most       = num > 1 ? (float)(num - 1) : 1.0f;
  const float apart      = num > 1 ? 2.0f * (float)place / most - 1.0f : 0.0f;
  const float other_side = self->serial % 2 ? -1.0f : 1.0f;

  group->pitch[lane]        = pitch;
  group->pitch_target[lane] = pitch;
  group->pitch_step[lane]   = 0.0f;
  group->velocity[lane]     = velocity;
  group->level[lane]        = note_level(self, velocity) / sqrtf((float)num);
  group->place[lane]        = apart;
  group->side[lane]         = num > 1 ? apart : other_side;
  for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
    const float from                = i == ENVELOPE_PITCH ? 1.0f : 0.0f;
    group->envelopes[i].value[lane] = from;
    group->envelopes[i].from[lane]  = from;
  }

  const float octaves = ((float)note->pitch - 60.0f) / 12.0f;
  voice->decay_scale  = exp2f(octaves * control_value(self, SYNTH_DECAY_KEY));

  const uint64_t random = mix_bits(note->seed + place);
  group->noise[lane]    = (uint32_t)(random >> 32u);
  self->engine->start(self, index / LANES, lane, place, random);
}

SONIC_RT static void
start_note(Synth* const self, const Note* const note, const float pitch)
{
  if (!synth_sounds(self)) {
    synth_settle(self);
  }

  const float    wanted = control_value(self, SYNTH_UNISON);
  const uint32_t num    = (uint32_t)lrintf(wanted);
  make_room(self, num);
  for (uint32_t i = 0; i < num; ++i) {
    start_voice(self, note, i, num, pitch);
  }
}

// One voice at a time

/// Let what plays go over to another note's pitch
SONIC_RT static void
change_pitch(Synth* const self, const Note* const note, const bool glides)
{
  const float glide = glides ? control_value(self, SYNTH_GLIDE) * 0.001f : 0.0f;
  const float points = glide * (float)self->rate / GRID_FRAMES;

  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (!voice_plays(self, i)) {
      continue;
    }

    VoiceGroup* const group   = group_of(self, i);
    const uint32_t    lane    = i % LANES;
    const float       way     = (float)note->pitch - group->pitch[lane];
    self->voices[i].key       = note->key;
    self->voices[i].pitch     = note->pitch;
    group->pitch_target[lane] = (float)note->pitch;
    group->pitch_step[lane]   = fabsf(way) / fmaxf(points, 1.0f);
    self->requested[i / LANES] |= bit_of(i);
    if (points < 1.0f) {
      self->jumping[i / LANES] |= bit_of(i);
    }
  }
}

/// Begin the envelopes of what plays anew, from where they are
SONIC_RT static void
retrigger(Synth* const self, const Note* const note)
{
  ++self->serial;
  const float velocity = (float)note->velocity / 127.0f;

  uint32_t num = 0;
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    num += voice_plays(self, i);
  }

  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_plays(self, i)) {
      VoiceGroup* const group    = group_of(self, i);
      group->velocity[i % LANES] = velocity;
      group->level[i % LANES] = note_level(self, velocity) / sqrtf((float)num);
      self->voices[i].serial  = self->serial;
      self->voices[i].held    = true;
      self->voices[i].pedal   = false;
      self->ending[i / LANES] &= ~bit_of(i);
      request(self, i, STAGE_ATTACK);
    }
  }
}

/// Fade out all notes but the last, so that one remains
SONIC_RT static bool
keep_one_note(Synth* const self)
{
  uint32_t last  = 0;
  bool     found = false;
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_plays(self, i) && (!found || self->voices[i].serial > last)) {
      last  = self->voices[i].serial;
      found = true;
    }
  }

  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_plays(self, i) && self->voices[i].serial != last) {
      fade_note(self, self->voices[i].serial);
    }
  }
  return found;
}

SONIC_RT static void
start_single(Synth* const self, const Note* const note)
{
  const bool legato = voice_mode(self) == VOICES_LEGATO;
  const bool bound  = self->num_held > 1;
  const bool glides = !legato || bound;

  if (keep_one_note(self)) {
    change_pitch(self, note, glides);
    if (!legato || !bound) {
      retrigger(self, note);
    }
    return;
  }

  // Nothing plays: glide from the note that was
  ++self->serial;
  const bool  from_last = glides && self->last_pitch >= 0.0f;
  const float pitch     = from_last ? self->last_pitch : (float)note->pitch;
  start_note(self, note, pitch);
  change_pitch(self, note, glides);
}

// Held keys

SONIC_RT static void
hold(Synth* const self, const Note* const note)
{
  if (self->num_held == MAX_HELD) {
    memmove(self->held, self->held + 1, sizeof(Note) * (MAX_HELD - 1));
    --self->num_held;
  }
  self->held[self->num_held++] = *note;
}

/// Forget a held note; true if it was the one that sounds
SONIC_RT static bool
let_go(Synth* const self, const uint32_t key)
{
  bool was_last = false;
  for (uint32_t i = self->num_held; i-- > 0;) {
    if (self->held[i].key == key) {
      was_last = was_last || i + 1 == self->num_held;
      memmove(&self->held[i],
              &self->held[i + 1],
              sizeof(Note) * (self->num_held - i - 1));
      --self->num_held;
    }
  }
  return was_last;
}

SONIC_RT void
synth_note_on(void* const instance, const Note* const note)
{
  Synth* const self = (Synth*)instance;
  hold(self, note);
  if (voice_mode(self) == VOICES_POLY) {
    ++self->serial;
    start_note(self, note, (float)note->pitch);
  } else {
    start_single(self, note);
  }
  self->last_pitch = (float)note->pitch;
}

SONIC_RT void
synth_note_off(void* const instance, const uint32_t key)
{
  Synth* const self     = (Synth*)instance;
  const bool   was_last = let_go(self, key);

  // With one voice the note before comes back
  if (was_last && self->num_held && voice_mode(self) != VOICES_POLY) {
    const Note* const back = &self->held[self->num_held - 1];
    change_pitch(self, back, true);
    self->last_pitch = (float)back->pitch;
    return;
  }

  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_sounds(self, i) && self->voices[i].key == key) {
      release(self, i);
    }
  }
}

SONIC_RT void
synth_all_off(void* const instance)
{
  Synth* const self = (Synth*)instance;
  self->num_held    = 0;
  self->pedal       = false;
  synth_release_pedal(self);
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (voice_sounds(self, i)) {
      release(self, i);
    }
  }
}
