#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The leaky images are the same on every run, other tools read them, and a scan says of them what the distribution's own
programs say: packages as dpkg-query and rpm list them, findings as dpkg and rpm order the versions of the starter set."""
import filecmp
import json
import os
import shutil
import sys
import tarfile
import tempfile

from support.tap import PROGRAM, ROOT, Tap, run

STARTER = os.path.join(ROOT, "data", "starter")
EPOCH = "1795219200"  # 2026-11-21, for ages in the report


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def same_tree(a, b):
    compared = filecmp.dircmp(a, b)
    if compared.left_only or compared.right_only or compared.funny_files:
        return False
    _, different, errors = filecmp.cmpfiles(a, b, compared.common_files, shallow=False)
    return not different and not errors and all(same_tree(os.path.join(a, s), os.path.join(b, s))
                                                for s in compared.common_dirs)


def last_version_of(archive, member):
    """The bytes of a file in the topmost layer of a docker archive that has it."""
    found = None
    with tarfile.open(archive) as outer:
        manifest = json.load(outer.extractfile("manifest.json"))[0]
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=outer.extractfile(layer)) as inner:
                if member in inner.getnames():
                    found = inner.extractfile(member).read()
    return found


def put(folder, name, data):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
    return folder


def scan(folder, target, *options):
    """(exit status, JSON report, what was printed)"""
    report = os.path.join(folder, "report.json")
    if os.path.exists(report):
        os.unlink(report)
    env = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "DRYDOCK_CACHE": os.path.join(folder, "cache")}
    done = run(PROGRAM, "scan", "--db", os.path.join(folder, "starter.db"), "--format", f"json={report}", *options,
               os.path.join(folder, target), env=env)
    return done.returncode, load(report) if os.path.exists(report) else None, done.stdout + done.stderr


SYSTEMS = ("deb", "apk", "rpm")


def found(report, types=SYSTEMS):
    """{(CVE, package)} of the vulnerabilities in packages of these types, by default those of the system."""
    return {(f["id"], f["package"]["name"]) for f in report["findings"]
            if f["kind"] == "vulnerability" and f["package"]["type"] in types}


def names_of(record):
    """The CVEs that a record speaks of: itself, or what a distribution's bundle relates to."""
    return record.get("related") or [record["id"]]


def expected(ecosystem, packages, less):
    """What the starter set says, read again without drydock: packages are (name, key, version), a record's range is
    [introduced, fixed), less(a, b) orders versions."""
    out = set()
    for name in os.listdir(os.path.join(STARTER, "advisories")):
        record = load(os.path.join(STARTER, "advisories", name))
        for affected in record["affected"]:
            if affected["package"]["ecosystem"] != ecosystem:
                continue
            for package, key, version in packages:
                if key != affected["package"]["name"]:
                    continue
                for r in affected["ranges"]:
                    start, end = r["events"][0]["introduced"], r["events"][1]["fixed"]
                    if (start == "0" or not less(version, start)) and less(version, end):
                        out |= {(cve, package) for cve in names_of(record)}
    return out


def dpkg_less(a, b):
    return run("dpkg", "--compare-versions", a, "lt", b).returncode == 0


def rpm_less(a, b):
    return run("rpm", "--eval", f'%{{lua:print(rpm.vercmp("{a}", "{b}"))}}').stdout.strip() == "-1"


def test_images(tap, folder, again):
    build = os.path.join(ROOT, "examples", "leaky-image", "build")
    first, second = run(build, folder), run(build, again)
    tap.ok(first.returncode == 0 == second.returncode, "the images are built", first.stderr, second.stderr)
    tap.ok(same_tree(folder, again), "two builds give the same bytes")
    name = "skopeo reads each image, as archive and as layout"
    if not shutil.which("skopeo"):
        return tap.skip(name, "skopeo is not installed")
    targets = [f"docker-archive:{folder}/leaky-{x}.tar" for x in ("debian", "alpine", "almalinux")]
    targets += [f"oci:{folder}/leaky-{x}.oci:1" for x in ("debian", "alpine", "almalinux")]
    wrong = [done.stderr for t in targets if (done := run("skopeo", "inspect", "--config", t)).returncode]
    return tap.ok(not wrong, name, *wrong)


