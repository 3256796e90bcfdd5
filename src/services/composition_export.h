// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writing compositions for others, on a worker

#ifndef SONIC_SERVICES_COMPOSITION_EXPORT_H
#define SONIC_SERVICES_COMPOSITION_EXPORT_H

#include "base/status.h"
#include "model/document.h"

#include <stddef.h>

/**
   Write a composition to a new file: JSON, or by its ending a Standard MIDI
   File.

   @param path The file, which must not be there yet.
   @param text Receives why it failed; on success a remark on what could not be
   written as it is, or nothing.
*/
Status
composition_export_file(const Composition* root,
                        const char*        path,
                        char*              text,
                        size_t             text_size);

#endif // SONIC_SERVICES_COMPOSITION_EXPORT_H
