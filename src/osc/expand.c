// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/expand.h"

#include <stdio.h>
#include <string.h>

/// An expansion under way
typedef struct {
  const Shape* shape;
  const Scope* scope;
  uint32_t*    steps;
  TargetFunc   func;
  void*        handle;
  Target       target;
  char words[SCHEMA_MAX_IDS][LIMIT_ADDRESS_CHARS + 1u]; ///< Of literal parts
} Expansion;

static bool
matches(const PatternPart* const part,
        const char* const        text,
        uint32_t* const          steps)
{
  return text[0] &&
         pattern_match_part(part, text, (uint32_t)strlen(text), steps);
}

/// Whether everything matches a part
static bool
is_any(const PatternPart* const part)
{
  return !part->text || (part->size == 1 && part->text[0] == '*');
}

/// Whether a part may stand for positions
static bool
is_like_number(const PatternPart* const part)
{
  const char* c = part->text;
  if (part->size > 1 && (*c == '[' || *c == '{')) {
    ++c;
  }
  return *c >= '0' && *c <= '9';
}

/// Whether things of a kind have a position at a place: of channels only
/// tracks have
static bool
has_position(const Place* const place, const Kind kind)
{
  return kind_has_positions(kind) &&
         (place->type == PLACE_THING || kind == KIND_TRACK);
}

/// Whether a thing matches a part that is not literal
static bool
matches_thing(const Place* const       place,
              const PatternPart* const part,
              const Composition* const composition,
              const Id                 id,
              uint32_t* const          steps)
{
  char text[SLUG_SIZE];
  if (is_any(part)) {
    return true;
  }
  if (matches(part, id_format(id, text), steps)) {
    return true;
  }

  const Kind kind = id_kind(id);
  if (is_like_number(part) && has_position(place, kind)) {
    const int64_t index = id_list_find(composition->order[kind], id);
    snprintf(text, sizeof(text), "%lld", (long long)index + 1);
    if (matches(part, text, steps)) {
      return true;
    }
  }

  const Node* const node = composition_find(composition, id);
  slug_make(node ? node_name(node) : "", text);
  return matches(part, text, steps);
}

/// Whether the open composition matches a part
static bool
matches_composition(const PatternPart* const part,
                    const Scope* const       scope,
                    uint32_t* const          steps)
{
  char word[LIMIT_ADDRESS_CHARS + 1u];
  if (!scope->open[0]) {
    return false;
  }
  if (is_any(part)) {
    return true;
  }
  if (part->literal) {
    snprintf(word, sizeof(word), "%.*s", (int)part->size, part->text);
    return names_open_composition(scope, word);
  }

  slug_make(string_text(scope->composition->name), word);
  return matches(part, scope->open, steps) || matches(part, "current", steps) ||
         matches(part, word, steps);
}

/// The thing that a literal part names, or ID_NONE
static Id
find_literal(const Scope* const       scope,
             const Place* const       place,
             const PatternPart* const part)
{
  char reason[REASON_SIZE];
  char word[LIMIT_ADDRESS_CHARS + 1u];
  Id   id = ID_NONE;
  snprintf(word, sizeof(word), "%.*s", (int)part->size, part->text);
  return names_find(
           scope->names, scope->composition, place->kind, word, &id, reason)
           ? ID_NONE
           : id;
}

Id
shape_literal(const Shape* const shape,
              const uint32_t     place,
              const Scope* const scope)
{
  const Place* const       info  = &shape->row->places[place];
  const PatternPart* const part  = &shape->places[place];
  uint32_t                 steps = 1;
  if (!part->literal || info->type == PLACE_WORD) {
    return ID_NONE;
  }
  if (info->type == PLACE_COMPOSITION) {
    return matches_composition(part, scope, &steps) ? ID_COMPOSITION : ID_NONE;
  }
  return find_literal(scope, info, part);
}

bool
shape_takes(const Shape* const shape,
            const uint32_t     place,
            const Scope* const scope,
            const Id           id,
            uint32_t* const    steps)
{
  const PatternPart* const part = &shape->places[place];
  return id == ID_COMPOSITION
           ? matches_composition(part, scope, steps)
           : matches_thing(
               &shape->row->places[place], part, scope->composition, id, steps);
}

static bool
expand_place(Expansion* expansion, uint32_t place);

/// Go on with a thing at a place, if it matches
static bool
expand_thing(Expansion* const expansion, const uint32_t place, const Id id)
{
  expansion->target.ids[place] = id;
  return !matches_thing(&expansion->shape->row->places[place],
                        &expansion->shape->places[place],
                        expansion->scope->composition,
                        id,
                        expansion->steps) ||
         expand_place(expansion, place + 1u);
}

/// A walk over the table of a kind
typedef struct {
  Expansion* expansion;
  uint32_t   place;
  Kind       kind;
} TableWalk;

static bool
visit_thing(void* const handle, const uint32_t number, const Node* const node)
{
  const TableWalk* const walk = (const TableWalk*)handle;
  (void)node;
  return expand_thing(
    walk->expansion, walk->place, id_make(walk->kind, number));
}

