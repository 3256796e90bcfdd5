// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the events of a Standard MIDI File say

#include "model/smf_reader.h"

#include "base/utf8.h"
#include "model/smf.h"

#include <string.h>

/// Characters that are kept of a text
#define MAX_NAME 200u

/// Text of a file in UTF-8, else taken as Latin-1; owned
static String*
make_text(const uint8_t* const bytes, const size_t max)
{
  char         text[MAX_NAME * 4u];
  const size_t size   = strnlen((const char*)bytes, max);
  const bool   utf8   = utf8_valid((const char*)bytes, size);
  size_t       length = 0;
  size_t       keep   = 0; // Without blanks at the end
  for (size_t i = 0, characters = 0; i < size && characters < MAX_NAME;) {
    const uint8_t c = bytes[i++];
    ++characters;
    if (c < 0x20u || c == 0x7Fu) {
      text[length++] = ' ';
    } else if (c < 0x80u || utf8) {
      text[length++] = (char)c;
      while (i < size && utf8 && (bytes[i] & 0xC0u) == 0x80u) {
        text[length++] = (char)bytes[i++];
      }
    } else {
      text[length++] = (char)(0xC0u | (c >> 6u));
      text[length++] = (char)(0x80u | (c & 0x3Fu));
    }

    keep   = text[length - 1u] != ' ' ? length : keep;
    length = keep ? length : 0; // Nor at the beginning
  }

  return string_new_length(text, keep);
}

// Parts

static SmfPart*
add_part(SmfReader* const reader, const uint32_t channel)
{
  SmfFile* const file = reader->file;
  if (file->num_parts == SMF_MAX_TRACKS) {
    smf_fault(reader,
              STATUS_TOO_LARGE,
              reader->at,
              "expected at most %u tracks",
              SMF_MAX_TRACKS);
    return NULL;
  }

  if (!smf_grow((void**)&file->parts,
                file->num_parts,
                &file->max_parts,
                sizeof(SmfPart))) {
    smf_no_memory(reader);
    return NULL;
  }

  SmfPart* const part = &file->parts[file->num_parts++];
  memset(part, 0, sizeof(*part));
  part->channel = channel;
  part->program = -1;
  return part;
}

/// The part of a channel in the present chunk; null after a fault
static SmfPart*
find_part(SmfReader* const reader, const unsigned channel)
{
  uint32_t* const index = &reader->parts[channel];
  if (!*index) {
    if (!add_part(reader, channel)) {
      return NULL;
    }

    *index = reader->file->num_parts;
  }

  return &reader->file->parts[*index - 1u];
}

// Notes

static bool
note_on(SmfReader* const reader,
        const unsigned   channel,
        const uint8_t    pitch,
        const uint8_t    velocity)
{
  SmfPart* const part = find_part(reader, channel);
  if (!part) {
    return false;
  }

  if (part->num_notes == NOTES_MAX) {
    return smf_fault(reader,
                     STATUS_TOO_LARGE,
                     reader->at,
                     "expected at most %u notes on a track",
                     NOTES_MAX);
  }

  if (!smf_grow((void**)&part->notes,
                part->num_notes,
                &part->max_notes,
                sizeof(ClipNote))) {
    return smf_no_memory(reader);
  }

  const ClipNote note            = {reader->now, 0, pitch, velocity};
  part->notes[part->num_notes++] = note;

  SmfOpenNotes* const open = &reader->open[channel][pitch];
  if (open->first) {
    part->notes[open->last - 1u].length = -(Ticks)part->num_notes;
  } else {
    open->first = part->num_notes;
  }

  open->last = part->num_notes;
  return true;
}

/// End the first open note of a pitch; one without length lasts a unit
static void
note_off(SmfReader* const reader, const unsigned channel, const uint8_t pitch)
{
  SmfOpenNotes* const open = &reader->open[channel][pitch];
  if (!open->first) {
    return;
  }

  SmfPart* const  part = &reader->file->parts[reader->parts[channel] - 1u];
  ClipNote* const note = &part->notes[open->first - 1u];
  open->first          = (uint32_t)-note->length;

  const Ticks end = reader->now > note->start
                      ? reader->now
                      : smf_ticks(reader, reader->units + 1);
  note->length    = end - note->start;
  part->end       = end > part->end ? end : part->end;
}

// Controllers

/// Add a row; `format` is that of json_pack for what follows the beat
static bool
add_row(SmfReader* const reader, const unsigned channel, json_t* const row)
{
  SmfPart* const part = row ? find_part(reader, channel) : NULL;
  if (part && !part->controllers) {
    part->controllers = json_array();
  }

  if (!row || (part && !part->controllers)) {
    json_drop(row);
    return smf_no_memory(reader);
  }

  if (part && ++reader->num_controllers > SMF_MAX_CONTROLLERS) {
    json_drop(row);
    return smf_fault(reader,
                     STATUS_TOO_LARGE,
                     reader->at,
                     "expected at most %u controllers",
                     SMF_MAX_CONTROLLERS);
  }

  if (!part) {
    json_drop(row);
    return false;
  }

  return !json_array_append_new(part->controllers, row) ||
         smf_no_memory(reader);
}

