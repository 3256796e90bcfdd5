// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whatever a sender's types, a handler gets what the row says

#include "osc/coerce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NANF ((double)NAN)
#define INFF ((double)INFINITY)

/// An argument as it is sent: of `type`, from `number` or `text`
typedef struct {
  char        type;
  double      number;
  const char* text;
} Arg;

typedef struct {
  const char* address;
  Arg         args[4]; ///< End with type 0
  const char* result;  ///< "ask", "release", "act" with arguments, or a code
} Case;

// clang-format off
static const Case cases[] = {
  // Values are asked for without an argument, and set with any number
  {"/mixer/channels/t1/fader", {{0}}, "ask"},
  {"/mixer/channels/t1/fader", {{'N', 0, ""}}, "ask"},
  {"/mixer/channels/t1/fader", {{'f', -6, ""}}, "act -6"},
  {"/mixer/channels/t1/fader", {{'i', -6, ""}}, "act -6"},
  {"/mixer/channels/t1/fader", {{'h', -6, ""}}, "act -6"},
  {"/mixer/channels/t1/fader", {{'d', -6.25, ""}}, "act -6.25"},
  {"/mixer/channels/t1/fader", {{'s', 0, "-6.5"}}, "act -6.5"},
  {"/mixer/channels/t1/fader", {{'s', 0, " +3 "}}, "act 3"},
  {"/mixer/channels/t1/fader", {{'T', 0, ""}}, "act 1"},
  {"/mixer/channels/t1/fader", {{'F', 0, ""}}, "act 0"},
  {"/mixer/channels/t1/fader", {{'f', 0.1, ""}}, "act 0.1"},
  {"/mixer/channels/t1/fader", {{'s', 0, "loud"}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'s', 0, "0x10"}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'s', 0, "nan"}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'s', 0, ""}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'b', 0, "x"}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'t', 0, ""}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'f', NANF, ""}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'d', INFF, ""}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'f', -INFF, ""}}, "bad-argument"},
  {"/mixer/channels/t1/fader", {{'f', 1, ""}, {'f', 2, ""}}, "bad-argument"},

  // Continuous controls clamp
  {"/mixer/channels/t1/fader", {{'f', 20, ""}}, "act 12"},
  {"/mixer/channels/t1/fader", {{'d', -1e300, ""}}, "act -60"},
  {"/compositions/current/tempo", {{'f', 1000, ""}}, "act 300000000 micro"},
  {"/compositions/current/tempo", {{'f', 127.3, ""}}, "act 127300000 micro"},
  {"/compositions/current/tempo", {{'d', 120.0000004, ""}}, "act 120000000 micro"},

  // Beats do not clamp, and are exact
  {"/playback/loop/start", {{'f', 0.1, ""}}, "act 98304 ticks"},
  {"/playback/loop/start", {{'f', 1.0 / 3.0, ""}}, "act 327680 ticks"},
  {"/playback/loop/start", {{'i', 16, ""}}, "act 15728640 ticks"},
  {"/playback/loop/start", {{'h', 16, ""}}, "act 15728640 ticks"},
  {"/playback/loop/start", {{'d', 1.0 / 983040.0, ""}}, "act 1 ticks"},
  {"/playback/loop/start", {{'f', -0.25, ""}}, "out-of-range"},
  {"/playback/loop/start", {{'d', 1e7, ""}}, "act 9830400000000 ticks"},
  {"/playback/loop/start", {{'d', 1.1e7, ""}}, "out-of-range"},
  {"/playback/loop/start", {{'h', 9.2e18, ""}}, "out-of-range"},
  {"/playback/loop/start/text", {{'s', 0, "1.5 beats"}}, "act 1474560 ticks"},

  // Whole numbers
  {"/client/reply_port", {{'i', 9000, ""}}, "act 9000"},
  {"/client/reply_port", {{'f', 9000, ""}}, "act 9000"},
  {"/client/reply_port", {{'f', 8999.7, ""}}, "act 9000"},
  {"/client/reply_port", {{'i', -1, ""}}, "out-of-range"},
  {"/client/reply_port", {{'i', 65536, ""}}, "out-of-range"},
  {"/client/reply_port", {{'d', 1e30, ""}}, "out-of-range"},
  {"/client/reply_port/9000", {{0}}, "act 9000"},
  {"/client/reply_port/x", {{0}}, "unknown-address"},
  {"/client/reply_port/70000", {{0}}, "out-of-range"},

  // Switches
  {"/mixer/channels/t1/mute", {{'T', 0, ""}}, "act 1"},
  {"/mixer/channels/t1/mute", {{'F', 0, ""}}, "act 0"},
  {"/mixer/channels/t1/mute", {{'f', 0.5, ""}}, "act 1"},
  {"/mixer/channels/t1/mute", {{'f', 0.49, ""}}, "act 0"},
  {"/mixer/channels/t1/mute", {{'i', 1, ""}}, "act 1"},
  {"/mixer/channels/t1/mute", {{'s', 0, "on"}}, "act 1"},
  {"/mixer/channels/t1/mute", {{'s', 0, "False"}}, "act 0"},
  {"/mixer/channels/t1/mute", {{'s', 0, "maybe"}}, "bad-argument"},
  {"/mixer/channels/t1/mute", {{'f', NANF, ""}}, "bad-argument"},
  {"/mixer/channels/t1/mute/touch", {{'i', 1, ""}}, "act 1"},
  {"/mixer/channels/t1/mute/touch", {{0}}, "ask"},

  // Texts
  {"/compositions/current/name", {{'s', 0, "Song"}}, "act \"Song\""},
  {"/compositions/current/name", {{'s', 0, "\xc3\xa9t\xc3\xa9"}}, "act \"\xc3\xa9t\xc3\xa9\""},
  {"/compositions/current/name", {{'s', 0, "\xc3"}}, "bad-argument"},
  {"/compositions/current/name", {{'s', 0, "\xed\xa0\x80"}}, "bad-argument"},
  {"/compositions/current/name", {{'f', 7, ""}}, "act \"7\""},
  {"/compositions/current/name", {{'f', 0.1, ""}}, "act \"0.1\""},
  {"/compositions/current/name", {{'T', 0, ""}}, "bad-argument"},
  {"/compositions/current/name", {{'s', 0, "123456789012345678901"}}, "too-large"},
  {"/compositions/current/name", {{'s', 0, ""}}, "act \"\""},

  // Words, by text or number
  {"/compositions/current/grid", {{'s', 0, "1/4"}}, "act \"1/4\" 1"},
  {"/compositions/current/grid", {{'s', 0, "NONE"}}, "act \"none\" 0"},
  {"/compositions/current/grid", {{'s', 0, "1"}}, "act \"1\" 3"},
  {"/compositions/current/grid", {{'i', 1, ""}}, "act \"1\" 3"},
  {"/compositions/current/grid", {{'i', 0, ""}}, "act \"none\" 0"},
  {"/compositions/current/grid", {{'f', 2.2, ""}}, "act \"1/2\" 2"},
  {"/compositions/current/grid", {{'i', 4, ""}}, "out-of-range"},
  {"/compositions/current/grid", {{'s', 0, "5/4"}}, "bad-argument"},
  {"/compositions/current/grid/norm", {{0}}, "unknown-address"},
  {"/client/profile/touchosc", {{0}}, "act \"touchosc\" 1"},

  // Things, by any name
  {"/mixer/channels/t1/output", {{'s', 0, "b1"}}, "act \"b1\" b1"},
  {"/mixer/channels/t1/output", {{'s', 0, "Reverb"}}, "act \"Reverb\" b1"},
  {"/mixer/channels/t1/output", {{'s', 0, "master"}}, "act \"master\" master"},
  {"/mixer/channels/t1/output", {{'f', 1, ""}}, "act \"1\" t1"},
  {"/mixer/channels/t1/output", {{'s', 0, ""}}, "act \"\" none"},
  {"/mixer/channels/t1/output", {{'s', 0, "b7"}}, "not-found"},
  {"/mixer/channels/t1/output/b1", {{0}}, "act \"b1\" b1"},

  // Places in a range
  {"/mixer/channels/t1/fader/norm", {{'f', 0, ""}}, "act -60"},
  {"/mixer/channels/t1/fader/norm", {{'f', 0.125, ""}}, "act -45"},
  {"/mixer/channels/t1/fader/norm", {{'f', 0.25, ""}}, "act -30"},
  {"/mixer/channels/t1/fader/norm", {{'f', 0.5, ""}}, "act -10"},
  {"/mixer/channels/t1/fader/norm", {{'f', 0.75, ""}}, "act 0"},
  {"/mixer/channels/t1/fader/norm", {{'f', 1, ""}}, "act 12"},
  {"/mixer/channels/t1/fader/norm", {{'f', 2, ""}}, "act 12"},
  {"/mixer/channels/t1/fader/norm", {{'f', NANF, ""}}, "bad-argument"},
  {"/compositions/current/tracks/t1/params/cutoff/norm", {{'f', 1, ""}}, "act 20000"},
  {"/compositions/current/tracks/t1/params/cutoff/norm", {{'i', 0, ""}}, "act 20"},
  {"/playback/loop/start/norm", {{'f', 1.5, ""}}, "out-of-range"},

  // Values with their unit
  {"/mixer/channels/t1/fader/text", {{'s', 0, "-6.0 dB"}}, "act -6"},
  {"/mixer/channels/t1/fader/text", {{'s', 0, "-6DB"}}, "act -6"},
  {"/mixer/channels/t1/fader/text", {{'s', 0, "off"}}, "act -60"},
  {"/mixer/channels/t1/fader/text", {{'f', 3, ""}}, "act 3"},
  {"/mixer/channels/t1/fader/text", {{'s', 0, "dB"}}, "bad-argument"},
  {"/mixer/channels/t1/fader/text", {{'s', 0, "-6 Hz"}}, "bad-argument"},
  {"/compositions/current/tempo/text", {{'s', 0, "90.5 BPM"}}, "act 90500000 micro"},

  // Triggers, and buttons on them
  {"/ping", {{0}}, "act"},
  {"/ping", {{'f', 1, ""}}, "act"},
  {"/ping", {{'f', 0.5, ""}}, "act"},
  {"/ping", {{'i', 127, ""}}, "act"},
  {"/ping", {{'T', 0, ""}}, "act"},
  {"/ping", {{'I', 0, ""}}, "act"},
  {"/ping", {{'N', 0, ""}}, "act"},
  {"/ping", {{'f', 0.4, ""}}, "release"},
  {"/ping", {{'F', 0, ""}}, "release"},
  {"/ping", {{'i', 0, ""}}, "release"},
  {"/ping", {{'f', NANF, ""}}, "bad-argument"},
  {"/ping", {{'s', 0, "now"}}, "bad-argument"},
  {"/ping", {{'i', 1, ""}, {'i', 1, ""}}, "bad-argument"},

  // Buttons behind arguments that are complete in the path
  {"/playback/launch/scene/n1", {{0}}, "act \"n1\" n1"},
  {"/playback/launch/scene/n1", {{'f', 1, ""}}, "act \"n1\" n1"},
  {"/playback/launch/scene/n1", {{'f', 0, ""}}, "release"},
  {"/client/keep/1", {{'f', 1, ""}}, "act 1"},
  {"/client/keep/1", {{'f', 0, ""}}, "release"},
  {"/playback/launch/scene", {{'s', 0, "n1"}}, "act \"n1\" n1"},
  {"/playback/launch/scene", {{0}}, "bad-argument"},

  // Numbers of arguments
  {"/version", {{0}}, "ask"},
  {"/version", {{'i', 1, ""}}, "read-only"},
  {"/subscribe", {{'s', 0, "/x"}}, "act \"/x\""},
  {"/subscribe", {{'s', 0, "/x"}, {'i', 10, ""}}, "act \"/x\" 10"},
  {"/subscribe", {{'s', 0, "/x"}, {'i', 500, ""}}, "act \"/x\" 120"},
  {"/subscribe", {{0}}, "bad-argument"},
  {"/subscribe", {{'s', 0, "/x"}, {'i', 1, ""}, {'i', 2, ""}}, "bad-argument"},
  {"/compositions/current/clips/c1/notes/add", {{'i', 60, ""}, {'f', 1, ""}}, "act 60 983040 ticks"},
  {"/compositions/current/clips/c1/notes/add",
   {{'i', 60, ""}, {'f', 1, ""}, {'i', 62, ""}, {'f', 2, ""}}, "act 60 983040 ticks 62 1966080 ticks"},
  {"/compositions/current/clips/c1/notes/add", {{'i', 60, ""}, {'f', 1, ""}, {'i', 62, ""}}, "bad-argument"},
  {"/compositions/current/clips/c1/notes/add", {{0}}, "bad-argument"},
  {"/compositions/current/clips/c1/notes/add", {{'i', 128, ""}, {'f', 1, ""}}, "out-of-range"},
  {"/compositions/current/clips/c1/notes/add/60", {{'f', 1, ""}}, "act 60 983040 ticks"},
  {"/blob", {{'b', 0, "1234"}}, "act 4 bytes"},
  {"/blob", {{'s', 0, "1234"}}, "bad-argument"},

  // Names in the path
  {"/mixer/channels/t9/fader", {{0}}, "not-found"},
  {"/compositions/demo/tempo", {{0}}, "ask"},
  {"/compositions/nothing/tempo", {{0}}, "not-found"},
  {"/compositions/nothing/name", {{0}}, "not-found"},
  {"/compositions/other/tempo", {{0}}, "conflict"},
  {"/compositions/other/name", {{0}}, "ask"},
  {"/compositions/other/tracks/list", {{0}}, "act"},
};
// clang-format on

