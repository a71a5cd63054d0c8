#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the dpkg analyzer with dpkg-query: dpkg_oracle.py [ROOT…]

Each ROOT is the root directory of a Debian or Ubuntu system; without one it is this machine's own, where it has dpkg,
and those that DRYDOCK_TEST_DEBIAN_ROOTS names (separated by colons). Equal must be: names, versions, architectures,
source names and versions of all packages with files on the system, and the files that each one owns. TAP."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402

FORMAT = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}\t${Installed-Size}\n"
GONE = ("not-installed", "config-files")


def packages(records):
    found = set()
    for kind, r in records:
        if kind == "package":
            size = int(r.get("bytes", b"0")) // 1024
            found.add((r["name"], r["version"], r.get("arch", b""), r.get("source", r["name"]),
                       r.get("source-version", r["version"]), str(size).encode()))
    return found


def oracle_packages(admin):
    out = subprocess.run(["dpkg-query", "--admindir=" + admin, "-W", "-f", FORMAT], check=True, capture_output=True)
    found = set()
    for line in out.stdout.splitlines():
        name, version, arch, source, source_version, state, size = line.split(b"\t")
        if state.decode() not in GONE:
            found.add((name, version, arch, source, source_version, size or b"0"))
    return found


def oracle_files(admin, package):
    """What dpkg-query -L prints, without directories that hold a listed path, and without diversions' remarks."""
    out = subprocess.run(["dpkg-query", "--admindir=" + admin, "-L", package], check=True, capture_output=True).stdout
    paths = [line[1:] for line in out.splitlines() if line.startswith(b"/") and line != b"/."]
    return {p for i, p in enumerate(paths) if i + 1 == len(paths) or not paths[i + 1].startswith(p + b"/")}


def copy_admin(root, to):
    """A copy that stays as it is while others install packages."""
    admin = os.path.join(root, "var/lib/dpkg")
    shutil.copy(os.path.join(admin, "status"), to)
    shutil.copytree(os.path.join(admin, "info"), os.path.join(to, "info"))
    for name in ("updates", "triggers"):
        os.mkdir(os.path.join(to, name))
    for name in ("arch",):
        if os.path.exists(os.path.join(admin, name)):
            shutil.copy(os.path.join(admin, name), to)


def differences(root):
    with tempfile.TemporaryDirectory() as admin:
        copy_admin(root, admin)
        records = list(analyze([("var/lib/dpkg/status", os.path.join(admin, "status"))]))
        got, want = packages(records), oracle_packages(admin)
        for kind, r in records:
            if kind in ("problem", "error"):
                yield f"{kind}: {r}"
        for p in sorted(want - got):
            yield f"missing: {p}"
        for p in sorted(got - want):
            yield f"wrong: {p}"
        if len(want) < 10:
            yield f"only {len(want)} packages to compare"
        lists = sorted(n for n in os.listdir(os.path.join(admin, "info")) if n.endswith(".list"))
        owned = {}
        for kind, r in analyze([("var/lib/dpkg/info/" + n, os.path.join(admin, "info", n)) for n in lists]):
            if kind == "owner":
                owned.setdefault(r["package"], set()).update([r["path"]] if "path" in r else [])
            else:
                yield f"{kind}: {r}"
        files = 0
        for name in lists[::max(1, len(lists) // 150)]:
            package = name[:-len(".list")]
            if package.split(":")[0].encode() not in {p[0] for p in want}:
                continue
            expected, real = oracle_files(admin, package), owned.get(package.encode(), set())
            files += len(expected)
            if expected != real:
                yield f"files of {package}: missing {sorted(expected - real)[:3]}, wrong {sorted(real - expected)[:3]}"
        print(f"# {root}: {len(want)} packages, {len({p[3] for p in want})} sources, {files} files of a sample")


def main():
    roots = sys.argv[1:]
    if not roots:
        roots = [r for r in os.environ.get("DRYDOCK_TEST_DEBIAN_ROOTS", "").split(":") if r]
        if os.path.exists("/var/lib/dpkg/status"):
            roots.insert(0, "/")
    if not roots or not shutil.which("dpkg-query"):
        print("1..0 # SKIP no dpkg-query or no Debian system here")
        return 0
    print(f"1..{len(roots)}")
    bad = 0
    for i, root in enumerate(roots):
        found = list(differences(root))
        for line in found[:20]:
            print("# " + line)
        print(f"{'not ok' if found else 'ok'} {i + 1} - same packages and files as dpkg-query: {os.path.basename(root) or root}")
        bad += bool(found)
    return 1 if bad else 0


sys.exit(main())
