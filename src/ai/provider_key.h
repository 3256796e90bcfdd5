// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a language model is and what opens it
//
// Keys come from the environment, or from a file that only its owner can read.

#ifndef SONIC_AI_PROVIDER_KEY_H
#define SONIC_AI_PROVIDER_KEY_H

#include "ai/wire.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  char key[512];   ///< "" if there is none
  char url[600];   ///< Of requests
  bool own_place;  ///< Not the usual one
  char fault[400]; ///< Why it can't be used, or ""
} ProviderKey;

/// Find key and place
void
provider_key_read(ProviderKey* out, WireFormat format, const char* key_file);

#endif // SONIC_AI_PROVIDER_KEY_H
