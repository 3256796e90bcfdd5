// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/zones.h"

#include "media/path.h"
#include "media/sniff.h"
#include "media/source.h"
#include "services/soundfont_zones.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Frames that are read at once
#define PIECE_FRAMES 16384u

/// Most frames of a recording: 12 minutes at 48 kHz
#define MOST_FRAMES (1u << 25u)

Zones*
zones_new(const uint32_t count)
{
  Zones* const zones =
    (Zones*)calloc(1, sizeof(Zones) + count * sizeof(ZoneSpec));
  if (zones) {
    atomic_init(&zones->owners, 1u);
    zones->count = count;
    for (uint32_t i = 0; i < count; ++i) {
      zones->specs[i].zone = sampler_zone_initial;
    }
  }
  return zones;
}

Zones*
zones_retain(Zones* const zones)
{
  if (zones) {
    atomic_fetch_add_explicit(&zones->owners, 1u, memory_order_relaxed);
  }
  return zones;
}

void
zones_release(Zones* const zones)
{
  if (zones && atomic_fetch_sub_explicit(
                 &zones->owners, 1u, memory_order_acq_rel) == 1u) {
    for (uint32_t i = 0; i < zones->count; ++i) {
      free(zones->specs[i].path);
    }
    free(zones->font);
    free(zones);
  }
}

/// Read all of a source, side by side
static Status
read_source(AudioSource* const       source,
            const atomic_bool* const cancelled,
            SamplerAudio* const      audio,
            char* const              text,
            const size_t             text_size)
{
  const uint32_t channels = audio->sides[1] ? 2u : 1u;
  float* const   piece    = (float*)malloc(2u * PIECE_FRAMES * sizeof(float));
  if (!piece) {
    return STATUS_NO_MEMORY;
  }

  uint32_t done = 0;
  uint32_t n    = 1;
  while (n && done < audio->frames && !(cancelled && atomic_load(cancelled))) {
    const uint32_t left = audio->frames - done;
    n = source_read(source, piece, left < PIECE_FRAMES ? left : PIECE_FRAMES);
    for (uint32_t i = 0; i < n; ++i) {
      for (uint32_t side = 0; side < channels; ++side) {
        audio->sides[side][done + i] = piece[i * channels + side];
      }
    }
    done += n;
  }
  free(piece);
  audio->frames = done;
  if (source_error(source)) {
    snprintf(text, text_size, "%s", strerror(source_error(source)));
    return STATUS_IO;
  }
  return cancelled && atomic_load(cancelled) ? STATUS_CANCELLED : STATUS_OK;
}

/// Read the audio of an open file
static Status
read_file(const int                fd,
          const atomic_bool* const cancelled,
          SamplerAudio* const      audio,
          char* const              text,
          const size_t             text_size)
{
  AudioLimits   limits = audio_limits;
  AudioFileInfo info;
  AudioSource*  source = NULL;
  limits.max_frames    = MOST_FRAMES;
  Status st            = sniff_file(fd, &info, text, text_size);
  st = st ? st : source_open(fd, &info, &limits, &source, text, text_size);
  if (st) {
    return st;
  }
  if (!info.frames || info.frames > MOST_FRAMES) {
    // Of an Ogg file only decoding can tell
    info.frames = info.frames ? info.frames : MOST_FRAMES / 8u;
  }
  if (!sampler_audio_init(
        audio, (uint32_t)info.frames, source_channels(source), info.rate)) {
    source_close(source);
    return STATUS_NO_MEMORY;
  }

  st = read_source(source, cancelled, audio, text, text_size);
  source_close(source);
  if (!st && !audio->frames) {
    snprintf(text, text_size, "there is no audio in it");
    st = STATUS_UNSUPPORTED;
  }
  return st;
}

static Status
load_file(const char* const        path,
          const atomic_bool* const cancelled,
          SamplerAudio* const      audio,
          char* const              text,
          const size_t             text_size)
{
  char   cause[256] = "";
  int    fd         = -1;
  Status st         = path_open_local(path, &fd, text, text_size);
  if (st) {
    return st;
  }

  st = read_file(fd, cancelled, audio, cause, sizeof(cause));
  close(fd);
  if (st) {
    sampler_audio_clear(audio);
    snprintf(text,
             text_size,
             "%.300s: %.200s",
             path,
             cause[0] ? cause : status_text(st));
  }
  return st;
}

/// What is read of zones
typedef struct {
  SamplerZone*  zones;
  SamplerAudio* audio;
  const char**  names; ///< Path of each recording, borrowed
  uint32_t      num_audio;
} Loading;

/// The recording of a path, read if it was not yet
static Status
take_audio(Loading* const           loading,
           const char* const        path,
           const atomic_bool* const cancelled,
           uint32_t* const          index,
           char* const              text,
           const size_t             text_size)
{
  for (*index = 0; *index < loading->num_audio; ++*index) {
    if (!strcmp(loading->names[*index], path)) {
      return STATUS_OK;
    }
  }

  const Status st =
    load_file(path, cancelled, &loading->audio[*index], text, text_size);
  if (!st) {
    loading->names[loading->num_audio++] = path;
  }
  return st;
}

static Status
load_all(const Zones* const       zones,
         char* const* const       paths,
         const atomic_bool* const cancelled,
         Loading* const           loading,
         char* const              text,
         const size_t             text_size)
{
  for (uint32_t i = 0; i < zones->count; ++i) {
    const ZoneSpec* const spec  = &zones->specs[i];
    const char* const     path  = paths && paths[i] ? paths[i] : spec->path;
    uint32_t              index = 0;
    if (!path) {
      snprintf(text, text_size, "There is no sample for zone %u", i);
      return STATUS_NOT_FOUND;
    }
    const Status st =
      take_audio(loading, path, cancelled, &index, text, text_size);
    if (st) {
      return st;
    }
    loading->zones[i]       = spec->zone;
    loading->zones[i].audio = index;
  }
  return STATUS_OK;
}

Status
zones_load(const Zones* const       zones,
           char* const* const       paths,
           const atomic_bool* const cancelled,
           SamplerMap** const       out,
           char* const              text,
           const size_t             text_size)
{
  if (zones->font) {
    return soundfont_load(
      zones->font, zones->bank, zones->program, out, text, text_size);
  }

  const size_t count   = zones->count + 1u;
  Loading      loading = {
         .zones = (SamplerZone*)calloc(count, sizeof(SamplerZone)),
         .audio = (SamplerAudio*)calloc(count, sizeof(SamplerAudio)),
         .names = (const char**)calloc(count, sizeof(char*)),
  };
  Status st = loading.zones && loading.audio && loading.names
                ? load_all(zones, paths, cancelled, &loading, text, text_size)
                : STATUS_NO_MEMORY;
  *out      = st ? NULL
                 : sampler_map_new(
                loading.zones, zones->count, loading.audio, loading.num_audio);
  st        = !st && !*out ? STATUS_NO_MEMORY : st;
  for (uint32_t i = 0; st && i < loading.num_audio; ++i) {
    sampler_audio_clear(&loading.audio[i]);
  }
  if (st == STATUS_NO_MEMORY) {
    snprintf(text, text_size, "Out of memory");
  }
  free(loading.names);
  free(loading.audio);
  free(loading.zones);
  return st;
}
