// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/action.h"

#include "osc/dispatch_private.h"
#include "services/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// An action that is being run
typedef struct {
  Services*     services;
  Dispatch*     dispatch;
  const OscRow* row;
  const json_t* args;
  char          address[LIMIT_ADDRESS_CHARS + 1u];
  char          ids[LIMIT_ARGUMENTS][ID_TEXT_SIZE]; ///< Of things among them
  TreeMatch     match;
  Target        target;
  PacketMessage message;
  Arguments     arguments;
  OscRow        row_here;
  ArgInfo       arg_here;
  Outbox        outbox; ///< Of lists, which nobody sees
  Reply         reply;
  char          reason[REASON_SIZE];
} Action;

// Finding

/// Whether the assistant has an action of that name
static bool
is_own(const char* const name)
{
  uint32_t               count = 0;
  const DawAction* const all   = daw_actions(&count);
  for (uint32_t i = 0; i < count; ++i) {
    if (!strcmp(all[i].name, name)) {
      return true;
    }
  }

  return false;
}

static bool
is_action(const OscRow* const row)
{
  return row->action && row->set && !(row->flags & ROW_LONG) &&
         !is_own(row->action);
}

static const OscRow*
find_row(const Dispatch* const dispatch, const char* const name)
{
  const DispatchConfig* const config = &dispatch->config;
  for (uint32_t i = 0; i < config->num_rows; ++i) {
    const OscRow* const row = &config->rows[i];
    if (is_action(row) && !strcmp(row->action, name)) {
      return row;
    }
  }

  return NULL;
}

// The message that it stands for

static Status
bad(const Action* const action, const char* const name, const char* const what)
{
  return services_fail(action->services,
                       STATUS_BAD_ARGUMENT,
                       "%s: %s %.60s",
                       action->row->action,
                       what,
                       name);
}

/// The id of a thing that is named, or the text as it is
static const char*
id_of(const Action* const action,
      const Kind          kind,
      const char* const   text,
      char                id[ID_TEXT_SIZE])
{
  Id found = ID_NONE;
  return daw_find(action->services, kind, text, &found) ? text
                                                        : id_format(found, id);
}

/// Append a part to the address
static Status
add_place(Action* const action, const Place* const place)
{
  char              id[ID_TEXT_SIZE];
  const size_t      used  = strlen(action->address);
  const json_t*     value = json_object_get(action->args, place->name);
  const char* const given = json_string_value(value);
  const char*       text  = place->type == PLACE_COMPOSITION ? "current"
                            : !given                         ? ""
                            : place->type == PLACE_WORD
                              ? given
                              : id_of(action, place->kind, given, id);
  char              number[24];
  if (json_is_integer(value)) {
    snprintf(number,
             sizeof(number),
             "%" JSON_INTEGER_FORMAT,
             json_integer_value(value));
    text = number;
  }

  if (!*text || strchr(text, '/') ||
      used + strlen(text) + 2u > sizeof(action->address)) {
    return bad(action, place->name, "expected the name of what it is about as");
  }

  snprintf(action->address + used, sizeof(action->address) - used, "/%s", text);
  return STATUS_OK;
}

static Status
make_address(Action* const action)
{
  uint32_t place = 0;
  Status   st    = STATUS_OK;
  for (const char* at = action->row->path; !st && *at == '/';) {
    const size_t size = strcspn(++at, "/");
    const size_t used = strlen(action->address);
    if (*at == '{') {
      st = add_place(action, &action->row->places[place++]);
    } else {
      snprintf(action->address + used,
               sizeof(action->address) - used,
               "/%.*s",
               (int)size,
               at);
    }

    at += size;
  }

  return st;
}

/// Append an argument
static Status
add_arg(Action* const        action,
        const ArgInfo* const info,
        const json_t* const  value)
{
  PacketMessage* const message = &action->message;
  if (message->num_args == LIMIT_ARGUMENTS) {
    return bad(action, "arguments", "too many");
  }

  const uint32_t   index = message->num_args++;
  PacketArg* const arg   = &message->args[index];
  if (json_is_string(value)) {
    const char* const text = json_string_value(value);
    arg->type              = 's';
    arg->s                 = info->type == ARG_ID
                               ? id_of(action, info->kind, text, action->ids[index])
                               : text;
    arg->size              = (uint32_t)strlen(arg->s);
  } else if (json_is_integer(value)) {
    arg->type = 'h';
    arg->h    = json_integer_value(value);
  } else if (json_is_real(value)) {
    arg->type = 'd';
    arg->d    = json_real_value(value);
  } else if (json_is_boolean(value)) {
    arg->type = json_is_true(value) ? 'T' : 'F';
    arg->i    = json_is_true(value);
  } else {
    return bad(action, info->name, "expected a text or a number as");
  }

  return STATUS_OK;
}

/// Append a group of arguments by name, or as an array in order
static Status
add_group(Action* const action, const json_t* const group)
{
  const OscRow* const row = action->row;
  Status              st  = STATUS_OK;
  for (uint32_t i = 0; !st && i < row->num_args; ++i) {
    const json_t* const value = json_is_array(group)
                                  ? json_array_get(group, i)
                                  : json_object_get(group, row->args[i].name);
    if (value) {
      st = add_arg(action, &row->args[i], value);
    } else if (!row->args[i].optional) {
      return bad(action, row->args[i].name, "expected an argument");
    } else {
      break;
    }
  }

  return st;
}

static Status
make_message(Action* const action)
{
  const json_t* const items    = action->row->flags & ROW_REPEAT
                                   ? json_object_get(action->args, "items")
                                   : NULL;
  action->message.address      = action->address;
  action->message.address_size = (uint32_t)strlen(action->address);
  Status st = items ? STATUS_OK : add_group(action, action->args);
  for (size_t i = 0; !st && i < json_array_size(items); ++i) {
    st = add_group(action, json_array_get(items, i));
  }

  return st ? st
         : action->row->access == ACCESS_VALUE && !action->message.num_args
           ? bad(action, action->row->args[0].name, "expected an argument")
           : STATUS_OK;
}

