# SPDX-License-Identifier: Apache-2.0
"""The checks that a rule's `validate` names, a second time: of the examples, and of what the program says."""
import base64
import binascii
import json
import re
import zlib

from support.secret_examples import base62

KINDS = ("RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY")


def unbase64(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def crc32_base62(secret):
    """github.blog/2021-04-05-behind-githubs-new-authentication-token-formats: CRC-32 in the last six digits."""
    body = secret.split(b"_")[-1]
    return base62(zlib.crc32(body[:-6]), 6).encode() == body[-6:]


def grafana(secret):
    body, _, check = secret.rpartition(b"_")
    return b"%08x" % zlib.crc32(body) == check


def aws_key_id(secret):
    """Twelve digits of an account stand in the 40 bits behind the first; ids made before 2019 (AKIAI, AKIAJ) have none."""
    if secret[4:5] in b"IJ":
        return True
    number = int.from_bytes(base64.b32decode(secret[4:])[:6], "big")
    return (number & 0x7FFFFFFFFF80) >> 7 < 10 ** 12


def macaroon(secret):
    raw = unbase64(secret.removeprefix(b"pypi-"))
    if raw[:2] != b"\2\1" or raw[3:3 + raw[2]] not in (b"pypi.org", b"test.pypi.org"):
        return False
    return raw[-34:-32] == b"\6\x20"


def jwt(secret):
    parts = secret.split(b".")
    return "alg" in json.loads(unbase64(parts[0])) and (len(parts) == 5 or isinstance(json.loads(unbase64(parts[1])), dict))


def pem(secret):
    text = secret.replace(b"\\n", b"\n").replace(b"\\r", b"")
    m = re.match(rb"-----BEGIN ([A-Z ]+)-----\n(.*)\n-----END ([A-Z ]+)-----$", text, re.DOTALL)
    raw = base64.b64decode(m.group(2), validate=False)
    if m.group(1) == b"OPENSSH PRIVATE KEY":
        return raw.startswith(b"openssh-key-v1\0")
    n = raw[1] & 0x7F if raw[1] & 0x80 else 0
    length = int.from_bytes(raw[2:2 + n], "big") if n else raw[1]
    return m.group(1) == m.group(3) and raw[0] == 0x30 and len(raw) == 2 + n + length


def userpass(secret):
    return 0 < base64.b64decode(secret + b"=" * (-len(secret) % 4)).find(b":")


CHECKS = {
    "aws-key-id": aws_key_id, "github-crc32": crc32_base62, "grafana-crc32": grafana, "jwt": jwt, "npm-crc32": crc32_base62,
    "pem": pem, "pypi-macaroon": macaroon, "userpass": userpass,
}


def holds(name, secret):
    try:
        return CHECKS[name](secret)
    except (ValueError, IndexError, AttributeError, binascii.Error):
        return False
