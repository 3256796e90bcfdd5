// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chords: symbols, Roman numerals, recognition

#include "ai/theory.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
wrap(const int pitch)
{
  return ((pitch % 12) + 12) % 12;
}

/// A chord in the making: semitones of each degree, -1 where it is absent
typedef struct {
  int third;
  int fifth;
  int sixth;
  int seventh;
  int ninth;
  int eleventh;
  int thirteenth;
} Degrees;

static void
add_tone(Chord* const chord, const int tone)
{
  if (tone < 0 || chord->count >= CHORD_MAX_TONES) {
    return;
  }

  for (uint32_t i = 0; i < chord->count; ++i) {
    if (chord->tones[i] == tone) {
      return;
    }
  }

  uint32_t at = chord->count++;
  for (; at > 0 && chord->tones[at - 1u] > tone; --at) {
    chord->tones[at] = chord->tones[at - 1u];
  }

  chord->tones[at] = (int8_t)tone;
}

static void
build(Chord* const chord, const Degrees* const d)
{
  chord->count = 0;
  add_tone(chord, 0);
  add_tone(chord, d->third);
  add_tone(chord, d->fifth);
  add_tone(chord, d->sixth);
  add_tone(chord, d->seventh);
  add_tone(chord, d->ninth);
  add_tone(chord, d->eleventh);
  add_tone(chord, d->thirteenth);
}

/// Pass over a word at the start of a text
static bool
take(const char** const text, const char* const word)
{
  const size_t length = strlen(word);
  if (strncmp(*text, word, length) != 0) {
    return false;
  }

  *text += length;
  return true;
}

// What may stand behind the root, longest first.  `seventh` is what a 7, 9, 11
// or 13 behind it means.
typedef struct {
  const char* word;
  int         third;
  int         fifth;
  int         seventh;
  bool        with_seventh; ///< It has the seventh without a number
} Quality;

// clang-format off
static const Quality qualities[] = {
  {"minmaj", 3, 7, 11, false}, {"mMaj", 3, 7, 11, false}, {"mmaj", 3, 7, 11, false}, {"m(maj", 3, 7, 11, false}, {"mM", 3, 7, 11, false},
  {"augmaj", 4, 8, 11, false}, {"+maj", 4, 8, 11, false},
  {"major", 4, 7, 11, false}, {"maj", 4, 7, 11, false}, {"Maj", 4, 7, 11, false}, {"ma", 4, 7, 11, false}, {"M", 4, 7, 11, false},
  {"\xce\x94", 4, 7, 11, true}, {"^", 4, 7, 11, true},
  {"minor", 3, 7, 10, false}, {"min", 3, 7, 10, false}, {"Min", 3, 7, 10, false}, {"mi", 3, 7, 10, false},
  {"hdim", 3, 6, 10, true}, {"halfdim", 3, 6, 10, true}, {"\xc3\xb8", 3, 6, 10, true},
  {"dim", 3, 6, 9, false}, {"\xc2\xb0", 3, 6, 9, false}, {"o", 3, 6, 9, false},
  {"aug", 4, 8, 10, false}, {"+", 4, 8, 10, false},
  {"dom", 4, 7, 10, false}, {"m", 3, 7, 10, false}, {"-", 3, 7, 10, false},
  {"", 4, 7, 10, false},
};

/// An altered or added degree
static const struct { const char* word; size_t degree; int tone; } alterations[] = {
  {"b5", offsetof(Degrees, fifth), 6},     {"-5", offsetof(Degrees, fifth), 6},
  {"#5", offsetof(Degrees, fifth), 8},     {"+5", offsetof(Degrees, fifth), 8},
  {"b9", offsetof(Degrees, ninth), 13},    {"#9", offsetof(Degrees, ninth), 15},
  {"#11", offsetof(Degrees, eleventh), 18},{"b13", offsetof(Degrees, thirteenth), 20},
  {"#13", offsetof(Degrees, thirteenth), 22}, {"b6", offsetof(Degrees, sixth), 8},
  {"add2", offsetof(Degrees, ninth), 14},  {"add4", offsetof(Degrees, eleventh), 17},
  {"add6", offsetof(Degrees, sixth), 9},   {"add9", offsetof(Degrees, ninth), 14},
  {"add11", offsetof(Degrees, eleventh), 17}, {"add13", offsetof(Degrees, thirteenth), 21},
  {"sus2", offsetof(Degrees, third), 2},   {"sus4", offsetof(Degrees, third), 5},
  {"sus", offsetof(Degrees, third), 5},    {"no3", offsetof(Degrees, third), -1},
  {"no5", offsetof(Degrees, fifth), -1},   {"omit3", offsetof(Degrees, third), -1},
};
// clang-format on

