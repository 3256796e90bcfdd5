// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/field_codec.h"

#include "base/number.h"
#include "model/codec.h"
#include "model/notes_codec.h"

#include <stdio.h>

static void
write_ids(JsonWriter* const writer, const IdList* const ids)
{
  const bool compact = writer->compact;
  json_open(writer, '[', true);
  for (uint32_t i = 0; i < id_list_count(ids); ++i) {
    char text[ID_TEXT_SIZE];
    json_put_string(writer, id_format(ids->ids[i], text));
  }

  json_close(writer, ']', compact);
}

static void
write_sends(JsonWriter* const writer, const SendList* const sends)
{
  const bool compact = writer->compact;
  json_open(writer, '[', true);
  for (uint32_t i = 0; sends && i < sends->count; ++i) {
    char text[ID_TEXT_SIZE];
    json_open(writer, '{', true);
    json_key(writer, "bus");
    json_put_string(writer, id_format(sends->sends[i].bus, text));
    json_key(writer, "level");
    json_put_double(writer, sends->sends[i].level_db);
    json_key(writer, "pre");
    json_put_bool(writer, sends->sends[i].pre);
    json_close(writer, '}', true);
  }

  json_close(writer, ']', compact);
}

static void
write_params(JsonWriter* const writer, const ParamMap* const params)
{
  const bool compact = writer->compact;
  json_open(writer, '{', true);
  for (uint32_t i = 0; params && i < params->count; ++i) {
    json_key(writer, string_text(params->params[i].symbol));
    json_put_double(writer, params->params[i].value);
  }

  json_close(writer, '}', compact);
}

void
field_write(JsonWriter* const  writer,
            const Field* const field,
            const Node* const  node)
{
  const void* const at = field_of(field, node);
  char              text[NUMBER_SIZE];
  switch (field->type) {
    case FIELD_BOOL:
      json_put_bool(writer, *(const bool*)at);
      break;
    case FIELD_INT:
      json_put_int(writer, *(const int32_t*)at);
      break;
    case FIELD_FLOAT:
      json_put_double(writer, *(const double*)at);
      break;
    case FIELD_TICKS:
      json_put_text(writer, text, number_format_ticks(*(const Ticks*)at, text));
      break;
    case FIELD_TEMPO:
      json_put_text(
        writer, text, number_format_millionths(*(const MicroBpm*)at, text));
      break;
    case FIELD_SIGNATURE: {
      const Signature* const signature = (const Signature*)at;
      snprintf(text, sizeof(text), "%u/%u", signature->beats, signature->unit);
      json_put_string(writer, text);
      break;
    }
    case FIELD_ENUM:
      json_put_string(writer, field->words[*(const int32_t*)at]);
      break;
    case FIELD_STRING:
      json_put_string(writer, string_text(*(String* const*)at));
      break;
    case FIELD_ID: {
      const Id id = *(const Id*)at;
      char     name[ID_TEXT_SIZE];
      json_put_string(writer, id ? id_format(id, name) : "");
      break;
    }
    case FIELD_IDS:
      write_ids(writer, *(IdList* const*)at);
      break;
    case FIELD_NOTES:
      notes_write(writer, *(NoteList* const*)at);
      break;
    case FIELD_SENDS:
      write_sends(writer, *(SendList* const*)at);
      break;
    case FIELD_PARAMS:
      write_params(writer, *(ParamMap* const*)at);
      break;
    case FIELD_JSON:
      json_put_json(writer, *(json_t* const*)at);
      break;
  }
}

json_t*
field_encode(const Field* const field, const Node* const node)
{
  Text       text = {0};
  JsonWriter writer;
  json_writer_init(&writer, json_write_to_text, &text, true);
  field_write(&writer, field, node);

  json_t* const value =
    json_writer_flush(&writer)
      ? json_loadb(text.data, text.size, JSON_DECODE_ANY, NULL)
      : NULL;
  text_free(&text);
  return value;
}
