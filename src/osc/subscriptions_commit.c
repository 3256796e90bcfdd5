// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what a commit changed to what is sent

#include "model/difference.h"
#include "osc/subscriptions_private.h"

#include <string.h>

/// Changed things that are noted one by one
#define MAX_CHANGED 256u

/// A walk over a commit's difference
typedef struct {
  Subscriptions*   subscriptions;
  const Commit*    commit;
  const OscClient* only;    ///< Whom to tell, null: all
  bool             renamed; ///< Names or orders changed, or things came or went
  bool             global;  ///< The composition's own values changed
  uint32_t         num_changed; ///< More than MAX_CHANGED: all
  Id               changed[MAX_CHANGED];
} CommitWalk;

/// Note that a thing changed, for values that are derived from it
static void
note_changed(CommitWalk* const walk, const Id id)
{
  if (walk->num_changed < MAX_CHANGED) {
    walk->changed[walk->num_changed] = id;
  }
  walk->num_changed += walk->num_changed <= MAX_CHANGED;
}

/// Note a thing and those that it belongs to
static void
note_all_changed(CommitWalk* const walk, const Change* const change)
{
  note_changed(walk, change->id);
  const Node* const nodes[] = {change->before, change->after};
  for (int i = 0; i < 2; ++i) {
    const Node* const node = nodes[i];
    if (node && node->type == NODE_CLIP) {
      note_changed(walk, ((const Clip*)node)->track);
    } else if (node && node->type == NODE_EFFECT) {
      note_changed(walk, ((const Effect*)node)->owner);
    }
  }
}

/// End a subscription that can't be served, and say so
static void
overflow(const Interest* const interest)
{
  interest->subscription->overflowed = true;
}

/// Whether a thing is one that an interest wants to know of; fills its target
static bool
takes_thing(const Interest* const interest,
            const Scope* const    scope,
            const Id              id,
            Target* const         target)
{
  const Shape* const shape = &interest->shape;
  uint32_t           steps = LIMIT_PATTERN_STEPS;
  *target                  = (Target){.row = shape->row, .twin = shape->twin};

  for (uint32_t i = 0; i < shape->num_places; ++i) {
    const bool composition = shape->row->places[i].type == PLACE_COMPOSITION;
    const Id   here        = composition ? ID_COMPOSITION : id;
    if (shape->places[i].literal
          ? interest->ids[i] != here
          : !shape_takes(shape, i, scope, here, &steps)) {
      return false;
    }
    target->ids[i]   = here;
    target->words[i] = composition ? scope->open : "";
  }

  // Where the path names nothing it is about the composition or the master
  return row_target(shape->row, target->ids) == id;
}

/// Whether the client of an interest set this value itself just now
static bool
is_own(const Commit* const    commit,
       const OscClient* const client,
       const Target* const    target)
{
  return commit->origin == client && commit->own &&
         marks_has(commit->own, target_hash(target));
}

/// A setter has had its answer: what waited for it is out of date
static void
forget_own(const OscClient* const client, const Target* const target)
{
  const uint64_t control = control_hash(target);
  for (Update* u = updates_first(client->updates, control); u;) {
    Update* const next = updates_next(u);
    if (target_equal(&u->target, target)) {
      updates_remove(client->updates, u);
    }
    u = next;
  }
}

/// Tell of a field that changed
static void
tell_field(const CommitWalk* const walk,
           const Interest* const   interest,
           const Id                id)
{
  Target target;
  if (walk->only && walk->only != interest->subscription->client) {
    return;
  }
  if (!takes_thing(interest, &walk->commit->scope, id, &target)) {
    return;
  }

  const OscClient* const client = interest->subscription->client;
  if (is_own(walk->commit, client, &target)) {
    forget_own(client, &target);
    return;
  }

  char    address[EXPAND_ADDRESS_SIZE];
  Update* update = NULL;
  shape_address(&interest->shape, &target, address);
  if (interest_queue(
        walk->subscriptions, interest, &target, address, &update)) {
    overflow(interest);
  }
}

/// Whether a collection holds things of the kind of `id`
static bool
holds(const Shape* const shape, const Kind kind)
{
  const Place* const things = &shape->row->places[shape->num_places - 1u];
  return things->type == PLACE_CHANNEL ? kind == KIND_TRACK || kind == KIND_BUS
                                       : things->kind == kind;
}

