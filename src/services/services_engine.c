// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine's life: made for a rate, fed the document, stopped

#include "services/pitches.h"
#include "services/services_private.h"
#include "services/synthesis.h"

#include <stddef.h>

/// Priority of the engine's helpers under the callback's
#define HELPER_PRIORITY 4

// What the feed asks

static Sample*
source_sample(void* const             handle,
              const SampleNode* const node,
              const double            semitones)
{
  return pitches_audio((Services*)handle, node, semitones);
}

static const InstrumentInfo*
source_info(void* const handle, const Track* const track)
{
  return synthesis_info((const Services*)handle, track);
}

static float
source_param(void* const                 handle,
             const Track* const          track,
             const InstrumentInfo* const info,
             const uint32_t              param)
{
  return synthesis_param((const Services*)handle, track, info, param);
}

static SamplerMap*
source_map(void* const handle, const Track* const track)
{
  const Services* const services = (const Services*)handle;
  return sounds_find(
    services, services_document(services), synthesis_preset(services, track));
}

static uint32_t
source_port(void* const handle, const Track* const track, const PortKind kind)
{
  return track_ports_number(((Services*)handle)->ports, track, kind);
}

static uint32_t
source_clock(void* const handle, const Composition* const root)
{
  return track_ports_clock(((Services*)handle)->ports, root);
}

// Starting and stopping

Status
services_start_engine(Services* const services)
{
  for (uint32_t i = 0; i < services->num_threads; ++i) {
    services->rings[i] = media_ring(services->media, i);
  }

  const EngineConfig config = {.rate        = services->rate,
                               .max_frames  = 8192,
                               .num_threads = services->num_threads,
                               .level       = services->level,
                               .offline     = services->offline,
                               .rt_priority =
                                 services->offline ? 0 : HELPER_PRIORITY,
                               .page_rings = services->rings};
  const FeedSource   source = {source_sample,
                               source_info,
                               source_param,
                               source_map,
                               source_port,
                               source_clock,
                               services};

  services->told.set = false; // That was another engine
  services->engine   = engine_new(&config);
  if (!services->engine) {
    return STATUS_NO_MEMORY;
  }

  media_set_cycles(services->media, engine_cycles(services->engine));
  services->feed =
    feed_new(services->engine, services->rate, services->level, &source);
  Batch* const batch = batch_new();
  if (!services->feed || !batch) {
    batch_free(batch);
    return STATUS_NO_MEMORY;
  }

  Status st = feed_change(services->feed, NULL, services->root, batch);
  st        = st ? st : engine_send(services->engine, batch);
  if (st) {
    feed_rollback(services->feed);
    batch->num_garbage = 0;
    batch_free(batch);
    return st;
  }

  feed_accept(services->feed);
  services->prefetch_stale = true;
  return STATUS_OK;
}

void
services_collect(Services* const services)
{
  Batch* batch = NULL;
  while ((batch = engine_collect(services->engine))) {
    batch_free(batch);
  }
}

void
services_stop_engine(Services* const services)
{
  batch_free(services->waiting);
  services->waiting = NULL;
  if (services->engine) {
    media_set_cycles(services->media, NULL);
    streams_forget_engine(services);
    media_release(services->media, services->audition);
    services->audition = NULL;
    services_collect(services);
    feed_free(services->feed);
    engine_free(services->engine);
    services->feed   = NULL;
    services->engine = NULL;
  }
}
