// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seeds of the fuzzer of presets

#define SEEDS "preset"

// clang-format off
#include "fuzz/fuzz_preset.c"
#include "fuzz/seeds.h"
// clang-format on
