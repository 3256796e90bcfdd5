// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/track_input.h"

#include <string.h>

static bool
has_input(const Track* const track)
{
  return strcmp(string_text(track->input), "none");
}

static RecordSides
sides_of(const Track* const track)
{
  const char* const input = string_text(track->input);
  return !strcmp(input, "in_left")    ? RECORD_LEFT
         : !strcmp(input, "in_right") ? RECORD_RIGHT
                                      : RECORD_STEREO;
}

TrackInput
track_input(const Track* const track)
{
  static const bool heard[3][2] = {
    {false, false}, // Off: never
    {false, true},  // Auto: while it is armed
    {true, true},   // On: always
  };

  return (TrackInput){.on =
                        has_input(track) && heard[track->monitor][track->arm],
                      .channel = (uint8_t)track->midi_channel,
                      .sides   = sides_of(track)};
}

bool
track_is_recorded(const Track* const track)
{
  return track->arm && has_input(track);
}
