# SPDX-License-Identifier: Apache-2.0
"""What an AlmaLinux 9.0 image holds, as rpm writes it down: an SQLite database whose rows are package headers.

Source of the formats: rpm 4.16, lib/backend/sqlite.c and "RPM V4 package format", header structure. A header blob in the
database is: number of index entries, number of data bytes, index entries of 16 bytes (tag, type, offset, count), data;
all numbers are big-endian.
"""
import os
import sqlite3
import struct
import tempfile

from image import MTIME, d, f, l

# package epoch:version-release [source package file without ".src.rpm"]
PACKAGES = """
almalinux-release 9.0-1.el9
basesystem 11-13.el9
bash 5.1.8-4.el9
ca-certificates 2020.2.50-94.el9
coreutils-single 8.32-31.el9 coreutils-8.32-31.el9
expat 2.2.10-12.el9
filesystem 3.16-2.el9
glibc 2.34-28.el9_0
glibc-common 2.34-28.el9_0 glibc-2.34-28.el9_0
glibc-minimal-langpack 2.34-28.el9_0 glibc-2.34-28.el9_0
libwebp 1.2.0-3.el9
openssh 8.7p1-8.el9
openssh-server 8.7p1-8.el9 openssh-8.7p1-8.el9
openssl-libs 1:3.0.1-23.el9_0 openssl-3.0.1-23.el9_0
setup 2.13.7-6.el9
tzdata 2022a-1.el9_0
xz-libs 5.2.5-7.el9 xz-5.2.5-7.el9
zlib 1.2.11-31.el9
"""
NOARCH = ("basesystem", "ca-certificates", "setup", "tzdata")
FILES = {"bash": ("/usr/bin/", "bash"), "openssl-libs": ("/usr/lib64/", "libssl.so.3"), "zlib": ("/usr/lib64/", "libz.so.1")}

PROGRAM = b"\x7fELF (not a program: a stand-in of the leaky example image)\n"

OS_RELEASE = """NAME="AlmaLinux"
VERSION="9.0 (Emerald Puma)"
ID="almalinux"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.0"
PLATFORM_ID="platform:el9"
PRETTY_NAME="AlmaLinux 9.0 (Emerald Puma)"
CPE_NAME="cpe:/o:almalinux:almalinux:9::baseos"
"""
INT16, INT32, STRING, STRING_ARRAY, I18N = 3, 4, 6, 8, 9
NUMBERS = {INT16: "H", INT32: "I"}
TAGS = {"name": (1000, STRING), "version": (1001, STRING), "release": (1002, STRING), "epoch": (1003, INT32),
        "summary": (1004, I18N), "description": (1005, I18N), "installtime": (1008, INT32), "size": (1009, INT32),
        "vendor": (1011, STRING), "license": (1014, STRING), "group": (1016, I18N), "os": (1021, STRING),
        "arch": (1022, STRING), "filesizes": (1028, INT32), "filemodes": (1030, INT16), "sourcerpm": (1044, STRING), "dirindexes": (1116, INT32),
        "fileflags": (1037, INT32), "basenames": (1117, STRING_ARRAY), "dirnames": (1118, STRING_ARRAY)}
# The look-up tables that rpm expects to find.
INDEXES = ("Name", "Basenames", "Group", "Requirename", "Providename", "Conflictname", "Obsoletename", "Triggername",
           "Dirnames", "Installtid", "Sigmd5", "Sha1header", "Filetriggername", "Transfiletriggername", "Recommendname",
           "Suggestname", "Supplementname", "Enhancename")
INDEX_TYPES = {"Installtid": "BLOB", "Sigmd5": "BLOB"}


