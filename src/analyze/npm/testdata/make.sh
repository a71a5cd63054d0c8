#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the lock files of this directory again with the real package managers: make.sh DIRECTORY, a directory for their
# programs and work. Needs npm and its registry. One project (project/) goes through all of them; addresses of mirrors
# become the official one's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1
mkdir -p "$work/tools"
cd "$work"
npm install --no-audit --no-fund --force --prefix tools yarn@1 pnpm5@npm:pnpm@5 pnpm7@npm:pnpm@7 \
	pnpm8@npm:pnpm@8 pnpm9@npm:pnpm@9 bun@1 berry3@npm:@yarnpkg/cli-dist@3 \
	berry4@npm:@yarnpkg/cli-dist@4 bun0@npm:@oven/bun-linux-x64@0.5.9 bun11@npm:@oven/bun-linux-x64@1.1.38 \
	bun14@npm:@oven/bun-linux-x64@1.4 >/dev/null 2>&1
if [ -x tools/node_modules/bun/bin/bun.exe ]; then
	(cd tools/node_modules/bun && node install.js >/dev/null 2>&1) || true
fi
export npm_config_audit=false npm_config_fund=false CI=1 COREPACK_ENABLE_STRICT=0
registry=$(npm config get registry)

fresh() {
	rm -rf "$work/p"
	cp -r "$here/project" "$work/p"
	cd "$work/p"
}

# keep FILE NAME: with the official registry's address
keep() {
	sed -e "s|$registry|https://registry.npmjs.org/|g" "$1" >"$here/$2"
}

for v in 1 2 3; do
	fresh
	npm install --lockfile-version=$v >/dev/null 2>&1
	keep package-lock.json npm-$v.json
done
keep node_modules/.package-lock.json npm-hidden.json
npm ls --all --json 2>/dev/null >"$here/npm-ls.json" || true

fresh
node ../tools/node_modules/yarn/bin/yarn.js install --registry "$registry" --ignore-scripts >/dev/null 2>&1
keep yarn.lock yarn-1.lock

for v in 3 4; do
	fresh
	: >yarn.lock
	YARN_NPM_REGISTRY_SERVER=${registry%/} YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_IMMUTABLE_INSTALLS=0 \
		YARN_UNSAFE_HTTP_WHITELIST='*' YARN_ENABLE_GLOBAL_CACHE=0 \
		node ../tools/node_modules/berry$v/bin/yarn.js install --mode=skip-build >../berry$v.log 2>&1
	keep yarn.lock yarn-berry-$v.lock
	cp .yarn/cache/is-odd-npm-*.zip "$here/yarn-cache.zip"
done

for v in 5 7 8 9; do
	fresh
	printf 'packages:\n  - packages/*\n' >pnpm-workspace.yaml
	program=../tools/node_modules/pnpm$v/bin/pnpm.cjs
	[ -e "$program" ] || program=../tools/node_modules/pnpm$v/bin/pnpm.js
	# pnpm before 8 now and then fails to fetch on node 20, and tries again for minutes.
	timeout 120 node "$program" install --registry "$registry" --ignore-scripts \
		--no-frozen-lockfile --store-dir "$work/store$v" >../pnpm$v.log 2>&1 || true
	if [ -s pnpm-lock.yaml ]; then
		keep pnpm-lock.yaml pnpm-$v.yaml
	else
		echo "pnpm $v made no lock file: see $work/pnpm$v.log" >&2
	fi
done

fresh
"$work/tools/node_modules/bun/bin/bun.exe" install --registry "$registry" --ignore-scripts >../bun.log 2>&1
keep bun.lock bun.lock

# Binary lock files keep the address of the registry that bun was told of, which is the official one.
for v in 0 11 14; do
	fresh
	printf '[install]\nsaveTextLockfile = false\n' >bunfig.toml
	"$work/tools/node_modules/bun$v/bin/bun" install --ignore-scripts >../bun$v.log 2>&1
	cp bun.lockb "$here/bun-$v.lockb"
	"$work/tools/node_modules/bun$v/bin/bun" bun.lockb >"$here/bun-$v.yarn"
done
