#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The tar reader against Go's archive/tar, which container runtimes unpack with: an archive must not show a scanner other
files than it gives a container. Thousands of archives with a few bytes, blocks or records changed (and checksums made
right again): where Go reads an entry, list-tar must give the same one, or refuse the rest of the archive."""
import glob
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

LIST_TAR = os.environ["LIST_TAR"]
CORPUS = os.path.join(os.environ["DRYDOCK_TEST_ROOT"], "src/format/corpus/tar/*")
ARCHIVES = int(os.environ.get("TAR_ARCHIVES", "800"))
BLOCK = 512
CONTENT_MAX = 16 << 20

# Prints, for each file named, one JSON array an entry in list-tar's order, then "end" or "error".
GO = r"""
package main

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
)

func text(s string) string {
	out := "\""
	for i := 0; i < len(s); i++ {
		out += fmt.Sprintf("\\u%04x", s[i])
	}
	return out + "\""
}

func list(path string, out *bufio.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == 'g' {
			continue
		}
		sum := sha256.New()
		n, err := io.Copy(sum, io.LimitReader(r, 1<<24))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "[%d, %s, %s, %d, %d, %d, %d, %d, \"sha256:%x\"]\n", h.Typeflag, text(h.Name), text(h.Linkname),
			h.Mode&07777, uint32(h.Uid), uint32(h.Gid), n, h.ModTime.Unix(), sum.Sum(nil))
	}
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, path := range os.Args[1:] {
		if list(path, out) == nil {
			fmt.Fprintln(out, "\"end\"")
		} else {
			fmt.Fprintln(out, "\"error\"")
		}
	}
}
"""

# Go's typeflag to list-tar's type; every other one is "other".
TYPES = {"0": "file", "1": "hardlink", "2": "symlink", "3": "char", "4": "block", "5": "dir", "6": "fifo", "7": "file",
         "S": "file", "D": "dir"}
BYTES = [bytes([c]) for c in b"\0\x80\xff01278 /=\nx5SLKgX,"]
FIELDS = [(156, 1), (124, 12), (100, 8), (108, 8), (136, 12), (257, 8), (345, 30), (0, 100), (157, 30), (329, 16),
          (386, 96), (482, 13), (508, 4)]


def correct_checksums(archive, rng):
    for at in range(0, len(archive) - BLOCK + 1, BLOCK):
        block = archive[at: at + BLOCK]
        total = sum(block[:148]) + sum(block[156:]) + 8 * 32
        if total != 8 * 32 and rng.random() < 0.98:
            archive[at + 148: at + 156] = b"%06o\0 " % total


def mutate(seed, seeds, rng):
    a = bytearray(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if len(a) < BLOCK:
            break
        at = rng.randrange(len(a) // BLOCK) * BLOCK
        what = rng.random()
        if what < 0.4:
            start, n = rng.choice(FIELDS)
            a[at + start + rng.randrange(n)] = rng.choice(BYTES)[0]
        elif what < 0.6:
            a[rng.randrange(len(a))] = rng.choice(BYTES)[0]
        elif what < 0.7:
            source = rng.randrange(len(a) // BLOCK) * BLOCK
            a[at:at] = a[source: source + BLOCK * rng.choice((1, 2))]
        elif what < 0.8:
            del a[at: at + BLOCK * rng.choice((1, 2))]
        elif what < 0.95:
            a[at:at] = rng.choice(seeds)[: BLOCK * rng.randrange(1, 6)]
        else:
            del a[rng.randrange(len(a)):]
    correct_checksums(a, rng)
    return bytes(a)


def own_entries(path):
    done = subprocess.run([LIST_TAR, path], capture_output=True, text=True, check=False)
    entries = [json.loads(line) for line in done.stdout.splitlines() if line.endswith("]")]
    return entries, done.returncode == 0


def in_go_words(own):
    kind, path, link, mode, uid, gid, size, mtime, digest = (own[i] for i in (0, 1, 2, 3, 4, 5, 6, 7, 10))
    return [kind, path, link, mode, uid & 0xFFFFFFFF, gid & 0xFFFFFFFF, min(size, CONTENT_MAX), mtime, digest]


def normal(entry):
    """Go gives a link target to every type, and content to a dump directory."""
    kind = TYPES.get(chr(entry[0]), "other")
    link = entry[2] if kind in ("hardlink", "symlink") else ""
    size = entry[6] if kind in ("file", "other") else 0
    return [kind, entry[1], link, *entry[3:6], size, entry[7], entry[8] if kind == "file" else ""]


def compare(go_lines, path):
    """What is wrong, or None; and whether the whole archive was read."""
    own, whole = own_entries(path)
    for i, line in enumerate(go_lines):
        if line in ("end", "error"):
            # more entries than Go read are no face that a container would see
            return (None if line == "error" or len(own) == i else f"entry {i}: got {own[i]}, Go has the end"), whole
        if i >= len(own):
            return (f"got the end, Go has {normal(line)}" if whole else None), False
        if in_go_words(own[i]) != normal(line):
            return f"entry {i}: got {in_go_words(own[i])}, Go has {normal(line)}", whole
    return "Go ended without a word", whole


def run_go(root, paths):
    with open(os.path.join(root, "main.go"), "w", encoding="ascii") as f:
        f.write(GO)
    env = dict(os.environ, GO111MODULE="off", GOTOOLCHAIN="local", GOFLAGS="", GOPROXY="off")
    subprocess.run(["go", "build", "-o", "list", "main.go"], cwd=root, env=env, check=True)
    lines = subprocess.run([os.path.join(root, "list"), *paths], capture_output=True, text=True, check=True).stdout
    result = [[]]
    for line in lines.splitlines():
        result[-1].append(json.loads(line))
        if line.startswith('"'):
            result.append([])
    return result[:-1]


def main():
    if not shutil.which("go"):
        print("1..0 # SKIP no Go compiler")
        return 0
    print("1..2")
    rng = random.Random(1)
    seeds = []
    for name in sorted(glob.glob(CORPUS)):
        with open(name, "rb") as f:
            seeds.append(f.read()[1:])
    wrong = both = 0
    with tempfile.TemporaryDirectory() as root:
        paths = []
        for i in range(ARCHIVES):
            paths.append(os.path.join(root, f"{i}.tar"))
            with open(paths[-1], "wb") as f:
                f.write(seeds[i] if i < len(seeds) else mutate(rng.choice(seeds), seeds, rng))
        for path, lines in zip(paths, run_go(root, paths)):
            complaint, whole = compare(lines, path)
            both += whole and lines[-1] == "end"
            if complaint:
                wrong += 1
                print(f"# archive {os.path.basename(path)}: {complaint}"[:500])
    print(f"{'not ok' if wrong else 'ok'} 1 - {ARCHIVES} archives show the same entries")
    enough = both > ARCHIVES // 5
    print(f"# {both} were read to the end by both")
    print(f"{'ok' if enough else 'not ok'} 2 - enough of them are readable")
    return 1 if wrong or not enough else 0


if __name__ == "__main__":
    sys.exit(main())
