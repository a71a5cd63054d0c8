#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The squashed view against umoci: random layers of files, directories, links, whiteouts and opaque markers are unpacked
by umoci into a root file system, and listed by list-tree. Both must show the same paths of the same types. TAP."""
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from images import Image, directory, file, hardlink, layer_tar, opaque, symlink, whiteout, write  # noqa: E402
from program import Tap  # noqa: E402

LIST_TREE = os.environ.get("LIST_TREE", "build/tests/list-tree")
NAMES = ["a", "b", "c", "lib"]
ROUNDS = 40


def path(rng, depth):
    return "/".join(rng.choice(NAMES) for _ in range(rng.randint(1, depth)))


def random_layer(rng, first):
    """Entries that every unpacker accepts: no file is used as a directory, no link leads to itself."""
    made, entries, kinds = set(), [], {}
    for _ in range(rng.randint(2, 12)):
        p = path(rng, 3)
        parents = [p[:i] for i in range(len(p)) if p[i] == "/"]
        if p in made or any(kinds.get(q) in ("file", "gone") for q in parents) or any(m.startswith(p + "/") for m in made):
            continue
        kind = rng.choice(["file", "file", "dir", "gone", "opaque"] if not first else ["file", "file", "dir"])
        for q in parents:
            if q not in made:
                entries.append(directory(q))
                made.add(q)
                kinds[q] = "dir"
        made.add(p)
        kinds[p] = kind
        if kind == "file":
            entries.append(file(p, b"x" * rng.randint(0, 9)))
        elif kind == "dir":
            entries.append(directory(p))
        elif kind == "gone":
            entries.append(whiteout(p))
        else:
            entries += [directory(p), opaque(p)] if rng.random() < 0.5 else [opaque(p)]
            kinds[p] = "dir"
    return entries


def walk(root):
    found = set()
    for folder, names, files in os.walk(root):
        for name in names + files:
            full = os.path.join(folder, name)
            mode = os.lstat(full).st_mode
            letter = "l" if stat.S_ISLNK(mode) else "d" if stat.S_ISDIR(mode) else "p" if stat.S_ISFIFO(mode) else "f"
            found.add((letter, os.path.relpath(full, root)))
    return found


def compare(layers):
    with tempfile.TemporaryDirectory() as tmp:
        tars = [layer_tar(entries) for entries in layers]
        layout = os.path.join(tmp, "layout")
        Image(tars, tag="x:1", config={"User": "0"}).oci_layout(layout, "gzip")
        done = subprocess.run(["umoci", "raw", "unpack", "--image", layout + ":1", os.path.join(tmp, "rootfs")], capture_output=True)
        assert done.returncode == 0, done.stderr.decode()[-500:]
        want = walk(os.path.join(tmp, "rootfs"))
        files = [write(os.path.join(tmp, f"{i}.tar"), tar) for i, tar in enumerate(tars)]
        out = subprocess.run([LIST_TREE, *files], capture_output=True, check=True).stdout.decode()
        got = {tuple(line.split("\t", 1)) for line in out.splitlines()}
        assert got == want, (sorted(got - want), sorted(want - got),
                             [[(i.name, i.type, i.linkname) for i, _ in entries] for entries in layers])


def random_images():
    rng = random.Random(20)
    for _ in range(ROUNDS):
        compare([random_layer(rng, i == 0) for i in range(rng.randint(2, 4))])


FIXED = {
    "usr-merge: files below a linked directory": [[directory("usr"), directory("usr/lib"), symlink("lib", "usr/lib")],
                                                   [file("lib/x"), file("lib/d/y")]],
    "absolute links stay inside": [[directory("etc"), symlink("l", "/etc")], [file("l/x")]],
    "a directory over a link": [[directory("d"), file("d/x"), symlink("l", "d")], [directory("l"), file("l/y")]],
    "a file over a directory": [[directory("d"), file("d/x")], [file("d", b"f")]],
    "hard links": [[file("a", b"1"), hardlink("b", "a")], [whiteout("a")]],
    "whiteout through a link": [[directory("usr"), directory("usr/lib"), file("usr/lib/x"), symlink("lib", "usr/lib")],
                                [whiteout("lib/x")]],
}


def main():
    tap = Tap()
    if not shutil.which("umoci"):
        print("1..0 # SKIP umoci is not installed")
        return 0
    if os.getuid() != 0:
        print("1..0 # SKIP umoci unpacks owners as root only")
        return 0
    for name, layers in FIXED.items():
        tap.case(name, compare, layers)
    tap.case(f"{ROUNDS} random images", random_images)
    return tap.end()


sys.exit(main())
