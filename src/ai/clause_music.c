// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keys, chords and genres in a clause

#include "ai/clause.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Keys

/// A pitch class as a single token; small letters need a mode behind them
static bool
is_tonic(const Token* const token, int* const tonic)
{
  const char* end = NULL;
  *tonic          = pitch_class_parse(token->text, &end);
  return !token->quoted && *tonic >= 0 && !*end && strlen(token->text) <= 2;
}

/// Read a key at a token: "F sharp minor", "Am", "C", "Eb dorian"
static bool
key_at(const Clause* const clause, uint32_t i, Key* const key, bool* const said)
{
  const Token* const token = &clause->tokens[i];
  *said                    = false;
  if (!is_tonic(token, &key->tonic)) {
    // "Am", "F#m" in one piece
    Key        own  = {0};
    const bool good = isupper((unsigned char)token->text[0]) &&
                      strlen(token->text) <= 3 && key_parse(token->text, &own);
    if (good) {
      *key = own;
    }

    return good;
  }

  key->scale = scale_find("major");
  if (i + 1u < clause->count &&
      token_has(&clause->tokens[i + 1u], "accidental")) {
    key->tonic += *clause->tokens[i + 1u].word->value == '#' ? 1 : 11;
    key->tonic %= 12;
    ++i;
  }

  const Token* const next =
    i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
  if (next && token_has(next, "mode")) {
    const char* const mode =
      *next->word->value ? next->word->value : next->norm;
    const Scale* const scale = scale_find(mode);
    key->scale               = scale ? scale : key->scale;
    *said                    = true;

    // "minor pentatonic" in two tokens
    const Token* const third =
      i + 2u < clause->count ? &clause->tokens[i + 2u] : NULL;
    char both[96];
    snprintf(both, sizeof(both), "%.40s %.40s", mode, third ? third->norm : "");
    if (third && scale_find(both)) {
      key->scale = scale_find(both);
    }

    return true;
  }

  if (next && (!strcmp(next->norm, "blues"))) {
    key->scale = scale_find("blues");
    *said      = true;
    return true;
  }

  return isupper((unsigned char)token->text[0]);
}

static void
read_key(Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const before = i ? &clause->tokens[i - 1u] : NULL;
    Key                key    = {0};
    bool               said   = false;
    const bool         led =
      before && (token_has(before, "at") || token_has(before, "key") ||
                 token_has(before, "to") || token_has(before, "of"));
    if (!key_at(clause, i, &key, &said)) {
      continue;
    }

    // "A" may be an article and "C" a chord: a mode or a preposition decides
    // "a blues scale solo in A": the scale stands elsewhere
    const Token* const mode = clause_find(clause, "mode");
    if (!said && led && mode &&
        scale_find(*mode->word->value ? mode->word->value : mode->norm)) {
      key.scale =
        scale_find(*mode->word->value ? mode->word->value : mode->norm);
    }

    if (said || (led && !clause->num_chords && !clause_has(clause, "ends") &&
                 (strcmp(before->norm, "on") != 0))) {
      clause->key     = key;
      clause->has_key = true;
      return;
    }
  }
}

// Chords

/// Whether a token reads as a chord's symbol
static bool
is_chord(const Token* const token, Chord* const chord)
{
  return !token->quoted && !token->is_number && chord_parse(token->text, chord);
}

/// Whether a token reads as a Roman numeral
static bool
is_roman(const Token* const token)
{
  static const char letters[] = "IViv";
  const char*       c         = token->text;
  Key               key       = {0, scale_find("major")};
  Chord             chord;
  while (*c == 'b' || *c == '#') {
    ++c;
  }

  return !token->quoted && *c && strchr(letters, *c) &&
         roman_parse(token->text, &key, &chord);
}

static bool
is_link(const Token* const token)
{
  return token_has(token, "to") || token_has(token, "conj");
}

/// The longest run of chords or numerals; a single one counts next to "chord"
static void
read_chords(Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    Chord    chord = {0};
    uint32_t k     = i;
    uint32_t n     = 0;
    uint32_t last  = i;
    Chord    run[CLAUSE_CHORDS];
    while (k < clause->count && n < CLAUSE_CHORDS) {
      const Token* const token = &clause->tokens[k];
      // An article is no chord, unless it stands among chords
      const bool article = !strcmp(token->text, "a") ||
                           (!strcmp(token->text, "A") && !n &&
                            !(k + 1u < clause->count &&
                              is_chord(&clause->tokens[k + 1u], &chord)));
      if (!article && is_chord(token, &chord)) {
        // A key in words: "C major"
        const bool key = k + 1u < clause->count &&
                         (token_has(&clause->tokens[k + 1u], "mode") ||
                          token_has(&clause->tokens[k + 1u], "accidental"));
        if (key) {
          break;
        }

        run[n++] = chord;
        last     = k;
        ++k;
      } else if (n && is_link(token)) {
        ++k;
      } else {
        break;
      }
    }

    const bool near = clause_has(clause, "chordword") || n > 2;
    const bool led  = i && (token_has(&clause->tokens[i - 1u], "at") ||
                           token_has(&clause->tokens[i - 1u], "key"));
    if (n > clause->num_chords && (n > 1 || (near && !led))) {
      memcpy(clause->chords, run, sizeof(run));
      clause->num_chords = n;
    }

    i = n > 1 ? last : i;
  }
}

