// SPDX-License-Identifier: GPL-3.0-or-later
//
// A step of a scripted language model as the body of an answer

#ifndef SONIC_SUPPORT_MODEL_ANSWER_H
#define SONIC_SUPPORT_MODEL_ANSWER_H

#include "support/model_server.h"

/// The body, owned by the caller
char*
model_answer(ModelFormat format, const ModelStep* step);

#endif // SONIC_SUPPORT_MODEL_ANSWER_H
