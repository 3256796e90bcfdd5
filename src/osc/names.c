// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/names.h"

#include "base/utf8.h"
#include "osc/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most candidates that a reason names
#define MAX_CANDIDATES 6u

#define NONE UINT32_MAX

/// A thing with a name, in the chain of its slug's bucket
typedef struct {
  uint32_t hash;
  uint32_t number; ///< Of the thing's identifier
  uint32_t next;   ///< Entry, or NONE
} Entry;

/// Things of one kind by slug.  Slugs themselves are not kept: an entry is
/// proven by the name of its node.
typedef struct {
  Table*    table;       ///< What the index describes, retained
  uint32_t  next;        ///< Things from this number on are not in it yet
  uint32_t* buckets;     ///< First entries, a power of two of them
  uint32_t  num_buckets; ///<
  Entry*    entries;     ///<
  uint32_t  num_entries; ///< In use, free ones included
  uint32_t  max_entries; ///<
  uint32_t  free_entry;  ///< First of the free ones
  uint32_t  count;       ///< Things in the index
  bool      failed;      ///< Memory ran out while it followed
} Index;

struct Names {
  Index kinds[NUM_KINDS];
};

Names*
names_new(void)
{
  Names* const names = calloc(1, sizeof(Names));
  for (unsigned k = 0; names && k < NUM_KINDS; ++k) {
    names->kinds[k].free_entry = NONE;
  }
  return names;
}

/// Make an index empty, as it is before its first use
static void
index_clear(Index* const index)
{
  table_release(index->table);
  free(index->buckets);
  free(index->entries);
  memset(index, 0, sizeof(*index));
  index->free_entry = NONE;
}

void
names_free(Names* const names)
{
  for (unsigned k = 0; names && k < NUM_KINDS; ++k) {
    index_clear(&names->kinds[k]);
  }
  free(names);
}

/// FNV-1a
static uint32_t
hash_text(const char* text)
{
  uint32_t hash = 2166136261u;
  for (; *text; ++text) {
    hash = (hash ^ (uint8_t)*text) * 16777619u;
  }
  return hash;
}

/// Chain all entries anew over `num_buckets`
static bool
index_spread(Index* const index, const uint32_t num_buckets)
{
  uint32_t* const buckets = malloc(num_buckets * sizeof(*buckets));
  if (!buckets) {
    return false;
  }

  memset(buckets, 0xFF, num_buckets * sizeof(*buckets));
  for (uint32_t i = 0; i < index->num_buckets; ++i) {
    for (uint32_t e = index->buckets[i]; e != NONE;) {
      Entry* const    entry = &index->entries[e];
      const uint32_t  next  = entry->next;
      uint32_t* const first = &buckets[entry->hash & (num_buckets - 1u)];
      entry->next           = *first;
      *first                = e;
      e                     = next;
    }
  }
  free(index->buckets);
  index->buckets     = buckets;
  index->num_buckets = num_buckets;
  return true;
}

/// Make sure that one more entry fits
static bool
index_grow(Index* const index)
{
  if (index->count >= index->num_buckets &&
      !index_spread(index,
                    index->num_buckets ? index->num_buckets * 2u : 64u)) {
    return false;
  }
  if (index->free_entry != NONE) {
    return true;
  }
  if (index->num_entries == index->max_entries) {
    const uint32_t max     = index->max_entries ? index->max_entries * 2u : 64u;
    Entry* const   entries = realloc(index->entries, max * sizeof(*entries));
    if (!entries) {
      return false;
    }
    index->entries     = entries;
    index->max_entries = max;
  }
  index->entries[index->num_entries].next = NONE;
  index->free_entry                       = index->num_entries++;
  return true;
}

static bool
index_add(Index* const index, const uint32_t hash, const uint32_t number)
{
  if (!index_grow(index)) {
    return false;
  }

  const uint32_t  e      = index->free_entry;
  uint32_t* const bucket = &index->buckets[hash & (index->num_buckets - 1u)];
  index->free_entry      = index->entries[e].next;
  index->entries[e]      = (Entry){hash, number, *bucket};
  *bucket                = e;
  ++index->count;
  return true;
}

static void
index_remove(Index* const index, const uint32_t hash, const uint32_t number)
{
  uint32_t* link = &index->buckets[hash & (index->num_buckets - 1u)];
  while (*link != NONE) {
    Entry* const   entry = &index->entries[*link];
    const uint32_t e     = *link;
    if (entry->hash == hash && entry->number == number) {
      *link             = entry->next;
      entry->next       = index->free_entry;
      index->free_entry = e;
      --index->count;
      return;
    }
    link = &entry->next;
  }
}

/// Follow one thing from its old to its new name, if it is one of those that
/// are in the index
static bool
index_visit(void* const       handle,
            const uint32_t    number,
            const Node* const old_node,
            const Node* const new_node)
{
  Index* const index             = handle;
  char         before[SLUG_SIZE] = "";
  char         after[SLUG_SIZE]  = "";
  if (number >= index->next) {
    return true;
  }
  if (old_node) {
    slug_make(node_name(old_node), before);
  }
  if (new_node) {
    slug_make(node_name(new_node), after);
  }
  if (!strcmp(before, after)) {
    return true;
  }

  if (before[0]) {
    index_remove(index, hash_text(before), number);
  }
  if (after[0] && !index_add(index, hash_text(after), number)) {
    index->failed = true;
    return false;
  }
  return true;
}

