// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/tree.h"

#include <stdlib.h>
#include <string.h>

struct Tree {
  TreeNode* nodes; ///< The root first, the words below a part side by side
  uint32_t  num_nodes;
};

/// A tree in the making
typedef struct {
  Tree*          tree;
  const OscRow** rows; ///< Sorted by path, part by part
  const OscRow*  bad;
} Builder;

/// Rank of a character: the end of a part goes before all else, a placeholder
/// after all fixed words
static int
rank(const char c)
{
  return c == '\0' ? 0 : c == '/' ? 1 : (int)(unsigned char)c;
}

static int
compare_paths(const void* const a, const void* const b)
{
  const char* x = (*(const OscRow* const*)a)->path;
  const char* y = (*(const OscRow* const*)b)->path;
  while (*x && *x == *y) {
    ++x;
    ++y;
  }
  return rank(*x) - rank(*y);
}

static uint32_t
part_length(const char* const part)
{
  return (uint32_t)strcspn(part, "/");
}

static bool
same_part(const char* const a, const char* const b)
{
  const uint32_t length = part_length(a);
  return length == part_length(b) && !memcmp(a, b, length);
}

/// A part of a row's path
static TreeNode
make_node(const OscRow* const row, const char* const part)
{
  if (part[0] != '{') {
    return (TreeNode){.word = part, .length = part_length(part), .first = row};
  }

  // The row has a place for each brace before it
  uint32_t place = 0;
  for (const char* c = row->path; c < part; ++c) {
    place += *c == '{';
  }
  return (TreeNode){.word   = part + 1,
                    .length = part_length(part) - 2u,
                    .info   = &row->places[place],
                    .first  = row};
}

/// Build what is below `node`: rows `begin` to `end`, whose paths are the same
/// up to `depth`
static Status
build(Builder* const  builder,
      TreeNode* const node,
      const uint32_t  begin,
      const uint32_t  end,
      const size_t    depth)
{
  uint32_t first = begin;
  if (first < end && !builder->rows[first]->path[depth]) {
    node->row = builder->rows[first++];
    if (first < end && !builder->rows[first]->path[depth]) {
      builder->bad = builder->rows[first];
      return STATUS_EXISTS;
    }
  }

  // Where each part below begins; they are side by side in the tree
  TreeNode* const nodes = builder->tree->nodes + builder->tree->num_nodes;
  uint32_t        count = 0;
  for (uint32_t i = first; i < end; ++i) {
    const char* const part = builder->rows[i]->path + depth + 1;
    if (i == first ||
        !same_part(part, builder->rows[i - 1]->path + depth + 1)) {
      const bool place = part[0] == '{';
      nodes[count++]   = make_node(builder->rows[i], part);
      if (place && node->place) {
        builder->bad = builder->rows[i];
        return STATUS_CONFLICT;
      }
      node->place = place ? &nodes[count - 1] : NULL;
    }
  }
  builder->tree->num_nodes += count;
  node->words     = nodes;
  node->num_words = count - (node->place ? 1u : 0u);

  for (uint32_t i = 0; i < count; ++i) {
    const size_t deeper =
      depth + 1 + part_length(builder->rows[first]->path + depth + 1);
    uint32_t last = first + 1;
    while (last < end && same_part(builder->rows[first]->path + depth + 1,
                                   builder->rows[last]->path + depth + 1)) {
      ++last;
    }

    const Status status = build(builder, &nodes[i], first, last, deeper);
    if (status) {
      return status;
    }
    first = last;
  }
  return STATUS_OK;
}

Status
tree_new(const OscRow* const  rows,
         const uint32_t       num_rows,
         const OscRow** const bad,
         Tree** const         out)
{
  size_t num_nodes = 1;
  for (uint32_t i = 0; i < num_rows; ++i) {
    for (const char* c = rows[i].path; *c; ++c) {
      num_nodes += *c == '/';
    }
  }

  Tree* const tree    = calloc(1, sizeof(Tree));
  Builder     builder = {tree, malloc((num_rows + 1) * sizeof(OscRow*)), NULL};
  if (tree) {
    tree->nodes = calloc(num_nodes, sizeof(TreeNode));
  }
  if (!tree || !tree->nodes || !builder.rows) {
    free(builder.rows);
    tree_free(tree);
    return STATUS_NO_MEMORY;
  }

  for (uint32_t i = 0; i < num_rows; ++i) {
    builder.rows[i] = &rows[i];
  }
  qsort(builder.rows, num_rows, sizeof(OscRow*), compare_paths);

  tree->num_nodes     = 1;
  const Status status = build(&builder, tree->nodes, 0, num_rows, 0);
  free(builder.rows);
  *bad = builder.bad;
  if (status) {
    tree_free(tree);
    return status;
  }

  *out = tree;
  return STATUS_OK;
}

