// SPDX-License-Identifier: GPL-3.0-or-later
//
// Transport, tempo, meter, key, undo

#include "ai/intent.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// History

static Outcome
undo(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  double              count  = 1.0;
  const bool          twice =
    clause_has(clause, "double") ||
    clause_says(clause, "both|both of them|both of those|both of these");
  const bool many =
    twice ||
    ((clause_has(clause, "changes") || clause_has(clause, "vague")) &&
     clause_number(clause, "", &count)) ||
    clause_number(clause, "x", &count);
  count = twice ? 2.0 : count;
  if (!turn_do(turn, "undo", json_object())) {
    return INTENT_DONE;
  }

  turn->undos = many && count > 1.0 && count < 100.0 ? (uint32_t)count - 1u : 0;
  const char* const what = turn_text(turn, "undone");
  if (turn->undos) {
    turn_say(turn, "Undone %g steps, the last one: %s.", count, what);
  } else {
    turn_say(turn, "Undone: %s.", *what ? what : "the last step");
  }

  return INTENT_DONE;
}

static Outcome
redo(Turn* const turn)
{
  // "bring it back" is for what was taken away as well
  if (!daw_can_redo(turn->services)) {
    return undo(turn);
  }

  if (turn_do(turn, "redo", json_object())) {
    const char* const what = turn_text(turn, "redone");
    turn_say(turn, "Done again: %s.", *what ? what : "the last step");
  }

  return INTENT_DONE;
}

/// "don't touch the drums": nothing to do for it, but it was talked of
static Outcome
leave_alone(Turn* const turn)
{
  for (uint32_t i = 0; i < turn->clause->num_tracks; ++i) {
    if (turn->clause->by[i] <= BY_ROLE) {
      turn_touch(turn, turn->clause->tracks[i]);
    }
  }

  return INTENT_DONE;
}

// clang-format off
const Intent intents_history[] = {
  {"^not !undo !fix !#fx", leave_alone},
  {"^leave !#fx !undo", leave_alone},
  {"not need|create|add|changes !remove !undo !fix !question !#fx !#voice", leave_alone},
  {"redo !copy", redo},
  {"^undo !#question", undo},
  {"undo !add !create !#fx !#question !question", undo},
  {0},
};
// clang-format on

// Transport

/// Where to go: a bar, a section, a beat, the start or the end
static bool
place(const Turn* const turn, double* const beat, char* const text)
{
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  int                 first  = 0;
  int                 last   = 0;
  double              number = 0.0;
  if (turn_bars(turn, &first, &last)) {
    *beat = (first - 1) * bar;
    snprintf(text, 64, "bar %d", first);
    return true;
  }

  if (clause_has(clause, "start")) {
    *beat = 0.0;
    strcpy(text, "the start");
    return true;
  }

  if (clause->bars && (clause_has(clause, "seek") || clause->way)) {
    *beat = clause->bars * bar;
    snprintf(text, 64, "%d bars", clause->bars);
    return true;
  }

  if (clause_has(clause, "end") || clause_has(clause, "last")) {
    *beat = song_bars(turn->services) * bar;
    strcpy(text, "the end");
    return true;
  }

  if (clause->bar_beat >= 0.0 || clause_number(clause, "", &number)) {
    *beat = clause->bar_beat >= 0.0 ? clause->bar_beat : number;
    snprintf(text, 64, "beat %g", *beat);
    return true;
  }

  return false;
}

static Outcome
play(Turn* const turn)
{
  double beat     = 0.0;
  char   text[64] = "";
  if (turn->clause->num_sections && !place(turn, &beat, text)) {
    return turn_cannot(
      turn, "Sorry, there is no section \"%s\".", turn->clause->sections[0]);
  }

  const bool from   = place(turn, &beat, text);
  const bool resume = clause_has(turn->clause, "resume");
  if (turn_do(turn,
              from ? "play_composition" : "resume_playback",
              from ? json_pack("{s:f}", "position", beat) : json_object())) {
    turn_say(turn,
             "%s%s%s.",
             resume && !from ? "Playing on" : "Playing",
             from ? " from " : "",
             text);
  }

  return INTENT_DONE;
}

static Outcome
stop(Turn* const turn)
{
  if (turn_do(turn, "stop_playback", json_object())) {
    turn_say(turn, "Stopped.");
  }

  return INTENT_DONE;
}

