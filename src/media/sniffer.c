// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/sniffer.h"

#include "media/file_io.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

uint32_t
sniff_little(const uint8_t* const bytes, const unsigned num)
{
  uint32_t value = 0;
  for (unsigned i = 0; i < num; ++i) {
    value |= (uint32_t)bytes[i] << (8u * i);
  }

  return value;
}

uint32_t
sniff_big(const uint8_t* const bytes, const unsigned num)
{
  uint32_t value = 0;
  for (unsigned i = 0; i < num; ++i) {
    value = value << 8u | bytes[i];
  }

  return value;
}

Status
sniff_refuse(const Sniffer* const sniffer, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(sniffer->text, sniffer->text_size, format, args);
  va_end(args);
  return STATUS_UNSUPPORTED;
}

bool
sniff_take(Sniffer* const sniffer,
           const uint64_t offset,
           void* const    data,
           const size_t   size)
{
  if (offset > sniffer->size || size > sniffer->size - offset) {
    return false;
  }

  const ssize_t n = file_read_at(sniffer->fd, data, size, offset);
  if (n < 0) {
    sniffer->failed = true;
    sniffer->error  = errno;
  }

  return n == (ssize_t)size;
}
