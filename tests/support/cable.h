// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a musician has at the other end of JACK: a keyboard and a cable
//
// An independent client that plays MIDI events at exact frames, and hands what
// it hears on to its outputs so many frames later, audio and MIDI alike.  It
// reports latencies as a sound card does whose output is wired to its input.

#ifndef SONIC_SUPPORT_CABLE_H
#define SONIC_SUPPORT_CABLE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Cable Cable;

/**
   A client named "cable" with the ports in, out, midi_in and midi_out.

   @param server Name of the JACK server.
   @param delay Frames from its inputs to its outputs, at least 1.
   @param capture,playback Latencies that its outputs and inputs report.
   @return Null if the server does not answer.
*/
Cable*
cable_new(const char* server,
          uint32_t    delay,
          uint32_t    capture,
          uint32_t    playback);

/// Leave the server (null is fine)
void
cable_free(Cable* cable);

/// Connect two ports, named in full
bool
cable_connect(Cable* cable, const char* from, const char* to);

/// JACK's frame time of the cycle that comes next
uint32_t
cable_now(const Cable* cable);

/// Play three bytes at a frame time of JACK's that has not come yet; at most
/// 256 wait
void
cable_play(Cable* cable, uint32_t frame, uint8_t a, uint8_t b, uint8_t c);

/// Frame time of the first event that came in with that status byte since the
/// last call; false when `timeout_ms` is over
bool
cable_wait_midi(Cable* cable, uint8_t status, uint32_t* frame, int timeout_ms);

/// Have JACK's transport at a frame, playing or not
void
cable_transport(Cable* cable, bool rolls, uint32_t frame);

/// Whether JACK's transport plays
bool
cable_rolls(const Cable* cable);

/// What JACK is told of its position; false if nobody tells
bool
cable_position(const Cable* cable, uint32_t* bar, uint32_t* beat, double* bpm);

#endif // SONIC_SUPPORT_CABLE_H
