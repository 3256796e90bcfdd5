// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/theory.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// clang-format off
static const Scale scales[] = {
  {"major",            "|ionian|maj|",                                7, {0, 2, 4, 5, 7, 9, 11}},
  {"minor",            "|aeolian|natural minor|min|",                 7, {0, 2, 3, 5, 7, 8, 10}},
  {"harmonic minor",   "|harmonic_minor|",                            7, {0, 2, 3, 5, 7, 8, 11}},
  {"melodic minor",    "|melodic_minor|jazz minor|",                  7, {0, 2, 3, 5, 7, 9, 11}},
  {"dorian",           "|",                                           7, {0, 2, 3, 5, 7, 9, 10}},
  {"phrygian",         "|",                                           7, {0, 1, 3, 5, 7, 8, 10}},
  {"phrygian dominant","|spanish|",                                   7, {0, 1, 4, 5, 7, 8, 10}},
  {"lydian",           "|",                                           7, {0, 2, 4, 6, 7, 9, 11}},
  {"mixolydian",       "|",                                           7, {0, 2, 4, 5, 7, 9, 10}},
  {"locrian",          "|",                                           7, {0, 1, 3, 5, 6, 8, 10}},
  {"major pentatonic", "|pentatonic major|major_pentatonic|pentatonic|", 5, {0, 2, 4, 7, 9}},
  {"minor pentatonic", "|pentatonic minor|minor_pentatonic|",         5, {0, 3, 5, 7, 10}},
  {"blues",            "|minor blues|blues minor|",                   6, {0, 3, 5, 6, 7, 10}},
  {"major blues",      "|blues major|",                               6, {0, 2, 3, 4, 7, 9}},
  {"whole tone",       "|whole_tone|",                                6, {0, 2, 4, 6, 8, 10}},
  {"diminished",       "|whole half|octatonic|",                      8, {0, 2, 3, 5, 6, 8, 9, 11}},
  {"half whole",       "|dominant diminished|",                       8, {0, 1, 3, 4, 6, 7, 9, 10}},
  {"hungarian minor",  "|gypsy|",                                     7, {0, 2, 3, 6, 7, 8, 11}},
  {"chromatic",        "|",                                          12, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
};

static const char* const sharp_names[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
static const char* const flat_names[]  = {"C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"};

/// How much each tone is heard in a key (Krumhansl and Kessler)
static const double major_profile[12] = {6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
static const double minor_profile[12] = {6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17};
// clang-format on

static int
wrap(const int pitch)
{
  return ((pitch % 12) + 12) % 12;
}

int
pitch_class_parse(const char* const text, const char** const end)
{
  static const int8_t letters[] = {9, 11, 0, 2, 4, 5, 7};
  const int           letter    = toupper((unsigned char)text[0]);
  if (letter < 'A' || letter > 'G') {
    return -1;
  }

  int         pitch = letters[letter - 'A'];
  const char* c     = text + 1;
  for (; *c == '#' || *c == 'b'; ++c) {
    pitch += *c == '#' ? 1 : -1;
  }

  if (end) {
    *end = c;
  }

  return wrap(pitch);
}

int
note_parse(const char* const text)
{
  const char* rest = NULL;
  const int   tone = pitch_class_parse(text, &rest);
  char*       end  = NULL;
  const long  oct  = tone < 0 ? 0 : strtol(rest, &end, 10);
  if (tone < 0 || end == rest || *end || oct < -1 || oct > 9) {
    return -1;
  }

  // "Cb4" lies below C4, "B#3" above B3
  const int letter = pitch_class_parse((const char[]){text[0], '\0'}, NULL);
  int       pitch  = letter + 12 * ((int)oct + 1);
  for (const char* c = text + 1; c < rest; ++c) {
    pitch += *c == '#' ? 1 : -1;
  }

  return pitch < 0 || pitch > 127 ? -1 : pitch;
}

const char*
pitch_class_name(const int pitch_class, const bool flats)
{
  return (flats ? flat_names : sharp_names)[wrap(pitch_class)];
}

const Scale*
scale_find(const char* const name)
{
  char key[48];
  snprintf(key, sizeof(key), "|%s|", name);
  for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); ++i) {
    if (!strcasecmp(scales[i].name, name) ||
        strcasestr(scales[i].aliases, key)) {
      return &scales[i];
    }
  }

  return NULL;
}

bool
key_has(const Key* const key, const int pitch)
{
  for (uint32_t i = 0; i < key->scale->count; ++i) {
    if (wrap(pitch - key->tonic) == key->scale->tones[i]) {
      return true;
    }
  }

  return false;
}

int
key_snap(const Key* const key, const int pitch)
{
  for (int d = 0; d < 6; ++d) {
    if (key_has(key, pitch - d)) {
      return pitch - d;
    }

    if (key_has(key, pitch + d)) {
      return pitch + d;
    }
  }

  return pitch;
}

int
key_step(const Key* const key, const int pitch, const int steps)
{
  int       at  = key_snap(key, pitch);
  const int way = steps < 0 ? -1 : 1;
  for (int i = 0; i < abs(steps); ++i) {
    do {
      at += way;
    } while (!key_has(key, at));
  }

  return at;
}

bool
key_parse(const char* const text, Key* const key)
{
  const char* rest = NULL;
  key->tonic       = pitch_class_parse(text, &rest);
  if (key->tonic < 0) {
    return false;
  }

  while (*rest == ' ') {
    ++rest;
  }

  if (!*rest) {
    key->scale = &scales[0];
  } else if (!strcmp(rest, "m")) {
    key->scale = &scales[1];
  } else {
    key->scale = scale_find(rest);
  }

  return key->scale != NULL;
}

bool
key_is_minor(const Key* const key)
{
  for (uint32_t i = 0; i < key->scale->count; ++i) {
    if (key->scale->tones[i] == 4) {
      return false;
    }
  }

  return true;
}

bool
key_has_flats(const Key* const key)
{
  // Of the relative major: F, Bb, Eb, Ab, Db
  const int major = wrap(key->tonic + (key_is_minor(key) ? 3 : 0));
  return major == 5 || major == 10 || major == 3 || major == 8 || major == 1;
}

char*
key_format(const Key* const key, char text[KEY_TEXT_SIZE])
{
  snprintf(text,
           KEY_TEXT_SIZE,
           "%s %s",
           pitch_class_name(key->tonic, key_has_flats(key)),
           key->scale->name);
  return text;
}

/// Correlation of weights with a profile whose first tone is `tonic`
static double
correlate(const double weights[12], const double profile[12], const int tonic)
{
  double mean_w = 0.0;
  double mean_p = 0.0;
  for (int i = 0; i < 12; ++i) {
    mean_w += weights[i] / 12.0;
    mean_p += profile[i] / 12.0;
  }

  double both = 0.0;
  double ww   = 0.0;
  double pp   = 0.0;
  for (int i = 0; i < 12; ++i) {
    const double w = weights[wrap(tonic + i)] - mean_w;
    const double p = profile[i] - mean_p;
    both += w * p;
    ww += w * w;
    pp += p * p;
  }

  return ww > 0.0 ? both / sqrt(ww * pp) : 0.0;
}

Key
key_detect(const double weights[12], double* const confidence)
{
  Key    best   = {0, &scales[0]};
  double first  = -2.0;
  double second = -2.0;
  for (int i = 0; i < 24; ++i) {
    const bool   minor = i >= 12;
    const double score =
      correlate(weights, minor ? minor_profile : major_profile, i % 12);
    if (score > first) {
      second = first;
      first  = score;
      best   = (Key){i % 12, &scales[minor]};
    } else if (score > second) {
      second = score;
    }
  }

  if (confidence) {
    *confidence = first > 0.0 ? first - (second > 0.0 ? second : 0.0) : 0.0;
  }

  return best;
}
