#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The rpm analyzer against rpm itself: the same databases, every package, every field, every file name.

Real databases come from the shared data (skipped by name without it). Databases made on the spot hold small packages of
our own (rpmbuild) and are written by rpm (SQLite) and by Berkeley DB's own db5.3_load in several page sizes and both
byte orders. Debian's rpm has no NDB: those headers are taken out by the few lines of ndb_blobs() and imported into rpm.
"""
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tarfile
import tempfile

ROOT = os.environ["DRYDOCK_TEST_ROOT"]
SHARED = os.environ.get("DRYDOCK_TEST_SHARED") or os.path.join(ROOT, "..", "shared", "data")
ANALYZE = os.environ["ANALYZE_FILE"]
HEADER_MAGIC = b"\x8e\xad\xe8\x01\0\0\0\0"
QUERY = (r"%{NAME}\t%{EPOCH}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{LICENSE}\t%{MODULARITYLABEL}\t%{VENDOR}"
         r"\t%{LONGSIZE}\n[\t%{FILENAMES}\n]")
SPEC = """
Name: %(name)s
Version: %(version)s
Release: %(release)s
%(extra)s
Summary: made for a test
License: %(licence)s
%%description
made for a test
%%install
mkdir -p %%{buildroot}/opt/%(name)s/deep/er
for i in $(seq %(files)d); do echo > %%{buildroot}/opt/%(name)s/deep/file-$i; done
echo > "%%{buildroot}/opt/%(name)s/deep/er/a name with blanks and an ü"
%%files
/opt/%(name)s
%%ghost /var/log/%(name)s.log
"""
PACKAGES = [
    dict(name="plain", version="1.0", release="1", licence="MIT", files=1, extra=""),
    dict(name="with-epoch", version="2.4.1~rc1^git5", release="3.el9", licence="GPLv2+ and (MIT or ASL 2.0)", files=30,
         extra="Epoch: 7\nVendor: Example Works"),
    dict(name="zero-epoch", version="5", release="1", licence="BSD", files=3, extra="Epoch: 0"),
    dict(name="npm", version="6.14.11", release="1.12.21.0.1.module_el8", licence="Artistic 2.0", files=900,
         extra="ModularityLabel: nodejs:12:8030020210308:229f0a1c\nVendor: Example Works"),
    dict(name="no-arch", version="20240101", release="1", licence="Public Domain", files=2,
         extra="BuildArch: noarch\nProvides: virtual(x) = 3\nProvides: several"),
    dict(name="needing", version="1", release="1", licence="MIT", files=1,
         extra="Requires: plain = 1.0\nRequires: /opt/with-epoch/deep/file-1\nRequires: virtual(x) >= 2\n"
               "Requires: nobody\nProvides: several\nRequires: needing\nRequires: (npm or nobody)\n"
               "Requires: ((zero-epoch >= 5 and nobody) if (no-arch or nobody) else plain)"),
    dict(name="all", version="1", release="1", licence="MIT", files=1, extra="Requires: several\nRequires(pre): plain"),
]
# What rpm does not answer for: alternatives and conditions.
RICH = {"(npm or nobody)": {"npm"}, "((zero-epoch >= 5 and nobody) if (no-arch or nobody) else plain)": {"zero-epoch", "plain"},
        "(glibc-gconv-extra(aarch-64) = 2.34-83.el9_3.7 if redhat-rpm-config)": set(),
        "(glibc-gconv-extra(s390-64) = 2.28-236.el8_9.12 if redhat-rpm-config)": set()}


class Skip(Exception):
    pass


def need(*programs):
    for p in programs:
        if not shutil.which(p):
            raise Skip(p + " is not installed")


def run(*args, **kw):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **kw).stdout


def shared(path):
    path = os.path.join(SHARED, path)
    if not os.path.exists(path):
        raise Skip("no shared data: " + os.path.basename(path))
    return path


def unescape(s):
    return re.sub(rb"\\(x[0-9a-f]{2}|.)", lambda m: bytes([int(m[1][1:], 16)]) if m[1][:1] == b"x" else
                  {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(m[1], m[1]), s)


def ours(database, path):
    """Packages as dictionaries of what is comparable, sorted; and everything else that was said."""
    p = subprocess.run([ANALYZE, "--files", path, database], stdout=subprocess.PIPE, check=False)
    assert p.returncode in (0, 1), "exit status %d" % p.returncode
    packages, said = [], []
    for line in p.stdout.splitlines():
        kind, *fields = line.split(b"\t")
        f = {k: unescape(v) for k, v in (x.split(b"=", 1) for x in fields)}
        if kind == b"package":
            assert f.pop(b"type") == b"rpm"
            f.pop(b"depends", None)  # who gives a name shows only in the whole: same_needs()
            packages.append(dict(f, files=[]))
        elif kind == b"owned":
            packages[-1]["files"].append(b"/" + f[b"path"])
        else:
            said.append(line)
    return sorted(packages, key=repr), said


def theirs(dbpath):
    """The same from rpm."""
    packages = []
    for line in run("rpm", "--dbpath", dbpath, "-qa", "--qf", QUERY).splitlines():
        if line.startswith(b"\t"):
            if packages[-1]["files"] is not None and line != b"\t(none)":
                packages[-1]["files"].append(line[1:])
            continue
        name, epoch, version, arch, source, licence, module, vendor, size = [
            b"" if x == b"(none)" else x for x in line.split(b"\t")]
        m = re.fullmatch(rb"(.+)-([^-]+-[^-]+)\.(no)?src\.rpm", source)
        fields = {b"name": name, b"version": (epoch + b":" if epoch not in (b"", b"0") else b"") + version,
                  b"arch": arch, b"source": m[1] if m else b"", b"source-version": m[2] if m else b"",
                  b"licences": licence, b"module": module, b"maintainer": vendor,
                  b"bytes": b"" if size == b"0" else size}
        packages.append(dict({k: v for k, v in fields.items() if v}, files=[]))
    packages = [p for p in packages if p[b"name"] != b"gpg-pubkey"]
    for p in packages:
        p["files"] = [f for f in p["files"] if f != b"/"]
    return sorted(packages, key=repr)


def same_needs(database, path, dbpath):
    """What every package needs, as `rpm -q --whatprovides` answers for each of its requirements."""
    if not os.path.exists(os.path.join(dbpath, "rpmdb.sqlite")):  # a Berkeley DB without rpm's indices answers nothing
        need("rpmdb")
        headers = run("rpmdb", "--dbpath", dbpath, "--exportdb")
        dbpath = os.path.join(dbpath, "converted")
        os.mkdir(dbpath)
        run("rpmdb", "--dbpath", dbpath, "--initdb")
        run("rpmdb", "--dbpath", dbpath, "--importdb", input=headers)

    def rpm(*args):
        p = subprocess.run(["rpm", "--dbpath", dbpath, "-q", *args], stdout=subprocess.PIPE, check=False)
        return p.stdout.decode() if p.returncode == 0 else ""

    def givers(requirement):
        if requirement in RICH:
            return RICH[requirement]
        assert not requirement.startswith("("), "not in the table: " + requirement
        if requirement not in known:
            known[requirement] = set(rpm("--whatprovides", "--qf", "%{NAME}\n", requirement).split())
        return known[requirement]

    known, edges = {}, 0
    out = subprocess.run([ANALYZE, path, database], stdout=subprocess.PIPE, check=False).stdout.decode(errors="replace")
    for line in out.splitlines():
        kind, *fields = line.split("\t")
        f = dict(x.split("=", 1) for x in fields) if kind == "package" else {}
        if not f:
            continue
        requirements = rpm("--qf", "[%{REQUIRENAME}\n]", f["name"]).splitlines()
        want = set().union(*(givers(r) for r in requirements if r and r[:7] != "rpmlib(")) - {f["name"]}
        got = set(f.get("depends", "").split("\\n")) - {""}
        assert got == want, "%s needs %s, not %s" % (f["name"], sorted(want), sorted(got))
        edges += len(got)
    return edges


def same(database, path, dbpath, least, needs=True):
    got, said = ours(database, path)
    want = theirs(dbpath)
    assert len(want) >= least, "rpm itself lists %d packages only" % len(want)
    assert not said, "problems: %r" % said[:3]
    for g, w in zip(got, want):
        for key in sorted(set(g) | set(w), key=str):
            assert g.get(key) == w.get(key), "%r of %r: got %.200r, want %.200r" % (
                key, w[b"name"], g.get(key), w.get(key))
    assert len(got) == len(want), "%d packages, rpm lists %d" % (len(got), len(want))
    return "%d packages, %d files, %d needs" % (len(got), sum(len(p["files"]) for p in got),
                                                same_needs(database, path, dbpath) if needs else 0)


def from_image(image, member, into):
    """Takes one file out of the layers of a docker archive."""
    with tarfile.open(shared("images/" + image)) as t:
        for layer in json.load(t.extractfile("manifest.json"))[0]["Layers"]:
            with tarfile.open(fileobj=io.BytesIO(t.extractfile(layer).read())) as l:
                if member in l.getnames():
                    path = os.path.join(into, os.path.basename(member))
                    with open(path, "wb") as f:
                        f.write(l.extractfile(member).read())
                    return path
    raise AssertionError("no %s in %s" % (member, image))


def ndb_blobs(data):
    for at in range(32, struct.unpack_from("<I", data, 12)[0] * 4096, 16):
        magic, _, block, _ = struct.unpack_from("<4sIII", data, at)
        assert magic == b"Slot"
        if block:
            yield data[block * 16 + 16:][:struct.unpack_from("<I", data, block * 16 + 12)[0]]


def import_blobs(blobs, dbpath):
    os.mkdir(dbpath)
    run("rpmdb", "--dbpath", dbpath, "--initdb")
    run("rpmdb", "--dbpath", dbpath, "--importdb", input=b"".join(HEADER_MAGIC + b for b in blobs))


def built(into):
    """A database of our own packages, installed by rpm; its blobs."""
    need("rpmbuild", "rpmdb")
    top = os.path.join(into, "build")
    for p in PACKAGES:
        spec = os.path.join(into, p["name"] + ".spec")
        with open(spec, "w", encoding="utf-8") as f:
            f.write(SPEC % p)
        run("rpmbuild", "-bb", "--define", "_topdir " + top, "--define", "_build_id_links none", spec)
    dbpath = os.path.join(into, "db")
    os.mkdir(dbpath)
    run("rpmdb", "--dbpath", dbpath, "--initdb")
    for d, _, files in os.walk(os.path.join(top, "RPMS")):
        for f in sorted(files):
            run("rpm", "--dbpath", dbpath, "-i", "--justdb", "--nodeps", "--ignorearch", "--nosignature",
                os.path.join(d, f))
    with sqlite3.connect(os.path.join(dbpath, "rpmdb.sqlite")) as c:
        blobs = [b for (b,) in c.execute("SELECT blob FROM Packages ORDER BY hnum")]
    return dbpath, blobs


def load_bdb(blobs, page_bytes, big_endian, dbpath):
    """Lets Berkeley DB itself write a "Packages"."""
    need("db5.3_load")
    number = ">I" if big_endian else "<I"
    dump = ["VERSION=3", "format=bytevalue", "type=hash", "db_pagesize=%d" % page_bytes,
            "db_lorder=%d" % (4321 if big_endian else 1234), "HEADER=END"]
    for i, b in enumerate([struct.pack(number, len(blobs))] + blobs):
        dump += [" " + struct.pack(number, i).hex(), " " + b.hex()]
    os.mkdir(dbpath)
    path = os.path.join(dbpath, "Packages")
    run("db5.3_load", path, input="\n".join(dump + ["DATA=END", ""]).encode())
    return path


def real_databases(into):
    """(bytes, path in the image) of every kind."""
    yield (open(from_image("almalinux-8-micro-s390x.docker.tar.gz", "var/lib/rpm/Packages", into), "rb").read(),
           "var/lib/rpm/Packages")
    yield (open(from_image("almalinux-9-micro-arm64.docker.tar.gz", "var/lib/rpm/rpmdb.sqlite", into), "rb").read(),
           "var/lib/rpm/rpmdb.sqlite")
    with gzip.open(shared("rpmdb/sle15-bci.Packages.db.gz")) as f:
        yield f.read(), "usr/lib/sysimage/rpm/Packages.db"


def cut_and_compare(data, path, file):
    """Pieces of a database: never more than is there, never less than a shorter piece gave, and never in silence."""
    def pieces(n):
        with open(file, "wb") as f:
            f.write(data[:n])
        return ours(file, path)
    whole, said = pieces(len(data))
    assert whole and not said
    before = 0
    cuts = {1, 100, 511, 4095, len(data) - 1} | {len(data) * i // 24 for i in range(24)} | {
        len(data) * i // 16 & ~4095 for i in range(16)}
    for n in sorted(cuts):
        got, said = pieces(n)
        assert said, "%d of %d bytes were taken for whole" % (n, len(data))
        assert all(g in whole for g in got), "%d of %d bytes gave a package that is not there" % (n, len(data))
        assert len(got) >= before, "%d of %d bytes gave less than a shorter piece" % (n, len(data))
        before = len(got)
    assert before >= len(whole) - 2, "without its last byte only %d of %d packages" % (before, len(whole))
    return len(cuts)


def test_real_databases_cut(into):
    n = sum(cut_and_compare(data, path, os.path.join(into, "cut")) for data, path in real_databases(into))
    return "%d pieces" % n


def test_real_databases_damaged(into):
    """Blocks of nonsense anywhere: most packages are still found, and what is lost is said to be lost."""
    n = 0
    for data, path in real_databases(into):
        file = os.path.join(into, "damaged")
        with open(file, "wb") as f:
            f.write(data)
        whole, _ = ours(file, path)
        for i in range(1, 20):
            at = len(data) * i // 20 & ~4095
            for nonsense in (b"\0" * 4096, b"\xff" * 4096, bytes(range(256)) * 16):
                with open(file, "wb") as f:
                    f.write(data[:at] + nonsense + data[at + 4096:])
                got, said = ours(file, path)
                missing = len(whole) - len(got)
                assert missing <= (0 if not said else 6), "%s: %d packages missing after damage at %d, %r" % (
                    path, missing, at, said[:2])
                # Text that was changed is noticed by the header's own digest.
                assert said or all(g in whole for g in got), "%s: changed without a word at %d" % (path, at)
                n += 1
    return "%d databases" % n


def test_almalinux_8_bdb_big_endian(into):
    path = from_image("almalinux-8-micro-s390x.docker.tar.gz", "var/lib/rpm/Packages", into)
    return same(path, "var/lib/rpm/Packages", into, 19)


def test_almalinux_9_sqlite_wal_mode(into):
    path = from_image("almalinux-9-micro-arm64.docker.tar.gz", "var/lib/rpm/rpmdb.sqlite", into)
    copy = os.path.join(into, "rpm")  # rpm writes beside the database that it reads
    os.mkdir(copy)
    shutil.copy(path, copy)
    return same(path, "var/lib/rpm/rpmdb.sqlite", copy, 22)


def test_sle_15_ndb(into):
    need("rpmdb")
    with gzip.open(shared("rpmdb/sle15-bci.Packages.db.gz")) as f:
        data = f.read()
    path = os.path.join(into, "Packages.db")
    with open(path, "wb") as f:
        f.write(data)
    import_blobs(ndb_blobs(data), os.path.join(into, "imported"))
    return same(path, "usr/lib/sysimage/rpm/Packages.db", os.path.join(into, "imported"), 30)


def test_own_packages_sqlite(into):
    dbpath, _ = built(into)
    return same(os.path.join(dbpath, "rpmdb.sqlite"), "var/lib/rpm/rpmdb.sqlite", dbpath, len(PACKAGES))


def test_own_packages_bdb(into):
    _, blobs = built(into)
    for page_bytes in (512, 1024, 4096, 65536):
        for big_endian in (False, True):
            dbpath = os.path.join(into, "bdb-%d-%d" % (page_bytes, big_endian))
            path = load_bdb(blobs, page_bytes, big_endian, dbpath)
            said = same(path, "var/lib/rpm/Packages", dbpath, len(PACKAGES), needs=page_bytes == 4096)
    return said + " in 8 forms"


def main():
    tests = sorted((n, f) for n, f in globals().items() if n.startswith("test_"))
    failed = 0
    print("1..%d" % len(tests))
    for i, (name, test) in enumerate(tests, 1):
        what = name[5:].replace("_", " ")
        with tempfile.TemporaryDirectory() as into:
            try:
                need("rpm")
                print("ok %d - %s: %s" % (i, what, test(into)))
            except Skip as e:
                print("ok %d - %s # SKIP %s" % (i, what, e))
            except (AssertionError, subprocess.CalledProcessError, OSError, sqlite3.Error) as e:
                failed += 1
                print("# %s\nnot ok %d - %s" % (str(e).replace("\n", "\n# "), i, what))
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
