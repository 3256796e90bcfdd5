// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program is killed while three clients edit
//
// An edit of a client is a bundle that sets things which belong together, all
// following from the edit's number: its track's name, fader and pan, the one
// note of its clip, and the loop's two ends.  Now and then a bundle makes a
// pair of tracks, or takes one away.  The kill comes while the edits of a
// burst, whose answers nobody waits for, are on their way.  After it the
// composition opens, and each client finds its last confirmed edit or a later
// one, whole.

#include "support/converse.h"
#include "support/daemon.h"
#include "support/lengthy.h"
#include "support/random.h"
#include "support/sanitized.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_EDITS = 60, NUM_EDITORS = 3, MAX_BURST = 12 };

/// A client with a track and a clip of its own
typedef struct {
  OscTransport transport;
  OscClient*   client;
  char         track[16];
  char         clip[16];
  char         pair[2][16]; ///< Tracks that come and go together, or ""
  int          sent;        ///< Number of the last edit
  int          confirmed;   ///< Of the last that is on disk for certain
  int          moved;       ///< Last place of a control that is dragged
  int          moved_confirmed;
  int          moved_at_sync[MAX_EDITS]; ///< By `/sync` in this life
  int          sent_at_sync[MAX_EDITS];
  int          num_syncs;  ///< Asked for in this life
  int          num_synced; ///< Answered
} Editor;

typedef struct {
  Daemon daemon;
  Random random;
  Editor editors[NUM_EDITORS];
  int    num_confirmed; ///< Syncs that were answered before a kill
} Fixture;

static const char* const arguments[] = {"--driver", "dummy", NULL};

static int
set_up(void** const state)
{
  Fixture* const fixture = (Fixture*)calloc(1, sizeof(Fixture));
  daemon_init(&fixture->daemon);
  fixture->random.state         = 2026;
  fixture->editors[1].transport = OSC_PREFIX;
  fixture->editors[2].transport = OSC_SLIP;
  *state                        = fixture;
  return 0;
}

static int
tear_down(void** const state)
{
  Fixture* const fixture = (Fixture*)*state;
  for (int i = 0; i < NUM_EDITORS; ++i) {
    osc_client_free(fixture->editors[i].client);
  }
  daemon_free(&fixture->daemon);
  free(fixture);
  return 0;
}

static void
connect_editors(Fixture* const fixture)
{
  for (int i = 0; i < NUM_EDITORS; ++i) {
    Editor* const editor = &fixture->editors[i];
    editor->client    = osc_client_new(editor->transport, fixture->daemon.port);
    editor->num_syncs = 0;
    editor->num_synced = 0;
    assert_non_null(editor->client);
  }
}

static const char*
address(const char* const before, const char* const id, const char* const after)
{
  static char path[8][128];
  static int  next = 0;

  char* const result = path[next++ % 8];
  snprintf(result, sizeof(path[0]), "%.60s%.15s%.50s", before, id, after);
  return result;
}

#define TRACK "/compositions/current/tracks/"
#define CLIP "/compositions/current/clips/"
#define CHANNEL "/mixer/channels/"
#define LOOP "/playback/loop/"

// What follows from the number of an edit

static double
fader_of(const int n)
{
  return -(double)(n % 61);
}

static double
pan_of(const int n)
{
  return (double)(n % 129 - 64) / 64.0;
}

static int
pitch_of(const int n)
{
  return n % 128;
}

static int
velocity_of(const int n)
{
  return n % 127 + 1;
}

static void
add(lo_bundle bundle, const char* const path, const char* const types, ...)
{
  va_list args;
  va_start(args, types);
  lo_bundle_add_message(bundle, path, osc_message_new(types, args));
  va_end(args);
}

/// Send a bundle and release it
static void
send_bundle(const Editor* const editor, lo_bundle bundle)
{
  assert_true(osc_client_send_bundle(editor->client, bundle));
  lo_bundle_free_recursive(bundle);
}

