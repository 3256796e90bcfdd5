# SPDX-License-Identifier: GPL-3.0-or-later
#
# Compare the includes of the source with tests/layers.txt:
#
#   awk -f tests/layers.awk tests/layers.txt src/*/*.[ch]

function complain(text) {
  print FILENAME ":" FNR ": " text
  status = 1
}

# Whether one of the words stands for `layer` or for its file `path`
function is_among(words, layer, path, list, n, i) {
  n = split(words, list, " ")
  for (i = 1; i <= n; ++i) {
    if (list[i] == "*" || list[i] == layer || list[i] == path) {
      return 1
    }
  }
  return 0
}

# The rules
FILENAME == ARGV[1] {
  sub(/#.*/, "")
  if (split($0, rule, /:[ \t]*/) == 2) {
    if (rule[1] ~ /^</) {
      library[substr(rule[1], 1, length(rule[1]) - 1)] = rule[2]
    } else {
      allowed[rule[1]] = rule[2]
    }
  }
  next
}

# A source file: its path below src/, and its layer
FNR == 1 {
  ++files
  file = FILENAME
  sub(/^src\//, "", file)
  own = file
  sub(/\/.*/, "", own)
  if (!(own in allowed)) {
    complain("the layer " own " is not in tests/layers.txt")
  }
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, part, "\"")
  layer = part[2]
  sub(/\/.*/, "", layer)
  if (!(layer in allowed)) {
    if (part[2] ~ /\//) {
      complain("the layer " layer " is not in tests/layers.txt")
    }
  } else if (layer != own && !is_among(allowed[own], layer, part[2])) {
    complain(own " must not include " part[2])
  }
}

/^[ \t]*#[ \t]*include[ \t]*</ {
  name = substr($0, index($0, "<"))
  for (prefix in library) {
    if (index(name, prefix) == 1 && !is_among(library[prefix], own, file)) {
      complain(own " must not include " name)
    }
  }
}

END {
  if (!files) {
    print "no source file was given"
    status = 1
  }
  exit status
}
