# SPDX-License-Identifier: Apache-2.0
"""Reads what analyze-file prints (tests/support/found_text.h)."""
import os
import re
import subprocess

ANALYZE = os.environ["ANALYZE_FILE"]


def unescape(text):
    """Undoes the escapes of base/text.h; gives bytes."""
    names = {"n": b"\n", "t": b"\t", "r": b"\r"}

    def one(match):
        code = match.group(1).decode()
        return bytes([int(code[1:], 16)]) if code[0] == "x" else names.get(code, code.encode())

    return re.sub(rb"\\(x[0-9a-f]{2}|.)", one, text)


def analyze(pairs):
    """Records that the analyzers give for (path in image, file) pairs: (kind, {key: bytes})."""
    for at in range(0, len(pairs), 200):
        args = [part for pair in pairs[at:at + 200] for part in pair]
        out = subprocess.run([ANALYZE, "--files"] + args, check=True, capture_output=True).stdout
        for line in out.splitlines():
            kind, *fields = line.split(b"\t")
            yield kind.decode(), {k.decode(): unescape(v) for k, v in (f.split(b"=", 1) for f in fields)}