/// Make the index describe a kind, taking in at most `budget` things that it
/// has not seen
static Status
index_follow(Index* const             index,
             const Composition* const composition,
             const Kind               kind,
             uint32_t                 budget)
{
  const Table* const table = composition->things[kind];
  const uint32_t     end   = composition->next_id[kind];
  if (index->table != table) {
    table_difference(index->table, table, index_visit, index);
    table_release(index->table);
    index->table = table_retain(table);
  }

  for (; index->next < end && budget && !index->failed; --budget) {
    const Node* const node = table_find(table, index->next++);
    if (node) {
      index_visit(index, index->next - 1u, NULL, node);
    }
  }
  if (index->failed) {
    index_clear(index);
    return STATUS_NO_MEMORY;
  }
  return STATUS_OK;
}

void
names_prepare(Names* const             names,
              const Composition* const composition,
              const uint32_t           budget)
{
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    if (names->kinds[k].next < composition->next_id[k]) {
      index_follow(&names->kinds[k], composition, (Kind)k, budget);
      return;
    }
  }
}

/// Things that a slug may mean
typedef struct {
  uint32_t count;
  Id       ids[MAX_CANDIDATES];
} Candidates;

/// Keep the lowest identifiers
static void
candidates_add(Candidates* const found, const Id id)
{
  uint32_t at = found->count < MAX_CANDIDATES ? found->count : MAX_CANDIDATES;
  for (; at && found->ids[at - 1u] > id; --at) {
    if (at < MAX_CANDIDATES) {
      found->ids[at] = found->ids[at - 1u];
    }
  }
  if (at < MAX_CANDIDATES) {
    found->ids[at] = id;
  }
  ++found->count;
}

/// Collect the things of a kind with a slug
static Status
collect(Names* const             names,
        const Composition* const composition,
        const Kind               kind,
        const char* const        slug,
        Candidates* const        found)
{
  Index* const       index = &names->kinds[kind];
  const Table* const table = composition->things[kind];
  const Status status      = index_follow(index, composition, kind, UINT32_MAX);
  if (status || !index->num_buckets) {
    return status;
  }

  const uint32_t hash = hash_text(slug);
  uint32_t       e    = index->buckets[hash & (index->num_buckets - 1u)];
  for (; e != NONE; e = index->entries[e].next) {
    const Entry* const entry = &index->entries[e];
    if (entry->hash == hash) {
      char own[SLUG_SIZE];
      slug_make(node_name(table_find(table, entry->number)), own);
      if (!strcmp(own, slug)) {
        candidates_add(found, id_make(kind, entry->number));
      }
    }
  }
  return STATUS_OK;
}

bool
kind_has_positions(const Kind kind)
{
  return kind == KIND_TRACK || kind == KIND_BUS || kind == KIND_SCENE;
}

Id
names_at(const Composition* const composition,
         const Kind               kind,
         const uint32_t           position)
{
  const IdList* const order = composition->order[kind];
  return position && position <= id_list_count(order)
           ? order->ids[position - 1u]
           : ID_NONE;
}

/// A position as text, 0 if it is none
static uint32_t
read_position(const char* const text)
{
  const size_t length = strspn(text, "0123456789");
  return length && length <= 9u && !text[length] ? (uint32_t)atoi(text) : 0;
}

/// Whether an identifier names a thing of a kind
static bool
is_there(const Composition* const composition, const Kind kind, const Id id)
{
  return kind == KIND_NONE
           ? composition_channel(composition, id) != NULL
           : id_kind(id) == kind && composition_find(composition, id) != NULL;
}

/// Say what a name could mean, if more than one thing
static void
explain(char                    reason[REASON_SIZE],
        const Kind              kind,
        const char* const       text,
        const Candidates* const found)
{
  const int length = (int)utf8_prefix(text, 60);
  if (found->count < 2) {
    snprintf(
      reason, REASON_SIZE, "No %s \"%.*s\"", kind_name(kind), length, text);
    return;
  }

  int at = snprintf(reason, REASON_SIZE, "\"%.*s\" is", length, text);
  for (uint32_t i = 0; i < found->count && i < MAX_CANDIDATES; ++i) {
    char              id[ID_TEXT_SIZE];
    const char* const joint = !i ? " " : i + 1 == found->count ? " or " : ", ";
    at += snprintf(reason + at,
                   REASON_SIZE - (size_t)at,
                   "%s%s",
                   joint,
                   id_format(found->ids[i], id));
  }
  if (found->count > MAX_CANDIDATES) {
    snprintf(
      reason + at, REASON_SIZE - (size_t)at, " or another of %u", found->count);
  }
}

Status
names_find(Names* const             names,
           const Composition* const composition,
           const Kind               kind,
           const char* const        text,
           Id* const                id,
           char                     reason[REASON_SIZE])
{
  if (id_parse(text, id) && is_there(composition, kind, *id)) {
    return STATUS_OK;
  }

  const Kind ordered = kind == KIND_NONE ? KIND_TRACK : kind;
  if (kind_has_positions(ordered)) {
    *id = names_at(composition, ordered, read_position(text));
    if (*id) {
      return STATUS_OK;
    }
  }

  Candidates found = {0, {0}};
  char       slug[SLUG_SIZE];
  slug_make(text, slug);
  if (slug[0]) {
    Status status = collect(names, composition, ordered, slug, &found);
    if (!status && kind == KIND_NONE) {
      status = collect(names, composition, KIND_BUS, slug, &found);
    }
    if (status) {
      return status;
    }
  }

  if (found.count == 1) {
    *id = found.ids[0];
    return STATUS_OK;
  }
  explain(reason, kind, text, &found);
  return STATUS_NOT_FOUND;
}
