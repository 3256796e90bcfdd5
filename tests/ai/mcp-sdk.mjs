// SPDX-License-Identifier: GPL-3.0-or-later
//
// The official MCP client against `sonic-claude mcp`: lists the tools, calls
// every one without arguments and some in earnest.
//
//   npm install @modelcontextprotocol/sdk
//   node tests/ai/mcp-sdk.mjs PROGRAM PORT   (in the folder of the install)

import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

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

console.log(`${tools.length} tools: ${good} ran, ${refused} asked for arguments`);
await client.close();
