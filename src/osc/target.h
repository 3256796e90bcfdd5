// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an address means: a row and the things it names
//
// Names are looked up in one version of the document, the draft while a
// transaction is open.  `current` and the open composition's id and name are
// the document; the few addresses that work on other compositions too get the
// id of the one they name.

#ifndef SONIC_OSC_TARGET_H
#define SONIC_OSC_TARGET_H

#include "osc/names.h"
#include "osc/tree.h"

#include <stdbool.h>
#include <stdint.h>

/// Room for the id of a composition
#define TARGET_COMPOSITION_SIZE 96

/// A row and its things
typedef struct {
  const OscRow* row;
  Twin          twin;
  Id            ids[SCHEMA_MAX_IDS];   ///< ID_NONE for words
  const char*   words[SCHEMA_MAX_IDS]; ///< As they stand in the path; of a
                                       ///< composition its id; borrowed
} Target;

/// Finds a composition that is not open by id or name
typedef Status (*FindCompositionFunc)(void*       handle,
                                      const char* name,
                                      char        id[TARGET_COMPOSITION_SIZE],
                                      char        reason[REASON_SIZE]);

/// Called with what can stand at a place; false stops
typedef bool (*WordFunc)(void* handle, const char* word);

/// Visits all words that can stand at a place of a target, whose places before
/// are known; false if stopped
typedef bool (*EachWordFunc)(void*         handle,
                             const Target* target,
                             uint32_t      place,
                             WordFunc      func,
                             void*         func_handle);

/// Where names are looked up
typedef struct {
  Names*              names;
  const Composition*  composition;
  const char*         open;      ///< Id of the open composition, "" if none is
  FindCompositionFunc find;      ///< Or null: there are no others
  EachWordFunc        each_word; ///< Or null: words are not known
  void*               handle;    ///< For the functions
} Scope;

/// Look up the names of a match, which must outlive the target
Status
target_resolve(const Scope* scope,
               TreeMatch*   match,
               Target*      target,
               char         reason[REASON_SIZE]);

/// Whether a word names the open composition
bool
names_open_composition(const Scope* scope, const char* word);

/// Whether two targets are the same value in the same view
bool
target_equal(const Target* a, const Target* b);

/// A number that equal targets share
uint64_t
target_hash(const Target* target);

#endif // SONIC_OSC_TARGET_H
