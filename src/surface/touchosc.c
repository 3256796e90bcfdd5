// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layouts of TouchOSC, both generations
//
// A `.tosc` file is XML as a zlib stream, a `.touchosc` file XML in a zip
// archive.  Both are written without compression, which both formats allow.

#include "surface/surface.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Red, green and blue of a colour, 0 to 1
static void
split_color(const char* const color, double rgb[3])
{
  const long value = strtol(color[0] == '#' ? color + 1 : "888888", NULL, 16);
  for (int i = 0; i < 3; ++i) {
    rgb[i] = (double)((value >> (16 - 8 * i)) & 255) / 255.0;
  }
}

static void
put_property(SurfaceText* const out,
             const char* const  type,
             const char* const  key,
             const char* const  value)
{
  surface_print(out,
                "<property type='%s'><key><![CDATA[%s]]></key><value>%s"
                "</value></property>",
                type,
                key,
                value);
}

static void
put_frame(SurfaceText* const out, int x, int y, int w, int h)
{
  surface_print(out,
                "<property type='r'><key><![CDATA[frame]]></key><value><x>%d"
                "</x><y>%d</y><w>%d</w><h>%d</h></value></property>",
                x,
                y,
                w,
                h);
}

static void
put_color(SurfaceText* const out, const char* const color)
{
  double rgb[3];
  split_color(color, rgb);
  surface_print(out,
                "<property type='c'><key><![CDATA[color]]></key><value><r>%g"
                "</r><g>%g</g><b>%g</b><a>1</a></value></property>",
                rgb[0],
                rgb[1],
                rgb[2]);
}

static void
put_value(SurfaceText* const out, const char* const key, const char* const text)
{
  surface_print(out,
                "<value><key><![CDATA[%s]]></key><locked>0</locked>"
                "<lockedDefaultCurrent>0</lockedDefaultCurrent><default>"
                "<![CDATA[%s]]></default><defaultPull>0</defaultPull></value>",
                key,
                text);
}

static void
put_partial(SurfaceText* const out,
            const char* const  type,
            const char* const  conversion,
            const char* const  value)
{
  surface_print(out,
                "<partial><type>%s</type><conversion>%s</conversion><value>"
                "<![CDATA[%s]]></value><scaleMin>0</scaleMin><scaleMax>1"
                "</scaleMax></partial>",
                type,
                conversion,
                value);
}

/// A message that a control sends and hears
static void
put_message(SurfaceText* const   out,
            const Control* const control,
            const char* const    suffix,
            const char* const    trigger,
            const char* const    condition)
{
  surface_print(out,
                "<osc><enabled>1</enabled><send>1</send><receive>%d</receive>"
                "<feedback>0</feedback><connections>00001</connections>"
                "<triggers><trigger><var><![CDATA[%s]]></var><condition>%s"
                "</condition></trigger></triggers><path>",
                !suffix[0],
                trigger,
                condition);
  put_partial(out, "CONSTANT", "STRING", control->address);
  if (suffix[0]) {
    put_partial(out, "CONSTANT", "STRING", suffix);
  }
  surface_print(out, "</path><arguments>");
  put_partial(out, "VALUE", "FLOAT", trigger);
  surface_print(out, "</arguments></osc>");
}

static void
put_control(SurfaceText* const   out,
            const Control* const control,
            const uint32_t       number)
{
  static const char* const types[] = {[CONTROL_LABEL]  = "LABEL",
                                      [CONTROL_FADER]  = "FADER",
                                      [CONTROL_KNOB]   = "RADIAL",
                                      [CONTROL_TOGGLE] = "BUTTON",
                                      [CONTROL_BUTTON] = "BUTTON"};
  surface_print(out,
                "<node ID='00000000-0000-4000-8000-%012x' type='%s'>"
                "<properties>",
                number + 16u,
                types[control->type]);
  put_property(out, "s", "name", control->text);
  put_frame(out, control->x, control->y, control->w, control->h);
  put_color(out, control->color);
  if (control->type == CONTROL_TOGGLE) {
    put_property(out, "i", "buttonType", "1");
  }
  surface_print(out, "</properties><values>");
  put_value(out, "touch", "false");
  put_value(out,
            control->type == CONTROL_LABEL ? "text" : "x",
            control->type == CONTROL_LABEL ? control->text : "0");
  surface_print(out, "</values>");
  if (control->address[0]) {
    const bool rises = control->type == CONTROL_BUTTON;
    surface_print(out, "<messages>");
    put_message(out, control, "", "x", rises ? "RISE" : "ANY");
    if (control->type == CONTROL_FADER || control->type == CONTROL_KNOB) {
      // The value's own address, without its twin, is what is held
      Control held                                         = *control;
      held.address[strlen(held.address) - strlen("/norm")] = '\0';
      put_message(out, &held, "/touch", "touch", "ANY");
    }
    surface_print(out, "</messages>");
  }
  surface_print(out, "</node>");
}

