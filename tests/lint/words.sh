#!/bin/bash
# The field's words: no name and no comment of the product has a word for which namespaces(7), proc(5) or the
# kernel's documentation has another.  Prints FILE:LINE: what to write instead, and ends with 1 when it prints
# anything.  Texts, formats and JSON keys are not its business.
#
#   tests/lint/words.sh [FOLDER]     the tree to look at, else the present one
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -eu
export LC_ALL=C

cd "${1:-.}"
# A word, or a part of a name between underscores or of a file's name | what to write instead | what around it
# makes it the right word.
words='
apart | different, diverged | fa(?:r|rther|rthest) apart|apart from
births?|born | started, created
brief(?:ly)? | incremental
brothers?|sisters? | sibling
casts? | actors
deaths?|died | exited, freed
fathers?|mothers? | parent
feeds? | kernel events | line feed|^ \*   feed at the end
folios? | sections
glanc(?:e|es|ed|ing) | quick check
guests? | subshell
he|him|his|hers?|she | the thing by its name
keepers? | holder | docs/keepers\.md
lived | was there | short[-_ ]lived
moments? | snapshot | CHECKSUM MOMENT
murder(?:s|ed|er)? | kill
pictures? | UI state | (?:as|gives) a picture
promis(?:e|es|ed) | the namespace of the next child | not promise it|promised, and held
rooms|room_\w+|\w+_room | group, capacity
seats? | actor connection | sd_session_get_seat.*|\(void\)seat
sights? | visible, check context
strips? | namespace columns | pid user strip
some(?:body|one)|every(?:body|one)|any(?:body|one) | the thing by its name
stood | was
sweep(?:s|ing|er)? | scan
swept | scanned
tell(?:s|ing)?|told | say, report
the (?:past|cover) | history, overlay
troupes? | actors
unread | unreadable | term_unread\w*|message unread
whom|whoever|whomever | the thing by its name
wish(?:es|ed)? | request
withh[eo]ld(?:s|ing)? | missing
'
find model scanner lessons tui cli -name '*.[ch]' -not -path '*/generated/*' 2>/dev/null | sort |
	WORDS=$words perl -e '
	my @rules = map { [split / \| /] } grep { $_ } split /\n/, $ENV{WORDS};
	my $any = join("|", map { $_->[0] } @rules);
	$any = qr/(?<![a-z])(?:$any)(?![a-z])/i;
	my $found = 0;
	sub look {
		my ($where, $text) = @_;
		return if $text !~ $any;
		for my $rule (@rules) {
			my ($word, $instead, $right) = @$rule;
			my $rest = $text;
			$rest =~ s/$right/ /gi if $right;
			next if $rest !~ /(?<![a-z])($word)(?![a-z])/i;
			print "$where: \"$1\": write $instead\n";
			$found = 1;
		}
	}
	while (my $file = <STDIN>) {
		chomp $file;
		look("$file:1", $file);
		open(my $in, "<", $file) or die "$file: $!";
		my $text = do { local $/; <$in> };
		# Texts become nothing, with as many lines.
		$text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27)}
			{ defined $1 ? $1 : "\"\"" . "\n" x ($2 =~ tr/\n//) }gse;
		my $line = 0;
		look("$file:" . ++$line, $_) for split /\n/, $text;
	}
	exit $found;'
