// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checksums and content hashes

#include "base/blake2b.h"
#include "base/crc32c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// RFC 3720, appendix B.4
static void
test_crc_of_published_vectors(void** state)
{
  (void)state;
  uint8_t bytes[32] = {0};
  assert_int_equal(crc32c(0, bytes, 32), 0x8A9136AAu);

  memset(bytes, 0xFF, 32);
  assert_int_equal(crc32c(0, bytes, 32), 0x62A8AB43u);

  for (unsigned i = 0; i < 32; ++i) {
    bytes[i] = (uint8_t)i;
  }
  assert_int_equal(crc32c(0, bytes, 32), 0x46DD794Eu);
  assert_int_equal(crc32c(0, "123456789", 9), 0xE3069283u);
}

static void
test_crc_of_pieces_is_crc_of_all(void** state)
{
  (void)state;
  uint8_t bytes[100];
  for (unsigned i = 0; i < 100; ++i) {
    bytes[i] = (uint8_t)(i * 37u);
  }

  const uint32_t whole = crc32c(0, bytes, 100);
  for (unsigned cut = 0; cut <= 100; ++cut) {
    const uint32_t first = crc32c(0, bytes, cut);
    assert_int_equal(crc32c(first, bytes + cut, 100 - cut), whole);
  }
}

static void
assert_hash(const void* const data,
            const size_t      size,
            const size_t      digest_size,
            const char* const expected)
{
  // In one piece, and in pieces of every size around the block's
  for (size_t piece = size ? size : 1; piece;
       piece        = piece > 140 ? 140 : piece - 1) {
    Blake2b hash;
    blake2b_init(&hash, digest_size);
    for (size_t i = 0; i < size; i += piece) {
      const size_t n = size - i < piece ? size - i : piece;
      blake2b_add(&hash, (const uint8_t*)data + i, n);
    }

    uint8_t digest[64];
    blake2b_finish(&hash, digest);

    char text[129] = "";
    for (size_t i = 0; i < digest_size; ++i) {
      snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    assert_string_equal(text, expected);
  }
}

// The first is from RFC 7693, appendix A, the others from Python's hashlib
static void
test_hash_of_published_vectors(void** state)
{
  (void)state;
  assert_hash(
    "abc",
    3,
    64,
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");

  assert_hash("", 0, 16, "cae66941d9efbd404e4d88758ea67670");
  assert_hash("abc", 3, 16, "cf4ab791c62b8d2b2109c90275287816");

  uint8_t bytes[768];
  for (unsigned i = 0; i < 768; ++i) {
    bytes[i] = (uint8_t)i;
  }
  assert_hash(bytes, 768, 16, "e0892860f9fc0da273b9db57e857c19a");

  // Exactly one block
  for (unsigned i = 0; i < 128; ++i) {
    bytes[i] = (uint8_t)(i % 251u);
  }
  assert_hash(bytes, 128, 16, "a74787004ef589e31149183900d0294a");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_crc_of_published_vectors),
    cmocka_unit_test(test_crc_of_pieces_is_crc_of_all),
    cmocka_unit_test(test_hash_of_published_vectors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
