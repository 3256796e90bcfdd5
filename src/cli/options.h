// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options of a subcommand as a table
//
// A row gives name, argument and help of an option and where its value goes.
// A value is taken from the command line, else from the environment variable
// SONIC_CLAUDE_<NAME>, else it stays as it was.

#ifndef SONIC_CLI_OPTIONS_H
#define SONIC_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
  OPTION_FLAG,   ///< `bool*`
  OPTION_TEXT,   ///< `const char**`, borrowed from the command line
  OPTION_TEXTS,  ///< `OptionTexts*`, may be repeated
  OPTION_WHOLE,  ///< `int64_t*`, from `min` to `max`
  OPTION_NUMBER, ///< `double*`, from `min` to `max`
  OPTION_WORD,   ///< `int*`, index into `words`
} OptionType;

/// Most values of an option that may be repeated
#define OPTION_MAX_TEXTS 32u

typedef struct {
  const char* texts[OPTION_MAX_TEXTS + 1u]; ///< Ends with null
  uint32_t    count;
} OptionTexts;

typedef struct {
  const char*        name;   ///< "--rate"
  const char*        letter; ///< "-o", or null
  OptionType         type;
  void*              value;
  const char*        argument; ///< "HZ", null for a flag
  const char*        help;
  double             min;
  double             max;
  const char* const* words; ///< Of OPTION_WORD, ends with null
} Option;

// clang-format off
/// Options that say where the daemon runs: a `const char**`, an `int64_t*`
#define DAEMON_OPTIONS(host, port)                                             \
  {"--host", NULL, OPTION_TEXT, host, "HOST",                                  \
   "where the daemon runs (127.0.0.1)", 0, 0, NULL},                           \
  {"--port", NULL, OPTION_WHOLE, port, "N", "its port (7770)", 1, 65535, NULL}
// clang-format on

/// What a subcommand takes
typedef struct {
  const char*   name;      ///< "render"
  const char*   arguments; ///< "COMPOSITION -o FILE [OPTION...]"
  const char*   summary;   ///< One sentence
  const Option* options;
  uint32_t      num_options;
  int           min_args; ///< Least arguments that are no options
  int           max_args; ///< Most, -1 for any number
} Usage;

/// What came of reading a command line
typedef enum {
  OPTIONS_GO,   ///< Go on
  OPTIONS_HELP, ///< Help was printed: exit with 0
  OPTIONS_BAD,  ///< One line was printed on stderr: exit with 2
} OptionsResult;

/**
   Read a command line.

   @param usage What it may hold.
   @param argc Number of `argv`, of which the first is the subcommand.
   @param argv Its words; arguments that are no options are moved to the front.
   @param num_args Receives how many those are.
*/
OptionsResult
options_read(const Usage* usage, int argc, char** argv, int* num_args);

#endif // SONIC_CLI_OPTIONS_H
