#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""drydock copy out of layouts that do everything wrong, and into places that fail: whatever happens, it ends soon, with exit
code 4 and a message that names the place; no file outside of the layout is read, and what is written is whole or not
there. TAP."""
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from images import Image, file, layer_tar, sha256, symlink, write  # noqa: E402
from program import DRYDOCK, Place, Tap  # noqa: E402

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
SECRET = b"not the layout's own\n" * 200
SOON_S = 20
MEMORY_MAX = 64 << 20
UNFINISHED = ".drydock-"


def small_image(tag="example/app:1", text=b"hello"):
    return Image([layer_tar([file("etc/hostname", text)]), layer_tar([file("srv/more", text * 5000)])], tag=tag)


def document(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


class Layout:
    """A layout in a directory, to be spoilt."""

    def __init__(self, place, name, img=None):
        self.place, self.path, self.img = place, place.at(name), img or small_image()
        self.img.oci_layout(self.path)
        self.config, self.layers = self.img.descriptors("gzip")

    def blob(self, digest):
        return os.path.join(self.path, "blobs", "sha256", digest.removeprefix("sha256:"))

    def add(self, value):
        data = document(value)
        write(self.blob(sha256(data)), data)
        return data

    def root(self, *values, kind=None):
        """index.json that names these documents."""
        entries = [Image.descriptor(self.add(v), kind or (INDEX if b'"manifests"' in document(v) else MANIFEST)) for v in values]
        self.top({"schemaVersion": 2, "manifests": entries})

    def top(self, value):
        write(os.path.join(self.path, "index.json"), document(value))

    def manifest(self, **changes):
        return {"schemaVersion": 2, "mediaType": MANIFEST, "config": self.config, "layers": self.layers, **changes}

    def refused(self, *words, want=(4,), targets=("oci", "oci-archive", "docker-archive")):
        """Nothing counts afterwards, nothing of the secret was taken along, and it did not take long."""
        for kind in targets:
            out = self.place.at("out-" + kind)
            began = time.monotonic()
            r = self.place.run("copy", "oci:" + self.path, f"{kind}:{out}", timeout=SOON_S)
            err = r.err.decode()
            assert r.code in want, (kind, r.code, err)
            assert time.monotonic() - began < SOON_S, kind
            assert r.peak < MEMORY_MAX, (kind, r.peak)
            assert all(w in err for w in words), (words, err)
            assert not r.out, r.out
            nothing_counts(out)
            remove(out)


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def nothing_counts(out):
    """No archive, no image in a layout; no blob with another digest than its name says, no file by halves."""
    if not os.path.isdir(out):
        assert not os.path.lexists(out), out
    else:
        assert not os.path.lexists(os.path.join(out, "index.json")), os.listdir(out)
        whole_blobs(out)
    beside = os.path.dirname(out)
    assert not [n for n in os.listdir(beside) if n.startswith(UNFINISHED)], os.listdir(beside)


def whole_blobs(layout):
    folder = os.path.join(layout, "blobs", "sha256")
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, name), "rb") as f:
            data = f.read()
        assert sha256(data) == name, name
        assert SECRET[:40] not in data


# ---- layouts that lie ----

def blobs_that_are_no_files(place):
    outside = write(place.at("outside"), SECRET)
    for what in ("config", "layer", "manifest"):
        for how in ("absolute", "relative", "directory", "fifo", "socket", "missing", "dangling", "itself", "device"):
            layout = Layout(place, f"{what}-{how}")
            digest = {"config": layout.config["digest"], "layer": layout.layers[1]["digest"],
                      "manifest": "sha256:" + sha256(layout.img.manifest("gzip"))}[what]
            path = layout.blob(digest)
            os.unlink(path)
            spoil(path, how, outside)
            layout.refused(targets=("oci", "oci-archive"))
            shutil.rmtree(layout.path)


def spoil(path, how, outside):
    if how == "absolute":
        os.symlink(outside, path)
    elif how == "relative":
        os.symlink("../../../outside", path)
    elif how == "directory":
        os.mkdir(path)
    elif how == "fifo":
        os.mkfifo(path)
    elif how == "socket":
        here = os.getcwd()
        os.chdir(os.path.dirname(path))  # the path of a socket is short
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(os.path.basename(path))
        os.chdir(here)
    elif how == "dangling":
        os.symlink("nowhere", path)
    elif how == "itself":
        os.symlink(os.path.basename(path), path)
    elif how == "device":
        os.symlink("/dev/zero", path)


def bytes_from_elsewhere(place):
    """Even with the right digest a file outside of the layout is not the layout's: what a link names is not copied."""
    layout = Layout(place, "elsewhere")
    data = b"private to this machine" * 100
    outside = write(place.at("outside"), data)
    os.symlink(outside, layout.blob(sha256(data)))
    layout.root(layout.manifest(layers=[*layout.layers, Image.descriptor(data, layout.layers[0]["mediaType"])]))
    layout.refused()


