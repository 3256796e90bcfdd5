// SPDX-License-Identifier: GPL-3.0-or-later
//
// Standard MIDI Files made by hand: what is read and what is refused

#include "model/smf_support.h"
#include "support/fail_malloc.h"

/// Bytes of a file in hexadecimal, with blanks where they help
typedef struct {
  uint8_t bytes[1024];
  size_t  size;
} Bytes;

static Bytes
hex(const char* text)
{
  Bytes bytes = {{0}, 0};
  for (; *text; ++text) {
    unsigned value = 0;
    if (*text != ' ') {
      assert_int_equal(sscanf(text, "%2x", &value), 1);
      bytes.bytes[bytes.size++] = (uint8_t)value;
      ++text;
    }
  }

  return bytes;
}

/// A file of one chunk, its end included
static Bytes
one_track(const unsigned format, const char* const division, const char* events)
{
  char        text[1024];
  const Bytes inner = hex(events);
  snprintf(text,
           sizeof(text),
           "4D546864 00000006 %04X 0001 %s 4D54726B %08zX %s 00FF2F00",
           format,
           division,
           inner.size + 4u,
           events);
  return hex(text);
}

static Composition*
decode_bytes(const Bytes* const bytes)
{
  return decode(bytes->bytes, bytes->size);
}

static void
assert_refused(const Bytes* const bytes,
               const Status       status,
               const char* const  expected)
{
  char         text[256] = "";
  Composition* root      = NULL;
  assert_int_equal(
    smf_decode(bytes->bytes, bytes->size, text, sizeof(text), &root), status);
  assert_null(root);
  assert_string_equal(text, expected);
}

// Hand-made files, 96 units in a beat

static void
test_notes_end_as_they_should(void** const state)
{
  (void)state;

  // clang-format off
  static const struct {
    const char* events;
    const char* notes;
  } cases[] = {
    // An end, and a beginning with velocity 0 by running status
    {"00903C64 60803C40 00903E65 303E00", "60 0 96 100;62 96 48 101;"},
    // Running status goes on after a meta event
    {"00903C64 00FF010141 603C00", "60 0 96 100;"},
    // No end: that of the chunk
    {"00903C64 60B00740", "60 0 96 100;"},
    // The same pitch again, before the first has ended: first come first ended
    {"00903C64 303C32 303C00 303C00", "60 0 96 100;60 48 96 50;"},
    // Both never end
    {"00903C64 303C32 60B00740", "60 0 144 100;60 48 96 50;"},
    // No length: a unit
    {"00903C64 003C00", "60 0 1 100;"},
    {"00903C64", "60 0 1 100;"},
    // An end without a beginning
    {"00803C00 00903C64 603C00", "60 0 96 100;"},
    // Times of 2, 3 and 4 bytes
    {"8160903C64 83003C00", "60 224 384 100;"},
    {"818000903C64 603C00", "60 16384 96 100;"},
    {"81808000903C64 603C00", "60 2.09715e+06 96 100;"},
    // A system exclusive message, its continuation, an unknown meta event
    {"00F0037E09F7 00F7027F01 00FF7F03000102 00903C64 603C00", "60 0 96 100;"},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const Bytes        bytes = one_track(1, "0060", cases[i].events);
    Composition* const root  = decode_bytes(&bytes);
    assert_notes(clip_at(root, 0), cases[i].notes);
    composition_release(root);
  }
}

static void
test_channels_become_tracks(void** const state)
{
  (void)state;
  const Bytes        bytes = one_track(0,
                                "0060",
                                "00FF0304536F6E67"  // Name "Song"
                                "00C021 00903C64"   // Program 33
                                "00992464 00923E50" // Channels 10 and 3
                                "60803C00 00892400 00823E00");
  Composition* const root  = decode_bytes(&bytes);
  assert_string_equal(string_text(root->name), "Song");
  assert_int_equal(id_list_count(root->order[KIND_TRACK]), 3);

  assert_string_equal(string_text(track_at(root, 0)->name), "Channel 1");
  assert_string_equal(string_text(track_at(root, 0)->instrument), "bass");
  assert_notes(clip_at(root, 0), "60 0 96 100;");
  assert_json(clip_at(root, 0)->controllers, "[[0.0,\"program\",33]]");

  assert_string_equal(string_text(track_at(root, 1)->name), "Drums");
  assert_string_equal(string_text(track_at(root, 1)->kit), "808-core");
  assert_notes(clip_at(root, 1), "36 0 96 100;");

  assert_string_equal(string_text(track_at(root, 2)->name), "Channel 3");
  assert_notes(clip_at(root, 2), "62 0 96 80;");
  for (uint32_t i = 0; i < 3u; ++i) {
    assert_int_equal(track_at(root, i)->type, 1);
    assert_int_equal(clip_at(root, i)->start, 0);
    assert_int_equal(clip_at(root, i)->length, 4 * BEAT);
  }

  composition_release(root);
}

