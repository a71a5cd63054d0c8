#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Package managers that run here with a root of their own: what drydock finds is what they list. TAP. No network.

pacman   packages are made, installed, upgraded and removed below a root; drydock must find what `pacman -Q` and
         `pacman -Ql` print, judge it by Arch's tracker, and know whose the Python distribution in it is
nix      a store with its database, made by nix-build; the names are those of builtins.parseDrvName
flatpak  a runtime and an application, installed from a repository made here; what `flatpak list` shows
dpkg     whose a file is that a diversion has moved"""
import gzip
import json
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import images  # noqa: E402
from tap import PROGRAM, Tap, run  # noqa: E402

tap = Tap()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def make_database(work):
    """Advisories of Arch for two of the packages below: one in the installed version, one in an older one."""
    write(os.path.join(work, "arch.json"), json.dumps([
        {"name": "AVG-1", "packages": ["foo-libs"], "status": "Fixed", "severity": "High", "affected": "1:2.3.3-1",
         "fixed": "1:2.3.4-1", "issues": ["CVE-2024-0001"], "advisories": []},
        {"name": "AVG-2", "packages": ["libbar"], "status": "Fixed", "severity": "High", "affected": "1-1",
         "fixed": "20240101.r6.g0a1b2c3-1", "issues": ["CVE-2024-0002"], "advisories": []}]))
    run(PROGRAM, "db", "build", "-s", "arch:" + os.path.join(work, "arch.json"), "-o", os.path.join(work, "test.db"))


def scan(target, home):
    database = os.path.join(home, "../test.db")
    out = run(PROGRAM, "scan", "--format", "json", "--db", database, target, env={**os.environ, "HOME": home, "DRYDOCK_CACHE": home})
    try:
        return json.loads(out.stdout)
    except ValueError:
        tap.ok(False, f"drydock scan {target}", out.stdout, out.stderr)
        return {"packages": [], "findings": [], "problems": []}


def write_image(layers, path):
    with open(path, "wb") as f:
        f.write(images.Image([images.layer_tar(entries) for entries in layers]).docker_archive())


def listed(report, type_):
    return {(p["name"], p["version"]) for p in report["packages"] if p["type"] == type_}


# ---- pacman ----

PKGINFO = """pkgname = {name}
pkgbase = {base}
xdata = pkgtype=split
pkgver = {version}
pkgdesc = A thing
url = https://example.org/
builddate = 1700000000
packager = Some Body <some@archlinux.org>
size = {size}
arch = {arch}
{more}"""


def make_package(work, name, version, files, base=None, arch="x86_64", more=""):
    """An archive as makepkg makes it; its path."""
    tree = os.path.join(work, f"pkg-{name}-{version}")
    for path, text in files.items():
        write(os.path.join(tree, path), text)
    size = sum(len(t) for t in files.values())
    write(os.path.join(tree, ".PKGINFO"), PKGINFO.format(name=name, base=base or name, version=version, size=size, arch=arch, more=more))
    archive = os.path.join(work, f"{name}-{version}-{arch}.pkg.tar.gz")
    run("bsdtar", "-czf", archive, ".PKGINFO", *sorted({p.split("/")[0] for p in files}), cwd=tree)
    return archive


def pacman(root, *args):
    write(os.path.join(root, "../pacman.conf"), "[options]\nArchitecture = auto\nSigLevel = Never\n")
    os.makedirs(os.path.join(root, "var/lib/pacman"), exist_ok=True)
    return run("pacman", "--root", root, "--dbpath", os.path.join(root, "var/lib/pacman"), "--cachedir", os.path.join(root, "../cache"),
               "--config", os.path.join(root, "../pacman.conf"), "--logfile", "/dev/null", "--noconfirm", *args,
               env={**os.environ, "LC_ALL": "C"})


def pacman_truth(root):
    """{name: (version, architecture, licences, files)} as pacman prints them."""
    info = {}
    for block in pacman(root, "-Qi").stdout.strip().split("\n\n"):
        fields = dict(re.findall(r"^(\S[^:]*?) *: (.*)$", block, re.MULTILINE))
        info[fields["Name"]] = [fields["Version"], fields["Architecture"], fields["Licenses"].replace("  ", " AND "), 0]
    for line in pacman(root, "-Ql").stdout.splitlines():
        name, path = line.split(" ", 1)
        info[name][3] += not path.endswith("/")
    return {name: tuple(v) for name, v in info.items()}


def test_pacman(work):
    root = os.path.join(work, "arch/root")
    write(os.path.join(root, "etc/os-release"), "ID=arch\nNAME=\"Arch Linux\"\n")
    metadata = "Metadata-Version: 2.1\nName: urllib3\nVersion: 1.26.0\n"
    site = "usr/lib/python3.12/site-packages/urllib3-1.26.0.dist-info/METADATA"
    make = [make_package(work, "foo-libs", "1:2.3.3-1", {"usr/lib/libfoo.so.2": "x", "usr/share/a file": "y"}, base="foo",
                         more="license = MIT\nlicense = GPL-2.0-or-later\nprovides = libfoo.so=2-64\ndepend = libbar>=1\n"),
            make_package(work, "libbar", "20240101.r5.g0a1b2c3-3", {"usr/lib/libbar.so": "z"}, arch="any"),
            make_package(work, "python-urllib3", "1.26.0-1", {site: metadata, "usr/lib/python3.12/site-packages/urllib3/x.py": ""}),
            make_package(work, "gone", "1-1", {"usr/bin/gone": ""})]
    newer = make_package(work, "libbar", "20240101.r6.g0a1b2c3-1.1", {"usr/lib/libbar.so": "zz"}, arch="any")
    for args in (["-U", *make], ["-R", "gone"], ["-U", newer]):
        out = pacman(root, *args)
        if not tap.ok(out.returncode == 0, "pacman " + args[0], out.stdout, out.stderr):
            return
    report = scan(root, work)
    found = {p["name"]: (p["version"], p["arch"], p["licences"] or "None", p["files"]) for p in report["packages"] if p["system"]}
    tap.equal(found, pacman_truth(root), "pacman: names, versions, architectures, licences and numbers of files are those of -Qi and -Ql")
    tap.equal({p["name"]: p["purl"] for p in report["packages"] if p["name"] == "foo-libs"},
              {"foo-libs": "pkg:alpm/arch/foo-libs@1:2.3.3-1?arch=x86_64&distro=arch&upstream=foo"}, "pacman: the package URL")
    tap.equal([(f["id"], f["package"]["name"]) for f in report["findings"]], [("CVE-2024-0001", "foo-libs")],
              "pacman: judged by Arch's tracker")
    owners = {p["name"]: report["packages"][p["owner"]]["name"] for p in report["packages"] if p["owner"] is not None}
    tap.equal(owners, {"urllib3": "python-urllib3"}, "pacman: a Python distribution belongs to its package")
    tap.equal(report["problems"], [], "pacman: no problems")
    pacman_layers(work, root, report)


def pacman_layers(work, root, whole):
    """The same as an image: the database comes in one layer and is deleted by the next."""
    def entries():
        for directory, _, files in os.walk(root):
            for name in files:
                path = os.path.join(directory, name)
                with open(path, "rb") as f:
                    yield images.file(os.path.relpath(path, root), f.read())

    layers = [list(entries()), [images.whiteout("var/lib/pacman/local"), images.whiteout("usr/lib/libbar.so")]]
    for n, name in ((1, "as an image"), (2, "as an image whose database was deleted")):
        path = os.path.join(work, f"arch{n}.tar")
        write_image(layers[:n], path)
        report = scan(path, work)
        want = listed(whole, "alpm") if n == 1 else {p for p in listed(whole, "alpm") if p[0] != "libbar"}
        tap.equal(listed(report, "alpm"), want, "pacman: " + name)


# ---- nix ----

NIX = """let drv = name: outputs: derivation { inherit name outputs; system = builtins.currentSystem; builder = "/bin/sh";
  args = [ "-c" (builtins.concatStringsSep ";" (map (o: "echo ${name} > $" + o) outputs)) ]; };
