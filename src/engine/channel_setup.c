// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/aligned.h"
#include "engine/channel.h"

#include <stdlib.h>

static void
free_sends(SendBank* bank)
{
  while (bank) {
    SendBank* const next = bank->next;
    free(bank->strips);
    free(bank->block);
    free(bank);
    bank = next;
  }
}

Bank*
bank_new(const uint32_t rate, const CpuLevel level, const bool shared)
{
  Bank* const bank = (Bank*)aligned_new(sizeof(Bank));
  if (!bank) {
    return NULL;
  }

  bank->shared = shared;
  bank->trims  = (StripBank*)aligned_new(strip_bank_size());
  bank->strips = (StripBank*)aligned_new(strip_bank_size());
  bank->block  = (LaneBlock*)aligned_new(sizeof(LaneBlock));
  if (!bank->trims || !bank->strips || !bank->block) {
    bank_free(bank);
    return NULL;
  }

  strip_bank_init(bank->trims, rate, level);
  strip_bank_init(bank->strips, rate, level);
  return bank;
}

void
bank_free(Bank* const bank)
{
  if (bank) {
    for (uint32_t i = 0; i < LANES; ++i) {
      path_clear(&bank->channels[i].path);
    }

    while (bank->units) {
      UnitBank* const next = bank->units->next;
      unit_bank_free(bank->units);
      bank->units = next;
    }

    free_sends(bank->sends);
    free(bank->scratch.before);
    free(bank->scratch.key);
    free(bank->trims);
    free(bank->strips);
    free(bank->block);
    free(bank);
  }
}
