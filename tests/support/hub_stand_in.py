# SPDX-License-Identifier: Apache-2.0
"""Docker Hub on loopback: the registry (token, manifests, blobs, tags, referrers) and the REST API (repository, tags,
search, organisations), as their documentation has them. It keeps a log of what was asked.

    with HubStandIn() as hub:
        hub.add("library/nginx", ["1.27.3", "latest"], image(...), pushed="2024-11-20T00:00:00Z")
        place.run("inspect", "nginx", *hub.options, env=hub.env(place))
"""
import gzip
import hashlib
import http.server
import json
import os
import threading
import urllib.parse

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def document(value):
    return json.dumps(value, separators=(",", ":")).encode()


class Image:
    """The documents of one image; .top is what a tag stands for."""

    def __init__(self):
        self.documents, self.blobs = {}, {}  # digest → (media type, bytes); digest → bytes
        self.top = self.manifest = None
        self.platforms = []

    def keep(self, media_type, value):
        data = value if isinstance(value, bytes) else document(value)
        d = digest(data)
        self.documents[d] = (media_type, data)
        return {"mediaType": media_type, "digest": d, "size": len(data)}

    def blob(self, media_type, data):
        self.blobs[digest(data)] = data
        return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


def image(seed="x", created="2024-11-12T20:04:24Z", platforms=("linux/amd64",), attested=False, config=None, history=None,
          layers=2, index=True):
    """An index of one manifest a platform, with BuildKit's attestations when asked for."""
    out = Image()
    entries = []
    for platform in platforms:
        os_name, arch, *variant = platform.split("/")
        tars = [f"layer {i} of {seed}".encode() for i in range(layers)]
        conf = {"architecture": arch, "os": os_name, "created": created, "config": config or {},
                "rootfs": {"type": "layers", "diff_ids": [digest(t) for t in tars]},
                "history": history or [{"created_by": "COPY x /"} for _ in tars]}
        if variant:
            conf["variant"] = variant[0]
        manifest = out.keep(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST, "config": out.blob(CONFIG, document(conf)),
            "layers": [out.blob(LAYER, gzip.compress(t, mtime=0)) for t in tars]})
        out.manifest = out.manifest or manifest["digest"]
        out.platforms.append((platform, manifest["digest"]))
        entries.append({**manifest, "platform": {"os": os_name, "architecture": arch,
                                                 **({"variant": variant[0]} if variant else {})}})
        if attested:
            statements = [out.blob("application/vnd.in-toto+json", document({"predicateType": p, "of": seed}))
                          | {"annotations": {"in-toto.io/predicate-type": p}}
                          for p in ("https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2")]
            entries.append({**out.keep(MANIFEST, {"schemaVersion": 2, "mediaType": MANIFEST,
                                                  "config": out.blob(CONFIG, document({"of": manifest["digest"]})),
                                                  "layers": statements}),
                            "annotations": {"vnd.docker.reference.digest": manifest["digest"],
                                            "vnd.docker.reference.type": "attestation-manifest"},
                            "platform": {"os": "unknown", "architecture": "unknown"}})
    out.top = out.keep(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries})["digest"] if index \
        else out.manifest
    return out


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="application/json", **fields):
        data = body if isinstance(body, bytes) else document(body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_GET(self):
        hub = self.server.owner
        with hub.lock:
            hub.log.append((self.command, self.path))
            scripted = [b for prefix, b in hub.script if self.path.startswith(prefix)]
        try:
            if scripted and scripted[-1](self):
                return
            hub.serve(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_GET


class HubStandIn:
    def __init__(self):
        self.repositories, self.search, self.orgs = {}, [], {}
        self.log, self.script, self.lock = [], [], threading.Lock()
        self.pulls_left = 100
        self.referrers = {}  # digest → descriptors; None: the API is not there
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.block_on_close = False
        self.http.owner = self
        self.http.handle_error = lambda *_: None
        self.host = f"127.0.0.1:{self.http.server_address[1]}"
        self.options = ["--hub-url", f"http://{self.host}"]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    def env(self, place):
        """docker.io is this server."""
        path = os.path.join(place.path, "registries.conf")
        with open(path, "w", encoding="ascii") as f:
            f.write(f'[[registry]]\nprefix = "docker.io"\nlocation = "{self.host}"\ninsecure = true\n')
        return {"CONTAINERS_REGISTRIES_CONF": path, "SOURCE_DATE_EPOCH": "1732492800", "COLUMNS": "80"}

    def add(self, name, tags, img, pushed="2024-11-20T08:00:00Z", **info):
        repo = self.repositories.setdefault(name, {"info": {}, "tags": {}, "images": []})
        repo["info"].update(info)
        repo["images"].append(img)
        for tag in tags:
            repo["tags"][tag] = (img, pushed)

    def counts(self):
        """Of the log: what kinds of requests there were."""
        kinds = {}
        for method, path in self.log:
            words = [("/token", "token"), ("/api/search", "hub search"), ("/v2/orgs/", "hub organisation")]
            kind = next((k for w, k in words if path.startswith(w)), None)
            if kind is None and path.startswith("/v2/namespaces/"):
                kind = "hub tags" if "/tags" in path else "hub repository"
            if kind is None:
                kind = next((k for k in ("manifests", "blobs", "tags/list", "referrers") if f"/{k}" in path), "ping")
                kind = f"{method} {kind}"
            kinds[kind] = kinds.get(kind, 0) + 1
        return kinds

    # --- answers ---

    def serve(self, h):
        url = urllib.parse.urlsplit(h.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        words = [urllib.parse.unquote(w) for w in url.path.strip("/").split("/")]
        if words[0] == "token":
            h.answer(200, {"token": "anonymous", "expires_in": 300})
        elif words[:2] == ["v2", "namespaces"]:
            self.serve_repository(h, "/".join((words[2], words[4])), words[5:], query)
        elif words[:2] == ["v2", "orgs"]:
            org = self.orgs.get(words[2])
            h.answer(200, org) if org else h.answer(404, {"message": "object not found"})
        elif url.path == "/api/search/v4":
            h.answer(200, {"total": len(self.search), "results": self.search})
        elif words[0] == "v2":
            self.serve_registry(h, words[1:])
        else:
            h.answer(404, {"message": "object not found"})

    def serve_repository(self, h, name, more, query):
        repo = self.repositories.get(name)
        if not repo:
            h.answer(404, {"message": "object not found", "errinfo": {}})
            return
        tag = '"' + str(len(repo["tags"])) + '"'
        if not more:
            space, short = name.split("/")
            body = {"user": space, "name": short, "namespace": space, "repository_type": "image", "status": 1,
                    "status_description": "active", "is_private": False, "is_automated": False, "star_count": 0,
                    "pull_count": 0, "last_updated": "2024-11-22T10:00:00.000000Z",
                    "date_registered": "2014-06-05T19:14:45.000000Z", "description": "", "full_description": "",
                    **repo["info"]}
            if h.headers.get("If-None-Match") == tag:
                h.answer(304, ETag=tag)
            else:
                h.answer(200, body, ETag=tag, X_RateLimit_Limit="180", X_RateLimit_Remaining="179",
                         X_RateLimit_Reset="1732492860")
            return
        rows = sorted(repo["tags"].items(), key=lambda r: r[1][1], reverse=True)
        rows = [r for r in rows if query.get("name", "") in r[0]]
        page, size = int(query.get("page", 1)), min(int(query.get("page_size", 10)), 100)
        part = rows[(page - 1) * size:page * size]
        results = [{"id": i, "name": t, "full_size": 71123456, "last_updated": pushed, "tag_status": "active",
                    "media_type": INDEX, "content_type": "image", "digest": img.top,
                    "images": [{"architecture": p.split("/")[1], "os": p.split("/")[0], "variant": None, "digest": d,
                                "size": 71123456, "status": "active"} for p, d in img.platforms]}
                   for i, (t, (img, pushed)) in enumerate(part)]
        following = f"http://{self.host}/v2/namespaces/x?page={page + 1}" if page * size < len(rows) else None
        h.answer(200, {"count": len(rows), "next": following, "previous": None, "results": results})

    def serve_registry(self, h, words):
        if h.headers.get("Authorization") != "Bearer anonymous":
            scope = "repository:" + "/".join(words[:2]) + ":pull"
            h.answer(401, {"errors": [{"code": "UNAUTHORIZED"}]}, WWW_Authenticate=f'Bearer realm="http://{self.host}/token",'
                     f'service="registry.docker.io",scope="{scope}"')
            return
        if len(words) < 4:
            h.answer(200, {})
            return
        name, kind, what = "/".join(words[:-2]), words[-2], words[-1]
        repo = self.repositories.get(name)
        if not repo:
            h.answer(404, {"errors": [{"code": "NAME_UNKNOWN"}]})
        elif kind == "tags":
            h.answer(200, {"name": name, "tags": sorted(repo["tags"])})
        elif kind == "referrers":
            if self.referrers is None:
                h.answer(404, {"errors": [{"code": "NOT_FOUND"}]})
            else:
                h.answer(200, {"schemaVersion": 2, "mediaType": INDEX, "manifests": self.referrers.get(what, [])}, INDEX)
        elif kind == "manifests":
            self.serve_manifest(h, repo, what)
        else:
            data = next((i.blobs[what] for i in repo["images"] if what in i.blobs), None)
            h.answer(404, {"errors": []}) if data is None else h.answer(200, data, "application/octet-stream")

    def serve_manifest(self, h, repo, what):
        what = repo["tags"][what][0].top if what in repo["tags"] else what
        found = next((i.documents[what] for i in repo["images"] if what in i.documents), None)
        if not found:
            h.answer(404, {"errors": [{"code": "MANIFEST_UNKNOWN"}]})
            return
        if h.command == "GET":
            self.pulls_left -= 1
        h.answer(200, found[1], found[0], Docker_Content_Digest=what, ratelimit_limit="100;w=21600",
                 ratelimit_remaining=f"{self.pulls_left};w=21600")
