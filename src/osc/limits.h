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
#define LIMIT_PACKET_STEPS 100000u ///< Steps for all patterns of a packet

// Clients

#define LIMIT_CLIENTS 256u             ///< Known at a time
#define LIMIT_TOUCHES 64u              ///< Controls that one client holds
#define LIMIT_BANK_STRIPS 64u          ///< Most strips of a bank
#define LIMIT_LEASE_SECONDS 60u        ///< Kept after the last message
#define LIMIT_LEASE_ASK_SECONDS 10u    ///< Asked for a sign of life before
#define LIMIT_SUBSCRIPTIONS 256u       ///< Of a client
#define LIMIT_INTERESTS 65536u         ///< Rows of all subscriptions
#define LIMIT_UPDATES 65536u           ///< Values on their way to a client
#define LIMIT_ALL_UPDATES 262144u      ///< To all clients
#define LIMIT_UPDATES_BURST 64u        ///< Sent to a client at a time
#define LIMIT_PACKET_WORK 3072u        ///< Values that a packet can ask for
#define LIMIT_LATER 256u               ///< Calls that are answered later
#define LIMIT_ANSWERS_BURST 256u       ///< Datagrams of answers at a time
#define LIMIT_ANSWER_BYTES (8u << 20u) ///< Answers to one packet
#define LIMIT_HELD_BUNDLES 1024u       ///< Bundles that wait for their time
#define LIMIT_HELD_CLIENT_BUNDLES 256u ///< Of a client
#define LIMIT_HELD_BYTES (4u << 20u)   ///< Of all of them
#define LIMIT_HELD_SECONDS 60u         ///< How far ahead

// Connections

#define LIMIT_TCP_CLIENTS 64u              ///< Connections at a time
#define LIMIT_TCP_OUTPUT_BYTES (4u << 20u) ///< Waiting for one slow reader
#define LIMIT_UDP_OUTPUT_BYTES (1u << 20u) ///< Waiting for the UDP socket
#define LIMIT_UDP_OUTPUT_PACKETS 512u      ///< Likewise
#define LIMIT_ALLOWED 256u                 ///< Entries of the allow-list
#define LIMIT_WATCHES 32u                  ///< Other descriptors in the loop

#endif // SONIC_OSC_LIMITS_H