static void
read_roman(Clause* const clause)
{
  uint32_t best = 0;
  for (uint32_t i = 0; i < clause->count; ++i) {
    char     text[128] = "";
    size_t   used      = 0;
    uint32_t n         = 0;
    uint32_t k         = i;
    while (k < clause->count && used < 100) {
      const Token* const token = &clause->tokens[k];
      if (is_roman(token)) {
        used += (size_t)snprintf(
          text + used, sizeof(text) - used, "%s%s", n ? " " : "", token->text);
        ++n;
      } else if (!n || !is_link(token)) {
        break;
      }

      ++k;
    }

    if (n > best && n > 1) {
      best = n;
      memcpy(clause->roman, text, sizeof(text));
    }

    i = k > i ? k - 1u : i;
  }

  // "1 5 6 4", "1-4-5"
  char     digits[128] = "";
  size_t   used        = 0;
  uint32_t n           = 0;
  for (uint32_t i = 0; i < clause->count && !best; ++i) {
    static const char* const numerals[] = {
      "I", "ii", "iii", "IV", "V", "vi", "vii"};
    const Token* const token = &clause->tokens[i];
    if (token->is_number && !*token->unit && token->number >= 1.0 &&
        token->number <= 7.0 && isdigit((unsigned char)token->text[0])) {
      used += (size_t)snprintf(digits + used,
                               sizeof(digits) - used,
                               "%s%s",
                               n ? " " : "",
                               numerals[(int)token->number - 1]);
      ++n;
    } else {
      n    = n >= 3 ? n : 0;
      used = n ? used : 0;
    }
  }

  if (!best && n >= 3 && clause_has(clause, "chordword")) {
    memcpy(clause->roman, digits, sizeof(digits));
  }
}

// Genres

static void
read_genre(Clause* const clause, const Genres* const genres)
{
  for (uint32_t n = 4; n > 0 && !clause->genre; --n) {
    for (uint32_t i = 0; i + n <= clause->count && !clause->genre; ++i) {
      char   text[256] = "";
      size_t used      = 0;
      bool   open      = true;
      for (uint32_t k = 0; k < n; ++k) {
        const Token* const token = &clause->tokens[i + k];
        open = open && !token->quoted && token->thing < 0 && used < 200;
        used += open ? (size_t)snprintf(text + used,
                                        sizeof(text) - used,
                                        "%s%s",
                                        k ? " " : "",
                                        token->norm)
                     : 0;
      }

      const Genre* const genre = open ? genres_find(genres, text) : NULL;
      // "808" alone is a sound, "pop out" no pop
      const Token* const token = &clause->tokens[i];
      const bool         sound =
        n == 1 && (!strcmp(text, "808") || token_has(token, "level") ||
                   token_has(token, "swing"));
      clause->genre = genre && !sound ? genre : NULL;
    }
  }
}

/// "each chord half a bar", "changing every two bars"; in bars below 0
static double
each_length(const Clause* const clause, const uint32_t at)
{
  const uint32_t from = at > 3 ? at - 3u : 0;
  bool           half = false;
  for (uint32_t i = from; i < clause->count && i < at + 5u; ++i) {
    const Token* const token = &clause->tokens[i];
    half                     = half || token_has(token, "half");
    if (half && token_has(token, "bar")) {
      return -0.5;
    }

    if (i > at && token->is_number && !strcmp(token->unit, "bars")) {
      return -token->number;
    }

    if (i > at && token->is_number && !strcmp(token->unit, "beats")) {
      return token->number;
    }
  }

  return 0.0;
}

/// "two bars each", "one chord per bar", "half a bar each"
static void
read_each(Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const bool         each  = !strcmp(token->norm, "each") ||
                      !strcmp(token->norm, "apiece") ||
                      !strcmp(token->norm, "per");
    const bool every = !strcmp(token->norm, "every") &&
                       (clause_says(clause, "changing|change|changes|switch") ||
                        clause_has(clause, "chordword"));
    if (!each && !every) {
      continue;
    }

    const Token* const before = i ? &clause->tokens[i - 1u] : NULL;
    const Token* const next =
      i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
    if (before && before->is_number && !strcmp(before->unit, "bars")) {
      clause->each = -before->number; // In bars
      clause->bars = clause->bars == (int)before->number ? 0 : clause->bars;
    } else if (before && before->is_number && !strcmp(before->unit, "beats")) {
      clause->each = before->number;
    } else if (next && token_has(next, "bar")) {
      // "two chords per bar"
      const Token* const count = i > 1 ? &clause->tokens[i - 2u] : NULL;
      clause->each = count && count->is_number && count->number > 1.0
                       ? -1.0 / count->number
                       : -1.0;
    }

    if (clause->each == 0.0 || each_length(clause, i) == -0.5) {
      clause->each = each_length(clause, i);
      clause->bars = -clause->each == clause->bars ? 0 : clause->bars;
    }
  }
}

void
clause_slots(Clause* const clause, const Setting* const setting)
{
  read_genre(clause, setting->genres);
  read_chords(clause);
  read_roman(clause);
  read_key(clause);
  read_each(clause);
}
