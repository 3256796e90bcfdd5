// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a composition to a Standard MIDI File

#include "model/smf.h"
#include "model/smf_file.h"
#include "model/smf_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most steps of one ramp
#define MAX_STEPS 1024

/// Units in a beat to try: what most use, all others of powers of two and of
/// tens, sevenths; the last two are also fine enough for what is on no grid
static const uint32_t divisions[] = {960, 30240, 30000, 30720};

#define NUM_DIVISIONS (sizeof(divisions) / sizeof(divisions[0]))

/// What could not be written as it is
typedef struct {
  uint32_t ramps;
  uint32_t audio_tracks;
  bool     moved;
} Losses;

// The track of tempo, signatures and markers

/// Tempo changes of a composition in ascending order, owned; null: no memory
static TempoChange*
read_tempos(const Composition* const root, uint32_t* const count)
{
  const size_t       num_rows = json_array_size(root->tempo_map);
  TempoChange* const changes =
    (TempoChange*)calloc(num_rows + 1u, sizeof(TempoChange));
  uint32_t n = 0;
  for (size_t i = 0; changes && i < num_rows; ++i) {
    const json_t* const row  = json_array_get(root->tempo_map, i);
    const char* const   word = json_string_value(json_array_get(row, 2));
    const double        bpm  = json_number_value(json_array_get(row, 1));
    TempoChange         change;
    change.ramp = word && !strcmp(word, "ramp");
    if (ticks_from_beats(json_number_value(json_array_get(row, 0)),
                         &change.start) &&
        bpm >= 4.0 && bpm <= 1000.0 && change.start >= 0 &&
        (!n || change.start >= changes[n - 1u].start)) {
      change.tempo = tempo_from_double(bpm);
      changes[n++] = change;
    }
  }

  *count = n;
  return changes;
}

static void
add_tempo(SmfWriter* const writer, const Ticks at, const double micros)
{
  smf_writer_number(writer,
                    smf_writer_units(writer, at),
                    SMF_META_TEMPO,
                    (uint32_t)floor(micros + 0.5),
                    3);
}

/// A ramp as steps that each last as long as the ramp does there
static void
add_ramp(SmfWriter* const      writer,
         const TempoMap* const map,
         const Ticks           from,
         const Ticks           to)
{
  const Ticks least = TICKS_PER_BEAT / 4;
  const Ticks many  = (to - from) / MAX_STEPS / least * least + least;
  for (Ticks at = from; at < to; at += many) {
    const Ticks     next = at + many < to ? at + many : to;
    const FrameTime time = tempo_map_time(map, next) - tempo_map_time(map, at);
    add_tempo(writer,
              at,
              ldexp((double)time, -64) * TICKS_PER_BEAT / (double)(next - at));
  }
}

static void
add_tempos(SmfWriter* const         writer,
           const Composition* const root,
           Losses* const            losses)
{
  uint32_t           count   = 0;
  TempoChange* const changes = read_tempos(root, &count);
  TempoMap* const    map =
    changes ? tempo_map_new(MICRO_BPM_PER_BPM, root->tempo, changes, count)
               : NULL;
  writer->failed = writer->failed || !map;

  // Frames of the map are microseconds
  Ticks    at    = 0;
  MicroBpm tempo = root->tempo;
  for (uint32_t i = 0; map && i <= count; ++i) {
    const bool ramp = i < count && changes[i].ramp && changes[i].start > at;
    losses->ramps += ramp;
    if (ramp) {
      add_ramp(writer, map, at, changes[i].start);
    } else {
      add_tempo(writer, at, 6e7 / tempo_to_bpm(tempo));
    }

    at    = i < count ? changes[i].start : 0;
    tempo = i < count ? changes[i].tempo : 0;
  }

  tempo_map_free(map);
  free(changes);
}

static void
add_signature(SmfWriter* const writer,
              const Ticks      at,
              const Signature  signature)
{
  uint32_t power = 0;
  while ((1u << power) < signature.unit) {
    ++power;
  }

  // MIDI clocks in a click of a metronome, then 32nds in a beat
  const uint32_t clocks = signature.unit < 64u ? 96u / signature.unit : 1u;
  smf_writer_number(writer,
                    smf_writer_units(writer, at),
                    SMF_META_SIGNATURE,
                    ((uint32_t)signature.beats << 24u) | (power << 16u) |
                      (clocks << 8u) | 8u,
                    4);
}

