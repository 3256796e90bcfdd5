// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/drumkit.h"

#include "base/number.h"
#include "base/rt.h"

#include <expat.h>

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Frames per second of the times in a kit
#define KIT_RATE 44100.0

/// Deepest nesting
#define MOST_DEPTH 64u

/// What is read
typedef struct {
  XML_Parser  parser;
  Drumkit*    kit;
  const char* file;
  char*       text;
  size_t      text_size;
  Status      status;
  uint32_t    depth;
  bool        is_kit;
  bool        in_layer;
  bool        in_excludes;
  double      left; ///< Of the instrument's sides
  double      right;
  char        words[DRUMKIT_NAME_SIZE]; ///< Of the element
  size_t      length;
} Reading;

SONIC_PRINTF(4, 5)
static void
fail(Reading* const    reading,
     const Status      status,
     const char* const key,
     const char* const format,
     ...)
{
  if (reading->status) {
    return;
  }

  int length =
    snprintf(reading->text,
             reading->text_size,
             "%.300s:%lu: %.60s: ",
             reading->file,
             (unsigned long)XML_GetCurrentLineNumber(reading->parser),
             key);
  if (length < 0 || (size_t)length >= reading->text_size) {
    length = 0;
  }
  va_list args;
  va_start(args, format);
  vsnprintf(
    reading->text + length, reading->text_size - (size_t)length, format, args);
  va_end(args);
  reading->status = status;
  XML_StopParser(reading->parser, XML_FALSE);
}

static int
line_of(const Reading* const reading)
{
  return (int)XML_GetCurrentLineNumber(reading->parser);
}

static DrumkitInstrument*
instrument_of(const Reading* const reading)
{
  Drumkit* const kit = reading->kit;
  return kit->num_instruments ? &kit->instruments[kit->num_instruments - 1u]
                              : NULL;
}

static void
begin_instrument(Reading* const reading)
{
  Drumkit* const kit = reading->kit;
  if (kit->num_instruments == DRUMKIT_MAX_INSTRUMENTS) {
    fail(reading,
         STATUS_TOO_LARGE,
         "instrument",
         "there are more than %u",
         DRUMKIT_MAX_INSTRUMENTS);
    return;
  }

  kit->instruments[kit->num_instruments++] =
    (DrumkitInstrument){.id         = (int)kit->num_instruments,
                        .line       = line_of(reading),
                        .volume     = 1.0,
                        .gain       = 1.0,
                        .sustain    = 1.0,
                        .mute_group = -1,
                        .note       = -1};
  reading->left     = 1.0;
  reading->right    = 1.0;
  reading->in_layer = false;
}

static void
begin_layer(Reading* const reading)
{
  DrumkitInstrument* const instrument = instrument_of(reading);
  if (!instrument) {
    fail(reading, STATUS_BAD_ARGUMENT, "layer", "it is in no instrument");
    return;
  }
  if (instrument->num_layers == DRUMKIT_MAX_LAYERS) {
    fail(reading,
         STATUS_TOO_LARGE,
         "layer",
         "an instrument has more than %u",
         DRUMKIT_MAX_LAYERS);
    return;
  }

  DrumkitLayer* const layers = (DrumkitLayer*)realloc(
    instrument->layers, (instrument->num_layers + 1u) * sizeof(DrumkitLayer));
  if (!layers) {
    fail(reading, STATUS_NO_MEMORY, "layer", "out of memory");
    return;
  }
  instrument->layers = layers;
  layers[instrument->num_layers++] =
    (DrumkitLayer){.max = 1.0, .gain = 1.0, .line = line_of(reading)};
  reading->in_layer = true;
}

static void
begin(void* const            handle,
      const XML_Char* const  name,
      const XML_Char** const attributes)
{
  (void)attributes;
  Reading* const reading = (Reading*)handle;
  reading->length        = 0;
  if (++reading->depth > MOST_DEPTH) {
    fail(reading, STATUS_TOO_LARGE, name, "it is nested too deeply");
  } else if (reading->depth == 1u) {
    reading->is_kit = !strcmp(name, "drumkit_info");
    if (!reading->is_kit) {
      fail(reading, STATUS_BAD_ARGUMENT, name, "expected drumkit_info");
    }
  } else if (!strcmp(name, "instrument")) {
    begin_instrument(reading);
  } else if (!strcmp(name, "layer")) {
    begin_layer(reading);
  } else if (!strcmp(name, "exclude")) {
    reading->in_excludes = true;
  }
}

