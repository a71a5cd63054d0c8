#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The engine that looks for secrets, by tests/support/secret_probe.c: every rule's examples and counter-examples, the same
findings however a text is cut, and every match that PCRE2 alone finds in the whole text."""
import glob
import json
import os
import random
import subprocess
import sys
import tempfile

import secret_rules_test as rules_test
from support import regex_engines
from support.secret_examples import expand
from support.tap import ROOT, Tap

PROBE = os.environ.get("SECRET_PROBE") or os.path.join(ROOT, os.environ.get("BUILD") or "build", "tests", "secret-probe")
# A file's name for the rules that ask for one.
PATHS = {
    "pypirc-password": "root/.pypirc", "tfstate-secret": "srv/terraform.tfstate", "pgpass-password": "root/.pgpass",
    "gem-credentials": "root/.gem/credentials", "git-credentials": "root/.git-credentials",
    "rails-master-key": "app/config/master.key",
}
ANY_PATH = "srv/app/settings.txt"
WINDOW = 256 << 10
FILE_MAX = 800  # secrets of one file: more than 1,000 are only counted


class NoEngine(Exception):
    pass


def probe(texts, *options):
    """What is found in each (path, bytes)."""
    data = b"".join(f"{path}\t{len(text)}\n".encode() + text for path, text in texts)
    done = subprocess.run([PROBE, *options], input=data, capture_output=True, check=False)
    if done.returncode == 77:
        raise NoEngine(done.stderr.decode())
    if done.returncode:
        raise RuntimeError(f"secret-probe: {done.returncode} {done.stderr.decode()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def clear(finding):
    return finding["clear"].encode("latin-1")


def counts(result):
    return [f for f in result["found"] if not f["filtered"]]


def samples(rules, key):
    for rule in rules:
        for i, text in enumerate(rule[key]):
            text, secret = expand(text, f"{rule['id']}/{key}/{i}")
            path = PATHS.get(rule["id"], ANY_PATH)
            if "regex" not in rule:
                path, text, secret = text.removeprefix(b"path: ").decode(), b"x", text.removeprefix(b"path: ")
            yield rule, path, text, secret


def kin(rule, rules):
    """Rules that may speak for it."""
    return {rule["id"], *rule.get("also", []), *(r["id"] for r in rules if rule["id"] in r.get("also", []))}


def check_examples(tap, rules):
    rows = list(samples(rules, "examples"))
    lost = []
    for (rule, _, text, secret), result in zip(rows, probe([(path, text) for _, path, text, _ in rows])):
        own = [f for f in counts(result) if f["rule"] in kin(rule, rules) and secret in clear(f)]
        if len(own) != 1 or len([f for f in own if f["rule"] == rule["id"] and clear(f) != secret]):
            lost.append(f"{rule['id']}: {text[:160]!r}: {[(f['rule'], f['clear'][:40], f['filtered']) for f in result['found']]}")
    tap.ok(not lost, f"{len(rows)} examples are found, each once", *lost)
    return rows


def check_counterexamples(tap, rules):
    rows = list(samples(rules, "counterexamples"))
    wrong = []
    for (rule, _, text, _), result in zip(rows, probe([(path, text) for _, path, text, _ in rows])):
        wrong += [f"{rule['id']}: {text[:160]!r} gives {f['clear'][:40]!r}" for f in counts(result) if f["rule"] == rule["id"]]
    tap.ok(not wrong, f"{len(rows)} counter-examples are no findings of their rule", *wrong)


def filler(source, n):
    words = ["return", "value", "of", "the", "for", "i", "x", "list", "import", "self", "def", "name", "print", "{}", "//"]
    out = bytearray()
    while len(out) < n:
        out += source.choice(words).encode() + (b"\n" if source.random() < 0.1 else b" ")
    return bytes(out[:n])


def plant(rows, seed):
    """A text with the examples of all rules, in any order, some of them across the borders of windows."""
    source = random.Random(seed)
    rows = [r for r in rows if r[1] == ANY_PATH]
    source.shuffle(rows)
    rows = rows[:FILE_MAX]
    text, wanted = bytearray(), []
    for _, _, sample, secret in rows:
        gap = source.randrange(1200)
        border = WINDOW - len(text) % WINDOW
        if gap < border < gap + 800:
            gap = max(0, border - source.randrange(len(sample) + 1) - 1)
        text += filler(source, gap) + b"\n\n"
        wanted.append((len(text) + sample.index(secret), secret))
        text += sample + b"\n\n"
    return bytes(text), wanted


def places(result):
    return [(f["rule"], f["offset"], f["length"], f["line"], f["column"], f["clear"], f["filtered"], f["context"])
            for f in result["found"]]


def check_planted(tap, rows):
    for seed in range(3):
        text, wanted = plant(rows, seed)
        result = probe([(ANY_PATH, text)])[0]
        found = {(f["offset"], f["length"]) for f in counts(result)}
        covered = [(o, o + n) for o, n in found]
        lost = [f"{offset}: {secret[:80]!r}" for offset, secret in wanted
                if not any(a <= offset and offset + len(secret) <= b for a, b in covered)]
        tap.ok(not lost and not result["dropped"], f"text {seed}: {len(wanted)} planted secrets are found in {len(text)} bytes",
               f"{result['dropped']} dropped", *lost)
        lines = [f for f in counts(result)
                 if (text.count(b"\n", 0, f["offset"]) + 1, f["offset"] - text.rfind(b"\n", 0, f["offset"])) !=
                 (f["line"], f["column"])]
        tap.ok(not lines, f"text {seed}: lines and columns are right", *lines[:5])
        for block in (1, 7, 4096, WINDOW - 1, WINDOW, WINDOW + 1)[seed::3]:
            cut = probe([(ANY_PATH, text)], "-b", str(block))[0]
            tap.ok(places(cut) == places(result), f"text {seed}: the same in blocks of {block}")


def check_binary(tap, rules):
    """In what is no text the distinctive rules find theirs, between zero bytes and between others."""
    rows = [r for r in samples(rules, "examples") if r[0].get("binary") and r[1] == ANY_PATH]
    source = random.Random(5)
    lost = []
    results = probe([("usr/bin/prog", b"\x7fELF\x02\x01\x01\0\0" + source.randbytes(300) + b"\0" + text + b"\0" +
                      source.randbytes(50)) for _, _, text, _ in rows])
    for (rule, _, _, secret), result in zip(rows, results):
        if not any(clear(f) == secret and f["rule"] in kin(rule, rules) for f in counts(result)):
            lost.append(f"{rule['id']}: {secret[:100]!r}: {[(f['rule'], f['filtered']) for f in result['found']]}")
    tap.ok(not lost, f"{len(rows)} examples are found in what is no text", *lost)


def check_utf16(tap, rows):
    source = [r for r in rows if r[1] == ANY_PATH and r[2].isascii()]
    for name, bom in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        narrow = probe([(ANY_PATH, b"\x80" + text) for _, _, text, _ in source])
        wide = probe([(ANY_PATH, bom + text.decode().encode(name)) for _, _, text, _ in source])
        lost = [f"{row[0]['id']}: {row[2][:80]!r}" for row, a, b in zip(source, narrow, wide)
                if [(f["rule"], 2 * f["offset"], f["clear"]) for f in counts(a)] !=
                [(f["rule"], f["offset"], f["clear"]) for f in counts(b)]]
        tap.ok(not lost, f"{len(source)} examples in {name}", *lost)


def check_oracle(tap, rules, allow, pcre):
    """Source files: what PCRE2 finds with each rule over the whole file, by the conditions of the rules' own test."""
    files = sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py")))[:40]
    files += sorted(glob.glob(os.path.join(ROOT, "src", "*", "*.c")))[::16]
    for rule in rules:
        rule["find"] = pcre.compile(rule["regex"].encode())[0] if "regex" in rule else lambda text: iter(())
    texts = [(os.path.relpath(f, "/"), open(f, "rb").read()) for f in files]
    lost = []
    for (path, text), result in zip(texts, probe(texts)):
        for rule in rules:
            if "path" in rule or rule["confidence"] == "low":
                continue
            for secret in rules_test.secrets(rule, text, allow):
                if not any(secret in clear(f) for f in result["found"]):
                    lost.append(f"{path}: {rule['id']}: {secret[:80]!r}")
    tap.ok(not lost, f"{len(files)} source files: nothing that PCRE2 finds over the whole file is missing", *lost)


