#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The registry client against servers that lie, hang, break off, lead astray and ask for secrets. Every failure must be
one clear error that names the host; no secret may stand in it, and none may reach a host that it is not for."""
import base64
import contextlib
import json
import os
import shutil
import socket
import sys
import time

from support import faulty_server as fs
from support.certificates import authority, certificate, expired
from support.program import Tap
from support.registry_probe import CONFIG, INDEX, MANIFEST, Home, digest

LAYER = bytes(range(256)) * 400
CONFIG_DATA = b'{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}'
IMAGE = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST,
                    "config": {"mediaType": CONFIG, "digest": digest(CONFIG_DATA), "size": len(CONFIG_DATA)},
                    "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest(LAYER),
                                "size": len(LAYER)}]}).encode()
BASE = "/v2/app/manifests/"
BLOB = "/v2/app/blobs/" + digest(LAYER)
SECRETS = ("open-sesame", "hunter2", base64.b64encode(b"user:open-sesame").decode(), "TOKEN-ABC", "REFRESH-ABC", "SIGNATURE")


def document(data, kind=MANIFEST, **fields):
    return fs.status(200, data, Content_Type=kind, Docker_Content_Digest=digest(data), **fields)


class Registry(fs.Server):
    """Does not count the question whether it speaks https, which only insecure hosts are asked."""

    class Requests(list):
        def append(self, item):
            if item[0] != "/v2/":
                super().append(item)

    def __init__(self, **more):
        super().__init__(**more)
        self.requests = self.Requests()


@contextlib.contextmanager
def serving(**more):
    s = Registry(**more)
    try:
        yield s
    finally:
        s.close()


def name(server):
    return server.url.split("//")[1]


def probe(home, server, *words, options=(), tls=False, **more):
    """The probe with `server` allowed to be asked by http, unless tls."""
    first = [] if tls else ["--insecure", name(server)]
    r = home.probe(*first, *options, *words, **more)
    for secret in SECRETS:
        assert secret not in r.err, f"{secret} is told: {r.err}"
        assert secret.encode() not in r.out or "sink" in words, f"{secret} is printed"
    return r


def manifest(home, server, reference=":1", **more):
    return probe(home, server, "manifest", name(server) + "/app" + reference, **more)


def blob(home, server, size=len(LAYER), offset=0, options=(), **more):
    return probe(home, server, "blob", name(server) + "/app", digest(LAYER), size, offset, options=options, **more)


# --- documents ---

def good_manifest():
    with Home() as h, serving() as s:
        s.script[BASE + "1"] = [document(IMAGE)]
        r = manifest(h, s)
        assert r.text() == f"{digest(IMAGE)} {MANIFEST}\n{IMAGE.decode()}", r.out
        asked = s.asked(BASE + "1")[0]
        assert INDEX in asked["Accept"] and "manifest.v2+json" in asked["Accept"] and "Authorization" not in asked
        s.script[BASE + digest(IMAGE, "sha512")] = [document(IMAGE)]
        assert manifest(h, s, "@" + digest(IMAGE, "sha512")).text().startswith(digest(IMAGE, "sha512"))
        # A type that says nothing: the document's own counts.
        s.script[BASE + "vague"] = [fs.status(200, IMAGE, Content_Type="application/json; charset=utf-8")]
        assert MANIFEST in manifest(h, s, ":vague").text()


def wrong_digests():
    with Home() as h, serving() as s:
        other = IMAGE.replace(b"2", b"2 ", 1)
        s.script[BASE + "1"] = [fs.status(200, IMAGE, Content_Type=MANIFEST, Docker_Content_Digest=digest(other))]
        manifest(h, s).failed("digest", name(s), digest(IMAGE), digest(other))
        s.script[BASE + digest(IMAGE)] = [document(other)]
        manifest(h, s, "@" + digest(IMAGE)).failed("digest", name(s), digest(other))
        # The reference's own counts, whatever the registry says.
        s.script[BASE + digest(IMAGE)] = [fs.status(200, IMAGE, Content_Type=MANIFEST, Docker_Content_Digest=digest(other))]
        manifest(h, s, "@" + digest(IMAGE)).good()
        # With tag and digest the digest is asked for.
        assert manifest(h, s, ":1@" + digest(IMAGE)).good() and not s.asked(BASE + "1")[1:]
        s.script["/v2/app/blobs/" + digest(CONFIG_DATA)] = [fs.body(CONFIG_DATA.replace(b"linux", b"xinul"))]
        probe(h, s, "small", name(s) + "/app", digest(CONFIG_DATA), len(CONFIG_DATA)).failed("digest", name(s))


def wrong_kinds():
    html = b"<html><body>Please log in</body></html>"
    legacy = b'{"schemaVersion":1,"name":"app","fsLayers":[]}'
    both = json.dumps({**json.loads(IMAGE), "manifests": []}).encode()
    rows = ((html, "text/html; charset=utf-8", "parse", "web page"),
            (html, MANIFEST, "parse", "app:1"),
            (b"", MANIFEST, "parse", "app:1"),
            (b"{", MANIFEST, "parse", "app:1"),
            (b"[]", MANIFEST, None, None),
            (legacy, "application/vnd.docker.distribution.manifest.v1+prettyjws", "unsupported", "schema 1"),
            (legacy, "application/json", "unsupported", "schema 1"),
            (IMAGE, INDEX, "parse", "says of itself"),
            (both, MANIFEST, "parse", "index and an image"),
            (b"{}", "application/vnd.acme.thing+json", "unsupported", "vnd.acme.thing"),
            (b"\xff\xfe{}", MANIFEST, "parse", "app:1"))
    with Home() as h, serving() as s:
        for data, kind, code, word in rows:
            s.script[BASE + "1"] = [fs.status(200, data, Content_Type=kind)]
            r = manifest(h, s)
            if code:
                r.failed(code, name(s), word)
        s.script[BASE + "1"] = [fs.status(204)]
        assert manifest(h, s).code == 1


def huge_documents():
    with Home() as h, serving() as s:
        s.script[BASE + "1"] = [fs.status(200, b"")]
        def two_gigabytes(a):
            a.head(200, Content_Type=MANIFEST, Content_Length=str(2 << 30))
            a.wfile.write(b" " * 1000)
        s.script[BASE + "1"] = [two_gigabytes]
        manifest(h, s).failed("limit", name(s), "2147483648")
        s.script[BASE + "1"] = [fs.endless(b" " * 65536, 40000)]
        manifest(h, s).failed("limit", name(s))
        s.script[BASE + "1"] = [fs.wrong_length(IMAGE, len(IMAGE) + 50)]
        manifest(h, s).failed("net", name(s), "promised length")
        s.script[BASE + "1"] = [fs.wrong_length(IMAGE, len(IMAGE) - 50)]
        assert manifest(h, s).code == 1
        def many_fields(a):
            a.send_response(200)
            for i in range(90):
                a.send_header("X-Filler", "x" * 1000)
            a.end_headers()
        s.script[BASE + "1"] = [many_fields]
        manifest(h, s).failed("limit", name(s), "header fields")


def hanging():
    with Home() as h, serving() as s:
        def silent(a):
            time.sleep(8)
            a.close_connection = True
        def drip(a):
            a.head(200, Content_Type=MANIFEST, Content_Length="100000")
            for _ in range(80):
                a.wfile.write(b"x" * 200)
                a.wfile.flush()
                time.sleep(0.1)
        for behaviour, options in ((silent, ()), (fs.hangs(8, b"{"), ()), (drip, ("--document", "2"))):
            s.script[BASE + "1"] = [behaviour]
            begin = time.monotonic()
            manifest(h, s, options=("--retries", "0", *options)).failed("net", name(s), "stalled")
            assert time.monotonic() - begin < 6, time.monotonic() - begin


# --- again ---

def retries():
    with Home() as h, serving() as s:
        for status in (408, 429, 500, 502, 503, 504):
            s.script[BASE + "1"] = [fs.status(status), fs.status(status), document(IMAGE)]
            r = manifest(h, s)
            assert r.good() and r.err.count("notice retry") == 2, r.err
        s.script[BASE + "1"] = [fs.breaks_after(IMAGE, 20), document(IMAGE)]
        assert manifest(h, s).out.endswith(IMAGE)
        before = len(s.requests)
        s.script[BASE + "1"] = [fs.status(503)]
        manifest(h, s, options=("--retries", "2")).failed("net", name(s), "503 Service Unavailable")
        assert len(s.requests) - before == 3, s.requests[before:]
        # What will not pass is asked once.
        for status, kind in ((400, "net"), (403, "net"), (404, "notfound"), (410, "notfound"), (418, "net"), (501, "net")):
            before = len(s.requests)
            body = b'{"errors":[{"code":"DENIED","message":"no\\u001b[2Jway"}]}'
            s.script[BASE + "1"] = [fs.status(status, body)]
            r = manifest(h, s).failed(kind, name(s), str(status), "DENIED")
            assert len(s.requests) - before == 1 and "\x1b" not in r.err


def retry_after():
    with Home() as h, serving() as s:
        s.script[BASE + "1"] = [fs.status(429, Retry_After="1"), document(IMAGE)]
        begin = time.monotonic()
        r = manifest(h, s).good()
        assert time.monotonic() - begin >= 1 and "429 Too Many Requests; trying again in 1.0 s" in r.err, r.err
        s.script[BASE + "1"] = [fs.status(429, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate"}]}', Retry_After="7200")]
        begin = time.monotonic()
        manifest(h, s).failed("net", name(s), "7200 s", "TOOMANYREQUESTS", "log in")
        assert time.monotonic() - begin < 5 and len(s.requests) == 3


def rate_limits():
    with Home() as h, serving() as s:
        s.script[BASE + "1"] = [document(IMAGE, ratelimit_limit="100;w=21600", ratelimit_remaining="76;w=21600")]
        assert "notice rate" not in manifest(h, s).good().err
        s.script[BASE + "1"] = [document(IMAGE, ratelimit_limit="100;w=21600", ratelimit_remaining="7;w=21600")]
        assert "7 of 100 pulls" in manifest(h, s).good().err
        for odd in ("x", "", "-1", "9" * 40, ";;;"):
            s.script[BASE + "1"] = [document(IMAGE, ratelimit_limit=odd, ratelimit_remaining=odd)]
            manifest(h, s).good()


# --- blobs ---

def resumed_blobs():
    with Home() as h, serving() as s:
        half = len(LAYER) // 2
        def rest(a):
            """As good(), but a registry needs no If-Range: the digest is in the address."""
            wanted = a.headers.get("Range")
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if start:
                a.head(206, Content_Length=str(len(LAYER) - start),
                       Content_Range=f"bytes {start}-{len(LAYER) - 1}/{len(LAYER)}")
            else:
                a.head(200, Content_Length=str(len(LAYER)))
            a.wfile.write(LAYER[start:])
        s.script[BLOB] = [fs.breaks_after(LAYER, half), rest]
        assert blob(h, s).good().out == LAYER
        assert s.asked(BLOB)[1]["Range"].startswith("bytes=") and s.asked(BLOB)[1]["Range"] != "bytes=0-"
        # A caller that has a part already.
        s.script[BLOB] = [rest]
        assert blob(h, s, offset=1000).good().out == LAYER[1000:]
        # A server that does not know Range.
        s.script[BLOB] = [fs.breaks_after(LAYER, half), fs.body(LAYER)]
        assert blob(h, s).good().out == LAYER
        assert blob(h, s, offset=1000).good().out == LAYER[1000:]
        # One that breaks all the time but gets on.
        def bit_by_bit(a):
            wanted = a.headers.get("Range")
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if start:
                a.head(206, Content_Length=str(len(LAYER) - start),
                       Content_Range=f"bytes {start}-{len(LAYER) - 1}/{len(LAYER)}")
            else:
                a.head(200, Content_Length=str(len(LAYER)))
            a.wfile.write(LAYER[start:start + 20000])
            a.wfile.flush()
            a.close_connection = True
        s.script[BLOB] = [bit_by_bit]
        assert blob(h, s, options=("--retries", "1")).good().out == LAYER
        assert blob(h, s, offset=len(LAYER)).good().out == b""
        # One that never does.
        before = len(s.asked(BLOB))
        s.script[BLOB] = [fs.breaks_after(LAYER, 0)]
        blob(h, s, options=("--retries", "2")).failed("net", name(s))
        assert len(s.asked(BLOB)) - before == 3


def lying_blobs():
    with Home() as h, serving() as s:
        s.script[BLOB] = [fs.body(LAYER + b"more")]
        r = blob(h, s).failed("digest", name(s), str(len(LAYER)), str(len(LAYER) + 4))
        assert r.out == b""
        s.script[BLOB] = [fs.endless(b"y" * 4096, 1000)]  # without a length
        r = blob(h, s).failed("digest", name(s), "more than")
        assert len(r.out) <= len(LAYER), len(r.out)
        s.script[BLOB] = [fs.endless(b"y" * 100, 3)]
        blob(h, s).failed("digest", name(s), "ended after 300")
        s.script[BLOB] = [fs.body(LAYER[:-1])]
        blob(h, s).failed("digest", name(s), str(len(LAYER) - 1))
        # Other ranges than asked for.
        for field in ("bytes 500-999/1000", f"bytes 0-{len(LAYER) - 1}/{len(LAYER) + 1}", "", "bytes 9-5/10", "chunks 1-2/3"):
            s.script[BLOB] = [fs.status(206, LAYER[500:1000], Content_Range=field)]
            blob(h, s, offset=100).failed("digest", name(s))
        s.script[BLOB] = [fs.status(416)]
        blob(h, s, offset=100).failed("net", name(s), "416")
        s.script[BLOB] = [fs.status(404)]
        blob(h, s).failed("notfound", name(s), digest(LAYER))
        # The caller's own failure ends it, and is not tried again.
        s.script[BLOB] = [fs.body(LAYER)]
        before = len(s.requests)
        probe(h, s, "blob", name(s) + "/app", digest(LAYER), len(LAYER), 0, 1000).failed("limit", "the sink is full")
        assert len(s.requests) - before == 1


# --- redirects ---

def redirects():
    with Home() as h, serving() as s, serving() as cdn:
        h.login(name(s))
        cdn.script["/data?X-Sig=SIGNATURE"] = [fs.body(LAYER)]
        basic = fs.status(401, WWW_Authenticate='Basic realm="r"')
        s.script[BLOB] = [basic, fs.status(307, Location=cdn.url + "/data?X-Sig=SIGNATURE")]
        assert blob(h, s).good().out == LAYER
        assert "Authorization" in s.asked(BLOB)[1] and "Authorization" not in cdn.requests[0][1]
        # What goes wrong there is told without the signature.
        for behaviour in (fs.status(403, b"<Error>Expired</Error>"), fs.breaks_after(LAYER, 0), fs.hangs(3, b"")):
            cdn.script["/data?X-Sig=SIGNATURE"] = [behaviour]
            r = blob(h, s, options=("--retries", "0"))
            assert r.code == 1 and "SIGNATURE" not in r.err and name(s).split(":")[0] in r.err, r.err
        s.script[BLOB] = [fs.status(302, Location=BLOB)]
        blob(h, s).failed("net", name(s), "too many redirects")
        a, b = BASE + "1", BASE + "2"
        s.script[a], s.script[b] = [fs.status(302, Location=b)], [fs.status(302, Location=a)]
        manifest(h, s).failed("net", name(s), "too many redirects")
        for to in ("ftp://localhost/x", "file:///etc/passwd", "http://user:hunter2@localhost/x", "gopher://x", "//", "http://"):
            s.script[a] = [fs.status(302, Location=to)]
            manifest(h, s).failed("net", name(s), "redirect")
        s.script[a] = [fs.status(302)]
        manifest(h, s).failed("net", name(s), "redirect")


# --- signing in ---

def token_server(realm, answer=None):
    """The token endpoint on a server and the challenge that names it."""
    realm.script.clear()
    return answer or fs.status(200, b'{"token":"TOKEN-ABC","expires_in":300}')


def with_token(behaviour, realm, token="TOKEN-ABC", scope="repository:app:pull", service="test"):
    challenge = f'Bearer realm="{realm}",service="{service}",scope="{scope}"'
    def answer(h):
        if h.headers.get("Authorization") == "Bearer " + token:
            behaviour(h)
        else:
            fs.status(401, b'{"errors":[{"code":"UNAUTHORIZED"}]}', WWW_Authenticate=challenge)(h)
    return answer


TOKEN = "/token?service=test&scope=repository%3Aapp%3Apull"
TOKEN_USER = "/token?service=test&account=user&scope=repository%3Aapp%3Apull"


def tokens():
    with Home() as h, serving() as s:
        s.script[TOKEN] = [fs.status(200, b'{"token":"TOKEN-ABC","expires_in":300}')]
        s.script[BASE + "1"] = [with_token(document(IMAGE), s.url + "/token")]
        manifest(h, s).good()
        assert "Authorization" not in s.asked(TOKEN)[0]
        assert [p for p, _ in s.requests] == [BASE + "1", TOKEN, BASE + "1"]
        s.script[TOKEN] = [fs.status(200, b'{"access_token":"TOKEN-ABC"}')]
        manifest(h, s).good()
        # With credentials; those are for the endpoint, the token for the registry.
        h.login(name(s))
        s.script[TOKEN_USER] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        manifest(h, s).good()
        assert s.asked(TOKEN_USER)[0]["Authorization"].startswith("Basic ")
        assert not [v for p, v in s.requests if p == BASE + "1" and v.get("Authorization", "").startswith("Basic")]
        # One token for many requests.
        first = json.dumps({"name": "app", "tags": ["1", "2"]}).encode()
        s.script["/v2/app/tags/list?n=1000"] = [with_token(fs.status(200, first, Link='</v2/app/tags/list?n=1000&last=2>; rel="next"'), s.url + "/token")]
        s.script["/v2/app/tags/list?n=1000&last=2"] = [with_token(fs.status(200, b'{"tags":["3"]}'), s.url + "/token")]
        before = len(s.asked(TOKEN_USER))
        assert probe(h, s, "tags", name(s) + "/app").text() == "1\n2\n3\n3 odd 0\n"
        assert len(s.asked(TOKEN_USER)) - before == 1
        # The endpoint has a bad moment.
        s.script[TOKEN_USER] = [fs.status(503), fs.status(200, b'{"token":"TOKEN-ABC"}')]
        manifest(h, s).good()


def threads():
    """Many threads, one look into the files, one token."""
    with Home() as h, serving() as s:
        h.login(name(s))
        s.script[TOKEN_USER] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        s.script[BASE + "1"] = [with_token(document(IMAGE), s.url + "/token")]
        assert probe(h, s, "parallel", name(s) + "/app:1").text() == "16\n"
        assert len(s.asked(TOKEN_USER)) == 1, s.requests
        # A token that is no longer taken is renewed, once for all of them as well.
        s.script[BASE + "1"] = [with_token(document(IMAGE), s.url + "/token", token="never")]
        probe(h, s, "parallel", name(s) + "/app:1").failed("net", name(s), "401")


def bad_tokens():
    rows = ((b'{"token":"a\\r\\nX-Evil: 1"}', "without a token"), (b'{"token":""}', "without a token"), (b"{}", "without a token"),
            (b"[]", "without a token"), (b"<html>", "no JSON"), (b'{"token":5}', "without a token"), (b"", "no JSON"),
            (json.dumps({"token": "x" * 40000}).encode(), "without a token"))
    with Home() as h, serving() as s:
        s.script[BASE + "1"] = [with_token(document(IMAGE), s.url + "/token")]
        for body, word in rows:
            s.script[TOKEN] = [fs.status(200, body)]
            manifest(h, s).failed("net", name(s), word)
        s.script[TOKEN] = [fs.status(200, b'{"token":"' + b"x" * 100000 + b'"}')]
        manifest(h, s).failed("limit", name(s))
        s.script[TOKEN] = [fs.status(403)]
        manifest(h, s).failed("net", name(s), "403", "drydock login")
        h.login(name(s))
        s.script[TOKEN_USER] = [fs.status(401, b"no, open-sesame is wrong")]
        manifest(h, s).failed("net", name(s), "does not accept the credentials", "config.json")
        s.script[TOKEN_USER] = [fs.status(302, Location=TOKEN_USER)]
        manifest(h, s).failed("net", name(s), "too many redirects")


def endless_401():
    with Home() as h, serving() as s:
        n = [0]
        def fresh(a):
            n[0] += 1
            fs.status(200, b'{"token":"TOKEN-ABC%d"}' % n[0])(a)
        s.script[TOKEN] = [fresh]
        s.script[BASE + "1"] = [with_token(document(IMAGE), s.url + "/token", token="never")]
        manifest(h, s).failed("net", name(s), "401")
        assert len(s.requests) <= 6, s.requests
        s.script[TOKEN] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        before = len(s.requests)
        manifest(h, s).failed("net", name(s), "401")
        assert len(s.requests) - before <= 6
        h.login(name(s))
        s.script[BASE + "1"] = [fs.status(401, WWW_Authenticate='Basic realm="r"')]
        before = len(s.requests)
        manifest(h, s).failed("net", name(s), "not accepted", "config.json")
        assert len(s.requests) - before == 2, s.requests[before:]
        for field in (None, "", "Negotiate abc==", "Bearer", 'Bearer realm=""', 'Bearer realm="x', 'Basic realm="a", realm="b"',
                      "\x7f", "Bearer realm=" + "x" * 9000, ",,,", "Digest realm=\"x\""):
            s.script[BASE + "1"] = [fs.status(401, **({"WWW_Authenticate": field} if field is not None else {}))]
            manifest(h, s).failed("net", name(s), "401")
        # Both ways in one field and in two.
        s.script[TOKEN_USER] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        def two(a):
            if a.headers.get("Authorization") == "Bearer TOKEN-ABC":
                return document(IMAGE)(a)
            a.send_response(401)
            a.send_header("WWW-Authenticate", 'Basic realm="Registry, of sorts"')
            a.send_header("WWW-Authenticate", f'bearer realm="{s.url}/token" , service="test"')
            a.send_header("Content-Length", "0")
            a.end_headers()
            return None
        s.script[BASE + "1"] = [two]
        manifest(h, s).good()


def foreign_realms():
    """A registry may name a token endpoint anywhere: it gets no credentials there unless it is of the same domain."""
    with Home() as h, serving() as s, serving() as other:
        h.login(name(s))
        elsewhere = other.url.replace("localhost", "127.0.0.1")
        s.script[BASE + "1"] = [with_token(document(IMAGE), elsewhere + "/token")]
        other.script[TOKEN] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        other.script[TOKEN_USER] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        # Not encrypted, and not a host for which that is allowed.
        manifest(h, s).failed("net", name(s), "127.0.0.1", "not encrypted")
        assert not other.requests
        # Allowed, but of another domain: asked without credentials.
        allowed = ("--insecure", elsewhere.split("//")[1])
        r = manifest(h, s, options=allowed).good()
        assert "not of its own domain" in r.err and "Authorization" not in other.requests[0][1], r.err
        # The user says that it may.
        manifest(h, s, options=(*allowed, "--realm", f"{name(s)}=127.0.0.1")).good()
        assert other.requests[1][1]["Authorization"].startswith("Basic ")
        # No token that allows more than is wanted.
        before = len(other.requests)
        s.script[BASE + "1"] = [with_token(document(IMAGE), elsewhere + "/token", scope="repository:app:pull,push repository:x:*")]
        manifest(h, s, options=allowed).good()
        assert other.requests[before][0] == TOKEN, other.requests[before]
        for realm in ("file:///etc/passwd", "ftp://x/", "relative", "", "https://user:hunter2@localhost/token",
                      s.url + "/token#x", "http://", "https://[::"):
            s.script[BASE + "1"] = [with_token(document(IMAGE), realm)]
            manifest(h, s).failed("net", name(s))


def echoed_secrets():
    """A registry that sends back what it was shown."""
    with Home() as h, serving() as s:
        h.login(name(s))
        def echo(a):
            if "Authorization" not in a.headers:
                return fs.status(401, WWW_Authenticate='Basic realm="r"')(a)
            shown = a.headers["Authorization"].split()[1]
            plain = base64.b64decode(shown).decode()
            message = json.dumps({"errors": [{"code": shown, "message": "you are " + plain}]}).encode()
            return fs.status(403, message)(a)
        s.script[BASE + "1"] = [echo]
        manifest(h, s).failed("net", name(s), "403")
        def lead(a):
            if "Authorization" not in a.headers:
                return fs.status(401, WWW_Authenticate='Basic realm="r"')(a)
            shown = a.headers["Authorization"].split()[1]
            return fs.status(302, Location="ftp://x/" + (shown if len(s.requests) % 2 else base64.b64decode(shown).decode()))(a)
        s.script[BASE + "1"] = [lead]
        for _ in range(3):
            manifest(h, s).failed("net", name(s))
            s.requests.append(("one more", {}))


def identity_tokens():
    with Home() as h, serving() as s:
        h.write(".docker/config.json", json.dumps({"auths": {name(s): {"identitytoken": "REFRESH-ABC"}}}))
        s.script[BASE + "1"] = [with_token(document(IMAGE), s.url + "/token")]
        s.script["POST /token"] = [fs.status(200, b'{"access_token":"TOKEN-ABC"}')]
        manifest(h, s).good()
        form = next(b for b in s.bodies if b).decode()
        assert form == ("grant_type=refresh_token&service=test&scope=repository%3Aapp%3Apull&client_id=drydock"
                        "&refresh_token=REFRESH-ABC"), form
        # It does not follow to another host.
        with serving() as other:
            s.script["POST /token"] = [fs.status(307, Location=other.url + "/token")]
            manifest(h, s).failed("net", name(s))
            assert not other.requests
        h.write(".docker/config.json", json.dumps({"auths": {name(s): {"registrytoken": "TOKEN-ABC"}}}))
        manifest(h, s).good()


def helpers():
    with Home() as h, serving() as s:
        def helper(kind, text):
            return h.write("bin/docker-credential-" + kind, "#!/bin/sh\n" + text, 0o755)
        env = {"PATH": h.at("bin") + ":" + os.environ["PATH"]}
        s.script[BASE + "1"] = [fs.status(401, WWW_Authenticate='Basic realm="r"')]
        want = "Basic " + base64.b64encode(b"user:open-sesame").decode()
        def guarded(a):
            (document(IMAGE) if a.headers.get("Authorization") == want else fs.status(401, WWW_Authenticate="Basic"))(a)
        s.script[BASE + "1"] = [guarded]
        helper("test", f'read -r host; [ "$1 $host" = "get {name(s)}" ] && echo \'{{"Username":"user","Secret":"open-sesame"}}\'')
        for config in ({"credHelpers": {name(s): "test"}}, {"credsStore": "test"},
                       {"credsStore": "test", "auths": {name(s): {}}}):
            h.write(".docker/config.json", json.dumps(config))
            manifest(h, s, env=env).good()
        rows = (("echo 'credentials not found in native keychain'; exit 1", None), ("exit 1", "docker-credential-test failed"),
                ("echo 'the vault is locked'; exit 2", "the vault is locked"), ("echo hunter2", "not the JSON"),
                ("echo '{\"Secret\":\"open-sesame\"' ; exit 3", "docker-credential-test failed"),
                ("head -c 300000 /dev/zero", "says too much"), ("kill -9 $$", "docker-credential-test failed"),
                ("echo '{\"Username\":\"user\"}'", None))
        for text, word in rows:
            helper("test", text + "\n")
            r = manifest(h, s, env=env).failed("net", name(s), "401")
            assert not word or word in r.err, r.err
        # A name that is none, and a program that is not there: no shell, no path.
        for kind in ("../../bin/sh", "a;touch x", "missing", "", "-x", "a b"):
            h.write(".docker/config.json", json.dumps({"credsStore": kind}))
            r = manifest(h, s, env=env).failed("net", name(s), "401")
        assert not os.path.exists(h.at("x"))
        # The same entry serves when the helper knows nothing.
        helper("test", "echo 'credentials not found in native keychain'; exit 1\n")
        auth = base64.b64encode(b"user:open-sesame").decode()
        h.write(".docker/config.json", json.dumps({"credsStore": "test", "auths": {name(s): {"auth": auth}}}))
        manifest(h, s, env=env).good()


def settings():
    with Home() as h, serving() as s:
        want = "Basic " + base64.b64encode(b"user:open-sesame").decode()
        def guarded(a):
            (document(IMAGE) if a.headers.get("Authorization") == want else fs.status(401, WWW_Authenticate="Basic"))(a)
        s.script[BASE + "1"] = [guarded]
        variables = {"DRYDOCK_REGISTRY_HOST": name(s), "DRYDOCK_REGISTRY_USERNAME": "user", "DRYDOCK_REGISTRY_PASSWORD": "open-sesame"}
        manifest(h, s, env=variables).good()
        # For that host and no other.
        manifest(h, s, env={**variables, "DRYDOCK_REGISTRY_HOST": "registry.example"}).failed("net", "401")
        manifest(h, s, env={**variables, "DRYDOCK_REGISTRY_HOST": ""}).failed("arg", "DRYDOCK_REGISTRY_HOST")
        manifest(h, s, env={**variables, "DRYDOCK_REGISTRY_TOKEN": "x"}).failed("arg", "_TOKEN")
        # podman's file, by namespace; and where it is looked for.
        for path, env in (("run/containers/auth.json", {}), (".config/containers/auth.json", {}),
                          ("mine.json", {"REGISTRY_AUTH_FILE": h.at("mine.json")})):
            h.login(name(s) + "/app", file=path)
            manifest(h, s, env=env).good()
            os.remove(h.at(path))
        for broken in ("{", "[]", '{"auths":{"%s":{"auth":"????"}}}' % name(s), "\x00"):
            h.write(".docker/config.json", broken)
            r = manifest(h, s)
            assert r.code == 1 and "config.json" in r.err, r.err
        h.write(".docker/config.json", "")
        for conf, words in (("[[registry]", ("byte",)), ('[[registry]]\nprefix="a b"', ("prefix",)),
                            ("[[registry]]\nprefix=\"%s\"\nblocked=true" % name(s), ("blocked",)),
                            ('[[registry]]\nlocation="x"\n[[registry.mirror]]\nlocation="../x"', ("mirror",))):
            h.write("registries.conf", conf)
            manifest(h, s).failed("arg", *words)


# --- hosts that are verified, and those that are not ---

def tls():
    if not shutil.which("openssl"):
        return "openssl is not installed"
    with Home() as h:
        folder = h.at("tls")
        os.mkdir(folder)
        authority(folder)
        ca = folder + "/ca.pem"
        with serving(certificate=certificate(folder, "good", "localhost")) as s, serving() as plain:
            s.script[BASE + "1"] = [document(IMAGE)]
            manifest(h, s, tls=True).failed("net", name(s), "certificate", "certs.d/" + name(s))
            manifest(h, s, tls=True, options=("--ca", ca)).good()
            manifest(h, s, tls=True, env={"SSL_CERT_FILE": ca}).good()
            assert "without looking at its certificate" in manifest(h, s).good().err
            # Only for the host that is named.
            manifest(h, s, tls=True, options=("--insecure", "localhost:1")).failed("net", "certificate")
            manifest(h, s, tls=True, options=("--insecure", "localhost")).good()
            # certs.d, beside the system's.
            os.makedirs(h.at(f"certs.d/{name(s)}"))
            shutil.copy(ca, h.at(f"certs.d/{name(s)}/ca.crt"))
            manifest(h, s, tls=True).good()
            shutil.copy(ca, h.at(f"certs.d/{name(s)}/client.cert"))
            manifest(h, s, tls=True).failed("arg", "client.cert", "*.key")
            shutil.rmtree(h.at("certs.d"))
            # From https never to http, nor with a host that is not verified elsewhere.
            s.script[BASE + "1"] = [fs.status(302, Location=plain.url + BASE + "1")]
            manifest(h, s).failed("net", name(s), "not encrypted")
            assert not plain.requests
            with serving(certificate=certificate(folder, "good2", "localhost")) as t:
                s.script[BASE + "1"] = [fs.status(302, Location=t.url + BASE + "1")]
                manifest(h, s).failed("net", name(t), "certificate")
                assert not t.requests
                # A token endpoint of a verified registry must be encrypted.
                s.script[BASE + "1"] = [with_token(document(IMAGE), plain.url + "/token")]
                manifest(h, s, tls=True, options=("--ca", ca)).failed("net", name(s), "not encrypted")
                assert not plain.requests
        for pem, word in ((certificate(folder, "other", "elsewhere.test"), "localhost"), (expired(folder, "old"), "expired")):
            with serving(certificate=pem) as s:
                manifest(h, s, tls=True, options=("--ca", ca)).failed("net", name(s), word)
                assert not s.requests
        with serving() as plain:
            plain.script[BASE + "1"] = [document(IMAGE)]
            manifest(h, plain, tls=True).failed("net", name(plain), "--insecure-registry " + name(plain))
            assert not plain.requests
    return None


def client_certificates():
    if not shutil.which("openssl"):
        return "openssl is not installed"
    with Home() as h:
        folder = h.at("tls")
        os.mkdir(folder)
        authority(folder)
        pem = certificate(folder, "good", "localhost")
        certificate(folder, "me", "client.test")
        with serving(certificate=pem, clients=folder + "/ca.pem") as s, serving(certificate=pem, clients=folder + "/ca.pem") as t:
            s.script[BASE + "1"] = t.script[BASE + "1"] = [document(IMAGE)]
            ca = ("--ca", folder + "/ca.pem")
            assert manifest(h, s, tls=True, options=ca).code == 1
            os.makedirs(h.at(f"certs.d/{name(s)}"))
            for part in ("cert", "key"):
                shutil.copy(f"{folder}/me.{'crt' if part == 'cert' else part}", h.at(f"certs.d/{name(s)}/me.{part}"))
            manifest(h, s, tls=True, options=ca).good()
            # Where it redirects to, the certificate is not shown.
            s.script[BASE + "1"] = [fs.status(302, Location=t.url + BASE + "1")]
            assert manifest(h, s, tls=True, options=ca).code == 1 and not t.requests


# --- mirrors ---

def mirrors():
    with Home() as h, serving() as s, serving() as m:
        def conf(location, **more):
            lines = [f'[[registry]]\nprefix="{name(s)}"\n[[registry.mirror]]\nlocation="{location}"\ninsecure=true']
            lines += [f"{k} = {json.dumps(v)}" for k, v in more.items()]
            h.write("registries.conf", "\n".join(lines) + "\n")
        good = [document(IMAGE)]
        conf(name(m) + "/cache")
        s.script[BASE + "1"], m.script["/v2/cache/app/manifests/1"] = good, good
        manifest(h, s).good()
        assert m.requests and not s.requests
        h.login(name(s))
        for bad in (fs.status(404), fs.status(503), fs.status(401), fs.status(200, b"<html>", Content_Type="text/html"),
                    fs.status(200, IMAGE, Content_Type=MANIFEST, Docker_Content_Digest=digest(b"x")), fs.hangs(3)):
            m.script["/v2/cache/app/manifests/1"] = [bad]
            before = len(s.requests)
            r = manifest(h, s).good()
            assert "notice mirror" in r.err and name(m) in r.err and len(s.requests) == before + 1, r.err
        assert not [v for _, v in m.requests if "Authorization" in v]
        # A blob that begins at the mirror and ends at the registry.
        half = len(LAYER) // 2
        m.script["/v2/cache/app/blobs/" + digest(LAYER)] = [fs.breaks_after(LAYER, half)]
        s.script[BLOB] = [fs.body(LAYER)]
        assert blob(h, s).good().out == LAYER
        # Digests only.
        conf(name(m) + "/cache", **{"pull-from-mirror": "digest-only"})
        m.script["/v2/cache/app/manifests/1"] = good
        before = len(m.requests)
        manifest(h, s).good()
        assert len(m.requests) == before
        # By option, and one that is not there.
        h.write("registries.conf", "")
        option = ("--insecure", name(m), "--mirror", f"{name(s)}={name(m)}/cache/")
        before = len(m.requests)
        manifest(h, s, options=option).good()
        assert len(m.requests) == before + 1
        gone = ("--mirror", f"{name(s)}=localhost:1")
        r = manifest(h, s, options=gone).good()
        assert "notice mirror" in r.err and "localhost:1" in r.err
        manifest(h, s, options=("--mirror", "a b")).failed("arg", "--mirror")
        s.script[BASE + "1"] = [fs.status(404)]
        manifest(h, s, options=gone).failed("notfound", name(s))


def proxies():
    """The environment's proxy gets what is not encrypted as a whole address, and a tunnel for the rest."""
    with Home() as h, serving() as s:
        s.script["http://registry.test/v2/"] = [fs.status(200, b"{}")]
        s.script["http://registry.test/v2/app/manifests/1"] = [document(IMAGE)]
        env = {"http_proxy": s.url}
        h.probe("--insecure", "registry.test", "manifest", "registry.test/app:1", env=env).good()
        h.probe("--retries", "0", "manifest", "registry.test/app:1", env={"https_proxy": s.url}).failed("net", "registry.test")
        h.probe("--retries", "0", "manifest", "registry.test/app:1", env={"https_proxy": "http://localhost:1"}).failed("net", "registry.test", "https_proxy")


