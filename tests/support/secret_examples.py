# SPDX-License-Identifier: Apache-2.0
"""Makes texts of the examples in src/secret/rules/*.toml (src/secret/README.md has the form), always the same ones.

  «…»          the secret that a rule has to find; an example without marks is the secret from end to end
  {class n}    n characters of a class: {hex 32}, {an 40} …
  {word …}     something made: {uuid}, {crc32}, {jwt HS256}, {pem RSA PRIVATE KEY} …
  {}           nothing: parts a word, so that no other scanner stops at these files
Every other brace stands for itself.
"""
import base64
import hashlib
import json
import re
import string
import zlib

ALNUM = string.digits + string.ascii_uppercase + string.ascii_lowercase
CLASSES = {
    "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "an": ALNUM, "low": string.digits + string.ascii_lowercase,
    "up": string.digits + string.ascii_uppercase, "let": string.ascii_lowercase, "d": string.digits, "b64": ALNUM + "+/",
    "b64u": ALNUM + "-_", "w": ALNUM + "_", "b32": string.ascii_uppercase + "234567", "az": string.ascii_letters,
    "dot": ALNUM + "._-", "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
PIECE = re.compile(r"\{(?:(%s) (\d+)|(uuid|crc32hex|crc32|awskey|jwt|jwe|pem-line|pem-large|pem|block|pypi|userpass)( [^{}]+)?|)\}" %
                   "|".join(CLASSES))


class Source:
    """Bytes that look random and are the same in every run."""

    def __init__(self, seed):
        self.seed, self.block, self.left = seed.encode(), 0, b""

    def take(self, n):
        while len(self.left) < n:
            self.left += hashlib.sha256(self.seed + b"/%d" % self.block).digest()
            self.block += 1
        out, self.left = self.left[:n], self.left[n:]
        return out

    def text(self, alphabet, n):
        return "".join(alphabet[int.from_bytes(self.take(4), "big") % len(alphabet)] for _ in range(n))


def base62(number, width):
    out = ""
    while number:
        number, digit = divmod(number, 62)
        out = ALNUM[digit] + out
    return out.rjust(width, "0")


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def der_length(n):
    return bytes([n]) if n < 128 else bytes([0x80 + (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")


def der(tag, body):
    return bytes([tag]) + der_length(len(body)) + body


def armour(kind, data, joint="\n"):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return joint.join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"])


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def openssh_key(source):
    """OpenSSH's PROTOCOL.key: without a cipher; the private part starts with one number twice, padding is 1, 2, 3 …"""
    string_of = lambda b: len(b).to_bytes(4, "big") + b  # noqa: E731
    public, check = source.take(32), source.take(4)
    private = (check * 2 + string_of(b"ssh-ed25519") + string_of(public) + string_of(source.take(32) + public) +
               string_of(b"key"))
    private += bytes(range(1, 1 + -len(private) % 8))
    return (b"openssh-key-v1\0" + string_of(b"none") + string_of(b"none") + string_of(b"") + (1).to_bytes(4, "big") +
            string_of(string_of(b"ssh-ed25519") + string_of(public)) + string_of(private))


def private_key(source, kind, scale=1):
    """The structure is what the kind's standard says, an RSA modulus is the product of its factors; these are no primes."""
    number = lambda n: int.from_bytes(b"\xc1" + source.take(n - 1), "big") | 1  # noqa: E731
    if kind == "OPENSSH PRIVATE KEY":
        return openssh_key(source)
    if kind == "EC PRIVATE KEY":
        return der(0x30, der(2, b"\x01") + der(4, source.take(32)) + der(0xA0, bytes.fromhex("06082a8648ce3d030107")))
    if kind == "PRIVATE KEY":
        return der(0x30, der(2, b"\0") + der(0x30, bytes.fromhex("06032b6570")) + der(4, der(4, source.take(32))))
    if kind == "ENCRYPTED PRIVATE KEY":
        return der(0x30, der(0x30, bytes.fromhex("06092a864886f70d01050d") + der(0x30, b"")) + der(4, source.take(64 * scale * scale)))
    if kind == "DSA PRIVATE KEY":
        return der(0x30, der(2, b"\0") + b"".join(integer(number(n)) for n in (128, 20, 128, 128, 20)))
    half = 64 * scale
    p, q = number(half), number(half)
    return der(0x30, der(2, b"\0") + b"".join(map(integer, (p * q, 65537, number(2 * half), p, q, number(half), number(half),
                                                              number(half)))))


def jwt(source, algorithm):
    header = json.dumps({"alg": algorithm, "typ": "JWT"}, separators=(",", ":")).encode()
    claims = json.dumps({"sub": source.text(string.digits, 10), "iat": 1700000000}, separators=(",", ":")).encode()
    return ".".join(map(b64u, (header, claims, source.take(32 if algorithm == "HS256" else 256))))


def jwe(source):
    header = b'{"alg":"RSA-OAEP","enc":"A256GCM"}'
    return ".".join(map(b64u, (header, source.take(256), source.take(12), source.take(90), source.take(16))))


def macaroon(source, location):
    """Version 2 (libmacaroons, doc/format.txt): location, identifier, end of header, end of caveats, signature."""
    field = lambda kind, b: bytes([kind, len(b)]) + b  # noqa: E731
    return b64u(b"\x02" + field(1, location.encode()) + field(2, source.take(36).hex().encode()[:36]) + b"\0\0" +
                field(6, source.take(32)))


def aws_key(source):
    account = int(source.text(string.digits, 12))
    number = 1 << 79 | account << 39 | int.from_bytes(source.take(4), "big")
    return base64.b32encode(number.to_bytes(10, "big")).decode()


def uuid(source):
    h = bytearray(source.take(16))
    h[6], h[8] = h[6] & 15 | 0x40, h[8] & 63 | 0x80
    h = h.hex()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


MADE = {
    "uuid": lambda s, _w, _before: uuid(s),
    # of the 30 characters before it; GitHub's tokens of 76 characters have it over 70
    "crc32": lambda s, w, before: base62(zlib.crc32(before[-int(w or 30):].encode()), 6),
    "crc32hex": lambda s, _w, before: f"{zlib.crc32(before.rsplit('«', 1)[-1][:-1].encode()):08x}",  # of all before the "_"
    # AWS: 16 characters of base 32, of which bits 1 to 40 are the account's number
    "awskey": lambda s, _w, _before: aws_key(s),
    "jwt": lambda s, w, _before: jwt(s, w),
    "jwe": lambda s, _w, _before: jwe(s),
    "pem": lambda s, w, _before: armour(w, private_key(s, w)),
    "pem-large": lambda s, w, _before: armour(w, private_key(s, w, 8)),  # an RSA key of 8192 bits: 6.3 KB
    "pem-line": lambda s, w, _before: armour(w, private_key(s, w), "\\n"),
    "block": lambda s, w, _before: armour(w, s.take(300)),
    "pypi": lambda s, w, _before: macaroon(s, w),
    "userpass": lambda s, _w, _before: base64.b64encode(("u" + s.text(ALNUM, 5) + ":" + s.text(ALNUM, 18)).encode()).decode(),
}


def fill(text, seed):
    """The text with its pieces made; marks around secrets stay."""
    source, out, last = Source(seed), "", 0
    for m in PIECE.finditer(text):
        out += text[last:m.start()]
        last = m.end()
        if m.group(1):
            out += source.text(CLASSES[m.group(1)], int(m.group(2)))
        elif m.group(3):
            out += MADE[m.group(3)](source, (m.group(4) or "").strip(), out)
    return out + text[last:]


def expand(text, seed):
    """(bytes, the secret in them)"""
    out = fill(text, seed)
    secret = re.search("«(.*)»", out, re.DOTALL)
    return out.replace("«", "").replace("»", "").encode(), (secret.group(1) if secret else out).encode()
