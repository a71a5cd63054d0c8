#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One image in every shape that it can be stored in gives one result: `drydock scan` over all forms and compressions,
from files, directories and standard input, at any number of jobs, with and without the cache. TAP."""
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from image_samples import ADVISORIES, BASE, OS_RELEASE, SECOND, image, status  # noqa: E402
from images import (COMPRESSIONS, Image, file, gzip_members, hardlink, layer_tar, opaque, symlink, whiteout,  # noqa: E402
                    write, write_tree, zstd)
from program import DRYDOCK, Place, Tap, findings, packages  # noqa: E402

WANT_PACKAGES = [("bash", "5.2.15-2+b2", "deb", 0), ("libssl3", "3.0.11-1~deb12u1", "deb", 1), ("zlib1g", "1:1.2.13.dfsg-1", "deb", 0)]
WANT_FINDINGS = [("CVE-2024-0001", "zlib1g"), ("CVE-2024-0002", "libssl3")]


def expect(place, db, target, *args, layers=4, want=None, **more):
    code, report, err = place.scan(db, target, *args, **more)
    assert report is not None, err
    assert report["problems"] == [], report["problems"]
    assert packages(report) == (want or WANT_PACKAGES), packages(report)
    assert sorted(findings(report)) == WANT_FINDINGS, findings(report)
    assert code == 1, code
    assert len(report["target"]["layers"]) == layers, report["target"]
    return report


def forms(place):
    """(name, target, expected kind)"""
    img = image()
    yield "docker archive, classic", write(place.at("classic.tar"), img.docker_archive()), "docker-archive"
    yield "docker archive, podman's", write(place.at("podman.tar"), img.podman_archive()), "docker-archive"
    for name in COMPRESSIONS:
        slug = name.replace(" ", "-")
        yield (f"docker archive of Docker 25, {name} layers", write(place.at(f"d25-{slug}.tar"), img.docker25_archive(name)),
               "docker-archive")
        yield f"OCI archive, {name} layers", write(place.at(f"oci-{slug}.tar"), img.oci_archive(name)), "oci-archive"
        layout = place.at("layout-" + slug)
        img.oci_layout(layout, name)
        yield f"OCI layout directory, {name} layers", layout, "oci"
    for name, pack in (("gzip", gzip.compress), ("zstd", zstd), ("gzip members", gzip_members),
                       ("xz", lzma.compress), ("bzip2", bz2.compress)):
        slug = name.replace(" ", "-")
        yield f"docker archive inside {name}", write(place.at(f"classic.{slug}"), pack(img.docker_archive())), "docker-archive"
        yield f"OCI archive inside {name}", write(place.at(f"oci.{slug}"), pack(img.oci_archive())), "oci-archive"
    yield "docker-archive: prefix", "docker-archive:" + place.at("classic.tar"), "docker-archive"
    yield "docker-archive: prefix with name", "docker-archive:" + place.at("classic.tar") + ":example/app:1.0", "docker-archive"
    yield "oci-archive: prefix", "oci-archive:" + place.at("oci-gzip.tar"), "oci-archive"
    yield "oci: prefix with tag", "oci:" + place.at("layout-gzip") + ":1.0", "oci"
    yield "file: prefix", "file:" + place.at("oci-zstd.tar"), "oci-archive"
    unpacked = place.at("unpacked")
    os.mkdir(unpacked)
    with tarfile.open(fileobj=io.BytesIO(img.docker_archive())) as tar:
        tar.extractall(unpacked)
    yield "docker archive, unpacked", unpacked, "docker-archive"


def form(place, db, target, kind):
    report = expect(place, db, target, "--no-cache")
    assert report["target"]["kind"] == kind, report["target"]["kind"]
    assert [layer["diffId"] for layer in report["target"]["layers"]] == image().diff_ids
    assert report["target"]["layers"][1]["instruction"] == "COPY layer1 /"


def from_stdin(place, db, data, args=()):
    report = expect(place, db, "-", *args, stdin=data)
    assert report["target"]["name"] == "-"


def rootfs_forms(place, db):
    want = [(n, v, t, None) for n, v, t, _ in WANT_PACKAGES]
    root = place.at("rootfs")
    write_tree(root, {"usr/lib/os-release": OS_RELEASE.encode(), "var/lib/dpkg/status": SECOND[0][1]})
    os.makedirs(os.path.join(root, "etc"))
    os.symlink("../usr/lib/os-release", os.path.join(root, "etc/os-release"))
    os.symlink("/nowhere", os.path.join(root, "dangling"))
    os.mkfifo(os.path.join(root, "fifo"))
    with open(os.path.join(os.fsencode(root), b"bad\xff\x1bname"), "wb"):
        pass
    for target in (root, "dir:" + root):
        code, report, err = place.scan(db, target)
        assert report and code == 1, err
        assert packages(report) == want, packages(report)
        assert report["target"]["kind"] == "dir" and sorted(findings(report)) == WANT_FINDINGS
    flat = layer_tar([e for e in BASE if e[0].name != "var/lib/dpkg/status"] + [SECOND[0]])
    one = [(n, v, t, 0) for n, v, t, _ in WANT_PACKAGES]
    for name, data in (("rootfs.tar", flat), ("rootfs.tar.gz", gzip.compress(flat)), ("rootfs.tar.zst", zstd(flat)),
                       ("rootfs.tar.xz", lzma.compress(flat)), ("rootfs.tar.bz2", bz2.compress(flat))):
        report = expect(place, db, write(place.at(name), data), layers=1, want=one)
        assert report["target"]["kind"] == "tar"
        expect(place, db, "-", layers=1, want=one, stdin=data)


def text_of(place, db, target, *args):
    r = place.run("scan", "--db", db, "--format", "json", *args, target)
    assert r.code == 1, r.err
    return r.out


def same_bytes(place, db):
    """Jobs, the cache and a second scan change nothing; neither does the table."""
    target = place.at("oci-gzip.tar")
    first = text_of(place, db, target, "--no-cache", "-j1")
    for args in (["--no-cache", "-j8"], ["-j1"], ["-j2"], []):
        assert text_of(place, db, target, *args) == first, args
    tables = [place.run("scan", "--db", db, *a, target).out for a in (["--no-cache", "-j1"], ["-j8"], [])]
    assert tables[0] == tables[1] == tables[2]


def cache_is_used_and_survives_damage(place, db):
    target = place.at("oci-zstd.tar")
    cache = place.at("cache-of-its-own")
    first = text_of(place, db, target, "--cache", cache)
    records = [os.path.join(d, f) for d, _, names in os.walk(cache) for f in names]
    # The same archive, moved: the layers are known, the blobs are verified.
    moved = write(place.at("moved.tar"), open(target, "rb").read())
    assert text_of(place, db, moved, "--cache", cache).replace(moved.encode(), target.encode()) == first
    # Gone, though its record says that it was read: nothing may be found out from memory alone.
    assert len(records) >= 4, records
    for damage in (lambda b: b[:-1], lambda b: b[:60] + bytes([b[60] ^ 1]) + b[61:], lambda b: b"", lambda b: os.urandom(len(b))):
        for path in records:
            data = open(path, "rb").read()
            write(path, damage(data))
        assert text_of(place, db, target, "--cache", cache) == first
    # Bounded: one byte of room leaves nothing behind.
    place.run("cache", "clear", "--cache", cache)
    text_of(place, db, target, "--cache", cache, "--cache-size", "1")
    left = [f for _, _, names in os.walk(cache) for f in names]
    assert not left, left
    # A cache that cannot be written is no reason to fail.
    assert text_of(place, db, target, "--no-cache") == first


def changed_archive_is_not_believed(place, db):
    """The record of an archive goes with its bytes: same name, same size, other content."""
    img, cache = image(), place.at("cache-2")
    path = write(place.at("changing.tar"), img.oci_archive("plain"))
    text_of(place, db, path, "--cache", cache)
    data = open(path, "rb").read()
    assert data.count(b"3.0.11-1~deb12u1") == 1
    write(path, data.replace(b"3.0.11-1~deb12u1", b"3.0.11-1~deb12u9"))
    code, report, err = place.scan(db, path, "--cache", cache)
    assert code == 4 and report is None and err.count("sha256:") == 2, (code, err)


def parallel_processes(place, db):
    target, cache = place.at("oci-gzip.tar"), place.at("cache-3")
    env = {"PATH": os.environ["PATH"], "HOME": place.path, "LANG": "C.UTF-8"}
    runs = [subprocess.Popen([DRYDOCK, "scan", "--db", db, "--cache", cache, "--format", "json", target], env=env,
                             stdout=subprocess.PIPE) for _ in range(6)]
    outs = {p.communicate(timeout=120)[0] for p in runs}
    assert len(outs) == 1 and json.loads(outs.pop())["packages"], "processes disagree"


def several_platforms(place, db):
    amd, arm = image(), Image([layer_tar(BASE)], arch="arm64")
    members = amd.oci_members("gzip")
    members.update(arm.oci_members("gzip"))
    attestation = Image.descriptor(b"{}", "application/vnd.oci.image.manifest.v1+json",
                                   platform={"os": "unknown", "architecture": "unknown"},
                                   annotations={"vnd.docker.reference.type": "attestation-manifest"})
    index = {"schemaVersion": 2, "manifests": [arm.manifest_descriptor("gzip"), attestation, amd.manifest_descriptor("gzip")]}
    inner = json.dumps(index).encode()
    members["blobs/sha256/" + hashlib.sha256(inner).hexdigest()] = inner
    members["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [
        Image.descriptor(inner, "application/vnd.oci.image.index.v1+json",
                         annotations={"org.opencontainers.image.ref.name": "1.0"})]}).encode()
    layout = place.at("multi")
    write_tree(layout, members)
    for platform, layers in (("linux/amd64", 4), ("linux/arm64", 1), ("arm64", 1), ("linux/arm64/v8", 1)):
        code, report, err = place.scan(db, layout, "--platform", platform)
        assert report and len(report["target"]["layers"]) == layers, (platform, err)
    code, report, err = place.scan(db, layout, "--platform", "linux/s390x")
    assert code == 2 and "linux/arm64" in err and "linux/amd64" in err and "unknown" not in err, (code, err)
    code, report, err = place.scan(db, layout, "--platform", "a/b/c/d")
    assert code == 2 and "os/arch" in err, err


def several_images(place, db):
    one, two = image(), Image([layer_tar(BASE)], tag="other/tool:2")
    members = []
    for data in (one.podman_archive(), two.podman_archive()):
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for m in tar:
                if m.isfile() and m.name != "manifest.json":
                    members.append(file(m.name, tar.extractfile(m).read()))
                elif m.name == "manifest.json":
                    members.append((m, tar.extractfile(m).read()))
    manifests = [json.loads(d) for i, d in members if i.name == "manifest.json"]
    members = [m for m in members if m[0].name != "manifest.json"] + [file("manifest.json", json.dumps(sum(manifests, [])))]
    path = write(place.at("two.tar"), layer_tar(members))
    code, report, err = place.scan(db, path)
    assert code == 2 and "example/app:1.0" in err and "other/tool:2" in err, err
    code, report, err = place.scan(db, path + ":other/tool:2")
    assert report and len(report["target"]["layers"]) == 1, err
    code, report, err = place.scan(db, path + ":none")
    assert code == 2 and "other/tool:2" in err, err


def overlay(place, db):
    """Databases behind links, in opaque directories, deleted, emptied: what the squashed view says counts."""
    def scan(layers, name):
        path = write(place.at(name + ".tar"), Image([layer_tar(x) for x in layers]).oci_archive())
        code, report, err = place.scan(db, path)
        assert report, err
        return code, report
    # /var/lib/dpkg is a link: the kernel finds the status file all the same.
    linked = [file("usr/lib/os-release", OS_RELEASE), symlink("var/lib/dpkg", "/data/dpkg"), file("data/dpkg/status", SECOND[0][1]),
              file("data/dpkg/info/bash.list", "/.\n/bin/bash\n")]
    code, report = scan([linked], "linked")
    assert [p[0] for p in packages(report)] == ["bash", "libssl3", "zlib1g"], packages(report)
    assert report["packages"][0]["files"] == 2 or report["packages"][0]["files"] == 1, report["packages"][0]
    # The file itself is a link into another layer.
    code, report = scan([[file("usr/lib/os-release", OS_RELEASE), file("data/s", SECOND[0][1])],
                         [symlink("var/lib/dpkg/status", "../../../data/s")]], "file-link")
    assert [p[0] for p in packages(report)] == ["bash", "libssl3", "zlib1g"], packages(report)
    # A hard link whose other name nobody knows.
    code, report = scan([[file("usr/lib/os-release", OS_RELEASE), file("data/s", SECOND[0][1]),
                          hardlink("var/lib/dpkg/status", "data/s")]], "hard-link")
    assert [p[0] for p in packages(report)] == ["bash", "libssl3", "zlib1g"], packages(report)
    # Deleted, emptied or hidden: never clean, the last state is judged and the layer named.
    for name, upper in (("deleted", [whiteout("var/lib/dpkg")]), ("opaque", [opaque("var/lib")]), ("emptied", [file("var/lib/dpkg/status")])):
        code, report = scan([BASE + [file("bin/bash", b"x"), file("usr/lib/libz.so", b"x"),
                                     file("var/lib/dpkg/info/zlib1g.list", "/usr/lib/libz.so\n")], upper], name)
        assert [p[0] for p in packages(report)] == ["bash", "zlib1g"], (name, packages(report))
        assert len(report["problems"]) >= 1 and report["problems"][0]["layer"] == 1, report["problems"]
        assert "CVE-2024-0001" in [f["id"] for f in report["findings"]], name
        assert code == 1
    # Replaced by a newer version: only that one counts, and the layer that brought it.
    code, report = scan([BASE, [file("var/lib/dpkg/status", status(("zlib1g", "1:1.2.13.dfsg-3", "zlib")))]], "upgraded")
    assert packages(report) == [("zlib1g", "1:1.2.13.dfsg-3", "deb", 1)] and report["findings"] == [], report["findings"]


def main():
    tap = Tap()
    with Place() as place:
        db = place.database(*ADVISORIES)
        for name, target, kind in forms(place):
            tap.case(name, form, place, db, target, kind)
        img = image()
        tap.case("standard input, docker archive", from_stdin, place, db, img.docker_archive())
        tap.case("standard input, gzip'ed OCI archive", from_stdin, place, db, gzip.compress(img.oci_archive("zstd")))
        tap.case("standard input without a cache", from_stdin, place, db, zstd(img.docker25_archive()), ["--no-cache"])
        tap.case("root file systems: directory, tar, gzip, zstd, standard input", rootfs_forms, place, db)
        tap.case("same bytes at any number of jobs, with and without the cache", same_bytes, place, db)
        tap.case("the cache is used, bounded, and survives damage", cache_is_used_and_survives_damage, place, db)
        tap.case("a changed archive is not believed", changed_archive_is_not_believed, place, db)
        tap.case("processes share one cache", parallel_processes, place, db)
        tap.case("an index of several platforms", several_platforms, place, db)
        tap.case("an archive of several images", several_images, place, db)
        tap.case("databases behind links, hidden, deleted, emptied, upgraded", overlay, place, db)
    return tap.end()


sys.exit(main())
