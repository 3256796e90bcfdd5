// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_text.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/codec.h"
#include "services/composition_store.h"
#include "services/edit.h"
#include "services/services_private.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A text that is made at once is not larger
#define SMALL_BYTES 65536u

/// A text is kept so long after it was asked for last
#define KEEP_NANOS 10000000000u

/// A text and where its pages begin
typedef struct {
  Text     text;
  size_t*  starts; ///< Of the pages and of what follows the last
  uint32_t num_pages;
  size_t   limit; ///< Most bytes, 0: any number
} Pages;

/// Who waits for a page
typedef struct Waiter {
  struct Waiter*      next;
  uint32_t            page;
  CompositionPageFunc func;
  void*               handle;
} Waiter;

/// A text in the making
typedef struct TextJob {
  Job             job;
  struct TextJob* next;
  Services*       services;
  char            id[LIBRARY_ID_SIZE];
  Composition*    root; ///< Null: to be read from disk
  bool            closed;
  Pages           pages;
  Waiter*         waiters; ///< The last first
  Status          status;
  char            text[FILE_TEXT_SIZE]; ///< Why it failed
} TextJob;

struct CompositionTexts {
  Pages        pages;
  Composition* root;                ///< Whose text it is, or null
  char         id[LIBRARY_ID_SIZE]; ///< Of a composition that is not open
  uint64_t     used;                ///< Monotonic nanoseconds
  TextJob*     making;
};

// Pages

static void
pages_free(Pages* const pages)
{
  text_free(&pages->text);
  free(pages->starts);
  *pages = (Pages){0};
}

/// Appends written text, up to the limit
static bool
append(void* const handle, const char* const data, const size_t size)
{
  Pages* const pages = (Pages*)handle;
  text_add(&pages->text, data, size);
  return !pages->text.failed &&
         (!pages->limit || pages->text.size <= pages->limit);
}

/// Where the page that begins at `start` ends
static size_t
page_end(const Text* const text, const size_t start)
{
  size_t end = start + COMPOSITION_PAGE_BYTES;
  if (end >= text->size) {
    return text->size;
  }

  while (((unsigned char)text->data[end] & 0xc0u) == 0x80u) {
    --end;
  }

  return end;
}

/// Find where the pages begin
static Status
cut(Pages* const pages)
{
  // A page is at most a character short
  const size_t max = pages->text.size / (COMPOSITION_PAGE_BYTES - 3u) + 2u;
  pages->starts    = (size_t*)calloc(max, sizeof(size_t));
  if (!pages->starts) {
    return STATUS_NO_MEMORY;
  }

  for (size_t at = 0; at < pages->text.size;) {
    at                                = page_end(&pages->text, at);
    pages->starts[++pages->num_pages] = at;
  }

  return STATUS_OK;
}

/// Write a document; STATUS_TOO_LARGE if it is above the limit
static Status
pages_make(Pages* const pages, const Composition* const root)
{
  const Status st = composition_encode(root, append, pages);
  if (pages->limit && pages->text.size > pages->limit) {
    return STATUS_TOO_LARGE;
  }

  return st || pages->text.failed ? STATUS_NO_MEMORY : cut(pages);
}

static bool
pages_get(const Pages* const     pages,
          const uint32_t         page,
          CompositionPage* const out)
{
  if (page >= pages->num_pages) {
    return false;
  }

  const size_t start = pages->starts[page];
  *out               = (CompositionPage){page,
                                         pages->num_pages,
                                         pages->text.data + start,
                                         pages->starts[page + 1u] - start};
  return true;
}

// What is kept

CompositionTexts*
composition_texts_new(void)
{
  return (CompositionTexts*)calloc(1, sizeof(CompositionTexts));
}

static void
drop(CompositionTexts* const texts)
{
  pages_free(&texts->pages);
  composition_release(texts->root);
  texts->root  = NULL;
  texts->id[0] = '\0';
}

void
composition_texts_free(CompositionTexts* const texts)
{
  if (texts) {
    drop(texts);
    free(texts);
  }
}

/// Keep a text instead of the one before; the pages move
static void
keep(CompositionTexts* const  texts,
     Pages* const             pages,
     const Composition* const root,
     const char* const        id)
{
  drop(texts);
  texts->pages = *pages;
  texts->root  = composition_retain(root);
  texts->used  = clock_nanos();
  snprintf(texts->id, sizeof(texts->id), "%s", id);
  *pages = (Pages){0};
}

/// Make the text of the open composition now, if it is small
static Status
make_small(Services* const services)
{
  const Composition* const root  = services_document(services);
  Pages                    pages = {.limit = SMALL_BYTES};
  const Status             st    = pages_make(&pages, root);
  if (st) {
    pages_free(&pages);
    return st == STATUS_TOO_LARGE ? STATUS_NOT_READY : st;
  }

  keep(services->texts, &pages, root, "");
  return STATUS_OK;
}

static Status
fail_range(Services* const services, const Pages* const pages, uint32_t page)
{
  return services_fail(services,
                       STATUS_OUT_OF_RANGE,
                       "There are pages 0 to %u, not %u",
                       pages->num_pages - 1u,
                       page);
}

