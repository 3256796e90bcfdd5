// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/crc32c.h"

#include <stdbool.h>
#include <string.h>

// Four bits at a time: table[i] is the remainder of i under the reflected
// polynomial 0x82F63B78
static const uint32_t table[16] = {
  0x00000000u,
  0x105EC76Fu,
  0x20BD8EDEu,
  0x30E349B1u,
  0x417B1DBCu,
  0x5125DAD3u,
  0x61C69362u,
  0x7198540Du,
  0x82F63B78u,
  0x92A8FC17u,
  0xA24BB5A6u,
  0xB21572C9u,
  0xC38D26C4u,
  0xD3D3E1ABu,
  0xE330A81Au,
  0xF36E6F75u,
};

static uint32_t
add_bytes(uint32_t crc, const uint8_t* const data, const size_t size)
{
  for (size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    crc = table[crc & 15u] ^ (crc >> 4u);
    crc = table[crc & 15u] ^ (crc >> 4u);
  }

  return crc;
}

#if defined(__x86_64__)

static bool
has_instruction(void)
{
  return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2"))) static uint32_t
add_words(const uint32_t crc, const uint8_t* const data, const size_t num)
{
  uint64_t sum = crc;
  for (size_t i = 0; i < num; ++i) {
    uint64_t word = 0;
    memcpy(&word, data + 8u * i, sizeof(word));
    sum = __builtin_ia32_crc32di(sum, word);
  }

  return (uint32_t)sum;
}

#else

static bool
has_instruction(void)
{
  return false;
}

static uint32_t
add_words(const uint32_t crc, const uint8_t* const data, const size_t num)
{
  return add_bytes(crc, data, 8u * num);
}

#endif

uint32_t
crc32c(const uint32_t crc, const void* const data, const size_t size)
{
  const uint8_t* const bytes     = (const uint8_t*)data;
  const size_t         num_words = has_instruction() ? size / 8u : 0u;
  const uint32_t       sum       = add_words(~crc, bytes, num_words);
  return ~add_bytes(sum, bytes + 8u * num_words, size - 8u * num_words);
}
