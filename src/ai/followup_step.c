// SPDX-License-Identifier: GPL-3.0-or-later
//
// More or less of what was done last
//
// A request keeps the values it changed as they were before, so the step it
// made can be made longer or shorter.  Edits of notes have no value to go back
// to: they are taken back and done again with another one.

#include "ai/request.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// How a value of a tool is scaled by a factor of how much was done
typedef enum {
  STEP_VALUE,  ///< Between what was and what is
  STEP_LINEAR, ///< The argument times the factor
  STEP_WHOLE,  ///< The same, in whole numbers, at least one
  STEP_POWER,  ///< To the power of it: factors
  STEP_SWING,  ///< From 50 on
  STEP_AGAIN,  ///< Done once more, or not at all
} StepKind;

typedef struct {
  const char* tool;
  const char* operation; ///< Of `edit_notes`, else null
  const char* key;       ///< The argument
  StepKind    kind;
} Step;

// clang-format off
static const Step steps[] = {
  // tool                  operation    key      kind
  {"set_channel",          NULL,        "fader", STEP_VALUE},
  {"set_channel",          NULL,        "pan",   STEP_VALUE},
  {"set_channel",          NULL,        "width", STEP_VALUE},
  {"set_send",             NULL,        "level", STEP_VALUE},
  {"set_effect_parameter", NULL,        "value", STEP_VALUE},
  {"add_effect",           NULL,        NULL,    STEP_VALUE},
  {"set_tempo",            NULL,        "tempo", STEP_VALUE},
  {"edit_notes",           "transpose", "value", STEP_WHOLE},
  {"edit_notes",           "velocity",  "value", STEP_LINEAR},
  {"edit_notes",           "humanize",  "value", STEP_LINEAR},
  {"edit_notes",           "length",    "value", STEP_POWER},
  {"edit_notes",           "swing",     "value", STEP_SWING},
  {"edit_notes",           "thin",      NULL,    STEP_AGAIN},
  {"edit_notes",           "fill",      NULL,    STEP_AGAIN},
  {"edit_notes",           "vary",      NULL,    STEP_AGAIN},
  {"edit_notes",           "accent",    NULL,    STEP_AGAIN},
};
// clang-format on

static const char*
text_of(const json_t* const object, const char* const key)
{
  const char* const text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static Id
id_of(const json_t* const args, const char* const key)
{
  Id id = ID_NONE;
  id_parse(text_of(args, key), &id);
  return id;
}

/// How a call can be stepped; null if it can't
static const Step*
find_step(const char* const tool, const json_t* const args)
{
  for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); ++i) {
    const Step* const step = &steps[i];
    if (!strcmp(step->tool, tool) &&
        (!step->operation ||
         !strcmp(step->operation, text_of(args, "operation"))) &&
        (!step->key || json_object_get(args, step->key))) {
      return step;
    }
  }

  return NULL;
}

// Values

/// The parameter of an effect that says how much of it there is
static const char*
amount_of(const char* const type)
{
  static const char* const names[] = {"mix", "drive", "gain", "ratio"};
  double                   min     = 0.0;
  double                   initial = 0.0;
  double                   max     = 0.0;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
    if (daw_effect_param(type, names[i], &min, &initial, &max)) {
      return names[i];
    }
  }

  return daw_effect_param_at(type, 0);
}

/// The effect that a call is about: it names it, or has added it last
static const Effect*
effect_of(Services* const services, const json_t* const args)
{
  const Composition* const root = services_document(services);
  const Channel* const     owner =
    composition_channel(root, id_of(args, "track_id"));
  const Effect* found =
    (const Effect*)composition_find(root, id_of(args, "effect_id"));
  for (uint32_t i = 0; owner && i < id_list_count(owner->effects); ++i) {
    const Effect* const effect =
      (const Effect*)composition_find(root, owner->effects->ids[i]);
    found = !strcmp(string_text(effect->type), text_of(args, "effect_name"))
              ? effect
              : found;
  }

  return found;
}

/// The present value of what a call sets; NaN if it is not there
static double
value_now(Services* const     services,
          const Step* const   step,
          const json_t* const args)
{
  const Composition* const root = services_document(services);
  const Channel* const     channel =
    composition_channel(root, id_of(args, "channel"));
  if (!strcmp(step->tool, "set_tempo")) {
    return tempo_to_bpm(root->tempo);
  }

  if (!strcmp(step->tool, "set_channel")) {
    return !channel                      ? NAN
           : !strcmp(step->key, "fader") ? channel->fader_db
           : !strcmp(step->key, "pan")   ? channel->pan
                                         : channel->width;
  }

  const Effect* const effect = effect_of(services, args);
  if (effect) {
    return daw_effect_value(effect,
                            step->key ? text_of(args, "parameter")
                                      : amount_of(string_text(effect->type)));
  }

  return NAN;
}

json_t*
followup_value(Services* const     services,
               const char* const   tool,
               const json_t* const args)
{
  const Step* const step = find_step(tool, args);
  if (!step || step->kind != STEP_VALUE) {
    return NULL;
  }

  // What is added was not there
  const double now = step->key ? value_now(services, step, args) : 0.0;
  return isnan(now) ? NULL : json_real(now);
}

// Stepping

