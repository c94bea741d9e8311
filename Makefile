# nocturne. `make` builds build/nocturne, `make demo` opens the console on a simulated fleet, `make test` runs the suite.
#
#   make SAN=1 test       everything under AddressSanitizer and UBSan     (build-asan/)
#   make SAN=thread test  under ThreadSanitizer                            (build-tsan/)
#   make CC=clang         with the other compiler
#   make lint             rooms, globals, sizes, format, clang-tidy
#   make format           rewrite the layout of every source file
#   make fuzz FUZZ_SECONDS=60 | bench | test-upstream | install DESTDIR=… PREFIX=…

CC ?= gcc
PREFIX ?= /usr/local
PKG_CONFIG ?= pkg-config
SAN ?=
VERSION := 0.1.0

ifeq ($(SAN),)
B := build
sanitize :=
else ifeq ($(SAN),thread)
B := build-tsan
sanitize := -fsanitize=thread
else
B := build-asan
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all
endif

libraries := ncursesw libcurl jansson libuv libssl libcrypto yaml-0.1 sqlite3
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum \
	-Wvla -Wformat=2 -Wwrite-strings -Wundef
ifneq ($(WERROR),)
warnings += -Werror
endif
# Sanitizers say where by whole stacks.
ifneq ($(SAN),)
CFLAGS ?= -O2 -g -fno-omit-frame-pointer
endif
# _GNU_SOURCE: SO_PEERCRED, memfd and accept4 have no POSIX name.
CFLAGS ?= -O2 -g
override CFLAGS += -std=c11 -D_GNU_SOURCE -DNOCTURNE_VERSION='"$(VERSION)"' -Isrc -fstack-protector-strong -fno-common -ffunction-sections -fdata-sections \
	$(warnings) $(sanitize)
ifeq ($(SAN),)
override CFLAGS += -D_FORTIFY_SOURCE=2
endif
libs = $(shell $(PKG_CONFIG) --libs $(libraries)) -lm
LDFLAGS += -Wl,--gc-sections -Wl,--as-needed -Wl,-z,relro,-z,now $(sanitize)

sources := $(filter-out src/main.c,$(wildcard src/*/*.c src/*/*/*.c))
objects := $(sources:src/%.c=$B/src/%.o)
data := $(sort $(wildcard views/*.yaml themes/*.yaml keymaps/*.yaml dialects/*.yaml))
unit := $(patsubst tests/unit/%.c,$B/tests/unit/%,$(wildcard tests/unit/*/*.c tests/unit/*/*/*.c))
replay := $(patsubst tests/replay/%.c,$B/tests/replay/%,$(wildcard tests/replay/*.c))
screen := $(patsubst tests/screen/%.c,$B/tests/screen/%,$(wildcard tests/screen/*.c))
benches := $(patsubst tests/bench/%.c,$B/tests/bench/%,$(wildcard tests/bench/*.c))
helpers := $(patsubst tests/helper/%.c,$B/tests/helper/%.o,$(wildcard tests/helper/*.c))

.PHONY: all demo test check test-upstream lint format fuzz bench install clean packages
.DELETE_ON_ERROR:
.SECONDARY:

all: $B/nocturne

demo:
	@./install-packages build
	@$(MAKE) --no-print-directory -s -j$$(nproc) all
	@./$B/nocturne --demo

# The suite installs what it needs, builds with all warnings as errors, and ends in one line of counts.
test:
	@./install-packages build test
	@$(MAKE) --no-print-directory -s -j$$(nproc) WERROR=1 SAN=$(SAN) check

check: $B/nocturne $(unit) $(screen) $(replay)
	@tests/run $B $(unit) $(screen) $(replay)

test-upstream: $B/nocturne
	@tests/upstream/run $B

$B/nocturne: $B/src/main.o $B/libnocturne.a
	$(CC) $(LDFLAGS) -o $@ $^ $(libs)

$B/libnocturne.a: $(objects) $B/builtin.o
	rm -f $@
	$(AR) rcs $@ $^

$B/src/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -include src/base/banned.h -c -o $@ $<

# The data files travel in the binary; a string literal may be longer than C promises.
$B/builtin.c: $(data) tests/lint/embed.sh Makefile
	@mkdir -p $(@D)
	tests/lint/embed.sh $(data) >$@
$B/builtin.o: $B/builtin.c
	$(CC) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<

$B/tests/helper/%.o: tests/helper/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -MMD -MP -c -o $@ $<

$B/tests/%: tests/%.c $(helpers) $B/libnocturne.a Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Itests -MMD -MP $(LDFLAGS) -o $@ $< $(helpers) $B/libnocturne.a -lcmocka -lvterm -lutil $(libs)

lint:
	@./install-packages build lint
	@$(MAKE) --no-print-directory -s -j$$(nproc) SAN= WERROR=1 build/libnocturne.a
	@tests/lint/run build

format:
	@clang-format -i $$(find src tests -name '*.[ch]')

fuzz:
	@./install-packages build lint
	@tests/fuzz/run $(FUZZ_SECONDS)

bench: $B/nocturne $(benches)
	@tests/bench/run $B

install: $B/nocturne
	install -D -m 755 -s $B/nocturne $(DESTDIR)$(PREFIX)/bin/nocturne
	for f in $(data); do install -D -m 644 $$f $(DESTDIR)$(PREFIX)/share/nocturne/$$f; done
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' docs/nocturne-hub.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/nocturne-hub.service
	chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/nocturne-hub.service
	install -D -m 644 docs/nocturne.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/nocturne.conf

clean:
	rm -rf build build-*

-include $(shell find $B -name '*.d' 2>/dev/null)
