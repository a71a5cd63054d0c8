# SPDX-License-Identifier: Apache-2.0
"""TAP for test scripts in Python, and where things are. A script ends with `sys.exit(tap.done())`."""
import os
import subprocess
import sys

ROOT = os.environ.get("DRYDOCK_TEST_ROOT") or os.path.normpath(os.path.join(os.path.dirname(__file__), "..", ".."))
PROGRAM = os.environ.get("DRYDOCK") or os.path.join(ROOT, os.environ.get("BUILD") or "build", "drydock")


def shared():
    """The shared data directory, None where there is none (as dd_test_shared() of the C harness)."""
    path = os.environ.get("DRYDOCK_TEST_SHARED") or os.path.join(ROOT, "..", "shared", "data")
    return path if os.path.isdir(path) else None


def run(*command, **more):
    """Runs a command; its output as text. Bytes that are no UTF-8 stay visible, as escapes."""
    return subprocess.run([str(c) for c in command], capture_output=True, encoding="utf-8", errors="backslashreplace",
                          check=False, **more)


class Tap:
    def __init__(self):
        self.count = self.bad = 0

    def ok(self, good, name, *notes):
        """One test line; the notes are shown when it failed. Returns good."""
        self.count += 1
        if not good:
            self.bad += 1
            for note in notes:
                for line in str(note).splitlines() or [""]:
                    print(f"# {line}")
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)
        return bool(good)

    def equal(self, got, want, name):
        return self.ok(got == want, name, f"got  {got!r}", f"want {want!r}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)

    def done(self):
        print(f"1..{self.count}")
        sys.stdout.flush()
        return 1 if self.bad or not self.count else 0
