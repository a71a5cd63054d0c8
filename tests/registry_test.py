#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The registry client and `drydock login` against a real registry (docker-registry): plain, with TLS, with basic
authentication; what is pushed is read back by skopeo and the other way round."""
import base64
import contextlib
import gzip
import io
import json
import os
import pty
import shutil
import socket
import subprocess
import sys
import tarfile
import time

from support import faulty_server as fs
from support.certificates import authority, certificate
from support.program import DRYDOCK, Tap
from support.registry_probe import CONFIG, INDEX, MANIFEST, Home, digest

LAYER_KIND = "application/vnd.oci.image.layer.v1.tar+gzip"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Registry:
    """docker-registry in a directory of the home; pem: a certificate with its key, htpasswd: a file of users."""

    def __init__(self, home, pem=None, htpasswd=None):
        self.name = f"localhost:{free_port()}"
        folder = home.at("registry-" + self.name.split(":")[1])
        os.mkdir(folder)
        config = ["version: 0.1", "log: {accesslog: {disabled: false}}", "storage:", "  filesystem: {rootdirectory: %s}" % folder,
                  "  delete: {enabled: true}"]
        if htpasswd:
            config.append("auth: {htpasswd: {realm: test, path: %s}}" % htpasswd)
        address = "127.0.0.1:" + self.name.split(":")[1]
        config.append(f"http: {{addr: \"{address}\"" + (f", tls: {{certificate: {pem}, key: {pem}}}" if pem else "") + "}")
        path = home.write(f"{folder}.yml", "\n".join(config) + "\n")
        self.log = open(folder + ".log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(["docker-registry", "serve", path], stdout=self.log, stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "OTEL_TRACES_EXPORTER": "none"})
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(address.split(":")[1])), 1):
                return
            time.sleep(0.05)
        raise AssertionError("docker-registry does not listen")

    def requests(self):
        """Lines of its access log so far."""
        time.sleep(0.1)
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as f:
            return [line for line in f if '" ' in line and "HTTP/" in line]

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


@contextlib.contextmanager
def registry(home, **more):
    r = Registry(home, **more)
    try:
        yield r
    finally:
        r.close()


def image(salt):
    """(layer, config, manifest) of a small image."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        info = tarfile.TarInfo("etc/os-release")
        data = b"ID=debian\nVERSION_ID=12\n" + salt
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
    tar = out.getvalue()
    layer = gzip.compress(tar, mtime=0)
    config = json.dumps({"os": "linux", "architecture": "amd64", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": [digest(tar)]}}).encode()
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST,
                           "config": {"mediaType": CONFIG, "digest": digest(config), "size": len(config)},
                           "layers": [{"mediaType": LAYER_KIND, "digest": digest(layer), "size": len(layer)}]}).encode()
    return layer, config, manifest


