# SPDX-License-Identifier: Apache-2.0
"""Made-up credentials that look like real ones: right prefix, length, alphabet and checksum, but no service ever gave
them out. They are put together here, at build time, so that no complete one stands in this repository."""
import base64
import hashlib
import string
import struct
import zlib

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
BASE36 = string.digits + string.ascii_uppercase
MARK = "planted by drydock's example image; not a real secret"


def stream(label, count):
    """count bytes that depend on the label only."""
    out, block = b"", 0
    while len(out) < count:
        out += hashlib.sha256(f"planted {label} {block}".encode()).digest()
        block += 1
    return out[:count]


def text(label, count, alphabet=BASE62):
    return "".join(alphabet[b % len(alphabet)] for b in stream(label, count))


def with_checksum(prefix, label):
    """GitHub's and npm's form: prefix, 30 characters, their CRC-32 as 6 base-62 digits."""
    body, rest, number = text(label, 30), "", 0
    number = zlib.crc32(body.encode())
    while number or len(rest) < 6:
        number, digit = divmod(number, 62)
        rest = BASE62[digit] + rest
    return prefix + body + rest


def aws_key_id(label):
    return "AK" + "IA" + text(label, 16, string.ascii_uppercase + "234567")


def aws_secret(label):
    return text(label, 40, BASE62 + "/+")


def github_token(label):
    return with_checksum("gh" + "p_", label)


def npm_token(label):
    return with_checksum("np" + "m_", label)


def stripe_key(label):
    return "sk_" + "live_" + text(label, 24)


def slack_webhook(label):
    return "https://hooks.slack" + ".com/services/T" + text(label, 10, BASE36) + "/B" + text(label + " b", 10, BASE36) + "/" + \
        text(label + " key", 24)


def sendgrid_key(label):
    return "S" + "G." + text(label, 22, BASE62 + "-_") + "." + text(label + " key", 43, BASE62 + "-_")


def pem(kind, data):
    body = base64.b64encode(data).decode()
    lines = [body[i:i + 64] for i in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])


def openssh_key(label):
    """An unencrypted ed25519 key file as ssh-keygen writes it (OpenSSH PROTOCOL.key); the key bytes are made up."""
    def field(data):
        return struct.pack(">I", len(data)) + data

    public, seed = stream(label + " public", 32), stream(label + " seed", 32)
    public_blob = field(b"ssh-ed25519") + field(public)
    check = struct.pack(">I", zlib.crc32(seed))
    private = check + check + public_blob + field(seed + public) + field(MARK.encode())
    private += bytes(range(1, -len(private) % 8 + 1))
    blob = (b"openssh-key-v1\0" + field(b"none") + field(b"none") + field(b"") + struct.pack(">I", 1)
            + field(public_blob) + field(private))
    return pem("OPENSSH PRIV" + "ATE KEY", blob)


def pkcs8_key(label):
    """An Ed25519 key in PKCS #8 (RFC 8410, section 7)."""
    return pem("PRIV" + "ATE KEY", bytes.fromhex("302e020100300506032b657004220420") + stream(label, 32))
