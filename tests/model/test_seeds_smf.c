// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seeds of the fuzzer of Standard MIDI Files

#define SEEDS "smf"

// clang-format off
#include "fuzz/fuzz_smf.c"
#include "fuzz/seeds.h"
// clang-format on
