# nsscope: make · make run · make test · make lint · make bench · make screenshots · make install
#
#   make                builds build/nsscope, or says which packages are missing
#   make run            installs what is missing, builds, opens the explorer
#   make test           installs what is missing, runs every test
#       SANITIZE=1      … built with the address and undefined-behaviour sanitizers (build-san/)
#       VALGRIND=1      … the unit tests only, under valgrind
#       ONLY=pattern    … only the test programs with this shell pattern in their names
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

.PHONY: all run test soak soak-lessons monkey lint bench screenshots clean

# --- BPF -----------------------------------------------------------------------------------------

# Compiled by clang and made headers by bpftool, the programs stand in scanner/bpf/generated; libbpf loads them.
BPF_PROGRAMS := look events
BPF_LACK := $(if $(filter 0 no,$(BPF)),BPF=0,$(strip \
            $(if $(shell pkg-config --exists libbpf 2>/dev/null && echo yes),,libbpf-dev) \
            $(if $(shell echo | $(CC) -dM -E - 2>/dev/null | grep 'BYTE_ORDER__ __ORDER_BIG'),little-endian)))
BPF_LIBS := $(if $(BPF_LACK),,$(shell pkg-config --libs libbpf 2>/dev/null))
BPF_WITHOUT := $(if $(BPF_LACK),scanner/bpf/bpf_look.c scanner/bpf/bpf_types.c scanner/bpf/trace.c,scanner/bpf/bpf_none.c)

bpf:
	@$(PACKAGES) build bpf
	@for name in $(BPF_PROGRAMS); do scanner/bpf/generate.sh make $$name || exit 1; done
.PHONY: bpf

# --- The compiler's flags ------------------------------------------------------------------------

# config.mk is made once, when nothing is missing.
ifneq ($(filter-out run test test-kernels musl coverage static test-static dist deb test-dist test-deb test-distros test-arm64 soak soak-lessons monkey lint bench screenshots bpf clean uninstall,$(or $(MAKECMDGOALS),all)),)
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
CARRIED_cli = $(BUILD)/files_builtin.o $(BUILD)/cli/static/files.o
INSTEAD   := $(BUILD)/cli/static/libraries.o
NOT_BUILT := cli/builtin.c
endif

# What stands in a floor's library besides its sources.
CARRIED_lessons = $(BUILD)/lessons_builtin.o
CARRIED_tui     = $(BUILD)/terminals_builtin.o

define floor_rule
$(BUILD)/lib$(1).a: $$(call OBJ,$$(filter-out cli/main.c $$(NOT_BUILT),$$(call SRC,$(1)))) $$(CARRIED_$(1))
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

# --- Translations --------------------------------------------------------------------------------

translations: $(foreach l,$(LANGUAGES),$(call CATALOGUE,$(l)))

$(BUILD)/locale/%/LC_MESSAGES/nsscope.mo: po/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

# Takes new texts over into the translations, which then wait to be translated.  Without the date, on
# which two changes that have nothing to do with each other would meet.
pot:
	xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --flag=_:1:pass-c-format \
	    --add-comments=TRANSLATORS --package-name=nsscope --package-version=$(VERSION) \
	    --no-location --sort-output -o po/nsscope.pot $(foreach f,$(FLOORS),$(wildcard $(f)/*.[ch] $(f)/*/*.[ch]))
	sed -i '/^"POT-Creation-Date:/d' po/nsscope.pot
	for po in po/*.po; do msgmerge --quiet --no-fuzzy-matching --update --backup=none $$po po/nsscope.pot; done

# --- Manual pages and completions ----------------------------------------------------------------

# SOURCE=where it stands below PREFIX/share.
ZSHDIR ?= zsh/site-functions
SHARED := $(foreach m,$(wildcard docs/man/*.[15] docs/man/*/*.[15]),$(m)=man/$(patsubst \
              docs/man/%,%,$(dir $(m)))man$(patsubst .%,%,$(suffix $(m)))/$(notdir $(m))) \
          cli/completions/nsscope.bash=bash-completion/completions/nsscope \
          cli/completions/nsscope.zsh=$(ZSHDIR)/_nsscope \
          cli/completions/nsscope.fish=fish/vendor_completions.d/nsscope.fish

