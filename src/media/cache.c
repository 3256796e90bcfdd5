// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/cache.h"

#include "base/crc32c.h"
#include "engine/sample.h"
#include "media/file_io.h"
#include "media/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "SonicPCM"
#define BYTE_ORDER_MARK 0x01020304u
#define VERSION 1u

/// The header as it is stored, in native byte order
typedef struct {
  char     magic[8];
  uint32_t byte_order;
  uint32_t version;
  uint32_t page_frames;
  uint32_t rate;
  uint32_t channels;
  uint32_t source_container;
  uint32_t source_coding;
  uint32_t source_rate;
  uint32_t source_channels;
  uint32_t source_cut;
  uint64_t frames;
  uint64_t source_frames;
  uint64_t source_not_finite;
  uint32_t table_crc; ///< Of the table of CRCs behind the pages
  uint32_t crc;       ///< Of all above
} Header;

struct CacheWriter {
  PartFile  file;
  uint32_t  channels;
  uint64_t  frames;
  float*    page;      ///< The page being filled
  uint32_t  fill;      ///< Frames in it
  uint32_t  num_pages; ///< Written
  uint32_t  max_pages; ///< Room in `crcs`
  uint32_t* crcs;
};

struct CacheFile {
  int       fd;
  CacheInfo info;
  uint32_t  num_pages;
  uint32_t* crcs;
};

void
cache_key(Blake2b* const hash, char key[CACHE_KEY_SIZE])
{
  uint8_t digest[CACHE_HASH_SIZE];
  blake2b_finish(hash, digest);
  for (unsigned i = 0; i < sizeof(digest); ++i) {
    snprintf(key + 2u * i, 3, "%02x", digest[i]);
  }
}

bool
cache_path(const char* const folder,
           const char* const key,
           const char* const ending,
           char              path[CACHE_PATH_SIZE])
{
  const int n = snprintf(path, CACHE_PATH_SIZE, "%s/%s%s", folder, key, ending);
  return n > 0 && n < CACHE_PATH_SIZE;
}

static size_t
page_size(const uint32_t channels)
{
  return (size_t)PAGE_FRAMES * channels * sizeof(float);
}

static uint64_t
page_offset(const uint32_t channels, const uint32_t page)
{
  return CACHE_HEADER_SIZE + page * (uint64_t)page_size(channels);
}

Status
cache_writer_new(const char* const   folder,
                 const char* const   key,
                 const uint32_t      channels,
                 CacheWriter** const out)
{
  char path[CACHE_PATH_SIZE];
  if (!cache_path(folder, key, ".pcm", path)) {
    errno = ENAMETOOLONG;
    return STATUS_IO;
  }

  CacheWriter* const writer = (CacheWriter*)calloc(1, sizeof(CacheWriter));
  if (!writer) {
    return STATUS_NO_MEMORY;
  }

  writer->channels    = channels;
  writer->page        = (float*)malloc(page_size(channels));
  const Status status = part_file_open(&writer->file, path);
  if (status || !writer->page) {
    const int error = errno;
    cache_writer_free(writer);
    errno = error;
    return status ? status : STATUS_NO_MEMORY;
  }

  *out = writer;
  return STATUS_OK;
}

/// Write the page that was filled
static Status
write_page(CacheWriter* const writer)
{
  if (writer->num_pages == writer->max_pages) {
    const uint32_t  max = writer->max_pages ? 2u * writer->max_pages : 64u;
    uint32_t* const crcs =
      (uint32_t*)realloc(writer->crcs, max * sizeof(uint32_t));
    if (!crcs) {
      return STATUS_NO_MEMORY;
    }

    writer->crcs      = crcs;
    writer->max_pages = max;
  }

  const size_t size = page_size(writer->channels);
  if (!file_write_at(writer->file.fd,
                     writer->page,
                     size,
                     page_offset(writer->channels, writer->num_pages))) {
    return STATUS_IO;
  }

  writer->crcs[writer->num_pages++] = crc32c(0, writer->page, size);
  writer->fill                      = 0;
  return STATUS_OK;
}

Status
cache_writer_add(CacheWriter* const writer,
                 const float* const frames,
                 const uint32_t     n)
{
  const uint32_t channels = writer->channels;
  for (uint32_t done = 0; done < n;) {
    const uint32_t room = PAGE_FRAMES - writer->fill;
    const uint32_t num  = n - done < room ? n - done : room;
    memcpy(writer->page + (size_t)writer->fill * channels,
           frames + (size_t)done * channels,
           (size_t)num * channels * sizeof(float));
    writer->fill += num;
    writer->frames += num;
    done += num;

    const Status status =
      writer->fill == PAGE_FRAMES ? write_page(writer) : STATUS_OK;
    if (status) {
      return status;
    }
  }

  return STATUS_OK;
}

uint64_t
cache_writer_frames(const CacheWriter* const writer)
{
  return writer->frames;
}

/// Write the header, which makes the file a valid one
static bool
write_header(const CacheWriter* const writer, const CacheInfo* const info)
{
  Header header = {
    .byte_order        = BYTE_ORDER_MARK,
    .version           = VERSION,
    .page_frames       = PAGE_FRAMES,
    .rate              = info->rate,
    .channels          = writer->channels,
    .source_container  = info->source_container,
    .source_coding     = info->source_coding,
    .source_rate       = info->source_rate,
    .source_channels   = info->source_channels,
    .source_cut        = info->source_cut,
    .frames            = writer->frames,
    .source_frames     = info->source_frames,
    .source_not_finite = info->source_not_finite,
    .table_crc = crc32c(0, writer->crcs, writer->num_pages * sizeof(uint32_t)),
  };

  memcpy(header.magic, MAGIC, sizeof(header.magic));
  header.crc = crc32c(0, &header, offsetof(Header, crc));

  char block[CACHE_HEADER_SIZE] = {0};
  memcpy(block, &header, sizeof(header));
  return file_write_at(writer->file.fd, block, sizeof(block), 0);
}

