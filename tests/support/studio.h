// SPDX-License-Identifier: GPL-3.0-or-later
//
// The whole program at work: a daemon, a client that steers it, and under a
// JACK server of its own a recorder of what it plays
//
// Whatever does not go well fails the test, with what the program said.  Free
// it in the teardown, so that a failed test leaves nothing behind.

#ifndef SONIC_SUPPORT_STUDIO_H
#define SONIC_SUPPORT_STUDIO_H

#include "support/capture.h"
#include "support/daemon.h"
#include "support/jackd.h"
#include "support/osc_client.h"
#include "support/sound.h"

#include <stdbool.h>
#include <stdint.h>

/// Milliseconds that anything may take on a busy machine
#define STUDIO_MS 30000

/// Debian's recordings of drums
#define STUDIO_DRUMS "/usr/share/hydrogen/data/drumkits"

typedef struct Studio Studio;

struct Studio {
  Jackd      jackd;
  Daemon     daemon;
  OscClient* client;
  Capture*   capture; ///< Connected to the outputs

  /// Called, if not null, when a recording has begun
  void (*meanwhile)(Studio* studio, void* handle);
  void* handle; ///< Handed to `meanwhile`
};

/// Choose the server's name and the home folder; nothing is started.  Set what
/// `jackd` is to be like after this.
void
studio_init(Studio* studio, uint32_t rate, uint32_t period);

/**
   Start server, daemon, client and recorder.

   @param args More arguments for the daemon, ending in null, or null.
   @param max_frames Longest recording.
*/
void
studio_start(Studio* studio, const char* const* args, uint32_t max_frames);

/// Start the daemon and a client without any server
void
studio_start_dummy(Studio* studio, const char* const* args);

/// Connect a recorder to the outputs, a new one after the server's restart
void
studio_start_capture(Studio* studio, uint32_t max_frames);

/// Stop the daemon, which has to end well, and all else
void
studio_stop(Studio* studio);

/// Stop and remove all there still is
void
studio_free(Studio* studio);

/// Fail the test with a sentence and all that the daemon said
void
studio_fail(const Studio* studio, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

// Conversation

/// Send a command and wait for its answer, which may not be an error; valid
/// until the next
const OscReceived*
studio_ask(Studio* studio, const char* path, const char* types, ...);

/// The same with a message made with liblo, which moves
const OscReceived*
studio_ask_message(Studio* studio, const char* path, lo_message message);

/// The same for a command that makes something: its id, owned by the caller
char*
studio_make(Studio* studio, const char* path, const char* types, ...);

/// Wait until all is on disk
void
studio_sync(Studio* studio);

/// The open composition as JSON, owned by the caller
char*
studio_json(Studio* studio);

/**
   Wait until a value is as it should be.

   @param path Address of the value, which is subscribed to meanwhile.
   @param match Says whether a message to it will do.
   @param what Named if it does not within `timeout_ms`.
*/
void
studio_wait(Studio*     studio,
            const char* path,
            OscMatch    match,
            void*       handle,
            const char* what,
            int         timeout_ms);

/// Wait until the first argument of a value is that text
void
studio_wait_text(Studio*     studio,
                 const char* path,
                 const char* text,
                 int         timeout_ms);

/// Wait until the transport is at a beat or behind it
void
studio_wait_beat(Studio* studio, double beat);

/// Stop the transport, and wait until it has
void
studio_stop_playing(Studio* studio);

/// Make a composition with nothing in it and open it
void
studio_create(Studio* studio, double tempo);

/// Import a file and put it on a track at a beat; the clip's id, owned by the
/// caller
char*
studio_place(Studio* studio, const char* track, double beat, const char* file);

/// Path in the folder that the daemon reads from, valid until the next call
const char*
studio_music(const Studio* studio, const char* name);

/// Says what is wrong with what was recorded, null if nothing is; the text is
/// borrowed until the next call
typedef const char* (*StudioCheck)(const Studio* studio, const void* handle);

/**
   Play from 0 and record from the first sound on, then stop.

   A recording in real time that is not right and in which JACK reports an xrun
   is repeated, at most five times.

   @param frames Length of the recording.
   @param freewheel As fast as it goes, or in real time.
   @param check What a recording has to pass.
   @param handle Handed to `check`.
*/
void
studio_record(Studio*     studio,
              uint32_t    frames,
              bool        freewheel,
              StudioCheck check,
              const void* handle);

/// A check: the recording is the start of the `Sound` at `handle`, from its
/// first sound on, bit for bit
const char*
studio_check_sound(const Studio* studio, const void* handle);

// The daemon as the kernel sees it

typedef struct {
  uint64_t memory; ///< Proportional set size in bytes
  unsigned descriptors;
  unsigned threads;
} StudioUsage;

/// What the daemon uses now
StudioUsage
studio_usage(const Studio* studio);

/// It may not use more than before, but for 2 MiB of memory, which sanitizers
/// are excused from
void
studio_check_usage(const Studio* studio, const StudioUsage* before);

#endif // SONIC_SUPPORT_STUDIO_H