static void
add_signatures(SmfWriter* const writer, const Composition* const root)
{
  add_signature(writer, 0, root->signature);
  for (size_t i = 0; i < json_array_size(root->signature_map); ++i) {
    const json_t* const row  = json_array_get(root->signature_map, i);
    const char* const   text = json_string_value(json_array_get(row, 1));
    Signature           signature;
    Ticks               at = 0;
    if (text && signature_parse(text, &signature) &&
        ticks_from_beats(json_number_value(json_array_get(row, 0)), &at) &&
        at >= 0) {
      add_signature(writer, at, signature);
    }
  }
}

static void
write_conductor(SmfWriter* const         writer,
                const Composition* const root,
                Losses* const            losses)
{
  smf_writer_text(writer, 0, SMF_META_NAME, string_text(root->name));
  add_tempos(writer, root, losses);
  add_signatures(writer, root);

  const IdList* const markers = root->order[KIND_MARKER];
  for (uint32_t i = 0; i < id_list_count(markers); ++i) {
    const Marker* const marker =
      (const Marker*)composition_find(root, markers->ids[i]);
    smf_writer_text(writer,
                    smf_writer_units(writer, marker->beat),
                    SMF_META_MARKER,
                    string_text(marker->name));
  }

  smf_writer_chunk(writer, 0);
}

// Tracks

static void
add_notes(SmfWriter* const writer, const Clip* const clip, const uint8_t on)
{
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor)) && note->start < clip->length) {
    const Ticks   room  = clip->length - note->start;
    const Ticks   start = clip->start + note->start;
    const Ticks   end   = start + (note->length < room ? note->length : room);
    const int64_t first = smf_writer_units(writer, start);
    const int64_t last  = smf_writer_units(writer, end);
    smf_writer_message(
      writer, first, SMF_RANK_ON, on, note->pitch, note->velocity);
    smf_writer_message(writer,
                       last > first ? last : first + 1,
                       SMF_RANK_OFF,
                       on,
                       note->pitch,
                       0);
  }
}

/// A number of a row from 0 to 127; false if it is none
static bool
row_byte(const json_t* const row, const size_t index, uint8_t* const byte)
{
  const json_t* const value  = json_array_get(row, index);
  const double        number = json_number_value(value);
  *byte                      = 0;
  if (!json_is_number(value) || !(number >= 0.0) || !(number <= 127.0)) {
    return false;
  }

  *byte = (uint8_t)(number + 0.5);
  return true;
}

/// The message of a row of controllers; false if it is none
static bool
row_message(const json_t* const row, uint8_t bytes[3])
{
  // clang-format off
  static const struct {
    const char* word;
    uint8_t     status;
    unsigned    size;
  } kinds[] = {
    {"poly",     0xA0, 2},
    {"cc",       0xB0, 2},
    {"program",  0xC0, 1},
    {"pressure", 0xD0, 1},
  };
  // clang-format on

  const char* const word = json_string_value(json_array_get(row, 1));
  if (word && !strcmp(word, "bend")) {
    const double value =
      json_number_value(json_array_get(row, json_array_size(row) - 1u));
    const unsigned bend = value < -8192.0  ? 0u
                          : value > 8191.0 ? 16383u
                                           : (unsigned)(value + 8192.5);
    bytes[0]            = 0xE0;
    bytes[1]            = bend & 0x7Fu;
    bytes[2]            = (uint8_t)(bend >> 7u);
    return true;
  }

  for (unsigned i = 0; word && i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
    if (!strcmp(word, kinds[i].word)) {
      bytes[0] = kinds[i].status;
      bytes[2] = 0;
      return row_byte(row, 2, &bytes[1]) &&
             (kinds[i].size < 2u || row_byte(row, 3, &bytes[2]));
    }
  }

  return false;
}

