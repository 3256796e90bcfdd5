// SPDX-License-Identifier: GPL-3.0-or-later
//
// The npm package `node-osc` as a client: argument 1 is the daemon's port.  It
// hears at another socket than it sends from.

"use strict";

const { Bundle, Client, Server } = require("node-osc");
const { take, talk } = require("./conversation.js");

const client = new Client("127.0.0.1", Number(process.argv[2]));
const server = new Server(0, "127.0.0.1", () => {
  const own = (server._sock || server.socket).address().port;
  client.send(["/client/reply_port", own], () =>
    talk(
      (...parts) => client.send(parts, () => {}),
      (parts) => client.send(new Bundle(...parts), () => {})
    )
  );
});
server.on("message", ([address, ...args]) => take(address, args));
