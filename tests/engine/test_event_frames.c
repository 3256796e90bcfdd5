// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every kind of event, wherever it is, is heard from its frame on
//
// A table of places is gone through with each kind of event, each way in which
// an event lies in its clip, and periods from 16 to 4096.  What is expected
// comes from whole-number fractions where the tempo steps, and from the formula
// of a ramp, in long doubles, where one is passed.

#include "probe.h"
#include "rig.h"

#include "engine/launch.h"

#include <math.h>

enum { LENGTH = 9 * RIG_RATE, MOST = 64 };

static float out[LENGTH];

// The song: a step, then a ramp to a third tempo
#define FIRST 137310000
#define SECOND 91700000
#define THIRD 181300000

static const TempoChange tempos[] = {
  {BEATS(3.37), SECOND, false},
  {BEATS(5.1), SECOND, false},
  {BEATS(7.9), THIRD, true},
};

static const BarChange bars[] = {{0, 4, BEATS(1)},
                                 {BEATS(4), 3, BEATS(1)},
                                 {BEATS(10), 7, BEATS(0.5)}};

// What is expected

/// Time that was played, in ticks at each tempo and frames in the ramp
typedef struct {
  Ticks       at[3];
  long double ramp;
} Elapsed;

static Ticks
overlap(const Ticks from, const Ticks to, const Ticks start, const Ticks end)
{
  const Ticks first = from > start ? from : start;
  const Ticks last  = to < end ? to : end;
  return last > first ? last - first : 0;
}

/// Frames from the ramp's start to a beat in it: t = 60/k ln(1 + k b / T0)
static long double
ramp_frames(const Ticks ticks)
{
  const long double t0 = SECOND / 1e6L;
  const long double t1 = THIRD / 1e6L;
  const long double n  = TICKS_PER_BEAT;
  const long double b  = (tempos[2].start - tempos[1].start) / n;
  const long double k  = (t1 - t0) / b;
  return 60.0L / k * log1pl(k * (ticks / n) / t0) * RIG_RATE;
}

/// Play a stretch of the timeline
static void
add_stretch(Elapsed* const elapsed, const Ticks from, const Ticks to)
{
  const Ticks step  = tempos[0].start;
  const Ticks start = tempos[1].start;
  const Ticks end   = tempos[2].start;
  elapsed->at[0] += overlap(from, to, 0, step);
  elapsed->at[1] += overlap(from, to, step, start);
  elapsed->at[2] += overlap(from, to, end, INT64_MAX);
  if (overlap(from, to, start, end)) {
    elapsed->ramp += ramp_frames((to < end ? to : end) - start) -
                     ramp_frames(from > start ? from - start : 0);
  }
}

/// Whether an event is heard at the frame nearest to its time, half up; with a
/// ramp either neighbour will do within 1e-6 of a half
static bool
is_frame(const Elapsed* const elapsed, const int64_t frame)
{
  __extension__ typedef __int128 Wide;
  if (elapsed->ramp == 0.0L && !elapsed->at[2]) {
    const Wide n =
      ((Wide)elapsed->at[0] * SECOND + (Wide)elapsed->at[1] * FIRST) * 60 *
      RIG_RATE;
    const Wide d = (Wide)TICKS_PER_BEAT * (FIRST / 10) * (SECOND / 10) / 10000;
    return frame == (int64_t)((2 * n + d) / (2 * d));
  }

  long double time = elapsed->ramp;
  for (unsigned i = 0; i < 3; ++i) {
    static const long double tempo[] = {FIRST, SECOND, THIRD};
    time += elapsed->at[i] * (60e6L * RIG_RATE) / (tempo[i] * TICKS_PER_BEAT);
  }

  return fabsl(time - (long double)frame) <= 0.5L + 1e-6L;
}

// What is heard

/// An instrument that puts out 4 where a controller is moved to 80
static void
heard_control(void* const       self,
              const ControlKind kind,
              const uint8_t     number,
              const float       value)
{
  if (kind == CONTROL_CC && number == 1u && value == 0.625f) {
    ((Probe*)self)->start += 4.0f;
  }
}

typedef enum {
  NOTE_START,
  NOTE_END,
  CONTROLLER,
  AUDIO_START,
  AUDIO_END
} EventKind;

static const char* const kind_names[] = {"note",
                                         "end of a note",
                                         "controller",
                                         "audio",
                                         "end of audio"};

/// Frames at which a kind of event is heard; returns how many
static unsigned
find_events(const EventKind kind, int64_t frames[MOST])
{
  unsigned count = 0;
  for (int64_t f = 1; f < LENGTH; ++f) {
    const int  v    = (int)lrintf(out[f] * 4.0f);
    const bool on   = fabsf(out[f]) > 0.5f;
    const bool was  = fabsf(out[f - 1]) > 0.5f;
    bool       here = false;
    switch (kind) {
      case NOTE_START:
        here = v % 16 / 4 > 0;
        break;
      case NOTE_END:
        here = v % 4 > 0;
        break;
      case CONTROLLER:
        here = v >= 16;
        break;
      case AUDIO_START:
        here = on && !was;
        break;
      case AUDIO_END:
        here = !on && was;
        break;
    }

    if (here) {
      assert_true(count < MOST);
      frames[count++] = f;
    }
  }

  return count;
}

