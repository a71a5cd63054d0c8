#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""--verify: a credential is shown to its own provider and to nobody else, once, and its answer is told. The providers are
stand-ins behind a proxy that leads every host to one server, whose certificate names two of them."""
import json
import os
import sys
import tempfile

from support import faulty_server as fs
from support.certificates import authority, certificate
from support.secret_examples import ALNUM, Source, expand
from support.tap import PROGRAM, Tap, run

STRIPE = "sk_" + "live_" + Source("verify").text(ALNUM, 24)


def github_token(source):
    """One whose checksum is right."""
    return expand("ghp_{an 30}{crc32}", source)[0].decode()


LIVE, DEAD, ODD = (github_token(x) for x in ("live", "dead", "odd"))


class Search:
    def __init__(self, folder, tunnel, *options, **env):
        home = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        home.update({"https_proxy": "http://" + tunnel.address} if tunnel else {"https_proxy": "http://localhost:1"})
        home.update({"SSL_CERT_FILE": os.path.join(folder, "ca.pem"), "DRYDOCK_CACHE": os.path.join(folder, "cache"), **env})
        report = os.path.join(folder, "report.json")
        self.done = run(PROGRAM, "secrets", "--fail-on", "none", "--format", "table", "--format", "json=" + report, *options,
                        "dir:" + os.path.join(folder, "files"), env=home)
        self.text = self.done.stdout + self.done.stderr
        with open(report, encoding="utf-8") as f:
            self.json = f.read()
        self.found = {os.path.basename(f["location"]["path"]): f for f in json.loads(self.json)["findings"]}

    def alive(self, name):
        f = self.found.get(name)
        return (f["secret"]["alive"], f["secret"]["aliveNote"]) if f else None


def by_token(h):
    """GitHub's answer depends on who asks."""
    answers = {LIVE: (200, b'{"login":"x"}'), DEAD: (401, b'{"message":"Bad credentials"}')}
    code, text = answers.get(h.headers.get("Authorization", "").removeprefix("Bearer "), (503, b"later"))
    h.head(code, Content_Length=str(len(text)))
    h.wfile.write(text)


def write(folder):
    os.makedirs(os.path.join(folder, "files"))
    for name, text in (("live", LIVE), ("again", LIVE), ("dead", DEAD), ("odd", ODD), ("stripe", STRIPE)):
        with open(os.path.join(folder, "files", name), "w", encoding="utf-8") as f:
            f.write(f"key: {text}\n")


def check(tap, folder):
    with fs.serving(certificate=certificate(folder, "two", "api.github.com,DNS:api.stripe.com")) as server:
        server.script["/user"] = [by_token]
        server.script["/v1/balance"] = [fs.status(302, Location="https://evil.test/?stolen")]
        with fs.Tunnel(server.port) as tunnel:
            plain = Search(folder, tunnel)
            tap.equal((len(plain.found), server.requests, tunnel.requests), (5, [], []), "without --verify nobody is asked")
            s = Search(folder, tunnel, "--verify")
            tap.equal(s.alive("live"), ("active", "api.github.com answered 200 OK"), "a credential that works is active")
            tap.equal(s.alive("again"), s.alive("live"), "it is told in every place")
            tap.equal(s.alive("dead"), ("inactive", "api.github.com answered 401 Unauthorized"), "a refused one is inactive")
            tap.equal(s.alive("odd"), ("unclear", "api.github.com answered 503 Service Unavailable"), "an error says neither")
            tap.equal(s.alive("stripe"), ("unclear", "api.stripe.com answered 302 Found"), "a redirect is not followed")
            asked = [path for path, _ in server.requests]
            tap.equal(asked.count("/user"), 3, "each different credential is shown once")
            hosts = {r.split()[1] for r in tunnel.requests}
            tap.equal(hosts, {"api.github.com:443", "api.stripe.com:443"}, "to its own provider alone")
            tap.equal((s.found["live"]["severity"], s.found["dead"]["severity"]), ("critical", "low"),
                      "one that nobody takes any more is a low finding")
            leaks = [t for t in (LIVE, DEAD, ODD, STRIPE) if t in s.text + s.json + "".join(tunnel.requests) or
                     t.encode() in tunnel.bytes]
            tap.equal(leaks, [], "no credential is in reports, messages, or in the clear on the wire")
            kept = "".join(open(os.path.join(d, n), "rb").read().decode("latin-1")
                           for d, _, names in os.walk(os.path.join(folder, "cache")) for n in names)
            tap.equal([t for t in (LIVE, DEAD, ODD, STRIPE) if t in kept], [], "none is in the cache")
    # A certificate of another name: nothing is said to that server.
    with fs.serving(certificate=certificate(folder, "other", "evil.test")) as server, fs.Tunnel(server.port) as tunnel:
        server.script["/user"] = [by_token]
        s = Search(folder, tunnel, "--verify")
        tap.equal((s.alive("live"), server.requests),
                  (("unclear", "api.github.com has no certificate that is trusted here"), []), "another's certificate")
    s = Search(folder, None, "--verify")
    tap.equal(s.alive("live"), ("unclear", "api.github.com cannot be reached"), "no network")
    offline = run(PROGRAM, "secrets", "--verify", "--offline", "dir:" + folder)
    tap.ok(offline.returncode == 2 and "--offline" in offline.stderr, "--offline and --verify do not go together",
           offline.returncode, offline.stderr)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        authority(folder)
        write(folder)
        check(tap, folder)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