/// Read the number behind a quality: 5, 6, 6/9, 7, 9, 11, 13
static void
read_number(const char** const text, Degrees* const d, const int seventh)
{
  if (take(text, "6/9") || take(text, "69")) {
    d->sixth = 9;
    d->ninth = 14;
  } else if (take(text, "13")) {
    d->seventh    = seventh;
    d->ninth      = 14;
    d->thirteenth = 21;
  } else if (take(text, "11")) {
    d->seventh  = seventh;
    d->ninth    = 14;
    d->eleventh = 17;
  } else if (take(text, "9")) {
    d->seventh = seventh;
    d->ninth   = 14;
  } else if (take(text, "7")) {
    d->seventh = seventh;
  } else if (take(text, "6")) {
    d->sixth = 9;
  } else if (take(text, "5")) {
    d->third = -1;
  }
}

/// Read alterations; false if something else comes
static bool
read_alterations(const char** const text, Degrees* const d)
{
  while (**text && **text != '/') {
    size_t i = 0;
    if (take(text, "(") || take(text, ")") || take(text, ",")) {
      continue;
    }

    if (take(text, "alt")) {
      d->fifth = 8;
      d->ninth = 15;
      continue;
    }

    const size_t count = sizeof(alterations) / sizeof(alterations[0]);
    while (i < count && !take(text, alterations[i].word)) {
      ++i;
    }

    if (i == count) {
      return false;
    }

    *(int*)((char*)d + alterations[i].degree) = alterations[i].tone;
  }

  return true;
}

/// Read all behind the root up to the bass
static bool
read_quality(const char** const text, Chord* const chord)
{
  const size_t count = sizeof(qualities) / sizeof(qualities[0]);
  size_t       i     = 0;
  while (i < count && !take(text, qualities[i].word)) {
    ++i;
  }

  const Quality* const q = &qualities[i];
  Degrees              d = {q->third, q->fifth, -1, -1, -1, -1, -1};
  d.seventh              = q->with_seventh ? q->seventh : -1;
  read_number(text, &d, q->seventh);
  const bool good = read_alterations(text, &d);
  build(chord, &d);
  return good;
}

bool
chord_parse(const char* const text, Chord* const chord)
{
  const char* rest = NULL;
  if (text[0] < 'A' || text[0] > 'G') {
    return false;
  }

  chord->root = pitch_class_parse(text, &rest);
  chord->bass = chord->root;
  if (!read_quality(&rest, chord)) {
    return false;
  }

  if (*rest == '/') {
    const char* end = NULL;
    chord->bass     = pitch_class_parse(rest + 1, &end);
    return chord->bass >= 0 && !*end;
  }

  return true;
}

bool
chord_has(const Chord* const chord, const int pitch)
{
  for (uint32_t i = 0; i < chord->count; ++i) {
    if (wrap(pitch - chord->root - chord->tones[i]) == 0) {
      return true;
    }
  }

  return wrap(pitch - chord->bass) == 0;
}