static Outcome
pause_(Turn* const turn)
{
  if (turn_do(turn, "pause_playback", json_object())) {
    turn_say(turn, "Paused.");
  }

  return INTENT_DONE;
}

static Outcome
seek(Turn* const turn)
{
  double beat     = 0.0;
  char   text[64] = "";
  if (!place(turn, &beat, text)) {
    return INTENT_PASS;
  }

  if (turn_do(turn, "seek_to_position", json_pack("{s:f}", "position", beat))) {
    turn_say(turn, "Moved to %s.", text);
  }

  return INTENT_DONE;
}

static Outcome
record(Turn* const turn)
{
  return turn_cannot(
    turn, "Sorry, I can't start a recording; use /playback/record for that.");
}

static Outcome
loop(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const double        bar    = daw_bar(turn->services);
  int                 first  = 0;
  int                 last   = 0;
  const bool off = clause_has(clause, "off") || clause_has(clause, "off_") ||
                   clause_has(clause, "remove") || clause_has(clause, "stop") ||
                   clause_has(clause, "no") || clause_has(clause, "not");
  if (off) {
    if (turn_do(
          turn, "set_loop_points", json_pack("{s:b}", "loop_enabled", 0))) {
      turn_say(turn, "The loop is off.");
    }

    return INTENT_DONE;
  }

  if (clause->num_sections && !turn_bars(turn, &first, &last)) {
    return turn_cannot(
      turn, "Sorry, there is no section \"%s\" to loop.", clause->sections[0]);
  }

  if (clause->has_range && clause->first > 0 && clause->last > 0 &&
      clause->last < clause->first) {
    return turn_cannot(turn,
                       "Sorry, I can't loop from bar %d to bar %d: the end has "
                       "to be behind the start.",
                       clause->first,
                       clause->last);
  }

  json_t* args = json_pack("{s:b}", "loop_enabled", 1);
  if (turn_bars(turn, &first, &last)) {
    last = clause->bars && last == first ? first + clause->bars - 1 : last;
    json_object_set_new(args, "loop_start", json_real((first - 1) * bar));
    json_object_set_new(args, "loop_end", json_real(last * bar));
  } else if (clause->bars) {
    json_object_set_new(args, "loop_start", json_real(0.0));
    json_object_set_new(args, "loop_end", json_real(clause->bars * bar));
  } else if (clause_has(clause, "all") || clause_has(clause, "song")) {
    json_object_set_new(args, "loop_start", json_real(0.0));
    json_object_set_new(
      args, "loop_end", json_real(fmax(1.0, song_bars(turn->services)) * bar));
  }

  if (turn_do(turn, "set_loop_points", args)) {
    const double start = turn_number(turn, "song.loop.start");
    const double end   = turn_number(turn, "song.loop.end");
    turn_say(turn,
             "Looping bars %g to %g.",
             floor(start / bar) + 1.0,
             ceil(end / bar));
  }

  return INTENT_DONE;
}

static Outcome
metronome(Turn* const turn)
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  const bool off = clause_has(clause, "off") || clause_has(clause, "off_") ||
                   clause_has(clause, "remove") || clause_has(clause, "mute") ||
                   clause_has(clause, "stop") || clause_has(clause, "no") ||
                   clause_has(clause, "without");
  const bool toggle = clause_has(clause, "toggle");
  const bool on     = toggle ? !root->metronome : !off;
  if (turn_do(turn, "set_metronome", json_pack("{s:b}", "enabled", on))) {
    turn_say(turn, "The metronome is %s.", on ? "on" : "off");
  }

  return INTENT_DONE;
}

static Outcome
unsupported(Turn* const turn)
{
  return turn_cannot(turn,
                     "Sorry, I can't save, export or share from here; see "
                     "/compositions for that.");
}

// Tempo

/// A number that may be a tempo, with its unit or without
static bool
tempo_number(const Clause* const clause, double* const bpm)
{
  if (clause_number(clause, "bpm", bpm)) {
    return true;
  }

  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token->is_number && !*token->unit &&
        !(i && token_has(&clause->tokens[i - 1u], "bar"))) {
      *bpm = token->number;
      return true;
    }
  }

  return false;
}

/// Whether a number says by how much, not where to
static bool
is_relative(const Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token  = &clause->tokens[i];
    const Token* const before = i ? &clause->tokens[i - 1u] : NULL;
    if (token->is_number && before) {
      if (token_has(before, "to") || token_has(before, "at") ||
          !strcmp(before->norm, "=")) {
        return false;
      }
    }
  }

  return clause_has(clause, "by") || clause->way ||
         clause_has(clause, "faster") || clause_has(clause, "slower");
}

