#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Debian images made on the spot by mmdebstrap, scanned as root directory, tar and OCI layout: the package list must be
what dpkg-query says of the same root, with source packages. What was made is kept in DRYDOCK_TEST_KEEP (default:
build/test-images) for the next run. A release that cannot be had (no network) is skipped by name. TAP."""
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from image_samples import ADVISORIES  # noqa: E402
from images import Image  # noqa: E402
from program import ROOT, Place, Tap  # noqa: E402

RELEASES = {"bullseye": "11", "bookworm": "12", "trixie": "13"}
KEEP = os.environ.get("DRYDOCK_TEST_KEEP") or os.path.join(ROOT, "build", "test-images")
FORMAT = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}\n"


def make(release):
    """The tar of a minimal system, or None and the reason."""
    path = os.path.join(KEEP, release + ".tar")
    if os.path.exists(path):
        return path, None
    if not shutil.which("mmdebstrap"):
        return None, "mmdebstrap is not installed"
    os.makedirs(KEEP, exist_ok=True)
    part = path + ".part.tar"
    done = subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", release, part], capture_output=True, timeout=240)
    if done.returncode:
        if os.path.exists(part):
            os.unlink(part)
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["mmdebstrap failed"]
        return None, f"{release} cannot be made: {lines[-1][:150]}"
    os.rename(part, path)
    return path, None


def truth(tar_path):
    with tempfile.TemporaryDirectory() as admin, tarfile.open(tar_path) as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            if name.startswith("var/lib/dpkg/") and member.isfile():
                to = os.path.join(admin, name[len("var/lib/dpkg/"):])
                os.makedirs(os.path.dirname(to), exist_ok=True)
                with open(to, "wb") as f:
                    f.write(tar.extractfile(member).read())
        out = subprocess.run(["dpkg-query", "--admindir=" + admin, "-W", "-f", FORMAT], check=True, capture_output=True).stdout
    rows = [line.split("\t") for line in out.decode().splitlines()]
    return sorted(tuple(r[:5]) for r in rows if r[5] not in ("not-installed", "config-files"))


def found(report):
    return sorted((p["name"], p["version"], p["arch"], p["source"]["name"], p["source"]["version"]) for p in report["packages"])


def check(release, number, place, db):
    if not shutil.which("dpkg-query"):
        return "dpkg-query is not installed"
    path, why = make(release)
    if not path:
        return why
    want = truth(path)
    assert len(want) > 50, len(want)
    with open(path, "rb") as f:
        Image([f.read()]).oci_layout(place.at(release), "zstd")
    root = place.at(release + "-root")
    os.mkdir(root)
    with tarfile.open(path) as tar:
        tar.extractall(root, members=[m for m in tar if m.isfile() or m.isdir() or m.issym()])
    for target in (path, place.at(release), root):
        code, report, err = place.scan(db, target)
        assert report, err
        assert found(report) == want, (target, sorted(set(found(report)) ^ set(want))[:10])
        assert (report["target"]["os"]["id"], report["target"]["os"]["version"]) == ("debian", number), report["target"]["os"]
        assert all(p["files"] for p in report["packages"]), [p["name"] for p in report["packages"] if not p["files"]]
        assert all(p["purl"].startswith("pkg:deb/debian/") for p in report["packages"])
        # The small database knows Debian 12 only: a release that it does not cover must not look clean.
        uncovered = [p for p in report["problems"] if "database" in p["text"]]
        assert bool(uncovered) == (number != "12"), report["problems"]
        assert [p for p in report["problems"] if p not in uncovered] == [], report["problems"]
    return None


def main():
    tap = Tap()
    with Place() as place:
        db = place.database(*ADVISORIES)
        for release, number in RELEASES.items():
            tap.case(f"debian {release}", check, release, number, place, db)
    return tap.end()


sys.exit(main())
