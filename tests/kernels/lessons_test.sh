#!/bin/bash
# Every lesson, in both languages, as root and as a user; with PLAYS=root_en only those whose names begin so.  Where a lesson says that it takes a newer kernel, playing it
# must say so.
source tests/kernels/guest.sh

plays() { # LESSON LANGUAGE WHO
	local needs status
	needs=$(sed -n 's/^kernel:[^0-9]*//p' "lessons/en/$1.md")
	as "$3" "$nsscope" lesson "$1" --plain --yes --lang "$2" >"$work/out" 2>"$work/err"
	status=$?
	if [ -n "$needs" ] && ! kernel_is "$needs"; then
		[ $status = 3 ] || fail "status $status where it takes Linux $needs" || return 1
		grep -q "Linux $needs" "$work/out" "$work/err" || fail "it doesn't say what it takes" || return 1
		skip "kernel: it takes Linux $needs"
	fi
	[ $status = 0 ] && ! grep -q '✘' "$work/out" ||
		fail "status $status: $(grep '✘' "$work/out"; cat "$work/err"; tail -n 1 "$work/out")" || return 1
	grep -q '✔' "$work/out" || fail "it checks nothing"
}

mapfile -t lessons < <(grep -o '^[a-z_]*' lessons/order)
for lesson in "${lessons[@]}"; do
	for language in en zh; do
		for who in root user; do
			name=${who}_${language}_$lesson
			eval "$name() { plays $lesson $language $who; }"
			[[ $name != "${PLAYS:-}"* ]] || tests+=("$name")
		done
	done
done
run_tests
