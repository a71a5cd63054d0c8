#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is inside archives, as their own programs made them: every piece once, with its bytes. Speaks TAP."""
import glob
import gzip
import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import traceback
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import Tap  # noqa: E402

LIST = os.environ.get("LIST_INSIDE", "build/tests/list-inside")
WORK = tempfile.TemporaryDirectory(prefix="drydock-inside-")
SECRET = b"token = plant-0123456789\n"


class Skip(Exception):
    """A tool is not there."""


class Piece:
    def __init__(self, inner, size, n, digest, left, data):
        self.inner, self.size, self.n, self.digest, self.left, self.data = inner, size, n, digest, left, data


class Listing:
    def __init__(self, text):
        self.kind, self.pieces, self.problems, self.errors = 0, [], [], []
        for line in text.splitlines():
            what, _, rest = line.partition(" ")
            if what == "kind":
                self.kind = int(rest)
            elif what == "piece":
                inner, size, n, digest, left, data = rest.split(" ")
                self.pieces.append(Piece(bytes.fromhex(inner[1:]).decode("latin-1"), int(size), int(n), digest,
                                         left == "left", bytes.fromhex(data[1:])))
            elif what == "problem":
                self.problems.append(rest.split(" ", 1)[1])
            else:
                self.errors.append(line)

    def inner(self):
        return [p.inner for p in self.pieces]

    def holding(self, what=SECRET):
        return [p.inner for p in self.pieces if what in p.data]


def listing(data, name="file"):
    path = os.path.join(WORK.name, name)
    with open(path, "wb") as f:
        f.write(data)
    return list_file(path)


