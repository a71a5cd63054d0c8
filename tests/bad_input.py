#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile and broken images: `drydock scan` answers with one clear line and the right exit code, or with a report that
names the problem; never a crash, a hang, much memory, or a file outside the cache. TAP."""
import gzip
import io
import json
import os
import random
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from image_samples import ADVISORIES, BASE, OS_RELEASE, SECOND, image, status  # noqa: E402
from images import (Image, directory, document, entry, file, hardlink, layer_tar, sha256, symlink, write, write_tree,  # noqa: E402
                    zstd)
from program import Place, Tap, packages  # noqa: E402

CLEAN, FINDINGS, USAGE, INCOMPLETE, CANNOT_RUN = range(5)
SANITIZED = any("SAN" in name and name.endswith("_OPTIONS") for name in os.environ)


def refuse(place, db, target, code, *words, **more):
    """One line on standard error, no report, the exit code, and the words in the line."""
    r = place.run("scan", "--offline", "--db", db, "--format", "json", target, **more)
    text = r.err.decode("utf-8")
    assert r.code == code, (r.code, text)
    assert r.out == b"", r.out[:200]
    lines = [line for line in text.splitlines() if "drydock help" not in line]
    assert len(lines) == 1 and lines[0].startswith("drydock: "), text
    for word in words:
        assert word in lines[0], (word, lines[0])
    assert not any(ord(c) < 32 for c in lines[0]), repr(lines[0])


def not_images(place, db):
    refuse(place, db, place.at("missing"), USAGE, "missing", "does not exist")
    refuse(place, db, write(place.at("empty"), b""), CANNOT_RUN, "empty", "not an image")
    refuse(place, db, write(place.at("text"), b"hello world\n" * 1000), CANNOT_RUN, "not an image")
    refuse(place, db, write(place.at("noise"), random.Random(1).randbytes(100000)), CANNOT_RUN, "not an image")
    refuse(place, db, write(place.at("text.gz"), gzip.compress(b"hello" * 1000)), CANNOT_RUN, "not an image")
    refuse(place, db, write(place.at("x.bz2"), b"BZh91AY&SY" + b"\0" * 600), CANNOT_RUN, "bzip2")
    refuse(place, db, write(place.at("x.xz"), b"\xfd7zXZ\0" + b"\0" * 600), CANNOT_RUN, "xz")
    refuse(place, db, "", USAGE, "empty")
    refuse(place, db, "registry:debian", CANNOT_RUN, "debian", "--offline")
    refuse(place, db, "registry:", USAGE, "needs a name")
    refuse(place, db, "registry:De:bi:an", USAGE, "De:bi:an")
    refuse(place, db, "docker:debian", CANNOT_RUN, "/nowhere.sock", env={"DOCKER_HOST": "unix:///nowhere.sock"})
    refuse(place, db, "nowhere.tar", USAGE, "does not exist")
    refuse(place, db, "-", CANNOT_RUN, "not an image", stdin=b"")
    refuse(place, db, "docker-archive:" + place.path, USAGE, "directory")
    refuse(place, db, "dir:" + place.at("text"), USAGE, "not a directory")
    os.mkfifo(place.at("fifo"))
    refuse(place, db, place.at("fifo"), USAGE, "neither a file nor a directory", timeout=10)
    refuse(place, db, "/dev/null", USAGE, "neither")
    os.mkdir(place.at("a\x1b[31mdir"))
    write(place.at("a\x1b[31mdir/x"), b"zz")
    refuse(place, db, place.at("a\x1b[31mdir/x"), CANNOT_RUN, "\\x1b[31m")


def without_names(report):
    """What must not change: all but the parts of an archive that no digest covers (its file's name, tags)."""
    report = json.loads(report)
    report["target"]["name"] = report["target"]["image"] = None
    return report


def ends_behind_content(data, cut):
    """A tar that lacks only padding and end blocks: container runtimes take it as whole, and so does drydock."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return any(m.offset_data + m.size <= cut <= m.offset_data + -(-m.size // 512) * 512 for m in tar)


def truncated_archives(place, db):
    """Cut anywhere: an error, or (of a root file system) a report that says that it is incomplete."""
    archives = [("docker", image().docker_archive(), False), ("oci", image().oci_archive("gzip"), False),
                ("oci.gz", gzip.compress(image().oci_archive("zstd")), False), ("rootfs", layer_tar(BASE + SECOND), True)]
    for name, data, rootfs in archives:
        whole = without_names(place.run("scan", "--db", db, "--format", "json", write(place.at("cut-" + name), data)).out)
        for cut in sorted(set(random.Random(7).sample(range(1, len(data) - 1024), 25)) | {1, 511, 512, 513, 1024}):
            path = write(place.at("cut-" + name), data[:cut])
            r = place.run("scan", "--db", db, "--format", "json", path)
            if r.code == INCOMPLETE or (rootfs and r.code == FINDINGS):
                # A root file system is as good as what is left of it; cut very early, an archive of an image looks like one.
                assert json.loads(r.out)["problems"] or (rootfs and ends_behind_content(data, cut)), (name, cut)
                assert rootfs or not json.loads(r.out)["packages"], (name, cut)
            elif r.code == FINDINGS:
                assert without_names(r.out) == whole, (name, cut)  # only what comes behind the image is missing
            else:
                assert r.code == CANNOT_RUN and r.out == b"" and len(r.err.splitlines()) == 1, (name, cut, r.code, r.err)


def flipped_bits(place, db):
    """One changed byte in a layer or document is found by its digest, or harms nothing (padding, names of the archive)."""
    data, rng = bytearray(image().oci_archive("gzip")), random.Random(11)
    path = write(place.at("whole"), bytes(data))
    want = without_names(place.run("scan", "--db", db, "--format", "json", "--no-cache", path).out)
    for _ in range(60):
        at, bit = rng.randrange(len(data)), 1 << rng.randrange(8)
        data[at] ^= bit
        r = place.run("scan", "--db", db, "--format", "json", "--no-cache", write(path, bytes(data)))
        data[at] ^= bit
        # The name of index.json changed: what is left is a tar of blobs, not an image, and said to be incomplete.
        nameless = r.code == INCOMPLETE and not json.loads(r.out)["packages"]
        assert nameless or r.code in (USAGE, CANNOT_RUN) or without_names(r.out) == want, (at, bit, r.code, r.err)


def wrong_digests(place, db):
    img = image()
    members = img.oci_members("gzip")
    layer = img.descriptors("gzip")[1][1]["digest"][7:]
    layout = place.at("wrong-layer")
    write_tree(layout, dict(members, **{"blobs/sha256/" + layer: gzip.compress(layer_tar(BASE))}))
    refuse(place, db, layout, CANNOT_RUN, layer, "layer 1", "digest")
    config = img.descriptors("gzip")[0]["digest"][7:]
    layout = place.at("wrong-config")
    write_tree(layout, dict(members, **{"blobs/sha256/" + config: img.config.replace(b"amd64", b"arm64")}))
    refuse(place, db, layout, CANNOT_RUN, config)
    # The manifest and the blob agree, the configuration names another diff_id.
    other = image()
    other.config = other.config.replace(other.diff_ids[1].encode(), b"sha256:" + b"0" * 64)
    path = write(place.at("wrong-diff"), other.oci_archive("gzip"))
    refuse(place, db, path, CANNOT_RUN, "sha256:" + "0" * 64, img.diff_ids[1], "layer 1")
    classic = image()
    classic.config = other.config
    refuse(place, db, write(place.at("wrong-classic"), classic.docker_archive()), CANNOT_RUN, img.diff_ids[1])


def with_manifest(change):
    """OCI members whose manifest (python value) went through change()."""
    img = image()
    members = img.oci_members("gzip")
    manifest = json.loads(img.manifest("gzip"))
    change(manifest, members)
    data = document(manifest)
    members["blobs/sha256/" + sha256(data)] = data
    members["index.json"] = document({"schemaVersion": 2, "manifests": [
        Image.descriptor(data, "application/vnd.oci.image.manifest.v1+json")]})
    return members


def manifests(place, db):
    def oci(name, change):
        write_tree(place.at(name), with_manifest(change))
        return place.at(name)

    def set_config(manifest, members, data, media="application/vnd.oci.image.config.v1+json"):
        manifest["config"] = Image.descriptor(data, media)
        members["blobs/sha256/" + sha256(data)] = data

    refuse(place, db, oci("artifact", lambda m, b: set_config(m, b, b"{}", "application/vnd.cncf.helm.config.v1+json")), CANNOT_RUN,
           "helm", "not a container image")
    refuse(place, db, oci("no-layers", lambda m, b: set_config(m, b, b'{"os":"linux","architecture":"amd64"}')), CANNOT_RUN, "diff_ids")
    refuse(place, db, oci("few-layers", lambda m, b: m["layers"].pop()), CANNOT_RUN, "3 layers", "4 diff_ids")
    refuse(place, db, oci("bad-json", lambda m, b: set_config(m, b, b'{"rootfs":')), CANNOT_RUN, "configuration")
    refuse(place, db, oci("bad-digest", lambda m, b: m["layers"][0].update(digest="sha256:xyz")), CANNOT_RUN, "sha256:xyz")
    refuse(place, db, oci("evil-digest", lambda m, b: m["layers"][0].update(digest="sha256:../../../../etc/passwd")), CANNOT_RUN)
    refuse(place, db, oci("missing-layer", lambda m, b: b.pop("blobs/sha256/" + m["layers"][2]["digest"][7:])), CANNOT_RUN, "layer 2")
    unknown = place.at("unknown-type")
    write_tree(unknown, {"oci-layout": b"{}", "index.json": document({"manifests": [
        {"mediaType": "application/x-what\n", "digest": "sha256:" + "0" * 64}]})})
    refuse(place, db, unknown, CANNOT_RUN, "media type", "application/x-what\\n")
    # A layer of an unknown or foreign kind: the rest is read, the report is incomplete and says which.
    for name, media in (("encrypted", "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"),
                        ("foreign", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")):
        def change(m, b):
            if name == "foreign":
                b.pop("blobs/sha256/" + m["layers"][3]["digest"][7:])
            m["layers"][3]["mediaType"] = media
        code, report, err = place.scan(db, oci(name, change))
        assert code in (FINDINGS, INCOMPLETE) and len(packages(report)) == 3, err
        assert [p for p in report["problems"] if p["layer"] == 3 and "not read" in p["text"]], report["problems"]


def indexes(place, db):
    def layout(name, index, blobs):
        write_tree(place.at(name), dict({"oci-layout": b"{}", "index.json": document(index)}, **blobs))
        return place.at(name)
    media = "application/vnd.oci.image.index.v1+json"
    refuse(place, db, layout("no-image", {"manifests": []}, {}), CANNOT_RUN, "no image")
    refuse(place, db, layout("no-list", {}, {}), CANNOT_RUN, "manifests")
    # A digest cannot name itself, but a store may lie: the blob is the index again.
    loop = {"manifests": [{"mediaType": media, "digest": "sha256:" + "a" * 64, "size": 2}]}
    refuse(place, db, layout("cyclic", loop, {"blobs/sha256/" + "a" * 64: document(loop)}), CANNOT_RUN, "sha256:")
    inner = document({"manifests": []})
    blobs = {}
    for _ in range(8):
        blobs["blobs/sha256/" + sha256(inner)] = inner
        inner = document({"manifests": [Image.descriptor(inner, media)] * 1000})
    blobs["blobs/sha256/" + sha256(inner)] = inner
    refuse(place, db, layout("deep", {"manifests": [Image.descriptor(inner, media)]}, blobs), CANNOT_RUN, "deep")
    wide_inner = document({"manifests": []})
    wide = {"manifests": [Image.descriptor(wide_inner, media)] * 1000}
    refuse(place, db, layout("wide", wide, {"blobs/sha256/" + sha256(wide_inner): wide_inner}), CANNOT_RUN, "indexes")
    refuse(place, db, write(place.at("not-list.tar"), layer_tar([file("manifest.json", b"{}")])), CANNOT_RUN, "not a list")
    refuse(place, db, write(place.at("no-config.tar"), layer_tar([file("manifest.json", b'[{"Config":"x.json","Layers":[]}]')])),
           CANNOT_RUN, "x.json")
    huge = layer_tar([file("manifest.json", b"[" + b" " * (5 << 20) + b"]")])
    refuse(place, db, write(place.at("huge-manifest.tar"), huge), CANNOT_RUN, "limit")


def incomplete(place, db, layers, *words, code=INCOMPLETE, target=None, **more):
    path = target or write(place.at("hostile.tar"), Image(layers).oci_archive("gzip"))
    got, report, err = place.scan(db, path, "--no-cache", **more)
    assert report is not None, err
    assert got == code, (got, report["problems"][:3])
    texts = " | ".join(p["text"] for p in report["problems"])
    for word in words:
        assert word in texts, (word, texts[:1000])
    return report


def bombs(place, db):
    zeros = gzip.compress(b"\0" * (1 << 30), 9)  # 1 GiB from 1 MiB
    plain = layer_tar([file("etc/os-release", OS_RELEASE)])
    img = Image([plain])
    img.layers = [plain[:-1024] + layer_tar([entry("big", mode=0o600)])]  # replaced below by its description
    header = tarfile.TarInfo("big")
    header.size = 1 << 30
    raw = header.tobuf()
    blob = gzip.compress(layer_tar([file("var/lib/dpkg/status", status(("a", "1")))])[:1536] + raw, 9) + zeros
    config = document({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "1" * 64]}})
    manifest = document({"config": Image.descriptor(config, "application/vnd.oci.image.config.v1+json"),
                         "layers": [Image.descriptor(blob, "application/vnd.oci.image.layer.v1.tar+gzip")]})
    layout = place.at("bomb")
    write_tree(layout, {"oci-layout": b"{}", "index.json": document({"manifests": [
        Image.descriptor(manifest, "application/vnd.oci.image.manifest.v1+json")]}),
        **{"blobs/sha256/" + sha256(x): x for x in (blob, config, manifest)}})
    report = incomplete(place, db, None, "times", target=layout)
    assert report["problems"][0]["layer"] == 0
    archive = write(place.at("bomb.tar.gz"), gzip.compress(raw, 9) + zeros)
    refuse(place, db, archive, CANNOT_RUN, "times")
    for tool in (lambda b: zstd(b, "-19"),):
        refuse(place, db, write(place.at("bomb.zst"), tool(raw) + tool(b"\0" * (1 << 30))), CANNOT_RUN, "times")


def sparse_bomb(place, db):
    """A status file of 16 TiB in 2 KiB of tar."""
    head = ("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=var/lib/dpkg/status", "GNU.sparse.realsize=17592186044416")
    info = tarfile.TarInfo("GNUSparseFile.0/status")
    info.pax_headers = dict(h.split("=") for h in head)
    data = b"1\n0\n0\n".ljust(512, b"\0")
    info.size = len(data)
    incomplete(place, db, [layer_tar([(info, data), file("etc/os-release", OS_RELEASE)])], "limit")


def hostile_names(place, db):
    deep = "/".join(["d"] * 30000)
    long_name = "x" * 65000
    report = incomplete(place, db, [layer_tar([
        file("../../../../etc/os-release", OS_RELEASE), file("/var/lib/dpkg/status", status(("zlib1g", "1:1.2.13.dfsg-1", "zlib"))),
        file(deep, b"x"), file(long_name, b"x"), file("y" * 70000, b"x"), file("a\x1b[2Jb\udcff", b"x"), symlink("l1", "l2"),
        symlink("l2", "l1"), file("l1/x", b"x"), symlink("up", "../../../.."), file("up/etc/passwd", b"root"),
        hardlink("h", "nowhere"), hardlink("h2", "../../../etc/passwd"), entry("dev/sda", tarfile.BLKTYPE), entry("p", tarfile.FIFOTYPE),
        entry("odd", b"Z", data=b"zzz"), file("etc/x", b"1"), file("etc/x", b"2"), file("f", b""), file("f/g", b"")])],
        "leads out of the image", "too many components", "65535", "symbolic links", "hard link", "entry type", "not a directory",
        code=FINDINGS)
    assert packages(report) == [("zlib1g", "1:1.2.13.dfsg-1", "deb", 0)]
    assert report["target"]["os"]["id"] == "debian"
    table = place.run("scan", "--db", db, place.at("hostile.tar")).out
    assert b"\x1b" not in table


def many_files(place, db):
    """A million empty files. Written in parts: a process starts with the memory peak of the one that started it."""
    header = tarfile.TarInfo("d/f0000000").tobuf(tarfile.USTAR_FORMAT)
    base = layer_tar(BASE, tarfile.GNU_FORMAT).rstrip(b"\0")
    base_sum = sum(header[:148]) + sum(header[156:]) + 8 * 32 - sum(header[2:10])
    path = place.at("million.tar")
    with open(path, "wb") as out:
        out.write(base + b"\0" * (-len(base) % 512))
        for i in range(1000000):
            name = b"f%07d" % i
            out.write(header[:2] + name + header[10:148] + b"%06o\0 " % (base_sum + sum(name)) + header[156:])
        out.write(b"\0" * 1024)
    r = place.run("scan", "--db", db, "--format", "json", path)
    report = json.loads(r.out)
    assert r.code == FINDINGS and report["target"]["layers"][0]["entries"] > 1000000, r.err
    assert SANITIZED or r.peak < 400 << 20, r.peak


def odd_status(place, db):
    text = status(("zlib1g", "1:1.2.13.dfsg-1", "zlib")).replace("\n", "\r\n").encode()
    text += b"Package: nul\0name\nStatus: install ok installed\nVersion: 1\n\nPackage: noversion\nStatus: install ok installed\n\n"
    text += status(("bash", "5.2.15-1")).encode() + b"Package: " + b"x" * 200000
    report = incomplete(place, db, [layer_tar([file("etc/os-release", OS_RELEASE), file("var/lib/dpkg/status", text)])],
                        "version", code=FINDINGS)
    names = [p[0] for p in packages(report)]
    assert "zlib1g" in names and "bash" in names, names
    assert any(p["path"] == "var/lib/dpkg/status" and p["offset"] for p in report["problems"]), report["problems"]


def nothing_outside_the_cache(place, db):
    before = sorted(os.path.join(d, f) for d, _, fs in os.walk(place.path) for f in fs)
    for data in (image().oci_archive("gzip"), gzip.compress(image().docker_archive()), b"junk" * 500):
        write(place.at("written"), data)
        place.run("scan", "--db", db, place.at("written"))
        place.run("scan", "--db", db, "-", stdin=data)
    after = sorted(os.path.join(d, f) for d, _, fs in os.walk(place.path) for f in fs)
    extra = [f for f in after if f not in before and not f.startswith(place.cache) and f != place.at("written")]
    assert not extra, extra


def command_lines(place, db):
    good = write(place.at("good.tar"), image().oci_archive())
    for args, words in ((["--fail-on", "bad"], ["fail-on"]), (["--severity", "bad"], ["bad"]), (["--format", "bad"], ["bad"]),
                        (["--platform", "//"], ["platform"]), (["--jobs", "x"], ["jobs"]), (["--nonsense"], ["nonsense"]),
                        (["--ignore", "/nowhere"], ["/nowhere"])):
        r = place.run("scan", "--db", db, *args, good)
        assert r.code == USAGE and r.out == b"", (args, r.code, r.err)
        for word in words:
            assert word in r.err.decode(), (args, r.err)
    r = place.run("scan", good)
    assert r.code == CANNOT_RUN and b"drydock db update" in r.err and len(r.err.splitlines()) == 1, r.err
    r = place.run("scan", "--db", place.at("none.db"), good)
    assert r.code == CANNOT_RUN and b"none.db" in r.err, r.err
    r = place.run("scan", "--db", write(place.at("junk.db"), b"junk" * 1000), good)
    assert r.code == CANNOT_RUN and b"junk.db" in r.err, r.err
    r = place.run("scan")
    assert r.code == USAGE and b"TARGET" in r.err, r.err
    r = place.run("scan", "--db", db, "--format", "json=/nonexistent/dir/x.json", good)
    assert r.code == CANNOT_RUN and b"/nonexistent/dir" in r.err, r.err


def main():
    tap = Tap()
    with Place() as place:
        db = place.database(*ADVISORIES)
        for name, check in (("not an image", not_images), ("truncated archives", truncated_archives), ("flipped bits", flipped_bits),
                            ("wrong digests name both", wrong_digests), ("manifests and media types", manifests),
                            ("indexes: empty, cyclic, deep, wide", indexes), ("bombs of gzip and zstd", bombs),
                            ("a sparse bomb", sparse_bomb), ("hostile names and links", hostile_names),
                            ("a million empty files", many_files), ("a status file with CRLF, NUL and worse", odd_status),
                            ("nothing is written outside the cache", nothing_outside_the_cache),
                            ("command lines that make no sense", command_lines)):
            tap.case(name, check, place, db)
    return tap.end()


sys.exit(main())
