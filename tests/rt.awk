# SPDX-License-Identifier: GPL-3.0-or-later
#
# Find what may block among the names that objects of the process thread leave
# to others (what is called through pointers is left to the interposer):
#
#   nm -uA build/src/engine/*.o | awk -f tests/rt.awk

BEGIN {
  # Memory
  deny = "(m|c|re|aligned_|v)alloc|reallocarray|(posix_)?memalign|free|strn?dup"

  # Files and text
  deny = deny "|f?(open|read|write|close)(at)?|fflush"
  deny = deny "|v?(f|d|as?|sn?)?printf|f?puts|f?putc|putchar|perror|syslog"

  # Waiting and threads
  deny = deny "|sem_(timed)?wait|poll|select|epoll_wait"
  deny = deny "|pthread_(mutex|cond|rwlock|create|join|barrier)[a-z_]*"
  deny = deny "|(clock_)?(nano)?u?sleep|sched_yield"

  # Libraries
  deny = deny "|(lo|json|sf|src|jack|fftwf?)_[a-z_]*"

  deny = "^_*(" deny ")(_chk)?$"
}

{
  name = $NF
  sub(/@.*/, "", name)
}

# A transform that is planned does nothing but arithmetic
name ~ /^fftwf_execute/ {
  next
}

name ~ deny {
  print
  status = 1
}

END {
  if (!NR) {
    print "no name was given"
    status = 1
  }
  exit status
}
