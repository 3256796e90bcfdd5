// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which tracks a clause is about

#include "ai/clause.h"
#include "ai/clause_roles.h"
#include "ai/genre.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Naming

static void
add_track(Clause* const  clause,
          const Id       id,
          const NamedBy  by,
          const uint32_t at)
{
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    if (clause->tracks[i] == id) {
      return;
    }
  }

  if (clause->num_tracks < CLAUSE_TRACKS) {
    clause->tracks[clause->num_tracks] = id;
    clause->by[clause->num_tracks]     = by;
    clause->at[clause->num_tracks]     = at;
    ++clause->num_tracks;
  }
}

/// Whether two words are the same but for a plural
static bool
same_word(const char* const a, const char* const b)
{
  const size_t n = strlen(a);
  const size_t m = strlen(b);
  return (n == m && !strcasecmp(a, b)) ||
         (n + 1u == m && b[n] == 's' && !strncasecmp(a, b, n)) ||
         (m + 1u == n && a[m] == 's' && !strncasecmp(a, b, m));
}

/// Number of tokens at a place that say a name, 0 if they do not
static uint32_t
says_name(const Clause* const clause, const uint32_t at, const char* const name)
{
  // Longest first: the words of the tokens, put together
  for (uint32_t n = 5; n > 0; --n) {
    char   said[256] = "";
    size_t used      = 0;
    for (uint32_t i = 0; i < n && at + i < clause->count && used < 200; ++i) {
      used += (size_t)snprintf(said + used,
                               sizeof(said) - used,
                               "%s%s",
                               i ? " " : "",
                               clause->tokens[at + i].norm);
    }

    char plain[128];
    snprintf(plain, sizeof(plain), "%.120s", name);
    for (char* c = plain; *c; ++c) {
      *c = *c == '-' || *c == '_' ? ' ' : *c;
    }

    if (at + n <= clause->count && same_word(said, plain)) {
      return n;
    }

    // As it was written, where a slip was put right that was none
    used = 0;
    for (uint32_t i = 0; i < n && at + i < clause->count && used < 200; ++i) {
      used += (size_t)snprintf(said + used,
                               sizeof(said) - used,
                               "%s%s",
                               i ? " " : "",
                               clause->tokens[at + i].text);
    }

    if (at + n <= clause->count && same_word(said, plain)) {
      return n;
    }
  }

  return 0;
}

/// Whether the tokens around a word make it something to be made, not a track
static bool
is_new(const Clause* const clause, const uint32_t at)
{
  for (uint32_t i = at; i-- > 0 && i + 5u > at;) {
    const Token* const token = &clause->tokens[i];
    if (token_has(token, "def") || token_has(token, "to") ||
        token_has(token, "on") || token_has(token, "without")) {
      return false;
    }

    if (token_has(token, "indef")) {
      return true;
    }
  }

  return false;
}

/// Tracks with exactly the names that are said
static void
read_names(Clause* const clause, Services* const services, bool used[WORDS_MAX])
{
  const Composition* const root = services_document(services);
  for (uint32_t at = 0; at < clause->count; ++at) {
    uint32_t best = 0;
    Id       id   = ID_NONE;
    for (int kind = 0; kind < 2; ++kind) {
      const IdList* const list = root->order[kind ? KIND_BUS : KIND_TRACK];
      for (uint32_t i = 0; i < id_list_count(list); ++i) {
        const char* const name =
          node_name(composition_find(root, list->ids[i]));
        const uint32_t n = *name ? says_name(clause, at, name) : 0;
        if (n > best) {
          best = n;
          id   = list->ids[i];
        }
      }
    }

    Id named = ID_NONE;
    if (!best && id_parse(clause->tokens[at].norm, &named) &&
        id_kind(named) == KIND_TRACK && composition_track(root, named)) {
      id   = named;
      best = 1;
    }

    for (uint32_t i = 0; best && i < best; ++i) {
      used[at + i] = true;
    }

    if (best && !is_new(clause, at)) {
      add_track(clause, id, BY_NAME, at);
      at += best - 1u;
    }
  }
}

