#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Licences of Debian packages through the whole program: which copyright file speaks for which package, across linked
directories, layers and distroless images. TAP."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from images import Image, directory, file, hardlink, layer_tar, symlink, whiteout, write  # noqa: E402
from program import Place, Tap  # noqa: E402

HEAD = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: "
RELEASE = file("etc/os-release", 'ID=debian\nVERSION_ID="12"\n')
PROSE = "The complete text is in /usr/share/common-licenses/GPL-2.\n"


def status(*names):
    return "".join(f"Package: {n}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n" for n in names)


def doc(name, text):
    return file(f"usr/share/doc/{name}/copyright", text)


def licences(place, layers, name="image.tar"):
    """{package: licences} of the CycloneDX document, and the document."""
    path = place.at(name)
    write(path, Image([layer_tar(entries) for entries in layers]).oci_archive())
    first, again = (place.run("sbom", path, *more) for more in ([], ["--no-cache"]))
    assert first.code == 0, first.err.decode()
    assert first.out == again.out, "facts from the cache give another document"
    document = json.loads(first.out)
    found = {}
    for c in document["components"]:
        if c.get("purl", "").startswith("pkg:deb/"):
            given = c.get("licenses", [])
            found[c["name"]] = [g.get("expression") or g["license"].get("id") or g["license"]["name"] for g in given]
    return found, document


def check_places(place):
    layer = [
        RELEASE, file("var/lib/dpkg/status", status("plain", "linked", "absolute", "second", "hard", "none", "prose", "loop",
                                                    "libx")),
        doc("plain", HEAD + "GPL-2+ or Artistic, and Expat\n"),
        symlink("usr/share/doc/linked", "plain"), symlink("usr/share/doc/absolute", "/usr/share/doc/plain"),
        symlink("usr/share/doc/second/copyright", "../plain/copyright"),
        hardlink("usr/share/doc/hard/copyright", "usr/share/doc/plain/copyright"),
        directory("usr/share/doc/none"), doc("prose", PROSE), doc("nobody", HEAD + "ISC\n"),
        symlink("usr/share/doc/loop", "loop"), doc("libx", HEAD + "MIT\n")]
    found, _ = licences(place, [layer])
    same = ["(GPL-2.0-or-later OR Artistic-1.0) AND MIT"]
    assert found == {"plain": same, "linked": same, "absolute": same, "second": same, "hard": same, "none": [],
                     "prose": ["common-licenses/GPL-2"], "loop": [], "libx": ["MIT"]}, found


def check_layers(place):
    base = [RELEASE, file("var/lib/dpkg/status", status("kept", "upgraded", "removed", "linked")),
            doc("kept", HEAD + "MIT\n"), doc("upgraded", HEAD + "GPL-2\n"), doc("removed", HEAD + "ISC\n"),
            symlink("usr/share/doc/linked", "kept")]
    top = [doc("upgraded", HEAD + "GPL-3+\n"), whiteout("usr/share/doc/removed/copyright")]
    found, _ = licences(place, [base, top])
    assert found == {"kept": ["MIT"], "upgraded": ["GPL-3.0-or-later"], "removed": ["ISC"], "linked": ["MIT"]}, found


def check_distroless(place):
    layer = [RELEASE, file("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\nArchitecture: amd64\n"),
             doc("base-files", HEAD + "GPL-2+\n"),
             file("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 1\nArchitecture: all\n"),
             doc("tzdata", HEAD + "public-domain\n")]
    found, document = licences(place, [layer])
    assert found["base-files"] == ["GPL-2.0-or-later"], found
    assert found["tzdata"] == ["public-domain"], found


def check_hostile(place):
    names = ["../../etc/passwd", "a/b", "ok"]
    layer = [RELEASE, file("var/lib/dpkg/status", status(*names)), doc("a/b", HEAD + "MIT\n"),
             doc("ok", HEAD.encode() + b"\xff\x00\n<script>\n\nFiles: b\nLicense: " + b"(" * 5000 + b"\n\nFiles: c\nLicense: "
                 + b"(" * 300 + b"\n"),
             doc("other", b"License: " * 100000)]
    path = place.at("hostile.tar")
    write(path, Image([layer_tar(layer)]).oci_archive())
    done = place.run("sbom", path)
    assert done.code == 3 and b"name of a licence of 5000 bytes is too long" in done.err, (done.code, done.err)
    found = {c["name"]: c.get("licenses") for c in json.loads(done.out)["components"] if "deb/" in c.get("purl", "")}
    assert found["a/b"] is None and found["ok"], found


def main():
    tap = Tap()
    with Place() as place:
        tap.case("linked directories and files lead to the file that speaks for the package", check_places, place)
        tap.case("the topmost layer's file counts, a removed one's is remembered", check_layers, place)
        tap.case("distroless packages", check_distroless, place)
        tap.case("hostile names and files", check_hostile, place)
    return tap.end()


sys.exit(main())
