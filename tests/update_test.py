#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`drydock db update` against a server that behaves well, badly, and as nobody should. After every failure the old
database must still answer, and nothing but a .part may be left."""
import datetime
import fcntl
import gzip
import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile

from support import faulty_server as fs
from support.certificates import authority, certificate, expired
from support.program import DRYDOCK, Place, Tap

KEV, EPSS = "/kev/known_exploited_vulnerabilities.json", "/epss/epss_scores-current.csv.gz"
NPM, ROCKY, MAIN = "/osv/npm/all.zip", "/osv/Rocky%20Linux/all.zip", "/alpine/v3.20/main.json"
ALL = ("kev", "epss", "osv:npm", "osv:Rocky Linux", "alpine:v3.20/main")


def zip_of(*records):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for r in records:
            z.writestr(r["id"] + ".json", json.dumps(r))
    return out.getvalue()


def zip_of_text(name, text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, text)
    return out.getvalue()


def osv(number, ecosystem, package, fixed):
    return {"id": f"TEST-{number}", "modified": "2026-01-02T03:04:05Z", "aliases": [f"CVE-2026-{number:04}"],
            "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                          "ranges": [{"type": "SEMVER" if ecosystem == "npm" else "ECOSYSTEM",
                                      "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}


KEV_DATA = json.dumps({"title": "t", "catalogVersion": "2026.01.02", "dateReleased": "2026-01-02T00:00:00Z", "count": 1,
                       "vulnerabilities": [{"cveID": "CVE-2026-0001", "vulnerabilityName": "x", "dateAdded": "2026-01-01",
                                            "dueDate": "2026-02-01", "knownRansomwareCampaignUse": "Known"}]}).encode()
EPSS_DATA = gzip.compress(b"#model_version:v2025.03.14,score_date:2026-01-02T00:00:00+0000\ncve,epss,percentile\n"
                          b"CVE-2026-0001,0.5,0.9\n", mtime=0)
NPM_DATA = zip_of(*(osv(i, "npm", f"package-{i}", "2.0.0") for i in range(1, 60)))
NPM_MORE = zip_of(*(osv(i, "npm", f"package-{i}", "3.0.0") for i in range(1, 90)))
# One member that deflates to much less than its database.
NPM_HUGE = zip_of_text("all.json", json.dumps([osv(i, "npm", f"package-{i}", "3.0.0") for i in range(1, 9000)]))
ROCKY_DATA = zip_of(osv(500, "Rocky Linux:9", "bash", "0:5.1.8-9.el9"))
MAIN_DATA = json.dumps({"distroversion": "v3.20", "reponame": "main", "packages": [
    {"pkg": {"name": "busybox", "secfixes": {"1.36.1-r7": ["CVE-2026-0700"]}}}]}).encode()
GOOD = {KEV: KEV_DATA, EPSS: EPSS_DATA, NPM: NPM_DATA, ROCKY: ROCKY_DATA, MAIN: MAIN_DATA}


def all_good(server):
    server.script = {path: [fs.good(data)] for path, data in GOOD.items()}


def update(place, server, *more, sources=ALL, **run):
    mirror = ["--mirror", server if isinstance(server, str) else server.url] if server else []
    chosen = [w for s in sources for w in ("--source", s)]
    return place.run("db", "update", *mirror, *chosen, "--retry-wait", "10", "--stall", "1", *more, **run)


def knows(place, word):
    r = place.run("db", "show", word)
    return r.code == 0 and word in r.out.decode()


def left_over(place):
    """Files of the cache that are neither sources, their records nor the database."""
    found = []
    for folder, _, names in os.walk(place.cache):
        for n in names:
            path = os.path.relpath(os.path.join(folder, n), place.cache)
            known = path in ("advisories.db", "advisories.json") or path.startswith("sources/") and not n.startswith(".")
            if not known:
                found.append(path)
    return found


def parts(place):
    return [n for _, _, names in os.walk(place.cache) for n in names if n.endswith(".part")]


def record(place, path):
    with open(place.cache + "/sources" + path + ".json", encoding="utf-8") as f:
        return json.load(f)


def good_update(place, server):
    all_good(server)
    r = update(place, server)
    assert r.code == 0, r.err.decode()
    assert knows(place, "CVE-2026-0001") and not left_over(place), left_over(place)
    server.requests.clear()
    return r


# --- what works ---

def normal():
    with Place() as p, fs.serving() as s:
        r = good_update(p, s)
        text = r.err.decode()
        for name in ("osv:npm", "osv:Rocky Linux", "alpine:v3.20/main", "kev:cisa", "epss:first"):
            assert name in text, text
        for word in ("package-1", "bash", "busybox"):
            assert knows(p, word), word
        info = json.loads(p.run("db", "info", "--format", "json").out)
        npm = [x for x in info["sources"] if x["name"] == "osv:npm"][0]
        assert npm["url"] == "https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip", npm
        assert p.run("db", "verify").code == 0


def nothing_new():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        with open(p.cache + "/advisories.db", "rb") as f:
            before, inode = f.read(), os.fstat(f.fileno()).st_ino
        r = update(p, s)
        assert r.code == 0 and b"up to date" in r.err, r.err.decode()
        for path, data in GOOD.items():
            asked = s.asked(path.replace(" ", "%20"))
            assert [a.get("If-None-Match") for a in asked] == [fs.etag(data)], (path, asked)
        with open(p.cache + "/advisories.db", "rb") as f:
            assert f.read() == before and os.fstat(f.fileno()).st_ino == inode, "the database was replaced"


def changed_etag():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.script[NPM] = [fs.good(NPM_MORE)]
        r = update(p, s)
        assert r.code == 0 and knows(p, "package-80"), r.err.decode()
        line = [l for l in r.err.decode().splitlines() if l.startswith("osv:npm")][0]
        assert " new " in line, line


def without_validators():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.script[KEV] = [fs.body(KEV_DATA)]
        for _ in range(2):
            r = update(p, s)
            assert r.code == 0, r.err.decode()


def other_sources_rebuild():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        r = update(p, s, sources=("kev",))
        assert r.code == 0 and not knows(p, "package-1"), r.err.decode()
        r = update(p, s)
        assert r.code == 0 and knows(p, "package-1"), "unchanged files, other database: it has to be built"


def damaged_copy():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        with open(p.cache + "/sources" + NPM, "r+b") as f:
            f.seek(100)
            f.write(b"\0\0\0\0")
        r = update(p, s)
        assert r.code == 0 and s.asked(NPM)[0].get("If-None-Match") is None, "a damaged copy was believed"
        with open(p.cache + "/sources" + NPM, "rb") as f:
            assert f.read() == NPM_DATA


def lost_database():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        os.unlink(p.cache + "/advisories.db")
        assert update(p, s).code == 0 and knows(p, "CVE-2026-0001")
        with open(p.cache + "/advisories.db", "r+b") as f:
            f.truncate(100)
        assert update(p, s).code == 0 and knows(p, "CVE-2026-0001")


def equal_bytes():
    """Two machines that fetched the same have the same database."""
    with Place() as p, Place() as q, fs.serving() as s:
        good_update(p, s)
        all_good(s)
        assert update(q, s, "--jobs", "1").code == 0
        with open(p.cache + "/advisories.db", "rb") as a, open(q.cache + "/advisories.db", "rb") as b:
            assert a.read() == b.read()


def directory_mirror():
    with Place() as p:
        for path, data in GOOD.items():
            name = p.at("a mirror") + path.replace("%20", " ")
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with open(name, "wb") as f:
                f.write(data)
            os.utime(name, (1600000000, 1600000000))
        for form in (p.at("a mirror"), "file://" + p.at("a%20mirror"), "file://localhost" + p.at("a%20mirror")):
            shutil.rmtree(p.cache, ignore_errors=True)
            r = update(p, form, "--offline")
            assert r.code == 0 and knows(p, "CVE-2026-0001"), (form, r.err.decode())
            assert "2020-09-13" in r.err.decode(), r.err.decode()
            assert "up to date" in update(p, form).err.decode()
        os.unlink(p.at("a mirror") + MAIN)
        r = update(p, p.at("a mirror"))
        assert r.code == 4 and b"alpine:v3.20/main" in r.err and b"--list" in r.err and knows(p, "CVE-2026-0001"), r.err
        assert update(p, "file://elsewhere/x").code == 2
        assert update(p, "ftp://localhost/").code == 2
        assert update(p, p.at("no such directory")).code == 2


def list_is_enough_for_a_mirror():
    with Place() as p:
        r = p.run("db", "update", "--list")
        lines = [l.split("\t") for l in r.out.decode().splitlines()]
        assert r.code == 0 and len(lines) > 50 and all(len(l) == 3 for l in lines)
        for title, url, path in lines:
            assert url.startswith("https://") and " " not in url, url
            assert not path.startswith("/") and ".." not in path and path.startswith(title.split(":")[0] + "/"), path
        assert len({l[2] for l in lines}) == len({l[1] for l in lines}) == len({l[0] for l in lines}) == len(lines)
        assert not os.path.exists(p.cache)
        only = p.run("db", "update", "--list", "--source", "ALPINE:v3.20", "--source", "osv:rocky linux").out.decode()
        assert [l.split("\t")[0] for l in only.splitlines()] == ["osv:Rocky Linux", "alpine:v3.20/main", "alpine:v3.20/community"]


def usage():
    with Place() as p, fs.serving() as s:
        for words, said in ((["--source", "osv:npmm"], "did you mean 'osv:npm'?"), (["--source", "x"], "--list"),
                            (["--offline"], "--offline"), (["--mirror", "http://me:secret@localhost/"], "user name"),
                            (["--mirror", s.url, "--ca", "/no/such/file"], "--ca")):
            r = p.run("db", "update", *words)
            assert r.code == 2 and said in r.err.decode(), (words, r.code, r.err.decode())


# --- transfers that break ---

def resume():
    with Place() as p, fs.serving() as s:
        all_good(s)
        s.script[NPM] = [fs.breaks_after(NPM_DATA, 4000), fs.good(NPM_DATA)]
        r = update(p, s)
        assert r.code == 0 and knows(p, "package-1"), r.err.decode()
        asked = s.asked(NPM)
        assert len(asked) == 2 and asked[1]["Range"] == "bytes=4000-" and asked[1]["If-Range"] == fs.etag(NPM_DATA), asked
        assert not parts(p)


def resume_later():
    """The transfer breaks in one run and goes on in the next."""
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.script[NPM] = [fs.breaks_after(NPM_MORE, 5000)]
        failed(update(p, s, "--retries", "0"), p, "osv:npm", allow_part=True)
        assert parts(p) == ["all.zip.part"], parts(p)
        s.requests.clear()
        s.script[NPM] = [fs.good(NPM_MORE)]
        r = update(p, s)
        assert r.code == 0 and knows(p, "package-80"), r.err.decode()
        assert s.asked(NPM)[0]["Range"] == "bytes=5000-" and not parts(p)


def resume_of_changed_file():
    """Between the two halves the file became another one: the halves must never be joined."""
    with Place() as p, fs.serving() as s:
        all_good(s)
        s.script[NPM] = [fs.breaks_after(NPM_DATA, 4000), fs.good(NPM_MORE)]
        r = update(p, s)
        assert r.code == 0 and knows(p, "package-80"), r.err.decode()


def range_ignored():
    with Place() as p, fs.serving() as s:
        all_good(s)
        s.script[NPM] = [fs.breaks_after(NPM_DATA, 4000), fs.good(NPM_DATA, ranges=False)]
        r = update(p, s)
        assert r.code == 0 and "Range" in s.asked(NPM)[1], r.err.decode()
        with open(p.cache + "/sources" + NPM, "rb") as f:
            assert f.read() == NPM_DATA


def range_wrong():
    """206 with another part than asked for: from the start again."""
    with Place() as p, fs.serving() as s:
        for wrong in ("bytes 0-99/100", "bytes 4001-5000/9000", "bytes 4000-", "junk", "bytes 4000-99999999999999999999/9"):
            all_good(s)
            shutil.rmtree(p.cache, ignore_errors=True)
            s.script[NPM] = [fs.breaks_after(NPM_DATA, 4000), fs.status(206, b"x" * 100, Content_Range=wrong),
                             fs.good(NPM_DATA)]
            r = update(p, s)
            assert r.code == 0, (wrong, r.err.decode())
            assert "Range" not in s.asked(NPM)[-1], wrong


def range_not_satisfiable():
    with Place() as p, fs.serving() as s:
        all_good(s)
        s.script[NPM] = [fs.breaks_after(NPM_DATA, 4000), fs.status(416), fs.good(NPM_DATA)]
        assert update(p, s).code == 0 and "Range" not in s.asked(NPM)[-1]


def passing_errors():
    with Place() as p, fs.serving() as s:
        all_good(s)
        s.script[NPM] = [fs.status(500), fs.status(503), fs.good(NPM_DATA)]
        s.script[KEV] = [fs.status(429, Retry_After="1"), fs.good(KEV_DATA)]
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        s.script[MAIN] = [fs.status(503, Retry_After=later.strftime("%a, %d %b %Y %H:%M:%S GMT")), fs.good(MAIN_DATA)]
        s.script[ROCKY] = [fs.hangs(5), fs.good(ROCKY_DATA)]
        start = time.monotonic()
        r = update(p, s)
        assert r.code == 0 and 1 <= time.monotonic() - start < 15, r.err.decode()


# --- failures: the old database stays ---

def failed(r, place, *words, allow_part=False):
    text = r.err.decode()
    assert r.code == 4, (r.code, text)
    for w in words:
        assert w in text, (w, text)
    assert "the old database is kept" in text, text
    assert knows(place, "CVE-2026-0001"), "the old database is gone"
    assert place.run("db", "verify").code == 0
    assert not left_over(place), left_over(place)
    assert allow_part or not parts(place), parts(place)


def fault(behaviours, *words, path=NPM, allow_part=False, at_most=15, more=()):
    def check():
        with Place() as p, fs.serving() as s:
            good_update(p, s)
            s.script[path] = behaviours(s)
            start = time.monotonic()
            failed(update(p, s, *more), p, *words, allow_part=allow_part)
            assert time.monotonic() - start < at_most, "it took too long"
            # A later update heals everything.
            all_good(s)
            s.script[NPM] = [fs.good(NPM_MORE)]
            r = update(p, s)
            assert r.code == 0 and knows(p, "package-80") and not parts(p), r.err.decode()
    return check


def redirect(to):
    return lambda s: [fs.status(302, Location=to(s) if callable(to) else to)]


CUT_ZIP = NPM_MORE[:-200]
EMPTY_ZIP = zip_of({"id": "TEST-1", "modified": "2026-01-02T03:04:05Z", "affected": []})
FEW_ZIP = zip_of(osv(1, "npm", "package-1", "1.0.0"))
HTML = b"<!DOCTYPE html>\n<html><body>Please log in to the hotel's network</body></html>"

FAULTS = [
    ("404", fault(lambda s: [fs.not_found], "osv:npm", "localhost", "404 Not Found")),
    ("403", fault(lambda s: [fs.status(403)], "osv:npm", "403 Forbidden")),
    ("500 again and again", fault(lambda s: [fs.status(500)], "osv:npm", "500 Internal Server Error")),
    ("401 asks for credentials", fault(lambda s: [fs.status(401, WWW_Authenticate="Basic realm=x")], "401")),
    ("429 for an hour", fault(lambda s: [fs.status(429, Retry_After="3600")], "429 Too Many Requests", "3600 s")),
    ("an endless redirect", fault(redirect(NPM), "osv:npm", "too many redirects")),
    ("a redirect to a file", fault(redirect("file:///etc/passwd"), "redirect", "not followed")),
    ("a redirect to ftp", fault(redirect("ftp://localhost/x"), "redirect", "not followed")),
    ("a redirect with a user name", fault(redirect(lambda s: s.url.replace("//", "//me:secret@") + NPM), "user name")),
    ("a redirect to nowhere", fault(lambda s: [fs.status(302)], "redirect")),
    ("a promised length that never comes", fault(lambda s: [fs.wrong_length(NPM_MORE, len(NPM_MORE) + 100)],
                                                 "before the promised length", allow_part=True)),
    ("a promised length that is too short", fault(lambda s: [fs.wrong_length(NPM_MORE, len(NPM_MORE) - 100)], "cut")),
    ("a server that says nothing", fault(lambda s: [fs.hangs(30)], "stalled", "--mirror", at_most=20,
                                         more=["--retries", "1"])),
    ("a server that stops in the middle", fault(lambda s: [fs.hangs(30, NPM_MORE[:3000], len(NPM_MORE))], "stalled",
                                                allow_part=True, at_most=20, more=["--retries", "1"])),
    ("a web page instead of a zip", fault(lambda s: [fs.body(HTML)], "osv:npm", "web page")),
    ("a web page instead of JSON", fault(lambda s: [fs.body(HTML)], "kev:cisa", "web page", path=KEV)),
    ("an empty file", fault(lambda s: [fs.body(b"")], "empty")),
    ("a zip that is cut", fault(lambda s: [fs.good(CUT_ZIP)], "osv:npm", "cut")),
    ("a zip with nothing in it", fault(lambda s: [fs.good(EMPTY_ZIP)], "osv:npm", "no advisory")),
    ("a zip that has lost nearly all", fault(lambda s: [fs.good(FEW_ZIP)], "osv:npm", "too few", "--allow-shrink")),
    ("a zip of noise", fault(lambda s: [fs.good(b"PK\3\4" + bytes(range(256)) * 40 + b"PK\5\6" + bytes(18))], "osv:npm")),
    ("gzip that is cut", fault(lambda s: [fs.good(EPSS_DATA[:-12])], "epss:first", path=EPSS)),
    ("JSON that is cut", fault(lambda s: [fs.good(KEV_DATA[:-30])], "kev:cisa", path=KEV)),
    ("a file that promises too much", fault(lambda s: [fs.wrong_length(b"PK\3\4", 5 << 30)], "limit")),
    ("header fields without end", fault(lambda s: [fs.status(200, **{f"X{i}": "y" * 1000 for i in range(90)})], "osv:npm")),
    ("a connection that ends at once", fault(lambda s: [lambda h: h.reset()], "osv:npm")),
]


def unreachable():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.close()
        failed(update(p, s.url), p, "localhost", "--mirror")
        failed(update(p, "http://no-such-host.invalid"), p, "no-such-host.invalid")


def keep_going():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.script[ROCKY] = [fs.status(404)]
        s.script[NPM] = [fs.good(NPM_MORE)]
        r = update(p, s, "--keep-going")
        assert r.code == 3 and b"earlier copy" in r.err and knows(p, "package-80") and knows(p, "bash"), r.err.decode()
        shutil.rmtree(p.cache)
        r = update(p, s, "--keep-going")
        assert r.code == 3 and b"going on without it" in r.err and knows(p, "package-80"), r.err.decode()
        assert not knows(p, "bash")


def maybe_absent():
    """A source that may not be published: its absence is said and is no failure, unless it was there before."""
    with Place() as p, fs.serving() as s:
        all_good(s)
        r = update(p, s, sources=ALL + ("osv:Echo",))
        assert r.code == 0 and b"not published" in r.err, r.err.decode()
        s.script["/osv/Echo/all.zip"] = [fs.good(zip_of(osv(900, "Echo", "zlib", "1.3")))]
        assert update(p, s, sources=ALL + ("osv:Echo",)).code == 0 and knows(p, "zlib")
        s.script["/osv/Echo/all.zip"] = [fs.not_found]
        failed(update(p, s, sources=ALL + ("osv:Echo",)), p, "osv:Echo", "404")


def too_many_bytes():
    """A chunked answer without end: stopped at the limit. Its own limit is 1 GiB; a file-size limit stands in for it."""
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.script[KEV] = [fs.endless(b"[" * (1 << 20), 64)]
        command = [DRYDOCK, "db", "update", "--mirror", s.url, "--source", "kev", "--retries", "0"]
        r = subprocess.run(command, capture_output=True, check=False, env=dict(os.environ, DRYDOCK_CACHE=p.cache),
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8 << 20, 8 << 20)))
        assert r.returncode == 4 and b"File too large" in r.stderr and b"kept" in r.stderr, r
        assert knows(p, "CVE-2026-0001") and not left_over(p)


def full_disk_at_the_end():
    """No room for the new database: the files came, the old database stays."""
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        s.script[NPM] = [fs.good(NPM_HUGE)]
        size = len(NPM_HUGE) + 64
        command = [DRYDOCK, "db", "update", "--mirror", s.url] + [w for x in ALL for w in ("--source", x)]
        r = subprocess.run(command, capture_output=True, check=False, env=dict(os.environ, DRYDOCK_CACHE=p.cache),
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        assert r.returncode == 4 and b"File too large" in r.stderr, r
        assert knows(p, "CVE-2026-0001") and not knows(p, "package-8000") and not left_over(p), left_over(p)
        assert update(p, s).code == 0 and os.path.getsize(p.cache + "/advisories.db") > size, "too small to test anything"


def unwritable_cache():
    with Place() as p, fs.serving() as s:
        all_good(s)
        with open(p.at("file"), "wb"):
            pass
        r = update(p, s, "--cache", p.at("file") + "/cache")
        assert r.code == 4 and b"cannot make the directory" in r.err and b"no database yet" in r.err, r.err.decode()
        r = update(p, s, "--cache", "/proc/drydock")
        assert r.code == 4, r.err.decode()


def start(place, server, *more):
    command = [DRYDOCK, "db", "update", "--mirror", server.url, *more] + [w for x in ALL for w in ("--source", x)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=dict(os.environ, DRYDOCK_CACHE=place.cache))


def wait_for(check, seconds=10):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def two_at_once():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        go = threading.Event()

        def slow(h):
            go.wait(10)
            fs.good(NPM_MORE)(h)
        s.script[NPM] = [slow]
        first = start(p, s)
        wait_for(lambda: s.asked(NPM))
        second = start(p, s)
        time.sleep(0.5)
        assert second.poll() is None and len(s.asked(NPM)) == 1, "the second did not wait"
        go.set()
        out1, out2 = first.communicate()[1], second.communicate()[1]
        assert first.returncode == 0 and second.returncode == 0, (out1, out2)
        assert b"waiting" in out2 and b"up to date" in out2 and knows(p, "package-80"), out2


def interrupted(number):
    def check():
        with Place() as p, fs.serving() as s:
            good_update(p, s)
            s.script[NPM] = [fs.hangs(20, NPM_MORE[:3000], len(NPM_MORE))]
            child = start(p, s)
            part = p.cache + "/sources" + NPM + ".part"
            wait_for(lambda: os.path.exists(part) and os.path.getsize(part) == 3000)
            begin = time.monotonic()
            child.send_signal(number)
            err = child.communicate()[1].decode()
            assert child.returncode == -number and "interrupted" in err, (child.returncode, err)
            assert time.monotonic() - begin < 3, "it took too long to end"
            assert knows(p, "CVE-2026-0001") and not left_over(p), left_over(p)
    return check


def killed_leaves_no_more_than_the_next_run_cleans():
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        with open(p.cache + "/update/.drydock-abcdef", "wb") as f:
            f.write(b"half a database")
        assert update(p, s).code == 0 and not left_over(p), left_over(p)


def no_credentials_leave():
    with Place() as p, fs.serving() as s:
        all_good(s)
        netrc = os.path.join(p.path, "home", ".netrc")
        with open(netrc, "w", encoding="utf-8") as f:
            f.write("machine localhost login me password secret\n")
        os.chmod(netrc, 0o600)
        assert update(p, s).code == 0
        for _, headers in s.requests:
            assert not {"Authorization", "Cookie", "Referer"} & set(headers), headers


def proxy():
    """libcurl's variables: the proxy is asked for the whole URL."""
    with Place() as p, fs.serving() as s:
        s.script = {"http://mirror.test" + path: [fs.good(data)] for path, data in GOOD.items()}
        r = update(p, "http://mirror.test", env={"http_proxy": s.url})
        assert r.code == 0 and knows(p, "CVE-2026-0001"), r.err.decode()