/// Tell of what happened to a thing, or to the order of things of a kind
static void
tell_event(const CommitWalk* const walk,
           const Kind              kind,
           const Id                id,
           const EventFlags        event)
{
  const Scope* const scope = &walk->commit->scope;
  for (Interest* i = walk->subscriptions->events; i; i = i->row_next) {
    const Shape* const shape  = &i->shape;
    Target             target = {.row = shape->row};
    uint32_t           steps  = LIMIT_PATTERN_STEPS;
    bool               open   = holds(shape, kind) && (shape->events & event) &&
                (!walk->only || walk->only == i->subscription->client);
    if (open && shape->num_places > 1) {
      target.ids[0]   = ID_COMPOSITION;
      target.words[0] = scope->open;
      open            = shape->places[0].literal
                          ? i->ids[0] == ID_COMPOSITION
                          : shape_takes(shape, 0, scope, ID_COMPOSITION, &steps);
    }
    if (!open) {
      continue;
    }

    char           address[EXPAND_ADDRESS_SIZE];
    Updates* const updates = i->subscription->client->updates;
    Update*        update  = NULL;
    shape_address(shape, &target, address);
    if (updates_need(updates,
                     UPDATE_EVENT,
                     event_hash(address, id),
                     &target,
                     address,
                     &update)) {
      overflow(i);
      continue;
    }
    update->subscription = i->subscription;
    update->id           = id;
    update->event        = event;
    update->revision     = walk->commit->revision;
    update->due          = 0; // Each is told at once
    updates_queue(updates, update, QUEUE_CHANGED);
  }
}

/// Whether the things that two orders have in common stand differently
static bool
is_reordered(const Composition* const before,
             const Composition* const after,
             const Kind               kind)
{
  const IdList* const a = before ? before->order[kind] : NULL;
  const IdList* const b = after->order[kind];
  uint32_t            i = 0;
  uint32_t            k = 0;
  while (i < id_list_count(a) && k < id_list_count(b)) {
    if (!composition_find(after, a->ids[i])) {
      ++i;
    } else if (!composition_find(before, b->ids[k])) {
      ++k;
    } else if (a->ids[i++] != b->ids[k++]) {
      return true;
    }
  }
  return false;
}

/// Compare the orders of things
static void
visit_orders(CommitWalk* const        walk,
             const Composition* const before,
             const Composition* const after)
{
  for (uint32_t k = 0; k < NUM_KINDS; ++k) {
    const Kind          kind = (Kind)k;
    const IdList* const old  = before ? before->order[kind] : NULL;
    if (old == after->order[kind]) {
      continue;
    }
    walk->renamed = true;
    if (walk->subscriptions->events && is_reordered(before, after, kind)) {
      tell_event(walk, kind, ID_NONE, EVENT_ORDER);
    }
  }
}

/// Tell of all fields of a thing that changed
static void
visit_fields(const CommitWalk* const walk, const Change* const change)
{
  const Subscriptions* const subscriptions = walk->subscriptions;
  const uint32_t end = subscriptions->first_field[(uint32_t)change->type + 1u];

  for (uint32_t i = subscriptions->first_field[change->type]; i < end; ++i) {
    const uint32_t     row      = subscriptions->field_rows[i];
    const Field* const field    = subscriptions->config.rows[row].field;
    const Interest*    interest = subscriptions->interests[row];
    if (interest && (!change->before ||
                     !field_equal(field, change->before, change->after))) {
      for (; interest; interest = interest->row_next) {
        tell_field(walk, interest, change->id);
      }
    }
  }
}

static bool
visit_change(void* const handle, const Change* const change)
{
  CommitWalk* const walk = (CommitWalk*)handle;
  const bool        thing =
    change->type != NODE_COMPOSITION && change->type != NODE_CHANNEL;
  const Kind kind = id_kind(change->id);
  note_all_changed(walk, change);

  if (!change->after) {
    walk->renamed = true;
    if (thing) {
      tell_event(walk, kind, change->id, EVENT_REMOVED);
    }
    return true;
  }

  if (change->type == NODE_COMPOSITION) {
    visit_orders(walk,
                 (const Composition*)change->before,
                 (const Composition*)change->after);
    walk->global =
      !change->before || !node_equal(change->before, change->after);
  } else if (!change->before) {
    walk->renamed = true;
    if (thing) {
      tell_event(walk, kind, change->id, EVENT_ADDED);
    }
  }
  walk->renamed |= change->before && strcmp(node_name(change->before),
                                            node_name(change->after)) != 0;
  visit_fields(walk, change);
  return true;
}

/// Have a derived value compared
static void
check(Updates* const updates, Update* const update)
{
  if (update->queue != QUEUE_CHANGED && !update->absent) {
    updates_queue(updates, update, QUEUE_CHANGED);
  }
}

static void
check_about(Updates* const updates, const Id id)
{
  for (const ThingLink* link = updates_about(updates, id); link;
       link                  = updates_about_next(link)) {
    check(updates, link->update);
  }
}

