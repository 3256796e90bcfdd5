// SPDX-License-Identifier: GPL-3.0-or-later
//
// Vectors for kernels
//
// A file named *_kernel.c is compiled once for each CPU level, with
// SONIC_VECTOR floats to the native vector.  What is here makes one source
// serve all levels: the vector types, the few operations that plain operators
// do not give, and the name of a level's copy of a function.
//
// A bank of sixteen lanes is done in `16 / SONIC_VECTOR` parts: the outer loop
// runs over the parts and keeps the state of one in registers, the inner loop
// runs over the frames.  All operations work on each element by itself, except
// `lanes_transpose` and `lanes_bits`.

#ifndef SONIC_DSP_LANES_H
#define SONIC_DSP_LANES_H

#if !defined(SONIC_VECTOR) || !defined(SONIC_LEVEL)
#error "dsp/lanes.h is for kernels, which are compiled per CPU level"
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <stdint.h>
#include <string.h>

#define LEVEL_JOIN_(name, level) name##_##level
#define LEVEL_JOIN(name, level) LEVEL_JOIN_(name, level)

/// The name of this level's copy of a function or table: `strip_run_v3`
#define LEVEL_NAME(name) LEVEL_JOIN(name, SONIC_LEVEL)

#define LANES_INLINE static inline __attribute__((always_inline))

/// Before a loop over constant bounds, so that its arrays stay in registers
#define LANES_UNROLL _Pragma("GCC unroll 16")

/// Floats in a vector
#define LANES_WIDTH ((uint32_t)SONIC_VECTOR)

typedef float    Lanes __attribute__((vector_size(4 * SONIC_VECTOR)));
typedef int32_t  LanesInt __attribute__((vector_size(4 * SONIC_VECTOR)));
typedef uint32_t LanesWord __attribute__((vector_size(4 * SONIC_VECTOR)));

// Masks are what comparing gives: a bit or a whole element for each lane.
// Combine them with `&` and `|`.
#if SONIC_VECTOR == 16
typedef __mmask16 LanesMask;
#else
typedef LanesInt LanesMask;
#endif

/// Load from any address
LANES_INLINE Lanes
lanes_load(const float* const from)
{
  Lanes a;
  memcpy(&a, from, sizeof(a));
  return a;
}

/// Store to any address
LANES_INLINE void
lanes_store(float* const to, const Lanes a)
{
  memcpy(to, &a, sizeof(a));
}

/// Load integers from any address
LANES_INLINE LanesInt
lanes_load_int(const int32_t* const from)
{
  LanesInt a;
  memcpy(&a, from, sizeof(a));
  return a;
}

/// Store integers to any address
LANES_INLINE void
lanes_store_int(int32_t* const to, const LanesInt a)
{
  memcpy(to, &a, sizeof(a));
}

/// All elements `x`
LANES_INLINE Lanes
lanes_all(const float x)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_set1_ps(x);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_set1_ps(x);
#else
  return (Lanes){x, x, x, x};
#endif
}

/// All elements `x`
LANES_INLINE LanesInt
lanes_all_int(const int32_t x)
{
#if SONIC_VECTOR == 16
  return (LanesInt)_mm512_set1_epi32(x);
#elif SONIC_VECTOR == 8
  return (LanesInt)_mm256_set1_epi32(x);
#else
  return (LanesInt){x, x, x, x};
#endif
}

/// The numbers 0, 1, 2 and so on
LANES_INLINE LanesInt
lanes_count(void)
{
#if SONIC_VECTOR == 16
  return (LanesInt){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif SONIC_VECTOR == 8
  return (LanesInt){0, 1, 2, 3, 4, 5, 6, 7};
#else
  return (LanesInt){0, 1, 2, 3};
#endif
}

/// The nearest floats
LANES_INLINE Lanes
lanes_from_int(const LanesInt a)
{
  return __builtin_convertvector(a, Lanes);
}

/// Towards zero; what does not fit an int32_t is undefined
LANES_INLINE LanesInt
lanes_to_int(const Lanes a)
{
  return __builtin_convertvector(a, LanesInt);
}

/// The bits of a float as an integer, and back
LANES_INLINE LanesInt
lanes_bits_of(const Lanes a)
{
  return (LanesInt)a;
}

LANES_INLINE Lanes
lanes_of_bits(const LanesInt a)
{
  return (Lanes)a;
}

/// `a * b + c`, rounded once where the level has FMA
LANES_INLINE Lanes
lanes_fma(const Lanes a, const Lanes b, const Lanes c)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

/// `c - a * b`, rounded once where the level has FMA
LANES_INLINE Lanes
lanes_fnma(const Lanes a, const Lanes b, const Lanes c)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_fnmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_fnmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return c - a * b;
#endif
}

/// True where `a < b`
LANES_INLINE LanesMask
lanes_less(const Lanes a, const Lanes b)
{
#if SONIC_VECTOR == 16
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
#else
  return a < b;
#endif
}

/// True where the integer is negative
LANES_INLINE LanesMask
lanes_negative(const LanesInt a)
{
#if SONIC_VECTOR == 16
  return _mm512_movepi32_mask((__m512i)a);
#else
  return a < 0;
#endif
}

/// `a` where the mask is true, `b` elsewhere
LANES_INLINE Lanes
lanes_select(const LanesMask mask, const Lanes a, const Lanes b)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_mask_blend_ps(mask, (__m512)b, (__m512)a);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)mask);
#else
  return (Lanes)((mask & (LanesInt)a) | (~mask & (LanesInt)b));
