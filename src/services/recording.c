// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/recording.h"

#include "media/record_writer.h"
#include "services/edit.h"
#include "services/playback.h"
#include "services/recording_private.h"
#include "services/services_private.h"
#include "services/track_input.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef enum {
  RECORDER_IDLE,
  RECORDER_PREPARED,  ///< A transaction is to begin it
  RECORDER_ROLLING,   ///< Until it is ended or the transport stands
  RECORDER_FINISHING, ///< A worker has it
} RecorderState;

struct Recorder {
  RecorderState state;
  bool          ending;    ///< It was told to end
  bool          to_end;    ///< A transaction is to tell it
  Recording*    recording; ///< Lent to the engine
  RecordWriter* writer;
  Recorded*     recorded;
  char          log[RECORDING_PATH_SIZE];
  uint32_t      client;
  char          who[64];
  uint64_t      lost;
  char          text[FILE_TEXT_SIZE];
};

Recorder*
recorder_new(void)
{
  return (Recorder*)calloc(1, sizeof(Recorder));
}

/// Release what was made for a recording
static void
clear(Recorder* const recorder)
{
  record_writer_free(recorder->writer);
  recording_free(recorder->recording);
  recorded_free(recorder->recorded);
  recorder->writer    = NULL;
  recorder->recording = NULL;
  recorder->recorded  = NULL;
  recorder->state     = RECORDER_IDLE;
  recorder->ending    = false;
  recorder->to_end    = false;
}

void
recorder_free(Recorder* const recorder)
{
  if (recorder) {
    clear(recorder);
    free(recorder);
  }
}

// Starting

/// Choose a name for a take's file that no file has
static void
name_file(const Services* const services,
          const Track* const    track,
          RecordedTake* const   take)
{
  char         slug[SLUG_SIZE];
  char         id[ID_TEXT_SIZE];
  char         date[32];
  char         path[RECORDING_PATH_SIZE];
  struct tm    parts;
  const time_t now = time(NULL);
  slug_make(string_text(track->name), slug);
  gmtime_r(&now, &parts);
  strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &parts);
  id_format(track->node.id, id);
  for (unsigned n = 1; n == 1 || !access(path, F_OK); ++n) {
    char suffix[16] = "";
    if (n > 1) {
      snprintf(suffix, sizeof(suffix), "-%u", n);
    }

    snprintf(take->file,
             sizeof(take->file),
             "%s%s%s-%s%s.wav",
             slug,
             slug[0] ? "-" : "",
             id,
             date,
             suffix);
    recording_take_path(services, take, path);
  }
}

/// Note what a track is to record
static void
fill_take(Services* const    services,
          const Track* const track,
          RecordedTake*      take)
{
  const BackendInfo info = backend_info(services->backend);
  const uint32_t    heard =
    info.playback_latency + services_telemetry(services).latency;
  take->track    = track->node.id;
  take->is_audio = track->type == TRACK_AUDIO;
  take->sides    = track_input(track).sides;
  take->channel  = (uint32_t)track->midi_channel;
  take->port     = track_ports_number(
    services->ports, track, take->is_audio ? PORT_AUDIO_IN : PORT_MIDI_IN);
  take->latency =
    heard + (take->port ? backend_port_latency(services->backend, take->port)
             : take->is_audio ? info.capture_latency
                              : info.midi_latency);
  if (take->is_audio) {
    name_file(services, track, take);
  }
}

static uint32_t
count_parts(const Composition* const root)
{
  const IdList* const order = root->order[KIND_TRACK];
  uint32_t            count = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    count += track_is_recorded(composition_track(root, order->ids[i]));
  }

  return count;
}

/// Work out what is to be recorded; null (noted) if nothing can be
static Recorded*
plan(Services* const services, Status* const status)
{
  const Composition* const root     = services_document(services);
  const IdList* const      order    = root->order[KIND_TRACK];
  const uint32_t           count    = count_parts(root);
  Recorded* const          recorded = count ? recorded_new(count) : NULL;
  if (!recorded) {
    *status = count ? edit_no_memory(services)
                    : services_fail(services,
                                    STATUS_CONFLICT,
                                    "No track is armed (see "
                                    "/compositions/current/tracks/{track}/"
                                    "arm)");
    return NULL;
  }

  snprintf(
    recorded->composition, sizeof(recorded->composition), "%s", services->id);
  recorded->rate        = services->rate;
  recorded->punch       = root->punch_enabled;
  recorded->punch_start = root->punch_start;
  recorded->punch_end   = root->punch_end;
  recorded->quantize    = root->record_quantize;
  for (uint32_t i = 0, n = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    if (track_is_recorded(track)) {
      fill_take(services, track, &recorded->takes[n++]);
    }
  }

  return recorded;
}