static void
add_words(void* const handle, const XML_Char* const words, const int length)
{
  Reading* const reading = (Reading*)handle;
  const size_t   room    = sizeof(reading->words) - reading->length - 1u;
  const size_t   taken   = (size_t)length < room ? (size_t)length : room;
  memcpy(reading->words + reading->length, words, taken);
  reading->length += taken;
}

/// The words of the element, without blanks around them
static const char*
trimmed(Reading* const reading)
{
  reading->words[reading->length] = '\0';
  while (reading->length &&
         strchr(" \t\r\n", reading->words[reading->length - 1u])) {
    reading->words[--reading->length] = '\0';
  }
  return reading->words + strspn(reading->words, " \t\r\n");
}

static bool
parse_number(const char* const words, double* const value)
{
  Number            number;
  const char* const all = words + strlen(words);
  if (number_scan(words, all, &number) != all) {
    return false;
  }
  *value = number_value(&number);
  return true;
}

/// Read a number in a range into `out`
static void
read_number(Reading* const    reading,
            const char* const name,
            const double      min,
            const double      max,
            double* const     out)
{
  const char* const words = trimmed(reading);
  double            value = 0.0;
  if (!*words) {
    return; // As it would be without
  }
  if (!parse_number(words, &value) || !(value >= min) || !(value <= max)) {
    fail(reading,
         STATUS_OUT_OF_RANGE,
         name,
         "expected a number from %g to %g, not \"%.40s\"",
         min,
         max,
         words);
    return;
  }
  *out = value;
}

static void
read_whole(Reading* const    reading,
           const char* const name,
           const int         min,
           const int         max,
           int* const        out)
{
  double value = (double)*out;
  read_number(reading, name, (double)min, (double)max, &value);
  *out = (int)value;
}

static void
end_in_layer(Reading* const reading, const char* const name)
{
  DrumkitInstrument* const instrument = instrument_of(reading);
  DrumkitLayer* const layer = &instrument->layers[instrument->num_layers - 1u];
  if (!strcmp(name, "layer")) {
    reading->in_layer = false;
  } else if (!strcmp(name, "filename")) {
    snprintf(layer->file, sizeof(layer->file), "%s", trimmed(reading));
    layer->line = line_of(reading);
  } else if (!strcmp(name, "min")) {
    read_number(reading, name, 0.0, 1.0, &layer->min);
  } else if (!strcmp(name, "max")) {
    read_number(reading, name, 0.0, 1.0, &layer->max);
  } else if (!strcmp(name, "gain")) {
    read_number(reading, name, 0.0, 100.0, &layer->gain);
  } else if (!strcmp(name, "pitch")) {
    read_number(reading, name, -60.0, 60.0, &layer->pitch);
  }
}

/// A time in frames
static void
read_time(Reading* const reading, const char* const name, double* const out)
{
  double frames = 0.0;
  read_number(reading, name, 0.0, 1e9, &frames);
  *out = frames / KIT_RATE;
}

static void
read_exclude(Reading* const reading, const char* const name)
{
  DrumkitInstrument* const instrument = instrument_of(reading);
  int                      id         = -1;
  read_whole(reading, name, 0, 1000000, &id);
  if (instrument && id >= 0 && instrument->num_excludes < 16u) {
    instrument->excludes[instrument->num_excludes++] = id;
  }
}

/// Take the place between the sides from both levels
static void
take_sides(Reading* const reading, DrumkitInstrument* const instrument)
{
  const double most = fmax(reading->left, reading->right);
  instrument->pan = most > 0.0 ? (reading->right - reading->left) / most : 0.0;
}

