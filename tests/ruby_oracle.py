#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the Ruby analyzers with `gem list` and with lock files that Bundler writes. TAP.

Gems: this machine's own, and some that are built and installed here (one for a platform, one with a pre-release version).
Lock files: Bundler resolves gems of a local directory, of this machine and of a path. No network."""
import glob
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import Tap, run  # noqa: E402

tap = Tap()

GEMSPEC = """Gem::Specification.new do |s|
  s.name = {name!r}
  s.version = {version!r}
  s.platform = {platform!r}
  s.authors = ["x"]
  s.summary = "x"
  s.homepage = "https://example.org/"
  s.licenses = ["MIT", "Ruby"]
  s.files = []
  {more}
end
"""


def gem_list(*options, **env):
    """{(name, version, platform)} as gem list prints them: "name (default: 1.0, 0.9 x86_64-linux)"."""
    found = set()
    out = run("gem", "list", "--local", *options, env={**os.environ, **env})
    for name, versions in re.findall(r"^(\S+) \((.*)\)$", out.stdout, re.MULTILINE):
        for version in versions.replace("default: ", "").split(", "):
            number, *platforms = version.split(" ")
            found |= {(name, number, p) for p in [p for p in platforms if p != "ruby"] or [""]}
    return found


def gemspecs(directories):
    pairs = []
    for d in directories:
        for path in glob.glob(os.path.join(glob.escape(d), "specifications", "**", "*.gemspec"), recursive=True):
            pairs.append((path.lstrip("/"), path))
    return sorted(pairs)


def found(pairs):
    packages, faults = {}, []
    for kind, r in analyze(pairs) if pairs else ():
        r = {k: v.decode() for k, v in r.items()}
        if kind != "package":
            faults.append(f"{kind}: {r}")
            continue
        platform = re.search(r"platform=(.*)", r.get("qualifiers", ""))
        packages[(r["name"], r["version"], platform.group(1) if platform else "")] = r
    return packages, faults


def check_machine():
    paths = [p for p in run("gem", "environment", "path").stdout.strip().split(":") if os.path.isdir(p)]
    got, faults = found(gemspecs(paths))
    want = gem_list()
    tap.ok(set(got) == want and len(want) > 10 and not faults, "this machine's gems", *sorted(set(got) ^ want), *faults)
    print(f"# {len(got)} gems")


def build_gem(base, name, version, platform="ruby", more=""):
    spec = os.path.join(base, name + ".gemspec")
    with open(spec, "w", encoding="utf-8") as f:
        f.write(GEMSPEC.format(name=name, version=version, platform=platform, more=more).replace("'", '"'))
    out = run("gem", "build", spec, cwd=base)
    return next(iter(glob.glob(os.path.join(base, f"{name}-{version}*.gem"))), None) or print("# " + out.stderr)


def check_installed(base):
    home = os.path.join(base, "home")
    gems = [build_gem(base, "demo-a", "1.2.3"), build_gem(base, "demo-b", "2.0.0.pre.1", more="s.add_dependency 'demo-a'"),
            build_gem(base, "demo-c", "3.0", "x86_64-linux")]
    out = run("gem", "install", "--local", "--force", "--no-document", "-i", home, *[g for g in gems if g])
    got, faults = found(gemspecs([home]))
    want = gem_list(GEM_HOME=home, GEM_PATH=home)
    want = {w for w in want if w[0].startswith("demo-")}
    tap.ok(set(got) == want and len(want) >= 2 and not faults, "gems built and installed here", *sorted(set(got) ^ want),
           *faults, out.stderr)
    one = got.get(("demo-b", "2.0.0.pre.1", ""), {})
    tap.equal((one.get("depends"), one.get("licences")), ("demo-a", "MIT AND Ruby"), "dependencies and licences")
    return home


def bundle_list(text):
    return set(re.findall(r"^  \* (\S+) \(([^ )]+)", text, re.MULTILINE))


def check_bundler(base, home):
    if not shutil.which("bundle"):
        tap.skip("Gemfile.lock", "no bundler")
        return
    app, mine = os.path.join(base, "app"), os.path.join(base, "app", "mine")
    os.makedirs(mine)
    with open(os.path.join(mine, "mine.gemspec"), "w", encoding="utf-8") as f:
        f.write(GEMSPEC.format(name="mine", version="0.1", platform="ruby", more="").replace("'", '"'))
    with open(os.path.join(app, "Gemfile"), "w", encoding="utf-8") as f:
        f.write('source "https://rubygems.org"\ngem "demo-a"\ngem "demo-b", ">= 0.a"\ngem "rake"\ngem "mine", path: "mine"\n')
    paths = run("gem", "environment", "path").stdout.strip()
    env = {**os.environ, "GEM_PATH": home + ":" + paths, "BUNDLE_USER_HOME": base, "HOME": base}
    out = run("bundle", "lock", "--local", cwd=app, env=env)
    lock = os.path.join(app, "Gemfile.lock")
    if not os.path.exists(lock):
        tap.skip("Gemfile.lock", "bundler made none: " + (out.stderr or out.stdout).strip().splitlines()[-1][:100])
        return
    got, faults = found([("app/Gemfile.lock", lock)])
    want = bundle_list(run("bundle", "list", cwd=app, env=env).stdout)
    got = {(n, v) for n, v, _ in got}
    # Bundler lists itself where it is asked for; what has a path is the user's own code.
    want = {w for w in want if w[0] not in ("mine", "bundler")}
    tap.ok(got == want and len(want) >= 3 and not faults, "Gemfile.lock has what bundle list prints",
           *sorted(got ^ want), *faults)


def main():
    if not shutil.which("gem"):
        tap.skip("Ruby gems", "no gem")
        return tap.done()
    check_machine()
    with tempfile.TemporaryDirectory() as base:
        home = check_installed(base)
        check_bundler(base, home)
    return tap.done()


sys.exit(main())
