# SPDX-License-Identifier: Apache-2.0
"""What a Debian 12.0 image holds: its packages as of June 2023, as dpkg writes them down. None of them has had an update."""
from image import d, f, h, l

# package version [source [source version]]; architecture amd64 unless the name ends in "/all". A source without a version
# has the package's. These are the real versions of Debian 12.0.
BASE = """
adduser/all 3.134
apt 2.6.1
base-files 12.4
base-passwd 3.6.1
bash 5.2.15-2+b2 bash 5.2.15-2
bsdutils 1:2.38.1-5 util-linux 2.38.1-5
coreutils 9.1-1
dash 0.5.12-2
debconf/all 1.5.82
debian-archive-keyring/all 2023.3
diffutils 1:3.8-4
dpkg 1.21.22
e2fsprogs 1.47.0-2
findutils 4.9.0-4
gcc-12-base 12.2.0-14 gcc-12
gpgv 2.2.40-1.1 gnupg2
grep 3.8-5
gzip 1.12-1
hostname 3.23+nmu1
init-system-helpers/all 1.65.2
libacl1 2.3.1-3 acl
libapt-pkg6.0 2.6.1 apt
libattr1 1:2.5.1-4 attr
libaudit1 1:3.0.9-1 audit
libblkid1 2.38.1-5 util-linux
libbz2-1.0 1.0.8-5+b1 bzip2 1.0.8-5
libc-bin 2.36-9 glibc
libc6 2.36-9 glibc
libcap2 1:2.66-4
libcom-err2 1.47.0-2 e2fsprogs
libcrypt1 1:4.4.33-2 libxcrypt
libdb5.3 5.3.28+dfsg2-1 db5.3
libext2fs2 1.47.0-2 e2fsprogs
libffi8 3.4.4-1 libffi
libgcc-s1 12.2.0-14 gcc-12
libgcrypt20 1.10.1-3
libgmp10 2:6.2.1+dfsg1-1.1 gmp
libgnutls30 3.7.9-2 gnutls28
libgpg-error0 1.46-1 libgpg-error
libhogweed6 3.8.1-2 nettle
libidn2-0 2.3.3-1+b1 libidn2 2.3.3-1
liblz4-1 1.9.4-1 lz4
liblzma5 5.4.1-0.2 xz-utils
libmd0 1.0.4-2 libmd
libmount1 2.38.1-5 util-linux
libnettle8 3.8.1-2 nettle
libp11-kit0 0.24.1-2 p11-kit
libpam-modules 1.5.2-6 pam
libpam0g 1.5.2-6 pam
libpcre2-8-0 10.42-1 pcre2
libseccomp2 2.5.4-1 libseccomp
libselinux1 3.4-1+b6 libselinux 3.4-1
libsemanage2 3.4-1+b5 libsemanage 3.4-1
libsepol2 3.4-2.1 libsepol
libsmartcols1 2.38.1-5 util-linux
libss2 1.47.0-2 e2fsprogs
libstdc++6 12.2.0-14 gcc-12
libsystemd0 252.6-1 systemd
libtasn1-6 4.19.0-2
libtinfo6 6.4-4 ncurses
libudev1 252.6-1 systemd
libunistring2 1.0-2 libunistring
libuuid1 2.38.1-5 util-linux
libxxhash0 0.8.1-1 xxhash
libzstd1 1.5.4+dfsg2-5 libzstd
login 1:4.13+dfsg1-1 shadow
logsave 1.47.0-2 e2fsprogs
mawk 1.3.4.20200120-3.1
mount 2.38.1-5 util-linux
ncurses-base/all 6.4-4 ncurses
passwd 1:4.13+dfsg1-1 shadow
perl-base 5.36.0-7 perl
sed 4.9-1
sysvinit-utils 3.06-4 sysvinit
tar 1.34+dfsg-1.2
tzdata/all 2023c-5
util-linux 2.38.1-5
zlib1g 1:1.2.13.dfsg-1 zlib
"""

# What `apt-get install` added in the second layer.
ADDED = """
ca-certificates/all 20230311
curl 7.88.1-10
exim4-daemon-light 4.96-15 exim4
git 1:2.39.2-1.1
libcurl4 7.88.1-10 curl
libexpat1 2.5.0-1 expat
libgssapi-krb5-2 1.20.1-2 krb5
libkrb5-3 1.20.1-2 krb5
liblog4j2-java/all 2.19.0-2 apache-log4j2
libnghttp2-14 1.52.0-1 nghttp2
libsqlite3-0 3.40.1-2 sqlite3
libssl3 3.0.9-1 openssl
libwebp7 1.2.4-0.2 libwebp
libxml2 2.9.14+dfsg-1.2
openssh-client 1:9.2p1-2 openssh
openssh-server 1:9.2p1-2 openssh
openssl 3.0.9-1
python3-yaml 6.0-3+b2 pyyaml 6.0-3
redis-server 5:7.0.11-1 redis
sudo 1.9.13p3-1
"""

