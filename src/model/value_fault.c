// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/value_fault.h"

#include "model/json_writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Status
value_fault(ValueFault* const fault,
            const char* const path,
            const char* const format,
            ...)
{
  snprintf(fault->path, sizeof(fault->path), "%s", path);

  va_list args;
  va_start(args, format);
  vsnprintf(fault->text, sizeof(fault->text), format, args);
  va_end(args);
  return STATUS_BAD_ARGUMENT;
}

void
value_fault_found_text(ValueFault* const fault,
                       const char* const text,
                       const size_t      length)
{
  static const size_t max = 40;

  // Cut between characters
  size_t cut = length < max ? length : max;
  while (cut && cut < length && ((unsigned char)text[cut] & 0xC0u) == 0x80u) {
    --cut;
  }

  const size_t used = strlen(fault->text);
  snprintf(fault->text + used,
           sizeof(fault->text) - used,
           ", not %.*s%s",
           (int)cut,
           text,
           cut < length ? "..." : "");
}

void
value_fault_found(ValueFault* const fault, const json_t* const found)
{
  Text       text = {0};
  JsonWriter writer;
  json_writer_init(&writer, json_write_to_text, &text, true);
  if (found) {
    json_put_json(&writer, found);
  } else {
    json_put_text(&writer, "nothing", 7);
  }

  if (json_writer_flush(&writer) && text.data) {
    value_fault_found_text(fault, text.data, text.size);
  }

  text_free(&text);
}
