// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/exchange.h"

#include <curl/curl.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/// Most times that a request is made again
#define RETRIES_MAX 3

/// Most bytes of an answer
#define ANSWER_MAX (8u << 20u)

struct Exchange {
  ExchangeConfig config;
  char*          body;
  char*          in; ///< What came, owned
  size_t         used;
  int64_t        retry_after_ms; ///< As the server said, -1: it did not
  pthread_t      thread;
  int            stop; ///< Readable when it is to end
  atomic_bool    done;
  WireAnswer     answer;
};

int64_t
exchange_clock(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_stopped(const Exchange* const exchange, const int wait_ms)
{
  struct pollfd poller = {exchange->stop, POLLIN, 0};
  return poll(&poller, 1, wait_ms) > 0;
}

static size_t
take_body(char* const  data,
          const size_t one,
          const size_t count,
          void* const  handle)
{
  Exchange* const exchange = (Exchange*)handle;
  const size_t    size     = one * count;
  char* const     in       = exchange->used + size > ANSWER_MAX
                               ? NULL
                               : (char*)realloc(exchange->in, exchange->used + size + 1u);
  if (!in) {
    return 0;
  }

  memcpy(in + exchange->used, data, size);
  exchange->in = in;
  exchange->used += size;
  in[exchange->used] = '\0';
  return size;
}

static size_t
take_header(char* const  data,
            const size_t one,
            const size_t count,
            void* const  handle)
{
  static const char name[]   = "retry-after:";
  Exchange* const   exchange = (Exchange*)handle;
  const size_t      size     = one * count;
  char              text[32] = "";
  if (size > sizeof(name) && !strncasecmp(data, name, sizeof(name) - 1u)) {
    char* end = NULL;
    snprintf(text,
             sizeof(text),
             "%.*s",
             (int)(size - sizeof(name) + 1u),
             data + sizeof(name) - 1u);
    const double seconds = strtod(text, &end);
    if (end != text && seconds >= 0.0 && seconds < 86400.0) {
      exchange->retry_after_ms = (int64_t)(seconds * 1000.0);
    }
  }

  return size;
}

static struct curl_slist*
make_headers(const ExchangeConfig* const config)
{
  char               line[600];
  struct curl_slist* list =
    curl_slist_append(NULL, "content-type: application/json");
  if (config->format == WIRE_ANTHROPIC) {
    list = curl_slist_append(list, "anthropic-version: 2023-06-01");
  }

  if (config->key[0]) {
    snprintf(line,
             sizeof(line),
             "%s%.500s",
             config->format == WIRE_ANTHROPIC ? "x-api-key: "
                                              : "authorization: Bearer ",
             config->key);
    list = curl_slist_append(list, line);
  }

  return list;
}

/// Whether a place is this machine, where nothing can be overheard
static bool
is_loopback(const char* const url)
{
  static const char* const places[] = {
    "http://127.0.0.1", "http://localhost", "http://[::1]"};
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); ++i) {
    const size_t length = strlen(places[i]);
    if (!strncasecmp(url, places[i], length) &&
        (url[length] == ':' || url[length] == '/')) {
      return true;
    }
  }

  return false;
}

/// Run a transfer until it ends or is to end
static CURLcode
transfer(const Exchange* const exchange, CURL* const easy)
{
  CURLM* const multi   = curl_multi_init();
  CURLcode     result  = CURLE_OUT_OF_MEMORY;
  int          running = 1;
  int          left    = 0;
  curl_multi_add_handle(multi, easy);
  while (running && !curl_multi_perform(multi, &running) && running) {
    struct curl_waitfd stop = {exchange->stop, CURL_WAIT_POLLIN, 0};
    curl_multi_poll(multi, &stop, 1, 500, NULL);
    if (is_stopped(exchange, 0)) {
      result = CURLE_ABORTED_BY_CALLBACK;
      break;
    }
  }

  const CURLMsg* const message = curl_multi_info_read(multi, &left);
  if (message && message->msg == CURLMSG_DONE) {
    result = message->data.result;
  }

  curl_multi_remove_handle(multi, easy);
  curl_multi_cleanup(multi);
  return result;
}

