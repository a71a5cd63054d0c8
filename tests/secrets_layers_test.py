#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where a secret can lie in an image, and what is said of it there: `drydock secrets` over images whose every place holds
a token of its own, in archives and layouts, at any number of jobs, cached and not; directories, build contexts, files and
standard input; images that buildah, podman and docker build here. TAP."""
import collections
import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from image_samples import ADVISORIES  # noqa: E402
from images import (COMPRESSIONS, Image, directory, document, file, hardlink, layer_tar, opaque, sha256,  # noqa: E402
                    symlink, whiteout, write, write_tree)
from program import DRYDOCK, Place, Tap  # noqa: E402
from secret_examples import expand  # noqa: E402

LIVE, DELETED, OVERWRITTEN = "live", "deleted", "overwritten"
WORDS = {}  # token → the name it was asked for by


def token(name):
    """A GitHub token whose checksum is right, the same in every run."""
    text = expand("ghp_{an 30}{crc32}", name)[1].decode()
    WORDS[text] = name
    return text


def secrets(place, target, *args, **more):
    """(exit code, report, standard error)"""
    r = place.run("secrets", "--format", "json", "--fail-on", "none", "--min-confidence", "low", *args, target, **more)
    return r.code, json.loads(r.out) if r.out else None, r.err.decode()


def found(place, target, *args, problems=(), **more):
    """What `secrets` finds: (path, layer, state, by, length) of each token."""
    code, report, err = secrets(place, target, *args, **more)
    assert report is not None, err
    assert [p["text"] for p in report["problems"]] == list(problems), report["problems"]
    assert code == (3 if problems else 0), (code, err)
    return in_order(brief(f) for f in report["findings"] if f["kind"] == "secret")


def differing(got, want):
    """What is there more often, or less often, than it should be."""
    got, want = collections.Counter(got), collections.Counter(want)
    return f"too much: {sorted(map(str, got - want))}, missing: {sorted(map(str, want - got))}"


def in_order(places):
    return sorted(places, key=str)


def brief(f):
    s = f["secret"]
    return (s["place"], f["location"]["path"], f["location"]["layer"], s["state"], s["by"])


# ---- layers ----

def layers():
    """Layers with a secret in every state, and what is to be said of it."""
    t = token
    base = [directory("etc"), file("etc/keep", t("keep")), file("etc/gone", "x=" + t("gone")), file("etc/over", t("over")),
            directory("opt"), directory("opt/deep"), file("opt/deep/x", t("opaque")), file("a", t("linked")), hardlink("b", "a"),
            hardlink("c", "b"), file("moved", t("moved")), file("twice", t("twice") + "\n" + t("twice")),
            file("back", t("back")), file(".wh.hidden", t("whiteout")), file("dir", t("replaced")), file("both", t("both"))]
    above = [whiteout("etc/gone"), file("etc/over", "nothing here"), directory("opt"), opaque("opt"), whiteout("a"),
             file("moved", "first a line\n" + t("moved"), mode=0o600), whiteout("back"),
             file("twice", "\n" + t("twice") + "\n" + t("twice") + "\n" + t("twice")), directory("dir"), hardlink("both2", "both")]
    top = [whiteout("moved"), file("back", t("back")), directory("new"), file("new/copy", t("keep")), symlink("link", "etc/keep")]
    want = [
        ("file", "etc/keep", 0, LIVE, None), ("file", "etc/gone", 0, DELETED, 1), ("file", "etc/over", 0, OVERWRITTEN, 1),
        ("file", "opt/deep/x", 0, DELETED, 1),
        ("file", "b", 0, LIVE, None),  # its first name went, the hard link is left
        ("file", "moved", 0, DELETED, 2),  # copied up by a change of mode, then deleted: one entry, of the first layer
        ("file", "twice", 0, LIVE, None), ("file", "twice", 0, LIVE, None), ("file", "twice", 1, LIVE, None),
        ("file", "back", 0, LIVE, None), ("file", ".wh.hidden", 0, DELETED, 0), ("file", "dir", 0, OVERWRITTEN, 1),
        ("file", "both", 0, LIVE, None), ("file", "new/copy", 2, LIVE, None),
    ]
    return [layer_tar(x) for x in (base, above, top)], in_order(want)


def states(place):
    tars, want = layers()
    img = Image(tars)
    for name, target in (("classic", write(place.at("s.tar"), img.docker_archive())),
                         ("podman's", write(place.at("p.tar"), img.podman_archive())),
                         *((c, write(place.at(f"o-{c}.tar"), img.oci_archive(c))) for c in COMPRESSIONS)):
        got = found(place, target, "--no-cache")
        assert got == want, f"{name}: {differing(got, want)}"


def hundred_layers(place):
    """The same file in every layer is one entry; different ones keep the layer that brought each."""
    tars = [layer_tar([file("same", f"{i}\n" + token("same")), file(f"own{i}", token(f"own{i}"))]) for i in range(100)]
    got = found(place, write(place.at("100.tar"), Image(tars).docker_archive()), "--no-cache")
    want = in_order([("file", "same", 0, LIVE, None)] + [("file", f"own{i}", i, LIVE, None) for i in range(100)])
    assert got == want, differing(got, want)


# ---- configuration ----

class Annotated(Image):
    """With annotations wherever there can be one, and BuildKit's provenance beside it."""

    def descriptors(self, compression):
        config, tars = super().descriptors(compression)
        tars = [dict(d, annotations={"org.example.layer": token(f"annotation of layer {i}")}) for i, d in enumerate(tars)]
        return dict(config, annotations={"c": token("annotation of config")}), tars

    def manifest(self, compression):
        doc = json.loads(super().manifest(compression))
        return document(dict(doc, annotations={"com.example.token": token("annotation")}))

    def attestation(self):
        statement = document({
            "_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.2",
            "predicate": {"invocation": {"parameters": {"args": {"build-arg:NPM_TOKEN": token("argument"),
                                                                 "build-arg:ONLY": token("only in provenance")}}},
                          "metadata": {"note": token("elsewhere in provenance")}}})
        layer = self.descriptor(statement, "application/vnd.in-toto+json",
                                annotations={"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"})
        config = self.descriptor(b"{}", "application/vnd.oci.image.config.v1+json")
        manifest = document({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
                             "layers": [layer]})
        return [statement, b"{}", manifest]

    def index(self, compression):
        doc = json.loads(super().index(compression))
        doc["annotations"] = {"i": token("annotation of index")}
        image = doc["manifests"][0]
        image["annotations"]["d"] = token("annotation of descriptor")
        doc["manifests"].append(self.descriptor(
            self.attestation()[-1], "application/vnd.oci.image.manifest.v1+json",
            platform={"os": "unknown", "architecture": "unknown"},
            annotations={"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image["digest"]}))
        return document(doc)

    def blobs(self, compression):
        return dict(super().blobs(compression), **{sha256(data): data for data in self.attestation()})


def documented():
    """An image with a token of its own in every text of its documents, and where each is to be found."""
    t = token
    history = [
        {"created_by": "/bin/sh -c #(nop) ADD file:0123 in / "},
        {"created_by": "ARG NPM_TOKEN=" + t("argument"), "empty_layer": True, "comment": "buildkit.dockerfile.v0"},
        {"created_by": "ENV TOKEN=" + t("env"), "empty_layer": True},
        {"created_by": f"RUN |3 NPM_TOKEN={t('argument')} OTHER=two words KEY={t('build argument')} /bin/sh -c make "
                       f"{t('run')} # buildkit", "comment": t("comment")},
        {"created_by": f"|1 PW={t('classic argument')} /bin/sh -c make install"},
        {"created_by": "/bin/sh -c #(nop)  ENV OLD " + t("old form"), "empty_layer": True},
        {"created_by": "/bin/sh -c #(nop)  CMD [\"serve\" \"--token\" \"" + t("cmd") + "\"]", "empty_layer": True},
        {"created_by": "LABEL com.example.token=" + t("label"), "empty_layer": True, "author": t("author")},
        {"created_by": f"RUN |1 X={t('other shell')} /bin/bash -o pipefail -c true # buildkit", "empty_layer": True},
    ]
    config = {
        "Env": ["PATH=/usr/bin:/bin", "TOKEN=" + t("env"), "DB_URL=postgres://app:" + "Zk4vQ9wLm2xT@db.internal:5432/app"],
        "Labels": {"com.example.token": t("label"), "note": "deploy with " + t("label only")},
        "Cmd": ["serve", "--token", t("cmd")], "Entrypoint": ["/entry", "--key=" + t("entrypoint")],
        "Healthcheck": {"Test": ["CMD-SHELL", "curl localhost/" + t("healthcheck")]},
        "OnBuild": ["ENV A=" + t("onbuild env"), "RUN fetch " + t("onbuild run")], "Shell": ["/bin/sh", "-c", t("shell")],
        "User": "root", "Vendor": {"deep": [{"er": t("vendor")}]},
    }
    container = {"Env": ["TOKEN=" + t("env"), "BUILD=" + t("container config")]}
    tars = [layer_tar([file("base", "x")]), layer_tar([file("one", "y")]), layer_tar([file("two", "z")])]
    img = Annotated(tars, config=config, history=history, container_config=container, author="me " + t("top author"))
    live = (LIVE, None)
    want = {
        "env": ("env", "config.Env TOKEN, history 2", None, *live),
        "label": ("label", "config.Labels com.example.token, history 7", None, *live),
        "label only": ("label", "config.Labels note", None, *live),
        "cmd": ("command", "config.Cmd, history 6", None, *live),
        "entrypoint": ("command", "config.Entrypoint", None, *live),
        "healthcheck": ("command", "config.Healthcheck.Test", None, *live),
        "onbuild env": ("command", "config.OnBuild[0] ENV A", None, *live),
        "onbuild run": ("command", "config.OnBuild[1] RUN", None, *live),
        "shell": ("command", "config.Shell", None, *live),
        "vendor": ("command", "config.Vendor.deep.er", None, *live),
        "container config": ("env", "container_config.Env BUILD", None, *live),
        "top author": ("command", "author", None, *live),
        "argument": ("history", "history 1 ARG NPM_TOKEN", None, *live),
        "build argument": ("history", "history 3 ARG KEY", 1, *live),
        "run": ("history", "history 3 RUN", 1, *live),
        "comment": ("history", "history 3 comment", 1, *live),
        "classic argument": ("history", "history 4 ARG PW", 2, *live),
        "old form": ("history", "history 5 ENV OLD", None, *live),
        "author": ("history", "history 7 author", None, *live),
        "other shell": ("history", "history 8 ARG X", None, *live),
        "database": ("env", "config.Env DB_URL", None, *live),
    }
    only_oci = {
        "argument": ("history", "history 1 ARG NPM_TOKEN, provenance", None, *live),
        "annotation": ("annotation", "manifest.annotations com.example.token", None, *live),
        "annotation of config": ("annotation", "manifest.config.annotations c", None, *live),
        "annotation of index": ("annotation", "index.annotations i", None, *live),
        "annotation of descriptor": ("annotation", "index.manifests[0].annotations d", None, *live),
        "only in provenance": ("annotation", "provenance ARG ONLY", None, *live),
        "elsewhere in provenance": ("annotation", "provenance", None, *live),
        **{f"annotation of layer {i}": ("annotation", f"manifest.layers[{i}].annotations org.example.layer", i, *live)
           for i in range(3)},
    }
    return img, want, {**want, **only_oci}


def documents(place):
    img, classic, oci = documented()
    layout = place.at("doc-oci")
    img.oci_layout(layout)
    for name, target, want in (
            ("classic archive", write(place.at("doc.tar"), img.docker_archive()), classic),
            ("layout", layout, oci), ("OCI archive", write(place.at("doc-oci.tar"), img.oci_archive("zstd")), oci),
            ("archive of Docker 25", write(place.at("doc25.tar"), img.docker25_archive()), oci)):
        got = found(place, target, "--no-cache")
        assert got == in_order(want.values()), f"{name}: {differing(got, want.values())}"


def only_there(place):
    """One token, in one place alone, found exactly once: nothing else helps to find it."""
    tars = [layer_tar([file("base", "x")])]
    t = token
    rows = {
        "config.Env KEY": dict(config={"Env": ["KEY=" + t("o1")]}),
        "config.Labels l": dict(config={"Labels": {"l": t("o2")}}),
        "config.Cmd": dict(config={"Cmd": ["sh", "-c", "x " + t("o3")]}),
        "config.Entrypoint": dict(config={"Entrypoint": [t("o4")]}),
        "config.Healthcheck.Test": dict(config={"Healthcheck": {"Test": ["CMD", t("o5")]}}),
        "config.OnBuild[0] ARG X": dict(config={"OnBuild": ["ARG X=" + t("o6")]}),
        "history 1 ARG T": dict(history=[{"created_by": "COPY"}, {"created_by": "ARG T=" + t("o7"), "empty_layer": True}]),
        "history 0 ARG T": dict(history=[{"created_by": f"RUN |1 T={t('o8')} /bin/sh -c true # buildkit"}]),
        "history 0 comment": dict(history=[{"created_by": "COPY", "comment": t("o9")}]),
    }
    for path, fields in rows.items():
        got = found(place, write(place.at("only.tar"), Image(tars, **fields).docker_archive()), "--no-cache")
        assert [g[1] for g in got] == [path], (path, got)


def hostile_documents(place):
    """Documents that no tool writes: nothing is lost, nothing crashes."""
    tars = [layer_tar([file("base", "x")])]
    odd = {
        "Env": [1, None, {"a": token("no text")}, "=" + token("no name"), "A\nB=" + token("line"), "\u202e=" + token("bidi")],
        "Labels": {"": token("empty name"), "n" * 5000: token("long name")}, "Cmd": "sh " + token("string"),
        "Healthcheck": [], "OnBuild": {"x": 1},
    }
    deep = token("deep")
    for _ in range(40):
        deep = [deep]
    img = Image(tars, config=dict(odd, Deep=deep), history=[{"created_by": "|9999999999999999999999 A=" + token("huge count")},
                                                           {"created_by": "|2 A=1", "empty_layer": True}, 7, None, {"created_by": 5}])
    code, report, err = secrets(place, write(place.at("odd.tar"), img.docker_archive()), "--no-cache")
    assert report is not None, err
    paths = {f["location"]["path"] for f in report["findings"]}
    for want in ("config.Env ", "config.Labels ", "config.Cmd"):
        assert want in paths, (want, paths)
    assert code == 3 and any("nested too deep" in p["text"] for p in report["problems"]), report["problems"]
    assert all("ghp_" not in p or len(p) < 1000 for p in paths), paths


# ---- the same whatever the way ----

def same_bytes(place):
    img, _, _ = documented()
    tars, _ = layers()
    img = Annotated(tars + img.layers, config=json.loads(img.config)["config"])
    target = write(place.at("same.tar"), img.oci_archive())
    seen = {}
    env = {"SOURCE_DATE_EPOCH": "1700000000"}
    for name, args in (("1", ["--no-cache", "--jobs", "1"]), ("4", ["--no-cache", "--jobs", "4"]), ("cold", []), ("known", []),
                       ("known, 3 jobs", ["--jobs", "3"])):
        r = place.run("secrets", "--format", "json", "--show-filtered", "--min-confidence", "low", *args, target, env=env)
        assert r.code == 1, r.err
        seen[name] = r.out
    assert len(set(seen.values())) == 1, {k: len(v) for k, v in seen.items()}


def cache(place):
    """Records hold no secret in the clear; what one command knows, another does not take for its own."""
    img, _, want = documented()
    tars, _ = layers()
    img = Annotated(tars[:1] + img.layers[1:], config=json.loads(img.config)["config"], history=json.loads(img.config)["history"])
    target = write(place.at("cached.tar"), img.oci_archive())
    plain = place.run("sbom", "--format", "purls", target)
    assert plain.code in (0, 3), plain.err
    first = found(place, target)
    assert len(first) > len(want), first  # what sbom kept says nothing of secrets
    kept = {}
    for folder, _, names in os.walk(place.cache):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                kept[os.path.join(folder, name)] = f.read()
    assert any("/secrets/" in k for k in kept), list(kept)
    of_secrets = {k: v for k, v in kept.items() if "/facts/" in k or "/secrets/" in k}
    for text, name in WORDS.items():
        assert not [k for k, v in of_secrets.items() if text.encode() in v], name
    before = set(kept)
    code, report, err = secrets(place, target, "--reveal")
    assert code == 0, err
    clear = {f["secret"]["value"] for f in report["findings"]}
    assert token("keep") in clear and token("env") in clear, clear
    after = {os.path.join(d, n) for d, _, names in os.walk(place.cache) for n in names}
    assert after == before, after ^ before
    assert found(place, target) == first
    # Damaged records are read as if they were not there.
    for name in kept:
        with open(name, "r+b") as f:
            f.truncate(max(0, len(kept[name]) - 7))
    assert found(place, target) == first


def redacted(place):
    """No report shows a secret unless it is asked to."""
    img, _, _ = documented()
    target = write(place.at("red.tar"), img.oci_archive())
    for form in ("table", "json", "markdown", "html", "sarif", "csv", "junit", "gitlab", "cyclonedx", "spdx"):
        r = place.run("secrets", "--format", form, "--show-filtered", "--no-cache", target)
        if r.code not in (0, 1, 3):
            continue  # a format that the command does not know
        shown = [name for text, name in WORDS.items() if text.encode() in r.out or text[8:].encode() in r.out]
        assert not shown, (form, shown)
    r = place.run("secrets", "--reveal", "--no-cache", target)
    assert token("env").encode() in r.out


def scan_too(place):
    """`scan` looks for them unless it is told not to; `sbom` never does."""
    db = place.database(*ADVISORIES)
    tars, _ = layers()
    target = write(place.at("scan.tar"), Image(tars).docker_archive())
    code, report, err = place.scan(db, target)
    assert code == 1 and any(f["kind"] == "secret" for f in report["findings"]), (code, err)
    code, report, err = place.scan(db, target, "--no-secrets")
    assert code in (0, 3) and not report["findings"], (code, report["findings"])
    assert not [p for p in report["problems"] if "secret" in p["text"]], report["problems"]


def without_libraries(place):
    """A machine without the engines: scan goes on, and does not call it clean."""
    folder = place.at("nolib")
    os.makedirs(folder, exist_ok=True)
    for name in ("libhs_runtime.so.5", "libhs.so.5"):
        write(os.path.join(folder, name), b"not a library")
    db = place.database(*ADVISORIES)
    target = write(place.at("nolib.tar"), Image([layer_tar([file("x", "y")])]).docker_archive())
    env = {"LD_LIBRARY_PATH": folder}
    code, report, err = place.scan(db, target, env=env)
    texts = [p["text"] for p in report["problems"]] if report else []
    assert code == 3 and any("secrets were not looked for" in t and "libvectorscan5" in t for t in texts), (code, err, texts)
    assert "libvectorscan5" in err, err
    r = place.run("secrets", target, env=env)
    assert r.code not in (0, 1, 3) and b"libvectorscan5" in r.err, (r.code, r.err)


# ---- what is no image ----

def plain_files(place):
    t = token("plain")
    one = write(place.at("app.env"), ("TOKEN=" + t + "\n").encode())
    live = (LIVE, None)
    for target in (one, "app.env", "./app.env", "file:app.env"):
        want = target.replace("file:", "").lstrip("./")
        assert found(place, target) == [("file", want, None, *live)], target
    data = open(one, "rb").read()
    for given in (data, gzip.compress(data)):
        got = found(place, "-", stdin=given)
        assert len(got) == 1 and got[0][0] == "file" and got[0][1].startswith("-"), got
    write(place.at("empty"), b"")
    assert found(place, "empty") == []
    write(place.at("app.env.gz"), gzip.compress(data))
    assert len(found(place, "app.env.gz")) == 1
    write(place.at("looks.gz"), b"\x1f\x8b\x08\x00nothing of the kind TOKEN=" + t.encode())
    code, report, err = secrets(place, "looks.gz")
    assert code in (0, 3) and report is not None, err
    tar = layer_tar([file("in/side", t)])
    write(place.at("plain.tar"), tar)
    assert found(place, "plain.tar") == [("file", "in/side", 0, *live)]
    write(place.at("plain.tgz"), gzip.compress(tar))
    assert found(place, "plain.tgz") == [("file", "in/side", 0, *live)]
    r = place.run("secrets", "file:nowhere.env")
    assert r.code == 2, (r.code, r.err)


def directories(place):
    """Not every manifest.json is Docker's; links are not followed, a second name is no second secret."""
    root = place.at("site")
    write_tree(root, {"manifest.json": b'{"icons": []}', "index.json": b"{}", "src/key": token("dir").encode(),
                      ".git/config": b"[remote \"o\"]\n\turl = https://x:" + token("git").encode() + b"@github.com/a/b\n"})
    os.link(os.path.join(root, "src/key"), os.path.join(root, "src/second"))
    os.symlink("/etc/passwd", os.path.join(root, "link"))
    os.mkfifo(os.path.join(root, "fifo"))
    with open(os.path.join(root, "sparse"), "wb") as f:
        f.truncate(1 << 40)
    paths = {g[1] for g in found(place, root)}
    assert paths == {"src/key", ".git/config"}, paths
    with open(os.path.join(root, "sparse"), "r+b") as f:
        f.write(token("sparse").encode())
    code, report, _ = secrets(place, root)
    assert code == 3 and any(p["path"] == "sparse" and "holes" in p["text"] for p in report["problems"]), report["problems"]


CONTEXT = {
    ".env": "env", "keep.env": "keep env", "src/app.key": "app key", "src/ok.key": "ok key", "node_modules/a/x": "module",
    "node_modules/keep/y": "kept module", "docs/readme.md": "doc", "docker/Dockerfile": "inner dockerfile", "docker/z": "z",
    "Dockerfile": "dockerfile", "temp/a": "temp", "a/temp1": "temp1", "a/b/tempx": "tempx", "README.md": "readme",
}
IGNORE = "# kept back\n.env\nnode_modules\n!node_modules/keep\n*/temp*\n**/*.key\n!src/ok.key\ndocker\nDockerfile\n*.md\n!README.md\ntemp\n"
SENT = {"keep.env", "src/ok.key", "node_modules/keep/y", "docs/readme.md", "Dockerfile", "a/b/tempx", "README.md"}


def make_context(place, name, ignore=IGNORE):
    root = place.at(name)
    write_tree(root, {path: ("x=" + token("context " + word) + "\n").encode() for path, word in CONTEXT.items()})
    write_tree(root, {".dockerignore": ignore.encode()})
    return root


def contexts(place):
    root = make_context(place, "ctx")
    assert {g[1] for g in found(place, "context:" + root)} == SENT
    inner = (SENT | {"docker/Dockerfile"}) - {"Dockerfile"}
    assert {g[1] for g in found(place, "context:" + root + ":docker/Dockerfile")} == inner
    write_tree(root, {"docker/Dockerfile.dockerignore": b"*\n"})
    assert {g[1] for g in found(place, "context:" + root + ":docker/Dockerfile")} == {"docker/Dockerfile"}
    assert {g[1] for g in found(place, "dir:" + root)} == set(CONTEXT)
    write_tree(root, {".dockerignore": b"*\n[a\n!\n"})
    code, report, _ = secrets(place, "context:" + root)
    assert code == 3 and len([p for p in report["problems"] if ".dockerignore" in p["text"]]) == 2, report["problems"]
    assert place.run("secrets", "context:" + place.at("ctx/Dockerfile")).code == 2


def sent_to_builders(place):
    """What a builder gets of the context, from `COPY . /`, is what is searched."""
    buildah = shutil.which("buildah")
    if not buildah or os.geteuid():
        return "buildah is not installed, or this is not root"
    root = make_context(place, "sent")
    write_tree(root, {"Dockerfile": b"FROM scratch\nCOPY . /\n"})
    store = ["--root", place.at("store"), "--runroot", place.at("run"), "--storage-driver", "vfs"]
    tag, archive = "drydock.example/sent:1", place.at("sent.tar")
    built = subprocess.run([buildah, *store, "bud", "--isolation", "chroot", "-t", tag, root], capture_output=True, text=True,
                           check=False, timeout=120)
    if built.returncode:
        return f"buildah cannot build here: {built.stderr.strip().splitlines()[-1:]}"
    pushed = subprocess.run([buildah, *store, "push", tag, "docker-archive:" + archive], capture_output=True, text=True,
                            check=False, timeout=120)
    assert pushed.returncode == 0, pushed.stderr
    in_image = {g[1] for g in found(place, archive) if g[0] == "file"}
    assert in_image == {g[1] for g in found(place, "context:" + root)}, in_image
    return None


# ---- images that builders make ----

def built_images(place):
    """buildah runs each step; what its history says of arguments and its layers of files is found."""
    buildah = shutil.which("buildah")
    busybox = shutil.which("busybox")
    if not buildah or not busybox or os.geteuid():
        return "buildah or busybox is not installed, or this is not root"
    root = place.at("built")
    os.makedirs(os.path.join(root, "bin"), exist_ok=True)
    shutil.copy(busybox, os.path.join(root, "bin/busybox"))
    lines = ["FROM scratch", "COPY bin/busybox /bin/busybox", "COPY bin/busybox /bin/sh", "COPY key /key", "ARG NPM_TOKEN", "ENV ENV_TOKEN=" + token("b env"),
             "LABEL l=" + token("b label"), "RUN echo $NPM_TOKEN > /npmrc", "RUN /bin/busybox rm /key",
             "HEALTHCHECK CMD curl " + token("b health"), "CMD [\"/bin/sh\", \"" + token("b cmd") + "\"]"]
    write_tree(root, {"Dockerfile": "\n".join(lines).encode() + b"\n", "key": token("b key").encode()})
    store = ["--root", place.at("store"), "--runroot", place.at("run"), "--storage-driver", "vfs"]
    tag = "drydock.example/built:1"
    built = subprocess.run([buildah, *store, "bud", "--layers", "--format", "docker", "--isolation", "chroot", "--build-arg",
                            "NPM_TOKEN=" + token("b argument"), "-t", tag, root],
                           capture_output=True, text=True, check=False, timeout=180)
    if built.returncode:
        return f"buildah cannot build here: {built.stderr.strip().splitlines()[-1:]}"
    for kind in ("docker-archive:" + place.at("built.tar"), "oci-archive:" + place.at("built-oci.tar")):
        pushed = subprocess.run([buildah, *store, "push", tag, kind], capture_output=True, text=True, check=False, timeout=120)
        assert pushed.returncode == 0, pushed.stderr
        code, report, err = secrets(place, kind, "--reveal")
        assert code == 0, err
        got = {WORDS[f["secret"]["value"]]: brief(f) for f in report["findings"] if f["secret"]["value"] in WORDS}
        want = {"b key", "b env", "b label", "b health", "b cmd", "b argument"}
        if kind.startswith("oci"):
            want -= {"b health"}  # the OCI configuration has no Healthcheck; the history may name it
        assert want <= set(got), (kind, want - set(got))
        assert got["b key"][1] == "key" and got["b key"][3] == DELETED, got["b key"]
        assert got["b env"][1].startswith("config.Env ENV_TOKEN"), got["b env"]
        assert got["b argument"][0] in ("history", "file"), got["b argument"]
    return None


def bounded(place):
    """Many secrets, many texts, in every place: in bounded time, and what is not listed is counted."""
    many = "\n".join(expand("ghp_{an 30}{crc32}", f"m{i}")[1].decode() for i in range(1500)).encode()
    tars = [layer_tar([file(f"many{i}", many) for i in range(3)])]
    config = {"Env": [f"A{i}=x{i}" for i in range(20000)], "Labels": {f"l{i}": "v" for i in range(4000)}}
    history = [{"created_by": "COPY"}] + [{"created_by": f"ARG A{i}=b", "empty_layer": True} for i in range(5000)]
    code, report, err = secrets(place, write(place.at("many.tar"), Image(tars, config=config, history=history).docker_archive()),
                                "--no-cache", timeout=100)
    assert report is not None, err
    assert 1000 <= len(report["findings"]) <= 3 * 1500, len(report["findings"])


def main():
    tap = Tap()
    with Place() as place:
        tap.case("live, deleted, overwritten, below an opaque directory, behind hard links: in every form of image", states, place)
        tap.case("a hundred layers with the same file", hundred_layers, place)
        tap.case("every text of configuration, history, manifest, index and provenance", documents, place)
        tap.case("a token in one place alone is found exactly once", only_there, place)
        tap.case("documents that no tool writes", hostile_documents, place)
        tap.case("the same bytes at any number of jobs, cached and not", same_bytes, place)
        tap.case("records of the cache: no clear text, shared with care, damaged", cache, place)
        tap.case("no report shows a secret", redacted, place)
        tap.case("scan looks for secrets, too", scan_too, place)
        tap.case("without the libraries", without_libraries, place)
        tap.case("single files and standard input", plain_files, place)
        tap.case("directories", directories, place)
        tap.case("build contexts", contexts, place)
        tap.case("what buildah gets of a context", sent_to_builders, place)
        tap.case("an image that buildah builds", built_images, place)
        tap.case("thousands of secrets and texts", bounded, place)
    return tap.end()


sys.exit(main())