Status
cache_writer_commit(CacheWriter* const writer, const CacheInfo* const info)
{
  if (writer->fill) {
    const size_t start = (size_t)writer->fill * writer->channels;
    memset(writer->page + start,
           0,
           page_size(writer->channels) - start * sizeof(float));
    const Status status = write_page(writer);
    if (status) {
      return status;
    }
  }

  if (!file_write_at(writer->file.fd,
                     writer->crcs,
                     writer->num_pages * sizeof(uint32_t),
                     page_offset(writer->channels, writer->num_pages)) ||
      !write_header(writer, info)) {
    return STATUS_IO;
  }

  return part_file_commit(&writer->file);
}

void
cache_writer_free(CacheWriter* const writer)
{
  if (writer) {
    part_file_close(&writer->file);
    free(writer->page);
    free(writer->crcs);
    free(writer);
  }
}

/// Read and check the header
static bool
read_header(const int fd, Header* const header)
{
  return file_read_at(fd, header, sizeof(*header), 0) == sizeof(*header) &&
         header->crc == crc32c(0, header, offsetof(Header, crc)) &&
         !memcmp(header->magic, MAGIC, sizeof(header->magic)) &&
         header->byte_order == BYTE_ORDER_MARK && header->version == VERSION &&
         header->page_frames == PAGE_FRAMES && header->channels >= 1 &&
         header->channels <= 2 && header->rate && header->frames &&
         header->frames <= (uint64_t)UINT32_MAX * PAGE_FRAMES &&
         header->source_container <= CONTAINER_OGG &&
         header->source_coding <= CODING_VORBIS;
}

static void
take_header(CacheFile* const file, const Header* const header)
{
  file->num_pages =
    (uint32_t)((header->frames + PAGE_FRAMES - 1u) / PAGE_FRAMES);
  file->info = (CacheInfo){
    .rate              = header->rate,
    .channels          = header->channels,
    .frames            = header->frames,
    .source_container  = (AudioContainer)header->source_container,
    .source_coding     = (AudioCoding)header->source_coding,
    .source_rate       = header->source_rate,
    .source_channels   = header->source_channels,
    .source_frames     = header->source_frames,
    .source_not_finite = header->source_not_finite,
    .source_cut        = header->source_cut,
  };
}

/// Read and check all but the pages
static Status
read_tables(CacheFile* const file)
{
  Header      header;
  struct stat about;
  if (fstat(file->fd, &about) || !read_header(file->fd, &header)) {
    return STATUS_IO;
  }

  // The size must fit before it decides how much to allocate
  take_header(file, &header);
  const uint64_t table  = page_offset(header.channels, file->num_pages);
  const size_t   length = file->num_pages * sizeof(uint32_t);
  if ((uint64_t)about.st_size != table + length) {
    return STATUS_IO;
  }

  file->crcs = (uint32_t*)malloc(length);
  if (!file->crcs) {
    return STATUS_NO_MEMORY;
  }

  return file_read_at(file->fd, file->crcs, length, table) == (ssize_t)length &&
             crc32c(0, file->crcs, length) == header.table_crc
           ? STATUS_OK
           : STATUS_IO;
}

Status
cache_open(const char* const path, CacheFile** const out)
{
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
  }

  CacheFile* const file = (CacheFile*)calloc(1, sizeof(CacheFile));
  if (!file) {
    close(fd);
    return STATUS_NO_MEMORY;
  }

  file->fd            = fd;
  const Status status = read_tables(file);
  if (status) {
    cache_close(file);
    return status;
  }

  *out = file;
  return STATUS_OK;
}

void
cache_close(CacheFile* const file)
{
  if (file) {
    close(file->fd);
    free(file->crcs);
    free(file);
  }
}

const CacheInfo*
cache_info(const CacheFile* const file)
{
  return &file->info;
}

uint32_t
cache_num_pages(const CacheFile* const file)
{
  return file->num_pages;
}

Status
cache_read_page(const CacheFile* const file,
                const uint32_t         page,
                float* const           out)
{
  const size_t   size   = page_size(file->info.channels);
  const uint64_t offset = page_offset(file->info.channels, page);
  return page < file->num_pages &&
             file_read_at(file->fd, out, size, offset) == (ssize_t)size &&
             crc32c(0, out, size) == file->crcs[page]
           ? STATUS_OK
           : STATUS_IO;
}

Status
cache_read_frames(const CacheFile* const file,
                  const uint64_t         start,
                  const uint32_t         n,
                  float* const           out)
{
  const uint64_t frames     = file->info.frames;
  const size_t   frame_size = file->info.channels * sizeof(float);
  const ssize_t  size       = (ssize_t)(n * frame_size);
  return start <= frames && n <= frames - start &&
             file_read_at(file->fd,
                          out,
                          (size_t)size,
                          CACHE_HEADER_SIZE + start * frame_size) == size
           ? STATUS_OK
           : STATUS_IO;
}
