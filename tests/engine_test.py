#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images where engines keep them: a real Docker engine, podman's service, containerd, and containers-storage without any
service. Each gets one image, with everything in its layers that a tar can hold, and runs it; drydock lists it as the
engine's own client does, and scans it as it scans the archive that it came from. TAP.

Engines are started here, in folders of their own, and ended by their process ids. A peer that is not there, or may not
run here, is skipped by name."""
import ast
import contextlib
import glob
import io
import json
import os
import shutil
import signal
import socket as socketlib
import subprocess
import sys
import tarfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from image_samples import ADVISORIES, image  # noqa: E402
from images import Image, directory, entry, file, hardlink, layer_tar, sha256, symlink, write  # noqa: E402
from program import DRYDOCK, Place, Tap, findings, packages  # noqa: E402

NAME = "drydock.example/app:1"
START_SECONDS = 40
PAUSE = "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n"


class Missing(Exception):
    """A peer is not installed, or may not run here."""


def run(*command, **more):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, errors="backslashreplace",
                          check=False, timeout=90, **more)


def must(*command, **more):
    done = run(*command, **more)
    assert done.returncode == 0, f"{command}: {done.stdout[-400:]}{done.stderr[-800:]}"
    return done.stdout


def need(*programs):
    lacking = [p for p in programs if not shutil.which(p)]
    if lacking:
        raise Missing(f"{' and '.join(lacking)} not installed")
    if os.geteuid():
        raise Missing("engines are started by root")


def refused_here(text):
    """Peers need rights and file systems that a container may lack."""
    words = ("permission denied", "not permitted", "not supported", "cannot clone", "newuidmap", "subuid", "read-only file system")
    return any(w in text.lower() for w in words)


# ---- the image ----

def odd_layer():
    """Names and kinds that tar-split has to give back: nothing of it may be lost, or the layer's digest is wrong."""
    deep = "deep/" + "/".join("d" * 60 for _ in range(4))
    return layer_tar([
        directory("odd"), file("odd/empty"), file("odd/one", b"x"), file("odd/block", b"b" * 512), file("odd/more", b"m" * 70000),
        hardlink("odd/link", "odd/one"), symlink("odd/sym", "/etc/../odd/one"), symlink("odd/up", "../../../../../etc/passwd"),
        directory("real"), file("real/in", b"through a link"), symlink("alias", "real"), file("./odd/./dot", b"dot"),
        file(deep + "/" + "n" * 120, b"long"), file("odd/l\u00e4n\u20acder", "unicode"), file("odd/bad\udcff", b"not UTF-8"),
        entry("odd/fifo", tarfile.FIFOTYPE), file("odd/set", b"s", mode=0o4755, uid=1234, gid=99999999),
        file("odd/attr", b"a", pax_headers={"SCHILY.xattr.user.drydock": "kept"}), file("odd/.whx", b"no whiteout"),
    ])


def make_image(place):
    source = write(place.at("pause.c"), PAUSE.encode())
    layers = [*image().layers, odd_layer()]
    if shutil.which("cc") and run("cc", "-static", "-o", place.at("pause"), source).returncode == 0:
        with open(place.at("pause"), "rb") as f:
            layers.append(layer_tar([file("pause", f.read(), mode=0o755)]))
    return Image(layers, tag=NAME, config={"Cmd": ["/pause"]})


# ---- engines ----

@contextlib.contextmanager
def process(folder, ready, *command, env=None):
    log = os.path.join(folder, "log")
    with open(log, "wb") as out:
        p = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, env=env)
    try:
        end = time.monotonic() + START_SECONDS
        while not ready():
            if p.poll() is not None or time.monotonic() > end:
                with open(log, encoding="utf-8", errors="replace") as f:
                    raise Missing("it does not start here: " + " ".join(f.read().split())[-200:])
            time.sleep(0.1)
        yield p
    finally:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            try:
                p.wait(20)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()


def make_keys(folder):
    """An authority, the engine's certificate and a client's, as docs.docker.com/engine/security/protect-access has them."""
    os.makedirs(folder)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
    must("openssl", "req", "-x509", "-days", "2", "-subj", "/CN=authority", *key, f"{folder}/ca-key.pem", "-out", f"{folder}/ca.pem")
    for name, use, more in (("server", "serverAuth", "subjectAltName=DNS:localhost,IP:127.0.0.1\n"), ("", "clientAuth", "")):
        prefix = f"{folder}/{name}-" if name else f"{folder}/"
        with open(f"{folder}/ext", "w", encoding="utf-8") as f:
            f.write(f"extendedKeyUsage={use}\n{more}")
        must("openssl", "req", "-subj", "/CN=x", *key, f"{prefix}key.pem", "-out", f"{folder}/csr")
        must("openssl", "x509", "-req", "-days", "2", "-in", f"{folder}/csr", "-CA", f"{folder}/ca.pem", "-CAkey",
             f"{folder}/ca-key.pem", "-CAcreateserial", "-extfile", f"{folder}/ext", "-out", f"{prefix}cert.pem")


