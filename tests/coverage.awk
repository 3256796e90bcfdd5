# SPDX-License-Identifier: GPL-3.0-or-later
#
# Add up by folder what gcov says of each file:
#
#   gcov -n build-coverage/src/*/*.gcda | awk -f tests/coverage.awk

/^File '/ {
  split($0, part, "'")
  folder = ""
  if (part[2] ~ /^src\/.*\.c$/) {
    folder = part[2]
    sub(/\/[^\/]*$/, "", folder)
  }
}

/^Lines executed:/ && folder {
  sub(/^Lines executed:/, "")
  sub(/% of /, " ")
  lines[folder] += $2
  run[folder] += $1 * $2 / 100
  folder = ""
}

END {
  for (folder in lines) {
    printf "%-16s %5.1f %% of %6d lines\n", folder,
           100 * run[folder] / lines[folder], lines[folder] | "sort"
    all += lines[folder]
    all_run += run[folder]
  }
  close("sort")
  if (!all) {
    print "nothing was measured"
    exit 1
  }
  printf "%-16s %5.1f %% of %6d lines\n", "all", 100 * all_run / all, all
}
