// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what a Standard MIDI File says to a composition

#include "model/smf.h"

#include "base/utf8.h"
#include "model/smf_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MICROS_PER_MINUTE 60000000
#define DEFAULT_MICROS 500000u
#define DEFAULT_SIGNATURE ((4u << 8u) | 2u)

/// Kit of the channel of drums
#define DRUM_KIT "808-core"

/// Instruments by family of General MIDI, of 8 programs each
static const char* const families[16] = {
  "pluck",         // Piano
  "pluck",         // Chromatic percussion
  "organ",         // Organ
  "pluck",         // Guitar
  "bass",          // Bass
  "strings",       // Strings
  "strings",       // Ensemble
  "brass",         // Brass
  "lead",          // Reed
  "triangle",      // Pipe
  "squareLead",    // Synth lead
  "pad",           // Synth pad
  "spacePad",      // Synth effects
  "pluck",         // Ethnic
  "stab",          // Percussive
  "atmospherePad", // Sound effects
};

/// A composition that is being made of a file
typedef struct {
  SmfFile      file;
  Composition* root;
  uint32_t     num_limited;    ///< Tempos out of range
  uint32_t     num_signatures; ///< Left out
} Builder;

bool
smf_is_path(const char* const path)
{
  const char* const dot = strrchr(path, '.');
  return dot && (!strcasecmp(dot, ".mid") || !strcasecmp(dot, ".midi"));
}

/// Replace a text; takes `string`, null is out of memory
static bool
set_string(String** const member, String* const string)
{
  string_release(*member);
  *member = string;
  return string;
}

// Changes on the timeline

static int
compare_changes(const void* const a, const void* const b)
{
  const SmfChange* const x = (const SmfChange*)a;
  const SmfChange* const y = (const SmfChange*)b;
  return x->at != y->at ? (x->at < y->at ? -1 : 1)
                        : (x->order > y->order) - (x->order < y->order);
}

/// Put changes in the order of time
static void
sort_changes(SmfChanges* const changes)
{
  if (changes->count) {
    qsort(changes->rows, changes->count, sizeof(SmfChange), compare_changes);
  }
}

/// Leave the last of the changes at one place
static void
thin_changes(SmfChanges* const changes)
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < changes->count; ++i) {
    n -= n && changes->rows[n - 1u].at == changes->rows[i].at;
    changes->rows[n++] = changes->rows[i];
  }

  changes->count = n;
}

static int64_t
micros_of(const MicroBpm tempo)
{
  const int64_t whole = (int64_t)MICROS_PER_MINUTE * MICRO_BPM_PER_BPM;
  return (2 * whole + tempo) / (2 * tempo);
}

// A file has whole microseconds in a beat, of which 130 BPM has 461,538.46.  So
// the tempo that was meant is the roundest of those that give the same number.
static MicroBpm
meant_tempo(const uint32_t micros)
{
  const int64_t  whole = (int64_t)MICROS_PER_MINUTE * MICRO_BPM_PER_BPM;
  const MicroBpm exact = (2 * whole + micros) / (2 * (int64_t)micros);
  for (MicroBpm step = MICRO_BPM_PER_BPM; step > 1; step /= 10) {
    const MicroBpm round = (exact + step / 2) / step * step;
    if (round > 0 && micros_of(round) == (int64_t)micros) {
      return round;
    }
  }

  return exact;
}

/// The tempo of a change, within what a composition may have
static MicroBpm
limited_tempo(Builder* const builder, const uint32_t micros)
{
  const MicroBpm min   = (MicroBpm)20 * MICRO_BPM_PER_BPM;
  const MicroBpm max   = (MicroBpm)300 * MICRO_BPM_PER_BPM;
  const MicroBpm tempo = micros ? meant_tempo(micros) : max + 1;
  builder->num_limited += tempo < min || tempo > max;
  return tempo < min ? min : tempo > max ? max : tempo;
}

