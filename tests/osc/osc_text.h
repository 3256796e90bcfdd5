// SPDX-License-Identifier: GPL-3.0-or-later
//
// Messages as lines of text
//
//     /mixer/channels/t1/fader -6.0 3 "a text" word T F N I d:0.5 h:7
//
// A number with a point is `f`, one without `i`, `d:` and `h:` give these
// types, `b:` a blob of hexadecimal digits; other words are `s`.

#ifndef SONIC_TESTS_OSC_TEXT_H
#define SONIC_TESTS_OSC_TEXT_H

#include "osc/packet.h"
#include "osc/writer.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Longest line
#define LINE_SIZE 8192

/// Take the next word of a line; `quoted` tells a text between quotes
static inline char*
next_word(char** const cursor, bool* const quoted)
{
  char* at = *cursor;
  while (*at == ' ') {
    ++at;
  }
  if (!*at || *at == '\n') {
    return NULL;
  }

  *quoted    = *at == '"';
  char* word = *quoted ? at + 1 : at;
  char* end  = word + strcspn(word, *quoted ? "\"" : " \n");
  *cursor    = *end ? end + 1 : end;
  *end       = '\0';
  return word;
}

static inline void
write_word(OscWriter* const writer, char* const word, const bool quoted)
{
  char*        end    = NULL;
  const double number = strtod(word, &end);
  const bool   plain  = !quoted && word[0] && !*end &&
                     (isdigit((unsigned char)word[strlen(word) - 1]) != 0);
  if (!quoted && strlen(word) == 1 && strchr("TFNI", word[0])) {
    const PacketArg arg = {.type = word[0]};
    osc_writer_arg(writer, &arg);
  } else if (!quoted && !strncmp(word, "d:", 2)) {
    osc_writer_d(writer, strtod(word + 2, NULL));
  } else if (!quoted && !strncmp(word, "f:", 2)) {
    osc_writer_f(writer, strtof(word + 2, NULL));
  } else if (!quoted && !strncmp(word, "h:", 2)) {
    osc_writer_h(writer, strtoll(word + 2, NULL, 10));
  } else if (!quoted && !strncmp(word, "b:", 2)) {
    uint8_t  bytes[256];
    uint32_t size = 0;
    for (const char* c = word + 2; c[0] && c[1] && size < sizeof(bytes);
         c += 2) {
      const char hex[3] = {c[0], c[1], '\0'};
      bytes[size++]     = (uint8_t)strtoul(hex, NULL, 16);
    }
    osc_writer_b(writer, bytes, size);
  } else if (plain && strchr(word, '.')) {
    osc_writer_f(writer, (float)number);
  } else if (plain) {
    osc_writer_i(writer, (int32_t)number);
  } else {
    osc_writer_s(writer, word);
  }
}

/// Append the message of a line to a packet; false if it does not fit
static inline bool
write_line(OscWriter* const writer, const char* const line)
{
  char  copy[LINE_SIZE];
  char* cursor = copy;
  bool  quoted = false;
  snprintf(copy, sizeof(copy), "%s", line);

  char* word = next_word(&cursor, &quoted);
  osc_writer_message(writer, word ? word : "");
  while ((word = next_word(&cursor, &quoted))) {
    write_word(writer, word, quoted);
  }
  return osc_writer_end(writer) == STATUS_OK;
}

/// Write a message as a line without its end; returns the number of characters
static inline int
format_message(const PacketMessage* const message, char* const text)
{
  int size = sprintf(text, "%s", message->address);
  for (uint32_t i = 0; i < message->num_args; ++i) {
    const PacketArg* const arg = &message->args[i];
    char                   number[64];
    switch (arg->type) {
      case 'i':
        size += sprintf(text + size, " %d", arg->i);
        break;
      case 'f':
        snprintf(number, sizeof(number), "%.7g", (double)arg->f);
        size += sprintf(
          text + size, " %s%s", number, strpbrk(number, ".en") ? "" : ".0");
        break;
      case 's':
        size += sprintf(text + size, " \"%s\"", arg->s);
        break;
      default:
        size += sprintf(text + size, " %c?", arg->type);
        break;
    }
  }
  return size;
}

#endif // SONIC_TESTS_OSC_TEXT_H
