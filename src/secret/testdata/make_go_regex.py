#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes go_regex.tsv: patterns, texts, and where Go's regexp finds the first match ("-": nowhere, "!": no pattern). Needs Go.

The texts are ASCII: beyond it Go reads characters and drydock bytes."""
import os
import random
import subprocess
import tempfile

PROGRAM = """package main
import ("bufio"; "fmt"; "os"; "regexp"; "strings")
func main() {
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		a := strings.SplitN(s.Text(), "\\t", 2)
		if r, err := regexp.Compile(a[0]); err != nil { fmt.Println("!")
		} else if m := r.FindStringIndex(a[1]); m == nil { fmt.Println("-")
		} else { fmt.Printf("%d-%d\\n", m[0], m[1]) }
	}
}
"""
ATOMS = r"""a b c A . \d \w \s \S \D \W [ab] [^a] [a-c] [[:alpha:]] [^[:digit:]] \b \B ^ $ \A \z \. \Qa.b\E \x41 \x{42} \n \pL [\d_-]
[]a] [a-] \101 { {,2} - [\w.-] [\S] [^\W_] \v \_ \/ # [[:^space:]b] \PN [\x{e0}-\x{ff}a]""".split()
REPEATS = "* + ? *? +? ?? {2} {1,2} {1,} {0,2}? {2}?".split()
GROUPS = "( (?: (?i) (?i: (?s: (?m: (?P<n> (?<m> (?-i: (?U) (?U: (?im-s: (?s) (?m)".split()
BAD = r"(?= \1 * ( [ \Z (?# ) a** \C (?x) (?<= a*+ (?> a{1001} [z-a] [[:x:]]".split()
CHARS = "aabbccABC019_-. .{}#/\v\f"


def pattern(r, depth=0):
    out = ""
    for _ in range(r.randint(1, 4)):
        kind = r.random()
        if kind < .2 and depth < 3:
            group = r.choice(GROUPS)
            out += group if group.endswith(")") else group + pattern(r, depth + 1) + ")" + r.choice(REPEATS + [""] * 20)
        elif kind < .27:
            out += "|"
        elif kind < .3:
            out += r.choice(BAD)
        else:
            out += r.choice(ATOMS) + r.choice(REPEATS + [""] * 20)
    return out


def main():
    r = random.Random(5)
    rows = [f"{pattern(r)}\t{''.join(r.choice(CHARS) for _ in range(r.randint(0, 12)))}" for _ in range(600)]
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "main.go"), "w", encoding="ascii") as f:
            f.write(PROGRAM)
        found = subprocess.run(["go", "run", os.path.join(d, "main.go")], input="\n".join(rows) + "\n", text=True, check=True,
                               capture_output=True).stdout.split()
    with open(os.path.join(os.path.dirname(__file__), "go_regex.tsv"), "w", encoding="ascii") as f:
        f.writelines(f"{want}\t{row}\n" for want, row in zip(found, rows, strict=True))


if __name__ == "__main__":
    main()
