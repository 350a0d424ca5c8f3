#!/bin/bash
# make lint: layout, both compilers, clang-tidy, cppcheck, shellcheck, the rules of the house, the
# translations.  A line for each; status 1 when one of them found something.
# From make: CC, BUILD, FLAGS (warnings and include paths).
set -u

out=$BUILD/lint
mkdir -p "$out"
jobs=$(nproc)
folders=(model scanner lessons tui cli tests screenshots)
mapfile -t sources < <(find "${folders[@]}" -name '*.c' | sort)
mapfile -t headers < <(find "${folders[@]}" -name '*.h' -not -path '*/generated/*' | sort)
mapfile -t scripts < <(find "${folders[@]}" findings .ci -name '*.sh' -o -path '.ci/*' -not -path '.ci/debian*' | sort)
mapfile -t product < <(find "${folders[@]:0:5}" -name '*.c' ! -name '*.bpf.c' | sort)
# The BPF programs are clang's alone.
mapfile -t hosted < <(find "${folders[@]}" -name '*.c' ! -name '*.bpf.c' | sort)
# shellcheck disable=SC2153 # FLAGS comes from make
read -r -a flags <<<"-std=gnu11 -D_GNU_SOURCE -I. $FLAGS"
passed=0 failed=0 skipped=0

# check NAME COMMAND…: runs it, tells what it said only when it failed; 77 is for what can't be looked at here.
check() {
	local name=$1 begin=$SECONDS status=0
	shift
	"$@" >"$out/$name.log" 2>&1 || status=$?
	case $status in
	0)
		passed=$((passed + 1))
		printf '%-16s ok   %3d s\n' "$name" $((SECONDS - begin))
		;;
	77)
		skipped=$((skipped + 1))
		printf '%-16s skipped: %s\n' "$name" "$(tail -n 1 "$out/$name.log")"
		;;
	*)
		failed=$((failed + 1))
		printf '%-16s FAILED\n' "$name"
		sed 's/^/    | /' "$out/$name.log"
		;;
	esac
}

each() { # OPTION… COMMAND…, with the files of list, batch at a time
	printf '%s\0' "${list[@]}" | xargs -0 -n "$batch" -P "$jobs" "$@"
}

layout() {
	clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
}

compilers() {
	local list=("${hosted[@]}") batch=1
	each "$CC" "${flags[@]}" -Werror -fsyntax-only &&
		each clang "${flags[@]}" -Werror -fsyntax-only
}

# Each header must stand alone.
headers_alone() {
	local header status=0
	for header in "${headers[@]}"; do
		case $header in scanner/bpf/kernel.h | scanner/bpf/emit.h) continue ;; esac # the kernel's names
		echo "#include \"$header\"" |
			"$CC" "${flags[@]}" -Werror -fsyntax-only -x c - || {
			echo "$header does not compile alone"
			status=1
		}
	done
	return $status
}

# No name of ours is one that the kernel's headers take, also the newest of them: those that declare most
# stand before each file.  Not linux/fcntl.h, and what includes it: the C library's own excludes it.
newest_headers() {
	local list=("${hosted[@]}") batch=1 folder=build/headers status=0
	.ci/suite sid unpack linux-libc-dev "$folder" || status=$?
	# Who could have fetched it must.
	[ $status = 0 ] || { [ $status != 3 ] && [ -n "${CI:-}" ]; } || return 77
	[ $status = 0 ] || return 1
	each "$CC" "${flags[@]}" -isystem "$folder/usr/include/$("$CC" -print-multiarch)" -isystem "$folder/usr/include" \
		-include linux/nsfs.h -include linux/mount.h -include linux/sched.h -include linux/net_namespace.h \
		-include linux/stat.h -include linux/fs.h -include linux/seccomp.h -include linux/perf_event.h \
		-include linux/bpf.h -include linux/capability.h -Werror -fsyntax-only
}

tidy() {
	local list=("${product[@]}") batch=4
	export TIDY_FLAGS="${flags[*]}"
	# shellcheck disable=SC2016 # for the inner shell
	each sh -c 'clang-tidy --quiet "$@" -- $TIDY_FLAGS' clang-tidy
}

# Cleanup attributes are unknown to it, so leaks are left to the sanitizers; one thread only, so is
# readdir.
cpp_check() {
	cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability \
		--error-exitcode=1 --inline-suppr -j "$jobs" -I . -D_GNU_SOURCE \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=resourceLeak \
		--suppress=memleak --suppress=leakReturnValNotUsed --suppress=readdirCalled \
		--suppress=unknownEvaluationOrder --library=posix,gnu \
		"${product[@]}"
}

# Every text is in every catalogue, translated; and no catalogue has a broken format.
translations() {
	local po
	xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --no-location \
		-o "$out/nsscope.pot" "${product[@]}" "${headers[@]}" || return 1
	for po in po/*.po; do
		msgfmt --check --statistics -o /dev/null "$po" &&
			msgcmp --no-fuzzy-matching "$po" "$out/nsscope.pot" || return 1
	done
}

# What stands in the tree of them is what their sources give.
bpf_again() {
	local program status=0
	for program in scanner/bpf/*.bpf.c; do
		program=${program##*/}
		scanner/bpf/generate.sh again "${program%.bpf.c}" || status=1
	done
	return $status
}

# Where all is built, "make run" has nothing to compile before it starts.
built_once() {
	local left
	left=$(make -n run BUILD="$BUILD" | grep -e ' -c -o ') || return 0
	printf 'make run would compile again:\n%s\n' "$left"
	return 1
}

check built_once built_once
check layout layout
check scripts shellcheck -x "${scripts[@]}"
check floors tests/lint/floors.sh
check floors_test tests/lint/floors_test.sh
check words tests/lint/words.sh
check words_test tests/lint/words_test.sh
check circles tests/lint/circles.sh "$BUILD"
check circles_test tests/lint/circles_test.sh
check headers headers_alone
check compilers compilers
check newest_headers newest_headers
check cppcheck cpp_check
check clang-tidy tidy
check bpf bpf_again
check translations translations

echo "lint: $passed checks passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
