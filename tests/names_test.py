#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Images by name from a real registry (docker-registry): scanned as the archive that they came from, layers fetched once,
copied from place to place with their digests, and the advisory database there and back. (Engines: engine_test.py; the
registry client and its faults: registry_test.py, registry_faults_test.py.) TAP."""
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from image_samples import ADVISORIES, image  # noqa: E402
from images import Image, file, layer_tar, write  # noqa: E402
from program import Place, Tap, findings, packages  # noqa: E402
from registry_test import Registry, lacks  # noqa: E402

SKOPEO = ("skopeo", "--insecure-policy")


class Here(Place):
    """A place that a registry can live in."""

    @staticmethod
    def write(path, text):
        return write(path, text.encode())


def saved(place, what, name="image.tar"):
    return write(place.at(name), what.docker_archive())


@contextlib.contextmanager
def place_with_registry():
    with Here() as place:
        r = Registry(place)
        try:
            yield place, r
        finally:
            r.close()


def must(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{command}: {done.stdout[-300:]}{done.stderr[-600:]}"
    return done.stdout


def push(archive, name, *options):
    must(*SKOPEO, "copy", "--quiet", "--dest-tls-verify=false", *options, archive, "docker://" + name)


def gets(registry, kind):
    """Digests or tags of the GETs of blobs or manifests so far."""
    return re.findall(r'"GET /v2/[^ ]+/%s/([^ ]+) HTTP' % kind, "\n".join(registry.requests()))


def raw_digest(place, where, *options):
    """The digest of what skopeo sees there."""
    done = subprocess.run([*SKOPEO, "inspect", "--raw", *options, where], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return "sha256:" + hashlib.sha256(done.stdout).hexdigest()


def insecure(r):
    return ("--insecure-registry", r.name)


def same_findings():
    with place_with_registry() as (place, r):
        db = place.database(*ADVISORIES)
        archive = saved(place, image())
        push("docker-archive:" + archive, r.name + "/team/app:1")
        code, of_file, _ = place.scan(db, archive)
        for name in ("registry:" + r.name + "/team/app:1", r.name + "/team/app:1"):
            again, report, err = place.scan(db, name, *insecure(r))
            assert again == code, (again, err)
            assert packages(report) == packages(of_file) and packages(report)
            assert findings(report) == findings(of_file) and findings(report)
            assert report["problems"] == of_file["problems"]
            assert report["target"]["kind"] == "registry"
            assert report["target"]["image"] == r.name + "/team/app:1"
        digest = report["target"]["digest"]
        assert digest == raw_digest(place, "docker://" + r.name + "/team/app:1", "--tls-verify=false")
        _, report, _ = place.scan(db, f"{r.name}/team/app@{digest}", *insecure(r))
        assert findings(report) == findings(of_file)


def only_new_layers():
    with place_with_registry() as (place, r):
        db = place.database(*ADVISORIES)
        base = image()
        more = Image([*base.layers, layer_tar([file("new", b"n" * 5000)])])
        push("docker-archive:" + saved(place, base, "base.tar"), r.name + "/base:1")
        push("docker-archive:" + saved(place, more, "more.tar"), r.name + "/app:1")
        place.scan(db, r.name + "/base:1", *insecure(r))
        first = gets(r, "blobs")
        place.scan(db, r.name + "/base:1", *insecure(r))
        assert gets(r, "blobs") == first, "a known image is fetched again"
        place.scan(db, r.name + "/app:1", *insecure(r))
        new = gets(r, "blobs")[len(first):]
        assert len(new) == 2, ("one configuration and one layer", new)
        assert not set(new) & set(first)
        _, report, _ = place.scan(db, r.name + "/app:1", "--no-cache", *insecure(r))
        assert [layer["fromCache"] for layer in report["target"]["layers"]] == [False] * len(more.layers) \
            if "fromCache" in report["target"]["layers"][0] else True


def jobs_do_not_matter():
    with place_with_registry() as (place, r):
        db = place.database(*ADVISORIES)
        layers = [*image().layers, *(layer_tar([file(f"f{i}", os.urandom(200000))]) for i in range(8))]
        push("docker-archive:" + saved(place, Image(layers), "a.tar"), r.name + "/many:1")
        reports = []
        for jobs in (1, 4):
            _, report, err = place.scan(db, r.name + "/many:1", "--no-cache", "--jobs", str(jobs), *insecure(r))
            assert report, err
            reports.append(report)
        assert reports[0] == reports[1]


def not_there():
    with place_with_registry() as (place, r):
        db = place.database(*ADVISORIES)
        for name, words in ((r.name + "/nothing:1", ("nothing", r.name)), ("registry:" + r.name + "/nothing:1", ("nothing",))):
            code, report, err = place.scan(db, name, *insecure(r))
            assert code == 4 and report is None, (code, err)
            assert all(word in err for word in words), err
        code, report, err = place.scan(db, r.name + "/x:1", "--offline", *insecure(r))
        assert code == 4 and "--offline" in err, err


def damaged_layer():
    """A registry whose storage was changed: the digest tells, and nothing counts."""
    with place_with_registry() as (place, r):
        db = place.database(*ADVISORIES)
        push("docker-archive:" + saved(place, image()), r.name + "/app:1")
        _, report, _ = place.scan(db, r.name + "/app:1", "--no-cache", *insecure(r))
        hexes = report["target"]["layers"][0]["digest"].split(":")[1]
        blob = os.path.join(place.at("registry-" + r.name.split(":")[1]), "docker/registry/v2/blobs/sha256", hexes[:2], hexes,
                            "data")
        with open(blob, "r+b") as f:
            f.seek(30)
            f.write(b"\0\1\2\3")
        code, report, err = place.scan(db, r.name + "/app:1", "--no-cache", *insecure(r))
        assert code == 4 and report is None, (code, err)
        assert "layer 0" in err, err
        os.truncate(blob, 100)
        code, report, err = place.scan(db, r.name + "/app:1", "--no-cache", *insecure(r))
        assert code == 4 and report is None, (code, err)


def bill_of_materials():
    with place_with_registry() as (place, r):
        archive = saved(place, image())
        push("docker-archive:" + archive, r.name + "/app:1")
        of_file = place.run("sbom", archive, "--format", "purls")
        of_name = place.run("sbom", r.name + "/app:1", "--format", "purls", *insecure(r))
        assert of_file.out and of_file.out == of_name.out, of_name.err
        both = place.run("sbom", "diff", r.name + "/app:1", archive, *insecure(r))
        assert both.code in (0, 1, 3), both.err


def two_names_at_once():
    with place_with_registry() as (place, r):
        for i in (1, 2):
            push("docker-archive:" + saved(place, image()), f"{r.name}/app:{i}")
        both = place.run("sbom", "diff", r.name + "/app:1", r.name + "/app:2", *insecure(r))
        assert both.code == 0, (both.code, both.err)


# ---- copy ----

def copied(place, *words):
    done = place.run("copy", *words)
    assert done.code == 0, (words, done.err.decode())
    return done.out.decode().strip()


def copies_keep_digests():
    with place_with_registry() as (place, r):
        archive = saved(place, image())
        # skopeo finds manifests of OCI's kind only in a layout; drydock keeps whatever kind there is.
        push("docker-archive:" + archive, r.name + "/app:1", "--format", "oci")
        name = r.name + "/app:1"
        want = raw_digest(place, "docker://" + name, "--tls-verify=false")
        layout, file_, docker = place.at("layout"), place.at("copy.oci.tar"), place.at("copy.docker.tar")
        assert copied(place, name, f"oci:{layout}:one", *insecure(r)) == want
        assert raw_digest(place, f"oci:{layout}:one") == want
        assert copied(place, f"oci:{layout}:one", f"oci-archive:{file_}:two") == want
        assert raw_digest(place, f"oci-archive:{file_}:two") == want
        assert copied(place, file_, f"docker-archive:{docker}:team/app:3") == want
        must(*SKOPEO, "inspect", "docker-archive:" + docker)
        assert copied(place, docker, r.name + "/back:1", *insecure(r)) == want
        assert raw_digest(place, f"docker://{r.name}/back:1", "--tls-verify=false") == want
        db = place.database(*ADVISORIES)
        results = [findings(place.scan(db, t, *o)[1]) for t, o in (
            (archive, ()), (f"oci:{layout}:one", ()), (file_, ()), (docker, ()), (r.name + "/back:1", insecure(r)))]
        assert results[0] and all(x == results[0] for x in results), results
        # A second copy sends nothing, another tag in the same layout stays beside the first.
        again = place.run("copy", name, f"oci:{layout}:other", *insecure(r))
        assert again.code == 0 and b"0 blobs copied" in again.err, again.err
        with open(os.path.join(layout, "index.json"), encoding="utf-8") as f:
            tags = [m["annotations"]["org.opencontainers.image.ref.name"] for m in json.load(f)["manifests"]]
        assert tags == ["one", "other"], tags
        must("umoci", "ls", "--layout", layout) if shutil.which("umoci") else None


def copies_of_an_index():
    with place_with_registry() as (place, r):
        layout = place.at("two")
        manifests = []
        for arch in ("amd64", "arm64"):
            one = Image([layer_tar([file("arch", arch.encode())])], config={})
            archive = saved(place, one, arch + ".tar")
            must(*SKOPEO, "copy", "--quiet", "docker-archive:" + archive, f"oci:{layout}:{arch}")
        with open(os.path.join(layout, "index.json"), encoding="utf-8") as f:
            index = json.load(f)
        for m, arch in zip(index["manifests"], ("amd64", "arm64")):
            manifests.append({k: m[k] for k in ("mediaType", "digest", "size")}
                             | {"platform": {"os": "linux", "architecture": arch}})
        document = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                               "manifests": manifests}).encode()
        digest = hashlib.sha256(document).hexdigest()
        write(os.path.join(layout, "blobs/sha256", digest), document)
        index["manifests"] = [{"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:" + digest,
                               "size": len(document), "annotations": {"org.opencontainers.image.ref.name": "both"}}]
        write(os.path.join(layout, "index.json"), json.dumps(index).encode())
        assert copied(place, f"oci:{layout}:both", r.name + "/two:1", *insecure(r)) == "sha256:" + digest
        assert raw_digest(place, f"docker://{r.name}/two:1", "--tls-verify=false") == "sha256:" + digest
        one = copied(place, r.name + "/two:1", "oci-archive:" + place.at("arm.tar"), "--platform", "linux/arm64", *insecure(r))
        assert one == manifests[1]["digest"]
        refused = place.run("copy", f"oci:{layout}:both", "docker-archive:" + place.at("both.tar"))
        assert refused.code == 2 and b"--platform" in refused.err, refused.err
        assert not os.path.exists(place.at("both.tar"))
        wrong = place.run("copy", f"oci:{layout}:both", "oci:" + place.at("x"), "--platform", "linux/s390x")
        assert wrong.code == 2 and b"s390x" in wrong.err, wrong.err


def copies_refuse():
    with Place() as place:
        archive = saved(place, image())
        write(place.at("full/file"), b"") if os.makedirs(place.at("full")) is None else None
        for words, code, says in (
                ((archive, "dir:/x"), 2, b"where to"), ((archive, "oci:"), 2, b"behind the colon"),
                ((archive, "oci:" + place.at("full")), 2, b"neither empty"), (("dir:" + place.at("full"), "oci:x"), 4, b"root file system"),
                ((archive,), 2, b""), ((place.at("none.tar"), "oci:x"), 2, b"does not exist"),
                ((archive, "registry.example/app:1", "--offline"), 2, b"--offline")):
            done = place.run("copy", *words)
            assert done.code == code and says in done.err, (words, done.code, done.err)
        # A layout whose blob was changed is not passed on.
        layout = place.at("layout")
        copied(place, archive, f"oci:{layout}:1")
        blobs = os.path.join(layout, "blobs/sha256")
        largest = max(os.listdir(blobs), key=lambda n: os.path.getsize(os.path.join(blobs, n)))
        with open(os.path.join(blobs, largest), "r+b") as f:
            f.write(b"X")
        done = place.run("copy", f"oci:{layout}:1", "oci-archive:" + place.at("bad.tar"))
        assert done.code == 4 and largest.encode() in done.err, done.err
        assert not os.path.exists(place.at("bad.tar"))


# ---- the database ----

def database_there_and_back():
    with place_with_registry() as (place, r):
        db = place.database(*ADVISORIES)
        pushed = place.run("db", "push", "--db", db, r.name + "/security/db:2", *insecure(r))
        assert pushed.code == 0, pushed.err
        reference = pushed.out.decode().strip()
        assert reference.startswith(r.name + "/security/db:2@sha256:"), reference
        twice = place.run("db", "push", "--db", db, r.name + "/security/db:2", *insecure(r))
        assert twice.out == pushed.out, "the same database has the same digest"
        manifest = json.loads(must(*SKOPEO, "inspect", "--raw", "--tls-verify=false", f"docker://{r.name}/security/db:2"))
        assert manifest["artifactType"] == "application/vnd.drydock.db.v2"
        missing = place.run("db", "pull", r.name + "/nowhere:1", *insecure(r))
        assert missing.code == 4 and b"there is no database yet" in missing.err, missing.err
        pulled = place.run("db", "pull", r.name + "/nowhere:1", reference, *insecure(r))
        assert pulled.code == 0 and b"trying" in pulled.err, pulled.err
        with open(db, "rb") as a, open(os.path.join(place.cache, "advisories.db"), "rb") as b:
            assert a.read() == b.read()
        again = place.run("db", "pull", reference, *insecure(r))
        assert again.code == 0 and b"up to date" in again.err, again.err
        archive = saved(place, image())
        by_pulled = place.run("scan", "--format", "json", archive)
        assert [f["id"] for f in json.loads(by_pulled.out)["findings"]]
        # What is no database is told to be none, and the old one stays.
        push("docker-archive:" + archive, r.name + "/app:1")
        wrong = place.run("db", "pull", r.name + "/app:1", *insecure(r))
        assert wrong.code == 4 and b"no advisory database" in wrong.err and b"old database is kept" in wrong.err, wrong.err


def databases_of_trivy():
    shared = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "db", "testdata")
    found = [os.path.join(d, n) for d, _, names in os.walk(shared) for n in names if n == "trivy.db"]
    if not found:
        return "no trivy.db among the test data"
    if not shutil.which("oras"):
        return push_trivy(found[0])
    return None


def push_trivy(path):
    import gzip
    import io
    import tarfile
    from registry_test import Home  # the probe pushes what skopeo does not know
    with Home() as h:
        r = Registry(h)
        try:
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w") as t:
                t.add(path, "trivy.db")
                info = tarfile.TarInfo("metadata.json")
                data = b'{"Version":2,"UpdatedAt":"2026-01-01T00:00:00Z"}'
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
            layer = gzip.compress(out.getvalue(), mtime=0)
            config = b"{}"
            manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                        "config": {"mediaType": "application/vnd.aquasec.trivy.config.v1+json",
                                   "digest": "sha256:" + hashlib.sha256(config).hexdigest(), "size": len(config)},
                        "layers": [{"mediaType": "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
                                    "digest": "sha256:" + hashlib.sha256(layer).hexdigest(), "size": len(layer)}]}
            options = ("--insecure", r.name)
            for data in (config, layer):
                h.probe(*options, "push-blob", r.name + "/trivy-db", write(h.at("blob"), data), 0).good()
            h.probe(*options, "push-manifest", r.name + "/trivy-db:2", write(h.at("manifest"), json.dumps(manifest).encode()),
                    manifest["mediaType"]).good()
            with Place() as place:
                pulled = place.run("db", "pull", r.name + "/trivy-db:2", "--insecure-registry", r.name)
                assert pulled.code == 0, pulled.err
                info = place.run("db", "info", "--format", "json")
                assert b"trivy" in info.out, info.out
        finally:
            r.close()
    return None


def main():
    tap = Tap()
    missing = lacks("docker-registry", "skopeo")
    for name, check in (("a registry's image has the findings of the archive that it came from", same_findings),
                        ("only layers that are not known are fetched", only_new_layers),
                        ("several layers at once give the same report", jobs_do_not_matter),
                        ("an image that is not there", not_there),
                        ("a layer that the registry changed", damaged_layer),
                        ("bills of materials by name", bill_of_materials),
                        ("two names in one command", two_names_at_once),
                        ("copies keep digests", copies_keep_digests),
                        ("copies of an index", copies_of_an_index),
                        ("the database there and back", database_there_and_back),
                        ("the database of Trivy", databases_of_trivy)):
        tap.case(name, (lambda: missing) if missing else check)
    tap.case("copies that are refused", copies_refuse)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
