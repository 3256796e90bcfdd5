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

/// Most files of a folder, and folders in each other, that are imported at once
#define SAMPLES_MAX_IMPORT 2000u
#define SAMPLES_MAX_DEPTH 8

/**
   Import a file, or the files in a folder, that was named over the network.

   Outside a transaction; the result text is the new sample's id, or those of
   the first hundred or so with spaces between.

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

/// Play a sample once, beside the composition; ID_NONE stops what plays so
Status
samples_preview(Services* services, Id sample);

/// Lowest and highest value of a stretch of a sample
typedef struct {
  float min_left;
  float max_left;
  float min_right;
  float max_right;
} SampleColumn;

/// Most columns that are asked for at once
#define SAMPLES_MAX_COLUMNS 4096u

/// Receives the columns, borrowed, or why there are none
typedef void (*SampleColumnsFunc)(void*               handle,
                                  Status              status,
                                  const char*         text,
                                  const SampleColumn* columns,
                                  uint32_t            count);

/**
   Find the peaks of a stretch of a sample, on a worker.

   @param start First second.
   @param seconds Length, 0 for what there is from there on.
   @param width Number of columns, at most SAMPLES_MAX_COLUMNS.
   @param func Is called from `services_poll`, unless this fails.
*/
Status
samples_columns(Services*         services,
                Id                sample,
                double            start,
                double            seconds,
                uint32_t          width,
                SampleColumnsFunc func,
                void*             handle);

/// Whether a sample's name, category or tags have all words of a text
bool
samples_match(const SampleNode* node, const char* words);

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
