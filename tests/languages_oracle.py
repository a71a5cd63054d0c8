#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares 'drydock util vercmp' with the package managers of languages: languages_oracle.py

Each oracle is a few lines in the manager's own language that read pairs and print <, = or >, and ! for what is no version
there. Pairs come from a fixed seed: random versions, and versions that differ in one place. Where drydock takes more texts
than the manager, or decides otherwise on purpose (the file of the order says so), the pair is left out. TAP."""
import glob
import os
import random
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import PROGRAM, Tap, run  # noqa: E402

PAIRS = 8000

PACKAGING = """
import sys
try:
    from packaging.version import Version
except ImportError:
    from pip._vendor.packaging.version import Version
def version(text):
    try:
        return Version(text)
    except ValueError:
        return None
for line in sys.stdin:
    a, b = map(version, line.split())
    print("!" if a is None or b is None else "<" if a < b else ">" if a > b else "=")
"""
GEM = """
while line = gets
  a, b = line.split
  begin
    c = Gem::Version.new(a) <=> Gem::Version.new(b)
    puts c < 0 ? "<" : c > 0 ? ">" : "="
  rescue ArgumentError
    puts "!"
  end
end
"""
PHP = """
while (($line = fgets(STDIN)) !== false) {
    [$a, $b] = explode(" ", trim($line));
    $c = version_compare($a, $b);
    echo $c < 0 ? "<" : ($c > 0 ? ">" : "="), "\\n";
}
"""
SEMVER = """
const semver = require(process.argv[1]);
for (const line of require("fs").readFileSync(0, "utf8").trim().split("\\n")) {
  const [a, b] = line.split(" ");
  console.log(semver.valid(a) && semver.valid(b) ? "<=>"[semver.compare(a, b) + 1] : "!");
}
"""
GO = """
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"

	"oracle/semver"
)

func main() {
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		p := strings.Fields(s.Text())
		valid, compare := semver.IsValid, semver.Compare
		if strings.HasPrefix(p[0], "go") {
			valid, compare = version.IsValid, version.Compare
		}
		if valid(p[0]) && valid(p[1]) {
			fmt.Println([]string{"<", "=", ">"}[compare(p[0], p[1])+1])
		} else {
			fmt.Println("!")
		}
	}
}
"""
ALPM = """
import ctypes, ctypes.util, sys
alpm = ctypes.CDLL(ctypes.util.find_library("alpm"))
alpm.alpm_pkg_vercmp.argtypes = [ctypes.c_char_p] * 2
for line in sys.stdin.buffer:
    c = alpm.alpm_pkg_vercmp(*line.split())
    print("<" if c < 0 else ">" if c > 0 else "=")
"""
PORTAGE = """
import sys
from portage.versions import vercmp, ververify
for line in sys.stdin:
    a, b = line.split()
    c = vercmp(a, b) if ververify(a) and ververify(b) else None
    print("!" if c is None else "<" if c < 0 else ">" if c > 0 else "=")
