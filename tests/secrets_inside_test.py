#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`drydock secrets` over what is inside files: archives in archives, databases, compiled Python and git objects of an
image, each with a token of its own that is found once; and over the whole history of git repositories. TAP."""
import gzip
import importlib.util
import json
import marshal
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "support"), HERE]
import git_history_test as history  # noqa: E402
import inside_test as inside  # noqa: E402
from images import Image, directory, file, layer_tar, write  # noqa: E402
from program import Place, Tap  # noqa: E402
from secret_examples import expand  # noqa: E402


def token(name):
    """A GitHub token whose checksum is right, the same in every run."""
    return expand("ghp_{an 30}{crc32}", name)[1].decode()


def line(name):
    return f"token = {token(name)}\n".encode()


def secrets(place, target, *args, **more):
    """(report, findings as (path, inner, state, commit)) of `drydock secrets`."""
    r = place.run("secrets", "--format", "json", "--fail-on", "none", "--min-confidence", "low", *args, target, **more)
    assert r.out, r.err.decode()
    report = json.loads(r.out)
    assert r.code == (3 if report["problems"] else 0), (r.code, r.err.decode())
    return report, [(f["location"]["path"], f["secret"]["inner"] or "", f["secret"]["state"], f["secret"]["commit"])
                    for f in report["findings"] if f["kind"] == "secret"]


def database(rows, deleted):
    """A database with a live row and one that was deleted in a later transaction."""
    return inside.make_database(
        ["CREATE TABLE accounts (name TEXT, token TEXT)", *[("INSERT INTO accounts VALUES (?, ?)", r) for r in rows],
         ("INSERT INTO accounts VALUES ('old', ?)", (deleted,)), "DELETE FROM accounts WHERE name = 'old'"],
        ("secure_delete=off",))


def compiled(text):
    return importlib.util.MAGIC_NUMBER + b"\0" * 12 + marshal.dumps(compile(text, "m.py", "exec"))


def members():
    """(path, content, inner paths of its tokens)"""
    t = token
    jar = inside.make_zip([("app.properties", line("jar")), ("other.txt", b"nothing")])
    yield "opt/app.tar.gz", gzip.compress(inside.make_tar([("lib/app.jar", jar)])), ["lib/app.jar!app.properties"]
    yield "opt/plain.tar", inside.make_tar([("./etc/x.conf", line("tar"))]), ["etc/x.conf"]
    yield "var/log/app.log.gz", gzip.compress(b"noise\n" * 1000 + line("gz")), ["app.log"]
    yield "opt/run.jar", b"#!/bin/sh\n# " + line("script") + inside.make_zip([("in", line("carried"))]), ["", "in"]
    yield "srv/app.db", database([("a", t("row")), ("b", "none")], t("deleted-row")), ["table:accounts row 1", "deleted at"]
    yield "srv/m.pyc", compiled(f"TOKEN = '{t('pyc')}'\nclass A:\n    x = {{'a': 1}}\n"), ["strings"]


def deb():
    with tempfile.TemporaryDirectory() as d:
        os.makedirs(os.path.join(d, "p/DEBIAN"))
        write(os.path.join(d, "p/DEBIAN/control"),
              b"Package: p\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: d\n")
        write(os.path.join(d, "p/DEBIAN/postinst"), b"#!/bin/sh\n# " + line("postinst"))
        os.chmod(os.path.join(d, "p/DEBIAN/postinst"), 0o755)
        write(os.path.join(d, "p/p.conf"), line("deb"))
        subprocess.run(["dpkg-deb", "-b", "p", "p.deb"], cwd=d, check=True, capture_output=True)
        with open(os.path.join(d, "p.deb"), "rb") as f:
            return f.read()


def repository():
    """Files of a .git directory with one token in a pack and one in a loose object; the file was deleted."""
    with tempfile.TemporaryDirectory() as d:
        history.git("init", "-q", "-b", "main", ".", cwd=d)
        history.write(d, "conf/app.env", line("pack").decode())
        history.commit(d, "one", 1)
        os.remove(os.path.join(d, "conf/app.env"))
        history.write(d, "readme", "nothing\n")
        history.commit(d, "two", 2)
        history.git("gc", "-q", cwd=d)
        history.write(d, "loose.env", line("loose").decode())
        history.commit(d, "three", 3)
        found = []
        for where, _, names in sorted(os.walk(os.path.join(d, ".git"))):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as f:
                    found.append((os.path.relpath(path, d), f.read()))
        blob = history.git("rev-parse", "HEAD~2:conf/app.env", cwd=d).decode().strip()
        return found, blob


def image_of(place, name, files):
    folders = sorted({os.path.dirname(p) for p, _ in files})
    folders = sorted({"/".join(f.split("/")[:i + 1]) for f in folders for i in range(f.count("/") + 1)} - {""})
    img = Image([layer_tar([directory(f) for f in folders] + [file(p, c) for p, c in files])])
    return write(place.at(name), img.docker_archive())


def match(found, want):
    """Each wanted (path, beginning of inner) once, and nothing else."""
    left = sorted((p, i) for p, i, _, _ in found)
    for path, inner in want:
        hits = [x for x in left if x[0] == path and (x[1] == inner or (inner and x[1].startswith(inner)))]
        assert len(hits) == 1, (path, inner, hits, left)
        left.remove(hits[0])
    assert not left, left


def test_members(place):
    rows = list(members())
    target = image_of(place, "members.tar", [(p, c) for p, c, _ in rows])
    want = [(p, i) for p, _, inner in rows for i in inner]
    reports = []
    for options in (("--no-cache",), ("--jobs", "1"), ("--jobs", "4"), ()):
        report, found = secrets(place, target, *options)
        match(found, want)
        assert not report["problems"], report["problems"]
        for layer in report["target"]["layers"]:
            layer.pop("fromCache", None)
        reports.append(report)
    assert all(r["findings"] == reports[0]["findings"] for r in reports)
    assert not any(token(n) in json.dumps(reports) for n in ("jar", "row", "deleted-row", "pyc"))


def test_deb(place):
    if not shutil.which("dpkg-deb"):
        return "dpkg-deb is not there"
    report, found = secrets(place, image_of(place, "deb.tar", [("var/cache/p.deb", deb())]))
    match(found, [("var/cache/p.deb", "control.tar"), ("var/cache/p.deb", "data.tar")])
    assert not report["problems"]


def test_git_in_an_image(place):
    if not shutil.which("git"):
        return "git is not there"
    files, blob = repository()
    report, found = secrets(place, image_of(place, "git.tar", [("app/" + p, c) for p, c in files]))
    packs = ["app/" + p for p, _ in files if p.endswith(".pack")]
    assert len(packs) == 1
    pack = [(p, i) for p, i, _, _ in found if p.endswith(".pack")]
    assert pack == [(packs[0], f"blob {blob}/conf/app.env")], found
    loose = [(p, i) for p, i, _, _ in found if "/objects/" in p and not p.endswith(".pack")]
    assert len(loose) == 1 and loose[0][1] == "blob" and len(found) == 2, found
    assert not report["problems"], report["problems"]


def test_deep_and_bombs(place):
    deep = line("deep")
    for _ in range(1000):
        deep = gzip.compress(deep, mtime=0)
    bomb = gzip.compress(gzip.compress(b"\0" * (256 << 20)))
    r = place.run("secrets", "--format", "json", image_of(place, "bombs.tar", [
        ("deep.gz", deep), ("bomb.gz", bomb), ("cut.jar", inside.make_zip([("a", line("cut"))])[:90]), ("z", line("plain"))]))
    report = json.loads(r.out)
    assert [f["location"]["path"] for f in report["findings"]] == ["z"] and r.code == 1, r.code
    texts = {p["path"]: p["text"] for p in report["problems"]}
    assert "too deep" in texts["deep.gz"] and "rest was not searched" in texts["bomb.gz"] and "zip" in texts["cut.jar"], texts
    assert r.peak < 200 << 20, r.peak


# ---- git:DIR ----

def make_leaky(d):
    """The history of a leak: ids of its commits."""
    history.git("init", "-q", "-b", "main", ".", cwd=d)
    ids = []
    history.write(d, "src/app.py", "# nothing\n")
    ids.append(history.commit(d, "start", 1))
    history.write(d, "conf/prod.env", "A=1\n" + line("gone").decode())
    history.write(d, "src/app.py", line("kept").decode())
    ids.append(history.commit(d, "leak", 2))
    os.remove(os.path.join(d, "conf/prod.env"))
    history.write(d, "src/app.py", "# moved by a line\n" + line("kept").decode())
    ids.append(history.commit(d, "oops", 3))
    ids.append(history.commit(d, "said in " + token("message"), 4))
    return ids


def test_git_history(place):
    if not shutil.which("git"):
        return "git is not there"
    d = place.at("repository")
    os.mkdir(d)
    ids = make_leaky(d)
    want = [("conf/prod.env", "", "deleted", ids[1]), ("src/app.py", "", "live", ids[1]),
            ("(commit message)", "", "live", ids[3])]
    outputs = set()
    for packed in (False, True):
        if packed:
            history.git("gc", "-q", cwd=d)
        for jobs in ("1", "2", "8"):
            report, found = secrets(place, "git:" + d, "--jobs", jobs)
            assert sorted(found) == sorted(want), found
            assert not report["problems"], report["problems"]
            outputs.add(json.dumps(report["findings"]))
    assert len(outputs) == 1
    gone = next(f["secret"] for f in report["findings"] if f["location"]["path"] == "conf/prod.env")
    assert (gone["line"], gone["column"]) == (2, 9) and gone["author"] == "Ann Author <ann@example.com>", gone
    assert gone["date"] == "2023-11-14T23:43:22+01:30"
    history.write(d, "new.env", line("new").decode())
    history.git("config", "remote.x.url", f"https://u:{token('config')}@example.com/", cwd=d)
    _, found = secrets(place, "git:" + d)
    for one in (("new.env", "", "live", None), (".git/config", "", "live", None)):
        assert found.count(one) == 1, found
    # Read through a worktree, which lies elsewhere, and without a working tree.
    history.git("worktree", "add", "-q", "--detach", "../tree", cwd=d)
    _, found = secrets(place, "git:" + place.at("tree"))
    assert set(want) <= set(found), found
    history.git("clone", "-q", "--bare", d, place.at("bare.git"), cwd=d)
    _, found = secrets(place, "git:" + place.at("bare.git"))
    assert sorted(found) == sorted(want), found


def test_git_errors(place):
    if not shutil.which("git"):
        return "git is not there"
    os.makedirs(place.at("empty"))
    r = place.run("secrets", "git:" + place.at("empty"))
    assert r.code == 2 and b"no git repository" in r.err, (r.code, r.err)
    r = place.run("secrets", "git:" + place.at("missing"))
    assert r.code == 2 and b"no git repository" in r.err, (r.code, r.err)
    history.git("init", "-q", "--object-format=sha256", ".", cwd=place.at("empty"))
    # libgit2 1.5 leaves some of its own memory behind.
    r = place.run("secrets", "git:" + place.at("empty"), env={"ASAN_OPTIONS": "detect_leaks=0"})
    assert r.code == 4 and b"SHA-256" in r.err, (r.code, r.err)
    # A directory that points at somebody's repository is not believed.
    os.makedirs(place.at("victim"))
    make_leaky(place.at("victim"))
    os.makedirs(place.at("hostile"))
    write(place.at("hostile/.git"), f"gitdir: {place.at('victim')}/.git\n".encode())
    r = place.run("secrets", "--format", "json", "git:" + place.at("hostile"))
    assert r.code == 2 and not r.out, (r.code, r.out)
    return None


def main():
    tap = Tap()
    with Place() as place:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                tap.case(name[5:].replace("_", " "), test, place)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