/// "track 3", "the second track", "the last track"
static void
read_positions(Clause* const clause, Services* const services)
{
  const IdList* const order = services_document(services)->order[KIND_TRACK];
  const uint32_t      count = id_list_count(order);
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const Token* const next =
      i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
    double n = 0.0;
    if (token_has(token, "track") && next && next->is_number && !*next->unit) {
      n = next->number;
      snprintf(clause->asked, sizeof(clause->asked), "track %g", n);
    } else if (next && token_has(next, "track") && token->is_number &&
               !strcmp(token->unit, "th")) {
      n = token->number;
      snprintf(clause->asked, sizeof(clause->asked), "track %g", n);
    } else if (next && token_has(next, "track") && token_has(token, "last")) {
      n = count;
    }

    if (n >= 1.0 && n <= count) {
      add_track(clause, order->ids[(uint32_t)n - 1u], BY_NAME, i);
      clause->asked[0] = '\0';
    } else if (n > 0.0) {
      clause->unknown = true;
    }
  }
}

/// Whether a plural is said
static bool
is_plural(const Token* const token)
{
  const size_t length = strlen(token->norm);
  return length > 2 && token->norm[length - 1u] == 's' &&
         strcmp(token->norm, "bass") != 0 &&
         strcmp(token->norm, "drums") != 0 &&
         strcmp(token->norm, "keys") != 0 &&
         strcmp(token->norm, "chords") != 0 &&
         strcmp(token->norm, "vocals") != 0 &&
         strcmp(token->norm, "strings") != 0;
}

/// The word by which a token names tracks, or null
static const char*
word_of(const Token* const token, char word[64])
{
  if (token_has(token, "inst")) {
    // The name before the equals sign, its first word
    snprintf(word,
             64,
             "%.*s",
             (int)strcspn(token->word->value, "="),
             token->word->value);
    for (char* c = word; *c; ++c) {
      *c = (char)tolower((unsigned char)*c);
    }

    return word;
  }

  if (token_has(token, "role")) {
    snprintf(word, 64, "%s", token->word->value);
    return word;
  }

  if (token_has(token, "voice")) {
    snprintf(word, 64, "%s", token->word->value);
    return word;
  }

  return NULL;
}

/// Tracks that a word of a role, instrument or voice may mean
static uint32_t
find_role(Services* const    services,
          const Token* const token,
          Id                 found[CLAUSE_TRACKS])
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_TRACK];
  char                     word[64];
  uint32_t                 count = 0;
  const char* const        name  = word_of(token, word);
  for (int pass = 0; name && pass < 3 && !count; ++pass) {
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Track* const track = composition_track(root, order->ids[i]);
      const char* const  role  = track_role(services, track);
      const bool         inst  = token_has(token, "inst");
      const bool         voice = token_has(token, "voice");
      // What was said word for word, then what is akin, then the role
      const bool fits =
        pass == 0   ? clause_has_any(string_text(track->name), token->norm)
        : pass == 1 ? (inst || !strcmp(name, "pad") || !strcmp(name, "arp") ||
                       !strcmp(name, "vocal") || voice) &&
                        track_is(services, track, name)
                    : !inst && !voice && !strcmp(role, name);
      if (fits && count < CLAUSE_TRACKS) {
        found[count++] = order->ids[i];
      }
    }
  }

  return count;
}

/// Whether a word stands where a track is expected
static bool
is_target(const Clause* const clause, const uint32_t at)
{
  const Token* const next =
    at + 1u < clause->count ? &clause->tokens[at + 1u] : NULL;
  if (next && token_has(next, "track")) {
    return true;
  }

  for (uint32_t i = at; i-- > 0 && i + 3u > at;) {
    if (token_has(&clause->tokens[i], "def") ||
        token_has(&clause->tokens[i], "on") ||
        token_has(&clause->tokens[i], "to") ||
        token_has(&clause->tokens[i], "of")) {
      return true;
    }
  }

  return false;
}