/// Have the derived values of a client compared that may come from what
/// changed: those about the things that did, and about all that there is
static void
check_derived(const CommitWalk* const walk, const OscClient* const client)
{
  Updates* const updates = client->updates;
  if (walk->renamed || walk->global || walk->num_changed > MAX_CHANGED) {
    for (Update* u = updates->derived; u; u = u->watch_next) {
      check(updates, u);
    }
    return;
  }

  check_about(updates, ID_NONE);
  for (uint32_t i = 0; i < walk->num_changed; ++i) {
    check_about(updates, walk->changed[i]);
  }
}

/// What a literal path named before is not told of on that path any more
static void
forget_named(const CommitWalk* const walk,
             const Interest* const   interest,
             const Id                before[SCHEMA_MAX_IDS])
{
  const Subscriptions* const subscriptions = walk->subscriptions;
  const Shape* const         shape         = &interest->shape;
  Target                     target = {.row = shape->row, .twin = shape->twin};
  if (row_update_type(subscriptions, shape->row) != UPDATE_FIELD) {
    return; // Those are found anew as a whole
  }

  for (uint32_t i = 0; i < shape->num_places; ++i) {
    target.ids[i]   = before[i];
    target.words[i] = "";
  }

  char     address[EXPAND_ADDRESS_SIZE];
  Updates* updates = interest->subscription->client->updates;
  shape_address(shape, &target, address);
  for (Update* u = updates_first(updates, control_hash(&target)); u;) {
    Update* const next = updates_next(u);
    if (target_equal(&u->target, &target) && !strcmp(u->address, address)) {
      updates_remove(updates, u);
    }
    u = next;
  }
}

/// Look up names anew where they may mean something else now
static void
follow_names(const CommitWalk* const walk, OscClient* const client)
{
  Subscriptions* const subscriptions = walk->subscriptions;
  const Scope* const   scope         = &walk->commit->scope;
  for (Subscription* s = client->subscriptions; s; s = s->next) {
    for (Interest* i = s->interests; i; i = i->next) {
      uint32_t count = 0;
      Id       before[SCHEMA_MAX_IDS];
      memcpy(before, i->ids, sizeof(before));
      if (!interest_resolve(i, scope) || i->shape.events) {
        continue;
      }

      forget_named(walk, i, before);
      if (interest_queue_all(subscriptions, i, scope, &count)) {
        overflow(i);
      }
    }
    if (s->has_watched) {
      subscription_rewatch(subscriptions, s, scope);
    }
  }
}

void
subscriptions_commit(Subscriptions* const subscriptions,
                     Clients* const       clients,
                     const Commit* const  commit)
{
  ++subscriptions->commits;
  if (!subscriptions->num_interests) {
    return;
  }

  CommitWalk walk = {.subscriptions = subscriptions, .commit = commit};
  document_difference(
    commit->before, commit->scope.composition, visit_change, &walk);

  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    OscClient* const client = clients_at(clients, i);
    if (!client || !client->subscriptions) {
      continue;
    }
    if (walk.renamed) {
      follow_names(&walk, client);
    }
    check_derived(&walk, client);
  }
}

/// Values of a client that wait to be sent
static uint32_t
count_waiting(const OscClient* const client)
{
  uint32_t count = 0;
  for (const Update* u = client->updates->queues[QUEUE_CHANGED].first; u;
       u               = u->next) {
    ++count;
  }
  return count;
}

/// Have all values of a client sent
static Status
queue_everything(Subscriptions* const subscriptions,
                 OscClient* const     client,
                 const Scope* const   scope)
{
  uint32_t count  = 0;
  Status   status = STATUS_OK;
  for (Subscription* s = client->subscriptions; s; s = s->next) {
    for (Interest* i = s->interests; i && !status; i = i->next) {
      if (!i->shape.events) {
        status = interest_queue_all(subscriptions, i, scope, &count);
      }
    }
  }
  return status;
}

Status
subscriptions_resume(Subscriptions* const     subscriptions,
                     OscClient* const         client,
                     const Scope* const       scope,
                     const Composition* const before,
                     const uint64_t           revision,
                     uint32_t* const          count)
{
  *count = 0;
  if (!client->updates) {
    return STATUS_OK;
  }

  Status       status = STATUS_OK;
  const Commit commit = {
    .before = before, .scope = *scope, .revision = revision};
  CommitWalk walk = {
    .subscriptions = subscriptions, .commit = &commit, .only = client};
  if (before) {
    document_difference(before, scope->composition, visit_change, &walk);
    check_derived(&walk, client);
  } else {
    status = queue_everything(subscriptions, client, scope);
  }
  *count = count_waiting(client);
  return status;
}
