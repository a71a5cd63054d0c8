#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the examples in the documents and compares what they print: docs_examples.py [--update] [FILE.md…].

An example is a code block marked `console`: a line "$ command" and below it what the command prints. A line "..." stands
for any lines. "$ echo $?" asks for the exit status of the command before. Commands run in a folder of their own that
holds the leaky images (leaky-debian.tar, leaky-debian.oci/ …) and starter.db, with DRYDOCK_DB set to it, at 80 columns,
without colour, on a fixed day. --update writes into the documents what is printed now. Prints TAP.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

from support.tap import PROGRAM, ROOT, Tap, run

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DAY = "1795219200"  # 2026-11-21 00:00:00 UTC, the day of the starter set
WHERE = ("README.md", "docs", "examples", "data", "CONTRIBUTING.md", "SECURITY.md")


def documents():
    out = run("git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "*.md")
    return [n for n in out.stdout.split() if n.startswith(WHERE)]


def set_up(folder):
    """The files that examples speak of."""
    made = run(os.path.join(ROOT, "examples", "leaky-image", "build"), folder)
    starter = os.path.join(ROOT, "data", "starter")
    sources = [f"starter:{starter}/advisories", f"kev:{starter}/kev.json", f"eol:{starter}/eol"]
    command = [PROGRAM, "db", "build", "-o", os.path.join(folder, "starter.db")]
    for source in sources:
        command += ["--source", source]
    built = run(*command)
    return made.returncode == 0 and built.returncode == 0, made.stderr + built.stdout + built.stderr


def environment(folder):
    return {"PATH": os.path.dirname(PROGRAM) + ":/usr/bin:/bin", "HOME": folder, "COLUMNS": "80", "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": DAY, "DRYDOCK_DB": "starter.db",
            "DRYDOCK_CACHE": os.path.join(folder, "cache")}


def examples(block):
    """(command, what it prints) of one block."""
    command, shown = None, []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line)
    if command is not None:
        yield command, shown


def matches(shown, printed):
    """Does the printed text have the form that is shown, "..." standing for any lines?"""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def execute(command, folder, status):
    if command == "echo $?":
        return [str(status)], status
    done = subprocess.run(["/bin/sh", "-c", command], cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    text = done.stdout.decode("utf-8", "backslashreplace")
    return [line.rstrip() for line in text.splitlines()], done.returncode


def is_ours(command):
    return command.split()[0] in ("drydock", "echo")


def with_ellipses(shown, printed):
    """What to write for a changed output: one that was shortened in the middle keeps as many lines before and after."""
    gaps = [i for i, line in enumerate(shown) if line.strip() == "..."]
    if not gaps:
        return printed
    before, after = gaps[0], len(shown) - gaps[-1] - 1
    if before + after >= len(printed):
        return printed
    return printed[:before] + ["..."] + printed[len(printed) - after:]


def run_block(tap, name, block, folder, update):
    """Checks one block; returns its text, renewed when update is set."""
    out, status = [], 0
    for command, shown in examples(block):
        while shown and not shown[-1].strip():
            shown.pop()
        if is_ours(command):
            printed, status = execute(command, folder, status)
            while printed and not printed[-1]:
                printed.pop()
            good = matches(shown, printed)
            if update and not good:
                shown = with_ellipses(shown, printed)
            else:
                tap.ok(good, f"{name}: {command}", *difflib.unified_diff(shown, printed, "shown", "printed", lineterm=""))
        out += ["$ " + command, *shown]
    return "\n".join(out) + "\n"


def main(argv):
    tap = Tap()
    update = "--update" in argv
    names = [a for a in argv if a != "--update"] or documents()
    with tempfile.TemporaryDirectory() as folder:
        good, text = set_up(folder)
        tap.ok(good, "the images and the database of the examples are made", text)
        for name in names:
            path = os.path.join(ROOT, name)
            with open(path, encoding="utf-8") as f:
                old = f.read()
            new = BLOCK.sub(lambda m: "```console\n" + run_block(tap, name, m.group(1), folder, update) + "```", old)
            if update and new != old:
                with open(path, "w", encoding="utf-8") as f:
                    f.write(new)
                print(f"# {name} was renewed")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
