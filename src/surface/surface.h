// SPDX-License-Identifier: GPL-3.0-or-later
//
// Control surfaces for a composition
//
// A surface has a strip for each channel with name, fader, pan, mute and solo,
// the master's fader, the transport, and a button that has the program answer
// and send what changes.  Each kind is written from the same list of controls,
// so their addresses are the same.

#ifndef SONIC_SURFACE_SURFACE_H
#define SONIC_SURFACE_SURFACE_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A channel of the composition
typedef struct {
  char id[32];
  char name[201];
  char color[8]; ///< "#3b82f6"
} SurfaceChannel;

typedef struct {
  const SurfaceChannel* channels; ///< Without the master
  uint32_t              num_channels;
  const char*           host;       ///< Where the program runs
  uint16_t              port;       ///< Its port
  uint16_t              reply_port; ///< Where the surface listens
} Surface;

typedef enum {
  CONTROL_LABEL,  ///< Shows `text`, or what comes to `address`
  CONTROL_FADER,  ///< Upright, 0 to 1
  CONTROL_KNOB,   ///< 0 to 1
  CONTROL_TOGGLE, ///< 0 or 1
  CONTROL_BUTTON, ///< 1 when pressed
} ControlType;

/// A control at a place, in points of a page of SURFACE_WIDTH by SURFACE_HEIGHT
typedef struct {
  ControlType type;
  uint32_t    page; ///< From 0
  int         x;
  int         y;
  int         w;
  int         h;
  char        text[64]; ///< ASCII
  char        address[96];
  char        color[8];
} Control;

#define SURFACE_WIDTH 1024
#define SURFACE_HEIGHT 768

/// Strips of a page
#define SURFACE_STRIPS 8u

/// Lay a surface out; the controls are to be freed by the caller, null if
/// memory ran out
Control*
surface_lay(const Surface* surface, uint32_t* count, uint32_t* num_pages);

/// Text in the making; `failed` once memory ran out
typedef struct {
  char*  data; ///< Owned
  size_t used;
  size_t room;
  bool   failed;
} SurfaceText;

/// Append bytes
void
surface_bytes(SurfaceText* text, const void* data, size_t size);

/// Append what printf would print
void
surface_print(SurfaceText* text, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Write a kind of surface
typedef void (*SurfaceFunc)(const Surface* surface,
                            const Control* controls,
                            uint32_t       count,
                            uint32_t       num_pages,
                            SurfaceText*   out);

// Each kind

void
surface_touchosc(const Surface* surface,
                 const Control* controls,
                 uint32_t       count,
                 uint32_t       num_pages,
                 SurfaceText*   out);

void
surface_touchosc1(const Surface* surface,
                  const Control* controls,
                  uint32_t       count,
                  uint32_t       num_pages,
                  SurfaceText*   out);

void
surface_open_stage_control(const Surface* surface,
                           const Control* controls,
                           uint32_t       count,
                           uint32_t       num_pages,
                           SurfaceText*   out);

void
surface_pd(const Surface* surface,
           const Control* controls,
           uint32_t       count,
           uint32_t       num_pages,
           SurfaceText*   out);

void
surface_max(const Surface* surface,
            const Control* controls,
            uint32_t       count,
            uint32_t       num_pages,
            SurfaceText*   out);

#endif // SONIC_SURFACE_SURFACE_H
