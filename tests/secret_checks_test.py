#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The program's checks of tokens and keys against a second implementation (support/secret_checks.py), on made texts that
are right and on the same with each byte damaged; and on keys that OpenSSL and OpenSSH made.

  CHECK_SECRET   the program tests/check-secret
"""
import os
import shutil
import subprocess
import sys
import tempfile

from support.secret_checks import holds
from support.secret_examples import fill
from support.tap import ROOT, Tap

TOOL = os.environ.get("CHECK_SECRET") or os.path.join(ROOT, os.environ.get("BUILD") or "build", "tests", "check-secret")
NUMBERS = {"github-crc32": 1, "npm-crc32": 2, "grafana-crc32": 3, "aws-key-id": 4, "pypi-macaroon": 5, "jwt": 6, "pem": 7,
           "userpass": 8}
MADE = {
    "github-crc32": ["ghp_{an 30}{crc32}", "ghs_{an 30}{crc32}"],
    "npm-crc32": ["npm_{an 30}{crc32}"],
    "grafana-crc32": ["«glsa_{an 32}_{crc32hex}»"],
    "aws-key-id": ["AKIA{awskey}", "ASIA{awskey}"],
    "pypi-macaroon": ["pypi-{pypi pypi.org}", "pypi-{pypi test.pypi.org}"],
    "jwt": ["{jwt HS256}", "{jwt RS256}", "{jwe}"],
    "userpass": ["{userpass}"],
    "pem": ["{pem %s}" % kind for kind in ("RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY",
                                           "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY")] +
           ["{pem-line RSA PRIVATE KEY}"],
}
# The program looks deeper than the second implementation there: what it refuses, the other may take.
DEEPER = {"aws-key-id", "pem", "jwt", "userpass", "pypi-macaroon"}
ROUNDS = 12


def ask(rows):
    text = "".join(f"{NUMBERS[name]} {secret.hex()}\n" for name, secret in rows)
    run = subprocess.run([TOOL], input=text, capture_output=True, encoding="utf-8", check=True)
    return [line.split("\t") for line in run.stdout.splitlines()]


def damaged(secret):
    """Each byte another one of the same kind, and the text cut at each place."""
    for i, c in enumerate(secret):
        other = b"B" if c == ord("A") else b"A"
        yield secret[:i] + other + secret[i + 1:]
    yield from (secret[:i] for i in range(1, len(secret), max(1, len(secret) // 40)))


def compare(tap, name):
    right = [fill(t, f"{name} {i} {n}").strip("«»").encode() for i, t in enumerate(MADE[name]) for n in range(ROUNDS)]
    answers = ask([(name, s) for s in right])
    faults = [f"{s!r}: {a}" for s, a in zip(right, answers) if a[0] not in ("right", "not") or not holds(name, s)]
    tap.ok(not faults, f"{name}: {len(right)} made ones are right", *faults[:5])
    bad = [d for s in right[::ROUNDS] for d in damaged(s)]
    faults = []
    for s, answer in zip(bad, ask([(name, s) for s in bad])):
        other = holds(name, s)
        if answer[0] == "not" or (answer[0] == "right") == other or (name in DEEPER and other):
            continue
        faults.append(f"{s!r}: {answer}, the other one says {other}")
    tap.ok(not faults, f"{name}: {len(bad)} damaged ones are told alike", *faults[:5])


OPENSSL = [
    ("genrsa -traditional 2048", "RSA key of 2048 bits without passphrase"),
    ("genrsa 1024", "RSA key of 1024 bits without passphrase"),
    ("ecparam -name prime256v1 -genkey -noout", "EC key of 32 bytes without passphrase"),
    ("ecparam -name secp521r1 -genkey -noout", "EC key of 66 bytes without passphrase"),
    ("genpkey -algorithm ed25519", "Ed25519 key without passphrase"),
    ("genpkey -algorithm x448", "X448 key without passphrase"),
    ("genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:1024 -aes-256-cbc -pass pass:abcdef",
     "private key under a passphrase"),
    ("genrsa -traditional -aes128 -passout pass:abcdef 1024", "a private key under a passphrase"),
]
OPENSSH = [(["-t", "ed25519"], ""), (["-t", "rsa", "-b", "1024"], ""), (["-t", "ecdsa"], ""), (["-t", "ed25519"], "abcdef"),
           (["-t", "rsa", "-b", "1024", "-m", "PEM"], "")]


def check_real_keys(tap):
    if not shutil.which("openssl"):
        tap.skip("keys that OpenSSL made", "openssl is not installed")
    else:
        keys = [subprocess.run(["openssl", *c.split()], capture_output=True, check=True).stdout.strip() for c, _ in OPENSSL]
        keys = [k[k.rindex(b"-----BEGIN"):] for k in keys]
        tap.equal(ask([("pem", k) for k in keys]), [["right", w] for _, w in OPENSSL], "keys that OpenSSL made")
    if not shutil.which("ssh-keygen"):
        tap.skip("keys that OpenSSH made", "ssh-keygen is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        answers = []
        for i, (options, phrase) in enumerate(OPENSSH):
            path = os.path.join(folder, str(i))
            subprocess.run(["ssh-keygen", "-q", "-N", phrase, "-f", path, *options], check=True)
            with open(path, "rb") as f:
                answers += ask([("pem", f.read().strip())])
        tap.equal([(a[0], "under" in a[1]) for a in answers], [("right", bool(p)) for _, p in OPENSSH],
                  "keys that OpenSSH made")


def main():
    tap = Tap()
    for name in MADE:
        compare(tap, name)
    check_real_keys(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
