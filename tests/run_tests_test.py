#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tools/run-tests must count what happened and nothing else: made-up logs and the closing line and status they need."""
import json
import os
import sys
import tempfile

from support.tap import ROOT, Tap, run

TOOL = os.path.join(ROOT, "tools", "run-tests")


def record(name, stdout="", result="OK", returncode=0):
    return {"name": name, "stdout": stdout, "result": result, "returncode": returncode, "duration": 0.1}


# name, records, exit status, last line, a line that must be printed (or None)
CASES = [
    ("subtests count one by one", [record("unit", "1..3\nok 1 - a\nok 2 - b\nok 3 - c\n")], 0, "3 passed, 0 failed", None),
    ("a failed subtest is named", [record("unit", "1..2\n# why\nnot ok 1 - f.c:a\nok 2 - b\n", "FAIL", 1)], 1,
     "1 passed, 1 failed", "      again: make test T=f.c:a"),
    ("its reason is shown", [record("x", "1..1\n# got 3, want 4\nnot ok 1 - a\n", "FAIL", 1)], 1, "0 passed, 1 failed",
     "      got 3, want 4"),
    ("a reason that follows is shown too", [record("x", "1..2\nnot ok 1 - a\n# Traceback:\n#   x.py\nok 2 - b\n# c\n", "FAIL", 1)],
     1, "1 passed, 1 failed", "       Traceback:"),
    ("skips are named", [record("p", "1..2\nok 1 - podman # SKIP no podman\nok 2 - b\n")], 0,
     "1 passed, 0 failed, 1 skipped", "  p: podman: no podman"),
    ("a whole skipped test", [record("p", "1..0 # SKIP no engine\n", "SKIP"), record("q")], 0,
     "1 passed, 0 failed, 1 skipped", "  p: no engine"),
    ("a plan that is not kept fails", [record("u", "1..3\nok 1 - a\n", "ERROR", -11)], 1, "1 passed, 1 failed",
     "      ended after 1 of its tests (error, exit status -11)"),
    ("a crash after the last line fails", [record("u", "1..1\nok 1 - a\n", "FAIL", 134)], 1, "1 passed, 1 failed", None),
    ("bail out", [record("u", "1..2\nBail out! no memory\n", "ERROR", 1)], 1, "0 passed, 1 failed", None),
    ("timeout", [record("slow", "", "TIMEOUT", -15)], 1, "0 passed, 1 failed", "      timeout, exit status -15"),
    ("not TAP, passed", [record("plain", "hello\n")], 0, "1 passed, 0 failed", None),
    ("not TAP, skipped with 77", [record("plain", "no tool\n", "SKIP", 77), record("q")], 0,
     "1 passed, 0 failed, 1 skipped", "  plain: no tool"),
    ("names lose the suite", [record("fuzz / drydock:corpus-tar", "", "FAIL", 1)], 1, "0 passed, 1 failed", "  corpus-tar"),
    ("todo is no failure", [record("u", "1..2\nnot ok 1 - a # TODO later\nok 2 - b\n")], 0, "2 passed, 0 failed", None),
    ("a hash in a name is no directive", [record("u", "1..1\nok 1 - file #3 skipped\n")], 0, "1 passed, 0 failed", None),
    ("nothing run is no success", [], 1, "0 passed, 0 failed", None),
    ("only skips are no success", [record("p", "1..0 # SKIP x\n", "SKIP")], 1, "0 passed, 0 failed, 1 skipped", None),
]


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.json")
        for name, records, status, last, line in CASES:
            with open(log, "w", encoding="utf-8") as f:
                f.writelines(json.dumps(r) + "\n" for r in records)
            done = run(TOOL, "--summarize", log)
            printed = done.stdout.splitlines()
            good = done.returncode == status and printed[-1:] == [last] and (line is None or line in printed)
            tap.ok(good, name, f"exit status {done.returncode}, printed:", done.stdout + done.stderr)
        done = run(TOOL, "--summarize", log + ".none")
        tap.equal((done.returncode, done.stdout.splitlines()[-1:]), (1, ["0 passed, 1 failed"]), "no log at all fails")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
