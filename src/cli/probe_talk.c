// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sending, and judging what comes back

#include "cli/probe.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/// What takes long may take so long
#define LONG_MS 60000

/// An update may take so long, a lost one that is sent again included
#define HEAR_MS 4000

ProbeValue
probe_value(const PacketMessage* const message, const uint32_t index)
{
  ProbeValue value = {.number = NAN};
  if (index >= message->num_args) {
    return value;
  }

  const PacketArg* const arg = &message->args[index];
  value.type                 = arg->type;
  switch (arg->type) {
    case 'i':
      value.number = arg->i;
      break;
    case 'f':
      value.number = (double)arg->f;
      break;
    case 's':
      snprintf(value.text, sizeof(value.text), "%s", arg->s);
      break;
    default:
      break;
  }
  return value;
}

PacketArg
probe_number(const char type, const double number)
{
  PacketArg arg = {.type = type};
  switch (type) {
    case 'i':
      arg.i = (int32_t)number;
      break;
    case 'h':
      arg.h = (int64_t)number;
      break;
    case 'f':
      arg.f = (float)number;
      break;
    case 'd':
      arg.d = number;
      break;
    default:
      arg.i = type == 'T';
      break;
  }
  return arg;
}

PacketArg
probe_text(const char* const text)
{
  const PacketArg arg = {'s', (uint32_t)strlen(text), {.s = text}};
  return arg;
}

bool
probe_same(const ProbeValue* const a, const ProbeValue* const b)
{
  const bool is_text = a->type == 's' || b->type == 's';
  return is_text
           ? a->type == b->type && !strcmp(a->text, b->text)
           : fabs(a->number - b->number) <= 1e-6 * fmax(1.0, fabs(b->number));
}

/// What a message is to whoever called an address
static ProbeAnswerType
classify(const PacketMessage* const message, const char* const address)
{
  const bool names = message->num_args && message->args[0].type == 's' &&
                     !strcmp(message->args[0].s, address);
  return !strcmp(message->address, address)             ? PROBE_VALUE
         : names && !strcmp(message->address, "/reply") ? PROBE_REPLY
         : names && !strcmp(message->address, "/error") ? PROBE_ERROR
                                                        : PROBE_NONE;
}

/// Keep what a message says behind its first `skip` arguments
static void
take_values(ProbeAnswer* const         answer,
            const PacketMessage* const message,
            const uint32_t             skip)
{
  answer->num_values = 0;
  for (uint32_t i = skip;
       i < message->num_args && answer->num_values < PROBE_MAX_VALUES;
       ++i) {
    answer->values[answer->num_values++] = probe_value(message, i);
  }
}

/// Add a message to an answer
static void
take(ProbeAnswer* const         answer,
     const PacketMessage* const message,
     const char* const          address)
{
  const ProbeAnswerType type = classify(message, address);
  if (type == PROBE_NONE) {
    return;
  }

  if (type == PROBE_VALUE && answer->type <= PROBE_VALUE) {
    answer->type = PROBE_VALUE;
    ++answer->num_items;
    take_values(answer, message, 0);
  } else if (type == PROBE_REPLY && answer->num_items &&
             answer->type == PROBE_VALUE) {
    answer->type = PROBE_LIST;
    take_values(answer, message, 1);
  } else if (answer->type != PROBE_NONE) {
    answer->type = PROBE_MANY;
  } else {
    answer->type = type;
    take_values(answer, message, 1);
  }
  if (type == PROBE_ERROR && answer->num_values > 1) {
    snprintf(
      answer->code, sizeof(answer->code), "%.31s", answer->values[0].text);
    snprintf(
      answer->text, sizeof(answer->text), "%.255s", answer->values[1].text);
  }
}

/// Write a message; false if it is too large
static bool
write_message(OscWriter* const       writer,
              const char* const      address,
              const ProbeArgs* const args)
{
  osc_writer_message(writer, address);
  for (uint32_t i = 0; args && i < args->count; ++i) {
    osc_writer_arg(writer, &args->args[i]);
  }
  return !osc_writer_end(writer);
}

