# SPDX-License-Identifier: Apache-2.0
"""What a Debian 10.0 image holds: its packages as of July 2019, as dpkg writes them down. None of them has had an update."""
from image import d, f, h, l

# package version [source [source version]]; architecture amd64 unless the name ends in "/all". A source without a version
# has the package's. These are the real versions of Debian 10.0.
BASE = """
adduser/all 3.118
apt 1.8.2
base-files 10.3
base-passwd 3.5.46
bash 5.0-4
bsdutils 1:2.33.1-0.1 util-linux 2.33.1-0.1
coreutils 8.30-3
dash 0.5.10.2-5
debconf/all 1.5.71
debian-archive-keyring/all 2019.1
diffutils 1:3.7-3
dpkg 1.19.7
e2fsprogs 1.44.5-1
fdisk 2.33.1-0.1 util-linux
findutils 4.6.0+git+20190209-2
gcc-8-base 8.3.0-6 gcc-8
gpgv 2.2.12-1 gnupg2
grep 3.3-1
gzip 1.9-3
hostname 3.21
init-system-helpers/all 1.56+nmu1
libacl1 2.2.53-4 acl
libapt-pkg5.0 1.8.2 apt
libattr1 1:2.4.48-4 attr
libaudit1 1:2.8.4-3 audit
libblkid1 2.33.1-0.1 util-linux
libbz2-1.0 1.0.6-9.1 bzip2
libc-bin 2.28-10 glibc
libc6 2.28-10 glibc
libcom-err2 1.44.5-1 e2fsprogs
libdb5.3 5.3.28+dfsg1-0.5 db5.3
libfdisk1 2.33.1-0.1 util-linux
libgcc1 1:8.3.0-6 gcc-8 8.3.0-6
libgcrypt20 1.8.4-5
libgmp10 2:6.1.2+dfsg-4 gmp
libgnutls30 3.6.7-4 gnutls28
libgpg-error0 1.35-1 libgpg-error
libhogweed4 3.4.1-1 nettle
libidn2-0 2.0.5-1 libidn2
liblz4-1 1.8.3-1 lz4
liblzma5 5.2.4-1 xz-utils
libmount1 2.33.1-0.1 util-linux
libncursesw6 6.1+20181013-2 ncurses
libnettle6 3.4.1-1 nettle
libp11-kit0 0.23.15-2 p11-kit
libpam-modules 1.3.1-5 pam
libpam0g 1.3.1-5 pam
libpcre3 2:8.39-12 pcre3
libseccomp2 2.3.3-4 libseccomp
libselinux1 2.8-1+b1 libselinux 2.8-1
libsmartcols1 2.33.1-0.1 util-linux
libstdc++6 8.3.0-6 gcc-8
libsystemd0 241-5 systemd
libtasn1-6 4.13-3
libtinfo6 6.1+20181013-2 ncurses
libudev1 241-5 systemd
libunistring2 0.9.10-1 libunistring
libuuid1 2.33.1-0.1 util-linux
libzstd1 1.3.8+dfsg-3 libzstd
login 1:4.5-1.1 shadow
mawk 1.3.3-17+b3 mawk 1.3.3-17
mount 2.33.1-0.1 util-linux
ncurses-base/all 6.1+20181013-2 ncurses
passwd 1:4.5-1.1 shadow
perl-base 5.28.1-6 perl
sed 4.7-1
sysvinit-utils 2.93-8 sysvinit
tar 1.30+dfsg-6
tzdata/all 2019a-1
util-linux 2.33.1-0.1
zlib1g 1:1.2.11.dfsg-1 zlib
"""

# What `apt-get install` added in the second layer.
ADDED = """
ca-certificates/all 20190110
curl 7.64.0-4
git 1:2.20.1-2
libcurl4 7.64.0-4 curl
libexpat1 2.2.6-2 expat
libgssapi-krb5-2 1.17-3 krb5
libkrb5-3 1.17-3 krb5
libksba8 1.3.5-2 libksba
liblog4j2-java/all 2.11.1-2 apache-log4j2
libsasl2-2 2.1.27+dfsg-1 cyrus-sasl2
libssl1.1 1.1.1c-1 openssl
libxml2 2.9.4+dfsg1-7+b3 libxml2 2.9.4+dfsg1-7
nginx-light 1.14.2-2 nginx
openssh-client 1:7.9p1-10 openssh
openssl 1.1.1c-1
policykit-1 0.105-25
python3-yaml 3.13-2 pyyaml
redis-server 5:5.0.3-4 redis
sudo 1.8.27-1
"""

# Files that some packages own, all of them in the image (dpkg's .list files name them).
FILES = {
    "base-files": ["/etc/debian_version", "/usr/lib/os-release"],
    "bash": ["/bin/bash"],
    "libc6": ["/lib/x86_64-linux-gnu/libc-2.28.so", "/lib/x86_64-linux-gnu/libc.so.6"],
    "login": ["/bin/su"],
    "passwd": ["/usr/bin/passwd"],
    "openssl": ["/usr/bin/openssl"],
    "libssl1.1": ["/usr/lib/x86_64-linux-gnu/libssl.so.1.1"],
    "sudo": ["/usr/bin/sudo"],
    "curl": ["/usr/bin/curl"],
    "python3-yaml": ["/usr/lib/python3/dist-packages/PyYAML-3.13.egg-info"],
}
MULTI_ARCH_SAME = ("lib", "gcc-8-base", "zlib1g")

