#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""src/secret/rules/*.toml: each rule is well-formed, finds its examples, and passes over its counter-examples."""
import collections
import glob
import math
import os
import re
import sys
import tomllib

from support import keyword_proof, regex_engines
from support.secret_checks import CHECKS, holds
from support.secret_examples import expand
from support.tap import ROOT, Tap

RULES = os.path.join(ROOT, "src", "secret", "rules")
PROVIDERS_MIN = 250
KEYS = {
    "id": str, "provider": str, "description": str, "regex": str, "path": str, "keywords": list, "entropy": (int, float),
    "secretGroup": int, "tags": list, "severity": str, "confidence": str, "binary": bool, "validate": str, "revoke": str,
    "advice": str, "also": list, "examples": list, "counterexamples": list, "allowlists": list,
}
NEEDED = ("id", "provider", "description", "severity", "confidence", "keywords", "examples", "counterexamples")
ALLOW_KEYS = {"description", "condition", "paths", "regexes", "regexTarget", "stopwords", "targetRules"}
SEVERITIES = ("critical", "high", "medium", "low")
CONFIDENCES = ("high", "medium", "low")
# What one of the engines cannot take, or takes differently.
FORBIDDEN = re.compile(r"\(\?(?:[=!>|#R&P0-9]|<[=!A-Za-z])|\\[1-9KGRXCQEpPkg]|(?<!\\)[*+?}]\+|\(\*|\[\[:")
REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
# The proof itself: what it must see, and what it must not claim.
PROOFS = (
    ("abc", ["b"], True), ("a?bc", ["a"], False), ("(?:ab|cd)e", ["be", "de"], True), ("(?:ab|cd)e", ["be"], False),
    ("x[_-]?y", ["xy", "x_y"], False), ("x[_-]?y", ["xy", "x_y", "x-y"], True), ("(?i:ABC)", ["abc"], True),
    ("(?:abc){0,1}", ["abc"], False), ("(?:abc){1,9}", ["abc"], True), ("(?:k|)x", ["k"], False), ("k.{0,3}x", ["kx"], False),
)
# Texts that may be longer than a line: keys and tokens.
LONG = ("keys", "files")


def entropy(secret):
    n = len(secret)
    return -sum(c / n * math.log2(c / n) for c in collections.Counter(secret).values()) if n else 0.0


def load():
    rules, allow = [], []
    for path in sorted(glob.glob(os.path.join(RULES, "*.toml"))):
        with open(path, "rb") as f:
            doc = tomllib.load(f)
        name = os.path.splitext(os.path.basename(path))[0]
        rules += [dict(r, file=name) for r in doc.get("rules", [])]
        allow += doc.get("allowlists", [])
    return rules, allow


def shape_faults(rule):
    where = f"{rule['file']}.toml: {rule.get('id')}"
    for key, value in rule.items():
        if key != "file" and key not in KEYS:
            yield f"{where}: unknown key {key}"
        elif key != "file" and (not isinstance(value, KEYS[key]) or value == ""):
            yield f"{where}: {key} is {value!r}"
    yield from (f"{where}: no {key}" for key in NEEDED if key not in rule)
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", rule.get("id", "")):
        yield f"{where}: an id is lower-case words with hyphens"
    if rule.get("severity") not in SEVERITIES or rule.get("confidence") not in CONFIDENCES:
        yield f"{where}: severity {rule.get('severity')}, confidence {rule.get('confidence')}"
    if "regex" not in rule and "path" not in rule:
        yield f"{where}: neither regex nor path"
    if rule.get("validate", "pem") not in CHECKS:
        yield f"{where}: no check named {rule['validate']}"
    if not rule.get("revoke", "https://").startswith("https://"):
        yield f"{where}: revoke is no address"
    if len(rule.get("examples", [])) < 2 or len(rule.get("counterexamples", [])) < 2:
        yield f"{where}: two examples and two counter-examples at least"
    if "regex" in rule and not rule.get("keywords") and "path" not in rule:
        yield f"{where}: a pattern without keyword needs a path"
    yield from (f"{where}: keyword {k!r} is not lower-case" for k in rule.get("keywords", []) if k != k.lower())
    for a in rule.get("allowlists", []):
        yield from (f"{where}: allowlist has unknown key {k}" for k in a if k not in ALLOW_KEYS)