def links_inside(place):
    """Tools that keep layers once make links inside of a layout: those are followed."""
    layout = Layout(place, "inside")
    path = layout.blob(layout.layers[1]["digest"])
    os.rename(path, os.path.join(layout.path, "kept"))
    os.symlink("../../kept", path)
    r = place.run("copy", "oci:" + layout.path, "oci:" + place.at("linked"))
    assert r.code == 0, r.err
    whole_blobs(place.at("linked"))


def indexes(place):
    for how in ("fifo", "directory", "device", "dangling", "absolute"):
        layout = Layout(place, "index-" + how)
        path = os.path.join(layout.path, "index.json")
        os.unlink(path)
        spoil(path, how, write(place.at("outside"), SECRET))
        layout.refused(targets=("oci",))
    for text in (b"", b"[]", b"{}", b'{"manifests":{}}', b'{"manifests":[]}', b'{"manifests":[5]}', b'{"manifests":[{}]}',
                 b"\x00", b"{" * 100000, b"[" * 100000, b'{"manifests":[{"digest":"sha256:' + b"0" * 63 + b'"}]}',
                 b'{"manifests":[{"digest":"../../../outside","size":3}]}',
                 b'{"manifests":[{"digest":"sha256:../../../../outside","size":3}]}',
                 b'{"manifests":[{"digest":"sha256/../../outside:00","size":3}]}', b"\xff\xfe{}"):
        layout = Layout(place, "text")
        layout.top(text)
        layout.refused(want=(2, 4), targets=("oci",))


def names_with_dots(place):
    write(place.at("outside"), SECRET)
    digests = ["sha256:../../../outside", "../outside", "sha256:" + "../" * 21 + "o", "sha256:" + "A" * 64, "sha256:", ":", "", 7, None,
               "sha256:" + "0" * 64 + "\x00", "sha256:" + "0" * 64 + "/../x", "md5:" + "0" * 32, "sha512:" + "0" * 64,
               "sha256:" + "0" * 63 + "\n", "\u001b[2J"]
    for digest in digests:
        layout = Layout(place, "dots")
        for changes in ({"config": {**layout.config, "digest": digest}}, {"layers": [{**layout.layers[0], "digest": digest}]}):
            layout.root(layout.manifest(**changes))
            layout.refused(targets=("oci",))


def sizes(place):
    """What a descriptor says of a blob's size, and another thing lies there."""
    for size in (0, 1, -1, 2**31, 2**62, 2**63, 2**64, 1.5, "7", None, True, 10**400):
        layout = Layout(place, "sizes")
        layout.root(layout.manifest(layers=[{**layout.layers[0], "size": size}]))
        layout.refused(targets=("oci", "oci-archive"))
    layout = Layout(place, "shorter")
    os.truncate(layout.blob(layout.layers[1]["digest"]), 10)
    layout.refused()
    layout = Layout(place, "longer")
    with open(layout.blob(layout.layers[1]["digest"]), "ab") as f:
        f.write(b"more")
    layout.refused()
    layout = Layout(place, "other")
    with open(layout.blob(layout.layers[1]["digest"]), "r+b") as f:
        f.seek(20)
        f.write(b"XX")
    layout.refused()
    layout = Layout(place, "manifest")
    with open(layout.blob(sha256(layout.img.manifest("gzip"))), "ab") as f:
        f.write(b" ")
    layout.refused()


