// SPDX-License-Identifier: GPL-3.0-or-later
//
// The generator refuses a schema that is wrong, and says where
//
// A folder in tests/osc/schema-cases is a case: `input.json` is a file of
// addresses, `document.json` is merged into the schema of compositions (null
// takes a key away), `error` is what the generator must say; empty: it must
// write its tables.

#include "support/temp_folder.h"

#include <jansson.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <dirent.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASES "tests/osc/schema-cases"
#define DOCUMENT "composition.schema.json"

/// Merge a patch into an object; null takes a key away
static void
merge(json_t* const object, json_t* const patch)
{
  const char* key   = NULL;
  json_t*     value = NULL;
  json_object_foreach(patch, key, value)
  {
    json_t* const old = json_object_get(object, key);
    if (json_is_null(value)) {
      json_object_del(object, key);
    } else if (json_is_object(value) && json_is_object(old)) {
      merge(old, value);
    } else {
      json_object_set(object, key, value);
    }
  }
}

/// Join a folder and a name
static void
join(char out[TEMP_PATH_SIZE], const char* const dir, const char* const name)
{
  assert_true(snprintf(out, TEMP_PATH_SIZE, "%s/%s", dir, name) <
              TEMP_PATH_SIZE);
}

/// Put the schema of a case into a folder
static void
prepare(const char* const folder, const char* const dir)
{
  char          from[TEMP_PATH_SIZE];
  char          to[TEMP_PATH_SIZE];
  json_t* const schema = json_load_file("osc-schema/" DOCUMENT, 0, NULL);
  assert_non_null(schema);

  join(from, folder, "document.json");
  if (!access(from, R_OK)) {
    json_t* const patch = json_load_file(from, 0, NULL);
    assert_non_null(patch);
    merge(schema, patch);
    json_decref(patch);
  }
  join(to, dir, DOCUMENT);
  assert_int_equal(json_dump_file(schema, to, 0), 0);
  json_decref(schema);

  join(from, folder, "input.json");
  if (!access(from, R_OK)) {
    unsigned long size = 0;
    void* const   text = temp_file_read(from, &size);
    join(to, dir, "input.json");
    temp_file_write(to, text, size);
    free(text);
  }
}

/// Run the generator; returns its exit code and what it said, to be freed
static int
generate(const char* const schema_dir, const char* const out_dir, char** said)
{
  // The generator is beside the folder that this program is in
  char          path[TEMP_PATH_SIZE] = "";
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
  assert_true(length > 0);
  const char* const build = dirname(dirname(dirname(path)));

  char command[4 * TEMP_PATH_SIZE];
  snprintf(command,
           sizeof(command),
           "'%s/generate' '%s' '%s' 2>&1",
           build,
           schema_dir,
           out_dir);
  FILE* const pipe = popen(command, "r");
  assert_non_null(pipe);

  char         text[8192];
  const size_t size = fread(text, 1, sizeof(text) - 1, pipe);
  text[size]        = '\0';
  const int status  = pclose(pipe);
  *said             = strdup(text);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void
check_case(const char* const name)
{
  char folder[TEMP_PATH_SIZE];
  char path[TEMP_PATH_SIZE];
  char dir[TEMP_PATH_SIZE];
  char out[TEMP_PATH_SIZE];
  join(folder, CASES, name);
  temp_folder_new(dir);
  temp_folder_new(out);
  prepare(folder, dir);

  unsigned long size = 0;
  char*         said = NULL;
  join(path, folder, "error");
  char* const expected = (char*)temp_file_read(path, &size);
  const int   code     = generate(dir, out, &said);
  if (strlen(said) != size || memcmp(said, expected, size)) {
    fail_msg("%s: said %s", name, said);
  }

  // Tables are written if and only if nothing is wrong
  assert_int_equal(code, size ? 1 : 0);
  assert_int_equal(temp_folder_count(out, ".c"), size ? 0 : 2);
  free(said);
  free(expected);
  temp_folder_remove(dir);
  temp_folder_remove(out);
}

static void
test_wrong_schemas_are_refused(void** const state)
{
  (void)state;
  DIR* const dir = opendir(CASES);
  assert_non_null(dir);
  unsigned num = 0;
  for (const struct dirent* entry; (entry = readdir(dir));) {
    if (entry->d_name[0] != '.') {
      check_case(entry->d_name);
      ++num;
    }
  }
  closedir(dir);
  assert_true(num >= 30);
}

static void
test_a_wrong_number_of_arguments_is_wrong_use(void** const state)
{
  (void)state;
  char* said = NULL;
  assert_int_equal(generate("osc-schema", "' '", &said), 2);
  assert_string_equal(said, "usage: generate SCHEMA_DIR OUT_DIR\n");
  free(said);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_wrong_schemas_are_refused),
    cmocka_unit_test(test_a_wrong_number_of_arguments_is_wrong_use),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