/// Make the request once
static WireAnswer
ask_once(Exchange* const exchange)
{
  const int64_t left = exchange->config.deadline_ms - exchange_clock();
  CURL* const   easy = curl_easy_init();
  struct curl_slist* const headers = make_headers(&exchange->config);
  long                     status  = 0;
  exchange->used                   = 0;
  exchange->retry_after_ms         = -1;
  curl_easy_setopt(easy, CURLOPT_URL, exchange->config.url);
  curl_easy_setopt(easy,
                   CURLOPT_PROTOCOLS_STR,
                   is_loopback(exchange->config.url) ? "http,https" : "https");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, exchange->body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, 60L);
  const CURLcode code = transfer(exchange, easy);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);

  const char* const in = exchange->in ? exchange->in : "";
  return code == CURLE_ABORTED_BY_CALLBACK ? wire_fail(WIRE_CANCELLED, "")
         : code == CURLE_OPERATION_TIMEDOUT
           ? wire_fail(WIRE_TIMEOUT, curl_easy_strerror(code))
         : code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT
           ? wire_fail(WIRE_CONFIG,
                       "its place is not https, nor on this machine")
         : code == CURLE_WRITE_ERROR ? wire_fail(WIRE_GARBAGE, "it is too long")
         : code && code != CURLE_PARTIAL_FILE
           ? wire_fail(WIRE_NETWORK, curl_easy_strerror(code))
         : status != 200
           ? wire_read_error(status, in, exchange->used)
           : wire_read(exchange->config.format, in, exchange->used);
}

/// How long to wait before the request is made again; -1: it is not
static int64_t
wait_ms(const Exchange* const exchange,
        const WireStatus      status,
        const int             tries)
{
  const int64_t backoff = exchange->config.backoff_ms << tries;
  const int64_t jitter  = exchange_clock() % (backoff / 4 + 1);
  const bool    told    = exchange->retry_after_ms >= 0;
  if (tries >= RETRIES_MAX || (status != WIRE_BUSY && status != WIRE_LIMITED &&
                               status != WIRE_NETWORK)) {
    return -1;
  }

  // A limit of money comes without a time to wait
  if (status == WIRE_LIMITED && !told &&
      exchange->config.format == WIRE_ANTHROPIC) {
    return -1;
  }

  return told ? exchange->retry_after_ms : backoff + jitter;
}

static void*
run(void* const handle)
{
  Exchange* const exchange = (Exchange*)handle;
  for (int tries = 0;; ++tries) {
    exchange->answer   = ask_once(exchange);
    const int64_t wait = wait_ms(exchange, exchange->answer.status, tries);
    if (wait < 0 || exchange_clock() + wait > exchange->config.deadline_ms) {
      break;
    }

    wire_clear(&exchange->answer);
    if (is_stopped(exchange, (int)wait)) {
      exchange->answer = wire_fail(WIRE_CANCELLED, "");
      break;
    }
  }

  atomic_store(&exchange->done, true);
  return NULL;
}

Exchange*
exchange_new(const ExchangeConfig* const config, char* const body)
{
  Exchange* const exchange = (Exchange*)calloc(1, sizeof(Exchange));
  if (!exchange || !body) {
    free(exchange);
    free(body);
    return NULL;
  }

  exchange->config = *config;
  exchange->body   = body;
  exchange->stop   = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (exchange->stop < 0 ||
      pthread_create(&exchange->thread, NULL, run, exchange)) {
    if (exchange->stop >= 0) {
      close(exchange->stop);
    }

    free(exchange->body);
    free(exchange);
    return NULL;
  }

  return exchange;
}

bool
exchange_done(const Exchange* const exchange)
{
  return atomic_load(&exchange->done);
}

void
exchange_cancel(Exchange* const exchange)
{
  const uint64_t one = 1;
  if (write(exchange->stop, &one, sizeof(one)) < 0) {
    return; // It is to end already
  }
}

WireAnswer
exchange_free(Exchange* const exchange)
{
  pthread_join(exchange->thread, NULL);
  const WireAnswer answer = exchange->answer;
  close(exchange->stop);
  free(exchange->body);
  free(exchange->in);
  free(exchange);
  return answer;
}
