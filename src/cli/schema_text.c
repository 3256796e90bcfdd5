// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/schema_text.h"

#include <stddef.h>

static const SchemaParagraph setting[] = {
  {NULL,
   "An address with arguments sets, without arguments it asks. Either "
   "way it is answered once, with the value on the same address."},
  {NULL, "An address here has one of five kinds of access."},
  {"value", "can be set and asked."},
  {"read", "can be asked only; setting it is answered by `read-only`."},
  {"trigger",
   "takes no argument. A lone number sent to one is a button: it "
   "fires on `T`, `I` or at least 0.5, and ignores the release (0, "
   "`F`)."},
  {"command", "takes arguments and is answered by `/reply`."},
  {"query",
   "takes arguments or none, changes nothing, and answers on its own "
   "address; a list is answered by one message an item and a "
   "`/reply` behind them."},
  {NULL,
   "Continuous controls (`clamped` below) are brought into their range, "
   "and the value that holds is the answer. Notes, beats, lengths, "
   "counts, positions and ids are not: outside their range they are "
   "answered by `out-of-range`, and nothing changes."},
  {NULL, NULL},
};

static const SchemaParagraph types[] = {
  {NULL,
   "Arguments of the types `i`, `f`, `h`, `d`, `T`, `F` and numbers "
   "written as text are turned into what an address takes. NaN, "
   "infinity and a type that makes no sense are answered by "
   "`bad-argument`. What is sent has the types `i`, `f` and `s` only, "
   "and `b` in streams."},
  {"i", "a whole number."},
  {"f", "a number."},
  {"bool", "0 or 1, sent as `i`; `T` and `F` are taken too."},
  {"s", "text in UTF-8."},
  {"enum", "text, one of a few words."},
  {"beats",
   "a place or length in quarter notes, from 0, sent as `f`. An `f` "
   "means the multiple of 1/960 beat whose float it is, else the "
   "nearest of 983040 ticks in a beat; a `d` the nearest tick."},
  {"tempo", "beats per minute, sent as `f`."},
  {"id", "text that names a thing, see NAMES."},
  {"b", "a blob."},
  {NULL, "Levels are in dB; -60 or below is silence."},
  {NULL, NULL},
};

static const SchemaParagraph names[] = {
  {NULL,
   "A part of an address in braces stands for one of the following, in "
   "this order:"},
  {"a fixed word", "such as `list`, where the address has one there."},
  {"an id",
   "`t3` track, `c12` clip, `e5` effect, `s2` sample, `b1` bus, `n1` "
   "scene, `m4` marker, `a1` automation; never used again. `master` "
   "is the master channel."},
  {"a position", "counted from 1, of tracks, buses and scenes."},
  {"a name",
   "in lower case, its ASCII letters and digits, with `-` between. "
   "One that is empty or ambiguous is `not-found`, with the "
   "candidates."},
  {NULL,
   "A channel is a track, a bus or `master`. A composition is named by "
   "its id or name; `current` is the one that is open. On another one "
   "only some addresses work (`also on a closed composition` below); "
   "the rest is answered by `conflict`."},
  {NULL,
   "What an address takes as first arguments may as well be further "
   "parts of it, for surfaces that send one number or none: "
   "`/client/reply_port/9000` is `/client/reply_port 9000`."},
  {NULL, NULL},
};

static const SchemaParagraph answers[] = {
  {"/reply ,s... ADDRESS RESULTS",
   "answers a command. What makes a thing "
   "answers with its id."},
  {"/reply ,sii ADDRESS COUNT REVISION", "ends a list."},
  {"/error ,sss ADDRESS CODE TEXT", "says what went wrong."},
  {"/call ,is... NUMBER ADDRESS ARGUMENTS",
   "calls an address, and is answered by `/call/reply ,is... NUMBER ADDRESS "
   "RESULTS` or `/call/error ,isss NUMBER ADDRESS CODE TEXT`."},
  {"/progress ,sfs ADDRESS SHARE TEXT", "tells how far a long job is, 0 to 1."},
  {"/synced ,i NUMBER",
   "answers `/sync ,i NUMBER` when all that this client "
   "sent before is applied and on disk."},
  {NULL,
   "Answers come from the socket that was sent to, and go to the port "
   "that the request came from; `/client/reply_port` moves them. A "
   "client is a host and a port. A datagram has at most 1400 bytes; "
   "what is longer comes in pages that are asked for one by one."},
  {NULL, NULL},
};