/// Take note of a confirmation
static bool
take_synced(const OscReceived* const received, void* const handle)
{
  Editor* const editor = (Editor*)handle;
  if (!strcmp(received->path, "/synced")) {
    ++editor->num_synced;
    const int number        = (int)osc_number(received, 0);
    editor->confirmed       = editor->sent_at_sync[number];
    editor->moved_confirmed = editor->moved_at_sync[number];
  }
  return !strcmp(received->path, "/synced");
}

static void
take_all_synced(Editor* const editor)
{
  while (osc_client_wait(editor->client, take_synced, editor, 0)) {
  }
}

/// Send the next edit; the answer to its pan is the last
static void
send_edit(Editor* const editor)
{
  const int       n      = ++editor->sent;
  const lo_bundle bundle = lo_bundle_new(LO_TT_IMMEDIATE);
  char            name[32];
  snprintf(name, sizeof(name), "edit %d", n);
  add(bundle, address(TRACK, editor->track, "/name"), "s", name);
  add(bundle, address(CHANNEL, editor->track, "/fader"), "f", fader_of(n));
  add(bundle, address(CLIP, editor->clip, "/notes/clear"), "");
  add(bundle,
      address(CLIP, editor->clip, "/notes/add"),
      "iffi",
      pitch_of(n),
      (double)(n % 4),
      1.0,
      velocity_of(n));
  add(bundle, LOOP "end", "f", (double)n + 4.0);
  add(bundle, LOOP "start", "f", (double)n);
  add(bundle, address(CHANNEL, editor->track, "/pan"), "f", pan_of(n));
  send_bundle(editor, bundle);
}

static void
edit(Editor* const editor)
{
  send_edit(editor);
  const char* const last = address(CHANNEL, editor->track, "/pan");
  if (!osc_client_wait_answer(editor->client, last, CONVERSE_MS)) {
    fail_msg("edit %d was not answered", editor->sent);
  }
  take_all_synced(editor);
  osc_client_drop(editor->client);
}

/// Drag a control: its values in a row are one step and, on disk, one line
static void
drag(Editor* const editor)
{
  ++editor->moved;
  const char* const path = address(CHANNEL, editor->track, "/width");
  converse_ask(
    editor->client, path, "f", (double)(editor->moved % 2049) / 1024);
}

static bool
is_new_track(const OscReceived* const received, void* const handle)
{
  (void)handle;
  return !strcmp(received->path, "/reply") &&
         !strcmp(osc_text(received, 0), TRACK "create");
}

/// Make two tracks in one bundle, or take them away in one
static void
change_pair(Editor* const editor)
{
  const lo_bundle bundle = lo_bundle_new(LO_TT_IMMEDIATE);
  char            name[32];
  snprintf(name, sizeof(name), "pair %d", editor->sent);
  if (editor->pair[0][0]) {
    add(bundle, address(TRACK, editor->pair[0], "/delete"), "");
    add(bundle, address(TRACK, editor->pair[1], "/delete"), "");
    send_bundle(editor, bundle);
    converse_ping(editor->client);
    editor->pair[0][0] = '\0';
    return;
  }

  add(bundle, TRACK "create", "ss", name, "midi");
  add(bundle, TRACK "create", "ss", name, "audio");
  send_bundle(editor, bundle);
  for (int i = 0; i < 2; ++i) {
    const OscReceived* const reply =
      osc_client_wait(editor->client, is_new_track, NULL, CONVERSE_MS);
    assert_non_null(reply);
    snprintf(
      editor->pair[i], sizeof(editor->pair[i]), "%s", osc_text(reply, 1));
  }
}

/// Ask for a confirmation without waiting for it
static void
ask_sync(Editor* const editor)
{
  const int number              = editor->num_syncs++;
  editor->sent_at_sync[number]  = editor->sent;
  editor->moved_at_sync[number] = editor->moved;
  assert_true(osc_client_send(editor->client, "/sync", "i", number));
}

