// SPDX-License-Identifier: GPL-3.0-or-later
//
// What language models do, and what has to come of it

#ifndef SONIC_TESTS_AI_MODEL_CASES_H
#define SONIC_TESTS_AI_MODEL_CASES_H

#include "support/model_server.h"

/// Most steps of a script
#define STEPS 12

#define NOTHING 0.0

/// More than an answer has room for, in characters of two bytes
#define UMLAUTS "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
#define FIFTY UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS
#define LONG_TEXT "x" FIFTY FIFTY FIFTY FIFTY FIFTY

typedef struct {
  const char* name;
  ModelStep   steps[STEPS];
  double      tempo; ///< Afterwards, NOTHING: the document is as it was
  const char* words; ///< That are in the answer
  int         only;  ///< One more than the format that it is for, 0: both
} Case;

#define ANTHROPIC_ONLY 1
#define OPENAI_ONLY 2

#define TEMPO                                                                  \
  {                                                                            \
    "set_tempo", "{\"tempo\": 133}"                                            \
  }
#define SETS_TEMPO                                                             \
  {                                                                            \
    .calls = { TEMPO }                                                         \
  }
#define SAYS(words)                                                            \
  {                                                                            \
    .text = (words)                                                            \
  }
#define GOOD SETS_TEMPO, SAYS("It is 133 now.")
#define FAILS(code, kind, words)                                               \
  {                                                                            \
    .status = (code), .error = (kind), .text = (words)                         \
  }

