// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/drum.h"

#include "base/rt.h"
#include "units/drum_kernel.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Half of the lanes are for hits that fade out
#define NUM_GROUPS 2u
#define NUM_HITS (NUM_GROUPS * LANES)
#define MOST_HITS (NUM_HITS / 2u)

/// What makes room fades for as long
#define FADE_SECONDS 0.006f

/// A level that is not heard
#define INAUDIBLE 1e-5f

/// The natural logarithm of 60 dB
#define SIXTY_DB 6.9077553f

/// The control side of a lane
typedef struct {
  uint32_t serial; ///< Grows with each hit
  uint32_t pad;
  uint8_t  note;  ///< That struck it
  float    gain;  ///< By velocity
  bool     fades; ///< Makes room
} Hit;

typedef struct {
  DrumGroup         groups[NUM_GROUPS];
  Hit               hits[NUM_HITS];
  const DrumKernel* kernel;
  float             rate;
  uint32_t          serial;
  uint32_t          num_pads;
  float             volume; ///< MIDI volume and expression, as gains
  float             expression;
  float             params[]; ///< Of one pad after the other
} Drums;

/// Frequencies of the squares of an analogue cymbal, the first two of which
/// make the cowbell, in the first's
static const float square_ratios[NUM_SQUARES] =
  {1.0f, 1.4815f, 0.9680f, 0.6844f, 0.5637f, 0.3802f};

SONIC_RT static float
pad_param(const Drums* const self, const uint32_t pad, const DrumParam param)
{
  return self->params[pad * (uint32_t)NUM_DRUM_PARAMS + (uint32_t)param];
}

SONIC_RT static float
gain_of_db(const float db)
{
  return db <= -60.0f ? 0.0f : expf(db * 0.115129255f);
}

SONIC_RT static float
pad_gain(const Drums* const self, const uint32_t pad, const DrumParam param)
{
  return gain_of_db(pad_param(self, pad, param));
}

/// Factor of a frame, of what falls by 60 dB in some milliseconds
SONIC_RT static float
fall_of_ms(const Drums* const self, const float ms)
{
  return expf(-SIXTY_DB / (ms * 0.001f * self->rate));
}

SONIC_RT static bool
sounds(const Drums* const self, const uint32_t index)
{
  return (self->groups[index / LANES].sounding >> (index % LANES)) & 1u;
}

/// Aim a hit's sides at its pad's level and pan
SONIC_RT static void
aim_sides(Drums* const self, const uint32_t index)
{
  DrumGroup* const group = &self->groups[index / LANES];
  const Hit* const hit   = &self->hits[index];
  const float      pan   = pad_param(self, hit->pad, DRUM_PAN) * 0.01f;
  const float      gain  = hit->gain * self->volume * self->expression *
                     pad_gain(self, hit->pad, DRUM_LEVEL);
  const float angle                  = (pan + 1.0f) * 0.25f * (float)M_PI;
  group->left_target[index % LANES]  = gain * cosf(angle);
  group->right_target[index % LANES] = gain * sinf(angle);
}

SONIC_RT static void
fade_hit(Drums* const self, const uint32_t index)
{
  self->hits[index].fades = true;
  self->groups[index / LANES].fade_step[index % LANES] =
    1.0f / (FADE_SECONDS * self->rate);
}

SONIC_RT static void
set_filter(DrumFilter* const filter,
           const uint32_t    lane,
           const float       type,
           const float       cutoff,
           const float       resonance)
{
  const float turn       = fminf(cutoff, 0.45f);
  const float k          = 1.4142f * powf(0.02f, resonance);
  filter->g[lane]        = tanf((float)M_PI * turn);
  filter->k[lane]        = k;
  filter->low[lane]      = type < 0.5f ? 1.0f : 0.0f;
  filter->band[lane]     = type >= 0.5f && type < 1.5f ? 1.0f : 0.0f;
  filter->high[lane]     = type >= 1.5f ? 1.0f : 0.0f;
  filter->state[0][lane] = 0.0f;
  filter->state[1][lane] = 0.0f;
}