void
tree_free(Tree* const tree)
{
  if (tree) {
    free(tree->nodes);
    free(tree);
  }
}

const TreeNode*
tree_root(const Tree* const tree)
{
  return tree->nodes;
}

const TreeNode*
tree_word(const TreeNode* const node, const char* const word, const size_t size)
{
  uint32_t begin = 0;
  uint32_t end   = node->num_words;
  while (begin < end) {
    const uint32_t        middle = begin + (end - begin) / 2u;
    const TreeNode* const child  = &node->words[middle];
    const size_t          common = size < child->length ? size : child->length;
    const int             order  = memcmp(word, child->word, common);
    if (!order && size == child->length) {
      return child;
    }
    if (order < 0 || (!order && size < child->length)) {
      end = middle;
    } else {
      begin = middle + 1u;
    }
  }
  return NULL;
}

bool
row_has_twin(const OscRow* const row, const Twin twin)
{
  switch (twin) {
    case TWIN_NORM:
      return row_has_norm(row);
    case TWIN_TEXT:
      return row_has_text(row);
    case TWIN_TOUCH:
      return row->access == ACCESS_VALUE;
    case TWIN_NONE:
      break;
  }
  return true;
}

static const char* const twins[] = {
  [TWIN_NONE]  = "",
  [TWIN_NORM]  = "/norm",
  [TWIN_TEXT]  = "/text",
  [TWIN_TOUCH] = "/touch",
};

Twin
twin_find(const char* const part, const size_t size)
{
  for (int twin = TWIN_NORM; twin <= TWIN_TOUCH; ++twin) {
    if (strlen(twins[twin]) == size + 1u &&
        !memcmp(twins[twin] + 1, part, size)) {
      return (Twin)twin;
    }
  }
  return TWIN_NONE;
}

const char*
twin_suffix(const Twin twin)
{
  return twins[twin];
}

/// Whether a row takes arguments in its path.  Texts of a value are left out,
/// since a mistyped address would set them.
static bool
takes_path_args(const OscRow* const row)
{
  switch (row->access) {
    case ACCESS_COMMAND:
    case ACCESS_QUERY:
      return row->num_args > 0;
    case ACCESS_VALUE:
      return row->num_args > 0 && row->args[0].type != ARG_STRING;
    case ACCESS_READ:
    case ACCESS_TRIGGER:
      return false;
  }
  return false;
}

/// Take what follows the end of a row
static Status
match_rest(TreeMatch* const   match,
           char* const* const parts,
           const uint32_t     count)
{
  const OscRow* const row = match->row;
  if (!row) {
    return STATUS_UNKNOWN_ADDRESS;
  }

  if (count == 1) {
    const Twin twin = twin_find(parts[0], strlen(parts[0]));
    if (twin && row_has_twin(row, twin)) {
      match->twin = twin;
      return STATUS_OK;
    }
  }

  if (count > row->num_args || (count && !takes_path_args(row))) {
    return STATUS_UNKNOWN_ADDRESS;
  }

  for (uint32_t i = 0; i < count; ++i) {
    match->extra[match->num_extra++] = parts[i];
  }
  return STATUS_OK;
}

Status
tree_match(const Tree* const tree,
           const char* const address,
           TreeMatch* const  match)
{
  match->row       = NULL;
  match->twin      = TWIN_NONE;
  match->num_extra = 0;

  const size_t size = strnlen(address, sizeof(match->buf));
  if (size == sizeof(match->buf) || address[0] != '/') {
    return STATUS_UNKNOWN_ADDRESS;
  }
  memcpy(match->buf, address, size + 1u);

  // Cut into parts, none of them empty
  char*    parts[LIMIT_ADDRESS_PARTS];
  uint32_t num_parts = 0;
  for (char* c = match->buf; *c;) {
    *c = '\0';
    if (num_parts == LIMIT_ADDRESS_PARTS || c[1] == '/' || !c[1]) {
      return STATUS_UNKNOWN_ADDRESS;
    }
    parts[num_parts++] = ++c;
    c += strcspn(c, "/");
  }

  const TreeNode* node       = tree->nodes;
  uint32_t        num_places = 0;
  uint32_t        part       = 0;
  while (part < num_parts) {
    const TreeNode* const word =
      tree_word(node, parts[part], strlen(parts[part]));
    if (word) {
      node = word;
    } else if (node->place) {
      node                        = node->place;
      match->places[num_places++] = parts[part];
    } else {
      break;
    }
    ++part;
  }

  match->row = node->row;
  return match_rest(match, parts + part, num_parts - part);
}
