// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/blake2b.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

// The names are those of RFC 7693, section 3

static const uint64_t iv[8] = {
  0x6A09E667F3BCC908u,
  0xBB67AE8584CAA73Bu,
  0x3C6EF372FE94F82Bu,
  0xA54FF53A5F1D36F1u,
  0x510E527FADE682D1u,
  0x9B05688C2B3E6C1Fu,
  0x1F83D9ABFB41BD6Bu,
  0x5BE0CD19137E2179u,
};

// clang-format off
static const uint8_t sigma[12][16] = {
  { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15},
  {14, 10,  4,  8,  9, 15, 13,  6,  1, 12,  0,  2, 11,  7,  5,  3},
  {11,  8, 12,  0,  5,  2, 15, 13, 10, 14,  3,  6,  7,  1,  9,  4},
  { 7,  9,  3,  1, 13, 12, 11, 14,  2,  6,  5, 10,  4,  0, 15,  8},
  { 9,  0,  5,  7,  2,  4, 10, 15, 14,  1, 11, 12,  6,  8,  3, 13},
  { 2, 12,  6, 10,  0, 11,  8,  3,  4, 13,  7,  5, 15, 14,  1,  9},
  {12,  5,  1, 15, 14, 13,  4, 10,  0,  7,  6,  3,  9,  2,  8, 11},
  {13, 11,  7, 14, 12,  1,  3,  9,  5,  0, 15,  4,  8,  6,  2, 10},
  { 6, 15, 14,  9, 11,  3,  0,  8, 12,  2, 13,  7,  1,  4, 10,  5},
  {10,  2,  8,  4,  7,  6,  1,  5, 15, 11,  9, 14,  3, 12, 13,  0},
  { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15},
  {14, 10,  4,  8,  9, 15, 13,  6,  1, 12,  0,  2, 11,  7,  5,  3},
};
// clang-format on

static inline uint64_t
rotate(const uint64_t x, const unsigned n)
{
  return (x >> n) | (x << (64u - n));
}

static inline uint64_t
load64(const uint8_t* const bytes)
{
  uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) {
    word |= (uint64_t)bytes[i] << (8u * i);
  }

  return word;
}

/// Mix two words of input into four of the work vector
static inline void
mix(uint64_t* const a,
    uint64_t* const b,
    uint64_t* const c,
    uint64_t* const d,
    const uint64_t  x,
    const uint64_t  y)
{
  *a = *a + *b + x;
  *d = rotate(*d ^ *a, 32);
  *c = *c + *d;
  *b = rotate(*b ^ *c, 24);
  *a = *a + *b + y;
  *d = rotate(*d ^ *a, 16);
  *c = *c + *d;
  *b = rotate(*b ^ *c, 63);
}

static void
compress(Blake2b* const hash, const uint8_t* const block, const bool last)
{
  uint64_t m[16];
  for (unsigned i = 0; i < 16; ++i) {
    m[i] = load64(block + 8u * i);
  }

  uint64_t v[16];
  memcpy(v, hash->h, sizeof(hash->h));
  memcpy(v + 8, iv, sizeof(iv));
  v[12] ^= hash->count;
  v[14] ^= last ? ~(uint64_t)0 : 0u;

  for (unsigned r = 0; r < 12; ++r) {
    const uint8_t* const s = sigma[r];
    mix(&v[0], &v[4], &v[8], &v[12], m[s[0]], m[s[1]]);
    mix(&v[1], &v[5], &v[9], &v[13], m[s[2]], m[s[3]]);
    mix(&v[2], &v[6], &v[10], &v[14], m[s[4]], m[s[5]]);
    mix(&v[3], &v[7], &v[11], &v[15], m[s[6]], m[s[7]]);
    mix(&v[0], &v[5], &v[10], &v[15], m[s[8]], m[s[9]]);
    mix(&v[1], &v[6], &v[11], &v[12], m[s[10]], m[s[11]]);
    mix(&v[2], &v[7], &v[8], &v[13], m[s[12]], m[s[13]]);
    mix(&v[3], &v[4], &v[9], &v[14], m[s[14]], m[s[15]]);
  }

  for (unsigned i = 0; i < 8; ++i) {
    hash->h[i] ^= v[i] ^ v[i + 8];
  }
}

void
blake2b_init(Blake2b* const hash, const size_t digest_size)
{
  assert(digest_size >= 1 && digest_size <= 64);

  memset(hash, 0, sizeof(*hash));
  memcpy(hash->h, iv, sizeof(iv));
  hash->h[0] ^= 0x01010000u ^ (uint64_t)digest_size;
  hash->digest = digest_size;
}

void
blake2b_add(Blake2b* const hash, const void* const data, size_t size)
{
  // The last block is compressed by `finish`, so a full one waits for more
  const uint8_t* bytes = (const uint8_t*)data;
  while (size) {
    if (hash->fill == sizeof(hash->block)) {
      hash->count += sizeof(hash->block);
      compress(hash, hash->block, false);
      hash->fill = 0;
    }

    const size_t room = sizeof(hash->block) - hash->fill;
    const size_t n    = size < room ? size : room;
    memcpy(hash->block + hash->fill, bytes, n);
    hash->fill += n;
    bytes += n;
    size -= n;
  }
}

void
blake2b_finish(Blake2b* const hash, uint8_t* const digest)
{
  hash->count += hash->fill;
  memset(hash->block + hash->fill, 0, sizeof(hash->block) - hash->fill);
  compress(hash, hash->block, true);

  for (size_t i = 0; i < hash->digest; ++i) {
    digest[i] = (uint8_t)(hash->h[i / 8u] >> (8u * (i % 8u)));
  }
}
