// SPDX-License-Identifier: GPL-3.0-or-later
//
// What holds for all addresses, in words
//
// Texts are ASCII; what is between backquotes is to be typed.

#ifndef SONIC_CLI_SCHEMA_TEXT_H
#define SONIC_CLI_SCHEMA_TEXT_H

/// A paragraph, or an entry of a list if it has a term
typedef struct {
  const char* term; ///< Or null
  const char* text;
} SchemaParagraph;

typedef struct {
  const char*            title;
  const SchemaParagraph* paragraphs; ///< Ends with one without text
} SchemaSection;

/// The general part; ends with one without title
extern const SchemaSection schema_sections[];

/// A part of the address space
typedef struct {
  const char* root; ///< "/mixer"; "" for all that is in no other
  const char* title;
  const char* text;
} SchemaRoot;

/// All parts, the first for what is in no other; ends with one without root
extern const SchemaRoot schema_roots[];

#endif // SONIC_CLI_SCHEMA_TEXT_H