static bool
build_tempos(Builder* const builder)
{
  Composition* const root   = builder->root;
  SmfChanges* const  tempos = &builder->file.tempos;
  sort_changes(tempos);
  thin_changes(tempos);
  root->tempo = meant_tempo(DEFAULT_MICROS);
  for (uint32_t i = 0; i < tempos->count; ++i) {
    const SmfChange* const change = &tempos->rows[i];
    const MicroBpm         tempo  = limited_tempo(builder, change->value);
    if (!change->at) {
      root->tempo = tempo;
    } else if (json_array_append_new(root->tempo_map,
                                     json_pack("[f, f, s]",
                                               ticks_to_beats(change->at),
                                               tempo_to_bpm(tempo),
                                               "jump"))) {
      return false;
    }
  }

  return true;
}

/// Leave out what is no signature of ours
static void
check_signatures(Builder* const builder)
{
  SmfChanges* const signatures = &builder->file.signatures;
  uint32_t          n          = 0;
  for (uint32_t i = 0; i < signatures->count; ++i) {
    const uint32_t beats = signatures->rows[i].value >> 8u;
    const uint32_t power = signatures->rows[i].value & 0xFFu;
    if (beats >= 1u && beats <= 64u && power <= 6u) {
      signatures->rows[n++] = signatures->rows[i];
    } else {
      ++builder->num_signatures;
    }
  }

  signatures->count = n;
}

static bool
build_signatures(Builder* const builder)
{
  Composition* const root       = builder->root;
  SmfChanges* const  signatures = &builder->file.signatures;
  check_signatures(builder);
  sort_changes(signatures);
  thin_changes(signatures);
  for (uint32_t i = 0; i < signatures->count; ++i) {
    const SmfChange* const change = &signatures->rows[i];
    const unsigned         beats  = change->value >> 8u;
    const unsigned         unit   = 1u << (change->value & 0xFFu);
    char                   text[24];
    snprintf(text, sizeof(text), "%u/%u", beats, unit);
    if (!change->at) {
      root->signature.beats = (uint8_t)beats;
      root->signature.unit  = (uint8_t)unit;
    } else if (json_array_append_new(
                 root->signature_map,
                 json_pack("[f, s]", ticks_to_beats(change->at), text))) {
      return false;
    }
  }

  return true;
}

static bool
build_markers(Builder* const builder)
{
  SmfChanges* const markers = &builder->file.markers;
  Status            st      = STATUS_OK;
  sort_changes(markers);
  for (uint32_t i = 0; !st && i < markers->count; ++i) {
    Id id = ID_NONE;
    st    = composition_take_id(&builder->root, KIND_MARKER, &id);

    Marker* const marker = st ? NULL : (Marker*)node_new(NODE_MARKER, id);
    if (!marker) {
      return false;
    }

    string_release(marker->name);
    marker->name = string_retain(markers->rows[i].name);
    marker->beat = markers->rows[i].at;
    st           = composition_put(&builder->root, &marker->node);
  }

  return !st;
}

/// Ticks in a bar of a signature
static Ticks
bar_ticks(const uint32_t signature)
{
  return ((Ticks)(signature >> 8u) * 4 * TICKS_PER_BEAT) >> (signature & 0xFFu);
}

/// The first line of a bar at or after `end`, but not 0.  A change of signature
/// begins a bar, also within one.
static Ticks
bar_after(const SmfChanges* const signatures, const Ticks end)
{
  Ticks    start = 0;
  Ticks    bar   = bar_ticks(DEFAULT_SIGNATURE);
  uint32_t i     = 0;
  while (i < signatures->count && signatures->rows[i].at < end) {
    start = signatures->rows[i].at;
    bar   = bar_ticks(signatures->rows[i++].value);
  }

  if (!end && i < signatures->count && !signatures->rows[i].at) {
    bar = bar_ticks(signatures->rows[i++].value);
  }

  const Ticks bars = end > start ? (end - start + bar - 1) / bar : 1;
  const Ticks line = start + bars * bar;
  return i < signatures->count && signatures->rows[i].at < line
           ? signatures->rows[i].at
           : line;
}

// Tracks

/// The name of a track: that of its chunk, its channel, or both
static String*
part_name(const SmfPart* const part)
{
  char              channel[24];
  char              text[1024];
  const char* const name = string_text(part->name);
  snprintf(channel,
           sizeof(channel),
           part->channel == SMF_DRUM_CHANNEL ? "Drums" : "Channel %u",
           part->channel + 1u);
  if (*name && part->alone) {
    return string_retain(part->name);
  }

  if (!*name) {
    return string_new(channel);
  }

  // 150 characters of at most 4 bytes are surely left
  snprintf(
    text, sizeof(text), "%.*s, %s", (int)utf8_prefix(name, 150), name, channel);
  return string_new(text);
}

