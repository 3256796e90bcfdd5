// SPDX-License-Identifier: GPL-3.0-or-later
//
// The official MCP client against `sonic-claude mcp`: lists the tools, calls
// every one without arguments and some in earnest.
//
//   npm install -g @modelcontextprotocol/sdk
//   node tests/ai/mcp-sdk.mjs PROGRAM PORT
//
// The package may also be in the folder that SONIC_MCP_SDK names, or in this
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

const { tools } = await client.listTools();
let good = 0, refused = 0;
for (const tool of tools) {
  const result = await client.callTool({ name: tool.name, arguments: {} });
  if (!result.content.length || !result.content[0].text) {
    throw new Error(tool.name + " answered without a text");
  }
  result.isError ? ++refused : ++good;
}

const made = await client.callTool({
  name: "create_track", arguments: { name: "By the client", type: "midi" } });
const state = await client.callTool({ name: "get_state", arguments: {} });
if (made.isError || !state.content[0].text.includes("By the client")) {
  throw new Error("the track is not there");
}

const failed = await client.callTool({
  name: "set_tempo", arguments: { tempo: 900 } });
if (!failed.isError) {
  throw new Error("a tempo of 900 was set");
}

console.log(`${tools.length} tools: ${good} ran, ${refused} asked for arguments`);
await client.close();
