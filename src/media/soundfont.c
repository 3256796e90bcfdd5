// SPDX-License-Identifier: GPL-3.0-or-later
//
// Records are those of the SoundFont Technical Specification 2.04, section 7:
// the last of each kind only ends the one before.

#include "media/soundfont.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Most bytes of the lists
#define MOST_LISTS (64u << 20u)

/// Generators that are looked at here
enum {
  GEN_INSTRUMENT = 41,
  GEN_KEYS       = 43,
  GEN_VELOCITIES = 44,
  GEN_SAMPLE     = 53
};

/// The lists
typedef enum { PHDR, PBAG, PGEN, INST, IBAG, IGEN, SHDR, NUM_LISTS } List;

static const struct {
  char     id[5];
  uint32_t size; ///< Of a record
} lists[NUM_LISTS] = {
  [PHDR] = {"phdr", 38},
  [PBAG] = {"pbag", 4},
  [PGEN] = {"pgen", 4},
  [INST] = {"inst", 22},
  [IBAG] = {"ibag", 4},
  [IGEN] = {"igen", 4},
  [SHDR] = {"shdr", 46},
};

struct SoundFont {
  int            fd;
  uint8_t*       memory; ///< The lists, owned
  const uint8_t* records[NUM_LISTS];
  uint32_t       counts[NUM_LISTS];
  uint64_t       data; ///< Place of the samples in the file
  uint32_t       frames;
  uint64_t       low; ///< Place of their lowest 8 of 24 bits, 0 for none
};

static uint32_t
read_u16(const uint8_t* const at)
{
  return at[0] | (uint32_t)at[1] << 8u;
}

static uint32_t
read_u32(const uint8_t* const at)
{
  return read_u16(at) | read_u16(at + 2) << 16u;
}

static bool
read_at(const int fd, const uint64_t at, void* const to, const size_t size)
{
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
      pread(fd, (char*)to + done, size - done, (off_t)(at + done));
    if (n <= 0) {
      return false;
    }
    done += (size_t)n;
  }
  return true;
}

static Status
fail(char* const       text,
     const size_t      text_size,
     const char* const name,
     const Status      status,
     const char* const why)
{
  snprintf(text, text_size, "%.300s: %s", name, why);
  return status;
}

/// A chunk of a file
typedef struct {
  char     id[5];
  uint64_t at; ///< Of what is in it
  uint32_t size;
} Chunk;

/// Read the head of a chunk that ends before `end`
static bool
read_chunk(const int      fd,
           const uint64_t at,
           const uint64_t end,
           Chunk* const   chunk)
{
  uint8_t head[8];
  if (at + 8u > end || !read_at(fd, at, head, 8)) {
    return false;
  }
  memcpy(chunk->id, head, 4);
  chunk->id[4] = '\0';
  chunk->at    = at + 8u;
  chunk->size  = read_u32(head + 4);
  return chunk->at + chunk->size <= end;
}

static uint64_t
after(const Chunk* const chunk)
{
  return chunk->at + chunk->size + chunk->size % 2u;
}

/// Find the samples in a list of chunks
static bool
find_data(SoundFont* const font, const Chunk* const list)
{
  const uint64_t end = list->at + list->size;
  uint64_t       at  = list->at + 4u;
  Chunk          chunk;
  while (read_chunk(font->fd, at, end, &chunk)) {
    if (!strcmp(chunk.id, "smpl")) {
      font->data   = chunk.at;
      font->frames = chunk.size / 2u;
    } else if (!strcmp(chunk.id, "sm24") && font->frames &&
               chunk.size >= font->frames) {
      font->low = chunk.at;
    }
    at = after(&chunk);
  }
  return font->frames;
}

/// Read the lists of presets, instruments and samples
static bool
read_lists(SoundFont* const font, const Chunk* const list)
{
  if (list->size > MOST_LISTS || list->size < 4u || font->memory) {
    return false;
  }
  font->memory = (uint8_t*)malloc(list->size);
  if (!font->memory || !read_at(font->fd, list->at, font->memory, list->size)) {
    return false;
  }

  for (uint64_t at = 4; at + 8u <= list->size;) {
    const uint8_t* const head = font->memory + at;
    const uint64_t       size = read_u32(head + 4);
    if (at + 8u + size > list->size) {
      return false;
    }
    for (uint32_t i = 0; i < NUM_LISTS; ++i) {
      if (!memcmp(head, lists[i].id, 4) && !font->records[i]) {
        font->records[i] = head + 8;
        font->counts[i]  = (uint32_t)size / lists[i].size;
      }
    }
    at += 8u + size + size % 2u;
  }
  for (uint32_t i = 0; i < NUM_LISTS; ++i) {
    if (!font->counts[i]) {
      return false;
    }
  }
  return true;
}

