// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_help(const Usage* const usage)
{
  printf("Usage: sonic-claude %s %s\n%s\n\n",
         usage->name,
         usage->arguments,
         usage->summary);
  for (uint32_t i = 0; i < usage->num_options; ++i) {
    const Option* const option = &usage->options[i];
    char                term[64];
    snprintf(term,
             sizeof(term),
             "%s%s%s%s%s",
             option->letter ? option->letter : "",
             option->letter ? ", " : "",
             option->name,
             option->argument ? " " : "",
             option->argument ? option->argument : "");
    printf("  %-24s %s\n", term, option->help);
  }

  printf("  %-24s %s\n", "--help", "this text");
}

/// Print what was expected; returns false
static bool
expected(const Usage* const  usage,
         const Option* const option,
         const char* const   text)
{
  fprintf(stderr, "sonic-claude %s: expected ", usage->name);
  switch (option->type) {
    case OPTION_WHOLE:
      fprintf(stderr,
              "a whole number from %.0f to %.0f for %s",
              option->min,
              option->max,
              option->name);
      break;
    case OPTION_NUMBER:
      fprintf(stderr,
              "a number from %g to %g for %s",
              option->min,
              option->max,
              option->name);
      break;
    case OPTION_WORD:
      for (uint32_t i = 0; option->words[i]; ++i) {
        fprintf(stderr, "%s%s", i ? "|" : "", option->words[i]);
      }
      fprintf(stderr, " for %s", option->name);
      break;
    default:
      fprintf(stderr, "at most %u times %s", OPTION_MAX_TEXTS, option->name);
      break;
  }

  fprintf(stderr, ", not \"%s\"\n", text);
  return false;
}

static bool
take_number(const Option* const option,
            const char* const   text,
            double* const       out)
{
  char* end = NULL;
  errno     = 0;
  *out      = strtod(text, &end);
  return *text && !*end && !errno && *out >= option->min &&
         *out <= option->max &&
         (option->type == OPTION_NUMBER || *out == floor(*out));
}

static bool
take_value(const Usage* const  usage,
           const Option* const option,
           const char* const   text)
{
  double number = 0.0;
  switch (option->type) {
    case OPTION_FLAG:
      *(bool*)option->value = strcmp(text, "0") && strcmp(text, "");
      return true;
    case OPTION_TEXT:
      *(const char**)option->value = text;
      return true;
    case OPTION_TEXTS: {
      OptionTexts* const texts = (OptionTexts*)option->value;
      if (texts->count == OPTION_MAX_TEXTS) {
        return expected(usage, option, text);
      }
      texts->texts[texts->count++] = text;
      return true;
    }
    case OPTION_WHOLE:
      if (!take_number(option, text, &number)) {
        return expected(usage, option, text);
      }
      *(int64_t*)option->value = (int64_t)number;
      return true;
    case OPTION_NUMBER:
      if (!take_number(option, text, &number)) {
        return expected(usage, option, text);
      }
      *(double*)option->value = number;
      return true;
    case OPTION_WORD:
      for (int i = 0; option->words[i]; ++i) {
        if (!strcmp(text, option->words[i])) {
          *(int*)option->value = i;
          return true;
        }
      }
      return expected(usage, option, text);
  }

  return false;
}

/// Take what the environment says, for options of two letters and more
static bool
read_environment(const Usage* const usage)
{
  for (uint32_t i = 0; i < usage->num_options; ++i) {
    const Option* const option   = &usage->options[i];
    char                name[64] = "SONIC_CLAUDE_";
    size_t              length   = strlen(name);
    for (const char* c = option->name + 2; *c && length < 63u; ++c) {
      name[length++] = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
    }

    name[length]           = '\0';
    const char* const text = getenv(name);
    if (text && !take_value(usage, option, text)) {
      return false;
    }
  }

  return true;
}

/// The option that a word begins; `text` receives what follows a `=`
static const Option*
find_option(const Usage* const usage,
            const char* const  word,
            const char** const text)
{
  const char* const equals = strchr(word, '=');
  const size_t      length = equals ? (size_t)(equals - word) : strlen(word);
  *text                    = equals ? equals + 1 : NULL;
  for (uint32_t i = 0; i < usage->num_options; ++i) {
    const Option* const option = &usage->options[i];
    if ((strlen(option->name) == length &&
         !strncmp(option->name, word, length)) ||
        (option->letter && !strcmp(option->letter, word))) {
      return option;
    }
  }

  return NULL;
}

/// Whether a word is an option rather than an argument such as `-` or `-3.5`
static bool
is_option(const char* const word)
{
  return word[0] == '-' && word[1] && !isdigit((unsigned char)word[1]) &&
         word[1] != '.';
}

/// Repeated options of the command line replace those of the environment
static void
forget_texts(const Option* const option, bool* const forgotten)
{
  if (option->type == OPTION_TEXTS && !*forgotten) {
    memset(option->value, 0, sizeof(OptionTexts));
  }

  *forgotten = true;
}

static OptionsResult
read_words(const Usage* const usage,
           const int          argc,
           char** const       argv,
           int* const         num_args)
{
  bool forgotten[64] = {false};
  bool only_args     = false;
  for (int i = 1; i < argc; ++i) {
    const char* text = NULL;
    if (!only_args && !strcmp(argv[i], "--")) {
      only_args = true;
      continue;
    }

    if (only_args || !is_option(argv[i])) {
      argv[(*num_args)++] = argv[i];
      continue;
    }

    if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
      print_help(usage);
      return OPTIONS_HELP;
    }

    const Option* const option = find_option(usage, argv[i], &text);
    if (!option) {
      fprintf(stderr,
              "sonic-claude %s: expected an option of those that "
              "`sonic-claude %s --help` lists, not %s\n",
              usage->name,
              usage->name,
              argv[i]);
      return OPTIONS_BAD;
    }

    if (!text && option->type == OPTION_FLAG) {
      text = "1";
    } else if (!text && i + 1 < argc) {
      text = argv[++i];
    } else if (!text) {
      fprintf(stderr,
              "sonic-claude %s: expected %s after %s\n",
              usage->name,
              option->argument,
              option->name);
      return OPTIONS_BAD;
    }

    forget_texts(option, &forgotten[(option - usage->options) % 64]);
    if (!take_value(usage, option, text)) {
      return OPTIONS_BAD;
    }
  }

  return OPTIONS_GO;
}

OptionsResult
options_read(const Usage* const usage,
             const int          argc,
             char** const       argv,
             int* const         num_args)
{
  *num_args = 0;
  if (!read_environment(usage)) {
    return OPTIONS_BAD;
  }

  const OptionsResult result = read_words(usage, argc, argv, num_args);
  if (result != OPTIONS_GO) {
    return result;
  }

  if (*num_args < usage->min_args ||
      (usage->max_args >= 0 && *num_args > usage->max_args)) {
    fprintf(stderr,
            "sonic-claude %s: expected %s %s\n",
            usage->name,
            usage->name,
            usage->arguments);
    return OPTIONS_BAD;
  }

  return OPTIONS_GO;
}
