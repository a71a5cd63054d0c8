#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The program against registries that do everything wrong: scan, copy, inspect and db pull by name. Whatever happens, it
ends soon, with exit code 4, with a message that names the host, without a report or a file by halves, and no secret is
told. (The client by itself: registry_faults_test.py.) TAP."""
import base64
import concurrent.futures
import contextlib
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "support")]
from image_samples import ADVISORIES, image  # noqa: E402
from images import Image, file, layer_tar, sha256  # noqa: E402
from program import DRYDOCK, Place, Tap  # noqa: E402
from support import faulty_server as fs  # noqa: E402
from support.certificates import authority, certificate, expired  # noqa: E402

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
PASSWORD = "open-sesame"
SECRETS = (PASSWORD, base64.b64encode(b"user:" + PASSWORD.encode()).decode(), "TOKEN-ABC", "SIGNATURE")
PULL = "repository%3Aapp%3Apull"
MANIFEST_AT = "/v2/app/manifests/"
BLOB_AT = "/v2/app/blobs/"


def document(data, kind=MANIFEST):
    return fs.status(200, data, Content_Type=kind, Docker_Content_Digest="sha256:" + sha256(data))


def part_of(h, data):
    """Where a Range begins, after the head of the answer was sent."""
    wanted = h.headers.get("Range")
    start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
    if start:
        h.head(206, Content_Length=str(len(data) - start), Content_Range=f"bytes {start}-{len(data) - 1}/{len(data)}")
    else:
        h.head(200, Content_Length=str(len(data)))
    return start


def ranged(data):
    def answer(h):
        start = part_of(h, data)
        h.wfile.write(data[start:])
    return answer


def breaks_anywhere(data, n):
    """Sends the n bytes from where it is asked to begin, then a reset."""
    def answer(h):
        start = part_of(h, data)
        h.wfile.write(data[start:start + n])
        h.wfile.flush()
        time.sleep(0.2)
        h.reset()
    return answer


def silent(h):
    time.sleep(20)
    h.close_connection = True


# The layers are larger than a socket's buffers: a server that breaks off does so in their midst.
APP = Image([*image().layers, layer_tar([file("noise", os.urandom(3 << 20))])])


class World:
    """A place, a registry with APP as app:1 over TLS, and a login for it."""

    def __init__(self, place, folder, server):
        self.place, self.folder, self.server = place, folder, server
        self.host = server.url.split("//")[1]
        self.name = self.host + "/app:1"
        self.ca = folder + "/ca.pem"
        self.manifest = APP.manifest("gzip")
        self.config, self.layers = APP.descriptors("gzip")
        self.blobs = {"sha256:" + name: data for name, data in APP.blobs("gzip").items()}
        self.last = self.layers[-1]["digest"]
        self.reset()
        docker = os.path.join(place.path, "home", ".docker")
        os.makedirs(docker, exist_ok=True)
        with open(docker + "/config.json", "w", encoding="ascii") as f:
            json.dump({"auths": {self.host: {"auth": base64.b64encode(b"user:" + PASSWORD.encode()).decode()}}}, f)

    def reset(self):
        script = self.server.script
        script.clear()
        script[MANIFEST_AT + "1"] = [document(self.manifest)]
        script[MANIFEST_AT + "sha256:" + sha256(self.manifest)] = [document(self.manifest)]
        for digest, data in self.blobs.items():
            script[BLOB_AT + digest] = [ranged(data)]

    def for_inspect(self):
        """It asks for a tag's digest first: that is told rightly, and what is wrong comes behind the digest."""
        script = self.server.script
        by_digest = MANIFEST_AT + "sha256:" + sha256(self.manifest)
        script["HEAD " + MANIFEST_AT + "1"] = [document(self.manifest)]
        script["HEAD " + by_digest] = [document(self.manifest)]
        script[by_digest] = script[MANIFEST_AT + "1"]

    def options(self):
        return ("--registry-ca", self.ca, "--registry-timeout", "2", "--verbose")

    def run(self, *words, **more):
        begin = time.monotonic()
        r = self.place.run(*words, *self.options(), **more)
        r.seconds = time.monotonic() - begin
        r.text = r.err.decode()
        for secret in SECRETS:
            assert secret not in r.text and secret.encode() not in r.out, (secret, r.text)
        return r

    def scan(self, *more):
        return self.run("scan", "--db", self.place.at("test.db"), "--format", "json", "--no-cache", *more, "registry:" + self.name)

    def left(self):
        """Files that a failure left behind, but for the layout's blobs, which nothing names."""
        return [os.path.join(d, n) for d, _, names in os.walk(self.place.path) for n in names
                if n.startswith(".drydock-") or os.path.join(d, n) in (self.place.at("out/index.json"), self.place.at("out.tar"))
                or d == os.path.join(self.place.path, "tmp")]

    def fails(self, *says, commands=("scan", "copy", "archive", "inspect"), host=None, seconds=20):
        """Every way to ask for the image ends as it should."""
        rows = {"scan": lambda: self.scan(),
                "copy": lambda: self.run("copy", "registry:" + self.name, "oci:" + self.place.at("out")),
                "archive": lambda: self.run("copy", "registry:" + self.name, "oci-archive:" + self.place.at("out.tar")),
                "inspect": lambda: self.run("inspect", "--format", "json", "registry:" + self.name),
                "db": lambda: self.run("db", "pull", self.name)}
        self.for_inspect()
        for command in commands:
            r = rows[command]()
            assert r.code == 4, (command, r.code, r.text, r.out[:300])
            assert r.out == b"", (command, r.out[:300])
            assert (host or self.host) in r.text, (command, r.text)
            for word in says:
                assert word in r.text, (command, word, r.text)
            # Warnings (what is tried again) may precede; the failure itself is one line, the last.
            lines = r.text.strip().split("\n")
            assert lines[-1].startswith("drydock: ") and len(lines) <= 12, r.text
            assert r.seconds < seconds, (command, r.seconds, r.text)
            assert not self.left(), (command, self.left())
            shutil.rmtree(self.place.at("out"), ignore_errors=True)


