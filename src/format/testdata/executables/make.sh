#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the programs of this directory again. Needs LLVM's yaml2obj and llvm-lipo, and binutils for mingw-w64.
# usage: make.sh [directory of the LLVM tools]
set -eu
cd "$(dirname "$0")"
llvm=${1:-/usr/lib/llvm-14/bin}
windows=x86_64-w64-mingw32

"$llvm/yaml2obj" -DB=64 -DO=LSB -DM=EM_X86_64 elf.yaml -o elf64le
"$llvm/yaml2obj" -DB=64 -DO=MSB -DM=EM_S390 elf.yaml -o elf64be
"$llvm/yaml2obj" -DB=32 -DO=MSB -DM=EM_PPC elf.yaml -o elf32be
"$llvm/yaml2obj" macho.yaml -o macho64
sed -e 's/cputype: 0x0100000C/cputype: 0x01000007/; s/cpusubtype: 0/cpusubtype: 3/' macho.yaml | "$llvm/yaml2obj" -o slice
"$llvm/llvm-lipo" -create macho64 slice -segalign arm64 8 -segalign x86_64 8 -output macho-universal
chmod -x elf* macho*

printf '.globl f\nf: ret\n' | $windows-as -o code.o
$windows-windres --preprocessor=cat version.rc version.o
$windows-ld -shared --no-insert-timestamp -s --file-alignment 16 --section-alignment 4096 --entry f \
	code.o version.o -o pe64.dll
chmod -x pe64.dll
rm -f slice code.o version.o
