// SPDX-License-Identifier: GPL-3.0-or-later
//
// Looking: the session in few words, notes as rows

#include "ai/clause.h"
#include "ai/describe.h"
#include "ai/tools.h"

#include <stdlib.h>
#include <string.h>

static Status
get_overview(const Toolbox* const box, DawCall* const call)
{
  char* const text = describe_session(call->services);
  (void)box;
  json_object_set_new(call->result, "session", json_string(text ? text : ""));
  free(text);
  return STATUS_OK;
}

static Status
get_notes(const Toolbox* const box, DawCall* const call)
{
  Id                  id    = ID_NONE;
  const json_t* const track = json_object_get(call->args, "track");
  const json_t* const first = json_object_get(call->args, "first_bar");
  const json_t* const last  = json_object_get(call->args, "last_bar");
  (void)box;
  const Status st =
    daw_find(call->services, KIND_TRACK, json_string_value(track), &id);
  if (st) {
    return st;
  }

  char* const text =
    describe_notes(call->services,
                   composition_track(services_document(call->services), id),
                   first ? (int)json_number_value(first) : 1,
                   last ? (int)json_number_value(last) : 8);
  json_object_set_new(call->result, "notes", json_string(text ? text : ""));
  free(text);
  return STATUS_OK;
}

static Status
get_harmony(const Toolbox* const box, DawCall* const call)
{
  char* const text = describe_harmony(call->services);
  (void)box;
  json_object_set_new(call->result, "harmony", json_string(text ? text : ""));
  free(text);
  return STATUS_OK;
}

// clang-format off
const Tool tools_look[] = {
  {"get_overview", "", "The session in words, a line for each track.", get_overview},
  {"get_notes", "track! track | first_bar n 1 100000 | last_bar n 1 100000", "Notes of a track as rows: drums as steps, others as bar:beat pitch/length@velocity.", get_notes},
  {"get_harmony", "", "The chords of the song, bar by bar, and its key.", get_harmony},
  {0},
};
// clang-format on