static PacketArg
make_arg(const Arg* const from)
{
  PacketArg arg = {.type = from->type};
  switch (from->type) {
    case 'i':
      arg.i = (int32_t)from->number;
      break;
    case 'h':
      arg.h = (int64_t)from->number;
      break;
    case 'f':
      arg.f = (float)from->number;
      break;
    case 'd':
      arg.d = from->number;
      break;
    case 'T':
      arg.i = 1;
      break;
    case 's':
    case 'b':
      arg.s    = from->text;
      arg.size = (uint32_t)strlen(from->text);
      break;
    default:
      break;
  }
  return arg;
}

/// Write what counts of an argument
static int
print_arg(char* const text, const ArgInfo* const info, const CallArg* const arg)
{
  char id[ID_TEXT_SIZE];
  switch (info->type) {
    case ARG_INT:
    case ARG_BOOL:
      return sprintf(text, " %d", arg->i);
    case ARG_FLOAT:
      return sprintf(text, " %.9g", arg->f);
    case ARG_STRING:
      return sprintf(text, " \"%s\"", arg->s);
    case ARG_ENUM:
      return sprintf(text, " \"%s\" %d", arg->s, arg->i);
    case ARG_BEATS:
      return sprintf(text, " %lld ticks", (long long)arg->ticks);
    case ARG_TEMPO:
      return sprintf(text, " %lld micro", (long long)arg->tempo);
    case ARG_ID:
      return sprintf(text, " \"%s\" %s", arg->s, id_format(arg->id, id));
    case ARG_BLOB:
      return sprintf(text, " %u bytes", arg->size);
  }
  return 0;
}

