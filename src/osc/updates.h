// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values on their way to a client
//
// An update is an address that the client is told the value of.  It holds no
// value: what is sent is what the value is then, so the latest wins.  Updates
// are found by control (the target without its twin) and stand in at most one
// queue: changed and not sent yet, or sent and to be sent again in case it was
// lost.  Those whose value does not come from a commit are watched.

#ifndef SONIC_OSC_UPDATES_H
#define SONIC_OSC_UPDATES_H

#include "osc/client.h"
#include "osc/shape.h"
#include "osc/target.h"

#include <stdbool.h>
#include <stdint.h>

/// How a value is known to have changed
typedef enum {
  UPDATE_FIELD,   ///< By the commit that changed the field
  UPDATE_DERIVED, ///< By comparing, after a commit that changed its things
  UPDATE_LIVE,    ///< By comparing, at the rate of the subscription
  UPDATE_EVENT,   ///< It is told once: something came, went or moved
} UpdateType;

typedef enum {
  QUEUE_NONE,
  QUEUE_CHANGED, ///< To be sent when it is due
  QUEUE_HEAL,    ///< To be sent again soon
  QUEUE_REST,    ///< To be sent again once more
  NUM_QUEUES
} UpdateQueue;

typedef struct Update Update;

/// A derived update among those about a thing
typedef struct ThingLink {
  struct ThingLink* next;
  struct ThingLink* prev; ///< Null for the first
  Update*           update;
  Id                id; ///< ID_NONE: of nothing in particular
} ThingLink;

struct Update {
  Update*       chain; ///< In the bucket of its control
  Update*       prev;  ///< In its queue
  Update*       next;
  Update*       watch_prev; ///< Among those of its type that are compared
  Update*       watch_next;
  Subscription* subscription;
  UpdateType    type;
  UpdateQueue   queue;
  uint32_t      repeats;   ///< Times that it was sent again since it changed
  uint64_t      control;   ///< Hash of the target without twin, or of the event
  Target        target;    ///< Words are owned
  const char*   address;   ///< Owned; of an event, of the collection
  uint64_t      hash;      ///< Of the target
  uint64_t      key;       ///< Of the target and its address
  uint64_t      due;       ///< Not to be sent before, monotonic nanoseconds
  uint64_t      sent;      ///< When it was sent last
  uint64_t      value;     ///< Hash of what was sent last, 0: nothing was
  uint64_t      commit;    ///< Number of the last one when it was compared
  bool          stale;     ///< Not found again yet
  bool          absent;    ///< Of a strip that the bank did not have
  Id            id;        ///< Of an event: the thing, ID_NONE for the order
  EventFlags    event;     ///< Of an event: the last that happened
  uint64_t      revision;  ///< Of an event
  uint32_t      num_links; ///< Of a derived value
  ThingLink     links[SCHEMA_MAX_IDS]; ///< With each thing in its path
  char          texts[];
};

typedef struct {
  Update* first;
  Update* last;
} UpdateList;

/// All updates of a client
struct Updates {
  UpdateList  queues[NUM_QUEUES];
  Update*     derived;     ///< Those that are compared after a commit
  Update*     live;        ///< Those that are compared all the time
  uint64_t    live_due;    ///< No live one is due before
  Update**    buckets;     ///< By control, a power of two of them
  ThingLink** things;      ///< Derived ones by thing, as many
  uint32_t    num_buckets; ///<
  uint32_t    count;       ///<
  uint32_t*   total;       ///< Number of all clients', borrowed
};

/// No updates; null if memory ran out
Updates*
updates_new(uint32_t* total);

/// Release all (null is fine)
void
updates_free(Updates* updates);

/// The first update of a control, or null; the next ones are in its chain and
/// have the same `control`
Update*
updates_first(const Updates* updates, uint64_t control);

/// The next update of the same control, or null
Update*
updates_next(const Update* update);

/**
   Find an update or make it, in no queue.

   @return STATUS_TOO_LARGE if there are too many, STATUS_NO_MEMORY.
*/
Status
updates_need(Updates*      updates,
             UpdateType    type,
             uint64_t      control,
             const Target* target,
             const char*   address,
             Update**      out);

/// The first link of derived updates about a thing, or null
const ThingLink*
updates_about(const Updates* updates, Id id);

/// The next link about the same thing, or null
const ThingLink*
updates_about_next(const ThingLink* link);

/// The next of all that are compared, the first after null; null at the end
Update*
updates_watched(const Updates* updates, const Update* last);

/// Take an update away
void
updates_remove(Updates* updates, Update* update);

/// Put an update at the end of a queue, taking it out of the one it is in
void
updates_queue(Updates* updates, Update* update, UpdateQueue queue);

/// Hash of a target without its twin
uint64_t
control_hash(const Target* target);

/// Hash of an event about a thing of a collection
uint64_t
event_hash(const char* collection, Id id);

#endif // SONIC_OSC_UPDATES_H