OS_RELEASE = """PRETTY_NAME="Debian GNU/Linux 10 (buster)"
NAME="Debian GNU/Linux"
VERSION_ID="10"
VERSION="10 (buster)"
VERSION_CODENAME=buster
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
"""
PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
GROUP = "root:x:0:\ndaemon:x:1:\nshadow:x:42:\nwww-data:x:33:\nnogroup:x:65534:\n"


def rows(table):
    for line in table.strip().splitlines():
        words = line.split()
        name, _, arch = words[0].partition("/")
        source = words[2] if len(words) > 2 else ""
        yield name, arch or "amd64", words[1], source, words[3] if len(words) > 3 else ""


def is_same(name, arch):
    return arch != "all" and name.startswith(MULTI_ARCH_SAME) and name not in ("libc-bin",)


def paragraph(name, arch, version, source, source_version, status="install ok installed",
              maintainer="Debian Maintainers <debian-devel@lists.debian.org>"):
    lines = [f"Package: {name}", f"Status: {status}", "Priority: optional", "Section: misc", "Installed-Size: 100",
             f"Maintainer: {maintainer}", f"Architecture: {arch}"]
    if is_same(name, arch):
        lines.append("Multi-Arch: same")
    if source and (source != name or source_version):
        lines.append(f"Source: {source}" + (f" ({source_version})" if source_version else ""))
    lines += [f"Version: {version}", f"Description: {name} of Debian 10", " Shortened for this example."]
    return "\n".join(lines) + "\n"


def status(*tables):
    return [paragraph(*row) for table in tables for row in rows(table)]


def info_lists(table):
    out = []
    for name, arch, *_ in rows(table):
        owned = ["/."] + sorted({p for path in FILES.get(name, []) for p in parents(path)})
        stem = f"{name}:{arch}" if is_same(name, arch) else name
        out.append(f(f"var/lib/dpkg/info/{stem}.list", "\n".join(owned) + "\n"))
    return out


def parents(path):
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:n]) for n in range(1, len(parts) + 1)]


def base_layer():
    folders = ["bin", "boot", "dev", "etc", "home", "lib", "lib/x86_64-linux-gnu", "lib64", "opt", "proc", "root", "run",
               "sbin", "srv", "sys", "usr", "usr/bin", "usr/lib", "usr/lib/x86_64-linux-gnu", "usr/local",
               "usr/local/bin", "usr/sbin", "var", "var/lib", "var/lib/dpkg", "var/lib/dpkg/info",
               "var/lib/dpkg/updates", "var/log"]
    program = b"\x7fELF (not a program: a stand-in of the leaky example image)\n"
    return [d(x) for x in folders] + [
        d("tmp", 0o1777),
        f("usr/lib/os-release", OS_RELEASE), l("etc/os-release", "../usr/lib/os-release"),
        f("etc/debian_version", "10.0\n"), f("etc/passwd", PASSWD), f("etc/group", GROUP),
        f("etc/shadow", "root:*:18000:0:99999:7:::\n", 0o640, 0, 42),
        f("bin/bash", program, 0o755), l("bin/sh", "bash"), f("bin/su", program, 0o4755),
        f("usr/bin/passwd", program, 0o4755), h("usr/bin/passwd.linked", "usr/bin/passwd"),
        f("lib/x86_64-linux-gnu/libc-2.28.so", program, 0o755), l("lib/x86_64-linux-gnu/libc.so.6", "libc-2.28.so"),
        f("var/lib/dpkg/available"), f("var/lib/dpkg/status", "\n".join(status(BASE))),
    ] + info_lists(BASE)


def added_layer():
    program = b"\x7fELF (not a program: a stand-in of the leaky example image)\n"
    more = [
        # Removed, its configuration left behind: not installed, so not a finding although rsync 3.1.3-6 had faults.
        paragraph("rsync", "amd64", "3.1.3-6", "", "", "deinstall ok config-files"),
        # Not Debian's: Debian's advisories for nodejs do not speak of it.
        paragraph("nodejs", "amd64", "12.22.12-1nodesource1", "", "",
                  maintainer="NodeSource Maintainers <maintainers@nodesource.example>"),
    ]
    return [
        f("var/lib/dpkg/status", "\n".join(status(BASE, ADDED) + more)),
        d("usr/lib/python3"), d("usr/lib/python3/dist-packages"),
        f("usr/lib/python3/dist-packages/PyYAML-3.13.egg-info",
          "Metadata-Version: 1.1\nName: PyYAML\nVersion: 3.13\nSummary: YAML parser\n"),
        f("usr/bin/openssl", program, 0o755), f("usr/bin/curl", program, 0o755), f("usr/bin/sudo", program, 0o4755),
        f("usr/lib/x86_64-linux-gnu/libssl.so.1.1", program),
        # Left behind by apt: nobody needs it in an image.
        d("var/lib/apt"), d("var/lib/apt/lists"),
        f("var/lib/apt/lists/deb.example_debian_dists_buster_main_binary-amd64_Packages", "Package: 0ad\n" * 4000),
        d("var/cache"), d("var/cache/apt"), d("var/cache/apt/archives"),
        f("var/cache/apt/archives/curl_7.64.0-4_amd64.deb", b"!<arch>\n" + bytes(60000)),
    ] + info_lists(ADDED)
