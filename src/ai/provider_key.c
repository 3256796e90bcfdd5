// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/provider_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
  const char* key;
  const char* base;
  const char* usual;
  const char* path;
} places[] = {
  [WIRE_ANTHROPIC] = {"ANTHROPIC_API_KEY",
                      "ANTHROPIC_BASE_URL",
                      "https://api.anthropic.com",
                      "/v1/messages"},
  [WIRE_OPENAI]    = {"OPENAI_API_KEY",
                      "OPENAI_BASE_URL",
                      "https://api.openai.com/v1",
                      "/chat/completions"},
};

/// Read the first line of a file that others can't read
static void
read_file(ProviderKey* const out, const char* const path)
{
  struct stat info;
  const int   fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 || fstat(fd, &info)) {
    snprintf(out->fault,
             sizeof(out->fault),
             "the key file %.200s: %s",
             path,
             strerror(errno));
  } else if (!S_ISREG(info.st_mode) || (info.st_mode & 077)) {
    snprintf(out->fault,
             sizeof(out->fault),
             "the key file %.200s can be read by others; expected mode 0600",
             path);
  } else {
    const ssize_t size            = read(fd, out->key, sizeof(out->key) - 1u);
    out->key[size > 0 ? size : 0] = '\0';
    out->key[strcspn(out->key, " \r\n")] = '\0';
  }

  if (fd >= 0) {
    close(fd);
  }
}

void
provider_key_read(ProviderKey* const out,
                  const WireFormat   format,
                  const char* const  key_file)
{
  const char* const key   = getenv(places[format].key);
  const char* const base  = getenv(places[format].base);
  const bool        own   = base && *base;
  const char* const place = own ? base : places[format].usual;
  size_t            size  = strlen(place);
  *out                    = (ProviderKey){.own_place = own};
  while (size && place[size - 1u] == '/') {
    --size;
  }

  snprintf(out->url,
           sizeof(out->url),
           "%.*s%s",
           (int)(size < 500 ? size : 500),
           place,
           places[format].path);
  if (key && *key) {
    snprintf(out->key, sizeof(out->key), "%.500s", key);
  } else if (key_file && *key_file) {
    read_file(out, key_file);
  }

  // A key ends where the header's line would
  if (out->key[strcspn(out->key, "\r\n")]) {
    snprintf(out->fault, sizeof(out->fault), "its key has several lines");
  } else if (!out->key[0] && !own && !out->fault[0]) {
    snprintf(out->fault,
             sizeof(out->fault),
             "%s is not in the environment",
             places[format].key);
  }
}
