// SPDX-License-Identifier: GPL-3.0-or-later
//
// The addresses of the schema as a tree
//
// The rows are put into a tree of path parts once; finding the row of an
// address takes a few comparisons a part.  A fixed word goes before a
// placeholder.  What comes after the end of a row is its twin (`/norm`,
// `/text`, `/touch`) or its leading arguments: `/client/reply_port/9000` is
// `/client/reply_port ,i 9000`.

#ifndef SONIC_OSC_TREE_H
#define SONIC_OSC_TREE_H

#include "base/status.h"
#include "osc/limits.h"
#include "osc/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Another view of the same value, named by a last part
typedef enum {
  TWIN_NONE,
  TWIN_NORM,  ///< 0 to 1 by the value's own scale
  TWIN_TEXT,  ///< With its unit, for people
  TWIN_TOUCH, ///< Whether a finger holds the control
} Twin;

/// A part of paths; everything is borrowed from the tree
typedef struct TreeNode {
  const char*            word;      ///< Fixed word or placeholder's name
  uint32_t               length;    ///< Characters of `word`
  uint32_t               num_words; ///< Number of `words`
  const OscRow*          row;       ///< The address that ends here, or null
  const struct TreeNode* words;     ///< Fixed words below, sorted
  const struct TreeNode* place;     ///< Placeholder below, or null
  const Place*           info;      ///< Of a placeholder, else null
  const OscRow*          first;     ///< An address that ends here or below
} TreeNode;

typedef struct Tree Tree;

/// What an address means, before its names are looked up
typedef struct {
  const OscRow* row;
  Twin          twin;
  const char*   places[SCHEMA_MAX_IDS]; ///< Names in the path, in `buf`
  uint32_t      num_extra;
  const char*   extra[SCHEMA_MAX_ARGS]; ///< Leading arguments, in `buf`
  char          buf[LIMIT_ADDRESS_CHARS + 1u];
  char          composition[96]; ///< Id of a composition that is not open
} TreeMatch;

/**
   Build a tree.

   @param rows Rows, which must outlive the tree.
   @param num_rows Number of rows.
   @param bad Receives the row whose path another row has too (STATUS_EXISTS) or
   whose placeholder goes by another name elsewhere (STATUS_CONFLICT), or null.
   @param out Receives the tree, owned.
*/
Status
tree_new(const OscRow* rows, uint32_t num_rows, const OscRow** bad, Tree** out);

/// Release a tree (null is fine)
void
tree_free(Tree* tree);

/// The part above all
const TreeNode*
tree_root(const Tree* tree);

/// The fixed word below a part, or null
const TreeNode*
tree_word(const TreeNode* node, const char* word, size_t size);

/// Find the row of an address without pattern characters; STATUS_OK or
/// STATUS_UNKNOWN_ADDRESS
Status
tree_match(const Tree* tree, const char* address, TreeMatch* match);

/// The twin that a last part names, TWIN_NONE if it names none
Twin
twin_find(const char* part, size_t size);

/// The last part of a twin with its slash, "" for TWIN_NONE
const char*
twin_suffix(Twin twin);

/// Whether a row has a twin
bool
row_has_twin(const OscRow* row, Twin twin);

#endif // SONIC_OSC_TREE_H
