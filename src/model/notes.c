// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/notes.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static void
chunk_release(NoteChunk* const chunk)
{
  if (atomic_fetch_sub_explicit(&chunk->refs, 1u, memory_order_acq_rel) == 1u) {
    free(chunk);
  }
}

static NoteChunk*
chunk_new(const ClipNote* const notes, const uint32_t count)
{
  // Only as much memory as the notes need; a chunk never grows
  NoteChunk* const chunk = (NoteChunk*)malloc(offsetof(NoteChunk, notes) +
                                              (size_t)count * sizeof(ClipNote));
  if (chunk) {
    atomic_init(&chunk->refs, 1u);
    chunk->count = count;
    memcpy(chunk->notes, notes, count * sizeof(ClipNote));
  }

  return chunk;
}

NoteList*
note_list_retain(const NoteList* const list)
{
  if (list) {
    atomic_fetch_add_explicit(
      (atomic_uint*)&list->refs, 1u, memory_order_relaxed);
  }

  return (NoteList*)list;
}

void
note_list_release(const NoteList* const list)
{
  if (!list || atomic_fetch_sub_explicit(
                 (atomic_uint*)&list->refs, 1u, memory_order_acq_rel) != 1u) {
    return;
  }

  for (uint32_t i = 0; i < list->num_chunks; ++i) {
    chunk_release(list->chunks[i]);
  }

  free((void*)list);
}

int
note_compare(const ClipNote* const a, const ClipNote* const b)
{
  return a->start != b->start ? (a->start < b->start ? -1 : 1)
                              : (int)a->pitch - (int)b->pitch;
}

static bool
note_same(const ClipNote* const a, const ClipNote* const b)
{
  return !note_compare(a, b) && a->length == b->length &&
         a->velocity == b->velocity;
}

/// A note and its place in the array it came in, for a stable order
typedef struct {
  ClipNote note;
  uint32_t index;
} Placed;

static int
compare_placed(const void* const a, const void* const b)
{
  const Placed* const left  = (const Placed*)a;
  const Placed* const right = (const Placed*)b;
  const int           order = note_compare(&left->note, &right->note);
  return order ? order : (left->index < right->index ? -1 : 1);
}

/// Sort notes, keeping the later of two at one place; false: no memory
static bool
sort_notes(ClipNote* const notes, uint32_t* const count)
{
  bool sorted = true;
  for (uint32_t i = 1; i < *count && sorted; ++i) {
    sorted = note_compare(&notes[i - 1u], &notes[i]) < 0;
  }

  if (sorted) {
    return true;
  }

  Placed* const placed = (Placed*)malloc((size_t)*count * sizeof(Placed));
  if (!placed) {
    return false;
  }

  for (uint32_t i = 0; i < *count; ++i) {
    placed[i].note  = notes[i];
    placed[i].index = i;
  }

  qsort(placed, *count, sizeof(Placed), compare_placed);

  uint32_t kept = 0;
  for (uint32_t i = 0; i < *count; ++i) {
    if (i + 1u == *count ||
        note_compare(&placed[i].note, &placed[i + 1u].note)) {
      notes[kept++] = placed[i].note;
    }
  }

  *count = kept;
  free(placed);
  return true;
}

// A list under construction: chunks are shared as they are or made from a run
// of notes.  A run that is full when a list is changed gives half of itself
// away, so that neither insertions nor removals leave a trail of tiny chunks.
typedef struct {
  NoteList* list;
  uint32_t  max_chunks;
  uint32_t  part; ///< Notes to make a chunk of when the run is full
  ClipNote  run[NOTE_CHUNK];
  uint32_t  run_count;
} Builder;

/// A run shorter than this takes the next chunk in rather than sharing it
#define RUN_MIN (NOTE_CHUNK / 4u)

static bool
builder_push(Builder* const builder, NoteChunk* const chunk)
{
  if (!chunk) {
    return false;
  }

  if (!builder->list || builder->list->num_chunks == builder->max_chunks) {
    const uint32_t  max  = builder->max_chunks ? builder->max_chunks * 2u : 4u;
    NoteList* const list = (NoteList*)realloc(
      builder->list, sizeof(NoteList) + (size_t)max * sizeof(NoteChunk*));
    if (!list) {
      chunk_release(chunk);
      return false;
    }

    if (!builder->list) {
      atomic_init(&list->refs, 1u);
      list->count      = 0;
      list->num_chunks = 0;
    }

    builder->list       = list;
    builder->max_chunks = max;
  }

  builder->list->chunks[builder->list->num_chunks++] = chunk;
  builder->list->count += chunk->count;
  return true;
}

