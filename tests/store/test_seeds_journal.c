// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seeds of the fuzzer of journals

#define SEEDS "journal"

// clang-format off
#include "fuzz/fuzz_journal.c"
#include "fuzz/seeds.h"
// clang-format on
