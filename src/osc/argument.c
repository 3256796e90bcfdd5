// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/argument.h"

#include "base/number.h"
#include "base/utf8.h"
#include "osc/scale.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/// A number as it was sent
typedef struct {
  double value;
  bool   single; ///< Sent with single precision
} Sent;

Status
argument_fail(const ArgumentReader* const reader,
              const Status                status,
              const char* const           format,
              ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(reader->reason, REASON_SIZE, format, args);
  va_end(args);
  return status;
}

/// Bytes of a text that are shown in a reason
static int
shown(const char* const text)
{
  return (int)utf8_prefix(text, 60);
}

static bool
is_text(const PacketArg* const arg)
{
  return arg->type == 's' || arg->type == 'S';
}

/// The number that an argument is, or is the text of; false if it is none
static bool
read_number(const PacketArg* const arg, Sent* const number)
{
  number->single = arg->type == 'f';
  switch (arg->type) {
    case 'i':
    case 'c':
      number->value = arg->i;
      return true;
    case 'f':
      number->value = (double)arg->f;
      return true;
    case 'd':
      number->value = arg->d;
      return true;
    case 'h':
      number->value = (double)arg->h;
      return true;
    case 'T':
    case 'F':
      number->value = arg->type == 'T';
      return true;
    case 's':
    case 'S':
      return scale_number(arg->s, &number->value);
    default:
      return false;
  }
}

/// A text from a number, kept with the arguments
static const char*
number_text(ArgumentReader* const reader, const Sent* const number)
{
  char* const  text = reader->texts;
  const size_t room = reader->num_texts;
  const bool   whole =
    fabs(number->value) < 1e15 && floor(number->value) == number->value;
  const int size =
    whole
      ? snprintf(text, room, "%.0f", number->value)
      : snprintf(text, room, "%.*g", number->single ? 7 : 15, number->value);
  reader->texts += size + 1;
  reader->num_texts -= (uint32_t)size + 1u;
  return text;
}

/// Hold a number against the range of its argument
static Status
check_range(ArgumentReader* const reader,
            const ArgInfo* const  info,
            Sent* const           number)
{
  if (!isfinite(number->value)) {
    return argument_fail(
      reader, STATUS_BAD_ARGUMENT, "%s: not a finite number", info->name);
  }

  // A single is compared as one: 0.1 is not above 0.1
  const bool   single = number->single;
  const double min    = single ? (double)(float)info->min : info->min;
  const double max    = single ? (double)(float)info->max : info->max;
  if (number->value > min && number->value < max) {
    return STATUS_OK;
  }
  if (info->clip == CLIP_NONE && (number->value < min || number->value > max)) {
    return argument_fail(reader,
                         STATUS_OUT_OF_RANGE,
                         "%s: %.9g is not in %.9g to %.9g",
                         info->name,
                         number->value,
                         info->min,
                         info->max);
  }
  *number = (Sent){number->value <= min ? info->min : info->max, false};
  return STATUS_OK;
}

/// Make a ranged number into the member that counts for its type
static Status
take_number(ArgumentReader* const reader,
            const ArgInfo* const  info,
            Sent                  number,
            CallArg* const        arg)
{
  if (info->type == ARG_INT || info->type == ARG_ENUM) {
    number = (Sent){floor(number.value + 0.5), false};
  }

  const Status status = check_range(reader, info, &number);
  if (status) {
    return status;
  }

  bool fits = true;
  switch (info->type) {
    case ARG_ENUM:
      arg->s = info->words[(int)number.value];
      arg->i = (int32_t)number.value;
      break;
    case ARG_INT:
      fits   = fabs(number.value) <= 2147483647.0 || number.value == INT32_MIN;
      arg->i = fits ? (int32_t)number.value : 0;
      break;
    case ARG_BEATS:
      fits = number.single ? ticks_from_float((float)number.value, &arg->ticks)
                           : ticks_from_beats(number.value, &arg->ticks);
      break;
    case ARG_TEMPO:
      arg->tempo = number.single ? tempo_from_float((float)number.value)
                                 : tempo_from_double(number.value);
      break;
    default:
      break;
  }
  arg->f =
    number.single ? number_from_float((float)number.value) : number.value;
  return fits ? STATUS_OK
              : argument_fail(reader,
                              STATUS_OUT_OF_RANGE,
                              "%s: %.9g is too large",
                              info->name,
                              number.value);
}