bool
smf_take_message(SmfReader* const reader,
                 const uint8_t    status,
                 const uint8_t    a,
                 const uint8_t    b)
{
  const unsigned channel = status & 0x0Fu;
  const double   beat    = ticks_to_beats(reader->now);
  switch (status >> 4u) {
    case 0x8:
      note_off(reader, channel, a);
      return true;
    case 0x9:
      if (b) {
        return note_on(reader, channel, a, b);
      }

      note_off(reader, channel, a);
      return true;
    case 0xA:
      return add_row(
        reader, channel, json_pack("[f, s, i, i]", beat, "poly", a, b));
    case 0xB:
      return add_row(
        reader, channel, json_pack("[f, s, i, i]", beat, "cc", a, b));
    case 0xC: {
      SmfPart* const part = find_part(reader, channel);
      if (part && part->program < 0) {
        part->program = a;
      }

      return part && add_row(reader,
                             channel,
                             json_pack("[f, s, i]", beat, "program", a));
    }
    case 0xD:
      return add_row(
        reader, channel, json_pack("[f, s, i]", beat, "pressure", a));
    default:
      return add_row(
        reader,
        channel,
        json_pack("[f, s, i]", beat, "bend", (b << 7u | a) - 8192));
  }
}

// Meta events

static bool
add_change(SmfReader* const  reader,
           SmfChanges* const changes,
           const uint32_t    value,
           String* const     name)
{
  if (changes->count == SMF_MAX_CHANGES) {
    string_release(name);
    return smf_fault(reader,
                     STATUS_TOO_LARGE,
                     reader->at,
                     "expected at most %u tempos, signatures or markers",
                     SMF_MAX_CHANGES);
  }

  if (!smf_grow((void**)&changes->rows,
                changes->count,
                &changes->max,
                sizeof(SmfChange))) {
    string_release(name);
    return smf_no_memory(reader);
  }

  const SmfChange change          = {reader->now, changes->count, value, name};
  changes->rows[changes->count++] = change;
  return true;
}

static bool
need_size(SmfReader* const  reader,
          const size_t      size,
          const size_t      least,
          const char* const what)
{
  return size >= least || smf_fault(reader,
                                    STATUS_BAD_ARGUMENT,
                                    reader->at,
                                    "expected %zu bytes of a %s, not %zu",
                                    least,
                                    what,
                                    size);
}

bool
smf_take_meta(SmfReader* const     reader,
              const uint8_t        type,
              const uint8_t* const bytes,
              const size_t         size)
{
  SmfFile* const file = reader->file;
  switch (type) {
    case SMF_META_NAME:
      if (reader->name) {
        return true;
      }

      reader->name = make_text(bytes, size);
      return reader->name || smf_no_memory(reader);
    case SMF_META_MARKER: {
      String* const name = make_text(bytes, size);
      return name ? add_change(reader, &file->markers, 0, name)
                  : smf_no_memory(reader);
    }
    case SMF_META_END:
      reader->ended = true;
      return true;
    case SMF_META_TEMPO:
      return need_size(reader, size, 3, "tempo") &&
             add_change(reader, &file->tempos, smf_big_endian(bytes, 3), NULL);
    case SMF_META_SIGNATURE:
      return need_size(reader, size, 2, "signature") &&
             add_change(
               reader, &file->signatures, smf_big_endian(bytes, 2), NULL);
    default:
      return true;
  }
}

// The end of a chunk

/// End what sounds
static void
finish_part(SmfReader* const reader, SmfPart* const part, const unsigned count)
{
  part->alone = count == 1u;
  part->name  = string_retain(reader->name);
  part->end   = reader->now > part->end ? reader->now : part->end;
  if (part->channel < SMF_NUM_CHANNELS) {
    for (unsigned p = 0; p < SMF_NUM_PITCHES; ++p) {
      while (reader->open[part->channel][p].first) {
        note_off(reader, part->channel, (uint8_t)p);
      }
    }
  }
}

bool
smf_finish_track(SmfReader* const reader,
                 const uint32_t   number,
                 const unsigned   format)
{
  SmfFile* const file  = reader->file;
  const unsigned count = file->num_parts - reader->first_part;
  const bool     named = reader->name && reader->name->length;
  if (!number && (!format || !count)) {
    file->name   = reader->name;
    reader->name = NULL;
  } else if (!count && named && !add_part(reader, SMF_NO_CHANNEL)) {
    return false;
  }

  for (uint32_t i = reader->first_part; i < file->num_parts; ++i) {
    finish_part(reader, &file->parts[i], file->num_parts - reader->first_part);
  }

  return true;
}