@contextlib.contextmanager
def world(pem=None):
    with Place() as place:
        folder = os.path.join(place.path, "tls")
        os.mkdir(folder)
        authority(folder)
        made = pem(folder) if pem else certificate(folder, "good", "localhost")
        with fs.serving(certificate=made) as server:
            place.database(*ADVISORIES)
            yield World(place, folder, server)


# ---- the list of faults, one after another ----

def whole():
    """What all others are told from: it works."""
    with world() as w:
        r = w.scan()
        assert r.code == 1 and json.loads(r.out)["findings"], r.text
        assert w.run("copy", w.name, "oci:" + w.place.at("out")).code == 0


def wrong_digests_and_sizes():
    with world() as w:
        other = w.manifest.replace(b'"size"', b' "size"', 1)
        w.server.script[MANIFEST_AT + "1"] = [fs.status(200, other, Content_Type=MANIFEST,
                                                        Docker_Content_Digest="sha256:" + sha256(w.manifest))]
        w.fails("digest", commands=("scan", "copy", "inspect", "db"))
        w.reset()
        data = w.blobs[w.last]
        # What cannot even be unpacked is not read to the end: then it is not the digest that is told.
        faults = ((ranged(data + b"more"), "says"), (ranged(data[:-1]), "says"), (fs.body(b""), "says"),
                  (fs.endless(data, 2), "more than"), (ranged(data[:-20] + bytes(20)), None), (ranged(bytes(len(data))), None),
                  (fs.body(gzip.compress(b"")), "says"))
        for behaviour, word in faults:
            w.server.script[BLOB_AT + w.last] = [behaviour]
            w.fails(word or "layer", commands=("scan",))
            w.fails(word or w.last, commands=("copy",))
        w.reset()
        config = w.config["digest"]
        for behaviour in (ranged(w.blobs[config].replace(b"amd64", b"arm64")), fs.body(b"{}"), ranged(w.blobs[config] + b" ")):
            w.server.script[BLOB_AT + config] = [behaviour]
            w.fails(config, commands=("scan", "copy"))