def list_file(path):
    done = subprocess.run([LIST, path, WORK.name], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"list-inside ended with {done.returncode}: {done.stderr[-2000:]}"
    result = Listing(done.stdout)
    assert not result.errors, result.errors
    return result


def make_tar(members, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **options) as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def make_zip(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(name, data)
    return out.getvalue()


def tool(*command, stdin=b"", cwd=None):
    if not shutil.which(command[0]):
        raise Skip(f"{command[0]} is not there")
    return subprocess.run(command, input=stdin, capture_output=True, check=True, cwd=cwd).stdout


NOISE = [(f"d/f{i}.txt", hashlib.sha256(str(i).encode()).hexdigest().encode() * (i * 37 % 500 + 1)) for i in range(60)]


def same(found, members, prefix=""):
    want = [(prefix + n, len(d), hashlib.sha256(d).hexdigest()) for n, d in members]
    got = [(p.inner, p.n, p.digest.removeprefix("sha256:")) for p in found.pieces]
    assert got == want, f"{[x for x in got if x not in want][:3]} for {[x for x in want if x not in got][:3]}"
    assert not found.problems, found.problems


def test_tar():
    for fmt in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        same(listing(make_tar(NOISE, format=fmt)), NOISE)


def test_compressed():
    for command in (["gzip", "-c"], ["xz", "-c"], ["zstd", "-qc"], ["bzip2", "-c"]):
        same(listing(tool(*command, stdin=make_tar(NOISE))), NOISE)
        found = listing(tool(*command, stdin=SECRET * 1000), "notes.txt." + command[0])
        want = "notes.txt" if command[0] in ("gzip", "xz") and command[0] == "xz" else found.inner()[0]
        assert found.inner() == [want] and found.pieces[0].data == SECRET * 1000 and not found.problems
    assert listing(gzip.compress(SECRET), "notes.txt.gz").inner() == ["notes.txt"]
    assert listing(gzip.compress(b"")).pieces == []


def test_zip():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        same(listing(make_zip(NOISE, method)), NOISE)
    script = b"#!/bin/sh\n" + SECRET + b"exec java -jar $0\n"
    found = listing(script + make_zip([("a", b"x")]), "app.jar")
    assert found.holding() == [""] and "a" in found.inner(), found.inner()
    assert listing(make_zip([])).pieces == [] or not listing(make_zip([])).problems


def test_levels():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        jar = make_zip([("app.properties", SECRET), ("b", b"b")], method)
        war = make_zip([("WEB-INF/lib/x.jar", jar), ("index.html", b"hello")], method)
        found = listing(gzip.compress(make_tar([("opt/app.war", war), ("etc/x", b"y")])))
        assert found.holding() == ["opt/app.war!WEB-INF/lib/x.jar!app.properties"], found.inner()
        assert len(found.pieces) == 4 and not found.problems


def test_large_member_is_spooled():
    big = os.urandom(1 << 20) * 6
    jar = make_zip([("big.bin", big), ("s", SECRET)], zipfile.ZIP_STORED)
    found = listing(make_tar([("lib/x.jar", jar)]))
    assert found.inner() == ["lib/x.jar!big.bin", "lib/x.jar!s"] and found.pieces[0].n == len(big)
    assert found.pieces[0].digest == "sha256:" + hashlib.sha256(big).hexdigest()


def test_deb_and_ar():
    with tempfile.TemporaryDirectory() as d:
        os.makedirs(os.path.join(d, "p/DEBIAN"))
        os.makedirs(os.path.join(d, "p/etc"))
        with open(os.path.join(d, "p/DEBIAN/control"), "w", encoding="ascii") as f:
            f.write("Package: p\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: d\n")
        with open(os.path.join(d, "p/etc/p.conf"), "wb") as f:
            f.write(SECRET)
        for how in ("gzip", "xz", "zstd", "none"):
            try:
                tool("dpkg-deb", "-Z" + how, "-b", "p", "p.deb", cwd=d)
            except subprocess.CalledProcessError:
                continue
            found = list_file(os.path.join(d, "p.deb"))
            inner = [i for i in found.holding()]
            assert len(inner) == 1 and inner[0].startswith("data.tar") and inner[0].endswith("!etc/p.conf"), inner
            assert not found.problems, found.problems
        names = ["a.o", "a-very-long-member-name-for-ar.o", "odd.o"]
        for i, name in enumerate(names):
            with open(os.path.join(d, name), "wb") as f:
                f.write(b"x" * (i + 1))
        tool("ar", "rc", "lib.a", *names, cwd=d)
        found = list_file(os.path.join(d, "lib.a"))
        assert [(p.inner, p.data) for p in found.pieces] == [(n, b"x" * (i + 1)) for i, n in enumerate(names)]


def test_cpio_and_rpm():
    with tempfile.TemporaryDirectory() as d:
        for name, data in NOISE[:5]:
            os.makedirs(os.path.join(d, "d"), exist_ok=True)
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        names = "\n".join(n for n, _ in NOISE[:5]).encode()
        for form in ("newc", "odc"):
            archive = tool("bsdcpio", "-o", "-H", form, stdin=names, cwd=d) if shutil.which("bsdcpio") else tool(
                "cpio", "-o", "-H", form, stdin=names, cwd=d)
            same(listing(archive), NOISE[:5])
            # An initramfs: microcode first, then the compressed rest.
            both = listing(archive + b"\0" * 1000 + gzip.compress(archive))
            want = [n for n, _ in NOISE[:5]]
            assert both.inner() == want + ["(behind the archive)!" + n for n in want], both.inner()


def test_behind_the_end():
    found = listing(make_tar([("a", b"a")]) + make_tar([("b", SECRET)]))
    assert found.holding() == ["(behind the archive)!b"], found.inner()
    found = listing(make_tar([("a", b"a")]) + b"\0" * 5000 + SECRET)
    assert found.holding() == ["(behind the archive)"], found.inner()


def test_damage():
    tar = make_tar([("a", b"a" * 700), ("b", SECRET), ("c", SECRET[::-1])])
    for cut in range(512, len(tar), 511):
        found = listing(tar[:cut])
        assert len(found.holding()) == (cut >= 2048 + len(SECRET)), cut
    assert len(listing(tar[:2050]).problems) == len(listing(tar[:1600]).problems) == 1
    jar = make_zip([("a", b"a" * 700), ("b", SECRET)])
    for cut in range(4, len(jar)):
        found = listing(jar[:cut])
        assert found.problems, cut
    packed = gzip.compress(make_tar(NOISE))
    for cut in range(18, len(packed) - 1, 997):
        found = listing(packed[:cut])
        assert found.problems and len(found.pieces) <= len(NOISE), cut
    broken = bytearray(jar)
    broken[35] ^= 0xff
    found = listing(bytes(broken))
    assert found.holding() == ["b"] and len(found.problems) == 1 and "'a'" in found.problems[0], found.problems


def test_encrypted():
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "s"), "wb") as f:
            f.write(SECRET)
        tool("zip", "-q", "-P", "x", "e.zip", "s", cwd=d)
        found = list_file(os.path.join(d, "e.zip"))
        assert len(found.problems) == 1 and "encrypted" in found.problems[0] and "'s'" in found.problems[0]


