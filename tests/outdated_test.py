#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`drydock outdated` and `scan --fresh` against stand-ins of every registry: documented answers, and broken ones."""
import gzip
import json
import os
import sys
import time

from support import faulty_server as fs
from support.program import Place, Tap

JSON = "application/json"


def doc(value):
    return value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else json.dumps(value).encode()


NPM = {"name": "left-pad", "dist-tags": {"latest": "1.3.0"},
       "versions": {"1.0.0": {"deprecated": "use String.prototype.padStart()"}, "1.3.0": {}}}
SCOPED = {"name": "@s/p", "dist-tags": {"latest": "2.0.0"}, "versions": {"1.0.0": {}, "2.0.0": {}}}
PYPI = {"meta": {"api-version": "1.4"}, "name": "six", "project-status": {"status": "archived", "reason": "done"},
        "files": [{"filename": "six-1.10.0.tar.gz", "yanked": "bad build"}, {"filename": "six-1.17.0.tar.gz", "yanked": False}]}
CARGO = '{"name":"serde","vers":"1.0.100","yanked":true}\n{"name":"serde","vers":"1.0.200","yanked":false}\n'
GO_MOD = "// Deprecated: use example.org/new\nmodule example.org/Old\nretract v1.0.0 // broken\n"
MAVEN = ("<metadata><versioning><versions><version>4.10</version><version>4.13.2</version></versions></versioning>"
         "</metadata>")
GEM = "---\n7.0.0 a:>= 1|checksum:00\n7.1.0 |checksum:00\n"
NUGET = {"items": [{"lower": "1.0.0", "upper": "13.0.0"}]}
NUGET_PAGE = {"items": [{"catalogEntry": {"version": "1.0.0", "deprecation": {"reasons": ["Legacy"], "message": "old",
                                                                            "alternatePackage": {"id": "New"}}}},
                        {"catalogEntry": {"version": "13.0.0"}}]}
COMPOSER = {"packages": {"v/n": [{"version": "2.0.0", "abandoned": "v/other"}, {"version": "1.0.0"}]}}

ANSWERS = {
    "/npm/left-pad": NPM, "/npm/@s%2fp": SCOPED, "/pypi/simple/six/": PYPI, "/cargo/se/rd/serde": CARGO,
    "/go/example.org/!old/@v/list": "v1.0.0\nv1.1.0\n", "/go/example.org/!old/@v/v1.1.0.mod": GO_MOD,
    "/maven/junit/junit/maven-metadata.xml": MAVEN, "/gem/info/rails": GEM, "/nuget/old.one/index.json": NUGET,
    "/nuget/old.one/page/1.0.0/13.0.0.json": gzip.compress(doc(NUGET_PAGE)), "/composer/p2/v/n.json": COMPOSER,
}
VARIABLES = {"DRYDOCK_NPM_REGISTRY": "/npm", "DRYDOCK_PYPI_INDEX": "/pypi/simple", "DRYDOCK_CARGO_INDEX": "/cargo",
             "DRYDOCK_GOPROXY": "/go", "DRYDOCK_MAVEN_REPOSITORY": "/maven", "DRYDOCK_RUBYGEMS": "/gem",
             "DRYDOCK_NUGET": "/nuget", "DRYDOCK_PACKAGIST": "/composer"}