# --- Tests ---------------------------------------------------------------------------------------

# Each tests/house/NAME_test.sh is a script that speaks TAP; each tests/KIND/FLOOR/NAME_test.c is a program; each tests/fuzz/NAME_fuzz.c is a fuzz target, linked with
# replay.c into a program that feeds it its corpus; whatever else stands in those folders is linked
# to all of them.
TEST_SRC     := $(wildcard $(foreach d,unit fuzz kernel screen,tests/$(d)/*.c tests/$(d)/*/*.c))
TEST_OWN     := %_test.c %_fuzz.c %_main.c tests/fuzz/replay.c
TESTS        := $(patsubst %.c,$(BUILD)/%,$(filter %_test.c %_fuzz.c,$(TEST_SRC)))
TEST_SCRIPTS := $(wildcard tests/house/*_test.sh)
TEST_MAINS   := $(patsubst %.c,$(BUILD)/%,$(filter %_main.c,$(TEST_SRC)))
TEST_SUPPORT := $(call OBJ,$(filter-out $(TEST_OWN),$(TEST_SRC)))

$(BUILD)/libtests.a: $(TEST_SUPPORT)
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $^

LINK_TEST = $(CC) $(SAN) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS) $(TEST_LIBS)
$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(BUILD)/libtests.a $(FLOOR_LIBS)
	$(LINK_TEST)
$(BUILD)/tests/unit/manual_test: | translations
$(BUILD)/tests/%_main: $(BUILD)/tests/%_main.o $(BUILD)/libtests.a $(FLOOR_LIBS)
	$(LINK_TEST)
$(BUILD)/tests/fuzz/%_fuzz: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/tests/fuzz/replay.o \
    $(BUILD)/libtests.a $(FLOOR_LIBS)
	$(LINK_TEST)

RUN_TESTS = NSSCOPE_BIN=$(abspath $(BUILD)/nsscope) ONLY='$(ONLY)' \
    $(if $(SAN),POPULATIONS=$(or $(POPULATIONS),50) CHURN_RATE=$(or $(CHURN_RATE),300)) \
    VALGRIND='$(if $(filter 1 yes,$(VALGRIND)),1)' tests/run.sh $(BUILD)

ifneq ($(filter 1 yes,$(VALGRIND)),)
run-tests: unit
else
# What ONLY leaves out is not built either.
run-tests: all $(if $(ONLY),$(shell for t in $(TESTS:$(BUILD)/tests/%=%); do \
    case $$t in (*$(ONLY)*) echo $(BUILD)/tests/$$t ;; esac; done),$(TESTS)) $(TEST_MAINS)
	@$(RUN_TESTS) $(TESTS) $(TEST_SCRIPTS)
endif

unit: $(filter $(BUILD)/tests/unit/%,$(TESTS))
	@$(RUN_TESTS) $^

# What the tests run of the code, folder by folder; ONLY=pattern, as for test.  Threads count too; and no
# counts are written where a program begins another: that would often be as nobody or in an empty root, and
# the error would stand in what the other wrote.
COVERAGE = -Og -g --coverage -fprofile-update=atomic $(addprefix -fno-builtin-,execl execv execve execvp)
coverage: export GCOV_ERROR_FILE = /dev/null
coverage:
	@$(PACKAGES) build test coverage
	$(AGAIN) -s BUILD=build-cov CFLAGS='$(COVERAGE)' LDFLAGS='--coverage $(LDFLAGS)' run-tests
	@tests/coverage.sh build-cov
.PHONY: coverage

# What test-kernels takes into its guests: programs that know nothing of nsscope, but for the last one.
KERNELS_PROGRAMS := $(patsubst %,$(BUILD)/tests/kernels/%,reader told stay cable console_test)
$(BUILD)/tests/kernels/%: $(BUILD)/tests/kernels/%.o
	$(CC) $(SAN) $(LDFLAGS) -o $@ $< $(LIBS) -lpthread
$(BUILD)/tests/kernels/console_test: $(BUILD)/tests/kernels/console_test.o $(BUILD)/libtests.a $(FLOOR_LIBS)
	$(LINK_TEST)

test-kernels:
	@$(PACKAGES) build test kernels
	$(AGAIN) -s run-kernels

run-kernels: all $(KERNELS_PROGRAMS) $(foreach part,$(PARTS),$(if $(findstring /,$(part)),$(BUILD)/tests/$(part)))
	@KERNELS='$(KERNELS)' PARTS='$(PARTS)' PLAYS='$(PLAYS)' tests/kernels/run.sh $(BUILD)
.PHONY: test-kernels run-kernels

# The model with another C library.
musl:
	@$(PACKAGES) build musl
	@tests/musl.sh build-musl
.PHONY: musl

# Beside it nothing else should run: it tells how many a second there were.
run-soak: $(BUILD)/tests/kernel/churn_test
	CHURN_SECONDS=$(or $(SECONDS),60) $<

run-monkey: all $(BUILD)/tests/screen/monkey_test
	@seed=$(or $(SEED),$$(date +%s)); echo "SEED=$$seed"; MONKEY_SECONDS=$(or $(SECONDS),600) MONKEY_SEED=$$seed \
	    ASAN_OPTIONS=quarantine_size_mb=16 NSSCOPE_BIN=$(abspath $(BUILD)/nsscope) $(BUILD)/tests/screen/monkey_test

LESSON_TESTS = $(filter $(BUILD)/tests/kernel/lesson_%,$(TESTS))
run-soak-lessons: all $(LESSON_TESTS)
	@LESSON_WHOLE=1 LESSON_ROUNDS=$(or $(ROUNDS),200) TEST_SECONDS=3600 \
	    NSSCOPE_BIN=$(abspath $(BUILD)/nsscope) tests/run.sh $(BUILD) $(LESSON_TESTS)

.PHONY: translations pot run-tests unit run-soak run-monkey run-soak-lessons

# A fuzzer's own hunt, for as long as you let it: make fuzz-text.  Needs clang.
fuzz-%: tests/fuzz/%_fuzz.c $(BUILD)/lessons_builtin.c
	clang -std=gnu11 -D_GNU_SOURCE -I. -I$(BUILD) -O1 -g $(PKG_CFLAGS) -fsanitize=fuzzer$(comma)address$(comma)undefined \
	    -o $(BUILD)/fuzz-$* $< $(BUILD)/lessons_builtin.c $(call SRC,model) $(call SRC,scanner) \
	    $(call SRC,lessons) $(filter-out tests/fuzz/replay.c %_fuzz.c,$(wildcard tests/fuzz/*.c)) $(LIBS)
	@mkdir -p $(BUILD)/corpus-$*
	$(BUILD)/fuzz-$* $(BUILD)/corpus-$* tests/fuzz/corpus/$*

# --- The benchmark -------------------------------------------------------------------------------

BENCH := $(BUILD)/tests/bench
BENCH_PARTS := bench explorer measure rest storm sweeps unsharer

$(BENCH)/bench: $(BENCH_PARTS:%=$(BENCH)/%.o) $(BUILD)/libtests.a $(FLOOR_LIBS)
	$(LINK_TEST)
$(BENCH)/bare: $(BENCH)/bare.o
	$(CC) $(LDFLAGS) -o $@ $<
$(BENCH)/population: $(BENCH)/population.o
	$(CC) -static $(LDFLAGS) -o $@ $<

# Within namespaces that are thrown away with all that is in them.
run-bench: all $(BENCH)/bench $(BENCH)/bare $(BENCH)/population
	@BENCH_N='$(N)' BENCH_MOST='$(MOST)' BENCH_RUNS='$(RUNS)' BENCH_BUILD=$(abspath $(BUILD)) \
	    unshare $(if $(filter 0,$(shell id -u)),,--user --map-root-user) --pid --fork --kill-child \
	    --mount --mount-proc --propagation private $(BENCH)/bench $(abspath $(BUILD)/nsscope)

.PHONY: run-bench

# --- Pictures ------------------------------------------------------------------------------------

run-screenshots: all $(BUILD)/tests/screen/shot_main $(BUILD)/tests/screen/tape_main
	@screenshots/make.sh $(BUILD)

.PHONY: run-screenshots

# --- The rest ------------------------------------------------------------------------------------

run-lint: all
	@CC='$(CC)' BUILD='$(BUILD)' FLAGS='$(filter-out -Werror,$(WARNINGS)) -I$(BUILD) $(PKG_CFLAGS)' tests/lint/lint.sh

install: all
	install -D -m 755 $(BUILD)/nsscope $(DESTDIR)$(BINDIR)/nsscope
	for f in $(SHARED); do \
	    install -D -m 644 $${f%%=*} $(DESTDIR)$(SHAREDIR)/$${f#*=} || exit 1; \
	done
	for l in $(LANGUAGES); do \
	    install -D -m 644 $(call CATALOGUE,$$l) \
	        $(DESTDIR)$(LOCALEDIR)/$$l/LC_MESSAGES/nsscope.mo || exit 1; \
	done

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/nsscope \
	    $(foreach f,$(SHARED),$(DESTDIR)$(SHAREDIR)/$(lastword $(subst =, ,$(f)))) \
	    $(foreach l,$(LANGUAGES),$(DESTDIR)$(LOCALEDIR)/$(l)/LC_MESSAGES/nsscope.mo)

# The sources as they are in the working tree, in the order of their names.
DIST := $(BUILD)/nsscope-$(VERSION).tar.gz
dist:
	@mkdir -p $(BUILD)
	git ls-files -z | tar --null -T - --transform 's,^,nsscope-$(VERSION)/,' --sort=name --mtime="$$(git log -1 --format=%cI)" \
	    --owner=0 --group=0 --numeric-owner -czf $(DIST)

# Into $(BUILD)/deb.
deb: dist
	@$(PACKAGES) build deb
	.ci/deb $(VERSION) $(DIST) $(BUILD)/deb

# The tarball and the package, as somebody has them who gets them.
test-dist: dist
	@$(PACKAGES) build test
	@DIST=$(abspath $(DIST)) CC='$(CC)' TEST_SECONDS=900 tests/run.sh $(BUILD) tests/house/dist.sh
test-deb: deb
	@$(PACKAGES) debootstrap
	@DEB="$$(echo $(abspath $(BUILD))/deb/nsscope_*.deb)" TEST_SECONDS=1800 \
	    tests/run.sh $(BUILD) tests/house/deb.sh

# README's two commands, each in a clean Debian: DISTROS="bookworm trixie sid".  It takes root, a network and
# an hour, or less with PART=unit, say.
DISTROS ?= bookworm trixie sid
test-distros:
	@$(PACKAGES) debootstrap
	@status=0; for suite in $(DISTROS); do \
	    echo "Debian $$suite"; \
	    SUITE=$$suite TEST_SECONDS=7200 tests/run.sh $(BUILD) tests/house/distro.sh || status=1; \
	done; exit $$status

# The single file for another processor, on a kernel for that.  It takes root and a network.
test-arm64:
	@$(PACKAGES) arm64
	@TEST_SECONDS=7200 tests/run.sh $(BUILD) tests/house/arm64.sh

.PHONY: run-lint install uninstall dist deb test-dist test-deb test-distros test-arm64

-include $(patsubst %.c,$(BUILD)/%.d,$(TEST_SRC) $(wildcard cli/static/*.c) $(wildcard tests/bench/*.c) $(wildcard tests/kernels/*.c) $(foreach f,$(FLOORS),$(call SRC,$(f))))