// The table

typedef enum { CLIP_START, CLIP_MIDDLE, CLIP_END } Within;

static const char* const within_names[] = {"the start of its clip",
                                           "the middle of its clip",
                                           "the end of its clip"};

typedef struct {
  const char* what;
  double      event; ///< Beat
  double      from;  ///< Beat at which the transport starts
  double      loop[2];
  bool        launched; ///< The clip is launched at the bar at beat 4
  bool        no_ends;  ///< What ends there is cut by the jump, whose fade
                        ///< hides what starts
} Place;

// clang-format off
static const Place places[] = {
  {"in the first bar",             1.123,   0.0,  {0, 0},      false, false},
  {"at the change of tempo",       3.37,    0.0,  {0, 0},      false, false},
  {"after the change of tempo",    3.9001,  0.0,  {0, 0},      false, false},
  {"at the change of signature",   4.0,     0.0,  {0, 0},      false, false},
  {"where the ramp begins",        5.1,     0.0,  {0, 0},      false, false},
  {"in the ramp",                  6.6,     0.0,  {0, 0},      false, false},
  {"behind the ramp",              8.37,    0.0,  {0, 0},      false, false},
  {"after a seek",                 5.03,    2.771,{0, 0},      false, false},
  {"after a seek into the ramp",   6.31,    5.777,{0, 0},      false, false},
  {"in a loop",                    2.2003,  0.0,  {1.5, 2.9},  false, false},
  {"at a loop's start",            1.5,     0.0,  {1.5, 2.9},  false, true},
  {"just before a loop's end",     2.8999,  0.0,  {1.5, 2.9},  false, false},
  {"in a loop over a change",      4.1,     1.11, {3.0, 4.313},false, false},
  {"in a loop in the ramp",        6.0007,  5.5,  {5.2, 6.4},  false, false},
  {"at a launch",                  4.0,     0.0,  {0, 0},      true,  false},
  {"in a launched clip",           4.61,    0.0,  {0, 0},      true,  false},
};
// clang-format on

#define NUM_PLACES (sizeof(places) / sizeof(places[0]))

static Ticks
ticks_of(const double beats)
{
  return (Ticks)(beats * TICKS_PER_BEAT + 0.5);
}

/// A clip with one event at `event`, from `start` to `end`
static ClipPart*
make_clip(Rig* const      rig,
          const EventKind kind,
          const Ticks     start,
          const Ticks     end,
          const Ticks     event)
{
  if (kind == AUDIO_START || kind == AUDIO_END) {
    return rig_audio(rig, 1, start, end, rig_steady(rig, LENGTH, 1.0f));
  }

  const Ticks    half = TICKS_PER_BEAT / 2;
  const Ticks    at   = event - start;
  const PartNote note =
    kind == NOTE_END ? (PartNote){.start = at > half ? at - half : 0, .end = at}
                     : (PartNote){.start = at, .end = at + half};
  PartNote notes[]  = {note};
  notes[0].pitch    = 60;
  notes[0].velocity = 100;
  ClipPart* const part =
    rig_midi(rig, 1, start, end, notes, kind != CONTROLLER);
  if (kind == CONTROLLER) {
    part->controls = (PartControl*)calloc(1, sizeof(PartControl));
    assert_non_null(part->controls);
    part->controls[0] =
      (PartControl){.at = at, .value = 0.625f, .kind = CONTROL_CC, .number = 1};
    part->num_controls    = 1;
    part->num_controllers = 1;
  }

  return part;
}

/// Whether a kind of event can lie so in a clip and be seen there
static bool
is_possible(const Place* const place, const EventKind kind, const Within within)
{
  const bool ends = kind == NOTE_END || kind == AUDIO_END;
  if ((kind == AUDIO_START && (within != CLIP_START || place->no_ends)) ||
      (kind == AUDIO_END && within != CLIP_END)) {
    return false;
  }

  // A launched clip begins at the bar
  if (place->launched) {
    return place->event == 4.0
             ? within == CLIP_START && !ends
             : kind < AUDIO_START && within == (ends ? CLIP_END : CLIP_MIDDLE);
  }

  return ends ? within != CLIP_START && !place->no_ends : within != CLIP_END;
}

/// Where the clip starts and ends that has the event so
static void
place_clip(const Place* const place,
           const Within       within,
           Ticks* const       start,
           Ticks* const       end)
{
  const Ticks event = ticks_of(place->event);
  const Ticks far   = ticks_of(0.9371);
  *start            = place->launched        ? BEATS(4)
                      : within == CLIP_START ? event
                                             : event - far;
  *end              = within == CLIP_END ? event : event + far;
}

