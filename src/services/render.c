// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/render.h"

#include "services/edit.h"
#include "services/playback.h"
#include "services/services_private.h"
#include "services/song_time.h"

#include <math.h>

/// A job under way
typedef struct {
  Services*        services;
  const RenderJob* job;
  uint64_t         done;
  uint64_t         frames;
  uint32_t         early; ///< Frames that come before the first, by latency
} Rendering;

/// Frames from one place to a later one, as the transport counts them
static uint64_t
frames_between(const Services* const services, const Ticks from, const Ticks to)
{
  TempoMap* const map =
    song_time_map(services_document(services), services->rate);
  if (!map || to <= from) {
    tempo_map_free(map);
    return 0;
  }

  const int64_t frames =
    frame_time_round(tempo_map_time(map, to) - tempo_map_time(map, from));
  tempo_map_free(map);
  return (uint64_t)frames;
}

uint64_t
render_frames(const Services* const services, const RenderJob* const job)
{
  return frames_between(services, job->from, job->to) +
         (uint64_t)floor(job->tail * services->rate + 0.5);
}

static bool
write_block(void* const        handle,
            const float* const left,
            const float* const right,
            const uint32_t     n)
{
  Rendering* const rendering = (Rendering*)handle;
  const uint32_t   skip      = rendering->early < n ? rendering->early : n;
  rendering->early -= skip;
  rendering->done += n - skip;
  return n == skip || rendering->job->write(rendering->job->handle,
                                            left + skip,
                                            right + skip,
                                            n - skip,
                                            (double)rendering->done /
                                              (double)rendering->frames);
}

static void
wait_for_audio(void* const handle)
{
  media_wait_requests(((Rendering*)handle)->services->media);
}

/// Silence all tracks but one
static Status
solo_track(Services* const services, const Id track)
{
  const IdList* const order = services_document(services)->order[KIND_TRACK];
  Status              st    = STATUS_OK;
  for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
    Channel* const channel = edit_copy_channel(services, order->ids[i], &st);
    if (channel) {
      channel->solo = order->ids[i] == track;
      st            = edit_put_channel(services, channel);
    }
  }

  return st;
}

/// Start at the beginning of the job
static Status
start(Services* const services, const RenderJob* const job)
{
  services_begin(services, NULL);
  Status st =
    job->solo != ID_NONE ? solo_track(services, job->solo) : STATUS_OK;
  st = st ? st : playback_stop(services);
  st = st ? st : playback_play_from(services, job->from);
  if (st) {
    services_abort(services);
    return st;
  }

  return services_commit(services);
}

/// Have the transport stop so many frames after it starts
static Status
stop_after(Services* const services, const uint64_t frames)
{
  Batch* const    batch = batch_new();
  const Operation stop  = {.type      = OPERATION_TRANSPORT,
                           .transport = {.command = TRANSPORT_PAUSE}};
  if (!batch || !batch_add(batch, &stop)) {
    batch_free(batch);
    return edit_no_memory(services);
  }

  batch->frame    = services_telemetry(services).frame + frames;
  const Status st = engine_send(services->engine, batch);
  if (st) {
    batch_free(batch);
  }

  return st;
}

/// Take an engine in which nothing rings from a render before
static Status
start_afresh(Services* const services)
{
  if (!services_telemetry(services).frame) {
    return STATUS_OK;
  }

  services_stop_engine(services);
  return services_start_engine(services);
}

Status
render_run(Services* const services, const RenderJob* const job)
{
  Rendering rendering = {services, job, 0, render_frames(services, job), 0};
  Status    st        = start_afresh(services);
  if (st) {
    return st;
  }

  st = start(services, job);

  // What the start made of the document has a latency, which is left out
  rendering.early          = feed_latency(services->feed);
  const OfflineJob offline = {rendering.frames + rendering.early,
                              job->period,
                              write_block,
                              wait_for_audio,
                              &rendering};
  st                       = st ? st
                                : stop_after(services, frames_between(services, job->from, job->to));
  st                       = st ? st : offline_run(services->engine, &offline);
  services_poll(services);
  return st;
}
