// SPDX-License-Identifier: GPL-3.0-or-later
//
// Standard MIDI Files from outside: whatever the bytes, they are refused in a
// sentence or give a composition that can be written and read again

#include "model/smf.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void
check(const int holds)
{
  if (!holds) {
    abort();
  }
}

/// Notes of all clips
static uint32_t
count_notes(const Composition* const root)
{
  uint32_t            count = 0;
  const IdList* const order = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    for (uint32_t c = 0; c < id_list_count(track->clips); ++c) {
      const Clip* const clip   = composition_clip(root, track->clips->ids[c]);
      NoteCursor        cursor = note_cursor(clip->notes);
      const ClipNote*   note   = NULL;
      check(clip->length > 0 && clip->length <= TICKS_MAX);
      while ((note = note_next(&cursor))) {
        check(note->start >= 0 && note->length > 0);
        check(note->pitch < 128u && note->velocity && note->velocity < 128u);
        check(note->start + note->length <= clip->length);
      }

      count += note_list_count(clip->notes);
    }
  }

  return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  char         text[256] = "";
  Composition* root      = NULL;
  Composition* again     = NULL;
  Text         bytes     = {0};
  if (smf_decode(data, size, text, sizeof(text), &root)) {
    check(text[0] && !strchr(text, '\n') && !root);
    return 0;
  }

  check(!smf_encode(root, &bytes, text, sizeof(text)));
  check(!smf_decode(bytes.data, bytes.size, text, sizeof(text), &again));

  // Notes that no grid holds may fall together
  check(count_notes(again) <= count_notes(root));
  composition_release(root);
  composition_release(again);
  text_free(&bytes);
  return 0;
}
