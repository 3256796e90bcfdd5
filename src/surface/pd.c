// SPDX-License-Identifier: GPL-3.0-or-later
//
// A patch of vanilla Pure Data
//
// One `netsend -u -b` sends and hears.  Each control has a name to send to and
// one to receive from; what is heard is led to the control with its address.

#include "surface/surface.h"

#include <stdlib.h>
#include <string.h>

/// Objects of a patch are counted from 0 in the order they are written
typedef struct {
  SurfaceText* out;
  SurfaceText  wires;
  int          count;
} Patch;

static int
put_object(Patch* const patch)
{
  return patch->count++;
}

static void
connect(Patch* const patch,
        const int    from,
        const int    outlet,
        const int    to,
        const int    inlet)
{
  surface_print(
    &patch->wires, "#X connect %d %d %d %d;\n", from, outlet, to, inlet);
}

/// Atoms of an address as oscparse has them: parts with spaces between
static void
put_parts(SurfaceText* const out, const char* const address)
{
  for (const char* c = address + 1; *c; ++c) {
    surface_bytes(out, *c == '/' ? " " : c, 1);
  }
}

/// The control's own object; its send and receive names are its number's
static void
put_widget(Patch* const patch, const Control* const control, const uint32_t i)
{
  const int x = control->x + (int)control->page * SURFACE_WIDTH;
  const int y = control->y + 160;
  switch (control->type) {
    case CONTROL_LABEL:
      surface_print(patch->out, "#X text %d %d %s;\n", x, y, control->text);
      break;
    case CONTROL_FADER:
      surface_print(patch->out,
                    "#X obj %d %d vsl %d %d 0 1 0 0 out%u in%u empty 0 -8 0 10 "
                    "#fcfcfc #000000 #000000 0 1;\n",
                    x,
                    y,
                    40,
                    control->h - 40,
                    i,
                    i);
      break;
    case CONTROL_KNOB:
      surface_print(patch->out,
                    "#X obj %d %d hsl %d %d 0 1 0 0 out%u in%u empty 0 -8 0 10 "
                    "#fcfcfc #000000 #000000 0 1;\n",
                    x,
                    y,
                    control->w - 10,
                    20,
                    i,
                    i);
      break;
    case CONTROL_TOGGLE:
      surface_print(patch->out,
                    "#X obj %d %d tgl 30 0 out%u in%u %s 34 15 0 12 #fcfcfc "
                    "#000000 #000000 0 1;\n",
                    x,
                    y,
                    i,
                    i,
                    control->text);
      break;
    case CONTROL_BUTTON:
      surface_print(patch->out,
                    "#X obj %d %d bng 30 250 50 0 out%u in%u %s 34 15 0 12 "
                    "#fcfcfc #000000 #000000;\n",
                    x,
                    y,
                    i,
                    i,
                    control->text);
      break;
  }
  put_object(patch);
}

/// From a control's send name to the socket, and from what is heard to it
static void
put_wiring(Patch* const         patch,
           const Control* const control,
           const uint32_t       i,
           const int            sender,
           const int            heard)
{
  const int y = SURFACE_HEIGHT + 200 + (int)i * 30;
  surface_print(patch->out, "#X obj 20 %d r out%u;\n", y, i);
  const int from = put_object(patch);
  if (control->type == CONTROL_BUTTON) {
    surface_print(patch->out, "#X msg 90 %d 1;\n", y);
    const int one = put_object(patch);
    surface_print(patch->out, "#X obj 130 %d oscformat%s", y, " ");
    put_parts(patch->out, control->address);
    surface_print(patch->out, ";\n");
    const int format = put_object(patch);
    connect(patch, from, 0, one, 0);
    connect(patch, one, 0, format, 0);
    connect(patch, format, 0, sender, 0);
    return;
  }

  surface_print(patch->out, "#X obj 130 %d oscformat ", y);
  put_parts(patch->out, control->address);
  surface_print(patch->out, ";\n");
  const int format = put_object(patch);
  connect(patch, from, 0, format, 0);
  connect(patch, format, 0, sender, 0);

  // A route for each part of the address; what is left is the value
  int  last = heard;
  char copy[sizeof(control->address)];
  strcpy(copy, control->address + 1);
  int x = 500;
  for (char* part = copy; part;) {
    char* const slash = strchr(part, '/');
    if (slash) {
      *slash = '\0';
    }
    surface_print(patch->out, "#X obj %d %d route %s;\n", x, y, part);
    const int route = put_object(patch);
    connect(patch, last, 0, route, 0);
    last = route;
    x += 90;
    part = slash ? slash + 1 : NULL;
  }

  // Shown without being sent back
  surface_print(patch->out, "#X msg %d %d \\; in%u set \\$1;\n", x, y, i);
  connect(patch, last, 0, put_object(patch), 0);
}

void
surface_pd(const Surface* const surface,
           const Control* const controls,
           const uint32_t       count,
           const uint32_t       num_pages,
           SurfaceText* const   out)
{
  Patch patch = {.out = out};
  (void)num_pages;
  surface_print(out, "#N canvas 0 0 1100 900 12;\n");
  surface_print(out, "#X obj 20 20 loadbang;\n");
  const int load = put_object(&patch);
  surface_print(
    out, "#X msg 20 50 connect %s %u;\n", surface->host, surface->port);
  const int open = put_object(&patch);
  surface_print(out, "#X obj 20 110 netsend -u -b;\n");
  const int socket = put_object(&patch);
  surface_print(out, "#X obj 300 80 list prepend send;\n");
  const int prepend = put_object(&patch);
  surface_print(out, "#X obj 300 110 list trim;\n");
  const int trim = put_object(&patch);
  surface_print(out, "#X obj 20 140 oscparse;\n");
  const int parse = put_object(&patch);
  surface_print(out, "#X obj 120 140 list trim;\n");
  const int heard = put_object(&patch);
  connect(&patch, load, 0, open, 0);
  connect(&patch, open, 0, socket, 0);
  connect(&patch, prepend, 0, trim, 0);
  connect(&patch, trim, 0, socket, 0);
  connect(&patch, socket, 1, parse, 0);
  connect(&patch, parse, 0, heard, 0);
  for (uint32_t i = 0; i < count; ++i) {
    // It is answered at the port it sends from
    if (strncmp(controls[i].address, "/client/reply_port", 18) != 0) {
      put_widget(&patch, &controls[i], i);
    }
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (controls[i].address[0] &&
        strncmp(controls[i].address, "/client/reply_port", 18) != 0) {
      put_wiring(&patch, &controls[i], i, prepend, heard);
    }
  }
  if (patch.wires.data) {
    surface_bytes(out, patch.wires.data, patch.wires.used);
  }
  out->failed |= patch.wires.failed;
  free(patch.wires.data);
}
