// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading compositions and the audio that they name, on a worker

#ifndef SONIC_SERVICES_COMPOSITION_LOAD_H
#define SONIC_SERVICES_COMPOSITION_LOAD_H

#include "base/status.h"
#include "media/decode.h"
#include "model/document.h"
#include "services/jobs.h"
#include "services/samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A sample's file, decoded or not
typedef struct {
  char*        path;
  char*        fault; ///< Why there is no audio, or null
  DecodeResult result;
} LoadedSample;

/// The audio of a composition
typedef struct {
  LoadedSample* samples;
  uint32_t      count;
} LoadedAudio;

/// Whether a path ends as a file that compositions are read from and written to
bool
composition_is_path(const char* path);

/**
   Read a composition file: JSON, or by its ending a Standard MIDI File.

   @param path The file.
   @param text Receives `PATH:LINE:COLUMN: what is wrong` on failure; on success
   a remark on what could not be taken as it is, or nothing.
   @param out Receives the composition, owned.
*/
Status
composition_load_file(const char*   path,
                      char*         text,
                      size_t        text_size,
                      Composition** out);

/**
   Decode the audio of all samples of a composition.

   A file that is missing or broken is noted with its sample, and the others
   are decoded all the same.

   @param folder Folder of the composition's file.
   @param job Whose progress and cancelling counts, or null.
   @param out Receives what was found, to be released by `loaded_audio_clear`.
   @return STATUS_CANCELLED or STATUS_NO_MEMORY.
*/
Status
composition_load_audio(const Services*    services,
                       const Composition* root,
                       const char*        folder,
                       Job*               job,
                       LoadedAudio*       out);

/// On the control thread: put what was decoded into the pool; returns the
/// first fault, borrowed, or null
const char*
loaded_audio_pool(Services* services, const LoadedAudio* audio);

void
loaded_audio_clear(LoadedAudio* audio);

#endif // SONIC_SERVICES_COMPOSITION_LOAD_H
