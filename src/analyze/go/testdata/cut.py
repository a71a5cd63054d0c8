#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts Go programs down to their build information: cut.py PROGRAM OUT …

OUT is a program of the same format, size and byte order that holds nothing but the bytes that `go version -m` reads, at
the addresses they had. What that command says of OUT must be what it says of PROGRAM; it is written to OUT.txt.

The programs here come from the npm packages esbuild-linux-64@0.12.0 (Go 1.16) and esbuild-linux-32, esbuild-linux-s390x,
esbuild-windows-64, esbuild-darwin-arm64 @0.14.27 (Go 1.17): the last releases of Go with the form that has pointers."""
import os
import struct
import subprocess
import sys

MAGIC = b"\xff Go buildinf:"


def elf(d):
    bits, e = d[4], "<" if d[5] == 1 else ">"
    if bits == 2:
        (phoff,), (size, n) = struct.unpack_from(e + "Q", d, 32), struct.unpack_from(e + "HH", d, 54)
    else:
        (phoff,), (size, n) = struct.unpack_from(e + "I", d, 28), struct.unpack_from(e + "HH", d, 42)
    maps = []
    for i in range(n):
        at = phoff + i * size
        if bits == 2:
            kind, _, off, vaddr, _, filesz = struct.unpack_from(e + "IIQQQQ", d, at)
        else:
            kind, off, vaddr, _, filesz = struct.unpack_from(e + "IIIII", d, at)
        if kind == 1:
            maps.append((vaddr, off, filesz))

    def write(parts):
        ehsize, phsize = (64, 56) if bits == 2 else (52, 32)
        head = bytearray(d[:ehsize])
        if bits == 2:
            struct.pack_into(e + "QQ", head, 32, ehsize, 0)
            struct.pack_into(e + "HHHHH", head, 54, phsize, len(parts), 64, 0, 0)
        else:
            struct.pack_into(e + "II", head, 28, ehsize, 0)
            struct.pack_into(e + "HHHHH", head, 42, phsize, len(parts), 40, 0, 0)
        at, table = ehsize + phsize * len(parts), b""
        for i, (addr, data) in enumerate(parts):
            flags = 6 if i == 0 else 4
            if bits == 2:
                table += struct.pack(e + "IIQQQQQQ", 1, flags, at, addr, addr, len(data), len(data), 1)
            else:
                table += struct.pack(e + "IIIIIIII", 1, at, addr, addr, len(data), len(data), flags, 1)
            at += len(data)
        return bytes(head) + table + b"".join(p for _, p in parts)

    return maps, write


def pe(d):
    at, = struct.unpack_from("<I", d, 0x3c)
    n, optional = struct.unpack_from("<H", d, at + 6)[0], struct.unpack_from("<H", d, at + 20)[0]
    base, = struct.unpack_from("<Q", d, at + 24 + 24)  # PE32+ only
    maps = []
    for i in range(n):
        _, rva, size, off = struct.unpack_from("<IIII", d, at + 24 + optional + 40 * i + 8)
        maps.append((base + rva, off, size))

    def write(parts):
        head = bytearray(64) + bytearray(d[at:at + 24 + optional])
        head[:2] = b"MZ"
        struct.pack_into("<I", head, 0x3c, 64)
        struct.pack_into("<H", head, 64 + 6, len(parts))
        struct.pack_into("<III", head, 64 + 8, 0, 0, 0)
        head[64 + 24 + 112:] = bytes(optional - 112)
        at2, table = len(head) + 40 * len(parts), b""
        for i, (addr, data) in enumerate(parts):
            flags = 0xc0000040 if i == 0 else 0x40000040
            table += b"part%d\0\0\0" % i + struct.pack("<IIIIIIHHI", len(data), addr - base, len(data), at2, 0, 0, 0, 0,
                                                      flags)
            at2 += len(data)
        return bytes(head) + table + b"".join(p for _, p in parts)

    return maps, write


def macho(d):
    n, = struct.unpack_from("<I", d, 16)
    maps, at = [], 32
    for _ in range(n):
        cmd, size = struct.unpack_from("<II", d, at)
        if cmd == 0x19:
            vaddr, _, off, filesz = struct.unpack_from("<QQQQ", d, at + 24)
            maps.append((vaddr, off, filesz))
        at += size

    def write(parts):
        head = bytearray(d[:32])
        struct.pack_into("<II", head, 16, len(parts), 72 * len(parts))
        at2, table = 32 + 72 * len(parts), b""
        for i, (addr, data) in enumerate(parts):
            prot = 3 if i == 0 else 1
            table += struct.pack("<II16sQQQQIIII", 0x19, 72, b"__PART%d" % i, addr, len(data), at2, len(data), prot, prot,
                                 0, 0)
            at2 += len(data)
        return bytes(head) + table + b"".join(p for _, p in parts)

    return maps, write


def cut(d):
    maps, write = (elf if d[:4] == b"\x7fELF" else pe if d[:2] == b"MZ" else macho)(d)

    def read(addr, n):
        for vaddr, off, size in maps:
            if vaddr <= addr < vaddr + size:
                return d[off + addr - vaddr:off + addr - vaddr + n]
        raise ValueError(hex(addr))

    header = None
    for vaddr, off, size in maps:
        at = d.find(MAGIC, off, off + size)
        while at >= 0 and (vaddr + at - off) % 16:
            at = d.find(MAGIC, at + 1, off + size)
        if at >= 0 and header is None:
            header = vaddr + at - off
    parts = [(header, read(header, 32))]
    size, big = parts[0][1][14], parts[0][1][15] & 1
    form = (">" if big else "<") + ("Q" if size == 8 else "I")
    for i in range(2):
        pointer, = struct.unpack_from(form, parts[0][1], 16 + i * size)
        parts.append((pointer, read(pointer, 2 * size)))
        text, = struct.unpack_from(form, parts[-1][1])
        n, = struct.unpack_from(form, parts[-1][1], size)
        parts.append((text, read(text, n)))
    return write(parts)


def told(path):
    os.chmod(path, 0o755)
    out = subprocess.run(["go", "version", "-m", path], check=True, capture_output=True, text=True).stdout
    os.chmod(path, 0o644)
    return out.partition(": ")[2]


for program, out in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(program, "rb") as f:
        data = cut(f.read())
    with open(out, "wb") as f:
        f.write(data)
    want = told(program)
    if told(out) != want:
        sys.exit(f"{out}: {told(out)!r}, not {want!r}")
    with open(out + ".txt", "w") as f:
        f.write(want)