static Outcome
key(Turn* turn);

static Outcome
set_tempo(Turn* const turn, const double bpm)
{
  const double was = tempo_to_bpm(services_document(turn->services)->tempo);
  if (bpm < 20.0 || bpm > 300.0) {
    return turn_cannot(turn,
                       "Sorry, I can't set the tempo to %g BPM: it has to be "
                       "between 20 and 300.",
                       bpm);
  }

  if (turn_do(turn, "set_tempo", json_pack("{s:f}", "tempo", bpm))) {
    turn_say(turn,
             "The tempo is %g BPM now (it was %g).",
             turn_number(turn, "song.tempo"),
             was);
    if (turn->clause->has_key) {
      return key(turn);
    }
  }

  return INTENT_DONE;
}

static Outcome
tempo(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const double now    = tempo_to_bpm(services_document(turn->services)->tempo);
  const bool   slower = clause_has(clause, "slower") || clause->way < 0;
  const bool   faster = clause_has(clause, "faster") || clause->way > 0;
  double       n      = 0.0;
  if (clause_number(clause, "%", &n)) {
    // "to 90%" is a share of what it is
    const bool by = is_relative(clause);
    return set_tempo(
      turn,
      round(now * (by ? 1.0 + (slower ? -n : n) / 100.0 : n / 100.0) * 100.0) /
        100.0);
  }

  if (tempo_number(clause, &n)) {
    return set_tempo(
      turn, is_relative(clause) && n < 60.0 ? now + (slower ? -n : n) : n);
  }

  if (clause_has(clause, "double") || clause_has(clause, "doubletime")) {
    return set_tempo(turn, now * 2.0);
  }

  if (clause_has(clause, "half") || clause_has(clause, "halftime")) {
    return set_tempo(turn, now / 2.0);
  }

  if (faster || slower) {
    const double step = clause->amount < 1.0   ? 4.0
                        : clause->amount > 1.0 ? 20.0
                                               : 10.0;
    return set_tempo(turn, now + (slower ? -step : step));
  }

  if (clause->genre && clause_has(clause, "tempo")) {
    return set_tempo(turn, clause->genre->tempo);
  }

  return clause_has(clause, "tempo")
           ? turn_ask(turn,
                      "Which tempo would you like, in BPM between 20 and 300?")
           : INTENT_PASS;
}

/// "take it up to 112": a number that can be nothing but a tempo
static Outcome
tempo_by_number(Turn* const turn)
{
  double n = 0.0;
  return clause_number(turn->clause, "", &n) && n >= 50.0 && n <= 250.0
           ? set_tempo(turn, n)
           : INTENT_PASS;
}

/// A bare number behind a verb: "set it to 95 bpm", "95 bpm please"
static Outcome
tempo_bare(Turn* const turn)
{
  return tempo(turn);
}

// Meter

static Outcome
meter(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  const char*         text   = NULL;
  char                made[48];
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    int                beats = 0;
    int                unit  = 0;
    char               rest  = '\0';
    if (sscanf(token->text, "%d/%d%c", &beats, &unit, &rest) == 2) {
      text = token->text;
    } else if (token->is_number && i + 1u < clause->count &&
               clause->tokens[i + 1u].is_number) {
      snprintf(made,
               sizeof(made),
               "%g/%g",
               token->number,
               clause->tokens[i + 1u].number);
      text = made;
    }
  }

  const Token* const word = clause_find(clause, "meterword");
  text                    = text                             ? text
                            : word                           ? word->word->value
                            : clause_has(clause, "waltz")    ? "3/4"
                            : clause_has(clause, "sixeight") ? "6/8"
                            : clause_has(clause, "fivefour") ? "5/4"
                            : clause_has(clause, "seveneight") ? "7/8"
                            : clause_has(clause, "fourfour")   ? "4/4"
                                                               : NULL;
  Signature signature;
  if (!text) {
    return clause_has(clause, "meter")
             ? turn_ask(turn,
                        "Which time signature would you like, such as 3/4?")
             : INTENT_PASS;
  }

  if (!signature_parse(text, &signature)) {
    return turn_cannot(turn,
                       "Sorry, I can't use %s: the time signature has to be "
                       "between 1/1 and 64/64 with a power of two below.",
                       text);
  }

  if (turn_do(turn,
              "set_time_signature",
              json_pack("{s:s}", "time_signature", text))) {
    turn_say(turn,
             "The time signature is %s now.",
             turn_text(turn, "song.time_signature"));
  }

  return INTENT_DONE;
}