GITLEAKS = r"""
title = "mine"
[extend]
useDefault = true
disabledRules = ["generic-password"]
[[rules]]
id = "acme"
description = "Acme"
regex = '''acme-([0-9a-z]{12,})'''
keywords = ["acme"]
entropy = 2
[[rules.allowlists]]
description = "acme's sample"
stopwords = ["sample"]
[[rules]]
id = "far-keyword"
description = "the keyword is elsewhere in the file"
regex = '''zz[0-9]{8,}'''
keywords = ["faraway"]
[[rules]]
id = "pair"
description = "an id beside a secret"
regex = '''pair=([0-9a-z]{10})'''
keywords = ["pair"]
[[rules.required]]
id = "pair-id"
withinLines = 2
[[rules]]
id = "beside"
description = "an id on the same line"
regex = '''beside=([0-9a-z]{10})'''
keywords = ["beside"]
[[rules.required]]
id = "pair-id"
withinLines = 0
[[rules]]
id = "pair-id"
description = "an id"
regex = '''pairid=([0-9a-z]{10})'''
keywords = ["pairid"]
skipReport = true
[[rules]]
id = "catastrophe"
description = "takes for ever"
regex = '''boom((a+)+)+c'''
keywords = ["boom"]
[[rules]]
id = "endless"
description = "no limit of its own"
regex = '''(?s)first.*?last([0-9a-z]{10})'''
keywords = ["first"]
"""
TRIVY = r"""
exclude-block:
  regexes: ["unused"]
rules:
  - id: corp
    category: corp
    title: Corp token
    severity: HIGH
    keywords: [corp_]
    regex: (?P<lead>corp_)(?P<secret>[0-9a-f]{16})
    secret-group-name: secret
    exclude-block:
      regexes: ["(?s)--- sample ---.*?--- end ---"]
"""


