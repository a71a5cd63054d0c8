#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the PHP analyzers with `composer show` and `pear list`. TAP.

Composer installs packages of local directories, without a network; PEAR's are this machine's own."""
import glob
import json
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import Tap, run  # noqa: E402

tap = Tap()
PACKAGES = [
    {"name": "demo/one", "version": "v1.2.3", "license": ["MIT", "BSD-3-Clause"], "require": {"demo/two": "*", "php": "*"}},
    {"name": "demo/two", "version": "2.0.0-beta.1", "license": "Apache-2.0"},
    {"name": "demo/test-only", "version": "0.1"},
]


def found(path, file):
    packages, faults = {}, []
    for kind, r in analyze([(path, file)]):
        r = {k: v.decode() for k, v in r.items()}
        if kind == "package":
            packages[r["name"]] = r
        else:
            faults.append(f"{kind}: {r}")
    return packages, faults


def make_application(base):
    """An application whose packages are directories: Composer needs neither a network nor PHP's zip extension."""
    app = os.path.join(base, "app")
    os.mkdir(app)
    for p in PACKAGES:
        directory = os.path.join(base, "packages", p["name"].replace("/", "-"))
        os.makedirs(directory)
        with open(os.path.join(directory, "composer.json"), "w", encoding="utf-8") as f:
            json.dump(p, f)
    with open(os.path.join(app, "composer.json"), "w", encoding="utf-8") as f:
        json.dump({"name": "demo/app", "minimum-stability": "beta", "require": {"demo/one": "*"},
                   "require-dev": {"demo/test-only": "*"},
                   "repositories": [{"type": "path", "url": os.path.join(base, "packages/*"),
                                     "options": {"symlink": False}}, {"packagist.org": False}]}, f)
    return app


def check_composer(base):
    env = {**os.environ, "COMPOSER_HOME": os.path.join(base, "home"), "COMPOSER_ALLOW_SUPERUSER": "1",
           "COMPOSER_DISABLE_NETWORK": "1", "COMPOSER_NO_INTERACTION": "1"}
    app = make_application(base)
    out = run("composer", "install", "--no-plugins", "--no-scripts", cwd=app, env=env)
    installed = os.path.join(app, "vendor/composer/installed.json")
    if not os.path.exists(installed):
        tap.skip("composer", "it installed nothing: " + (out.stderr.strip().splitlines() or [""])[-1][:100])
        return
    shown = json.loads(run("composer", "show", "--format=json", cwd=app, env=env).stdout)["installed"]
    want = {(p["name"], re.sub(r"^v(?=\d)", "", p["version"])) for p in shown}
    got, faults = found("app/vendor/composer/installed.json", installed)
    have = {(r["name"], r["version"]) for r in got.values()}
    tap.ok(have == want and len(want) == 3 and not faults, "installed.json has what composer show prints",
           *sorted(have ^ want), *faults)
    tap.equal(sorted(n for n, r in got.items() if "dev" in r), ["demo/test-only"], "installed.json: for development")
    tap.equal((got["demo/one"].get("licences"), got["demo/one"].get("depends")), ("MIT OR BSD-3-Clause", "demo/two"),
              "licences and dependencies")
    got, faults = found("app/composer.lock", os.path.join(app, "composer.lock"))
    have = {(r["name"], r["version"]) for r in got.values()}
    tap.ok(have == want and not faults, "composer.lock has the same", *sorted(have ^ want), *faults)
    tap.equal(sorted(n for n, r in got.items() if "dev" in r), ["demo/test-only"], "composer.lock: for development")


def check_pear():
    directory = run("pear", "config-get", "php_dir").stdout.strip()
    files = sorted(glob.glob(os.path.join(directory, ".registry/*.reg"))) if directory else []
    if not files:
        tap.skip("pear list", "nothing of PEAR is installed")
        return
    want = set(re.findall(r"^(\w+)\s+(\d\S*)\s+\w+$", run("pear", "list").stdout, re.MULTILINE))
    have, faults = set(), []
    for kind, r in analyze([(p.lstrip("/"), p) for p in files]):
        if kind == "package":
            have.add((r["name"].decode().replace("pear.php.net/", ""), r["version"].decode()))
        else:
            faults.append(f"{kind}: {r}")
    tap.ok(have == want and len(want) > 2 and not faults, "pear list agrees", *sorted(have ^ want), *faults)


def main():
    if shutil.which("composer"):
        with tempfile.TemporaryDirectory() as base:
            check_composer(base)
    else:
        tap.skip("composer", "there is none")
    if shutil.which("pear"):
        check_pear()
    else:
        tap.skip("pear list", "no pear")
    return tap.done()


sys.exit(main())
