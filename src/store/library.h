// SPDX-License-Identifier: GPL-3.0-or-later
//
// All compositions of a data folder
//
//   DATA/compositions/ID/   one composition (store.h)
//   DATA/trash/ID-TIME/     one that was deleted
//   DATA/last               id of the one that was open last
//   DATA/samples DATA/exports DATA/cache
//
// An id is the slug of the name, with a number if that is taken.  Texts that
// come from outside are checked before they become part of a path.  For any
// thread.

#ifndef SONIC_STORE_LIBRARY_H
#define SONIC_STORE_LIBRARY_H

#include "base/status.h"
#include "model/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Room for any id
#define LIBRARY_ID_SIZE 72

/// A composition, as far as the beginning of its file tells
typedef struct {
  char     id[LIBRARY_ID_SIZE];
  char     name[256];
  int64_t  modified; ///< Seconds since 1970
  uint64_t size;     ///< Bytes of all its files
} LibraryItem;

/// Make the folders that are missing and check that files can be written
Status
library_prepare(const char* data_dir, char* text, size_t text_size);

/**
   List the compositions by id.

   @param items Receives an array, owned; null if there are none.
*/
Status
library_list(const char*   data_dir,
             LibraryItem** items,
             size_t*       count,
             char*         text,
             size_t        text_size);

/**
   Find a composition by its id, its name, or its name's slug.

   @param text Receives why not; for a name that several have, their ids.
   @return STATUS_NOT_FOUND if there is none, or several.
*/
Status
library_find(const char* data_dir,
             const char* name,
             char        id[LIBRARY_ID_SIZE],
             char*       text,
             size_t      text_size);

/// The folder of a composition, owned; null if `id` is not one or no memory
char*
library_folder(const char* data_dir, const char* id);

/**
   Make a composition on disk, under an id of its own.

   @param root Document to begin with; it is written with the new id.
   @param id Receives the id.
*/
Status
library_create(const char*        data_dir,
               const Composition* root,
               char               id[LIBRARY_ID_SIZE],
               char*              text,
               size_t             text_size);

/**
   Copy a composition with its journal and history.

   One that is open is copied as it is on disk: sync it first.

   @param copy_id Receives the id of the copy.
*/
Status
library_duplicate(const char* data_dir,
                  const char* id,
                  char        copy_id[LIBRARY_ID_SIZE],
                  char*       text,
                  size_t      text_size);

/// Move a composition that is not open to the trash
Status
library_delete(const char* data_dir,
               const char* id,
               char*       text,
               size_t      text_size);

/// Note the composition that is open
Status
library_set_last(const char* data_dir,
                 const char* id,
                 char*       text,
                 size_t      text_size);

/// The composition that was open last; false if there is none any more
bool
library_last(const char* data_dir, char id[LIBRARY_ID_SIZE]);

#endif // SONIC_STORE_LIBRARY_H
