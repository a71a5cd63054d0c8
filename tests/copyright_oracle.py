#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the reader of Debian's copyright files with python3-debian: copyright_oracle.py [DIR…]

Each DIR is a usr/share/doc; without one it is this machine's own. Of every machine-readable file the licences must be
those of the header and the Files paragraphs as debian.copyright reads them (commas aside, which the reader turns into
parentheses), each once; what debian.copyright does not take for machine-readable must be read as prose, without a
problem. TAP."""
import logging
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
try:
    from debian import copyright as debian_copyright
except ImportError:
    debian_copyright = None

SAMPLE = 250  # files of one directory


def declared(path):
    """The short names, or None for prose."""
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        try:
            c = debian_copyright.Copyright(f.read().splitlines(), strict=False)
        except debian_copyright.NotMachineReadableError:
            return None
    given = [c.header.license] + [p.license for p in c.all_files_paragraphs()]
    if not any(given):
        given = [p.license for p in c.all_license_paragraphs()]
    names = [licence.synopsis.strip() for licence in given if licence]
    return list(dict.fromkeys(n for n in names if n))


def without_commas(name):
    """As the reader groups it: "A or B, and C" → "(A or B) and C"."""
    out = ""
    for part in filter(None, (p.strip() for p in name.split(","))):
        word = part.split(" ")[0]
        joint = word if word in ("or", "and") and part != word else "and"
        part = part[len(word):].strip() if part != joint and word == joint else part
        out += (f" {joint} " if out else "") + (f"({part})" if " " in part else part)
    return out


def differences(folder, analyze):
    paths = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, "copyright")
        if os.path.isfile(path) and not os.path.islink(os.path.join(folder, name)):
            paths[name] = path
    counts = [0, 0, 0]
    for name, path in list(paths.items())[::max(1, len(paths) // SAMPLE)]:
        records = list(analyze([(f"usr/share/doc/{name}/copyright", path)]))
        got = [r.get("text", b"") for kind, r in records if kind == "licences"]
        got = got[0].decode("utf-8", "surrogateescape").split("\n") if got else []
        for kind, r in records:
            if kind in ("problem", "error"):
                yield f"{name}: {kind}: {r}"
        want = declared(path)
        counts[0 if want is None else 1] += 1
        counts[2] += want is None and bool(got)
        if want and got != [without_commas(w) if "," in w else w for w in want]:
            yield f"{name}: want {want}, got {got}"
    if counts[1] < 10:
        yield f"only {counts[1]} files to compare"
    print(f"# {folder}: {counts[1]} machine-readable files, {counts[0]} of prose, licences seen in {counts[2]} of those")


def main():
    logging.disable(logging.CRITICAL)
    folders = sys.argv[1:] or [d for d in ["/usr/share/doc"] if os.path.exists("/var/lib/dpkg/status")]
    if not debian_copyright or not folders:
        print("1..0 # SKIP no python3-debian, or no Debian system here")
        return 0
    from oracle import analyze
    print(f"1..{len(folders)}")
    bad = 0
    for i, folder in enumerate(folders):
        found = list(differences(folder, analyze))
        for line in found[:20]:
            print("# " + line.encode("ascii", "backslashreplace").decode())
        print(f"{'not ok' if found else 'ok'} {i + 1} - same licences as debian.copyright")
        bad += bool(found)
    return 1 if bad else 0


sys.exit(main())