static bool
builder_flush(Builder* const builder)
{
  const uint32_t count = builder->run_count;
  builder->run_count   = 0;
  return !count || builder_push(builder, chunk_new(builder->run, count));
}

static bool
builder_note(Builder* const builder, const ClipNote* const note)
{
  if (builder->run_count == NOTE_CHUNK) {
    const uint32_t part = builder->part;
    if (!builder_push(builder, chunk_new(builder->run, part))) {
      return false;
    }

    builder->run_count -= part;
    memmove(
      builder->run, builder->run + part, builder->run_count * sizeof(ClipNote));
  }

  builder->run[builder->run_count++] = *note;
  return true;
}

/// Take over a whole chunk of another list
static bool
builder_share(Builder* const builder, NoteChunk* const chunk)
{
  if (!builder_flush(builder)) {
    return false;
  }

  atomic_fetch_add_explicit(&chunk->refs, 1u, memory_order_relaxed);
  return builder_push(builder, chunk);
}

static Status
builder_finish(Builder* const builder, const bool ok, NoteList** const out)
{
  if (!ok || !builder_flush(builder)) {
    note_list_release(builder->list);
    return STATUS_NO_MEMORY;
  }

  *out = builder->list;
  return STATUS_OK;
}

Status
note_list_build(ClipNote* const notes, uint32_t count, NoteList** const out)
{
  *out = NULL;
  if (count > NOTES_MAX) {
    return STATUS_TOO_LARGE;
  }

  if (!sort_notes(notes, &count)) {
    return STATUS_NO_MEMORY;
  }

  Builder builder = {.part = NOTE_CHUNK};
  bool    ok      = true;
  for (uint32_t i = 0; ok && i < count; ++i) {
    ok = builder_note(&builder, &notes[i]);
  }

  return builder_finish(&builder, ok, out);
}

/// What is left of a change while the old list is walked
typedef struct {
  const ClipNote* removed;
  const ClipNote* removed_end;
  const ClipNote* added;
  const ClipNote* added_end;
} Pending;

/// Whether nothing of a change is at or before `last`
static bool
untouched(const Pending* const pending, const ClipNote* const last)
{
  return (pending->removed == pending->removed_end ||
          note_compare(pending->removed, last) > 0) &&
         (pending->added == pending->added_end ||
          note_compare(pending->added, last) > 0);
}

/// Merge one chunk with what is pending up to its last note; the first removed
/// note that is not there ends it with STATUS_NOT_FOUND
static Status
merge_chunk(Builder* const         builder,
            const NoteChunk* const chunk,
            Pending* const         pending)
{
  bool ok = true;
  for (uint32_t i = 0; ok && i < chunk->count; ++i) {
    const ClipNote* const note = &chunk->notes[i];
    while (ok && pending->added < pending->added_end &&
           note_compare(pending->added, note) < 0) {
      ok = builder_note(builder, pending->added++);
    }

    const int gone = pending->removed < pending->removed_end
                       ? note_compare(pending->removed, note)
                       : 1;
    if (gone < 0) {
      return STATUS_NOT_FOUND;
    }

    const bool replaced = pending->added < pending->added_end &&
                          !note_compare(pending->added, note);
    pending->removed += !gone;
    if (ok && replaced) {
      ok = builder_note(builder, pending->added++);
    } else if (ok && gone) {
      ok = builder_note(builder, note);
    }
  }

  return ok ? STATUS_OK : STATUS_NO_MEMORY;
}

/// A sorted copy of notes, owned
static ClipNote*
sorted_copy(const ClipNote* const notes, uint32_t* const count)
{
  ClipNote* const copy =
    (ClipNote*)malloc(((size_t)*count + 1u) * sizeof(ClipNote));
  if (!copy) {
    return NULL;
  }

  if (*count) {
    memcpy(copy, notes, *count * sizeof(ClipNote));
  }

  if (!sort_notes(copy, count)) {
    free(copy);
    return NULL;
  }

  return copy;
}

