// SPDX-License-Identifier: GPL-3.0-or-later
//
// After M. Vicanek, "Matched Second Order Digital Filters" (2016): the poles
// are those of the model, moved by z = exp(s / rate), and the zeros make the
// magnitude right at 0 Hz, at the centre and at a third frequency.  With
// v = sin^2(w / 2) the square of a magnitude is
//
//     |b0 + b1 z^-1 + b2 z^-2|^2 = B0 (1 - v) + B1 v + B2 4 v (1 - v)
//
// which is linear in B0, B1, B2.  Where the third frequency is at 10 kHz,
// rather than at half the rate as in the paper, errors are smallest where one
// hears them.  Of a peak or shelf and its inverse the one with the narrower
// poles is designed, and turned over if it is the inverse that is wanted.  A
// high-pass has its two zeros at 0 Hz, so there the poles are found in the same
// way, from the inverse of the response.

#include "dsp/matched.h"

#include "base/rt.h"

#include <math.h>
#include <stdbool.h>

/// The third frequency at 48 kHz, as a part of the rate
#define THIRD (10.0 / 48.0)

/// A polynomial of second order: in s by rising powers, or in 1/z
typedef struct {
  double c[3];
} Poly;

typedef struct {
  Poly above;
  Poly below;
} Ratio;

/// A model with its centre at 1
SONIC_RT static Ratio
find_model(const MatchedKind kind, const double q, const double gain_db)
{
  const double a = pow(10.0, gain_db / 40.0);
  const double m = sqrt(a) / q;

  const Poly below = {{1.0, 1.0 / q, 1.0}};
  switch (kind) {
    case MATCHED_PEAK:
      return (Ratio){{{1.0, a / q, 1.0}}, {{1.0, 1.0 / (a * q), 1.0}}};
    case MATCHED_LOW_SHELF:
      return (Ratio){{{a * a, a * m, a}}, {{1.0, m, a}}};
    case MATCHED_HIGH_SHELF:
      return (Ratio){{{a, a * m, a * a}}, {{a, m, 1.0}}};
    case MATCHED_LOW_PASS:
      return (Ratio){{{1.0, 0.0, 0.0}}, below};
    case MATCHED_HIGH_PASS:
      return (Ratio){{{0.0, 0.0, 1.0}}, below};
    case MATCHED_BAND_PASS:
      return (Ratio){{{0.0, 1.0 / q, 0.0}}, below};
    case MATCHED_NOTCH:
      return (Ratio){{{1.0, 0.0, 1.0}}, below};
    case MATCHED_OFF:
      break;
  }
  return (Ratio){below, below};
}

/// |p(j x)|^2
SONIC_RT static double
power_at(const Poly* const p, const double x)
{
  const double real = p->c[0] - p->c[2] * x * x;
  const double imag = p->c[1] * x;
  return real * real + imag * imag;
}

SONIC_RT static double
model_power(const Ratio* const model, const double x)
{
  return power_at(&model->above, x) / power_at(&model->below, x);
}

/// B0, B1, B2 of a polynomial in 1/z
SONIC_RT static Poly
find_squares(const Poly* const p)
{
  const double even = p->c[0] + p->c[2];
  const double low  = even + p->c[1];
  const double high = even - p->c[1];
  return (Poly){{low * low, high * high, -4.0 * p->c[0] * p->c[2]}};
}

SONIC_RT static double
squares_at(const Poly* const squares, const double v)
{
  return squares->c[0] * (1.0 - v) + squares->c[1] * v +
         squares->c[2] * 4.0 * v * (1.0 - v);
}

/// The polynomial in 1/z with such squares whose roots are inside the circle
SONIC_RT static Poly
find_root(const Poly* const squares)
{
  const double low  = sqrt(fmax(squares->c[0], 0.0));
  const double high = sqrt(fmax(squares->c[1], 1e-6 * squares->c[0]));
  const double half = 0.5 * (low + high);
  const double rest = fmax(half * half + squares->c[2], 1e-6 * half * half);
  const double c0   = 0.5 * (half + sqrt(rest));
  const double c2   = 0.25 * (rest - half * half) / c0;
  return (Poly){{c0, 0.5 * (low - high), -c2}};
}

/// Two frequencies at which a magnitude is to be right
typedef struct {
  double w[2]; ///< In radians per frame
  double v[2]; ///< sin^2(w / 2)
} Places;

SONIC_RT static Places
find_places(const double w)
{
  // Where the centre is close, the third frequency gives way
  const double third = 2.0 * M_PI * THIRD;
  const double other = fabs(third / w - 1.0) < 0.1 ? 0.85 * third : third;

  Places places = {{w, other}, {0.0, 0.0}};
  for (int i = 0; i < 2; ++i) {
    const double sine = sin(0.5 * places.w[i]);
    places.v[i]       = sine * sine;
  }
  return places;
}

/// Squares with a given B0 and the powers `y` at two places
SONIC_RT static Poly
solve(const double b0, const Places* const places, const double y[2])
{
  double rest[2];
  double second[2];
  for (int i = 0; i < 2; ++i) {
    const double v = places->v[i];
    rest[i]        = (y[i] - b0 * (1.0 - v)) / v;
    second[i]      = 4.0 * (1.0 - v);
  }

  const double b2 = (rest[0] - rest[1]) / (second[0] - second[1]);
  return (Poly){{b0, rest[0] - b2 * second[0], b2}};
}

