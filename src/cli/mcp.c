// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude mcp`: the tools of a running daemon for MCP clients
//
// A line from standard input is answered by one on standard output, one after
// another.  While the daemon is waited for, what comes in is looked through
// for a notification that takes the request back.

#include "ai/mcp.h"

#include "base/clock.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/options.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Time that the daemon may take for an answer, in milliseconds
#define WAIT_MS 15000

#define NANOS_PER_MS INT64_C(1000000)

/// Bytes that are read at a time
#define READ_BYTES 65536u

/// A line that has come in
typedef struct {
  const char* text;
  size_t      size;
} Line;

typedef struct {
  Client  client;
  int32_t number;    ///< Of the last call
  json_t* id;        ///< Of the request that is being answered, owned
  bool    cancelled; ///< It was taken back
  bool    ended;     ///< Nothing more comes in
  bool    skipping;  ///< The rest of a line that was too long
  char*   in;        ///< What has come in, owned
  size_t  used;      ///< Bytes of it
  size_t  done;      ///< Bytes of it that are dealt with
  size_t  room;
} Session;

/// An answer of the daemon in the making
typedef struct {
  char*   text; ///< What came so far, owned
  size_t  used;
  int32_t pieces; ///< That came
  int32_t count;  ///< That there are, 0: it is one whole
} Answer;

// Lines

/// Take in what is there; waits if nothing is
static void
read_more(Session* const session)
{
  if (session->done) {
    session->used -= session->done;
    memmove(session->in, session->in + session->done, session->used);
    session->done = 0;
  }

  if (session->used + READ_BYTES > session->room) {
    const size_t room = 2u * session->room + READ_BYTES;
    char* const  in   = (char*)realloc(session->in, room);
    if (!in) {
      session->ended = true;
      return;
    }

    session->in   = in;
    session->room = room;
  }

  const ssize_t size =
    read(STDIN_FILENO, session->in + session->used, READ_BYTES);
  session->ended = size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN);
  session->used += size > 0 ? (size_t)size : 0u;
}

/// The whole line at a place; false if there is none yet
static bool
line_at(const Session* const session, const size_t at, Line* const line)
{
  const char* const end = session->used > at
                            ? memchr(session->in + at, '\n', session->used - at)
                            : NULL;
  if (end) {
    *line = (Line){session->in + at, (size_t)(end - session->in) - at};
  }

  return end != NULL;
}

/// Note whether what waits takes back the request that is being answered
static void
look_for_cancel(Session* const session)
{
  Line line;
  for (size_t at = session->done; line_at(session, at, &line);) {
    session->cancelled =
      session->cancelled || mcp_cancels(line.text, line.size, session->id);
    at += line.size + 1u;
  }
}

static bool
is_blank(const Line* const line)
{
  return strspn(line->text, " \t\r\n") >= line->size;
}

// The daemon

static char*
say(const char* const before, const char* const what)
{
  char text[400];
  snprintf(text, sizeof(text), "%s%s", before, what);
  return strdup(text);
}

/// Wait for the daemon's next packet, looking at what comes in meanwhile
static ClientResult
wait_for_packet(Session* const      session,
                const uint64_t      until,
                PacketReader* const reader)
{
  while (!session->cancelled) {
    const int64_t left      = (int64_t)(until - clock_nanos()) / NANOS_PER_MS;
    struct pollfd pollers[] = {{session->client.fd, POLLIN, 0},
                               {session->ended ? -1 : STDIN_FILENO, POLLIN, 0}};
    if (left <= 0 || (poll(pollers, 2, (int)left) < 0 && errno != EINTR)) {
      return CLIENT_TIMEOUT;
    }

    if (pollers[1].revents) {
      read_more(session);
      look_for_cancel(session);
    }

    if (pollers[0].revents && !session->cancelled) {
      return client_receive(&session->client, 0, reader);
    }
  }

  return CLIENT_TIMEOUT;
}

static bool
is_text(const PacketMessage* const message, const uint32_t index)
{
  return index < message->num_args && message->args[index].type == 's';
}

static bool
is_whole(const PacketMessage* const message, const uint32_t index)
{
  return index < message->num_args && message->args[index].type == 'i';
}

static bool
append(Answer* const answer, const char* const text)
{
  const size_t size = strlen(text);
  char* const  more = (char*)realloc(answer->text, answer->used + size + 1u);
  if (!more) {
    return false;
  }

  memcpy(more + answer->used, text, size + 1u);
  answer->text = more;
  answer->used += size;
  return true;
}

/// Take a message in; true once the answer has ended
static bool
take(const Session* const       session,
     const PacketMessage* const message,
     Answer* const              answer,
     char** const               error)
{
  const bool is_error = !strcmp(message->address, "/call/error");
  if ((!is_error && strcmp(message->address, "/call/reply") != 0) ||
      !is_whole(message, 0) || message->args[0].i != session->number) {
    return false;
  }

  if (is_error) {
    *error = strdup(is_text(message, 3) ? message->args[3].s : "It failed");
    return true;
  }

  // A piece; those of a page ask for the rest themselves
  if (is_whole(message, 2) && is_whole(message, 3) && is_text(message, 4)) {
    if (message->args[2].i == answer->pieces) {
      answer->pieces += append(answer, message->args[4].s);
    }

    answer->count = message->args[3].i;
    return false;
  }

  if (!answer->count && is_text(message, 2)) {
    append(answer, message->args[2].s);
  } else if (answer->pieces != answer->count) {
    *error = strdup("A part of the answer was lost");
  }

  return true;
}

