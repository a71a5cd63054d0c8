#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the reading of os-release files with the shell's: osrelease_oracle.py [FILE…]

os-release(5) promises that a shell can source the file, so sh is the oracle. Read are the FILEs, this machine's own, and
some hundred files with values quoted in every way that the manual allows. TAP."""
import os
import random
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402

KEYS = {"id": "ID", "version": "VERSION_ID", "codename": "VERSION_CODENAME", "pretty": "PRETTY_NAME", "like": "ID_LIKE"}
LETTERS = "abcXYZ019 .-_~/:()#;&|<>*?!%@^{}[]\"'\\$`=,+ äß\t"
FILES = 200


def double_quoted(value):
    return '"' + "".join("\\" + c if c in '"\\$`' else c for c in value) + '"'


def escaped(value):
    return "".join(c if c.isalnum() and c.isascii() else "\\" + c for c in value)


def joined(value):
    cut = len(value) // 2
    return double_quoted(value[:cut]) + shlex.quote(value[cut:])


def made_up(seed):
    r = random.Random(seed)
    lines = ["# comment", "", "HOME_URL=https://example.org/a?b", "  BUG=1"]
    for key in list(KEYS.values()) + r.sample(list(KEYS.values()), 2):
        value = "".join(r.choice(LETTERS) for _ in range(r.randrange(12))).strip()
        if key in ("ID", "ID_LIKE"):
            value = value.lower()
        lines.append(key + "=" + r.choice([double_quoted, shlex.quote, escaped, joined])(value))
        r.shuffle(lines)
    return "\n".join(lines) + r.choice(["", "\n", "\n\n"])


def shell(path):
    """What sh has in the variables, trimmed as the analyzer does."""
    script = '. "$1"; printf "%s\\0" ' + " ".join(f'"${{{k}-}}"' for k in KEYS.values())
    out = subprocess.run(["env", "-i", "/bin/sh", "-c", script, "sh", path], check=True, capture_output=True).stdout
    return {k: v.strip() for k, v in zip(KEYS, out.split(b"\0")) if v.strip()}


def main():
    real = [p for p in sys.argv[1:] + ["/etc/os-release"] if os.path.exists(p)]
    print(f"1..{1 + len(real)}")
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        paths = []
        for seed in range(FILES):
            paths.append(os.path.join(tmp, str(seed)))
            with open(paths[-1], "w", encoding="utf-8") as f:
                f.write(made_up(seed))
        for n, (name, group) in enumerate([(f"{FILES} made-up files", paths)] + [(p, [p]) for p in real]):
            wrong = 0
            for path in group:
                got = {}
                for kind, r in analyze([("etc/os-release", path)]):
                    if kind == "os":
                        got = {k: v for k, v in r.items() if k != "rank"}
                    else:
                        wrong += 1
                        print(f"# {path}: {kind} {r}")
                want = shell(path)
                if got != want:
                    wrong += 1
                    print(f"# {path}: {got} should be {want}")
            print(f"{'not ok' if wrong else 'ok'} {n + 1} - read as a shell reads it: {name}")
            bad += wrong
    return 1 if bad else 0


sys.exit(main())
