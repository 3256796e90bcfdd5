// SPDX-License-Identifier: GPL-3.0-or-later
//
// Standard MIDI Files both ways: what is written is read as the same

#include "model/smf_support.h"
#include "support/random_document.h"

#include <glob.h>

static Text
encode(const Composition* const root)
{
  char text[256];
  Text bytes = {0};
  assert_int_equal(smf_encode(root, &bytes, text, sizeof(text)), STATUS_OK);
  return bytes;
}

/// What was read is the same after it was written and read again
static void
assert_returns(const Composition* const root)
{
  Text               bytes = encode(root);
  Composition* const again = decode(bytes.data, bytes.size);
  assert_true(document_equal(root, again));

  Text same = encode(again);
  assert_int_equal(same.size, bytes.size);
  assert_memory_equal(same.data, bytes.data, bytes.size);
  text_free(&same);
  text_free(&bytes);
  composition_release(again);
}

/// A track of notes on a grid of 1/960 beat, none over another of its pitch
static void
put_random_track(Random* const random, Composition** const root)
{
  Id id = ID_NONE;
  assert_int_equal(composition_take_id(root, KIND_TRACK, &id), STATUS_OK);
  Track* const track = (Track*)node_new(NODE_TRACK, id);
  track->type        = 1;
  assert_int_equal(composition_put(root, &track->node), STATUS_OK);

  ClipNote notes[100];
  Ticks    ends[8] = {0};
  for (unsigned i = 0; i < 100u; ++i) {
    const uint8_t p   = (uint8_t)random_below(random, 8);
    notes[i].pitch    = (uint8_t)(60u + p);
    notes[i].start    = ends[p] + (Ticks)random_below(random, 960) * 1024;
    notes[i].length   = (Ticks)(1u + random_below(random, 1920)) * 1024;
    notes[i].velocity = (uint8_t)(1u + random_below(random, 127));
    ends[p]           = notes[i].start + notes[i].length;
  }

  assert_int_equal(composition_take_id(root, KIND_CLIP, &id), STATUS_OK);
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id);
  clip->track      = track->node.id;
  clip->length     = 400 * BEAT;
  assert_int_equal(note_list_build(notes, 100, &clip->notes), STATUS_OK);
  assert_int_equal(composition_put(root, &clip->node), STATUS_OK);
}

static void
test_generated_compositions_return(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 20; ++i) {
    Random       random = {90u + i};
    Composition* root   = composition_new("", "Generated");
    root->tempo         = (MicroBpm)(40u + i * 13u) * MICRO_BPM_PER_BPM;
    root->signature     = (Signature){(uint8_t)(1u + i), 8};
    json_drop(root->tempo_map);
    json_drop(root->signature_map);
    root->tempo_map     = json_pack("[[f,f,s],[f,f,s]]",
                                1.0 + i / 960.0,
                                97.5,
                                "jump",
                                50.0,
                                (double)(60u + i),
                                "jump");
    root->signature_map = json_pack("[[f,s]]", 12.0 + i, "5/4");
    for (unsigned t = 0; t < 4u; ++t) {
      put_random_track(&random, &root);
    }

    Text               bytes = encode(root);
    Composition* const again = decode(bytes.data, bytes.size);
    assert_int_equal(again->tempo, root->tempo);
    assert_memory_equal(&again->signature, &root->signature, sizeof(Signature));
    assert_true(json_equal(again->tempo_map, root->tempo_map));
    assert_true(json_equal(again->signature_map, root->signature_map));
    for (uint32_t t = 0; t < 4u; ++t) {
      assert_int_equal(note_list_count(clip_at(again, t)->notes), 100);
      assert_true(
        note_list_equal(clip_at(again, t)->notes, clip_at(root, t)->notes));
    }

    assert_returns(again);
    text_free(&bytes);
    composition_release(again);
    composition_release(root);
  }
}

static void
test_random_documents_return(void** const state)
{
  (void)state;
  unsigned num_tracks = 0;
  for (unsigned i = 0; i < 30; ++i) {
    Random             random = {700u + i};
    Composition* const root   = random_document(&random, 100u + 10u * i);
    Text               bytes  = encode(root);
    Composition* const first  = decode(bytes.data, bytes.size);
    assert_returns(first);
    num_tracks += id_list_count(first->order[KIND_TRACK]);
    text_free(&bytes);
    composition_release(first);
    composition_release(root);
  }

  assert_true(num_tracks > 0u);
}