def tunnels():
    """https through a proxy: it sees the host's name and nothing else; its own password is told to nobody."""
    if not shutil.which("openssl"):
        return "openssl is not installed"
    with Home() as h:
        folder = h.at("tls")
        os.mkdir(folder)
        authority(folder)
        ca = ("--ca", folder + "/ca.pem")
        h.login("registry.test")
        with serving(certificate=certificate(folder, "one", "registry.test")) as s:
            def wants_basic(a):
                (document(IMAGE) if a.headers.get("Authorization") else fs.status(401, WWW_Authenticate="Basic"))(a)
            s.script["/v2/app/manifests/1"] = [wants_basic]

            def ask(env, *more):
                r = h.probe(*ca, "--retries", "0", *more, "manifest", "registry.test/app:1", env=env)
                for secret in (*SECRETS, "proxy-secret", base64.b64encode(b"me:proxy-secret").decode()):
                    assert secret not in r.err, r.err
                return r

            for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
                with fs.Tunnel(s.port) as t:
                    ask({variable: "http://" + t.address}).good()
                    assert t.requests[0].startswith("CONNECT registry.test:443 "), t.requests
                    assert all("Authorization" not in r and "open-sesame" not in r for r in t.requests), t.requests
                    assert b"manifests" not in t.bytes and b"Authorization" not in t.bytes
            with fs.Tunnel(s.port, credentials="me:proxy-secret") as t:
                ask({"https_proxy": f"http://me:proxy-secret@{t.address}"}).good()
                assert all("Proxy-Authorization" not in str(fields) for _, fields in s.requests), s.requests
                ask({"https_proxy": f"http://me:wrong@{t.address}"}).failed("net", "registry.test", "407", "proxy")
                ask({"https_proxy": f"http://{t.address}"}).failed("net", "registry.test", "407", "proxy")
            for status in (403, 502):
                with fs.Tunnel(s.port, status=status) as t:
                    ask({"https_proxy": f"http://me:proxy-secret@{t.address}"}).failed("net", "registry.test", str(status))
            # Hosts that are asked without it.
            for value in ("registry.test", ".test", "*", "other.test, registry.test"):
                with fs.Tunnel(s.port) as t:
                    ask({"HTTPS_PROXY": "http://" + t.address, "NO_PROXY": value}).failed("net", "registry.test")
                    assert not t.requests, (value, t.requests)
            with fs.Tunnel(s.port) as t:
                ask({"https_proxy": "http://" + t.address, "no_proxy": "registry.tes,try.test"}).good()
                assert t.requests
            # A proxy that is none, and one whose name nobody knows.
            ask({"https_proxy": "http://me:proxy-secret@localhost:1"}).failed("net", "registry.test", "https_proxy")
            ask({"https_proxy": "http://me:proxy-secret@no-such-proxy.invalid:3128"}).failed("net", "proxy")
    return None


