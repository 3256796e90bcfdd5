# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sonic Claude.  A file under src/ or tests/ is picked up by being there; object
# paths mirror the tree.  `make help` lists the targets, from the lines with ##.

BUILD   ?= build
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
VERSION := $(shell sed -n 's/.*SONIC_VERSION "\(.*\)"/\1/p' src/base/version.h)

.DEFAULT_GOAL := all

# Libraries, each found by pkg-config
PACKAGES := jack liblo jansson sndfile samplerate rubberband fftw3f \
            libarchive libebur128 libcurl expat

# Layers; a part of the tree is built with DIRS="base model"
DIRS ?= base dsp units engine backend model media analysis store services \
        osc session ai surface cli

# Warnings are errors with WERROR=1, as CI has it
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
            -Wmissing-prototypes -Wwrite-strings -Wvla -Wundef \
            $(if $(WERROR),-Werror)
CPPFLAGS_ALL := -Isrc -Itests -I$(BUILD)/gen -D_GNU_SOURCE $(CPPFLAGS) \
                $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS_ALL   := -std=c11 -pthread -ffp-contract=off -fno-math-errno \
                $(WARNINGS) $(CFLAGS)
COMPILE       = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP
LDLIBS_ALL   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) \
                -lfftw3f_threads -lm -pthread

# Kernels are compiled once per CPU level: delay_kernel.c -> delay_kernel.v3.o
ifneq (,$(filter x86_64,$(shell uname -m)))
LEVELS := v2 v3 v4
else
LEVELS := other
endif
LEVEL_v2    := -march=x86-64-v2 -DSONIC_LEVEL=v2 -DSONIC_VECTOR=4
LEVEL_v3    := -march=x86-64-v3 -DSONIC_LEVEL=v3 -DSONIC_VECTOR=8
LEVEL_v4    := -march=x86-64-v4 -mprefer-vector-width=512 \
               -DSONIC_LEVEL=v4 -DSONIC_VECTOR=16
LEVEL_other := -DSONIC_LEVEL=other -DSONIC_VECTOR=4

