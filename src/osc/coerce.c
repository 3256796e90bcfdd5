// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/coerce.h"

#include <string.h>

/// Arguments in the making
typedef struct {
  ArgumentReader   reader;
  const TreeMatch* match;
  const PacketArg* args; ///< Of the message
  uint32_t         num_args;
  Arguments*       out;
} Coercion;

/// Whether a row takes this many arguments
static bool
takes_count(const OscRow* const row, const uint32_t count)
{
  if (row->flags & ROW_REPEAT) {
    return count && count % row->num_args == 0;
  }
  return count >= row_min_args(row) && count <= row->num_args;
}

static Status
fail_count(Coercion* const coercion, const uint32_t count)
{
  const OscRow* const         row    = coercion->match->row;
  const ArgumentReader* const reader = &coercion->reader;
  const uint32_t              least  = row_min_args(row);
  const char* const           repeat =
    row->flags & ROW_REPEAT ? ", or a multiple of that" : "";

  if (least != row->num_args) {
    return argument_fail(reader,
                         STATUS_BAD_ARGUMENT,
                         "Expected %u to %u arguments, not %u",
                         least,
                         row->num_args,
                         count);
  }
  return argument_fail(reader,
                       STATUS_BAD_ARGUMENT,
                       "Expected %u argument%s%s, not %u",
                       least,
                       least == 1 ? "" : "s",
                       repeat,
                       count);
}

/// Take arguments from the path and from the message, in their order
static Status
take_all(Coercion* const coercion)
{
  const TreeMatch* const match = coercion->match;
  const OscRow* const    row   = match->row;
  const uint32_t         count = match->num_extra + coercion->num_args;
  if (!takes_count(row, count)) {
    return fail_count(coercion, count);
  }

  for (uint32_t i = 0; i < match->num_extra; ++i) {
    const char* const text   = match->extra[i];
    const PacketArg   part   = {'s', (uint32_t)strlen(text), {.s = text}};
    const Status      status = argument_read(
      &coercion->reader, &row->args[i], &part, &coercion->out->args[i]);
    if (status) {
      // What makes no sense in a path is no address
      return status != STATUS_BAD_ARGUMENT
               ? status
               : argument_fail(
                   &coercion->reader, STATUS_UNKNOWN_ADDRESS, "%s", "");
    }
  }

  for (uint32_t i = match->num_extra; i < count; ++i) {
    const ArgInfo* const   info = &row->args[i % row->num_args];
    const PacketArg* const from = &coercion->args[i - match->num_extra];
    const Status           status =
      argument_read(&coercion->reader, info, from, &coercion->out->args[i]);
    if (status) {
      return status;
    }
  }
  // What was left out has its default
  for (uint32_t i = count; i < row->num_args; ++i) {
    coercion->out->args[i] = argument_default(&row->args[i]);
  }
  coercion->out->num_args = count;
  return STATUS_OK;
}

/// Take the argument of a twin
static Status
take_twin(Coercion* const coercion)
{
  static const ArgInfo touch = {.name = "touch", .type = ARG_BOOL};

  const OscRow* const    row  = coercion->match->row;
  const PacketArg* const from = &coercion->args[0];
  CallArg* const         arg  = &coercion->out->args[0];
  const bool             norm = coercion->match->twin == TWIN_NORM;
  const uint32_t         want = norm ? row->num_args : 1u;
  Status                 st   = STATUS_OK;
  if (coercion->num_args != want) {
    return argument_fail(&coercion->reader,
                         STATUS_BAD_ARGUMENT,
                         "Expected %u argument%s, not %u",
                         want,
                         want > 1 ? "s" : "",
                         coercion->num_args);
  }

  coercion->out->num_args = want;
  switch (coercion->match->twin) {
    case TWIN_NORM:
      for (uint32_t i = 0; i < want && !st; ++i) {
        st = argument_read_norm(
          &coercion->reader, &row->args[i], &from[i], &arg[i]);
      }
      return st;
    case TWIN_TEXT:
      return argument_read_text(&coercion->reader, &row->args[0], from, arg);
    case TWIN_TOUCH:
      return argument_read(&coercion->reader, &touch, from, arg);
    case TWIN_NONE:
      break;
  }
  return STATUS_INTERNAL;
}

/// Whether a lone number is a button: on a trigger, or where the arguments are
/// complete without it
static bool
is_button(const Coercion* const coercion)
{
  const OscRow* const row   = coercion->match->row;
  const uint32_t      extra = coercion->match->num_extra;
  return coercion->num_args == 1 &&
         (row->access == ACCESS_TRIGGER ||
          (extra && extra == row->num_args && !(row->flags & ROW_REPEAT)));
}

/// Take a lone number as a button
static Status
take_button(Coercion* const coercion)
{
  static const ArgInfo button = {.name = "button", .type = ARG_BOOL};

  const PacketArg* const from   = &coercion->args[0];
  CallArg                arg    = {.i = 1};
  Status                 status = STATUS_OK;
  if (from->type != 'I') {
    status = argument_read(&coercion->reader, &button, from, &arg);
  }
  coercion->num_args = 0;
  coercion->out->use = arg.i ? ARGUMENTS_ACT : ARGUMENTS_RELEASE;
  return status;
}

/// Take the arguments as the row's access asks for
static Status
take(Coercion* const coercion)
{
  const TreeMatch* const match = coercion->match;
  const bool             none  = !match->num_extra && !coercion->num_args;

  switch (match->row->access) {
    case ACCESS_TRIGGER:
      return coercion->num_args ? fail_count(coercion, coercion->num_args)
                                : STATUS_OK;
    case ACCESS_READ:
      coercion->out->use = ARGUMENTS_ASK;
      return none ? STATUS_OK
                  : argument_fail(&coercion->reader,
                                  STATUS_READ_ONLY,
                                  "It can only be asked");
    case ACCESS_VALUE:
      if (none) {
        coercion->out->use = ARGUMENTS_ASK;
        return STATUS_OK;
      }
      return match->twin ? take_twin(coercion) : take_all(coercion);
    case ACCESS_COMMAND:
    case ACCESS_QUERY:
      return take_all(coercion);
  }
  return STATUS_INTERNAL;
}

Status
coerce_arguments(const Scope* const         scope,
                 const TreeMatch* const     match,
                 const PacketMessage* const message,
                 Arguments* const           out,
                 char                       reason[REASON_SIZE])
{
  // A lone nil is no argument
  const bool nil      = message->num_args == 1 && message->args[0].type == 'N';
  Coercion   coercion = {
      .reader   = {scope, reason, out->texts, sizeof(out->texts)},
      .match    = match,
      .args     = message->args,
      .num_args = nil ? 0 : message->num_args,
      .out      = out,
  };
  out->use      = ARGUMENTS_ACT;
  out->num_args = 0;

  if (is_button(&coercion)) {
    const Status status = take_button(&coercion);
    if (status || out->use == ARGUMENTS_RELEASE) {
      return status;
    }
  }
  return take(&coercion);
}
