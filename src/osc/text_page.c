// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/text_page.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

size_t
text_page_size(const char* const text)
{
  return utf8_prefix(text, TEXT_PAGE_BYTES);
}

int32_t
text_page_count(const char* text)
{
  int32_t count = 0;
  do {
    text += text_page_size(text);
    ++count;
  } while (*text);
  return count;
}

Status
call_put_page(OscCall* const    call,
              const int32_t     number,
              const int32_t     count,
              const char* const page)
{
  char* const copy = strndup(page, text_page_size(page));
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  call_int(call, number);
  call_int(call, count);
  call_string(call, copy);
  free(copy);
  return STATUS_OK;
}

Status
call_text_page(Services* const   services,
               OscCall* const    call,
               const char* const text)
{
  if (!text) {
    return STATUS_NO_MEMORY;
  }

  const int32_t want  = call->num_args ? call->args[0].i : 0;
  const int32_t count = text_page_count(text);
  const char*   page  = text;
  if (want >= count) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "There are pages 0 to %d, not %d",
                         count - 1,
                         want);
  }

  for (int32_t i = 0; i < want; ++i) {
    page += text_page_size(page);
  }

  return call_put_page(call, want, count, page);
}