def header(values):
    """The blob of one package; values: tag name → text, number or list."""
    index, data = b"", b""
    for tag, kind, value in sorted((*TAGS[name], value) for name, value in values.items()):
        items = value if isinstance(value, list) else [value]
        if kind in NUMBERS:
            data += bytes(-len(data) % struct.calcsize(NUMBERS[kind]))
            packed = struct.pack(f">{len(items)}{NUMBERS[kind]}", *items)
        else:
            packed = b"".join(x.encode() + b"\0" for x in items)
        index += struct.pack(">4I", tag, kind, len(data), len(items))
        data += packed
    return struct.pack(">2I", len(index) // 16, len(data)) + index + data


def package(name, evr, source):
    epoch, _, version_release = evr.rpartition(":")
    version, release = version_release.split("-")
    values = {"name": name, "version": version, "release": release, "summary": name, "description": name,
              "installtime": MTIME, "size": 4096, "vendor": "AlmaLinux", "license": "GPLv2+", "group": "Unspecified",
              "os": "linux", "arch": "noarch" if name in NOARCH else "x86_64", "sourcerpm": source + ".src.rpm"}
    if epoch:
        values["epoch"] = int(epoch)
    if name in FILES:
        folder, file = FILES[name]
        values.update(dirindexes=[0], basenames=[file], dirnames=[folder], filesizes=[len(PROGRAM)],
                      filemodes=[0o100755], fileflags=[0])
    return values


def packages():
    for line in PACKAGES.strip().splitlines():
        name, evr, *source = line.split()
        yield package(name, evr, source[0] if source else f"{name}-{evr.rpartition(':')[2]}")
    # The key that signed them stands in the database too, and is no package.
    yield {"name": "gpg-pubkey", "version": "b86b3716", "release": "61e69f29", "summary": "a public key",
           "description": "stand-in for a key", "installtime": MTIME, "size": 0, "license": "pubkey",
           "group": "Public Keys"}


def rpmdb():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rpmdb.sqlite")
        db = sqlite3.connect(path)
        db.execute("PRAGMA page_size = 4096")
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)")
        for name in INDEXES:
            db.execute(f"CREATE TABLE '{name}' (key '{INDEX_TYPES.get(name, 'TEXT')}' NOT NULL, hnum INTEGER NOT NULL,"
                       " idx INTEGER NOT NULL, FOREIGN KEY (hnum) REFERENCES 'Packages'(hnum))")
            db.execute(f"CREATE INDEX '{name}_key_idx' ON '{name}'(key ASC)")
        for number, values in enumerate(packages(), 1):
            db.execute("INSERT INTO Packages VALUES (?, ?)", (number, header(values)))
            db.execute("INSERT INTO Name VALUES (?, ?, 0)", (values["name"], number))
        db.commit()
        db.close()
        with open(path, "rb") as f_:
            data = bytearray(f_.read())
    # Bytes 92 to 99 of an SQLite file say which version of SQLite wrote it: made equal, so that every machine gives the
    # same bytes (SQLite file format, "The Database Header": version-valid-for number, SQLITE_VERSION_NUMBER).
    data[92:96] = data[24:28]
    data[96:100] = struct.pack(">I", 3034001)
    return bytes(data)


def base_layer():
    folders = ["dev", "etc", "home", "opt", "proc", "root", "run", "srv", "sys", "usr", "usr/bin", "usr/lib", "usr/lib64",
               "usr/sbin", "var", "var/lib", "var/lib/rpm"]
    return [d(x) for x in folders] + [
        d("tmp", 0o1777), l("bin", "usr/bin"), l("lib", "usr/lib"), l("lib64", "usr/lib64"), l("sbin", "usr/sbin"),
        f("usr/lib/os-release", OS_RELEASE), l("etc/os-release", "../usr/lib/os-release"),
        f("etc/almalinux-release", "AlmaLinux release 9.0 (Emerald Puma)\n"), l("etc/redhat-release", "almalinux-release"),
        f("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"), f("usr/bin/bash", PROGRAM, 0o755),
        f("usr/lib64/libssl.so.3", PROGRAM, 0o755), f("usr/lib64/libz.so.1", PROGRAM, 0o755),
        f("var/lib/rpm/rpmdb.sqlite", rpmdb()),
    ]