/// "expected ..., got ..."
static Status
fail_type(ArgumentReader* const  reader,
          const ArgInfo* const   info,
          const char* const      expected,
          const PacketArg* const arg)
{
  return is_text(arg)
           ? argument_fail(reader,
                           STATUS_BAD_ARGUMENT,
                           "%s: expected %s, got \"%.*s\"",
                           info->name,
                           expected,
                           utf8_valid(arg->s, arg->size) ? shown(arg->s) : 0,
                           arg->s)
           : argument_fail(reader,
                           STATUS_BAD_ARGUMENT,
                           "%s: expected %s, got an argument of type %c",
                           info->name,
                           expected,
                           arg->type);
}

static Status
coerce_number(ArgumentReader* const  reader,
              const ArgInfo* const   info,
              const PacketArg* const from,
              CallArg* const         arg)
{
  Sent number;
  return read_number(from, &number) ? take_number(reader, info, number, arg)
                                    : fail_type(reader, info, "a number", from);
}

static Status
coerce_bool(ArgumentReader* const  reader,
            const ArgInfo* const   info,
            const PacketArg* const from,
            CallArg* const         arg)
{
  static const char* const words[] = {
    "false", "true", "off", "on", "no", "yes"};

  for (int i = 0; is_text(from) && i < 6; ++i) {
    if (!strcasecmp(from->s, words[i])) {
      arg->i = i & 1;
      arg->f = arg->i;
      return STATUS_OK;
    }
  }

  Sent number;
  if (!read_number(from, &number)) {
    return fail_type(reader, info, "0 or 1", from);
  }
  if (!isfinite(number.value)) {
    return argument_fail(
      reader, STATUS_BAD_ARGUMENT, "%s: not a finite number", info->name);
  }
  arg->i = number.value >= 0.5;
  arg->f = arg->i;
  return STATUS_OK;
}

static Status
coerce_string(ArgumentReader* const  reader,
              const ArgInfo* const   info,
              const PacketArg* const from,
              CallArg* const         arg)
{
  Sent number;
  if (!is_text(from)) {
    // Some senders can't send a text that looks like a number
    if (from->type == 'T' || from->type == 'F' || !read_number(from, &number) ||
        !isfinite(number.value)) {
      return fail_type(reader, info, "a text", from);
    }
    arg->s = number_text(reader, &number);
    return STATUS_OK;
  }

  if (!utf8_valid(from->s, from->size)) {
    return argument_fail(
      reader, STATUS_BAD_ARGUMENT, "%s: not in UTF-8", info->name);
  }
  if (info->type == ARG_STRING && info->max > 0.0 && from->size > info->max) {
    return argument_fail(reader,
                         STATUS_TOO_LARGE,
                         "%s: more than %.0f bytes",
                         info->name,
                         info->max);
  }
  arg->s = from->s;
  return STATUS_OK;
}

/// The word that a number spells, as "2" does in a list of bars; false if none
static bool
take_spelled(const ArgInfo* const info,
             const double         number,
             CallArg* const       arg)
{
  char text[32];
  snprintf(text, sizeof(text), "%g", number);
  for (int32_t i = 0; info->words[i]; ++i) {
    if (!strcmp(text, info->words[i])) {
      *arg = (CallArg){.s = info->words[i], .i = i, .f = i};
      return true;
    }
  }

  return false;
}

