#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""'drydock util' as scripts use it: answers, error texts, exit codes, lines by lines, speed. TAP."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import PROGRAM, ROOT, Tap, run, shared  # noqa: E402

KNOWN = "known: deb, rpm, apk, semver, pep440, maven, gem, composer, nuget, golang, pub, " \
    "conan, alpm, gentoo, cran, opam, generic, lexicographic, cpan"
V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V2 = "AV:N/AC:L/Au:N/C:N/I:N/A:C"

# arguments, standard input, exit code, standard output, standard error
ROWS = [
    (["vercmp", "deb", "1.0~rc1-1", "1.0-1"], "", 0, "<\n", ""),
    (["vercmp", "rpm", "1:1-1", "2-1"], "", 0, ">\n", ""),
    (["vercmp", "apk", "1.2-r0", "1.2-r0"], "", 0, "=\n", ""),
    (["vercmp", "semver", "1.0", "x"], "", 0, "?\n", ""),
    (["vercmp", "deb", "", "1"], "", 0, "?\n", ""),
    (["vercmp", "deb", "--", "-1", "1"], "", 0, "?\n", ""),
    (["vercmp", "deb"], "", 0, "", ""),
    (["vercmp", "deb"], "1 2\n2\t1\n\n1\n1 1 1\n  1   1  \r\n1-1 1-1", 0, "<\n>\n?\n?\n?\n=\n=\n", ""),
    (["vercmp", "deb"], "1\0 1\n\x1b 1\n1 2\n", 0, "?\n>\n<\n", ""),
    (["vercmp", "dep", "1", "2"], "", 2, "", "drydock: unknown version scheme 'dep': did you mean 'deb'?\n"),
    (["vercmp", "none", "1", "2"], "", 2, "", f"drydock: unknown version scheme 'none' ({KNOWN})\n"),
    (["vercmp", "\x1b[31m"], "", 2, "", f"drydock: unknown version scheme '\\x1b[31m' ({KNOWN})\n"),
    (["vercmp", "deb", "1"], "", 2, "",
     "drydock: 'vercmp' compares two versions, or reads them from standard input\n"),
    (["vercmp", "deb"], "1 2\n" + "x" * 70000 + "\n", 4, "<\n", "drydock: line 2 is longer than 65536 bytes\n"),
    (["cvss", V3], "", 0, V3 + " 9.8 critical\n", ""),
    (["cvss", V2, f"({V2})"], "", 0, f"{V2} 7.8 high\n({V2}) 7.8 high\n", ""),
    (["cvss", V2 + "/E:F/RL:OF/RC:C"], "", 0, V2 + "/E:F/RL:OF/RC:C 7.8 high overall 6.4 medium\n", ""),
    (["cvss"], f"{V3}\n\n  {V2}\r\n", 0, f"{V3} 9.8 critical\n{V2} 7.8 high\n", ""),
    (["cvss", "9.8", V3], "", 2, V3 + " 9.8 critical\n",
     "drydock: cvss vector '9.8': no metric of the form NAME:VALUE at '9.8'\n"),
    (["cvss"], f"{V3}\nCVSS:3.1/AV:N\x1b[2J\n", 2, V3 + " 9.8 critical\n",
     "drydock: line 2: cvss vector 'CVSS:3.1/AV:N\\x1b[2J': metric 'AV' has no value 'N\\x1b[2J'\n"),
    (["cvss", V3 + "/AV:N"], "", 2, "", f"drydock: cvss vector '{V3}/AV:N': metric 'AV' is given twice\n"),
    (["cvss", V3[:-4]], "", 2, "", f"drydock: cvss vector '{V3[:-4]}': metric 'A' is missing\n"),
    (["vers", "vers:npm/>=1.0.0|<1.2.3", "1.2.0"], "", 0, "true\n", ""),
    (["vers", "vers:npm/>=1.0.0|<1.2.3", "1.2.3"], "", 0, "false\n", ""),
    (["vers", "vers:pypi/<2|!=1.5"], "1.4\n 1.5 \n2", 0, "true\nfalse\nfalse\n", ""),
    (["vers"], "vers:deb/<1%3A2 1:1\nvers:rpm/ > 1 | < 2   1.5\r\n", 0, "true\ntrue\n", ""),
    (["vers", "vers:npm/1", "x"], "", 2, "", "drydock: 'x' is not a version of scheme 'semver'\n"),
    (["vers", "vers:foo/1", "1"], "", 2, "", "drydock: version range: unknown versioning scheme 'foo'\n"),
    (["vers"], "vers:npm/1|1.0 1\n\nvers:npm/* 1\n", 2, "?\n?\ntrue\n",
     "drydock: line 1: version range: version '1.0' is given twice\n"
     "drydock: line 2: version range: '' does not start with 'vers:'\n"),
    (["vers", "vers:npm/\x1b[31m", "1"], "", 2, "",
     "drydock: version range: byte 9 is not printable ASCII\n"),
    (["purl", "pkg:NPM/@Babel/Core@7.0%2B1?B=2&a=1#/x/./y/"], "", 0,
     '{"type": "npm", "namespace": "@Babel", "name": "core", "version": "7.0+1", "qualifiers": {"a": "1", "b": "2"}, '
     '"subpath": "x/y", "purl": "pkg:npm/%40Babel/core@7.0%2B1?a=1&b=2#x/y"}\n', ""),
    (["purl"], "pkg:gem/rails\n\npkg:gem/\x1b[31m\n", 2,
     '{"type": "gem", "namespace": null, "name": "rails", "version": null, "qualifiers": null, "subpath": null, '
     '"purl": "pkg:gem/rails"}\n'
     '{"error": "package URL \'\': does not start with \'pkg:\'", "input": ""}\n'
     '{"type": "gem", "namespace": null, "name": "\\u001b[31m", "version": null, "qualifiers": null, "subpath": null, '
     '"purl": "pkg:gem/%1B%5B31m"}\n', ""),
    (["purl", '{"type": "PyPI", "name": "A_b", "version": null, "qualifiers": {"Z": "1/2", "y": null}}'], "", 0,
     "pkg:pypi/a-b?z=1%2F2\n", ""),
    (["purl", '{"type": "maven", "name": "x"}'], "", 2,
     '{"error": "package URL: no namespace, which this type requires: \'maven\'", '
     '"input": "{\\"type\\": \\"maven\\", \\"name\\": \\"x\\"}"}\n', ""),
    (["purl", '{"type": "npm", "name": 1}'], "", 2,
     '{"error": "package URL: member \'name\' is not a string", "input": "{\\"type\\": \\"npm\\", \\"name\\": 1}"}\n',
     ""),
]