def store(home, name, data):
    path = home.at(name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def push_image(home, reference, parts, *options, chunk=0):
    layer, config, manifest = parts
    for data in (layer, config):
        home.probe(*options, "push-blob", reference, store(home, "blob", data), chunk).good()
    return home.probe(*options, "push-manifest", reference, store(home, "manifest", manifest), MANIFEST).good()


def lacks(*programs):
    missing = [p for p in programs if not shutil.which(p)]
    return f"{' and '.join(missing)} not installed" if missing else None


def there_and_back():
    missing = lacks("docker-registry", "skopeo")
    if missing:
        return missing
    with Home() as h, registry(h) as r:
        layer, config, manifest = parts = image(b"")
        insecure = ("--insecure", r.name)
        at = r.name + "/team/app"
        for chunk in (0, 64):
            tag = f"c{chunk}"
            assert push_image(h, f"{at}:{tag}", image(bytes([chunk])), *insecure, chunk=chunk).text()
            checked = subprocess.run(["skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", f"docker://{at}:{tag}", "oci:" + h.at("copy-" + tag)],
                                     capture_output=True, check=False)
            assert checked.returncode == 0, checked.stderr
        push_image(h, f"{at}:1", parts, *insecure)
        # What skopeo pushes we pull; what it says of the image we say.
        subprocess.run(["skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false", f"docker://{at}:1",
                        f"docker://{at}:skopeo"], check=True, capture_output=True)
        assert h.probe(*insecure, "manifest", at + ":skopeo").text() == f"{digest(manifest)} {MANIFEST}\n{manifest.decode()}"
        theirs = json.loads(subprocess.run(["skopeo", "inspect", "--tls-verify=false", f"docker://{at}:skopeo"], check=True,
                                           capture_output=True).stdout)
        assert h.probe(*insecure, "head", at + ":skopeo").text() == f"{theirs['Digest']} {MANIFEST} {len(manifest)}\n"
        assert sorted(h.probe(*insecure, "tags", at).text().splitlines()[:-1]) == sorted(theirs["RepoTags"])
        assert h.probe(*insecure, "blob", at, digest(layer), len(layer)).good().out == layer
        assert h.probe(*insecure, "blob", at, digest(layer), len(layer), 10).good().out == layer[10:]
        assert h.probe(*insecure, "small", at, digest(config), len(config)).good().out == config
        # A range is asked for, not passed over.
        assert any(f"/blobs/{digest(layer)}" in line and '" 206 ' in line for line in r.requests()), r.requests()
    return None


def what_is_not_there():
    missing = lacks("docker-registry")
    if missing:
        return missing
    with Home() as h, registry(h) as r:
        insecure = ("--insecure", r.name)
        push_image(h, r.name + "/app:1", image(b""), *insecure)
        h.probe(*insecure, "manifest", r.name + "/app:2").failed("notfound", r.name, "MANIFEST_UNKNOWN")
        h.probe(*insecure, "manifest", r.name + "/nobody:2").failed("notfound", r.name)
        h.probe(*insecure, "tags", r.name + "/nobody").failed("notfound", r.name, "NAME_UNKNOWN")
        h.probe(*insecure, "blob", r.name + "/app", digest(b"x"), 1).failed("notfound", r.name, digest(b"x"))
        assert h.probe(*insecure, "exists", r.name + "/app", digest(b"x")).text() == "missing\n"
        h.probe("manifest", r.name + "/app:1").failed("net", r.name, "--insecure-registry")
        # The registry looks at the digest itself.
        wrong = store(h, "manifest", image(b"other")[2])
        h.probe(*insecure, "push-manifest", r.name + "/app:3", wrong, MANIFEST).failed("net", r.name, "BLOB_UNKNOWN")
    return None


def mounts_and_referrers():
    missing = lacks("docker-registry")
    if missing:
        return missing
    with Home() as h, registry(h) as r:
        insecure = ("--insecure", r.name)
        layer, _, manifest = image(b"")
        push_image(h, r.name + "/base:1", image(b""), *insecure)
        assert h.probe(*insecure, "mount", r.name + "/app", digest(layer), "base").text() == "mounted\n"
        assert h.probe(*insecure, "exists", r.name + "/app", digest(layer)).text() == "there\n"
        assert h.probe(*insecure, "mount", r.name + "/app", digest(b"x"), "base").text() == "refused\n"
        # This registry has no referrers API: they are listed under the fallback tag.
        assert h.probe(*insecure, "referrers", r.name + "/base", digest(manifest)).text() == "0 fallback odd 0\n"
        h.probe(*insecure, "push-blob", r.name + "/base", store(h, "empty", b"{}")).good()
        for n in range(3):
            artifact = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": f"application/x.{n}",
                                   "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": digest(b"{}"), "size": 2},
                                   "layers": [], "subject": {"mediaType": MANIFEST, "digest": digest(manifest),
                                                             "size": len(manifest)}}).encode()
            reference = f"{r.name}/base@{digest(artifact)}"
            pushed = h.probe(*insecure, "push-manifest", reference, store(h, "artifact", artifact), MANIFEST).text()
            assert pushed == f"{digest(artifact)} listed fallback\n", pushed
        lines = h.probe(*insecure, "referrers", r.name + "/base", digest(manifest)).text().splitlines()
        assert [line.split()[3] for line in lines[:-1]] == ["application/x.0", "application/x.1", "application/x.2"], lines
        lines = h.probe(*insecure, "referrers", r.name + "/base", digest(manifest), "application/x.1").text().splitlines()
        assert lines[-1] == "1 fallback odd 0"
        index = h.probe(*insecure, "manifest", f"{r.name}/base:{digest(manifest).replace(':', '-')}").text()
        assert INDEX in index.splitlines()[0]
    return None