def test_deep():
    data = SECRET
    for _ in range(1000):
        data = gzip.compress(data, mtime=0)
    found = listing(data)
    assert len(found.problems) == 1 and "too deep" in found.problems[0], found.problems
    data = SECRET
    for _ in range(1000):
        data = make_tar([("t", data)]).rstrip(b"\0")
        data += b"\0" * (1024 + -len(data) % 512)
    found = listing(data)
    assert len(found.problems) == 1 and len(found.pieces) == 1, found.problems


def test_bombs():
    # A gzip of zeros is 1000 to one; nested it would be a million to one.
    data = gzip.compress(gzip.compress(b"\0" * (1 << 27)))
    found = listing(data)
    assert len(found.problems) == 1 and "rest was not searched" in found.problems[0], found.problems
    assert sum(p.n for p in found.pieces) < 80 << 20
    many = make_zip([(f"{i}", b"") for i in range(30000)] + [("s", SECRET)])
    assert listing(many).holding() == ["s"]


def test_names():
    for name in ("../../etc/passwd", "/abs", "a!b", "x" * 300, "n\u00e9", "a\nb"):
        found = listing(make_tar([(name, SECRET)]))
        assert len(found.pieces) == 1
    deep = b"x"
    for _ in range(8):
        deep = make_tar([("n" * 4000, deep)])
    assert all(len(p.inner) <= 16 << 10 for p in listing(deep).pieces)


def git(*command, cwd, stdin=b"", when=1):
    env = {"PATH": os.environ["PATH"], "HOME": cwd, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A",
           "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com",
           "GIT_AUTHOR_DATE": f"{1700000000 + when} +0000", "GIT_COMMITTER_DATE": f"{1700000000 + when} +0000"}
    if not shutil.which("git"):
        raise Skip("git is not there")
    return subprocess.run(["git", *command], cwd=cwd, input=stdin, capture_output=True, check=True, env=env).stdout


def make_repository(d, commits=25, *options):
    """A file that grows, one that changes in the middle, one with a secret that a later commit takes away; a tag."""
    git("init", "-q", "-b", "main", *options, ".", cwd=d)
    lines = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(400)]
    os.makedirs(os.path.join(d, "src/deep"))
    for i in range(commits):
        lines[i * 7 % 400] = f"changed in {i}"
        with open(os.path.join(d, "src/deep/code.c"), "w", encoding="ascii") as f:
            f.write("\n".join(lines) + "\n")
        with open(os.path.join(d, "log.txt"), "a", encoding="ascii") as f:
            f.write(f"entry {i}\n" * 20)
        if i == 3:
            with open(os.path.join(d, "src/.npmrc"), "wb") as f:
                f.write(SECRET)
        elif i == 5:
            os.remove(os.path.join(d, "src/.npmrc"))
        git("add", "-A", cwd=d)
        git("commit", "-q", "-m", f"commit {i}", cwd=d, when=i)
    git("tag", "-a", "-m", "release", "v1", cwd=d)


def all_objects(d):
    """id → (type, content) of everything that git itself says is in the repository."""
    out = git("cat-file", "--batch-all-objects", "--batch", cwd=d)
    objects, at = {}, 0
    while at < len(out):
        end = out.index(b"\n", at)
        name, kind, size = out[at:end].decode().split()
        objects[name] = (kind, out[end + 1:end + 1 + int(size)])
        at = end + 2 + int(size)
    return objects


def packs_of(d):
    where = os.path.join(d, ".git/objects/pack")
    return [os.path.join(where, n) for n in sorted(os.listdir(where)) if n.endswith(".pack")]


