// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions as text, page by page
//
// The text of a document that is asked for by pages is made once and kept for a
// while.  A small one is made at once, a large one, or one that has to be read
// from disk, on a worker.

#ifndef SONIC_SERVICES_COMPOSITION_TEXT_H
#define SONIC_SERVICES_COMPOSITION_TEXT_H

#include "base/status.h"
#include "services/services.h"

#include <stddef.h>
#include <stdint.h>

/// Most bytes of a page; pages begin and end between characters
#define COMPOSITION_PAGE_BYTES 1200u

/// A page of a text, borrowed until the next call or while a function runs
typedef struct {
  uint32_t    page;
  uint32_t    num_pages;
  const char* text; ///< Does not end with a zero byte
  size_t      size;
} CompositionPage;

/// Text that is kept, and what is in the making
typedef struct CompositionTexts CompositionTexts;

/// Nothing yet; null if memory ran out
CompositionTexts*
composition_texts_new(void);

/// Release all (null is fine); nothing is in the making any more
void
composition_texts_free(CompositionTexts* texts);

/**
   Find a page of a composition as JSON.

   @param id Of the composition, which need not be open.
   @param page From 0.
   @return STATUS_NOT_READY if it can only be had later, STATUS_OUT_OF_RANGE.
*/
Status
composition_text_find(Services*        services,
                      const char*      id,
                      uint32_t         page,
                      CompositionPage* out);

/// Called once with a page, on the control thread; null if it failed, with one
/// sentence why
typedef void (*CompositionPageFunc)(void*                  handle,
                                    Status                 status,
                                    const char*            text,
                                    const CompositionPage* page);

/// Ask for a page that is not ready; `func` is called if this succeeds
Status
composition_text_request(Services*           services,
                         const char*         id,
                         uint32_t            page,
                         CompositionPageFunc func,
                         void*               handle);

/// Drop text that nobody asks for any more
void
composition_text_poll(Services* services);

#endif // SONIC_SERVICES_COMPOSITION_TEXT_H