static Status
read_file(SoundFont* const  font,
          const char* const name,
          char* const       text,
          const size_t      text_size)
{
  struct stat info;
  uint8_t     head[12];
  bool        has_lists = false;
  if (fstat(font->fd, &info)) {
    return fail(text, text_size, name, STATUS_IO, "it can't be read");
  }
  if (!read_at(font->fd, 0, head, sizeof(head)) || memcmp(head, "RIFF", 4) ||
      memcmp(head + 8, "sfbk", 4)) {
    return fail(
      text, text_size, name, STATUS_UNSUPPORTED, "it is no SoundFont (.sf2)");
  }

  Chunk          chunk;
  const uint64_t end = (uint64_t)info.st_size;
  for (uint64_t at = 12; read_chunk(font->fd, at, end, &chunk);
       at          = after(&chunk)) {
    char type[5] = "";
    if (strcmp(chunk.id, "LIST") || !read_at(font->fd, chunk.at, type, 4)) {
      continue;
    }
    if (!strcmp(type, "sdta") && !find_data(font, &chunk)) {
      return fail(text,
                  text_size,
                  name,
                  STATUS_BAD_ARGUMENT,
                  "sdta: there are no samples in it");
    }
    if (!strcmp(type, "pdta")) {
      has_lists = read_lists(font, &chunk);
    }
  }
  return !has_lists      ? fail(text,
                           text_size,
                           name,
                           STATUS_BAD_ARGUMENT,
                           "pdta: its lists are missing or damaged")
         : !font->frames ? fail(text,
                                text_size,
                                name,
                                STATUS_BAD_ARGUMENT,
                                "smpl: there are no samples in it")
                         : STATUS_OK;
}

Status
soundfont_open(const int         fd,
               const char* const name,
               SoundFont** const out,
               char* const       text,
               const size_t      text_size)
{
  SoundFont* const font = (SoundFont*)calloc(1, sizeof(SoundFont));
  if (!font) {
    return STATUS_NO_MEMORY;
  }

  font->fd        = fd;
  const Status st = read_file(font, name, text, text_size);
  if (st) {
    soundfont_close(font);
    return st;
  }
  *out = font;
  return STATUS_OK;
}

void
soundfont_close(SoundFont* const font)
{
  if (font) {
    free(font->memory);
    free(font);
  }
}

// Presets

static const uint8_t*
record(const SoundFont* const font, const List list, const uint32_t index)
{
  return font->records[list] + (size_t)index * lists[list].size;
}

uint32_t
soundfont_num_presets(const SoundFont* const font)
{
  return font->counts[PHDR] - 1u;
}

SoundFontPreset
soundfont_preset(const SoundFont* const font, const uint32_t index)
{
  const uint8_t* const at     = record(font, PHDR, index);
  SoundFontPreset      preset = {.program = (uint16_t)read_u16(at + 20),
                                 .bank    = (uint16_t)read_u16(at + 22)};
  memcpy(preset.name, at, 20);
  for (char* c = preset.name; *c; ++c) {
    *c = *c >= 32 && *c < 127 ? *c : ' ';
  }
  return preset;
}

/// A stretch of a list, empty where the file is damaged
typedef struct {
  uint32_t from;
  uint32_t to;
} Stretch;

static Stretch
stretch(const SoundFont* const font,
        const List             of,
        const uint32_t         index,
        const uint32_t         offset,
        const List             list)
{
  const uint32_t from = read_u16(record(font, of, index) + offset);
  const uint32_t to   = read_u16(record(font, of, index + 1u) + offset);
  return from <= to && to < font->counts[list] ? (Stretch){from, to}
                                               : (Stretch){0, 0};
}

/// The generators of a zone
typedef struct {
  int32_t values[SOUNDFONT_GENERATORS];
  bool    is_set[SOUNDFONT_GENERATORS];
} Generators;

static void
read_generators(const SoundFont* const font,
                const List             list,
                const Stretch          gens,
                Generators* const      out)
{
  for (uint32_t i = gens.from; i < gens.to; ++i) {
    const uint8_t* const at     = record(font, list, i);
    const uint32_t       number = read_u16(at);
    if (number < SOUNDFONT_GENERATORS) {
      out->values[number] = (int16_t)read_u16(at + 2);
      out->is_set[number] = true;
    }
  }
}

/// Keep what two ranges share; false if that is nothing
static bool
cut_range(uint8_t range[2], const Generators* const zone, const uint32_t number)
{
  if (zone->is_set[number]) {
    const uint32_t both = (uint32_t)zone->values[number] & 0xFFFFu;
    const uint8_t  low  = (uint8_t)(both & 0xFFu);
    const uint8_t  high = (uint8_t)(both >> 8u);
    range[0]            = low > range[0] ? low : range[0];
    range[1]            = high < range[1] ? high : range[1];
  }
  return range[0] <= range[1];
}

/// Whether what a preset says is added to what its instrument says
static bool
is_added(const uint32_t number)
{
  return !(number <= 4u || number == 12u || (number >= 41u && number <= 47u) ||
           number == 50u || (number >= 53u && number != 56u));
}