SONIC_RT static void
set_fall(const Drums* const self,
         DrumFall* const    fall,
         const uint32_t     lane,
         const float        value,
         const float        ms)
{
  fall->value[lane] = value;
  fall->fall[lane]  = fall_of_ms(self, ms);
}

/// `dull`: how far a soft hit is below a hard one, in octaves
SONIC_RT static void
start_tone(const Drums* const self,
           DrumGroup* const   group,
           const uint32_t     lane,
           const uint32_t     pad,
           const float        semitones,
           const float        dull)
{
  const float hz = pad_param(self, pad, DRUM_PITCH) * exp2f(semitones / 12.0f);
  const float sweep =
    pad_param(self, pad, DRUM_SWEEP) * (1.0f - 0.4f * fminf(dull, 1.0f));
  group->phase[0][lane] = 0;
  group->phase[1][lane] = 0;
  group->pitch[lane]    = hz / self->rate;
  group->extra[lane]    = hz / self->rate * (exp2f(sweep / 12.0f) - 1.0f);
  group->ratio[lane]    = pad_param(self, pad, DRUM_PARTIAL);
  group->partial[lane] = pad_gain(self, pad, DRUM_PARTIAL_LEVEL) * exp2f(-dull);
  set_fall(
    self, &group->sweep, lane, 1.0f, pad_param(self, pad, DRUM_SWEEP_DECAY));
  set_fall(self,
           &group->tone,
           lane,
           pad_gain(self, pad, DRUM_TONE_LEVEL),
           pad_param(self, pad, DRUM_TONE_DECAY));
}

SONIC_RT static void
start_noise(const Drums* const self,
            DrumGroup* const   group,
            const uint32_t     lane,
            const uint32_t     pad,
            const float        dull)
{
  const float level    = pad_gain(self, pad, DRUM_NOISE_LEVEL);
  const float spacing  = pad_param(self, pad, DRUM_BURST_TIME);
  const float decay    = pad_param(self, pad, DRUM_NOISE_DECAY);
  const float darkened = exp2f(-dull);
  set_fall(self, &group->noise, lane, level, decay);
  group->noise_fall[lane]   = group->noise.fall[lane];
  group->burst_level[lane]  = level;
  group->burst_fall[lane]   = fall_of_ms(self, 2.5f * spacing);
  group->burst_frames[lane] = rintf(spacing * 0.001f * self->rate);
  group->burst_left[lane]   = group->burst_frames[lane];
  group->bursts[lane]       = rintf(pad_param(self, pad, DRUM_BURSTS)) - 1.0f;
  set_filter(&group->noise_filter,
             lane,
             pad_param(self, pad, DRUM_NOISE_FILTER),
             pad_param(self, pad, DRUM_NOISE_CUTOFF) * darkened / self->rate,
             pad_param(self, pad, DRUM_NOISE_RESONANCE));
  set_fall(self,
           &group->click,
           lane,
           pad_gain(self, pad, DRUM_CLICK_LEVEL) * darkened,
           pad_param(self, pad, DRUM_CLICK_DECAY));
}

SONIC_RT static void
start_metal(const Drums* const self,
            DrumGroup* const   group,
            const uint32_t     lane,
            const uint32_t     pad,
            const float        semitones,
            const float        dull,
            const uint64_t     random)
{
  const float num   = rintf(pad_param(self, pad, DRUM_METAL_SQUARES));
  const float pitch = pad_param(self, pad, DRUM_METAL_PITCH) *
                      exp2f(semitones / 12.0f) / self->rate;
  const float level = pad_gain(self, pad, DRUM_METAL_LEVEL);
  for (uint32_t i = 0; i < NUM_SQUARES; ++i) {
    group->square[i][lane] = (int32_t)(uint32_t)(random * (2u * i + 3u));
    group->turn[i][lane]   = pitch * square_ratios[i];
    group->share[i][lane]  = (float)i < num ? 1.0f / num : 0.0f;
  }
  group->metallic |= level > 0.0f ? 1u << lane : 0u;
  set_fall(
    self, &group->metal, lane, level, pad_param(self, pad, DRUM_METAL_DECAY));
  set_filter(&group->metal_filter,
             lane,
             pad_param(self, pad, DRUM_METAL_FILTER),
             pad_param(self, pad, DRUM_METAL_CUTOFF) * exp2f(-dull) /
               self->rate,
             pad_param(self, pad, DRUM_METAL_RESONANCE));
}

