#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JavaScript packages against the managers themselves: a project is installed by npm (and by yarn, pnpm and bun where
they are programs of this machine), and `drydock sbom` of the directory must list exactly what `npm ls --all` lists.

Without npm, or a registry that it reaches, the tests are skipped by name. TAP."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import PROGRAM, ROOT, Tap, run  # noqa: E402

PROJECT = os.path.join(ROOT, "src/analyze/npm/testdata/project")
# Beside the committed project: packages that bundle others, that ship samples of package.json, nested versions.
MORE = {"resolve": "1.22.8", "semver": "5.7.2", "npm-packlist": "8.0.0", "brace-expansion": "2.0.1",
        "minimatch": "3.1.2", "unbox-primitive": "1.0.2"}


class Unreachable(Exception):
    pass


def npm(directory, *args):
    """npm's output; its settings of this machine count, as the registry may be a mirror."""
    env = dict(os.environ, npm_config_audit="false", npm_config_fund="false", npm_config_update_notifier="false",
               npm_config_fetch_retries="0", npm_config_fetch_timeout="20000")
    return subprocess.run(["npm", *args], cwd=directory, env=env, capture_output=True, text=True, check=False,
                          timeout=120)


def listed(tree, found):
    """name@version of npm's tree; what comes from directories (resolved file:) is no package of the registry."""
    for name, node in tree.get("dependencies", {}).items():
        resolved = node.get("resolved", "")
        if "version" in node and not resolved.startswith("file:"):
            found.add((node.get("name", name), node["version"]))
        listed(node, found)
    return found


def sbom(directory, cache):
    """name@version → evidence of all npm packages, and the exit code."""
    done = run(PROGRAM, "sbom", "--quiet", "--cache", cache, "dir:" + directory)
    found = {}
    for component in json.loads(done.stdout)["components"] if done.stdout else []:
        purl = component.get("purl", "")
        if not purl.startswith("pkg:npm/"):
            continue
        name, version = urllib.parse.unquote(purl[8:].split("?")[0]).rsplit("@", 1)
        evidence = [p["value"] for p in component["properties"] if p["name"] == "drydock:evidence"]
        found[name, version] = evidence[0] if evidence else ""
    return found, done.returncode


def fresh(place, name, more):
    """A copy of the project, with more dependencies."""
    root = os.path.join(place, name)
    app = os.path.join(root, "srv", "app")
    shutil.copytree(PROJECT, app)
    path = os.path.join(app, "package.json")
    with open(path, encoding="utf-8") as f:
        package = json.load(f)
    package["dependencies"].update(more)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(package, f)
    return root, app


def aliases(app, found):
    """npm ls names an alias by its directory: the real names are in the hidden lock file."""
    with open(os.path.join(app, "node_modules/.package-lock.json"), encoding="utf-8") as f:
        packages = json.load(f)["packages"]
    real = {path.rsplit("node_modules/", 1)[1]: entry["name"] for path, entry in packages.items()
            if "name" in entry and "node_modules/" in path}
    return {(real.get(name, name), version) for name, version in found}


def check_npm(tap, place):
    root, app = fresh(place, "npm", MORE)
    done = npm(app, "install")
    if done.returncode:
        raise Unreachable("npm cannot install: " + (done.stderr.strip().splitlines() or ["?"])[-1][:100])
    want = aliases(app, listed(json.loads(npm(app, "ls", "--all", "--json").stdout), set()))
    cache = os.path.join(place, "cache")
    got, code = sbom(root, cache)
    tap.equal(code, 0, "everything is read")
    installed = {key for key, evidence in got.items() if evidence == "installed"}
    tap.equal(sorted(installed), sorted(want), f"installed packages are those of npm ls ({len(want)})")
    tap.equal(sorted(set(got) - installed), [("fsevents", "2.3.2")],
              "only locked is what npm does not install on this system")
    os.unlink(os.path.join(app, "node_modules/.package-lock.json"))
    alone, _ = sbom(root, cache)
    tap.equal(sorted(k for k, e in alone.items() if e == "installed"), sorted(want),
              "package.json files alone say the same")
    shutil.rmtree(os.path.join(app, "node_modules"))
    shutil.rmtree(os.path.join(app, "local", "node_modules"), ignore_errors=True)
    shutil.rmtree(os.path.join(app, "packages", "w", "node_modules"), ignore_errors=True)
    locked, _ = sbom(root, cache)
    tap.equal(sorted(locked), sorted(want | {("fsevents", "2.3.2")}), "the lock file alone says the same")


def check_global(tap, place):
    """npm install --global, as images do it."""
    root = os.path.join(place, "global")
    done = npm(place, "install", "--global", "--prefix", os.path.join(root, "usr", "local"), "@sindresorhus/is@4.6.0",
               "debug@4.3.4")
    if done.returncode:
        raise Unreachable("npm cannot install")
    got, _ = sbom(root, os.path.join(place, "cache"))
    tap.equal(sorted(got), [("@sindresorhus/is", "4.6.0"), ("debug", "4.3.4"), ("ms", "2.1.2")],
              "globally installed packages")


OTHERS = {"yarn": ["install", "--ignore-scripts"], "pnpm": ["install", "--ignore-scripts", "--no-frozen-lockfile"],
          "bun": ["install", "--ignore-scripts"]}
ALIASES = {"lo": "lodash", "local-of-none": "is-number"}


def plain_project():
    """What npm listed when the test data was made, fsevents with it, which every lock file has."""
    with open(os.path.join(ROOT, "src/analyze/npm/testdata/npm-ls.json"), encoding="utf-8") as f:
        found = listed(json.load(f), set())
    return sorted({(ALIASES.get(name, name), version) for name, version in found} | {("fsevents", "2.3.2")})


def check_other(tap, place, manager):
    name = f"{manager} installs the same packages"
    if not shutil.which(manager):
        tap.skip(name, manager + " is not installed")
        return
    root, app = fresh(place, manager, {})
    with open(os.path.join(app, "pnpm-workspace.yaml"), "w", encoding="utf-8") as f:
        f.write("packages:\n  - packages/*\n")
    registry = npm(app, "config", "get", "registry").stdout.strip()
    env = dict(os.environ, CI="1", npm_config_registry=registry, YARN_REGISTRY=registry)
    done = subprocess.run([manager, *OTHERS[manager]], cwd=app, env=env, capture_output=True, check=False, timeout=120)
    if done.returncode:
        tap.skip(name, manager + " cannot install here")
        return
    got, _ = sbom(root, os.path.join(place, "cache"))
    # yarn 1 copies a directory that a project depends on: nothing tells it from an installed package.
    copied = {("local", "0.1.0")} if manager == "yarn" else set()
    tap.equal(sorted(set(got) - copied), plain_project(), name)
    tap.equal(sorted(k for k, e in got.items() if e != "installed"), [("fsevents", "2.3.2")],
              f"{manager}: all but fsevents is found installed")


def main():
    tap = Tap()
    if not shutil.which("npm"):
        tap.skip("npm", "npm is not installed")
        return tap.done()
    with tempfile.TemporaryDirectory() as place:
        try:
            check_npm(tap, place)
            check_global(tap, place)
            for manager in OTHERS:
                check_other(tap, place, manager)
        except (Unreachable, subprocess.TimeoutExpired) as why:
            tap.skip("installed by npm", str(why))
    return tap.done()


sys.exit(main())
