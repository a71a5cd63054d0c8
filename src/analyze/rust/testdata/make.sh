#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the files of this directory again: lock files of every version by cargo, with the packages that `cargo metadata`
# names (NAME VERSION, one a line), and a program of cargo-auditable cut down to its section. Needs cargo,
# cargo-auditable, crates.io, objcopy (also of mingw-w64) and LLVM's yaml2obj.
# usage: make.sh [directory of the LLVM tools]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
llvm=${1:-/usr/lib/llvm-14/bin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cargo init -q --vcs none --name demo-app --edition 2018 .
cat >>Cargo.toml <<'TOML'
serde_json = "=1.0.100"
itoa = "0.4"
local-part = { path = "local-part" }
[dev-dependencies]
fastrand = "=1.9.0"
[build-dependencies]
cc = "=1.0.79"
TOML
cargo init -q --vcs none --lib --edition 2018 local-part
cat >src/main.rs <<'RUST'
fn main() {
    let v: serde_json::Value = serde_json::from_str("[1]").unwrap();
    println!("{} {:?}", v, local_part::add(1, 2));
}
RUST
echo 'fn main() { println!("cargo:rerun-if-changed=build.rs"); }' >build.rs

names() { cargo metadata -q --format-version 1 --locked | python3 -c 'import json, sys
print("\n".join(sorted(p["name"] + " " + p["version"] for p in json.load(sys.stdin)["packages"])))'; }

cargo generate-lockfile -q
for version in 3 4; do
	sed "s/^version = [0-9]*$/version = $version/" Cargo.lock >"$work/lock" && cp "$work/lock" Cargo.lock
	cargo metadata -q --format-version 1 --locked >"$work/none"
	cp Cargo.lock "$here/v$version.lock"
done
# Versions 1 and 2 are what cargo writes where such a file is already: take the version line out, and for 1 let cargo
# move the checksums.
sed '/^version = [34]$/d' "$here/v3.lock" >"$here/v2.lock"
python3 - "$here/v2.lock" "$here/v1.lock" <<'PY'
import re, sys
text, metadata = open(sys.argv[1]).read(), []
for name, version, source, checksum in re.findall(
        r'name = "(.*)"\nversion = "(.*)"\nsource = "(.*)"\nchecksum = "(.*)"\n', text):
    metadata.append('"checksum %s %s (%s)" = "%s"' % (name, version, source, checksum))
text = re.sub(r'checksum = ".*"\n', "", text)
packages = {}
for name, version, source in re.findall(r'name = "(.*)"\nversion = "(.*)"\n(?:source = "(.*)"\n)?', text):
    packages.setdefault(name, []).append((version, source))
def full(match):
    name, _, version = match.group(1).partition(" ")
    version, source = next(p for p in packages[name] if version in ("", p[0]))
    return ' "%s %s%s",' % (name, version, " (%s)" % source if source else "")
text = re.sub(r'^ "(.*)",$', full, text, flags=re.M)
open(sys.argv[2], "w").write(text + "\n[metadata]\n" + "\n".join(metadata) + "\n")
PY
for version in 1 2 3 4; do
	cp "$here/v$version.lock" Cargo.lock
	names >"$here/v$version.txt"
done

cargo auditable build -q
objcopy -j .dep-v0 target/debug/demo-app "$here/elf64" 2>none
objcopy --dump-section .dep-v0=section target/debug/demo-app none
printf '.globl f\nf: ret\n.section ".dep-v0","dr"\n.incbin "section"\n' | x86_64-w64-mingw32-as -o code.o
x86_64-w64-mingw32-ld -shared --no-insert-timestamp -s --file-alignment 16 --entry f code.o -o "$here/pe64"
size=$(wc -c <section)
{
	printf '%s\n' '--- !mach-o' "FileHeader: { magic: 0xFEEDFACF, cputype: 0x0100000C, cpusubtype: 0, filetype: 2, ncmds: 1, \
sizeofcmds: 152, flags: 0, reserved: 0 }" LoadCommands: '  - cmd: LC_SEGMENT_64' '    cmdsize: 152' '    segname: __DATA' \
		'    vmaddr: 0x100001000' '    vmsize: 0x1000' '    fileoff: 256' "    filesize: $size" '    maxprot: 3' \
		'    initprot: 3' '    nsects: 1' '    flags: 0' '    Sections:' "      - { sectname: .dep-v0, segname: __DATA, \
addr: 0x100001000, size: $size, offset: 256, align: 0, reloff: 0, nreloc: 0, flags: 0, reserved1: 0, reserved2: 0, \
reserved3: 0, content: $(od -An -v -tx1 section | tr -d ' \n') }"
} | "$llvm/yaml2obj" -o "$here/macho64"
chmod -x "$here/elf64" "$here/pe64" "$here/macho64"
# What is in the program, and what only built it.
{
	cargo tree -q --locked -e normal --prefix none | awk '{ sub(/^v/, "", $2); print $1, $2 }' | sort -u
} >"$here/program.txt"
