// SPDX-License-Identifier: GPL-3.0-or-later
//
// The npm package `osc` as a client: argument 1 is the daemon's port

"use strict";

const osc = require("osc");
const { take, talk } = require("./conversation.js");

const port = new osc.UDPPort({
  localAddress: "127.0.0.1",
  localPort: 0,
  remoteAddress: "127.0.0.1",
  remotePort: Number(process.argv[2]),
});
const message = ([address, ...args]) => ({ address, args });
port.on("message", (heard) => take(heard.address, heard.args));
port.on("ready", () =>
  talk(
    (...parts) => port.send(message(parts)),
    (parts) =>
      port.send({ timeTag: { raw: [0, 1] }, packets: parts.map(message) })
  )
);
port.open();
