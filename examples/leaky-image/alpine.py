# SPDX-License-Identifier: Apache-2.0
"""What an Alpine 3.9.0 image holds, as apk writes it down."""
import base64
import hashlib

from image import d, f, l

# package version [origin]; the real versions of Alpine 3.9.0 (January 2019)
PACKAGES = """
alpine-baselayout 3.1.0-r3
alpine-keys 2.1-r1
apk-tools 2.10.3-r1
busybox 1.29.3-r10
ca-certificates-cacert 20190108-r0 ca-certificates
expat 2.2.6-r0
git 2.20.1-r0
libc-utils 0.7.1-r0 libc-dev
libcrypto1.1 1.1.1a-r1 openssl
libssl1.1 1.1.1a-r1 openssl
libtls-standalone 2.7.4-r6
musl 1.1.20-r3
musl-utils 1.1.20-r3 musl
scanelf 1.2.3-r0 pax-utils
ssl_client 1.29.3-r10 busybox
zlib 1.2.11-r1
"""
FILES = {"busybox": [("bin", "busybox")], "musl": [("lib", "ld-musl-x86_64.so.1")],
         "libssl1.1": [("lib", "libssl.so.1.1")]}

OS_RELEASE = """NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.9.0
PRETTY_NAME="Alpine Linux v3.9"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://bugs.alpinelinux.org/"
"""
PROGRAM = b"\x7fELF (not a program: a stand-in of the leaky example image)\n"


def checksum(data):
    return "Q1" + base64.b64encode(hashlib.sha1(data).digest()).decode()


def record(name, version, origin):
    lines = [f"C:{checksum((name + version).encode())}", f"P:{name}", f"V:{version}", "A:x86_64", "S:1000", "I:4096",
             f"T:{name} of Alpine 3.9", "U:https://alpinelinux.org", "L:GPL-2.0", f"o:{origin}",
             "m:Alpine <alpine@example.org>", "t:1548000000", "c:0000000000000000000000000000000000000000"]
    for folder, file in FILES.get(name, []):
        lines += [f"F:{folder}", f"R:{file}", "a:0:0:755", f"Z:{checksum(PROGRAM)}"]
    return "\n".join(lines) + "\n"


def installed():
    out = []
    for line in PACKAGES.strip().splitlines():
        name, version, *origin = line.split()
        out.append(record(name, version, origin[0] if origin else name))
    return "\n".join(out) + "\n"


def base_layer():
    folders = ["bin", "dev", "etc", "etc/apk", "home", "lib", "lib/apk", "lib/apk/db", "proc", "root", "sbin", "sys", "usr",
               "usr/bin", "usr/lib", "var", "var/cache"]
    return [d(x) for x in folders] + [
        d("tmp", 0o1777), f("etc/os-release", OS_RELEASE), f("etc/alpine-release", "3.9.0\n"),
        f("etc/apk/repositories", "https://alpine.example/alpine/v3.9/main\nhttps://alpine.example/alpine/v3.9/community\n"),
        f("etc/apk/world", "alpine-baselayout\nalpine-keys\napk-tools\nbusybox\nexpat\ngit\nlibc-utils\n"),
        f("etc/passwd", "root:x:0:0:root:/root:/bin/ash\n"), f("lib/apk/db/installed", installed()),
        f("lib/apk/db/scripts.tar"), f("lib/apk/db/triggers"), f("bin/busybox", PROGRAM, 0o755),
        l("bin/sh", "/bin/busybox"), f("lib/ld-musl-x86_64.so.1", PROGRAM, 0o755), f("lib/libssl.so.1.1", PROGRAM, 0o755),
    ]
