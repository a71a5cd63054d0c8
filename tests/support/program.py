# SPDX-License-Identifier: Apache-2.0
"""Runs build/drydock and speaks TAP: for the tests of the whole program."""
import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback

DRYDOCK = os.path.abspath(os.environ.get("DRYDOCK", "build/drydock"))
ROOT = os.environ.get("DRYDOCK_TEST_ROOT", ".")


def shared():
    """The shared test data, or None."""
    path = os.environ.get("DRYDOCK_TEST_SHARED") or os.path.join(ROOT, "..", "shared", "data")
    return path if os.path.isdir(path) else None


class Result:
    def __init__(self, code, out, err, peak):
        self.code, self.out, self.err, self.peak = code, out, err, peak  # peak: bytes of memory, of the largest process


class Place:
    """A private directory with HOME, cache and working directory inside, so that what is written can be seen."""

    def __init__(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="drydock-test-")
        self.path = self.tmp.name
        for name in ("home", "work", "tmp"):
            os.mkdir(os.path.join(self.path, name))
        self.cache = os.path.join(self.path, "cache")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmp.cleanup()

    def at(self, name):
        return os.path.join(self.path, "work", name)

    def run(self, *args, stdin=b"", timeout=120, env=None):
        variables = {"PATH": os.environ["PATH"], "HOME": os.path.join(self.path, "home"), "LANG": "C.UTF-8",
                     "TMPDIR": os.path.join(self.path, "tmp"), "DRYDOCK_CACHE": self.cache, "COLUMNS": "100"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                variables[name] = os.environ[name]
        variables.update(env or {})
        command = [DRYDOCK, *[os.fspath(a) for a in args]]
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.flush()
            # A pipe, as a user's would be: a file could be read in place.
            cat = subprocess.Popen(["cat"], stdin=os.open(f"/proc/self/fd/{given.fileno()}", os.O_RDONLY), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
            # A process starts with the memory peak of the one that started it: that is now what this one has, no longer
            # the most that it ever had (proc_pid_clear_refs(5)).
            with open("/proc/self/clear_refs", "w", encoding="ascii") as f:
                f.write("5")
            p = subprocess.Popen(command, stdin=cat.stdout, stdout=out, stderr=err, env=variables,
                                 cwd=os.path.join(self.path, "work"))
            cat.stdout.close()
            timer = threading.Timer(timeout, p.kill)
            timer.start()
            _, status, usage = os.wait4(p.pid, 0)
            timer.cancel()
            p.returncode = os.waitstatus_to_exitcode(status)
            cat.kill()
            cat.wait()
            out.seek(0)
            err.seek(0)
            assert p.returncode != -9, f"no answer within {timeout} s: {command}"
            return Result(p.returncode, out.read(), err.read(), usage.ru_maxrss * 1024)

    def database(self, *records):
        """A database of OSV records (python values); returns its path."""
        source = self.at("osv")
        os.makedirs(source, exist_ok=True)
        for r in records:
            with open(os.path.join(source, r["id"] + ".json"), "w", encoding="utf-8") as f:
                json.dump(r, f)
        out = self.at("test.db")
        built = self.run("db", "build", "--source", "osv:" + source, "-o", out)
        assert built.code == 0, built.err.decode()
        return out

    def scan(self, db, target, *args, **more):
        """(exit code, report or None, standard error)"""
        r = self.run("scan", "--db", db, "--format", "json", *args, target, **more)
        return r.code, json.loads(r.out) if r.out else None, r.err.decode()


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def case(self, name, check, *args):
        """check(*args) raises AssertionError to fail, returns a text to be skipped with that reason."""
        self.n += 1
        try:
            skipped = check(*args)
        except Exception:  # every failure is the test's, whatever it is
            self.failed += 1
            print(f"not ok {self.n} - {name}")
            for line in traceback.format_exc().splitlines()[-12:]:
                print("# " + line)
        else:
            print(f"ok {self.n} - {name}" + (f" # SKIP {skipped}" if skipped else ""))
        sys.stdout.flush()

    def end(self):
        print(f"1..{self.n}")
        return 1 if self.failed else 0


def packages(report):
    return [(p["name"], p["version"], p["type"], p["layer"]) for p in report["packages"]]


def findings(report):
    return [(f["id"], f["package"]["name"] if f["package"] else None) for f in report["findings"]]