def check_user_rules(tap):
    with tempfile.TemporaryDirectory() as where:
        names = []
        for name, text in (("rules.toml", GITLEAKS), ("secret.yaml", TRIVY)):
            names.append(os.path.join(where, name))
            with open(names[-1], "w", encoding="utf-8") as f:
                f.write(text)
        token, far = b"acme-x7q2k9v4m1p8z", b"zz58203917"
        rows = [
            ("its secret group", b"a = " + token, [("acme", "x7q2k9v4m1p8z", "")]),
            ("its allow list", b"a = acme-samplex7q2k9", [("acme", "samplex7q2k9", "acme's sample")]),
            ("keyword far away", far + b"\n" * (3 * WINDOW) + b"FarAway", [("far-keyword", "zz58203917", "")]),
            ("keyword far before", b"FarAway" + b"\n" * (3 * WINDOW) + far, [("far-keyword", "zz58203917", "")]),
            ("no keyword", far, []),
            ("required is near", b"pairid=k3v8x1m6q0\n\npair=w4t9z2n7r5", [("pair", "w4t9z2n7r5", "")]),
            ("required is far", b"pairid=k3v8x1m6q0\n\n\n\npair=w4t9z2n7r5", []),
            ("required is on the line", b"pairid=k3v8x1m6q0 beside=w4t9z2n7r5", [("beside", "w4t9z2n7r5", "")]),
            ("required is on another line", b"pairid=k3v8x1m6q0\nbeside=w4t9z2n7r5", []),
            ("required is not there", b"pair=w4t9z2n7r5", []),
            ("a named group", b"corp_4f8a1c93e60b27d5", [("corp", "4f8a1c93e60b27d5", "")]),
            ("without limit, within reach", b"first" + b"x" * 5000 + b"lastw4t9z2n7r5", [("endless", "w4t9z2n7r5", "")]),
            ("a rule that is switched off", b"DB_PASSWORD=Zx8q!rT5mQ4w", []),
        ]
        options = [o for n in names for o in ("-r", n)]
        for (name, text, want), result in zip(rows, probe([(ANY_PATH, r[1]) for r in rows], *options)):
            got = [(f["rule"], f["clear"], f["filtered"]) for f in result["found"]]
            tap.equal(got, want, f"users' rules: {name}")
        bomb = b"boom" + b"a" * 40 + b"b "
        result = probe([(ANY_PATH, bomb * 2000 + b"boomaac")], *options)[0]
        tap.ok(any("catastrophe" in p["text"] for p in result["problems"]),
               "users' rules: a pattern that takes for ever ends, and is named", result["problems"], result["found"][:3])
        block = b"--- sample ---\ncorp_4f8a1c93e60b27d5\n--- end ---\ncorp_e60b27d54f8a1c93\n"
        result = probe([(ANY_PATH, block)], *options)[0]
        tap.equal([(f["clear"], bool(f["filtered"])) for f in result["found"]],
                  [("4f8a1c93e60b27d5", True), ("e60b27d54f8a1c93", False)], "users' rules: an excluded block")


def main():
    tap = Tap()
    rules, allow = rules_test.load()
    rules.sort(key=lambda r: r["id"])
    try:
        probe([])
    except NoEngine as why:
        tap.skip("the engine", str(why))
        return tap.done()
    rows = check_examples(tap, rules)
    check_counterexamples(tap, rules)
    check_planted(tap, rows)
    check_binary(tap, rules)
    check_utf16(tap, rows)
    check_user_rules(tap)
    pcre = regex_engines.pcre2()
    if pcre:
        check_oracle(tap, rules, allow, pcre)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
