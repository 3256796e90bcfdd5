// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which drum a file's name speaks of, and which velocities a layer is for

#include "services/kit_import.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/// Words that a name has all of, and the notes of General MIDI for that
typedef struct {
  const char* words[2]; ///< The second may be null
  uint8_t     notes[4];
} DrumWord;

// clang-format off
/// What is more special comes first
static const DrumWord drum_words[] = {
  {{"open", "hat"},    {46}},         {{"hat", "open"},   {46}},
  {{"open", "hh"},     {46}},         {{"ohh", NULL},     {46}},
  {{"oh", NULL},       {46}},         {{"pedal", NULL},   {44}},
  {{"foot", "hat"},    {44}},         {{"phh", NULL},     {44}},
  {{"closed", NULL},   {42}},         {{"chh", NULL},     {42}},
  {{"ch", NULL},       {42}},         {{"hihat", NULL},   {42, 44, 46}},
  {{"hi", "hat"},      {42, 44, 46}}, {{"hat", NULL},     {42, 44, 46}},
  {{"hh", NULL},       {42, 44, 46}},
  {{"rim", NULL},      {37}},         {{"rimshot", NULL}, {37}},
  {{"sidestick", NULL}, {37}},        {{"stick", NULL},   {37}},
  {{"clap", NULL},     {39}},         {{"handclap", NULL}, {39}},
  {{"cp", NULL},       {39}},
  {{"kick", NULL},     {36, 35}},     {{"bassdrum", NULL}, {36, 35}},
  {{"bass", "drum"},   {36, 35}},     {{"bd", NULL},      {36, 35}},
  {{"snare", NULL},    {38, 40}},     {{"sd", NULL},      {38, 40}},
  {{"sn", NULL},       {38, 40}},
  {{"floor", "tom"},   {41, 43}},     {{"tom", "low"},    {45, 41, 43}},
  {{"tom", "lo"},      {45, 41, 43}}, {{"tom", "mid"},    {47, 48}},
  {{"tom", "high"},    {50, 48}},     {{"tom", "hi"},     {50, 48}},
  {{"tom", NULL},      {45, 47, 50, 48}},
  {{"splash", NULL},   {55}},         {{"china", NULL},   {52}},
  {{"chinese", NULL},  {52}},         {{"crash", NULL},   {49, 57}},
  {{"ride", "bell"},   {53}},         {{"ride", NULL},    {51, 59}},
  {{"cymbal", NULL},   {49, 57, 51}}, {{"tambourine", NULL}, {54}},
  {{"tamb", NULL},     {54}},         {{"cowbell", NULL}, {56}},
  {{"cb", NULL},       {56}},         {{"vibraslap", NULL}, {58}},
  {{"bongo", "low"},   {61}},         {{"bongo", NULL},   {60, 61}},
  {{"conga", "low"},   {64}},         {{"conga", "open"}, {63}},
  {{"conga", NULL},    {62, 63, 64}}, {{"timbale", NULL}, {65, 66}},
  {{"agogo", NULL},    {67, 68}},     {{"cabasa", NULL},  {69}},
  {{"shaker", NULL},   {70, 69}},     {{"maracas", NULL}, {70}},
  {{"whistle", NULL},  {71, 72}},     {{"guiro", NULL},   {73, 74}},
  {{"clave", NULL},    {75}},         {{"claves", NULL},  {75}},
  {{"woodblock", NULL}, {76, 77}},    {{"block", NULL},   {76, 77}},
  {{"cuica", NULL},    {78, 79}},     {{"triangle", NULL}, {81, 80}},
};
// clang-format on

/// True if a name has a word, which neither letters before nor behind make
/// another one (an s behind is fine)
static bool
has_word(const char* const name, const char* const word)
{
  const size_t length = strlen(word);
  for (const char* at = name; *at; ++at) {
    const bool  begins = at == name || !isalpha((unsigned char)at[-1]);
    const char* end    = at + length;
    if (!begins || strncasecmp(at, word, length) != 0) {
      continue;
    }
    end += tolower((unsigned char)*end) == 's' ? 1 : 0;
    if (!isalpha((unsigned char)*end)) {
      return true;
    }
  }
  return false;
}

uint32_t
kit_notes_of_name(const char* const name, uint8_t notes[4])
{
  for (size_t i = 0; i < sizeof(drum_words) / sizeof(drum_words[0]); ++i) {
    const DrumWord* const row = &drum_words[i];
    if (has_word(name, row->words[0]) &&
        (!row->words[1] || has_word(name, row->words[1]))) {
      memcpy(notes, row->notes, sizeof(row->notes));
      uint32_t count = 0;
      while (count < 4u && notes[count]) {
        ++count;
      }
      return count;
    }
  }
  return 0;
}

void
kit_layer_velocities(const DrumkitInstrument* const instrument,
                     uint8_t                        low[DRUMKIT_MAX_LAYERS],
                     uint8_t                        high[DRUMKIT_MAX_LAYERS])
{
  // By what they begin with; where two overlap, the lower one goes first
  uint32_t order[DRUMKIT_MAX_LAYERS];
  for (uint32_t i = 0; i < instrument->num_layers; ++i) {
    uint32_t at = i;
    for (; at &&
           instrument->layers[order[at - 1u]].min > instrument->layers[i].min;
         --at) {
      order[at] = order[at - 1u];
    }
    order[at] = i;
  }

  int    last     = 0;
  double last_max = 0.0;
  for (uint32_t i = 0; i < instrument->num_layers; ++i) {
    const DrumkitLayer* const layer = &instrument->layers[order[i]];
    const bool                next  = layer->min - last_max < 0.05;
    const int first = next ? last + 1 : (int)ceil(layer->min * 127.0);
    const int end   = layer->max > 0.985 ? 127 : (int)(layer->max * 127.0 + 1e-9);
    low[order[i]]   = (uint8_t)(first < 128 ? first : 128);
    high[order[i]]  = (uint8_t)(end > 0 ? end : 0);
    if (end > last) {
      last     = end;
      last_max = layer->max;
    }
  }
}
