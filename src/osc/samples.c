// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /samples

#include "services/samples.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/later.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

/// `/samples/import ,s`
Status
osc_samples_import(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    samples_import(services, call_author(call), call->args[0].s, &completion));
}

/// `/samples/list`
Status
osc_samples_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_SAMPLE];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const SampleNode* const node =
      (const SampleNode*)composition_find(root, order->ids[i]);
    const PooledSample* const pooled = samples_find(services, node);
    call_int(call, i);
    call_id(call, order->ids[i]);
    call_string(call, string_text(node->name));
    call_float(call,
               pooled && pooled->audio
                 ? (double)pooled->info.frames / pooled->info.rate
                 : 0.0);
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/samples/{sample}/path`
Status
osc_samples_path_get(Services* const services, OscCall* const call)
{
  char         path[SAMPLE_PATH_SIZE];
  const Status st = samples_path(services, call->ids[0], path);
  call_string(call, st ? "" : path);
  return st;
}

/// `/samples/{sample}/tags`
Status
osc_samples_tags_get(Services* const services, OscCall* const call)
{
  const SampleNode* const node = (const SampleNode*)composition_find(
    services_document(services), call->ids[0]);
  char   text[1024] = "";
  size_t length     = 0;
  for (size_t i = 0; i < json_array_size(node->tags); ++i) {
    const char* const tag = json_string_value(json_array_get(node->tags, i));
    if (tag && length + strlen(tag) + 3u < sizeof(text)) {
      length += (size_t)snprintf(
        text + length, sizeof(text) - length, "%s%s", length ? ", " : "", tag);
    }
  }

  call_string(call, text);
  return STATUS_OK;
}

/// `/samples/{sample}/tags ,s`
Status
osc_samples_tags_set(Services* const services, OscCall* const call)
{
  const Status st = samples_set_tags(services, call->ids[0], call->args[0].s);
  return st ? st : osc_samples_tags_get(services, call);
}

/// `/samples/{sample}/delete`
Status
osc_samples_delete(Services* const services, OscCall* const call)
{
  return samples_delete(services, call->ids[0]);
}
