#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the Python analyzers with pip, importlib.metadata and what the lock files' own tools say. TAP.

Installed: this machine's directories of packages, and a virtual environment that is made without a network: wheels of
ensurepip, a wheel installed by pip, a project installed by an old `setup.py install` (egg-info), one as a zipped egg.
Lock files: src/analyze/python/testdata, each beside the list that its tool printed (make.sh there)."""
import glob
import json
import os
import re
import site
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import ROOT, Tap, run  # noqa: E402

TESTDATA = os.path.join(ROOT, "src/analyze/python/testdata")
EVIDENCE = re.compile(r"(\.(dist|egg)-info/(METADATA|PKG-INFO|direct_url\.json)|\.egg-info|\.egg|\.egg/EGG-INFO/PKG-INFO)$",
                      re.IGNORECASE)
tap = Tap()


def evidence_below(directory):
    """Files that a scan would hand to the analyzers, of this directory and its packages' metadata alone."""
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        below = [path]
        if os.path.isdir(path) and re.search(r"\.(dist-info|egg-info|egg)$", name, re.IGNORECASE):
            below = [os.path.join(d, f) for d, _, files in os.walk(path) for f in files]
        yield from (p for p in below if os.path.isfile(p) and EVIDENCE.search(p))


def found(directory):
    """{(name, version)} and the faults."""
    packages, faults = set(), []
    pairs = [(p.lstrip("/"), p) for p in evidence_below(directory)]
    for kind, r in analyze(pairs) if pairs else ():
        if kind == "package" and b"url" not in r:
            packages.add((r["name"].decode(), r["version"].decode()))
        elif kind != "package":
            faults.append(f"{kind}: {r}")
    return packages, faults


def pip_list(python, directory):
    out = run(python, "-m", "pip", "list", "--disable-pip-version-check", "--format", "json", "--path", directory)
    return {(p["name"], p["version"]) for p in json.loads(out.stdout)} if out.returncode == 0 else None


def compare_directory(python, directory, name):
    got, faults = found(directory)
    # It looks into eggs only when they are on the path themselves.
    path = [directory] + glob.glob(os.path.join(glob.escape(directory), "*.egg"))
    want = {(d.metadata["Name"], d.version) for d in metadata.distributions(path=path) if d.metadata["Name"]}
    tap.ok(got == want and not faults, f"{name}: importlib.metadata agrees", *sorted(got ^ want), *faults)
    want = pip_list(python, directory)
    if want is None:
        tap.skip(f"{name}: pip list agrees", "no pip")
    else:
        tap.ok(got == want and not faults, f"{name}: pip list agrees", *sorted(got ^ want), *faults)
    print(f"# {name}: {len(got)} packages")
    return got


SETUP = "from setuptools import setup\nsetup(name='{0}', version='{1}', license='MIT', py_modules=['{2}'])\n"


def make_project(base, name, version):
    directory = os.path.join(base, name)
    os.mkdir(directory)
    module = name.replace(".", "_").replace("-", "_").lower()
    for file, text in (("setup.py", SETUP.format(name, version, module)), (module + ".py", "")):
        with open(os.path.join(directory, file), "w", encoding="ascii") as f:
            f.write(text)
    return directory


