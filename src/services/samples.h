// SPDX-License-Identifier: GPL-3.0-or-later
//
// Samples: the audio files of a composition
//
// A file is imported by copying it to DATA/samples and decoding it into the
// cache, both on a worker.  A sample without audio (its file is missing or
// broken) is silent and says why when asked.

#ifndef SONIC_SERVICES_SAMPLES_H
#define SONIC_SERVICES_SAMPLES_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "services/sample_pool.h"
#include "services/services.h"

#include <stddef.h>

/// Most bytes in the path of a file
#define SAMPLE_PATH_SIZE 4096u

/**
   Import a file that was named over the network.

   Outside a transaction; the result text is the new sample's id.

   @param author For the journal, copied.
   @param path Name in one of the media folders.
*/
Status
samples_import(Services*         services,
               const Author*     author,
               const char*       path,
               const Completion* completion);

/// Take a sample away; STATUS_CONFLICT, naming a clip, while one uses it
Status
samples_delete(Services* services, Id sample);

/// Length of a sample; STATUS_NOT_READY or STATUS_IO if it has no audio
Status
samples_seconds(Services* services, Id sample, double* seconds);

/// Where the file of a sample is
Status
samples_path(Services* services, Id sample, char path[SAMPLE_PATH_SIZE]);

/// Set the tags of a sample from words between spaces or commas
Status
samples_set_tags(Services* services, Id sample, const char* tags);

/// Audio for the feed; see FeedSampleFunc
Sample*
samples_audio(Services* services, const SampleNode* node);

/// What is known of a sample's audio, borrowed, or null
const PooledSample*
samples_find(Services* services, const SampleNode* node);

/// Path of a sample's file, for a composition file in `folder`
void
samples_resolve(const Services*   services,
                const char*       folder,
                const SampleNode* node,
                char              path[SAMPLE_PATH_SIZE]);

/// Decode, in the background, the samples that are new in a document
void
samples_prepare_new(Services*          services,
                    const Composition* before,
                    const Composition* after);

/// A folder for files of the media thread, below the data folder
void
samples_cache_folder(const Services* services, char path[SAMPLE_PATH_SIZE]);

#endif // SONIC_SERVICES_SAMPLES_H