static bool
send_call(Session* const    session,
          const char* const address,
          const char* const name,
          const char* const args,
          const int32_t     page)
{
  static uint8_t buf[65507];
  OscWriter      writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/call");
  osc_writer_i(&writer, ++session->number);
  osc_writer_s(&writer, address);
  if (name) {
    osc_writer_s(&writer, name);
    osc_writer_s(&writer, args);
  } else {
    osc_writer_i(&writer, page);
  }

  return !osc_writer_end(&writer) && client_send(&session->client, &writer);
}

/// Wait for the answer to the last call; `page`: it is one message of a page
static bool
wait_for_answer(Session* const session,
                const bool     page,
                Answer* const  answer,
                char** const   error)
{
  const uint64_t until = clock_nanos() + (uint64_t)(WAIT_MS * NANOS_PER_MS);
  const int32_t  first = answer->pieces;
  while (!*error) {
    PacketReader       reader;
    const ClientResult result = wait_for_packet(session, until, &reader);
    if (session->cancelled) {
      *error = strdup("Cancelled");
    } else if (result == CLIENT_REFUSED) {
      *error = say("No daemon listens at ", session->client.place);
    } else if (result != CLIENT_PACKET) {
      *error = say("No answer from ", session->client.place);
    }

    while (!*error && packet_next(&reader) == PACKET_MESSAGE) {
      if (take(session, &reader.message, answer, error) ||
          (page && answer->pieces > first)) {
        return !*error;
      }
    }
  }

  return false;
}

/// Read an answer as JSON
static json_t*
read_answer(const Answer* const answer, char** const error)
{
  json_t* const json =
    *error ? NULL : json_loads(answer->text ? answer->text : "", 0, NULL);
  if (!json && !*error) {
    *error = strdup("The daemon's answer is no JSON");
  }

  free(answer->text);
  return json;
}

static json_t*
ask_tools(void* const handle, char** const error)
{
  Session* const session = (Session*)handle;
  Answer         answer  = {NULL, 0, 0, 0};
  do {
    if (!send_call(session, "/ai/tools/json", NULL, NULL, answer.pieces)) {
      *error = say("No daemon listens at ", session->client.place);
    }
  } while (!*error && wait_for_answer(session, true, &answer, error) &&
           answer.pieces < answer.count);
  return read_answer(&answer, error);
}

static json_t*
call_tool(void* const         handle,
          const char* const   name,
          const json_t* const args,
          char** const        error)
{
  Session* const session = (Session*)handle;
  Answer         answer  = {NULL, 0, 0, 0};
  char* const    text    = args ? json_dumps(args, JSON_COMPACT) : strdup("{}");
  if (!text || strlen(text) > 60000u) {
    *error = strdup("The arguments are too long, expected at most 60000 bytes");
  } else if (!send_call(session, "/ai/action", name, text, 0)) {
    *error = say("No daemon listens at ", session->client.place);
  } else {
    wait_for_answer(session, false, &answer, error);
  }

  free(text);
  return read_answer(&answer, error);
}

// The loop

/// Answer a line, unless it is taken back
static void
answer_line(Session* const session, const McpHost* const host, const Line line)
{
  // What comes in meanwhile moves the buffer
  char* const copy = strndup(line.text, line.size);
  if (!copy) {
    return;
  }

  session->id        = mcp_id(copy, line.size);
  session->cancelled = false;
  look_for_cancel(session);
  char* const text =
    session->cancelled ? NULL : mcp_answer(host, copy, line.size);
  if (text && !session->cancelled) {
    printf("%s\n", text);
    fflush(stdout);
  }

  json_decref(session->id);
  session->id = NULL;
  free(text);
  free(copy);
}

/// Forget a line that is too long, and say so
static void
refuse_long_line(Session* const session, const McpHost* const host)
{
  if (!session->skipping) {
    char* const text = mcp_answer(host, "[", 1);
    printf("%s\n", text ? text : "");
    fflush(stdout);
    free(text);
  }

  session->skipping = true;
  session->done     = session->used;
}

static void
serve(Session* const session)
{
  const McpHost host = {ask_tools, call_tool, session};
  Line          line;
  while (!session->ended || line_at(session, session->done, &line)) {
    if (line_at(session, session->done, &line)) {
      session->done += line.size + 1u;
      if (!session->skipping && !is_blank(&line)) {
        answer_line(session, &host, line);
      }

      session->skipping = false;
    } else if (session->used - session->done > MCP_LINE_MAX) {
      refuse_long_line(session, &host);
    } else {
      read_more(session);
    }
  }
}

int
cli_mcp(const int argc, char** const argv)
{
  const char*  host      = "127.0.0.1";
  int64_t      port      = 7770;
  const Option options[] = {
    DAEMON_OPTIONS(&host, &port),
  };
  const Usage usage = {
    "mcp",
    "[OPTION...]",
    "Serve the tools of a running daemon to an MCP client, on standard input "
    "and\noutput.",
    options,
    sizeof(options) / sizeof(options[0]),
    0,
    0,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  static Session session;
  if (!client_open(&session.client, "mcp", host, port)) {
    return 1;
  }

  serve(&session);
  client_close(&session.client);
  free(session.in);
  return 0;
}
