#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`drydock outdated`: updates that wait in the distribution's own repositories, from stand-ins that are signed well, badly
and not at all; and from the real ones, compared with what apt itself says."""
import gzip
import hashlib
import io
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile

from outdated_test import found, outdated, rootfs
from support import faulty_server as fs
from support.program import Place, Tap


def packages_file(*rows):
    return "\n".join(f"Package: {n}\nVersion: {v}\nArchitecture: {a}\nDescription: x\n more\n" for n, v, a in rows).encode()


class Keys:
    """Two signers: the repository's, and another one."""

    def __init__(self, place):
        self.home = os.path.join(place.path, "gnupg")
        os.mkdir(self.home, 0o700)
        self.gpg = ["gpg", "--homedir", self.home, "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
        for name in ("good", "other"):
            subprocess.run([*self.gpg, "--quick-gen-key", f"{name}@example.org", "rsa2048", "sign", "never"], check=True,
                           capture_output=True)
        self.ring = place.at("good.gpg")
        with open(self.ring, "wb") as f:
            f.write(subprocess.run([*self.gpg, "--export", "good@example.org"], check=True, capture_output=True).stdout)

    def sign(self, text, who="good"):
        return subprocess.run([*self.gpg, "--clearsign", "-u", f"{who}@example.org"], input=text.encode(), check=True,
                              capture_output=True).stdout

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=False, capture_output=True)


def release(suite, index, until="Sat, 01 Jan 2050 00:00:00 UTC", label="Debian", more=""):
    line = f" {hashlib.sha256(index).hexdigest()} {len(index)} main/binary-amd64/Packages.xz"
    return (f"Origin: Debian\nLabel: {label}\nSuite: {suite}\nDate: Sat, 21 Nov 2020 08:49:37 UTC\nValid-Until: {until}\n"
            f"{more}SHA256:\n{line}\n")


INSTALLED = [("current", "1.0-1", "amd64"), ("behind", "1.0-1", "amd64"), ("insecure", "1.0-1", "amd64"),
             ("tzdata", "2020a", "all"), ("local", "9", "amd64"), ("backported", "2.0~bpo1", "amd64"),
             ("tempted", "1.0-1", "amd64"), ("foreign", "1.0", "i386")]
STATUS = "".join(f"Package: {n}\nStatus: install ok installed\nArchitecture: {a}\nVersion: {v}\nMaintainer: x\n\n"
                 for n, v, a in INSTALLED)
DEB_FILES = {"var/lib/dpkg/status": STATUS, "etc/os-release": "ID=debian\nVERSION_ID=12\n",
             "etc/apt/sources.list": "deb http://deb.debian.org/debian bookworm main\n"
                                     "deb http://deb.debian.org/debian bookworm main\n"
                                     "deb http://deb.debian.org/debian bookworm-backports main\n"
                                     "deb http://deb.debian.org/debian-security bookworm-security main\n"
                                     "deb http://127.0.0.1:1/internal x main\ndeb http://metadata.internal/ y main\n"
                                     "deb cdrom:[x]/ z main\ndeb http://deb.debian.org/flat ./\n"}
MAIN = packages_file(("behind", "1.0-2", "amd64"), ("current", "1.0-1", "amd64"), ("insecure", "1.0-1", "amd64"),
                     ("tzdata", "2020b", "all"), ("backported", "1.0", "amd64"), ("tempted", "1.0-1", "amd64"),
                     ("foreign", "2.0", "amd64"))
SECURITY = packages_file(("insecure", "1.0-1+deb12u1", "amd64"))
BACKPORTS = packages_file(("backported", "2.1~bpo1", "amd64"), ("tempted", "2.0~bpo1", "amd64"))
DEB_WANTED = {"update:deb:behind": "1.0-2", "update:deb:tzdata": "2020b", "security-update:deb:insecure": "1.0-1+deb12u1",
              "update:deb:backported": "2.1~bpo1"}


