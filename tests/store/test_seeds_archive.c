// SPDX-License-Identifier: GPL-3.0-or-later
//
// The seeds of the fuzzer of archives

#define SEEDS "archive"

// clang-format off
#include "fuzz/fuzz_archive.c"
#include "fuzz/seeds.h"
// clang-format on