Status
composition_text_find(Services* const        services,
                      const char* const      id,
                      const uint32_t         page,
                      CompositionPage* const out)
{
  // One that is not open is read anew with its first page
  CompositionTexts* const texts   = services->texts;
  const bool              is_open = !strcmp(id, services->id);
  const bool              kept =
    is_open ? texts->root && texts->root == services_document(services)
                         : page && texts->id[0] && !strcmp(texts->id, id);
  if (!kept) {
    const Status st = is_open ? make_small(services) : STATUS_NOT_READY;
    if (st) {
      return st == STATUS_NO_MEMORY ? edit_no_memory(services) : st;
    }
  }

  texts->used = clock_nanos();
  return pages_get(&texts->pages, page, out)
           ? STATUS_OK
           : fail_range(services, &texts->pages, page);
}

void
composition_text_poll(Services* const services)
{
  CompositionTexts* const texts = services->texts;
  if (texts->pages.num_pages && clock_nanos() - texts->used > KEEP_NANOS) {
    drop(texts);
  }
}

// In the making

/// On a worker
static void
text_run(Job* const base)
{
  TextJob* const job = (TextJob*)base;
  job->status        = STATUS_OK;
  if (!job->root) {
    uint64_t    revision = 0;
    char* const folder   = library_folder(job->services->data_dir, job->id);
    job->status =
      folder ? store_read(
                 folder, job->text, sizeof(job->text), &job->root, &revision)
             : STATUS_NO_MEMORY;
    free(folder);
  }

  job->status = job->status ? job->status : pages_make(&job->pages, job->root);
}

/// Tell who waits, in the order of coming
static void
tell(const TextJob* const job, const Waiter* const waiter)
{
  if (!waiter) {
    return;
  }

  char            text[96];
  CompositionPage page = {0};
  tell(job, waiter->next);
  if (job->status) {
    waiter->func(waiter->handle,
                 job->status,
                 job->text[0] ? job->text : status_text(job->status),
                 NULL);
  } else if (pages_get(&job->pages, waiter->page, &page)) {
    waiter->func(waiter->handle, STATUS_OK, "", &page);
  } else {
    snprintf(text,
             sizeof(text),
             "There are pages 0 to %u, not %u",
             job->pages.num_pages - 1u,
             waiter->page);
    waiter->func(waiter->handle, STATUS_OUT_OF_RANGE, text, NULL);
  }
}

static void
text_done(Job* const base)
{
  TextJob* const          job   = (TextJob*)base;
  CompositionTexts* const texts = job->services->texts;
  TextJob**               link  = &texts->making;
  while (*link != job) {
    link = &(*link)->next;
  }

  *link = job->next;
  tell(job, job->waiters);
  while (job->waiters) {
    Waiter* const next = job->waiters->next;
    free(job->waiters);
    job->waiters = next;
  }

  if (!job->status) {
    keep(texts,
         &job->pages,
         job->closed ? NULL : job->root,
         job->closed ? job->id : "");
  }

  pages_free(&job->pages);
  composition_release(job->root);
  free(job);
}

/// The job that makes a text, started if there is none; null with the reason
static TextJob*
find_job(Services* const services, const char* const id, Status* const status)
{
  CompositionTexts* const  texts   = services->texts;
  const bool               is_open = !strcmp(id, services->id);
  const Composition* const root = is_open ? services_document(services) : NULL;
  for (TextJob* job = texts->making; job; job = job->next) {
    // The root of one that is read belongs to the worker
    if (is_open ? !job->closed && job->root == root
                : job->closed && !strcmp(job->id, id)) {
      return job;
    }
  }

  TextJob* const job = (TextJob*)calloc(1, sizeof(TextJob));
  if (!job) {
    *status = edit_no_memory(services);
    return NULL;
  }

  job->job.run  = text_run;
  job->job.done = text_done;
  job->services = services;
  job->status   = STATUS_CANCELLED;
  job->closed   = !is_open;
  job->root     = composition_retain(root);
  snprintf(job->id, sizeof(job->id), "%s", id);
  *status = jobs_add(services->jobs, &job->job);
  if (*status) {
    services_fail(services, *status, "Too much else is going on");
    composition_release(job->root);
    free(job);
    return NULL;
  }

  job->next     = texts->making;
  texts->making = job;
  return job;
}

Status
composition_text_request(Services* const           services,
                         const char* const         id,
                         const uint32_t            page,
                         const CompositionPageFunc func,
                         void* const               handle)
{
  Status        st     = STATUS_OK;
  Waiter* const waiter = (Waiter*)malloc(sizeof(Waiter));
  if (!waiter) {
    return edit_no_memory(services);
  }

  TextJob* const job = find_job(services, id, &st);
  if (!job) {
    free(waiter);
    return st;
  }

  *waiter      = (Waiter){job->waiters, page, func, handle};
  job->waiters = waiter;
  return STATUS_OK;
}
