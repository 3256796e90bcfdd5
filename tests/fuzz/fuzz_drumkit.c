// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drumkits of Hydrogen

#include "media/drumkit.h"
#include "services/kit_import.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
check(const int good)
{
  if (!good) {
    abort();
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char    text[512] = "";
  Drumkit kit;
  if (drumkit_read(
        (const char*)data, size, "drumkit.xml", &kit, text, sizeof(text))) {
    check(text[0] && !kit.instruments);
    return 0;
  }

  check(kit.num_instruments > 0);
  for (uint32_t i = 0; i < kit.num_instruments; ++i) {
    const DrumkitInstrument* const instrument = &kit.instruments[i];
    uint8_t                        low[DRUMKIT_MAX_LAYERS];
    uint8_t                        high[DRUMKIT_MAX_LAYERS];
    uint8_t                        notes[4];
    kit_layer_velocities(instrument, low, high);
    check(kit_notes_of_name(instrument->name, notes) <= 4u);
    check(instrument->pan >= -1.0 && instrument->pan <= 1.0);
    for (uint32_t k = 0; k < instrument->num_layers; ++k) {
      check(high[k] <= 127u && (low[k] > high[k] || low[k] >= 1u));
      check(strlen(instrument->layers[k].file) < DRUMKIT_NAME_SIZE);
    }
  }
  drumkit_clear(&kit);
  return 0;
}