def offline():
    with Home() as h, serving() as s:
        manifest(h, s, options=("--offline", "1")).failed("net", name(s), "--offline")
        assert not s.requests
        # Nobody listens.
        r = h.probe("--insecure", "localhost:1", "manifest", "localhost:1/app:1", "--retries", "0")
        r.failed("net", "localhost:1")
        h.probe("--retries", "0", "manifest", "no-such-host.invalid/app:1").failed("net", "no-such-host.invalid", "resolved")
        # That it does not exist is told at once; where nobody can be asked that, it is tried again.
        try:
            socket.getaddrinfo("no-such-host.invalid", None)
        except socket.gaierror as why:
            if why.errno == socket.EAI_NONAME:
                began = time.monotonic()
                r = h.probe("manifest", "no-such-host.invalid/app:1")
                r.failed("net", "no such host", "no-such-host.invalid", "https_proxy")
                assert "again" not in r.err and time.monotonic() - began < 3, r.err


# --- lists ---

def tags():
    page = "/v2/app/tags/list?n=1000"
    with Home() as h, serving() as s, serving() as other:
        def ask():
            return probe(h, s, "tags", name(s) + "/app")
        s.script[page] = [fs.status(200, json.dumps({"tags": ["1.0", "bad tag", 5, None, "-x", "a" * 129, "ok", "x\u001b[0m"]}).encode())]
        assert ask().text() == "1.0\nok\n2 odd 6\n"
        for body in (b'{"tags":null}', b'{"name":"app"}', b'{"tags":[]}'):
            s.script[page] = [fs.status(200, body)]
            assert ask().text() == "0 odd 0\n"
        for body in (b"", b"<html>", b"[]", b'"x"'):
            s.script[page] = [fs.status(200, body)]
            ask().failed("parse", name(s))
        # Pages: another host, the same page, two that name each other, thousands without an end, none that is filled.
        s.script[page] = [fs.status(200, b'{"tags":["1"]}', Link=f'<{other.url}{page}>; rel="next"')]
        ask().failed("net", name(s), "another host")
        assert not other.requests
        s.script[page] = [fs.status(200, b'{"tags":["1"]}', Link=f'<{page}>; rel="next"')]
        ask().failed("net", name(s), "same one again")
        s.script[page] = [fs.status(200, b'{"tags":[]}', Link='</a>; rel=next')]
        s.script["/a"] = [fs.status(200, b'{"tags":[]}', Link='</b>; rel=next')]
        s.script["/b"] = [fs.status(200, b'{"tags":[]}', Link='</a>; rel=next')]
        assert ask().text() == "0 incomplete odd 0\n"
        s.script[page] = [fs.status(200, b'{"tags":["1"]}', Link='</x>; rel="last", </y?a=1,2>; title="a, b"; rel="next"')]
        s.script["/y?a=1,2"] = [fs.status(200, b'{"tags":["2"]}', Link='broken')]
        assert ask().text() == "1\n2\n2 odd 0\n"


