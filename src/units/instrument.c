// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/instrument.h"

#include "units/additive.h"
#include "units/drum.h"
#include "units/fm.h"
#include "units/formant.h"
#include "units/modal.h"
#include "units/plucked.h"
#include "units/sampler.h"
#include "units/sampler_kernel.h"
#include "units/subtractive.h"
#include "units/wavetable.h"
#include "units/wavetable_kernel.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// The synthesizers come first, drums and what plays recordings last
static const InstrumentInfo* const instruments[] = {
  &subtractive_instrument,
  &fm_instrument,
  &additive_instrument,
  &plucked_instrument,
  &modal_instrument,
  &formant_instrument,
  &wavetable_instrument,
  &drum_instrument,
  &kit_instrument,
  &sampler_instrument,
  &sample_kit_instrument,
};

#define NUM_DRUMS 4u

static const uint32_t num_instruments =
  sizeof(instruments) / sizeof(instruments[0]);

const InstrumentInfo*
instrument_find(const char* const symbol)
{
  for (uint32_t i = 0; i < num_instruments; ++i) {
    if (!strcmp(instruments[i]->symbol, symbol)) {
      return instruments[i];
    }
  }
  return NULL;
}

void
instrument_prepare(void)
{
  wavetables_get();
  sampler_sincs();
}

const InstrumentInfo* const*
instrument_list(uint32_t* const count)
{
  *count = num_instruments - NUM_DRUMS;
  return instruments;
}

int
instrument_find_param(const InstrumentInfo* const info,
                      const char* const           symbol)
{
  for (uint32_t i = 0; i < info->num_params; ++i) {
    if (!strcmp(info->params[i].symbol, symbol)) {
      return (int)i;
    }
  }
  return -1;
}
