// SPDX-License-Identifier: GPL-3.0-or-later
//
// A session whose assistant is a scripted language model

#ifndef SONIC_TESTS_AI_MODEL_STAGE_H
#define SONIC_TESTS_AI_MODEL_STAGE_H

#include "ai/assistant.h"
#include "ai/provider.h"
#include "model/codec.h"
#include "services/agent.h"
#include "services/song.h"
#include "support/model_server.h"
#include "support/process.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Milliseconds that an answer may take on a busy machine
#define ANSWER_MS 30000

/// Seconds that no turn takes
#define LONG_S 60

/// Milliseconds before a request is made again
#define BACKOFF_MS 1

/// No other text has it, so it is looked for where it may not be
#define KEY "sk-secret-0123456789"

static const char model_song[] =
  "{\"format\": 1, \"id\": \"s\", \"name\": \"Song\", \"tempo\": 120,"
  " \"tracks\": [{\"id\": \"t1\", \"name\": \"Bass\", \"type\": \"midi\"}]}";

typedef struct {
  Song         song;
  Assistant*   assistant;
  Provider*    provider;
  ModelServer* server;
  char*        reply;       ///< Of the last turn, owned
  char         stages[512]; ///< That it went through
} Stage;

static inline void
hear(void* const handle, const AgentEvent* const event)
{
  Stage* const scene = (Stage*)handle;
  if (event->type == AGENT_REPLY) {
    free(scene->reply);
    scene->reply = strdup(event->text);
    return;
  }

  const size_t used = strlen(scene->stages);
  snprintf(
    scene->stages + used, sizeof(scene->stages) - used, "%s ", event->text);
}

static inline void
ignore_fault(void* const handle, const char* const text)
{
  (void)handle;
  fail_msg("%s", text);
}

static inline void
open_scene(Stage* const      scene,
           const ModelFormat format,
           const char* const key,
           const int64_t     timeout_s)
{
  const bool is_openai = format == MODEL_OPENAI;
  *scene               = (Stage){.reply = NULL};
  scene->server        = model_server_new(format);
  setenv(is_openai ? "OPENAI_BASE_URL" : "ANTHROPIC_BASE_URL",
         model_server_url(scene->server),
         1);
  setenv(is_openai ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY", key, 1);
  song_init(&scene->song);
  song_open(&scene->song, model_song);
  Services* const services = scene->song.services;
  scene->assistant = assistant_new(services, "presets", ignore_fault, NULL);
  assert_non_null(scene->assistant);
  const AgentBrain     builtin = assistant_brain(scene->assistant);
  const ProviderConfig config  = {is_openai ? WIRE_OPENAI : WIRE_ANTHROPIC,
                                 "a-model",
                                 NULL,
                                 timeout_s,
                                 BACKOFF_MS};
  scene->provider = provider_new(services, &builtin, &config);
  assert_non_null(scene->provider);
  agent_listen(services, hear, scene);
}

static inline void
close_scene(Stage* const scene)
{
  provider_free(scene->provider);
  assistant_free(scene->assistant);
  song_free(&scene->song);
  model_server_free(scene->server);
  free(scene->reply);
}

/// Say something; nothing is answered yet
static inline void
say(Stage* const scene, const char* const text)
{
  const Author author = {7, "test", "", ""};
  uint32_t     number = 0;
  free(scene->reply);
  scene->reply     = NULL;
  scene->stages[0] = '\0';
  assert_int_equal(
    agent_chat(scene->song.services, &author, text, ID_NONE, &number),
    STATUS_OK);
}

/// Wait for the answer, borrowed
static inline const char*
hear_answer(Stage* const scene)
{
  const int64_t end = now_ms() + ANSWER_MS;
  while (!scene->reply && now_ms() < end) {
    agent_poll(scene->song.services->agent);
    poll(NULL, 0, 1);
  }

  assert_non_null(scene->reply);
  return scene->reply;
}

static inline bool
keep_text(void* const handle, const char* const text, const size_t length)
{
  return fwrite(text, 1, length, (FILE*)handle) == length;
}

/// The document without its conversation, owned
static inline char*
document_text(const Stage* const scene)
{
  char*        text = NULL;
  size_t       size = 0;
  FILE* const  file = open_memstream(&text, &size);
  const Status st   = composition_encode(
    services_document(scene->song.services), keep_text, file);
  fclose(file);
  assert_int_equal(st, STATUS_OK);
  json_t* const json = json_loadb(text, size, 0, NULL);
  free(text);
  assert_non_null(json);
  json_object_del(json, "chat");
  json_object_del(json, "next_id"); // Ids are never used again
  text = json_dumps(json, JSON_COMPACT);
  json_decref(json);
  return text;
}

#endif // SONIC_TESTS_AI_MODEL_STAGE_H