#endif
}

/// The mask as bits, lane 0 the lowest
LANES_INLINE uint32_t
lanes_bits(const LanesMask mask)
{
#if SONIC_VECTOR == 16
  return mask;
#elif SONIC_VECTOR == 8
  return (uint32_t)_mm256_movemask_ps((__m256)mask);
#elif defined(__x86_64__)
  return (uint32_t)_mm_movemask_ps((__m128)mask);
#else
  return (mask[0] & 1u) | (mask[1] & 2u) | (mask[2] & 4u) | (mask[3] & 8u);
#endif
}

/// The mask with these bits, lane 0 the lowest
LANES_INLINE LanesMask
lanes_mask(const uint32_t bits)
{
#if SONIC_VECTOR == 16
  return (LanesMask)bits;
#else
  const LanesInt bit = lanes_all_int(1) << lanes_count();
  return (lanes_all_int((int32_t)bits) & bit) == bit;
#endif
}

/// The bits of a bank's lanes that the vector from `lane` on holds
LANES_INLINE uint32_t
lanes_part(const uint32_t lane)
{
  return ((1u << LANES_WIDTH) - 1u) << lane;
}

/// The lesser; `b` if either is not a number
LANES_INLINE Lanes
lanes_min(const Lanes a, const Lanes b)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_min_ps((__m512)a, (__m512)b);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
  return (Lanes)_mm_min_ps((__m128)a, (__m128)b);
#else
  return lanes_select(a < b, a, b);
#endif
}

/// The greater; `b` if either is not a number
LANES_INLINE Lanes
lanes_max(const Lanes a, const Lanes b)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_max_ps((__m512)a, (__m512)b);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
  return (Lanes)_mm_max_ps((__m128)a, (__m128)b);
#else
  return lanes_select(a > b, a, b);
#endif
}

/// Within `low` and `high`; not a number becomes `low`
LANES_INLINE Lanes
lanes_clamp(const Lanes a, const float low, const float high)
{
  return lanes_min(lanes_max(a, lanes_all(low)), lanes_all(high));
}

LANES_INLINE Lanes
lanes_sqrt(const Lanes a)
{
#if SONIC_VECTOR == 16
  return (Lanes)_mm512_sqrt_ps((__m512)a);
#elif SONIC_VECTOR == 8
  return (Lanes)_mm256_sqrt_ps((__m256)a);
#elif defined(__x86_64__)
  return (Lanes)_mm_sqrt_ps((__m128)a);
#else
  Lanes root = a;
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    root[i] = __builtin_sqrtf(a[i]);
  }
  return root;
#endif
}

LANES_INLINE Lanes
lanes_abs(const Lanes a)
{
  return lanes_of_bits(lanes_bits_of(a) & lanes_all_int(INT32_MAX));
}

/// `a` with its sign flipped where `sign` is negative
LANES_INLINE Lanes
lanes_flip(const Lanes a, const Lanes sign)
{
  const LanesInt bit = lanes_bits_of(sign) & lanes_all_int(INT32_MIN);
  return lanes_of_bits(lanes_bits_of(a) ^ bit);
}

/// The lower halves of two vectors, element by element in turn
LANES_INLINE Lanes
lanes_zip_low(const Lanes a, const Lanes b)
{
#if SONIC_VECTOR == 16
  return __builtin_shufflevector(
    a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#elif SONIC_VECTOR == 8
  return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#else
  return __builtin_shufflevector(a, b, 0, 4, 1, 5);
#endif
}

/// The upper halves of two vectors, element by element in turn
LANES_INLINE Lanes
lanes_zip_high(const Lanes a, const Lanes b)
{
#if SONIC_VECTOR == 16
  return __builtin_shufflevector(
    a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#elif SONIC_VECTOR == 8
  return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
  return __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
}

/// Swap rows and columns of a square of vectors
LANES_INLINE void
lanes_transpose(Lanes rows[SONIC_VECTOR])
{
  // Zipping each row of the upper half with its fellow in the lower half moves
  // a bit of the row number into the column number, one a round
  LANES_UNROLL
  for (int half = SONIC_VECTOR; half > 1; half /= 2) {
    Lanes next[SONIC_VECTOR];
    LANES_UNROLL
    for (int i = 0; i < SONIC_VECTOR / 2; ++i) {
      next[2 * i]     = lanes_zip_low(rows[i], rows[i + SONIC_VECTOR / 2]);
      next[2 * i + 1] = lanes_zip_high(rows[i], rows[i + SONIC_VECTOR / 2]);
    }
    LANES_UNROLL
    for (int i = 0; i < SONIC_VECTOR; ++i) {
      rows[i] = next[i];
    }
  }
}

/// The sums of the elements of each row, row `i` giving element `i`
LANES_INLINE Lanes
lanes_sum_rows(Lanes rows[SONIC_VECTOR])
{
  // As in a transpose, but what belongs to one sum is added on the way
  LANES_UNROLL
  for (int half = SONIC_VECTOR / 2; half > 0; half /= 2) {
    LANES_UNROLL
    for (int i = 0; i < half; ++i) {
      rows[i] = lanes_zip_low(rows[i], rows[i + half]) +
                lanes_zip_high(rows[i], rows[i + half]);
    }
  }
  return rows[0];
}

#endif // SONIC_DSP_LANES_H
