# Translations, manual pages and completions.

# --- The picture of the house --------------------------------------------------------------------

# For docs/design.md, from the code itself.
house:
	docs/house.sh >docs/house.svg.new && mv docs/house.svg.new docs/house.svg
.PHONY: house

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
