# SPDX-License-Identifier: GPL-3.0-or-later
#
# python3-liblo as a client: argument 1 is the daemon's port

import sys
import time

import liblo

heard = []
server = liblo.Server()
server.add_method(None, None, lambda path, args: heard.append((path, args)))
daemon = liblo.Address("127.0.0.1", int(sys.argv[1]))


def wait(path, *values):
    """Wait for a message, whatever else comes"""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for message in list(heard):
            heard.remove(message)
            if message[0] == path and list(values) == message[1][: len(values)]:
                return message[1]
        server.recv(100)
    sys.exit("no %s %s" % (path, values))


def ask(path, *args):
    server.send(daemon, path, *args)


ask("/ping")
wait("/reply", "/ping")
ask("/mixer/channels/t1/fader", -12.5)
wait("/mixer/channels/t1/fader", -12.5)
ask("/mixer/channels/t1/fader", ("d", -8.0))
wait("/mixer/channels/t1/fader", -8.0)
ask("/mixer/channels/t1/mute", True)
wait("/mixer/channels/t1/mute", 1)
ask("/no/such/address")
wait("/error", "/no/such/address", "unknown-address")
ask("/subscribe", "/mixer/channels/*/pan")
wait("/mixer/channels/t1/pan", 0.0)
print("subscribed", flush=True)
wait("/mixer/channels/t1/pan", 0.25)
print("heard", flush=True)

bundle = liblo.Bundle(
    liblo.Message("/mixer/channels/t1/fader", -3.0),
    liblo.Message("/mixer/channels/t1/mute", False),
)
server.send(daemon, bundle)
wait("/mixer/channels/t1/fader", -3.0)
wait("/mixer/channels/t1/mute", 0)
print("done", flush=True)