// Key

static Outcome
key(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  char                text[KEY_TEXT_SIZE];
  Key                 wanted = clause->key;
  if (!clause->has_key) {
    Key                now   = {0};
    const bool         known = song_key(turn->services, &now);
    const Token* const mode  = clause_find(clause, "mode");
    if (!known || !(mode || clause_has(clause, "relative"))) {
      return clause_has(clause, "key")
               ? turn_ask(turn, "Which key would you like, such as A minor?")
               : INTENT_PASS;
    }

    // "switch to the relative minor", "change the key to minor"
    wanted = now;
    const bool minor =
      mode ? !strcmp(mode->word->value, "minor") : !key_is_minor(&now);
    if (clause_has(clause, "relative") && minor != key_is_minor(&now)) {
      wanted.tonic = (now.tonic + (minor ? 9 : 3)) % 12;
    }

    wanted.scale = scale_find(mode && *mode->word->value ? mode->word->value
                              : minor                    ? "minor"
                                                         : "major");
  }

  if (turn_do(turn,
              "set_key",
              json_pack("{s:s}", "key", key_format(&wanted, text)))) {
    turn_say(turn, "The key is %s now.", turn_text(turn, "song.key"));
  }

  return INTENT_DONE;
}

static Outcome
song_name(Turn* const turn)
{
  if (!turn->clause->name[0]) {
    return turn_ask(turn, "What should the song be called?");
  }

  if (turn_do(turn,
              "rename_composition",
              json_pack("{s:s}", "name", turn->clause->name))) {
    turn_say(
      turn, "The song is called \"%s\" now.", turn_text(turn, "song.name"));
  }

  return INTENT_DONE;
}

// clang-format off
const Intent intents_transport[] = {
  {"metronome !create !add|on_ !#fx", metronome},
  {"metronome", metronome},
  {"rename|name song #name !create|add !#track", song_name},
  {"name set song #name", song_name},
  {"^loop #range|#bars|off|on_|all|song|#section !create !#named", loop},
  {"loop off|off_|on_|remove|not|stop|no !create !#named", loop},
  {"loop set|on_|add|light #range|#bars !create !#genre !role !#fx", loop},
  {"^loop !#track !create !add", loop},
  {"^resume !#track", play},
  {"^pause !#track", pause_},
  {"^stop !#track !loop !#fx !metronome", stop},
  {"^play !again|#named|#voice|softly|harder|create|chordword|fullsong|with|quantize|half|double", play},
  {"^start", play},
  {"^record !create !#genre", record},
  {"unsupported !swing !#track !add !create", unsupported},
  {"seek #range|start|end|#num|#section|#bars|last !#track !#db !pan !add !create", seek},
  {"^seek !#track !#fx !pan", seek},
  {"start seek|verb !#track !create !add !#voice !name", seek},
  {"tempo !create|add|fx|param|#fx|#genre #bpm|#num|#pct|#way|double|half|faster|slower|set|light|triple", tempo},
  {"speedword !#named !#voice !#fx !create !role", tempo},
  {"it to #num takeword|light|set|raise|lower|move !#named !#fx !#voice !volume !velocity !#db !#param !#range !transpose !pan", tempo_by_number},
  {"tempo #genre set|light !create !role", tempo},
  {"tempo double|half !#fx", tempo},
  {"#bpm !create !add !fullsong !role !#genre", tempo_bare},
  {"faster|slower !#named|#voice|#fx|#param|role|create|add|#genre|arp", tempo},
  {"^faster|slower|halftime|doubletime song|mix|all", tempo},
  {"meter set|light|use|to|#num|waltz|sixeight|fivefour|seveneight|fourfour|at|polite|is !question", meter},
  {"#meter !create !add !role !question !#genre", meter},
  {"waltz|sixeight|fivefour|seveneight|fourfour|meterword !create !add !role !question !#genre", meter},
  {"key #key !create !add !role !transpose !fit !question", key},
  {"key set|light mode|relative !question !transpose", key},
  {"#key song|set|light !create !add !transpose !role !#named !question !#chords !follow", key},
  {"key set !#named !question !transpose !create", key},
  {0},
};
// clang-format on
