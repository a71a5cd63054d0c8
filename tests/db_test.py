#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""'drydock db' build, info, show and verify as people and scripts use them: what they print, error texts, exit codes. TAP."""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import PROGRAM, Tap, run  # noqa: E402

RECORD = {"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2024-10001"], "summary": "Something bad \x1b[31m in a package",
          "modified": "2024-05-01T00:00:00Z", "published": "2024-04-01T00:00:00Z",
          "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
          "database_specific": {"severity": "HIGH"},
          "affected": [{"package": {"ecosystem": "npm", "name": "left-pad"},
                        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}
TRACKER = {"pad": {"CVE-2024-10001": {"releases": {"bookworm": {"status": "open", "urgency": "low", "nodsa": "Minor issue",
                                                                "nodsa_reason": ""}}}}}
KEV = {"dateReleased": "2024-06-01", "vulnerabilities": [{"cveID": "CVE-2024-10001", "dueDate": "2024-07-01",
                                                          "knownRansomwareCampaignUse": "Known"}]}

TEXT = """CVE-2024-10001
Title      Something bad \\x1b[31m in a package
Severity   high, says osv:npm
CVSS       9.8 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H by osv:npm
Exploited  known to be, says CISA, by ransomware; to be fixed by 2024-07-01
Aliases    GHSA-aaaa-bbbb-cccc
Published  2024-04-01T00:00:00Z
Modified   2024-05-01T00:00:00Z
debian:12           pad                   affected: all versions (not fixed);
                                          no-dsa: Minor issue [debian]
npm                 left-pad              fixed in 1.2.0 [GHSA-aaaa-bbbb-cccc,
                                          osv:npm]
"""


def write(directory, name, value):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(value if isinstance(value, str) else json.dumps(value))
    return path


def db(*arguments, **more):
    return run(PROGRAM, "db", *arguments, env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}, **more)


def build_and_ask(tap, directory):
    osv, tracker, kev = (write(directory, n, v) for n, v in (("osv.json", RECORD), ("json", TRACKER), ("kev.json", KEV)))
    path = os.path.join(directory, "my.db")
    p = db("build", "-s", "osv:" + osv, "-s", "debian:" + tracker, "-s", "kev:" + kev, "-o", path)
    tap.equal((p.returncode, p.stdout), (0, ""), "build says nothing on standard output")
    tap.ok(re.search(r"2 advisories on 1 vulnerabilities in 2 packages", p.stderr), "build counts", p.stderr)
    p = db("build", "--quiet", "-s", "kev:" + kev, "-s", "debian:" + tracker, "-s", "osv:" + osv, "-o", path + "2")
    with open(path, "rb") as a, open(path + "2", "rb") as b:
        tap.ok(a.read() == b.read() and not p.stderr, "another order gives the same bytes; --quiet says nothing", p.stderr)
    tap.equal(db("verify", path).stdout.split(",")[0], f"{path}: whole", "verify")
    p = db("show", "--db", path, "CVE-2024-10001")
    tap.ok(p.stdout == TEXT, "show at 80 columns", p.stdout, p.stderr)
    tap.ok(all(len(line) <= 80 for line in p.stdout.splitlines()), "… and no line is longer", p.stdout)
    for ident in ("cve-2024-10001", "ghsa-aaaa-bbbb-cccc", "GHSA-aaaa-bbbb-cccc"):
        tap.equal(db("show", "--db", path, ident).stdout, TEXT, f"show {ident}")
    tap.equal(db("show", "--db", path, "").returncode, 4, "show nothing")
    p = db("show", "--db", path, "pad")
    tap.equal(p.stdout.splitlines()[0], "pad in debian:12", "show a package")
    found = json.loads(db("show", "--db", path, "left-pad", "--format", "json").stdout)
    tap.equal([(v["id"], v["kev"], v["cvss"][0]["score"], [a["package"] for a in v["advisories"]])
               for v in found["vulnerabilities"]], [("CVE-2024-10001", True, 9.8, ["left-pad"])], "show as JSON")
    info = json.loads(db("info", path, "--format", "json").stdout)
    tap.equal([(s["name"], s["records"], s["date"]) for s in info["sources"]],
              [("debian", 1, None), ("kev", 1, "2024-06-01"), ("osv:npm", 1, "2024-05-01T00:00:00Z")], "info as JSON")
    tap.equal(info["built"], "2024-05-01T00:00:00Z", "the database is as new as its newest advisory")
    p = db("info", path)
    tap.ok("osv:npm" in p.stdout and all(len(line) <= 80 for line in p.stdout.splitlines()), "info at 80 columns", p.stdout)
    return path


def complain(tap, directory, path):
    broken, cut = write(directory, "broken.json", "{\"id\":}"), os.path.join(directory, "cut.db")
    mixed = os.path.join(directory, "mixed")
    os.mkdir(mixed)
    write(mixed, "good.json", RECORD)
    write(mixed, "b\x1bd.json", "{")
    with open(path, "rb") as f, open(cut, "wb") as g:
        g.write(f.read()[:-1])
    out = os.path.join(directory, "out.db")
    rows = [
        (["build", "-o", out], 2, "no --source"),
        (["build", "-s", "osv:" + broken], 2, "no --output"),
        (["build", "-s", broken, "-o", out], 2, "--source wants KIND:PATH"),
        (["build", "-s", "what:" + broken, "-o", out], 2, "no kind of source is called 'what'"),
        (["build", "-s", "osv:" + broken, "-o", out], 4, "broken.json': byte 7: json:"),
        (["build", "-s", "osv:" + os.path.join(directory, "missing"), "-o", out], 4, "No such file or directory"),
        (["build", "-s", "osv:" + path, "-o", os.path.join(directory, "no", "out.db")], 4, "my.db"),
        (["verify", cut], 4, "is damaged"),
        (["verify", broken], 4, "not a drydock database"),
        (["info", os.path.join(directory, "missing.db")], 4, "'drydock db update' fetches one"),
        (["show", "--db", path, "no\x1bthing"], 4, "knows no vulnerability, advisory or package 'no\\x1bthing'"),
        (["show"], 2, "NAME"),
    ]
    for arguments, code, want in rows:
        p = db(*arguments)
        tap.ok(p.returncode == code and want in p.stderr and not p.stdout and "\x1b" not in p.stderr,
               " ".join(a.replace(directory, "") for a in arguments).replace("\x1b", "ESC") or "db", p.returncode, p.stdout,
               p.stderr)
        tap.ok(not os.path.exists(out), "… and nothing is written")
    p = db("build", "-s", "osv:" + mixed, "-o", out)
    tap.ok(p.returncode == 3 and "b\\x1bd.json': byte 1" in p.stderr and "1 record could not be read" in p.stderr,
           "a broken file among others is a warning", p.returncode, p.stderr)
    tap.equal(db("verify", out).returncode, 0, "… and the rest is there")


def flip_bits(tap, path):
    """Every 97th byte, and the first and last: verify must complain."""
    with open(path, "rb") as f:
        whole = bytearray(f.read())
    missed = []
    for at in sorted({*range(0, len(whole), 97), len(whole) - 1}):
        whole[at] ^= 4
        with open(path, "wb") as f:
            f.write(whole)
        if subprocess.run([PROGRAM, "db", "verify", path], capture_output=True, check=False).returncode != 4:
            missed.append(at)
        whole[at] ^= 4
    tap.equal(missed, [], "verify finds flipped bits")


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory:
        path = build_and_ask(tap, directory)
        complain(tap, directory, path)
        flip_bits(tap, path)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
