#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is found in the history of git repositories, against git itself. Speaks TAP."""
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import Tap  # noqa: E402

LIST = os.environ.get("LIST_GIT", "build/tests/list-git")


class Skip(Exception):
    """A tool is not there."""


def git(*command, cwd, stdin=b"", when=1, check=True):
    env = {"PATH": os.environ["PATH"], "HOME": cwd, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann Author",
           "GIT_AUTHOR_EMAIL": "ann@example.com", "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com",
           "GIT_AUTHOR_DATE": f"{1700000000 + when} +0130", "GIT_COMMITTER_DATE": f"{1700000000 + when} +0000",
           "GIT_ALLOW_PROTOCOL": "file"}
    return subprocess.run(["git", *command], cwd=cwd, input=stdin, capture_output=True, check=check, env=env).stdout


def write(d, name, text):
    os.makedirs(os.path.dirname(os.path.join(d, name)), exist_ok=True)
    with open(os.path.join(d, name), "w", encoding="utf-8") as f:
        f.write(text)


def commit(d, message, when):
    git("add", "-A", cwd=d)
    git("commit", "-q", "--allow-empty", "-m", message, cwd=d, when=when)
    return git("rev-parse", "HEAD", cwd=d).decode().strip()


class History:
    def __init__(self, where, leaks=True):
        env = dict(os.environ) if leaks else {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        done = subprocess.run([LIST, where], capture_output=True, text=True, timeout=120, check=False, env=env)
        assert done.returncode == 0, done.stderr[-2000:]
        self.blobs, self.files, self.problems, self.error = {}, {}, [], None
        for line in done.stdout.splitlines():
            what, _, rest = line.partition(" ")
            if what == "blob":
                name, of, live, path, who = rest.split(" ", 4)
                assert name not in self.blobs, name
                self.blobs[name[1:]] = (of[1:], live == "live", bytes.fromhex(path[1:]).decode(), who)
            elif what == "file":
                n, path = rest.split(" ")
                self.files[bytes.fromhex(path[1:]).decode()] = int(n)
            elif what == "problem":
                path, _, text = rest.partition(" ")
                self.problems.append((bytes.fromhex(path[1:]).decode(), text))
            else:
                self.error = rest

    def at(self, path):
        return [(v[0], v[1]) for v in self.blobs.values() if v[2] == path]


def objects_of(d):
    out = git("cat-file", "--batch-all-objects", "--batch-check", cwd=d).decode().split("\n")
    return {line.split()[0]: line.split()[1] for line in out if line}


def tree_of(d, name):
    out = git("ls-tree", "-r", name, cwd=d).decode("utf-8", "surrogateescape").splitlines()
    return {line.split()[2] for line in out}


def check_all(d):
    """Every object but trees, once; each blob's commit has it and no parent of that commit has."""
    h, objects = History(d), objects_of(d)
    assert h.error is None, h.error
    want = {n for n, kind in objects.items() if kind != "tree"}
    assert set(h.blobs) == want, (len(h.blobs), len(want))
    for name, (of, live, path, _) in h.blobs.items():
        if objects[name] == "blob" and of:
            assert name in tree_of(d, of), (name, path)
            parents = git("rev-list", "--parents", "-n", "1", of, cwd=d).decode().split()[1:]
            assert not any(name in tree_of(d, p) for p in parents), (name, path)
    head = tree_of(d, "HEAD")
    assert {n for n, v in h.blobs.items() if v[1] and objects[n] == "blob"} == head & set(objects)
    return h


def make_history(d):
    git("init", "-q", "-b", "main", ".", cwd=d)
    ids = []
    write(d, "a.txt", "one\n")
    ids.append(commit(d, "first", 1))
    write(d, "conf/.env", "TOKEN=1\n")
    ids.append(commit(d, "secret", 2))
    os.remove(os.path.join(d, "conf/.env"))
    ids.append(commit(d, "gone", 3))
    git("checkout", "-q", "-b", "side", ids[0], cwd=d)
    write(d, "side.txt", "side\n")
    ids.append(commit(d, "side", 4))
    git("checkout", "-q", "main", cwd=d)
    git("merge", "-q", "--no-ff", "-m", "merge", "side", cwd=d, when=5)
    git("mv", "a.txt", "renamed.txt", cwd=d)
    ids.append(commit(d, "rename", 6))
    git("tag", "-a", "-m", "signed off", "v1", cwd=d)
    return ids


def test_history():
    with tempfile.TemporaryDirectory() as d:
        ids = make_history(d)
        h = check_all(d)
        assert h.at("conf/.env") == [(ids[1], False)], h.at("conf/.env")
        assert h.at("renamed.txt") == [(ids[0], True)] and h.at("side.txt") == [(ids[3], True)]
        assert [v[3] for v in h.blobs.values() if v[2] == "conf/.env"] == [
            "Ann Author <ann@example.com>|2023-11-14T23:43:22+01:30"]
        assert len(h.at("(commit message)")) == 6 and len(h.at("(tag refs/tags/v1)")) == 1
        assert not h.problems
        git("gc", "-q", cwd=d)
        packed = check_all(d)
        assert packed.blobs == h.blobs


def test_dangling_stash_and_reflog():
    with tempfile.TemporaryDirectory() as d:
        make_history(d)
        write(d, "lost.txt", "lost\n")
        commit(d, "to be lost", 7)
        git("reset", "-q", "--hard", "HEAD~1", cwd=d)
        write(d, "renamed.txt", "stashed\n")
        git("stash", "-q", cwd=d, when=8)
        dangling = git("hash-object", "-w", "--stdin", cwd=d, stdin=b"dangling\n").decode().strip()
        h = check_all(d)
        assert len(h.at("lost.txt")) == 1 and h.blobs[dangling][2] == "(no file)" and h.blobs[dangling][0] == ""


def test_bare_worktree_and_submodule():
    with tempfile.TemporaryDirectory() as d:
        os.mkdir(os.path.join(d, "r"))
        r = os.path.join(d, "r")
        make_history(r)
        git("clone", "-q", "--bare", "r", "bare.git", cwd=d)
        bare = check_all(os.path.join(d, "bare.git"))
        assert {k: v[:3] for k, v in bare.blobs.items()} == {k: v[:3] for k, v in History(r).blobs.items()}
        git("worktree", "add", "-q", "../tree", "side", cwd=r)
        tree = History(os.path.join(d, "tree"))
        assert tree.error is None and set(tree.blobs) == set(bare.blobs), tree.error
        assert tree.at("side.txt")[0][1] and not tree.at("renamed.txt"), tree.blobs.values()
        git("-c", "protocol.file.allow=always", "submodule", "add", "-q", r, "sub", cwd=r)
        commit(r, "submodule", 9)
        h = History(r)
        assert ("sub", "submodule: its own repository was not searched") in h.problems, h.problems


def test_working_tree():
    with tempfile.TemporaryDirectory() as d:
        make_history(d)
        write(d, ".gitignore", "*.log\nbuild/\n")
        commit(d, "ignore", 7)
        write(d, "renamed.txt", "changed\n")
        write(d, "new/deep/file.env", "TOKEN=2\n")
        write(d, "x.log", "ignored\n")
        write(d, "build/out", "ignored\n")
        os.symlink("/etc/passwd", os.path.join(d, "link"))
        os.mkfifo(os.path.join(d, "fifo"))
        make = os.path.join(d, "other")
        os.mkdir(make)
        make_history(make)
        git("remote", "add", "origin", "https://user:plant-0123456789@example.com/x.git", cwd=d)
        h = check_all(d)
        mine = {p for p in h.files if not p.startswith(".git/")}
        assert mine == {"renamed.txt", "new/deep/file.env"}, mine
        assert ".git/config" in h.files and ".git/hooks/pre-commit.sample" in h.files
        assert not any(p.startswith(".git/objects") for p in h.files)
        assert ("other", "another repository, which was not searched") in h.problems, h.problems


def test_shallow():
    with tempfile.TemporaryDirectory() as d:
        os.mkdir(os.path.join(d, "r"))
        make_history(os.path.join(d, "r"))
        git("clone", "-q", "--depth", "2", "file://" + os.path.join(d, "r"), "s", cwd=d)
        h = History(os.path.join(d, "s"))
        assert any("shallow" in t for _, t in h.problems), h.problems
        assert h.at("renamed.txt") and not h.at("conf/.env")


def test_damage():
    with tempfile.TemporaryDirectory() as d:
        ids = make_history(d)
        objects = objects_of(d)
        env = next(n for n, v in History(d).blobs.items() if v[2] == "conf/.env")

        def at(name):
            return os.path.join(d, ".git/objects", name[:2], name[2:])
        # A commit in the middle: what is older is found by itself.
        os.chmod(at(ids[1]), 0o644)
        with open(at(ids[1]), "wb") as f:
            f.write(b"damage")
        h = History(d)
        assert h.error is None and any(ids[1] in t for _, t in h.problems), h.problems
        assert env in h.blobs and len(h.blobs) == len([k for k in objects.values() if k != "tree"]) - 1
        # A missing one.
        os.remove(at(ids[1]))
        h = History(d)
        assert h.error is None and any(ids[1] in t for _, t in h.problems) and env in h.blobs


def test_no_repository():
    with tempfile.TemporaryDirectory() as d:
        assert "no git repository" in History(d).error
        assert "no git repository" in History(os.path.join(d, "none")).error
        os.mkdir(os.path.join(d, ".git"))
        assert "no git repository" in History(d).error
    with tempfile.TemporaryDirectory() as d:
        git("init", "-q", "-b", "main", ".", cwd=d)
        h = History(d)
        assert h.error is None and not h.blobs
    with tempfile.TemporaryDirectory() as d:
        git("init", "-q", "--object-format=sha256", ".", cwd=d)
        error = History(d, leaks=False).error  # libgit2 1.5 leaves some of its own behind
        assert "SHA-256" in error, error


def test_hostile_configuration():
    with tempfile.TemporaryDirectory() as d:
        make_history(d)
        hit = os.path.join(d, "hit")
        for key in ("core.fsmonitor", "filter.x.clean", "filter.x.smudge", "filter.x.process", "core.sshCommand",
                    "diff.external", "core.hooksPath", "core.pager"):
            git("config", key, f"touch {hit}", cwd=d)
        git("config", "core.worktree", "/etc", cwd=d)
        git("config", "include.path", "/etc/passwd", cwd=d)
        write(d, ".gitattributes", "* filter=x diff=x\n")
        write(d, "new.txt", "new\n")
        h = History(d)
        assert not os.path.exists(hit)
        assert h.error is not None or ("new.txt" in h.files and not any("passwd" in p for p in h.files)), h.files


def test_owner():
    if os.geteuid() != 0:
        raise Skip("needs root")
    with tempfile.TemporaryDirectory() as d:
        make_history(d)
        for where, _, names in os.walk(d):
            os.chown(where, 12345, 12345)
            for name in names:
                os.lchown(os.path.join(where, name), 12345, 12345)
        assert History(d).error is None


def main():
    t = Tap()
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            if not shutil.which("git"):
                raise Skip("git is not there")
            test()
            t.ok(True, name[5:])
        except Skip as why:
            t.skip(name[5:], why)
        except Exception:  # noqa: BLE001
            t.ok(False, name[5:], traceback.format_exc())
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
