// SPDX-License-Identifier: GPL-3.0-or-later

#include "backend/backend.h"

#include "backend/driver.h"

#include <stdio.h>

/// How to hear something, with the server that was asked for
static void
tell_no_server(const BackendConfig* config,
               const char*          consequence,
               char*                text,
               size_t               size)
{
  const char* const name = config->server_name;
  snprintf(text,
           size,
           "no JACK server%s%s runs; %sstart one: jackd%s%s -d alsa",
           name ? " " : "",
           name ? name : "",
           consequence,
           name ? " -n " : "",
           name ? name : "");
}

Status
backend_open(const BackendConfig* config,
             char*                text,
             size_t               text_size,
             Backend**            out)
{
  text[0] = '\0';
  if (config->driver == DRIVER_DUMMY) {
    return dummy_driver.open(config, text, text_size, out);
  }

  const Status st = jack_driver.open(config, text, text_size, out);
  if (st != STATUS_NOT_FOUND) {
    return st;
  }
  if (config->driver == DRIVER_JACK) {
    tell_no_server(config, "", text, text_size);
    return st;
  }

  const Status dummy_st = dummy_driver.open(config, text, text_size, out);
  if (!dummy_st) {
    tell_no_server(config,
                   "on the dummy clock, without sound; to hear it ",
                   text,
                   text_size);
  }
  return dummy_st;
}

Status
backend_start(Backend* backend, Engine* engine, char* text, size_t text_size)
{
  return backend->driver->start(backend, engine, text, text_size);
}

Status
backend_connect_outputs(Backend* backend, char* text, size_t text_size)
{
  return backend->driver->connect_outputs(backend, text, text_size);
}

bool
backend_is_connected(const Backend* backend)
{
  return backend->driver->is_connected(backend);
}

bool
backend_poll(Backend* backend)
{
  return backend->driver->poll(backend);
}

BackendInfo
backend_info(const Backend* backend)
{
  return backend->driver->info(backend);
}

Status
backend_set_port(Backend* backend, uint32_t number, const BackendPort* port)
{
  return backend->driver->set_port(backend, number, port);
}

uint32_t
backend_port_latency(const Backend* backend, uint32_t number)
{
  return backend->driver->port_latency(backend, number);
}

Status
backend_set_sync(Backend* backend, SyncMode mode)
{
  return backend->driver->set_sync(backend, mode);
}

Status
backend_transport(Backend* backend, TransportCommand command, uint64_t frame)
{
  return backend->driver->transport(backend, command, frame);
}

void
backend_set_latency(Backend* backend, uint32_t frames)
{
  backend->driver->set_latency(backend, frames);
}

Status
backend_ports(Backend* backend, BackendPortFunc func, void* handle)
{
  return backend->driver->ports(backend, func, handle);
}

Status
backend_connect(Backend* backend, const char* from, const char* to, bool on)
{
  return backend->driver->connect(backend, from, to, on);
}

void
backend_close(Backend* backend)
{
  if (backend) {
    backend->driver->close(backend);
  }
}
