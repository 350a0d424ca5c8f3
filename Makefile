# nsscope: make · make run · make test · make lint · make bench · make screenshots · make install
#
#   make                builds build/nsscope, or says which packages are missing
#   make deps           installs what is missing, and no more
#   make run            installs what is missing, builds, opens the explorer
#   make test           installs what is missing, runs every test
#       SANITIZE=1      … built with the address and undefined-behaviour sanitizers (build-san/)
#       VALGRIND=1      … the unit tests only, under valgrind
#       ONLY=pattern    … only the test programs with this shell pattern in their names
#       TEST=pattern    … of these only the tests with this shell pattern as their names
#   make test-kernels   … on other kernels, booted under qemu: KERNELS="5.10 6.1 6.12 sid" PARTS=
#   make coverage       … and which lines they have run, folder by folder
#   make lint           layout, compilers' and checkers' findings, the rules of the house
#   make soak           … the storm of forks, unshares and exits, for a minute: SECONDS=60
#   make soak-lessons   … every lesson in every way, and 200 rounds of killed ones: ROUNDS=200
#   make monkey         … random keys and mouse, with the sanitizers: SECONDS=600 SEED=…
#   make bench          measures: N=10000 processes, MOST=20000, RUNS=5
#   make static         one file that needs nothing but a kernel: build-static/nsscope; test-static
#   make install        PREFIX=/usr/local, DESTDIR=; make uninstall takes it all away
#   make dist, make deb a tarball and a Debian package, into build/; test-dist, test-deb: as who gets them
#   make test-distros   make run and make test in clean Debians: DISTROS="bookworm trixie sid" PART=pattern
#   make test-arm64     the single file on a kernel for arm64: STARTS=200 of the explorer
#   make house          draws docs/house.svg from the code
#   make bpf            compiles the BPF programs anew, after a change of scanner/bpf: needs clang and bpftool
#
# BPF=0 leaves the BPF programs out, so nsscope reads /proc alone and needs no libbpf.
#
# NO_INSTALL=1 keeps them all from installing packages: they say what is missing and stop.
#
# Each floor of the house is a library of its own; it is linked only with the floors below it.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
BINDIR    = $(PREFIX)/bin
SHAREDIR  = $(PREFIX)/share
LOCALEDIR = $(SHAREDIR)/locale

SANITIZE ?=
CFLAGS   ?= -O2 -g
PKG      := ncursesw libproc2 libcmark jansson libutf8proc libzstd
WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wpointer-arith -Wwrite-strings -Wno-format-truncation -Wno-unknown-warning-option $(if $(CI),-Werror)
comma    := ,
SAN      := $(if $(filter 1 yes,$(SANITIZE)),-fsanitize=address$(comma)undefined \
            -fno-sanitize-recover=all -fno-omit-frame-pointer)
# What makes it hard to misuse a mistake.  The sanitizers look for mistakes themselves.
OPTIMISED = $(filter-out -O0,$(filter -O%,$(CFLAGS)))
HARDEN    = $(if $(SAN),,$(if $(OPTIMISED),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) -fstack-protector-strong -fPIE)
HARD_LINK = $(if $(SAN),,$(if $(STATIC),-static-pie,-pie) -Wl,-z,relro,-z,now)
BUILD    ?= $(if $(SAN),build-san,build)

all: $(BUILD)/nsscope translations

# --- What people ask for: packages first, then a make that may use them ------------------------

PACKAGES := $(if $(filter 0 no,$(BPF)),BPF=0) .ci/packages $(if $(NO_INSTALL),check,install)
AGAIN     = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

deps:
	@$(PACKAGES) build test

run:
	@$(PACKAGES) build
	$(AGAIN) -s all
	@exec $(BUILD)/nsscope

test:
	@$(PACKAGES) build test $(if $(CI),house) $(if $(VALGRIND),valgrind)
	$(AGAIN) -s run-tests

lint:
	@$(PACKAGES) build test bpf lint
	$(AGAIN) -s run-lint

bench:
	@$(PACKAGES) build test
	$(AGAIN) -s run-bench

