# Tests, coverage, fuzzing, other kernels.

# Each tests/house/NAME_test.sh is a script that speaks TAP; each tests/KIND/FLOOR/NAME_test.c is a program; each tests/fuzz/NAME_fuzz.c is a fuzz target, linked with
# replay.c into a program that feeds it its corpus; whatever else stands in those folders is linked
# to all of them.
TEST_SRC     := $(wildcard tests/*.c $(foreach d,unit fuzz kernel screen,tests/$(d)/*.c tests/$(d)/*/*.c))
TEST_OWN     := %_test.c %_fuzz.c %_main.c tests/fuzz/replay.c
TESTS        := $(patsubst %.c,$(BUILD)/%,$(filter %_test.c %_fuzz.c,$(TEST_SRC)))
TEST_SCRIPTS := $(wildcard tests/house/*_test.sh)
TEST_MAINS   := $(patsubst %.c,$(BUILD)/%,$(filter %_main.c,$(TEST_SRC)))
TEST_SUPPORT := $(call OBJ,$(filter-out $(TEST_OWN),$(TEST_SRC)))

$(BUILD)/libtests.a: $(TEST_SUPPORT)
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $^

# tests/group.c runs the tests.
LINK_TEST = $(CC) $(SAN) $(LDFLAGS) -Wl,--wrap=_cmocka_run_group_tests -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS) $(TEST_LIBS)
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

LESSON_TESTS = $(filter $(BUILD)/tests/kernel/lessons/lesson_%,$(TESTS))
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
