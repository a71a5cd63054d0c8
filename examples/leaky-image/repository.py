# SPDX-License-Identifier: Apache-2.0
"""A git repository of two commits as `git gc` leaves it: one pack with its index. The first commit has a password that
the second takes out; the pack keeps the old file as a delta of the new one. Source: git's gitformat-pack(5)."""
import hashlib
import zlib

from image import d, f

WHO = "Leaky Example <leaky@example.com> 1577836800 +0000"
COMMIT, TREE, BLOB, OFS_DELTA = 1, 2, 3, 6
NAMES = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob"}


def object_id(kind, data):
    return hashlib.sha1(NAMES[kind] + b" %d\0" % len(data) + data).digest()


def header(kind, size):
    """Type and size: 4 bits of the size in the first byte, 7 in each that follows."""
    out, size, first = bytearray(), size, (kind << 4) | (size & 15)
    size >>= 4
    out.append(first | (0x80 if size else 0))
    while size:
        out.append((size & 127) | (0x80 if size > 127 else 0))
        size >>= 7
    return bytes(out)


def distance(n):
    """How far back the base of a delta lies."""
    out = [n & 127]
    while n >> 7:
        n = (n >> 7) - 1
        out.insert(0, 0x80 | (n & 127))
    return bytes(out)


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


def delta(base, target):
    """The common head and tail copied, what is between written out (both texts are short)."""
    head = next((i for i, (a, b) in enumerate(zip(base, target)) if a != b), min(len(base), len(target)))
    tail = next(i for i in range(min(len(base), len(target)) - head + 1)
                if i == min(len(base), len(target)) - head or base[len(base) - 1 - i] != target[len(target) - 1 - i])
    middle = target[head:len(target) - tail]

    def copy(at, n):
        return bytes([0x80 | 1 | 0x10, at, n]) if n else b""

    return (varint(len(base)) + varint(len(target)) + copy(0, head) + bytes([len(middle)]) + middle +
            copy(len(base) - tail, tail))


class Pack:
    def __init__(self):
        self.body, self.rows = b"", []  # rows: (id, offset, crc)

    def add(self, kind, data, stored=None, base=None):
        """base: id of the object that `stored` is a delta of."""
        at, name = 12 + len(self.body), object_id(kind, data)
        if stored is None:
            entry = header(kind, len(data)) + zlib.compress(data, 9)
        else:
            there = next(offset for row, offset, _ in self.rows if row == base)
            entry = header(OFS_DELTA, len(stored)) + distance(at - there) + zlib.compress(stored, 9)
        self.body += entry
        self.rows.append((name, at, zlib.crc32(entry)))
        return name

    def files(self):
        pack = b"PACK" + (2).to_bytes(4, "big") + len(self.rows).to_bytes(4, "big") + self.body
        digest = hashlib.sha1(pack).digest()
        rows = sorted(self.rows)
        fan_out = b"".join(sum(row[0][0] <= i for row in rows).to_bytes(4, "big") for i in range(256))
        index = (b"\xfftOc" + (2).to_bytes(4, "big") + fan_out + b"".join(row[0] for row in rows) +
                 b"".join(row[2].to_bytes(4, "big") for row in rows) +
                 b"".join(row[1].to_bytes(4, "big") for row in rows) + digest)
        name = hashlib.sha1(b"".join(row[0] for row in rows)).hexdigest()
        return name, pack + digest, index + hashlib.sha1(index).digest()


def tree(name, blob):
    return b"100644 " + name + b"\0" + blob


def commit(root, parent, message):
    lines = [f"tree {root.hex()}"] + ([f"parent {parent.hex()}"] if parent else [])
    return "\n".join(lines + [f"author {WHO}", f"committer {WHO}", "", message, ""]).encode()


def entries(folder, name, leaked, clean, config):
    """The files of `folder`/.git: the history in which file `name` first held `leaked` and then `clean`."""
    pack = Pack()
    leaked, clean, name = leaked.encode(), clean.encode(), name.encode()
    old_tree, new_tree = tree(name, object_id(BLOB, leaked)), tree(name, object_id(BLOB, clean))
    first = commit(object_id(TREE, old_tree), None, "first version")
    second = commit(object_id(TREE, new_tree), object_id(COMMIT, first), "take the password out")
    head = pack.add(COMMIT, second)
    pack.add(COMMIT, first)
    pack.add(TREE, new_tree)
    pack.add(TREE, old_tree)
    new = pack.add(BLOB, clean)
    pack.add(BLOB, leaked, delta(clean, leaked), new)
    stem, data, index = pack.files()
    git = f"{folder}/.git"
    return [d(git), f(f"{git}/config", config), f(f"{git}/HEAD", "ref: refs/heads/main\n"), d(f"{git}/refs"),
            f(f"{git}/packed-refs", f"# pack-refs with: peeled fully-peeled sorted \n{head.hex()} refs/heads/main\n"),
            d(f"{git}/objects"), d(f"{git}/objects/info"), d(f"{git}/objects/pack"),
            f(f"{git}/objects/pack/pack-{stem}.pack", data), f(f"{git}/objects/pack/pack-{stem}.idx", index)]
