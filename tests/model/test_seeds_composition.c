// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seeds of the fuzzer of compositions

#define SEEDS "composition"

// clang-format off
#include "fuzz/fuzz_composition.c"
#include "fuzz/seeds.h"
// clang-format on