def test_debian(tap, folder):
    status, report, printed = scan(folder, "leaky-debian.tar")
    if not tap.ok(status == 1 and report, "leaky-debian: scanned, with findings (exit status 1)", status, printed):
        return
    outdated = [f["id"] for f in report["findings"] if f["kind"] == "outdated"]
    tap.equal((report["target"]["os"]["id"], report["target"]["os"]["version"], outdated),
              ("debian", "12", ["eol:debian:12"]), "leaky-debian: Debian 12, past its regular end of life")
    tap.equal(report["problems"], [], "leaky-debian: no problems")
    name = "leaky-debian: packages are those that dpkg-query lists"
    if not shutil.which("dpkg-query"):
        tap.skip(name, "dpkg is not installed")
        tap.skip("leaky-debian: findings", "dpkg is not installed")
        return
    admin = put(os.path.join(folder, "dpkg"), "status", last_version_of(f"{folder}/leaky-debian.tar", "var/lib/dpkg/status"))
    listed = run("dpkg-query", f"--admindir={admin}", "-W", "-f",
                 "${db:Status-Status} ${Package} ${Version} ${source:Package} ${source:Version}\n").stdout
    rows = [line.split()[1:] for line in listed.splitlines() if line.startswith("installed ")]
    ours = [[p["name"], p["version"], p["source"]["name"], p["source"]["version"]] for p in report["packages"]
            if p["type"] == "deb"]
    tap.equal(sorted(ours), sorted(rows), name)
    debian = [row for row in rows if row[0] != "nodejs"]
    want = expected("Debian:12", [(p, s, v) for p, _, s, v in debian], dpkg_less)
    got = {(i, p) for i, p in found(report) if p in {row[0] for row in rows}}
    tap.equal(sorted(got), sorted(want), f"leaky-debian: {len(want)} findings, as dpkg orders the versions")
    tap.ok(len(want) > 30 and ("CVE-2024-6387", "openssh-server") in want and ("CVE-2024-28085", "bsdutils") in want,
           "leaky-debian: regreSSHion and a package with another epoch than its source are among them")
    # By hand, from the published advisories: one of each ecosystem that the application in the image uses.
    third_party = {("CVE-2021-44228", "maven", "org.apache.logging.log4j:log4j-core"), ("CVE-2017-9841", "composer", "phpunit/phpunit"),
                   ("CVE-2022-22965", "maven", "org.springframework:spring-beans"), ("CVE-2019-5418", "gem", "actionview"),
                   ("CVE-2020-14343", "pypi", "PyYAML"), ("CVE-2021-44906", "npm", "minimist"), ("CVE-2018-20997", "cargo", "openssl"),
                   ("CVE-2023-39325", "golang", "golang.org/x/net"), ("CVE-2024-21907", "nuget", "Newtonsoft.Json")}
    missing = {row for row in third_party if (row[0], row[2]) not in found(report, {row[1]})}
    tap.ok(not missing, "leaky-debian: a known finding of each ecosystem", missing)
    tap.ok("rsync" not in {p for _, p in found(report)}, "leaky-debian: nothing is said of a removed package")
    layers = {f["package"]["name"]: f["introducedBy"]["layer"] for f in report["findings"] if f.get("package")}
    tap.equal((layers.get("libc6"), layers.get("curl")), (0, 1), "leaky-debian: each finding names the layer that brought it")


def test_layout_is_equal(tap, folder):
    for image in ("debian", "alpine", "almalinux"):
        _, archive, _ = scan(folder, f"leaky-{image}.tar")
        _, layout, printed = scan(folder, f"leaky-{image}.oci")
        good = archive and layout and archive["findings"] == layout["findings"]
        tap.ok(good, f"leaky-{image}: archive and layout have the same findings", printed)


def test_alpine(tap, folder):
    status, report, printed = scan(folder, "leaky-alpine.tar")
    if not tap.ok(status in (0, 1) and report, "leaky-alpine: scanned", status, printed):
        return
    # By hand: the secfixes of v3.9 against the versions in alpine.py; busybox is at its fixed version.
    want = {("CVE-2019-14697", "musl"), ("CVE-2019-14697", "musl-utils"), ("CVE-2019-1543", "libcrypto1.1"),
            ("CVE-2019-1543", "libssl1.1"), ("CVE-2018-20843", "expat")}
    tap.equal(sorted(found(report)), sorted(want), "leaky-alpine: findings")
    tap.equal(len(report["packages"]), 16, "leaky-alpine: packages")
    tap.equal(report["target"]["os"]["eol"], True, "leaky-alpine: end of life")


def test_almalinux(tap, folder):
    status, report, printed = scan(folder, "leaky-almalinux.tar")
    if not tap.ok(status in (0, 1) and report, "leaky-almalinux: scanned", status, printed):
        return
    tap.equal(report["target"]["os"]["eol"], False, "leaky-almalinux: not end of life")
    if not shutil.which("rpm"):
        tap.skip("leaky-almalinux: packages and findings as rpm sees them", "rpm is not installed")
        return
    db = put(os.path.join(folder, "rpmdb"), "rpmdb.sqlite",
             last_version_of(f"{folder}/leaky-almalinux.tar", "var/lib/rpm/rpmdb.sqlite"))
    listed = run("rpm", "--dbpath", db, "--define", "_db_backend sqlite", "-qa", "--qf",
                 "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\n").stdout
    rows = sorted(line.split() for line in listed.splitlines() if not line.startswith("gpg-pubkey"))
    if not rows:
        tap.skip("leaky-almalinux: packages and findings as rpm sees them", "this rpm cannot read an SQLite database")
        return
    ours = sorted([p["name"], p["version"]] for p in report["packages"] if p["type"] == "rpm")
    tap.equal(ours, rows, "leaky-almalinux: packages are those that rpm lists")
    want = expected("AlmaLinux:9", [(n, n, v) for n, v in rows], rpm_less)
    tap.equal(sorted(found(report)), sorted(want), f"leaky-almalinux: {len(want)} findings, as rpm orders the versions")
    tap.ok(("CVE-2024-6387", "openssh-server") in want, "leaky-almalinux: regreSSHion is among them")


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as again:
        test_images(tap, folder, again)
        built = run(PROGRAM, "db", "build", "--source", f"starter:{STARTER}/advisories", "--source",
                    f"kev:{STARTER}/kev.json", "--source", f"eol:{STARTER}/eol", "-o", os.path.join(folder, "starter.db"))
        if tap.ok(built.returncode == 0, "the starter database is built", built.stdout + built.stderr):
            test_debian(tap, folder)
            test_layout_is_equal(tap, folder)
            test_alpine(tap, folder)
            test_almalinux(tap, folder)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
