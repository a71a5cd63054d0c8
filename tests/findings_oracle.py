#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares drydock's findings with ones that are computed here, from the advisories' own JSON and the distributions' own
version comparison (dpkg --compare-versions, rpm's Lua, Alpine's apk): findings_oracle.py

Targets: the real images of the shared data directory, Debian systems that DRYDOCK_TEST_DEBIAN_ROOTS names, and root file systems made here whose packages have versions at and
around those that the advisories name. Equal must be the sets of (package, CVE). Nothing of drydock is used to compute
what is expected: packages are read with tarfile, rpm and by hand. TAP; skips by name what is missing."""
import glob
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

DRYDOCK = os.environ.get("DRYDOCK", "build/drydock")
ROOT = os.environ.get("DRYDOCK_TEST_ROOT", ".")
SHARED = os.environ.get("DRYDOCK_TEST_SHARED", os.path.join(ROOT, "../shared/data"))
CVE = re.compile(r"CVE[-_ ](\d{4}-\d{4,})")
MODULE = re.compile(r"\.module[_+]el")


# --- what the distributions' tools say of versions

class Deb:
    def __init__(self):
        self.known = {}

    def less(self, a, b):
        if (a, b) not in self.known:
            run = subprocess.run(["dpkg", "--compare-versions", a, "lt", b], stderr=subprocess.DEVNULL)
            self.known[a, b] = run.returncode == 0
        return self.known[a, b]


class Rpm:
    """One rpm process for all pairs: prepare() first."""

    def __init__(self):
        self.known = {}

    def prepare(self, pairs):
        # Through files: what a macro prints may not be long.
        script = ("for l in io.lines('%s') do local a, b = l:match('(%%S+) (%%S+)') "
                  "out:write(rpm.vercmp(a, b), '\\n') end out:close()")
        pairs = sorted(pairs)
        with tempfile.TemporaryDirectory() as work:
            asked, answered = os.path.join(work, "asked"), os.path.join(work, "answered")
            write(work, "asked", "".join("%s %s\n" % p for p in pairs))
            write(work, "script.lua", "local out = io.open('%s', 'w') " % answered + script % asked)
            subprocess.run(["rpm", "--eval", "%{lua: dofile('" + os.path.join(work, "script.lua") + "')}"], check=True,
                           stdout=subprocess.DEVNULL)
            with open(answered, encoding="utf-8") as f:
                self.known.update(zip(pairs, map(int, f), strict=True))

    def less(self, a, b):
        return self.known[a, b] < 0

    def equal(self, a, b):
        return self.known[a, b] == 0


class Apk:
    """The apk program of an Alpine image, run inside that image's root."""

    def __init__(self, root):
        self.root, self.known = root, {}

    def works(self):
        try:
            return self.less("1.0-r9", "1.0-r10") and not self.less("1.0-r0", "1.0_rc1-r0")
        except OSError:
            return False

    def less(self, a, b):
        if (a, b) not in self.known:
            out = subprocess.run(["/sbin/apk", "version", "-t", a, b], capture_output=True, check=False,
                                 preexec_fn=lambda: os.chroot(self.root))
            self.known[a, b] = out.stdout.strip() == b"<"
        return self.known[a, b]


# --- what is expected; packages are (name, version, source name, source version)

def expected_debian(packages, tracker, release, order):
    want = set()
    for name, _, source, version in packages:
        for cve, issue in tracker.get(source, {}).items():
            state = issue["releases"].get(release)
            if not state or state["status"] == "undetermined" or not cve.startswith("CVE-"):
                continue
            if state["status"] == "open" or (state["fixed_version"] != "0" and
                                             order.less(version, state["fixed_version"])):
                want.add((name, cve))
    return want


def secfixes(documents):
    fixes = {}
    for document in documents:
        for package in document["packages"]:
            for version, lines in (package["pkg"].get("secfixes") or {}).items():
                for cve in CVE.findall(" ".join(lines or [])):
                    fixes.setdefault(package["pkg"]["name"], {}).setdefault("CVE-" + cve, set()).add(version)
    return fixes


def expected_alpine(packages, documents, order):
    fixes, want = secfixes(documents), set()
    for name, version, origin, _ in packages:
        for cve, versions in fixes.get(origin, {}).items():
            if "0" not in versions and any(order.less(version, v) for v in versions):
                want.add((name, cve))
    return want