static void
put_big(SurfaceText* const out, const uint32_t value)
{
  const uint8_t bytes[] = {(uint8_t)(value >> 24u),
                           (uint8_t)(value >> 16u),
                           (uint8_t)(value >> 8u),
                           (uint8_t)value};
  surface_bytes(out, bytes, 4);
}

static void
put_little(SurfaceText* const out, const uint32_t value, const uint32_t size)
{
  for (uint32_t i = 0; i < size; ++i) {
    const uint8_t byte = (uint8_t)(value >> (8u * i));
    surface_bytes(out, &byte, 1);
  }
}

/// Append data as a zlib stream of stored blocks
static void
put_zlib(SurfaceText* const out, const SurfaceText* const data)
{
  uint32_t a = 1;
  uint32_t b = 0;
  surface_bytes(out, "\x78\x01", 2);
  for (size_t at = 0; at < data->used; at += 65535u) {
    const size_t   left = data->used - at;
    const uint16_t size = (uint16_t)(left < 65535u ? left : 65535u);
    surface_bytes(out, left <= 65535u ? "\1" : "\0", 1);
    put_little(out, size, 2);
    put_little(out, (uint16_t)~size, 2);
    surface_bytes(out, data->data + at, size);
  }
  for (size_t i = 0; i < data->used; ++i) {
    a = (a + (uint8_t)data->data[i]) % 65521u;
    b = (b + a) % 65521u;
  }
  put_big(out, b << 16u | a);
}

void
surface_touchosc(const Surface* const surface,
                 const Control* const controls,
                 const uint32_t       count,
                 const uint32_t       num_pages,
                 SurfaceText* const   out)
{
  (void)surface;
  SurfaceText xml = {0};
  surface_print(&xml,
                "<?xml version='1.0' encoding='UTF-8'?><lexml version='3'>"
                "<node ID='00000000-0000-4000-8000-000000000000' "
                "type='GROUP'><properties>");
  put_property(&xml, "s", "name", "Sonic Claude");
  put_frame(&xml, 0, 0, SURFACE_WIDTH, SURFACE_HEIGHT);
  surface_print(&xml,
                "</properties><values/><children><node ID='00000000-0000-4000-"
                "8000-000000000001' type='PAGER'><properties>");
  put_property(&xml, "s", "name", "pages");
  put_frame(&xml, 0, 0, SURFACE_WIDTH, SURFACE_HEIGHT);
  put_property(&xml, "b", "tabbar", num_pages > 1u ? "1" : "0");
  surface_print(&xml, "</properties><values>");
  put_value(&xml, "page", "0");
  surface_print(&xml, "</values><children>");
  for (uint32_t page = 0; page < num_pages; ++page) {
    char name[16];
    surface_print(&xml,
                  "<node ID='00000000-0000-4000-8001-%012x' type='GROUP'>"
                  "<properties>",
                  page);
    snprintf(name, sizeof(name), "%u", page + 1u);
    put_property(&xml, "s", "name", name);
    put_property(&xml, "s", "tabLabel", name);
    put_frame(&xml, 0, 0, SURFACE_WIDTH, SURFACE_HEIGHT);
    surface_print(&xml, "</properties><values>");
    put_value(&xml, "touch", "false");
    surface_print(&xml, "</values><children>");
    for (uint32_t i = 0; i < count; ++i) {
      if (controls[i].page == page) {
        put_control(&xml, &controls[i], i);
      }
    }
    surface_print(&xml, "</children></node>");
  }
  surface_print(&xml, "</children></node></children></node></lexml>");
  put_zlib(out, &xml);
  out->failed |= xml.failed;
  free(xml.data);
}

// The first generation

static void
put_base64(SurfaceText* const out, const char* const text)
{
  static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const size_t size = strlen(text);
  for (size_t i = 0; i < size; i += 3u) {
    const uint32_t left = (uint32_t)(size - i);
    const uint32_t group =
      (uint32_t)(uint8_t)text[i] << 16u |
      (left > 1 ? (uint32_t)(uint8_t)text[i + 1] << 8u : 0) |
      (left > 2 ? (uint32_t)(uint8_t)text[i + 2] : 0);
    const char out4[4] = {digits[group >> 18u],
                          digits[(group >> 12u) & 63u],
                          left > 1 ? digits[(group >> 6u) & 63u] : '=',
                          left > 2 ? digits[group & 63u] : '='};
    surface_bytes(out, out4, 4);
  }
}

static void
put_attribute(SurfaceText* const out,
              const char* const  key,
              const char* const  text)
{
  surface_print(out, " %s=\"", key);
  put_base64(out, text);
  surface_print(out, "\"");
}

