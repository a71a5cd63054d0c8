#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the apk analyzer with real Alpine images: apk_oracle.py [IMAGE.oci.tar…]

Without arguments: the Alpine images of the shared test data. apk itself does not run here, so the truth comes from what
else the image holds: an independent reading of the database, the packages asked for in etc/apk/world, the names and
versions in lib/apk/db/scripts.tar, and the files that really lie in the image. TAP."""
import glob
import io
import json
import os
import re
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402

DATABASE = "lib/apk/db/installed"


def layer_files(image):
    """Name → bytes of the regular files, None for links, of an OCI archive's only image."""
    with tarfile.open(image) as outer:
        def blob(digest):
            return outer.extractfile("blobs/" + digest.replace(":", "/")).read()

        index = json.load(outer.extractfile("index.json"))
        manifest = json.loads(blob(index["manifests"][0]["digest"]))
        files = {}
        for layer in manifest["layers"]:
            with tarfile.open(fileobj=io.BytesIO(blob(layer["digest"]))) as tar:
                for member in tar:
                    name = os.path.normpath(member.name)
                    if member.isfile():
                        files[name] = tar.extractfile(member).read()
                    elif not member.isdir():
                        files[name] = None
        return files


def read_database(text):
    """Records by splitting and regular expressions: nothing shared with the analyzer's way."""
    for block in re.split(rb"\n\n+", text.strip(b"\n")):
        fields = dict(re.findall(rb"^([A-Zo]):(.*)$", block, re.M))
        owned = set()
        for directory, inside in re.findall(rb"^F:(.*)\n((?:(?!F:).*(?:\n|$))*)", block, re.M):
            for name in re.findall(rb"^R:(.*)$", inside, re.M):
                owned.add((directory + b"/" if directory else b"") + name)
        maintainer = re.search(rb"^m:(.*)$", block, re.M)
        yield (fields[b"P"], fields[b"V"], fields[b"A"], fields.get(b"o", fields[b"P"]), fields.get(b"L", b""),
               maintainer.group(1) if maintainer else b"", fields.get(b"I", b"0")), owned


def read_needs(text):
    """Name → names of the packages that give what it needs: a table of all that is given, then a look-up."""
    blocks = [dict(re.findall(rb"^([PDp]):(.*)$", b, re.M)) for b in re.split(rb"\n\n+", text.strip(b"\n"))]

    def names(words):
        return {re.match(rb"[^=<>~]*", w).group() for w in words.split() if not w.startswith(b"!")}

    given = {}
    for b in blocks:
        for name in names(b.get(b"p", b"")) | {b[b"P"]}:
            given.setdefault(name, set()).add(b[b"P"])
    return {b[b"P"]: set().union(*(given.get(n, set()) for n in names(b.get(b"D", b"")))) - {b[b"P"]} for b in blocks}


def found(records, needs):
    packages, owned = {}, {}
    for kind, r in records:
        if kind == "package":
            needs[r["name"]] = set(r.get("depends", b"").split(b"\n")) - {b""}
            packages[r["name"]] = (r["name"], r["version"], r["arch"], r.get("source", r["name"]),
                                   r.get("licences", b""), r.get("maintainer", b""), r.get("bytes", b"0"))
        elif kind == "owned":
            owned.setdefault(r["package"], set()).add(r["path"])
        else:
            raise SystemExit(f"unexpected {kind}: {r}")
    return packages, owned


def differences(image):
    files, needs = layer_files(image), {}
    with tempfile.NamedTemporaryFile() as f:
        f.write(files[DATABASE])
        f.flush()
        packages, owned = found(analyze([(DATABASE, f.name)]), needs)
    if needs != read_needs(files[DATABASE]) or not any(needs.values()):
        yield f"needs differ: {needs} should be {read_needs(files[DATABASE])}"
    wanted = dict((p[0], (p, o)) for p, o in read_database(files[DATABASE]))
    for name in sorted(set(wanted) ^ set(packages)):
        yield f"only one side has {name}"
    for name in sorted(set(wanted) & set(packages)):
        if wanted[name][0] != packages[name]:
            yield f"{packages[name]} should be {wanted[name][0]}"
        if wanted[name][1] != owned.get(name, set()):
            yield f"files of {name} differ: {sorted(wanted[name][1] ^ owned.get(name, set()))[:3]}"
    for name in files["etc/apk/world"].split():
        if re.split(rb"[<>=~]", name)[0] not in packages:
            yield f"{name} of etc/apk/world is not found"
    with tarfile.open(fileobj=io.BytesIO(files["lib/apk/db/scripts.tar"])) as scripts:
        for script in scripts.getnames():
            if not any(script.startswith(f"{p[0].decode()}-{p[1].decode()}.") for p in packages.values()):
                yield f"nothing found for script {script}"
    every = set().union(*owned.values())
    absent = [p for p in sorted(every) if p.decode() not in files]
    if absent:
        yield f"{len(absent)} owned files are not in the image: {absent[:3]}"
    if len(packages) < 10 or len(every) < 50:
        yield "too little to compare"
    print(f"# {os.path.basename(image)}: {len(packages)} packages, {len(every)} files")


def main():
    shared = os.environ.get("DRYDOCK_TEST_SHARED", os.path.join(os.environ.get("DRYDOCK_TEST_ROOT", "."), "../shared/data"))
    images = sys.argv[1:] or sorted(glob.glob(os.path.join(shared, "images/alpine-*.oci.tar")))
    if not images:
        print("1..0 # SKIP no Alpine images here")
        return 0
    print(f"1..{len(images)}")
    bad = 0
    for i, image in enumerate(images):
        lines = list(differences(image))
        for line in lines[:20]:
            print("# " + line)
        print(f"{'not ok' if lines else 'ok'} {i + 1} - packages and files of {os.path.basename(image)}")
        bad += bool(lines)
    return 1 if bad else 0


sys.exit(main())