// Names, by the tones within an octave; the first that fits counts
// clang-format off
static const struct { const char* name; uint32_t count; int8_t tones[6]; } names[] = {
  {"",     3, {0, 4, 7}},     {"m",     3, {0, 3, 7}},     {"dim",  3, {0, 3, 6}},
  {"aug",  3, {0, 4, 8}},     {"sus4",  3, {0, 5, 7}},     {"sus2", 3, {0, 2, 7}},
  {"5",    2, {0, 7}},        {"7",     4, {0, 4, 7, 10}}, {"maj7", 4, {0, 4, 7, 11}},
  {"m7",   4, {0, 3, 7, 10}}, {"m7b5",  4, {0, 3, 6, 10}}, {"dim7", 4, {0, 3, 6, 9}},
  {"mMaj7",4, {0, 3, 7, 11}}, {"6",     4, {0, 4, 7, 9}},  {"m6",   4, {0, 3, 7, 9}},
  {"7sus4",4, {0, 5, 7, 10}}, {"aug7",  4, {0, 4, 8, 10}}, {"maj7#5", 4, {0, 4, 8, 11}},
  {"add9", 4, {0, 2, 4, 7}},  {"madd9", 4, {0, 2, 3, 7}},  {"9",    5, {0, 2, 4, 7, 10}},
  {"maj9", 5, {0, 2, 4, 7, 11}}, {"m9", 5, {0, 2, 3, 7, 10}}, {"69", 5, {0, 2, 4, 7, 9}},
  {"7b9",  5, {0, 1, 4, 7, 10}}, {"7#9", 5, {0, 3, 4, 7, 10}}, {"7b5", 4, {0, 4, 6, 10}},
  {"11",   6, {0, 2, 4, 5, 7, 10}}, {"m11", 6, {0, 2, 3, 5, 7, 10}}, {"13", 6, {0, 2, 4, 7, 9, 10}},
  {"maj13",6, {0, 2, 4, 7, 9, 11}}, {"m13", 6, {0, 2, 3, 7, 9, 10}}, {"maj7#11", 5, {0, 4, 6, 7, 11}},
};
// clang-format on

#define NUM_NAMES (sizeof(names) / sizeof(names[0]))

static uint32_t
tone_mask(const int8_t* const tones, const uint32_t count)
{
  uint32_t mask = 0;
  for (uint32_t i = 0; i < count; ++i) {
    mask |= 1u << (uint32_t)wrap(tones[i]);
  }

  return mask;
}

char*
chord_format(const Chord* const chord,
             const bool         flats,
             char               text[CHORD_TEXT_SIZE])
{
  const uint32_t mask = tone_mask(chord->tones, chord->count);
  const char*    name = "";
  for (size_t i = 0; i < NUM_NAMES; ++i) {
    if (tone_mask(names[i].tones, names[i].count) == mask) {
      name = names[i].name;
      break;
    }
  }

  const int length = snprintf(
    text, CHORD_TEXT_SIZE, "%s%s", pitch_class_name(chord->root, flats), name);
  if (chord->bass != chord->root) {
    snprintf(text + length,
             CHORD_TEXT_SIZE - (size_t)length,
             "/%s",
             pitch_class_name(chord->bass, flats));
  }

  return text;
}

// Degrees of a key

Chord
chord_diatonic(const Key* const key, const int degree, const uint32_t size)
{
  // A key of five or six tones takes its chords from its kind of seven
  Key full = *key;
  if (key->scale->count != 7) {
    full.scale = scale_find(key_is_minor(key) ? "minor" : "major");
  }

  const int base  = 60 + full.tonic;
  const int root  = key_step(&full, base, ((degree % 7) + 7) % 7);
  Chord     chord = {wrap(root), wrap(root), 0, {0}};
  for (uint32_t i = 0; i < size && i < CHORD_MAX_TONES; ++i) {
    add_tone(&chord, key_step(&full, root, (int)i * 2) - root);
  }

  return chord;
}

Chord
chord_extend(const Chord* const chord,
             const Key* const   key,
             const uint32_t     size)
{
  static const int8_t places[][2] = {{10, 11}, {14, 13}};
  Chord               out         = *chord;
  for (uint32_t n = 4; n <= size && n <= 5; ++n) {
    bool has = false;
    for (uint32_t i = 0; i < out.count; ++i) {
      has = has || (n == 4 ? out.tones[i] >= 9 && out.tones[i] <= 11
                           : out.tones[i] >= 13 && out.tones[i] <= 15);
    }

    const int first  = places[n - 4u][0];
    const int second = places[n - 4u][1];
    const int tone =
      key_has(key, out.root + first) || !key_has(key, out.root + second)
        ? first
        : second;
    if (!has) {
      add_tone(&out, tone);
    }
  }

  return out;
}

