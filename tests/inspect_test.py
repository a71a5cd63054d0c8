#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`drydock inspect` and `drydock tags` against a stand-in of Docker Hub that answers as its documentation says, and as
nobody should; and against a real registry where there is one. INSPECT_GOLDEN=write writes the golden texts anew."""
import http.server
import json
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time

from support import images
from support.hub_stand_in import INDEX, MANIFEST, HubStandIn, digest, document, image
from support.program import ROOT, Place, Tap

NGINX = {"Env": ["PATH=/usr/local/sbin:/usr/bin", "NGINX_VERSION=1.27.3", "PKG_RELEASE=1~bookworm"],
         "Entrypoint": ["/docker-entrypoint.sh"], "Cmd": ["nginx", "-g", "daemon off;"], "ExposedPorts": {"80/tcp": {}},
         "Labels": {"maintainer": "NGINX Docker Maintainers <docker-maint@nginx.com>"}, "StopSignal": "SIGQUIT"}
HISTORY = [{"created_by": "/bin/sh -c #(nop) ADD file:1 in / "},
           {"created_by": "/bin/sh -c #(nop)  CMD [\"bash\"]", "empty_layer": True},
           {"created_by": "RUN /bin/sh -c set -x && apt-get install nginx # buildkit"},
           {"created_by": "CMD [\"nginx\" \"-g\" \"daemon off;\"]", "empty_layer": True}]
PLATFORMS = ("linux/amd64", "linux/arm/v5", "linux/arm/v7", "linux/arm64/v8", "linux/386", "linux/ppc64le", "linux/s390x")


def fill(hub):
    """library/nginx as it was in November 2024, as far as it matters, and 260 older tags."""
    mainline = image("mainline", platforms=PLATFORMS, attested=True, config=NGINX, history=HISTORY)
    about = {"star_count": 20312, "pull_count": 11_834_567_890, "description": "Official build of Nginx."}
    hub.add("library/nginx", ["1", "1-bookworm", "1.27", "1.27-bookworm", "1.27.3", "1.27.3-bookworm", "bookworm", "latest",
                              "mainline", "mainline-bookworm"], mainline, "2024-11-22T20:00:00Z", **about)
    hub.add("library/nginx", ["1-alpine", "1.27-alpine", "1.27.3-alpine", "1.27.3-alpine3.20", "alpine", "alpine3.20"],
            image("alpine", config=NGINX), "2024-11-22T19:00:00Z")
    hub.add("library/nginx", ["1.26", "1.26.2", "1.26.2-bookworm", "stable"], image("stable", config=NGINX),
            "2024-11-13T19:00:00Z")
    for minor in range(25, 12, -1):
        for patch in range(10):
            for variant in ("", "-alpine"):
                hub.add("library/nginx", [f"1.{minor}.{patch}{variant}"],
                        image(f"{minor}.{patch}{variant}", layers=1), f"20{minor - 2:02}-0{9 - patch or 1}-01T00:00:00Z")
    return mainline


def card(place, hub, name, *args, **more):
    r = place.run("inspect", name, *hub.options, "--format", "json", *args, env=hub.env(place), **more)
    assert r.code == 0, (r.code, r.err.decode())
    return json.loads(r.out)


def notes(c, level=None):
    return {n["id"]: n["text"] for n in c["notes"] if level in (None, n["level"])}


def golden(name, text):
    path = os.path.join(ROOT, "tests", "golden", "inspect", name)
    if os.environ.get("INSPECT_GOLDEN") == "write":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    with open(path, encoding="utf-8") as f:
        want = f.read()
    assert text == want, f"--- {path}\n{want}+++ printed\n{text}"


# --- the card ---

def official():
    with Place() as p, HubStandIn() as hub:
        mainline = fill(hub)
        hub.repositories["library/nginx"]["tags"]["sha256-" + mainline.top[7:] + ".sig"] = (image("sig"), "2024-11-22T20:01:00Z")
        c = card(p, hub, "nginx", "--platform", "linux/arm64")
        assert c["reference"] == "docker.io/library/nginx:latest" and c["digest"] == mainline.top, c
        assert c["platform"] == "linux/arm64/v8" and [x["platform"] for x in c["platforms"]] == list(PLATFORMS), c
        assert [x["chosen"] for x in c["platforms"]].index(True) == 3
        assert c["publisher"]["badge"] == "official" and c["publisher"]["badgeFrom"] == "name", c["publisher"]
        assert c["publisher"]["pulls"] == 11_834_567_890 and c["publisher"]["stars"] == 20312
        assert c["pin"]["tag"] == "1.27.3" and c["pin"]["line"] == "FROM nginx:1.27.3@" + mainline.top, c["pin"]
        assert c["pin"]["floating"] is True
        same = [t["name"] for t in c["tags"]["sameDigest"]]
        assert sorted(same) == ["1", "1-bookworm", "1.27", "1.27-bookworm", "1.27.3", "1.27.3-bookworm", "bookworm",
                                "mainline", "mainline-bookworm"], same
        assert c["config"]["ports"] == ["80/tcp"] and c["config"]["entrypoint"] == ["/docker-entrypoint.sh"]
        assert c["config"]["environmentNames"] == ["PATH", "NGINX_VERSION", "PKG_RELEASE"]
        assert "1~bookworm" not in json.dumps(c), "values of the environment are nobody's business"
        assert c["base"]["layers"] == 1 and c["layers"] == 2 and c["unpackedBytes"] is None
        assert c["compressedBytes"] == sum(
            x["size"] for x in json.loads(mainline.documents[dict(mainline.platforms)["linux/arm64/v8"]][1])["layers"])
        kinds = sorted((e["kind"], e["maker"], e["artifactType"]) for e in c["evidence"]["found"] if e["maker"] == "BuildKit")
        assert kinds == [("attestation", "BuildKit", "https://slsa.dev/provenance/v0.2"),
                         ("sbom", "BuildKit", "https://spdx.dev/Document")], kinds
        assert [e["kind"] for e in c["evidence"]["found"] if e["maker"] == "cosign"] == ["signature"], c["evidence"]
        assert c["evidence"]["verified"] is False
        assert not notes(c, "warning"), c["notes"]


def golden_card():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        r = p.run("inspect", "nginx", "--platform", "linux/amd64", *hub.options, env=hub.env(p))
        text = r.out.decode()
        golden("nginx.txt", text)
        wide = [line for line in text.splitlines() if len(line) > 80]
        assert len(wide) == 1 and "FROM nginx:1.27.3@sha256:" in wide[0], wide


def asked_tags():
    """The tag that is asked for decides the variant of the one to pin."""
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        for asked, pin, floating in (("nginx:alpine", "1.27.3-alpine", True), ("nginx:bookworm", "1.27.3-bookworm", True),
                                     ("nginx:1.27", "1.27.3", True), ("nginx:1.27.3", "1.27.3", False),
                                     ("nginx:stable", "1.26.2", True), ("nginx:1.14.2", "1.14.2", False)):
            c = card(p, hub, asked)
            assert (c["pin"]["tag"], c["pin"]["floating"]) == (pin, floating), (asked, c["pin"], c["tags"])
        top = hub.repositories["library/nginx"]["tags"]["stable"][0].top
        c = card(p, hub, "nginx@" + top)
        assert c["pin"]["tag"] == "1.26.2" and c["pin"]["floating"] is False, c["pin"]


# --- requests ---

def counting():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        first = card(p, hub, "nginx", "--platform", "linux/amd64")
        counts = hub.counts()
        print(f"# inspect nginx, first time: {sum(counts.values())} requests, {counts}")
        assert counts.get("GET manifests") == 3, counts  # index, manifest, attestation
        assert counts.get("hub repository") == 1 and counts.get("hub tags") == 2 and "hub search" not in counts, counts
        assert sum(counts.values()) <= 14, counts
        assert first["requests"]["countedAsPulls"] == 3 and first["requests"]["hubLeft"] == 179, first["requests"]
        hub.log.clear()
        again = card(p, hub, "nginx", "--platform", "linux/amd64")
        counts = hub.counts()
        print(f"# inspect nginx, again: {sum(counts.values())} requests, {counts}")
        assert "GET manifests" not in counts and "GET blobs" not in counts, counts
        assert not [k for k in counts if k.startswith("hub")], counts
        assert again["requests"]["countedAsPulls"] == 0
        for c in (first, again):
            del c["requests"]
        assert first == again
        hub.log.clear()
        r = p.run("inspect", "nginx", "--verbose", *hub.options, env=hub.env(p))
        assert f"{len(hub.log) + 1} requests sent" in r.err.decode() or f"{len(hub.log)} requests sent" in r.err.decode(), \
            (len(hub.log), r.err.decode())
        hub.log.clear()
        r = p.run("tags", "nginx", *hub.options, env=hub.env(p))
        counts = hub.counts()
        print(f"# tags nginx: {sum(counts.values())} requests, {counts}")
        assert r.code == 0 and counts == {"hub tags": 2}, counts  # the first page was kept by inspect


def other_registry():
    """Without Docker Hub's API a tag's digest costs a HEAD: bounded, the likely ones first."""
    with Place() as p, HubStandIn() as hub:
        newest = image("newest")
        hub.add("acme/app", ["2.31.0", "2.31", "2", "latest"], newest)
        for i in range(60):
            hub.add("acme/app", [f"2.30.{i}", f"2.30.{i}-alpine", f"sha-{i:07x}"], image(f"old {i}", layers=1))
        env = {**hub.env(p), "DRYDOCK_INSECURE_REGISTRY": hub.host}
        r = p.run("inspect", f"{hub.host}/acme/app", "--format", "json", env=env)
        assert r.code == 0, r.err.decode()
        c = json.loads(r.out)
        heads = hub.counts()["HEAD manifests"]
        print(f"# inspect HOST/acme/app: {sum(hub.counts().values())} requests, {hub.counts()}")
        assert heads <= 7 and c["pin"]["tag"] == "2.31.0", (heads, c["pin"])
        assert {t["name"] for t in c["tags"]["sameDigest"]} == {"2.31.0", "2.31", "2"}, c["tags"]
        assert c["publisher"]["badge"] is None and "hub" in notes(c, "not-asked"), c["publisher"]
        assert c["requests"]["pullsLeft"] == 98 and c["requests"]["windowSeconds"] == 21600, c["requests"]
        hub.log.clear()
        c = json.loads(p.run("inspect", f"{hub.host}/acme/app:2.30.7", "--format", "json", env=env).out)
        assert hub.counts()["HEAD manifests"] <= 5, hub.counts()
        # Nothing matches: twenty are asked, then it ends and says so.
        hub.add("acme/app", ["nightly"], image("nightly"))
        hub.log.clear()
        c = json.loads(p.run("inspect", f"{hub.host}/acme/app:nightly", "--format", "json", env=env).out)
        assert hub.counts()["HEAD manifests"] <= 22 and c["tags"]["complete"] is False, (hub.counts(), c["tags"])
        assert "20 of 185 tags asked" in c["tags"]["from"], c["tags"]
        hub.log.clear()
        r = p.run("inspect", f"{hub.host}/acme/app", "--tag-requests", "0", "--format", "json", env=env)
        assert json.loads(r.out)["tags"]["asked"] is False and hub.counts().get("GET tags/list") is None


# --- badges and look-alikes ---

FOUND = [{"id": "nginx", "name": "nginx", "slug": "nginx", "badge": "official", "publisher": {"name": "Docker"}},
         {"id": "bitnami/nginx", "name": "bitnami/nginx", "slug": "bitnami/nginx", "badge": "verified_publisher",
          "publisher": {"id": "bitnami", "name": "VMware"}, "archived": False, "pull_count": "100M+"},
         {"id": "linuxserver/nginx", "name": "linuxserver/nginx", "slug": "linuxserver/nginx", "badge": "open_source",
          "publisher": {"name": "LinuxServer.io"}},
         {"id": "x", "name": "evil/nginx", "slug": "other/thing", "badge": "verified_publisher"},
         {"id": "y", "name": "acme/nginx", "slug": "acme/nginx", "badge": "official"},
         {"id": "z", "name": "old/nginx", "slug": "old/nginx", "badge": None, "archived": True}]


def badges():
    with Place() as p, HubStandIn() as hub:
        hub.search = FOUND
        hub.orgs = {"evil": {"orgname": "evil", "full_name": "Evil", "badge": None},
                    "misspelt": {"full_name": "M", "badge": "verfified_publisher"}}
        rows = (("bitnami/nginx", "verified_publisher", "search"), ("linuxserver/nginx", "open_source", "search"),
                ("evil/nginx", "none", "search"),     # a product that calls itself so has another repository
                ("acme/nginx", "none", "search"),     # official images are in library/
                ("old/nginx", "none", "search"),
                ("nobody/thing", "none", "search"), ("misspelt/tool", "verified_publisher", "organisation"))
        for name, badge, where in rows:
            hub.add(name, ["1.0.0", "latest"], image(name))
            c = card(p, hub, name)
            assert (c["publisher"]["badge"], c["publisher"]["badgeFrom"]) == (badge, where), (name, c["publisher"])
        assert notes(card(p, hub, "bitnami/nginx")).get("same-name"), "it is another one than the official image"
        assert "archived" in notes(card(p, hub, "old/nginx"), "warning")
        text = p.run("inspect", "bitnami/nginx", *hub.options, env=hub.env(p)).out.decode()
        text = " ".join(text.split())
        assert "VERIFIED PUBLISHER" in text and "It has not looked at what is inside; the badge is no signature" in text, text


def lookalikes():
    with Place() as p, HubStandIn() as hub:
        hub.search = FOUND
        for name, of in (("library/ngimx", "nginx"), ("bitnamy/nginx", "bitnami/nginx"), ("nginx/nginx", "nginx"),
                         ("nginx-official/server", "nginx"), ("acme/ng1nx", "nginx"), ("bitnarni/redis", "bitnami")):
            hub.add(name, ["latest"], image(name))
            c = card(p, hub, name)
            assert c["publisher"]["badge"] == "none", (name, c["publisher"])
            assert c["publisher"]["lookAlike"]["of"] == of, (name, c["publisher"])
            assert of in notes(c, "warning")["look-alike"], c["notes"]
        text = p.run("inspect", "bitnamy/nginx", *hub.options, env=hub.env(p)).out.decode()
        golden("lookalike.txt", text)
        # Without any answer the name alone is enough.
        r = p.run("inspect", "library/ngimx", "--no-hub", "--format", "json", env=hub.env(p))
        c = json.loads(r.out)
        assert c["publisher"]["badge"] is None and "look-alike" in notes(c, "warning"), c["publisher"]


def given_up():
    with Place() as p, HubStandIn() as hub:
        hub.add("acme/old", ["1.0"], image("old", created="2020-01-02T03:04:05Z"), last_updated="2020-01-02T03:04:05Z",
                description="DEPRECATED: use acme/new", status_description="inactive")
        hub.add("acme/long", ["latest"], image("long"), full_description="# Hi\n\n**This image is no longer maintained.**\n")
        hub.add("acme/fine", ["latest"], image("fine"), full_description="x" * 5000 + " option foo is deprecated")
        for i, (text, dead) in enumerate((("Replaces the deprecated acme/gone", False), ("[Deprecated] old", True),
                                          ("deprecated in favor of x", True), ("Fights obsolete software", False),
                                          ("This image has been deprecated", True), ("Deprecation checker", False))):
            hub.add(f"acme/w{i}", ["latest"], image(f"w{i}"), description=text)
            assert ("deprecated" in notes(card(p, hub, f"acme/w{i}"))) == dead, text
        hub.add("library/openjdk", ["8"], image("jdk"))
        c = card(p, hub, "acme/old:1.0")
        assert {"deprecated", "stale", "stale-repository"} <= set(notes(c, "warning")), c["notes"]
        assert "use acme/new" in notes(c)["deprecated"]
        assert "no longer maintained" in notes(card(p, hub, "acme/long"))["deprecated"]
        assert "deprecated" not in notes(card(p, hub, "acme/fine"))
        assert "eclipse-temurin" in notes(card(p, hub, "openjdk:8"), "warning")["deprecated"]


def end_of_life():
    with Place() as p, HubStandIn() as hub:
        source = p.at("eol")
        os.mkdir(source)
        for product, rows in (("debian", [{"cycle": "10", "codename": "Buster", "eol": "2022-09-10", "extendedSupport": "2024-06-30",
                                           "latest": "10.13"}]),
                              ("nodejs", [{"cycle": "16", "eol": "2023-09-11", "latest": "16.20.2"},
                                          {"cycle": "22", "eol": "2027-04-30", "latest": "22.11.0"}])):
            images.write(os.path.join(source, product + ".json"), document(rows))
        db = p.at("eol.db")
        r = p.run("db", "build", "--source", "eol:" + source, "-o", db)
        assert r.code == 0, r.err.decode()
        hub.add("library/debian", ["buster-slim", "10", "10.13-slim"], image("buster"))
        hub.add("library/node", ["16-alpine"], image("16"))
        hub.add("library/node", ["22", "lts"], image("22"))
        hub.add("acme/node", ["16"], image("a"))
        for name, cycle, ended in (("debian:buster-slim", "10", True), ("debian:10", "10", True), ("node:16-alpine", "16", True),
                                   ("node:lts", "22", False), ("acme/node:16", None, None)):
            c = card(p, hub, name, "--db", db)
            life = c["endOfLife"]
            assert (life and (life["cycle"], life["ended"])) == (cycle and (cycle, ended)), (name, life)
            assert ("end-of-life" in notes(c, "warning")) == bool(ended)


# --- signatures ---

def referrers():
    with Place() as p, HubStandIn() as hub:
        img = image("signed", index=False)
        hub.add("acme/signed", ["1.0.0"], img)
        hub.referrers[img.top] = [
            {"mediaType": MANIFEST, "digest": digest(b"1"), "size": 1, "artifactType": "application/vnd.cncf.notary.signature"},
            {"mediaType": MANIFEST, "digest": digest(b"2"), "size": 1,
             "artifactType": "application/vnd.dev.sigstore.bundle.v0.3+json",
             "annotations": {"dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1"}},
            {"mediaType": MANIFEST, "digest": digest(b"3"), "size": 1, "artifactType": "application/spdx+json"},
            {"mediaType": MANIFEST, "digest": digest(b"4"), "size": 1, "artifactType": "\x1b[31mred"},
            {"mediaType": None, "digest": 7}]
        c = card(p, hub, "acme/signed:1.0.0")
        kinds = [(e["kind"], e["maker"]) for e in c["evidence"]["found"]]
        assert kinds == [("signature", "notation"), ("signature", "cosign"), ("sbom", None), ("other", None)], kinds
        text = p.run("inspect", "acme/signed:1.0.0", *hub.options, env=hub.env(p)).out
        assert b"\x1b" not in text and b"notation" in text, text


def fallback_and_cosign_tags():
    with Place() as p, HubStandIn() as hub:
        hub.referrers = None
        img = image("signed", index=False)
        stem = img.top.replace(":", "-")
        hub.add("acme/signed", ["1.0.0"], img)
        listing = image("list")
        listing.top = listing.keep(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {"mediaType": MANIFEST, "digest": digest(b"1"), "size": 1, "artifactType": "application/vnd.cyclonedx+json"}]})["digest"]
        hub.add("acme/signed", [stem], listing)
        hub.add("acme/signed", [stem + ".sig", stem + ".att"], image("cosign"))
        c = card(p, hub, "acme/signed:1.0.0")
        assert [(e["kind"], e["where"].split()[0]) for e in c["evidence"]["found"]] == [
            ("sbom", "referrer"), ("signature", "tag"), ("attestation", "tag")], c["evidence"]
        r = p.run("tags", "acme/signed", *hub.options, "--format", "json", env=hub.env(p))
        assert [t["name"] for t in json.loads(r.out)["tags"]] == ["1.0.0"], "tags of signatures are no versions"


# --- quota and failures of the Hub ---

def quota():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        hub.script = [("/v2/namespaces/", lambda h: h.answer(429, {"detail": "Rate limit exceeded"}, Retry_After="3600",
                                                             X_RateLimit_Limit="180", X_RateLimit_Remaining="0") or True)]
        c = card(p, hub, "nginx")
        assert "3600 s" in notes(c, "not-asked")["hub"] and "180" in notes(c, "not-asked")["hub"], c["notes"]
        counts = hub.counts()
        assert sum(n for k, n in counts.items() if k.startswith("hub")) == 1, counts  # it is not asked again
        assert c["publisher"]["badge"] == "official" and c["publisher"]["answered"] is False
        assert c["pin"]["tag"] == "1.27.3", "tags are asked of the registry instead: " + str(c["tags"])


def bad_answers_are_not_kept():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        hub.script = [("/v2/namespaces/", lambda h: h.answer(200, b"<html>Sign in</html>", "text/html") or True)]
        assert "hub" in notes(card(p, hub, "nginx"), "not-asked")
        hub.script = []
        assert card(p, hub, "nginx")["publisher"]["description"] == "Official build of Nginx."
        kept = [os.path.join(p.cache, "hub", n) for n in os.listdir(os.path.join(p.cache, "hub"))]
        assert kept and all(os.stat(k).st_mode & 0o777 == 0o600 for k in kept)
        for path in kept:  # damaged ones are asked for again
            images.write(path, open(path, "rb").read()[:40])
        hub.log.clear()
        assert card(p, hub, "nginx")["publisher"]["description"] == "Official build of Nginx." and hub.counts()["hub repository"] == 1
        assert p.run("cache", "clear").code == 0 and not os.listdir(os.path.join(p.cache, "hub"))


def digests_disagree():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        other = {"count": 1, "next": None, "results": [{"name": "latest", "digest": digest(b"x"), "last_updated": "2024-11-20T08:00:00Z"}]}
        hub.script = [("/v2/namespaces/library/repositories/nginx/tags", lambda h: h.answer(200, other) or True)]
        c = card(p, hub, "nginx")
        assert digest(b"x") in notes(c, "warning")["digests-disagree"] and c["digest"] != digest(b"x")


def waits_a_little():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        left = [1]

        def once(h):
            if left[0]:
                left[0] = 0
                h.answer(429, {}, Retry_After="1")
                return True
            return False
        hub.script = [("/v2/namespaces/library/repositories/nginx", once)]
        started = time.monotonic()
        c = card(p, hub, "nginx")
        assert c["publisher"]["answered"] and time.monotonic() - started >= 0.9


def fails(name, *scripts, want="hub"):
    def check():
        with Place() as p, HubStandIn() as hub:
            hub.search = FOUND
            hub.add("acme/app", ["1.0.0", "latest"], image("app"))
            hub.script = [(prefix, make) for prefix, make in scripts]
            started = time.monotonic()
            r = p.run("inspect", "acme/app", *hub.options, "--format", "json", env=hub.env(p))
            assert r.code == 0, (r.code, r.err.decode())
            c = json.loads(r.out)
            assert c["digest"] == hub.repositories["acme/app"]["tags"]["latest"][0].top
            if want:
                assert want in notes(c), (want, c["notes"])
            text = p.run("inspect", "acme/app", *hub.options, env=hub.env(p))
            assert text.code == 0 and b"\x1b" not in text.out and b"\x00" not in text.out, text.out
            assert time.monotonic() - started < 30
            assert r.peak < 200 << 20, r.peak
    check.__doc__ = name
    return check


def give(body, status=200, kind="application/json", **fields):
    return lambda h: h.answer(status, body, kind, **fields) or True


REPO, TAGS, SEARCH = "/v2/namespaces/acme/repositories/app", "/v2/namespaces/acme/repositories/app/tags", "/api/search"
DEEP = b"[" * 100000 + b"]" * 100000
HOSTILE = {
    "HTML with status 200": fails("", (REPO, give(b"<html>Sign in</html>", kind="text/html")),
                                  (SEARCH, give(b"<html>", kind="text/html"))),
    "a description of 10 MB": fails("", (REPO, give(b'{"description":"' + b"x" * 10_000_000 + b'"}'))),
    "escapes and NUL in texts": fails("", (REPO, give({"description": "\x1b[2J\x1b]0;x\x07 \u202e \x00 y", "star_count": 1,
                                                       "full_description": "\x1b[31m This is deprecated \x1b[0m"})), want="deprecated"),
    "wrong types": fails("", (REPO, give({"description": 7, "star_count": "many", "pull_count": -1, "last_updated": [],
                                          "full_description": None, "status_description": {}})),
                         (TAGS, give({"count": "x", "next": 1, "results": [None, 7, {"name": None}, {"name": 1}, {}, {
                             "name": "ok", "digest": 3, "images": {}, "full_size": "x", "last_updated": 0}]})),
                         (SEARCH, give({"results": [None, {"name": None, "badge": []}, {"slug": {}, "badge": "official"}]})),
                         want=None),
    "no object": fails("", (REPO, give(b"[]")), (SEARCH, give(b"null")), (TAGS, give(b"7"))),
    "lists that are none": fails("", (SEARCH, give({"results": {}})), (TAGS, give({"results": "x"})), want="hub-tags"),
    "brackets without end": fails("", (REPO, give(DEEP)), (SEARCH, give(DEEP))),
    "broken JSON": fails("", (REPO, give(b'{"description": "x')), (TAGS, give(b"{"))),
    "not UTF-8": fails("", (REPO, give(b'{"description": "\xff\xfe"}'))),
    "500": fails("", (REPO, give(b"", 500))),
    "pages that never end": fails("", (TAGS, give({"count": 10 ** 18, "next": "again", "results": [
        {"name": "other", "digest": digest(b"x"), "last_updated": "2024-11-20T08:00:00Z"}]})), want=None),
    "a redirect in a circle": fails("", (REPO, lambda h: h.answer(302, b"", Location=h.path) or True)),
    "a million tags in a page": fails("", (TAGS, give(b'{"results":[' + b",".join([b'{"name":"a"}'] * 200000) + b"]}")), want=None),
    "from and size in a loop": fails("", (SEARCH, give({"total": 10 ** 9, "results": [{"slug": "x/y", "badge": "official"}] * 2500})),
                                     want=None),
}


# --- bad registries ---

def bad_registry():
    with Place() as p, HubStandIn() as hub:
        def refused(name, *words, script=()):
            hub.script = list(script)
            r = p.run("inspect", name, "--no-hub", env=hub.env(p))
            text = r.err.decode()
            assert r.code in (2, 4) and all(w in text for w in words) and not r.out, (name, r.code, text, r.out)
            assert "\x1b" not in text
        itself = image("itself")
        data = document({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
            {"mediaType": INDEX, "digest": itself.top, "size": 1, "platform": {"os": "linux", "architecture": "amd64"}}]})
        hub.add("acme/loop", ["latest"], itself)
        itself.documents[itself.top] = (INDEX, data)  # the digest is another one
        refused("acme/loop", "acme/loop")
        deep, inner = image("deep"), image("inner").documents
        top = next(iter(inner))
        for _ in range(8):
            top = deep.keep(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": [
                {"mediaType": INDEX, "digest": top, "size": 1, "platform": {"os": "linux", "architecture": "amd64"}}]})["digest"]
        deep.top = top
        hub.add("acme/deep", ["latest"], deep)
        refused("acme/deep", "deep")
        for name, value in (("empty", {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}),
                            ("types", {"schemaVersion": 2, "mediaType": INDEX, "manifests": [7]}),
                            ("none", {"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": []}),
                            ("size", {"schemaVersion": 2, "mediaType": MANIFEST, "layers": [], "config": {
                                "mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(b"x"), "size": 1 << 60}})):
            bad = image(name)
            bad.top = bad.keep(value["mediaType"], value)["digest"]
            hub.add("acme/" + name, ["latest"], bad)
            refused("acme/" + name)
        refused("acme/gone", "acme/gone", "404")
        refused("acme/app", script=[("/v2/acme/app", give(b"<html>\x1b[31m</html>", kind="text/html"))])
        refused("Acme/UPPER")


def no_digest():
    """HEAD without Docker-Content-Digest, HEAD not allowed: GET tells it."""
    with Place() as p, HubStandIn() as hub:
        img = image("x")
        hub.add("acme/app", ["latest"], img)

        def script(h):
            if h.command == "HEAD" and "/manifests/" in h.path:
                h.answer(405, b"")
                return True
            return False
        hub.script = [("/v2/acme/app", script)]
        assert card(p, hub, "acme/app")["digest"] == img.top


def artifact():
    with Place() as p, HubStandIn() as hub:
        chart = image("chart")
        chart.top = chart.keep(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": chart.blob("application/vnd.cncf.helm.config.v1+json", b"{}"),
            "layers": [chart.blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", b"x")]})["digest"]
        hub.add("acme/chart", ["1.0.0"], chart)
        c = card(p, hub, "acme/chart:1.0.0")
        assert "helm" in notes(c)["artifact"] and c["digest"] == chart.top and c["config"] is None


def hostile_config():
    with Place() as p, HubStandIn() as hub:
        hub.add("acme/app", ["latest"], image("app", created="\x1b[31m", config={
            "User": "\x1b]0;owned\x07", "Labels": {"\x1b[2Jkey": "\u202e\x00value", "n": None, "o": {}}, "Env": ["\x1b=1", 7, None],
            "Entrypoint": ["a\nb", "\x9b31m"], "ExposedPorts": {"\x1b": {}}, "Volumes": ["/v"]}))
        r = p.run("inspect", "acme/app", *hub.options, env=hub.env(p))
        assert r.code == 0 and b"\x1b" not in r.out and b"\xc2\x9b" not in r.out and b"\xe2\x80\xae" not in r.out, r.out
        c = card(p, hub, "acme/app")
        assert c["config"]["user"] == "\x1b]0;owned\x07" and c["created"] is None and c["config"]["volumes"] == ["/v"]


def offline():
    with Place() as p, HubStandIn() as hub:
        mainline = fill(hub)
        card(p, hub, "nginx")
        hub.log.clear()
        c = card(p, hub, "nginx@" + mainline.top, "--offline")
        assert not hub.log and c["digest"] == mainline.top and c["publisher"]["description"] == "Official build of Nginx."
        c = card(p, hub, "openjdk:8", "--offline")
        assert not hub.log and c["publisher"]["badge"] == "official" and c["digest"] is None, c
        assert "deprecated" in notes(c) and "registry" in notes(c, "not-asked"), c["notes"]
        assert c["config"] is None and c["layers"] is None, "nothing is known of what it holds"
        text = p.run("inspect", "openjdk:8", "--offline", *hub.options, env=hub.env(p)).out.decode()
        golden("offline.txt", text)


# --- tags ---

def tags_table():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        r = p.run("tags", "nginx", "--limit", "8", *hub.options, env=hub.env(p))
        assert r.code == 0, r.err.decode()
        golden("tags.txt", r.out.decode())
        assert all(len(line) <= 80 for line in r.out.decode().splitlines())
        names = [t["name"] for t in json.loads(p.run("tags", "nginx", "--format", "json", *hub.options, env=hub.env(p)).out)["tags"]]
        assert names[:3] == ["1.27.3", "1.27.3-alpine", "1.27.3-bookworm"], names[:5]
        assert names.index("1.25.9") < names.index("1.25.8") < names.index("1.13.0"), names


def outdated():
    with Place() as p, HubStandIn() as hub:
        fill(hub)
        hub.add("library/nginx", ["1.28.0-rc1-alpine"], image("rc"), "2024-11-23T00:00:00Z")

        def ask(name):
            r = p.run("tags", name, "--outdated", "--format", "json", *hub.options, env=hub.env(p))
            return r.code, json.loads(r.out) if r.out else r.err.decode()
        code, got = ask("nginx:1.25.1-alpine")
        assert code == 1 and got["outdated"]["newest"] == "1.27.3-alpine", got["outdated"]
        assert got["outdated"]["newestOfSeries"] == "1.27.3-alpine" and got["outdated"]["newer"] == 9, got["outdated"]
        newer = [t["name"] for t in got["tags"] if t["newer"]]
        assert all(n.endswith("-alpine") and "rc" not in n for n in newer), newer
        assert ask("nginx:1.27.3-alpine")[0] == 0
        code, got = ask("nginx")
        assert code == 0 and got["outdated"]["standsFor"] == "1.27.3", got
        code, got = ask("nginx:stable")
        assert code == 1 and got["outdated"]["standsFor"] == "1.26.2" and got["outdated"]["newest"] == "1.27.3", got
        code, text = ask("nginx:nothing")
        assert code == 2 and "no version" in text, (code, text)
        text = p.run("tags", "nginx:1.25.1-alpine", "--outdated", *hub.options, env=hub.env(p)).out.decode()
        assert "1.25.1-alpine is behind: 9 newer, the newest is 1.27.3-alpine." in text, text


# --- real things ---

def real_registry():
    if not shutil.which("docker-registry") or not shutil.which("skopeo"):
        return "docker-registry or skopeo is not installed"
    with Place() as p:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            host = f"127.0.0.1:{s.getsockname()[1]}"
        images.write(p.at("registry.yml"), f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: "
                     f"{p.at('data')}}}}}\nhttp: {{addr: {host}}}\n".encode())
        server = subprocess.Popen(["docker-registry", "serve", p.at("registry.yml")], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with socket.socket() as s:
                    if s.connect_ex(tuple([host.split(":")[0], int(host.split(":")[1])])) == 0:
                        break
                time.sleep(0.1)
            img = images.Image([images.layer_tar([images.file("etc/os-release", "ID=debian\n")]),
                                images.layer_tar([images.file("x", "y")])])
            images.write(p.at("image.tar"), img.oci_archive())
            for tag in ("2.4.1", "2.4", "latest"):
                subprocess.run(["skopeo", "copy", "-q", "--dest-tls-verify=false", "oci-archive:" + p.at("image.tar"),
                                f"docker://{host}/team/app:{tag}"], check=True, capture_output=True)
            env = {"DRYDOCK_INSECURE_REGISTRY": host}
            r = p.run("inspect", f"{host}/team/app", "--format", "json", env=env)
            assert r.code == 0, r.err.decode()
            c = json.loads(r.out)
            told = json.loads(subprocess.run(["skopeo", "inspect", "--tls-verify=false", f"docker://{host}/team/app"], check=True,
                                             capture_output=True).stdout)
            assert c["digest"] == told["Digest"] and c["pin"]["tag"] == "2.4.1", (c["digest"], told["Digest"], c["pin"])
            assert c["platform"] == f"{told['Os']}/{told['Architecture']}" and c["layers"] == len(told["Layers"])
            file_card = json.loads(p.run("inspect", p.at("image.tar"), "--format", "json").out)
            for key in ("digest", "configDigest", "platform", "config", "layers", "compressedBytes"):
                assert file_card[key] == c[key], (key, file_card[key], c[key])
            r = p.run("tags", f"{host}/team/app", "--digests", "--format", "json", env=env)
            got = json.loads(r.out)["tags"]
            assert sorted(t["name"] for t in got) == sorted(told["RepoTags"]) and {t["digest"] for t in got} == {told["Digest"]}
        finally:
            server.terminate()
            server.wait()


ENGINE_IMAGE = {
    "Id": "sha256:" + "a" * 64, "RepoTags": ["acme/app:1.4", "acme/app:latest"], "RepoDigests": ["acme/app@sha256:" + "b" * 64],
    "Created": "2024-11-12T20:04:24.123456789Z", "Size": 123456789, "Os": "linux", "Architecture": "arm64", "Variant": "v8",
    "RootFS": {"Type": "layers", "Layers": ["sha256:" + "c" * 64, "sha256:" + "d" * 64]},
    "Config": {"User": "app", "Entrypoint": ["/app"], "Cmd": None, "ExposedPorts": {"8080/tcp": {}}, "Env": ["KEY=secret"],
               "Labels": {"org.opencontainers.image.version": "1.4"}}}


def engine():
    """An engine's own words; nothing is exported, and a name that the registry does not give is looked for here."""
    class Engine(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        asked = []

        def log_message(self, *_):
            pass

        def address_string(self):
            return "socket"

        def do_GET(self):
            self.asked.append(self.path)
            known = {"/version": {"ApiVersion": "1.43", "MinAPIVersion": "1.24", "Version": "24.0"}, "/_ping": {}}
            body = known.get(self.path) or (ENGINE_IMAGE if "/images/" in self.path and "app" in self.path else None)
            data = document(body if body is not None else {"message": "No such image"})
            self.send_response(200 if body is not None else 404)
            for k, v in (("Api-Version", "1.43"), ("Content-Type", "application/json"), ("Content-Length", str(len(data)))):
                self.send_header(k, v)
            self.end_headers()
            self.wfile.write(data)

        do_HEAD = do_GET

    class Listener(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    with Place() as p, HubStandIn() as hub:
        path = os.path.join(p.path, "docker.sock")
        server = Listener(path, Engine)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {**hub.env(p), "DOCKER_HOST": "unix://" + path}
        r = p.run("inspect", "docker:acme/app:1.4", "--format", "json", env=env)
        assert r.code == 0, r.err.decode()
        c = json.loads(r.out)
        assert c["place"] == "docker" and c["digest"] == "sha256:" + "b" * 64 and c["configDigest"] == "sha256:" + "a" * 64, c
        assert c["unpackedBytes"] == 123456789 and c["compressedBytes"] is None and c["layers"] == 2
        assert c["platform"] == "linux/arm64/v8" and c["config"]["user"] == "app" and c["config"]["ports"] == ["8080/tcp"]
        assert c["config"]["environmentNames"] == ["KEY"] and "secret" not in json.dumps(c)
        assert not [a for a in Engine.asked if "/get" in a] and not hub.log
        r = p.run("inspect", "acme/app:1.4", "--format", "json", *hub.options, env=env)
        assert r.code == 0, r.err.decode()
        c = json.loads(r.out)
        assert c["place"] == "docker" and "404" in notes(c)["local-only"], c["notes"]
        r = p.run("inspect", "docker:nothing", env=env)
        assert r.code == 4 and not r.out
        server.shutdown()
        server.server_close()


def files():
    """Archives and layouts tell the same as each other."""
    with Place() as p:
        img = images.Image([images.layer_tar([images.file("a", "1")]), images.layer_tar([images.file("b", "2")])])
        images.write(p.at("docker.tar"), img.docker_archive())
        images.write(p.at("oci.tar"), img.oci_archive())
        img.oci_layout(p.at("layout"))
        cards = {}
        for name in ("docker.tar", "oci.tar", "layout"):
            r = p.run("inspect", p.at(name), "--format", "json")
            assert r.code == 0, r.err.decode()
            cards[name] = json.loads(r.out)
        assert len({json.dumps((c["config"], c["layers"], c["platform"])) for c in cards.values()}) == 1, cards
        assert cards["docker.tar"]["unpackedBytes"], "a plain archive holds the layers as they are on disk"
        assert cards["layout"]["requests"]["sent"] == 0 and "registry" in notes(cards["layout"], "not-asked")
        r = p.run("inspect", p.at("nothing.tar"))
        assert r.code in (2, 4) and not r.out


def main():
    tap = Tap()
    for check in (official, golden_card, asked_tags, counting, other_registry, badges, lookalikes, given_up, end_of_life, referrers,
                  fallback_and_cosign_tags, quota, bad_answers_are_not_kept, digests_disagree, waits_a_little, bad_registry, no_digest, artifact, hostile_config, offline,
                  tags_table, outdated, real_registry, engine, files):
        if len(sys.argv) < 2 or check.__name__ in sys.argv[1:]:
            tap.case(check.__name__, check)
    for name, check in HOSTILE.items() if len(sys.argv) < 2 else ():
        tap.case("hub gives " + name, check)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
