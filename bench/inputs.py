#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what tools/bench measures with: inputs.py DIRECTORY. What is there already is kept.

  debian/          OCI layout: a real Debian bullseye minbase image, one gzip layer (mmdebstrap)
  debian-layers/   the same files in six layers
  gigabyte/        a layer of 1 GiB of the machine's own files below /usr, gzip
  gigabyte-zstd/   the same, zstd
  entries/         a layer of 3,000,000 entries, gzip
  wanted/          a layer with an rpm database of 600 MiB, gzip: a file that an analyzer asks for
  many/all.zip     OSV records, 300,000 or more: those of ../shared/data/advisories/osv (else of data/starter) with
                   other ids and CVE numbers, many times
  advisories       what the database is built from, one KIND:PATH a line

What cannot be made here is named on standard error; whoever uses it skips it.
"""
import base64
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MIB = 1 << 20
GIGABYTE = 1 << 30
ENTRIES = 3_000_000
ENTRIES_PER_DIRECTORY = 1000
RECORDS = 300_000
WANTED_BYTES = 600 * MIB
JARS, JAR_CLASS_BYTES = 500, 400 << 10
DEBIAN_LAYERS = 6
GZIP, ZSTD = ["gzip", "-6", "-n", "-c"], ["zstd", "-3", "-q", "-c"]
MEDIA = {GZIP[0]: "application/vnd.oci.image.layer.v1.tar+gzip", ZSTD[0]: "application/vnd.oci.image.layer.v1.tar+zstd"}


def shared():
    """The shared test data, or None."""
    path = os.environ.get("DRYDOCK_TEST_SHARED") or os.path.join(ROOT, "..", "shared", "data")
    return os.path.realpath(path) if os.path.isdir(path) else None


class LayerFile:
    """A layer that is written as tar bytes: compressed by another program, hashed on the way."""

    def __init__(self, path, compress):
        self.path, self.compress = path, compress
        self.out = open(path, "wb")
        self.process = subprocess.Popen(compress, stdin=subprocess.PIPE, stdout=self.out)
        self.diff_id = hashlib.sha256()
        self.size = 0

    def write(self, data):
        self.diff_id.update(data)
        self.size += len(data)
        self.process.stdin.write(data)
        return len(data)

    def end(self):
        """Descriptor and diff_id. Two zero blocks end the tar."""
        self.write(bytes(1024))
        self.process.stdin.close()
        self.out.close()
        if self.process.wait() != 0:
            raise OSError(f"{self.compress[0]} failed")
        return describe(self.path, MEDIA[self.compress[0]]), "sha256:" + self.diff_id.hexdigest()


def describe(path, media):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(MIB):
            h.update(block)
    return {"mediaType": media, "digest": "sha256:" + h.hexdigest(), "size": os.path.getsize(path)}


def add_document(folder, media, value):
    data = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True).encode()
    path = os.path.join(folder, "new")
    with open(path, "wb") as f:
        f.write(data)
    found = describe(path, media)
    os.rename(path, os.path.join(folder, "blobs", "sha256", found["digest"][7:]))
    return found


def write_layout(folder, compress, fillers):
    """An OCI layout; fillers: one function a layer, given the file to write tar bytes to."""
    blobs = os.path.join(folder, "blobs", "sha256")
    os.makedirs(blobs)
    layers, diff_ids = [], []
    for fill in fillers:
        layer = LayerFile(os.path.join(folder, "layer"), compress)
        fill(layer)
        descriptor, diff_id = layer.end()
        os.rename(layer.path, os.path.join(blobs, descriptor["digest"][7:]))
        layers.append(descriptor)
        diff_ids.append(diff_id)
    config = add_document(folder, "application/vnd.oci.image.config.v1+json", {
        "architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [{"created_by": f"layer {i}"} for i in range(len(layers))]})
    manifest = add_document(folder, "application/vnd.oci.image.manifest.v1+json", {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": layers})
    manifest["platform"] = {"architecture": "amd64", "os": "linux"}
    for name, value in (("index.json", {"schemaVersion": 2, "manifests": [manifest]}),
                        ("oci-layout", {"imageLayoutVersion": "1.0.0"})):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            json.dump(value, f)


# ---- layers ----

def copy_range(path, start, end):
    def fill(layer):
        with open(path, "rb") as f:
            f.seek(start)
            left = end - start
            while left:
                block = f.read(min(left, MIB))
                left -= len(block)
                layer.write(block)
    return fill


def member_offsets(path):
    """Offsets of the members, and where the last one ends."""
    with tarfile.open(path) as tar:
        offsets = [m.offset for m in tar]
        return offsets, tar.offset


def small_file(layer, name, data):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o644
    layer.write(info.tobuf(tarfile.PAX_FORMAT))
    layer.write(data + bytes(-len(data) % 512))


def debian_identity(layer):
    """So that there is something to find in a layer of nothing but bulk."""
    small_file(layer, "etc/os-release", b'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n')
    small_file(layer, "var/lib/dpkg/status", b"Package: openssl\nStatus: install ok installed\nArchitecture: amd64\n"
               b"Version: 1.1.1k-1\nMaintainer: Debian OpenSSL Team <x@lists.debian.org>\n\n")


def files_of_the_machine():
    """Regular files below /usr in order of their names, again and again."""
    paths = []
    for folder, folders, names in os.walk("/usr"):
        folders.sort()
        paths += [os.path.join(folder, n) for n in sorted(names)]
    while paths:
        yield from paths


def fill_gigabyte(layer):
    debian_identity(layer)
    for number, path in enumerate(files_of_the_machine()):
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        info = tarfile.TarInfo(f"srv/{number // 1000}/{number}-{os.path.basename(path)[-60:]}")
        with open(path, "rb") as f:
            info.size = os.fstat(f.fileno()).st_size
            if layer.size + info.size > GIGABYTE:
                small_file(layer, "srv/rest", f.read(max(0, GIGABYTE - layer.size - 2048)))
                return
            layer.write(info.tobuf(tarfile.PAX_FORMAT))
            shutil.copyfileobj(f, layer, MIB)
        layer.write(bytes(-info.size % 512))


def fill_entries(layer):
    """Headers by hand: the checksum is that of the empty name plus the name's bytes."""
    debian_identity(layer)

    def header(kind, mode):
        info = tarfile.TarInfo("")
        info.type, info.mode, info.mtime = kind, mode, 1_700_000_000
        raw = info.tobuf(tarfile.USTAR_FORMAT)
        return raw[100:148], raw[156:], sum(raw[100:148]) + sum(raw[156:512]) + 8 * 32

    folder_head, file_head = header(tarfile.DIRTYPE, 0o755), header(tarfile.REGTYPE, 0o644)

    def entry(name, head):
        raw = name.encode()
        return raw.ljust(100, b"\0") + head[0] + b"%06o\0 " % (head[2] + sum(raw)) + head[1]

    for d in range(ENTRIES // ENTRIES_PER_DIRECTORY):
        folder = f"usr/share/many/{d % 50:02d}/{d:05d}"
        rows = [entry(folder + "/", folder_head)]
        rows += [entry(f"{folder}/module-{i:04d}.js", file_head) for i in range(ENTRIES_PER_DIRECTORY - 1)]
        layer.write(b"".join(rows))


def fill_wanted(layer):
    """An rpm database in SQLite form whose one table's rows do not compress to nothing."""
    path = layer.path + ".sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=OFF")
    db.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
    db.execute("CREATE TABLE Filler (n INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
    noise = hashlib.shake_256(b"drydock bench").digest(64 << 10)
    rows = WANTED_BYTES // (len(noise) * 16)
    db.executemany("INSERT INTO Filler (blob) VALUES (?)", ((noise * 16,) for _ in range(rows)))
    db.commit()
    db.close()
    small_file(layer, "etc/os-release", b'ID="almalinux"\nVERSION_ID="9.4"\nPLATFORM_ID="platform:el9"\n')
    info = tarfile.TarInfo("var/lib/rpm/rpmdb.sqlite")
    info.size = os.path.getsize(path)
    layer.write(info.tobuf(tarfile.PAX_FORMAT))
    with open(path, "rb") as f:
        shutil.copyfileobj(f, layer, MIB)
    layer.write(bytes(-info.size % 512))
    os.unlink(path)


def jar(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = method
            z.writestr(info, data)
    return out.getvalue()


def fill_jars(layer):
    """A Spring Boot application of 200 MiB: a jar that holds 500 others, stored, and 50 of them packed in a war."""
    debian_identity(layer)
    libraries = []
    for i in range(JARS):
        classes = hashlib.shake_256(b"drydock bench %d" % i).digest(JAR_CLASS_BYTES)
        about = f"groupId=org.bench{i % 50}\nartifactId=lib{i}\nversion=1.{i}\n"
        libraries.append((f"BOOT-INF/lib/lib{i}-1.{i}.jar", jar(
            [("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n"),
             (f"META-INF/maven/org.bench{i % 50}/lib{i}/pom.properties", about)] +
            [(f"org/bench/C{n}.class", classes[n * 4096:(n + 1) * 4096]) for n in range(JAR_CLASS_BYTES // 4096)])))
    small_file(layer, "app/app.jar", jar([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nStart-Class: x.App\r\n")] +
                                         libraries, zipfile.ZIP_STORED))
    small_file(layer, "app/packed.war", jar([("WEB-INF/lib/" + os.path.basename(n), d) for n, d in libraries[:50]]))


MODULES = 2000        # packages in node_modules
MODULE_FILES = 24     # files of each beside its package.json
LOCK_PACKAGES = 230000  # entries of a package-lock.json of 100 MB


def fill_modules(layer):
    """node_modules as npm leaves it: 50,000 files, of which 2,000 say what a package is."""
    debian_identity(layer)
    code = b"'use strict';\nmodule.exports = function (a, b) { return a + b; };\n" * 20
    for i in range(MODULES):
        folder = f"app/node_modules/bench-{i}"
        small_file(layer, folder + "/package.json", json.dumps({
            "name": f"bench-{i}", "version": f"1.{i}.0", "license": "MIT", "main": "index.js",
            "dependencies": {f"bench-{(i * 7 + k) % MODULES}": "^1.0.0" for k in range(4)}}).encode())
        for k in range(MODULE_FILES):
            small_file(layer, f"{folder}/lib/part{k}.js", code)


def fill_lock(layer):
    """A package-lock.json (version 3) of 100 MB."""
    debian_identity(layer)
    packages = {"": {"name": "app", "version": "1.0.0"}}
    for i in range(LOCK_PACKAGES):
        packages[f"node_modules/bench-{i}"] = {
            "version": f"1.{i}.0", "resolved": f"https://registry.npmjs.org/bench-{i}/-/bench-{i}-1.{i}.0.tgz",
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(b"%d" % i).digest()).decode(),
            "license": "MIT", "engines": {"node": ">=18"}, "dependencies": {f"bench-{(i * 7 + k) % LOCK_PACKAGES}": "^1.0.0" for k in range(4)}}
    small_file(layer, "app/package-lock.json", json.dumps({"name": "app", "lockfileVersion": 3, "packages": packages}, indent=1).encode())


# ---- advisories ----

def osv_archives():
    base = os.path.join(shared() or "", "advisories", "osv")
    if not os.path.isdir(base):
        return []
    return [p for d in sorted(os.listdir(base)) if os.path.isfile(p := os.path.join(base, d, "all.zip"))]


def known_records():
    for archive in osv_archives():
        with zipfile.ZipFile(archive) as z:
            for name in sorted(z.namelist()):
                yield json.loads(z.read(name))
    if not osv_archives():
        for folder, _, names in sorted(os.walk(os.path.join(ROOT, "data", "starter", "advisories"))):
            for name in sorted(names):
                if name.endswith(".json"):
                    with open(os.path.join(folder, name), encoding="utf-8") as f:
                        yield json.load(f)


def renamed(name, copy):
    """Another id of the same kind."""
    cve = re.fullmatch(r"CVE-(\d{4})-(\d+)", name)
    return f"CVE-{cve[1]}-{copy:03d}{int(cve[2]):07d}" if cve else f"{name}-{copy}"


def make_many(folder):
    os.makedirs(folder)
    records = list(known_records())
    copies = -(-RECORDS // len(records))
    with zipfile.ZipFile(os.path.join(folder, "all.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        for copy in range(copies):
            for record in records:
                r = dict(record, id=renamed(record["id"], copy))
                for key in ("aliases", "upstream", "related"):
                    if key in r:
                        r[key] = [renamed(n, copy) for n in r[key]]
                z.writestr(r["id"].replace("/", "_") + ".json", json.dumps(r))
    with open(os.path.join(folder, "count"), "w", encoding="ascii") as f:
        f.write(str(copies * len(records)))


def advisory_sources():
    base = os.path.join(shared() or "", "advisories")
    found = [f"osv:{p}" for p in osv_archives()]
    for kind, names in (("debian", ["debian/json"]), ("kev", ["kev/known_exploited_vulnerabilities.json"]),
                        ("eol", ["eol"]), ("alpine", ["alpine-secdb"])):
        found += [f"{kind}:{os.path.join(base, n)}" for n in names if os.path.exists(os.path.join(base, n))]
    starter = os.path.join(ROOT, "data", "starter")
    return found or [f"starter:{starter}/advisories", f"kev:{starter}/kev.json", f"eol:{starter}/eol"]


# ---- the whole ----

def make(target, build):
    """build(path) makes it; only what is whole gets its name."""
    if os.path.exists(target):
        return
    print(f"bench: making {os.path.relpath(target)}", file=sys.stderr)
    new = target + ".new"
    shutil.rmtree(new, ignore_errors=True)
    try:
        build(new)
    except (OSError, subprocess.SubprocessError) as why:
        print(f"bench: cannot make {os.path.relpath(target)}: {why}", file=sys.stderr)
        shutil.rmtree(new, ignore_errors=True)
        return
    os.rename(new, target)


def need(program):
    if not shutil.which(program):
        raise OSError(f"there is no {program}")


def make_rootfs(path):
    need("mmdebstrap")
    subprocess.run(["mmdebstrap", "--variant=minbase", "--format=tar", "--quiet", "bullseye", path], check=True,
                   env=dict(os.environ, SOURCE_DATE_EPOCH="1700000000"), timeout=900)


def main(work):
    os.makedirs(work, exist_ok=True)

    def at(name):
        return os.path.join(work, name)

    rootfs = at("debian.tar")
    make(rootfs, make_rootfs)
    if os.path.exists(rootfs):
        offsets, end = member_offsets(rootfs)
        cuts = [offsets[len(offsets) * i // DEBIAN_LAYERS] for i in range(DEBIAN_LAYERS)] + [end]
        make(at("debian"), lambda p: write_layout(p, GZIP, [copy_range(rootfs, 0, end)]))
        make(at("debian-layers"), lambda p: write_layout(
            p, GZIP, [copy_range(rootfs, a, b) for a, b in zip(cuts, cuts[1:])]))
    make(at("gigabyte"), lambda p: write_layout(p, GZIP, [fill_gigabyte]))
    if shutil.which("zstd"):
        make(at("gigabyte-zstd"), lambda p: write_layout(p, ZSTD, [fill_gigabyte]))
    make(at("entries"), lambda p: write_layout(p, GZIP, [fill_entries]))
    make(at("wanted"), lambda p: write_layout(p, GZIP, [fill_wanted]))
    make(at("jars"), lambda p: write_layout(p, GZIP, [fill_jars]))
    make(at("modules"), lambda p: write_layout(p, GZIP, [fill_modules]))
    make(at("lock"), lambda p: write_layout(p, GZIP, [fill_lock]))
    make(at("many"), make_many)
    with open(at("advisories"), "w", encoding="utf-8") as f:
        f.write("\n".join(advisory_sources()))


if __name__ == "__main__":
    main(sys.argv[1])
