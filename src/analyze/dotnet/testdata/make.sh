#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the assembly of the tests again, with Mono's C# compiler (Debian: mono-mcs).
set -eu
cd "$(dirname "$0")"
mcs -target:library -out:Sample.Library.dll Sample.Library.cs
