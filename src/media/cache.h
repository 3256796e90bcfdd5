// SPDX-License-Identifier: GPL-3.0-or-later
//
// Decoded audio on disk
//
// A cache file holds the frames of one sample at one session rate: a header of
// 4096 bytes, then pages of PAGE_FRAMES interleaved frames of native float, the
// last padded with silence, then the CRC-32C of each page.  So a page is one
// read at a multiple of 4096, and damage anywhere is noticed.
//
// Files are named by content and never change: they are written under another
// name, synced, and renamed when complete.  Any thread but the process thread;
// a CacheFile may be read by several at once.

#ifndef SONIC_MEDIA_CACHE_H
#define SONIC_MEDIA_CACHE_H

#include "base/blake2b.h"
#include "base/rt.h"
#include "base/status.h"
#include "media/sniff.h"

#include <stdbool.h>
#include <stdint.h>

/// Size of the header in bytes
#define CACHE_HEADER_SIZE 4096u

/// Bytes of the hash that names a content
#define CACHE_HASH_SIZE 16u

/// Length of a content's name in hexadecimal digits, with its end
#define CACHE_KEY_SIZE 33

/// Room for the path of a cache file
#define CACHE_PATH_SIZE 4096

/// What a cache file is about
typedef struct {
  uint32_t       rate;              ///< Session rate, frames per second
  uint32_t       channels;          ///< 1 or 2
  uint64_t       frames;            ///< Length at `rate`
  AudioContainer source_container;  ///< Of the file it was made from
  AudioCoding    source_coding;     ///< Likewise
  uint32_t       source_rate;       ///< Likewise, frames per second
  uint32_t       source_channels;   ///< Likewise, all of them
  uint64_t       source_frames;     ///< Frames of it that could be read
  uint64_t       source_not_finite; ///< Values of it that became silence
  bool           source_cut;        ///< It ended before its audio did
} CacheInfo;

/// End a hash and write it as a name in the cache
void
cache_key(Blake2b* hash, char key[CACHE_KEY_SIZE]);

/// Write the path of a content's file; false if it is too long
bool
cache_path(const char* folder,
           const char* key,
           const char* ending,
           char        path[CACHE_PATH_SIZE]);

// Writing

typedef struct CacheWriter CacheWriter;

/**
   Begin a cache file.

   @param folder Where it is to be, which must exist.
   @param key Name of the content.
   @param channels Interleaved channels.
   @param out Receives the writer, owned by the caller.
   @return STATUS_IO with errno set, STATUS_NO_MEMORY.
*/
Status
cache_writer_new(const char*   folder,
                 const char*   key,
                 uint32_t      channels,
                 CacheWriter** out);

/// Append frames; STATUS_IO with errno set, STATUS_NO_MEMORY
SONIC_CHECKED Status
cache_writer_add(CacheWriter* writer, const float* frames, uint32_t n);

/// Frames appended so far
uint64_t
cache_writer_frames(const CacheWriter* writer);

/// Complete the file and put it in place; `info`'s channels and frames are
/// those that were written; STATUS_IO with errno set
SONIC_CHECKED Status
cache_writer_commit(CacheWriter* writer, const CacheInfo* info);

/// Release a writer and, unless it was committed, what it wrote (null is fine)
void
cache_writer_free(CacheWriter* writer);

// Reading

typedef struct CacheFile CacheFile;

/**
   Open a cache file.

   @param path Its path.
   @param out Receives the file, owned by the caller.
   @return STATUS_NOT_FOUND if there is none, STATUS_IO if it is damaged, cut
   or of another version, STATUS_NO_MEMORY.
*/
Status
cache_open(const char* path, CacheFile** out);

/// Close a file (null is fine)
void
cache_close(CacheFile* file);

/// What it is about, valid until it is closed
const CacheInfo*
cache_info(const CacheFile* file);

/// Number of its pages
uint32_t
cache_num_pages(const CacheFile* file);

/// Read a whole page; STATUS_IO if that fails or the page is damaged
SONIC_CHECKED Status
cache_read_page(const CacheFile* file, uint32_t page, float* out);

/// Read frames anywhere within the length, without checking them
SONIC_CHECKED Status
cache_read_frames(const CacheFile* file,
                  uint64_t         start,
                  uint32_t         n,
                  float*           out);

#endif // SONIC_MEDIA_CACHE_H
