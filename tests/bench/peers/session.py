#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A composition that does a workload of the comparison of engines:
#
#   session.py WORKLOAD N DATA > COMPOSITION
#
# M0: N stereo files, each with gain and pan.  M: with an equalizer of three
# bands and a compressor too, and a limiter on the master.  R: M0 with a send of each to one reverb.  S: N
# voices of two saws through a resonant low-pass, held for ten seconds.  The
# numbers are those of the comparison's spec.py, found in the folder that this
# is run from.

import json
import math
import sys

import spec

TEMPO = 120.0
SECONDS = {"M": 60.0, "M0": 60.0, "R": 60.0, "S": 10.0}
VOICES_OF_TRACK = 16

EQ = {
    "low_freq": spec.EQ["ls"][0],
    "low_gain": spec.EQ["ls"][1],
    "mid_freq": spec.EQ["pk"][0],
    "mid_q": spec.EQ["pk"][1],
    "mid_gain": spec.EQ["pk"][2],
    "high_freq": spec.EQ["hs"][0],
    "high_gain": spec.EQ["hs"][1],
}
COMPRESSOR = {
    "threshold": spec.THR_DB,
    "ratio": spec.RATIO,
    "attack": 1000.0 * spec.ATT,
    "release": 1000.0 * spec.REL,
}
VOICE = {
    "osc2_level": 0.0,
    "osc2_detune": 1200.0 * math.log2(1.006),
    "cutoff": 1200.0,
    "resonance": 0.4,
    "filter_env": 24.0,
    "filter_attack": 10.0,
    "filter_decay": 200.0,
    "filter_sustain": 60.0,
    "attack": 10.0,
    "decay": 200.0,
    "sustain": 60.0,
    "release": 300.0,
}


def decibels(gain):
    return 20.0 * math.log10(gain)


def beats(workload):
    return SECONDS[workload] * TEMPO / 60.0


def effects(workload, number):
    """The chain of a track"""
    if workload != "M":
        return []
    return [
        {"id": f"e{2 * number - 1}", "type": "eq3", "params": EQ},
        {"id": f"e{2 * number}", "type": "compressor", "params": COMPRESSOR},
    ]


def audio_track(workload, number, count):
    index = number - 1
    channel = {
        "fader": decibels(spec.gain(index, count, workload)),
        "pan": spec.pan(index),
        "effects": effects(workload, number),
    }
    if workload == "R":
        channel["sends"] = [{"bus": "b1", "level": decibels(0.25)}]
    return {
        "id": f"t{number}",
        "name": f"Track {number}",
        "type": "audio",
        "clips": [{
            "id": f"c{number}",
            "start": 0.0,
            "length": beats(workload),
            "sample": f"s{index % 64 + 1}",
        }],
        "channel": channel,
    }


def voice_track(number, count):
    first = (number - 1) * VOICES_OF_TRACK
    last = min(first + VOICES_OF_TRACK, count)
    return {
        "id": f"t{number}",
        "name": f"Voices {number}",
        "type": "midi",
        "instrument": "saw",
        "params": VOICE,
        "clips": [{
            "id": f"c{number}",
            "start": 0.0,
            "length": beats("S"),
            "notes": [[36 + i % 60, 0.0, beats("S"), 100]
                      for i in range(first, last)],
        }],
        "channel": {"fader": decibels(0.5 / math.sqrt(count))},
    }


def composition(workload, count, data):
    made = {"format": 1, "id": "workload", "name": workload, "tempo": TEMPO}
    if workload == "S":
        tracks = -(-count // VOICES_OF_TRACK)
        made["tracks"] = [voice_track(n + 1, count) for n in range(tracks)]
        return made
    made["samples"] = [{
        "id": f"s{i + 1}",
        "name": f"Stem {i}",
        "file": spec.stem(i, data),
    } for i in range(min(count, 64))]
    made["tracks"] = [
        audio_track(workload, n + 1, count) for n in range(count)
    ]
    if workload == "M":
        made["master"] = {
            "effects": [{
                "id": f"e{2 * count + 1}",
                "type": "limiter",
                "params": {"threshold": decibels(spec.CEIL)},
            }],
        }
    if workload == "R":
        made["buses"] = [{
            "id": "b1",
            "name": "Reverb",
            "channel": {
                "fader": decibels(0.5),
                "effects": [{
                    "id": "e1",
                    "type": "reverb",
                    "params": {"room_size": 0.8, "damping": 0.5, "mix": 1.0},
                }],
            },
        }]
    return made


def main():
    workload, count, data = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    json.dump(composition(workload, count, data), sys.stdout)


main()
