// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/target.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

bool
names_open_composition(const Scope* const scope, const char* const word)
{
  if (!scope->open[0]) {
    return false;
  }
  if (!strcmp(word, "current") || !strcmp(word, scope->open)) {
    return true;
  }

  char given[SLUG_SIZE];
  char own[SLUG_SIZE];
  slug_make(word, given);
  slug_make(string_text(scope->composition->name), own);
  return given[0] && !strcmp(given, own);
}

static Status
resolve_composition(const Scope* const scope,
                    TreeMatch* const   match,
                    Target* const      target,
                    const uint32_t     place,
                    char               reason[REASON_SIZE])
{
  const char* const word   = match->places[place];
  const int         length = (int)utf8_prefix(word, 60);
  if (names_open_composition(scope, word)) {
    // Kept, since the document may change while the handler runs
    snprintf(match->composition, sizeof(match->composition), "%s", scope->open);
    target->ids[place]   = ID_COMPOSITION;
    target->words[place] = match->composition;
    return STATUS_OK;
  }

  if (!strcmp(word, "current")) {
    snprintf(reason, REASON_SIZE, "No composition is open");
    return STATUS_CONFLICT;
  }
  if (!scope->find) {
    snprintf(reason, REASON_SIZE, "No composition \"%.*s\"", length, word);
    return STATUS_NOT_FOUND;
  }

  const Status status =
    scope->find(scope->handle, word, match->composition, reason);
  if (status) {
    return status;
  }
  target->words[place] = match->composition;
  if (match->row->flags & ROW_CLOSED) {
    return STATUS_OK;
  }
  snprintf(
    reason, REASON_SIZE, "Composition \"%.*s\" is not open", length, word);
  return STATUS_CONFLICT;
}

Status
target_resolve(const Scope* const scope,
               TreeMatch* const   match,
               Target* const      target,
               char               reason[REASON_SIZE])
{
  const OscRow* const row = match->row;
  *target                 = (Target){.row = row, .twin = match->twin};

  Status status = STATUS_OK;
  for (uint32_t i = 0; !status && i < row->num_places; ++i) {
    const Place* const place = &row->places[i];
    const char* const  word  = match->places[i];
    target->words[i]         = word;

    switch (place->type) {
      case PLACE_COMPOSITION:
        status = resolve_composition(scope, match, target, i, reason);
        break;
      case PLACE_THING:
      case PLACE_CHANNEL:
        status = names_find(scope->names,
                            scope->composition,
                            place->kind,
                            word,
                            &target->ids[i],
                            reason);
        break;
      case PLACE_WORD:
        break;
    }
  }
  return status;
}

bool
target_equal(const Target* const a, const Target* const b)
{
  if (a->row != b->row || a->twin != b->twin) {
    return false;
  }
  for (uint32_t i = 0; i < a->row->num_places; ++i) {
    if (a->ids[i] != b->ids[i] ||
        (!a->ids[i] && strcmp(a->words[i], b->words[i]))) {
      return false;
    }
  }
  return true;
}

/// A step of a multiply-xorshift hash
static uint64_t
mix(const uint64_t hash, const uint64_t value)
{
  const uint64_t mixed = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return mixed ^ (mixed >> 29u);
}

uint64_t
target_hash(const Target* const target)
{
  uint64_t hash = mix((uint64_t)target->twin, (uint64_t)(uintptr_t)target->row);
  for (uint32_t i = 0; i < target->row->num_places; ++i) {
    hash = mix(hash, target->ids[i]);
    for (const char* c = target->ids[i] ? "" : target->words[i]; *c; ++c) {
      hash = mix(hash, (uint64_t)(unsigned char)*c);
    }
  }
  return hash;
}
