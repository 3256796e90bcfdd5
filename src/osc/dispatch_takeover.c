// SPDX-License-Identifier: GPL-3.0-or-later
//
// Soft takeover: a control without a motor has to reach a value to move it
//
// It takes a value over where it comes near it or passes by it.  Once it has,
// it moves the value until somebody else does.

#include "osc/dispatch_private.h"
#include "osc/scale.h"
#include "osc/updates.h"

#include <math.h>

/// A control this near to a value has reached it, in shares of its range
#define NEAR 0.02

/// The pickup of a control, or one that begins
static Pickup*
find_pickup(OscClient* const client, const uint64_t control)
{
  for (uint32_t i = 0; i < LIMIT_TOUCHES; ++i) {
    if (client->pickups[i].control == control) {
      return &client->pickups[i];
    }
  }
  Pickup* const pickup =
    &client->pickups[client->next_pickup++ % LIMIT_TOUCHES];
  *pickup = (Pickup){.control = control, .sent = -1.0};
  return pickup;
}

/// The value as it is, in shares of its range; false if it has none
static bool
ask_real(Dispatch* const     dispatch,
         const OscRow* const row,
         OscCall             call,
         double* const       real)
{
  Reply* const  reply = &dispatch->feedback;
  const ReplyTo to    = {call.address, false, 0};
  reply_init(reply, &to, row, TWIN_NONE);
  reply->dispatch = dispatch;
  call.reply      = reply;
  call.args       = NULL;
  call.num_args   = 0;
  if (call.row->get(dispatch->services, &call) || reply->num_args != 1) {
    return false;
  }
  const PacketArg* const arg = &reply->args[0];
  if (arg->type != 'h' && arg->type != 'd') {
    return false;
  }
  *real =
    scale_to_norm(&row->args[0], arg->type == 'h' ? (double)arg->h : arg->d);
  return true;
}

/// The value that is sent, in shares of its range
static double
sent_share(const ArgInfo* const info, const CallArg* const arg)
{
  return scale_to_norm(info,
                       info->type == ARG_INT     ? arg->i
                       : info->type == ARG_BEATS ? ticks_to_beats(arg->ticks)
                       : info->type == ARG_TEMPO ? tempo_to_bpm(arg->tempo)
                                                 : arg->f);
}

bool
dispatch_holds_back(Dispatch* const      dispatch,
                    const Target* const  target,
                    const OscCall* const call,
                    const OscRow* const  row)
{
  OscClient* const client = dispatch->turn.client;
  double           real   = 0.0;
  if (!client->takeover || !row_has_norm(row) || call->num_args != 1 ||
      !row->get || !ask_real(dispatch, row, *call, &real)) {
    return false;
  }

  Pickup* const pickup = find_pickup(client, control_hash(target));
  const double  sent   = sent_share(&row->args[0], &call->args[0]);
  const bool    passed =
    pickup->sent >= 0.0 && (pickup->sent - real) * (sent - real) <= 0.0;
  const bool moved = fabs(pickup->real - real) > 1e-3;
  pickup->taken =
    (pickup->taken && !moved) || passed || fabs(sent - real) < NEAR;
  pickup->sent = sent;
  pickup->real = sent;
  return !pickup->taken;
}
