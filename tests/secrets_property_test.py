#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule's examples, planted: at the edges of the engine's windows, in noise, in text, wrapped in archives, in
encodings, over layers. Each is found exactly once, with the right secret, wherever it was put.

Where each lies is drawn from a seed that stands in the output: DRYDOCK_SEED=N makes the same images again."""
import base64
import bz2
import gzip
import io
import json
import lzma
import os
import random
import sys
import tarfile
import tempfile
import urllib.parse
import zipfile

from support import images
from support.secret_examples import expand
from support.tap import PROGRAM, Tap, run
from secret_rules_test import load

# For rules that look into files of certain names only.
PATHS = {"pypirc-password": "home/u/.pypirc", "tfstate-secret": "srv/main.tfstate", "pgpass-password": "root/.pgpass",
         "gem-credentials": "root/.gem/credentials", "git-credentials": "root/.git-credentials",
         "rails-master-key": "app/config/master.key"}
EDGES = (4096, 65536, 131072, 262144, 524288)  # blocks, windows and their multiples
WORDS = ("the quick brown fox jumps over lazy dogs while seven wizards mix potions in quiet valleys near old mills and "
         "rivers bend around green hills where children play under tall trees until evening comes").split()


class Filler:
    """Bytes to put things into, cut out of one large piece."""

    def __init__(self, rng, piece):
        self.rng, self.piece = rng, piece

    def __call__(self, n):
        at = self.rng.randrange(max(len(self.piece) - n, 1))
        return self.piece[at:at + n]


def prose(rng):
    """Lines of words: nothing that a rule could take for anything."""
    return Filler(rng, "".join(" ".join(rng.choice(WORDS) for _ in range(rng.randint(3, 14))) + "\n"
                               for _ in range(12000)).encode())


def noise(rng):
    """Bytes of a program: no text, with zeros."""
    return Filler(rng, b"".join(bytes(rng.choice(b"\0\x01\x7f\x80\xff\x90\xc3\xe8") for _ in range(64)) + rng.randbytes(960)
                                for _ in range(600)))


def at_edge(rng, text, filler, joint):
    """text somewhere in a file, half of the times across a round offset, rarely a high one: most files are small."""
    if rng.random() < 0.5:
        start = rng.choice(EDGES if rng.random() < 0.1 else EDGES[:1]) - rng.randint(1, len(text) + 2)
    else:
        start = rng.randint(0, 9000)
    before = filler(max(start - len(joint), 0))
    return (before + joint if before else b"") + text + joint + filler(rng.randint(0, 2000))


def zip_of(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n")
        z.writestr(name, data)
    return out.getvalue()


def tar_of(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
    return out.getvalue()


ARCHIVES = {
    "gz": lambda name, data: gzip.compress(data, mtime=0), "xz": lambda name, data: lzma.compress(data),
    "bz2": lambda name, data: bz2.compress(data), "zip": zip_of, "tar": tar_of,
    "tar.gz": lambda name, data: gzip.compress(tar_of(name, data), mtime=0),
    "jar.tar": lambda name, data: tar_of("in.jar", zip_of(name, data)),
}


CODINGS = {
    "base64": base64.b64encode, "base64url": lambda b: base64.urlsafe_b64encode(b).rstrip(b"="),
    "base64lines": lambda b: b"\n" + base64.encodebytes(b), "hex": lambda b: b.hex().encode(),
    "base64twice": lambda b: base64.b64encode(base64.b64encode(b)),
    "gzip64": lambda b: base64.b64encode(gzip.compress(b, mtime=0)),
    "percent": lambda b: urllib.parse.quote_from_bytes(b, safe="").encode(),
    "json": lambda b: json.dumps(b.decode("latin-1")).encode("latin-1"),
}


class Planted:
    def __init__(self):
        self.layers, self.want = [[], [], [], []], {}

    def add(self, layer, path, data, rule, secret):
        self.layers[layer].append(images.file(path, data))
        self.want[path] = (rule, secret)


def name_for(rule, stem, extra=""):
    """A path for the rule; those that need a name get a folder of their own."""
    return f"{stem}/{PATHS[rule['id']]}" if rule["id"] in PATHS else f"{stem}/notes{extra}"


def plant(rng, rules):
    p, words, bytes_of_programs = Planted(), prose(rng), noise(rng)
    for rule in rules:
        if "regex" not in rule:
            continue
        for i, example in enumerate(rule["examples"]):
            text, secret = expand(example, f"{rule['id']}/examples/{i}")
            stem = f"opt/{rule['id']}-{i}"
            p.add(0, name_for(rule, stem + "-text"), at_edge(rng, text, words, b"\n"), rule, secret)
            if i == 0:
                kind = rng.choice(sorted(ARCHIVES))
                member = PATHS.get(rule["id"], "conf/notes")
                data = words(rng.randint(0, 3000)) + b"\n" + text + b"\n" + words(200)
                if rule["id"] not in PATHS or kind not in ("gz", "xz", "bz2"):
                    p.add(1, f"{stem}-archive/data.{kind}", ARCHIVES[kind](member, data), rule, secret)
                p.add(2, name_for(rule, stem + "-utf16"),
                      b"\xff\xfe" + (words(300) + b"\n" + text + b"\n").decode("latin-1").encode("utf-16-le"), rule, secret)
            if rule.get("binary"):
                p.add(3, f"{stem}-program/prog", at_edge(rng, text, bytes_of_programs, b"\0"), rule, secret)
            if i == 0 and rule["confidence"] == "high" and rule["id"] not in PATHS:
                # Escapes are undone where something stands behind them that is long enough for a secret in itself
                # (src/secret/decode.h): not "\\n" before a short word, of which programs' messages are full.
                kind = rng.choice([k for k in sorted(CODINGS) if k != "json" or rule.get("binary")])
                wrapped = CODINGS[kind](b"x = 1\n" + text + b"\ny = 2\n")
                p.add(2, f"{stem}-{kind}/notes", words(500) + b"\ndata " + wrapped + b"\n" + words(100), rule, secret)
    return p


def family(rule, rules):
    """The rule and those that may say the same."""
    return {rule["id"], *rule.get("also", [])} | {r["id"] for r in rules if rule["id"] in r.get("also", [])}


def judge(found, want, rules):
    """Faults by path: the secret is not found once, by a rule that may."""
    lost, twice = [], []
    for path, (rule, secret) in want.items():
        clear = secret.decode("latin-1")
        hits = [f for f in found.get(path, []) if f["secret"].get("value") == clear and f["id"] in family(rule, rules)]
        if not hits:
            others = sorted({f["id"] for f in found.get(path, []) if f["secret"].get("value") == clear})
            lost.append(f"{path}: {clear[:60]!r} by {rule['id']}; found by {others or 'nobody'}")
        elif len(hits) > 1:
            twice.append(f"{path}: {rule['id']} {len(hits)} times")
    return lost, twice


def scan(target, *options):
    done = run(PROGRAM, "secrets", "--reveal", "--show-filtered", "--min-confidence", "low", "--fail-on", "none", "--no-cache",
               "--format", "json", *options, target)
    return done, json.loads(done.stdout) if done.stdout.startswith("{") else None


def by_path(report):
    out = {}
    for f in report["findings"]:
        out.setdefault(f["location"]["path"], []).append(f)
    return out


def main():
    tap = Tap()
    seed = int(os.environ.get("DRYDOCK_SEED", "1"))
    rules, _ = load()
    planted = plant(random.Random(seed), rules)
    print(f"# seed {seed}: {len(planted.want)} files of {len(rules)} rules")
    with tempfile.TemporaryDirectory() as folder:
        target = os.path.join(folder, "planted.tar")
        image = images.Image([images.layer_tar(entries) for entries in planted.layers])
        with open(target, "wb") as f:
            f.write(image.docker_archive())
        done, report = scan(target, "--jobs", "1")
        if not tap.ok(report and done.returncode in (0, 3), "the image is searched", done.returncode, done.stderr[-2000:]):
            return tap.done()
        found = by_path(report)
        for layer, what in enumerate(("text, over the edges of windows", "archives", "UTF-16 and encodings", "programs")):
            paths = {info.name for info, _ in planted.layers[layer]}
            want = {p: w for p, w in planted.want.items() if p in paths}
            lost, twice = judge({p: fs for p, fs in found.items() if p in paths}, want, rules)
            tap.ok(not lost, f"{what}: each of {len(want)} is found", *lost[:40], len(lost))
            tap.ok(not twice, f"{what}: none is found twice", *twice[:40], len(twice))
        _, other = scan(target, "--jobs", "4")
        tap.ok(other and other["findings"] == report["findings"], "the same with four jobs")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
