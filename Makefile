# nsscope: make · make run · make test · make lint · make bench · make screenshots · make install
#
# Each floor of the house is a library of its own; it is linked only with the floors below it.

BUILD    ?= build
CC       ?= cc
CFLAGS   ?= -O2 -g
PKG      := ncursesw libproc2 libcmark jansson libutf8proc
WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wpointer-arith -Wwrite-strings $(if $(CI),-Werror)
SANITIZE ?=
SAN      := $(if $(filter 1 yes,$(SANITIZE)),-fsanitize=address$(comma)undefined -fno-omit-frame-pointer)
comma    := ,

ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -I. $(WARNINGS) $(SAN) $(CFLAGS) \
             $(shell pkg-config --cflags $(PKG) 2>/dev/null)
LIBS       = $(shell pkg-config --libs $(PKG))

FLOORS := cli tui lessons scanner model
SRC     = $(wildcard $(1)/*.c)
OBJ     = $(patsubst %.c,$(BUILD)/%.o,$(1))
LESSONS := $(wildcard lessons/*/*.md)
FLOOR_LIBS := $(foreach f,$(FLOORS),$(BUILD)/lib$(f).a)

all: $(BUILD)/nsscope

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define floor_rule
$(BUILD)/lib$(1).a: $$(call OBJ,$$(filter-out cli/main.c,$$(call SRC,$(1)))) $$(if $$(filter lessons,$(1)),$(BUILD)/lessons_builtin.o)
	@rm -f $$@
	@$$(AR) rcs $$@ $$^
endef
$(foreach f,$(FLOORS),$(eval $(call floor_rule,$(f))))

# The lessons, built into the binary: order of teaching is told by lessons/order.
$(BUILD)/lessons_builtin.c: $(LESSONS) lessons/order lessons/embed.sh
	@mkdir -p $(@D)
	sh lessons/embed.sh >$@.new && mv $@.new $@
$(BUILD)/lessons_builtin.o: $(BUILD)/lessons_builtin.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/nsscope: $(BUILD)/cli/main.o $(FLOOR_LIBS)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $(BUILD)/cli/main.o $(FLOOR_LIBS) $(LIBS)

# One test program for each tests/unit/*.c and tests/kernel/*.c
UNIT_TESTS   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*_test.c))
KERNEL_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/kernel/*_test.c))
SCREEN_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/screen/*_test.c))

$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(FLOOR_LIBS)
	$(CC) $(SAN) $(LDFLAGS) -o $@ $< $(FLOOR_LIBS) $(LIBS) $(shell pkg-config --libs cmocka vterm) -lutil

unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do echo "== $$t"; $$t || exit 1; done

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all unit clean
