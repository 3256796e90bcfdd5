// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers that are long texts, a page at a time
//
// A page is `iis`: its number, how many there are, and what is on it.

#ifndef SONIC_OSC_TEXT_PAGE_H
#define SONIC_OSC_TEXT_PAGE_H

#include "osc/call.h"

/// Most bytes of a page
#define TEXT_PAGE_BYTES 1200u

/// Bytes of the page that a text begins with; pages end between characters
size_t
text_page_size(const char* text);

/// Number of pages of a text, at least one
int32_t
text_page_count(const char* text);

/// Append a page that `text` begins with
Status
call_put_page(OscCall* call, int32_t number, int32_t count, const char* text);

/// Append the page that a call's first argument asks for, the first page if it
/// has none; a text of null is STATUS_NO_MEMORY
Status
call_text_page(Services* services, OscCall* call, const char* text);

#endif // SONIC_OSC_TEXT_PAGE_H