/// A conductor, a track, one with a name only, a chunk of a kind unknown
static Bytes
two_tracks(void)
{
  return hex("4D546864 00000006 0001 0003 0060"
             "4D54726B 00000033"
             "00FF0304536F6E67"    // Name "Song"
             "00FF58040303 1808"   // 3/8
             "00FF510307 0AE2"     // 461,538 us: 130 BPM
             "60FF5103 07A120"     // Beat 1: 120 BPM
             "30FF0605426561 C373" // Beat 1.5: a marker in Latin-1
             "00FF58040402 1808"   // Beat 1.5: 4/4
             "00FF2F00"
             "4D54726B 00000024"
             "00FF030442617373" // Name "Bass"
             "00903C64 00B00740 00E00050 8140803C00 00D005 00A03C07"
             "00FF2F00"
             "58585858 00000002 0102" // Passed over
             "4D54726B 0000000B 00FF0303456E64 00FF2F00"
             "00");
}

static void
test_tempo_and_signatures(void** const state)
{
  (void)state;
  const Bytes        bytes = two_tracks();
  Composition* const root  = decode_bytes(&bytes);
  assert_int_equal(root->tempo, 130 * MICRO_BPM_PER_BPM);
  assert_json(root->tempo_map, "[[1.0,120.0,\"jump\"]]");
  assert_int_equal(root->signature.beats, 3);
  assert_int_equal(root->signature.unit, 8);
  assert_json(root->signature_map, "[[1.5,\"4/4\"]]");

  const Marker* const marker =
    (const Marker*)composition_find(root, id_make(KIND_MARKER, 1));
  assert_non_null(marker);
  assert_string_equal(string_text(marker->name), "Bea\xC3\x83s");
  assert_int_equal(marker->beat, BEAT * 3 / 2);

  assert_int_equal(id_list_count(root->order[KIND_TRACK]), 2);
  assert_string_equal(string_text(track_at(root, 0)->name), "Bass");
  assert_notes(clip_at(root, 0), "60 0 192 100;");
  assert_json(clip_at(root, 0)->controllers,
              "[[0.0,\"cc\",7,64],[0.0,\"bend\",2048],[2.0,\"pressure\",5],"
              "[2.0,\"poly\",60,7]]");

  // A bar of 3/8, then one of 4/4
  assert_int_equal(clip_at(root, 0)->length, BEAT * 11 / 2);
  assert_string_equal(string_text(track_at(root, 1)->name), "End");
  assert_int_equal(id_list_count(track_at(root, 1)->clips), 0);
  composition_release(root);
}

static void
test_every_truncation_is_refused(void** const state)
{
  (void)state;
  Bytes bytes = two_tracks();
  --bytes.size; // What follows the last track is passed over
  composition_release(decode_bytes(&bytes));
  for (size_t size = 0; size < bytes.size; ++size) {
    // A copy of just that size, so that reading on is noticed
    char           text[256] = "";
    Composition*   root      = NULL;
    uint8_t* const part      = malloc(size + !size);
    memcpy(part, bytes.bytes, size);
    assert_int_equal(smf_decode(part, size, text, sizeof(text), &root),
                     STATUS_BAD_ARGUMENT);
    assert_null(root);
    assert_int_equal(strncmp(text, "Byte ", 5), 0);
    free(part);
  }
}