/// Have MIDI recorded that comes in at a port
static void
add_port(Recording* const recording, const uint32_t port)
{
  for (uint32_t i = 0; i < recording->num_ports; ++i) {
    if (recording->ports[i] == port) {
      return;
    }
  }

  recording->ports[recording->num_ports++] = (uint8_t)port;
}

/// Make what the engine and the writer need
static Status
make_recording(Services* const services, const char** const paths)
{
  Recorder* const       recorder = services->recorder;
  const Recorded* const recorded = recorder->recorded;
  char(*const names)[RECORDING_PATH_SIZE] =
    (char(*)[RECORDING_PATH_SIZE])calloc(recorded->num_takes,
                                         RECORDING_PATH_SIZE);
  uint32_t num_audio = 0;
  for (uint32_t i = 0; names && i < recorded->num_takes; ++i) {
    if (recorded->takes[i].is_audio) {
      recording_take_path(services, &recorded->takes[i], names[num_audio]);
      paths[num_audio] = names[num_audio];
      ++num_audio;
    }
  }

  recorder->recording = names ? recording_new(num_audio, services->rate) : NULL;
  if (!recorder->recording) {
    free(names);
    return edit_no_memory(services);
  }

  recorder->recording->patient = services_document(services)->sync;
  for (uint32_t i = 0, n = 0; i < recorded->num_takes; ++i) {
    const RecordedTake* const take = &recorded->takes[i];
    if (take->latency > recorder->recording->latency) {
      recorder->recording->latency = take->latency;
    }

    if (!take->is_audio) {
      add_port(recorder->recording, take->port);
    } else {
      recorder->recording->takes[n].sides     = take->sides;
      recorder->recording->takes[n].port      = take->port;
      recorder->recording->takes[n++].latency = take->latency;
    }
  }

  const RecordWriterConfig config = {
    recorder->recording, paths, recorder->log, services->rate};
  char   text[FILE_TEXT_SIZE];
  Status st = record_writer_new(&config, text, sizeof(text), &recorder->writer);
  free(names);
  return st ? services_fail(services, st, "%s", text) : STATUS_OK;
}

/// Make the folders and the log
static Status
make_log(Services* const services)
{
  Recorder* const recorder = services->recorder;
  char            text[FILE_TEXT_SIZE];
  char            folder[RECORDING_PATH_SIZE];
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(folder, sizeof(folder), "%.3500s/samples", services->data_dir);
  Status st = file_make_folder(folder, text, sizeof(text));
  snprintf(folder, sizeof(folder), "%.3500s/recordings", services->data_dir);
  st = st ? st : file_make_folder(folder, text, sizeof(text));
  snprintf(recorder->log,
           sizeof(recorder->log),
           "%.3600s/%s-%lld.%09ld.take",
           folder,
           services->id,
           (long long)now.tv_sec,
           now.tv_nsec);
  st = st ? st
          : recorded_write_log(
              recorder->recorded, recorder->log, text, sizeof(text));
  return st ? services_fail(services, st, "%s", text) : STATUS_OK;
}

/// Ask the engine to record, and to play if it does not
static Status
ask_engine(Services* const services)
{
  const Operation op = {.type      = OPERATION_RECORD,
                        .recording = services->recorder->recording};
  const Status    st = edit_request(services, &op);
  return st ? st : playback_play_counted(services);
}

/// Remove what was made for a recording that does not begin
static void
drop(Services* const services)
{
  Recorder* const recorder = services->recorder;
  char            path[RECORDING_PATH_SIZE];
  for (uint32_t i = 0; recorder->writer && i < recorder->recorded->num_takes;
       ++i) {
    if (recorder->recorded->takes[i].is_audio) {
      recording_take_path(services, &recorder->recorded->takes[i], path);
      unlink(path);
    }
  }

  unlink(recorder->log);
  clear(recorder);
}

/// Whether a recording can begin
static Status
check_start(Services* const services)
{
  return !services->backend ? services_fail(services,
                                            STATUS_UNSUPPORTED,
                                            "Offline nothing comes in")
         : services->recorder->state != RECORDER_IDLE
           ? services_fail(services,
                           STATUS_BUSY,
                           "The last recording is still being written")
           : STATUS_OK;
}

