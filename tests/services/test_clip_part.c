// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of a MIDI clip's notes the engine gets

#include "services/clip_part.h"
#include "units/instrument.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#define BEAT ((Ticks)TICKS_PER_BEAT)

/// A clip of `length` beats with notes at 0, 1, 2 and 3, each a beat long
static Clip*
four_notes(const Ticks length)
{
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, 1));
  ClipNote    notes[4];
  for (uint8_t i = 0; i < 4u; ++i) {
    const ClipNote note = {i * BEAT, BEAT, (uint8_t)(60u + i), 100};
    notes[i]            = note;
  }

  clip->length = length;
  assert_int_equal(note_list_build(notes, 4, &clip->notes), STATUS_OK);
  return clip;
}

static void
assert_note(const ClipPart* const part,
            const uint32_t        index,
            const double          start,
            const double          end,
            const uint8_t         pitch)
{
  assert_true(index < part->num_notes);

  const PartNote* const note = &part->notes[index];
  assert_true(note->start == (Ticks)(start * BEAT));
  assert_true(note->end == (Ticks)(end * BEAT));
  assert_int_equal(note->pitch, pitch);
}

static void
release(Clip* const clip, ClipPart* const part)
{
  clip_part_free(part);
  node_release(&clip->node);
}

static void
test_notes_are_cut_to_the_clip(void** const state)
{
  (void)state;
  Clip* const     clip = four_notes(BEAT * 5 / 2);
  ClipPart* const part = clip_part_prepare(clip, NULL, 48000);
  assert_int_equal(part->num_notes, 3);
  assert_note(part, 2, 2.0, 2.5, 62);
  release(clip, part);
}

static void
test_offset_begins_inside_the_content(void** const state)
{
  (void)state;
  Clip* const clip     = four_notes(4 * BEAT);
  clip->offset         = 1.0;
  ClipPart* const part = clip_part_prepare(clip, NULL, 48000);
  assert_int_equal(part->num_notes, 3);
  assert_note(part, 0, 0.0, 1.0, 61);
  assert_note(part, 2, 2.0, 3.0, 63);
  release(clip, part);
}

static void
test_a_loop_repeats_to_the_end_of_the_clip(void** const state)
{
  (void)state;
  Clip* const clip     = four_notes(7 * BEAT);
  clip->loop           = true;
  clip->loop_start     = 1.0;
  clip->loop_end       = 2.5;
  ClipPart* const part = clip_part_prepare(clip, NULL, 48000);

  // 0 1 2 | 1 2 | 1 2 | 1 2, notes cut where the loop and the clip end
  assert_int_equal(part->num_notes, 9);
  assert_note(part, 2, 2.0, 2.5, 62);
  assert_note(part, 3, 2.5, 3.5, 61);
  assert_note(part, 4, 3.5, 4.0, 62);
  assert_note(part, 7, 5.5, 6.5, 61);
  assert_note(part, 8, 6.5, 7.0, 62);
  release(clip, part);
}

static void
test_transforms_come_in_their_order(void** const state)
{
  (void)state;
  Clip* const clip      = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, 1));
  ClipNote    note      = {BEAT / 4 + BEAT / 16, BEAT, 60, 100};
  clip->length          = 4 * BEAT;
  clip->quantize        = 50.0;
  clip->quantize_grid   = BEAT / 4;
  clip->timing          = BEAT / 8;
  clip->transpose       = 12;
  clip->velocity_offset = 64;
  clip->gate            = 0.5;
  assert_int_equal(note_list_build(&note, 1, &clip->notes), STATUS_OK);

  // Half way from 5/16 to the grid line at 4/16, then an eighth later
  ClipPart* const part = clip_part_prepare(clip, NULL, 48000);
  assert_int_equal(part->num_notes, 1);
  assert_note(part, 0, 0.40625, 0.90625, 72);
  assert_int_equal(part->notes[0].velocity, 127);
  release(clip, part);
}

static void
test_a_loop_begins_with_its_controllers_where_they_are(void** const state)
{
  (void)state;
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, 1));
  clip->length     = 4 * BEAT;
  clip->offset     = 0.5;
  clip->loop       = true;
  clip->loop_start = 1.0;
  clip->loop_end   = 2.0;
  json_drop(clip->controllers);
  clip->controllers =
    json_loads("[[1.5, \"cc\", 64, 127], [0.25, \"bend\", -4096],"
               " [0.75, \"cc\", 7, 127], [1.5, \"program\", 3],"
               " [3.0, \"cc\", 1, 1], [1.25, \"cc\", 121, 0]]",
               0,
               NULL);
  assert_non_null(clip->controllers);

  // bend | volume pedal | then all four at each start of the loop, and pedal
  static const struct {
    double  at;
    uint8_t kind;
    uint8_t number;
    float   value;
  } expected[] = {
    {0.0, CONTROL_BEND, 0, -0.5f},
    {0.25, CONTROL_CC, 7, 1.0f},
    {1.0, CONTROL_CC, 64, 1.0f},
    {1.5, CONTROL_CC, 64, 0.0f},
    {1.5, CONTROL_BEND, 0, -0.5f},
    {1.5, CONTROL_CC, 7, 1.0f},
    {1.5, CONTROL_CC, 1, 0.0f},
    {2.0, CONTROL_CC, 64, 1.0f},
  };
  ClipPart* const part = clip_part_prepare(clip, NULL, 48000);
  assert_int_equal(part->num_controllers, 4);
  assert_true(part->num_controls > 8u);
  for (unsigned i = 0; i < 8u; ++i) {
    const PartControl* const control = &part->controls[i];
    assert_true(control->at == (Ticks)(expected[i].at * BEAT));
    assert_int_equal(control->kind, expected[i].kind);
    assert_int_equal(control->number, expected[i].number);
    assert_true(control->value == expected[i].value);
  }

  release(clip, part);
}

