// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stable identifiers
//
// A thing in a composition is named by a kind and a number: track 3 is `t3`.
// Numbers are never used again; the counters are kept in the file.

#ifndef SONIC_BASE_ID_H
#define SONIC_BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  KIND_NONE,
  KIND_COMPOSITION, ///< The root itself, number 0
  KIND_TRACK,       ///< `t`
  KIND_CLIP,        ///< `c`
  KIND_EFFECT,      ///< `e`
  KIND_SAMPLE,      ///< `s`
  KIND_BUS,         ///< `b`
  KIND_SCENE,       ///< `n`
  KIND_MARKER,      ///< `m`
  KIND_AUTOMATION,  ///< `a`
  KIND_GROUP,       ///< `g`
  KIND_SNAPSHOT,    ///< `p`
  KIND_MASTER,      ///< The master channel, number 0, written `master`
  NUM_KINDS
} Kind;

/// Kind in the upper 5 bits, number in the lower 27; 0 is "none"
typedef uint32_t Id;

#define ID_NONE ((Id)0)
#define ID_MAX_NUMBER ((1u << 27u) - 1u)
#define ID_MASTER (id_make(KIND_MASTER, 0))
#define ID_COMPOSITION (id_make(KIND_COMPOSITION, 0))

/// Room for any identifier as text, with its end
#define ID_TEXT_SIZE 16

static inline Id
id_make(const Kind kind, const uint32_t number)
{
  return ((Id)kind << 27u) | number;
}

static inline Kind
id_kind(const Id id)
{
  return (Kind)(id >> 27u);
}

static inline uint32_t
id_number(const Id id)
{
  return id & ID_MAX_NUMBER;
}

/// The letter of a kind (`t` for a track), 0 if it has none
char
id_letter(Kind kind);

/// Write `id` as text ("t3", "master", "composition"); returns `text`
char*
id_format(Id id, char text[ID_TEXT_SIZE]);

/// Read an identifier; false if `text` is not one in canonical form
bool
id_parse(const char* text, Id* id);

#endif // SONIC_BASE_ID_H
