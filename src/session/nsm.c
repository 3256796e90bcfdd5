// SPDX-License-Identifier: GPL-3.0-or-later

#include "session/nsm.h"

#include "osc/packet.h"
#include "osc/writer.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANNOUNCE_PATH "/nsm/server/announce"
#define APPLICATION "Sonic Claude"

enum {
  API_MAJOR        = 1,
  API_MINOR        = 1,
  PACKET_SIZE      = 8192,
  TEXT_SIZE        = 512,
  PROJECT_SIZE     = 4096,
  MESSAGE_PRIORITY = 1, ///< Of 0 to 3
};

struct Nsm {
  int  fd;
  bool lost;  ///< The manager is gone
  bool told;  ///< Whether it is known if there is something to save
  bool dirty; ///< That it was told there is
  char path[PROJECT_SIZE];
  char display_name[TEXT_SIZE];
  char client_id[TEXT_SIZE];
  char text[TEXT_SIZE];
};

// Sending

/// A packet in the making
typedef struct {
  OscWriter writer;
  uint8_t   data[PACKET_SIZE];
} Letter;

static void
begin(Letter* const letter, const char* const path)
{
  osc_writer_init(&letter->writer, letter->data, sizeof(letter->data));
  osc_writer_message(&letter->writer, path);
}

/// Send a letter; one that can't be sent is as good as lost on the way
static void
post(Nsm* const nsm, Letter* const letter)
{
  if (nsm && !nsm->lost && !osc_writer_end(&letter->writer)) {
    send(nsm->fd, letter->data, letter->writer.used, MSG_DONTWAIT);
  }
}

static void
announce(Nsm* const nsm, const char* const executable)
{
  Letter letter;
  begin(&letter, ANNOUNCE_PATH);
  osc_writer_s(&letter.writer, APPLICATION);
  osc_writer_s(&letter.writer, NSM_CAPABILITIES);
  osc_writer_s(&letter.writer, executable);
  osc_writer_i(&letter.writer, API_MAJOR);
  osc_writer_i(&letter.writer, API_MINOR);
  osc_writer_i(&letter.writer, (int32_t)getpid());
  post(nsm, &letter);
}

void
nsm_reply(Nsm* const nsm, const char* const path, const char* const text)
{
  Letter letter;
  begin(&letter, "/reply");
  osc_writer_s(&letter.writer, path);
  osc_writer_s(&letter.writer, text);
  post(nsm, &letter);
}

void
nsm_error(Nsm* const        nsm,
          const char* const path,
          const NsmCode     code,
          const char* const text)
{
  Letter letter;
  begin(&letter, "/error");
  osc_writer_s(&letter.writer, path);
  osc_writer_i(&letter.writer, code);
  osc_writer_s(&letter.writer, text);
  post(nsm, &letter);
}

void
nsm_set_dirty(Nsm* const nsm, const bool dirty)
{
  Letter letter;
  if (!nsm || (nsm->told && nsm->dirty == dirty)) {
    return;
  }

  nsm->told  = true;
  nsm->dirty = dirty;
  begin(&letter, dirty ? "/nsm/client/is_dirty" : "/nsm/client/is_clean");
  post(nsm, &letter);
}

void
nsm_progress(Nsm* const nsm, const double share)
{
  Letter letter;
  begin(&letter, "/nsm/client/progress");
  osc_writer_f(&letter.writer, (float)share);
  post(nsm, &letter);
}

void
nsm_message(Nsm* const nsm, const char* const text)
{
  Letter letter;
  begin(&letter, "/nsm/client/message");
  osc_writer_i(&letter.writer, MESSAGE_PRIORITY);
  osc_writer_s(&letter.writer, text);
  post(nsm, &letter);
}

// Receiving

/// Whether a message has arguments of these types
static bool
has_types(const PacketMessage* const message, const char* const types)
{
  return message->num_args >= strlen(types) &&
         !strncmp(message->types, types, strlen(types));
}

static void
keep(char* const to, const size_t size, const PacketArg* const arg)
{
  snprintf(to, size, "%s", arg->s);
}

/// A session is a new project, about which nothing was told yet
static NsmEvent
read_open(Nsm* const nsm, const PacketMessage* const message)
{
  if (message->args[0].size >= sizeof(nsm->path) ||
      message->args[2].size >= sizeof(nsm->client_id)) {
    nsm_error(nsm, NSM_OPEN_PATH, NSM_ERROR_BAD_PROJECT, "Name too long");
    return NSM_NOTHING;
  }

  keep(nsm->path, sizeof(nsm->path), &message->args[0]);
  keep(nsm->display_name, sizeof(nsm->display_name), &message->args[1]);
  keep(nsm->client_id, sizeof(nsm->client_id), &message->args[2]);
  nsm->told = false;
  return NSM_OPEN;
}