def giants(place):
    """2 GB where a document should be: nobody reads it, or makes room for it."""
    for what in ("index.json", "manifest", "config"):
        layout = Layout(place, "giant")
        path = {"index.json": os.path.join(layout.path, "index.json"), "manifest": layout.blob(sha256(layout.img.manifest("gzip"))),
                "config": layout.blob(layout.config["digest"])}[what]
        os.truncate(path, 2 << 30)
        layout.refused()
    # A layer whose 2 GB of nothing are told right, and whose digest is wrong: read once, without the memory for it.
    layout = Layout(place, "giant-layer")
    os.truncate(layout.blob(layout.layers[0]["digest"]), 1 << 28)
    layout.root(layout.manifest(layers=[{**layout.layers[0], "size": 1 << 28}]))
    layout.refused(targets=("oci",))


def cycles(place):
    layout = Layout(place, "cycle")
    # No document can name itself; one that is no document can: index.json as its own child, by the name of a file.
    top = b'{"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"sha256:%s","size":5}]}' % (INDEX.encode(), b"1" * 64)
    layout.top(top)
    shutil.copy(os.path.join(layout.path, "index.json"), layout.blob("1" * 64))
    layout.refused(targets=("oci",))
    # As deep as one likes, and broad: every index names the next a thousand times.
    for wide in (1, 1000):
        layout = Layout(place, "deep")
        below = document(layout.manifest())
        for _ in range(40):
            entry = Image.descriptor(layout.add(below), INDEX if b'"manifests"' in below else MANIFEST)
            below = document({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] * wide})
        layout.root(below)
        layout.refused("deep", targets=("oci",))
    # More documents than any image has.
    layout = Layout(place, "broad")
    entries = [Image.descriptor(layout.add(layout.manifest(annotations={"n": str(i)})), MANIFEST) for i in range(5000)]
    layout.root({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})
    layout.refused("more than", targets=("oci",))
    # The same layer again and again is one layer; the same manifest, too.
    layout = Layout(place, "again", Image([layer_tar([file("x", b"y")])] * 400))
    entry = layout.img.manifest_descriptor("gzip")
    layout.root({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] * 100})
    r = place.run("copy", "oci:" + layout.path, "oci:" + place.at("once"))
    assert r.code == 0 and r.peak < MEMORY_MAX, (r.code, r.err)
    whole_blobs(place.at("once"))


def archives(place):
    """The same in a tar: links, names that climb, members twice, one that is cut."""
    img = small_image()
    members = img.oci_members()
    config = "blobs/sha256/" + sha256(img.config)
    rest = [file(name, data) for name, data in sorted(members.items()) if name != config]
    write(place.at("outside"), SECRET)
    whole = img.oci_archive()
    for what, data in (
            ("absolute", layer_tar([*rest, symlink(config, place.at("outside"))])),
            ("climbs", layer_tar([*rest, symlink(config, "../../../outside")])),
            ("itself", layer_tar([*rest, symlink(config, os.path.basename(config))])),
            ("missing", layer_tar(rest)),
            ("cut", whole[:700]), ("without its end", whole[:whole.index(b"index.json") + 600]),
            ("empty", b""), ("zeros", bytes(10240)), ("random", os.urandom(20000))):
        path, out = write(place.at("a.tar"), data), place.at("out-oci")
        r = place.run("copy", "oci-archive:" + path, "oci:" + out, timeout=SOON_S)
        assert r.code == 4 and not r.out, (what, r.code, r.err)
        nothing_counts(out)
        remove(out)


# ---- places that fail ----

