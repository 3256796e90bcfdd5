// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the services share among themselves
//
// All of it belongs to the control thread.

#ifndef SONIC_SERVICES_SERVICES_PRIVATE_H
#define SONIC_SERVICES_SERVICES_PRIVATE_H

#include "media/media.h"
#include "services/agent.h"
#include "services/automation_record.h"
#include "services/composition_text.h"
#include "services/effect_presets.h"
#include "services/feed.h"
#include "services/jobs.h"
#include "services/launch_record.h"
#include "services/presets.h"
#include "services/quick_commands.h"
#include "services/recording.h"
#include "services/sample_pool.h"
#include "services/services.h"
#include "services/sounds.h"
#include "services/streams.h"
#include "services/track_ports.h"
#include "services/undo.h"
#include "store/library.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/// Where the transport will be once the engine has heard of it
typedef struct {
  bool        set;
  EngineState state;
  Ticks       position;
  uint64_t    number; ///< Of the batch that says so, among those sent
} Transit;

/// Commands to another transport in one transaction
#define MAX_LEAD 64u

/// A command to the transport that leads
typedef struct {
  TransportCommand command;
  uint64_t         frame;
} LeadCommand;

struct Services {
  // Settings
  char*         data_dir;
  char**        media_dirs; ///< Ends with null
  char*         presets_dir;
  BackendConfig backend_config;
  uint32_t      num_threads;
  CpuLevel      level;
  bool          connect;
  bool          offline;
  uint32_t      rate;
  void (*log)(void* handle, const char* text);
  void* log_handle;

  // Parts
  Media*            media;
  Ring*             rings[ENGINE_MAX_THREADS]; ///< Of the media thread
  Engine*           engine;
  Backend*          backend; ///< Null when offline
  Feed*             feed;
  Jobs*             jobs;
  Presets*          presets;
  Presets*          kits;
  Sounds*           sounds;
  EffectPresets*    effect_presets;
  QuickCommands*    quick_commands;
  SamplePool*       samples;
  Recorder*         recorder;
  TrackPorts*       ports;
  CompositionTexts* texts; ///< That are asked for by pages
  Agent*            agent;
  AutomationTakes*  automation_takes;
  LaunchRecord*     launch_record;
  Id                launch_scene; ///< Whose tempo the engine has begun, or none
  Sample*           audition;     ///< Tried out last, owned, or null
  Streams*          streams;      ///< For those who watch
  struct PitchJob*  pitch_jobs;   ///< Under way
  int               epoll;        ///< Readable when a part has something for us

  // The open composition
  char         id[LIBRARY_ID_SIZE]; ///< "" if none is open
  char*        folder;              ///< Of its file, for files relative to it
  Composition* root;
  Store*       store; ///< Null when none is open, or offline
  Undo*        undo;
  uint64_t     revision;

  // The transaction
  Composition*  draft;          ///< Null outside
  const Author* author;         ///< Borrowed
  Batch*        batch;          ///< Operations asked for, or null
  uint64_t      frame;          ///< When it is heard, 0: at once
  LeadCommand   lead[MAX_LEAD]; ///< For the transport that leads, if one does
  uint32_t      num_lead;
  Transit       asked;  ///< What it makes of the transport
  bool          moving; ///< It goes to `place` in the tree of undo
  uint32_t      place;
  uint64_t      reverts; ///< Revision of the step that it takes back, or 0
  char          error[512];

  /// What the engine has been told last and may not have heard yet
  Transit told;

  /// Levels that wait for room in the engine's queue, latest value wins
  Batch* waiting;

  // What goes to the history by itself
  uint64_t autosaved;     ///< Revision that it has
  uint64_t autosave_time; ///< Monotonic nanoseconds since which there is more

  // What is monitored
  bool mono;
  bool dim;

  uint64_t   next_backend_poll; ///< Monotonic nanoseconds
  uint64_t   next_prefetch;     ///< Monotonic nanoseconds
  bool       prefetch_stale;    ///< What is pinned may not be what is needed
  CommitFunc listener;
  void*      listener_handle;
};

/**
   Make another composition the open one: the transport stops, the engine and
   undo begin anew, what was open is closed.

   @param id Of the composition, "" for none.
   @param folder Of its file.
   @param root Moves if this succeeds.
   @param store Moves if this succeeds; null if it is not kept.
   @param revision Of `root`.
*/
Status
services_switch(Services*    services,
                const char*  id,
                const char*  folder,
                Composition* root,
                Store*       store,
                uint64_t     revision);

/// Whether two documents really differ, counters aside
bool
services_differ(const Composition* before, const Composition* after);

/// Send the levels that wait, if there is room; true if nothing waits any more
bool
services_send_waiting(Services* services);

/// Make an engine for the rate, and feed it the document
Status
services_start_engine(Services* services);

/// Stop the engine, whose callback no longer runs (none is fine)
void
services_stop_engine(Services* services);

/// Free what came home from the engine
void
services_collect(Services* services);

/// Read all presets; false if memory ran out
bool
services_read_presets(Services* services);

/// Release all presets
void
services_free_presets(Services* services);

/// Say one line to whoever runs the program
void
services_log(Services* services, const char* text);

/// Feed the audio that a sample has now to the engine
Status
services_refresh_sample(Services* services, Id sample);

#endif // SONIC_SERVICES_SERVICES_PRIVATE_H
