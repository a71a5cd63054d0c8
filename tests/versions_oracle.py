#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares 'drydock util vercmp' with the programs whose orders it implements: versions_oracle.py

dpkg --compare-versions, rpm's rpm.vercmp() and the apk of the shared Alpine images, over pairs generated from a fixed
seed: random versions, versions that differ in one place, and odd texts. Also what each of them refuses. TAP."""
import io
import json
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import PROGRAM, Tap, run, shared  # noqa: E402

PIECES = ["0", "1", "2", "9", "10", "01", "00", "007", "20230101", ".", ".", ".", "-", "-", "~", "~rc1", "+", "+b1",
          "a", "b", "z", "A", "rc", "el9", "deb12u1", "ubuntu1", "git"]
DEB_ODD = ["1:", ":1", "a:1", "1-", "1:-1", "1-1:2", "0x1:1", "+1:2", "2147483647:1", "2147483648:1", "1.0_1", "a", "~",
           "1:2:3", "1:2-3-4", "é", "1.é", "1é", "1.z", "-", "+:1", "1,2", "1%2", "<unknown", "99999999999999999999:1",
           "00000000000000000001:1", "1-é", "1-1~", "1-1:", "1--1", "1~-1", "123456789012345678901234567890"]
RPM_ODD = ["1-", "1-1-1", ":1", "1:", "a:1", "1.é", "1.~", "1^", "1^~", "1~^", "^", "~", "^1", "~1", "..1", "1..",
           "-1", "1:-1", "4294967296:1", "0:1", "00:1", "01:1", "18446744073709551616", "1_0", "+", "_", "1.0^git1~pre",
           "1:a-b"]


def generated(rng, pieces, n):
    """Pairs: a random text of pieces, and a neighbour of it or another one."""
    def text():
        return rng.choice("0123") + "".join(rng.choice(pieces) for _ in range(rng.randint(0, 6)))

    for _ in range(n):
        a = text()
        at = rng.randint(1, len(a))
        b = text() if rng.random() < 0.3 else a[:at] + rng.choice(pieces) + a[at + rng.randint(0, 1):]
        yield a, b


def ours(scheme, pairs):
    text = "".join(f"{a} {b}\n" for a, b in pairs)
    return run(PROGRAM, "util", "vercmp", scheme, input=text).stdout.split()


def compare(tap, name, scheme, pairs, theirs):
    """One test line: the answers of the oracle and ours are the same. '!' of the oracle: refused."""
    got = ours(scheme, pairs)
    wrong = [f"{a} {b}: oracle {t}, drydock {o}" for (a, b), t, o in zip(pairs, theirs, got)
             if (o == "?") != (t == "!") or (t != "!" and o != t)]
    full = len(got) == len(theirs) == len(pairs)
    tap.ok(full and not wrong, f"{name}: {len(pairs)} pairs", *wrong[:10], f"answers: {len(theirs)} {len(got)}")


# One process a question and its answer, as dpkg takes no list; refused texts end with status 2.
DPKG_LOOP = """while IFS=' ' read -r a b; do
dpkg --compare-versions "$a" lt "$b" 2>/dev/null; case $? in 0) echo '<'; continue;; 1) ;; *) echo '!'; continue;; esac
if dpkg --compare-versions "$a" gt "$b" 2>/dev/null; then echo '>'; else echo '='; fi
done"""


def dpkg(tap, rng):
    if not shutil.which("dpkg"):
        tap.skip("deb as dpkg", "no dpkg")
        return
    odd = [(a, rng.choice(DEB_ODD + ["1", "1:1", "0"])) for a in DEB_ODD for _ in range(3)]
    # Refused for its option-like look, not as a version.
    pairs = [(a, b) for a, b in list(generated(rng, PIECES + [":"], 400)) + odd if not a.startswith("-")]
    answers = run("sh", "-c", DPKG_LOOP, input="".join(f"{a} {b}\n" for a, b in pairs)).stdout.split()
    compare(tap, "deb as dpkg", "deb", pairs, answers)


def rpm(tap, rng):
    if not shutil.which("rpm") or run("rpm", "--eval", '%{lua:print(rpm.vercmp("1","2"))}').stdout.strip() != "-1":
        tap.skip("rpm as rpm", "no rpm with rpm.vercmp")
        return
    odd = [(a, b) for a in RPM_ODD for b in RPM_ODD]
    pairs = list(generated(rng, PIECES + [":", "^", "_", "~"], 4000)) + odd
    with tempfile.TemporaryDirectory() as folder:
        # A file, as no byte of a pair is to be read as a macro.
        path = os.path.join(folder, "pairs")
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(f"{a} {b}\n" for a, b in pairs)
        # Without a percent sign, which the macro language would take.
        lua = ('%{lua:for l in io.lines("' + path + '") do local at = l:find(" ", 1, true); '
               'local c = rpm.vercmp(l:sub(1, at - 1), l:sub(at + 1)); '
               'print((c < 0 and "<" or c > 0 and ">" or "=").." ") end}')
        answers = run("rpm", "--eval", lua).stdout.split()
    compare(tap, "rpm as rpm", "rpm", pairs, answers)


def unpack_apk(image, folder):
    """apk and its libraries out of an OCI archive; the command that runs it without a chroot, None if there is none."""
    with tarfile.open(image) as outer:
        def blob(digest):
            return outer.extractfile("blobs/" + digest.replace(":", "/")).read()

        index = json.load(outer.extractfile("index.json"))
        for layer in json.loads(blob(index["manifests"][0]["digest"]))["layers"]:
            with tarfile.open(fileobj=io.BytesIO(blob(layer["digest"]))) as tar:
                for member in tar:
                    # Plain files by their own base name: no path of the image is followed.
                    name = os.path.basename(member.name)
                    wanted = re.match(r"(\./)?(sbin/apk|(usr/)?lib/(lib|ld-musl)[^/]*)$", member.name)
                    if wanted and (member.isfile() or member.issym()):
                        with open(os.path.join(folder, name), "wb") as f:
                            f.write(tar.extractfile(member).read())
                        os.chmod(os.path.join(folder, name), 0o755)
    loader = os.path.join(folder, f"ld-musl-{platform.machine()}.so.1")
    program = os.path.join(folder, "apk")
    return [loader, "--library-path", folder, program] if os.path.exists(loader) and os.path.exists(program) else None


APK_LOOP = 'while IFS=" " read -r a b; do "$@" version -t "$a" "$b" 2>/dev/null || echo "!"; done'
# Where apk 3, whose rules drydock follows, decides otherwise than the apk 2 of these images: leading zeros, and numbers
# that overflow an int there.
APK_OTHERWISE = re.compile(r"\.0|\d{10}")


def apk_version(rng):
    v = str(rng.choice([0, 1, 2, 9, 10, 20230101]))
    v += "".join("." + rng.choice(["1", "2", "9", "10", "100"]) for _ in range(rng.randint(0, 3)))
    v += rng.choice(["", "", "", "a", "b", "z"])
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        v += "_" + rng.choice("alpha beta pre rc cvs svn git hg p".split())
        v += rng.choice(["", "1", "2", "10", "20230101"])
    return v + rng.choice(["", "-r0", "-r1", "-r2", "-r10"])


APK_VALID = re.compile(r"\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(-r\d+)?")


def apk_pairs(rng, n):
    pairs = []
    while len(pairs) < n:
        a, b = apk_version(rng), apk_version(rng)
        if rng.random() < 0.7:
            at = rng.randint(1, len(a))
            b = a[:at] + rng.choice(["", "0", "1", ".1", "_p1", "_rc1", "a", "-r1"]) + a[at + rng.randint(0, 1):]
        if APK_VALID.fullmatch(b) and not APK_OTHERWISE.search(f"{a} {b}"):
            pairs.append((a, b))
    return pairs


def apk(tap, rng):
    if not shared():
        tap.skip("apk as apk", "no shared data")
        return
    for release in ("3.4", "3.9"):
        image = os.path.join(shared(), "images", f"alpine-{release}.oci.tar")
        with tempfile.TemporaryDirectory() as folder:
            command = unpack_apk(image, folder) if os.path.exists(image) else None
            if not command or run(*command, "--version").returncode:
                tap.skip(f"apk as that of Alpine {release}", "it does not run here")
                continue
            pairs = apk_pairs(rng, 250)
            text = "".join(f"{a} {b}\n" for a, b in pairs)
            answers = run("sh", "-c", APK_LOOP, "sh", *command, input=text).stdout.split()
            compare(tap, f"apk as that of Alpine {release}", "apk", pairs, answers)


def main():
    tap = Tap()
    rng = random.Random(20261121)
    dpkg(tap, rng)
    rpm(tap, rng)
    apk(tap, rng)
    return tap.done()


sys.exit(main())
