# SPDX-License-Identifier: Apache-2.0
"""Makes container images out of python values, in every shape that drydock reads: for the tests of the whole program.

A layer is a list of entries, made by file(), directory(), symlink(), hardlink(), whiteout() …; layer_tar() turns it into
the bytes of a tar. An Image has layers and a configuration; docker_archive(), docker25_archive(), podman_archive(),
oci_layout() and oci_archive() write it down."""
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import subprocess
import tarfile


def entry(name, kind=tarfile.REGTYPE, data=b"", mode=0o644, link="", **more):
    info = tarfile.TarInfo()
    info.name, info.type, info.mode, info.linkname, info.size = name, kind, mode, link, len(data)
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


def file(name, data=b"", **more):
    return entry(name, data=data if isinstance(data, bytes) else data.encode(), **more)


def directory(name, **more):
    return entry(name, tarfile.DIRTYPE, mode=0o755, **more)


def symlink(name, target):
    return entry(name, tarfile.SYMTYPE, link=target)


def hardlink(name, target):
    return entry(name, tarfile.LNKTYPE, link=target)


def whiteout(name):
    head, _, tail = name.rpartition("/")
    return file((head + "/" if head else "") + ".wh." + tail)


def opaque(name):
    return file(name + "/.wh..wh..opq")


def layer_tar(entries, fmt=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fmt, encoding="utf-8", errors="surrogateescape") as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data) if info.size else None)
    return out.getvalue()


def zstd(data, *args):
    return subprocess.run(["zstd", "-q", "-c", *args], input=data, stdout=subprocess.PIPE, check=True).stdout


def gzip_members(data, parts=3):
    step = max(1, len(data) // parts)
    return b"".join(gzip.compress(data[i:i + step], mtime=0) for i in range(0, len(data), step))


def zstd_frames(data, parts=3):
    """Several frames with skippable ones between, as zstd:chunked writes them."""
    step = max(1, len(data) // parts)
    skippable = b"\x50\x2a\x4d\x18" + (8).to_bytes(4, "little") + b"manifest"
    return b"".join(zstd(data[i:i + step]) + skippable for i in range(0, len(data), step))


COMPRESSIONS = {
    "plain": (lambda b: b, "application/vnd.oci.image.layer.v1.tar"),
    "gzip": (lambda b: gzip.compress(b, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip"),
    "gzip members": (gzip_members, "application/vnd.oci.image.layer.v1.tar+gzip"),
    "zstd": (zstd, "application/vnd.oci.image.layer.v1.tar+zstd"),
    "zstd frames": (zstd_frames, "application/vnd.oci.image.layer.v1.tar+zstd"),
    # no media types name these two; docker load takes them, by content
    "xz": (lzma.compress, "application/vnd.oci.image.layer.v1.tar"),
    "bzip2": (bz2.compress, "application/vnd.oci.image.layer.v1.tar"),
}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def document(value):
    return json.dumps(value, separators=(",", ":")).encode()


class Image:
    """layers: bytes of tars, from the base up."""

    def __init__(self, layers, tag="example/app:1.0", arch="amd64", instructions=None, config=None, **fields):
        self.layers, self.tag, self.arch = layers, tag, arch
        self.diff_ids = ["sha256:" + sha256(tar) for tar in layers]
        self.instructions = instructions or [f"COPY layer{i} / # buildkit" for i in range(len(layers))]
        body = {
            "architecture": arch, "os": "linux", "created": "2024-01-02T03:04:05Z", "config": config or {"User": "root"},
            "rootfs": {"type": "layers", "diff_ids": self.diff_ids},
            "history": [{"created_by": text} for text in self.instructions],
        }
        body.update(fields)
        self.config = document(body)

    # ---- docker's forms ----

    def docker_archive(self):
        """What docker save wrote until version 24."""
        names = [sha256(d.encode()) for d in self.diff_ids]
        members, seen = [], {}
        for name, diff_id, tar in zip(names, self.diff_ids, self.layers):
            members += [directory(name), file(name + "/VERSION", b"1.0"), file(name + "/json", b"{}")]
            if diff_id in seen:
                members.append(symlink(name + "/layer.tar", f"../{seen[diff_id]}/layer.tar"))
            else:
                members.append(file(name + "/layer.tar", tar))
                seen[diff_id] = name
        config = sha256(self.config) + ".json"
        manifest = [{"Config": config, "RepoTags": [self.tag], "Layers": [n + "/layer.tar" for n in names]}]
        members += [file(config, self.config), file("manifest.json", document(manifest)), file("repositories", b"{}")]
        return layer_tar(members)

    def podman_archive(self):
        """What podman save --format docker-archive writes."""
        members = [file(d[7:] + ".tar", tar) for d, tar in zip(self.diff_ids, self.layers)]
        config = sha256(self.config) + ".json"
        members.append(file(config, self.config))
        for d in self.diff_ids:
            members.append(symlink(sha256(d.encode()) + "/layer.tar", "../" + d[7:] + ".tar"))
        manifest = [{"Config": config, "RepoTags": [self.tag], "Layers": [d[7:] + ".tar" for d in self.diff_ids]}]
        return layer_tar(members + [file("manifest.json", document(manifest)), file("repositories", b"{}")])

    def docker25_archive(self, compression="plain"):
        """What docker save writes since version 25: an OCI layout with manifest.json beside it."""
        blobs = self.blobs(compression)
        config, layers = self.descriptors(compression)
        manifest = [{"Config": "blobs/sha256/" + config["digest"][7:], "RepoTags": [self.tag],
                     "Layers": ["blobs/sha256/" + d["digest"][7:] for d in layers]}]
        members = [file("blobs/sha256/" + name, data) for name, data in sorted(blobs.items())]
        members += [file("index.json", self.index(compression)), file("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'),
                    file("manifest.json", document(manifest))]
        return layer_tar(members)

    # ---- OCI ----

    def descriptors(self, compression):
        pack, media_type = COMPRESSIONS[compression]
        layers = [self.descriptor(pack(tar), media_type) for tar in self.layers]
        return self.descriptor(self.config, "application/vnd.oci.image.config.v1+json"), layers

    @staticmethod
    def descriptor(data, media_type, **more):
        return dict({"mediaType": media_type, "digest": "sha256:" + sha256(data), "size": len(data)}, **more)

    def manifest(self, compression):
        config, layers = self.descriptors(compression)
        return document({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
                         "layers": layers})

    def manifest_descriptor(self, compression, **more):
        return self.descriptor(self.manifest(compression), "application/vnd.oci.image.manifest.v1+json",
                               platform={"os": "linux", "architecture": self.arch}, **more)

    def index(self, compression):
        notes = {"io.containerd.image.name": "docker.io/" + self.tag, "org.opencontainers.image.ref.name": self.tag.split(":")[1]}
        return document({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                         "manifests": [self.manifest_descriptor(compression, annotations=notes)]})

    def blobs(self, compression):
        pack, _ = COMPRESSIONS[compression]
        every = [pack(tar) for tar in self.layers] + [self.config, self.manifest(compression)]
        return {sha256(data): data for data in every}

    def oci_members(self, compression="gzip"):
        members = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": self.index(compression)}
        members.update({"blobs/sha256/" + name: data for name, data in self.blobs(compression).items()})
        return members

    def oci_archive(self, compression="gzip"):
        return layer_tar([file(name, data) for name, data in sorted(self.oci_members(compression).items())])

    def oci_layout(self, path, compression="gzip"):
        write_tree(path, self.oci_members(compression))


def write_tree(path, members):
    for name, data in members.items():
        full = os.path.join(path, name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(data)


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path
