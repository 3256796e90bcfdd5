// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/schema.h"

#include "cli/schema_page.h"
#include "osc/schema.h"
#include "osc/schema_json.h"
#include "services/preset_schema.h"

#include <jansson.h>

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/// Write JSON and release it; false if it could not be
static bool
put_json(json_t* const json)
{
  const size_t flags  = JSON_INDENT(2) | JSON_REAL_PRECISION(9);
  const bool   failed = !json || json_dumpf(json, stdout, flags);
  json_decref(json);
  return !failed && putchar('\n') != EOF;
}

static bool
put_table(void)
{
  return put_json(schema_json(schema_rows, schema_num_rows));
}

static bool
put_oscquery(void)
{
  return put_json(schema_oscquery(schema_rows, schema_num_rows));
}

static bool
put_markdown(void)
{
  return schema_markdown(stdout, schema_rows, schema_num_rows);
}

static bool
put_man(void)
{
  return schema_man(stdout, schema_rows, schema_num_rows);
}

static bool
put_composition(void)
{
  return puts(composition_schema) != EOF;
}

static bool
put_instrument(void)
{
  return put_json(preset_schema_instrument());
}

static bool
put_kit(void)
{
  return put_json(preset_schema_kit());
}

static bool
put_effect(void)
{
  return put_json(preset_schema_effect());
}

static bool
put_chain(void)
{
  return put_json(preset_schema_chain());
}

static const struct {
  const char* name;
  bool (*put)(void);
} formats[] = {
  {"markdown", put_markdown},
  {"json", put_table},
  {"man", put_man},
  {"oscquery", put_oscquery},
  {"composition", put_composition},
  {"instrument", put_instrument},
  {"kit", put_kit},
  {"effect", put_effect},
  {"chain", put_chain},
};

#define NUM_FORMATS (sizeof(formats) / sizeof(formats[0]))

static const char help[] =
  "Usage: sonic-claude schema [--format FORMAT]\n"
  "Write down the whole OSC surface, or what a kind of files may have.\n"
  "\n"
  "  --format markdown   a reference to read (default)\n"
  "  --format json       all that is known of each address, for programs\n"
  "  --format man        source of the page sonic-claude-osc(7)\n"
  "  --format oscquery   an OSCQuery namespace\n"
  "  --format composition, instrument, kit, effect or chain\n"
  "                      a JSON Schema of such files\n"
  "  --help              this text\n";

static int
wrong_usage(const char* const what)
{
  fprintf(stderr,
          "sonic-claude schema: expected --format markdown, json, man, "
          "oscquery, composition, instrument, kit, effect or chain, not %s\n",
          what);
  return 2;
}

static int
put_format(const size_t format)
{
  if (!formats[format].put() || fflush(stdout)) {
    perror("sonic-claude schema: cannot write");
    return 1;
  }
  return 0;
}

int
cli_schema(const int argc, char** const argv)
{
  static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
  };

  size_t format = 0;
  opterr        = 0;
  optind        = 0;
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (c == 'h') {
      fputs(help, stdout);
      return fflush(stdout) ? 1 : 0;
    }
    if (c != 'f') {
      return wrong_usage(argv[optind - 1]);
    }
    for (format = 0; strcmp(formats[format].name, optarg);) {
      if (++format == NUM_FORMATS) {
        return wrong_usage(optarg);
      }
    }
  }
  return optind < argc ? wrong_usage(argv[optind]) : put_format(format);
}