def referrers():
    subject = digest(IMAGE)
    api = "/v2/app/referrers/" + subject
    entry = {"mediaType": MANIFEST, "digest": digest(b"1"), "size": 5, "artifactType": "application/x.sbom", "annotations": {"k": "v", "n": 5}}
    second = {**entry, "digest": digest(b"2"), "artifactType": "application/x.sig"}
    def index(*entries):
        return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": list(entries)}).encode()
    with Home() as h, serving() as s:
        def ask(*kind):
            return probe(h, s, "referrers", name(s) + "/app", subject, *kind)
        s.script[api] = [fs.status(200, index(entry), Content_Type=INDEX, Link=f'<{api}?page=2>; rel="next"')]
        s.script[api + "?page=2"] = [fs.status(200, index(second, {"digest": "x"}, 5, {**entry, "size": -1}), Content_Type=INDEX)]
        lines = ask().text().splitlines()
        assert lines[0].startswith(digest(b"1")) and "k=v" in lines[0] and lines[-1] == "2 odd 3", lines
        # Filtered, whether the registry does it or not.
        s.script[api + "?artifactType=application/x.sig"] = [fs.status(200, index(entry, second))]
        lines = ask("application/x.sig").text().splitlines()
        assert len(lines) == 2 and lines[0].startswith(digest(b"2")), lines
        tag = "/v2/app/manifests/" + subject.replace(":", "-")
        for status in (404, 405, 400, 501):
            s.script[api] = [fs.status(status)]
            assert ask().text() == "0 fallback odd 0\n"
        s.script[tag] = [document(index(entry), INDEX)]
        assert ask().text().splitlines()[-1] == "1 fallback odd 0"
        s.script[tag] = [document(IMAGE)]
        ask().failed("parse", name(s), "index")
        s.script[api] = [fs.status(500)]
        ask().failed("net", name(s), "500")
        long = digest(IMAGE, "sha512")
        s.script["/v2/app/manifests/sha512-" + long[7:71]] = [document(index(entry), INDEX)]
        assert probe(h, s, "referrers", name(s) + "/app", long).text().splitlines()[-1] == "1 fallback odd 0"


