// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drumkits of Hydrogen as kits

#include "services/kit_import_private.h"

#include "media/drumkit.h"
#include "units/drum.h"
#include "units/sampler.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/// The first choke group that is made of what excludes each other
#define EXCLUDE_GROUP 201

static float
clamp(const double value, const ParamInfo* const param)
{
  return (float)fmin(fmax(value, (double)param->min), (double)param->max);
}

static float
level_of_gain(const double gain)
{
  const ParamInfo* const param = &sample_pad_params[SAMPLE_PAD_LEVEL];
  return fmaxf(-59.0f, clamp(20.0 * log10(fmax(gain, 1e-6)), param));
}

/// The notes of all instruments: what they say if that is good, else from 36
static void
choose_notes(const Drumkit* const kit, uint32_t notes[DRUMKIT_MAX_INSTRUMENTS])
{
  bool good      = true;
  bool used[128] = {false};
  for (uint32_t i = 0; i < kit->num_instruments; ++i) {
    const int note = kit->instruments[i].note;
    good =
      good && note >= (int)KIT_FIRST && note <= (int)KIT_LAST && !used[note];
    if (good) {
      used[note] = true;
    }
  }
  for (uint32_t i = 0; i < kit->num_instruments; ++i) {
    notes[i] = good ? (uint32_t)kit->instruments[i].note : KIT_FIRST + 1u + i;
  }
}

/// The choke group of an instrument: its mute group, else of those that it
/// excludes or that exclude it
static float
choke_of(const Drumkit* const kit, const uint32_t index)
{
  const DrumkitInstrument* const own = &kit->instruments[index];
  if (own->mute_group >= 0) {
    return (float)(own->mute_group + 1);
  }

  uint32_t first = kit->num_instruments;
  for (uint32_t i = 0; i < kit->num_instruments; ++i) {
    const DrumkitInstrument* const other = &kit->instruments[i];
    bool                           tied  = false;
    for (uint32_t k = 0; k < own->num_excludes; ++k) {
      tied |= own->excludes[k] == other->id;
    }
    for (uint32_t k = 0; k < other->num_excludes; ++k) {
      tied |= other->excludes[k] == own->id;
    }
    first = tied && i < first ? i : first;
  }
  first = first < kit->num_instruments && index < first ? index : first;
  return first < kit->num_instruments
           ? (float)(EXCLUDE_GROUP + (int)(first % 50u))
           : 0.0f;
}

/// Take a layer; one whose file is missing or no audio is said and left out
static Status
take_layer(KitJob* const                  job,
           const DrumkitInstrument* const instrument,
           const DrumkitLayer* const      layer,
           SamplerZone                    zone)
{
  zone.gain        = (float)layer->gain;
  zone.tune        = (float)(layer->pitch + instrument->pitch);
  zone.amp.attack  = (float)instrument->attack;
  zone.amp.decay   = (float)instrument->decay;
  zone.amp.sustain = (float)instrument->sustain;
  const Status st  = kit_keep_file(job, layer->file, &zone);
  if (st != STATUS_NOT_FOUND && st != STATUS_UNSUPPORTED) {
    return st;
  }

  char cause[FILE_TEXT_SIZE];
  snprintf(cause, sizeof(cause), "%s", job->text);
  kit_fail(job,
           st,
           "%.200s/drumkit.xml:%d: filename: %.200s",
           job->asked,
           layer->line,
           cause);
  return STATUS_OK;
}

static Status
take_instrument(KitJob* const        job,
                const Drumkit* const kit,
                const uint32_t       index,
                const uint32_t       note)
{
  const DrumkitInstrument* const instrument = &kit->instruments[index];
  const uint32_t                 before     = job->num_zones;
  uint8_t                        low[DRUMKIT_MAX_LAYERS];
  uint8_t                        high[DRUMKIT_MAX_LAYERS];
  Status                         st = STATUS_OK;
  kit_layer_velocities(instrument, low, high);
  for (uint32_t i = 0; i < instrument->num_layers && !st; ++i) {
    const DrumkitLayer* const layer = &instrument->layers[i];
    SamplerZone               zone  = kit_pad_zone(note);
    zone.low_velocity               = low[i];
    zone.high_velocity              = high[i];
    if (*layer->file && low[i] <= high[i]) {
      st = take_layer(job, instrument, layer, zone);
    }
    st = atomic_load(&job->job.cancelled) ? STATUS_CANCELLED : st;
  }
  if (st || job->num_zones == before) {
    return st;
  }

  float* const values = kit_pad(job, note);
  values[SAMPLE_PAD_LEVEL] =
    level_of_gain(instrument->volume * instrument->gain);
  values[SAMPLE_PAD_PAN]   = (float)(100.0 * instrument->pan);
  values[SAMPLE_PAD_CHOKE] = choke_of(kit, index);
  return STATUS_OK;
}

Status
kit_take_drumkit(KitJob* const job, const Drumkit* const kit)
{
  uint32_t notes[DRUMKIT_MAX_INSTRUMENTS];
  Status   st = STATUS_OK;
  choose_notes(kit, notes);
  for (uint32_t i = 0; i < kit->num_instruments; ++i) {
    job->total += kit->instruments[i].num_layers;
  }
  for (uint32_t i = 0; i < kit->num_instruments && !st; ++i) {
    if (notes[i] <= KIT_LAST) {
      st = take_instrument(job, kit, i, notes[i]);
    }
  }
  return st               ? st
         : job->num_zones ? STATUS_OK
         : job->text[0]
           ? STATUS_NOT_FOUND
           : kit_fail(job,
                      STATUS_NOT_FOUND,
                      "%.200s/drumkit.xml: filename: there is no recording",
                      job->asked);
}
