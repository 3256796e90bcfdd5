// SPDX-License-Identifier: GPL-3.0-or-later
//
// Services: the one writer of the document
//
// Everything that changes the session comes through here, on the control
// thread: a transaction is begun, services make a new root out of the draft,
// and the commit compares it with the old one.  From that difference come the
// engine's batch, the journal line, the messages to subscribers and the undo
// step.  A transaction that fails is dropped, and nothing happened.
//
// Services know no OSC.  They return a Status; a sentence about a failure is
// in `services_error`.

#ifndef SONIC_SERVICES_SERVICES_H
#define SONIC_SERVICES_SERVICES_H

#include "backend/backend.h"
#include "base/rt.h"
#include "base/status.h"
#include "engine/engine.h"
#include "model/document.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Services Services;

typedef struct {
  const char*        data_dir;       ///< Everything we keep
  const char* const* media_dirs;     ///< What may be read by name, ends null
  const char*        presets_dir;    ///< Folder of presets
  BackendConfig      backend;        ///<
  uint32_t           num_threads;    ///< Of the engine
  CpuLevel           level;          ///<
  bool               connect;        ///< Outputs to the playback ports
  bool               hold;           ///< Until `services_start`
  bool               offline;        ///< For `render`: no backend, no store
  uint32_t           offline_rate;   ///< Frames per second
  uint32_t           offline_period; ///< Frames

  /// Receives one line at a time for whoever runs the program
  void (*log)(void* handle, const char* text);
  void* log_handle;
} ServicesConfig;

/// Who makes an edit, for the journal and undo; the texts are borrowed
typedef struct {
  uint32_t    client;  ///< Number of the client, 0: the program itself
  const char* who;     ///< "osc.udp://127.0.0.1:9001"
  const char* what;    ///< For people: the address, or what was done
  const char* gesture; ///< Successive edits with one gesture by one client are
                       ///< one undo step; "" for a step of its own
} Author;

/**
   Start all services: store, media, engine, backend.

   @param config Settings, borrowed for the call.
   @param text Receives one sentence on failure, or a remark, or "".
   @param text_size Size of `text`.
   @param out Receives the services, owned.
*/
Status
services_new(const ServicesConfig* config,
             char*                 text,
             size_t                text_size,
             Services**            out);

/// Begin to play what was held, once all ports are there; `text` as above
Status
services_start(Services* services, char* text, size_t text_size);

/// Write all that is pending to disk and stop everything (null is fine)
void
services_free(Services* services);

/// Look after what comes back from other threads; call it every 10 ms or when
/// `services_fd` is readable
void
services_poll(Services* services);

/// A descriptor that is readable when another thread has something for us
int
services_fd(const Services* services);

// Transactions

/// Begin a transaction; `author` is borrowed until its end
void
services_begin(Services* services, const Author* author);

/// Hear the transaction at an engine frame instead of at once
void
services_set_frame(Services* services, uint64_t frame);

/// Compare and publish; on failure everything is as before `services_begin`
Status
services_commit(Services* services);

/// Drop the transaction
void
services_abort(Services* services);

/// The document as the present transaction sees it, or as committed; borrowed
/// until the next change.  Never null: with none open it is an empty one.
const Composition*
services_document(const Services* services);

/// Number of the last commit, which rises by one with each
uint64_t
services_revision(const Services* services);

/// The document of an earlier commit, borrowed; null if it is not known
const Composition*
services_past(const Services* services, uint64_t revision);

/// Note why something failed; returns `status`, so that it ends a function
Status
services_fail(Services* services, Status status, const char* format, ...)
  SONIC_PRINTF(3, 4);

/// What `services_fail` noted since the transaction began, or ""
const char*
services_error(const Services* services);

/// The engine's view of the present, as of the last cycle
Telemetry
services_telemetry(Services* services);

/// Called with both roots after each commit; `author` may be null
typedef void (*CommitFunc)(void*              handle,
                           const Composition* before,
                           const Composition* after,
                           const Author*      author,
                           uint64_t           revision);

/// Have `func` called after each commit (one listener)
void
services_listen(Services* services, CommitFunc func, void* handle);

/// Called when all before is on disk, or could not be
typedef void (*SyncFunc)(void* handle, Status status, const char* text);

/// Have `func` called, from `services_poll`, once all commits so far are on
/// disk
void
services_sync(Services* services, SyncFunc func, void* handle);

/// What becomes of something that takes long; called on the control thread
typedef struct {
  /// It ended: the result, or one sentence about the failure
  void (*done)(void* handle, Status status, const char* text);

  /// How far it is, 0 to 1
  void (*progress)(void* handle, double share, const char* text);

  void* handle;
} Completion;

// Fields, for addresses that are a field and nothing else

/**
   Set a field of a thing in the draft from a number or text.

   Numbers are in the field's own unit and are checked here against its range
   (the dispatcher has clamped what clamps).
*/
typedef struct {
  double      number; ///< Bool, int, float, enum index
  Ticks       ticks;  ///< FIELD_TICKS
  MicroBpm    tempo;  ///< FIELD_TEMPO
  Id          id;     ///< FIELD_ID
  const char* text;   ///< FIELD_STRING, FIELD_SIGNATURE
} FieldValue;

Status
services_set_field(Services*         services,
                   Id                id,
                   NodeType          type,
                   const Field*      field,
                   const FieldValue* value);

/// The node of a type that an id names (a track's id with NODE_CHANNEL names
/// its channel), in the draft; null if absent
const Node*
services_find(const Services* services, NodeType type, Id id);

#endif // SONIC_SERVICES_SERVICES_H