def check_pack(pack, objects):
    found = list_file(pack)
    want = {n: v for n, v in objects.items() if v[0] != "tree" and v[1]}
    got = {}
    for p in found.pieces:
        kind, _, name = p.inner.partition(" ")
        name, _, path = name.partition("/")
        assert name not in got, f"{name} twice"
        got[name] = (kind, p.data, path)
    assert set(got) == set(want), (len(got), len(want), found.problems)
    for name, (kind, data, _) in got.items():
        assert (kind, data) == want[name], name
    assert not found.problems, found.problems
    return got


def test_git_packs():
    for options, repack in (((), ("-a", "-d")), ((), ("-a", "-d", "-f", "--depth=100", "--window=50")),
                            ((), ("-a", "-d", "-f", "--depth=0")), (("--object-format=sha256",), ("-a", "-d"))):
        with tempfile.TemporaryDirectory() as d:
            make_repository(d, 25, *options)
            git("repack", "-q", *repack, cwd=d)
            git("prune-packed", cwd=d)
            (pack,) = packs_of(d)
            got = check_pack(pack, all_objects(d))
            paths = {v[2] for v in got.values()}
            assert paths == {"", "src/deep/code.c", "log.txt", "src/.npmrc"}, paths
            # Deltas by id instead of by offset, as old servers send them.
            git("config", "repack.useDeltaBaseOffset", "false", cwd=d)
            git("repack", "-q", "-a", "-d", "-f", cwd=d)
            check_pack(packs_of(d)[0], all_objects(d))


def test_git_thin_pack():
    with tempfile.TemporaryDirectory() as d:
        make_repository(d)
        thin = git("pack-objects", "--thin", "--stdout", "--revs", cwd=d, stdin=b"HEAD\n^HEAD~3\n")
        found = listing(thin)
        assert len(found.problems) == 1 and "does not have" in found.problems[0], found.problems
        assert sum(p.inner.startswith("commit ") for p in found.pieces) >= 1


def test_git_loose():
    with tempfile.TemporaryDirectory() as d:
        make_repository(d, 6)
        objects, seen = all_objects(d), 0
        for name, (kind, data) in objects.items():
            found = list_file(os.path.join(d, ".git/objects", name[:2], name[2:]))
            assert not found.problems
            if kind == "tree" or not data:
                assert found.pieces == []
                continue
            assert [(p.inner, p.data) for p in found.pieces] == [(kind, data)]
            seen += 1
        assert seen > 12