SONIC_RT static void
start_shape(const Drums* const self,
            DrumGroup* const   group,
            const uint32_t     lane,
            const uint32_t     pad)
{
  const float attack = pad_param(self, pad, DRUM_ATTACK) * 0.001f * self->rate;
  const float amount = pad_param(self, pad, DRUM_DRIVE) * 0.01f;
  const float drive  = amount > 0.0f ? exp2f(5.0f * amount) : 0.0f;
  const float bits   = pad_param(self, pad, DRUM_BITS);

  group->rise[lane]      = 0.0f;
  group->rise_step[lane] = 1.0f / fmaxf(attack, 1.0f);
  group->fade[lane]      = 1.0f;
  group->fade_step[lane] = 0.0f;
  group->drive[lane]     = drive;
  group->undrive[lane] =
    drive > 0.0f ? sqrtf(1.0f + drive * drive) / drive : 0.0f;
  group->steps[lane]  = bits < 16.0f ? exp2f(bits - 1.0f) : 0.0f;
  group->before[lane] = 0.0f;
  group->after[lane]  = 0.0f;
}

/// The hit that is to go: of those that play the oldest, or with `fading` the
/// one that has faded out furthest; NUM_HITS if there is none
SONIC_RT static uint32_t
find_victim(const Drums* const self, const bool fading)
{
  uint32_t victim = NUM_HITS;
  for (uint32_t i = 0; i < NUM_HITS; ++i) {
    if (sounds(self, i) && self->hits[i].fades == fading &&
        (victim == NUM_HITS ||
         self->hits[i].serial < self->hits[victim].serial)) {
      victim = i;
    }
  }
  return victim;
}

/// Let go what a hit ends: the last of its note and of its choke group
SONIC_RT static uint32_t
choke(Drums* const self, const uint32_t pad, const uint8_t note)
{
  const float group = rintf(pad_param(self, pad, DRUM_CHOKE));
  uint32_t    plays = 0;
  for (uint32_t i = 0; i < NUM_HITS; ++i) {
    if (sounds(self, i) && !self->hits[i].fades) {
      const uint32_t other = self->hits[i].pad;
      if (self->hits[i].note == note ||
          (group > 0.0f &&
           rintf(pad_param(self, other, DRUM_CHOKE)) == group)) {
        fade_hit(self, i);
      } else {
        ++plays;
      }
    }
  }
  return plays;
}

SONIC_RT static uint32_t
find_lane(const Drums* const self)
{
  for (uint32_t i = 0; i < NUM_HITS; ++i) {
    if (!sounds(self, i)) {
      return i;
    }
  }
  return find_victim(self, true);
}

/// Well mixed bits (the finalizer of "splitmix64")
SONIC_RT static uint64_t
mix_bits(const uint64_t seed)
{
  uint64_t x = seed + 0x9e3779b97f4a7c15u;
  x          = (x ^ (x >> 30u)) * 0xbf58476d1ce4e5b9u;
  x          = (x ^ (x >> 27u)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31u);
}

