// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#if defined(__x86_64__)

/// One bit of what CPUID tells
typedef struct {
  unsigned leaf;
  unsigned reg; ///< 0: eax, 1: ebx, 2: ecx, 3: edx
  unsigned bit;
} CpuidBit;

/// Bits that not every compiler's __builtin_cpu_supports knows
static bool
cpuid_has(const CpuidBit what)
{
  unsigned regs[4] = {0};
  if (!__get_cpuid_count(
        what.leaf, 0, &regs[0], &regs[1], &regs[2], &regs[3])) {
    return false;
  }

  return (regs[what.reg] >> what.bit) & 1u;
}

// The levels as the x86-64 psABI defines them.  The compiler's test for a
// vector extension includes that the system saves its registers.

static bool
has_v2(void)
{
  const CpuidBit cx16 = {1, 2, 13};
  const CpuidBit lahf = {0x80000001, 2, 0};

  return __builtin_cpu_supports("sse3") && __builtin_cpu_supports("ssse3") &&
         __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
         __builtin_cpu_supports("popcnt") && cpuid_has(cx16) && cpuid_has(lahf);
}

static bool
has_v3(void)
{
  const CpuidBit movbe   = {1, 2, 22};
  const CpuidBit osxsave = {1, 2, 27};
  const CpuidBit f16c    = {1, 2, 29};
  const CpuidBit lzcnt   = {0x80000001, 2, 5};

  return has_v2() && __builtin_cpu_supports("avx") &&
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         cpuid_has(movbe) && cpuid_has(osxsave) && cpuid_has(f16c) &&
         cpuid_has(lzcnt);
}

static bool
has_v4(void)
{
  return has_v3() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

/// Levels that the machine has, as bits
static unsigned
find_levels(void)
{
  return (has_v2() ? 1u << CPU_V2 : 0u) | (has_v3() ? 1u << CPU_V3 : 0u) |
         (has_v4() ? 1u << CPU_V4 : 0u);
}

#else

static unsigned
find_levels(void)
{
  return 1u << CPU_OTHER;
}

#endif

bool
cpu_level_available(const CpuLevel level)
{
  // Asked once, since CPUID takes tens of microseconds in a virtual machine
  static atomic_uint known = 0;

  unsigned levels = atomic_load_explicit(&known, memory_order_relaxed);
  if (!levels) {
    levels = find_levels();
    atomic_store_explicit(&known, levels, memory_order_relaxed);
  }
  return (levels >> level) & 1u;
}

CpuLevel
cpu_level_best(void)
{
#if defined(__x86_64__)
  for (unsigned level = CPU_V4; level > CPU_V2; --level) {
    if (cpu_level_available((CpuLevel)level)) {
      return (CpuLevel)level;
    }
  }

  return CPU_V2;
#else
  return CPU_OTHER;
#endif
}

const char*
cpu_level_name(const CpuLevel level)
{
  static const char* const names[NUM_CPU_LEVELS] = {
    [CPU_V2]    = "v2",
    [CPU_V3]    = "v3",
    [CPU_V4]    = "v4",
    [CPU_OTHER] = "other",
  };

  return level < NUM_CPU_LEVELS ? names[level] : "unknown";
}