def test_git_damage():
    with tempfile.TemporaryDirectory() as d:
        make_repository(d, 8)
        git("repack", "-q", "-a", "-d", cwd=d)
        with open(packs_of(d)[0], "rb") as f:
            pack = f.read()
        whole = len(listing(pack).pieces)
        for cut in range(13, len(pack), len(pack) // 40):
            found = listing(pack[:cut])
            assert found.problems and len(found.pieces) <= whole, cut
        for at in range(0, len(pack), len(pack) // 60):
            broken = bytearray(pack)
            broken[at] ^= 0x55
            found = listing(bytes(broken))
            assert found.problems or found.kind == 0, at


def make_database(statements, pragmas=()):
    path = os.path.join(WORK.name, "made.db")
    for name in (path, path + "-journal", path + "-wal"):
        if os.path.exists(name):
            os.remove(name)
    con = sqlite3.connect(path, isolation_level=None)
    for p in pragmas:
        con.execute("PRAGMA " + p)
    con.execute("BEGIN")
    for s in statements:
        con.execute(*s) if isinstance(s, tuple) else con.execute(s)
    con.execute("COMMIT")
    con.close()
    with open(path, "rb") as f:
        return f.read()


def rows_of(found):
    """(table, row) → the lines."""
    out = {}
    for p in found.pieces:
        if p.inner.startswith("table:") and not p.inner.startswith("table:sqlite_"):
            table, _, row = p.inner[6:].rpartition(" row ")
            assert (table, int(row)) not in out
            out[table, int(row)] = p.data
    return out


def test_sqlite():
    values = [(i, f"user{i}", hashlib.sha256(str(i).encode()).hexdigest() * (i % 7 * 40)) for i in range(1, 800)]
    for pragmas in ((), ("page_size=512",), ("page_size=65536",), ("encoding='UTF-16le'",), ("encoding='UTF-16be'",),
                    ("auto_vacuum=full", "page_size=1024"), ("journal_mode=wal",)):
        data = make_database(
            ["CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, 'the password' TEXT NOT NULL DEFAULT '')",
             "CREATE INDEX by_name ON users (name, 'the password')", "CREATE TABLE empty (x)",
             "CREATE TABLE keyed (note TEXT, b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID"]
            + [("INSERT INTO users VALUES (?, ?, ?)", v) for v in values]
            + [("INSERT INTO keyed VALUES (?, ?, ?)", (f"n{i}", f"b{i}", f"a{i:03}")) for i in range(300)], pragmas)
        found = listing(data)
        want = {("users", i): (f"name = {n}\n" + (f"the password = {p}\n" if p else "")).encode() for i, n, p in values}
        for i in range(300):
            want["keyed", i + 1] = f"a = a{i:03}\nb = b{i}\nnote = n{i}\n".encode()
        got = rows_of(found)
        # Rows of interior pages of an index come behind those of the page on their left: numbers are places.
        keyed = sorted(v for k, v in got.items() if k[0] == "keyed")
        assert keyed == sorted(v for k, v in want.items() if k[0] == "keyed"), pragmas
        assert {k: v for k, v in got.items() if k[0] == "users"} == {k: v for k, v in want.items() if k[0] == "users"}
        assert not found.problems, (pragmas, found.problems)


def test_sqlite_deleted():
    for pragmas in (("secure_delete=off",), ("secure_delete=off", "page_size=512")):
        data = make_database(
            ["CREATE TABLE t (name TEXT, secret TEXT)"]
            + [("INSERT INTO t VALUES (?, ?)", (f"n{i}", f"kept-{i}-{'x' * 30}")) for i in range(50)]
            + [("INSERT INTO t VALUES ('mine', ?)", (SECRET.decode(),))]
            + ["DELETE FROM t WHERE name = 'mine'", "CREATE TABLE gone (x TEXT)",
               ("INSERT INTO gone VALUES (?)", ("dropped-" + "y" * 3000,)), "DROP TABLE gone"], pragmas)
        found = listing(data)
        assert SECRET in data or "page_size=512" in pragmas  # there its page was used again
        assert len(found.holding()) == data.count(SECRET) <= 1, found.inner()
        assert all(i.startswith("deleted at ") for i in found.holding())
        assert sum(p.data.count(b"dropped-yyy") for p in found.pieces) == data.count(b"dropped-yyy") > 0
        assert len(rows_of(found)) == 50 and not found.problems


def test_sqlite_archives_in_blobs():
    data = make_database(["CREATE TABLE files (name, content BLOB)",
                          ("INSERT INTO files VALUES ('x', ?)", (make_zip([("a/s.txt", SECRET)] + NOISE),))])
    found = listing(data)
    assert found.holding() == ["table:files row 1 column 2 content!a/s.txt"], found.inner()[:4]


def test_sqlite_damage():
    data = make_database(["CREATE TABLE t (a, b)"]
                         + [("INSERT INTO t VALUES (?, ?)", (f"v{i}-" + "z" * 90, SECRET.decode())) for i in range(60)])
    whole = len(listing(data).holding())
    assert whole == 60
    for cut in range(0, len(data), 1333):
        found = listing(data[:cut])
        assert found.kind == 0 or len(found.holding()) <= whole
    random = __import__("random").Random(1)
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(4):
            broken[random.randrange(100, len(data))] = random.randrange(256)
        listing(bytes(broken))


PYTHON = """
import os
PASSWORD = "value-1"
class Config:
    secret: str = "value-2"
    def __init__(self, n="value-3"):
        self.token = "value-4"
        local = "value-5"
        os.environ["KEY"] = "value-6"
        self.connect(user="u", password="value-7")
def deep():
    def deeper():
        return {"a": "value-8", "b": "value-9", "c": "value-10"}
    return deeper, lambda: b"value-11", ("value-12", ("value-13", frozenset(["value-14"]))), 1 << 100, 1.5, 2j
KEYS = {"one": "value-15"}
LONG = "value-16" * 500
SAME = "value-1"
"""
PYTHON_NAMED = {"value-1": "PASSWORD", "value-2": "secret", "value-4": "token", "value-5": "local", "value-6": "KEY",
                "value-7": "password", "value-8": "a", "value-10": "c", "value-15": "one"}


def pythons():
    seen = {}
    for where in [*os.environ["PATH"].split(":"), *sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin")))]:
        for name in ("python2", "python3", "python"):
            path = os.path.join(where, name)
            if os.access(path, os.X_OK):
                done = subprocess.run([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                                      capture_output=True, text=True, check=False)
                seen.setdefault(done.stdout.strip(), path)
    seen.pop("", None)
    return seen


def test_pyc():
    versions = pythons()
    assert versions
    for version, python in sorted(versions.items()):
        with tempfile.TemporaryDirectory() as d:
            old = version.startswith("2.")
            source = PYTHON.replace("secret: str", "secret") if old else PYTHON
            with open(os.path.join(d, "m.py"), "w", encoding="ascii") as f:
                f.write(source)
            subprocess.run([python, "-c", "import py_compile; py_compile.compile('m.py', cfile='m.pyc', doraise=True)"],
                           cwd=d, check=True, capture_output=True)
            found = list_file(os.path.join(d, "m.pyc"))
        assert found.inner() == ["strings"] and not found.problems, (version, found.problems)
        lines = found.pieces[0].data.decode("latin-1").split("\n")
        for i in range(1, 16):
            value = f"value-{i}"
            having = [x for x in lines if x == value or x.endswith(f' = "{value}"')]
            # Functions have constants of their own, and SAME is one of them again.
            assert len(having) == 1, (version, value, having)
            if not old and tuple(map(int, version.split("."))) < (3, 14) and value in PYTHON_NAMED:
                assert having == [f'{PYTHON_NAMED[value]} = "{value}"'], (version, having)
        assert any(x.endswith("value-16" + '"') or "value-16" * 500 in x or x == "value-16" for x in lines), version


def test_pyc_of_the_library():
    """Every constant of every module of this Python's own library, as marshal itself reads them."""
    import importlib.util  # pylint: disable=import-outside-toplevel
    import marshal  # pylint: disable=import-outside-toplevel

    def texts(code):
        todo, out = [code], set()
        while todo:
            o = todo.pop()
            if isinstance(o, type(code)):
                todo += o.co_consts
            elif isinstance(o, (tuple, frozenset)):
                todo += o
            elif isinstance(o, str):
                out.add(o.encode("utf-8", "surrogatepass"))
            elif isinstance(o, bytes):
                out.add(o)
        return out

    n = 0
    for source in sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py")))[::5]:
        try:
            path = importlib.util.cache_from_source(source)
            with open(path, "rb") as f:
                data = f.read()
        except OSError:
            continue
        found = list_file(path)
        assert not found.problems, (path, found.problems)
        shown = found.pieces[0]
        if shown.n > len(shown.data):
            continue
        for text in texts(marshal.loads(data[16:])):
            assert text in shown.data, (path, text)
        n += 1
    if not n:
        raise Skip("this Python keeps no compiled modules")


def test_pyc_damage():
    import importlib.util  # pylint: disable=import-outside-toplevel
    import marshal  # pylint: disable=import-outside-toplevel
    data = importlib.util.MAGIC_NUMBER + b"\0" * 12 + marshal.dumps(compile(PYTHON, "m.py", "exec"))
    assert not listing(data).problems
    for cut in range(17, len(data), 53):
        assert listing(data[:cut]).problems, cut
    random = __import__("random").Random(2)
    for _ in range(100):
        broken = bytearray(data)
        for _ in range(3):
            broken[random.randrange(17, len(data))] = random.randrange(256)
        listing(bytes(broken))
    assert listing(data[:16] + b"\xe3" + b"\0" * 20 + b"(\1\0\0\0" * 300000).problems


def main():
    t = Tap()
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            t.ok(True, name[5:])
        except Skip as why:
            t.skip(name[5:], why)
        except Exception:  # noqa: BLE001
            t.ok(False, name[5:], traceback.format_exc())
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