static void
put_variable(Text* const text, const uint32_t number)
{
  for (unsigned shift = 21u; shift; shift -= 7u) {
    if (number >> shift) {
      const char byte = (char)((number >> shift & 0x7Fu) | 0x80u);
      text_add(text, &byte, 1);
    }
  }

  const char byte = (char)(number & 0x7Fu);
  text_add(text, &byte, 1);
}

/// A file of random events on two channels with a division
static Text
random_file(Random* const random, const unsigned division)
{
  Text events = {0};
  for (unsigned i = 0; i < 400u; ++i) {
    static const char* const formats[] = {
      "\x90%c%c", "\x90%c%c", "\x80%c%c", "\x99%c%c", "\xB0%c%c", "\xE0%c%c"};
    const char* const format =
      formats[random_below(random, sizeof(formats) / sizeof(formats[0]))];

    // The values are never 0, which would end the text
    put_variable(&events, (uint32_t)random_below(random, division * 2u));
    if (random_below(random, 10)) {
      text_print(&events,
                 format,
                 (int)(1u + random_below(random, 20)),
                 (int)(1u + random_below(random, 127)));
    } else {
      char tempo[] = {'\xFF', 0x51, 3, 0, 0, 0};
      tempo[3]     = (char)(3u + random_below(random, 40));
      tempo[4]     = (char)random_below(random, 256);
      tempo[5]     = (char)random_below(random, 256);
      text_add(&events, tempo, sizeof(tempo));
    }
  }

  Text         file   = {0};
  const size_t size   = events.size;
  const char   head[] = {'M',
                         'T',
                         'h',
                         'd',
                         0,
                         0,
                         0,
                         6,
                         0,
                         1,
                         0,
                         1,
                         (char)(division >> 8u),
                         (char)division,
                         'M',
                         'T',
                         'r',
                         'k',
                         0,
                         (char)(size >> 16u),
                         (char)(size >> 8u),
                         (char)size};
  text_add(&file, head, sizeof(head));
  text_add(&file, events.data, events.size);
  text_free(&events);
  return file;
}

static void
test_files_return_whatever_their_division(void** const state)
{
  (void)state;
  static const unsigned divisions[] = {
    1,   24,  25,  48,  96,  100, 120, 125,  168,  192,  240,  250,
    256, 300, 384, 480, 500, 768, 960, 1000, 1024, 1920, 3840, 15360,
  };

  for (size_t i = 0; i < sizeof(divisions) / sizeof(divisions[0]); ++i) {
    Random             random = {31u + i};
    Text               file   = random_file(&random, divisions[i]);
    Composition* const root   = decode(file.data, file.size);
    assert_true(id_list_count(root->order[KIND_TRACK]) >= 2u);
    assert_true(note_list_count(clip_at(root, 0)->notes) > 50u);
    assert_true(json_array_size(root->tempo_map) > 5u);
    assert_returns(root);
    text_free(&file);
    composition_release(root);
  }
}

/// A composition of one track with a clip at beat 4, owned
static Composition*
one_clip(const bool mute, ClipNote* const notes, const uint32_t count)
{
  Composition* root  = composition_new("", "One");
  Track* const track = (Track*)node_new(NODE_TRACK, id_make(KIND_TRACK, 1));
  track->type        = 1;
  assert_int_equal(composition_put(&root, &track->node), STATUS_OK);

  Clip* const clip = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, 1));
  clip->track      = track->node.id;
  clip->start      = 4 * BEAT;
  clip->length     = 4 * BEAT;
  clip->mute       = mute;
  assert_int_equal(note_list_build(notes, count, &clip->notes), STATUS_OK);
  assert_int_equal(composition_put(&root, &clip->node), STATUS_OK);
  return root;
}

