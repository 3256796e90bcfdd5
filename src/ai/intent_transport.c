// SPDX-License-Identifier: GPL-3.0-or-later
//
// Transport, tempo, meter, key, undo

#include "ai/intent_transport.h"
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
  {"tempo !create|add|fx|param|#fx|#genre #bpm|#num|#pct|#way|double|half|faster|slower|set|light|triple", transport_tempo},
  {"speedword !#named !#voice !#fx !create !role", transport_tempo},
  {"it to #num takeword|light|set|raise|lower|move !#named !#fx !#voice !volume !velocity !#db !#param !#range !transpose !pan", transport_tempo_by_number},
  {"tempo #genre set|light !create !role", transport_tempo},
  {"tempo double|half !#fx", transport_tempo},
  {"#bpm !create !add !fullsong !role !#genre", transport_tempo_bare},
  {"faster|slower !#named|#voice|#fx|#param|role|create|add|#genre|arp", transport_tempo},
  {"^faster|slower|halftime|doubletime song|mix|all", transport_tempo},
  {"meter set|light|use|to|#num|waltz|sixeight|fivefour|seveneight|fourfour|at|polite|is !question", transport_meter},
  {"#meter !create !add !role !question !#genre", transport_meter},
  {"waltz|sixeight|fivefour|seveneight|fourfour|meterword !create !add !role !question !#genre", transport_meter},
  {"key #key !create !add !role !transpose !fit !question", transport_key},
  {"key set|light mode|relative !question !transpose", transport_key},
  {"#key song|set|light !create !add !transpose !role !#named !question !#chords !follow", transport_key},
  {"key set !#named !question !transpose !create", transport_key},
  {0},
};
// clang-format on
