// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/call_address.h"

#include "osc/dispatch_private.h"
#include "osc/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What stands at a place of a target
static const char*
word_at(const Target* const target,
        const uint32_t      place,
        char                text[ID_TEXT_SIZE])
{
  switch (target->row->places[place].type) {
    case PLACE_COMPOSITION:
      return "current";
    case PLACE_THING:
    case PLACE_CHANNEL:
      return id_format(target->ids[place], text);
    case PLACE_WORD:
      break;
  }

  return target->words[place];
}

bool
target_address(const Target* const target, char* const out, const size_t size)
{
  size_t   used  = 0;
  uint32_t place = 0;
  for (const char* c = target->row->path; *c;) {
    char         text[ID_TEXT_SIZE];
    const bool   filled = *c == '{';
    const char*  part   = filled ? word_at(target, place++, text) : c;
    const size_t length = filled ? strlen(part) : strcspn(c, "{");
    if (length >= size - used) {
      return false;
    }

    memcpy(out + used, part, length);
    used += length;
    c += filled ? strcspn(c, "}") + 1u : length;
  }

  out[used] = '\0';
  return true;
}

Status
call_address(Services* const      services,
             const OscCall* const call,
             const char* const    given,
             char* const          out,
             const size_t         size)
{
  const Dispatch* const dispatch = call_reply(call)->dispatch;
  TreeMatch* const      match    = (TreeMatch*)malloc(sizeof(TreeMatch));
  Target                target   = {0};
  char                  why[REASON_SIZE] = "";
  if (!match) {
    return services_fail(services, STATUS_NO_MEMORY, "Out of memory");
  }

  Status      st    = tree_match(dispatch->tree, given, match);
  const Scope scope = dispatch_scope(dispatch);
  st                = st ? st : target_resolve(&scope, match, &target, why);
  if (!st && !target_address(&target, out, size)) {
    st = STATUS_TOO_LARGE;
  }

  free(match);
  return !st ? STATUS_OK
         : *why
           ? services_fail(services, st, "%s", why)
           : services_fail(services, st, "%.200s is not an address", given);
}
