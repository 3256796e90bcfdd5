// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/random_value.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
random_need(const bool ok)
{
  if (!ok) {
    fprintf(stderr, "a random document could not be made\n");
    abort();
  }
}

// Values

/// A number between two, often one that is short in decimals
static double
random_number(Random* const random, const double min, const double max)
{
  const double part = (double)(random_next(random) >> 11u) / 9007199254740992.0;
  const double any  = min + part * (max - min);
  const double scaled =
    (double)(int64_t)(any * 100.0 + (any < 0.0 ? -0.5 : 0.5)) / 100.0;
  const double value = random_chance(random, 3) ? any : scaled;
  return value < min ? min : value > max ? max : value;
}

static Ticks
random_ticks(Random* const random, const double min_beats, const double beats)
{
  const Ticks min  = (Ticks)(min_beats * TICKS_PER_BEAT);
  const Ticks room = (Ticks)(beats * TICKS_PER_BEAT) - min;
  const Ticks grid = random_chance(random, 4) ? 1 : TICKS_PER_BEAT / 960;
  return min + (Ticks)random_below(random, (uint64_t)(room / grid)) * grid;
}

static String*
random_string(Random* const random, const unsigned max)
{
  static const char* const pieces[] = {"a",
                                       "B",
                                       "7",
                                       " ",
                                       "-",
                                       "\"",
                                       "\\",
                                       "\n",
                                       "\t",
                                       "\x01",
                                       "\x7f",
                                       "é",
                                       "音",
                                       "🎛",
                                       "/",
                                       "null",
                                       "{}"};

  char           text[512] = "";
  const unsigned count     = (unsigned)random_below(random, 12);
  for (unsigned i = 0; i < count; ++i) {
    const char* const piece =
      pieces[random_below(random, sizeof(pieces) / sizeof(pieces[0]))];
    if (strlen(text) + strlen(piece) < (max < 200u ? max : 200u)) {
      strcat(text, piece);
    }
  }

  return string_new(text);
}

/// Rows that begin with beats; `format` is that of json_pack for the rest
static json_t*
random_rows(Random* const random, const char* const key)
{
  json_t* const rows = json_array();
  double        beat = 0.0;
  for (unsigned n = (unsigned)random_below(random, 5); n; --n) {
    beat += random_number(random, 0.0, 50.0);

    json_t* const row = json_array();
    json_array_append_new(row, json_real(beat));
    if (!strcmp(key, "tempo_map")) {
      json_array_append_new(row, json_real(random_number(random, 20, 300)));
      json_array_append_new(
        row, json_string(random_chance(random, 2) ? "jump" : "ramp"));
    } else if (!strcmp(key, "signature_map")) {
      json_array_append_new(row, json_string("7/8"));
    } else if (!strcmp(key, "points")) {
      json_array_append_new(row, json_real(random_number(random, -60, 12)));
      json_array_append_new(row, json_string("linear"));
    } else {
      json_array_append_new(row, json_string("cc"));
      json_array_append_new(row, json_integer(1));
      json_array_append_new(
        row, json_integer((json_int_t)random_below(random, 128)));
    }

    json_array_append_new(rows, row);
  }

  return rows;
}

/// Clips of the track in rows of the launcher
static json_t*
random_slots(Random* const            random,
             const Composition* const root,
             const Track* const       track)
{
  json_t* const       slots  = json_object();
  const IdList* const scenes = root->order[KIND_SCENE];
  for (uint32_t i = 0; i < id_list_count(scenes); ++i) {
    const uint32_t count = id_list_count(track->clips);
    if (count && random_chance(random, 2)) {
      char scene[ID_TEXT_SIZE];
      char clip[ID_TEXT_SIZE];
      id_format(scenes->ids[i], scene);
      id_format(track->clips->ids[random_below(random, count)], clip);
      json_object_set_new(slots, scene, json_string(clip));
    }
  }

  return slots;
}