static void
read_roles(Clause* const   clause,
           Services* const services,
           const bool      used[WORDS_MAX])
{
  for (uint32_t at = 0; at < clause->count; ++at) {
    const Token* const token = &clause->tokens[at];
    Id                 found[CLAUSE_TRACKS];
    char               word[64];
    const bool         wanted = !used[at] && word_of(token, word) &&
                        !is_new(clause, at) && !token_has(token, "param");
    const uint32_t count = wanted ? find_role(services, token, found) : 0;
    if (!wanted) {
      continue;
    }

    const bool all = at && token_has(&clause->tokens[at - 1u], "all");
    if (count > 1 && !is_plural(token) && !all && !token_has(token, "voice") &&
        strcmp(word, "drums") != 0) {
      clause->ambiguous = true;
      snprintf(clause->asked, sizeof(clause->asked), "%s", token->norm);
    }

    for (uint32_t i = 0; i < count; ++i) {
      add_track(clause, found[i], BY_ROLE, at);
    }

    if (!count && !token_has(token, "voice") && is_target(clause, at) &&
        !clause->asked[0]) {
      clause->unknown = true;
      snprintf(clause->asked, sizeof(clause->asked), "%s", token->norm);
    }
  }
}

/// A word that nobody knows where a track's name is expected
static void
read_unknown(Clause* const clause, const bool used[WORDS_MAX])
{
  for (uint32_t at = 0; at < clause->count && !clause->asked[0]; ++at) {
    const Token* const token = &clause->tokens[at];
    const Token* const next =
      at + 1u < clause->count ? &clause->tokens[at + 1u] : NULL;
    const bool blank = !token->word && !token->is_number && !used[at] &&
                       !token->quoted && strlen(token->norm) > 2;
    if (blank &&
        (is_target(clause, at) || (next && token_has(next, "track")))) {
      clause->unknown = true;
      snprintf(clause->asked, sizeof(clause->asked), "%s", token->norm);
    }
  }
}

/// Leave out the tracks that stand behind "except" or "without"; of all tracks
/// if "all" stands before it
static void
leave_out(Clause* const clause, Services* const services)
{
  const int out = clause_index(clause, "without", 0);
  if (out < 0 || token_has(&clause->tokens[out], "minus") ||
      clause_has(clause, "fx")) {
    return;
  }

  const IdList* const order = services_document(services)->order[KIND_TRACK];
  Id                  excluded[CLAUSE_TRACKS];
  uint32_t            num  = 0;
  uint32_t            kept = 0;
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    if (clause->at[i] > (uint32_t)out) {
      excluded[num++] = clause->tracks[i];
    } else {
      clause->tracks[kept] = clause->tracks[i];
      clause->by[kept]     = clause->by[i];
      clause->at[kept++]   = clause->at[i];
    }
  }

  const int all = clause_index(clause, "all", 0);
  if (!num || (!kept && (all < 0 || all > out))) {
    return;
  }

  clause->num_tracks = kept;
  for (uint32_t i = 0; !kept && i < id_list_count(order); ++i) {
    bool is_out = false;
    for (uint32_t k = 0; k < num; ++k) {
      is_out = is_out || excluded[k] == order->ids[i];
    }

    if (!is_out) {
      add_track(clause, order->ids[i], BY_ALL, 0);
    }
  }
}

void
clause_tracks(Clause* const clause, const Setting* const setting)
{
  bool                     used[WORDS_MAX] = {false};
  Services* const          services        = setting->services;
  const Composition* const root            = services_document(services);
  const IdList* const      order           = root->order[KIND_TRACK];
  read_names(clause, services, used);
  read_positions(clause, services);
  read_roles(clause, services, used);
  if (clause_has(clause, "master") ||
      (clause_has(clause, "mix") && clause_has(clause, "volume"))) {
    add_track(clause, ID_MASTER, BY_NAME, 0);
  }

  leave_out(clause, services);
  if (!clause->num_tracks) {
    read_unknown(clause, used);
  }

  const bool all = clause_has(clause, "all") && !clause->num_tracks;
  for (uint32_t i = 0; all && i < id_list_count(order); ++i) {
    add_track(clause, order->ids[i], BY_ALL, 0);
  }

  if (clause->num_tracks || clause->unknown) {
    return;
  }

  const Track* const about = composition_track(root, setting->about);
  if (about) {
    add_track(clause, setting->about, BY_CONTEXT, 0);
    return;
  }

  for (uint32_t i = 0; i < setting->num_recent; ++i) {
    if (composition_channel(root, setting->recent[i])) {
      add_track(clause, setting->recent[i], BY_PRONOUN, 0);
    }
  }
}