def limited(place, bytes_max, *words):
    """With no file larger than that: (exit code, what it said)."""
    env = {"PATH": os.environ["PATH"], "HOME": place.at("."), "TMPDIR": os.path.join(place.path, "tmp")}
    done = subprocess.run([DRYDOCK, *words], capture_output=True, env=env, check=False, timeout=SOON_S,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max)))
    return done.returncode, done.stderr.decode()


def file_size_limit(place):
    layout = Layout(place, "whole", Image([layer_tar([file("srv/noise", os.urandom(300000))]), layer_tar([file("x", b"y")])]))
    for kind in ("oci", "oci-archive", "docker-archive"):
        for most in (0, 100, 600, 5000, 100000, 300000):
            out = place.at("out-" + kind)
            code, err = limited(place, most, "copy", "oci:" + layout.path, f"{kind}:{out}")
            assert code == 4 and "File too large" in err, (kind, most, code, err)
            nothing_counts(out)
            # What is there is of use: the next attempt goes on with it, and an old file stays while a new one fails.
            r = place.run("copy", "oci:" + layout.path, f"{kind}:{out}")
            assert r.code == 0, r.err
            before = state(out)
            other = Layout(place, "another", Image([layer_tar([file("srv/noise", os.urandom(300000))])]))
            code, err = limited(place, most, "copy", "oci:" + other.path, f"{kind}:{out}")
            assert code == 4 and "File too large" in err, (kind, most, code, err)
            assert state(out) == before, kind
            remove(out)


def state(out):
    """What counts of it."""
    if not os.path.isdir(out):
        with open(out, "rb") as f:
            return sha256(f.read())
    with open(os.path.join(out, "index.json"), "rb") as f:
        return f.read()


def full_disk(place):
    """A file system without room."""
    folder = place.at("full")
    os.mkdir(folder)
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder], check=False,
                                      capture_output=True).returncode:
        return "nothing can be mounted here"
    try:
        layout = Layout(place, "large", Image([layer_tar([file("srv/noise", os.urandom(400000))])]))
        for kind in ("oci", "oci-archive", "docker-archive"):
            out = f"{folder}/out-{kind}"
            r = place.run("copy", "oci:" + layout.path, f"{kind}:{out}")
            assert r.code == 4 and b"No space left" in r.err and not r.out, (kind, r.code, r.err)
            nothing_counts(out)
            remove(out)
        # The spool has no room either.
        r = place.run("copy", "oci:" + layout.path, "oci:" + place.at("out-oci"), env={"TMPDIR": folder})
        assert r.code == 4 and b"No space left" in r.err, (r.code, r.err)
        nothing_counts(place.at("out-oci"))
        remove(place.at("out-oci"))
    finally:
        subprocess.run(["umount", folder], check=True)
    return None


def places_that_are_none(place):
    layout = Layout(place, "source")
    write(place.at("plain"), b"a file")
    os.mkdir(place.at("mine"))
    write(place.at("mine/letter"), b"mine")
    os.mkfifo(place.at("pipe"))
    for target, words in (("oci:" + place.at("plain"), b"no directory"), ("oci:" + place.at("mine"), b"neither empty"),
                          ("oci-archive:" + place.at("mine"), b"regular"), ("oci-archive:" + place.at("pipe"), b"regular"),
                          ("oci-archive:/nowhere/x", b"/nowhere"), ("oci:/proc/x", b"/proc"), ("docker-archive:/dev/null", b"regular")):
        r = place.run("copy", "oci:" + layout.path, target, timeout=SOON_S)
        assert r.code in (2, 4) and words in r.err, (target, r.code, r.err)
    with open(place.at("mine/letter"), "rb") as f:
        assert f.read() == b"mine" and os.listdir(place.at("mine")) == ["letter"]
    # A layout whose index.json is none of ours to guess: it is left as it is.
    for text in (b"[]", b"nonsense", b'{"manifests":7}'):
        spoilt = Layout(place, "spoilt")
        spoilt.top(text)
        r = place.run("copy", "oci:" + layout.path, "oci:" + spoilt.path)
        assert r.code == 4 and b"index.json" in r.err, (text, r.code, r.err)
        with open(os.path.join(spoilt.path, "index.json"), "rb") as f:
            assert f.read() == text