Status
recording_start(Services* const services)
{
  Recorder* const recorder = services->recorder;
  if (recording_is_on(services)) {
    return STATUS_OK;
  }

  Status       st    = check_start(services);
  const char** paths = NULL;
  recorder->recorded = st ? NULL : plan(services, &st);
  if (recorder->recorded) {
    paths =
      (const char**)calloc(recorder->recorded->num_takes + 1u, sizeof(char*));
    st = paths ? make_log(services) : edit_no_memory(services);
    st = st ? st : make_recording(services, paths);
    st = st ? st : ask_engine(services);
    free(paths);
    if (st) {
      drop(services);
    }
  }

  if (!st) {
    recorder->state   = RECORDER_PREPARED;
    recorder->client  = services->author->client;
    recorder->lost    = 0;
    recorder->text[0] = '\0';
    snprintf(recorder->who, sizeof(recorder->who), "%s", services->author->who);
  }

  return st;
}

// Ending

Status
recording_stop(Services* const services)
{
  Recorder* const recorder = services->recorder;
  const Operation op       = {.type = OPERATION_RECORD};
  if (!recording_is_on(services)) {
    return STATUS_OK;
  }

  const Status st  = edit_request(services, &op);
  recorder->to_end = !st;
  return st;
}

bool
recording_is_on(Services* const services)
{
  const Recorder* const recorder = services->recorder;
  return (recorder->state == RECORDER_PREPARED ||
          recorder->state == RECORDER_ROLLING) &&
         !recorder->ending && !recorder->to_end && playback_runs(services);
}

RecordingInfo
recording_info(const Services* const services)
{
  static const char* const states[] = {
    [RECORDER_IDLE]      = "idle",
    [RECORDER_PREPARED]  = "recording",
    [RECORDER_ROLLING]   = "recording",
    [RECORDER_FINISHING] = "finishing",
  };

  const Recorder* const recorder = services->recorder;
  return (RecordingInfo){
    states[recorder->state], recorder->lost, recorder->text};
}

void
recording_settle(Services* const services, const bool committed)
{
  Recorder* const recorder = services->recorder;
  if (recorder->state == RECORDER_PREPARED && committed) {
    recorder->state = RECORDER_ROLLING;
  } else if (recorder->state == RECORDER_PREPARED) {
    drop(services);
  }

  recorder->ending = recorder->ending || (recorder->to_end && committed);
  recorder->to_end = false;
}

static void
note_end(void* const handle, const char* const fault)
{
  Services* const services = (Services*)handle;
  Recorder* const recorder = services->recorder;
  if (fault[0]) {
    snprintf(recorder->text, sizeof(recorder->text), "%s", fault);
    services_log(services, fault);
  }

  recorder->state = RECORDER_IDLE;
}

/// Count what was lost, and say if not all could be written
static void
take_stock(Services* const services)
{
  Recorder* const        recorder  = services->recorder;
  const Recording* const recording = recorder->recording;
  recorder->lost                   = atomic_load(&recording->lost);
  for (uint32_t i = 0; i < recording->num_takes; ++i) {
    recorder->lost += atomic_load(&recording->takes[i].lost);
  }

  const char* const error = record_writer_error(recorder->writer);
  snprintf(recorder->text, sizeof(recorder->text), "%s", error);
  if (error[0]) {
    services_log(services, error);
  }
}

void
recording_poll(Services* const services)
{
  Recorder* const recorder = services->recorder;
  if (recorder->state != RECORDER_ROLLING ||
      !record_writer_is_done(recorder->writer)) {
    return;
  }

  uint32_t                 count  = 0;
  const Author             author = {recorder->client, recorder->who, "", ""};
  const RecordEvent* const events =
    record_writer_events(recorder->writer, &count);
  take_stock(services);
  if (recorded_set_events(recorder->recorded, events, count)) {
    services_log(services, status_text(STATUS_NO_MEMORY));
    clear(recorder);
    return;
  }

  Recorded* const recorded = recorder->recorded;
  recorder->recorded       = NULL;
  clear(recorder);
  recorder->state = RECORDER_FINISHING;
  recording_bring_in(
    services, recorded, recorder->log, &author, note_end, services);
}

void
recording_break(Services* const services)
{
  if (services->recorder->state == RECORDER_ROLLING) {
    record_writer_stop(services->recorder->writer);
  }
}