# --- pushes ---

def pushes():
    start, put = "POST /v2/app/blobs/uploads/", "PUT /up/1?state=SIGNATURE&digest=" + digest(LAYER)
    with Home() as h, serving() as s, serving() as other:
        path = h.at("layer")
        with open(path, "wb") as f:
            f.write(LAYER)
        def push(*more, **options):
            return probe(h, s, "push-blob", name(s) + "/app", path, *more, **options)
        for location in ("/up/1?state=SIGNATURE", s.url + "/up/1?state=SIGNATURE", "../../../../up/1?state=SIGNATURE"):
            s.script[start] = [fs.status(202, Location=location)]
            s.script[put] = [fs.status(201)]
            push().good()
            assert s.bodies[-1] == LAYER, len(s.bodies[-1])
        # Elsewhere: the bytes go, who we are does not.
        h.login(name(s))
        def wants_basic(a):
            (fs.status(202, Location=other.url + "/up/1?state=SIGNATURE") if "Authorization" in a.headers
             else fs.status(401, WWW_Authenticate="Basic"))(a)
        s.script[start] = [wants_basic]
        other.script[put] = [fs.status(201)]
        push(options=("--insecure", name(other))).good()
        assert other.bodies[-1] == LAYER and "Authorization" not in other.requests[-1][1]
        s.script[start] = [fs.status(202, Location="/up/1?state=SIGNATURE")]
        # Failures: the upload begins anew, a bounded number of times.
        s.script[put] = [fs.status(503), fs.status(201)]
        push().good()
        s.script[put] = [fs.status(500)]
        push(options=("--retries", "1")).failed("net", name(s), "500")
        s.script[put] = [fs.status(400, b'{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]}')]
        push().failed("net", name(s), "DIGEST_INVALID")
        for location in (None, "ftp://x", "http://user:hunter2@localhost/"):
            s.script[start] = [fs.status(202, **({"Location": location} if location else {}))]
            assert push().code == 1
        s.script[start] = [fs.status(403)]
        push().failed("net", name(s), "403")


