#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Rust analyzers against cargo: the lock file of a workspace made here, and `cargo metadata`; where cargo-auditable
is there, a program that it builds, and `cargo tree`.

The workspace has path dependencies only, so no registry is needed. Projects that DRYDOCK_TEST_CARGO_PROJECTS names
(separated by colons) are compared, too. Skipped by name without cargo. TAP."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import Tap  # noqa: E402

CRATES = {  # name: (version, what it needs, what only builds it)
    "app": ("0.3.0", ["left", "right"], ["maker"]),
    "left": ("1.2.3-rc.1+meta", ["bottom"], []),
    "right": ("0.0.1", ["bottom"], []),
    "bottom": ("2.0.0", [], []),
    "maker": ("9.9.9", [], []),
}


def workspace(root):
    for name, (version, needs, builders) in CRATES.items():
        os.makedirs(os.path.join(root, name, "src"))
        toml = f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2018"\n'
        for table, names in (("dependencies", needs), ("build-dependencies", builders)):
            toml += f"[{table}]\n" + "".join(f'{n} = {{ path = "../{n}" }}\n' for n in names)
        with open(os.path.join(root, name, "Cargo.toml"), "w") as f:
            f.write(toml)
        main = "fn main() {}\n"
        with open(os.path.join(root, name, "src", "main.rs" if name == "app" else "lib.rs"), "w") as f:
            f.write(main if name == "app" else "")
        if builders:
            with open(os.path.join(root, name, "build.rs"), "w") as f:
                f.write(main)
    return os.path.join(root, "app")


def cargo(project, *args):
    return subprocess.run(["cargo", *args], cwd=project, check=True, capture_output=True, text=True).stdout


def found(path, file):
    return [r for kind, r in analyze([(path, file)]) if kind == "package"]


def pairs(records):
    return sorted((r["name"].decode(), r["version"].decode()) for r in records)


def lock(t, project, name, *more):
    meta = json.loads(cargo(project, "metadata", "--format-version", "1", *more))
    want = sorted((p["name"], p["version"]) for p in meta["packages"])
    records = found("app/Cargo.lock", os.path.join(meta["workspace_root"], "Cargo.lock"))
    t.equal(pairs(records), want, name + ": Cargo.lock")
    ids = {p["id"]: p["name"] + "@" + p["version"] for p in meta["packages"]}
    edges = sorted((ids[n["id"]], sorted({ids[d["pkg"]] for d in n["deps"]})) for n in meta["resolve"]["nodes"])
    got = sorted((r["name"].decode() + "@" + r["version"].decode(), sorted(r.get("depends", b"").decode().split()))
                 for r in records)
    t.equal(got, edges, name + ": what needs what")


def program(t, project):
    if not shutil.which("cargo-auditable"):
        t.skip("a program", "no cargo-auditable")
        return
    cargo(project, "auditable", "build", "-q", "--offline")
    records = found("app", os.path.join(project, "target", "debug", "app"))
    want = sorted((n, v) for n, (v, _, _) in CRATES.items())
    t.equal(pairs(records), want, "a program of cargo-auditable")
    t.equal([r["name"] for r in records if "dev" in r], [b"maker"], "what only built it")


def main():
    t = Tap()
    if not shutil.which("cargo"):
        t.skip("Cargo.lock", "no cargo")
        return t.done()
    with tempfile.TemporaryDirectory() as root:
        project = workspace(root)
        lock(t, project, "a workspace", "--offline")
        program(t, project)
    for project in filter(None, os.environ.get("DRYDOCK_TEST_CARGO_PROJECTS", "").split(":")):
        lock(t, project, os.path.basename(project))
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