static void
put_control1(SurfaceText* const   out,
             const Control* const control,
             const uint32_t       number)
{
  static const struct {
    const char* type;
    const char* rest;
  } types[] = {
    [CONTROL_LABEL] = {"labelh",
                       " size=\"14\" background=\"true\" outline=\"false\""},
    [CONTROL_FADER] =
      {"faderv",
       " response=\"absolute\" inverted=\"false\" centered=\"false\""},
    [CONTROL_KNOB] =
      {"rotaryh",
       " response=\"absolute\" inverted=\"false\" centered=\"true\""},
    [CONTROL_TOGGLE] = {"toggle", " local_off=\"false\""},
    [CONTROL_BUTTON] = {"push", " local_off=\"false\""},
  };

  char name[32];
  snprintf(name, sizeof(name), "c%u", number);
  surface_print(out, "<control");
  put_attribute(out, "name", name);
  surface_print(out,
                " x=\"%d\" y=\"%d\" w=\"%d\" h=\"%d\" color=\"%s\" type=\"%s\"",
                control->x,
                control->y,
                control->w,
                control->h,
                control->type == CONTROL_BUTTON ? "orange" : "blue",
                types[control->type].type);
  if (control->type == CONTROL_LABEL) {
    put_attribute(out, "text", control->text);
  } else {
    // What takes an argument takes it in the path too
    surface_print(out, " scalef=\"0.0\" scalet=\"1.0\"");
    put_attribute(out, "osc_cs", control->address);
  }
  surface_print(out, "%s/>", types[control->type].rest);
}

static uint32_t
crc32_of(const char* const data, const size_t size)
{
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < size; ++i) {
    crc ^= (uint8_t)data[i];
    for (int k = 0; k < 8; ++k) {
      crc = (crc >> 1u) ^ (crc & 1u ? 0xedb88320u : 0u);
    }
  }
  return ~crc;
}

/// Fields that both headers of a file in an archive have
static void
put_zip_fields(SurfaceText* const out, const uint32_t crc, const uint32_t size)
{
  put_little(out, 20, 2); // Version
  put_little(out, 0, 2);  // Flags
  put_little(out, 0, 2);  // Stored
  put_little(out, 0, 2);  // Time
  put_little(out, 33, 2); // The first of January 1980
  put_little(out, crc, 4);
  put_little(out, size, 4);
  put_little(out, size, 4);
  put_little(out, 9, 2); // Length of the name
  put_little(out, 0, 2);
}

/// Append data as the only file of an archive
static void
put_zip(SurfaceText* const out, const SurfaceText* const data)
{
  const uint32_t size = (uint32_t)data->used;
  const uint32_t crc  = crc32_of(data->data, data->used);
  surface_bytes(out, "PK\3\4", 4);
  put_zip_fields(out, crc, size);
  surface_bytes(out, "index.xml", 9);
  surface_bytes(out, data->data, size);

  const uint32_t directory = (uint32_t)out->used;
  surface_bytes(out, "PK\1\2", 4);
  put_little(out, 20, 2);
  put_zip_fields(out, crc, size);
  put_little(out, 0, 2); // No comment
  put_little(out, 0, 2); // The first part
  put_little(out, 0, 2); // No attributes
  put_little(out, 0, 4);
  put_little(out, 0, 4); // At the beginning
  surface_bytes(out, "index.xml", 9);

  const uint32_t length = (uint32_t)out->used - directory;
  surface_bytes(out, "PK\5\6", 4);
  put_little(out, 0, 4);
  put_little(out, 1, 2);
  put_little(out, 1, 2);
  put_little(out, length, 4);
  put_little(out, directory, 4);
  put_little(out, 0, 2);
}

void
surface_touchosc1(const Surface* const surface,
                  const Control* const controls,
                  const uint32_t       count,
                  const uint32_t       num_pages,
                  SurfaceText* const   out)
{
  (void)surface;
  SurfaceText xml = {0};
  surface_print(&xml,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><layout "
                "version=\"16\" mode=\"3\" w=\"%d\" h=\"%d\" "
                "orientation=\"horizontal\">",
                SURFACE_WIDTH,
                SURFACE_HEIGHT);
  for (uint32_t page = 0; page < num_pages; ++page) {
    char name[16];
    snprintf(name, sizeof(name), "%u", page + 1u);
    surface_print(&xml, "<tabpage");
    put_attribute(&xml, "name", name);
    surface_print(&xml, " scalef=\"0.0\" scalet=\"1.0\"");
    put_attribute(&xml, "li_t", "");
    put_attribute(&xml, "la_t", name);
    surface_print(&xml, ">");
    for (uint32_t i = 0; i < count; ++i) {
      if (controls[i].page == page) {
        put_control1(&xml, &controls[i], i);
      }
    }
    surface_print(&xml, "</tabpage>");
  }
  surface_print(&xml, "</layout>");
  put_zip(out, &xml);
  out->failed |= xml.failed;
  free(xml.data);
}