@contextlib.contextmanager
def docker(folder):
    need("docker", "dockerd", "openssl")
    socket = f"unix://{folder}/s"
    command = ["docker", "-H", socket]
    keys = f"{folder}/keys"
    make_keys(keys)
    with socketlib.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with process(folder, lambda: run(*command, "version").returncode == 0, "dockerd", "-H", socket, "-H", f"tcp://127.0.0.1:{port}",
                 "--tlsverify", "--tlscacert", f"{keys}/ca.pem", "--tlscert", f"{keys}/server-cert.pem", "--tlskey",
                 f"{keys}/server-key.pem", "--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "-p", f"{folder}/pid",
                 "--storage-driver=vfs", "--iptables=false", "--ip6tables=false", "--bridge=none"):
        yield command, {"DOCKER_HOST": socket}, (f"tcp://127.0.0.1:{port}", keys)


def podman_env(folder):
    with open(f"{folder}/storage.conf", "w", encoding="utf-8") as f:
        f.write(f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/root"\nrunroot = "{folder}/run"\n')
    with open(f"{folder}/containers.conf", "w", encoding="utf-8") as f:
        f.write('[engine]\ncgroup_manager = "cgroupfs"\nruntime = "runc"\nevents_logger = "file"\n'
                '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]\n')
    return {"CONTAINERS_STORAGE_CONF": f"{folder}/storage.conf", "CONTAINERS_CONF": f"{folder}/containers.conf"}


@contextlib.contextmanager
def containerd(folder):
    need("containerd", "ctr")
    with open(f"{folder}/config.toml", "w", encoding="utf-8") as f:
        f.write(f'version = 2\nroot = "{folder}/root"\nstate = "{folder}/state"\n'
                f'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "{folder}/s"\n[ttrpc]\naddress = "{folder}/t"\n')
    command = ["ctr", "-a", f"{folder}/s"]
    with process(folder, lambda: run(*command, "version").returncode == 0, "containerd", "-c", f"{folder}/config.toml"):
        yield command, {"DRYDOCK_CONTAINERD_ROOT": f"{folder}/root", "DRYDOCK_CONTAINERD_STATE": f"{folder}/state"}


# ---- what is asked of each ----

def listed(place, engine, env, *args, want_code=0):
    r = place.run("images", "--engine", engine, "--format", "json", *args, env=env)
    assert r.code == want_code, (r.code, r.err.decode())
    document = json.loads(r.out)
    assert document["problems"] == [], document["problems"]
    return document["images"]


def check_row(row, img, engine):
    assert row["names"] == [NAME], row
    assert row["platform"] == "linux/amd64", row
    assert row["created"] == "2024-01-02T03:04:05Z", row
    assert row["engine"] == engine and row["size"] > 70000, row
    assert row["id"] == "sha256:" + sha256(img.config) or engine == "containerd", row


def check_scan(place, db, want, target, env, kind):
    code, report, err = place.scan(db, target, "--no-cache", env=env)
    assert report is not None, err
    assert report["problems"] == [], report["problems"]
    assert (packages(report), findings(report), code) == want["result"], (packages(report), findings(report))
    assert [layer["diffId"] for layer in report["target"]["layers"]] == want["diff_ids"], report["target"]
    assert report["target"]["kind"] == kind, report["target"]["kind"]


def check_absent(place, db, target, env):
    code, report, err = place.scan(db, target, env=env)
    assert code == 4 and report is None, code
    assert "nowhere" in err, err


class Peer:
    """What the cases of one engine share: the place, the database, the image and what its archive gives."""

    def __init__(self, place, db, img, archives, want):
        self.place, self.db, self.img, self.archives, self.want = place, db, img, archives, want
        self.runs = len(img.layers) > len(image().layers) + 1  # it has a program

    def folder(self, name):
        path = os.path.join(self.place.path, name)
        os.mkdir(path)
        return path

    def check(self, tap, engine, env, target):
        def rows():
            all_rows = listed(self.place, engine, env)
            assert len(all_rows) == 1, all_rows
            check_row(all_rows[0], self.img, engine)
            assert all_rows[0]["target"] == target, all_rows[0]["target"]
            assert listed(self.place, engine, env, "--running") == []

        tap.case(f"{engine}: listed", rows)
        tap.case(f"{engine}: scanned by name as from its archive", check_scan, self.place, self.db, self.want, target, env, engine)
        tap.case(f"{engine}: no such image", check_absent, self.place, self.db, f"{engine}:drydock.example/nowhere:1", env)

    def check_running(self, tap, engine, env, name):
        def running():
            rows = listed(self.place, engine, env, "--running")
            assert len(rows) == 1 and rows[0]["usedBy"] == [name], rows
            table = self.place.run("images", "--engine", engine, env=env)
            assert table.code == 0 and name in table.out.decode() and NAME in table.out.decode(), table.out

        tap.case(f"{engine}: running containers are seen", running)


def with_docker(tap, peer):
    with docker(peer.folder("docker")) as (command, env, (address, keys)):
        must(*command, "load", "-i", peer.archives["docker"])
        peer.check(tap, "docker", env, "docker:" + NAME)

        def by_id():
            check_scan(peer.place, peer.db, peer.want, "docker:sha256:" + sha256(peer.img.config), env, "docker")

        tap.case("docker: scanned by id", by_id)
        tap.case("docker: a bare name is asked for there", check_scan, peer.place, peer.db, peer.want, NAME, env, "docker")
        tap.case("docker: copied to", copied_to, peer, env, "docker", lambda name: must(*command, "image", "inspect", name))
        tap.case("docker: a copy runs", copy_runs, peer, env, "docker", command)
        tap.case("docker: over ssh", over_ssh, peer, "docker", env["DOCKER_HOST"].removeprefix("unix://"))
        tap.case("docker: over TLS, by environment and by context", over_tls, peer, address, keys)
        if not peer.runs:
            tap.case("docker: running containers are seen", lambda: "no static program can be built here")
        elif run(*command, "run", "-d", "--name", "drydock-runs", "--network=none", NAME).returncode:
            tap.case("docker: running containers are seen", lambda: "containers cannot be run here")
        else:
            peer.check_running(tap, "docker", env, "drydock-runs")
            must(*command, "rm", "-f", "drydock-runs")


def copied_to(peer, env, engine, inspect):
    """Out of an OCI layout, under a name in full and a short one; what the engine says of it is what the layout had."""
    for name, tag in (("drydock.example/copied/to:2", "drydock.example/copied/to:2"), ("short", "short:latest")):
        r = peer.place.run("copy", "oci-archive:" + peer.archives["oci"], f"{engine}:{name}", env=env)
        assert r.code == 0, r.err
        about, = json.loads(inspect(tag))
        assert about["Id"].removeprefix("sha256:") == sha256(peer.img.config), about["Id"]
        assert about["RootFS"]["Layers"] == peer.img.diff_ids, about["RootFS"]
    check_scan(peer.place, peer.db, peer.want, f"{engine}:short", env, engine)
    # Out of the engine and back under another name: the same image.
    r = peer.place.run("copy", f"{engine}:short", f"{engine}:drydock.example/again:3", env=env)
    assert r.code == 0, r.err
    about, = json.loads(inspect("drydock.example/again:3"))
    assert about["Id"].removeprefix("sha256:") == sha256(peer.img.config), about["Id"]
    # One of an index: this machine's.
    index = os.path.join(peer.place.path, f"{engine}-index")
    other = Image(peer.img.layers[:1], arch="s390x")
    two_platforms(index, [peer.img, other])
    r = peer.place.run("copy", "oci:" + index, f"{engine}:drydock.example/one-of-two:1", env=env)
    assert r.code == 0, r.err
    about, = json.loads(inspect("drydock.example/one-of-two:1"))
    assert about["Id"].removeprefix("sha256:") == sha256(peer.img.config), about["Id"]
    for name in ("drydock.example/copied/to:2", "short", "drydock.example/again:3", "drydock.example/one-of-two:1"):
        must(*(["docker", "-H", env["DOCKER_HOST"]] if engine == "docker" else ["podman", "--url", env["CONTAINER_HOST"]]),
             "rmi", name)


def two_platforms(folder, images):
    """A layout with an index of these images."""
    entries = []
    for img in images:
        img.oci_layout(folder)
        entries.append(img.manifest_descriptor("gzip"))
    index = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries}).encode()
    write(f"{folder}/blobs/sha256/{sha256(index)}", index)
    top = {"schemaVersion": 2, "manifests": [Image.descriptor(index, "application/vnd.oci.image.index.v1+json")]}
    write(f"{folder}/index.json", json.dumps(top).encode())


