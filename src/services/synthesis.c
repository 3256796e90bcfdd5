// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/synthesis.h"

#include "services/edit.h"
#include "services/services_private.h"
#include "services/sounds.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// Key of the preview's note, of which there is one at a time
#define PREVIEW_KEY 1u

const Presets*
synthesis_presets(const Services* const services)
{
  return services->presets;
}

const Presets*
synthesis_kits(const Services* const services)
{
  return services->kits;
}

const Preset*
synthesis_find_preset(const Services* const services, const char* const name)
{
  const Preset* const preset = presets_find(services->presets, name);
  return preset
           ? preset
           : sounds_sample_preset(services, services_document(services), name);
}

const Preset*
synthesis_preset(const Services* const services, const Track* const track)
{
  const Preset* const kit =
    presets_find(services->kits, string_text(track->kit));
  if (kit) {
    return kit;
  }

  const Preset* const preset =
    synthesis_find_preset(services, string_text(track->instrument));
  return preset ? preset : presets_default(services->presets);
}

const InstrumentInfo*
synthesis_info(const Services* const services, const Track* const track)
{
  const Preset* const preset = synthesis_preset(services, track);
  uint32_t            count  = 0;
  return preset ? preset->info : instrument_list(&count)[0];
}

float
synthesis_param(const Services* const       services,
                const Track* const          track,
                const InstrumentInfo* const info,
                const uint32_t              param)
{
  const ParamInfo* const row    = &info->params[param];
  const Preset* const    preset = synthesis_preset(services, track);
  double                 value  = 0.0;
  if (!param_map_find(track->params, row->symbol, &value)) {
    return preset ? preset->values[param] : row->initial;
  }

  return value < (double)row->min   ? row->min
         : value > (double)row->max ? row->max
                                    : (float)value;
}

BackendInfo
synthesis_backend(const Services* const services)
{
  const BackendInfo offline = {.driver = "offline",
                               .name   = "",
                               .state  = BACKEND_RUNNING,
                               .rate   = services->rate};
  return services->backend ? backend_info(services->backend) : offline;
}

Status
synthesis_ports(Services* const       services,
                const BackendPortFunc func,
                void* const           handle)
{
  return services->backend ? backend_ports(services->backend, func, handle)
                           : services_fail(services,
                                           STATUS_UNSUPPORTED,
                                           "There is no JACK graph");
}

Status
synthesis_connect(Services* const   services,
                  const char* const output,
                  const char* const input,
                  const bool        on)
{
  const Status st = services->backend
                      ? backend_connect(services->backend, output, input, on)
                      : STATUS_UNSUPPORTED;
  return st ? services_fail(services,
                            st,
                            "Can't %s %s and %s: %s",
                            on ? "connect" : "disconnect",
                            output,
                            input,
                            st == STATUS_UNSUPPORTED ? "there is no JACK graph"
                                                     : status_text(st))
            : STATUS_OK;
}

/// An instance of a preset, owned; null if memory ran out
static Instrument*
preset_instance(const Services* const services, const Preset* const preset)
{
  Instrument* const instrument =
    instrument_new(preset->info, services->rate, services->level);
  if (instrument) {
    instrument_load(instrument,
                    sounds_find(services, services_document(services), preset));
  }
  for (uint32_t i = 0; instrument && i < preset->info->num_params; ++i) {
    preset->info->set(instrument->state, i, preset->values[i]);
  }

  return instrument;
}

/// Send a batch, which moves, that is due some seconds from now
static Status
send_at(Services* const services, Batch* const batch, const double seconds)
{
  batch->frame =
    services_telemetry(services).frame + (uint64_t)(seconds * services->rate);
  const Status st = engine_send(services->engine, batch);
  if (st) {
    batch_free(batch);
  }

  return st;
}

/// Have the preview's note end at a later frame
static Status
send_note_off(Services* const services, const double seconds)
{
  Batch* const    batch = batch_new();
  const Operation off   = {.type  = OPERATION_NOTE_OFF,
                           .track = feed_preview(services->feed),
                           .note  = {.key = PREVIEW_KEY}};
  if (!batch || !batch_add(batch, &off)) {
    batch_free(batch);
    return edit_no_memory(services);
  }

  return send_at(services, batch, seconds);
}

/// A preview that waits for recordings
typedef struct {
  bool    is_kit;
  uint8_t pitch;
  uint8_t velocity;
  double  seconds;
} LatePreview;