static const SchemaParagraph errors[] = {
  {"unknown-address", "no such address."},
  {"bad-argument", "a type, count or text that makes no sense."},
  {"out-of-range", "a number outside what is allowed."},
  {"not-found", "the thing named is not there."},
  {"exists", "the thing to be made is there already."},
  {"busy", "too much at once: try again."},
  {"conflict", "not possible in the present state."},
  {"denied", "not allowed."},
  {"io", "a file or device failed."},
  {"too-large", "over a limit."},
  {"not-ready", "will be there later."},
  {"cancelled", "stopped on request."},
  {"timeout", "took too long."},
  {"unsupported", "a form that is not handled."},
  {"read-only", "can be asked, not set."},
  {"internal", "a fault of the program."},
  {NULL, NULL},
};

static const SchemaParagraph subscriptions[] = {
  {NULL,
   "`/subscribe ,s PATTERN` or `,sf PATTERN HZ` sends the present "
   "values, then each change: the latest wins, at most HZ times a "
   "second for an address (30 if not said), the final value always. Who "
   "sets a value has had its answer and is not sent it again."},
  {NULL,
   "An update names a thing as the pattern did: parts that were written "
   "out as they were, wildcards by id. Things that come, go or are "
   "moved are told by `.../added`, `.../removed` and `.../order`, with "
   "the revision."},
  {NULL,
   "A subscription over UDP ends after 60 seconds without a message of "
   "the client; the server asks with `/client/alive ,i`. "
   "`/client/keep 1` keeps it. Over TCP it ends with the connection."},
  {NULL, NULL},
};

static const SchemaParagraph patterns[] = {
  {NULL,
   "`?`, `*`, `[...]` and `{...}` match within a part of an address, "
   "`//` across parts, when setting and when subscribing."},
  {NULL, NULL},
};

static const SchemaParagraph bundles[] = {
  {NULL,
   "A bundle is one transaction: its messages are tried in order, and "
   "all hold or none; the `/error` names the one that failed. It is "
   "heard at one frame and is one step of undo. Long jobs are refused "
   "in a bundle."},
  {NULL,
   "A timetag is kept to the frame, up to 60 seconds ahead. One that "
   "is late applies at once and is answered by `/late ,sf ADDRESS MS`. "
   "`/clock` tells what time it is."},
  {NULL, NULL},
};

static const SchemaParagraph twins[] = {
  {"ADDRESS/norm",
   "of a value with a range: 0 to 1, by its own scale. A "
   "fader's: 0 is -60 (off), 0.25 is -30, 0.5 is -10, 0.75 is "
   "0, 1 is +12 dB."},
  {"ADDRESS/text", "of a value with a unit: text such as `-6.0 dB`."},
  {"ADDRESS/touch",
   "1 while a finger is on the control: what this client "
   "sends is not answered as long as nothing differs."},
  {NULL, NULL},
};

static const SchemaParagraph transport[] = {
  {NULL,
   "UDP and TCP on port 7770 behave the same. A TCP stream whose first "
   "byte is 0 is length-prefixed (OSC 1.0), else SLIP (OSC 1.1). By "
   "default only this machine is listened to."},
  {NULL, NULL},
};

const SchemaSection schema_sections[] = {
  {"Setting and asking", setting},
  {"Types", types},
  {"Names", names},
  {"Answers", answers},
  {"Errors", errors},
  {"Subscriptions", subscriptions},
  {"Patterns", patterns},
  {"Bundles", bundles},
  {"Twins", twins},
  {"Transport", transport},
  {NULL, NULL},
};

// clang-format off
const SchemaRoot schema_roots[] = {
  {"",              "General",       "The program as a whole."},
  {"/client",       "/client",       "How this client is answered."},
  {"/compositions", "/compositions", "The document: compositions, tracks, clips, notes."},
  {"/playback",     "/playback",     "The transport."},
  {"/mixer",        "/mixer",        "Channels: tracks, buses and the master."},
  {"/effects",      "/effects",      "Effects and their chains."},
  {"/audio",        "/audio",        "Instruments, and the driver that calls the engine."},
  {"/samples",      "/samples",      "Recordings that clips play."},
  {"/ai",           "/ai",           "The assistant."},
  {"/streams",      "/streams",      "Telemetry, to subscribe to."},
  {NULL, NULL, NULL},
};
// clang-format on
