// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of presets from outside: whatever the bytes, each is read or refused in
// a line that names it
//
// The first byte says which kind the rest is.

#include "services/effect_presets.h"
#include "services/presets.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static char     folder[64];
static Presets* voices;
static unsigned num_faults;

static void
check(const int holds)
{
  if (!holds) {
    abort();
  }
}

static void
note_fault(void* const handle, const char* const text)
{
  (void)handle;
  check(strstr(text, "preset.json") && !strchr(text, '\n'));
  ++num_faults;
}

static const char*
in_folder(const char* const name)
{
  static char path[128];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return path;
}

static void
remove_all(void)
{
  presets_free(voices);
  rmdir(in_folder("effects"));
  rmdir(in_folder("chains"));
  rmdir(folder);
}

static void
prepare(void)
{
  strcpy(folder, "/tmp/fuzz-preset-XXXXXX");
  check(mkdtemp(folder) != NULL);
  check(!mkdir(in_folder("effects"), 0777));
  check(!mkdir(in_folder("chains"), 0777));
  voices = presets_new("presets/voices", note_fault, NULL);
  check(voices != NULL);
  atexit(remove_all);
}

static uint32_t
read_presets(const bool kits)
{
  Presets* const presets = presets_new(kits ? "" : folder, note_fault, NULL);
  check(presets != NULL);
  if (kits) {
    presets_read_kits(presets, folder, true, voices, note_fault, NULL);
  }

  const uint32_t count = presets_count(presets);
  presets_free(presets);
  return count;
}

static uint32_t
read_effects(void)
{
  EffectPresets* const presets =
    effect_presets_new(folder, NULL, note_fault, NULL);
  check(presets != NULL);

  const uint32_t count = effect_presets_count(presets);
  effect_presets_free(presets);
  return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static const char* const files[] = {
    "preset.json", "preset.json", "effects/preset.json", "chains/preset.json"};

  if (!folder[0]) {
    prepare();
  }

  if (!size) {
    return 0;
  }

  const unsigned kind = data[0] % 4u;
  FILE* const    file = fopen(in_folder(files[kind]), "wb");
  check(file != NULL);
  fwrite(data + 1, 1, size - 1u, file);
  fclose(file);

  num_faults           = 0;
  const uint32_t count = kind < 2u ? read_presets(kind == 1u) : read_effects();
  check(count + num_faults == 1u);
  check(!unlink(in_folder(files[kind])));
  return 0;
}