soak:
	@$(PACKAGES) build test
	$(AGAIN) -s run-soak

monkey:
	@$(PACKAGES) build test
	$(AGAIN) -s SANITIZE=1 run-monkey

soak-lessons:
	@$(PACKAGES) build test
	$(AGAIN) -s run-soak-lessons

screenshots:
	@$(PACKAGES) build test screenshots
	$(AGAIN) -s run-screenshots

clean:
	rm -rf build build-san build-cov build-static build-musl $(BUILD)

.PHONY: all deps run test soak soak-lessons monkey lint bench screenshots clean

include mk/bpf.mk

# --- The compiler's flags ------------------------------------------------------------------------

# config.mk is made once, when nothing is missing.
ifneq ($(filter-out deps run test test-kernels musl coverage static test-static dist deb test-dist test-deb test-distros test-arm64 soak soak-lessons monkey lint bench screenshots bpf clean uninstall,$(or $(MAKECMDGOALS),all)),)
ifeq ($(wildcard $(BUILD)/config.mk),)
ifneq ($(shell BPF='$(BPF)' .ci/packages check build >&2 && echo nothing is missing),nothing is missing)
$(error install what is missing, then make again)
endif
endif
include $(BUILD)/config.mk
endif

$(BUILD)/config.mk: .ci/packages Makefile
	@mkdir -p $(@D)
	@echo "PKG_CFLAGS := $$(pkg-config --cflags $(PKG))" >$@.new
	@echo "PKG_LIBS := $$(pkg-config $(if $(STATIC),--static) --libs $(PKG))" >>$@.new
	@mv $@.new $@

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -I. -I$(BUILD) $(WARNINGS) $(SAN) $(HARDEN) $(CFLAGS) $(PKG_CFLAGS)
LIBS       = $(PKG_LIBS) $(BPF_LIBS)
TEST_LIBS  = $(shell pkg-config --libs cmocka vterm) -lutil -lm
COMPILE    = $(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

LANGUAGES := $(patsubst po/%.po,%,$(wildcard po/*.po))
CATALOGUE  = $(BUILD)/locale/$(1)/LC_MESSAGES/nsscope.mo

# Objects are kept, also those that only a test needs.
.SECONDARY:

# Other flags than last time make everything anew.  Without config.mk they are not known: "make run"
# leaves them to the make that it starts.
FLAGS := $(CC) $(PKG_CFLAGS) $(BPF_LACK) $(WARNINGS) $(SAN) $(HARDEN) $(CFLAGS) $(HARD_LINK) $(LDFLAGS) $(LOCALEDIR) $(VERSION)
ifneq ($(strip $(FLAGS)),$(strip $(file <$(BUILD)/flags)))
ifneq ($(PKG_LIBS),)
$(file >$(BUILD)/flags,$(FLAGS))
endif
endif
$(BUILD)/flags: | $(BUILD)/config.mk
	$(file >$@,$(FLAGS))

# --- The program ---------------------------------------------------------------------------------

FLOORS := cli tui lessons scanner model
# A floor is a folder, with the folders in it.
SRC     = $(filter-out $(BPF_WITHOUT) %.bpf.c cli/static/%,$(wildcard $(1)/*.c $(1)/*/*.c))
OBJ     = $(patsubst %.c,$(BUILD)/%.o,$(1))
LESSONS := $(wildcard lessons/*/*.md)
FLOOR_LIBS := $(foreach f,$(FLOORS),$(BUILD)/lib$(f).a)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE)

$(BUILD)/cli/%.o: ALL_CFLAGS += -DVERSION='"$(VERSION)"' -DLOCALEDIR='"$(LOCALEDIR)"'

# What the single file (STATIC=1) carries with it, and others do not.
ifneq ($(STATIC),)
TERMINALS := xterm xterm-256color screen screen-256color tmux tmux-256color linux vt100 vt220
CARRIED   := C.utf8/LC_CTYPE=/usr/lib/locale/C.utf8/LC_CTYPE \
             C.utf8/LC_MESSAGES/SYS_LC_MESSAGES=/usr/lib/locale/C.utf8/LC_MESSAGES/SYS_LC_MESSAGES \
             $(foreach l,$(LANGUAGES),$(l)/LC_MESSAGES/nsscope.mo=$(call CATALOGUE,$(l)))
INSTEAD   := $(BUILD)/cli/static/libraries.o $(BUILD)/cli/static/files.o $(BUILD)/files_builtin.o
endif

# What stands in a floor's library besides its sources.
CARRIED_lessons = $(BUILD)/lessons_builtin.o
CARRIED_tui     = $(BUILD)/terminals_builtin.o

define floor_rule
$(BUILD)/lib$(1).a: $$(call OBJ,$$(filter-out cli/main.c,$$(call SRC,$(1)))) $$(CARRIED_$(1))
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
endef
$(foreach f,$(FLOORS),$(eval $(call floor_rule,$(f))))

# Programs that were made of other sources are not built in.
$(BUILD)/scanner/bpf/%.checked: scanner/bpf/%.bpf.c $(wildcard scanner/bpf/*.h scanner/bpf/*.sh scanner/bpf/generated/*)
	@mkdir -p $(@D)
	@scanner/bpf/generate.sh check $*
	@touch $@
$(BUILD)/scanner/bpf/bpf_look.o: $(BUILD)/scanner/bpf/look.checked
$(BUILD)/scanner/bpf/trace.o: $(BUILD)/scanner/bpf/events.checked
$(BUILD)/scanner/bpf/bpf_none.o: | bpf-notice
bpf-notice:
	@echo "nsscope is built without BPF and reads /proc: $(if $(filter BPF=0,$(BPF_LACK)),,it lacks )$(BPF_LACK)"

.PHONY: bpf-notice

# The lessons, built into the binary: order of teaching is told by lessons/order.
$(BUILD)/lessons_builtin.c: $(LESSONS) lessons/order lessons/embed.sh
	@mkdir -p $(@D)
	sh lessons/embed.sh >$@.new && mv $@.new $@

$(BUILD)/%_builtin.o: $(BUILD)/%_builtin.c $(BUILD)/flags
	$(COMPILE)

$(BUILD)/terminals_builtin.c: cli/static/terminals.sh
	@mkdir -p $(@D)
	sh $< $(TERMINALS) >$@.new && mv $@.new $@
$(BUILD)/files_builtin.c: cli/static/files.sh $(foreach l,$(LANGUAGES),$(call CATALOGUE,$(l)))
	@mkdir -p $(@D)
	sh $< $(BUILD)/carried $(CARRIED) >$@.new && mv $@.new $@

$(BUILD)/nsscope: $(BUILD)/cli/main.o $(INSTEAD) $(FLOOR_LIBS)
	$(CC) $(SAN) $(HARD_LINK) $(LDFLAGS) -o $@ $(BUILD)/cli/main.o $(INSTEAD) $(FLOOR_LIBS) $(LIBS)

# Everything in it, with libraries that can be linked so; BPF would make it a third larger.  For another
# machine, with a cross compiler and its libraries (libncurses-dev:arm64 and so on), NO_INSTALL=1:
#   PKG_CONFIG_LIBDIR=/usr/lib/aarch64-linux-gnu/pkgconfig make static CC=aarch64-linux-gnu-gcc
static:
	@BPF=0 $(PACKAGES) build static
	+@$(MAKE) --no-print-directory STATIC=1 BPF=0 BUILD=build-static CFLAGS='-Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables' \
	    LDFLAGS='-Wl,--gc-sections -Wl,-z,pack-relative-relocs -s $(LDFLAGS)' build-static/nsscope

# In a root with nothing but the file.  Needs root.
test-static: static
	@$(PACKAGES) build test
	@tests/run.sh build-static tests/house/static.sh
.PHONY: static test-static

include mk/text.mk
include mk/tests.mk
include mk/bench.mk
include mk/install.mk

-include $(patsubst %.c,$(BUILD)/%.d,$(TEST_SRC) $(wildcard cli/static/*.c) $(wildcard tests/bench/*.c) $(wildcard tests/kernels/*.c) $(foreach f,$(FLOORS),$(call SRC,$(f))))
