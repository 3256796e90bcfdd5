// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small surface and a small document for tests of what needs no handlers

#ifndef SONIC_TESTS_OSC_ROWS_H
#define SONIC_TESTS_OSC_ROWS_H

#include "model/document.h"
#include "osc/schema.h"

static const char* const track_types[] = {"audio", "midi", NULL};
static const char* const grids[]       = {"none", "1/4", "1/2", "1", NULL};
static const char* const profiles[]    = {"default", "touchosc", "pd", NULL};

// clang-format off
static const ArgInfo text_arg[] = {
  {"name", ARG_STRING, KIND_NONE, 0, 20, 0, NULL, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo create_args[] = {
  {"name", ARG_STRING, KIND_NONE, 0, 20, 0, NULL, "", "", CLIP_NONE, false, NULL},
  {"type", ARG_ENUM, KIND_NONE, 0, 1, 0, track_types, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo tempo_arg[] = {
  {"tempo", ARG_TEMPO, KIND_NONE, 20, 300, 120, NULL, "BPM", "linear", CLIP_BOTH, false, NULL}};
static const ArgInfo fader_arg[] = {
  {"fader", ARG_FLOAT, KIND_NONE, -60, 12, 0, NULL, "dB", "fader", CLIP_BOTH, false, NULL}};
static const ArgInfo cutoff_arg[] = {
  {"cutoff", ARG_FLOAT, KIND_NONE, 20, 20000, 440, NULL, "Hz", "log", CLIP_BOTH, false, NULL}};
static const ArgInfo beat_arg[] = {
  {"start", ARG_BEATS, KIND_NONE, 0, 10000000, 0, NULL, "beats", "linear", CLIP_NONE, false, NULL}};
static const ArgInfo bool_arg[] = {
  {"mute", ARG_BOOL, KIND_NONE, 0, 1, 0, NULL, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo port_arg[] = {
  {"port", ARG_INT, KIND_NONE, 0, 65535, 0, NULL, "", "linear", CLIP_NONE, false, NULL}};
static const ArgInfo channel_arg[] = {
  {"output", ARG_ID, KIND_NONE, 0, 0, 0, NULL, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo scene_arg[] = {
  {"scene", ARG_ID, KIND_SCENE, 0, 0, 0, NULL, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo grid_arg[] = {
  {"grid", ARG_ENUM, KIND_NONE, 0, 3, 0, grids, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo profile_arg[] = {
  {"profile", ARG_ENUM, KIND_NONE, 0, 2, 0, profiles, "", "", CLIP_NONE, false, NULL}};
static const ArgInfo subscribe_args[] = {
  {"pattern", ARG_STRING, KIND_NONE, 0, 400, 0, NULL, "", "", CLIP_NONE, false, NULL},
  {"rate", ARG_FLOAT, KIND_NONE, 0.1, 120, 30, NULL, "Hz", "linear", CLIP_BOTH, true, NULL}};
static const ArgInfo note_args[] = {
  {"pitch", ARG_INT, KIND_NONE, 0, 127, 0, NULL, "", "linear", CLIP_NONE, false, NULL},
  {"start", ARG_BEATS, KIND_NONE, 0, 10000000, 0, NULL, "beats", "linear", CLIP_NONE, false, NULL}};
static const ArgInfo blob_arg[] = {
  {"data", ARG_BLOB, KIND_NONE, 0, 0, 0, NULL, "", "", CLIP_NONE, false, NULL}};

static const Place c_place[]       = {{"c", PLACE_COMPOSITION, KIND_COMPOSITION}};
static const Place c_track_place[] = {{"c", PLACE_COMPOSITION, KIND_COMPOSITION},
                                      {"track", PLACE_THING, KIND_TRACK}};
static const Place c_param_place[] = {{"c", PLACE_COMPOSITION, KIND_COMPOSITION},
                                      {"track", PLACE_THING, KIND_TRACK},
                                      {"param", PLACE_WORD, KIND_NONE}};
static const Place c_clip_place[]  = {{"c", PLACE_COMPOSITION, KIND_COMPOSITION},
                                      {"clip", PLACE_THING, KIND_CLIP}};
static const Place channel_place[] = {{"channel", PLACE_CHANNEL, KIND_NONE}};

#define ARGS(a) .args = (a), .num_args = sizeof(a) / sizeof((a)[0])
#define PLACES(p) .places = (p), .num_places = sizeof(p) / sizeof((p)[0])

static const OscRow test_rows[] = {
  {.path = "/version", .access = ACCESS_READ},
  {.path = "/ping", .access = ACCESS_TRIGGER},
  {.path = "/blob", .access = ACCESS_COMMAND, ARGS(blob_arg)},
  {.path = "/subscribe", .access = ACCESS_COMMAND, .flags = ROW_OPTIONAL, ARGS(subscribe_args)},
  {.path = "/compositions/{c}/name", .access = ACCESS_VALUE, .flags = ROW_CLOSED, ARGS(text_arg), PLACES(c_place)},
  {.path = "/compositions/{c}/tempo", .access = ACCESS_VALUE, ARGS(tempo_arg), PLACES(c_place)},
  {.path = "/compositions/{c}/grid", .access = ACCESS_VALUE, ARGS(grid_arg), PLACES(c_place)},
  {.path = "/compositions/{c}/tracks/list", .access = ACCESS_QUERY, .flags = ROW_CLOSED, PLACES(c_place)},
  {.path = "/compositions/{c}/tracks/create", .access = ACCESS_COMMAND, ARGS(create_args), PLACES(c_place)},
  {.path = "/compositions/{c}/tracks/{track}/name", .access = ACCESS_VALUE, ARGS(text_arg), PLACES(c_track_place)},
  {.path = "/compositions/{c}/tracks/{track}/params/{param}", .access = ACCESS_VALUE, ARGS(cutoff_arg), PLACES(c_param_place)},
  {.path = "/compositions/{c}/clips/{clip}/start", .access = ACCESS_VALUE, ARGS(beat_arg), PLACES(c_clip_place)},
  {.path = "/compositions/{c}/clips/{clip}/notes/add", .access = ACCESS_COMMAND, .flags = ROW_REPEAT, ARGS(note_args), PLACES(c_clip_place)},
  {.path = "/mixer/channels/list", .access = ACCESS_QUERY},
  {.path = "/mixer/channels/{channel}/fader", .access = ACCESS_VALUE, ARGS(fader_arg), PLACES(channel_place)},
  {.path = "/mixer/channels/{channel}/mute", .access = ACCESS_VALUE, ARGS(bool_arg), PLACES(channel_place)},
  {.path = "/mixer/channels/{channel}/output", .access = ACCESS_VALUE, ARGS(channel_arg), PLACES(channel_place)},
  {.path = "/playback/loop", .access = ACCESS_VALUE, ARGS(bool_arg)},
  {.path = "/playback/loop/start", .access = ACCESS_VALUE, ARGS(beat_arg)},
  {.path = "/playback/launch/scene", .access = ACCESS_COMMAND, ARGS(scene_arg)},
  {.path = "/client/reply_port", .access = ACCESS_VALUE, ARGS(port_arg)},
  {.path = "/client/keep", .access = ACCESS_VALUE, ARGS(bool_arg)},
  {.path = "/client/profile", .access = ACCESS_VALUE, ARGS(profile_arg)},
};
// clang-format on

#define NUM_TEST_ROWS (sizeof(test_rows) / sizeof(test_rows[0]))

/// Give a thing the next number and a name, and put it into a draft
static inline Id
add_thing(Composition** const draft, const Kind kind, const char* const name)
{
  Id id = ID_NONE;
  assert_int_equal(composition_take_id(draft, kind, &id), STATUS_OK);

  Node* const        node = node_new(node_type_of_kind(kind), id);
  const Field* const key  = node_find_field(node->type, "name");
  String** const     text = (String**)field_at(key, node);
  string_release(*text);
  *text = string_new(name);
  assert_int_equal(composition_put(draft, node), STATUS_OK);
  return id;
}

#endif // SONIC_TESTS_OSC_ROWS_H