static Status
coerce_enum(ArgumentReader* const  reader,
            const ArgInfo* const   info,
            const PacketArg* const from,
            CallArg* const         arg)
{
  int (*const compare[])(const char*, const char*) = {strcmp, strcasecmp};

  for (int pass = 0; is_text(from) && pass < 2; ++pass) {
    for (int32_t i = 0; info->words[i]; ++i) {
      if (!compare[pass](from->s, info->words[i])) {
        arg->s = info->words[i];
        arg->i = i;
        arg->f = i;
        return STATUS_OK;
      }
    }
  }

  Sent number;
  if (read_number(from, &number)) {
    return take_spelled(info, number.value, arg)
             ? STATUS_OK
             : take_number(reader, info, number, arg);
  }

  char   words[REASON_SIZE / 2u] = "";
  size_t length                  = 0;
  for (int32_t i = 0; info->words[i] && length < sizeof(words); ++i) {
    const char* const joint = !i ? "" : info->words[i + 1] ? ", " : " or ";
    length += (size_t)snprintf(
      words + length, sizeof(words) - length, "%s%s", joint, info->words[i]);
  }
  return fail_type(reader, info, words, from);
}

static Status
coerce_id(ArgumentReader* const  reader,
          const ArgInfo* const   info,
          const PacketArg* const from,
          CallArg* const         arg)
{
  const Status status = coerce_string(reader, info, from, arg);
  if (status || !arg->s[0]) {
    return status; // An empty text names nothing, where that means something
  }
  return names_find(reader->scope->names,
                    reader->scope->composition,
                    info->kind,
                    arg->s,
                    &arg->id,
                    reader->reason);
}

static Status
coerce_blob(ArgumentReader* const  reader,
            const ArgInfo* const   info,
            const PacketArg* const from,
            CallArg* const         arg)
{
  if (from->type != 'b') {
    return fail_type(reader, info, "a blob", from);
  }
  arg->blob = from->b;
  arg->size = from->size;
  return STATUS_OK;
}

Status
argument_read(ArgumentReader* const  reader,
              const ArgInfo* const   info,
              const PacketArg* const from,
              CallArg* const         arg)
{
  *arg = (CallArg){0};
  switch (info->type) {
    case ARG_INT:
    case ARG_FLOAT:
    case ARG_BEATS:
    case ARG_TEMPO:
      return coerce_number(reader, info, from, arg);
    case ARG_BOOL:
      return coerce_bool(reader, info, from, arg);
    case ARG_STRING:
      return coerce_string(reader, info, from, arg);
    case ARG_ENUM:
      return coerce_enum(reader, info, from, arg);
    case ARG_ID:
      return coerce_id(reader, info, from, arg);
    case ARG_BLOB:
      return coerce_blob(reader, info, from, arg);
  }
  return STATUS_INTERNAL;
}

Status
argument_read_norm(ArgumentReader* const  reader,
                   const ArgInfo* const   info,
                   const PacketArg* const from,
                   CallArg* const         arg)
{
  const ArgInfo share = {
    .name = info->name, .type = ARG_FLOAT, .max = 1.0, .clip = info->clip};

  const Status status = argument_read(reader, &share, from, arg);
  if (status) {
    return status;
  }

  const Sent number = {scale_from_norm(info, arg->f), false};
  *arg              = (CallArg){0};
  return take_number(reader, info, number, arg);
}

Status
argument_read_text(ArgumentReader* const  reader,
                   const ArgInfo* const   info,
                   const PacketArg* const from,
                   CallArg* const         arg)
{
  Sent number = {0.0, false};
  *arg        = (CallArg){0};
  return is_text(from) && scale_parse(info, from->s, &number.value)
           ? take_number(reader, info, number, arg)
           : coerce_number(reader, info, from, arg);
}

CallArg
argument_default(const ArgInfo* const info)
{
  CallArg arg = {.i = (int32_t)info->initial, .f = info->initial, .s = ""};
  switch (info->type) {
    case ARG_ENUM:
      arg.s = info->words[arg.i];
      break;
    case ARG_BEATS:
      ticks_from_beats(info->initial, &arg.ticks);
      break;
    case ARG_TEMPO:
      arg.tempo = tempo_from_double(info->initial);
      break;
    default:
      break;
  }
  return arg;
}