in [ %s ]
"""
# name → outputs; None: no package
DERIVATIONS = {"openssl-3.0.7": "bin dev out", "python3.11-requests-2.31.0": "out", "source": "out", "glibc-2.38-44": "out getent static",
               "nss-cacert-3.95": "out unbundled", "foo-0-unstable-2023-05-01": "out man", "user-environment": "out",
               "hello-2.12.1.tar.gz": "out", "bar-1.0-rc1": "out dev"}
NO_PACKAGES = ("source", "user-environment", "hello-2.12.1.tar.gz")


def test_nix(work):
    root = os.path.join(work, "nix-root")
    env = {**os.environ, "HOME": work, "NIX_STORE_DIR": root + "/nix/store", "NIX_STATE_DIR": root + "/nix/var/nix",
           "NIX_LOG_DIR": work + "/log", "NIX_CONF_DIR": work + "/conf", "NIX_REMOTE": ""}
    drvs = " ".join(f'(drv "{n}" [ {" ".join(chr(34) + o + chr(34) for o in outs.split())} ])' for n, outs in DERIVATIONS.items())
    write(os.path.join(work, "build.nix"), NIX % drvs)
    out = run("nix-build", "--no-out-link", "--option", "sandbox", "false", "--option", "substitute", "false", "--option",
              "build-users-group", "", os.path.join(work, "build.nix"), env=env)
    if not tap.ok(out.returncode == 0, "nix-build makes a store", out.stderr):
        return
    want = set()
    for name in DERIVATIONS:
        if name not in NO_PACKAGES:
            got = json.loads(run("nix-instantiate", "--eval", "--json", "--strict", "-E", f'builtins.parseDrvName "{name}"', env=env).stdout)
            want.add((got["name"], got["version"]))
    report = scan(root, work)
    tap.equal(listed(report, "nix"), want, "nix: store and database give the names of parseDrvName")
    tap.equal([p for p in report["problems"] if p.get("path")], [], "nix: every file could be read")
    outputs = {p["name"]: len(p["locations"]) for p in report["packages"]}
    tap.equal(outputs.get("openssl"), 4, "nix: three outputs and the database are the places of one package")
    shutil.rmtree(root + "/nix/var")
    tap.equal(listed(scan(root, work), "nix"), want, "nix: the store alone gives the same")
    image = os.path.join(work, "nix.tar")
    names = sorted(os.listdir(root + "/nix/store"))
    write_image([[images.directory("nix"), images.directory("nix/store")] + [images.directory("nix/store/" + n) for n in names]], image)
    tap.equal(listed(scan(image, work), "nix"), want, "nix: directories of an image's layer")


# ---- flatpak ----

APPSTREAM = """<?xml version="1.0" encoding="UTF-8"?>
<components version="0.8" origin="flatpak"><component type="desktop"><id>org.example.App.desktop</id><name>App</name>
<summary>x</summary><project_license>GPL-3.0-or-later</project_license><releases><release version="1.9.0"
timestamp="1672531200"/><release version="2.0.1" timestamp="1704067200"/></releases></component></components>
"""
FLATPAKS = {"org.example.Platform": ("Runtime", "23.08", None), "org.example.App": ("Application", "stable", APPSTREAM),
            "org.example.Plain": ("Application", "master", None)}


def test_flatpak(work):
    root = os.path.join(work, "root")
    env = {**os.environ, "HOME": work, "FLATPAK_SYSTEM_DIR": work + "/system", "FLATPAK_USER_DIR": root + "/root/.local/share/flatpak"}
    repository = os.path.join(work, "repository")
    for name, (group, branch, appstream) in FLATPAKS.items():
        tree = os.path.join(work, name)
        for directory in ("files/share", "usr"):
            os.makedirs(os.path.join(tree, directory))
        write(tree + "/metadata", f"[{group}]\nname={name}\nruntime=org.example.Platform/x86_64/23.08\n")
        if group == "Application":
            os.makedirs(tree + "/export")
        if appstream:
            os.makedirs(tree + "/files/share/app-info/xmls")
            with gzip.open(tree + f"/files/share/app-info/xmls/{name}.xml.gz", "wt") as f:
                f.write(appstream)
        out = run("flatpak", "build-export", "--arch=x86_64", *(["--runtime"] if group == "Runtime" else []), repository, tree, branch,
                  env=env)
        if out.returncode:
            return tap.skip("flatpak", "flatpak build-export does not work here: " + out.stderr.replace("\n", " ")[:200])
    run("flatpak", "--user", "remote-add", "--no-gpg-verify", "test", repository, env=env)
    out = run("flatpak", "--user", "install", "-y", "--no-deps", "--arch=x86_64", "test", *FLATPAKS, env=env)
    if out.returncode:
        return tap.skip("flatpak", "flatpak install does not work here: " + out.stderr.replace("\n", " ")[:200])
    rows = run("flatpak", "--user", "list", "--columns=application,version,branch,arch", env=env).stdout.splitlines()
    want = {(i, v or b, a) for i, v, b, a in (row.split("\t") for row in rows)}
    shutil.rmtree(env["FLATPAK_USER_DIR"] + "/repo")
    report = scan(root, work)
    got = {(p["name"], p["version"], p["arch"]) for p in report["packages"] if p["type"] == "flatpak"}
    tap.equal(len(got), len(FLATPAKS), "flatpak: all of them")
    return tap.equal(got, want, "flatpak: identifiers, versions and architectures are those that flatpak lists")


# ---- dpkg ----

def test_dpkg(work):
    """A diversion, made by dpkg-divert: the Python distribution that was moved out of the way is still its package's."""
    root = os.path.join(work, "root")
    admin = root + "/var/lib/dpkg"
    site = "usr/lib/python3/dist-packages/"
    for name in ("info", "updates", "triggers"):
        os.makedirs(os.path.join(admin, name))
    for name in ("status", "available"):
        write(os.path.join(admin, name), "")
    write(root + "/etc/os-release", "ID=debian\nVERSION_ID=12\n")
    for name, version in (("a", "1"), ("b", "2")):
        tree = os.path.join(work, name)
        write(tree + "/DEBIAN/control", f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: x <x@debian.org>\nDescription: x\n")
        write(tree + f"/{site}x-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: from-{name}\nVersion: {version}\n")
        run("dpkg-deb", "--root-owner-group", "-b", tree, tree + ".deb")
    steps = (["dpkg", "--root=" + root, "--force-all", "-i", work + "/a.deb"],
             ["dpkg-divert", "--root", root, "--package", "b", "--rename", "--divert", f"/{site}x-1.moved.dist-info/METADATA", "--add",
              f"/{site}x-1.dist-info/METADATA"],
             ["dpkg", "--root=" + root, "--force-all", "-i", work + "/b.deb"])
    os.makedirs(root + f"/{site}x-1.moved.dist-info")
    for command in steps:
        out = run(*command, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
        if out.returncode:
            return tap.skip("dpkg: a diversion", f"{command[0]} does not work here: " + out.stderr.replace("\n", " ")[:200])
    report = scan(root, work)
    owners = {p["name"]: p["owner"] is not None and report["packages"][p["owner"]]["name"] for p in report["packages"] if not p["system"]}
    return tap.equal(owners, {"from-a": "a", "from-b": "b"}, "dpkg: a diversion moves what a package owns")


def main():
    with tempfile.TemporaryDirectory(prefix="drydock-managers-") as work:
        make_database(work)
        for name, programs, test in (("pacman", ["pacman", "bsdtar"], test_pacman), ("nix", ["nix-build"], test_nix),
                                     ("flatpak", ["flatpak"], test_flatpak),
                                     ("dpkg", ["dpkg", "dpkg-deb", "dpkg-divert"], test_dpkg)):
            missing = [p for p in programs if not shutil.which(p)]
            if missing:
                tap.skip(name, f"there is no {missing[0]}")
            elif name in ("pacman", "dpkg") and os.geteuid() != 0:
                tap.skip(name, "it installs for root only")
            else:
                os.mkdir(os.path.join(work, name))
                test(os.path.join(work, name))
    return tap.done()


sys.exit(main())
