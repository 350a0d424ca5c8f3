#!/bin/bash
# The program is built so that a mistake in it is hard to misuse.
source tests/house/tap.sh

begin() {
	needs readelf
	# The sanitizers' build looks for mistakes instead.
	! readelf --dyn-syms -W "$nsscope" | grep -q __asan_ || skip "kernel: built with the sanitizers"
}

it_stands_anywhere() {
	begin
	readelf -hW "$nsscope" | grep -q 'Type: *DYN' && readelf -dW "$nsscope" | grep -q 'Flags:.*PIE'
}

its_tables_are_read_only() {
	begin
	readelf -lW "$nsscope" | grep -q GNU_RELRO && readelf -dW "$nsscope" | grep -q 'Flags:.*NOW'
}

its_stack_is_guarded() {
	begin
	readelf --dyn-syms -W "$nsscope" | grep -q __stack_chk_fail
}

its_stack_is_no_code() {
	begin
	readelf -lW "$nsscope" | grep 'GNU_STACK' | grep -qv 'RWE'
}

calls_know_their_rooms() {
	begin
	readelf --dyn-syms -W "$nsscope" | grep -q '__[a-z]*printf_chk' &&
		readelf --dyn-syms -W "$nsscope" | grep -qE '__(read|memcpy|poll|readlinkat)_chk'
}

# shellcheck disable=SC2034 # for run_tests
tests=(it_stands_anywhere its_tables_are_read_only its_stack_is_guarded its_stack_is_no_code
	calls_know_their_rooms)
run_tests