static void
test_clips_are_placed_and_cut(void** const state)
{
  (void)state;
  for (int mute = 0; mute < 2; ++mute) {
    ClipNote           notes[] = {{0, BEAT, 60, 100},
                                  {BEAT, BEAT / 3, 60, 99},
                                  {3 * BEAT, 2 * BEAT, 61, 98},
                                  {4 * BEAT, BEAT, 62, 97}};
    Composition* const root    = one_clip(mute, notes, 4);
    Text               bytes   = encode(root);
    Composition* const again   = decode(bytes.data, bytes.size);
    if (mute) {
      assert_int_equal(id_list_count(again->order[KIND_TRACK]), 0);
    } else {
      assert_notes(clip_at(again, 0),
                   "60 384 96 100;60 480 32 99;61 672 96 98;");
      assert_int_equal(clip_at(again, 0)->length, 8 * BEAT);
    }

    text_free(&bytes);
    composition_release(again);
    composition_release(root);
  }
}

static void
test_ramps_keep_time(void** const state)
{
  (void)state;
  Composition* const root = one_clip(false, NULL, 0);
  json_drop(root->tempo_map);
  root->tempo_map =
    json_pack("[[f,f,s],[f,f,s]]", 4.0, 240.0, "ramp", 8.0, 60.0, "jump");

  char text[256];
  Text bytes = {0};
  assert_int_equal(smf_encode(root, &bytes, text, sizeof(text)), STATUS_OK);
  assert_string_equal(text, "Tempo ramps are written as steps");

  // Twice the tempo at the end: 4 beats last 4 * ln(2) / 2 * (60 / 60) s
  Composition* const again   = decode(bytes.data, bytes.size);
  double             seconds = 0.0;
  double             at      = 0.0;
  double             tempo   = tempo_to_bpm(again->tempo);
  for (size_t i = 0; at < 4.0; ++i) {
    const json_t* const row  = json_array_get(again->tempo_map, i);
    const double        next = json_number_value(json_array_get(row, 0));
    seconds += (next - at) * 60.0 / tempo;
    tempo = json_number_value(json_array_get(row, 1));
    at    = next;
  }

  assert_true(seconds > 1.386294 - 1e-4 && seconds < 1.386294 + 1e-4);
  assert_float_equal(tempo, 240.0, 1e-9);
  text_free(&bytes);
  composition_release(again);
  composition_release(root);
}

static void
test_far_events_are_reached(void** const state)
{
  (void)state;
  ClipNote           note = {BEAT + 32, BEAT, 60, 100};
  Composition* const root = one_clip(false, &note, 1);
  Clip* const clip = (Clip*)composition_clip(root, id_make(KIND_CLIP, 1));
  clip->start      = 100000 * BEAT; // More units than a number can hold

  Text               bytes  = encode(root);
  Composition* const again  = decode(bytes.data, bytes.size);
  NoteCursor         cursor = note_cursor(clip_at(again, 0)->notes);
  assert_int_equal(note_next(&cursor)->start, 100001 * BEAT + 32);
  text_free(&bytes);
  composition_release(again);
  composition_release(root);
}

/// Files that other programs made, where their packages are installed
static void
test_files_of_other_programs_return(void** const state)
{
  (void)state;
  static const char* const patterns[] = {
    "/usr/share/games/openttd/baseset/openmsx/*.mid",
    "/usr/share/doc/csound-doc/html/examples/*.mid",
    "/usr/share/faust/examples/*/*/*/*/*/*.mid",
    "/usr/share/doc/mma/examples/*/*.mid",
    "/usr/share/mma/lib/*/*.mid",
    "/usr/share/solfege/*/*/*.mid",
  };

  glob_t found = {0};
  for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); ++i) {
    glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &found);
  }

  for (size_t i = 0; i < found.gl_pathc; ++i) {
    static uint8_t bytes[1u << 20u];
    FILE* const    file = fopen(found.gl_pathv[i], "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);

    print_message("%s\n", found.gl_pathv[i]);
    Composition* const root = decode(bytes, size);
    assert_true(id_list_count(root->order[KIND_TRACK]) > 0u);
    assert_returns(root);
    composition_release(root);
  }

  const bool none = !found.gl_pathc;
  globfree(&found);
  if (none) {
    print_message("no MIDI files are installed\n");
    skip();
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_generated_compositions_return),
    cmocka_unit_test(test_random_documents_return),
    cmocka_unit_test(test_files_return_whatever_their_division),
    cmocka_unit_test(test_clips_are_placed_and_cut),
    cmocka_unit_test(test_ramps_keep_time),
    cmocka_unit_test(test_far_events_are_reached),
    cmocka_unit_test(test_files_of_other_programs_return),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
