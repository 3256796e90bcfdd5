// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/midi_sounding.h"

#include "engine/part_find.h"

#include <stdbool.h>
#include <stddef.h>

/// Well mixed bits of a number (the finalizer of SplitMix64)
SONIC_RT static uint64_t
hash(uint64_t x)
{
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30u)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27u)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31u);
}

SONIC_RT uint64_t
sounding_seed(const Id track, const PartNote* const note)
{
  return hash(hash(hash(track) ^ note->seed) ^ note->pitch);
}

/// The note that sounds, where it was
SONIC_RT static FoundNote
find_note(const MidiTrack* const track, const SoundingNote* const sounding)
{
  for (const ClipPart* part = track->active; part; part = part->next_active) {
    const Ticks start = sounding->start - part->start;
    uint32_t    i     = clip_part_lower_bound(part, start);
    for (; part->id == sounding->clip && i < part->num_notes &&
           part->notes[i].start == start;
         ++i) {
      if (part->notes[i].pitch == sounding->note.pitch) {
        return (FoundNote){part, &part->notes[i]};
      }
    }
  }

  return (FoundNote){NULL, NULL};
}

/// Whether a note sounds already
SONIC_RT static bool
is_sounding(const MidiTrack* const track,
            const ClipPart* const  part,
            const PartNote* const  note)
{
  for (uint32_t i = 0; i < track->num_sounding; ++i) {
    const SoundingNote* const sounding = &track->sounding[i];
    if (sounding->clip == part->id &&
        sounding->start == part->start + note->start &&
        sounding->note.pitch == note->pitch) {
      return true;
    }
  }

  return false;
}

/// The note that sounds, in a clip that was cut off or joined
SONIC_RT static FoundNote
find_elsewhere(const MidiTrack* const    track,
               const SoundingNote* const sounding,
               const Ticks               now)
{
  for (const ClipPart* part = track->active; part; part = part->next_active) {
    const Ticks    at   = now - part->start;
    const uint32_t next = clip_part_lower_bound(part, at);
    for (uint32_t i = clip_part_first_covering(part, at, next); i < next; ++i) {
      const PartNote* const note = &part->notes[i];
      if (note->end > at && note->pitch == sounding->note.pitch &&
          sounding_seed(track->id, note) == sounding->note.seed &&
          !is_sounding(track, part, note)) {
        return (FoundNote){part, note};
      }
    }
  }

  return (FoundNote){NULL, NULL};
}

SONIC_RT FoundNote
sounding_find(const MidiTrack* const    track,
              const SoundingNote* const sounding,
              const Ticks               now)
{
  const FoundNote found = find_note(track, sounding);
  return found.note ? found : find_elsewhere(track, sounding, now);
}
