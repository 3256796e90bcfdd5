// SPDX-License-Identifier: GPL-3.0-or-later
//
// The conformance probe: what its parts share
//
// The probe walks the schema and tries each address of a running daemon from
// outside.  What is to be tried follows from the row alone, so a new address is
// covered by being in the table.  `probe.c` sets the scene, `probe_talk.c`
// sends and judges answers, `probe_place.c` finds addresses to try,
// `probe_value.c` and `probe_limit.c` try values and `probe_call.c` whatever
// does something.

#ifndef SONIC_CLI_PROBE_H
#define SONIC_CLI_PROBE_H

#include "cli/probe_link.h"
#include "osc/schema.h"

#include <stdbool.h>
#include <stdint.h>

/// Room for an address
#define PROBE_ADDRESS_SIZE 512u

/// Room for a text that is sent or heard
#define PROBE_TEXT_SIZE 2048u

/// Most values of an answer that are looked at
#define PROBE_MAX_VALUES 32u

/// Most places where an address is tried
#define PROBE_MAX_PLACES 8u

/// A value as it was heard
typedef struct {
  char   type;   ///< Type tag
  double number; ///< NaN if it is none
  char   text[PROBE_TEXT_SIZE];
} ProbeValue;

typedef enum {
  PROBE_NONE,  ///< No answer
  PROBE_VALUE, ///< One message on the address
  PROBE_LIST,  ///< Items on the address, then their count
  PROBE_REPLY, ///< `/reply`
  PROBE_ERROR, ///< `/error`, or its like through `/call`
  PROBE_MANY,  ///< More than one answer
  PROBE_LOST,  ///< The daemon does not answer any more
} ProbeAnswerType;

/// What a message was answered
typedef struct {
  ProbeAnswerType type;
  uint32_t        num_values;
  ProbeValue      values[PROBE_MAX_VALUES]; ///< Of the last message
  uint32_t        num_items;                ///< Of a list
  char            code[32];                 ///< Of an error
  char            text[256];                ///< Likewise
} ProbeAnswer;

/// Arguments to be sent
typedef struct {
  uint32_t  count;
  PacketArg args[SCHEMA_MAX_ARGS];
} ProbeArgs;

typedef struct {
  const char* host;
  int64_t     port;
  const char* only; ///< Text that addresses must have in them
  bool        verbose;
  bool        is_lost; ///< The daemon does not answer any more

  // The present transport
  const char* transport;             ///< "UDP" or "TCP"
  ProbeLink   setter;                ///< Who sets
  ProbeLink   other;                 ///< Who hears of it
  char        things[NUM_KINDS][64]; ///< A thing of each kind, or ""
  char        before[96];            ///< Composition that was open, or ""
  char        scratch[96];           ///< The one that we work on

  // The present row
  const OscRow* row;
  uint32_t      num_row_faults;

  // In all
  uint32_t num_rows;
  uint32_t num_checks;
  uint32_t num_faults;
  uint32_t num_skipped; ///< Addresses that nothing could be found for
} Probe;

// probe_talk.c

/// Send a message and take its answer
const ProbeAnswer*
probe_ask(Probe* probe, const char* address, const ProbeArgs* args);

/// Likewise with one argument, or none if it is null
const ProbeAnswer*
probe_set(Probe* probe, const char* address, const PacketArg* arg);

/// Send a message whose answer may take a while and wait for it
const ProbeAnswer*
probe_ask_long(Probe* probe, const char* address, const ProbeArgs* args);

/// Read an argument of a message
ProbeValue
probe_value(const PacketMessage* message, uint32_t index);

/// A number or text as an argument
PacketArg
probe_number(char type, double number);
PacketArg
probe_text(const char* text);

/// What an answer is, in words; returns `text`
char*
probe_describe(const ProbeAnswer* answer, char text[PROBE_TEXT_SIZE]);

/// Count a check, and say that it failed unless `good`; returns `good`
bool
probe_check(Probe*      probe,
            bool        good,
            const char* address,
            const char* format,
            ...) __attribute__((format(printf, 4, 5)));

/// Check that an answer is an error with a code, null for any
bool
probe_expect_error(Probe*             probe,
                   const char*        address,
                   const ProbeAnswer* answer,
                   const char*        code,
                   const char*        what);

/// Subscribe a client to a pattern, or end that
void
probe_subscribe(Probe* probe, ProbeLink* link, const char* pattern, bool on);

/// Wait until a client has heard a value at an address
bool
probe_hears(ProbeLink* link, const char* address, const ProbeValue* value);

/// Whether two values are the same, as near as singles are
bool
probe_same(const ProbeValue* a, const ProbeValue* b);

// probe_place.c

/// Addresses at which a row can be tried
typedef struct {
  uint32_t count;
  char     addresses[PROBE_MAX_PLACES][PROBE_ADDRESS_SIZE];
} ProbePlaces;

/// Find where a row can be tried
void
probe_find_places(Probe* probe, const OscRow* row, ProbePlaces* out);

/// Find a thing of each kind for the placeholders
void
probe_find_things(Probe* probe);

/// Arguments that a row takes
void
probe_make_args(const Probe* probe, const OscRow* row, ProbeArgs* out);

// probe_value.c

/// A value that is being tried
typedef struct {
  Probe*         probe;
  const OscRow*  row;
  const ArgInfo* arg;
  const char*    address;
  ProbeValue     was; ///< Before it was set
  ProbeValue     now; ///< After
} ProbeTrial;

/// Whether an argument is a number in a range
bool
probe_is_number(const ArgInfo* arg);

/// Ask for the value; false if that fails
bool
probe_trial_ask(const ProbeTrial* trial, ProbeValue* out);

/// Check that the value is what it should be
void
probe_trial_expect(const ProbeTrial* trial,
                   const ProbeValue* value,
                   const char*       when);

/// Try a value or what can only be read
void
probe_try_value(Probe* probe, const ProbePlaces* places);

// probe_limit.c

/// Beyond its range it clamps or is refused
void
probe_try_range(const ProbeTrial* trial);

/// What is no value is refused and changes nothing
void
probe_try_nonsense(const ProbeTrial* trial);

/// `/norm`, `/text` and `/touch`
void
probe_try_twins(const ProbeTrial* trial);

// probe_call.c

/// Try a trigger, a command or a query
void
probe_try_call(Probe* probe, const ProbePlaces* places);

#endif // SONIC_CLI_PROBE_H