def wrong_descriptors():
    with world() as w:
        base = json.loads(w.manifest)
        def manifest(layer=None, config=None):
            doc = json.loads(w.manifest)
            doc["layers"][-1].update(layer or {})
            doc["config"].update(config or {})
            return json.dumps(doc).encode()
        size = base["layers"][-1]["size"]
        for more in ({"size": size - 1}, {"size": size + 1}, {"size": 0}, {"size": 1 << 62}, {"size": -1}, {"size": "1"}, {"size": 1.5},
                     {"digest": "sha256:../../../../etc/shadow"}, {"digest": "md5:" + "0" * 32}, {"digest": None}, {"digest": ""}):
            w.server.script[MANIFEST_AT + "1"] = [document(manifest(layer=more))]
            r = w.scan()
            assert r.code == 4 and not r.out, (more, r.code, r.text)
            r = w.run("copy", w.name, "oci:" + w.place.at("out"))
            assert r.code == 4 and w.host in r.text and not r.out and not w.left(), (more, r.code, r.text, w.left())
        for more in ({"size": 1 << 40}, {"digest": "sha512:" + "0" * 64}):
            w.server.script[MANIFEST_AT + "1"] = [document(manifest(config=more))]
            assert w.scan().code == 4


def web_pages():
    with world() as w:
        page = b"<!DOCTYPE html><html><script>TOKEN-ABC</script>Log in</html>"
        w.server.script[MANIFEST_AT + "1"] = [fs.status(200, page, Content_Type="text/html")]
        w.fails("web page", commands=("scan", "copy", "inspect", "db"))
        w.server.script[MANIFEST_AT + "1"] = [fs.status(404, page, Content_Type="text/html")]
        w.fails("404")
        w.reset()
        w.server.script[BLOB_AT + w.last] = [fs.status(200, page, Content_Type="text/html")]
        w.fails(commands=("scan", "copy"))


def silence():
    with world() as w:
        w.server.script[MANIFEST_AT + "1"] = [silent]
        w.fails("stalled", commands=("scan",), seconds=25)
        w.reset()
        data = w.blobs[w.last]
        n = [0]
        def stalls_once(h):
            n[0] += 1
            start = part_of(h, data)
            if n[0] > 1:
                h.wfile.write(data[start:])
                return
            h.wfile.write(data[:100000])
            h.wfile.flush()
            time.sleep(4)
            h.close_connection = True
        w.server.script[BLOB_AT + w.last] = [stalls_once]
        r = w.scan()
        assert r.code == 1 and "trying again" in r.text and w.host in r.text, r.text


def resets_in_a_layer():
    with world() as w:
        want = json.loads(w.scan().out)
        data = w.blobs[w.last]
        w.server.script[BLOB_AT + w.last] = [breaks_anywhere(data, 1 << 20), breaks_anywhere(data, 1 << 20), ranged(data)]
        before = len(w.server.asked(BLOB_AT + w.last))
        got = json.loads(w.scan().out)
        assert got["findings"] == want["findings"] and got["packages"] == want["packages"] and got["target"] == want["target"]
        ranges = [h.get("Range") for h in w.server.asked(BLOB_AT + w.last)[before:]]
        assert len(ranges) == 3 and ranges[0] is None and all(x and x != "bytes=0-" for x in ranges[1:]), ranges
        # A server that goes on with another blob after the break.
        w.server.script[BLOB_AT + w.last] = [breaks_anywhere(data, 1 << 20), ranged(bytes(len(data)))]
        w.fails("layer", commands=("scan",))
        w.server.script[BLOB_AT + w.last] = [breaks_anywhere(data, 1 << 20), ranged(bytes(len(data)))]
        w.fails(w.last, commands=("copy",))
        # One that never gets on.
        w.server.script[BLOB_AT + w.last] = [breaks_anywhere(data, 0)]
        w.fails("layer", commands=("scan",), seconds=30)


