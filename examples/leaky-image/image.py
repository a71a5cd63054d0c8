# SPDX-License-Identifier: Apache-2.0
"""Writes container images with nothing but Python's own library: the same input gives the same bytes, anywhere.

A layer is a list of entries made by d(), f(), l(), h(), whiteout() and opaque(). Sources: OCI image specification 1.1
(layer, config, manifest, image layout), Docker image specification 1.2 (what `docker save` writes).
"""
import hashlib
import io
import json
import os
import tarfile
import zlib

MTIME = 1577836800  # 2020-01-01 00:00:00 UTC; one moment for every file, so that the bytes do not change
CREATED = "2020-01-01T00:00:00Z"
ARCHITECTURE = "amd64"


def d(path, mode=0o755, uid=0, gid=0):
    return ("dir", path, b"", mode, uid, gid, "")


def f(path, data=b"", mode=0o644, uid=0, gid=0):
    return ("file", path, data.encode() if isinstance(data, str) else data, mode, uid, gid, "")


def l(path, target):
    return ("link", path, b"", 0o777, 0, 0, target)


def h(path, target):
    return ("hard", path, b"", 0o644, 0, 0, target)


def whiteout(path):
    """Deletes what lower layers have at path."""
    folder, name = os.path.split(path)
    return f(os.path.join(folder, ".wh." + name))


def opaque(folder):
    """Hides everything that lower layers have in the folder."""
    return f(os.path.join(folder, ".wh..wh..opq"))


TYPES = {"dir": tarfile.DIRTYPE, "file": tarfile.REGTYPE, "link": tarfile.SYMTYPE, "hard": tarfile.LNKTYPE}


def add(tar, entry):
    kind, path, data, mode, uid, gid, target = entry
    info = tarfile.TarInfo(path + ("/" if kind == "dir" else ""))
    info.type, info.mode, info.uid, info.gid, info.mtime = TYPES[kind], mode, uid, gid, MTIME
    info.linkname, info.size = target, len(data)
    tar.addfile(info, io.BytesIO(data))


def tar_of(entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry in entries:
            add(tar, entry)
    return out.getvalue()


def gzip_of(data):
    """gzip without a name and a time in its header (RFC 1952), which Python's module always wants to write."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + body + tail


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def json_of(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


class Image:
    """An image in the making: step() for each line of the Dockerfile that it pretends to come from."""

    def __init__(self, name, config):
        self.name, self.settings = name, config
        self.layers, self.history = [], []

    def step(self, instruction, entries=None):
        """entries None: a line that makes no layer."""
        row = {"created": CREATED, "created_by": instruction}
        if entries is None:
            row["empty_layer"] = True
        else:
            self.layers.append(tar_of(entries))
        self.history.append(row)

    def config(self):
        return json_of({"architecture": ARCHITECTURE, "os": "linux", "created": CREATED, "config": self.settings,
                        "history": self.history,
                        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + sha256(x) for x in self.layers]}})

    def docker_archive(self):
        """As `docker save` writes it: plain layers, manifest.json."""
        config = self.config()
        names = [f"{sha256(x)}/layer.tar" for x in self.layers]
        manifest = [{"Config": sha256(config) + ".json", "RepoTags": [self.name], "Layers": names}]
        entries = []
        for name, layer in zip(names, self.layers):
            entries += [d(os.path.dirname(name)), f(name, layer)]
        entries += [f(sha256(config) + ".json", config), f("manifest.json", json_of(manifest))]
        return tar_of(entries)

    def write_oci_layout(self, folder):
        """An OCI image layout: gzip layers under their digests."""
        blobs = os.path.join(folder, "blobs", "sha256")
        os.makedirs(blobs, exist_ok=True)

        def put(data, media_type):
            write(os.path.join(blobs, sha256(data)), data)
            return {"mediaType": media_type, "digest": "sha256:" + sha256(data), "size": len(data)}

        prefix = "application/vnd.oci.image."
        layers = [put(gzip_of(x), prefix + "layer.v1.tar+gzip") for x in self.layers]
        config = put(self.config(), prefix + "config.v1+json")
        manifest = put(json_of({"schemaVersion": 2, "mediaType": prefix + "manifest.v1+json", "config": config,
                                "layers": layers}), prefix + "manifest.v1+json")
        manifest["platform"] = {"architecture": ARCHITECTURE, "os": "linux"}
        manifest["annotations"] = {"org.opencontainers.image.ref.name": self.name.split(":")[-1]}
        write(os.path.join(folder, "oci-layout"), json_of({"imageLayoutVersion": "1.0.0"}))
        write(os.path.join(folder, "index.json"),
              json_of({"schemaVersion": 2, "mediaType": prefix + "index.v1+json", "manifests": [manifest]}))


def write(path, data):
    """Under another name first, so that nobody ever reads half a file."""
    with open(path + ".new", "wb") as out:
        out.write(data)
    os.replace(path + ".new", path)