def errata(path, ecosystem):
    """{package: [(record, {fixed}, cves)]}, without module builds."""
    found = {}
    with zipfile.ZipFile(path) as z:
        for member in z.namelist():
            record = json.loads(z.read(member))
            cves = {c for c in record.get("related", []) if c.startswith("CVE-")}
            fixed = {}
            for a in record["affected"]:
                if a["package"]["ecosystem"] == ecosystem and not record.get("withdrawn"):
                    for r in a["ranges"]:
                        fixed.setdefault(a["package"]["name"], set()).update(e["fixed"] for e in r["events"] if "fixed" in e)
            for name, versions in fixed.items():
                versions = {v for v in versions if not MODULE.search(v)}
                if versions and cves:
                    found.setdefault(name, []).append((record["id"], versions, cves))
    return found


def expected_rpm(packages, advisories, order):
    order.prepare({(v, f) for name, v, _, _ in packages for _, fixed, _ in advisories.get(name, []) for f in fixed})
    want = set()
    for name, version, _, _ in packages:
        for _, fixed, cves in advisories.get(name, []):
            if any(order.equal(version, f) for f in fixed):
                continue  # one of the builds that the record itself calls fixed
            if any(order.less(version, f) for f in fixed):
                want.update((name, cve) for cve in cves)
    return want


# --- packages of real images, without drydock

def oci_layers(path):
    with tarfile.open(path) as t:
        def blob(digest):
            return t.extractfile("blobs/" + digest.replace(":", "/")).read()
        index = json.load(t.extractfile("index.json"))
        manifest = json.loads(blob(index["manifests"][0]["digest"]))
        for layer in manifest["layers"]:
            yield tarfile.open(fileobj=io.BytesIO(blob(layer["digest"])))


def docker_layers(path):
    with tarfile.open(path) as t:
        for layer in json.load(t.extractfile("manifest.json"))[0]["Layers"]:
            yield tarfile.open(fileobj=io.BytesIO(t.extractfile(layer).read()))


def unpack(layers, to):
    for layer in layers:
        members = [m for m in layer.getmembers() if m.isfile() or m.isdir() or m.issym() or m.islnk()]
        layer.extractall(to, members=members)


def apk_packages(root):
    with open(os.path.join(root, "lib/apk/db/installed"), encoding="utf-8") as f:
        for paragraph in f.read().split("\n\n"):
            fields = dict(line.split(":", 1) for line in paragraph.splitlines() if line[1:2] == ":")
            if "P" in fields:
                yield fields["P"], fields["V"], fields.get("o", fields["P"]), fields["V"]


def rpm_packages(root):
    for place in ("var/lib/rpm", "usr/lib/sysimage/rpm"):
        if os.path.isdir(os.path.join(root, place)) and not os.path.islink(os.path.join(root, place)):
            out = subprocess.run(["rpm", "--dbpath", os.path.join(os.path.abspath(root), place), "-qa", "--qf",
                                  "%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\n"], check=True, capture_output=True,
                                 text=True)
            for line in out.stdout.splitlines():
                name, version = line.split()
                if name != "gpg-pubkey":
                    yield name, version, name, version


def dpkg_packages(root):
    out = subprocess.run(["dpkg-query", "--admindir=" + os.path.join(root, "var/lib/dpkg"), "-W", "-f",
                          "${Package} ${Version} ${source:Package} ${source:Version} ${db:Status-Status}\n"], check=True,
                         capture_output=True, text=True)
    for line in out.stdout.splitlines():
        *package, state = line.split()
        if state not in ("not-installed", "config-files"):
            yield tuple(package)


# --- root file systems made here

def write(root, path, text):
    os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
    with open(os.path.join(root, path), "w", encoding="utf-8") as f:
        f.write(text)


def around(rng, versions):
    """A version at, before or behind one that an advisory names."""
    version = rng.choice(sorted(versions))
    return rng.choice([version, version, version + "~", version + ".1", version + "a", version[:-1].rstrip("-+~.:") or "0", version + "+b1",
                       re.sub(r"\d+", lambda m: str(max(0, int(m[0]) - 1)), version, count=1)])


