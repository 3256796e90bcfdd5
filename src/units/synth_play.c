// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a player's hands and feet do beside the keys

#include "base/rt.h"
#include "units/instrument.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// MIDI controllers
enum {
  CC_WHEEL      = 1,
  CC_VOLUME     = 7,
  CC_PAN        = 10,
  CC_EXPRESSION = 11,
  CC_BRIGHTNESS = 74,
  CC_SOUND_OFF  = 120,
  CC_RESET      = 121,
  CC_NOTES_OFF  = 123
};

/// Give a control a value, which it glides to while anything sounds
SONIC_RT static void
aim_at(Synth* const self, const uint32_t control, const float value)
{
  synth_set_target(self, control, value);
}

SONIC_RT void
synth_rest_controllers(Synth* const self)
{
  aim_at(self, PLAY_BEND, 0.0f);
  aim_at(self, PLAY_WHEEL, 0.0f);
  aim_at(self, PLAY_PRESSURE, 0.0f);
  aim_at(self, PLAY_VOLUME, 1.0f);
  aim_at(self, PLAY_EXPRESSION, 1.0f);
  aim_at(self, PLAY_PAN, 0.0f);
  aim_at(self, PLAY_BRIGHTNESS, 0.0f);
  self->pedal = false;
}

SONIC_RT static void
move_pedal(Synth* const self, const bool down)
{
  self->pedal = down;
  if (!down) {
    synth_release_pedal(self);
  }
}

/// Press what plays a pitch
SONIC_RT static void
press(Synth* const self, const uint8_t pitch, const float value)
{
  for (uint32_t i = 0; i < NUM_VOICES; ++i) {
    if (self->voices[i].pitch == pitch) {
      group_of(self, i)->pressure[i % LANES] = value;
    }
  }
}

SONIC_RT static void
move_controller(Synth* const self, const uint8_t number, const float value)
{
  switch (number) {
    case CC_WHEEL:
      aim_at(self, PLAY_WHEEL, value);
      break;
    case CC_VOLUME:
      aim_at(self, PLAY_VOLUME, value * value);
      break;
    case CC_PAN:
      aim_at(self, PLAY_PAN, 2.0f * value - 1.0f);
      break;
    case CC_EXPRESSION:
      aim_at(self, PLAY_EXPRESSION, value * value);
      break;
    case CONTROL_SUSTAIN:
      move_pedal(self, value >= 0.5f);
      break;
    case CC_BRIGHTNESS:
      aim_at(self, PLAY_BRIGHTNESS, 2.0f * value - 1.0f);
      break;
    case CC_SOUND_OFF:
      synth_fade_all(self);
      break;
    case CC_RESET:
      move_pedal(self, false);
      synth_rest_controllers(self);
      break;
    case CC_NOTES_OFF:
      synth_all_off(self);
      break;
    default:
      break;
  }
}

SONIC_RT void
synth_control(void* const       instance,
              const ControlKind kind,
              const uint8_t     number,
              const float       value)
{
  Synth* const self = (Synth*)instance;
  if (isnan(value)) {
    return;
  }

  const float part = fminf(fmaxf(value, 0.0f), 1.0f);
  switch (kind) {
    case CONTROL_CC:
      move_controller(self, number, part);
      break;
    case CONTROL_BEND:
      aim_at(self, PLAY_BEND, fminf(fmaxf(value, -1.0f), 1.0f));
      break;
    case CONTROL_PRESSURE:
      aim_at(self, PLAY_PRESSURE, part);
      break;
    case CONTROL_POLY:
      press(self, number, part);
      break;
    case NUM_CONTROL_KINDS:
      break;
  }
}