SONIC_RT static void
strike(Drums* const      self,
       const uint32_t    pad,
       const Note* const note,
       const float       semitones)
{
  if (choke(self, pad, note->pitch) >= MOST_HITS) {
    fade_hit(self, find_victim(self, false));
  }

  const uint32_t   index    = find_lane(self);
  const uint32_t   lane     = index % LANES;
  DrumGroup* const group    = &self->groups[index / LANES];
  const float      velocity = (float)note->velocity / 127.0f;
  const float      amount   = pad_param(self, pad, DRUM_VELOCITY) * 0.01f;
  const float      dull =
    2.0f * (1.0f - velocity) * pad_param(self, pad, DRUM_BRIGHT) * 0.01f;
  const uint64_t random = mix_bits(note->seed);

  self->hits[index] =
    (Hit){.serial = ++self->serial,
          .pad    = pad,
          .note   = note->pitch,
          .gain   = 1.0f - amount + amount * velocity * velocity};
  group->sounding |= 1u << lane;
  group->metallic &= ~(1u << lane);
  group->random[lane] = (int32_t)(uint32_t)(random >> 32u);
  start_tone(self, group, lane, pad, semitones, dull);
  start_noise(self, group, lane, pad, dull);
  start_metal(self, group, lane, pad, semitones, dull, random);
  start_shape(self, group, lane, pad);
  aim_sides(self, index);
  group->left[lane]  = group->left_target[lane];
  group->right[lane] = group->right_target[lane];
}

/// Semitones by which a note moves a single drum's own pitch
SONIC_RT static float
key_semitones(const Drums* const self, const uint8_t note)
{
  const float own =
    69.0f + 12.0f * log2f(pad_param(self, 0, DRUM_PITCH) / 440.0f);
  return pad_param(self, 0, DRUM_KEY) * 0.01f * ((float)note - own);
}

SONIC_RT static void
note_on(void* const instance, const Note* const note)
{
  Drums* const self = (Drums*)instance;
  if (self->num_pads == 1u) {
    strike(self, 0, note, key_semitones(self, note->pitch));
  } else if (note->pitch >= KIT_FIRST && note->pitch <= KIT_LAST) {
    const uint32_t pad = note->pitch - KIT_FIRST;
    if (pad_gain(self, pad, DRUM_LEVEL) > 0.0f) {
      strike(self, pad, note, 0.0f);
    }
  }
}

/// A hit rings on whatever becomes of its note
SONIC_RT static void
note_off(void* const instance, const uint32_t key)
{
  (void)instance;
  (void)key;
}

SONIC_RT static void
all_off(void* const instance)
{
  Drums* const self = (Drums*)instance;
  for (uint32_t i = 0; i < NUM_HITS; ++i) {
    if (sounds(self, i)) {
      fade_hit(self, i);
    }
  }
}

SONIC_RT static void
aim_all_sides(Drums* const self)
{
  for (uint32_t i = 0; i < NUM_HITS; ++i) {
    if (sounds(self, i)) {
      aim_sides(self, i);
    }
  }
}

SONIC_RT static void
set(void* const instance, const uint32_t param, const float value)
{
  Drums* const self   = (Drums*)instance;
  self->params[param] = value;
  aim_all_sides(self);
}

SONIC_RT static void
control(void* const       instance,
        const ControlKind kind,
        const uint8_t     number,
        const float       value)
{
  Drums* const self = (Drums*)instance;
  if (kind == CONTROL_CC && number == 7u) {
    self->volume = value * value;
  } else if (kind == CONTROL_CC && number == 11u) {
    self->expression = value * value;
  }
  aim_all_sides(self);
}

SONIC_RT static void
reset(void* const instance)
{
  Drums* const self = (Drums*)instance;
  for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
    DrumGroup* const group = &self->groups[g];
    const float      glide = group->glide;
    const float      hold  = group->hold;
    memset(group, 0, sizeof(*group));
    group->glide = glide;
    group->hold  = hold;
  }
  memset(self->hits, 0, sizeof(self->hits));
  self->serial     = 0;
  self->volume     = 1.0f;
  self->expression = 1.0f;
}

/// Free the lanes of hits that are no longer heard
SONIC_RT static void
end_hits(DrumGroup* const group)
{
  for (uint32_t lane = 0; lane < LANES; ++lane) {
    const float heard = group->tone.value[lane] + group->noise.value[lane] +
                        group->metal.value[lane] + group->click.value[lane];
    if (group->fade[lane] <= 0.0f ||
        (heard < INAUDIBLE && group->bursts[lane] < 0.5f)) {
      group->sounding &= ~(1u << lane);
      group->metallic &= ~(1u << lane);
      group->left[lane]         = 0.0f;
      group->right[lane]        = 0.0f;
      group->left_target[lane]  = 0.0f;
      group->right_target[lane] = 0.0f;
    }
  }
}

