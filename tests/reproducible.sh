#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The same sources give the same bytes: builds the program in two folders of different names and compares. Prints TAP.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
if ! git rev-parse --git-dir >/dev/null 2>&1; then
	echo '1..0 # SKIP not a git clone: the list of source files is taken from git'
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo '1..1'
for name in one/x another-longer-name/y; do
	mkdir -p "$work/$name"
	git ls-files -co --exclude-standard -z | tar --null -T - -cf - | tar -xf - -C "$work/$name"
	(cd "$work/$name" && meson setup build && ninja -C build drydock) >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" | sed 's/^/# /'
		echo 'not ok 1 - the program can be built elsewhere'
		exit 1
	}
done
if cmp "$work/one/x/build/drydock" "$work/another-longer-name/y/build/drydock" >"$work/log"; then
	echo 'ok 1 - two builds in different folders give the same bytes'
else
	sed 's/^/# /' "$work/log"
	echo 'not ok 1 - two builds in different folders give the same bytes'
	exit 1
fi
