// SPDX-License-Identifier: GPL-3.0-or-later
//
// The official MCP client against `sonic-claude mcp`: lists the tools and calls
// every one in earnest.
//
//   npm install -g @modelcontextprotocol/sdk
//   node tests/ai/mcp-sdk.mjs PROGRAM PORT
//
// The open composition has to be empty.  The package may also be in the folder that SONIC_MCP_SDK names, or in this
// one.  Exits with 77 if it is nowhere.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

function globally() {
  try {
    return execFileSync("npm", ["root", "-g"], { stdio: "pipe" }).toString()
      .trim().replace(/node_modules$/, "");
  } catch {
    return "";
  }
}

function load() {
  for (const place of [() => process.env.SONIC_MCP_SDK, () => process.cwd(), globally]) {
    const folder = place();
    try {
      const require = createRequire(folder + "/");
      return {
        ...require("@modelcontextprotocol/sdk/client/index.js"),
        ...require("@modelcontextprotocol/sdk/client/stdio.js"),
      };
    } catch (error) {
      if (!["MODULE_NOT_FOUND", "ERR_INVALID_ARG_VALUE"].includes(error.code)) {
        throw error;
      }
    }
  }

  console.log("The npm package @modelcontextprotocol/sdk is not installed");
  process.exit(77);
}

const { Client, StdioClientTransport } = load();
const [program, port] = process.argv.slice(2);
const client = new Client({ name: "mcp-sdk", version: "1" });
await client.connect(new StdioClientTransport({
  command: program, args: ["mcp", "--port", port] }));

// In this order each finds what it is about
const calls = [
  ["create_track", { name: "Drums", type: "midi" }],
  ["create_track", { name: "Bass", type: "midi" }],
  ["set_drum_kit", { track_id: "Drums", kit_id: "808-core" }],
  ["change_track_instrument", { track_id: "t2", instrument: "bass" }],
  ["set_instrument_parameter", { track_id: "t2", parameter: "cutoff", value: 800 }],
  ["rename_track", { track_id: "t2", name: "Low" }],
  ["set_track_color", { track_id: "t2", color: "#123456" }],
  ["move_track", { track_id: "t2", position: 1 }],
  ["reorder_tracks", { track_order: ["t1", "t2"] }],
  ["compose_part", { part: "drums", genre: "house", track: "Drums" }],
  ["add_fill", { track: "Drums", bar: 4 }],
  ["edit_notes", { track: "t1", operation: "humanize" }],
  ["repeat_track", { track: "t1", bars: 8 }],
  ["copy_bars", { track: "t1", first_bar: 1, last_bar: 1, to_bar: 9 }],
  ["set_mixer", { changes: [{ channel: "t1", fader: -6 }] }],
  ["set_channel", { channel: "t2", pan: 0.5 }],
  ["set_track_parameter", { track_id: "t2", parameter: "volume", value: -3 }],
  ["create_bus", { name: "Room" }],
  ["set_send", { channel: "t2", bus: "Room", level: -9 }],
  ["add_effects", { changes: [{ track_id: "t2", effect_name: "eq3" }] }],
  ["add_effect", { track_id: "t2", effect_name: "reverb" }],
  ["set_effect_parameter", { effect_id: "e2", parameter: "mix", value: 0.2 }],
  ["bypass_effect", { effect_id: "e2", bypassed: true }],
  ["reorder_effects", { track_id: "t2", effect_order: ["e2", "e1"] }],
  ["remove_effect", { effect_id: "e1" }],
  ["create_midi_clip", { track_id: "t2", start_time: 0, duration: 8 }],
  ["set_notes", { clip_id: "CLIP", notes: [[36, 0, 1, 100]] }],
  ["add_notes", { clip_id: "CLIP", notes: [{ bar: 2, beat: 1, pitch: 40, len: 1, v: 90 }] }],
  ["modify_clip", { clip_id: "CLIP", name: "Line" }],
  ["set_clip_gain", { clip_id: "CLIP", gain: -2 }],
  ["split_clip", { clip_id: "CLIP", split_time: 4 }],
  ["move_clip", { clip_id: "CLIP", start_time: 16 }],
  ["duplicate_clip", { clip_id: "CLIP" }],
  ["delete_clip", { clip_id: "CLIP" }],
  ["get_notes", { track: "t2" }],
  ["create_marker", { name: "Drop", beat: 8 }],
  ["modify_marker", { marker_id: "Drop", name: "Break" }],
  ["delete_marker", { marker_id: "m1" }],
  ["set_tempo", { tempo: 126 }],
  ["set_time_signature", { time_signature: "3/4" }],
  ["set_key", { key: "A minor" }],
  ["set_loop_points", { loop_start: 0, loop_end: 8, loop_enabled: true }],
  ["set_metronome", { enabled: true }],
  ["set_master_limiter", { enabled: true }],
  ["rename_composition", { name: "By the client" }],
  ["seek_to_position", { position: 4 }],
  ["get_meter", { channel: "t1" }],
  ["duplicate_track", { track_id: "t2" }],
  ["delete_track", { track_id: "t3" }],
  ["delete_bus", { bus: "b1" }],
];

const { tools } = await client.listTools();
const last = ["clear_composition"];
const plain = tools.map((tool) => tool.name)
  .filter((name) => !calls.some(([called]) => called === name));
let clip = "";
let ran = 0;
for (const [name, given] of [...calls,
  ...plain.filter((name) => !last.includes(name)).map((name) => [name, {}]),
  ...last.map((name) => [name, {}])]) {
  const args = { ...given, ...(given.clip_id && { clip_id: clip }) };
  const result = await client.callTool({ name, arguments: args });
  const text = result.content[0]?.text;
  if (!text || result.isError) {
    throw new Error(`${name} ${JSON.stringify(args)}: ${text}`);
  }
  clip = name === "create_midi_clip" ? /"c\d+"/.exec(text)[0].slice(1, -1) : clip;
  ++ran;
}

const missing = calls.filter(([name]) => !tools.some((tool) => tool.name === name));
if (missing.length) {
  throw new Error(missing[0][0] + " is not listed");
}

const failed = await client.callTool({
  name: "set_tempo", arguments: { tempo: 900 } });
if (!failed.isError) {
  throw new Error("a tempo of 900 was set");
}

console.log(`${tools.length} tools, all ran in ${ran} calls`);
await client.close();
