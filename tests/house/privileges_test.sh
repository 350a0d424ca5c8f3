#!/bin/bash
# With fewer privileges than usual: as in a container, nsscope starts, shows what it can, and says what it
# can't.  All of it in namespaces of its own.
source tests/house/tap.sh

# What docker and podman leave a container's root.
container=chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,sys_chroot,mknod,audit_write,setfcap

needs_for() { # bounded or forbidden
	if [ "$1" = bounded ]; then
		[ "$(id -u)" = 0 ] || skip "only root can give privileges up one by one"
		needs_own_mounts
	else
		needs_own_mounts --user --map-root-user
	fi
}

# bounded CAPABILITIES COMMAND…
bounded() {
	local sets="-all" name
	for name in ${1//,/ }; do
		sets="$sets,+$name"
	done
	shift
	unshare --pid --mount --mount-proc --uts --ipc --net --fork --kill-child --propagation private \
		setpriv --bounding-set="$sets" --inh-caps=-all --ambient-caps=-all --no-new-privs \
		env HOME=/dev/null/none XDG_CONFIG_HOME= "$@"
}

# Where user namespaces are forbidden by a limit, in one that forbids them.
# shellcheck disable=SC2016 # for the inner shell
forbidden() {
	unshare --user --map-root-user --pid --mount --mount-proc --fork --kill-child --propagation private \
		bash -c 'echo 0 >/proc/sys/user/max_user_namespaces &&
			exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs env HOME=/dev/null/none "$@"' \
		forbidden "$@"
}

it_reports() { # WITH…
	needs_for "$1"
	"$@" "$nsscope" tree >"$work/tree" && grep -q 'process' "$work/tree" || fail tree || return 1
	"$@" "$nsscope" json >"$work/json" && grep -q '"format": "nsscope/1"' "$work/json" || fail json ||
		return 1
	"$@" "$nsscope" inspect 1 >"$work/inspect" || fail inspect || return 1
	"$@" "$nsscope" events --for 1 >"$work/events" || fail events
}

a_containers_root_sees() {
	it_reports bounded "$container"
}

without_any_capability_it_sees() {
	it_reports bounded ""
}

where_user_namespaces_are_forbidden_it_sees() {
	unshare --user --map-root-user true 2>/dev/null || skip "kernel: no user namespaces here"
	it_reports forbidden
}

doctor_tells_what_a_container_forbids() {
	unshare --user --map-root-user true 2>/dev/null || skip "kernel: no user namespaces here"
	needs_for bounded
	bounded "$container" "$nsscope" doctor >"$work/doctor"
	grep -q 'within your own user namespace' "$work/doctor" || fail "$(cat "$work/doctor")" || return 1
	grep -q -e '--cap-add' "$work/doctor" || fail "$(cat "$work/doctor")"
}

doctor_and_lessons_name_the_limit() {
	unshare --user --map-root-user true 2>/dev/null || skip "kernel: no user namespaces here"
	forbidden "$nsscope" doctor >"$work/doctor"
	grep -q '✘.*max_user_namespaces' "$work/doctor" || fail "$(cat "$work/doctor")" || return 1
	forbidden "$nsscope" lesson uts --plain --yes >"$work/uts" 2>&1
	[ $? = 3 ] || fail "$(tail -5 "$work/uts")" || return 1
	tr -s '\n ' ' ' <"$work/uts" | grep -q '✘ the stage: .*limit is reached: user.max_user_namespaces=0' || fail "$(cat "$work/uts")"
}

# agree WITH…: each lesson is played to its good end, or not begun, as doctor says.
agree() {
	local name good status wanted
	needs_for "$1"
	"$@" "$nsscope" doctor >"$work/doctor"
	good=$(tr '\n' ' ' <"$work/doctor" | tr -s ' ' | grep -o '✔ [a-z, ]*: can be played')
	local names
	mapfile -t names <lessons/order
	for name in "${names[@]}"; do
		wanted=3
		[[ $good =~ [\ ]${name}[,:] ]] && wanted=0
		status=0
		"$@" "$nsscope" lesson "$name" --plain </dev/null >"$work/played" 2>&1 || status=$?
		[ $status = $wanted ] || fail "$name: $status, not $wanted: $(tail -n 30 "$work/played")" || return 1
	done
}

doctor_and_lessons_agree_in_a_container() {
	agree bounded "$container"
}

doctor_and_lessons_agree_without_capabilities() {
	agree bounded ""
}

doctor_and_lessons_agree_where_user_namespaces_are_forbidden() {
	unshare --user --map-root-user true 2>/dev/null || skip "kernel: no user namespaces here"
	agree forbidden
}

explorer_opens() {
	needs script
	needs_for bounded
	export -f bounded
	export container nsscope
	# shellcheck disable=SC2016 # for the inner shell
	TERM=xterm press_q Search 'bounded "" "$nsscope"'
}

# refused COMMAND…: it does nothing but to say why, in one line.
refused() {
	setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/dev/null/none "$@" >"$work/out" 2>"$work/err"
	{ [ $? = 2 ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ] &&
		grep -q 'not made to be setuid' "$work/err"; } || fail "$*: $(cat "$work/out" "$work/err")"
}

setuid_and_file_capabilities_are_refused() {
	[ "$(id -u)" = 0 ] || skip "only root can make a program root's"
	{ mkdir "$work/privileged" && mount -t tmpfs x "$work/privileged"; } || skip "nothing can be mounted"
	{ cp "$nsscope" "$work/privileged/setuid" && cp "$nsscope" "$work/privileged/setgid" &&
		cp "$nsscope" "$work/privileged/capable"; } || fail cp || return 1
	chmod 755 "$work" "$work/privileged" "$work"/privileged/*
	"$work/privileged/setuid" --version >"$work/version" || fail "as it is" || return 1
	chmod u+s "$work/privileged/setuid"
	chmod g+s "$work/privileged/setgid"
	refused "$work/privileged/setuid" --version || return 1
	refused "$work/privileged/setgid" tree || return 1
	refused "$work/privileged/setuid" record "$work/privileged/recording" || return 1
	[ ! -e "$work/privileged/recording" ] || fail "it was recorded" || return 1
	needs setcap
	setcap cap_sys_admin+ep "$work/privileged/capable"
	refused "$work/privileged/capable" json
}
# Its mount is seen by nobody else.
setuid_is_refused() {
	[ "$(id -u)" = 0 ] || skip "only root can make a program root's"
	needs_own_mounts
	export -f refused setuid_and_file_capabilities_are_refused fail skip needs
	export work nsscope
	unshare --mount --propagation private bash -c setuid_and_file_capabilities_are_refused
}

# shellcheck disable=SC2034 # for run_tests
tests=(a_containers_root_sees without_any_capability_it_sees where_user_namespaces_are_forbidden_it_sees
	doctor_tells_what_a_container_forbids doctor_and_lessons_name_the_limit
	doctor_and_lessons_agree_in_a_container doctor_and_lessons_agree_without_capabilities
	doctor_and_lessons_agree_where_user_namespaces_are_forbidden explorer_opens
	setuid_is_refused)
run_tests
