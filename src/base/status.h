// SPDX-License-Identifier: GPL-3.0-or-later
//
// The outcome of an operation
//
// Zero is success.  The words of `status_code` are the error codes that the
// outside sees (`not-found`, `out-of-range`, ...).

#ifndef SONIC_BASE_STATUS_H
#define SONIC_BASE_STATUS_H

typedef enum {
  STATUS_OK,
  STATUS_UNKNOWN_ADDRESS, ///< No such address in the schema
  STATUS_BAD_ARGUMENT,    ///< A type, count or text that makes no sense
  STATUS_OUT_OF_RANGE,    ///< A number outside what is allowed
  STATUS_NOT_FOUND,       ///< The thing named is not there
  STATUS_EXISTS,          ///< The thing to be made is there already
  STATUS_BUSY,            ///< A queue is full: try again
  STATUS_CONFLICT,        ///< Not possible in the present state
  STATUS_DENIED,          ///< Not allowed
  STATUS_IO,              ///< A file or device failed
  STATUS_TOO_LARGE,       ///< Over a limit
  STATUS_NOT_READY,       ///< Will be there later
  STATUS_CANCELLED,       ///< Stopped on request
  STATUS_TIMEOUT,         ///< Took too long
  STATUS_UNSUPPORTED,     ///< A form that is not handled
  STATUS_READ_ONLY,       ///< Can be asked, not set
  STATUS_INTERNAL,        ///< A fault of this program
  STATUS_NO_MEMORY,       ///< An allocation failed (outside: `internal`)
} Status;

/// The code as the outside reads it, such as "not-found"; "ok" for success
const char*
status_code(Status status);

/// One sentence about the code, without a final period
const char*
status_text(Status status);

#endif // SONIC_BASE_STATUS_H
