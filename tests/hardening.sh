#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Looks at the program that was built, not at the flags that were asked for: hardening.sh PROGRAM. Prints TAP.
# `hardening.sh --self-test CC` builds programs that lack one thing each and sees that they fail.
set -u
LC_ALL=C
export LC_ALL
SIZE_MAX=$((10 * 1024 * 1024))

# Each check reads the file $1 and prints nothing when all is well, else what is wrong.
check_pie() { readelf -hW "$1" | grep -q 'Type:[[:space:]]*DYN' || echo 'not position-independent'; }
check_relro() { readelf -lW "$1" | grep -q 'GNU_RELRO' || echo 'no RELRO segment'; }
check_now() { readelf -dW "$1" | grep -Eq 'BIND_NOW|\(FLAGS_1\).*NOW' || echo 'lazy binding: the GOT stays writable'; }
check_stack() {
	readelf -lW "$1" | grep 'GNU_STACK' | grep -q 'RW ' || echo 'no GNU_STACK header'
	readelf -lW "$1" | grep -E '(LOAD|GNU_STACK)' | grep -E 'RWE' | sed 's/^ */writable and executable: /'
}
check_separate_code() {
	readelf -lW "$1" | grep 'LOAD' | grep -q ' R E ' || echo 'no segment that is code only'
}
check_rpath() { readelf -dW "$1" | grep -E 'RPATH|RUNPATH'; }
check_textrel() { readelf -dW "$1" | grep -w 'TEXTREL'; }
check_protector() { readelf --dyn-syms -W "$1" | grep -q '__stack_chk_fail' || echo 'no stack protector'; }
check_fortify() { readelf --dyn-syms -W "$1" | grep -Eq '__[a-z]+_chk(@|$)' || echo 'no fortified libc call'; }
check_size() {
	stripped=$(mktemp)
	strip -o "$stripped" "$1"
	size=$(wc -c <"$stripped")
	rm -f "$stripped"
	[ "$size" -le $SIZE_MAX ] || echo "$size bytes stripped, more than $SIZE_MAX"
}
check_symbols() {
	names=$(readelf --dyn-syms -W "$1" | awk '$5 == "GLOBAL" && $7 != "UND" && $8 ~ /^dd_/ { print $8 }' | head -n 3)
	[ -z "$names" ] || echo "internal names are exported: $names"
}

CHECKS='pie relro now stack separate_code rpath textrel protector fortify size symbols'

check_all() {
	number=0 bad=0
	for check in $CHECKS; do
		number=$((number + 1))
		complaint=$("check_$check" "$1")
		if [ -z "$complaint" ]; then
			echo "ok $number - $check"
		else
			bad=1
			printf '%s\n' "$complaint" | sed 's/^/# /'
			echo "not ok $number - $check"
		fi
	done
	echo "1..$number"
	return $bad
}

# check that must complain, then the flags that take the thing away
SOFT='pie -no-pie -fno-pie
relro -Wl,-z,norelro
now -Wl,-z,lazy
stack -Wl,-z,execstack
rpath -Wl,-rpath,/tmp
protector -fno-stack-protector
fortify -U_FORTIFY_SOURCE
symbols -rdynamic'

self_test() {
	cc=$1
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	cat >"$folder/x.c" <<'C'
#include <stdio.h>
#include <string.h>
void dd_copy(char *to, const char *from);
void dd_copy(char *to, const char *from) { strcpy(to, from); }
int main(int argc, char **argv)
{
	char name[64], other[64];
	dd_copy(name, argv[argc - 1]);
	strcpy(other, argv[0]);
	printf("%s %s\n", name, other);
	return 0;
}
C
	hard='-O2 -fPIE -pie -fstack-protector-strong -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code'
	hard="$hard -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
	echo "1..$(($(printf '%s\n' "$SOFT" | wc -l) + 1))"
	failed=0
	# shellcheck disable=SC2086 # lists of flags
	if "$cc" $hard "$folder/x.c" -o "$folder/hard" 2>/dev/null && check_all "$folder/hard" >"$folder/log"; then
		echo 'ok 1 - a hardened program passes'
	else
		failed=1
		grep -v '^ok' "$folder/log" | sed 's/^/# /'
		echo 'not ok 1 - a hardened program passes'
	fi
	printf '%s\n' "$SOFT" >"$folder/soft"
	number=1
	while read -r check flags; do
		number=$((number + 1))
		rm -f "$folder/soft-program"
		# shellcheck disable=SC2086
		"$cc" $hard $flags "$folder/x.c" -o "$folder/soft-program" 2>/dev/null
		if [ -f "$folder/soft-program" ] && [ -n "$("check_$check" "$folder/soft-program")" ]; then
			echo "ok $number - without $check it fails"
		else
			failed=1
			echo "not ok $number - without $check it fails ($flags)"
		fi
	done <"$folder/soft"
	return $failed
}

if ! command -v readelf >/dev/null; then
	echo '1..0 # SKIP readelf (binutils) is not installed'
	exit 0
fi
if [ "${1-}" = --self-test ]; then
	self_test "${2:-cc}"
else
	check_all "$1"
fi
