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
brief(?:ly)? | incremental
brothers? | sibling
fathers? | parent
folios? | sections
glanc(?:e|es|ed|ing) | quick check
keepers? | holder | docs/keepers\.md
murder(?:s|ed|er)? | kill
troupes? | actors
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