static json_t*
random_json(Random* const            random,
            const Composition* const root,
            const Node* const        node,
            const char* const        key)
{
  if (!strcmp(key, "slots")) {
    return random_slots(random, root, (const Track*)node);
  }

  if (!strcmp(key, "pads")) {
    return json_pack("{s:{s:f}}", "36", "level", random_number(random, -9, 9));
  }

  if (!strcmp(key, "tags")) {
    return json_pack("[s,s]", "loud", "é");
  }

  if (!strcmp(key, "chat")) {
    return json_pack("[{s:s}]", "text", "a \"quoted\" word");
  }

  if (!strcmp(key, "metadata") || !strcmp(key, "state")) {
    return json_pack("{s:i,s:[n,b,f]}", "x", 3, "y", 1, 0.1);
  }

  return random_rows(random, key);
}

static ClipNote
random_note(Random* const random)
{
  const ClipNote note = {random_ticks(random, 0, 64),
                         random_ticks(random, 0, 4) + 1,
                         (uint8_t)random_below(random, 128),
                         (uint8_t)(random_below(random, 127) + 1u)};
  return note;
}

NoteList*
random_notes(Random* const random)
{
  const uint32_t count =
    (uint32_t)random_below(random, random_chance(random, 10) ? 2000u : 20u);
  ClipNote* const notes = (ClipNote*)calloc(count + 1u, sizeof(ClipNote));
  NoteList*       list  = NULL;
  for (uint32_t i = 0; i < count; ++i) {
    notes[i] = random_note(random);
  }

  random_need(!note_list_build(notes, count, &list));
  free(notes);
  return list;
}

/// Add some notes and take some away
static NoteList*
changed_notes(Random* const random, const NoteList* const list)
{
  ClipNote added[8];
  ClipNote removed[8];
  uint32_t num_removed = 0;
  for (unsigned i = 0; i < 8u; ++i) {
    added[i] = random_note(random);
  }

  NoteCursor cursor = note_cursor(list);
  for (const ClipNote* note = NULL;
       num_removed < 8u && (note = note_next(&cursor));) {
    if (random_chance(random, 8)) {
      removed[num_removed++] = *note;
    }
  }

  NoteList* result = NULL;
  random_need(!note_list_change(list,
                                removed,
                                num_removed,
                                added,
                                (uint32_t)random_below(random, 9),
                                NULL,
                                &result));
  return result;
}

static ParamMap*
random_params(Random* const random)
{
  static const char* const symbols[] = {"cutoff", "attack", "mix", "q"};

  ParamMap* map = NULL;
  for (unsigned i = 0; i < 4u; ++i) {
    if (random_chance(random, 2)) {
      ParamMap*    larger = NULL;
      const double value  = random_number(random, -100, 20000);
      random_need(!param_map_set(map, symbols[i], value, false, &larger));
      param_map_release(map);
      map = larger;
    }
  }

  return map;
}

// Picking

Id
random_thing(Random* const            random,
             const Composition* const root,
             const Kind               kind)
{
  const IdList* const order = root->order[kind];
  const uint32_t      count = id_list_count(order);
  return count ? order->ids[random_below(random, count)] : ID_NONE;
}

typedef struct {
  uint64_t left;
  Id       id;
} Picking;

static bool
pick_node(void* const handle, const uint32_t number, const Node* const node)
{
  Picking* const picking = (Picking*)handle;
  (void)number;
  picking->id = node->id;
  return picking->left--;
}

Id
random_node(Random* const            random,
            const Composition* const root,
            const Kind               kind)
{
  const uint32_t count = table_count(root->things[kind]);
  if (!count) {
    return ID_NONE;
  }

  Picking picking = {random_below(random, count), ID_NONE};
  table_each(root->things[kind], pick_node, &picking);
  return picking.id;
}

Id
random_channel(Random* const random, const Composition* const root)
{
  const unsigned which = (unsigned)random_below(random, 4);
  const Id       id =
    !which ? ID_MASTER
                 : random_thing(random, root, which == 1u ? KIND_BUS : KIND_TRACK);
  return id ? id : ID_MASTER;
}

/// A bus that a channel may lead to: later than itself, so nothing goes round
static Id
pick_target(Random* const random, const Composition* const root, const Id from)
{
  const Id id = random_thing(random, root, KIND_BUS);
  return id_kind(from) == KIND_MASTER || !id ||
             (id_kind(from) == KIND_BUS && id <= from)
           ? ID_MASTER
           : id;
}