static void
end_in_instrument(Reading* const           reading,
                  DrumkitInstrument* const instrument,
                  const char* const        name)
{
  if (!strcmp(name, "id")) {
    read_whole(reading, name, 0, 1000000, &instrument->id);
  } else if (!strcmp(name, "name")) {
    snprintf(
      instrument->name, sizeof(instrument->name), "%s", trimmed(reading));
  } else if (!strcmp(name, "volume")) {
    read_number(reading, name, 0.0, 100.0, &instrument->volume);
  } else if (!strcmp(name, "gain")) {
    read_number(reading, name, 0.0, 100.0, &instrument->gain);
  } else if (!strcmp(name, "pan")) {
    read_number(reading, name, -1.0, 1.0, &instrument->pan);
  } else if (!strcmp(name, "pan_L")) {
    read_number(reading, name, 0.0, 100.0, &reading->left);
    take_sides(reading, instrument);
  } else if (!strcmp(name, "pan_R")) {
    read_number(reading, name, 0.0, 100.0, &reading->right);
    take_sides(reading, instrument);
  } else if (!strcmp(name, "pitchOffset")) {
    read_number(reading, name, -60.0, 60.0, &instrument->pitch);
  } else if (!strcmp(name, "Attack")) {
    read_time(reading, name, &instrument->attack);
  } else if (!strcmp(name, "Decay")) {
    read_time(reading, name, &instrument->decay);
  } else if (!strcmp(name, "Sustain")) {
    read_number(reading, name, 0.0, 1.0, &instrument->sustain);
  } else if (!strcmp(name, "muteGroup")) {
    read_whole(reading, name, -1, 200, &instrument->mute_group);
  } else if (!strcmp(name, "midiOutNote")) {
    read_whole(reading, name, -1, 127, &instrument->note);
  } else if (!strcmp(name, "filename") && *trimmed(reading)) {
    char file[DRUMKIT_NAME_SIZE];
    snprintf(file, sizeof(file), "%s", trimmed(reading));
    begin_layer(reading);
    if (!reading->status) {
      snprintf(instrument->layers[instrument->num_layers - 1u].file,
               DRUMKIT_NAME_SIZE,
               "%s",
               file);
    }
    reading->in_layer = false;
  }
}

static void
end(void* const handle, const XML_Char* const name)
{
  Reading* const           reading    = (Reading*)handle;
  DrumkitInstrument* const instrument = instrument_of(reading);
  --reading->depth;
  if (!strcmp(name, "exclude")) {
    reading->in_excludes = false;
  } else if (reading->in_excludes) {
    read_exclude(reading, name);
  } else if (reading->in_layer) {
    end_in_layer(reading, name);
  } else if (instrument) {
    end_in_instrument(reading, instrument, name);
  } else if (!strcmp(name, "name") && !reading->kit->name[0]) {
    snprintf(
      reading->kit->name, sizeof(reading->kit->name), "%s", trimmed(reading));
  }
  reading->length = 0;
}

/// An entity that the file defines is nothing that a kit needs
static void
refuse_entity(void* const           handle,
              const XML_Char* const name,
              const int             is_parameter,
              const XML_Char* const value,
              const int             length,
              const XML_Char* const base,
              const XML_Char* const system,
              const XML_Char* const public,
              const XML_Char* const notation)
{
  (void)is_parameter;
  (void)value;
  (void)length;
  (void)base;
  (void)system;
  (void)public;
  (void)notation;
  fail(
    (Reading*)handle, STATUS_BAD_ARGUMENT, name, "a kit defines no entities");
}

static void
parse(Reading* const reading, const char* const xml, const size_t size)
{
  XML_SetUserData(reading->parser, reading);
  XML_SetElementHandler(reading->parser, begin, end);
  XML_SetCharacterDataHandler(reading->parser, add_words);
  XML_SetEntityDeclHandler(reading->parser, refuse_entity);
  if (XML_Parse(reading->parser, xml, (int)size, XML_TRUE) != XML_STATUS_OK &&
      !reading->status) {
    fail(reading,
         STATUS_BAD_ARGUMENT,
         "XML",
         "%s",
         XML_ErrorString(XML_GetErrorCode(reading->parser)));
  }
  if (!reading->status && !reading->kit->num_instruments) {
    fail(reading, STATUS_BAD_ARGUMENT, "instrumentList", "it is empty");
  }
}

Status
drumkit_read(const char* const xml,
             const size_t      size,
             const char* const file,
             Drumkit* const    kit,
             char* const       text,
             const size_t      text_size)
{
  memset(kit, 0, sizeof(*kit));
  Reading reading  = {.parser    = XML_ParserCreate(NULL),
                      .kit       = kit,
                      .file      = file,
                      .text      = text,
                      .text_size = text_size};
  kit->instruments = (DrumkitInstrument*)calloc(DRUMKIT_MAX_INSTRUMENTS,
                                                sizeof(DrumkitInstrument));
  if (!reading.parser || !kit->instruments) {
    snprintf(text, text_size, "Out of memory");
    reading.status = STATUS_NO_MEMORY;
  } else {
    parse(&reading, xml, size);
  }

  XML_ParserFree(reading.parser);
  if (reading.status) {
    drumkit_clear(kit);
  }
  return reading.status;
}

void
drumkit_clear(Drumkit* const kit)
{
  for (uint32_t i = 0; kit->instruments && i < kit->num_instruments; ++i) {
    free(kit->instruments[i].layers);
  }
  free(kit->instruments);
  memset(kit, 0, sizeof(*kit));
}