static void
preview_late(Services* const   services,
             const char* const name,
             void* const       handle)
{
  LatePreview* const  late   = (LatePreview*)handle;
  const bool          is_kit = late->is_kit;
  const Preset* const preset = is_kit ? presets_find(services->kits, name)
                                      : synthesis_find_preset(services, name);
  if (!preset || !sounds_find(services, services->root, preset)) {
    free(late);
    return;
  }

  services_begin(services, NULL);
  const Status st =
    is_kit ? synthesis_preview_kit(services, name)
           : synthesis_preview(
               services, late->pitch, late->velocity, late->seconds, name);
  if (st) {
    services_abort(services);
  } else {
    services_commit(services);
  }
  free(late);
}

/// Have a preview wait for recordings; STATUS_EXISTS if it need not
static Status
wait_for_sound(Services* const     services,
               const Preset* const preset,
               const LatePreview*  preview)
{
  LatePreview* const late = (LatePreview*)malloc(sizeof(LatePreview));
  if (!late) {
    return edit_no_memory(services);
  }

  *late           = *preview;
  const Status st = sounds_request(services, preset, preview_late, late);
  if (st) {
    free(late);
  }
  return st;
}

Status
synthesis_preview(Services* const   services,
                  const uint8_t     pitch,
                  const uint8_t     velocity,
                  const double      seconds,
                  const char* const name)
{
  const Preset* const preset = synthesis_find_preset(services, name);
  if (!preset) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no instrument \"%s\" (see "
                         "/audio/instruments/list)",
                         name);
  }

  const LatePreview late  = {false, pitch, velocity, seconds};
  const Status      waits = wait_for_sound(services, preset, &late);
  if (waits != STATUS_EXISTS) {
    return waits;
  }

  EngineTrack* const track      = feed_preview(services->feed);
  Instrument* const  instrument = preset_instance(services, preset);
  const Operation    exchange   = {
         .type = OPERATION_INSTRUMENT, .track = track, .instrument = instrument};
  const Operation on = {
    .type  = OPERATION_NOTE_ON,
    .track = track,
    .note  = {.key = PREVIEW_KEY, .pitch = pitch, .velocity = velocity}};
  if (!instrument) {
    return edit_no_memory(services);
  }

  Status st = edit_request(services, &exchange);
  if (st) {
    instrument_free(instrument);
    return st;
  }

  st = edit_request(services, &on);
  return st ? st : send_note_off(services, seconds);
}

/// Send the strokes of a groove that are at the beat of the one at `*from`,
/// which goes to the next beat's
static Status
send_strokes(Services* const services, const Preset* kit, uint32_t* const from)
{
  Batch* const batch = batch_new();
  bool         good  = batch;
  const float  beat  = kit->groove[*from].beat;
  for (; good && *from < kit->num_hits && kit->groove[*from].beat == beat;
       ++*from) {
    const GrooveHit hit = kit->groove[*from];
    const Operation on  = {.type  = OPERATION_NOTE_ON,
                           .track = feed_preview(services->feed),
                           .note  = {.key      = PREVIEW_KEY + *from,
                                     .pitch    = hit.note,
                                     .velocity = hit.velocity,
                                     .seed     = *from}};
    good                = batch_add(batch, &on);
  }
  if (!good) {
    batch_free(batch);
    return edit_no_memory(services);
  }

  return send_at(services, batch, (double)(beat * 60.0f / kit->tempo));
}

Status
synthesis_preview_kit(Services* const services, const char* const name)
{
  const Preset* const kit = presets_find(services->kits, name);
  if (!kit) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no kit \"%s\" (see /audio/kits/list)",
                         name);
  }

  const LatePreview late  = {.is_kit = true};
  const Status      waits = wait_for_sound(services, kit, &late);
  if (waits != STATUS_EXISTS) {
    return waits;
  }

  EngineTrack* const track      = feed_preview(services->feed);
  Instrument* const  instrument = preset_instance(services, kit);
  const Operation    exchange   = {
         .type = OPERATION_INSTRUMENT, .track = track, .instrument = instrument};
  if (!instrument) {
    return edit_no_memory(services);
  }

  Status st = edit_request(services, &exchange);
  if (st) {
    instrument_free(instrument);
    return st;
  }

  for (uint32_t i = 0; !st && i < kit->num_hits;) {
    st = send_strokes(services, kit, &i);
  }
  return st;
}
