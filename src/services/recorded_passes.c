// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/recorded_passes.h"

#include <stdlib.h>

/// Exact time of an engine frame after an anchor
static FrameTime
time_at(const TempoMap* const    map,
        const RecordEvent* const anchor,
        const uint64_t           frame)
{
  const FrameTime from = tempo_map_time(map, anchor->place);
  const FrameTime to   = tempo_map_time(map, anchor->place + 1);
  return from + (((to - from) * (FrameTime)anchor->part) >> 32) +
         frame_time_from_frames((int64_t)(frame - anchor->frame));
}

/// The first tick that is heard at a frame, as the engine reckons
static Ticks
tick_at(const TempoMap* const    map,
        const RecordEvent* const anchor,
        const uint64_t           frame)
{
  const FrameTime least = time_at(map, anchor, frame) - FRAME_TIME_HALF;
  const Ticks     ticks = tempo_map_ticks(map, least - 1) + 1;
  return ticks < anchor->ticks ? anchor->ticks : ticks;
}

/// Begin a pass, which ends the one before
static void
add_pass(Passes* const passes, const RecordEvent* const event)
{
  if (passes->num_passes) {
    Pass* const before = &passes->passes[passes->num_passes - 1u];
    before->end        = event->before;
    before->jumps      = true;
  }

  passes->passes[passes->num_passes++] =
    (Pass){.frame = event->frame,
           .start = event->ticks,
           .end   = event->ticks,
           .after = passes->num_passes > 0};
}

bool
passes_find(const Recorded* const recorded,
            TempoMap* const       map,
            const uint64_t        frames,
            Passes* const         out)
{
  const uint32_t count = recorded->num_events + 1u;
  *out                 = (Passes){.map = map};
  out->anchors         = (RecordEvent*)calloc(count, sizeof(RecordEvent));
  out->pass_of         = (uint32_t*)calloc(count, sizeof(uint32_t));
  out->passes          = (Pass*)calloc(count, sizeof(Pass));
  if (!map || !out->anchors || !out->pass_of || !out->passes) {
    passes_clear(out);
    return false;
  }

  const RecordEvent* end = NULL;
  for (uint32_t i = 0; i < recorded->num_events; ++i) {
    const RecordEvent* const event = &recorded->events[i];
    if (event->type == RECORD_PASS) {
      if (event->size || !out->num_passes) {
        add_pass(out, event);
      }

      out->pass_of[out->num_anchors]   = out->num_passes - 1u;
      out->anchors[out->num_anchors++] = *event;
    } else if (event->type == RECORD_END) {
      end = event;
    }
  }

  if (out->num_passes) {
    const RecordEvent* const last = &out->anchors[out->num_anchors - 1u];
    const uint64_t           stop = out->anchors[0].frame + frames;
    out->passes[out->num_passes - 1u].end = end ? end->before
                                            : stop > last->frame
                                              ? tick_at(map, last, stop)
                                              : last->ticks;
  }

  return true;
}

void
passes_clear(Passes* const passes)
{
  tempo_map_free(passes->map);
  free(passes->anchors);
  free(passes->pass_of);
  free(passes->passes);
  *passes = (Passes){0};
}

const Pass*
passes_locate(const Passes* const passes,
              const uint64_t      frame,
              Ticks* const        ticks)
{
  uint32_t i = passes->num_anchors;
  while (i > 1u && passes->anchors[i - 1u].frame > frame) {
    --i;
  }

  // What came before the first pass was meant for its start
  const RecordEvent* const anchor = &passes->anchors[i - 1u];
  const Pass* const        pass   = &passes->passes[passes->pass_of[i - 1u]];
  *ticks =
    frame < anchor->frame ? anchor->ticks : tick_at(passes->map, anchor, frame);
  return pass;
}

uint64_t
passes_frame(const Passes* const passes,
             const Pass* const   pass,
             const Ticks         ticks)
{
  const uint32_t index = (uint32_t)(pass - passes->passes);
  uint32_t       i     = passes->num_anchors;
  while (i > 1u && (passes->pass_of[i - 1u] > index ||
                    (passes->pass_of[i - 1u] == index &&
                     passes->anchors[i - 1u].ticks > ticks && i > 1u &&
                     passes->pass_of[i - 2u] == index))) {
    --i;
  }

  const RecordEvent* const anchor   = &passes->anchors[i - 1u];
  const FrameTime          distance = tempo_map_time(passes->map, ticks) -
                             time_at(passes->map, anchor, anchor->frame);
  const int64_t frames = frame_time_round(distance);
  return anchor->frame + (uint64_t)(frames > 0 ? frames : 0);
}