/// Prepare a rig with a clip in which the event lies so
static Rig*
make_rig(const Place* const place, const EventKind kind, const Within within)
{
  static InstrumentInfo ear;
  const bool            audio = kind == AUDIO_START || kind == AUDIO_END;
  const Ticks           event = ticks_of(place->event);
  Ticks                 start = 0;
  Ticks                 end   = 0;
  Rig* const            rig   = rig_new(1);
  place_clip(place, within, &start, &end);
  ear         = probe_info;
  ear.control = heard_control;
  rig_track(rig, audio ? TRACK_AUDIO : TRACK_MIDI, audio ? NULL : &ear);
  rig_schedule(rig);
  rig_op(rig,
         (Operation){.type  = OPERATION_TEMPO,
                     .tempo = tempo_map_new(RIG_RATE, FIRST, tempos, 3)});
  rig_op(rig,
         (Operation){.type = OPERATION_BARS, .bars = bar_map_new(bars, 3)});
  if (place->loop[1] > 0.0) {
    rig_loop(rig, true, ticks_of(place->loop[0]), ticks_of(place->loop[1]));
  }

  if (place->launched) {
    const Ticks      length = end - start;
    LaunchInfo       info   = {.scene = id_make(KIND_SCENE, 1),
                               .part = make_clip(rig, kind, 0, length, event - start),
                               .length = length};
    LaunchSet* const set    = launch_set_new(1);
    assert_non_null(set);
    launch_set_put(set, 0, &info);
    rig_op(rig,
           (Operation){.type  = OPERATION_SLOTS,
                       .track = rig->tracks[0].source,
                       .slots = set});
  } else {
    rig_clips(rig, 0, &(ClipPart*){make_clip(rig, kind, start, end, event)}, 1);
  }

  rig_transport(rig, TRANSPORT_LOCATE, ticks_of(place->from));
  rig_command_at(rig, 1, TRANSPORT_PLAY, 0);
  if (place->launched) {
    rig_op(rig,
           (Operation){
             .type   = OPERATION_LAUNCH,
             .track  = rig->tracks[0].source,
             .launch = {LAUNCH_CLIP, id_make(KIND_CLIP, 1), (BarGrid){1, 0}}});
    rig_send(rig, 1001);
  }

  return rig;
}

/// Look whether all passes have their event on its frame, and no more
static void
check_cell(const Place* const place,
           const EventKind    kind,
           const Within       within,
           const uint32_t     period)
{
  Rig* const rig = make_rig(place, kind, within);
  rig_run(rig, out, NULL, LENGTH, period);
  rig_free(rig);

  Ticks start = 0;
  Ticks end   = 0;
  place_clip(place, within, &start, &end);

  int64_t        frames[MOST];
  const Ticks    length  = end - start;
  const unsigned count   = find_events(kind, frames);
  const Ticks    event   = ticks_of(place->event);
  Elapsed        elapsed = {{0}, 0.0L};
  Ticks          from    = ticks_of(place->from);
  const bool     repeats =
    place->loop[1] > 0.0 || (place->launched && kind < AUDIO_START);
  if (!count || (repeats ? count < 3u : count > 1u)) {
    fail_msg("%s at %s, %s, period %u: heard %u times",
             kind_names[kind],
             within_names[within],
             place->what,
             period,
             count);
  }

  // The transport starts at frame 1
  for (unsigned i = 0; i < count; ++i) {
    Elapsed there = elapsed;
    add_stretch(&there, from, event + (place->launched ? i * length : 0));
    if (!is_frame(&there, frames[i] - 1)) {
      fail_msg("%s at %s, %s, period %u: number %u is at frame %lld",
               kind_names[kind],
               within_names[within],
               place->what,
               period,
               i,
               (long long)frames[i] - 1);
    }

    // A loop jumps back, a launched clip begins again
    if (!place->launched) {
      add_stretch(&elapsed, from, ticks_of(place->loop[1]));
      from = ticks_of(place->loop[0]);
    }
  }
}

static void
test_each_event_is_heard_from_its_frame_on(void** const state)
{
  (void)state;
  static const uint32_t periods[] = {16, 64, 441, 1024, 4096};
  unsigned              cells     = 0;
  for (unsigned p = 0; p < NUM_PLACES; ++p) {
    for (EventKind kind = NOTE_START; kind <= AUDIO_END; ++kind) {
      for (Within within = CLIP_START; within <= CLIP_END; ++within) {
        if (is_possible(&places[p], kind, within)) {
          check_cell(&places[p], kind, within, periods[cells % 5u]);
          check_cell(&places[p], kind, within, periods[(cells + 2u) % 5u]);
          ++cells;
        }
      }
    }
  }

  print_message("%u cells\n", cells);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_each_event_is_heard_from_its_frame_on),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