/// No argument may be there that does not count
static Status
check_names(const Action* const action)
{
  const OscRow* const row   = action->row;
  const char*         key   = NULL;
  json_t*             value = NULL;
  json_object_foreach((json_t*)action->args, key, value)
  {
    bool known = row_find_arg(row, key) ||
                 ((row->flags & ROW_REPEAT) && !strcmp(key, "items"));
    for (uint32_t i = 0; i < row->num_places; ++i) {
      known = known || !strcmp(row->places[i].name, key);
    }

    if (!known) {
      return bad(action, key, "there is no argument");
    }
  }

  return STATUS_OK;
}

// Running

/// A value as JSON, as it would be sent
static json_t*
value_of(const PacketArg* const arg)
{
  return arg->type == 'h'   ? json_integer((json_int_t)arg->h)
         : arg->type == 'd' ? json_real(arg->d)
         : arg->type == 's' ? json_string(arg->s)
                            : json_null();
}

static json_t*
result_of(const Action* const action)
{
  const Reply* const reply  = &action->reply;
  json_t* const      values = json_array();
  json_t* const      result = json_pack("{s:s}", "address", action->address);
  for (uint32_t i = 0; i < reply->num_args; ++i) {
    json_array_append_new(values, value_of(&reply->args[i]));
  }

  if (reply->num_args == 1) {
    json_object_set(result, "value", json_array_get(values, 0));
  } else if (reply->num_args) {
    json_object_set(result, "values", values);
  }

  json_decref(values);
  return result;
}

/// The call of a target, with the range that its value has there
static OscCall
make_call(Action* const action, const OscCall* const outer)
{
  const OscRow* const row  = action->target.row;
  OscCall             call = {.row     = row,
                              .client  = outer->client,
                              .address = action->address,
                              .reply   = &action->reply};
  memcpy(call.ids, action->target.ids, sizeof(call.ids));
  memcpy(call.words, action->target.words, sizeof(call.words));
  action->row_here = *row;
  if (row->range) {
    action->arg_here      = row->args[0];
    action->row_here.args = &action->arg_here;
    row->range(action->services, &call, &action->arg_here);
  }

  return call;
}

/// Run the handler, and ask for the value if it has said none
static Status
run(Action* const action, const OscCall* const outer)
{
  const ReplyTo to    = {action->address, false, 0};
  const Scope   scope = dispatch_scope(action->dispatch);
  Status        st =
    tree_match(action->dispatch->tree, action->address, &action->match);
  st =
    st
      ? st
      : target_resolve(&scope, &action->match, &action->target, action->reason);
  if (st) {
    return st;
  }

  OscCall call = make_call(action, outer);
  reply_init(&action->reply, &to, &action->row_here, TWIN_NONE);
  action->reply.dispatch = action->dispatch;
  action->reply.outbox   = &action->outbox;
  action->reply.author   = call_author(outer);
  action->match.row      = &action->row_here;
  st                     = coerce_arguments(&scope,
                        &action->match,
                        &action->message,
                        &action->arguments,
                        action->reason);
  if (st) {
    return st;
  }

  call.args     = action->arguments.args;
  call.num_args = action->arguments.num_args;
  st            = action->row->set(action->services, &call);
  if (!st && action->row->access == ACCESS_VALUE && !action->reply.num_args &&
      action->row->get) {
    call.args     = NULL;
    call.num_args = 0;
    st            = action->row->get(action->services, &call);
  }

  return st;
}

/// Run a row's action
static Status
run_row(Action* const action, const OscCall* const outer, json_t** const result)
{
  if (action->args && !json_is_object(action->args)) {
    return services_fail(action->services,
                         STATUS_BAD_ARGUMENT,
                         "%s: expected an object of arguments",
                         action->row->action);
  }

  Status st = check_names(action);
  st        = st ? st : make_address(action);
  st        = st ? st : make_message(action);
  if (st) {
    return st;
  }

  DawMark mark = daw_mark(action->services);
  services_fail(action->services, STATUS_OK, "%s", "");
  st = run(action, outer);
  if (st) {
    daw_rollback(action->services, &mark);
    return services_error(action->services)[0]
             ? st
             : services_fail(action->services,
                             st,
                             "%s",
                             action->reason[0] ? action->reason
                                               : status_text(st));
  }

  daw_unmark(&mark);
  *result = result_of(action);
  return STATUS_OK;
}

Status
action_run(Services* const     services,
           OscCall* const      call,
           const char* const   name,
           const json_t* const args,
           json_t** const      result)
{
  const OscRow* const row = find_row(call_dispatch(call), name);
  if (!row) {
    return agent_action(services, name, args, result);
  }

  *result              = NULL;
  Action* const action = (Action*)calloc(1, sizeof(Action));
  if (!action) {
    return STATUS_NO_MEMORY;
  }

  action->services = services;
  action->dispatch = call_dispatch(call);
  action->row      = row;
  action->args     = args;
  const Status st  = run_row(action, call, result);
  outbox_free(&action->outbox);
  free(action);
  return st;
}

json_t*
action_list(Services* const services, const OscCall* const call)
{
  const DispatchConfig* const config = &call_dispatch(call)->config;
  json_t* const               list   = agent_tools(services);
  for (uint32_t i = 0; i < config->num_rows; ++i) {
    if (is_action(&config->rows[i])) {
      json_array_append_new(list, action_describe(&config->rows[i]));
    }
  }

  return list;
}