def make_debian(root, tracker, release, rng, n):
    packages = []
    names = sorted(s for s in tracker if any(release in i["releases"] for i in tracker[s].values()))
    for source in rng.sample(names, min(n, len(names))):
        fixed = {i["releases"][release]["fixed_version"] for i in tracker[source].values() if release in i["releases"]}
        version = around(rng, fixed - {"0"} or {"1.0-1"})
        packages.append(("bin-" + source, version + "+b7", source, version))
    write(root, "etc/os-release", 'ID=debian\nVERSION_ID="11"\nVERSION_CODENAME=%s\n' % release)
    write(root, "var/lib/dpkg/status", "".join(
        "Package: %s\nStatus: install ok installed\nMaintainer: A <a@debian.org>\nArchitecture: amd64\n"
        "Source: %s (%s)\nVersion: %s\nDescription: x\n\n" % (name, source, sv, v) for name, v, source, sv in packages))
    return packages


def make_alpine(root, documents, release, rng, n):
    fixes, packages = secfixes(documents), []
    for origin in rng.sample(sorted(fixes), min(n, len(fixes))):
        versions = set.union(*fixes[origin].values()) - {"0"} or {"1.0-r0"}
        version = rng.choice(sorted(versions))
        version = rng.choice([version, re.sub(r"r\d+$", lambda m: "r%d" % (int(m[0][1:]) + rng.randint(0, 9)), version),
                              re.sub(r"\d+", lambda m: str(max(0, int(m[0]) - 1)), version, count=1), "0.1-r0"])
        packages.append((origin + "-libs", version, origin, version))
    write(root, "etc/os-release", "ID=alpine\nVERSION_ID=%s.1\n" % release)
    write(root, "etc/alpine-release", release + ".1\n")
    write(root, "lib/apk/db/installed", "".join(
        "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:%s\nV:%s\nA:x86_64\nS:1\nI:1\nT:x\nU:x\nL:MIT\no:%s\n\n" % (name, v, origin)
        for name, v, origin, _ in packages))
    return packages


def make_rpm(root, advisories, rng, n):
    """As a list of packages (rpmmanifest), so that no rpm database must be written."""
    packages = []
    for name in rng.sample(sorted(advisories), min(n, len(advisories))):
        version = rng.choice(sorted(set.union(*(fixed for _, fixed, _ in advisories[name]))))
        version = rng.choice([version, version, version + ".1", re.sub(r"\d+(?=\.el)", "0", version)])
        packages.append((name, version, name, version))
    lines = []
    for name, version, _, _ in packages:
        epoch, rest = version.split(":", 1) if ":" in version else ("0", version)
        lines.append("\t".join([name, rest, "1600000000", "1600000000", "AlmaLinux", "(none)", "100", "x86_64", epoch,
                                "%s-%s.src.rpm" % (name, rest)]))
    write(root, "etc/os-release", 'ID="almalinux"\nVERSION_ID="9.3"\n')
    write(root, "var/lib/rpmmanifest/container-manifest-2", "\n".join(lines) + "\n")
    return packages


# --- the comparison

def findings(target, db):
    run = subprocess.run([DRYDOCK, "scan", "--db", db, "--format", "json", target], capture_output=True, check=False)
    if run.returncode not in (0, 1, 3):
        return None, [run.stderr.decode(errors="replace").strip() or "exit code %d" % run.returncode]
    report = json.loads(run.stdout)
    return ({(f["package"]["name"], f["id"]) for f in report["findings"]
             if f["kind"] == "vulnerability" and f["id"].startswith("CVE-")},
            [p["text"] for p in report["problems"]])


class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # SKIP %s" % (self.n, name, why))

    def compare(self, name, target, db, want, may_be_empty=False):
        got, problems = findings(target, db)
        notes = []
        if got is None:
            notes = problems
        else:
            notes += ["missing: %s" % (x,) for x in sorted(want - got)][:20]
            notes += ["too much: %s" % (x,) for x in sorted(got - want)][:20]
            notes += ["problem: %s" % p for p in problems if "not judged" in p][:20]
            if not want and not may_be_empty:
                notes.append("nothing is expected: this comparison cannot fail")
        self.n += 1
        self.bad += bool(notes)
        for note in notes:
            print("# " + note.replace("\n", " "))
        print("%sok %d - %s: %d findings of %s" % ("not " if notes else "", self.n, name, len(want), "(package, CVE)"))