static NsmEvent
read_message(Nsm* const nsm, const PacketMessage* const message)
{
  const PacketArg* const args = message->args;
  if (!strcmp(message->address, NSM_OPEN_PATH) && has_types(message, "sss")) {
    return read_open(nsm, message);
  }

  if (!strcmp(message->address, NSM_SAVE_PATH)) {
    return NSM_SAVE;
  }

  if (!strcmp(message->address, "/reply") && has_types(message, "sss") &&
      !strcmp(args[0].s, ANNOUNCE_PATH)) {
    keep(nsm->text, sizeof(nsm->text), &args[2]);
    return NSM_WELCOME;
  }

  if (!strcmp(message->address, "/error") && has_types(message, "sis") &&
      !strcmp(args[0].s, ANNOUNCE_PATH)) {
    keep(nsm->text, sizeof(nsm->text), &args[2]);
    return NSM_REFUSED;
  }

  return NSM_NOTHING;
}

/// The first message of a packet; managers send one in each
static NsmEvent
read_packet(Nsm* const nsm, const uint8_t* const data, const size_t size)
{
  PacketReader reader;
  packet_reader_init(&reader, data, size);
  for (;;) {
    const PacketEvent event = packet_next(&reader);
    if (event == PACKET_MESSAGE) {
      return read_message(nsm, &reader.message);
    }

    if (event == PACKET_END || event == PACKET_ERROR) {
      return NSM_NOTHING;
    }
  }
}

NsmEvent
nsm_wait(Nsm* const nsm, const int timeout_ms)
{
  uint8_t       data[PACKET_SIZE];
  struct pollfd poller = {nsm->fd, POLLIN, 0};
  if (nsm->lost || poll(&poller, 1, timeout_ms) <= 0) {
    return NSM_NOTHING;
  }

  const ssize_t size = recv(nsm->fd, data, sizeof(data), MSG_DONTWAIT);
  if (size < 0 && errno == ECONNREFUSED) {
    nsm->lost = true;
    return NSM_LOST;
  }

  return size > 0 ? read_packet(nsm, data, (size_t)size) : NSM_NOTHING;
}

// Beginning and end

/// Split "osc.udp://host:port/"; false if it is none
static bool
split_url(const char* const url, char host[TEXT_SIZE], char port[16])
{
  static const char scheme[] = "osc.udp://";
  const char* const start    = url + sizeof(scheme) - 1u;
  if (strncmp(url, scheme, sizeof(scheme) - 1u) != 0) {
    return false;
  }

  // An IPv6 address stands in brackets
  const bool        brackets = *start == '[';
  const char* const end = brackets ? strchr(start, ']') : strchr(start, ':');
  if (!end || end == start || end - start >= TEXT_SIZE ||
      end[brackets] != ':') {
    return false;
  }

  snprintf(
    host, TEXT_SIZE, "%.*s", (int)(end - start) - brackets, start + brackets);
  const char* const digits = end + brackets + 1;
  const size_t      count  = strspn(digits, "0123456789");
  snprintf(port, 16, "%.*s", (int)count, digits);
  return count > 0 && count < 6 && (!digits[count] || digits[count] == '/');
}

/// A socket that talks with nobody else; -1 if there is none.  Managers that
/// are built on liblo listen on IPv4, whatever a name stands for first.
static int
connect_to(const char* const host, const char* const port)
{
  static const int families[] = {AF_INET, AF_INET6};

  int fd = -1;
  for (size_t i = 0; fd < 0 && i < sizeof(families) / sizeof(*families); ++i) {
    const struct addrinfo hints = {.ai_family   = families[i],
                                   .ai_socktype = SOCK_DGRAM};
    struct addrinfo*      found = NULL;
    if (getaddrinfo(host, port, &hints, &found)) {
      continue;
    }

    fd = socket(families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen)) {
      close(fd);
      fd = -1;
    }
    freeaddrinfo(found);
  }

  return fd;
}

Status
nsm_new(const char* const url,
        const char* const executable,
        char* const       text,
        const size_t      text_size,
        Nsm** const       out)
{
  char host[TEXT_SIZE];
  char port[16];
  if (!split_url(url, host, port)) {
    snprintf(text,
             text_size,
             "NSM_URL is \"%.200s\", expected osc.udp://HOST:PORT/",
             url);
    return STATUS_BAD_ARGUMENT;
  }

  const int fd = connect_to(host, port);
  if (fd < 0) {
    snprintf(
      text, text_size, "The session manager at %.200s can't be reached", url);
    return STATUS_IO;
  }

  Nsm* const nsm = (Nsm*)calloc(1, sizeof(Nsm));
  if (!nsm) {
    close(fd);
    snprintf(text, text_size, "%s", status_text(STATUS_NO_MEMORY));
    return STATUS_NO_MEMORY;
  }

  nsm->fd = fd;
  announce(nsm, executable);
  *out = nsm;
  return STATUS_OK;
}

void
nsm_free(Nsm* const nsm)
{
  if (nsm) {
    close(nsm->fd);
    free(nsm);
  }
}

const char*
nsm_path(const Nsm* const nsm)
{
  return nsm->path;
}

const char*
nsm_display_name(const Nsm* const nsm)
{
  return nsm->display_name;
}

const char*
nsm_client_id(const Nsm* const nsm)
{
  return nsm->client_id;
}

const char*
nsm_text(const Nsm* const nsm)
{
  return nsm->text;
}
