# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sonic Claude among the engines of the comparison: copy this and session.py
# into its folder of peers.  SONIC_CLAUDE names the program, THREADS how many it
# may use (1), CPU the vector level (the best there is).
supports() { case $1 in M|M0|R|S) ;; *) return 1;; esac; }
prep() {
  PYTHONPATH=. /usr/bin/python3 peers/session.py "$1" "$2" "$DATA" \
    > "$W_DIR/session.json" || return 1
  case $1 in S) beats=20 ;; *) beats=120 ;; esac
  CMD=("${SONIC_CLAUDE:-sonic-claude}" render "$W_DIR/session.json" -o "$3"
       --bits float --to "$beats" --tail 0 --threads "${THREADS:-1}"
       --data-dir "$W_DIR" --media-dir "$DATA" ${CPU:+--cpu "$CPU"})
}