# Files that some packages own, all of them in the image (dpkg's .list files name them).
FILES = {
    "base-files": ["/etc/debian_version", "/usr/lib/os-release"],
    "bash": ["/bin/bash"],
    "libc6": ["/lib/x86_64-linux-gnu/libc.so.6"],
    "login": ["/bin/su"],
    "passwd": ["/usr/bin/passwd"],
    "openssl": ["/usr/bin/openssl"],
    "libssl3": ["/usr/lib/x86_64-linux-gnu/libssl.so.3"],
    "sudo": ["/usr/bin/sudo"],
    "curl": ["/usr/bin/curl"],
    "python3-yaml": ["/usr/lib/python3/dist-packages/PyYAML-6.0.egg-info"],
}
MULTI_ARCH_SAME = ("lib", "gcc-12-base", "zlib1g")

OS_RELEASE = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
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


def ar(*members):
    """The outer form of a .deb (deb(5), ar(5))."""
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return out


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
    lines += [f"Version: {version}", f"Description: {name} of Debian 12", " Shortened for this example."]
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
    folders = ["boot", "dev", "etc", "home", "opt", "proc", "root", "run", "srv", "sys", "usr", "usr/bin", "usr/lib",
               "usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/local", "usr/local/bin", "usr/sbin", "var", "var/lib", "var/lib/dpkg", "var/lib/dpkg/info",
               "var/lib/dpkg/updates", "var/log"]
    program = b"\x7fELF (not a program: a stand-in of the leaky example image)\n"
    return [d(x) for x in folders] + [
        d("tmp", 0o1777),
        # Debian's merged /usr: dpkg's lists still say /bin/bash and /lib/….
        l("bin", "usr/bin"), l("lib", "usr/lib"), l("lib64", "usr/lib64"), l("sbin", "usr/sbin"),
        f("usr/lib/os-release", OS_RELEASE), l("etc/os-release", "../usr/lib/os-release"),
        f("etc/debian_version", "12.0\n"), f("etc/passwd", PASSWD), f("etc/group", GROUP),
        f("etc/shadow", "root:*:18000:0:99999:7:::\n", 0o640, 0, 42),
        f("usr/bin/bash", program, 0o755), l("usr/bin/sh", "bash"), f("usr/bin/su", program, 0o4755),
        f("usr/bin/passwd", program, 0o4755), h("usr/bin/passwd.linked", "usr/bin/passwd"),
        f("usr/lib/x86_64-linux-gnu/libc.so.6", program, 0o755),
        f("var/lib/dpkg/available"), f("var/lib/dpkg/status", "\n".join(status(BASE))),
    ] + info_lists(BASE)


def added_layer():
    program = b"\x7fELF (not a program: a stand-in of the leaky example image)\n"
    more = [
        # Removed, its configuration left behind: not installed, so no finding although rsync 3.2.7-1 has faults.
        paragraph("rsync", "amd64", "3.2.7-1", "", "", "deinstall ok config-files"),
        # Not Debian's: Debian's advisories for nodejs do not speak of it.
        paragraph("nodejs", "amd64", "18.16.0-deb-1nodesource1", "", "",
                  maintainer="NodeSource Maintainers <maintainers@nodesource.example>"),
    ]
    return [
        f("var/lib/dpkg/status", "\n".join(status(BASE, ADDED) + more)),
        d("usr/lib/python3"), d("usr/lib/python3/dist-packages"),
        f("usr/lib/python3/dist-packages/PyYAML-6.0.egg-info",
          "Metadata-Version: 1.1\nName: PyYAML\nVersion: 6.0\nSummary: YAML parser\n"),
        f("usr/bin/openssl", program, 0o755), f("usr/bin/curl", program, 0o755), f("usr/bin/sudo", program, 0o4755),
        f("usr/lib/x86_64-linux-gnu/libssl.so.3", program),
        # Left behind by apt: nobody needs it in an image.
        d("var/lib/apt"), d("var/lib/apt/lists"),
        f("var/lib/apt/lists/deb.example_debian_dists_bookworm_main_binary-amd64_Packages", "Package: 0ad\n" * 4000),
        d("var/cache"), d("var/cache/apt"), d("var/cache/apt/archives"),
        f("var/cache/apt/archives/curl_7.88.1-10_amd64.deb", ar(("debian-binary", b"2.0\n"), ("padding", bytes(60000)))),
    ] + info_lists(ADDED)
