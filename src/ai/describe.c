// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/describe.h"

#include "ai/clause.h"
#include "ai/tools.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// Most bars whose chords are told
#define HARMONY_BARS 64

/// "F#3"
static void
print_pitch(Text* const text, const int pitch)
{
  text_print(text, "%s%d", pitch_class_name(pitch, false), pitch / 12 - 1);
}

static void
describe_track(Services* const    services,
               Text* const        text,
               const Track* const track,
               const uint32_t     number)
{
  const Channel* const channel = track->channel;
  const char* const    sound   = *string_text(track->kit)
                                   ? string_text(track->kit)
                                   : string_text(track->instrument);
  char                 id[ID_TEXT_SIZE];
  text_print(text,
             "%u %s \"%s\" %s",
             number,
             id_format(track->node.id, id),
             string_text(track->name),
             track_role(services, track));
  text_print(text,
             " %s=%s vol=%gdB pan=%g",
             *string_text(track->kit) ? "kit" : "synth",
             *sound ? sound : "-",
             channel->fader_db,
             channel->pan);
  text_print(
    text, "%s%s", channel->mute ? " mute" : "", channel->solo ? " solo" : "");
  for (uint32_t i = 0; i < id_list_count(channel->effects); ++i) {
    const Effect* const effect = (const Effect*)composition_find(
      services_document(services), channel->effects->ids[i]);
    text_print(text,
               "%s%s%s",
               i ? "," : " fx=",
               effect ? string_text(effect->type) : "?",
               effect && effect->bypass ? "(off)" : "");
  }

  const double bar   = daw_bar(services);
  int          low   = 128;
  int          high  = -1;
  uint32_t     count = 0;
  text_print(text, " clips:");
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    const double    from   = ticks_to_beats(clip->start) / bar;
    const double    to     = ticks_to_beats(clip->start + clip->length) / bar;
    NoteCursor      cursor = note_cursor(clip->notes);
    const ClipNote* note   = NULL;
    while ((note = note_next(&cursor))) {
      low  = note->pitch < low ? note->pitch : low;
      high = note->pitch > high ? note->pitch : high;
      ++count;
    }

    if (i < 12) {
      text_print(text,
                 " %s bars %g-%g",
                 id_format(clip->node.id, id),
                 floor(from + 1e-6) + 1.0,
                 ceil(to - 1e-6));
    }
  }

  if (count) {
    text_print(text, " %un ", count);
    print_pitch(text, low);
    text_print(text, "..");
    print_pitch(text, high);
  }

  text_print(text, "\n");
}

char*
describe_session(Services* const services)
{
  Text                     text  = {0};
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_TRACK];
  text_print(&text,
             "\"%s\" %g BPM %u/%u key=%s length=%d bars revision=%llu\n",
             string_text(root->name),
             tempo_to_bpm(root->tempo),
             root->signature.beats,
             root->signature.unit,
             *string_text(root->key) ? string_text(root->key) : "-",
             song_bars(services),
             (unsigned long long)services_revision(services));
  if (root->loop_enabled) {
    text_print(&text,
               "loop beats %g-%g\n",
               ticks_to_beats(root->loop_start),
               ticks_to_beats(root->loop_end));
  }

  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    describe_track(
      services, &text, composition_track(root, order->ids[i]), i + 1u);
  }

  const IdList* const markers = root->order[KIND_MARKER];
  for (uint32_t i = 0; i < id_list_count(markers); ++i) {
    const Marker* const marker =
      (const Marker*)composition_find(root, markers->ids[i]);
    text_print(&text,
               "%s%s bar %g",
               i ? ", " : "markers: ",
               string_text(marker->name),
               ticks_to_beats(marker->beat) / daw_bar(services) + 1.0);
  }

  text_print(&text, "%s", id_list_count(markers) ? "\n" : "");
  return text.failed ? NULL : text.data;
}

/// One bar of a drum track: a row of steps for each voice
static void
describe_steps(Text* const             text,
               const TrackNotes* const list,
               const double            start,
               const double            bar)
{
  for (int pitch = 0; pitch < 128; ++pitch) {
    char     row[65] = "";
    uint32_t steps   = (uint32_t)lround(bar * 4.0);
    bool     any     = false;
    steps            = steps > 64 ? 64 : steps;
    memset(row, '-', steps);
    row[steps] = '\0';
    for (uint32_t i = 0; i < list->notes.count; ++i) {
      const MusicNote* const note = &list->notes.notes[i];
      const long             step = lround((note->start - start) * 4.0);
      if (note->pitch == pitch && step >= 0 && step < (long)steps) {
        row[step] = note->velocity > 105  ? 'X'
                    : note->velocity > 60 ? 'x'
                                          : 'o';
        any       = true;
      }
    }

    if (any) {
      text_print(text, " %s %s\n", drum_name(pitch), row);
    }
  }
}

char*
describe_notes(Services* const    services,
               const Track* const track,
               const int          first_bar,
               const int          last_bar)
{
  Text         text  = {0};
  TrackNotes   list  = {0};
  const double bar   = daw_bar(services);
  const bool   drums = !strcmp(track_role(services, track), "drums");
  if (track_notes_read(services, track, &list)) {
    track_notes_free(&list);
    return NULL;
  }

  for (int n = first_bar; n <= last_bar && n < first_bar + 64; ++n) {
    const double start = (n - 1) * bar;
    if (drums) {
      text_print(&text, "bar %d\n", n);
      describe_steps(&text, &list, start, bar);
      continue;
    }

    for (uint32_t i = 0; i < list.notes.count; ++i) {
      const MusicNote* const note = &list.notes.notes[i];
      if (note->start >= start - 1e-6 && note->start < start + bar - 1e-6) {
        text_print(&text, "%d:%g ", n, note->start - start + 1.0);
        print_pitch(&text, note->pitch);
        text_print(&text, "/%g@%d\n", note->length, note->velocity);
      }
    }
  }

  track_notes_free(&list);
  text_print(&text, "%s", "");
  return text.failed ? NULL : text.data;
}

char*
describe_harmony(Services* const services)
{
  static Harmony harmony;
  Text           text = {0};
  Key            key  = {0};
  char           name[KEY_TEXT_SIZE];
  const double   bar  = daw_bar(services);
  int            bars = song_bars(services);
  bars                = bars > HARMONY_BARS ? HARMONY_BARS : bars;
  const bool has_key  = song_key(services, &key);
  text_print(&text, "key %s\n", has_key ? key_format(&key, name) : "unknown");
  if (bars && harmony_hear(services, 0.0, bars * bar, &harmony)) {
    for (uint32_t i = 0; i < harmony.count; ++i) {
      char symbol[CHORD_TEXT_SIZE];
      text_print(&text,
                 "%s%g %s",
                 i ? " | " : "",
                 harmony.chords[i].start / bar + 1.0,
                 chord_format(&harmony.chords[i].chord,
                              has_key && key_has_flats(&key),
                              symbol));
    }

    text_print(&text, "\n");
  }

  return text.failed ? NULL : text.data;
}
