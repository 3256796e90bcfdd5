// SPDX-License-Identifier: GPL-3.0-or-later
//
// The npm package `osc-min` as a client: argument 1 is the daemon's port

import dgram from "node:dgram";
import { createRequire } from "node:module";

import * as osc from "osc-min";

const { take, talk } = createRequire(import.meta.url)("./conversation.js");

const socket = dgram.createSocket("udp4");
const post = (packet) => {
  const { buffer, byteOffset, byteLength } = osc.toBuffer(packet);
  socket.send(
    Buffer.from(buffer, byteOffset, byteLength),
    Number(process.argv[2]),
    "127.0.0.1"
  );
};
const message = ([address, ...args]) => ({ address, args });
socket.on("message", (bytes) => {
  const heard = osc.fromBuffer(bytes);
  take(
    heard.address,
    heard.args.map((arg) => arg.value)
  );
});
socket.bind(0, "127.0.0.1", () =>
  talk(
    (...parts) => post(message(parts)),
    (parts) => post({ timetag: [0, 1], elements: parts.map(message) })
  )
);