static void
add_controllers(SmfWriter* const  writer,
                const Clip* const clip,
                const unsigned    channel)
{
  for (size_t i = 0; i < json_array_size(clip->controllers); ++i) {
    const json_t* const row = json_array_get(clip->controllers, i);
    uint8_t             bytes[3];
    Ticks               at = 0;
    if (row_message(row, bytes) &&
        ticks_from_beats(json_number_value(json_array_get(row, 0)), &at) &&
        at >= 0 && at <= clip->length) {
      smf_writer_message(writer,
                         smf_writer_units(writer, clip->start + at),
                         SMF_RANK_CONTROLLER,
                         (uint8_t)(bytes[0] | channel),
                         bytes[1],
                         bytes[2]);
    }
  }
}

static void
write_track(SmfWriter* const         writer,
            const Composition* const root,
            const Track* const       track,
            const unsigned           channel)
{
  Ticks end = 0;
  smf_writer_text(writer, 0, SMF_META_NAME, string_text(track->name));
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip = composition_clip(root, track->clips->ids[i]);
    if (!clip->mute) {
      add_notes(writer, clip, (uint8_t)(0x90u | channel));
      add_controllers(writer, clip, channel);
      end = clip->start + clip->length > end ? clip->start + clip->length : end;
    }
  }

  smf_writer_chunk(writer, smf_writer_units(writer, end));
}

/// The channel of a track, from 0: its own, that of drums for a kit, else the
/// next of the others
static unsigned
track_channel(const Track* const track, unsigned* const next)
{
  if (track->midi_channel > 0) {
    return (unsigned)track->midi_channel - 1u;
  }

  if (string_text(track->kit)[0]) {
    return SMF_DRUM_CHANNEL;
  }

  const unsigned channel = *next;
  *next = (channel + (channel + 1u == SMF_DRUM_CHANNEL ? 2u : 1u)) % 16u;
  return channel;
}

// Files

static bool
is_midi(const Track* const track)
{
  return track->type == 1;
}

/// Write a file with a division; tells whether all positions were on its grid
static bool
write_file(const Composition* const root,
           const uint32_t           division,
           Text* const              out,
           Losses* const            losses)
{
  const IdList* const order      = root->order[KIND_TRACK];
  SmfWriter           writer     = {division, true, false, NULL, 0, 0, out};
  uint32_t            num_tracks = 1;
  unsigned            next       = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    num_tracks += is_midi(composition_track(root, order->ids[i]));
  }

  memset(losses, 0, sizeof(*losses));
  losses->audio_tracks = id_list_count(order) + 1u - num_tracks;
  smf_writer_header(&writer, num_tracks);
  write_conductor(&writer, root, losses);
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    if (is_midi(track)) {
      write_track(&writer, root, track, track_channel(track, &next));
    }
  }

  out->failed   = out->failed || writer.failed;
  losses->moved = !writer.exact;
  free(writer.events);
  return writer.exact;
}

/// Say what could not be written as it is
static void
remark(const Losses* const losses, char* const text, const size_t text_size)
{
  snprintf(text,
           text_size,
           "%s%s%s",
           losses->ramps ? "Tempo ramps are written as steps. " : "",
           losses->audio_tracks ? "Audio tracks are left out. " : "",
           losses->moved ? "Positions are moved to a grid of 1/30720 beat. "
                         : "");

  const size_t length = strlen(text);
  if (length) {
    text[length - 2u] = '\0';
  }
}

Status
smf_encode(const Composition* const composition,
           Text* const              out,
           char* const              text,
           const size_t             text_size)
{
  const size_t start = out->size;
  Losses       losses;
  bool         exact = false;
  for (size_t i = 0; !exact && !out->failed && i < NUM_DIVISIONS; ++i) {
    out->size = start;
    exact     = write_file(composition, divisions[i], out, &losses);
  }

  if (out->failed) {
    snprintf(text, text_size, "%s", status_text(STATUS_NO_MEMORY));
    return STATUS_NO_MEMORY;
  }

  if (id_list_count(composition->order[KIND_TRACK]) >= UINT16_MAX ||
      out->size - start > UINT32_MAX) {
    snprintf(text, text_size, "A MIDI file can't hold so much");
    return STATUS_TOO_LARGE;
  }

  remark(&losses, text, text_size);
  return STATUS_OK;
}