def redirects():
    with world() as w, fs.serving(certificate=certificate(w.folder, "cdn", "localhost")) as cdn:
        at = MANIFEST_AT + "1"
        w.server.script[at] = [fs.status(307, Location=w.server.url + at)]
        w.fails("redirect", commands=("scan", "copy", "inspect", "db"))
        w.reset()
        data = w.blobs[w.last]
        w.server.script[BLOB_AT + w.last] = [fs.status(307, Location=cdn.url + "/a?X-Sig=SIGNATURE")]
        cdn.script["/a?X-Sig=SIGNATURE"] = [fs.status(302, Location="/b?X-Sig=SIGNATURE")]
        cdn.script["/b?X-Sig=SIGNATURE"] = [fs.status(302, Location="/a?X-Sig=SIGNATURE")]
        w.fails("redirect", commands=("scan", "copy"))
        for behaviour in (fs.status(403, b"<Error>SIGNATURE</Error>"), ranged(data[:5000])):
            cdn.script["/a?X-Sig=SIGNATURE"] = [behaviour]
            w.fails(commands=("scan",), host="localhost")
        cdn.script["/a?X-Sig=SIGNATURE"] = [ranged(data)]
        assert w.scan().code == 1
        assert not [h for _, h in cdn.requests if "Authorization" in h]
        for where in ("http://localhost:1/", "file:///etc/passwd", "ftp://localhost/", "//", "http://[", ""):
            w.server.script[BLOB_AT + w.last] = [fs.status(307, Location=where)]
            w.fails(commands=("scan",))


def large_documents():
    with world() as w:
        def two_gigabytes(h):
            h.head(200, Content_Type=MANIFEST, Content_Length=str(2 << 30))
            h.wfile.write(b" " * 1000)
        for behaviour in (two_gigabytes, fs.endless(b" " * 65536, 2000)):
            w.server.script[MANIFEST_AT + "1"] = [behaviour]
            w.fails("limit", commands=("scan", "copy", "inspect", "db"))
        deep = b'{"schemaVersion":2,"config":' + b"[" * 100000
        w.server.script[MANIFEST_AT + "1"] = [fs.status(200, deep, Content_Type=MANIFEST)]
        w.fails(commands=("scan", "copy", "inspect"))


def indexes_in_circles():
    """None can name itself by its digest; one can be sent under a digest that is not its own, or nest for ever."""
    with world() as w:
        def index(digest, size=500):
            return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
                {"mediaType": INDEX, "digest": digest, "size": size, "platform": {"os": "linux", "architecture": "amd64"}}]}).encode()
        itself = "sha256:" + "1" * 64
        loop = index(itself)
        w.server.script[MANIFEST_AT + "1"] = [document(loop, INDEX)]
        w.server.script[MANIFEST_AT + itself] = [fs.status(200, loop, Content_Type=INDEX, Docker_Content_Digest=itself)]
        w.fails(itself[:20], commands=("scan", "copy"))
        bytes_ = w.manifest
        for _ in range(30):
            digest = "sha256:" + sha256(bytes_)
            w.server.script[MANIFEST_AT + digest] = [document(bytes_, INDEX if bytes_ != w.manifest else MANIFEST)]
            bytes_ = index(digest, len(bytes_))
        w.server.script[MANIFEST_AT + "1"] = [document(bytes_, INDEX)]
        w.fails("deep", commands=("scan", "copy"))
        # One manifest a thousand times is one manifest.
        many = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": 1000 * [
            {"mediaType": MANIFEST, "digest": "sha256:" + sha256(w.manifest), "size": len(w.manifest),
             "platform": {"os": "linux", "architecture": "amd64"}}]}).encode()
        w.reset()
        w.server.script[MANIFEST_AT + "1"] = [document(many, INDEX)]
        before = len(w.server.requests)
        r = w.run("copy", w.name, "oci:" + w.place.at("out"))
        assert r.code == 0 and len(w.server.requests) - before < 20, (r.text, len(w.server.requests) - before)
        assert w.scan().code == 1


