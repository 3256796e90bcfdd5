// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/id.h"

#include <stdio.h>
#include <string.h>

static const char letters[NUM_KINDS] = {
  [KIND_TRACK]      = 't',
  [KIND_CLIP]       = 'c',
  [KIND_EFFECT]     = 'e',
  [KIND_SAMPLE]     = 's',
  [KIND_BUS]        = 'b',
  [KIND_SCENE]      = 'n',
  [KIND_MARKER]     = 'm',
  [KIND_AUTOMATION] = 'a',
  [KIND_GROUP]      = 'g',
  [KIND_SNAPSHOT]   = 'p',
};

char
id_letter(const Kind kind)
{
  return letters[kind];
}

char*
id_format(const Id id, char text[ID_TEXT_SIZE])
{
  const Kind kind = id_kind(id);
  if (kind < NUM_KINDS && letters[kind]) {
    snprintf(text, ID_TEXT_SIZE, "%c%u", letters[kind], id_number(id));
  } else {
    const char* const word = kind == KIND_MASTER        ? "master"
                             : kind == KIND_COMPOSITION ? "composition"
                                                        : "none";
    snprintf(text, ID_TEXT_SIZE, "%s", word);
  }

  return text;
}

bool
id_parse(const char* const text, Id* const id)
{
  if (!strcmp(text, "master")) {
    *id = ID_MASTER;
    return true;
  }

  if (!strcmp(text, "composition")) {
    *id = ID_COMPOSITION;
    return true;
  }

  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    if (letters[k] && text[0] == letters[k]) {
      // Canonical: digits only, no leading zero, at least 1
      uint32_t number = 0;
      if (text[1] < '1' || text[1] > '9') {
        return false;
      }

      for (const char* c = text + 1; *c; ++c) {
        if (*c < '0' || *c > '9' || number > ID_MAX_NUMBER / 10u) {
          return false;
        }

        number = number * 10u + (uint32_t)(*c - '0');
      }

      if (number > ID_MAX_NUMBER) {
        return false;
      }

      *id = id_make((Kind)k, number);
      return true;
    }
  }

  return false;
}