SONIC_RT static void
run(void* const    instance,
    float* const   left,
    float* const   right,
    const uint32_t stride,
    const uint64_t grid_frame,
    const uint32_t n)
{
  Drums* const self = (Drums*)instance;
  for (uint32_t done = 0; done < n;) {
    const uint32_t place = (uint32_t)((grid_frame + done) % GRID_FRAMES);
    const uint32_t rest  = n - done;
    const uint32_t most  = GRID_FRAMES - place;
    const uint32_t now   = rest < most ? rest : most;
    float          sides[2][GRID_FRAMES] = {{0.0f}, {0.0f}};
    for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
      if (self->groups[g].sounding) {
        self->kernel->run(&self->groups[g], sides[0], sides[1], now);
        if (place + now == GRID_FRAMES) {
          end_hits(&self->groups[g]);
        }
      }
    }

    for (uint32_t f = 0; f < now; ++f) {
      left[(size_t)(done + f) * stride]  = sides[0][f];
      right[(size_t)(done + f) * stride] = sides[1][f];
    }
    done += now;
  }
}

SONIC_RT static uint32_t
active(const void* const instance)
{
  const Drums* const self = (const Drums*)instance;
  uint32_t           num  = 0;
  for (uint32_t i = 0; i < NUM_HITS; ++i) {
    num += sounds(self, i);
  }
  return num;
}

static const DrumKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(drum_kernel);

static void
init_pads(Drums* const           self,
          const ParamInfo* const params,
          const uint32_t         num_pads,
          const uint32_t         rate,
          const CpuLevel         level)
{
  memset(self, 0, sizeof(*self));
  self->kernel   = kernels[level];
  self->rate     = (float)rate;
  self->num_pads = num_pads;
  for (uint32_t i = 0; i < num_pads * NUM_DRUM_PARAMS; ++i) {
    self->params[i] = params[i].initial;
  }
  for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
    self->groups[g].glide = 1.0f - expf(-1.0f / (0.005f * self->rate));
    self->groups[g].hold  = expf(-2.0f * (float)M_PI * 10.0f / self->rate);
  }
  reset(self);
}

static void
init_drum(void* const instance, const uint32_t rate, const CpuLevel level)
{
  init_pads((Drums*)instance, drum_params, 1u, rate, level);
}

static void
init_kit(void* const instance, const uint32_t rate, const CpuLevel level)
{
  init_pads((Drums*)instance, kit_params, KIT_PADS, rate, level);
}

/// A whole number of cache lines for some pads
static size_t
size_of_pads(const size_t num)
{
  const size_t size = sizeof(Drums) + num * NUM_DRUM_PARAMS * sizeof(float);
  return (size + 63u) / 64u * 64u;
}

static size_t
drum_size(void)
{
  return size_of_pads(1u);
}

static size_t
kit_size(void)
{
  return size_of_pads(KIT_PADS);
}

#define DRUM_FUNCTIONS                                                         \
  .set = set, .reset = reset, .note_on = note_on, .note_off = note_off,        \
  .all_off = all_off, .run = run, .active = active, .control = control

const InstrumentInfo drum_instrument = {
  .symbol     = "drum",
  .label      = "Drum",
  .params     = drum_params,
  .num_params = NUM_DRUM_PARAMS,
  .size       = drum_size,
  .init       = init_drum,
  DRUM_FUNCTIONS,
};

const InstrumentInfo kit_instrument = {
  .symbol     = "kit",
  .label      = "Drum kit",
  .params     = kit_params,
  .num_params = KIT_PADS * NUM_DRUM_PARAMS,
  .size       = kit_size,
  .init       = init_kit,
  DRUM_FUNCTIONS,
};
