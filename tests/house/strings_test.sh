#!/bin/bash
# What the program says: the words of the manual pages of namespaces, and a Chinese that is whole.
source tests/house/tap.sh

po=po/zh_CN.po

# Words in which the project once spoke, where the field has others: group, holder, scan, snapshot, history, report,
# started, exited, created, freed, member, inspect, visible.  Not "dead" (of PID namespaces), "kept", "keeps", "live",
# "mark" and "cover", which have a plain meaning too.
foreign='rooms?|keepers?|sweeps?|glance|told|tells?|moments?|strips?|born|died|troupe|cast|inspector|whoever|whom'
foreign+='|somebody|unread|in sight|could not be placed|kept alive|the past|to be had|can be had|as it lives|is meant'

# Prints each message in which a word of @1 stands, from messages a line each.
with_words() {
	grep -nwiE "$1"
}

# The messages of the program, without their translations, a line each.
messages() {
	msgcat --no-wrap "$1" | sed -n 's/^msgid\(_plural\)\? "\(.*\)"$/\2/p'
}

no_string_has_a_foreign_word() {
	needs msgcat
	! messages $po | with_words "$foreign" >"$work/found" || fail "other words are known for these:
$(cat "$work/found")"
}

a_foreign_word_is_found() {
	local text
	for text in 'sh was born' 'The Inspector' '3 moments' 'nothing in sight keeps it'; do
		echo "$text" | with_words "$foreign" >/dev/null || fail "not found: $text" || return 1
	done
	! echo 'broadcast of a mushroom' | with_words "$foreign" || fail "found within another word"
}

# A message of English sentences has Chinese words in its translation, and no three English words in a row that are
# neither a command line nor a name.
# shellcheck disable=SC2016 # for perl
half_translated='
	use utf8; use open qw(:std :encoding(UTF-8));
	my ($message, $bad) = ("", 0);
	while (<STDIN>) {
		$message = $1 if /^msgid "(.*)"$/;
		next unless /^msgstr(?:\[\d+\])? "(.*)"$/;
		my $translation = $1;
		next if $translation eq "" || $message eq "" || $translation eq $message;
		(my $prose = $translation) =~ s/--?[\w=-]+|%\S*|\\.|[A-Z_]{2,}//g;
		if ($translation !~ /\p{Script=Han}/ && $message =~ /[a-z]+ [a-z]+ [a-z]+ [a-z]+/ ||
		    $prose =~ /\b(?:the|is|are|of the|which|with|that)\b/) {
			print "$message\n  $translation\n"; $bad = 1;
		}
	}
	exit $bad'

no_translation_stops_halfway() {
	needs msgcat perl
	msgcat --no-wrap $po | perl -e "$half_translated" >"$work/found" || fail "half translated:
$(cat "$work/found")" || return 1
	printf 'msgid "the shell is open in the pane"\nmsgstr "%s"\n' '旁边的 pane 里有 the shell' |
		perl -e "$half_translated" >/dev/null && fail "half a translation is not found"
	return 0
}

# One word each: a user is 用户 in both languages of a screen, and you are 你.
no_translation_is_stiff() {
	needs msgcat
	! msgcat --no-wrap $po | grep -n '^msgstr.*\(您\|命名空间\|检视\|房间\|所有者\)' >"$work/found" || fail "$(cat "$work/found")"
}

tests=(no_string_has_a_foreign_word a_foreign_word_is_found no_translation_stops_halfway no_translation_is_stiff)
run_tests
