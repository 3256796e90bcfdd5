# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sonic Claude.  A file under src/ or tests/ is picked up by being there;
# object paths mirror the tree.  `make help` lists the targets.

BUILD  ?= build
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local

.DEFAULT_GOAL := all

# Libraries, each found by pkg-config
PACKAGES := jack liblo jansson sndfile samplerate

# Layers; a part of the tree is built with DIRS="base model"
DIRS ?= base dsp units engine backend model media analysis store services \
        osc session cli

WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
            -Wmissing-prototypes -Wwrite-strings -Wvla -Wundef
CPPFLAGS_ALL := -Isrc -I$(BUILD)/gen -D_GNU_SOURCE $(CPPFLAGS) \
                $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS_ALL   := -std=c11 -pthread -ffp-contract=off -fno-math-errno \
                $(WARNINGS) $(CFLAGS)
LDLIBS_ALL   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm -pthread

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

KERNELS := $(foreach d,$(DIRS),$(wildcard src/$d/*_kernel.c))
SOURCES := $(filter-out $(KERNELS),$(foreach d,$(DIRS),$(wildcard src/$d/*.c)))
GENERATED := $(if $(filter model,$(DIRS)),$(BUILD)/gen/fields.c) \
             $(if $(filter osc,$(DIRS)),$(BUILD)/gen/schema_table.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) \
           $(foreach l,$(LEVELS),$(KERNELS:%.c=$(BUILD)/%.$l.o)) \
           $(GENERATED:%.c=%.o)
SUPPORT := $(patsubst %.c,$(BUILD)/%.o,\
             $(filter-out %/rtguard.c,$(wildcard tests/support/*.c)))
LIBRARY := $(BUILD)/libsonic.a
PROGRAM := $(BUILD)/sonic-claude

# A test program belongs to the layer its folder is named after; those in
# tests/e2e run the whole program
TESTS := $(foreach d,$(DIRS) e2e,$(patsubst %.c,$(BUILD)/%,\
           $(wildcard tests/$d/test_*.c)))

.PHONY: all help
all: $(PROGRAM)

$(PROGRAM): $(BUILD)/src/main.o $(LIBRARY)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

define LEVEL_RULE
$(BUILD)/src/%.$1.o: src/%.c
	@mkdir -p $$(@D)
	$(CC) $$(CPPFLAGS_ALL) $$(CFLAGS_ALL) $$(LEVEL_$1) -MMD -MP -c -o $$@ $$<
endef
$(foreach l,$(LEVELS),$(eval $(call LEVEL_RULE,$l)))

$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) -Itests $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Allocations of our own code go through tests/support/fail_malloc.c, what it
# does to files through tests/support/fail_io.c
comma := ,
WRAP  := malloc calloc realloc reallocarray aligned_alloc strdup strndup \
         asprintf vasprintf open write fsync fdatasync rename renameat2 \
         truncate ftruncate link unlink mkdir

# A test takes of the support what it uses, so a part of the tree can be tested
$(BUILD)/libsupport.a: $(SUPPORT)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libsupport.a $(LIBRARY)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) $(WRAP:%=-Wl$(comma)--wrap=%) -o $@ \
	  -Wl,--start-group $^ -Wl,--end-group -lcmocka $(LDLIBS_ALL)

# The OSC surface: one generator turns the schema into the tables of fields
# and addresses
SCHEMA    := $(wildcard osc-schema/*.json)
GENERATOR := $(wildcard osc-schema/*.c)

$(BUILD)/generate: $(GENERATOR) osc-schema/generate.h
	@mkdir -p $(@D)
	$(CC) -O1 -std=c11 -D_GNU_SOURCE $(WARNINGS) -o $@ $(GENERATOR) \
	  $(shell pkg-config --cflags --libs jansson)

$(BUILD)/gen/fields.c $(BUILD)/gen/schema_table.c &: $(BUILD)/generate $(SCHEMA)
	@mkdir -p $(BUILD)/gen/osc
	$(BUILD)/generate osc-schema $(BUILD)/gen

# The reference of the OSC surface comes from the program itself
$(BUILD)/man/sonic-claude-osc.7: $(PROGRAM)
	@mkdir -p $(@D)
	$(PROGRAM) schema --format man > $@.new && mv $@.new $@

# Objects that include a generated header wait for it
$(OBJECTS) $(SUPPORT) $(BUILD)/src/main.o: | $(GENERATED)

# Watches the real-time sections of what it is preloaded to; never sanitized
RTGUARD := $(BUILD)/rtguard.so
$(RTGUARD): tests/support/rtguard.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O2 -g -fPIC -shared -D_GNU_SOURCE $(WARNINGS) -o $@ $<

export TSAN_OPTIONS ?= suppressions=$(CURDIR)/tests/tsan.supp

.PHONY: check-unit
check-unit: $(TESTS) $(RTGUARD)
	@for t in $(TESTS); do echo "== $$t"; $$t || exit 1; done

# Parsers of outside data under clang's libFuzzer, each from its seeds
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
SAN_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
            -fno-sanitize-recover=undefined

$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIBRARY)
	$(CC) $(CFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(LDLIBS_ALL)

.PHONY: check-fuzz check-fuzz-quick
check-fuzz: FUZZ_SECONDS := 60
check-fuzz-quick: FUZZ_SECONDS := 5
check-fuzz check-fuzz-quick:
	$(MAKE) BUILD=build-fuzz CC=clang CFLAGS="$(SAN_fuzz)" \
	  $(FUZZ:%=build-fuzz/tests/fuzz/fuzz_%)
	@for f in $(FUZZ); do echo "== fuzz_$$f"; \
	  mkdir -p build-fuzz/corpus/$$f && \
	  build-fuzz/tests/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) \
	    -timeout=5 -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=build-fuzz/$$f- \
	    build-fuzz/corpus/$$f tests/fuzz/corpus/$$f || exit 1; done

# Objects of the process thread may not even name what blocks; what is called
# through pointers is left to the interposer
RT := $(filter-out %_setup.o,\
        $(filter $(patsubst %,$(BUILD)/src/%/%.o,dsp engine units),$(OBJECTS)))
RT_DENY := (m|c|re|aligned_|v)alloc|reallocarray|(posix_)?memalign|free|strn?dup|\
           f?(open|read|write|close)(at)?|fflush|v?(f|d|as?|sn?)?printf|\
           f?puts|f?putc|putchar|perror|syslog|sem_wait|sem_timedwait|\
           pthread_(mutex|cond|rwlock|create|join|barrier)[a-z_]*|\
           (clock_)?(nano)?u?sleep|sched_yield|poll|select|epoll_wait|\
           (lo|json|sf|src|jack|fftwf?)_[a-z_]*
empty :=
space := $(empty) $(empty)

.PHONY: check-rt
check-rt: $(RT)
	@test -n "$(RT)" || { echo "check-rt: no objects"; exit 1; }
	@! nm -uA $(RT) | \
	  grep -E ' [Uw] _*($(subst $(space),,$(RT_DENY)))(_chk)?(@|$$)'

.PHONY: check-layers
check-layers:
	@awk -f tests/layers.awk tests/layers.txt \
	  $$(find src -name '*.[ch]' | sort)

.PHONY: clean
clean:
	rm -rf $(BUILD) build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