static void
test_a_note_that_began_before_is_tied(void** const state)
{
  (void)state;
  Clip* const clip     = four_notes(4 * BEAT);
  clip->offset         = 1.25;
  ClipPart* const part = clip_part_prepare(clip, NULL, 48000);
  assert_int_equal(part->num_notes, 3);
  assert_note(part, 0, 0.0, 0.75, 61);
  assert_true(part->notes[0].tied);
  assert_false(part->notes[1].tied);
  release(clip, part);
}

// Audio: what of a sample of 10 s is played, in the direction in which it is

/// A clip of audio from second 1 to 7
static Clip*
recording(void)
{
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, 1));
  clip->length     = 4 * BEAT;
  clip->offset     = 1.0;
  clip->end        = 7.0;
  return clip;
}

static PartAudio
prepare(Clip* const clip)
{
  Sample    sample = {.frames = 480000, .channels = 1};
  PartAudio audio;
  clip_audio_prepare(&audio, clip, &sample, 48000);
  node_release(&clip->node);
  return audio;
}

static void
test_audio_is_trimmed(void** const state)
{
  (void)state;
  Clip* const clip      = recording();
  clip->rate            = 0.75;
  const PartAudio audio = prepare(clip);
  assert_true(audio.offset == frame_time_from_frames(48000));
  assert_true(audio.end_frames == 336000);
  assert_true(audio.speed == SPEED_ONE / 4 * 3);
  assert_true(audio.loop_from == NEVER_REACHED);
}

static void
test_backwards_it_begins_with_its_end(void** const state)
{
  (void)state;
  Clip* const clip      = recording();
  clip->reverse         = true;
  const PartAudio audio = prepare(clip);
  assert_true(audio.reverse);
  assert_true(audio.offset == frame_time_from_frames(480000 - 336000));
  assert_true(audio.end_frames == 480000 - 48000);
}

static void
test_audio_loops_whatever_the_end(void** const state)
{
  (void)state;
  Clip* const clip      = recording();
  clip->loop            = true;
  clip->loop_start      = 2.0;
  clip->loop_end        = 3.5;
  const PartAudio audio = prepare(clip);
  assert_true(audio.end_frames == NEVER_REACHED);
  assert_true(audio.loop_from == 168000);
  assert_true(audio.loop_start == 96000);
  assert_true(audio.loop_frames == 72000);

  // Backwards it comes to the loop's end first
  Clip* const back       = recording();
  back->loop             = true;
  back->reverse          = true;
  back->loop_start       = 2.0;
  back->loop_end         = 3.5;
  const PartAudio turned = prepare(back);
  assert_true(turned.loop_start == 480000 - 168000);
  assert_true(turned.loop_from == 480000 - 96000);
  assert_true(turned.loop_frames == 72000);

  // From behind its loop it comes to it by the end
  Clip* const behind     = recording();
  behind->offset         = 4.0;
  behind->loop           = true;
  behind->loop_end       = 3.5;
  const PartAudio beyond = prepare(behind);
  assert_true(beyond.loop_from == 336000);
  assert_true(beyond.loop_start == 0);
  assert_true(beyond.loop_frames == 168000);

  // Without an end of its own a loop ends where the clip does
  Clip* const open       = recording();
  open->loop             = true;
  const PartAudio opened = prepare(open);
  assert_true(opened.loop_from == 336000);
  assert_true(opened.loop_frames == 336000);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_notes_are_cut_to_the_clip),
    cmocka_unit_test(test_offset_begins_inside_the_content),
    cmocka_unit_test(test_a_loop_repeats_to_the_end_of_the_clip),
    cmocka_unit_test(test_transforms_come_in_their_order),
    cmocka_unit_test(test_a_loop_begins_with_its_controllers_where_they_are),
    cmocka_unit_test(test_a_note_that_began_before_is_tied),
    cmocka_unit_test(test_audio_is_trimmed),
    cmocka_unit_test(test_backwards_it_begins_with_its_end),
    cmocka_unit_test(test_audio_loops_whatever_the_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