/// Edit with all clients without waiting for answers
static void
send_burst(Fixture* const fixture)
{
  Random* const random = &fixture->random;
  for (uint64_t i = 1u + random_below(random, MAX_BURST); i; --i) {
    for (int e = 0; e < NUM_EDITORS; ++e) {
      send_edit(&fixture->editors[e]);
    }
  }

  for (int e = 0; e < NUM_EDITORS; ++e) {
    ask_sync(&fixture->editors[e]);
  }
}

/// Edit with all clients until it is time, then kill in the middle
static void
live_and_die(Fixture* const fixture)
{
  Random* const  random = &fixture->random;
  const unsigned edits  = 1u + (unsigned)random_below(random, MAX_EDITS - 1);
  for (unsigned i = 0; i < edits; ++i) {
    for (int e = 0; e < NUM_EDITORS; ++e) {
      Editor* const editor = &fixture->editors[e];
      take_all_synced(editor);
      edit(editor);
      drag(editor);
      if (random_below(random, 5) == 0) {
        change_pair(editor);
      }
      if (random_below(random, 4) == 0) {
        ask_sync(editor);
      }
      if (random_below(random, 12) == 0 &&
          editor->num_synced < editor->num_syncs) {
        osc_client_wait(editor->client, take_synced, editor, CONVERSE_MS);
      }
    }
  }

  send_burst(fixture);
  usleep((useconds_t)random_below(random, 12000));
  const int status = daemon_stop(&fixture->daemon, SIGKILL);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  for (int e = 0; e < NUM_EDITORS; ++e) {
    Editor* const editor = &fixture->editors[e];
    osc_client_collect(editor->client, 0);
    take_all_synced(editor);
    fixture->num_confirmed += editor->num_synced;
    osc_client_free(editor->client);
    editor->client = NULL;
  }
}

static int
number_in(const char* const name)
{
  int number = -1;
  sscanf(name, "edit %d", &number);
  return number;
}

/// A client finds what it confirmed or more, and nothing of half an edit
static int
check_edit(Editor* const editor)
{
  char* const name =
    converse_string(editor->client, address(TRACK, editor->track, "/name"));
  const int n = number_in(name);
  free(name);
  assert_in_range(n, editor->confirmed, editor->sent);

  const char* const fader = address(CHANNEL, editor->track, "/fader");
  const char* const pan   = address(CHANNEL, editor->track, "/pan");
  assert_true(converse_number(editor->client, fader) == fader_of(n));
  assert_true(converse_number(editor->client, pan) == pan_of(n));

  const OscReceived* const note = converse_ask(
    editor->client, address(CLIP, editor->clip, "/notes/list"), "");
  assert_string_equal(note->path, address(CLIP, editor->clip, "/notes/list"));
  assert_true(osc_number(note, 1) == pitch_of(n));
  assert_true(osc_number(note, 2) == n % 4);
  assert_true(osc_number(note, 4) == velocity_of(n));
  converse_hear_text(
    editor->client, "/reply", address(CLIP, editor->clip, "/notes/list"));
  return n;
}

/// What was dragged is where it was confirmed or further
static void
check_drag(Editor* const editor)
{
  const double place =
    converse_number(editor->client, address(CHANNEL, editor->track, "/width"));
  int found = editor->moved_confirmed;
  while (found <= editor->moved && (double)(found % 2049) / 1024 != place) {
    ++found;
  }
  assert_in_range(found, editor->moved_confirmed, editor->moved);
  editor->moved           = found;
  editor->moved_confirmed = found;
}

static bool
is_track_or_end(const OscReceived* const received, void* const handle)
{
  (void)handle;
  return !strcmp(received->path, TRACK "list") ||
         (!strcmp(received->path, "/reply") &&
          !strcmp(osc_text(received, 0), TRACK "list"));
}

