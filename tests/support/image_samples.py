# SPDX-License-Identifier: Apache-2.0
"""A small Debian-like image with three packages, and advisories that two of them match."""
from images import Image, directory, file, layer_tar, symlink, whiteout

OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_CODENAME=bookworm\n'


def status(*rows):
    text = ""
    for name, version, *source in rows:
        text += f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: Debian Team <x@lists.debian.org>\n"
        text += f"Source: {source[0]}\n" if source else ""
        text += f"Version: {version}\nDescription: x\n\n"
    return text


def advisory(cve, package, fixed, release="12"):
    return {"schema_version": "1.6.0", "id": cve, "modified": "2024-01-01T00:00:00Z", "published": "2024-01-01T00:00:00Z",
            "summary": f"flaw in {package}", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            "affected": [{"package": {"ecosystem": f"Debian:{release}", "name": package},
                          "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}


ADVISORIES = [advisory("CVE-2024-0001", "zlib", "1:1.2.13.dfsg-2"), advisory("CVE-2024-0002", "openssl", "3.0.11-1~deb12u2"),
              advisory("CVE-2024-0003", "bash", "5.2.15-2")]

BASE = [directory("etc"), directory("usr"), directory("usr/lib"), symlink("lib", "usr/lib"),
        file("usr/lib/os-release", OS_RELEASE), symlink("etc/os-release", "../usr/lib/os-release"),
        file("var/lib/dpkg/status", status(("zlib1g", "1:1.2.13.dfsg-1", "zlib"), ("bash", "5.2.15-2+b2", "bash (5.2.15-2)"))),
        file("var/lib/dpkg/info/bash.list", "/.\n/bin/bash\n")]
SECOND = [file("var/lib/dpkg/status", status(("zlib1g", "1:1.2.13.dfsg-1", "zlib"), ("bash", "5.2.15-2+b2", "bash (5.2.15-2)"),
                                             ("libssl3", "3.0.11-1~deb12u1", "openssl"))),
          file("app/secret", b"x"), file("app/keep", b"y")]
THIRD = [whiteout("app/secret"), file("app/caf\u00e9", b"z")]

def image():
    return Image([layer_tar(BASE), layer_tar(SECOND), layer_tar(THIRD), layer_tar(SECOND[1:])])