def serve_debian(server, keys, inrelease=None, index=None):
    main, security, backports = lzma.compress(MAIN), lzma.compress(SECURITY), lzma.compress(BACKPORTS)
    d = "/m/debian/dists/bookworm/"
    files = {d + "InRelease": keys.sign(release("oldstable", main, more="Acquire-By-Hash: yes\n")),
             d + "main/binary-amd64/by-hash/SHA256/" + hashlib.sha256(main).hexdigest(): main,
             "/m/debian/dists/bookworm-backports/InRelease": keys.sign(release(
                 "backports", backports, more="NotAutomatic: yes\nButAutomaticUpgrades: yes\n")),
             "/m/debian/dists/bookworm-backports/main/binary-amd64/Packages.xz": backports,
             "/m/debian-security/dists/bookworm-security/InRelease": keys.sign(release(
                 "oldstable-security", security, label="Debian-Security")),
             "/m/debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz": security}
    for path, data in files.items():
        server.script[path] = [fs.good(data)]
        if inrelease and path == d + "InRelease":
            server.script[path] = [fs.good(inrelease(data, main))]
        if index and "/bookworm/main" in path:
            server.script[path] = [fs.good(index(main))]


def debian(place, server, keys, *args):
    return outdated(place, server, rootfs(place, DEB_FILES), "--keyring", keys.ring, "--repository",
                    f"deb.debian.org={server.url}/m", *args, env={})


def with_keys(check, *args):
    if not shutil.which("gpg") or not shutil.which("gpgv"):
        return "gpg and gpgv are needed"
    with Place() as place, fs.serving() as server:
        keys = Keys(place)
        try:
            return check(place, server, keys, *args)
        finally:
            keys.close()


def apt_updates(place, server, keys):
    serve_debian(server, keys)
    code, report, _ = debian(place, server, keys)
    got = {i: f["fix"]["versions"][0] for i, f in found(report).items()}
    assert got == DEB_WANTED, (got, report["problems"])
    assert {f["severity"] for i, f in found(report).items() if i.startswith("security")} == {"medium"}
    warnings = " ".join(report["summary"]["warnings"])
    assert "127.0.0.1:1" in warnings and "metadata.internal" in warnings, warnings
    texts = [p["text"] for p in report["problems"]]
    assert code == 3 and len(texts) == 2 and any("cdrom" in t for t in texts) and any("flat" in t for t in texts), texts
    assert all(p.startswith("/m/") for p, _ in server.requests)
    asked = len(server.requests)
    assert asked == 6, server.requests  # an InRelease and an index each
    debian(place, server, keys)
    assert len(server.requests) == asked
    assert any("behind" in s["title"] for s in report["fixPlan"]), report["fixPlan"]


def tampered(signed, _):
    return signed.replace(b"Origin: Debian", b"Origin: Debiam")


def around(signed, _):
    more = release("x", b"y").encode()
    return more + b"\n" + signed + more


def apt_held(place, server, keys):
    """What the image's settings keep back is told beside the update; it is still an update."""
    serve_debian(server, keys)
    status = STATUS.replace("Package: behind\nStatus: install ok", "Package: behind\nStatus: hold ok")
    files = {**DEB_FILES, "var/lib/dpkg/status": status,
             "etc/apt/preferences.d/insecure": "Package: insec* nothing\nPin: version 1.0-1\nPin-Priority: 1001\n",
             "etc/apt/preferences.d/x.bak": "Package: tzdata\nPin: version 1\nPin-Priority: 1001\n",
             "etc/apt/preferences": "Package: *\nPin: release a=oldstable\nPin-Priority: 900\n"}
    code, report, _ = outdated(place, server, rootfs(place, files), "--keyring", keys.ring, "--repository",
                               f"deb.debian.org={server.url}/m", env={})
    got = found(report)
    assert {i: f["fix"]["versions"][0] for i, f in got.items()} == DEB_WANTED, report["problems"]
    notes = {i: f["note"] for i, f in got.items()}
    assert "on hold" in notes["update:deb:behind"], notes
    assert "security update" in notes["security-update:deb:insecure"] and "1001" in notes["security-update:deb:insecure"], notes
    assert not notes["update:deb:tzdata"], notes
    assert any("etc/apt/preferences" in w for w in report["summary"]["warnings"]), report["summary"]["warnings"]


