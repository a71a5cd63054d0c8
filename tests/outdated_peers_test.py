#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`drydock outdated` beside `npm outdated` and `pip list --outdated`: packages installed by npm and pip, at old versions,
have the same newest version by both. What registry there is, npm and pip know by their own settings; where it cannot be
reached the case is skipped by name. TAP."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from program import Place, Tap  # noqa: E402

SECONDS = 90
# Of packages that ask for no newer node than there is: npm outdated leaves out versions that do.
NPM = ["left-pad@1.0.0", "ms@2.0.0", "@types/ms@0.7.31", "inherits@2.0.1", "isarray@2.0.5"]
PIP = ["six==1.10.0", "idna==2.0", "certifi==2020.4.5.1"]
# Asked for by the names that people write, which are not those of the registry.
SPELLED = ["PyYAML==6.0", "python_dateutil==2.8.0"]


class Skip(Exception):
    pass


def peer(*command, cwd, ends=(0,)):
    if not shutil.which(command[0]):
        raise Skip(f"{command[0]} is not installed")
    try:
        p = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired as why:
        raise Skip(f"{' '.join(command[:2])}: no answer within {SECONDS} s") from why
    if p.returncode not in ends:
        raise Skip(f"{' '.join(command[:2])} cannot be used here: " + (p.stdout + p.stderr).strip().split("\n")[-1][-120:])
    return p.stdout


def folder(place, name):
    path = place.at(name)
    os.makedirs(path)
    return path


def newest(place, root, env, kind):
    """Name → newest version by drydock, of those that are behind."""
    more = {k: v for k, v in os.environ.items() if k.lower().endswith("_proxy") or k in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    r = place.run("outdated", "--format", "json", "dir:" + root, env={**more, **env})
    report = json.loads(r.out)
    if report["problems"]:
        raise Skip("the registry cannot be asked without npm's or pip's own settings: " + report["problems"][0]["text"][:120])
    got = {}
    for f in report["findings"]:
        state, of, name = f["id"].split(":", 2) if f["id"].count(":") > 1 else ("", "", "")
        if of == kind and f["fix"]["versions"]:
            got[name] = (state, f["fix"]["versions"][0])
    return got


def as_npm_says(place):
    root = folder(place, "root/app")
    with open(root + "/package.json", "w", encoding="utf-8") as f:
        json.dump({"name": "app", "version": "1.0.0"}, f)
    peer("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *NPM, cwd=root)
    said = json.loads(peer("npm", "outdated", "--json", cwd=root, ends=(0, 1)) or "{}")
    want = {name: row["latest"] for name, row in said.items()}
    if len(want) < 3:
        raise Skip("npm knows of no newer versions here")
    registry = peer("npm", "config", "get", "registry", cwd=root).strip().rstrip("/")
    got = newest(place, place.at("root"), {"DRYDOCK_NPM_REGISTRY": registry}, "npm")
    assert {n: v for n, (_, v) in got.items()} == want, (got, want)
    words = peer("npm", "view", "left-pad@1.0.0", "deprecated", cwd=root).strip()  # since 2018, where a mirror tells it
    assert (got["left-pad"][0] == "deprecated") == bool(words), (got, words)


def as_pip_says(place):
    root = folder(place, "root/usr/lib/python3/dist-packages")
    peer("pip", "install", "-q", "--no-deps", "--target", root, *PIP, *SPELLED, cwd=root)
    said = json.loads(peer("pip", "list", "--outdated", "--path", root, "--format", "json", cwd=root))
    want = {row["name"].lower().replace("_", "-"): row["latest_version"] for row in said}
    if len(want) < 3:
        raise Skip("pip knows of no newer versions here")
    env = {}
    index = os.environ.get("PIP_INDEX_URL") or subprocess.run(["pip", "config", "get", "global.index-url"], capture_output=True,
                                                             text=True, check=False).stdout.strip()
    if index:
        env["DRYDOCK_PYPI_INDEX"] = index.rstrip("/")
    got = {n: v for n, (_, v) in newest(place, place.at("root"), env, "pypi").items()}
    assert {n.lower().replace("_", "-"): v for n, v in got.items()} == want, (got, want)


def main():
    tap = Tap()
    for name, check in (("the same as npm outdated", as_npm_says), ("the same as pip list --outdated", as_pip_says)):
        with Place() as place:
            def told(check=check, place=place):
                try:
                    return check(place)
                except Skip as why:
                    return str(why)
            tap.case(name, told)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
