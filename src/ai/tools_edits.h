// SPDX-License-Identifier: GPL-3.0-or-later
//
// An edit of notes in the making

#ifndef SONIC_AI_TOOLS_EDITS_H
#define SONIC_AI_TOOLS_EDITS_H

#include "ai/tools.h"

const char*
edit_text_arg(const DawCall* call, const char* name);

double
edit_number_arg(const DawCall* call, const char* name, double none);

/// An edit of a track's notes
typedef struct {
  const Toolbox* box;
  DawCall*       call;
  const Track*   track;
  TrackNotes     list;
  const char*    voice; ///< "" for all
  double         from;  ///< Beats
  double         to;
  double         value;
  double         grid;
  bool           drums;
  bool           whole; ///< All of the track is meant
} Edit;

bool
edit_is_meant(const Edit* edit, const MusicNote* note);

int
edit_clamp(int value, int low, int high);

Status
edit_transpose(Edit* edit);

Status
edit_quantize(Edit* edit);

/// Swing pairs; eighths if there is nothing finer
Status
edit_swing(Edit* edit);

Status
edit_humanize(Edit* edit);

Status
edit_velocity(Edit* edit);

/// From soft to loud, or back, over the stretch
Status
edit_ramp(Edit* edit);

Status
edit_accent(Edit* edit);

Status
edit_scale_length(Edit* edit);

Status
edit_remove_notes(Edit* edit);

/// Leave out the weak ones: off the beat first
Status
edit_thin(Edit* edit);

/// Thin again, coarser, if the first time found nothing
Status
edit_thin_more(Edit* edit);

/// More of what is there: repeats on the eighths or sixteenths between
Status
edit_fill_in(Edit* edit);

/// Put hits of a voice on places of each bar
Status
edit_add_hits(Edit* edit);

/// The last note is the nearest pitch of a class
Status
edit_end_on(Edit* edit);

/// Notes out of the key go to the nearest in it
Status
edit_fit_key(Edit* edit);

/// Backwards within each clip
Status
edit_reverse(Edit* edit);

/// Faster or slower; the clips keep their length, what is missing is repeated
Status
edit_scale_time(Edit* edit);

Status
edit_suspend_edit(Edit* edit);

/// A second voice, some steps of the key above each note
Status
edit_harmonize(Edit* edit);

/// Hits of one drum voice become those of another
Status
edit_revoice(Edit* edit);

Status
edit_voicing_edit(Edit* edit);

Status
edit_extend_edit(Edit* edit);

Status
edit_triad_edit(Edit* edit);

/// Rhythm stays, pitches come from elsewhere in the key
Status
edit_vary(Edit* edit);

#endif // SONIC_AI_TOOLS_EDITS_H
