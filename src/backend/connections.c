// SPDX-License-Identifier: GPL-3.0-or-later

#include "backend/connections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
connections_init(Connections* list)
{
  *list = (Connections){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void
connections_clear(Connections* list)
{
  for (size_t i = 0; i < list->num; ++i) {
    free(list->items[i].peer);
  }
  free(list->items);
  pthread_mutex_destroy(&list->lock);
}

/// Index of a connection, `num` if it is not there
static size_t
find(const Connections* list, uint32_t port, const char* peer)
{
  size_t i = 0;
  while (i < list->num &&
         (list->items[i].port != port || strcmp(list->items[i].peer, peer))) {
    ++i;
  }
  return i;
}

/// Append a connection; if memory runs out it is not remembered
static void
append(Connections* list, uint32_t port, const char* peer)
{
  if (list->num == list->max) {
    const size_t      max = list->max ? 2 * list->max : 16;
    Connection* const items =
      (Connection*)reallocarray(list->items, max, sizeof(Connection));
    if (!items) {
      return;
    }
    list->items = items;
    list->max   = max;
  }

  char* const copy = strdup(peer);
  if (copy) {
    list->items[list->num++] = (Connection){port, copy, false};
  }
}

void
connections_set(Connections* list, uint32_t port, const char* peer, bool on)
{
  pthread_mutex_lock(&list->lock);
  const size_t i = find(list, port, peer);
  if (!list->frozen && on && i < list->num) {
    list->items[i].lost = false;
  } else if (!list->frozen && on) {
    append(list, port, peer);
  } else if (!list->frozen && i < list->num) {
    free(list->items[i].peer);
    list->items[i] = list->items[--list->num];
  }
  pthread_mutex_unlock(&list->lock);
}

void
connections_want(Connections* list, uint32_t port, const char* peer)
{
  pthread_mutex_lock(&list->lock);
  if (find(list, port, peer) == list->num) {
    append(list, port, peer);
    if (find(list, port, peer) < list->num) {
      list->items[list->num - 1].lost = true;
    }
  }
  pthread_mutex_unlock(&list->lock);
}

void
connections_drop(Connections* list, uint32_t port)
{
  pthread_mutex_lock(&list->lock);
  for (size_t i = 0; i < list->num;) {
    if (list->items[i].port == port) {
      free(list->items[i].peer);
      list->items[i] = list->items[--list->num];
    } else {
      ++i;
    }
  }
  pthread_mutex_unlock(&list->lock);
}

void
connections_freeze(Connections* list)
{
  pthread_mutex_lock(&list->lock);
  list->frozen = true;
  for (size_t i = 0; i < list->num; ++i) {
    list->items[i].lost = true;
  }
  pthread_mutex_unlock(&list->lock);
}

void
connections_thaw(Connections* list)
{
  pthread_mutex_lock(&list->lock);
  list->frozen = false;
  pthread_mutex_unlock(&list->lock);
}

bool
connections_next_lost(Connections* list,
                      size_t*      position,
                      uint32_t*    port,
                      char*        peer,
                      size_t       size)
{
  bool is_found = false;
  pthread_mutex_lock(&list->lock);
  while (!is_found && *position < list->num) {
    const Connection* const item = &list->items[(*position)++];
    is_found                     = item->lost;
    if (is_found) {
      *port = item->port;
      snprintf(peer, size, "%s", item->peer);
    }
  }
  pthread_mutex_unlock(&list->lock);
  return is_found;
}

bool
connections_has(Connections* list, uint32_t port)
{
  bool has = false;
  pthread_mutex_lock(&list->lock);
  for (size_t i = 0; i < list->num && !has; ++i) {
    has = list->items[i].port == port && !list->items[i].lost;
  }
  pthread_mutex_unlock(&list->lock);
  return has;
}
