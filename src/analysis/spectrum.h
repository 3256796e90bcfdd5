// SPDX-License-Identifier: GPL-3.0-or-later
//
// Spectrum of a signal in bands of equal width in octaves
//
// Calibrated: a sine reads its own level, 0 dB at full scale, wherever it lies
// between two lines of the transform.  At a peak the power of the lines that a
// window spreads a sine over is summed up, so none of it is missed.

#ifndef SONIC_ANALYSIS_SPECTRUM_H
#define SONIC_ANALYSIS_SPECTRUM_H

#include <stdint.h>

/// Frames that a spectrum may be of, powers of two
#define SPECTRUM_MIN_SIZE 512u
#define SPECTRUM_MAX_SIZE 16384u

/// Bands from 20 Hz upwards, SPECTRUM_PER_OCTAVE to an octave
#define SPECTRUM_BANDS 480u
#define SPECTRUM_PER_OCTAVE 48u
#define SPECTRUM_FIRST_HZ 20.0

/// What a band without power reads, in dB
#define SPECTRUM_FLOOR_DB (-120.0f)

typedef enum {
  WINDOW_HANN,
  WINDOW_FLATTOP,
  WINDOW_BLACKMAN,
  WINDOW_RECTANGLE,
  NUM_WINDOWS
} SpectrumWindow;

typedef struct Spectrum Spectrum;

/// Prepare for a size and window; null if memory ran out
Spectrum*
spectrum_new(uint32_t size, SpectrumWindow window);

/// Release it (null is fine)
void
spectrum_free(Spectrum* spectrum);

/**
   Raise bands to the level of a signal.

   @param frames As many as the spectrum's size.
   @param rate Frames per second.
   @param bands Levels in dB so far, SPECTRUM_FLOOR_DB at first.
*/
void
spectrum_run(Spectrum*    spectrum,
             const float* frames,
             uint32_t     rate,
             float        bands[SPECTRUM_BANDS]);

/// Frequency in the middle of a band
double
spectrum_band_hz(uint32_t band);

#endif // SONIC_ANALYSIS_SPECTRUM_H