/// How much of the step the words ask for: 1 is what was done
static double
factor_of(const Request* const request)
{
  const bool   small = request_says(request, "small");
  const bool   big   = request_says(request, "big");
  const double step  = small ? 0.5 : big ? 2.0 : 1.0;
  if (request_says(request, "half")) {
    return 0.5;
  }

  if (request_says(request, "double")) {
    return 2.0;
  }

  if (request_says(request, "toomuch") || request_says(request, "less") ||
      (request_says(request, "too") && !request_says(request, "more"))) {
    return small ? 0.75 : big ? 0.25 : 0.5;
  }

  return 1.0 + step;
}

/// Set what a call has set to another value
static void
set_value(Turn* const         turn,
          const Step* const   step,
          const json_t* const args,
          const double        was,
          const double        factor)
{
  const double        now     = value_now(turn->services, step, args);
  const Effect* const effect  = effect_of(turn->services, args);
  const Id            owner   = effect ? effect->owner : id_of(args, "channel");
  double              to      = was + (now - was) * factor;
  double              min     = -1e9;
  double              initial = 0.0;
  double              max     = 1e9;
  char                what[64];
  char                param[40] = "";
  if (isnan(now)) {
    return;
  }

  json_t* next = json_deep_copy(args);
  snprintf(what, sizeof(what), "%s", step->key ? step->key : "");
  if (effect) {
    const char* const type = string_text(effect->type);
    snprintf(param,
             sizeof(param),
             "%s",
             step->key ? text_of(args, "parameter") : amount_of(type));
    daw_effect_param(type, param, &min, &initial, &max);
    snprintf(what, sizeof(what), "%s of the %.30s", param, type);
    // Added in full, it is no measure of how much more is meant
    to = step->key || factor < 1.0 ? to : now + now * (factor - 1.0) * 0.5;
    json_decref(next);
    next = json_pack(
      "{s:o, s:s}", "effect_id", id_json(effect->node.id), "parameter", param);
  } else if (!strcmp(what, "fader")) {
    min = -60.0;
    max = 12.0;
  } else if (!strcmp(what, "pan")) {
    min = -1.0;
    max = 1.0;
  } else if (!strcmp(what, "width")) {
    min = 0.0;
    max = 2.0;
  } else {
    min = 20.0;
    max = 300.0;
  }

  to = fmax(min, fmin(max, to));
  json_object_set_new(
    next, effect ? "value" : step->key, json_real(round(to * 1000.0) / 1000.0));
  if (!turn_do(turn, effect ? "set_effect_parameter" : step->tool, next)) {
    return;
  }

  if (owner != ID_NONE) {
    turn_touch(turn, owner);
    turn_say(turn,
             "The %s%s%s is %g now (it was %g).",
             what,
             effect ? " on " : " of ",
             turn_name(turn, owner),
             round(to * 100.0) / 100.0,
             round(now * 100.0) / 100.0);
  } else {
    turn_say(turn, "The %s is %g now (it was %g).", what, to, now);
  }
}

/// The argument of an edit, scaled
static double
scaled(const Step* const step, const double value, const double factor)
{
  const double whole = round(value * factor);
  switch (step->kind) {
    case STEP_WHOLE:
      return whole != 0.0 ? whole : value > 0.0 ? 1.0 : -1.0;
    case STEP_POWER:
      return pow(value, factor);
    case STEP_SWING:
      return fmin(75.0, 50.0 + (value - 50.0) * factor);
    default:
      return value * factor;
  }
}

/// Do an edit of notes again, by more or less
static void
edit_again(Turn* const         turn,
           const Step* const   step,
           const json_t* const args,
           const double        factor)
{
  const Id id = id_of(args, "track");
  if (step->kind == STEP_AGAIN && factor < 1.0) {
    turn_say(turn, "Took that back on %s.", turn_name(turn, id));
    return;
  }

  json_t* const next = json_deep_copy(args);
  if (step->key) {
    json_object_set_new(
      next,
      step->key,
      json_real(scaled(
        step, json_number_value(json_object_get(args, step->key)), factor)));
  }

  const uint32_t times = step->kind == STEP_AGAIN ? 2 : 1;
  bool           done  = true;
  for (uint32_t i = 0; done && i < times; ++i) {
    done = turn_do(turn, "edit_notes", json_incref(next));
  }

  if (done) {
    turn_say(turn,
             "%s %s of %s.",
             factor < 1.0 ? "Less" : "More",
             text_of(args, "operation"),
             turn_name(turn, id));
    turn_touch(turn, id);
  }

  json_decref(next);
}

bool
followup_step(Request* const request)
{
  Turn* const         turn   = &request->turn;
  const json_t* const tools  = request->memory.tools;
  const double        factor = factor_of(request);
  size_t              i      = 0;
  bool                any    = false;
  bool                edits  = false;
  const json_t*       item   = NULL;
  json_array_foreach(tools, i, item)
  {
    const Step* const step =
      find_step(text_of(item, "tool"), json_object_get(item, "args"));
    any   = any || step;
    edits = edits || (step && step->kind != STEP_VALUE);
  }

  if (!any || (edits && daw_take_back(turn->services, request->memory.base))) {
    return false;
  }

  request->base = edits ? request->memory.base : request->base;
  json_array_foreach(tools, i, item)
  {
    const json_t* const args = json_object_get(item, "args");
    const json_t* const was  = json_object_get(item, "was");
    const Step* const   step = find_step(text_of(item, "tool"), args);
    if (step && step->kind != STEP_VALUE) {
      edit_again(turn, step, args, factor);
    } else if (step && was && !edits) {
      set_value(turn, step, args, json_number_value(was), factor);
    }
  }

  request->understood = request->num_clauses;
  snprintf(request->text, sizeof(request->text), "%s", request->memory.text);
  return true;
}
