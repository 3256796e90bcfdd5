// SPDX-License-Identifier: GPL-3.0-or-later
//
// Elementary functions on vectors
//
// Polynomials found by Remez exchange for the relative error over the reduced
// range, in double precision; the errors given are measured over the whole
// range in single precision, rounding included (tests/dsp).  No function
// branches, and none makes anything but finite numbers from numbers in its
// range.

#ifndef SONIC_DSP_LANES_MATH_H
#define SONIC_DSP_LANES_MATH_H

#include "dsp/lanes.h"

#include <stdint.h>

/// The nearest whole number, for magnitudes below 2^22
LANES_INLINE Lanes
lanes_round(const Lanes a)
{
  // At 1.5 * 2^23 the last place of a float is one
  const Lanes magic = lanes_all(12582912.0f);
  return (a + magic) - magic;
}

/// Two to the power of `a`, clamped to -126...127; relative error below 2e-7
LANES_INLINE Lanes
lanes_exp2(const Lanes a)
{
  // 2^a = 2^whole * 2^part, the part in -0.5...0.5
  const Lanes    x     = lanes_clamp(a, -126.0f, 127.0f);
  const Lanes    whole = lanes_round(x);
  const Lanes    part  = x - whole;
  const LanesInt power = lanes_to_int(whole) << 23;

  Lanes p = lanes_all(1.535338573e-04f);
  p       = lanes_fma(p, part, lanes_all(1.339887215e-03f));
  p       = lanes_fma(p, part, lanes_all(9.618437260e-03f));
  p       = lanes_fma(p, part, lanes_all(5.550332479e-02f));
  p       = lanes_fma(p, part, lanes_all(2.402264791e-01f));
  p       = lanes_fma(p, part, lanes_all(6.931472028e-01f));
  p       = lanes_fma(p, part, lanes_all(1.0f));
  return lanes_of_bits(lanes_bits_of(p) + power);
}

/**
   Logarithm to base two of a positive number.

   The error is below 2e-7 plus half the last place of the result.  Numbers
   below 2^-126, zero and negative ones count as 2^-126.
*/
LANES_INLINE Lanes
lanes_log2(const Lanes a)
{
  // a = 2^e * (1 + t), with 1 + t from sqrt(1/2) to sqrt(2)
  const Lanes    x    = lanes_max(a, lanes_all(1.17549435e-38f));
  const LanesInt bits = lanes_bits_of(x);
  const LanesInt sqrt = lanes_all_int(0x3f3504f3); // Of one half
  const LanesInt e    = (bits - sqrt) >> 23;
  const Lanes    t    = lanes_of_bits(bits - (e << 23)) - 1.0f;

  Lanes p = lanes_all(1.254277305e-01f);
  p       = lanes_fma(p, t, lanes_all(-2.102896959e-01f));
  p       = lanes_fma(p, t, lanes_all(2.173657527e-01f));
  p       = lanes_fma(p, t, lanes_all(-2.385211978e-01f));
  p       = lanes_fma(p, t, lanes_all(2.876587567e-01f));
  p       = lanes_fma(p, t, lanes_all(-3.607211367e-01f));
  p       = lanes_fma(p, t, lanes_all(4.809224226e-01f));
  p       = lanes_fma(p, t, lanes_all(-7.213471289e-01f));
  p       = lanes_fma(p, t, lanes_all(1.442694870e+00f));
  return lanes_fma(p, t, lanes_from_int(e));
}

/// sin(pi a) for `a` in -0.5...0.5; relative error below 3e-7
LANES_INLINE Lanes
lanes_sin_pi(const Lanes a)
{
  const Lanes s = a * a;

  Lanes p = lanes_all(7.756038701e-02f);
  p       = lanes_fma(p, s, lanes_all(-5.982421264e-01f));
  p       = lanes_fma(p, s, lanes_all(2.550069726e+00f));
  p       = lanes_fma(p, s, lanes_all(-5.167709685e+00f));
  p       = lanes_fma(p, s, lanes_all(3.141592637e+00f));
  return p * a;
}

/// cos(pi a) for `a` in 0...1; absolute error below 3e-7
LANES_INLINE Lanes
lanes_cos_pi(const Lanes a)
{
  return lanes_sin_pi(0.5f - a);
}

/// tan(pi a) for `a` in 0...0.499; relative error below 1e-6 up to 0.49
LANES_INLINE Lanes
lanes_tan_pi(const Lanes a)
{
  return lanes_sin_pi(a) / lanes_cos_pi(a);
}

/// sin(pi a) for `a` in -1...1; absolute error below 3e-7
LANES_INLINE Lanes
lanes_sin_turn(const Lanes a)
{
  const Lanes size = lanes_abs(a);
  const Lanes fold = lanes_min(size, 1.0f - size);
  return lanes_flip(lanes_sin_pi(fold), a);
}

#endif // SONIC_DSP_LANES_MATH_H
