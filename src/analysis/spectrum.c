// SPDX-License-Identifier: GPL-3.0-or-later

#include "analysis/spectrum.h"

#include <fftw3.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// Windows as sums of cosines, and the lines to each side over which they
/// spread a sine
static const struct {
  double   terms[5];
  uint32_t reach;
} windows[NUM_WINDOWS] = {
  [WINDOW_HANN] = {{0.5, 0.5}, 2},
  [WINDOW_FLATTOP] =
    {{0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368}, 4},
  [WINDOW_BLACKMAN]  = {{0.35875, 0.48829, 0.14128, 0.01168}, 3},
  [WINDOW_RECTANGLE] = {{1.0}, 1},
};

struct Spectrum {
  uint32_t       size;
  uint32_t       reach;
  double         line_scale; ///< From a line's power to that of a sine on it
  double         sum_scale;  ///< From the power of all its lines
  float*         window;
  float*         in;
  fftwf_complex* out;
  double*        power; ///< Of each line
  fftwf_plan     plan;
};

double
spectrum_band_hz(const uint32_t band)
{
  return SPECTRUM_FIRST_HZ * exp2((double)band / SPECTRUM_PER_OCTAVE);
}

/// Fill the window, and find what makes a full-scale sine 1
static void
prepare(Spectrum* const spectrum, const SpectrumWindow window)
{
  const double* const terms = windows[window].terms;
  const uint32_t      size  = spectrum->size;
  double              sum   = 0.0;
  double              power = 0.0;
  for (uint32_t i = 0; i < size; ++i) {
    double value = 0.0;
    for (uint32_t k = 0; k < 5u; ++k) {
      const double sign = k % 2u ? -1.0 : 1.0;
      value += sign * terms[k] * cos(2.0 * M_PI * k * i / size);
    }
    spectrum->window[i] = (float)value;
    sum += value;
    power += value * value;
  }

  // A sine of amplitude 1 has half the sum on a line, and half of size times
  // the power on all lines of one side
  spectrum->reach      = windows[window].reach;
  spectrum->line_scale = 4.0 / (sum * sum);
  spectrum->sum_scale  = 4.0 / (size * power);
}

Spectrum*
spectrum_new(const uint32_t size, const SpectrumWindow window)
{
  Spectrum* const spectrum = (Spectrum*)calloc(1, sizeof(Spectrum));
  if (!spectrum) {
    return NULL;
  }

  const uint32_t lines = size / 2u + 1u;
  spectrum->size       = size;
  spectrum->window     = (float*)fftwf_malloc(size * sizeof(float));
  spectrum->in         = (float*)fftwf_malloc(size * sizeof(float));
  spectrum->out   = (fftwf_complex*)fftwf_malloc(lines * sizeof(fftwf_complex));
  spectrum->power = (double*)calloc(lines, sizeof(double));
  if (spectrum->window && spectrum->in && spectrum->out && spectrum->power) {
    prepare(spectrum, window);
    spectrum->plan = fftwf_plan_dft_r2c_1d(
      (int)size, spectrum->in, spectrum->out, FFTW_ESTIMATE);
  }
  if (!spectrum->plan) {
    spectrum_free(spectrum);
    return NULL;
  }
  return spectrum;
}

void
spectrum_free(Spectrum* const spectrum)
{
  if (spectrum) {
    if (spectrum->plan) {
      fftwf_destroy_plan(spectrum->plan);
    }
    fftwf_free(spectrum->window);
    fftwf_free(spectrum->in);
    fftwf_free(spectrum->out);
    free(spectrum->power);
    free(spectrum);
  }
}

/// Power of the sine that a line may be the top of
static double
line_power(const Spectrum* const spectrum, const uint32_t line)
{
  const double* const power = spectrum->power;
  const uint32_t      last  = spectrum->size / 2u;
  const double        own   = power[line] * spectrum->line_scale;
  if ((line && power[line - 1u] > power[line]) ||
      (line < last && power[line + 1u] >= power[line])) {
    return own;
  }

  const uint32_t from = line > spectrum->reach ? line - spectrum->reach : 0;
  const uint32_t to =
    line + spectrum->reach < last ? line + spectrum->reach : last;
  double sum = 0.0;
  for (uint32_t i = from; i <= to; ++i) {
    sum += power[i];
  }
  return fmax(own, sum * spectrum->sum_scale);
}

static void
raise_band(float* const band, const double power)
{
  const float db = power > 1e-12 ? (float)(10.0 * log10(power)) : -120.0f;
  if (db > *band) {
    *band = db;
  }
}

void
spectrum_run(Spectrum* const    spectrum,
             const float* const frames,
             const uint32_t     rate,
             float              bands[SPECTRUM_BANDS])
{
  const uint32_t lines = spectrum->size / 2u + 1u;
  for (uint32_t i = 0; i < spectrum->size; ++i) {
    spectrum->in[i] = frames[i] * spectrum->window[i];
  }
  fftwf_execute(spectrum->plan);
  for (uint32_t i = 0; i < lines; ++i) {
    const double real  = (double)spectrum->out[i][0];
    const double image = (double)spectrum->out[i][1];
    spectrum->power[i] = real * real + image * image;
  }

  // A band has the highest of its lines; one between two lines, the nearest
  const double per_hz = (double)spectrum->size / rate;
  const double half   = exp2(0.5 / SPECTRUM_PER_OCTAVE);
  for (uint32_t b = 0; b < SPECTRUM_BANDS; ++b) {
    const double   middle = spectrum_band_hz(b) * per_hz;
    const uint32_t near   = (uint32_t)(middle + 0.5);
    const uint32_t from   = (uint32_t)ceil(middle / half);
    const uint32_t to     = (uint32_t)ceil(middle * half);
    if (near < lines && from >= to) {
      raise_band(&bands[b], line_power(spectrum, near));
    }
    for (uint32_t i = from; i < to && i < lines; ++i) {
      raise_band(&bands[b], line_power(spectrum, i));
    }
  }
}
