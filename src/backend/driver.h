// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a driver does
//
// `backend.c` chooses a driver and hands every call on to it.  The functions
// are those of backend.h, where they are described.  A driver writes a text
// only when it has something to say, so that an earlier remark is kept.

#ifndef SONIC_BACKEND_DRIVER_H
#define SONIC_BACKEND_DRIVER_H

#include "backend/backend.h"

typedef struct {
  Status (*open)(const BackendConfig* config,
                 char*                text,
                 size_t               text_size,
                 Backend**            out);
  Status (*start)(Backend* backend, Engine* engine, char* text, size_t size);
  Status (*connect_outputs)(Backend* backend, char* text, size_t size);
  bool (*is_connected)(const Backend* backend);
  bool (*poll)(Backend* backend);
  BackendInfo (*info)(const Backend* backend);
  Status (*set_port)(Backend*           backend,
                     uint32_t           number,
                     const BackendPort* port);
  uint32_t (*port_latency)(const Backend* backend, uint32_t number);
  Status (*set_sync)(Backend* backend, SyncMode mode);
  Status (*transport)(Backend*         backend,
                      TransportCommand command,
                      uint64_t         frame);
  void (*set_latency)(Backend* backend, uint32_t frames);
  Status (*ports)(Backend* backend, BackendPortFunc func, void* handle);
  Status (*connect)(Backend*    backend,
                    const char* from,
                    const char* to,
                    bool        on);
  void (*close)(Backend* backend);
} DriverInfo;

/// The first member of what each driver allocates
struct Backend {
  const DriverInfo* driver;
};

/// A JACK client; `open` says STATUS_NOT_FOUND if no server runs
extern const DriverInfo jack_driver;

/// A clock without sound
extern const DriverInfo dummy_driver;

#endif // SONIC_BACKEND_DRIVER_H