"""
PERL = r"""
use version;
while (<STDIN>) {
    my ($x, $y) = split;
    my $c = eval { version->parse($x) <=> version->parse($y) };
    print defined $c ? ("<", "=", ">")[$c + 1] : "!", "\n";
}
"""
R = """
for (line in readLines(file("stdin"))) {
    p <- strsplit(line, " ")[[1]]
    cat(c("<", "=", ">")[utils::compareVersion(p[1], p[2]) + 2], "\\n")
}
"""


def generated(scheme, pieces, n=PAIRS, start="0123"):
    """Pairs: a random text of pieces, and a neighbour of it or another one."""
    rng = random.Random(scheme)

    def text():
        return rng.choice(start) + "".join(rng.choice(pieces) for _ in range(rng.randint(0, 6)))

    pairs = []
    for _ in range(n):
        a = text()
        at = rng.randint(1, len(a))
        b = text() if rng.random() < 0.3 else a[:at] + rng.choice(pieces) + a[at + rng.randint(0, 1):]
        pairs.append((a, b))
    return pairs


def lines(pairs):
    return "".join(f"{a} {b}\n" for a, b in pairs)


def compare(tap, name, scheme, pairs, theirs, strict=False):
    """One test line: the answers of the oracle and ours are the same. strict: and so is what is refused."""
    got = run(PROGRAM, "util", "vercmp", scheme, input=lines(pairs)).stdout.split()
    wrong = [f"{a} {b}: oracle {t}, drydock {o}" for (a, b), t, o in zip(pairs, theirs, got)
             if (t != "!" and o != t) or (strict and t == "!" and o != "?")]
    asked = sum(t != "!" for t in theirs)
    full = len(got) == len(theirs) == len(pairs) and asked > len(pairs) // 20
    tap.ok(full and not wrong, f"{name}: {asked} pairs", *wrong[:10], f"answers: {len(theirs)} {len(got)}")


def ask(tap, name, scheme, pairs, *command, strict=False):
    """The oracle is a command that answers line by line; one that does not run at all is not there."""
    if not shutil.which(command[0]) or run(*command, input="1 2\n").stdout.split() not in (["<"], ["!"]):
        tap.skip(name, f"no {command[0]} with what it takes")
        return
    compare(tap, name, scheme, pairs, run(*command, input=lines(pairs)).stdout.split(), strict)


def pypi(tap):
    pieces = "0 1 2 10 01 . . . - _ a b rc alpha c pre post rev r dev .dev1 .post2 -1 ! 1! + +l +l.1 A".split()
    ask(tap, "pep440 as packaging", "pep440", generated("pep440", pieces), sys.executable, "-c", PACKAGING)


def gem(tap):
    pieces = "0 1 2 10 01 00 . . . . a b rc pre beta A - .0 .0 x1".split()
    ask(tap, "gem as Gem::Version", "gem", generated("gem", pieces), "ruby", "-W0", "-e", GEM, strict=False)


def php(tap):
    """Texts that end in a separator are none for Composer; there the functions differ."""
    pieces = "0 1 2 10 01 . . . - _ a b rc RC alpha beta p pl dev patch foo p1 -dev".split()
    pairs = [(a, b) for a, b in generated("composer", pieces) if a[-1].isalnum() and b[-1].isalnum()]
    ask(tap, "composer as version_compare()", "composer", pairs, "php", "-r", PHP)


def semver(tap):
    root = run("npm", "root", "-g").stdout.strip() if shutil.which("npm") else ""
    path = os.path.join(root, "npm", "node_modules", "semver")
    if not root or not os.path.isdir(path):
        tap.skip("semver as node-semver", "no npm with its semver")
        return
    pieces = ["0", "1", "2", "10", ".", "-a", "-0", "-rc.1", "+b", "+1.2", "-x.7.z", "beta"]
    rng = random.Random("semver")
    pairs = [(f"{rng.choice('012')}.{rng.choice('01')}.{a}", f"{rng.choice('012')}.{rng.choice('01')}.{b}")
             for a, b in generated("semver", pieces)]
    ask(tap, "semver as node-semver", "semver", pairs, "node", "-e", SEMVER, path)


def golang(tap):
    source = run("go", "env", "GOROOT").stdout.strip() if shutil.which("go") else ""
    source = os.path.join(source, "src/cmd/vendor/golang.org/x/mod/semver/semver.go")
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "oracle")
        if os.path.exists(source):
            os.mkdir(os.path.join(folder, "semver"))
            shutil.copy(source, os.path.join(folder, "semver"))
            for name, text in (("main.go", GO), ("go.mod", "module oracle\n\ngo 1.22\n")):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write(text)
            run("go", "build", "-o", program, ".", cwd=folder, env=dict(os.environ, GOFLAGS="-mod=mod", GOTOOLCHAIN="local"))
        if not os.path.exists(program):
            tap.skip("golang as golang.org/x/mod/semver and go/version", "no Go of 1.22 or later")
            return
        rng = random.Random("golang")
        pieces = ["0", "1", "10", "-rc.1", "-0", "-a.b", "+incompatible", "-0.20200101000000-abcdefabcdef"]
        pairs = [(f"v{rng.choice('012')}.{rng.choice('01')}.{a}", f"v{rng.choice('012')}.{rng.choice('01')}.{b}")
                 for a, b in generated("golang", pieces, 5000)]

        def toolchain():
            return ("go1." + rng.choice(["4", "18", "20", "21", "21", "22", "100"]) +
                    rng.choice(["", ".0", ".1", ".10", "rc1", "rc2", "rc10", "beta1"]) + rng.choice(["", "", "-fips"]))

        pairs += [(toolchain(), toolchain()) for _ in range(3000)]
        ask(tap, "golang as golang.org/x/mod/semver and go/version", "golang", pairs, program)


def maven(tap):
    """One virtual machine for a chain of versions, each compared with the next one. "-ga-1" is documented otherwise."""
    jars = glob.glob(os.path.expanduser("~/.m2/repository/org/apache/maven/maven-artifact/3.9*/maven-artifact-3.9*[0-9].jar"))
    jars += glob.glob("/usr/share/maven/lib/maven-artifact-*.jar")
    command = ("java", "-cp", jars[0] if jars else "", "org.apache.maven.artifact.versioning.ComparableVersion")
    if not jars or not shutil.which("java") or "1.0.X1 < 1.0-X2" not in run(*command, "1.0.X1", "1.0-X2").stdout:
        tap.skip("maven as ComparableVersion", "no maven-artifact of 3.9")
        return
    pieces = ("0 1 2 10 01 00 007 12345678901 123456789012345678901 . . . - - a b m a1 alpha beta rc cr RC snapshot "
              "SNAPSHOT sp foo x Z .0 -0 -1 _ +").split()
    chain = [v for pair in generated("maven", pieces, 4000) for v in pair]
    answers = [line.split() for line in run(*command, *chain).stdout.splitlines() if line.startswith("   ")]
    compare(tap, "maven as ComparableVersion", "maven", list(zip(chain, chain[1:])),
            [words[1].replace("==", "=") for words in answers])


def alpm(tap):
    """Without texts that end in separators, which pacman does not put in an order, and without odd epochs."""
    pieces = "0 1 2 10 01 . . . - _ a b rc alpha + -1 -2 .. git".split()
    pairs = [(a, b) for a, b in generated("alpm", pieces)
             if all(part[-1:].isalnum() for v in (a, b) for part in v.rsplit("-", 1))]
    ask(tap, "alpm as libalpm", "alpm", pairs, sys.executable, "-c", ALPM)


def gentoo(tap):
    pieces = "0 1 2 10 01 010 . . . .1 .01 a b _p _p1 _rc _rc2 _alpha _beta1 _pre -r1 -r0 -r10".split()
    ask(tap, "gentoo as portage", "gentoo", generated("gentoo", pieces), sys.executable, "-c", PORTAGE, strict=True)


def cran(tap):
    rng = random.Random("cran")

    def version():
        return "".join(rng.choice(["0", "1", "9", "10", "01"]) + rng.choice(".-") for _ in range(rng.randint(1, 4)))[:-1]

    pairs = [(version(), version()) for _ in range(2000)]
    ask(tap, "cran as compareVersion()", "cran", pairs, "Rscript", "-e", R)


def cpan(tap):
    """version.pm has no numbers beyond 2^31."""
    pairs = generated("cpan", ["0", "1", "2", "10", "001", ".", ".", "002", "_1"], start=["0", "1", "5", "v1", "v0"])
    ask(tap, "cpan as version.pm", "cpan", [p for p in pairs if not re.search(r"[\d_]{9}", " ".join(p))], "perl", "-e", PERL)


def main():
    tap = Tap()
    for oracle in (pypi, gem, php, semver, golang, maven, alpm, gentoo, cran, cpan):
        oracle(tap)
    return tap.done()


sys.exit(main())
