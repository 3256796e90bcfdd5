// SPDX-License-Identifier: GPL-3.0-or-later
//
// Name of a file's content
//
// BLAKE2b as in RFC 7693, without a key.  Nobody can make two contents of one
// name on purpose, so a cache may be addressed by it.

#ifndef SONIC_BASE_BLAKE2B_H
#define SONIC_BASE_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

/// A hash under way
typedef struct {
  uint64_t h[8];       ///< Chained state
  uint64_t count;      ///< Bytes compressed so far
  size_t   fill;       ///< Bytes waiting in `block`
  size_t   digest;     ///< Size of the result in bytes
  uint8_t  block[128]; ///< Input that is not yet compressed
} Blake2b;

/// Start a hash with a result of `digest_size` bytes, 1 to 64
void
blake2b_init(Blake2b* hash, size_t digest_size);

/// Add bytes
void
blake2b_add(Blake2b* hash, const void* data, size_t size);

/// Finish, writing as many bytes to `digest` as `init` was told
void
blake2b_finish(Blake2b* hash, uint8_t* digest);

#endif // SONIC_BASE_BLAKE2B_H
