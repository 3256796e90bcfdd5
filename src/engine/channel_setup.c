// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/aligned.h"
#include "engine/channel.h"

#include <stdlib.h>

Bank*
bank_new(const uint32_t rate, const CpuLevel level, const bool shared)
{
  Bank* const bank = (Bank*)calloc(1, sizeof(Bank));
  if (!bank) {
    return NULL;
  }

  bank->shared = shared;
  bank->strips = (StripBank*)aligned_new(strip_bank_size());
  bank->block  = (LaneBlock*)aligned_new(sizeof(LaneBlock));
  if (!bank->strips || !bank->block) {
    bank_free(bank);
    return NULL;
  }

  strip_bank_init(bank->strips, rate, level);
  return bank;
}

void
bank_free(Bank* const bank)
{
  if (bank) {
    free(bank->strips);
    free(bank->block);
    free(bank);
  }
}