static Status
build_track(Builder* const builder, const SmfPart* const part, Id* const id)
{
  Status       st    = composition_take_id(&builder->root, KIND_TRACK, id);
  Track* const track = st ? NULL : (Track*)node_new(NODE_TRACK, *id);
  const bool   drums = part->channel == SMF_DRUM_CHANNEL;
  const char*  instrument =
    part->program < 0 || drums ? "" : families[part->program / 8];
  if (!track || !set_string(&track->name, part_name(part)) ||
      !set_string(&track->instrument, string_new(instrument)) ||
      !set_string(&track->kit, string_new(drums ? DRUM_KIT : ""))) {
    node_release(track ? &track->node : NULL);
    return STATUS_NO_MEMORY;
  }

  track->type = 1;
  return composition_put(&builder->root, &track->node);
}

static Status
build_clip(Builder* const builder, SmfPart* const part, const Id track)
{
  Id          id   = ID_NONE;
  Status      st   = composition_take_id(&builder->root, KIND_CLIP, &id);
  Clip* const clip = st ? NULL : (Clip*)node_new(NODE_CLIP, id);
  if (!clip) {
    return st ? st : STATUS_NO_MEMORY;
  }

  clip->track  = track;
  clip->length = bar_after(&builder->file.signatures, part->end);
  if (part->controllers) {
    json_drop(clip->controllers);
    clip->controllers = part->controllers;
    part->controllers = NULL;
  }

  st = note_list_build(part->notes, part->num_notes, &clip->notes);
  if (st) {
    node_release(&clip->node);
    return st;
  }

  return composition_put(&builder->root, &clip->node);
}

static Status
build(Builder* const builder)
{
  SmfFile* const file = &builder->file;
  builder->root       = composition_new("", string_text(file->name));
  if (!builder->root || !build_tempos(builder) || !build_signatures(builder) ||
      !build_markers(builder)) {
    return STATUS_NO_MEMORY;
  }

  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && i < file->num_parts; ++i) {
    SmfPart* const part  = &file->parts[i];
    Id             track = ID_NONE;
    st                   = build_track(builder, part, &track);
    if (!st && part->channel != SMF_NO_CHANNEL) {
      st = build_clip(builder, part, track);
    }
  }

  return st;
}

/// Say what could not be taken as it is
static void
remark(const Builder* const builder, char* const text, const size_t text_size)
{
  const char* const and =
    builder->num_limited && builder->num_signatures ? "; " : "";
  char limited[80]    = "";
  char signatures[80] = "";
  if (builder->num_limited) {
    snprintf(limited,
             sizeof(limited),
             "%u tempos were limited to 20 to 300 BPM",
             builder->num_limited);
  }

  if (builder->num_signatures) {
    snprintf(signatures,
             sizeof(signatures),
             "%u signatures beyond 64/64 were left out",
             builder->num_signatures);
  }

  snprintf(text, text_size, "%s%s%s", limited, and, signatures);
}

Status
smf_decode(const void* const   bytes,
           const size_t        size,
           char* const         text,
           const size_t        text_size,
           Composition** const out)
{
  *out = NULL;
  if (size > SMF_MAX_BYTES) {
    snprintf(text,
             text_size,
             "Expected at most %zu bytes of a MIDI file, not %zu",
             SMF_MAX_BYTES,
             size);
    return STATUS_TOO_LARGE;
  }

  Builder builder = {0};
  Status  st =
    smf_file_read((const uint8_t*)bytes, size, text, text_size, &builder.file);
  if (!st) {
    st = build(&builder);
    remark(&builder, text, text_size);
  }

  smf_file_clear(&builder.file);
  if (st) {
    composition_release(builder.root);
    if (st == STATUS_NO_MEMORY) {
      snprintf(text, text_size, "%s", status_text(st));
    }

    return st;
  }

  *out = builder.root;
  return STATUS_OK;
}