def purl_components(case):
    """A case of the suite as 'util purl' writes components. A slash behind a namespace does not count."""
    parts = {key: case[key] or None for key in ("type", "namespace", "name", "version", "qualifiers", "subpath")}
    return dict(parts, namespace=parts["namespace"] and parts["namespace"].strip("/"))


def purl_suite(tap):
    """The test suite of the specification as packageurl-python ships it (MIT licence, see the file beside it)."""
    with open(os.path.join(ROOT, "src/model/testdata/purl_test_suite.json"), encoding="utf-8") as f:
        cases = json.load(f)
    for case in cases:
        name = f"purl suite: {case['description']}: {case['purl']}"
        got = json.loads(run(PROGRAM, "util", "purl", case["purl"]).stdout)
        if case["is_invalid"]:
            tap.ok("error" in got, name, got)
            continue
        # Since ECMA-427 the slash of a qualifier is encoded.
        before, sep, qualifiers = case["canonical_purl"].partition("?")
        want = dict(purl_components(case), purl=before + sep + qualifiers.replace("/", "%2F"))
        tap.equal(got, want, name)
        tap.equal(json.loads(run(PROGRAM, "util", "purl", want["purl"]).stdout), want, name + ", canonical")
        back = run(PROGRAM, "util", "purl", json.dumps(purl_components(case))).stdout
        tap.equal(back, want["purl"] + "\n", name + ", from components")


def answers_before_it_is_asked_again(tap):
    """A script that asks line by line gets each answer before it writes the next line."""
    with subprocess.Popen([PROGRAM, "util", "vercmp", "deb"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        got = []
        for line in (b"1 2\n", b"2 1\n", b"2 2\n"):
            p.stdin.write(line)
            p.stdin.flush()
            got.append(p.stdout.readline())
        p.stdin.close()
        tap.equal((got, p.wait()), ([b"<\n", b">\n", b"=\n"], 0), "each answer comes before the next question")


def speed(tap):
    """Processor time, as the machine may be busy; sanitizers are given what they need."""
    lines = 200000
    version = "2:12.34.5~rc{}+dfsg-6+deb12u{}"
    text = "".join(f"{version.format(i % 9, i % 11)} {version.format(i % 7, i % 13)}\n" for i in range(lines))
    for scheme in ("deb", "rpm", "apk", "semver"):
        before = os.times()
        out = run(PROGRAM, "util", "vercmp", scheme, input=text).stdout
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        # The issue asks for 100,000 lines a second; 3 s leave room for instrumented builds.
        tap.ok(out.count("\n") == lines and used < 3, f"{scheme}: {lines} lines in less than 3 s", f"{used:.2f} s")


TABLES = (("deb", "debian"), ("rpm", "redhat"), ("apk", "alpine"), ("semver", "semver"), ("pep440", "pypi"),
          ("maven", "maven"), ("gem", "rubygems"), ("composer", "packagist"), ("nuget", "nuget"))


def shared_tables(tap):
    if not shared():
        tap.skip("the shared tables of versions", "no shared data")
        return
    for scheme, name in TABLES:
        with open(os.path.join(shared(), "versions", name + ".txt"), encoding="utf-8") as f:
            rows = [line.split() for line in f if line.strip() and not line.startswith(("#", "//"))]
        out = run(PROGRAM, "util", "vercmp", scheme, input="".join(f"{a} {b}\n" for a, _, b in rows)).stdout.split()
        wrong = [f"{' '.join(row)}: {got}" for row, got in zip(rows, out) if row[1] != got]
        tap.ok(len(out) == len(rows) and not wrong, f"{name}.txt: {len(rows)} rows", *wrong[:10])


def main():
    tap = Tap()
    for args, text, code, out, err in ROWS:
        p = run(PROGRAM, "util", *args, input=text)
        name = "util " + " ".join(args).encode("unicode_escape").decode()[:80]
        tap.equal((p.returncode, p.stdout, p.stderr), (code, out, err), name)
    answers_before_it_is_asked_again(tap)
    full = subprocess.run([PROGRAM, "util", "vercmp", "deb", "1", "2"], stdout=open("/dev/full", "w"), check=False,
                          stderr=subprocess.PIPE)
    tap.equal(full.returncode, 4, "a full disk is told")
    purl_suite(tap)
    speed(tap)
    shared_tables(tap)
    return tap.done()


sys.exit(main())
