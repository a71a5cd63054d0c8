# SPDX-License-Identifier: Apache-2.0
"""Runs build/tests/registry-probe in a home directory of its own, and makes images for registries."""
import base64
import hashlib
import json
import os
import subprocess
import tempfile

PROBE = os.path.abspath(os.environ.get("REGISTRY_PROBE", "build/tests/registry-probe"))
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


def digest(data, algorithm="sha256"):
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


class Result:
    def __init__(self, p):
        self.code, self.out, self.err = p.returncode, p.stdout, p.stderr.decode("utf-8", "backslashreplace")

    def failed(self, kind, *words):
        """It failed with an error of that kind whose message has these words."""
        assert self.code == 1, f"exit code {self.code}: {self.err}"
        last = self.err.splitlines()[-1]
        assert last.startswith(f"error {kind}: "), self.err
        for word in words:
            assert word in last, f"no {word!r} in: {last}"
        return self

    def good(self):
        assert self.code == 0, f"exit code {self.code}: {self.err}"
        return self

    def text(self):
        return self.good().out.decode()


class Home:
    """A home directory without any settings."""

    def __init__(self):
        self.tmp = tempfile.TemporaryDirectory(prefix="drydock-registry-")
        self.path = self.tmp.name
        os.mkdir(self.at(".docker"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmp.cleanup()

    def at(self, name):
        return os.path.join(self.path, name)

    def environment(self, more=None):
        env = {"PATH": os.environ["PATH"], "HOME": self.path, "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": self.at("run"),
               "CONTAINERS_REGISTRIES_CONF": self.at("registries.conf"), "PROBE_CERTS": self.at("certs.d")}
        if not os.path.exists(self.at("registries.conf")):
            self.write("registries.conf", "")
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more or {})
        return env

    def probe(self, *words, env=None, timeout=60):
        command = [PROBE, "--wait", "10", "--stall", "1", *[str(w) for w in words]]
        p = subprocess.run(command, env=self.environment(env), cwd=self.path, capture_output=True, timeout=timeout, check=False,
                           stdin=subprocess.DEVNULL)
        assert p.returncode in (0, 1), f"{command}: {p.returncode}\n{p.stderr.decode()}"
        return Result(p)

    def write(self, name, content, mode=0o644):
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)
        os.chmod(path, mode)
        return path

    def login(self, host, user="user", password="open-sesame", file=".docker/config.json", **more):
        auth = base64.b64encode(f"{user}:{password}".encode()).decode()
        return self.write(file, json.dumps({"auths": {host: {"auth": auth, **more}}}))
