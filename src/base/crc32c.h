// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checksum of stored bytes
//
// CRC-32C (Castagnoli) as in RFC 3720, with the processor's instruction where
// there is one.

#ifndef SONIC_BASE_CRC32C_H
#define SONIC_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/**
   Checksum of bytes that may come in pieces.

   @param crc Checksum of what came before, 0 at the start.
   @param data Bytes to add.
   @param size Number of bytes.
   @return The checksum of all so far.
*/
uint32_t
crc32c(uint32_t crc, const void* data, size_t size);

#endif // SONIC_BASE_CRC32C_H