def signing_in():
    missing = lacks("docker-registry", "htpasswd", "openssl")
    if missing:
        return missing
    with Home() as h:
        os.mkdir(h.at("tls"))
        authority(h.at("tls"))
        pem, ca = certificate(h.at("tls"), "good", "localhost"), h.at("tls/ca.pem")
        users = subprocess.run(["htpasswd", "-Bbn", "user", "open-sesame"], check=True, capture_output=True).stdout.decode()
        with registry(h, pem=pem, htpasswd=h.write("users", users)) as r:
            def login(*more, password="open-sesame\n", env=None):
                p = subprocess.run([DRYDOCK, "login", "--registry-ca", ca, "--password-stdin", *more], input=password.encode(),
                                   env=h.environment(env), capture_output=True, check=False)
                assert b"open-sesame" not in p.stdout + p.stderr
                return p
            trusted = ("--ca", ca)
            h.probe(*trusted, "manifest", r.name + "/app:1").failed("net", r.name, "401", "drydock login " + r.name)
            h.probe("manifest", r.name + "/app:1").failed("net", r.name, "certificate")
            p = login("--username", "user", r.name, password="wrong")
            assert p.returncode == 4 and b"401" in p.stderr and not os.path.exists(h.at(".docker/config.json")), p.stderr
            p = login("--username", "user", r.name)
            assert p.returncode == 0 and b"config.json" in p.stderr and r.name.encode() in p.stdout, p.stderr
            assert os.stat(h.at(".docker/config.json")).st_mode & 0o777 == 0o600
            push_image(h, r.name + "/app:1", image(b""), *trusted)
            assert [line for line in r.requests() if "HTTP/2.0" in line], r.requests()
            # docker's own reader of that file.
            if shutil.which("skopeo"):
                p = subprocess.run(["skopeo", "inspect", "--authfile", h.at(".docker/config.json"), "--tls-verify=false",
                                    f"docker://{r.name}/app:1"], capture_output=True, check=False)
                assert p.returncode == 0, p.stderr
            out = subprocess.run([DRYDOCK, "logout", r.name], env=h.environment(), capture_output=True, check=True).stdout
            assert out.decode() == f"logged out from {r.name}\n"
            h.probe(*trusted, "manifest", r.name + "/app:1").failed("net", r.name, "401")
            # What was in the file stays; skopeo's login is as good as ours.
            h.write(".docker/config.json", json.dumps({"HttpHeaders": {"X": "1"}, "auths": {"other": {"auth": "eDp5"}}, "n": 1.5}))
            assert login("--username", "user", r.name).returncode == 0
            subprocess.run([DRYDOCK, "logout", r.name], env=h.environment(), capture_output=True, check=True)
            with open(h.at(".docker/config.json"), encoding="utf-8") as f:
                assert json.load(f) == {"HttpHeaders": {"X": "1"}, "auths": {"other": {"auth": "eDp5"}}, "n": 1.5}
            if shutil.which("skopeo"):
                subprocess.run(["skopeo", "login", "--tls-verify=false", "--authfile", h.at("auth.json"), "-u", "user",
                                "--password-stdin", r.name], input=b"open-sesame", check=True, capture_output=True)
                h.probe(*trusted, "manifest", r.name + "/app:1", env={"REGISTRY_AUTH_FILE": h.at("auth.json")}).good()
    return None