def redirect_is_followed():
    with Place() as p, fs.serving() as s, fs.serving() as other:
        all_good(s)
        other.script[NPM] = [fs.good(NPM_DATA)]
        s.script[NPM] = [fs.status(301, Location=other.url + NPM)]
        r = update(p, s)
        assert r.code == 0 and knows(p, "package-1"), r.err.decode()


# --- TLS ---

def tls():
    if not shutil.which("openssl"):
        return "openssl is not installed"
    with Place() as p:
        folder = p.at("tls")
        os.mkdir(folder)
        authority(folder)
        ca = folder + "/ca.pem"
        with fs.serving(certificate=certificate(folder, "good", "localhost")) as s:
            all_good(s)
            r = update(p, s, "--ca", ca)
            assert r.code == 0 and knows(p, "CVE-2026-0001"), r.err.decode()
            assert update(p, s, env={"SSL_CERT_FILE": ca}).code == 0
            for more in ({}, {"env": {"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}}):
                failed(update(p, s, **more), p, "certificate", "--ca")
            # From https never back to http.
            with fs.serving() as plain:
                plain.script[NPM] = [fs.good(NPM_DATA)]
                s.script[NPM] = [fs.status(302, Location=plain.url + NPM)]
                failed(update(p, s, "--ca", ca), p, "not encrypted")
                assert not plain.requests
                # From http to https.
                all_good(s)
                plain.script = {path: [fs.status(302, Location=s.url + path)] for path in GOOD}
                assert update(p, plain, "--ca", ca).code == 0
        for pem in (certificate(folder, "other", "elsewhere.test"), expired(folder, "expired")):
            with fs.serving(certificate=pem) as s:
                all_good(s)
                failed(update(p, s, "--ca", ca), p, "certificate")
                assert not s.requests
    return None


# --- the cache ---

def cache_clear():
    """Takes the fetched sources away and nothing else; the database goes on answering; never under a running update."""
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        part = p.cache + "/sources" + NPM + ".part"
        for path in (part, p.cache + "/sources/osv/mine.json", p.cache + "/sources/note.txt"):
            with open(path, "wb") as f:
                f.write(b"x" * 1000)
        files = [n for _, _, names in os.walk(p.cache + "/sources") for n in names]
        fetched = len([n for n in files if n.endswith(".part") or n + ".json" in files])
        assert fetched > 3, files
        info = p.run("cache", "info").out.decode().splitlines()[-1].split()
        assert info[:2] == ["sources", str(fetched)], (info, files)
        fd = os.open(p.cache + "/update", os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(fd, fcntl.LOCK_EX)
        r = p.run("cache", "clear")
        assert r.code == 4 and b"at work" in r.err and os.path.exists(part), (r.code, r.err)
        os.close(fd)
        r = p.run("cache", "clear")
        assert r.code == 0 and r.out.decode().splitlines()[-1].split()[:2] == ["sources", str(fetched)], r
        left = [os.path.relpath(os.path.join(f, n), p.cache) for f, _, names in os.walk(p.cache + "/sources") for n in names]
        assert sorted(left) == ["sources/note.txt", "sources/osv/mine.json"], left
        assert sorted(os.listdir(p.cache + "/sources")) == ["note.txt", "osv"] and os.listdir(p.cache + "/sources/osv") == ["mine.json"]
        assert knows(p, "CVE-2026-0001")
        r = update(p, s)
        assert r.code == 0 and knows(p, "CVE-2026-0001"), r.err.decode()
        os.unlink(p.cache + "/sources/note.txt")
        os.unlink(p.cache + "/sources/osv/mine.json")
        assert p.run("cache", "clear").code == 0 and not os.path.exists(p.cache + "/sources")
        assert p.run("cache", "clear").out.decode().splitlines()[-1].split()[:2] == ["sources", "0"]


# --- age ---

def age():
    """Stale is what was neither new nor checked with the official sources; a mirror is no check."""
    with Place() as p, fs.serving() as s:
        good_update(p, s)
        with open(p.cache + "/advisories.json", encoding="utf-8") as f:
            state = json.load(f)
        assert "checked" not in state, state

        def stale(**changes):
            with open(p.cache + "/advisories.json", "w", encoding="utf-8") as f:
                json.dump({**state, **changes}, f)
            os.makedirs(p.at("root/etc"), exist_ok=True)
            with open(p.at("root/etc/os-release"), "w", encoding="utf-8") as f:
                f.write('ID=alpine\nVERSION_ID=3.20.1\n')
            env = {"SOURCE_DATE_EPOCH": str(int(datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc).timestamp()))}
            r = p.run("scan", "--format", "json", "dir:" + p.at("root"), env=env)
            assert r.out, r.err.decode()
            return json.loads(r.out)["database"]["stale"]
        assert stale() is True
        assert stale(checked="2026-05-30T00:00:00Z") is False
        assert stale(checked="2026-05-30T00:00:00Z", database="sha256:" + "0" * 64) is True, "a state of another database"
        assert stale(checked="2026-05-01T00:00:00Z") is True
        assert stale(checked="2030-01-01T00:00:00Z") is True, "a check in the future"
        assert stale(checked="junk") is True


def main():
    tap = Tap()
    for name, check in [
            ("an update", normal), ("304: the database is left as it is", nothing_new), ("a changed file", changed_etag),
            ("a server without validators", without_validators), ("another choice of sources", other_sources_rebuild),
            ("a damaged copy is fetched again", damaged_copy), ("a lost or damaged database is built again", lost_database),
            ("equal sources, equal bytes", equal_bytes), ("a mirror that is a directory", directory_mirror),
            ("--list", list_is_enough_for_a_mirror), ("usage errors", usage), ("a broken transfer goes on", resume),
            ("a broken transfer goes on in the next run", resume_later),
            ("a file that changes between its halves", resume_of_changed_file), ("a server that ignores Range", range_ignored),
            ("a server that sends another range", range_wrong), ("416", range_not_satisfiable),
            ("errors that pass", passing_errors), *FAULTS, ("nobody there", unreachable), ("--keep-going", keep_going),
            ("a source that may be absent", maybe_absent), ("a full disk while fetching", too_many_bytes),
            ("a full disk while building", full_disk_at_the_end), ("a cache that cannot be written", unwritable_cache),
            ("two updates at once", two_at_once), ("SIGINT", interrupted(signal.SIGINT)),
            ("SIGTERM", interrupted(signal.SIGTERM)),
            ("what a killed update left", killed_leaves_no_more_than_the_next_run_cleans),
            ("no credentials", no_credentials_leave), ("a proxy", proxy), ("a redirect", redirect_is_followed), ("TLS", tls),
            ("cache clear", cache_clear), ("the age of the database", age)]:
        if len(sys.argv) < 2 or sys.argv[1] in name:
            tap.case(name, check)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
