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

/// An item of a list of samples
static void
list_sample(Services* const         services,
            OscCall* const          call,
            const uint32_t          index,
            const SampleNode* const node)
{
  const PooledSample* const pooled = samples_find(services, node);
  call_int(call, index);
  call_id(call, node->node.id);
  call_string(call, string_text(node->name));
  call_float(call,
             pooled && pooled->audio
               ? (double)pooled->info.frames / pooled->info.rate
               : 0.0);
  call_string(call, string_text(node->category));
  call_item(call);
}

/// List the samples that have all words of a text
static Status
list_samples(Services* const   services,
             OscCall* const    call,
             const char* const words)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_SAMPLE];
  uint32_t                 count = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const SampleNode* const node =
      (const SampleNode*)composition_find(root, order->ids[i]);
    if (samples_match(node, words)) {
      list_sample(services, call, count++, node);
    }
  }
  call_end_list(call, count);
  return STATUS_OK;
}

/// `/samples/list`
Status
osc_samples_list(Services* const services, OscCall* const call)
{
  return list_samples(services, call, "");
}

/// `/samples/search ,s`
Status
osc_samples_search(Services* const services, OscCall* const call)
{
  return list_samples(services, call, call->args[0].s);
}

/// `/samples/{sample}/duration`
Status
osc_samples_duration_get(Services* const services, OscCall* const call)
{
  double       seconds = 0.0;
  const Status st      = samples_seconds(services, call->ids[0], &seconds);
  call_float(call, seconds);
  return st;
}

/// `/samples/{sample}/preview`
Status
osc_samples_preview(Services* const services, OscCall* const call)
{
  return samples_preview(services, call->ids[0]);
}

/// `/samples/stop`
Status
osc_samples_stop(Services* const services, OscCall* const call)
{
  (void)call;
  return samples_preview(services, ID_NONE);
}

/// Columns in a message
#define COLUMNS_IN_ITEM 15u

/// Columns that are answered
typedef struct {
  const SampleColumn* columns;
  uint32_t            count;
} ColumnsAnswer;

static void
write_columns(void* const handle, OscCall* const call)
{
  const ColumnsAnswer* const answer = (const ColumnsAnswer*)handle;
  for (uint32_t i = 0; i < answer->count; ++i) {
    if (i % COLUMNS_IN_ITEM == 0) {
      call_int(call, i);
    }
    call_float(call, (double)answer->columns[i].min_left);
    call_float(call, (double)answer->columns[i].max_left);
    call_float(call, (double)answer->columns[i].min_right);
    call_float(call, (double)answer->columns[i].max_right);
    if (i % COLUMNS_IN_ITEM == COLUMNS_IN_ITEM - 1u ||
        i + 1u == answer->count) {
      call_item(call);
    }
  }
  call_end_list(call, (answer->count + COLUMNS_IN_ITEM - 1u) / COLUMNS_IN_ITEM);
}

static void
columns_done(void* const               handle,
             const Status              status,
             const char* const         text,
             const SampleColumn* const columns,
             const uint32_t            count)
{
  ColumnsAnswer answer = {columns, count};
  if (status) {
    later_finish((OscLater*)handle, status, text);
  } else {
    later_answer((OscLater*)handle, write_columns, &answer);
  }
}

/// `/samples/{sample}/peaks ,ffi`
Status
osc_samples_peaks(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(services,
                       &completion,
                       samples_columns(services,
                                       call->ids[0],
                                       call->args[0].f,
                                       call->args[1].f,
                                       (uint32_t)call->args[2].i,
                                       columns_done,
                                       completion.handle));
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