/// Generators that are not zero where a file does not have them
static Generators
initial_generators(void)
{
  Generators all = {{0}, {false}};
  all.values[8]  = 13500;
  for (uint32_t i = 21; i <= 38u; ++i) {
    const bool is_time = i == 21u || i == 23u || (i >= 25u && i <= 28u) ||
                         i == 30u || (i >= 33u && i <= 36u) || i == 38u;
    all.values[i] = is_time ? -12000 : 0;
  }
  all.values[46] = -1;
  all.values[47] = -1;
  all.values[56] = 100;
  all.values[58] = -1;
  return all;
}

/// Zones under way
typedef struct {
  const SoundFont* font;
  SoundFontZone*   zones;
  uint32_t         count;
} Zones;

/// Add a zone of an instrument as a zone of a preset has it
static void
add_zone(Zones* const            zones,
         const Generators* const inner,
         const Generators* const outer)
{
  SoundFontZone zone = {.keys = {0, 127}, .velocities = {0, 127}};
  if (!inner->is_set[GEN_SAMPLE] || zones->count == SOUNDFONT_MAX_ZONES ||
      !cut_range(zone.keys, inner, GEN_KEYS) ||
      !cut_range(zone.keys, outer, GEN_KEYS) ||
      !cut_range(zone.velocities, inner, GEN_VELOCITIES) ||
      !cut_range(zone.velocities, outer, GEN_VELOCITIES)) {
    return;
  }

  zone.sample = (uint16_t)inner->values[GEN_SAMPLE];
  if (zone.sample + 1u >= zones->font->counts[SHDR]) {
    return;
  }
  for (uint32_t i = 0; i < SOUNDFONT_GENERATORS; ++i) {
    const bool adds    = outer->is_set[i] && is_added(i);
    zone.generators[i] = inner->values[i] + (adds ? outer->values[i] : 0);
  }
  zones->zones[zones->count++] = zone;
}

static void
add_instrument(Zones* const            zones,
               const uint32_t          instrument,
               const Generators* const outer)
{
  const SoundFont* const font = zones->font;
  if (instrument + 1u >= font->counts[INST]) {
    return;
  }

  const Stretch bags = stretch(font, INST, instrument, 20, IBAG);
  Generators    base = initial_generators();
  for (uint32_t i = bags.from; i < bags.to; ++i) {
    Generators zone = base;
    read_generators(font, IGEN, stretch(font, IBAG, i, 0, IGEN), &zone);
    if (!zone.is_set[GEN_SAMPLE] && i == bags.from) {
      base = zone; // What holds for all
    } else {
      add_zone(zones, &zone, outer);
    }
  }
}

uint32_t
soundfont_zones(const SoundFont* const font,
                const uint32_t         preset,
                SoundFontZone** const  out)
{
  Zones zones = {
    font,
    (SoundFontZone*)malloc(SOUNDFONT_MAX_ZONES * sizeof(SoundFontZone)),
    0};
  const Stretch bags = stretch(font, PHDR, preset, 24, PBAG);
  Generators    base = {{0}, {false}};
  for (uint32_t i = bags.from; zones.zones && i < bags.to; ++i) {
    Generators zone = base;
    read_generators(font, PGEN, stretch(font, PBAG, i, 0, PGEN), &zone);
    if (zone.is_set[GEN_INSTRUMENT]) {
      add_instrument(
        &zones, (uint32_t)zone.values[GEN_INSTRUMENT] & 0xFFFFu, &zone);
    } else if (i == bags.from) {
      base = zone;
    }
  }
  if (!zones.count) {
    free(zones.zones);
    zones.zones = NULL;
  }
  *out = zones.zones;
  return zones.count;
}

// Samples

SoundFontSample
soundfont_sample(const SoundFont* const font, const uint16_t index)
{
  const uint8_t* const at     = record(font, SHDR, index);
  SoundFontSample      sample = {.start      = read_u32(at + 20),
                                 .end        = read_u32(at + 24),
                                 .loop_start = read_u32(at + 28),
                                 .loop_end   = read_u32(at + 32),
                                 .rate       = read_u32(at + 36),
                                 .pitch      = at[40],
                                 .correction = (int8_t)at[41],
                                 .in_rom     = read_u16(at + 44) & 0x8000u};
  if (sample.end > font->frames) {
    sample.end = font->frames;
  }
  return sample;
}

bool
soundfont_read(const SoundFont* const font,
               const uint32_t         start,
               const uint32_t         n,
               float* const           out)
{
  uint8_t high[2048];
  uint8_t low[1024] = {0};
  if ((uint64_t)start + n > font->frames) {
    return false;
  }
  for (uint32_t done = 0; done < n;) {
    const uint32_t count = n - done < 1024u ? n - done : 1024u;
    const uint64_t first = (uint64_t)start + done;
    if (!read_at(font->fd, font->data + 2u * first, high, 2u * (size_t)count) ||
        (font->low && !read_at(font->fd, font->low + first, low, count))) {
      return false;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const int32_t value =
        (int16_t)read_u16(high + 2u * i) * 256 + (int32_t)low[i];
      out[done + i] = (float)value * (1.0f / 8388608.0f);
    }
    done += count;
  }
  return true;
}
