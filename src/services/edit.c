// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/edit.h"

#include "services/services_private.h"

Node*
edit_copy(Services* const services, const Id id, Status* const status)
{
  const Node* const node = composition_find(services_document(services), id);
  if (!node) {
    *status = edit_not_found(services, id);
    return NULL;
  }

  Node* const copy = node_copy(node);
  *status          = copy ? STATUS_OK : edit_no_memory(services);
  return copy;
}

Status
edit_put(Services* const services, Node* const node)
{
  const Status st = composition_put(edit_draft(services), node);
  return st == STATUS_NO_MEMORY ? edit_no_memory(services) : st;
}

Channel*
edit_copy_channel(Services* const services, const Id id, Status* const status)
{
  const Channel* const channel =
    composition_channel(services_document(services), id);
  if (!channel) {
    *status = edit_not_found(services, id);
    return NULL;
  }

  Channel* const copy = (Channel*)node_copy(&channel->node);
  *status             = copy ? STATUS_OK : edit_no_memory(services);
  return copy;
}

Status
edit_put_channel(Services* const services, Channel* const channel)
{
  const Status st = composition_put_channel(edit_draft(services), channel);
  return st == STATUS_NO_MEMORY ? edit_no_memory(services) : st;
}

Composition*
edit_root(Services* const services)
{
  Composition* const root = composition_edit(edit_draft(services));
  if (!root) {
    edit_no_memory(services);
  }

  return root;
}

Status
edit_replace(Services* const services, const Composition* const root)
{
  Composition* const copy = (Composition*)node_copy(&root->node);
  if (!copy) {
    return edit_no_memory(services);
  }

  for (uint32_t k = 0; k < NUM_KINDS; ++k) {
    const uint32_t next = services->root->next_id[k];
    copy->next_id[k]    = copy->next_id[k] > next ? copy->next_id[k] : next;
  }

  composition_release(services->draft);
  services->draft = copy;
  return STATUS_OK;
}

Composition**
edit_draft(Services* const services)
{
  return &services->draft;
}

bool
edit_string(String** const string, const char* const text)
{
  String* const changed = string_new(text);
  if (!changed) {
    return false;
  }

  string_release(*string);
  *string = changed;
  return true;
}

Status
edit_not_found(Services* const services, const Id id)
{
  char text[ID_TEXT_SIZE];
  return services_fail(services,
                       STATUS_NOT_FOUND,
                       "There is no %s in the composition",
                       id_format(id, text));
}

Status
edit_no_memory(Services* const services)
{
  return services_fail(services, STATUS_NO_MEMORY, "Out of memory");
}

Status
edit_request(Services* const services, const Operation* const op)
{
  if (!services->batch) {
    services->batch = batch_new();
  }

  return services->batch && batch_add(services->batch, op)
           ? STATUS_OK
           : edit_no_memory(services);
}