static SendList*
random_sends(Random* const random, const Composition* const root, const Id from)
{
  const Id bus = pick_target(random, root, from);
  if (bus == ID_MASTER) {
    return NULL;
  }

  SendList* const sends    = send_list_new(1);
  sends->sends[0].bus      = bus;
  sends->sends[0].level_db = random_number(random, -60, 12);
  sends->sends[0].pre      = random_chance(random, 2);
  return sends;
}

// Fields

/// Give a field of a node of our own a random value
static void
randomize_field(Random* const            random,
                const Composition* const root,
                Node* const              node,
                const Field* const       field)
{
  void* const at = field_at(field, node);
  switch (field->type) {
    case FIELD_BOOL:
      *(bool*)at = random_chance(random, 2);
      break;
    case FIELD_INT:
      *(int32_t*)at =
        (int32_t)field->min +
        (int32_t)random_below(random, (uint64_t)(field->max - field->min) + 1u);
      break;
    case FIELD_ENUM: {
      unsigned count = 0;
      while (field->words[count]) {
        ++count;
      }
      *(int32_t*)at = (int32_t)random_below(random, count);
      break;
    }
    case FIELD_FLOAT:
      *(double*)at = random_number(random, field->min, field->max);
      break;
    case FIELD_TICKS:
      *(Ticks*)at = random_ticks(
        random, field->min, field->max < 1000.0 ? field->max : 1000.0);
      *(Ticks*)at += field->flags & FIELD_OPEN && !*(Ticks*)at;
      break;
    case FIELD_TEMPO:
      *(MicroBpm*)at =
        tempo_from_double(random_number(random, field->min, field->max));
      break;
    case FIELD_SIGNATURE:
      ((Signature*)at)->beats = (uint8_t)(random_below(random, 12) + 1u);
      ((Signature*)at)->unit  = (uint8_t)(1u << random_below(random, 5));
      break;
    case FIELD_STRING:
      string_release(*(String**)at);
      *(String**)at = random_string(random, (unsigned)field->max);
      break;
    case FIELD_ID:
      if (!strcmp(field->key, "sample")) {
        *(Id*)at = random_thing(random, root, KIND_SAMPLE);
      } else if (!strcmp(field->key, "group")) {
        *(Id*)at = node->id == ID_MASTER
                     ? ID_NONE
                     : random_node(random, root, KIND_GROUP);
      } else if (!strncmp(field->key, "morph_", 6)) {
        *(Id*)at = random_node(random, root, KIND_SNAPSHOT);
      } else if (!strcmp(field->key, "output")) {
        *(Id*)at = pick_target(random, root, node->id);
      }
      break;
    case FIELD_NOTES: {
      NoteList* const old = *(NoteList**)at;
      *(NoteList**)at = random_chance(random, 2) ? changed_notes(random, old)
                                                 : random_notes(random);
      note_list_release(old);
      break;
    }
    case FIELD_SENDS:
      send_list_release(*(SendList**)at);
      *(SendList**)at = random_sends(random, root, node->id);
      break;
    case FIELD_PARAMS:
      param_map_release(*(ParamMap**)at);
      *(ParamMap**)at = random_params(random);
      break;
    case FIELD_JSON:
      json_drop(*(json_t**)at);
      *(json_t**)at = random_json(random, root, node, field->key);
      random_need(*(json_t**)at);
      break;
    case FIELD_IDS:
      break; // Derived, or set with the effects
  }
}

void
random_fields(Random* const            random,
              const Composition* const root,
              Node* const              node)
{
  const NodeInfo* const info = node_info(node->type);
  for (unsigned n = (unsigned)random_below(random, 4) + 1u; n; --n) {
    const Field* const field =
      &info->fields[random_below(random, info->num_fields)];
    if (strcmp(field->key, "id") && strcmp(field->key, "format") &&
        !(node->type == NODE_COMPOSITION && !strcmp(field->key, "name"))) {
      randomize_field(random, root, node, field);
    }
  }

  if (random_chance(random, 20)) {
    json_t* const extra = json_copy(node_extra(node));
    json_object_set_new(
      extra, "from the future", json_real(random_number(random, 0, 1)));
    node_set_extra(node, extra);
  }
}