def chunks():
    with Home() as h, serving() as s:
        path = h.at("layer")
        with open(path, "wb") as f:
            f.write(LAYER)
        got, state = bytearray(), {"fail": 0, "n": 0}
        def begin(a):
            got.clear()
            fs.status(202, Location="/up/0", OCI_Chunk_Min_Length="30000")(a)
        def patch(a):
            state["n"] += 1
            first, last = map(int, a.headers["Content-Range"].split("-"))
            if first != len(got) or last - first + 1 != len(a.body):
                return fs.status(416, Location="/up/0", Range=f"0-{max(len(got) - 1, 0)}")(a)
            if state["n"] == state["fail"]:
                got.extend(a.body[:1000])
                return fs.status(503)(a)
            got.extend(a.body)
            return fs.status(202, Location="/up/0", Range=f"0-{len(got) - 1}")(a)
        def progress(a):
            fs.status(204, Location="/up/0", Range=f"0-{len(got) - 1}")(a)
        s.script["POST /v2/app/blobs/uploads/"] = [begin]
        s.script["PATCH /up/0"], s.script["/up/0"] = [patch], [progress]
        s.script["PUT /up/0?digest=" + digest(LAYER)] = [fs.status(201)]
        def push(*more):
            return probe(h, s, "push-blob", name(s) + "/app", path, 20000, options=more)
        push().good()
        assert bytes(got) == LAYER and state["n"] == 4, state  # 30000 and more at a time, as the registry wants
        state.update(fail=2, n=0)
        push().good()
        assert bytes(got) == LAYER and s.asked("/up/0"), state
        s.script["PATCH /up/0"] = [fs.status(202, Location="/up/0", Range="0-5")]
        s.script["/up/0"] = [fs.status(404)]
        assert push("--retries", "1").code == 1
        s.script["PATCH /up/0"] = [fs.status(413)]
        push().failed("net", name(s), "413")