// clang-format off
static const Case cases[] = {
  // What should work
  {"a tool loop", {GOOD}, 133, "It is 133 now.", 0},
  {"an answer that is not streamed", {{.calls = {TEMPO}, .whole = true}, {.text = "133.", .whole = true}}, 133, "133.", 0},
  {"calls without an index", {{.calls = {TEMPO, {"create_track", "{\"name\": \"A\", \"type\": \"midi\"}"}}, .loose = true}, SAYS("Both.")}, 133, "Both.", OPENAI_ONLY},
  {"parallel calls", {{.text = "On it.", .calls = {TEMPO, {"create_track", "{\"name\": \"P\u00e4r\", \"type\": \"midi\"}"}}}, SAYS("Both.")}, 133, "Both.", 0},
  {"a call that is written out", {{.text = "<tool_call>\n{\"name\": \"set_tempo\", \"arguments\": {\"tempo\": 133}}\n</tool_call>"}, SAYS("It is 133 now.")}, 133, "133 now", OPENAI_ONLY},
  {"calls that are written out", {{.text = "[TOOL_CALLS][{\"name\": \"set_tempo\", \"arguments\": {\"tempo\": 133}}, {\"name\": \"get_overview\", \"parameters\": {}}]"}, SAYS("It is 133 now.")}, 133, "133 now", OPENAI_ONLY},
  {"a call with no arguments", {{.calls = {{"get_overview", ""}}}, GOOD}, 133, "133 now", 0},
  {"eight rounds", {SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SAYS("At last.")}, 133, "At last.", 0},
  {"a fault that it repairs", {{.calls = {{"set_tempo", "{\"tempo\": 900}"}}}, GOOD}, 133, "133 now", 0},
  {"one good call and one bad", {{.calls = {TEMPO, {"set_tempo", "{\"tempo\": 900}"}}}, SAYS("Hm.")}, 133, "Not done: set_tempo", 0},

  // What it may not
  {"out of range", {{.calls = {{"set_tempo", "{\"tempo\": 900}"}}}, SAYS("I set it.")}, NOTHING, "from 20 to 300", 0},
  {"a tool that there is not", {{.calls = {{"rm_rf", "{}"}}}, SAYS("Hm.")}, NOTHING, "Not done: rm_rf", 0},
  {"a tool without a name", {{.calls = {{"", "{}"}}}, SAYS("Hm.")}, NOTHING, "Not done", 0},
  {"a file as an argument", {{.calls = {{"create_track", "{\"name\": \"x\", \"type\": \"midi\", \"file\": \"/etc/passwd\"}"}}}, SAYS("Hm.")}, NOTHING, "no argument", 0},
  {"a file as an instrument", {{.calls = {{"change_track_instrument", "{\"track_id\": \"t1\", \"instrument\": \"../../../etc/passwd\"}"}}}, SAYS("Hm.")}, NOTHING, "Not done: change_track_instrument", 0},
  {"a file as a kit", {{.calls = {{"set_drum_kit", "{\"track_id\": \"t1\", \"kit_id\": \"/etc/passwd\"}"}}}, SAYS("Hm.")}, NOTHING, "Not done: set_drum_kit", 0},
  {"an address as a tool", {{.calls = {{"/compositions/current/delete", "{}"}}}, SAYS("Hm.")}, NOTHING, "Not done", 0},
  {"arguments that are cut", {{.calls = {{"set_tempo", "{\"tempo\": 13"}}}, SAYS("Hm.")}, NOTHING, "not a JSON object", 0},
  {"arguments that are a list", {{.calls = {{"set_tempo", "[133]"}}}, SAYS("Hm.")}, NOTHING, "not a JSON object", 0},
  {"a call within words", {{.text = "You could say {\"name\": \"set_tempo\", \"arguments\": {\"tempo\": 133}}"}}, NOTHING, "You could say", 0},
  {"a tool that there is not, written out", {{.text = "{\"name\": \"rm_rf\", \"arguments\": {}}"}}, NOTHING, "rm_rf", 0},
  {"success that was none", {SAYS("Done, I wrote drums.")}, NOTHING, "(Nothing was changed.)", 0},
  {"no words", {{.text = ""}}, NOTHING, "I have no answer", 0},
  {"no end", {SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO, SETS_TEMPO}, NOTHING, "did not come to an end", 0},
  {"undo and a change", {{.calls = {TEMPO, {"undo", "{}"}}}, SAYS("Both.")}, 133, "can't be mixed", 0},

  // What goes wrong on the way
  {"an error in the stream", {{.error = "invalid_request_error", .text = "broke in the middle"}}, NOTHING, "broke in the middle", 0},
  {"an error after a call", {SETS_TEMPO, {.error = "invalid_request_error", .text = "broke"}}, NOTHING, "built-in assistant", 0},
  {"overload in the stream", {{.error = "overloaded_error", .text = "full"}, GOOD}, 133, "133 now", 0},
  {"400", {FAILS(400, "invalid_request_error", "bad field")}, NOTHING, "rejected the request (400, bad field)", 0},
  {"400 with a long text", {FAILS(400, "e", LONG_TEXT)}, NOTHING, "rejected the request (400, ", 0},
  {"401", {FAILS(401, "authentication_error", "bad key")}, NOTHING, "does not take the key (401, bad key)", 0},
  {"402", {FAILS(402, "billing_error", "no money")}, NOTHING, "account can't pay", 0},
  {"404", {FAILS(404, "not_found_error", "no such model")}, NOTHING, "not set up (404, no such model)", 0},
  {"413, then without the past", {FAILS(413, "request_too_large", "too large"), GOOD}, 133, "133 now", 0},
  {"413 for good", {FAILS(413, "request_too_large", "too large"), FAILS(413, "request_too_large", "too large"), GOOD}, NOTHING, "can't take in so much (413, too large)", 0},
  {"400 for its length", {FAILS(400, "invalid_request_error", "prompt is too long: 9 tokens > 8"), GOOD}, 133, "133 now", 0},
  {"429 with a wait", {{.status = 429, .error = "rate_limit_error", .text = "slow", .header = "Retry-After: 0"}, GOOD}, 133, "133 now", 0},
  {"429 with too long a wait", {{.status = 429, .error = "rate_limit_error", .text = "slow", .header = "Retry-After: 999"}}, NOTHING, "no more requests", 0},
  {"429 without", {FAILS(429, "rate_limit_error", "cap"), GOOD}, NOTHING, "no more requests", ANTHROPIC_ONLY},
  {"429 without", {FAILS(429, "rate_limit_error", "cap"), GOOD}, 133, "133 now", OPENAI_ONLY},
  {"500", {FAILS(500, "api_error", "oops"), GOOD}, 133, "133 now", 0},
  {"500 in the middle", {SETS_TEMPO, FAILS(500, "api_error", "oops"), SAYS("It is 133 now.")}, 133, "133 now", 0},
  {"503", {FAILS(503, "server_error", "Loading model"), GOOD}, 133, "133 now", 0},
  {"529 for good", {FAILS(529, "overloaded_error", "full"), FAILS(529, "overloaded_error", "full"), FAILS(529, "overloaded_error", "full"), FAILS(529, "overloaded_error", "full"), GOOD}, NOTHING, "out of order (529, full)", 0},
  {"cut, then whole", {{.calls = {{"set_tempo", "{\"tempo\": 1"}}, .cut = true}, GOOD}, 133, "133 now", 0},
  {"cut twice", {{.text = "x", .cut = true}, {.text = "x", .cut = true}, GOOD}, NOTHING, "too long", 0},
  {"refused", {{.text = "x", .refuse = true}}, NOTHING, "declined", 0},
  {"refused after a call", {SETS_TEMPO, {.text = "x", .refuse = true}}, NOTHING, "declined", 0},
  {"broken off", {{.calls = {TEMPO}, .broken = true}, GOOD}, 133, "133 now", 0},
  {"no HTTP at all", {{.header = "\r\n\r\n", .body = ""}}, NOTHING, "makes no sense", 0},
  {"garbage", {{.body = "\xff<html>nonsense"}}, NOTHING, "makes no sense", 0},
  {"half JSON", {{.body = "{\"choices\": [{\"message\": "}}, NOTHING, "makes no sense", 0},
  {"JSON of other things", {{.body = "{\"content\": 7, \"choices\": {\"a\": []}, \"type\": []}"}}, NOTHING, "makes no sense", 0},
  {"events of other things", {{.body = "data: []\n\ndata: {\"choices\":[{\"delta\":7}]}\n\ndata: {\"type\":\"content_block_delta\",\"index\":-5,\"delta\":{\"text\":[]}}\n\ndata\n\n"}}, NOTHING, "The language model", 0},
};
// clang-format on

#endif // SONIC_TESTS_AI_MODEL_CASES_H
