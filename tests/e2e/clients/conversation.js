// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every client of JavaScript says; `send(address, ...args)` and
// `sendBundle([[address, ...args], ...])` are the library's, and what it hears
// goes to `take(address, args)`

"use strict";

const heard = [];
let waiting = null;

/// Take a message that came
exports.take = (address, args) => {
  heard.push([address, ...args]);
  if (waiting) {
    waiting();
  }
};

const isIt = (message, wanted) =>
  wanted.every((value, i) => message[i] === value);

/// Wait for a message, whatever else comes
const wait = (...wanted) =>
  new Promise((resolve) => {
    waiting = () => {
      while (heard.length) {
        if (isIt(heard.shift(), wanted)) {
          waiting = null;
          resolve();
          return;
        }
      }
    };
    waiting();
  });

/// Talk, and end the program
exports.talk = async (send, sendBundle) => {
  setTimeout(() => process.exit(1), 30000);
  send("/ping");
  await wait("/reply", "/ping");
  send("/mixer/channels/t1/fader", -12.5);
  await wait("/mixer/channels/t1/fader", -12.5);
  send("/mixer/channels/t1/mute", 1);
  await wait("/mixer/channels/t1/mute", 1);
  send("/no/such/address");
  await wait("/error", "/no/such/address", "unknown-address");
  send("/subscribe", "/mixer/channels/*/pan");
  await wait("/mixer/channels/t1/pan", 0);
  console.log("subscribed");
  await wait("/mixer/channels/t1/pan", 0.25);
  console.log("heard");
  sendBundle([
    ["/mixer/channels/t1/fader", -3],
    ["/mixer/channels/t1/mute", 0],
  ]);
  await wait("/mixer/channels/t1/fader", -3);
  await wait("/mixer/channels/t1/mute", 0);
  console.log("done");
  process.exit(0);
};