def pushed_manifests():
    subject = digest(b"subject")
    data = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "application/x.sbom", "annotations": {"a": "b"},
                       "config": {"mediaType": CONFIG, "digest": digest(b"{}"), "size": 2}, "layers": [],
                       "subject": {"mediaType": MANIFEST, "digest": subject, "size": 7}}).encode()
    put, tag = "PUT /v2/app/manifests/", "/v2/app/manifests/" + subject.replace(":", "-")
    with Home() as h, serving() as s:
        path = h.at("manifest")
        with open(path, "wb") as f:
            f.write(data)
        def push(reference=":1"):
            return probe(h, s, "push-manifest", name(s) + "/app" + reference, path, MANIFEST)
        s.script[put + "1"] = [fs.status(201, OCI_Subject=subject, Docker_Content_Digest=digest(data))]
        assert push().text() == f"{digest(data)} listed\n" and s.bodies[-1] == data
        assert s.requests[-1][1]["Content-Type"] == MANIFEST
        s.script[put + digest(data)] = s.script[put + "1"]
        push("@" + digest(data)).good()
        push("@" + digest(b"x")).failed("digest")
        s.script[put + "1"] = [fs.status(201, Docker_Content_Digest=digest(b"other"))]
        push().failed("digest", name(s))
        # The registry has the API: it lists what it was given.
        s.script[put + "1"] = [fs.status(201)]
        s.script["/v2/app/referrers/" + subject] = [fs.status(200, b'{"manifests":[]}')]
        assert push().text() == f"{digest(data)} listed\n"
        # It has not: we do it, against others who do the same.
        s.script["/v2/app/referrers/" + subject] = [fs.status(404)]
        other = {"mediaType": MANIFEST, "digest": digest(b"y"), "size": 1}
        old = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [other]}).encode()
        s.script[tag] = [fs.status(404), document(old, INDEX, ETag='"e1"')]
        s.script["PUT " + tag] = [fs.status(201)]
        assert push().text() == f"{digest(data)} listed fallback\n"
        listed = json.loads(s.bodies[-1])
        assert [m["digest"] for m in listed["manifests"]] == [digest(data)] and "If-Match" not in s.requests[-1][1]
        assert listed["manifests"][0] == {"mediaType": MANIFEST, "digest": digest(data), "size": len(data),
                                          "artifactType": "application/x.sbom", "annotations": {"a": "b"}}
        s.script["PUT " + tag] = [fs.status(412), fs.status(201)]
        assert push().text() == f"{digest(data)} listed fallback\n"
        assert s.requests[-1][1]["If-Match"] == '"e1"'
        assert [m["digest"] for m in json.loads(s.bodies[-1])["manifests"]] == [digest(b"y"), digest(data)]
        s.script["PUT " + tag] = [fs.status(412)]
        push().failed("net", name(s), "all the time")
        # What is there is not thrown away.
        s.script[tag] = [document(IMAGE)]
        push().failed("parse", name(s), "not replaced")