static Status
merge(const NoteList* const list,
      Pending* const        pending,
      ClipNote* const       missing,
      NoteList** const      out)
{
  Builder builder = {.part = NOTE_CHUNK / 2u};
  Status  st      = STATUS_OK;
  for (uint32_t i = 0; !st && i < (list ? list->num_chunks : 0u); ++i) {
    NoteChunk* const      chunk = list->chunks[i];
    const ClipNote* const last  = &chunk->notes[chunk->count - 1u];
    const bool short_run = builder.run_count && builder.run_count < RUN_MIN;
    if (untouched(pending, last) && !short_run) {
      st = builder_share(&builder, chunk) ? STATUS_OK : STATUS_NO_MEMORY;
    } else {
      st = merge_chunk(&builder, chunk, pending);
    }
  }

  if (!st && pending->removed < pending->removed_end) {
    st = STATUS_NOT_FOUND;
  }

  while (!st && pending->added < pending->added_end) {
    st =
      builder_note(&builder, pending->added++) ? STATUS_OK : STATUS_NO_MEMORY;
  }

  if (st == STATUS_NOT_FOUND && missing) {
    *missing = *pending->removed;
  }

  if (!st && builder.list &&
      builder.list->count + builder.run_count > NOTES_MAX) {
    st = STATUS_TOO_LARGE;
  }

  const Status finished = builder_finish(&builder, !st, out);
  return st ? st : finished;
}

Status
note_list_change(const NoteList* const list,
                 const ClipNote* const removed,
                 uint32_t              num_removed,
                 const ClipNote* const added,
                 uint32_t              num_added,
                 ClipNote* const       missing,
                 NoteList** const      out)
{
  *out                  = NULL;
  ClipNote* const takes = sorted_copy(removed, &num_removed);
  ClipNote* const puts  = sorted_copy(added, &num_added);
  Status          st    = STATUS_NO_MEMORY;
  if (takes && puts) {
    Pending pending = {takes, takes + num_removed, puts, puts + num_added};
    st              = merge(list, &pending, missing, out);
  }

  free(takes);
  free(puts);
  return st;
}

NoteCursor
note_cursor(const NoteList* const list)
{
  const NoteCursor cursor = {list, 0, 0};
  return cursor;
}

const ClipNote*
note_next(NoteCursor* const cursor)
{
  if (!cursor->list || cursor->chunk == cursor->list->num_chunks) {
    return NULL;
  }

  const NoteChunk* const chunk = cursor->list->chunks[cursor->chunk];
  const ClipNote* const  note  = &chunk->notes[cursor->index];
  if (++cursor->index == chunk->count) {
    cursor->index = 0;
    ++cursor->chunk;
  }

  return note;
}

/// Skip chunks that both lists share where both cursors begin one
static void
skip_shared(NoteCursor* const a, NoteCursor* const b)
{
  while (a->list && b->list && !a->index && !b->index &&
         a->chunk < a->list->num_chunks && b->chunk < b->list->num_chunks &&
         a->list->chunks[a->chunk] == b->list->chunks[b->chunk]) {
    ++a->chunk;
    ++b->chunk;
  }
}

/// The note at a cursor without moving on
static const ClipNote*
note_peek(NoteCursor cursor)
{
  return note_next(&cursor);
}

bool
note_list_difference(const NoteList* const old_list,
                     const NoteList* const new_list,
                     const NoteChangeFunc  func,
                     void* const           handle)
{
  NoteCursor a = note_cursor(old_list);
  NoteCursor b = note_cursor(new_list);
  for (;;) {
    skip_shared(&a, &b);

    const ClipNote* const old_note = note_peek(a);
    const ClipNote* const new_note = note_peek(b);
    if (!old_note && !new_note) {
      return true;
    }

    const int order = !old_note   ? 1
                      : !new_note ? -1
                                  : note_compare(old_note, new_note);
    if (order <= 0) {
      note_next(&a);
    }

    if (order >= 0) {
      note_next(&b);
    }

    if ((order || !note_same(old_note, new_note)) &&
        !func(
          handle, order <= 0 ? old_note : NULL, order >= 0 ? new_note : NULL)) {
      return false;
    }
  }
}

static bool
stop_at_first(void* const           handle,
              const ClipNote* const old_note,
              const ClipNote* const new_note)
{
  (void)handle;
  (void)old_note;
  (void)new_note;
  return false;
}

bool
note_list_equal(const NoteList* const a, const NoteList* const b)
{
  return a == b || (note_list_count(a) == note_list_count(b) &&
                    note_list_difference(a, b, stop_at_first, NULL));
}
