#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the analyzers of R, Perl, Lua and OCaml packages with what their managers list. TAP.

R: this machine's packages. Perl, Lua, OCaml: packages that are made and installed here. No network."""
import glob
import gzip
import os
import re
import shutil
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import Tap, run  # noqa: E402

tap = Tap()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def found(paths):
    packages, faults = set(), []
    pairs = [(p.lstrip("/"), p) for p in sorted(paths)]
    for kind, r in analyze(pairs) if pairs else ():
        if kind == "package":
            packages.add((r["name"].decode(), r["version"].decode()))
        else:
            faults.append(f"{kind}: {r}")
    return packages, faults


def compare(name, paths, want, least):
    got, faults = found(paths)
    tap.ok(got == want and len(want) >= least and not faults, name, *sorted(got ^ want), *faults)
    print(f"# {name}: {len(got)} packages")


def check_r():
    if not shutil.which("Rscript"):
        tap.skip("R packages", "no R")
        return
    out = run("Rscript", "-e", "p <- installed.packages(); cat(p[,'Package'], p[,'Version'], p[,'LibPath'], sep='\\n')")
    lines = out.stdout.split("\n")
    n = len(lines) // 3
    want = set(zip(lines[:n], lines[n:2 * n]))
    paths = [p for d in set(lines[2 * n:3 * n]) for p in glob.glob(os.path.join(glob.escape(d), "*/DESCRIPTION"))]
    compare("installed.packages() of R", paths, want, 10)


def check_perl(base):
    if not shutil.which("cpanm"):
        tap.skip("cpanm", "there is none")
        return
    source, mirror, home = (os.path.join(base, d) for d in ("source", "mirror", "perl5"))
    write(os.path.join(source, "Makefile.PL"), "use ExtUtils::MakeMaker;\nWriteMakefile(NAME => 'Demo::Thing', "
          "VERSION => '1.020', LICENSE => 'perl', PREREQ_PM => {'JSON::PP' => 0});\n")
    write(os.path.join(source, "lib/Demo/Thing.pm"), "package Demo::Thing;\nour $VERSION = '1.020';\n1;\n")
    archive = os.path.join(mirror, "authors/id/D/DE/DEMO/Demo-Thing-1.020.tar.gz")
    os.makedirs(os.path.dirname(archive))
    with tarfile.open(archive, "w:gz") as t:
        t.add(source, "Demo-Thing-1.020")
    os.makedirs(os.path.join(mirror, "modules"))
    with gzip.open(os.path.join(mirror, "modules/02packages.details.txt.gz"), "wt") as f:
        f.write("File: 02packages.details.txt\nColumns: package name, version, path\nLine-Count: 1\n\n"
                "Demo::Thing 1.020 D/DE/DEMO/Demo-Thing-1.020.tar.gz\n")
    out = run("cpanm", "-q", "-n", "-l", home, "--mirror", "file://" + mirror, "--mirror-only", "Demo::Thing",
              env={**os.environ, "HOME": base, "PERL_CPANM_HOME": os.path.join(base, "cpanm")})
    below = os.path.join(home, "lib/perl5/*")
    if not glob.glob(below):
        tap.skip("cpanm", "it installed nothing: " + out.stderr.strip()[-100:])
        return
    want = {("Demo-Thing", "1.020")}
    for evidence in (".meta/*/install.json", ".meta/*/MYMETA.json", "perllocal.pod"):
        compare("cpanm: " + evidence, glob.glob(os.path.join(below, evidence)), want, 1)


def check_lua(base):
    if not shutil.which("luarocks"):
        tap.skip("luarocks list", "no luarocks")
        return
    tree = os.path.join(base, "tree")
    for name, version in (("demo-one", "1.0-2"), ("demo.two", "scm-1")):
        directory = os.path.join(base, name)
        write(os.path.join(directory, "m.lua"), "return {}\n")
        rockspec = os.path.join(directory, f"{name}-{version}.rockspec")
        write(rockspec, f'package = "{name}"\nversion = "{version}"\nsource = {{ url = "file://x" }}\n'
              'description = { license = "MIT" }\ndependencies = { "lua >= 5.1" }\n'
              f'build = {{ type = "builtin", modules = {{ ["{name}"] = "m.lua" }} }}\n')
        run("luarocks", "--tree", tree, "make", "--deps-mode=none", rockspec, cwd=directory,
            env={**os.environ, "HOME": base})
    out = run("luarocks", "--tree", tree, "list", "--porcelain", env={**os.environ, "HOME": base})
    want = {tuple(line.split("\t")[:2]) for line in out.stdout.splitlines() if tree in line}
    compare("luarocks list", glob.glob(os.path.join(tree, "lib/luarocks/rocks*/*/*/*.rockspec")), want, 2)


def check_opam(base):
    if not shutil.which("opam"):
        tap.skip("opam list", "no opam")
        return
    repository, root = os.path.join(base, "repository"), os.path.join(base, "opam")
    write(os.path.join(repository, "repo"), 'opam-version: "2.0"\n')
    for name, version, depends in (("demo-one", "1.2.3", '"demo-two" {>= "0.1"}'), ("demo-two", "v0.16~beta", "")):
        write(os.path.join(repository, "packages", name, f"{name}.{version}", "opam"),
              f'opam-version: "2.0"\nsynopsis: "x"\nmaintainer: "x"\nlicense: "MIT"\ndepends: [ {depends} ]\n')
    env = {**os.environ, "OPAMROOT": root, "OPAMROOTISOK": "1", "OPAMYES": "1", "HOME": base}
    for command in (["init", "--bare", "--disable-sandboxing", "--no-setup", "-k", "local", "default", repository],
                    ["switch", "create", "demo", "--empty"], ["install", "demo-one"]):
        out = run("opam", *command, env=env)
        if out.returncode:
            tap.skip("opam list", "it cannot be set up: " + out.stderr.strip()[-100:])
            return
    out = run("opam", "list", "--installed", "--columns=name,version", "--short", env=env)
    want = {tuple(line.split()) for line in out.stdout.splitlines()}
    compare("opam list", glob.glob(os.path.join(root, "demo/.opam-switch/packages/*/opam")), want, 2)
    directory = os.path.join(base, "mine")
    write(os.path.join(directory, "mine.opam"), 'opam-version: "2.0"\nsynopsis: "x"\nmaintainer: "x"\nauthors: "x"\n'
          'homepage: "x"\nbug-reports: "x"\ndepends: [ "demo-one" ]\n')
    run("opam", "lock", "./mine.opam", cwd=directory, env=env)
    locked = glob.glob(os.path.join(directory, "*.opam.locked"))
    if locked:
        compare("opam lock", locked, want, 2)
    else:
        tap.skip("opam lock", "it wrote no file")


def main():
    check_r()
    for check in (check_perl, check_lua, check_opam):
        with tempfile.TemporaryDirectory() as base:
            check(base)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
