// SPDX-License-Identifier: GPL-3.0-or-later
//
// Limits of the wire
//
// Every size, count and depth that a sender can choose has its limit here, so
// that no packet costs more than a bounded amount of time and memory.  What is
// over a limit is `too-large`.

#ifndef SONIC_OSC_LIMITS_H
#define SONIC_OSC_LIMITS_H

// Packets

#define LIMIT_PACKET_BYTES 65536u  ///< A packet, on any transport
#define LIMIT_BUNDLE_DEPTH 8u      ///< Bundles inside each other
#define LIMIT_ELEMENTS 1024u       ///< Bundle elements in a packet, in all
#define LIMIT_DATAGRAM_BYTES 1400u ///< What we send, unless asked otherwise
#define LIMIT_ARGUMENTS 256u       ///< Arguments of a message

// Addresses

#define LIMIT_ADDRESS_CHARS 255u ///< An address that is looked up
#define LIMIT_ADDRESS_PARTS 24u  ///< Parts between its slashes

// Patterns

#define LIMIT_PART_CHARS 255u      ///< A part that a pattern is held against
#define LIMIT_PATTERN_STEPS 10000u ///< Steps for the pattern of a message
#define LIMIT_PACKET_STEPS 200000u ///< Steps for all patterns of a packet

// Connections

#define LIMIT_TCP_CLIENTS 64u              ///< Connections at a time
#define LIMIT_TCP_OUTPUT_BYTES (4u << 20u) ///< Waiting for one slow reader
#define LIMIT_UDP_OUTPUT_BYTES (1u << 20u) ///< Waiting for the UDP socket
#define LIMIT_UDP_OUTPUT_PACKETS 512u      ///< Likewise
#define LIMIT_ALLOWED 256u                 ///< Entries of the allow-list
#define LIMIT_WATCHES 32u                  ///< Other descriptors in the loop

#endif // SONIC_OSC_LIMITS_H