def at_once(place):
    """Sixteen copies into one new layout: each image is there afterwards, by its tag."""
    sources = [Layout(place, f"of-{i}", small_image(text=b"text %d" % i)) for i in range(16)]
    out = place.at("shared")
    results = [None] * len(sources)

    def one(i):
        results[i] = place.run("copy", "oci:" + sources[i].path, f"oci:{out}:tag-{i}")

    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(sources))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(r.code == 0 for r in results), [r.err for r in results if r.code]
    with open(os.path.join(out, "index.json"), encoding="utf-8") as f:
        entries = json.load(f)["manifests"]
    names = {e["annotations"]["org.opencontainers.image.ref.name"]: e["digest"] for e in entries}
    assert names == {f"tag-{i}": "sha256:" + sha256(s.img.manifest("gzip")) for i, s in enumerate(sources)}, names
    whole_blobs(out)
    leftovers = [n for _, _, names in os.walk(out) for n in names if n.startswith(UNFINISHED)]
    assert not leftovers, leftovers


def ended(place):
    """kill -9 and interrupts, at twenty moments: no image by halves, and the next attempt makes it whole."""
    layout = Layout(place, "killed", Image([layer_tar([file("srv/noise", os.urandom(3000000))]) for _ in range(4)]))
    env = {"PATH": os.environ["PATH"], "HOME": place.at("."), "TMPDIR": os.path.join(place.path, "tmp")}
    want = "sha256:" + sha256(layout.img.manifest("gzip"))
    for kind in ("oci", "oci-archive"):
        for number in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
            for moment in range(8):
                out = place.at("out-" + kind)
                p = subprocess.Popen([DRYDOCK, "copy", "oci:" + layout.path, f"{kind}:{out}"], env=env, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL)
                time.sleep(moment * 0.012)
                p.send_signal(number)
                said = p.communicate(timeout=SOON_S)[0].decode()
                done = p.returncode == 0
                if done or said:
                    assert said.strip() == want, said
                elif number != signal.SIGKILL:
                    nothing_counts(out)
                elif kind == "oci":
                    blobs_killed(out)
                else:
                    assert not os.path.exists(out)
                    clear_up(place.at("."))
                r = place.run("copy", "oci:" + layout.path, f"{kind}:{out}")
                assert r.code == 0 and r.out.decode().strip() == want, (r.code, r.err)
                remove(out)
    assert os.listdir(os.path.join(place.path, "tmp")) == [], "spooled blobs have no name"


def clear_up(folder):
    for name in os.listdir(folder):
        if name.startswith(UNFINISHED):
            os.unlink(os.path.join(folder, name))


def blobs_killed(out):
    """What was being written when it was killed has a name of its own, no blob's."""
    assert not os.path.lexists(os.path.join(out, "index.json"))
    folder = os.path.join(out, "blobs", "sha256")
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if not name.startswith(UNFINISHED):
            with open(os.path.join(folder, name), "rb") as f:
                assert sha256(f.read()) == name, name


def main():
    tap = Tap()
    for name, check in (("blobs that are no files", blobs_that_are_no_files), ("bytes from elsewhere", bytes_from_elsewhere),
                        ("links inside a layout", links_inside), ("index.json", indexes), ("names that climb", names_with_dots),
                        ("sizes that are not so", sizes), ("documents of 2 GB", giants), ("cycles, depth and breadth", cycles),
                        ("archives", archives), ("a limit of the file size", file_size_limit), ("a full disk", full_disk),
                        ("targets that are none", places_that_are_none), ("sixteen at once", at_once), ("ended half-way", ended)):
        with Place() as place:
            tap.case(name, check, place)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