def make_wheel(base, name, version):
    """A wheel without the programs that make wheels."""
    stem = f"{name.replace('.', '_')}-{version}"
    path = os.path.join(base, stem + "-py3-none-any.whl")
    members = {"demo_module.py": "", f"{stem}.dist-info/WHEEL":
               "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
               f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n"}
    members[f"{stem}.dist-info/RECORD"] = "".join(f"{m},,\n" for m in [*members, f"{stem}.dist-info/RECORD"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for member, text in members.items():
            z.writestr(member, text)
    return path


def virtual_environment(base):
    """(python, its directory of packages), None where none can be made."""
    env = os.path.join(base, "env")
    if run(sys.executable, "-m", "venv", env).returncode:
        return None
    python = os.path.join(env, "bin", "python")
    out = run(python, "-c", "import setuptools, sysconfig; print(sysconfig.get_path('purelib'))")
    return (python, out.stdout.strip()) if out.returncode == 0 else None


def check_environment():
    """Eggs and egg-info only where setuptools still make them."""
    with tempfile.TemporaryDirectory() as base:
        made = virtual_environment(base)
        if not made:
            tap.skip("a virtual environment", "no venv with setuptools")
            return
        python, directory = made
        wheel = make_wheel(base, "Demo.Wheel", "1.0.post1")
        records = [r for _, r in analyze([("w/" + os.path.basename(wheel), wheel)])]
        tap.equal([(r["name"], r["version"], r["evidence"]) for r in records],
                  [(b"Demo.Wheel", b"1.0.post1", b"declared")], "a wheel that is not installed")
        egg_info = make_project(base, "demo-egginfo", "2.0rc1")
        egg = make_project(base, "Demo_Egg", "3.0+local.1")
        ways = [
            (base, [python, "-m", "pip", "install", "--no-index", "--no-deps", wheel]),
            (egg_info, [python, "setup.py", "-q", "install", "--single-version-externally-managed", "--record=r"]),
            (egg, [python, "setup.py", "-q", "bdist_egg", "-d", directory]),
        ]
        for where, command in ways:
            out = run(*command, cwd=where)
            if out.returncode:
                print(f"# not made: {os.path.basename(where)}: {out.stderr.strip().splitlines()[-1:]}")
        got = compare_directory(python, directory, "virtual environment")
        tap.ok(len(got) >= 3, "something was installed in several ways", sorted(got))
        names = {n.lower().replace("_", "-").replace(".", "-"): v for n, v in got}
        tap.equal(names.get("demo-wheel"), "1.0.post1", "a wheel that pip installed")
        if glob.glob(os.path.join(directory, "demo_egginfo*")):
            tap.equal(names.get("demo-egginfo"), "2.0rc1", "egg-info of setup.py install")
        else:
            tap.skip("egg-info of setup.py install", "setuptools no longer make it")
        eggs = glob.glob(os.path.join(directory, "*.egg"))
        tap.ok(not eggs or names.get("demo-egg") == "3.0+local.1", "egg", sorted(got))


def lines_of(path):
    with open(path, encoding="utf-8") as f:
        return {normal(line.strip()) for line in f if line.strip()}


def normal(pin):
    name, version = pin.split("==", 1)
    return re.sub(r"[-_.]+", "-", name).lower() + "==" + version


def check_lock(path):
    name = os.path.basename(path)
    inside = re.sub(r"^poetry-.*", "poetry.lock", name)
    every, main, faults = set(), set(), []
    for kind, r in analyze([("app/" + inside, path)]):
        if kind != "package":
            faults.append(f"{kind}: {r}")
            continue
        pin = normal(f"{r['name'].decode()}=={r['version'].decode()}")
        every.add(pin)
        if "dev" not in r:
            main.add(pin)
    want = lines_of(path + ".all")
    # Tools that print what this platform needs leave out what is for Windows only; it is in the file all the same.
    extra = {p for p in every if p.startswith("colorama==")}
    tap.ok(every - extra == want - extra and len(want) > 5 and not faults, f"{name}: all packages",
           *sorted((every - extra) ^ (want - extra)), *faults)
    if os.path.exists(path + ".main"):
        want = lines_of(path + ".main")
        tap.ok(main - extra == want - extra and len(want) > 3, f"{name}: those that are not for development",
               *sorted((main - extra) ^ (want - extra)))
        tap.ok(len(main) < len(every), f"{name}: some are for development")


def main():
    for directory in sorted({os.path.realpath(d) for d in site.getsitepackages() + ["/usr/lib/python3/dist-packages"]}):
        if os.path.isdir(directory) and any(evidence_below(directory)):
            compare_directory(sys.executable, directory, directory)
    check_environment()
    for path in sorted(glob.glob(os.path.join(TESTDATA, "*.all"))):
        check_lock(path[:-len(".all")])
    return tap.done()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as e:
        print(f"Bail out! {e}: {e.stderr}")
        sys.exit(1)
