// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/samples.h"

#include "services/edit.h"
#include "services/services_private.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
samples_cache_folder(const Services* const services,
                     char                  path[SAMPLE_PATH_SIZE])
{
  snprintf(path, SAMPLE_PATH_SIZE, "%s/cache", services->data_dir);
}

void
samples_resolve(const Services* const   services,
                const char* const       folder,
                const SampleNode* const node,
                char                    path[SAMPLE_PATH_SIZE])
{
  const char* const file = string_text(node->file);
  if (file[0] == '/') {
    snprintf(path, SAMPLE_PATH_SIZE, "%s", file);
    return;
  }

  snprintf(path, SAMPLE_PATH_SIZE, "%s/%s", folder, file);
  if (access(path, F_OK)) {
    snprintf(path, SAMPLE_PATH_SIZE, "%s/samples/%s", services->data_dir, file);
  }
}

const PooledSample*
samples_find(Services* const services, const SampleNode* const node)
{
  char path[SAMPLE_PATH_SIZE];
  samples_resolve(services, services->folder, node, path);
  return sample_pool_find(services->samples, path);
}

Sample*
samples_audio(Services* const services, const SampleNode* const node)
{
  const PooledSample* const pooled = samples_find(services, node);
  return pooled ? pooled->audio : NULL;
}

static const SampleNode*
find_sample(Services* const services, const Id id)
{
  return id_kind(id) == KIND_SAMPLE ? (const SampleNode*)composition_find(
                                        services_document(services), id)
                                    : NULL;
}

Status
samples_seconds(Services* const services, const Id id, double* const seconds)
{
  const SampleNode* const node = find_sample(services, id);
  if (!node) {
    return edit_not_found(services, id);
  }

  const PooledSample* const pooled = samples_find(services, node);
  if (!pooled) {
    return services_fail(services,
                         STATUS_NOT_READY,
                         "The audio of %s is still being read",
                         string_text(node->file));
  }

  if (!pooled->audio) {
    return services_fail(services, STATUS_IO, "%s", pooled->fault);
  }

  *seconds = (double)pooled->info.frames / pooled->info.rate;
  return STATUS_OK;
}

Status
samples_path(Services* const services, const Id id, char path[SAMPLE_PATH_SIZE])
{
  const SampleNode* const node = find_sample(services, id);
  if (!node) {
    return edit_not_found(services, id);
  }

  samples_resolve(services, services->folder, node, path);
  return STATUS_OK;
}

/// Looks for a clip that uses a sample
typedef struct {
  Id sample;
  Id clip;
} UseSearch;

static bool
see_use(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  UseSearch* const search = (UseSearch*)handle;
  if (((const Clip*)node)->sample == search->sample) {
    search->clip = node->id;
  }

  return search->clip == ID_NONE;
}

/// Looks for a track that plays a sample as its instrument
typedef struct {
  Id           sample;
  const Track* track;
} TrackSearch;

static bool
see_player(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  TrackSearch* const search = (TrackSearch*)handle;
  const Track* const track  = (const Track*)node;
  char               id[ID_TEXT_SIZE];
  char               name[ID_TEXT_SIZE + 8];
  snprintf(name, sizeof(name), "sample:%s", id_format(search->sample, id));
  if (!strcmp(string_text(track->instrument), name)) {
    search->track = track;
  }
  return !search->track;
}

Status
samples_delete(Services* const services, const Id id)
{
  const Composition* const root = services_document(services);
  if (!find_sample(services, id)) {
    return edit_not_found(services, id);
  }

  UseSearch search = {id, ID_NONE};
  table_each(root->things[KIND_CLIP], see_use, &search);
  if (search.clip != ID_NONE) {
    const Clip* const  clip  = composition_clip(root, search.clip);
    const Track* const track = composition_track(root, clip->track);
    char               text[ID_TEXT_SIZE];
    return services_fail(services,
                         STATUS_CONFLICT,
                         "Clip %s of track \"%s\" uses the sample",
                         id_format(search.clip, text),
                         string_text(track->name));
  }

  TrackSearch players = {id, NULL};
  table_each(root->things[KIND_TRACK], see_player, &players);
  if (players.track) {
    return services_fail(services,
                         STATUS_CONFLICT,
                         "Track \"%s\" plays the sample as its instrument",
                         string_text(players.track->name));
  }

  return composition_remove(edit_draft(services), id);
}

Status
samples_set_tags(Services* const services, const Id id, const char* const tags)
{
  Status            st   = STATUS_OK;
  SampleNode* const node = find_sample(services, id)
                             ? (SampleNode*)edit_copy(services, id, &st)
                             : NULL;
  if (!node) {
    return st ? st : edit_not_found(services, id);
  }

  json_t* const list = json_array();
  const char*   rest = tags;
  while (list && *(rest += strspn(rest, " ,"))) {
    const char* const next = rest + strcspn(rest, ",");
    const char*       end  = next;
    while (end[-1] == ' ') {
      --end;
    }

    json_array_append_new(list, json_stringn(rest, (size_t)(end - rest)));
    rest = next;
  }

  if (!list) {
    node_release(&node->node);
    return edit_no_memory(services);
  }

  json_drop(node->tags);
  node->tags = list;
  return edit_put(services, &node->node);
}