def login_by_helper():
    """The helper has the secret, config.json a sign that it has; erasing asks the helper."""
    with Home() as h:
        h.write("bin/docker-credential-box", "#!/bin/sh\ncase $1 in\nstore) cat >\"$HOME/box\" ;;\nerase) read -r x; echo \"$x\" "
                ">>\"$HOME/erased\"; rm -f \"$HOME/box\" ;;\nget) cat \"$HOME/box\" ;;\nesac\n", 0o755)
        h.write(".docker/config.json", json.dumps({"credsStore": "box", "auths": {"reg.test": {"auth": "eDp5"}}}))
        with fs.serving() as s:
            name = s.url.split("//")[1]
            s.script["/v2/"] = [fs.status(200, b"{}")]
            env = h.environment({"PATH": h.at("bin") + ":" + os.environ["PATH"]})
            p = subprocess.run([DRYDOCK, "login", "--insecure-registry", name, "-u", "me", "--password-stdin", name], input=b"a\"b\\c\n",
                               env=env, capture_output=True, check=False)
            assert p.returncode == 0 and b"could not be checked" in p.stderr, p.stderr
            with open(h.at("box"), encoding="utf-8") as f:
                assert json.load(f) == {"ServerURL": name, "Username": "me", "Secret": "a\"b\\c"}
            with open(h.at(".docker/config.json"), encoding="utf-8") as f:
                assert json.load(f)["auths"] == {"reg.test": {"auth": "eDp5"}, name: {}}
            subprocess.run([DRYDOCK, "logout", name], env=env, check=True, capture_output=True)
            subprocess.run([DRYDOCK, "logout", "docker.io"], env=env, check=True, capture_output=True)
            with open(h.at("erased"), encoding="utf-8") as f:
                assert f.read().splitlines() == [name, "https://index.docker.io/v1/"]
            assert not os.path.exists(h.at("box"))


def login_mistakes():
    with Home() as h:
        for words, code, text in ((["a b"], 2, b"HOST"), (["--password-stdin", "x.test"], 2, b"--username"), ([], 2, b"HOST"),
                                  (["-u", "x", "--password-stdin", "x.test"], 2, b"empty"), (["-u", "x", "x.test"], 2, b"terminal"),
                                  (["--offline", "-u", "x", "x.test"], 2, b"--offline")):
            p = subprocess.run([DRYDOCK, "login", *words], env=h.environment(), capture_output=True, check=False,
                               stdin=subprocess.DEVNULL, start_new_session=True)
            assert p.returncode == code and text in p.stderr, (words, p.returncode, p.stderr)
        p = subprocess.run([DRYDOCK, "login", "-u", "x", "--password-stdin", "x.test"], input=b"a\nb\n", env=h.environment(),
                           capture_output=True, check=False)
        assert p.returncode == 2 and b"more than one line" in p.stderr
        p = subprocess.run([DRYDOCK, "logout", "x.test"], env=h.environment(), capture_output=True, check=False)
        assert p.returncode == 0 and p.stdout == b"not logged in to x.test\n" and not os.path.exists(h.at(".docker/config.json"))


def at_terminal(home, words, keys):
    """(exit code, what the terminal showed) of a program to which the keys are typed, each after its question."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(DRYDOCK, [DRYDOCK, *words], home.environment())
    shown = b""
    with contextlib.suppress(OSError):  # the terminal of a program that ended
        for question, answer in keys:
            while question not in shown:
                part = os.read(fd, 1000)
                if not part:
                    break
                shown += part
            os.write(fd, answer)
        while part := os.read(fd, 1000):
            shown += part
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def login_at_a_terminal():
    with Home() as h, fs.serving() as s:
        name = s.url.split("//")[1]
        s.script["/v2/"] = [fs.status(200, b"{}")]
        words = ["login", "--insecure-registry", name, name]
        # Backspace and Ctrl-U edit the line that is not shown.
        code, shown = at_terminal(h, words, [(b"User name: ", b"me\n"), (b"Password: ", b"wrong\x15open-sesamx\x7fe\n")])
        assert code == 0 and "sesam" not in shown and "logged in" in shown, (code, shown)
        with open(h.at(".docker/config.json"), encoding="utf-8") as f:
            assert json.load(f)["auths"][name]["auth"] == base64.b64encode(b"me:open-sesame").decode()
        os.remove(h.at(".docker/config.json"))
        code, shown = at_terminal(h, words, [(b"User name: ", b"me\n"), (b"Password: ", b"abc\x03")])
        assert code == 2 and "abc" not in shown and not os.path.exists(h.at(".docker/config.json")), (code, shown)


def main():
    tap = Tap()
    for case in (there_and_back, what_is_not_there, mounts_and_referrers, signing_in, login_by_helper, login_at_a_terminal,
                 login_mistakes):
        if not sys.argv[1:] or case.__name__ in sys.argv[1:]:
            tap.case(case.__name__.replace("_", " "), case)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