/// Read I to VII at the start of a text; returns 0 to 6, or -1
static int
read_degree(const char** const text, bool* const upper)
{
  static const char* const numerals[] = {
    "VII", "III", "IV", "VI", "II", "V", "I"};
  static const int degrees[] = {6, 2, 3, 5, 1, 4, 0};
  for (size_t i = 0; i < 7; ++i) {
    const size_t length = strlen(numerals[i]);
    bool         big    = true;
    bool         small  = true;
    for (size_t k = 0; k < length && (big || small); ++k) {
      const char c = (*text)[k];
      big          = big && c == numerals[i][k];
      small        = small && c == tolower(numerals[i][k]);
    }

    if (big || small) {
      *upper = big;
      *text += length;
      return degrees[i];
    }
  }

  return -1;
}

bool
roman_parse(const char* const text, const Key* const key, Chord* const chord)
{
  static const int8_t major[] = {0, 2, 4, 5, 7, 9, 11};
  const char*         rest    = text;
  int                 shift   = 0;
  for (; *rest == 'b' || *rest == '#'; ++rest) {
    shift += *rest == '#' ? 1 : -1;
  }

  bool      upper  = false;
  const int degree = read_degree(&rest, &upper);
  if (degree < 0) {
    return false;
  }

  // A numeral without a sign is the key's own degree, one with a sign is
  // counted from the major scale
  const Chord own = chord_diatonic(key, degree, 3);
  chord->root     = shift ? wrap(key->tonic + major[degree] + shift) : own.root;

  // "VII" after "bb" or "bVII" in minor is the degree that is there anyway
  if (shift == -1 && key_is_minor(key) &&
      wrap(own.root - key->tonic) == wrap(major[degree] - 1)) {
    chord->root = own.root;
  }

  chord->bass = chord->root;

  // The secondary dominant's key is what follows the slash
  const char* const slash = strchr(rest, '/');
  Chord             target;
  if (slash && roman_parse(slash + 1, key, &target)) {
    const Key there = {target.root, scale_find("major")};
    char      head[16];
    snprintf(head, sizeof(head), "%.*s", (int)(slash - text), text);
    return roman_parse(head, &there, chord);
  }

  char       symbol[24];
  const bool plain = *rest == '\0' || isdigit((unsigned char)*rest);
  const bool flat5 =
    plain && !upper && !shift && own.count == 3 && own.tones[2] == 6;
  snprintf(symbol,
           sizeof(symbol),
           "C%s%.16s",
           flat5 ? (*rest == '7' ? "m7b5" : "dim")
                 : (!upper && plain ? "m" : ""),
           flat5 && *rest == '7' ? rest + 1 : rest);
  Chord shape;
  if (!chord_parse(symbol, &shape)) {
    // "imaj7" and the like
    snprintf(symbol, sizeof(symbol), "C%s%.16s", upper ? "" : "m", rest);
    if (!chord_parse(symbol, &shape)) {
      return false;
    }
  }

  chord->count = shape.count;
  memcpy(chord->tones, shape.tones, sizeof(shape.tones));
  return true;
}

// Recognition

bool
chord_detect(const double weights[12], const int bass, Chord* const chord)
{
  double total = 0.0;
  for (int i = 0; i < 12; ++i) {
    total += weights[i];
  }

  double best = 0.0;
  for (int root = 0; root < 12; ++root) {
    for (size_t n = 0; n < NUM_NAMES && total > 0.0; ++n) {
      double   inside  = 0.0;
      uint32_t missing = 0;
      for (uint32_t i = 0; i < names[n].count; ++i) {
        const double w = weights[wrap(root + names[n].tones[i])];
        inside += w;
        missing += w < total * 0.04;
      }

      // What is explained, less what is not there and what is far-fetched
      const double score = inside / total - 0.22 * missing - 0.004 * (double)n +
                           (root == bass ? 0.1 : 0.0);
      if (score > best && missing < 2) {
        best         = score;
        chord->root  = root;
        chord->bass  = root;
        chord->count = names[n].count;
        memcpy(chord->tones, names[n].tones, sizeof(names[n].tones));
      }
    }
  }

  if (best > 0.55 && bass >= 0 && chord_has(chord, bass)) {
    chord->bass = bass;
  }

  return best > 0.55;
}
