// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

/// Greatest power of ten that a double holds exactly
#define MAX_POWER 22

/// All whole numbers up to here are doubles
#define MAX_EXACT (1ull << 53u)

/// Most significant digits of a Number, all of which fit 64 bits
#define MAX_DIGITS 19

static const double powers[MAX_POWER + 1] = {
  1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static const double small_powers[] = {1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5};

static const uint64_t whole_powers[] = {
  1ull,
  10ull,
  100ull,
  1000ull,
  10000ull,
  100000ull,
  1000000ull,
  10000000ull,
  100000000ull,
  1000000000ull,
  10000000000ull,
  100000000000ull,
  1000000000000ull,
  10000000000000ull,
  100000000000000ull,
  1000000000000000ull,
  10000000000000000ull,
  100000000000000000ull,
  1000000000000000000ull,
  10000000000000000000ull,
};

/// Ten to the power of `n`, at most 38
static Wide
wide_power(const unsigned n)
{
  return n < 20u ? whole_powers[n]
                 : (Wide)whole_powers[19] * whole_powers[n - 19u];
}

/// Write digits, at least `width` of them; returns the end
static char*
write_digits(char* const text, uint64_t value, const unsigned width)
{
  char     reversed[24];
  unsigned n = 0;
  while (value || n < width) {
    reversed[n++] = (char)('0' + value % 10u);
    value /= 10u;
  }

  for (unsigned i = 0; i < n; ++i) {
    text[i] = reversed[n - 1u - i];
  }

  return text + n;
}

/// Write `digits` over ten to the power of `decimals`, at least one decimal
static size_t
write_decimal(const bool negative,
              uint64_t   digits,
              unsigned   decimals,
              char       text[NUMBER_SIZE])
{
  while (decimals > 1u && !(digits % 10u)) {
    digits /= 10u;
    --decimals;
  }

  char* at = text;
  if (negative) {
    *at++ = '-';
  }

  // `digits` has at most 19 places, so there is no whole part beyond that
  const uint64_t unit =
    decimals <= MAX_DIGITS ? whole_powers[decimals] : UINT64_MAX;
  at    = write_digits(at, digits / unit, 1);
  *at++ = '.';
  at    = write_digits(at, digits % unit, decimals);
  *at   = '\0';
  return (size_t)(at - text);
}

/// Digits before the point of a number from 1e-5 to 1e15; 0.01 has -1
static int
whole_places(const double size)
{
  int places = -4;
  while (places < 0 && size >= small_powers[-places]) {
    ++places;
  }

  while (places >= 0 && size >= powers[places]) {
    ++places;
  }

  return places;
}

// Of a double M / 2^s with M < 2^53, the decimal of d places nearest to it is
// m / 10^d with m = M 10^d / 2^s.  It is read as the same double if it is not
// further away than half the distance to the next one, 2^-s / 2.  For numbers
// from 1e-5 to 1e15 all of this fits 128 bits.
static size_t
format_fixed(const double value, char text[NUMBER_SIZE])
{
  int            binary   = 0;
  const double   fraction = frexp(fabs(value), &binary);
  const uint64_t mantissa = (uint64_t)ldexp(fraction, 53);
  const unsigned shift    = (unsigned)(53 - binary);
  const int      places   = whole_places(fabs(value));

  uint64_t digits   = 0;
  unsigned decimals = 0;
  for (int precision = 15; precision <= 17; ++precision) {
    decimals         = (unsigned)(precision - places);
    const Wide unit  = wide_power(decimals);
    const Wide exact = mantissa * unit;
    digits           = (uint64_t)((exact + ((Wide)1 << (shift - 1u))) >> shift);
    const Wide decimal = (Wide)digits << shift;
    const bool above   = decimal > exact;
    const Wide error   = above ? decimal - exact : exact - decimal;

    // Below a power of two the next double is only half as far away; halfway
    // between two, the even one is read
    const bool is_power = mantissa == MAX_EXACT / 2u;
    const Wide twice    = error * (is_power && !above ? 4u : 2u);
    if (twice < unit || (twice == unit && !(mantissa & 1u))) {
      break;
    }
  }

  return write_decimal(value < 0.0, digits, decimals, text);
}

size_t
number_format(const double value, char text[NUMBER_SIZE])
{
  const double size = fabs(value);
  if (size <= (double)MAX_EXACT && value == floor(value)) {
    return write_decimal(signbit(value), (uint64_t)size * 10u, 1, text);
  }

  if (size >= 1e-5 && size < 1e15) {
    return format_fixed(value, text);
  }

  // Very large or very small, where doubles have fewer digits
  int n = 0;
  for (int precision = size < 1e-300 ? 1 : 15; precision <= 17; ++precision) {
    n = snprintf(text, NUMBER_SIZE, "%.*g", precision, value);
    if (strtod(text, NULL) == value) {
      break;
    }
  }

  if (!strpbrk(text, ".e")) {
    n += snprintf(text + n, NUMBER_SIZE - (size_t)n, ".0");
  }

  return (size_t)n;
}

size_t
number_format_ticks(const Ticks ticks, char text[NUMBER_SIZE])
{
  return number_format(ticks_to_beats(ticks), text);
}

size_t
number_format_millionths(const int64_t millionths, char text[NUMBER_SIZE])
{
  const uint64_t size =
    millionths < 0 ? 0u - (uint64_t)millionths : (uint64_t)millionths;
  return write_decimal(millionths < 0, size, 6, text);
}

double
number_from_float(const float value)
{
  // Most are a few decimals: of up to six digits only one has this float
  const double nearest = nearbyint((double)value * 1e4) / 1e4;
  if (fabsf(value) < 100.0f && (float)nearest == value) {
    return nearest;
  }

  char text[NUMBER_SIZE];
  for (int precision = 6; precision <= 9; ++precision) {
    snprintf(text, sizeof(text), "%.*g", precision, (double)value);
    if (strtof(text, NULL) == value) {
      break;
    }
  }

  return strtod(text, NULL);
}

/// Read digits into a number; returns where they end
static const char*
scan_digits(const char*       at,
            const char* const end,
            const bool        decimal,
            Number* const     number,
            unsigned* const   num_digits)
{
  for (; at < end && *at >= '0' && *at <= '9'; ++at) {
    if (*num_digits == MAX_DIGITS) {
      number->cut = number->cut || *at != '0';
      number->exponent += !decimal;
      continue;
    }

    number->digits = number->digits * 10u + (uint64_t)(*at - '0');
    number->exponent -= decimal;
    *num_digits += number->digits != 0u;
  }

  return at;
}

/// Read an exponent; returns where it ends, or null if there is none after `e`
static const char*
scan_exponent(const char* at, const char* const end, Number* const number)
{
  const bool negative = at < end && *at == '-';
  at += at < end && (*at == '-' || *at == '+');

  const char* const first = at;
  int               value = 0;
  for (; at < end && *at >= '0' && *at <= '9'; ++at) {
    value = value < 100000 ? value * 10 + (*at - '0') : value;
  }

  number->exponent += negative ? -value : value;
  return at == first ? NULL : at;
}

const char*
number_scan(const char* at, const char* const end, Number* const number)
{
  memset(number, 0, sizeof(*number));
  number->text  = at;
  number->whole = true;
  if (at < end && *at == '-') {
    number->negative = true;
    ++at;
  }

  // A whole part without leading zeros
  unsigned          num_digits = 0;
  const char* const first      = at;
  at = scan_digits(at, end, false, number, &num_digits);
  if (at == first || (*first == '0' && at > first + 1)) {
    return NULL;
  }

  if (at < end && *at == '.') {
    number->whole           = false;
    const char* const point = at++;
    at                      = scan_digits(at, end, true, number, &num_digits);
    if (at == point + 1) {
      return NULL;
    }
  }

  if (at < end && (*at == 'e' || *at == 'E')) {
    number->whole = false;
    at            = scan_exponent(at + 1, end, number);
  }

  number->length = at ? (size_t)(at - number->text) : 0u;
  return at;
}

/// Nearest double of a text that is too long for arithmetic
static double
slow_value(const Number* const number)
{
  // The text may be followed by anything and strtod wants an end; more digits
  // than a double tells apart are no loss beyond this length
  char         text[800];
  const size_t length =
    number->length < sizeof(text) ? number->length : sizeof(text) - 1u;
  memcpy(text, number->text, length);
  text[length] = '\0';
  if (length == number->length) {
    return strtod(text, NULL);
  }

  snprintf(text,
           sizeof(text),
           "%s%llue%d",
           number->negative ? "-" : "",
           (unsigned long long)number->digits,
           number->exponent);
  return strtod(text, NULL);
}

double
number_value(const Number* const number)
{
  // Digits and power are exact, so one operation rounds once
  if (!number->cut && number->digits <= MAX_EXACT &&
      number->exponent >= -MAX_POWER && number->exponent <= MAX_POWER) {
    const double digits = (double)number->digits;
    const double value  = number->exponent < 0
                            ? digits / powers[-number->exponent]
                            : digits * powers[number->exponent];
    return number->negative ? -value : value;
  }

  return slow_value(number);
}

bool
number_ticks(const Number* const number, Ticks* const ticks)
{
  const int decimals = -number->exponent;
  if (number->cut || number->negative || decimals < 0 || decimals > 30) {
    return ticks_from_beats(number_value(number), ticks);
  }

  const Wide unit   = wide_power((unsigned)decimals);
  const Wide scaled = (Wide)number->digits * TICKS_PER_BEAT;
  const Wide result =
    !(unit >> 63u) && !(scaled >> 63u)
      ? ((uint64_t)scaled + (uint64_t)unit / 2u) / (uint64_t)unit
      : (scaled + unit / 2u) / unit;
  if (result > (Wide)TICKS_MAX) {
    return false;
  }

  *ticks = (Ticks)result;
  return true;
}