def copy_runs(peer, env, engine, command):
    if not peer.runs:
        return "no static program can be built here"
    r = peer.place.run("copy", "oci-archive:" + peer.archives["oci"], engine + ":drydock.example/runs:1", env=env)
    assert r.code == 0, r.err
    try:
        done = run(*command, "run", "-d", "--name", "drydock-copy", "--network=none", "drydock.example/runs:1")
        if done.returncode:
            return "containers cannot be run here: " + done.stderr.strip()[-200:]
        assert must(*command, "inspect", "-f", "{{.State.Running}}", "drydock-copy").strip() == "true"
    finally:
        run(*command, "rm", "-f", "drydock-copy")
        run(*command, "rmi", "drydock.example/runs:1")
    return None


def over_tls(peer, address, keys):
    env = {"DOCKER_HOST": address, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": keys}
    check_row(listed(peer.place, "docker", env)[0], peer.img, "docker")
    check_scan(peer.place, peer.db, peer.want, "docker:" + NAME, env, "docker")
    # As `docker context create remote` and `docker context use remote` leave it.
    folder = os.path.join(peer.place.path, "dockerconfig")
    name = sha256(b"remote")
    for path in (f"{folder}/contexts/meta/{name}", f"{folder}/contexts/tls/{name}/docker"):
        os.makedirs(path)
    write(f"{folder}/config.json", b'{"currentContext": "remote"}')
    write(f"{folder}/contexts/meta/{name}/meta.json",
          json.dumps({"Name": "remote", "Metadata": {}, "Endpoints": {"docker": {"Host": address, "SkipTLSVerify": False}}}).encode())
    for key in ("ca.pem", "cert.pem", "key.pem"):
        shutil.copy(f"{keys}/{key}", f"{folder}/contexts/tls/{name}/docker/{key}")
    check_row(listed(peer.place, "docker", {"DOCKER_CONFIG": folder})[0], peer.img, "docker")
    # No certificate of ours, another authority, no TLS: refused, and said by whom.
    os.unlink(f"{folder}/contexts/tls/{name}/docker/cert.pem")
    os.unlink(f"{folder}/contexts/tls/{name}/docker/key.pem")
    make_keys(f"{folder}/others")
    for env in ({"DOCKER_CONFIG": folder}, {**env, "DOCKER_CERT_PATH": f"{folder}/others"}, {"DOCKER_HOST": address}):
        r = peer.place.run("images", "--engine", "docker", env=env)
        assert r.code == 4 and address.encode() in r.err, (r.code, r.err)


def with_podman(tap, peer):
    need("podman", "skopeo")
    folder = peer.folder("podman")
    own = podman_env(folder)
    everything = {**os.environ, **own}
    try:
        must("skopeo", "copy", "-q", "--insecure-policy", "docker-archive:" + peer.archives["docker"],
             "containers-storage:" + NAME, env=everything)
        peer.check(tap, "storage", own, "storage:" + NAME)
        tap.case("storage: scanned by id", check_scan, peer.place, peer.db, peer.want,
                 "storage:" + sha256(peer.img.config)[:16], own, "storage")
        tap.case("storage: a file that was changed", changed_file, peer, folder, own)
        env = {"CONTAINER_HOST": f"unix://{folder}/s"}
        with process(folder, lambda: os.path.exists(f"{folder}/s"), "podman", "system", "service", "-t", "0", env["CONTAINER_HOST"],
                     env=everything):
            peer.check(tap, "podman", env, "podman:" + NAME)
            tap.case("podman and its storage: listed once", lambda: once(peer, {**own, **env}))
            tap.case("podman: over ssh", over_ssh, peer, "podman", f"{folder}/s")
            tap.case("podman: copied to", copied_to, peer, env, "podman",
                     lambda name: must("podman", "image", "inspect", name, env=everything))
            if not peer.runs:
                tap.case("podman: running containers are seen", lambda: "no static program can be built here")
            elif run("podman", "run", "-d", "--name", "drydock-runs", "--network=none", NAME, env=everything).returncode:
                tap.case("podman: running containers are seen", lambda: "containers cannot be run here")
            else:
                peer.check_running(tap, "podman", env, "drydock-runs")
                peer.check_running(tap, "storage", own, "drydock-runs")
                must("podman", "rm", "-f", "-t", "0", "drydock-runs", env=everything)
    finally:
        run("podman", "system", "reset", "-f", env=everything)


def once(peer, env):
    r = peer.place.run("images", "--engine", "podman", "--engine", "storage", "--format", "json", env=env)
    rows = json.loads(r.out)["images"]
    assert [row["engine"] for row in rows] == ["podman"], rows


def changed_file(peer, folder, env):
    """The store is not believed: bytes that are not the layer's are told, and nothing is read but the layer's own files."""
    path, = glob.glob(f"{folder}/root/overlay/*/diff/odd/more")

    def refused(*words):
        code, report, err = peer.place.scan(peer.db, "storage:" + NAME, "--no-cache", env=env)
        assert code == 4 and report is None, (code, err)
        assert all(word in err for word in ("layer 4", *words)), err

    with open(path, "r+b") as f:
        f.write(b"M")
    refused("diff_id")
    with open(path, "r+b") as f:
        f.truncate(69999)
    refused("odd/more", "70000")
    os.unlink(path)
    refused("odd/more", "No such file")
    os.symlink("/etc/passwd", path)
    refused("odd/more")
    os.unlink(path)
    os.mkfifo(path)
    refused("odd/more")
    os.unlink(path)
    with open(path, "wb") as f:
        f.write(b"m" * 70000)
    check_scan(peer.place, peer.db, peer.want, "storage:" + NAME, env, "storage")


def with_containerd(tap, peer):
    folder = peer.folder("containerd")
    with containerd(folder) as (command, env):
        must(*command, "images", "import", "--base-name", "x", peer.archives["oci"])
        must(*command, "images", "tag", must(*command, "images", "ls", "-q").split()[0], NAME)
        for name in must(*command, "images", "ls", "-q").split():
            if name != NAME:
                must(*command, "images", "rm", name)
        peer.check(tap, "containerd", env, "containerd:default/" + NAME)
        tap.case("containerd: without its namespace", check_scan, peer.place, peer.db, peer.want, "containerd:" + NAME, env,
                 "containerd")
        tap.case("containerd: read while it writes", busy, peer, command, env)
        if not peer.runs:
            tap.case("containerd: running containers are seen", lambda: "no static program can be built here")
        elif run(*command, "run", "-d", "--runc-binary", "runc", NAME, "drydock-runs").returncode:
            tap.case("containerd: running containers are seen", lambda: "containers cannot be run here")
        else:
            peer.check_running(tap, "containerd", env, "drydock-runs")
            run(*command, "task", "kill", "-s", "SIGKILL", "drydock-runs")
            for _ in range(50):
                if run(*command, "task", "rm", "drydock-runs").returncode == 0:
                    break
                time.sleep(0.1)
            run(*command, "container", "rm", "drydock-runs")


def busy(peer, command, env):
    """Transactions come and go while the database is read; what was there before and after is always seen."""
    loop = "while :; do ctr -a \"$1\" images label \"$2\" n=$((n=n+1)) >/dev/null || exit 1; done"
    writer = subprocess.Popen(["sh", "-c", loop, "sh", command[2], NAME], start_new_session=True)
    try:
        for _ in range(20):
            rows = listed(peer.place, "containerd", env)
            assert [row["names"] for row in rows] == [[NAME]], rows
        assert writer.poll() is None, "the writer ended"
    finally:
        os.killpg(writer.pid, signal.SIGKILL)
        writer.wait()


# ---- engines that do as they like ----

class StandIn:
    """A Docker engine that has one image of this id; what it exports is `body`, with these more header fields."""

    def __init__(self, path, image_id, body, head=b"", kind=b"application/x-tar"):
        self.asked, self.image_id, self.body = [], image_id, body
        self.head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nApi-Version: 1.43\r\n"
        self.export_head = self.head + b"Content-Type: " + kind + b"\r\n" + head + b"\r\n"
        self.listener = socketlib.socket(socketlib.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(8)
        self.env = {"DOCKER_HOST": "unix://" + path}
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    part = connection.recv(4096)
                    if not part:
                        break
                    request += part
                else:
                    self.take(connection, request)

    def take(self, connection, request):
        self.answer(connection, request.split()[1].decode())

    def answer(self, connection, path):
        self.asked.append(path)
        if path.endswith("/_ping"):
            connection.sendall(self.head + b"Content-Length: 2\r\n\r\nOK")
        elif path.endswith("/json"):
            about = {"Id": self.image_id, "RepoTags": [NAME], "Os": "linux", "Architecture": "amd64"}
            connection.sendall(self.head + b"Content-Type: application/json\r\n\r\n" + json.dumps(about).encode())
        else:
            connection.sendall(self.export_head + self.body)

    def exports(self):
        return sum(path.endswith("/get") for path in self.asked)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socketlib.SHUT_RDWR)
        self.listener.close()


def bad_exports(peer):
    image_id = "sha256:" + sha256(peer.img.config)
    whole = peer.img.docker_archive()
    half = whole[:len(whole) // 2]
    for what, more, words in (
            ("cut", {"body": half, "head": b"Content-Length: %d\r\n" % len(whole)}, ("promised length", "unix://")),
            ("failed", {"body": half + b'{"errorDetail":{"message":"disk full"},"error":"disk full"}\r\n'}, ("disk full",)),
            ("nothing", {"body": b""}, ("no archive",)),
            ("random", {"body": os.urandom(30000)}, ("not an image",)),
            ("page", {"body": b"<html>", "kind": b"text/html"}, ("text/html",))):
        with StandIn(peer.place.at(what), image_id, **more) as engine:
            code, report, err = peer.place.scan(peer.db, "docker:" + NAME, "--no-cache", env=engine.env)
            assert code == 4 and report is None, (what, code, err)
            assert all(w in err for w in words), (what, err)
    with StandIn(peer.place.at("short"), image_id, half) as engine:  # no length, no error: the archive itself tells
        code, report, err = peer.place.scan(peer.db, "docker:" + NAME, "--no-cache", env=engine.env)
        assert code in (3, 4), (code, err)
        assert report is None or report["problems"], report


class Loads(StandIn):
    """One that is given images: answers with these bytes after so much of the archive."""

    def __init__(self, path, image_id, reply, most=1 << 30):
        super().__init__(path, image_id, b"")
        self.reply, self.most, self.got = reply, most, b""

    def take(self, connection, request):
        head, body = request.split(b"\r\n\r\n", 1)
        if not head.startswith(b"POST"):
            self.answer(connection, head.split()[1].decode())
            return
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        if b"100-continue" in head.lower():
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(body) < min(length, self.most):
            part = connection.recv(65536)
            if not part:
                return
            body += part
        self.got = body
        connection.sendall(self.reply)


def bad_loads(peer):
    """What engines say when they are given an image, and what they have afterwards."""
    good, other = "sha256:" + sha256(peer.img.config), "sha256:" + "0" * 64
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    loaded = ok + b'{"stream":"Loaded image: app\\n"}\r\n'
    refused = ok + b'{"status":"Loading layer"}\r\n{"errorDetail":{"message":"no space"},"error":"no space\\u001b[2J"}\r\n'
    server = b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    server += b'{"message":"cannot unpack"}\n'
    for what, image_id, reply, most, want, words in (
            ("whole", good, loaded, 1 << 30, 0, ()),
            ("long lines", good, ok + b"x" * 300000 + b"\n" + b'{"stream":"ok"}', 1 << 30, 0, ()),
            ("refused", good, refused, 1 << 30, 4, ("docker at", "no space", "\\x1b")),
            ("500", good, server, 1 << 30, 4, ("docker at", "500", "cannot unpack")),
            ("another", other, loaded, 1 << 30, 4, ("docker at", other, good)),
            ("no id", "../../x", loaded, 1 << 30, 4, ("docker at", "../../x")),
            ("early", good, server, 1000, 4, ("docker at",)),
            ("gone", good, b"", 1000, 4, ("docker at",))):
        with Loads(peer.place.at("loads-" + what.replace(" ", "-")), image_id, reply, most) as engine:
            r = peer.place.run("copy", "oci-archive:" + peer.archives["oci"], "docker:" + NAME, env=engine.env)
            err = r.err.decode()
            assert r.code == want, (what, r.code, err)
            assert all(w in err for w in words) and "\x1b" not in err, (what, err)
            assert not r.out or want == 0, (what, r.out)
            if want == 0:
                assert tarfile.open(fileobj=io.BytesIO(engine.got)).getmember("manifest.json"), what
    # Nothing is sent of an image that is not whole.
    damaged = bytearray(peer.img.oci_archive())
    damaged[len(damaged) // 2] ^= 1
    path = write(peer.place.at("damaged.tar"), bytes(damaged))
    with Loads(peer.place.at("loads-damaged"), good, loaded) as engine:
        r = peer.place.run("copy", "oci-archive:" + path, "docker:" + NAME, env=engine.env)
        assert r.code == 4 and not engine.got, (r.code, r.err)


def places_that_take_nothing(peer):
    for target, words in (("containerd:x/y:1", (b"ctr ", b"oci-archive:")), ("storage:y:1", (b"podman load", b"docker-archive:")),
                          ("docker:x@sha256:" + "0" * 64, (b"digests",)), ("docker:", (b"colon",)), ("podman:A B", (b"A B",))):
        r = peer.place.run("copy", "oci-archive:" + peer.archives["oci"], target, env={"DOCKER_HOST": "unix:///nowhere/d"})
        assert r.code in (2, 4) and all(w in r.err for w in words), (target, r.code, r.err)
    for kind, name in (("docker", "DOCKER_HOST"), ("podman", "CONTAINER_HOST")):
        r = peer.place.run("copy", "oci-archive:" + peer.archives["oci"], kind + ":x", env={name: "unix:///nowhere/d"})
        assert r.code == 4 and b"no such socket" in r.err, r.err


def lies(peer):
    """What an engine says of one image is not remembered for another; what it proves is."""
    image_id = "sha256:" + sha256(peer.img.config)
    harmless = Image([layer_tar([file("etc/os-release", "ID=debian\nVERSION_ID=12\n")])], tag=NAME)
    cache = {"DRYDOCK_CACHE": os.path.join(peer.place.path, "lies")}
    with StandIn(peer.place.at("liar"), image_id, harmless.docker_archive()) as engine:
        code, report, err = peer.place.scan(peer.db, "docker:" + NAME, env={**engine.env, **cache})
        assert report["packages"] == [], (code, err)
    with StandIn(peer.place.at("honest"), image_id, peer.img.docker_archive()) as engine:
        for _ in range(2):
            code, report, err = peer.place.scan(peer.db, "docker:" + NAME, env={**engine.env, **cache})
            assert (packages(report), findings(report), code) == peer.want["result"], (code, err)
        assert engine.exports() == 1, engine.asked  # the second time it is known


def by_index(peer):
    """Docker's containerd store names an image by its manifest or index, and exports that."""
    archive = tarfile.open(fileobj=io.BytesIO(peer.img.docker25_archive("gzip")))
    members = {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}
    index = members["index.json"]
    top = json.dumps({"schemaVersion": 2, "manifests": [Image.descriptor(index, "application/vnd.oci.image.index.v1+json")]}).encode()
    members.update({"index.json": top, "blobs/sha256/" + sha256(index): index})
    body = layer_tar([file(name, data) for name, data in sorted(members.items())])
    cache = {"DRYDOCK_CACHE": os.path.join(peer.place.path, "by-index")}
    with StandIn(peer.place.at("index"), "sha256:" + sha256(index), body) as engine:
        for _ in range(2):
            code, report, err = peer.place.scan(peer.db, "docker:" + NAME, env={**engine.env, **cache})
            assert (packages(report), findings(report), code) == peer.want["result"], (code, err)
        assert engine.exports() == 1, engine.asked


# ---- without engines ----

def no_engine(place):
    conf = write(place.at("none.conf"), b'[storage]\ndriver = "overlay"\ngraphroot = "/nowhere"\nrunroot = "/nowhere"\n')
    empty = {"CONTAINERS_STORAGE_CONF": conf, "DRYDOCK_CONTAINERD_ROOT": "/nowhere", "CONTAINER_HOST": "unix:///nowhere/p",
             "DOCKER_HOST": "unix:///nowhere/d"}
    r = place.run("images", env=empty)
    assert r.code == 4, (r.code, r.err)
    assert b"/nowhere/d" in r.err and b"DOCKER_HOST" in r.err and b"systemctl start docker" in r.err, r.err
    r = place.run("images", "--engine", "docker", "--format", "json", env=empty)
    assert r.code == 4 and len(json.loads(r.out)["problems"]) == 1, (r.code, r.out)
    r = place.run("images", "--engine", "dockr", env=empty)
    assert r.code == 2 and b"dockr" in r.err, (r.code, r.err)
    return None


# ---- engines behind ssh ----

SSH = r"""#!/usr/bin/python3
# Notes how it was called; then is the other machine: runs the command, or does what it was made for.
import os, sys, time
with open(os.environ["SSH_LOG"], "a") as f:
    print(repr(sys.argv[1:]), file=f)
how = os.environ.get("SSH_HOW", "")
if how == "refuse":
    sys.exit("debug\n\x1b[2JHost key verification failed.")
if how == "chatter":
    os.write(2, b"x" * 60000 + b"\nlast words\n")
    sys.exit(255)
if how == "page":
    os.write(1, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK" * 2)
    sys.exit(0)
if how == "silent":
    sys.exit(sys.stdin.read() and 1)
at = sys.argv.index("--")
command = sys.argv[at + 2:]
if how == "missing":
    sys.exit("bash: line 1: docker: command not found")
for name in ("DOCKER_HOST", "CONTAINER_HOST"):
    os.environ.pop(name, None)
if "--host" not in command and "--url" not in command:
    os.environ["DOCKER_HOST"] = os.environ["CONTAINER_HOST"] = os.environ["SSH_ENGINE"]
os.execvp(command[0], command)
"""


def fake_ssh(place):
    folder = place.at("bin")
    if not os.path.isdir(folder):
        os.mkdir(folder)
        write(folder + "/ssh", SSH.encode())
        os.chmod(folder + "/ssh", 0o755)
    log = place.at("ssh.log")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(log)
    return {"PATH": folder + ":" + os.environ["PATH"], "SSH_LOG": log}


def ssh_calls(place):
    try:
        with open(place.at("ssh.log"), encoding="utf-8") as f:
            return [ast.literal_eval(line) for line in f]
    except FileNotFoundError:
        return []


def over_ssh(peer, engine, socket):
    """Through the client's own dial-stdio: listed, scanned, copied to; with the address in all its forms."""
    variable = "DOCKER_HOST" if engine == "docker" else "CONTAINER_HOST"
    env = {**fake_ssh(peer.place), "SSH_ENGINE": "unix://" + socket, variable: "ssh://box"}
    check_row(listed(peer.place, engine, env)[0], peer.img, engine)
    check_scan(peer.place, peer.db, peer.want, f"{engine}:{NAME}", env, engine)
    tail = [engine, "system", "dial-stdio"]
    calls = ssh_calls(peer.place)
    assert calls and all(c == ["-T", "-o", "ConnectTimeout=30", "--", "box", *tail] for c in calls), calls
    for address, want in (
            ("ssh://me@box.example:2222", ["-l", "me", "-p", "2222", "--", "box.example"]),
            ("ssh://me@[fe80::1%eth0]:22", ["-l", "me", "-p", "22", "--", "fe80::1%eth0"]),
            ("ssh://box" + socket, ["--", "box", engine, "--url" if engine == "podman" else "--host", "unix://" + socket])):
        env = {**fake_ssh(peer.place), "SSH_ENGINE": "unix://" + socket, variable: address}
        check_row(listed(peer.place, engine, env)[0], peer.img, engine)
        for call in ssh_calls(peer.place):
            assert call[3:3 + len(want)] == want and call[-2:] == tail[1:], call
    env = {**fake_ssh(peer.place), "SSH_ENGINE": "unix://" + socket, variable: "ssh://box"}
    r = peer.place.run("copy", f"{engine}:{NAME}", f"{engine}:drydock.example/by-ssh:1", env=env)
    assert r.code == 0, r.err
    listed(peer.place, engine, env)
    must(*(["docker", "-H"] if engine == "docker" else ["podman", "--url"]), "unix://" + socket, "rmi", "drydock.example/by-ssh:1")


def bad_ssh(place):
    """Addresses that ssh could take for options, or the other side's shell for commands, reach neither."""
    for address in ("ssh://", "ssh:///x", "ssh://-oProxyCommand=touch${IFS}x", "ssh://-l@host", "ssh://u@-oX", "ssh://host:0",
                    "ssh://host:99999", "ssh://host:-p", "ssh://host:22x", "ssh://me:word@host", "ssh://host/a;b", "ssh://host/$(x)",
                    "ssh://host/a b", "ssh://ho st", "ssh://h\nx", "ssh://host?x", "ssh://[::1", "ssh://[::1]x", "ssh://[]:1",
                    "ssh://host/" + "a" * 300, "ssh://a'b", "ssh://`x`"):
        for variable, kind in (("DOCKER_HOST", "docker"), ("CONTAINER_HOST", "podman")):
            r = place.run("images", "--engine", kind, env={**fake_ssh(place), variable: address})
            assert r.code == 4 and b"ssh://[USER@]HOST" in r.err and not ssh_calls(place), (address, r.code, r.err)
    for how, words in (("refuse", (b"Host key verification failed",)), ("missing", (b"command not found",)),
                       ("chatter", (b"last words",)), ("page", (b"no container engine",))):
        r = place.run("images", "--engine", "docker", env={**fake_ssh(place), "DOCKER_HOST": "ssh://box", "SSH_HOW": how}, timeout=30)
        assert r.code == 4 and b"ssh://box" in r.err and all(w in r.err for w in words) and b"\x1b" not in r.err, (how, r.code, r.err)
    empty = place.at("empty")
    os.mkdir(empty)
    r = place.run("images", "--engine", "docker", env={"PATH": empty, "DOCKER_HOST": "ssh://box"})
    assert r.code == 4 and b"no program 'ssh'" in r.err.replace(b"\\x27", b"'"), r.err
    # Nothing of it is left behind when the user gives up.
    p = subprocess.Popen([DRYDOCK, "images", "--engine", "docker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True, env={**fake_ssh(place), "HOME": place.path, "DOCKER_HOST": "ssh://box", "SSH_HOW": "silent"})
    while not ssh_calls(place):
        time.sleep(0.05)
    p.send_signal(signal.SIGINT)
    p.wait(20)
    for _ in range(100):
        if run("pgrep", "-g", p.pid).returncode:
            break
        time.sleep(0.1)
    else:
        assert False, "ssh is still there"


def no_permission(place):
    """The message says what to do."""
    if os.geteuid() or not shutil.which("setpriv"):
        return "needs root and setpriv"
    folder = place.at("closed")
    os.mkdir(folder)
    s = socketlib.socket(socketlib.AF_UNIX)
    s.bind(folder + "/s")
    s.listen(1)
    os.chmod(folder + "/s", 0o600)
    for path in (place.path, place.at(""), folder):
        os.chmod(path, 0o755)
    r = run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", DRYDOCK, "images", "--engine", "docker",
            env={"DOCKER_HOST": f"unix://{folder}/s", "PATH": os.environ["PATH"]}, cwd="/")
    s.close()
    if "Permission denied" in r.stderr and "docker at" not in r.stderr:
        return "another user cannot run the program from here"
    assert r.returncode == 4, r
    assert "no permission" in r.stderr and "group" in r.stderr and "sudo" in r.stderr, r.stderr
    return None


def main():
    tap = Tap()
    with Place() as place:
        db = place.database(*ADVISORIES)
        img = make_image(place)
        archives = {"docker": write(place.at("docker.tar"), img.docker_archive()), "oci": write(place.at("oci.tar"), img.oci_archive())}
        code, report, err = place.scan(db, archives["docker"], "--no-cache")
        assert report, err
        want = {"result": (packages(report), findings(report), code), "diff_ids": img.diff_ids}
        peer = Peer(place, db, img, archives, want)
        tap.case("no engine", no_engine, place)
        tap.case("no permission", no_permission, place)
        tap.case("ssh: addresses and failures", bad_ssh, place)
        tap.case("exports that are none", bad_exports, peer)
        tap.case("an engine that lies of its images", lies, peer)
        tap.case("engines that are given an image", bad_loads, peer)
        tap.case("places that take none", places_that_take_nothing, peer)
        tap.case("an image named by its index", by_index, peer)
        for name, check in (("docker", with_docker), ("podman", with_podman), ("containerd", with_containerd)):
            try:
                check(tap, peer)
            except Missing as why:
                tap.case(name, lambda why=why: str(why))
            except Exception as failed:  # a peer that cannot be prepared is a matter of its own
                def told(failed=failed):
                    if refused_here(str(failed)):
                        return str(failed).strip().splitlines()[-1][-200:]
                    raise failed
                tap.case(name, told)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
