// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/json_place.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
json_place_init(JsonPlace* const  place,
                const char* const text,
                const size_t      length)
{
  memset(place, 0, sizeof(*place));
  place->text       = text;
  place->end        = text + length;
  place->at         = text;
  place->line_start = text;
  place->line       = 1;
}

/// The level the place is in, or null outside of all
static JsonLevel*
present(JsonPlace* const place)
{
  return place->depth && place->depth <= JSON_MAX_DEPTH
           ? &place->levels[place->depth - 1u]
           : NULL;
}

static void
enter(JsonPlace* const place, const bool object)
{
  ++place->depth;
  place->key_next        = object;
  JsonLevel* const level = present(place);
  if (level) {
    memset(level, 0, sizeof(*level));
    level->object = object;
  }
}

static void
leave(JsonPlace* const place)
{
  place->depth -= place->depth > 0u;
  place->key_next = false;
}

/// Begin the next member or item
static void
advance(JsonPlace* const place)
{
  JsonLevel* const level = present(place);
  if (level) {
    place->key_next = level->object;
    level->key      = (JsonSpan){NULL, NULL};
    ++level->index;
  }
}

/// Walk over a string; a key becomes that of the level, even if `at` is in it
static void
walk_string(JsonPlace* const place, const char* const at)
{
  const char* const start = place->at + 1;
  const char*       end   = start;
  while (end < place->end && *end != '"' && *end != '\n') {
    end += *end == '\\' && end + 1 < place->end ? 2 : 1;
  }

  JsonLevel* const level = place->key_next ? present(place) : NULL;
  if (level) {
    level->key.at  = start;
    level->key.end = end;
  }

  place->key_next = false;
  place->at       = end < place->end && *end == '"' ? end + 1 : end;
  if (place->at > at) {
    place->at = at;
  }
}

void
json_place_go(JsonPlace* const place, const char* const at)
{
  if (at < place->at) {
    json_place_init(place, place->text, (size_t)(place->end - place->text));
  }

  while (place->at < at || (place->at == at && place->key_next &&
                            at < place->end && *at == '"')) {
    const char c = *place->at;
    if (c == '"') {
      walk_string(place, at);
      if (place->at == at) {
        return;
      }
      continue;
    }

    if (c == '{' || c == '[') {
      enter(place, c == '{');
    } else if (c == '}' || c == ']') {
      leave(place);
    } else if (c == ',') {
      advance(place);
    } else if (c == '\n') {
      ++place->line;
      place->line_start = place->at + 1;
    }

    ++place->at;
  }
}

int
json_place_column(const JsonPlace* const place)
{
  // Bytes that continue a character do not count
  int column = 1;
  for (const char* c = place->line_start; c < place->at; ++c) {
    column += ((unsigned char)*c & 0xC0u) != 0x80u;
  }

  return column;
}

void
json_place_path(const JsonPlace* const place,
                char* const            path,
                const size_t           path_size)
{
  const unsigned depth =
    place->depth < JSON_MAX_DEPTH ? place->depth : JSON_MAX_DEPTH;

  size_t used = 0;
  path[0]     = '\0';
  for (unsigned i = 0; i < depth && used + 1u < path_size; ++i) {
    const JsonLevel* const level  = &place->levels[i];
    const int              length = level->key.end > level->key.at
                                      ? (int)(level->key.end - level->key.at)
                                      : 0;

    int n = 0;
    if (!level->object) {
      n =
        snprintf(path + used, path_size - used, "[%" PRIu64 "]", level->index);
    } else if (level->key.at) {
      n = snprintf(path + used,
                   path_size - used,
                   "%s%.*s",
                   used ? "." : "",
                   length,
                   level->key.at);
    }

    used += (size_t)n;
  }
}

/// Go to the item of an array; false if there are not so many
static bool
find_item(JsonReader* const reader, const unsigned long index)
{
  unsigned count = 0;
  if (!json_enter(reader, '[')) {
    return false;
  }

  while (json_next(reader, &count, ']')) {
    if (count == index + 1u) {
      return true;
    }

    json_skip(reader, NULL);
  }

  return false;
}

/// Go to the value of a member; false if there is none
static bool
find_member(JsonReader* const reader,
            const char* const key,
            const size_t      length)
{
  unsigned count = 0;
  if (!json_enter(reader, '{')) {
    return false;
  }

  JsonSpan name;
  while (json_next(reader, &count, '}') && json_read_key(reader, &name)) {
    if ((size_t)(name.end - name.at) == length &&
        !memcmp(name.at, key, length)) {
      return true;
    }

    json_skip(reader, NULL);
  }

  return false;
}

const char*
json_locate(const JsonSpan value, const char* path)
{
  JsonReader reader;
  json_reader_init(&reader, value.at, (size_t)(value.end - value.at));

  const char* found = value.at;
  bool        there = true;
  while (there && *path) {
    if (*path == '[') {
      char* end = NULL;
      there     = find_item(&reader, strtoul(path + 1, &end, 10));
      path      = *end ? end + 1 : end;
    } else {
      path += *path == '.';
      const size_t length = strcspn(path, ".[");
      there               = find_member(&reader, path, length);
      path += length;
    }

    found = there ? reader.at : found;
  }

  return found;
}