def pattern_faults(rule):
    where = f"{rule['file']}.toml: {rule['id']}"
    for pattern in filter(None, (rule.get("regex"), rule.get("path"))):
        m = FORBIDDEN.search(pattern)
        if m:
            yield f"{where}: {m.group(0)!r} in the pattern"
        if not pattern.isascii():
            yield f"{where}: the pattern is not ASCII"
        limit = 64000 if rule["file"] in LONG else 1000
        for m in REPEAT.finditer(pattern):
            if m.group(2) == "" or int(m.group(2) or m.group(1)) > limit:
                yield f"{where}: repeat {m.group(0)}"
        if re.search(r"(?<!\\)[*+](?![^\[]*\])", re.sub(r"\\.", "", pattern)):
            yield f"{where}: a repeat without a limit"


def secrets(rule, text, allow):
    """What the rule finds in text: the order is that of gitleaks' detector."""
    if not any(k.encode() in text.lower() for k in rule["keywords"]) and rule["keywords"]:
        return []
    out = []
    for groups in rule["find"](text):
        nonempty = [g for g in groups[1:] if g]
        secret = groups[rule["secretGroup"]] if "secretGroup" in rule else (nonempty or groups)[0]
        secret = secret.strip(b"\n")
        if "entropy" in rule and entropy(secret) <= rule["entropy"]:
            continue
        if not any(allows(a, secret, groups[0], rule["id"]) for a in allow + rule.get("allowlists", [])):
            out.append(secret)
    return out


def allows(a, secret, match, rule_id):
    if a.get("targetRules") and rule_id not in a["targetRules"]:
        return False
    target = match if a.get("regexTarget") == "match" else secret
    return (any(re.search(p.encode(), target) for p in a.get("regexes", [])) or
            any(w.lower().encode() in secret.lower() for w in a.get("stopwords", [])))


def samples(rule, key):
    for i, text in enumerate(rule[key]):
        yield expand(text, f"{rule['id']}/{key}/{i}")