/// Of each pair both tracks are there or none; those that are go now
static void
check_pairs(OscClient* const client)
{
  char names[64][64];
  char ids[64][16];
  int  count = 0;
  osc_client_send(client, TRACK "list", "");
  for (;;) {
    const OscReceived* const item =
      osc_client_wait(client, is_track_or_end, NULL, CONVERSE_MS);
    assert_non_null(item);
    if (!strcmp(item->path, "/reply")) {
      break;
    }
    if (!strncmp(osc_text(item, 2), "pair", 4)) {
      assert_true(count < 64);
      snprintf(ids[count], sizeof(ids[0]), "%s", osc_text(item, 1));
      snprintf(names[count++], sizeof(names[0]), "%s", osc_text(item, 2));
    }
  }

  assert_int_equal(count % 2, 0);
  for (int i = 0; i < count; i += 2) {
    assert_string_equal(names[i], names[i + 1]);
  }
  for (int i = 0; i < count; ++i) {
    converse_ask(client, address(TRACK, ids[i], "/delete"), "");
  }

  // One by one they are no whole to the next kill
  converse_sync(client);
}

static void
check_after(Fixture* const fixture)
{
  int found[NUM_EDITORS];
  for (int e = 0; e < NUM_EDITORS; ++e) {
    Editor* const editor = &fixture->editors[e];
    found[e]             = check_edit(editor);
    check_drag(editor);
    editor->pair[0][0] = '\0';
  }

  // All set the loop, so it is that of the last edit of one of them
  OscClient* const client = fixture->editors[0].client;
  const double     start  = converse_number(client, LOOP "start");
  assert_true(converse_number(client, LOOP "end") == start + 4.0);
  assert_true(start == found[0] || start == found[1] || start == found[2]);
  check_pairs(client);

  for (int e = 0; e < NUM_EDITORS; ++e) {
    Editor* const editor = &fixture->editors[e];
    editor->sent         = found[e];
    editor->confirmed    = found[e];
  }
}

/// A composition with a track and a clip for each client
static void
begin(Fixture* const fixture)
{
  OscClient* const client = fixture->editors[0].client;
  converse_ask(client, "/compositions/create", "s", "Kills");
  for (int e = 0; e < NUM_EDITORS; ++e) {
    Editor* const editor = &fixture->editors[e];
    snprintf(
      editor->track,
      sizeof(editor->track),
      "%s",
      osc_text(converse_ask(client, TRACK "create", "ss", "edit 0", "midi"),
               1));
    snprintf(
      editor->clip,
      sizeof(editor->clip),
      "%s",
      osc_text(converse_ask(client,
                            address(TRACK, editor->track, "/clips/create"),
                            "ff",
                            0.0,
                            8.0),
               1));
    edit(editor);
    drag(editor);
  }
  converse_sync(client);
  for (int e = 0; e < NUM_EDITORS; ++e) {
    fixture->editors[e].confirmed       = fixture->editors[e].sent;
    fixture->editors[e].moved_confirmed = fixture->editors[e].moved;
  }
}

static void
test_nothing_confirmed_is_lost(void** const state)
{
  Fixture* const fixture = (Fixture*)*state;
  assert_true(daemon_start(&fixture->daemon, arguments));
  connect_editors(fixture);
  begin(fixture);

  const int lives = SANITIZED ? 10 : lengthy(50, 1000);
  for (int life = 0; life < lives; ++life) {
    live_and_die(fixture);
    if (!daemon_start(&fixture->daemon, arguments)) {
      fail_msg("it does not open after kill %d", life + 1);
    }
    connect_editors(fixture);
    check_after(fixture);
  }
  int edits = 0;
  for (int e = 0; e < NUM_EDITORS; ++e) {
    edits += fixture->editors[e].confirmed;
  }

  print_message("%d kills, %d confirmations of %d edits, nothing lost\n",
                lives,
                fixture->num_confirmed,
                edits);
  assert_true(fixture->num_confirmed > lives);
  assert_int_equal(daemon_stop(&fixture->daemon, SIGTERM), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_nothing_confirmed_is_lost, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