/// All things of a kind, in their order if they have one
static bool
expand_kind(Expansion* const expansion, const uint32_t place, const Kind kind)
{
  const Composition* const root  = expansion->scope->composition;
  const IdList* const      order = root->order[kind];
  if (!order) {
    TableWalk walk = {expansion, place, kind};
    return table_each(root->things[kind], visit_thing, &walk);
  }

  for (uint32_t i = 0; i < order->count; ++i) {
    if (!expand_thing(expansion, place, order->ids[i])) {
      return false;
    }
  }
  return true;
}

static bool
expand_composition(Expansion* const expansion, const uint32_t place)
{
  if (!matches_composition(
        &expansion->shape->places[place], expansion->scope, expansion->steps)) {
    return true;
  }
  expansion->target.ids[place]   = ID_COMPOSITION;
  expansion->target.words[place] = expansion->scope->open;
  return expand_place(expansion, place + 1u);
}

/// A walk over the words of a place
typedef struct {
  Expansion* expansion;
  uint32_t   place;
} WordWalk;

static bool
visit_word(void* const handle, const char* const word)
{
  const WordWalk* const    walk        = (const WordWalk*)handle;
  Expansion* const         expansion   = walk->expansion;
  const PatternPart* const part        = &expansion->shape->places[walk->place];
  expansion->target.words[walk->place] = word;
  return (!is_any(part) && !matches(part, word, expansion->steps)) ||
         expand_place(expansion, walk->place + 1u);
}

/// All words that can stand at a place, if they are known
static bool
expand_words(Expansion* const expansion, const uint32_t place)
{
  const Scope* const scope = expansion->scope;
  WordWalk           walk  = {expansion, place};
  return !scope->each_word ||
         scope->each_word(
           scope->handle, &expansion->target, place, visit_word, &walk);
}

/// Go on with all that can stand at a place
static bool
expand_place(Expansion* const expansion, const uint32_t place)
{
  const OscRow* const row = expansion->shape->row;
  *expansion->steps -= *expansion->steps ? 1u : 0u;
  if (!*expansion->steps) {
    return false;
  }
  if (place == row->num_places) {
    char address[EXPAND_ADDRESS_SIZE];
    shape_address(expansion->shape, &expansion->target, address);
    return expansion->func(expansion->handle, &expansion->target, address);
  }

  const Place* const       info  = &row->places[place];
  const PatternPart* const part  = &expansion->shape->places[place];
  char* const              word  = expansion->words[place];
  expansion->target.words[place] = word;
  word[0]                        = '\0';
  if (part->literal) {
    snprintf(
      word, sizeof(expansion->words[0]), "%.*s", (int)part->size, part->text);
  }

  if (info->type == PLACE_COMPOSITION) {
    return expand_composition(expansion, place);
  }
  if (info->type == PLACE_WORD) {
    return part->literal ? expand_place(expansion, place + 1u)
                         : expand_words(expansion, place);
  }
  if (part->literal) {
    const Id id                  = find_literal(expansion->scope, info, part);
    expansion->target.ids[place] = id;
    return !id || expand_place(expansion, place + 1u);
  }
  if (info->type == PLACE_THING) {
    return expand_kind(expansion, place, info->kind);
  }
  return expand_kind(expansion, place, KIND_TRACK) &&
         expand_kind(expansion, place, KIND_BUS) &&
         expand_thing(expansion, place, ID_MASTER);
}

bool
shape_expand(const Shape* const shape,
             const Scope* const scope,
             uint32_t* const    steps,
             const TargetFunc   func,
             void* const        handle)
{
  Expansion expansion = {.shape  = shape,
                         .scope  = scope,
                         .steps  = steps,
                         .func   = func,
                         .handle = handle,
                         .target = {.row = shape->row, .twin = shape->twin}};
  return expand_place(&expansion, 0);
}

void
shape_address(const Shape* const  shape,
              const Target* const target,
              char                address[EXPAND_ADDRESS_SIZE])
{
  const char* path  = shape->row->path;
  uint32_t    place = 0;
  uint32_t    size  = 0;
  while (*path && size + 1u < EXPAND_ADDRESS_SIZE) {
    if (*path != '{') {
      address[size++] = *path++;
      continue;
    }
    if (shape->events && place + 1u == shape->num_places) {
      --size; // The slash before the things
      break;
    }

    const PatternPart* const part = &shape->places[place];
    char                     id[ID_TEXT_SIZE];
    const bool               thing =
      shape->row->places[place].type != PLACE_COMPOSITION && target->ids[place];
    const char* const text =
      thing ? id_format(target->ids[place], id) : target->words[place];
    const int written =
      snprintf(address + size,
               EXPAND_ADDRESS_SIZE - size,
               "%.*s",
               part->literal ? (int)part->size : (int)strlen(text),
               part->literal ? part->text : text);
    size += (uint32_t)written;
    size = size < EXPAND_ADDRESS_SIZE ? size : EXPAND_ADDRESS_SIZE - 1u;
    path += strcspn(path, "}") + 1u;
    ++place;
  }
  snprintf(address + size,
           EXPAND_ADDRESS_SIZE - size,
           "%s",
           shape->events ? "" : twin_suffix(shape->twin));
}
