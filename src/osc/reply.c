// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/reply.h"

#include "osc/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void
reply_init(Reply* const         reply,
           const ReplyTo* const to,
           const OscRow* const  row,
           const Twin           twin)
{
  reply->dispatch  = NULL;
  reply->to        = *to;
  reply->row       = row;
  reply->twin      = twin;
  reply->outbox    = NULL;
  reply->author    = NULL;
  reply->status    = STATUS_OK;
  reply->answered  = false;
  reply->revision  = 0;
  reply->num_items = 0;
  reply->num_args  = 0;
  reply->used      = 0;
}

/// Room for one more argument, or null
static PacketArg*
append(Reply* const reply, const char type)
{
  if (reply->num_args == REPLY_MAX_ARGS) {
    reply->status = STATUS_TOO_LARGE;
    return NULL;
  }
  PacketArg* const arg = &reply->args[reply->num_args++];
  *arg                 = (PacketArg){.type = type};
  return arg;
}

void
call_int(OscCall* const call, const int64_t value)
{
  PacketArg* const arg = append(call_reply(call), 'h');
  if (arg) {
    arg->h = value;
  }
}

void
call_float(OscCall* const call, const double value)
{
  PacketArg* const arg = append(call_reply(call), 'd');
  if (arg) {
    arg->d = value;
  }
}

void
call_string(OscCall* const call, const char* const text)
{
  Reply* const   reply = call_reply(call);
  const uint32_t room  = (uint32_t)sizeof(reply->texts) - reply->used;
  const uint32_t size  = (uint32_t)strnlen(text, room);
  if (size == room) {
    reply->status = STATUS_TOO_LARGE;
    return;
  }

  PacketArg* const arg = append(reply, 's');
  if (arg) {
    memcpy(reply->texts + reply->used, text, size + 1u);
    arg->s    = reply->texts + reply->used;
    arg->size = size;
    reply->used += size + 1u;
  }
}

void
call_blob(OscCall* const call, const void* const data, const uint32_t size)
{
  Reply* const reply = call_reply(call);
  if (size > sizeof(reply->texts) - reply->used) {
    reply->status = STATUS_TOO_LARGE;
    return;
  }

  PacketArg* const arg = append(reply, 'b');
  if (arg) {
    memcpy(reply->texts + reply->used, data, size);
    arg->b    = (const uint8_t*)reply->texts + reply->used;
    arg->size = size;
    reply->used += size;
  }
}

void
call_id(OscCall* const call, const Id id)
{
  char text[ID_TEXT_SIZE];
  call_string(call, id ? id_format(id, text) : "");
}

void
call_beats(OscCall* const call, const Ticks ticks)
{
  call_float(call, ticks_to_beats(ticks));
}

/// The number that an argument is, for its twin
static bool
read_number(const ArgInfo* const   info,
            const PacketArg* const arg,
            double* const          value)
{
  if (arg->type == 'h' || arg->type == 'd') {
    *value = arg->type == 'h' ? (double)arg->h : arg->d;
    return true;
  }
  for (int i = 0; arg->type == 's' && info->words && info->words[i]; ++i) {
    if (!strcmp(arg->s, info->words[i])) {
      *value = i;
      return true;
    }
  }
  return false;
}

/// Show the numbers of a value as shares of their ranges
static void
apply_norm(Reply* const reply)
{
  for (uint32_t i = 0; i < reply->num_args; ++i) {
    double value = 0.0;
    if (read_number(&reply->row->args[i], &reply->args[i], &value)) {
      reply->args[i] = (PacketArg){
        .type = 'd', .d = scale_to_norm(&reply->row->args[i], value)};
    }
  }
}

/// Show a number with its unit
static void
apply_text(Reply* const reply)
{
  double value = 0.0;
  char   text[SCALE_TEXT_SIZE];
  if (!read_number(&reply->row->args[0], &reply->args[0], &value)) {
    return;
  }

  scale_format(&reply->row->args[0], value, text);
  memcpy(reply->texts, text, sizeof(text));
  reply->args[0] =
    (PacketArg){.type = 's', .size = (uint32_t)strlen(text), .s = reply->texts};
}

/// Show a value as its twin does
static void
apply_twin(Reply* const reply)
{
  // What is answered later is no twin, and has no row
  if (reply->twin == TWIN_NONE || reply->num_args != reply->row->num_args) {
    return;
  }
  if (reply->twin == TWIN_NORM) {
    apply_norm(reply);
  } else if (reply->twin == TWIN_TEXT && reply->num_args == 1) {
    apply_text(reply);
  }
}