def has_scan():
    run = subprocess.run([DRYDOCK, "scan", "--help"], capture_output=True, check=False)
    return run.returncode == 0


def documents(release):
    return [json.load(open(p, encoding="utf-8"))
            for p in sorted(glob.glob(os.path.join(SHARED, "advisories/alpine-secdb/v%s/*.json" % release)))]


def run_alpine(tap, db, work, rng):
    order = None
    for path in sorted(glob.glob(os.path.join(SHARED, "images/alpine-*.oci.tar"))):
        release = re.search(r"alpine-([\d.]+)\.oci", path)[1]
        root = os.path.join(work, "alpine-" + release)
        unpack(oci_layers(path), root)
        if not order or not order.works():
            order = Apk(os.path.abspath(root))
        if os.geteuid() != 0 or not order.works():
            tap.skip("alpine " + release, "apk cannot be run here")
            continue
        tap.compare("image of alpine " + release, path, db,
                    expected_alpine(list(apk_packages(root)), documents(release), order))
    if order and os.geteuid() == 0 and order.works():
        root = os.path.join(work, "made-alpine")
        packages = make_alpine(root, documents("3.11"), "3.11", rng, 150)
        tap.compare("made packages of alpine 3.11", root, db, expected_alpine(packages, documents("3.11"), order))


def run_rpm(tap, db, work, rng):
    if not shutil.which("rpm"):
        tap.skip("almalinux", "no rpm program")
        return
    archive = os.path.join(SHARED, "advisories/osv/AlmaLinux/all.zip")
    for path in sorted(glob.glob(os.path.join(SHARED, "images/almalinux-*.docker.tar.gz"))):
        major = re.search(r"almalinux-(\d+)", path)[1]
        root = os.path.join(work, "almalinux-" + major)
        unpack(docker_layers(path), root)
        tap.compare("image of almalinux " + major, path, db,
                    expected_rpm(list(rpm_packages(root)), errata(archive, "AlmaLinux:" + major), Rpm()))
    advisories = errata(archive, "AlmaLinux:9")
    root = os.path.join(work, "made-almalinux")
    packages = make_rpm(root, advisories, rng, 1000)
    tap.compare("made packages of almalinux 9", root, db, expected_rpm(packages, advisories, Rpm()))


def run_debian(tap, db, work, rng):
    if not shutil.which("dpkg"):
        tap.skip("debian", "no dpkg program")
        return
    with open(os.path.join(SHARED, "advisories/debian/json"), encoding="utf-8") as f:
        tracker = json.load(f)
    root = os.path.join(work, "made-debian")
    packages = make_debian(root, tracker, "bullseye", rng, 250)
    tap.compare("made packages of debian bullseye", root, db, expected_debian(packages, tracker, "bullseye", Deb()))
    for root in filter(None, os.environ.get("DRYDOCK_TEST_DEBIAN_ROOTS", "").split(":")):
        with open(os.path.join(root, "etc/os-release"), encoding="utf-8") as f:
            release = re.search(r"^VERSION_CODENAME=(\w+)", f.read(), re.M)[1]
        want = expected_debian(list(dpkg_packages(root)), tracker, release, Deb())
        tap.compare("debian %s in %s" % (release, root), root, db, want, may_be_empty=True)


def main():
    tap = Tap()
    if not os.path.isdir(os.path.join(SHARED, "advisories")):
        tap.skip("findings", "no shared data")
    elif not has_scan():
        tap.skip("findings", "no scan command yet")
    else:
        with tempfile.TemporaryDirectory() as work:
            db = os.path.join(work, "db")
            sources = ["osv:" + os.path.join(SHARED, "advisories/osv/AlmaLinux/all.zip"),
                       "debian:" + os.path.join(SHARED, "advisories/debian/json"),
                       "alpine:" + os.path.join(SHARED, "advisories/alpine-secdb")]
            subprocess.run([DRYDOCK, "db", "build"] + [w for s in sources for w in ("--source", s)] + ["-o", db],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            rng = random.Random(20240101)
            run_alpine(tap, db, work, rng)
            run_rpm(tap, db, work, rng)
            run_debian(tap, db, work, rng)
    print("1..%d" % tap.n)
    return 1 if tap.bad else 0


if __name__ == "__main__":
    sys.exit(main())