KERNELS   := $(foreach d,$(DIRS),$(wildcard src/$d/*_kernel.c))
SOURCES   := $(filter-out $(KERNELS),$(foreach d,$(DIRS),$(wildcard src/$d/*.c)))
GENERATED := $(addprefix $(BUILD)/gen/,$(if $(filter model,$(DIRS)),fields.c) \
               $(if $(filter osc,$(DIRS)),schema_table.c))
OBJECTS   := $(SOURCES:%.c=$(BUILD)/%.o) $(GENERATED:%.c=%.o) \
             $(foreach l,$(LEVELS),$(KERNELS:%.c=$(BUILD)/%.$l.o))
PROGRAM   := $(BUILD)/sonic-claude
LIBRARY   := $(BUILD)/libsonic.a
MANUAL    := $(BUILD)/man/sonic-claude-osc.7

# A test program belongs to the layer its folder is named after; those in
# tests/e2e run the whole program.  ONLY="model/%" leaves out all others.  Where
# a clock or a JACK server is at work, one runs at a time.
programs = $(patsubst %.c,$(BUILD)/%,$(wildcard $(1:%=tests/%)))
ONLY    ?= %
TESTS   := $(filter $(ONLY:%=$(BUILD)/tests/%),$(call programs,\
             $(patsubst %,%/test_*.c,$(DIRS) $(if $(filter cli,$(DIRS)),e2e))))
ALONE   := $(filter $(patsubst %,$(BUILD)/tests/%/%,backend e2e),$(TESTS))
FUZZ    := $(call programs,fuzz/fuzz_*.c)
BENCH   := $(call programs,bench/bench_*.c)
RTGUARD := $(BUILD)/rtguard.so
SUPPORT := $(filter-out %/rtguard.o,$(addsuffix .o,$(call programs,support/*.c)))

# Allocations of our own code go through tests/support/fail_malloc.c in tests,
# what it does to files through fail_io.c
WRAP := malloc calloc realloc reallocarray aligned_alloc strdup strndup \
        asprintf vasprintf open read pread write fsync fdatasync rename \
        renameat2 truncate ftruncate link unlink mkdir opendir readdir flock

.PHONY: all run deps check check-unit check-asan check-tsan check-layers \
        check-rt check-readers check-long check-whole check-fuzz \
        check-fuzz-quick fuzz bench sheets coverage lint install uninstall \
        dist clean help

## Build the program
all: $(PROGRAM)

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(COMPILE) -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

define LEVEL_RULE
$(BUILD)/%.$1.o: %.c
	@mkdir -p $$(@D)
	$$(COMPILE) $$(LEVEL_$1) -c -o $$@ $$<
endef
$(foreach l,$(LEVELS),$(eval $(call LEVEL_RULE,$l)))

$(LIBRARY): $(OBJECTS)
$(BUILD)/libsupport.a: $(SUPPORT)
$(BUILD)/%.a:
	@rm -f $@
	$(AR) rcs $@ $^

# Two hundred programs are linked in half the time where there is gold
GOLD := $(if $(shell command -v ld.gold),-fuse-ld=gold)

# A test takes of the support what it uses, so a part of the tree can be tested
$(PROGRAM): $(BUILD)/src/main.o $(LIBRARY)
$(BENCH) $(FUZZ): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libsupport.a $(LIBRARY)
$(TESTS): LDLIBS_ALL += -lcmocka $(WRAP:%=-Wl,--wrap=%) $(GOLD)
$(FUZZ): LDLIBS_ALL += -fsanitize=fuzzer
$(PROGRAM) $(BENCH) $(FUZZ) $(TESTS):
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ \
	  -Wl,--start-group $^ -Wl,--end-group $(LDLIBS_ALL)

# The OSC surface: one generator turns the schema into the tables of fields
# and addresses
$(BUILD)/generate: $(wildcard osc-schema/*.c) osc-schema/generate.h
	@mkdir -p $(@D)
	$(CC) -O1 -std=c11 -D_GNU_SOURCE $(WARNINGS) -o $@ $(filter %.c,$^) \
	  $(shell pkg-config --cflags --libs jansson)

$(addprefix $(BUILD)/gen/,fields.c schema_table.c osc/handlers.h) &: \
    $(BUILD)/generate $(wildcard osc-schema/*.json)
	@mkdir -p $(@D)
	$(BUILD)/generate osc-schema $(BUILD)/gen

# Objects that include a generated header wait for it
$(OBJECTS) $(SUPPORT) $(BUILD)/src/main.o: | $(GENERATED)

# The reference of the OSC surface comes from the program itself
$(MANUAL): $(PROGRAM)
	@mkdir -p $(@D)
	$(PROGRAM) schema --format man > $@.new && mv $@.new $@

## Bring what is missing for building and running
deps:
	@.ci/deps build

# A second make, since what pkg-config says has changed where packages came
jobs = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

## Bring what is missing, build, play the demo
run: deps
	@$(MAKE) -s $(jobs) all
	$(PROGRAM) run --connect --play

# Watches the real-time sections of what it is preloaded to; never sanitized
$(RTGUARD): tests/support/rtguard.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O2 -g -fPIC -shared -D_GNU_SOURCE $(WARNINGS) -o $@ $<

BUILD_asan := CC=clang CFLAGS="-O1 -g -fno-omit-frame-pointer \
  -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
BUILD_tsan := CFLAGS="-O1 -g -fsanitize=thread"

# Where two threads meet
THREADED := base/test_ring% engine/% backend/% media/% store/% services/% \
            osc/test_sockets% osc/test_tcp% osc/test_server% ai/test_model%

# What reads files from outside and writes them is sanitized in every check, the
# rest in `make check-long`: a sanitized build of all takes as long as the rest
READERS := base model store

# Each is made by itself, so that all are tried and their tests are summed
STAGES := check-layers check-rt check-unit check-readers

## Bring what is missing, build and run every test
check:
	@.ci/deps check
	@tests/run --stages "$(MAKE) -s $(jobs)" $(STAGES)

## Run the tests as they are (DIRS="base model": of these layers)
check-unit: $(TESTS) $(RTGUARD) $(if $(filter cli,$(DIRS)),$(PROGRAM))
	@tests/run $(BUILD) $(filter-out $(ALONE),$(TESTS)) --alone $(ALONE)

## Run the tests of what reads files under Address Sanitizer
check-readers:
	@$(MAKE) -s $(jobs) DIRS="$(READERS)" check-asan

## Run the layers' tests under Address and UndefinedBehavior Sanitizer
check-asan:
	@$(MAKE) -s $(jobs) BUILD=build-asan $(BUILD_asan) \
	  ONLY="$(DIRS:=/%)" check-unit

## Run the tests of what has threads under Thread Sanitizer
check-tsan:
	@$(MAKE) -s $(jobs) BUILD=build-tsan $(BUILD_tsan) \
	  ONLY="$(THREADED)" check-unit

## Run what takes hours: all tests at full length, the whole program sanitized
check-long: export LENGTHY = 1
check-long: export LIMIT = 7200
check-long:
	@.ci/deps check
	@tests/run --stages "$(MAKE) -s $(jobs)" \
	  check-unit check-asan check-tsan check-fuzz check-whole

check-whole:
	@$(MAKE) -s $(jobs) BUILD=build-asan $(BUILD_asan) ONLY="e2e/%" check-unit
	@$(MAKE) -s $(jobs) BUILD=build-tsan $(BUILD_tsan) ONLY="e2e/%" check-unit

## Fuzz each reader of outside data for a minute
check-fuzz: export FUZZ_SECONDS ?= 60
check-fuzz-quick: export FUZZ_SECONDS ?= 5
check-fuzz check-fuzz-quick:
	@$(MAKE) -s $(jobs) BUILD=build-asan $(BUILD_asan) fuzz

fuzz: $(FUZZ)
	@tests/run fuzz $(FUZZ)

RT := $(filter $(patsubst %,$(BUILD)/src/%/%.o,dsp engine units),$(OBJECTS))

## See that nothing of the process thread can block
check-rt: $(filter-out %_setup.o,$(RT))
	@nm -uA $^ | awk -f tests/rt.awk

## See that layers include only what is below them
check-layers:
	@awk -f tests/layers.awk tests/layers.txt $$(find src -name '*.[ch]')

## Measure
bench: $(BENCH)
	@for b in $(BENCH); do echo "== $$b"; $$b || exit 1; done

## Draw the sound of every instrument and kit, to be looked at
sheets: $(PROGRAM)
	@.ci/deps sheets
	tests/sheets/make-sheets $(PROGRAM) $(BUILD)/sheets

## Say for each folder how much the tests run
coverage:
	@$(MAKE) -s $(jobs) BUILD=build-coverage CFLAGS="-O0 -g --coverage" check-unit
	@find build-coverage/src -name '*.gcda' -exec gcov -n {} + 2>/dev/null | \
	  awk -f tests/coverage.awk

LINTED = $(shell find src tests osc-schema -name '*.[ch]')

## Check the format and look for faults with clang-tidy
lint: $(GENERATED)
	@.ci/deps lint
	@clang-format --dry-run --Werror $(LINTED)
	@printf '%s\n' $(filter %.c,$(LINTED)) | xargs -P$(shell nproc) -I{} \
	  clang-tidy --quiet {} -- $(CPPFLAGS_ALL) $(CFLAGS_ALL) \
	    $(LEVEL_$(firstword $(LEVELS))) 2>/dev/null

share := $(DESTDIR)$(PREFIX)/share

## Put program, presets and manual below PREFIX (DESTDIR: before it)
install: $(PROGRAM) $(MANUAL)
	install -D $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/sonic-claude
	install -Dm644 man/sonic-claude.1 $(share)/man/man1/sonic-claude.1
	install -Dm644 $(MANUAL) $(share)/man/man7/sonic-claude-osc.7
	install -Dm644 src/session/desktop/sonic-claude.desktop \
	  $(share)/applications/sonic-claude.desktop
	install -Dm644 src/session/desktop/sonic-claude.metainfo.xml \
	  $(share)/metainfo/sonic-claude.metainfo.xml
	install -Dm644 src/session/desktop/sonic-claude.service \
	  $(DESTDIR)$(PREFIX)/lib/systemd/user/sonic-claude.service
	set -e; for f in $$(find presets -name '*.json' -o -name '*.flac'); do \
	  install -Dm644 $$f $(share)/sonic-claude/$$f; done

## Remove what install put there
uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/sonic-claude $(share)/sonic-claude \
	  $(share)/applications/sonic-claude.desktop \
	  $(share)/metainfo/sonic-claude.metainfo.xml \
	  $(DESTDIR)$(PREFIX)/lib/systemd/user/sonic-claude.service \
	  $(share)/man/man1/sonic-claude.1 $(share)/man/man7/sonic-claude-osc.7

## Pack the source as committed
dist:
	@mkdir -p dist
	git archive --prefix=sonic-claude-$(VERSION)/ HEAD \
	  -o dist/sonic-claude-$(VERSION).tar.gz

## Remove all that was built
clean:
	rm -rf $(BUILD) build-* dist

## List the targets
help:
	@awk '/^## / { text = substr($$0, 4) } \
	  /^[a-z-]+:/ && text { sub(/:.*/, ""); \
	    printf "  %-18s%s\n", $$0, text; text = "" }' Makefile

# With `clean` among the goals the others wait their turn
$(if $(filter clean,$(MAKECMDGOALS)),$(eval .NOTPARALLEL:))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