def asks_for(token_at, token, behaviour):
    def answer(h):
        if h.headers.get("Authorization") == "Bearer " + token:
            return behaviour(h)
        return fs.status(401, b"{}", WWW_Authenticate=f'Bearer realm="{token_at}",service="test",scope="repository:app:pull"')(h)
    return answer


def token_endpoints_elsewhere():
    with world() as w, fs.serving(certificate=certificate(w.folder, "auth", "localhost")) as auth:
        foreign = auth.url.replace("localhost", "127.0.0.1")
        w.server.script[MANIFEST_AT + "1"] = [asks_for(foreign + "/token", "TOKEN-ABC", document(w.manifest))]
        w.fails(commands=("scan", "copy", "inspect"))
        assert not [h for _, h in auth.requests if "Authorization" in h], "the password went to a stranger"
        for realm in ("http://localhost:1/token", "file:///etc/passwd", "https://user:TOKEN-ABC@localhost/", "x", "https://"):
            w.server.script[MANIFEST_AT + "1"] = [asks_for(realm, "TOKEN-ABC", document(w.manifest))]
            w.fails(commands=("scan",))
        # The same host on another port may have them.
        w.server.script[MANIFEST_AT + "1"] = [asks_for(auth.url + "/token", "TOKEN-ABC", document(w.manifest))]
        for body in (b"", b"{", b"[]", b'{"token":7}', b'{"token":"a b\\n"}', b"<html>TOKEN-ABC</html>"):
            auth.script["/token?service=test&account=user&scope=" + PULL] = [fs.body(body)]
            w.fails(commands=("scan",))
        auth.script["/token?service=test&account=user&scope=" + PULL] = [fs.body(b'{"token":"TOKEN-ABC"}')]
        for digest in w.blobs:
            w.server.script[BLOB_AT + digest] = [asks_for(auth.url + "/token", "TOKEN-ABC", ranged(w.blobs[digest]))]
        assert w.scan().code == 1


def endless_401():
    with world() as w:
        n = [0]
        def fresh(h):
            n[0] += 1
            fs.status(200, b'{"token":"TOKEN-ABC%d"}' % n[0])(h)
        w.server.script["/token?service=test&account=user&scope=" + PULL] = [fresh]
        w.server.script[MANIFEST_AT + "1"] = [asks_for(w.server.url + "/token", "never", None)]
        before = len(w.server.requests)
        w.fails("401", commands=("scan", "copy"))
        assert len(w.server.requests) - before <= 14, len(w.server.requests) - before
        w.server.script[MANIFEST_AT + "1"] = [fs.status(401, b'{"errors":[{"code":"X","message":"user:open-sesame TOKEN-ABC"}]}',
                                                        WWW_Authenticate='Basic realm="TOKEN-ABC"')]
        before = len(w.server.requests)
        w.fails("401", commands=("scan", "inspect", "db"))
        assert len(w.server.requests) - before <= 8


def certificates():
    for pem, word in ((lambda f: certificate(f, "bad", "elsewhere.test"), "localhost"), (lambda f: expired(f, "old"), "expired")):
        with world(pem) as w:
            w.fails(word, "certs.d/" + w.host, commands=("scan", "copy", "inspect", "db"))
            assert not w.server.requests
    with world() as w:
        w.ca = w.folder + "/other.pem"
        os.mkdir(w.folder + "/2")
        authority(w.folder + "/2")
        shutil.copy(w.folder + "/2/ca.pem", w.ca)
        w.fails("certificate", commands=("scan",))


