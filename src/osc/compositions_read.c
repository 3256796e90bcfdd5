// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /compositions/{c} that can be asked of one that is not open too
//
// Such a one is read on a worker, since it may be large, and answered later.

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/composition_store.h"
#include "services/composition_text.h"

#include <stdlib.h>
#include <string.h>

/// The composition that the path names
static const char*
named(const OscCall* const call)
{
  return call->words[0];
}

/// Something of a composition that may have to be read first
typedef void (*WriteFunc)(OscCall* call, const Composition* root);

/// A call that waits for its composition
typedef struct {
  OscLater*          later;
  WriteFunc          write;
  const Composition* root;
} Reading;

static void
write_reading(void* const handle, OscCall* const call)
{
  const Reading* const reading = (const Reading*)handle;
  reading->write(call, reading->root);
}

static void
reading_done(void* const              handle,
             const Status             status,
             const char* const        text,
             const Composition* const root)
{
  Reading* const reading = (Reading*)handle;
  reading->root          = root;
  if (status) {
    later_finish(reading->later, status, text);
  } else {
    later_answer(reading->later, write_reading, reading);
  }

  free(reading);
}

/// Answer with something of the composition that the path names, later if it
/// is not open
static Status
answer_from(Services* const services,
            OscCall* const  call,
            const WriteFunc write)
{
  if (!strcmp(named(call), compositions_current(services))) {
    write(call, services_document(services));
    return STATUS_OK;
  }

  Reading* const reading = (Reading*)calloc(1, sizeof(Reading));
  if (!reading || !(reading->later = call_later(call))) {
    free(reading);
    return services_fail(services, STATUS_BUSY, "Too much else is going on");
  }

  reading->write = write;
  const Status st =
    compositions_request(services, named(call), reading_done, reading);
  if (st) {
    later_finish(reading->later, st, services_error(services));
    free(reading);
  }

  return STATUS_OK;
}

static void
write_name(OscCall* const call, const Composition* const root)
{
  call_string(call, string_text(root->name));
}

/// `/compositions/{c}/name`
Status
osc_compositions_name_get(Services* const services, OscCall* const call)
{
  return answer_from(services, call, write_name);
}

static void
write_tracks(OscCall* const call, const Composition* const root)
{
  static const char* const types[] = {
    [TRACK_AUDIO] = "audio", [TRACK_MIDI] = "midi"};

  const IdList* const order = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    call_int(call, i);
    call_id(call, order->ids[i]);
    call_string(call, string_text(track->name));
    call_string(call, types[track->type]);
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
}

/// `/compositions/{c}/tracks/list`
Status
osc_compositions_tracks_list(Services* const services, OscCall* const call)
{
  return answer_from(services, call, write_tracks);
}

// Pages

static void
write_page(void* const handle, OscCall* const call)
{
  const CompositionPage* const page = (const CompositionPage*)handle;
  char                         text[COMPOSITION_PAGE_BYTES + 1u];
  memcpy(text, page->text, page->size);
  text[page->size] = '\0';
  call_int(call, page->page);
  call_int(call, page->num_pages);
  call_string(call, text);
}

static void
page_done(void* const                  handle,
          const Status                 status,
          const char* const            text,
          const CompositionPage* const page)
{
  if (status) {
    later_finish((OscLater*)handle, status, text);
  } else {
    later_answer((OscLater*)handle, write_page, (void*)(uintptr_t)page);
  }
}

/// `/compositions/{c}/json ,i`
Status
osc_compositions_json(Services* const services, OscCall* const call)
{
  const uint32_t  number = (uint32_t)call->args[0].i;
  CompositionPage page   = {0};
  Status st = composition_text_find(services, named(call), number, &page);
  if (st != STATUS_NOT_READY) {
    if (!st) {
      write_page(&page, call);
    }

    return st;
  }

  OscLater* const later = call_later(call);
  if (!later) {
    return services_fail(services, STATUS_BUSY, "Too much else is going on");
  }

  st =
    composition_text_request(services, named(call), number, page_done, later);
  if (st) {
    later_finish(later, st, services_error(services));
  }

  return STATUS_OK;
}
