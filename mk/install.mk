# Lint, installing, and what people are given: tarball, package, clean Debians.

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
