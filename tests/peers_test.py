#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One image as real programs store it: `docker save` from a running Docker engine, `podman save` in its formats, skopeo
with gzip, zstd and plain layers. A scan of each must find the same packages and vulnerabilities.

The engine is started here, in a folder of its own, without touching the machine's network, and ended by its process id.
A peer that is not there, or may not run here, is skipped by name."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from support.tap import PROGRAM, ROOT, Tap, run

STARTER = os.path.join(ROOT, "data", "starter")
IMAGE = "drydock.example/leaky-debian:1"
START_SECONDS = 60


class Failed(Exception):
    """A peer's command did not work; the text says why."""


def must(*command, **more):
    done = run(*command, **more)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


class Engine:
    """A Docker engine of our own."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = os.path.join(folder, "docker.sock")
        self.process = None

    def __enter__(self):
        log = open(os.path.join(self.folder, "dockerd.log"), "wb")
        self.process = subprocess.Popen(
            ["dockerd", "-H", f"unix://{self.socket}", "--data-root", f"{self.folder}/data", "--exec-root",
             f"{self.folder}/exec", "-p", f"{self.folder}/pid", "--storage-driver=vfs", "--iptables=false",
             "--ip6tables=false", "--bridge=none"], stdout=log, stderr=log, start_new_session=True)
        log.close()
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            if os.path.exists(self.socket) and run("docker", "-H", f"unix://{self.socket}", "version").returncode == 0:
                return self
            time.sleep(0.3)
        self.__exit__()
        with open(os.path.join(self.folder, "dockerd.log"), encoding="utf-8", errors="replace") as f:
            lines = f.read().splitlines() or ["it says nothing"]
        why = [line for line in lines if re.search("level=fatal|panic:|failed to start", line)] or lines[-1:]
        raise Failed("the engine does not start here: " + why[0].strip()[:300])

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def docker(self, *words):
        return must("docker", "-H", f"unix://{self.socket}", *words, env={**os.environ, "DOCKER_BUILDKIT": "0"})


def docker_save(source, folder):
    """As the engine stores it, and again after it has added layers of its own to it."""
    context = os.path.join(folder, "context")
    os.mkdir(context)
    with open(os.path.join(context, "Dockerfile"), "w", encoding="utf-8") as f:
        f.write(f"FROM {IMAGE}\nCOPY Dockerfile /Dockerfile\nUSER nobody\n")
    with Engine(folder) as engine:
        engine.docker("load", "-i", source)
        engine.docker("save", "-o", f"{folder}/saved.tar", IMAGE)
        engine.docker("build", "--quiet", "--network=none", "-t", "drydock.example/built:1", context)
        engine.docker("save", "-o", f"{folder}/built.tar", "drydock.example/built:1")
        version = engine.docker("version", "--format", "{{.Server.Version}}").strip()
    return [(f"docker {version} save", f"{folder}/saved.tar"), ("docker build on top, docker save", f"{folder}/built.tar")]


def podman_save(source, folder):
    podman = ["podman", "--root", f"{folder}/root", "--runroot", f"{folder}/run", "--storage-driver", "vfs"]
    if run(*podman, "info").returncode:
        raise Failed("podman does not start here: " + run(*podman, "info").stderr.strip()[-300:])
    must(*podman, "load", "-i", source)
    out = []
    for form in ("docker-archive", "oci-archive", "oci-dir", "docker-dir"):
        target = f"{folder}/{form}"
        must(*podman, "save", "--format", form, "-o", target, IMAGE)
        if form != "docker-dir":  # podman's own form for skopeo's dir: transport, no image layout
            out.append((f"podman save --format {form}", target))
    # The files of the layers belong to other users when podman ran without root.
    run(*podman, "unshare", "rm", "-rf", f"{folder}/root") if os.getuid() else shutil.rmtree(f"{folder}/root", True)
    return out


def skopeo_copy(source, folder):
    skopeo = ["skopeo", "copy", "--quiet", "--insecure-policy"]
    copies = [("oci gzip", ["--dest-compress-format", "gzip"], f"oci:{folder}/gzip:1", f"{folder}/gzip"),
              ("oci zstd", ["--dest-compress-format", "zstd"], f"oci:{folder}/zstd:1", f"{folder}/zstd"),
              ("oci-archive", [], f"oci-archive:{folder}/archive.tar:x", f"{folder}/archive.tar"),
              ("docker-archive", [], f"docker-archive:{folder}/docker.tar:{IMAGE}", f"{folder}/docker.tar")]
    out = []
    for name, options, target, path in copies:
        must(*skopeo, *options, f"docker-archive:{source}", target)
        out.append((f"skopeo copy to {name}", path))
    return out


def umoci_unpack(source, folder):
    """A root file system as a folder: what umoci makes of the layers is one tree without them."""
    must("skopeo", "copy", "--quiet", "--insecure-policy", f"docker-archive:{source}", f"oci:{folder}/layout:1")
    must("umoci", "unpack", "--rootless", "--image", f"{folder}/layout:1", f"{folder}/bundle")
    return [("umoci unpack, as root file system", f"dir:{folder}/bundle/rootfs")]


PEERS = (("docker", ("docker", "dockerd"), docker_save), ("podman", ("podman",), podman_save),
         ("skopeo", ("skopeo",), skopeo_copy), ("umoci", ("skopeo", "umoci"), umoci_unpack))


def scan(database, folder, target):
    """What identifies the result: packages and findings without what depends on how the image was stored."""
    report = os.path.join(folder, "report.json")
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1795219200", "DRYDOCK_CACHE": os.path.join(folder, "cache")}
    done = run(PROGRAM, "scan", "--db", database, "--format", f"json={report}", target, env=env)
    if done.returncode not in (0, 1):
        raise Failed(f"exit status {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    with open(report, encoding="utf-8") as f:
        document = json.load(f)
    os.unlink(report)
    return (sorted((p["name"], p["version"], p["source"]["version"]) for p in document["packages"]),
            sorted((f["id"], (f.get("package") or {}).get("name", ""), f["severity"], f["fix"]["state"],
                    f["fix"].get("version")) for f in document["findings"] if f["kind"] != "secret"),
            document["problems"],
            sorted((f["id"], f["location"]["path"], f["secret"]["state"], f["secret"]["fingerprint"])
                   for f in document["findings"] if f["kind"] == "secret"))


def expected(what, want):
    """A tree has neither what upper layers deleted nor a configuration: the secrets of files that are still there."""
    if "root file system" not in what:
        return want
    paths = re.compile(r"(?:config|history)[. ]")
    return (*want[:3], [s for s in want[3] if s[2] == "live" and not paths.match(s[1])])


def refused_here(text):
    """Peers need rights that a container or a plain user may lack: that is no fault of ours."""
    words = ("permission denied", "not permitted", "must be root", "needs to be started with root", "does not start here",
             "cannot clone", "newuidmap", "subuid", "unshare")
    return any(w in text.lower() for w in words)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = run(os.path.join(ROOT, "examples", "leaky-image", "build"), folder)
        database = os.path.join(folder, "starter.db")
        built = run(PROGRAM, "db", "build", "--source", f"starter:{STARTER}/advisories", "-o", database)
        if not tap.ok(made.returncode == 0 == built.returncode, "image and database", made.stderr, built.stderr):
            return tap.done()
        source = os.path.join(folder, "leaky-debian.tar")
        want = scan(database, folder, source)
        tap.ok(len(want[0]) > 80 and len(want[1]) > 30 and len(want[3]) > 10, "the image has packages, findings and secrets")
        for name, programs, make in PEERS:
            lacking = [p for p in programs if not shutil.which(p)]
            if lacking:
                tap.skip(name, f"{' and '.join(lacking)} is not installed")
                continue
            place = os.path.join(folder, name)
            os.mkdir(place)
            try:
                for what, target in make(source, place):
                    tap.equal(scan(database, folder, target), expected(what, want), what)
            except Failed as failed:
                if refused_here(str(failed)) and not str(failed).startswith("exit status"):
                    tap.skip(name, str(failed).splitlines()[-1][-200:])
                else:
                    tap.ok(False, name, failed)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