/// Only the composition "other" is there and not open
static Status
find_other(void* const       handle,
           const char* const name,
           char              id[TARGET_COMPOSITION_SIZE],
           char              reason[REASON_SIZE])
{
  (void)handle;
  strcpy(id, "other");
  strcpy(reason, "No such composition");
  return strcmp(name, "other") ? STATUS_NOT_FOUND : STATUS_OK;
}

static Composition*
make_document(void)
{
  Composition* draft = composition_new("demo", "Demo");
  add_thing(&draft, KIND_TRACK, "Drums");
  add_thing(&draft, KIND_BUS, "Reverb");
  add_thing(&draft, KIND_SCENE, "Verse");

  Id id = ID_NONE;
  assert_int_equal(composition_take_id(&draft, KIND_CLIP, &id), STATUS_OK);
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id);
  clip->track      = id_make(KIND_TRACK, 1);
  clip->length     = TICKS_PER_BEAT;
  assert_int_equal(composition_put(&draft, &clip->node), STATUS_OK);
  return draft;
}

/// Resolve and coerce a case; writes what came of it
static void
run_case(const Tree* const  tree,
         const Scope* const scope,
         const Case* const  c,
         char* const        result)
{
  static Arguments     arguments;
  static PacketMessage message;
  char                 reason[REASON_SIZE] = "";
  TreeMatch            match;
  Target               target;

  message.num_args = 0;
  while (message.num_args < 4 && c->args[message.num_args].type) {
    message.args[message.num_args] = make_arg(&c->args[message.num_args]);
    ++message.num_args;
  }

  Status status = tree_match(tree, c->address, &match);
  if (!status) {
    status = target_resolve(scope, &match, &target, reason);
  }
  if (!status) {
    status = coerce_arguments(scope, &match, &message, &arguments, reason);
  }
  if (status) {
    strcpy(result, status_code(status));
    assert_true(status == STATUS_UNKNOWN_ADDRESS || reason[0]);
    return;
  }

  static const char* const uses[] = {"ask", "act", "release"};
  static const ArgInfo     touch  = {.type = ARG_BOOL};
  char*                    at     = result;
  at += sprintf(at, "%s", uses[arguments.use]);
  for (uint32_t i = 0; i < arguments.num_args; ++i) {
    const OscRow* const row = match.row;
    at += print_arg(at,
                    match.twin == TWIN_TOUCH ? &touch
                                             : &row->args[i % row->num_args],
                    &arguments.args[i]);
  }
}