def holds_as_apt_mark():
    """The file that `apt-mark hold` writes."""
    if not shutil.which("apt-mark") or os.geteuid():
        return "apt-mark and root are needed"
    with Place() as place, fs.serving() as server:
        folder = place.at("dpkg")
        os.makedirs(folder + "/info")
        with open(folder + "/status", "w", encoding="utf-8") as f:
            f.write(STATUS)
        for name in ("available", "triggers"):
            os.makedirs(folder + "/triggers", exist_ok=True)
            with open(f"{folder}/available", "w", encoding="utf-8"):
                pass
        p = subprocess.run(["dpkg", "--admindir", folder, "--set-selections"], input="behind hold\n", text=True, capture_output=True,
                           check=False)
        if p.returncode:
            return "dpkg cannot be used like that here: " + p.stderr.strip()[-100:]
        with open(folder + "/status", encoding="utf-8") as f:
            status = f.read()
        assert "hold ok installed" in status
        if not shutil.which("gpg") or not shutil.which("gpgv"):
            return "gpg and gpgv are needed"
        keys = Keys(place)
        try:
            serve_debian(server, keys)
            _, report, _ = outdated(place, server, rootfs(place, {**DEB_FILES, "var/lib/dpkg/status": status}), "--keyring", keys.ring,
                                    "--repository", f"deb.debian.org={server.url}/m", env={})
        finally:
            keys.close()
        notes = {i: f["note"] for i, f in found(report).items()}
        assert [i for i, n in notes.items() if n and "on hold" in n] == ["update:deb:behind"], notes
    return None


BAD_APT = [
    ("a changed InRelease", lambda keys: {"inrelease": tampered}, "not signed"),
    ("an InRelease that another key signed",
     lambda keys: {"inrelease": lambda _, main: keys.sign(release("oldstable", main), "other")}, "not signed"),
    ("an InRelease without a signature", lambda keys: {"inrelease": lambda _, main: release("oldstable", main).encode()},
     "not signed"),
    ("text around the signed one", lambda keys: {"inrelease": around}, None),
    ("an InRelease that is over", lambda keys: {"inrelease": lambda _, main: keys.sign(
        release("oldstable", main, until="Sat, 01 Jan 2022 00:00:00 UTC"))}, "valid until"),
    ("a date that is none", lambda keys: {"inrelease": lambda _, main: keys.sign(
        release("oldstable", main, until="never"))}, "valid until"),
    ("a page instead of InRelease", lambda keys: {"inrelease": lambda _, main: b"<html>login</html>"}, "not signed"),
    ("another index than promised", lambda keys: {"index": lambda main: lzma.compress(MAIN + b"\n")}, "digest"),
    ("a cut index", lambda keys: {"index": lambda main: main[:-10]}, "digest"),
]


def bad_apt(place, server, keys, replace, words):
    serve_debian(server, keys, **replace(keys))
    code, report, _ = debian(place, server, keys)
    texts = [p["text"] for p in report["problems"] if "cdrom" not in p["text"] and "flat" not in p["text"]]
    if words is None:  # what is around the signed text does not count: it is refused, or not read
        assert not texts or "not signed" in texts[0], texts
        return
    assert code == 3 and len(texts) == 1 and words in texts[0] and "bookworm" in texts[0], texts
    assert "update:deb:behind" not in found(report) and "security-update:deb:insecure" in found(report)


def apt_without_keyring(place, server, keys):
    serve_debian(server, keys)
    target = rootfs(place, {**DEB_FILES, "etc/apt/sources.list": "deb http://mirror.example.org/debian bookworm main\n"})
    code, report, _ = outdated(place, server, target, "--repository", f"mirror.example.org={server.url}/m", env={})
    assert code == 3 and "--keyring" in report["problems"][0]["text"], report["problems"]
    assert not report["findings"]


