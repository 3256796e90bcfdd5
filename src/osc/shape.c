// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/shape.h"

#include <stdio.h>
#include <string.h>

Status
pattern_cut(const char* const   pattern,
            PatternParts* const parts,
            char                reason[REASON_SIZE])
{
  if (strnlen(pattern, LIMIT_ADDRESS_CHARS + 1u) > LIMIT_ADDRESS_CHARS) {
    snprintf(
      reason, REASON_SIZE, "More than %u characters", LIMIT_ADDRESS_CHARS);
    return STATUS_TOO_LARGE;
  }

  const char* text = NULL;
  if (pattern_check(pattern, &text)) {
    snprintf(reason, REASON_SIZE, "Not a pattern: %s", text);
    return STATUS_BAD_ARGUMENT;
  }

  PatternPart part;
  parts->num_parts = 0;
  for (const char* cursor = pattern; pattern_next_part(&cursor, &part);) {
    if (parts->num_parts == LIMIT_ADDRESS_PARTS) {
      snprintf(reason, REASON_SIZE, "More than %u parts", LIMIT_ADDRESS_PARTS);
      return STATUS_TOO_LARGE;
    }
    parts->parts[parts->num_parts++] = part;
  }
  return STATUS_OK;
}

static const EventFlags events[] = {EVENT_ADDED, EVENT_REMOVED, EVENT_ORDER};

#define NUM_EVENTS (sizeof(events) / sizeof(events[0]))

const char*
event_word(const EventFlags event)
{
  return event == EVENT_ADDED     ? "added"
         : event == EVENT_REMOVED ? "removed"
                                  : "order";
}

/// A walk down the tree
typedef struct {
  const PatternParts* pattern;
  uint32_t*           steps;
  ShapeFunc           func;
  void*               handle;
  Shape               shape; ///< Places on the way here
} Walk;

/// Whether something comes and goes below a part: things that are named after
/// at most a composition
static bool
has_events(const TreeNode* const node, const uint32_t num_places)
{
  const TreeNode* const place = node->place;
  return place && place->info &&
         (place->info->type == PLACE_THING ||
          place->info->type == PLACE_CHANNEL) &&
         (num_places == 0 || (num_places == 1 && place->first->places[0].type ==
                                                   PLACE_COMPOSITION));
}

static bool
emit(Walk* const walk, const OscRow* const row, const Twin twin)
{
  walk->shape.row    = row;
  walk->shape.twin   = twin;
  walk->shape.events = 0;
  return walk->func(walk->handle, &walk->shape);
}

/// Tell of the events of the things below a part
static bool
emit_events(Walk* const walk, const TreeNode* const node, const uint32_t which)
{
  if (!which || !has_events(node, walk->shape.num_places)) {
    return true;
  }

  // The place of the things themselves is met by anything
  walk->shape.places[walk->shape.num_places++] = (PatternPart){0};
  walk->shape.row                              = node->place->first;
  walk->shape.twin                             = TWIN_NONE;
  walk->shape.events                           = which;
  const bool more = walk->func(walk->handle, &walk->shape);
  --walk->shape.num_places;
  return more;
}

static bool
walk_node(Walk* walk, const TreeNode* node, uint32_t part);

/// Go on below a placeholder, whose name must match `met`
static bool
walk_place(Walk* const              walk,
           const TreeNode* const    node,
           const PatternPart* const met,
           const uint32_t           part)
{
  walk->shape.places[walk->shape.num_places++] = *met;
  const bool more                              = walk_node(walk, node, part);
  --walk->shape.num_places;
  return more;
}

/// Everything below a part
static bool
walk_all(Walk* const walk, const TreeNode* const node)
{
  static const PatternPart any = {0};

  if (!emit_events(walk, node, EVENT_ALL)) {
    return false;
  }
  for (uint32_t i = 0; i < node->num_words; ++i) {
    const TreeNode* const word = &node->words[i];
    if ((word->row && !emit(walk, word->row, TWIN_NONE)) ||
        !walk_all(walk, word)) {
      return false;
    }
  }
  if (!node->place) {
    return true;
  }

  walk->shape.places[walk->shape.num_places++] = any;
  const OscRow* const row                      = node->place->row;
  const bool          more =
    (!row || emit(walk, row, TWIN_NONE)) && walk_all(walk, node->place);
  --walk->shape.num_places;
  return more;
}

/// Words and names that match a part
static bool
walk_matching(Walk* const              walk,
              const TreeNode* const    node,
              const PatternPart* const met,
              const uint32_t           part)
{
  if (met->literal) {
    // A fixed word goes before a name
    const TreeNode* const word = tree_word(node, met->text, met->size);
    return word          ? walk_node(walk, word, part + 1u)
           : node->place ? walk_place(walk, node->place, met, part + 1u)
                         : true;
  }

  for (uint32_t i = 0; i < node->num_words; ++i) {
    const TreeNode* const word = &node->words[i];
    if (pattern_match_part(met, word->word, word->length, walk->steps) &&
        !walk_node(walk, word, part + 1u)) {
      return false;
    }
  }
  return !node->place || (emit_events(walk, node, EVENT_ALL) &&
                          walk_place(walk, node->place, met, part + 1u));
}

/// The events whose own address is met below a part
static bool
walk_events(Walk* const              walk,
            const TreeNode* const    node,
            const PatternPart* const met)
{
  uint32_t which = 0;
  for (size_t i = 0; i < NUM_EVENTS; ++i) {
    const char* const word = event_word(events[i]);
    if (pattern_match_part(met, word, (uint32_t)strlen(word), walk->steps)) {
      which |= events[i];
    }
  }
  return emit_events(walk, node, which);
}

/// Go on with `part` of the pattern below a part of the tree
static bool
walk_node(Walk* const walk, const TreeNode* const node, const uint32_t part)
{
  static const PatternPart any = {0};

  *walk->steps -= *walk->steps ? 1u : 0u;
  if (!*walk->steps) {
    return false;
  }
  if (part == walk->pattern->num_parts) {
    return !node->row || emit(walk, node->row, TWIN_NONE);
  }

  const PatternPart* const met  = &walk->pattern->parts[part];
  const bool               last = part + 1u == walk->pattern->num_parts;
  if (!met->size) {
    return !met->deep || walk_all(walk, node);
  }

  if (last && node->row && met->literal) {
    const Twin twin = twin_find(met->text, met->size);
    if (twin && row_has_twin(node->row, twin) && !emit(walk, node->row, twin)) {
      return false;
    }
  }
  if ((last && !walk_events(walk, node, met)) ||
      !walk_matching(walk, node, met, part)) {
    return false;
  }
  if (!met->deep) {
    return true;
  }

  // `//` also stands for one part more
  for (uint32_t i = 0; i < node->num_words; ++i) {
    if (!walk_node(walk, &node->words[i], part)) {
      return false;
    }
  }
  return !node->place || walk_place(walk, node->place, &any, part);
}

bool
pattern_each_shape(const Tree* const         tree,
                   const PatternParts* const pattern,
                   uint32_t* const           steps,
                   const ShapeFunc           func,
                   void* const               handle)
{
  Walk walk = {pattern, steps, func, handle, {0}};
  return walk_node(&walk, tree_root(tree), 0) && *steps;
}