/// Write an argument with the types that all clients read
static void
write_arg(OscWriter* const writer, const PacketArg* const arg)
{
  switch (arg->type) {
    case 'h':
      if (arg->h >= INT32_MIN && arg->h <= INT32_MAX) {
        osc_writer_i(writer, (int32_t)arg->h);
      } else {
        osc_writer_f(writer, (float)arg->h);
      }
      break;
    case 'd':
      osc_writer_f(writer, (float)arg->d);
      break;
    default:
      osc_writer_arg(writer, arg);
      break;
  }
}

/// Write what was appended behind an address and what stands before it
static Status
write_message(const Reply* const reply,
              OscWriter* const   writer,
              const bool         result)
{
  const ReplyTo* const to = &reply->to;
  if (to->numbered) {
    osc_writer_message(writer, "/call/reply");
    osc_writer_i(writer, to->number);
  } else {
    osc_writer_message(writer, result ? "/reply" : to->address);
  }
  if (to->numbered || result) {
    osc_writer_s(writer, to->address);
  }
  for (uint32_t i = 0; i < reply->num_args; ++i) {
    write_arg(writer, &reply->args[i]);
  }
  return osc_writer_end(writer);
}

/// Put what was appended into the outbox
static void
emit(Reply* const reply, const bool result)
{
  OscWriter writer;
  if (!reply->status) {
    reply->status = outbox_begin(reply->outbox, &writer);
  }
  if (!reply->status) {
    reply->status = write_message(reply, &writer, result);
  }
  if (!reply->status) {
    outbox_end(reply->outbox, &writer);
  }
  reply->num_args = 0;
  reply->used     = 0;
}

void
reply_result(Reply* const reply)
{
  emit(reply, true);
}

void
call_item(OscCall* const call)
{
  Reply* const reply = call_reply(call);
  ++reply->num_items;
  emit(reply, false);
}

void
call_end_list(OscCall* const call, const uint32_t count)
{
  Reply* const reply = call_reply(call);
  call_int(call, count);
  call_int(call, (int64_t)(reply->revision & INT32_MAX));
  emit(reply, true);
  reply->answered = true;
}

const Author*
call_author(const OscCall* const call)
{
  return call_reply(call)->author;
}

/// The number that a sent argument is, as it compares with an answer
static bool
is_same_number(const PacketArg* const sent, const double answer)
{
  double value = 0.0;
  switch (sent->type) {
    case 'f':
      return fabs((double)sent->f - answer) <= 1e-6 * fmax(1.0, fabs(answer));
    case 'i':
    case 'T':
    case 'F':
      value = sent->i;
      break;
    case 'h':
      value = (double)sent->h;
      break;
    case 'd':
      value = sent->d;
      break;
    default:
      return false;
  }
  return fabs(value - answer) <= 1e-9 * fmax(1.0, fabs(answer));
}

/// Whether what was appended is what was sent
static bool
is_same(const Reply* const reply, const PacketMessage* const sent)
{
  if (sent->num_args != reply->num_args) {
    return false;
  }
  for (uint32_t i = 0; i < sent->num_args; ++i) {
    const PacketArg* const arg    = &sent->args[i];
    const PacketArg* const answer = &reply->args[i];
    if (answer->type == 's'
          ? arg->type != 's' || strcmp(arg->s, answer->s) != 0
          : !is_same_number(
              arg, answer->type == 'h' ? (double)answer->h : answer->d)) {
      return false;
    }
  }
  return true;
}

void
reply_value(Reply* const reply, const PacketMessage* const unless)
{
  apply_twin(reply);
  if (!unless || reply->status || !is_same(reply, unless)) {
    emit(reply, false);
  }
}

void
outbox_error(Outbox* const        outbox,
             const ReplyTo* const to,
             const Status         status,
             const char* const    text)
{
  OscWriter writer;
  char      address[LIMIT_ADDRESS_CHARS + 1u];
  if (outbox_begin(outbox, &writer)) {
    return;
  }
  snprintf(address, sizeof(address), "%s", to->address);
  osc_writer_message(&writer, to->numbered ? "/call/error" : "/error");
  if (to->numbered) {
    osc_writer_i(&writer, to->number);
  }
  osc_writer_s(&writer, address);
  osc_writer_s(&writer, status_code(status));
  osc_writer_s(&writer, text[0] ? text : status_text(status));
  if (!osc_writer_end(&writer)) {
    outbox_end(outbox, &writer);
  }
}

uint32_t
reply_write_value(Reply* const      reply,
                  const char* const address,
                  uint8_t           packet[LIMIT_DATAGRAM_BYTES])
{
  OscWriter writer;
  apply_twin(reply);
  if (reply->status || !reply->num_args) {
    return 0;
  }
  osc_writer_init(&writer, packet, LIMIT_DATAGRAM_BYTES);
  osc_writer_message(&writer, address);
  for (uint32_t i = 0; i < reply->num_args; ++i) {
    write_arg(&writer, &reply->args[i]);
  }
  return osc_writer_end(&writer) ? 0 : writer.used;
}