static void
test_arguments_become_what_the_row_says(void** const state)
{
  (void)state;
  const OscRow*      bad      = NULL;
  Tree*              tree     = NULL;
  Composition* const document = make_document();
  Names* const       names    = names_new();
  const Scope        scope = {names, document, "demo", find_other, NULL, NULL};
  assert_int_equal(tree_new(test_rows, NUM_TEST_ROWS, &bad, &tree), STATUS_OK);

  unsigned wrong = 0;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char result[512];
    run_case(tree, &scope, &cases[i], result);
    if (strcmp(result, cases[i].result)) {
      print_error("%s ,%c %g \"%s\": %s instead of %s\n",
                  cases[i].address,
                  cases[i].args[0].type,
                  cases[i].args[0].number,
                  cases[i].args[0].text ? cases[i].args[0].text : "",
                  result,
                  cases[i].result);
      ++wrong;
    }
  }
  assert_int_equal(wrong, 0);

  names_free(names);
  composition_release(document);
  tree_free(tree);
}

static void
test_the_number_of_arguments_is_bounded(void** const state)
{
  (void)state;
  static PacketMessage message;
  static Arguments     arguments;
  const OscRow*        bad  = NULL;
  Tree*                tree = NULL;
  TreeMatch            match;
  char                 reason[REASON_SIZE];
  Composition* const   document = make_document();
  Names* const         names    = names_new();
  const Scope scope = {names, document, "demo", find_other, NULL, NULL};
  assert_int_equal(tree_new(test_rows, NUM_TEST_ROWS, &bad, &tree), STATUS_OK);
  assert_int_equal(
    tree_match(tree, "/compositions/current/clips/c1/notes/add/60", &match),
    STATUS_OK);

  // As many as a message holds, and one in the path
  message.num_args = LIMIT_ARGUMENTS - 1u;
  for (uint32_t i = 0; i < message.num_args; ++i) {
    message.args[i] = (PacketArg){.type = 'i', .i = 1};
  }
  assert_int_equal(
    coerce_arguments(&scope, &match, &message, &arguments, reason), STATUS_OK);
  assert_int_equal(arguments.num_args, LIMIT_ARGUMENTS);

  names_free(names);
  composition_release(document);
  tree_free(tree);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_arguments_become_what_the_row_says),
    cmocka_unit_test(test_the_number_of_arguments_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
