// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/model_server.h"

#include "support/model_answer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/// Most requests that are remembered
#define MAX_REQUESTS 32u

/// Bytes of an answer that are sent at a time
#define PIECE 37u

struct ModelServer {
  ModelFormat      format;
  int              listener;
  int              stop; ///< Readable when it is to end
  char             url[64];
  pthread_t        thread;
  pthread_mutex_t  lock; ///< Of all below
  const ModelStep* steps;
  size_t           num_steps;
  char*            requests[MAX_REQUESTS]; ///< Head, blank line, body; owned
  size_t           num_requests;
};

// The server's thread

/// Wait for something to read; false if the server is to end
static bool
wait_readable(const ModelServer* const server, const int fd)
{
  struct pollfd fds[] = {{fd, POLLIN, 0}, {server->stop, POLLIN, 0}};
  return poll(fds, 2, -1) > 0 && !fds[1].revents;
}

/// Bytes of the request whose beginning is there, 0 if that is not known yet
static size_t
whole_size(const char* const text)
{
  const char* const end    = strstr(text, "\r\n\r\n");
  const char* const length = strcasestr(text, "content-length:");
  return !end ? 0
              : (size_t)(end + 4 - text) +
                  (length && length < end ? strtoul(length + 15, NULL, 10) : 0);
}

/// Read a request, owned; null if it did not come
static char*
read_request(const ModelServer* const server, const int fd)
{
  const size_t room = (size_t)8 << 20u;
  char* const  text = (char*)calloc(1, room);
  size_t       used = 0;
  while (text && wait_readable(server, fd)) {
    const ssize_t got = recv(fd, text + used, room - used - 1u, 0);
    used += got > 0 ? (size_t)got : 0;
    if (got <= 0) {
      break;
    }

    if (whole_size(text) && used >= whole_size(text)) {
      return text;
    }
  }

  free(text);
  return NULL;
}

static void
send_all(const int fd, const char* const data, const size_t size)
{
  for (size_t at = 0; at < size;) {
    const size_t  left = size - at;
    const ssize_t sent =
      send(fd, data + at, left < PIECE ? left : PIECE, MSG_NOSIGNAL);
    if (sent <= 0) {
      return;
    }

    at += (size_t)sent;
  }
}

static void
answer(const ModelServer* const server,
       const int                fd,
       const ModelStep* const   step)
{
  char        head[300];
  char* const body = model_answer(server->format, step);
  const int   size = snprintf(head,
                            sizeof(head),
                            "HTTP/1.1 %d Scripted\r\n%s%sConnection: close"
                              "\r\n\r\n",
                            step->status ? step->status : 200,
                            step->header ? step->header : "",
                            step->header ? "\r\n" : "");
  send_all(fd, head, (size_t)size);
  send_all(fd, body, strlen(body));
  free(body);
}

/// Remember a request, which moves; what to do with it
static ModelStep
take_request(ModelServer* const server, char* const request)
{
  static const ModelStep lost = {
    .status = 500, .error = "api_error", .text = "the script is over"};
  pthread_mutex_lock(&server->lock);
  ModelStep step = lost;
  if (server->num_requests < MAX_REQUESTS) {
    const size_t index = server->num_requests++;
    step = index < server->num_steps ? server->steps[index] : lost;
    server->requests[index] = request;
  } else {
    free(request);
  }

  pthread_mutex_unlock(&server->lock);
  return step;
}

static void
serve(ModelServer* const server, const int fd)
{
  const int   one     = 1;
  char* const request = read_request(server, fd);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  if (!request) {
    return;
  }

  const ModelStep step = take_request(server, request);
  if (step.hang) {
    wait_readable(server, fd); // The client goes away
  } else {
    answer(server, fd, &step);
  }
}

static void*
run(void* const handle)
{
  ModelServer* const server = (ModelServer*)handle;
  while (wait_readable(server, server->listener)) {
    const int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) {
      serve(server, fd);
      shutdown(fd, SHUT_WR);
      close(fd);
    }
  }

  return NULL;
}

// The test's thread

static int
listen_on_loopback(uint16_t* const port)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr   = {htonl(INADDR_LOOPBACK)}};
  socklen_t          size    = sizeof(address);
  const int          fd      = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bind(fd, (const struct sockaddr*)&address, size);
  listen(fd, 8);
  getsockname(fd, (struct sockaddr*)&address, &size);
  *port = ntohs(address.sin_port);
  return fd;
}

ModelServer*
model_server_new(const ModelFormat format)
{
  uint16_t           port   = 0;
  ModelServer* const server = (ModelServer*)calloc(1, sizeof(ModelServer));
  server->format            = format;
  server->listener          = listen_on_loopback(&port);
  server->stop              = eventfd(0, EFD_CLOEXEC);
  snprintf(server->url,
           sizeof(server->url),
           "http://127.0.0.1:%u%s",
           port,
           format == MODEL_OPENAI ? "/v1" : "");
  pthread_mutex_init(&server->lock, NULL);
  pthread_create(&server->thread, NULL, run, server);
  return server;
}

static void
forget(ModelServer* const server)
{
  for (size_t i = 0; i < server->num_requests; ++i) {
    free(server->requests[i]);
  }

  server->num_requests = 0;
}

void
model_server_free(ModelServer* const server)
{
  const uint64_t one = 1;
  if (!server) {
    return;
  }

  if (write(server->stop, &one, sizeof(one)) > 0) {
    pthread_join(server->thread, NULL);
  }

  forget(server);
  close(server->listener);
  close(server->stop);
  pthread_mutex_destroy(&server->lock);
  free(server);
}

const char*
model_server_url(const ModelServer* const server)
{
  return server->url;
}

static bool
does_something(const ModelStep* const step)
{
  return step->text || step->calls[0].tool || step->status || step->error ||
         step->body || step->hang || step->cut || step->refuse;
}

void
model_server_script(ModelServer* const     server,
                    const ModelStep* const steps,
                    const size_t           count)
{
  size_t used = 0;
  while (used < count && does_something(&steps[used])) {
    ++used;
  }

  pthread_mutex_lock(&server->lock);
  forget(server);
  server->steps     = steps;
  server->num_steps = used;
  pthread_mutex_unlock(&server->lock);
}

size_t
model_server_count(ModelServer* const server)
{
  pthread_mutex_lock(&server->lock);
  const size_t count = server->num_requests;
  pthread_mutex_unlock(&server->lock);
  return count;
}

/// The part of a request before or behind the blank line, owned
static char*
part(ModelServer* const server, const size_t index, const bool behind)
{
  char* text = NULL;
  pthread_mutex_lock(&server->lock);
  if (index < server->num_requests) {
    const char* const request = server->requests[index];
    const char* const blank   = strstr(request, "\r\n\r\n");
    text =
      behind ? strdup(blank + 4) : strndup(request, (size_t)(blank - request));
  }

  pthread_mutex_unlock(&server->lock);
  return text;
}

char*
model_server_head(ModelServer* const server, const size_t index)
{
  return part(server, index, false);
}

char*
model_server_body(ModelServer* const server, const size_t index)
{
  return part(server, index, true);
}