static void
test_malformed_files_are_refused(void** const state)
{
  (void)state;

  // clang-format off
  static const struct {
    const char* bytes;
    Status      status;
    const char* text;
  } cases[] = {
    {"52494646 00000006 0000 0001 0060", STATUS_BAD_ARGUMENT, "Byte 0: expected the header of a Standard MIDI File"},
    {"4D546864 00000005 0000 0001 0060", STATUS_BAD_ARGUMENT, "Byte 4: expected 6 bytes of a header, not 5"},
    {"4D546864 00000006 0002 0001 0060", STATUS_UNSUPPORTED, "Byte 8: expected a file of type 0 or 1, not 2"},
    {"4D546864 00000006 0001 0000 0060", STATUS_BAD_ARGUMENT, "Byte 10: expected at least 1 track, not 0"},
    {"4D546864 00000006 0001 0001 0000", STATUS_BAD_ARGUMENT, "Byte 12: expected at least 1 tick per quarter note, not 0"},
    {"4D546864 00000006 0001 0001 E728", STATUS_UNSUPPORTED, "Byte 12: expected a division in ticks per quarter note, not in SMPTE frames"},
    {"4D546864 00000006 0001 0001 0060", STATUS_BAD_ARGUMENT, "Byte 14: the file ends before its last track"},
    {"4D546864 00000006 0001 0001 0060 4D54726B FFFFFFFF 00", STATUS_BAD_ARGUMENT, "Byte 14: the file has 1 of the 4294967295 bytes of a chunk"},
  };
  static const struct {
    const char* events;
    Status      status;
    const char* text;
  } tracks[] = {
    {"8080808000903C64", STATUS_BAD_ARGUMENT, "Byte 22: a number has more than 4 bytes"},
    {"003C64", STATUS_BAD_ARGUMENT, "Byte 23: expected an event, not the data byte 0x3C"},
    {"00903C80", STATUS_BAD_ARGUMENT, "Byte 25: expected a data byte, not 0x80"},
    {"00F8", STATUS_BAD_ARGUMENT, "Byte 23: 0xF8 is no event of a file"},
    {"00903C64 00F000 3C00", STATUS_BAD_ARGUMENT, "Byte 30: expected an event, not the data byte 0x00"},
    {"00FF510201F4", STATUS_BAD_ARGUMENT, "Byte 26: expected 3 bytes of a tempo, not 2"},
    {"00FF7FFF7F", STATUS_BAD_ARGUMENT, "Byte 31: the track ends within an event"},
    {"FFFFFF7FB00740", STATUS_TOO_LARGE, "Byte 22: expected an event before beat 9999000"},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const Bytes bytes = hex(cases[i].bytes);
    assert_refused(&bytes, cases[i].status, cases[i].text);
  }

  for (size_t i = 0; i < sizeof(tracks) / sizeof(tracks[0]); ++i) {
    const Bytes bytes = one_track(1, "0018", tracks[i].events);
    assert_refused(&bytes, tracks[i].status, tracks[i].text);
  }
}

static void
test_limits_are_remarked(void** const state)
{
  (void)state;
  const Bytes  bytes = one_track(1,
                                "0060",
                                "00FF5103000001" // 60,000,000 BPM
                                "00FF58040002 1808 00FF58040440 1808");
  char         text[256];
  Composition* root = NULL;
  assert_int_equal(
    smf_decode(bytes.bytes, bytes.size, text, sizeof(text), &root), STATUS_OK);
  assert_string_equal(text,
                      "1 tempos were limited to 20 to 300 BPM; 2 signatures "
                      "beyond 64/64 were left out");
  assert_int_equal(root->tempo, 300 * MICRO_BPM_PER_BPM);
  assert_int_equal(root->signature.beats, 4);
  composition_release(root);
}

static void
test_memory_may_run_out(void** const state)
{
  (void)state;
  const Bytes bytes = two_tracks();
  unsigned    fails = 0;
  for (unsigned n = 1;; ++n) {
    char         text[256] = "";
    Composition* root      = NULL;
    Text         out       = {0};
    fail_malloc_at(n);
    Status st = smf_decode(bytes.bytes, bytes.size, text, sizeof(text), &root);
    st        = st ? st : smf_encode(root, &out, text, sizeof(text));
    const bool failed = fail_malloc_stop() >= n;
    text_free(&out);
    composition_release(root);
    if (!failed) {
      assert_int_equal(st, STATUS_OK);
      break;
    }

    assert_int_equal(st, STATUS_NO_MEMORY);
    assert_true(text[0]);
    ++fails;
  }

  assert_true(fails > 20u);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_notes_end_as_they_should),
    cmocka_unit_test(test_channels_become_tracks),
    cmocka_unit_test(test_tempo_and_signatures),
    cmocka_unit_test(test_every_truncation_is_refused),
    cmocka_unit_test(test_malformed_files_are_refused),
    cmocka_unit_test(test_limits_are_remarked),
    cmocka_unit_test(test_memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