def as_apt_says():
    """This machine's own packages: the same updates as apt's, by name, version, and whether they are for security."""
    lists = subprocess.run(["sh", "-c", "ls /var/lib/apt/lists/*InRelease"], capture_output=True, text=True, check=False)
    if not shutil.which("apt") or not lists.stdout or not shutil.which("gpgv"):
        return "no lists of apt here"
    with Place() as place, fs.serving() as server:
        root = place.at("root")
        for name in ("var/lib/dpkg/status", "etc/os-release", "etc/apt/sources.list"):
            if os.path.exists("/" + name):
                os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
                shutil.copy("/" + name, os.path.join(root, name))
        shutil.copytree("/etc/apt/sources.list.d", os.path.join(root, "etc/apt/sources.list.d"), dirs_exist_ok=True)
        code, report, _ = outdated(place, server, "dir:" + root, "--upstream-packages", "1", env={})
        if any("--repository" in w for w in report["summary"]["warnings"]):
            return "apt is set up with other hosts than the distribution's"
        if report["problems"]:
            return "the repositories cannot be read: " + report["problems"][0]["text"]
        got = {(f["package"]["name"], f["fix"]["versions"][0]) for f in report["findings"] if ":deb:" in f["id"]}
        said = subprocess.run(["apt", "list", "--upgradable"], capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C"}).stdout
        want = {(line.split("/")[0], line.split()[1]) for line in said.splitlines() if "/" in line}
        if want - got or len(got) > len(want) + 20:
            assert not want - got, want - got
            return "apt's lists are older than the repositories"
        secure = {line.split("/")[0] for line in said.splitlines() if "-security" in line.split(" ")[0]}
        told = {f["package"]["name"] for f in report["findings"] if f["id"].startswith("security-update:deb:")}
        assert secure <= told, secure - told
    return None


# --- apk's repositories ---

APK_INSTALLED = "".join(f"P:{n}\nV:{v}\nA:x86_64\nS:1\nI:1\n\n" for n, v in [
    ("musl", "1.2.4-r0"), ("busybox", "1.36.1-r5"), ("local", "1.0-r0"), ("zlib", "1.2.13-r1")])
APK_FILES = {"lib/apk/db/installed": APK_INSTALLED, "etc/os-release": "ID=alpine\nVERSION_ID=3.18.4\n",
             "etc/apk/repositories": "http://dl-cdn.alpinelinux.org/alpine/v3.18/main\n"
                                     "https://dl-cdn.alpinelinux.org/alpine/v3.18/community/\n@edge https://x.example/edge\n"}


def apk_index(*rows, sign=None, early=None):
    """As abuild writes it: a signature, then the index, two gzip members of one tar. early: put before the signed part."""
    def part(end, **files):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as t:
            for name, data in files.items():
                info = tarfile.TarInfo(name.replace("__", "."))
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        data = out.getvalue()
        size = sum(512 + (len(d) + 511) // 512 * 512 for d in files.values())
        return gzip.compress(data if end else data[:size])
    text = "".join(f"C:Q1x=\nP:{n}\nV:{v}\nA:x86_64\nS:1\nI:1\nT:x\n\n" for n, v in rows).encode()
    index = part(True, DESCRIPTION=b"v3.18", APKINDEX=text)
    name, signature = sign(index) if sign else ("__SIGN__RSA__k__rsa__pub", b"x" * 256)
    return part(False, **{name: signature, **({"APKINDEX": early} if early else {})}) + index


def apk_signed():
    if not shutil.which("openssl"):
        return "openssl is needed"
    with Place() as place, fs.serving() as server:
        private, public = place.at("k.pem"), place.at("me@x-1.rsa.pub")
        subprocess.run(["openssl", "genrsa", "-out", private, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)

        def signer(algorithm, key="me@x-1.rsa.pub", more=b""):
            def sign(index):
                with open(place.at("data"), "wb") as f:
                    f.write(index + more)
                kind = {"sha1": "RSA", "sha256": "RSA256"}[algorithm]
                return f"__SIGN__{kind}__{key}".replace("__", "."), subprocess.run(
                    ["openssl", "dgst", f"-{algorithm}", "-sign", private, place.at("data")], check=True,
                    capture_output=True).stdout
            return sign
        files = {**APK_FILES, "etc/apk/repositories": "https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n"}
        evil = b"P:musl\nV:9\n\n"
        for sign, early, good in ((signer("sha1"), None, True), (signer("sha256"), None, True), (signer("sha1"), evil, True),
                                  (signer("sha1", more=b"x"), None, False), (signer("sha256", more=b"x"), None, False),
                                  (signer("sha1", "unknown-1.rsa.pub", b"x"), None, True),
                                  (signer("sha1", "..--etc-passwd", b"x"), None, True)):
            server.script["/a/alpine/v3.18/main/x86_64/APKINDEX.tar.gz"] = [fs.good(apk_index(
                ("musl", "1.2.4-r2"), sign=sign, early=early))]
            code, report, err = outdated(place, server, rootfs(place, files), "--keyring", public, "--recheck", "0",
                                         "--repository", f"dl-cdn.alpinelinux.org={server.url}/a", env={})
            if good:
                assert code == 0 and updates(report) == {"update:apk:musl": "1.2.4-r2"}, (updates(report), report["problems"], err)
            else:
                assert code == 3 and "is bad" in report["problems"][0]["text"] and not found(report), (report["problems"], err)
    return None


def apk_updates():
    with Place() as place, fs.serving() as server:
        d = "/a/alpine/v3.18/"
        server.script[d + "main/x86_64/APKINDEX.tar.gz"] = [fs.good(apk_index(
            ("musl", "1.2.4-r2"), ("musl", "1.2.4-r1"), ("busybox", "1.36.1-r5"), ("zlib", "1.2.13-r0")))]
        server.script[d + "community/x86_64/APKINDEX.tar.gz"] = [fs.good(apk_index(("zlib", "1.2.13-r10"), ("other", "1")))]
        args = ["--repository", f"dl-cdn.alpinelinux.org={server.url}/a"]
        code, report, err = outdated(place, server, rootfs(place, APK_FILES), *args, env={})
        got = {i: f["fix"]["versions"][0] for i, f in found(report).items()}
        assert code == 0 and got == {"update:apk:musl": "1.2.4-r2", "update:apk:zlib": "1.2.13-r10"}, (got, report["problems"])
        assert {f["fix"]["advice"] for f in report["findings"]} == {"apk upgrade musl", "apk upgrade zlib"}
        for bad in (b"", b"<html></html>", apk_index(("musl", "9"))[:-40], gzip.compress(b"x" * 2000), b"\x1f\x8b" + b"\0" * 100):
            server.script[d + "main/x86_64/APKINDEX.tar.gz"] = [fs.good(bad)]
            code, report, err = outdated(place, server, rootfs(place, APK_FILES), "--recheck", "0", *args, env={})
            assert code == 3 and len(report["problems"]) == 1 and "v3.18/main" in report["problems"][0]["text"], (bad[:20], code, err)
            assert {i for i in found(report)} == {"update:apk:zlib"}, found(report)


# --- rpm's repositories ---

RPM_INSTALLED = [("vim", "9.0-1.el9", "2", "x86_64"), ("openssl", "3.0-1.el9", "(none)", "x86_64"),
                 ("tzdata", "2020a-1", "(none)", "noarch"), ("current", "1-1", "(none)", "x86_64"),
                 ("local", "9-1", "(none)", "x86_64"), ("npm", "1-1.module_el9+1", "(none)", "x86_64"),
                 ("plain", "1-1", "(none)", "x86_64"), ("gpg-pubkey", "1-1", "(none)", "(none)")]
RPM_FILES = {"var/lib/rpmmanifest/container-manifest-2": "".join(
    f"{n}\t{v}\t1\t1\tx\t{e}\t1\t{a}\t{0 if e == '(none)' else e}\t{n}-{v}.src.rpm\n" for n, v, e, a in RPM_INSTALLED),
    "etc/os-release": "ID=almalinux\nVERSION_ID=9.3\n", "etc/dnf/vars/stream": "stable\n",
    "etc/yum.repos.d/a.repo": "[baseos]\nbaseurl=http://repo.almalinux.org/$stream/$releasever/${basearch}/os/\n"
                              "[off]\nbaseurl=https://repo.almalinux.org/off/\nenabled=0\n"}
RPM_BASE = "/r/stable/9/x86_64/os/"
RPM_ROWS = [("vim", "x86_64", "2", "9.0", "3.el9"), ("vim", "x86_64", "2", "9.0", "10.el9"), ("vim", "i686", "2", "9.9", "1"),
            ("openssl", "x86_64", "0", "3.0", "2.el9"), ("openssl", "src", "0", "9", "9"), ("tzdata", "noarch", "0", "2020b", "1"),
            ("current", "x86_64", "0", "1", "1"), ("npm", "x86_64", "0", "9", "1.module_el9+2"),
            ("plain", "x86_64", "0", "2", "1.module_el9+2"), ("other", "x86_64", "0", "1", "1")]
RPM_WANTED = {"security-update:rpm:vim": "2:9.0-10.el9", "update:rpm:openssl": "3.0-2.el9", "update:rpm:tzdata": "2020b-1"}


def primary_xml(rows):
    return ('<?xml version="1.0"?><metadata xmlns="http://linux.duke.edu/metadata/common" packages="1">' + "".join(
        f'<package type="rpm"><name>{n}</name><arch>{a}</arch><version epoch="{e}" ver="{v}" rel="{r}"/></package>'
        for n, a, e, v, r in rows) + "</metadata>").encode()


UPDATEINFO = b"""<updates><update type="security" status="final"><id>A-1</id><pkglist><collection>
<package name="vim" epoch="2" version="9.0" release="3.el9" arch="x86_64"/></collection></pkglist></update>
<update type="bugfix"><id>A-2</id><pkglist><collection>
<package name="openssl" epoch="0" version="3.0" release="2.el9" arch="x86_64"/></collection></pkglist></update></updates>"""


def repomd(**files):
    return ("<repomd>" + "".join(
        f'<data type="{t}"><checksum type="{"sha512" if t == "updateinfo" else "sha256"}">'
        f'{(hashlib.sha512 if t == "updateinfo" else hashlib.sha256)(data).hexdigest()}</checksum>'
        f'<size>{len(data)}</size><location href="repodata/{t}.xml.x"/></data>' for t, data in files.items()) + "</repomd>").encode()


def serve_rpm(server, base=RPM_BASE, replace=None, sign=None):
    files = {"primary": gzip.compress(primary_xml(RPM_ROWS)), "updateinfo": lzma.compress(UPDATEINFO)}
    whole = repomd(**files)
    for t, data in files.items():
        server.script[f"{base}repodata/{t}.xml.x"] = [fs.good(data)]
    server.script[base + "repodata/repomd.xml"] = [fs.good(whole)]
    if sign:
        server.script[base + "repodata/repomd.xml.asc"] = [fs.good(sign(whole))]
    for path, data in (replace or {}).items():
        server.script[base + "repodata/" + path] = [fs.good(data)]
    return whole


def rpm_outdated(place, server, *args, files=None):
    return outdated(place, server, rootfs(place, {**RPM_FILES, **(files or {})}), "--repository",
                    f"repo.almalinux.org={server.url}/r", *args, env={})


def updates(report):
    return {i: f["fix"]["versions"][0] for i, f in found(report).items()}


def rpm_updates():
    with Place() as place, fs.serving() as server:
        serve_rpm(server)
        code, report, err = rpm_outdated(place, server)
        assert code == 0 and updates(report) == RPM_WANTED, (code, updates(report), report["problems"], err)
        assert sorted(p for p, _ in server.requests) == [
            RPM_BASE + "repodata/" + f for f in ("primary.xml.x", "repomd.xml", "updateinfo.xml.x")], server.requests


def rpm_excluded():
    with Place() as place, fs.serving() as server:
        serve_rpm(server)
        repo = RPM_FILES["etc/yum.repos.d/a.repo"].replace("[off]", "excludepkgs=tz*, nothing\n[off]")
        code, report, err = rpm_outdated(place, server, files={**RPM_FILES, "etc/yum.repos.d/a.repo": repo,
                                                               "etc/dnf/dnf.conf": "[main]\nexclude=openssl.x86_64\n"})
        assert code == 0 and updates(report) == RPM_WANTED, (code, updates(report), report["problems"], err)
        notes = {i: f["note"] for i, f in found(report).items()}
        assert [i for i, n in sorted(notes.items()) if n and "exclude" in n] == ["update:rpm:openssl", "update:rpm:tzdata"], notes


BAD_RPM = [
    ("a page instead of repomd.xml", {"repomd.xml": b"<html>login</html>"}, "no repomd.xml"),
    ("an empty repomd.xml", {"repomd.xml": b""}, "xml"),
    ("a repomd.xml without packages", {"repomd.xml": b"<repomd/>"}, "no primary.xml"),
    ("a repomd.xml with SHA-1 only", {"repomd.xml": b'<repomd><data type="primary"><checksum type="sha">0</checksum>'
                                                    b'<location href="repodata/p"/></data></repomd>'}, "proves nothing"),
    ("a file elsewhere", {"repomd.xml": repomd(primary=b"").replace(b"repodata/primary", b"../../etc/x")}, "odd file"),
    ("other packages than promised", {"primary.xml.x": gzip.compress(primary_xml(RPM_ROWS[:1]))}, "digest"),
    ("a cut index", {"primary.xml.x": gzip.compress(primary_xml(RPM_ROWS))[:-9]}, "digest"),
    ("an index that is a page", {"repomd.xml": repomd(primary=b"<html/>"), "primary.xml.x": b"<html/>"}, "metadata"),
    ("an index that ends early", {"repomd.xml": repomd(primary=primary_xml(RPM_ROWS)[:-4]),
                                  "primary.xml.x": primary_xml(RPM_ROWS)[:-4]}, "xml"),
]


def bad_rpm(replace, words):
    with Place() as place, fs.serving() as server:
        serve_rpm(server, replace=replace)
        code, report, err = rpm_outdated(place, server)
        texts = [p["text"] for p in report["problems"]]
        assert code == 3 and len(texts) == 1 and words in texts[0] and "$stream" in texts[0], (texts, err)
        if "ends early" not in words and words in ("digest", "metadata"):
            assert not found(report), found(report)


def rpm_mirrors():
    lists = {"mirrorlist": lambda whole: b"# mirrors\nhttp://a.example/x\nhttps://not.allowed.example/x/\n"
                                         b"https://repo.almalinux.org/m/\n",
             "metalink": lambda whole: f"""<metalink><files><file name="repomd.xml"><verification><hash type="sha256">{
                 hashlib.sha256(whole).hexdigest()}</hash></verification><resources>
                 <url>https://not.allowed.example/repodata/repomd.xml</url>
                 <url>https://repo.almalinux.org/m/repodata/repomd.xml</url></resources></file></files></metalink>""".encode()}
    for key, make in lists.items():
        for right in (True, False):
            with Place() as place, fs.serving() as server:
                whole = serve_rpm(server, base="/r/m/")
                server.script["/l/list?repo=os-9&arch=x86_64"] = [fs.good(make(whole if right else b"x"))]
                code, report, err = rpm_outdated(place, server, "--repository", f"mirrors.almalinux.org={server.url}/l", files={
                    "etc/yum.repos.d/a.repo": f"[a]\n{key}=https://mirrors.almalinux.org/list?repo=os-$releasever&arch=$basearch\n"})
                if right or key == "mirrorlist":
                    assert code == 0 and updates(report) == RPM_WANTED, (key, code, report["problems"], err)
                else:
                    assert code == 3 and "metalink" in report["problems"][0]["text"] and not found(report), report["problems"]


def rpm_signed(place, server, keys):
    def sign(who):
        return lambda whole: subprocess.run([*keys.gpg, "--armor", "--detach-sign", "-u", f"{who}@example.org"], input=whole,
                                            check=True, capture_output=True).stdout
    for how, good in ((sign("good"), True), (sign("other"), True), (lambda w: sign("good")(w + b"\n"), False),
                      (lambda w: b"<html/>", False), (None, True)):
        server.script.clear()
        serve_rpm(server, sign=how)
        code, report, err = rpm_outdated(place, server, "--keyring", keys.ring, "--recheck", "0")
        if good:
            assert code == 0 and updates(report) == RPM_WANTED, (code, report["problems"], err)
        else:
            assert code == 3 and "signature is bad" in report["problems"][0]["text"] and not found(report), report["problems"]


def rpm_as_createrepo_writes():
    """What the real programs make: rpmbuild a package, createrepo_c its repository, in every compression."""
    if not shutil.which("rpmbuild") or not shutil.which("createrepo_c"):
        return "rpmbuild and createrepo_c are needed"
    with Place() as place, fs.serving() as server:
        top = place.at("top")
        spec = place.at("p.spec")
        with open(spec, "w", encoding="ascii") as f:
            f.write("Name: tzdata\nEpoch: 1\nVersion: 2021a\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\n"
                    "%description\nx\n%files\n")
        subprocess.run(["rpmbuild", "-bb", "--define", f"_topdir {top}", "--define", f"_dbpath {top}/db", spec], check=True,
                       capture_output=True)
        for kind in ("gz", "xz", "bz2", "zstd"):
            repo = os.path.join(top, "RPMS/noarch")
            shutil.rmtree(os.path.join(repo, "repodata"), ignore_errors=True)
            if subprocess.run(["createrepo_c", "--general-compress-type", kind, repo], check=False, capture_output=True).returncode:
                continue
            server.script.clear()
            for name in os.listdir(os.path.join(repo, "repodata")):
                with open(os.path.join(repo, "repodata", name), "rb") as f:
                    server.script[RPM_BASE + "repodata/" + name] = [fs.good(f.read())]
            code, report, err = rpm_outdated(place, server, "--recheck", "0")
            assert code == 0 and updates(report) == {"update:rpm:tzdata": "1:2021a-1"}, (kind, updates(report), report["problems"], err)
    return None


# --- the image's own tag, and its base's ---

def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def docker_archive(path, tag, labels, created="2020-01-02T03:04:05Z"):
    """As docker save writes it; gives the configuration's digest."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as t:
        t.addfile(tarfile.TarInfo("etc"), None)
    config = json.dumps({"architecture": "amd64", "os": "linux", "created": created, "config": {"Labels": labels},
                         "rootfs": {"type": "layers", "diff_ids": [sha256(layer.getvalue())]}}).encode()
    name = sha256(config)[7:] + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": [tag], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(path, "w") as t:
        for member, data in ((name, config), ("layer.tar", layer.getvalue()), ("manifest.json", manifest)):
            info = tarfile.TarInfo(member)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return sha256(config)


def registry_document(server, path, data, media):
    def answer(h):
        h.head(200, Content_Type=media, Content_Length=str(len(data)), Docker_Content_Digest=sha256(data))
        h.wfile.write(data)
    server.script[path] = [answer]


MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def manifest_of(config):
    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {
        "mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 1}, "layers": []}).encode()


def index_of(*manifests):
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
        {"mediaType": MANIFEST, "digest": sha256(m), "size": len(m), "platform": {"os": "linux", "architecture": arch}}
        for m, arch in manifests]}).encode()


def tags(moved, base_moved):
    with Place() as place, fs.serving() as server:
        host = f"localhost:{server.port}"
        server.script["/v2/"] = [lambda h: h.head(200, Content_Length="0")]
        old_base, new_base = index_of((b"{}", "amd64")), index_of((b"{ }", "amd64"))
        config = docker_archive(place.at("i.tar"), f"{host}/app:1.2", {
            "org.opencontainers.image.base.name": f"{host}/base:12", "org.opencontainers.image.base.digest": sha256(old_base)})
        manifest = manifest_of("sha256:" + "0" * 64 if moved else config)
        index = index_of((b"[]", "arm64"), (manifest, "amd64"))
        registry_document(server, "/v2/app/manifests/1.2", index, INDEX)
        registry_document(server, f"/v2/app/manifests/{sha256(manifest)}", manifest, MANIFEST)
        registry_document(server, "/v2/base/manifests/12", new_base if base_moved else old_base, INDEX)
        code, report, err = outdated(place, server, place.at("i.tar"), env={})
        assert code == 0 and not server.requests and host in " ".join(report["summary"]["warnings"]), "only when it is allowed"
        code, report, err = outdated(place, server, place.at("i.tar"), "--repository", host, "--insecure-registry", host, env={})
        ids = {i for i in found(report) if i.startswith("image:")}
        want = {"image:not-pinned", "image:old"} | ({"image:tag-moved"} if moved else set()) | (
            {"image:base-moved"} if base_moved else set())
        assert ids == want, (ids, report["problems"], err)
        if base_moved:
            assert sha256(new_base) in found(report)["image:base-moved"]["fix"]["advice"]


def pins():
    for tag, want in (("app:latest", "image:floating-tag"), ("app:1.2", "image:not-pinned"), ("h:1/app:edge", "image:floating-tag")):
        with Place() as place, fs.serving() as server:
            docker_archive(place.at("i.tar"), tag, {})
            _, report, _ = outdated(place, server, place.at("i.tar"), "--offline", env={})
            assert set(found(report)) == {want, "image:old"}, (tag, report["findings"])
            _, report, _ = outdated(place, server, place.at("i.tar"), "--offline", "--max-age", "0", env={})
            assert set(found(report)) == {want}
            docker_archive(place.at("i.tar"), tag, {}, created="1970-01-01T00:00:00Z")
            _, report, _ = outdated(place, server, place.at("i.tar"), "--offline", env={})
            assert set(found(report)) == {want}, "a reproducible build has no age"


def main():
    tap = Tap()
    tap.case("updates in apt's repositories", with_keys, apt_updates)
    for name, replace, words in BAD_APT:
        tap.case(name, with_keys, bad_apt, replace, words)
    tap.case("packages on hold and pinned", with_keys, apt_held)
    tap.case("a hold as dpkg writes it", holds_as_apt_mark)
    tap.case("a repository without a keyring", with_keys, apt_without_keyring)
    tap.case("the same updates as apt", as_apt_says)
    tap.case("updates in apk's repositories", apk_updates)
    tap.case("apk: signatures", apk_signed)
    tap.case("updates in rpm's repositories", rpm_updates)
    tap.case("rpm: excluded packages", rpm_excluded)
    for name, replace, words in BAD_RPM:
        tap.case("rpm: " + name, bad_rpm, replace, words)
    tap.case("rpm: lists of mirrors", rpm_mirrors)
    tap.case("rpm: signatures", with_keys, rpm_signed)
    tap.case("rpm: repositories by createrepo_c", rpm_as_createrepo_writes)
    tap.case("pinned, floating, old", pins)
    for moved in (False, True):
        for base_moved in (False, True):
            tap.case(f"the tag {'moved' if moved else 'stayed'}, the base's {'moved' if base_moved else 'stayed'}", tags, moved,
                     base_moved)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