/// Poles of a model moved to 1/z
SONIC_RT static Poly
move_poles(const Poly* const below, const double w)
{
  const double half = 0.5 * below->c[1] / below->c[2];
  const double disc = half * half - below->c[0] / below->c[2];
  const double size = exp(-half * w);
  const double turn = sqrt(fabs(disc)) * w;
  return (Poly){
    {1.0, -2.0 * size * (disc < 0.0 ? cos(turn) : cosh(turn)), size * size}};
}

/// Model to digital, the zeros by matching
SONIC_RT static Ratio
match_zeros(const Ratio* const model, const double w)
{
  const Places places  = find_places(w);
  const Poly   below   = move_poles(&model->below, w);
  const Poly   squares = find_squares(&below);

  double y[2];
  for (int i = 0; i < 2; ++i) {
    y[i] =
      model_power(model, places.w[i] / w) * squares_at(&squares, places.v[i]);
  }

  const double b0    = model_power(model, 0.0) * squares.c[0];
  const Poly   wants = solve(b0, &places, y);
  return (Ratio){find_root(&wants), below};
}

/// A high-pass: the zeros are at 0 Hz, the poles by matching
SONIC_RT static Ratio
match_poles(const Ratio* const model, const double w)
{
  // |(1 - 1/z)^2|^2 = 16 v^2, which nears w^4 at 0 Hz
  const Places places = find_places(w);
  double       y[2];
  for (int i = 0; i < 2; ++i) {
    y[i] =
      16.0 * places.v[i] * places.v[i] / model_power(model, places.w[i] / w);
  }

  const Poly wants = solve(w * w * w * w, &places, y);
  return (Ratio){{{1.0, -2.0, 1.0}}, find_root(&wants)};
}

/// Notch: the zeros are on the circle, at the centre
SONIC_RT static Ratio
match_notch(const Ratio* const model, const double w)
{
  const Poly   below = move_poles(&model->below, w);
  const double cosw  = cos(w);
  const double gain =
    (below.c[0] + below.c[1] + below.c[2]) / (2.0 - 2.0 * cosw);
  return (Ratio){{{gain, -2.0 * gain * cosw, gain}}, below};
}

SONIC_RT static Ratio
turned_over(const Ratio ratio)
{
  return (Ratio){ratio.below, ratio.above};
}

SONIC_RT static Ratio
find_digital(const MatchedKind kind,
             const double      w,
             const double      q,
             const double      gain_db)
{
  const bool boosts = kind == MATCHED_PEAK || kind == MATCHED_LOW_SHELF;
  const bool turns =
    (boosts && gain_db < 0.0) || (kind == MATCHED_HIGH_SHELF && gain_db > 0.0);
  const Ratio model = find_model(kind, q, turns ? -gain_db : gain_db);

  switch (kind) {
    case MATCHED_HIGH_PASS:
      return match_poles(&model, w);
    case MATCHED_NOTCH:
      return match_notch(&model, w);
    default: {
      const Ratio ratio = match_zeros(&model, w);
      return turns ? turned_over(ratio) : ratio;
    }
  }
}

/// Poles and zeros as the numbers of a state variable filter
SONIC_RT static void
find_stage(const Ratio* const ratio, float coefs[NUM_SVF_COEFS])
{
  const double  scale = 1.0 / ratio->below.c[0];
  const double  p1    = ratio->below.c[1] * scale;
  const double  p2    = ratio->below.c[2] * scale;
  const double* b     = ratio->above.c;

  // The trapezoidal integrators: a1 = 1 / (1 + g (g + k)), a2 = g a1, a3 = g a2
  const double a1 = 0.25 * (1.0 - p1 + p2);
  const double a3 = 0.25 * fmax(1.0 + p1 + p2, 1e-14);
  const double a2 = sqrt(a1 * a3);

  // y = m0 x + m1 band + m2 low has these zeros
  const double m0 = scale * 0.25 * (b[0] - b[1] + b[2]) / a1;
  const double m1 = 0.5 * (scale * (b[0] - b[2]) - m0 * (1.0 - p2)) / a2;
  const double m2 = scale * 0.25 * (b[0] + b[1] + b[2]) / a3 - m0;

  const double h = m1 * a2 + m2 * a3;
  coefs[SVF_P]   = (float)(2.0 * a1 - 1.0);
  coefs[SVF_Q]   = (float)(2.0 * a2);
  coefs[SVF_R]   = (float)(2.0 * a3);
  coefs[SVF_X]   = (float)(m0 + h);
  coefs[SVF_S]   = (float)(m1 * a1 + m2 * a2);
  coefs[SVF_T]   = (float)(m2 - h);
}

SONIC_RT void
matched_design(const MatchedKind kind,
               const double      hz,
               const double      q,
               const double      gain_db,
               const double      rate,
               float             coefs[NUM_SVF_COEFS])
{
  const bool   levels = kind <= MATCHED_HIGH_SHELF;
  const double w      = 2.0 * M_PI * fmin(hz / rate, 0.49);
  const Ratio  ratio  = find_digital(kind, w, q, levels ? gain_db : 0.0);
  find_stage(&ratio, coefs);

  // What changes nothing does so to the last bit, though its poles are there
  if (kind == MATCHED_OFF || (levels && gain_db == 0.0)) {
    coefs[SVF_X] = 1.0f;
    coefs[SVF_S] = 0.0f;
    coefs[SVF_T] = 0.0f;
  }
}
