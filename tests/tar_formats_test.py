#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The tar reader against others: archives that GNU tar, bsdtar, pax and python write here and now, read by list-tar
(whole blocks and one byte at a time) and by python's tarfile; every entry must be the same to the last byte."""
import decimal
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

LIST_TAR = os.environ["LIST_TAR"]
TYPES = {
    tarfile.LNKTYPE: "hardlink", tarfile.SYMTYPE: "symlink", tarfile.CHRTYPE: "char", tarfile.BLKTYPE: "block",
    tarfile.DIRTYPE: "dir", tarfile.FIFOTYPE: "fifo", tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file", tarfile.GNUTYPE_SPARSE: "file",
}


def write(path, data=b"", mode=0o644):
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, mode)


def sparse(path, size, segments):
    """Ends in a hole where the last segment stops short of the size."""
    with open(path, "wb") as f:
        f.truncate(size)
        for at in segments:
            f.seek(at)
            f.write(os.urandom(4096)[: size - at])


def try_do(action):
    try:
        action()
    except OSError:
        pass


def make_tree(root):
    """Everything that tar headers can say; what needs privileges is left out where there are none."""
    tree = os.path.join(root, "tree")
    os.makedirs(tree)
    os.chdir(tree)
    write("empty")
    write("one", b"x")
    write("block", b"b" * 512)
    write("block1", b"b" * 513)
    write("setuid", b"#!", 0o4755)
    write("big", os.urandom(300_000))
    for name in (b"caf\xc3\xa9", b"latin-\xe9", b"bad\xff\xfe", b"new\nline", b"tab\t", b"quote'\"\\", b" lead", b"trail "):
        write(name, name)
    for n in (99, 100, 101, 155, 200, 255):
        write("n" * n, str(n).encode())
    deep = "d" * 60
    for depth in (2, 3, 5, 9):
        directory = "/".join([deep] * depth)
        os.makedirs(directory, exist_ok=True)
        write(directory + "/leaf", str(depth).encode())
        os.symlink(directory + "/leaf", f"to-{depth}")
        os.link(directory + "/leaf", f"hard-{depth}")
    os.symlink("x" * 100, "link100")
    os.symlink("x" * 101, "link101")
    os.symlink("../../../../etc/passwd", "escape")
    os.symlink(b"bad\xff\xc3\xa9", b"badlink\xff")
    os.mkfifo("fifo")
    os.utime("one", (0, 0))
    os.utime("block", (-86400, -86400))
    os.utime("block1", (2**33 + 5, 2**33 + 5))
    os.utime("empty", ns=(1_500_000_000_999_999_999, 1_500_000_000_999_999_999))
    try_do(lambda: os.mknod("null", 0o20666, os.makedev(1, 3)))
    try_do(lambda: os.mknod("disk", 0o60660, os.makedev(259, 70000)))
    try_do(lambda: os.chown("big", 4_000_000_000, 3_000_000))
    try_do(lambda: os.setxattr("one", "user.text", b"value"))
    try_do(lambda: os.setxattr("one", "user.binary", b"\0\xff\n=\0"))
    sparse("sparse-hole", 1 << 20, [])
    sparse("sparse-3", 1 << 20, [0, 65536, 917504])
    sparse("sparse-tail", 300_001, [65536, 299_008])
    sparse("sparse-30", 4 << 20, range(65536, 4 << 20, 131072))
    sparse("sparse-" + "s" * 120, 2 << 20, [1 << 20])


def python_entries(path):
    """What tarfile says, in list-tar's words."""
    entries = []
    with tarfile.open(path, encoding="utf-8", errors="surrogateescape") as t:
        for m in t:
            def raw(text):
                return text.encode("utf-8", "surrogateescape").decode("latin-1")
            kind = TYPES[m.type]
            digest = ""
            if kind == "file":
                content = t.extractfile(m)
                digest = "sha256:" + hashlib.sha256(content.read()).hexdigest()
            xattrs = {}
            for key, value in m.pax_headers.items():
                if key.startswith("SCHILY.xattr."):
                    xattrs[raw(key[13:])] = raw(value)
            device = kind in ("char", "block")
            # tarfile rounds times to floating point and does not know the name record of sparse format 0.1
            seconds = math.floor(decimal.Decimal(m.pax_headers.get("mtime", int(m.mtime))))
            name = m.pax_headers.get("GNU.sparse.name", m.name)
            entries.append([
                kind, raw(name).rstrip("/"), raw(m.linkname) if kind in ("hardlink", "symlink") else "",
                m.mode & 0o7777, m.uid, m.gid, m.size if kind == "file" else 0, seconds,
                m.devmajor if device else 0, m.devminor if device else 0, digest, xattrs])
    return entries


def own_entries(path, *args):
    done = subprocess.run([LIST_TAR, path, *args], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"list-tar {' '.join(args)}: {done.stderr.strip()}")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    for e in entries:
        e[1] = e[1].rstrip("/")
    return entries


def difference(got, want, what):
    for i, (a, b) in enumerate(zip(got, want)):
        if a != b:
            return f"{what}: entry {i}: got {a}, want {b}"
    return None if len(got) == len(want) else f"{what}: {len(got)} entries, want {len(want)}"


def gnu(*options):
    return lambda out, tree: subprocess.run(["tar", "-cf", out, *options, "."], cwd=tree, stderr=subprocess.DEVNULL,
                                            check=False)