def mounts():
    with Home() as h, serving() as s:
        post = f"POST /v2/app/blobs/uploads/?mount={digest(LAYER)}&from=team/base"
        for answer, word in ((fs.status(201), "mounted"), (fs.status(202, Location="/up"), "refused"), (fs.status(404), "refused")):
            s.script[post] = [answer]
            assert probe(h, s, "mount", name(s) + "/app", digest(LAYER), "team/base").text() == word + "\n"
        probe(h, s, "mount", name(s) + "/app", digest(LAYER), "../x").failed("arg")
        # The token allows both.
        scopes = "&scope=repository%3Aapp%3Apull%2Cpush&scope=repository%3Ateam/base%3Apull"
        s.script["/token?service=test" + scopes] = [fs.status(200, b'{"token":"TOKEN-ABC"}')]
        s.script[post] = [with_token(fs.status(201), s.url + "/token", scope="repository:app:pull,push")]
        assert probe(h, s, "mount", name(s) + "/app", digest(LAYER), "team/base").text() == "mounted\n"


CASES = (good_manifest, wrong_digests, wrong_kinds, huge_documents, hanging, retries, retry_after, rate_limits, resumed_blobs,
         lying_blobs, redirects, tokens, threads, bad_tokens, endless_401, foreign_realms, echoed_secrets, identity_tokens, helpers,
         settings, tls, client_certificates, mirrors, proxies, tunnels, offline, tags, referrers, pushes, chunks, pushed_manifests, mounts)


def main():
    tap = Tap()
    wanted = sys.argv[1:]
    for case in CASES:
        if not wanted or case.__name__ in wanted:
            tap.case(case.__name__.replace("_", " "), case)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
