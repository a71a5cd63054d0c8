#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes native again: a library with a bill of materials as native-image embeds it. make.sh; needs a C compiler, gzip, od.
set -eu
cd "$(dirname "$0")"
bytes() {
	od -An -v -tx1 | sed 's/ \(..\)/0x\1,/g'
}
{
	echo 'const unsigned char sbom[] = {'
	gzip -9n <sbom.json | bytes
	echo '};'
	echo 'const unsigned long long sbom_length = sizeof sbom;'
} >native.c
cc -shared -nostdlib -fPIC -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noseparate-code -s -o native native.c
rm native.c