const ProbeAnswer*
probe_ask(Probe* const           probe,
          const char* const      address,
          const ProbeArgs* const args)
{
  static ProbeAnswer answer;
  static uint8_t     buf[32768];

  OscWriter writer;
  memset(&answer, 0, sizeof(answer));
  probe_link_clear(&probe->setter);
  osc_writer_init(&writer, buf, sizeof(buf));
  if (!write_message(&writer, address, args) ||
      !probe_link_send(&probe->setter, buf, writer.used) ||
      !probe_link_fence(&probe->setter)) {
    probe->is_lost = true;
    answer.type    = PROBE_LOST;
    return &answer;
  }

  uint32_t             cursor  = 0;
  const PacketMessage* message = NULL;
  while ((message = probe_link_next(&probe->setter, &cursor))) {
    take(&answer, message, address);
  }
  // Only lists have items
  if (answer.type == PROBE_VALUE && answer.num_items > 1) {
    answer.type = PROBE_MANY;
  }
  return &answer;
}

const ProbeAnswer*
probe_set(Probe* const           probe,
          const char* const      address,
          const PacketArg* const arg)
{
  ProbeArgs args = {0};
  if (arg) {
    args.count   = 1;
    args.args[0] = *arg;
  }
  return probe_ask(probe, address, &args);
}

const ProbeAnswer*
probe_ask_long(Probe* const           probe,
               const char* const      address,
               const ProbeArgs* const args)
{
  static ProbeAnswer answer;

  // It is over with `/reply` or `/error`; a list may be under way
  answer          = *probe_ask(probe, address, args);
  uint32_t cursor = probe->setter.used;
  if (answer.type == PROBE_MANY && answer.num_items > 1) {
    answer.type = PROBE_VALUE;
  }
  while ((answer.type == PROBE_NONE || answer.type == PROBE_VALUE) &&
         probe_link_wait(&probe->setter, LONG_MS)) {
    const PacketMessage* message = NULL;
    while ((message = probe_link_next(&probe->setter, &cursor))) {
      take(&answer, message, address);
    }
  }
  return &answer;
}

char*
probe_describe(const ProbeAnswer* const answer, char text[PROBE_TEXT_SIZE])
{
  static const char* const names[] = {
    [PROBE_NONE]  = "no answer",
    [PROBE_VALUE] = "a value",
    [PROBE_LIST]  = "a list",
    [PROBE_REPLY] = "/reply",
    [PROBE_ERROR] = "/error",
    [PROBE_MANY]  = "more than one answer",
    [PROBE_LOST]  = "no answer, to a /ping neither",
  };

  int at = snprintf(text, PROBE_TEXT_SIZE, "%s", names[answer->type]);
  for (uint32_t i = 0;
       i < answer->num_values && at < (int)PROBE_TEXT_SIZE - 300;
       ++i) {
    const ProbeValue* const value = &answer->values[i];
    at += value->type == 's'
            ? snprintf(text + at, 260, " \"%.250s\"", value->text)
            : snprintf(text + at, 260, " %.9g", value->number);
  }
  return text;
}

bool
probe_check(Probe* const      probe,
            const bool        good,
            const char* const address,
            const char* const format,
            ...)
{
  ++probe->num_checks;
  if (!good) {
    va_list args;
    va_start(args, format);
    printf("%s %s: ", probe->transport, address);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    ++probe->num_faults;
    ++probe->num_row_faults;
  }
  return good;
}

bool
probe_expect_error(Probe* const             probe,
                   const char* const        address,
                   const ProbeAnswer* const answer,
                   const char* const        code,
                   const char* const        what)
{
  char text[PROBE_TEXT_SIZE];
  return probe_check(probe,
                     answer->type == PROBE_ERROR &&
                       (!code || !strcmp(answer->code, code)) &&
                       answer->text[0],
                     address,
                     "%s: expected /error %s, got %s",
                     what,
                     code ? code : "",
                     probe_describe(answer, text));
}

void
probe_subscribe(Probe* const      probe,
                ProbeLink* const  link,
                const char* const pattern,
                const bool        on)
{
  uint8_t   buf[1024];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, on ? "/subscribe" : "/unsubscribe");
  osc_writer_s(&writer, pattern);
  if (on) {
    osc_writer_f(&writer, 120.0f);
  }
  probe_link_clear(link);
  if (osc_writer_end(&writer) || !probe_link_send(link, buf, writer.used) ||
      !probe_link_fence(link)) {
    probe->is_lost = true;
  }
}

bool
probe_hears(ProbeLink* const        link,
            const char* const       address,
            const ProbeValue* const value)
{
  uint32_t cursor = 0;
  do {
    const PacketMessage* message = NULL;
    while ((message = probe_link_next(link, &cursor))) {
      const ProbeValue heard = probe_value(message, 0);
      if (!strcmp(message->address, address) && probe_same(&heard, value)) {
        return true;
      }
    }
  } while (probe_link_wait(link, HEAR_MS));
  return false;
}