def too_many_requests():
    with world() as w:
        w.server.script[MANIFEST_AT + "1"] = [fs.status(429, b'{"errors":[{"code":"TOOMANYREQUESTS"}]}', Retry_After="7200")]
        w.fails("7200", "log in", commands=("scan", "copy", "inspect", "db"))
        # What is left is told before it ends.
        w.server.script[MANIFEST_AT + "1"] = [fs.status(200, w.manifest, Content_Type=MANIFEST, ratelimit_limit="100;w=21600",
                                                        ratelimit_remaining="3;w=21600")]
        r = w.scan()
        assert r.code == 1 and "3 of 100" in r.text, r.text


# ---- signals ----

def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(x) for x in f.read().split()]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def waits(what, seconds=10):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing happens"
        time.sleep(0.02)


def started(w, *words):
    """The program in the middle of the last layer, which the server keeps back."""
    reached, go_on = threading.Event(), threading.Event()
    data = w.blobs[w.last]
    def half(h):
        h.head(200, Content_Length=str(len(data)))
        h.wfile.write(data[:1 << 20])
        h.wfile.flush()
        reached.set()
        go_on.wait(20)
        h.close_connection = True
    w.server.script[BLOB_AT + w.last] = [half]
    p = subprocess.Popen([DRYDOCK, *words, "--registry-ca", w.ca], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env={"PATH": os.environ["PATH"], "HOME": w.place.path + "/home", "TMPDIR": w.place.path + "/tmp",
                              "DRYDOCK_CACHE": w.place.cache})
    assert reached.wait(20), "the layer is not asked for"
    return p, go_on


def ended_by(what):
    with world() as w:
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            words = {"scan": ("scan", "--db", w.place.at("test.db"), "registry:" + w.name),
                     "copy": ("copy", "registry:" + w.name, "oci:" + w.place.at("out")),
                     "archive": ("copy", "registry:" + w.name, "oci-archive:" + w.place.at("out.tar"))}[what]
            p, go_on = started(w, *words)
            try:
                child = children_of(p.pid)
                p.send_signal(sig)
                assert p.wait(10) == -sig, p.returncode
                waits(lambda: not any(map(alive, child)))
                assert p.stdout.read() == b""
                if sig != signal.SIGKILL:
                    assert not w.left(), (sig, w.left())
            finally:
                go_on.set()
                p.kill()
                p.communicate()


def confined_side_is_killed():
    with world() as w:
        p, go_on = started(w, "scan", "--db", w.place.at("test.db"), "registry:" + w.name)
        try:
            child, = children_of(p.pid)
            os.kill(child, signal.SIGKILL)
            out, err = p.communicate(timeout=10)
            assert p.returncode == 4 and out == b"" and b"signal 9" in err, (p.returncode, err)
            assert not w.left()
        finally:
            go_on.set()
            p.kill()


def main():
    tap = Tap()
    missing = None if shutil.which("openssl") else "openssl is not installed"
    cases = (("an honest registry", whole), ("wrong digests, blobs longer, shorter and other ones", wrong_digests_and_sizes),
             ("descriptors with wrong sizes and digests", wrong_descriptors), ("web pages", web_pages),
             ("a registry that says nothing more", silence),
             ("resets in a layer: the rest by Range, the same report", resets_in_a_layer),
             ("redirects in circles and to other hosts", redirects), ("manifests without end", large_documents),
             ("indexes in circles", indexes_in_circles), ("token endpoints on other hosts", token_endpoints_elsewhere),
             ("401 without end", endless_401), ("certificates: expired, of another name, of a stranger", certificates),
             ("too many requests", too_many_requests), ("a scan that is interrupted", ended_by, "scan"),
             ("a copy that is interrupted", ended_by, "copy"), ("a copy into a file that is interrupted", ended_by, "archive"),
             ("the confined process is killed", confined_side_is_killed))
    # Most of the time is waiting for what does not come.
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for name, done in [(name, None if missing else pool.submit(*check)) for name, *check in cases]:
            tap.case(name, done.result if done else lambda: missing)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
