// SPDX-License-Identifier: GPL-3.0-or-later
//
// A session of Open Stage Control: JSON, a tab for each page

#include "surface/surface.h"

static void
put_widget(SurfaceText* const   out,
           const Control* const control,
           const uint32_t       number,
           const Surface* const surface)
{
  static const struct {
    const char* type;
    const char* rest;
  } types[] = {
    [CONTROL_LABEL]  = {"text", ""},
    [CONTROL_FADER]  = {"fader",
                        ",\"decimals\":4,\"range\":{\"min\":0,\"max\":1}"},
    [CONTROL_KNOB]   = {"knob",
                        ",\"decimals\":4,\"range\":{\"min\":0,\"max\":1}"},
    [CONTROL_TOGGLE] = {"button", ",\"mode\":\"toggle\",\"on\":1,\"off\":0"},
    [CONTROL_BUTTON] = {"button", ",\"mode\":\"tap\",\"on\":1,\"off\":0"},
  };

  surface_print(out,
                "{\"type\":\"%s\",\"id\":\"w%u\",\"label\":\"%s\","
                "\"left\":%d,\"top\":%d,\"width\":%d,\"height\":%d,"
                "\"colorWidget\":\"%s\"%s",
                types[control->type].type,
                number,
                control->text,
                control->x,
                control->y,
                control->w,
                control->h,
                control->color,
                types[control->type].rest);
  if (control->address[0]) {
    surface_print(out,
                  ",\"address\":\"%s\",\"typeTags\":\"f\","
                  "\"target\":[\"%s:%u\"]",
                  control->address,
                  surface->host,
                  surface->port);
  } else {
    surface_print(out, ",\"default\":\"%s\"", control->text);
  }
  surface_print(out, "}");
}

void
surface_open_stage_control(const Surface* const surface,
                           const Control* const controls,
                           const uint32_t       count,
                           const uint32_t       num_pages,
                           SurfaceText* const   out)
{
  surface_print(out,
                "{\"version\":\"1.25.0\",\"createdWith\":\"Open Stage "
                "Control\",\"type\":\"session\",\"content\":{\"type\":"
                "\"root\",\"id\":\"root\",\"widgets\":[],\"tabs\":[");
  for (uint32_t page = 0; page < num_pages; ++page) {
    const char* comma = "";
    surface_print(out,
                  "%s{\"type\":\"tab\",\"id\":\"page%u\",\"label\":"
                  "\"%u\",\"widgets\":[",
                  page ? "," : "",
                  page + 1u,
                  page + 1u);
    for (uint32_t i = 0; i < count; ++i) {
      if (controls[i].page == page) {
        surface_print(out, "%s", comma);
        put_widget(out, &controls[i], i, surface);
        comma = ",";
      }
    }
    surface_print(out, "],\"tabs\":[]}");
  }
  surface_print(out, "]}}\n");
}