def other(*command):
    return lambda out, tree: subprocess.run([*command, out, "."], cwd=tree, stderr=subprocess.DEVNULL, check=False)


def python_writer(fmt, **options):
    def make(out, tree):
        with tarfile.open(out, "w", format=fmt, encoding="utf-8", errors="surrogateescape", **options) as t:
            for name in sorted(os.listdir(tree)):
                try:
                    t.add(os.path.join(tree, name), name)
                except ValueError:  # the format cannot say it
                    pass
    return make


def huge_numbers(out, _tree):
    """Sizes, ids and times that only base 256 or pax can say, on headers without content."""
    with open(out, "wb") as f:
        for fmt in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            for uid, mtime in ((0o7777777, 0), (0o10000000, -1), (2**32 - 2, 2**40), (2**31, -(2**34))):
                m = tarfile.TarInfo("huge")
                m.type = tarfile.DIRTYPE
                m.uid = m.gid = uid
                m.mtime = mtime
                f.write(m.tobuf(fmt, "utf-8", "surrogateescape"))
        f.write(b"\0" * 1024)


def packed(make, *command):
    """The archive of make in two compressed members, as parallel packers write them."""
    def run(out, tree):
        make(out + ".plain", tree)
        with open(out + ".plain", "rb") as f:
            data = f.read()
        with open(out, "wb") as f:
            for part in (data[: len(data) // 3], data[len(data) // 3:]):
                f.write(subprocess.run(command, input=part, capture_output=True, check=True).stdout)
        return out + ".plain"
    return run


# name, program needed, writer
WRITERS = [(f"GNU tar {f}", "tar", gnu("--format", f)) for f in ("v7", "ustar", "oldgnu", "gnu", "posix")]
WRITERS += [
    ("GNU tar gnu sparse", "tar", gnu("--format=gnu", "--sparse", "--hole-detection=raw")),
    ("GNU tar posix sparse 0.0", "tar", gnu("--format=posix", "-S", "--hole-detection=raw", "--sparse-version=0.0")),
    ("GNU tar posix sparse 0.1", "tar", gnu("--format=posix", "-S", "--hole-detection=raw", "--sparse-version=0.1")),
    ("GNU tar posix sparse 1.0", "tar", gnu("--format=posix", "-S", "--hole-detection=raw", "--sparse-version=1.0")),
    ("GNU tar posix xattrs", "tar", gnu("--format=posix", "--xattrs", "--xattrs-include=*")),
    ("GNU tar gnu atime and ctime", "tar", gnu("--format=gnu", "--atime-preserve")),
    ("GNU tar absolute names", "tar", gnu("--format=posix", "-P", "--transform=s,^\\.,/abs/..,")),
    ("bsdtar ustar", "bsdtar", other("bsdtar", "--format=ustar", "-cf")),
    ("bsdtar pax", "bsdtar", other("bsdtar", "--format=pax", "-cf")),
    ("bsdtar gnutar", "bsdtar", other("bsdtar", "--format=gnutar", "-cf")),
    ("pax ustar", "pax", lambda out, tree: subprocess.run(["pax", "-w", "-x", "ustar", "-f", out, "."], cwd=tree,
                                                          stderr=subprocess.DEVNULL, check=False)),
    ("python ustar", "python3", python_writer(tarfile.USTAR_FORMAT)),
    ("python gnu", "python3", python_writer(tarfile.GNU_FORMAT)),
    ("python pax", "python3", python_writer(tarfile.PAX_FORMAT)),
    ("python pax with a global header", "python3", python_writer(tarfile.PAX_FORMAT, pax_headers={"comment": "c" * 999})),
    ("numbers beyond octal", "python3", huge_numbers),
    ("gzip in two members", "gzip", packed(gnu("--format=posix"), "gzip", "-6")),
    ("gzip stored", "gzip", packed(gnu("--format=gnu"), "gzip", "-1", "-n")),
    ("zstd in two frames", "zstd", packed(gnu("--format=posix"), "zstd", "-3", "--check")),
    ("zstd long window", "zstd", packed(gnu("--format=gnu"), "zstd", "-3", "--long=27")),
    ("xz in two streams", "xz", packed(gnu("--format=posix"), "xz", "-9e", "-C", "sha256")),
    ("xz in blocks", "xz", packed(gnu("--format=gnu"), "xz", "-1", "-T2", "--block-size=4096")),
    ("bzip2 in two streams", "bzip2", packed(gnu("--format=gnu"), "bzip2", "-1")),
]


def compare(writer, out, tree):
    plain = writer(out, tree)
    want = python_entries(plain if isinstance(plain, str) else out)
    if not want:
        return "the writer wrote nothing"
    return (difference(own_entries(out), want, "whole") or difference(own_entries(out, "1"), want, "bytes")
            or difference(own_entries(out, "700"), want, "700 bytes"))


def main():
    print(f"1..{len(WRITERS)}")
    bad = 0
    with tempfile.TemporaryDirectory() as root:
        make_tree(root)
        for number, (name, program, writer) in enumerate(WRITERS, 1):
            if not shutil.which(program):
                print(f"ok {number} - {name} # SKIP {program} is not installed")
                continue
            try:
                wrong = compare(writer, os.path.join(root, f"{number}.tar"), os.path.join(root, "tree"))
            except AssertionError as e:
                wrong = str(e)
            if wrong:
                bad += 1
                print("# " + wrong.encode("ascii", "backslashreplace").decode()[:600])
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
        os.chdir("/")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