FILES = {
    "app/node_modules/left-pad/package.json": {"name": "left-pad", "version": "1.0.0"},
    "app/node_modules/@s/p/package.json": {"name": "@s/p", "version": "1.0.0"},
    "usr/lib/python3/dist-packages/six-1.10.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: six\nVersion: 1.10.0\n",
    "rust/Cargo.lock": 'version = 3\n\n[[package]]\nname = "serde"\nversion = "1.0.100"\n'
                       'source = "registry+https://github.com/rust-lang/crates.io-index"\n',
    "go/go.mod": "module x\n\nrequire example.org/Old v1.0.0\n",
    "java/pom.xml": "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>"
                    "<version>1</version><dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId>"
                    "<version>4.10</version></dependency></dependencies></project>",
    "ruby/Gemfile.lock": "GEM\n  remote: https://rubygems.org/\n  specs:\n    rails (7.0.5)\n\nPLATFORMS\n  ruby\n\n"
                         "DEPENDENCIES\n  rails\n",
    "net/packages.lock.json": {"version": 1, "dependencies": {"net8.0": {"Old.One": {
        "type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "contentHash": "x"}}}},
    "php/composer.lock": {"packages": [{"name": "v/n", "version": "1.0.0"}], "packages-dev": []},
}


def rootfs(place, files=None):
    for name, content in (files or FILES).items():
        path = os.path.join(place.at("root"), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(doc(content))
    os.makedirs(os.path.join(place.at("root"), "etc"), exist_ok=True)
    return "dir:" + place.at("root")


def environment(server):
    return {name: server.url + path for name, path in VARIABLES.items()}


def outdated(place, server, target, *args, env=None):
    r = place.run("outdated", "--format", "json", *args, target, env=environment(server) if env is None else env)
    report = json.loads(r.out) if r.out else None
    return r.code, report, r.err.decode()


def found(report):
    return {f["id"]: f for f in report["findings"]}


def answers(server, replace=None):
    for path, value in ANSWERS.items():
        server.script[path] = [fs.good(doc(value))]
    for path, behaviour in (replace or {}).items():
        server.script[path] = behaviour


WANTED = {
    "deprecated:npm:left-pad": ("low", "1.3.0", "use String.prototype.padStart()"),
    "outdated:npm:@s/p": ("negligible", "2.0.0", None),
    "yanked:pypi:six": ("medium", "1.17.0", "bad build"),
    "yanked:cargo:serde": ("medium", "1.0.200", None),
    "yanked:golang:example.org/Old": ("medium", "v1.1.0", "broken"),
    "outdated:maven:junit:junit": ("negligible", "4.13.2", None),
    "yanked:gem:rails": ("medium", "7.1.0", None),
    "deprecated:nuget:Old.One": ("low", "13.0.0", "old; use New"),
    "archived:composer:v/n": ("low", "2.0.0", "its authors have abandoned it; use v/other"),
}


def every_registry():
    with Place() as place, fs.serving() as server:
        answers(server)
        target = rootfs(place)
        code, report, err = outdated(place, server, target)
        assert code == 0, (code, err, report and report["problems"])
        got = {i: (f["severity"], f["fix"]["versions"][0], f["note"]) for i, f in found(report).items()}
        assert got == WANTED, got
        assert all(f["kind"] == "outdated" for f in report["findings"])
        asked = len(server.requests)
        code, again, _ = outdated(place, server, target)
        assert len(server.requests) == asked, "answers are kept"
        assert again["findings"] == report["findings"]
        code, again, _ = outdated(place, server, target, "--recheck", "0")
        assert again["findings"] == report["findings"]
        late = server.requests[asked:]
        assert len(late) == asked and all("If-None-Match" in h for _, h in late), "validators are used"
        return None


def as_part_of_a_scan():
    with Place() as place, fs.serving() as server:
        answers(server)
        db = place.database({"id": "TEST-1", "modified": "2026-01-02T03:04:05Z", "affected": [{
            "package": {"ecosystem": "npm", "name": "other"}, "versions": ["1.0.0"]}]})
        target = rootfs(place)
        r = place.run("scan", "--db", db, "--format", "json", target, env=environment(server))
        assert r.code in (0, 3) and not server.requests, "a scan asks nobody"
        r = place.run("scan", "--db", db, "--format", "json", "--fresh", "--offline", target, env=environment(server))
        assert not server.requests, "--offline wins"
        assert "offline" in " ".join(json.loads(r.out)["summary"]["warnings"]), r.out
        r = place.run("scan", "--db", db, "--format", "json", "--fresh", target, env=environment(server))
        ids = set(found(json.loads(r.out)))
        assert ids == set(WANTED), ids
        r = place.run("scan", "--db", db, "--fresh", "--fail-on", "medium", target, env=environment(server))
        assert r.code == 1, r.code


def in_every_format():
    with Place() as place, fs.serving() as server:
        answers(server)
        target = rootfs(place)
        for fmt in ("table", "sarif", "csv", "markdown", "html", "junit", "checkstyle", "gitlab-code-quality"):
            r = place.run("outdated", "--format", fmt, target, env=environment(server))
            assert r.code == 0, (fmt, r.err)
            assert b"left-pad" in r.out, fmt


def slow_html(h):
    h.head(200, Content_Type="text/html", Content_Length="31")
    h.wfile.write(b"<html><body>Sign in</body></html>"[:31])


def status(code, **fields):
    def answer(h):
        h.head(code, Content_Length="0", **fields)
    return answer


BROKEN = [
    ("a login page", [slow_html], "left-pad"),
    ("JSON of something else", [fs.good(b'{"error":"x"}')], None),
    ("cut JSON", [fs.good(doc(NPM)[:-20])], None),
    ("an empty answer", [fs.good(b"")], None),
    ("not UTF-8", [fs.good(b'{"dist-tags":{"latest":"\xff"}}')], None),
    ("server errors", [status(500)], "500"),
    ("access denied", [status(403)], "403"),
    ("a redirect elsewhere", [status(302, Location="http://169.254.169.254/latest/meta-data")], "another host"),
    ("a redirect to itself", [status(302, Location="/npm/left-pad")], "too many redirects"),
    ("to be left alone for an hour", [status(429, Retry_After="3600")], "3600"),
    ("a promise of more than the limit", [status(200, X="y")], None),
]


def broken(name, behaviour, words):
    with Place() as place, fs.serving() as server:
        if name.startswith("a promise"):
            def behaviour_huge(h):
                h.head(200, Content_Length=str(1 << 40))
                h.wfile.write(b"{")
            behaviour = [behaviour_huge]
        answers(server, {"/npm/left-pad": behaviour})
        code, report, err = outdated(place, server, rootfs(place))
        assert code == 3, (code, err)
        texts = [p["text"] for p in report["problems"]]
        assert len(texts) >= 1 and all("npm" in t for t in texts), texts
        assert words is None or words == "left-pad" or any(words in t for t in texts), texts
        ids = set(found(report))
        assert "deprecated:npm:left-pad" not in ids
        # the rest is known all the same (429 ends the conversation with that host, and all of these are one host)
        if "alone" not in name:
            assert ids == set(WANTED) - {"deprecated:npm:left-pad"}, ids


def tried_again():
    with Place() as place, fs.serving() as server:
        answers(server, {"/npm/left-pad": [status(503, Retry_After="1"), fs.good(doc(NPM))]})
        start = time.monotonic()
        code, report, err = outdated(place, server, rootfs(place))
        assert code == 0 and set(found(report)) == set(WANTED), (code, err)
        assert time.monotonic() - start >= 1, "Retry-After counts"


def unreachable():
    with Place() as place, fs.serving() as server:
        answers(server)
        env = environment(server)
        with fs.serving() as gone:
            port = gone.port
        files = {f"app/node_modules/p{i}/package.json": {"name": f"p{i}", "version": "1.0.0"} for i in range(200)}
        start = time.monotonic()
        code, report, _ = outdated(place, server, rootfs(place, {**FILES, **files}),
                                   env={**env, "DRYDOCK_NPM_REGISTRY": f"http://localhost:{port}"})
        assert code == 3
        assert len(report["problems"]) == 1, "told once"
        assert "202 packages of npm" in report["problems"][0]["text"], report["problems"]
        assert time.monotonic() - start < 30, "not asked 200 times"


def absent():
    """A private package: the registry does not have it. No problem, and the refusal is kept."""
    with Place() as place, fs.serving() as server:
        answers(server, {"/npm/left-pad": [fs.not_found]})
        target = rootfs(place)
        code, report, _ = outdated(place, server, target)
        assert code == 0 and set(found(report)) == set(WANTED) - {"deprecated:npm:left-pad"}
        outdated(place, server, target)
        assert len(server.asked("/npm/left-pad")) == 1


def bounded():
    with Place() as place, fs.serving() as server:
        files = {f"app/node_modules/p{i}/package.json": {"name": f"p{i}", "version": "1.0.0"} for i in range(50)}
        for i in range(50):
            server.script[f"/npm/p{i}"] = [fs.good(doc({"dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {}}}))]
        code, report, _ = outdated(place, server, rootfs(place, files), "--upstream-packages", "20")
        assert code == 0 and len(server.requests) == 20, len(server.requests)
        assert "30 more" in " ".join(report["summary"]["warnings"]), report["summary"]


def hostile_names():
    """Names that would lead elsewhere are not asked for, and cannot be put into a request."""
    with Place() as place, fs.serving() as server:
        names = ["../../etc/passwd", "a?x=y", "a#b", "a%2f..%2fb", "x y", "@a/../../b", "\u001b[31mred", "x" * 3000]
        lock = {"lockfileVersion": 3, "packages": {f"node_modules/{n}": {"version": "1.0.0", "name": n} for n in names}}
        code, report, err = outdated(place, server, rootfs(place, {"app/package-lock.json": lock}))
        assert code in (0, 3), err
        assert not [p for p, _ in server.requests if ".." in p or "?" in p or "#" in p or "passwd" in p], server.requests


def hostile_words():
    with Place() as place, fs.serving() as server:
        evil = json.loads(json.dumps(NPM))
        evil["versions"]["1.0.0"]["deprecated"] = "\u001b[2Jgone <script>alert(1)</script> \u202e" + "x" * 100000
        answers(server, {"/npm/left-pad": [fs.good(doc(evil))]})
        target = rootfs(place)
        for fmt in ("table", "html", "markdown", "csv"):
            r = place.run("outdated", "--format", fmt, target, env=environment(server))
            assert b"\x1b[2J" not in r.out and "\u202e".encode() not in r.out, fmt
            assert fmt != "html" or b"<script>alert(1)" not in r.out
            assert len(r.out) < 1000000


def without_cache():
    with Place() as place, fs.serving() as server:
        answers(server)
        code, report, _ = outdated(place, server, rootfs(place), "--no-cache")
        assert code == 0 and set(found(report)) == set(WANTED)
        assert not os.path.exists(place.cache)
        assert not os.listdir(os.path.join(place.path, "tmp")), "nothing is left behind"


def bad_options():
    with Place() as place, fs.serving() as server:
        target = rootfs(place)
        for args in (["--repository", "a/b"], ["--repository", "x=ftp://y"], ["--repository", "x=http://u:p@y"]):
            code, _, err = outdated(place, server, target, *args)
            assert code == 2 and "--repository" in err, (code, err)
        code, _, err = outdated(place, server, target, env={"DRYDOCK_NPM_REGISTRY": "http://user:secret@host/"})
        assert code == 2 and "secret" not in err and "DRYDOCK_NPM_REGISTRY" in err, err
        code, report, _ = outdated(place, server, target, env={**environment(server), "DRYDOCK_GOPROXY": "off"})
        assert not server.asked("/go/example.org/!old/@v/list")


def a_host_in_the_place_of_another():
    with Place() as place, fs.serving() as server:
        answers(server)
        env = environment(server)
        del env["DRYDOCK_NPM_REGISTRY"]
        code, report, err = outdated(place, server, rootfs(place), "--repository",
                                     "registry.npmjs.org=" + server.url + "/npm", env=env)
        assert code == 0 and set(found(report)) == set(WANTED), (code, err)
        assert server.asked("/npm/left-pad")


def main():
    tap = Tap()
    tap.case("every registry, kept answers, validators", every_registry)
    tap.case("as part of a scan, where it is wanted", as_part_of_a_scan)
    tap.case("in every report format", in_every_format)
    for name, behaviour, words in BROKEN:
        tap.case(f"{name} instead of a document", broken, name, behaviour, words)
    tap.case("a server that asks for patience", tried_again)
    tap.case("a registry that cannot be reached is told once", unreachable)
    tap.case("a package that the registry does not have", absent)
    tap.case("no more packages than the limit", bounded)
    tap.case("hostile names make no request", hostile_names)
    tap.case("hostile words do no harm", hostile_words)
    tap.case("without a cache", without_cache)
    tap.case("options and variables that make no sense", bad_options)
    tap.case("a host in the place of another", a_host_in_the_place_of_another)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