def damaged(secret):
    """The secret with another character in the middle of its first part, or with its tail cut off."""
    if re.match(rb"A[A-Z]{3}", secret):
        return secret[:4] + b"7777" + secret[8:]
    if b"-----" in secret or secret.startswith(b"pypi-"):
        return secret[:len(secret) // 2]
    if secret.startswith(b"eyJ"):
        return b"eyJ" + b"x" + secret[4:]
    if b"_" not in secret:
        return b"A" * 8
    return secret[:8] + (b"0" if secret[8:9] != b"0" else b"1") + secret[9:]


def check_examples(rule, allow):
    for text, secret in samples(rule, "examples"):
        if "regex" not in rule:
            if not rule["in_path"](text.removeprefix(b"path: ")):
                yield f"{rule['id']}: {text!r} is not found"
            continue
        if rule["keywords"] and not any(k.encode() in text.lower() for k in rule["keywords"]):
            yield f"{rule['id']}: no keyword in {text[:200]!r}"
        found = secrets(rule, text, allow)
        if found != [secret]:
            yield f"{rule['id']}: want {secret[:300]!r}\n got {[f[:300] for f in found]} in {text[:300]!r} ({entropy(secret):.2f})"
        if "validate" in rule and not holds(rule["validate"], secret):
            yield f"{rule['id']}: the example does not stand the check {rule['validate']}: {secret[:200]!r}"
        if "validate" in rule and holds(rule["validate"], damaged(secret)):
            yield f"{rule['id']}: {rule['validate']} takes a damaged {secret[:200]!r}"
    for text, _ in samples(rule, "counterexamples"):
        found = secrets(rule, text, allow) if "regex" in rule else rule["in_path"](text.removeprefix(b"path: "))
        if found:
            yield f"{rule['id']}: {text[:300]!r} is no secret, got {found!r}"


def check_doubles(rules, allow):
    """A token is one finding: of the rules of high confidence only its own one knows it, or "also" names the others."""
    sure = [r for r in rules if r["confidence"] == "high" and "regex" in r and "path" not in r]
    for rule in rules:
        if "regex" not in rule or rule["confidence"] == "low":
            continue
        for text, secret in samples(rule, "examples"):
            for other in sure:
                if other is rule or other["id"] in rule.get("also", []) or rule["id"] in other.get("also", []):
                    continue
                if any(s in secret or secret in s for s in secrets(other, text, allow)):
                    yield f"{rule['id']}: {text[:200]!r} is found by {other['id']}, too"


def check_vectorscan(tap, rules):
    engine = regex_engines.vectorscan()
    if not engine:
        tap.skip("Vectorscan takes all patterns and finds all examples", "no libhs")
        return
    rules = [r for r in rules if "regex" in r]
    wrong = engine.compile([r["regex"].encode() for r in rules])
    if not tap.ok(not wrong, "Vectorscan takes all patterns", wrong and f"{rules[wrong[0]]['id']}: {wrong[1]}"):
        return
    lost = [f"{r['id']}: {text[:200]!r}" for i, r in enumerate(rules) for text, _ in samples(r, "examples")
            if i not in engine.find(text)]
    tap.ok(not lost, "Vectorscan finds every example of every rule", *lost)


def main():
    tap = Tap()
    rules, allow = load()
    faults = [f for r in rules for f in shape_faults(r)]
    tap.ok(not faults, f"{len(rules)} rules have the keys that they need, and no others", *faults)
    ids = collections.Counter(r.get("id") for r in rules)
    tap.equal([i for i, n in ids.items() if n > 1], [], "ids are unique")
    known = set(ids)
    tap.equal([(r["id"], a) for r in rules for a in r.get("also", []) if a not in known], [], "also names rules that exist")
    providers = {r["provider"] for r in rules if r["file"] not in ("files", "generic", "keys")}
    tap.ok(len(providers) >= PROVIDERS_MIN, f"{len(providers)} providers, at least {PROVIDERS_MIN}")
    # A token that GitHub's users have shown as a sample of the checksum; long revoked.
    tap.ok(holds("github-crc32", b"ghp_" + b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + b"0mLq17"), "the checksum is GitHub's own")
    faults = [f for r in rules for f in pattern_faults(r)]
    tap.ok(not faults, "patterns keep to what both engines take", *faults)
    loose = [f"{r['id']}: {r['keywords']}" for r in rules
             if "regex" in r and r.get("keywords") and not keyword_proof.certain(r["regex"], r["keywords"])]
    tap.ok(not loose, "one of the keywords lies inside whatever a pattern matches", *loose)
    for pattern, keywords, want in PROOFS:
        if keyword_proof.certain(pattern, keywords) != want:
            tap.ok(False, f"{keywords} in all that {pattern} matches: {want}")
    check_vectorscan(tap, rules)
    pcre = regex_engines.pcre2()
    if not pcre:
        tap.skip("examples and counter-examples", "no libpcre2-8")
        return tap.done()
    for rule in rules:
        for key, name in (("regex", "find"), ("path", "in_path")):
            if key in rule:
                find, why = pcre.compile(rule[key].encode())
                if not tap.ok(find, f"PCRE2 compiles {rule['id']}", why) if why else False:
                    return tap.done()
                rule[name] = find if key == "regex" else lambda t, f=find: any(True for _ in f(t))
    by_file = collections.defaultdict(list)
    for rule in rules:
        by_file[rule["file"]].append(rule)
    for name, group in by_file.items():
        faults = [f for r in group for f in check_examples(r, allow)]
        tap.ok(not faults, f"{name}.toml: {len(group)} rules find their examples and nothing else", *faults)
    faults = list(check_doubles(rules, allow))
    tap.ok(not faults, "no token is found by two rules of high confidence", *faults)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
