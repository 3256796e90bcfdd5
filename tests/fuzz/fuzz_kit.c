// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of kits and of presets that play recordings

#include "services/presets.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static char path[96];

static void
forget(void)
{
  unlink(path);
  rmdir(folder);
}

static void
note_fault(void* const handle, const char* const text)
{
  (void)text;
  ++*(uint32_t*)handle;
}

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  if (!folder[0]) {
    snprintf(folder, sizeof(folder), "/tmp/fuzz-kit-XXXXXX");
    if (!mkdtemp(folder)) {
      abort();
    }
    snprintf(path, sizeof(path), "%s/a.json", folder);
    atexit(forget);
  }

  FILE* const file = fopen(path, "wb");
  if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
    abort();
  }

  // What is not read is said
  for (int as_kit = 0; as_kit < 2; ++as_kit) {
    uint32_t       faults  = 0;
    Presets* const presets = presets_empty();
    Presets* const voices  = presets_empty();
    if (as_kit) {
      presets_read_kits(presets, folder, true, voices, note_fault, &faults);
    } else {
      presets_read(presets, folder, true, note_fault, &faults);
    }
    if (presets_count(presets) + faults != 1u) {
      abort();
    }
    presets_free(presets);
    presets_free(voices);
  }
  return 0;
}
