#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""format/toml, format/yaml and format/xml against other readers: Python's tomllib, PyYAML and ElementTree.

Read are documents put together at random from pieces of each grammar, whole ones and damaged ones. TOML must come to the
same decision and the same values; YAML and XML, where we refuse what the others read (or libraries differ in detail),
must give the same values for what both read. FORMATS_ORACLE_ROUNDS says how many documents; skipped by name is what
Python lacks. TAP."""
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import Tap  # noqa: E402

DUMP = os.environ["DUMP_FORMAT"]
ROUNDS = int(os.environ.get("FORMATS_ORACLE_ROUNDS") or 3000)

BARE = ["a", "b", "c", "a-b", "1", "_", "a.b", "a . c", '"a"', "'b.c'", '"\\u00e9"', '""', "a.b.c", "b.c"]
VALUES = ["1", "-0", "+7", "0x1F", "0o17", "0b101", "1_000", "1.5", "-1e5", "1.5E-3", "inf", "-nan", "true", "false",
          "1979-05-27T07:32:00Z", "1979-05-27 00:32:00.999-07:00", "1979-05-27", "07:32:00", "'x'", '"y\\n\\u00e9\\U0001F600"',
          '"""\nm\\\n   n"""', "'''\no''p'''", '""""q"""""', "[]", "[1, 2,]", '["a", [1], {b=1}]', "[\n1, # c\n]", "{}",
          "{a=1, b.c=2}", "{ a = {}, 'b' = [] }", "9223372036854775807",
          # broken
          "01", "1__0", "_1", "0x", "1.", ".5", "tru", "1979-13-01", "1979-02-30", "25:00:00", '"\\q"', '"\\ud800"',
          "'a\nb'", '"', "{a=1,}", "{a=1\n}", "[1 2]", "{a=1, a=2}", "{a={}, a.b=1}", "\x01", "+0x1", "1e", "", "'\x7f'"]
HEADERS = ["[%s]", "[[%s]]", "[ %s ]", "[%s] # c", "[%s", "[[%s]", "[%s]x"]


def toml_document(r):
    lines = []
    for _ in range(r.randrange(1, 9)):
        kind = r.random()
        if kind < 0.35:
            header = r.choice(HEADERS[:3] if r.random() < 0.95 else HEADERS)
            lines.append(header % r.choice(BARE))
        elif kind < 0.95:
            value = r.choice(VALUES[:31] if r.random() < 0.93 else VALUES)
            lines.append(f"{r.choice(BARE)} = {value}" + r.choice(["", "", " # c", "\r"]))
        else:
            lines.append(r.choice(["", "# c", "  \t", "x", "= 1", "#\x0b"]))
    return "\n".join(lines) + r.choice(["", "\n"])


YAML_SCALARS = ["a", "1", "-2", "1.5", "true", "~", "null", "'x: y'", '"q\\n\\u00e9"', "1.2.3", "0x1f", "a b", "é", "!!str 7",
                "&A x", "*A", "|\n  l1\n  l2", ">-\n  f1\n  f2", "", "a:b", "#c", "'it''s'", "[1, {a: b}]", "{a: [], b: {}}",
                "<<", "*M", "@x", "a: b: c", "[", "'"]


def yaml_document(r, depth=0):
    pad = "  " * depth
    lines = []
    array = r.random() < 0.3
    for _ in range(r.randrange(1, 5)):
        head = "-" if array else r.choice(["a", "b", "c", "'d e'", "1", "k%d" % r.randrange(9)]) + ":"
        if depth < 3 and r.random() < 0.3:
            lines.append(f"{pad}{head}\n{yaml_document(r, depth + 1)}")
        else:
            scalar = r.choice(YAML_SCALARS[:-4] if r.random() < 0.97 else YAML_SCALARS)
            lines.append(f"{pad}{head} " + scalar.replace("\n", "\n" + pad))
    if not array and r.random() < 0.2:
        lines.append(pad + r.choice(["<<: *M", "<<: [*M, {b: 3, y: 4}]", "'<<': 1"]))
    if depth:
        return "\n".join(lines)
    # An anchor may come twice, but PyYAML does not think so.
    parts = "\n".join(lines).split("&A ")
    return ("" if array else "m: &M {a: 1, z: 2}\n") + "&A ".join(parts[:2]) + "".join(parts[2:]) + "\n"


XML_TEXTS = ["x", " y ", "&amp;&lt;", "&#233;", "<![CDATA[<&]]>", "é", "<!-- c -->", "<?pi x?>", "\n", "]]", "&", "<"]


def xml_document(r, depth=0):
    name = r.choice(["a", "b", "n:c", "d-e", "é"])
    attributes = "".join(f' {k}="{r.choice(["1", "&quot;", "é", " a  b ", "<"] if r.random() < 0.1 else ["1", "v"])}"'
                         for k in r.sample(["x", "y", "n:z"], r.randrange(3)))
    inner = "".join(xml_document(r, depth + 1) if depth < 4 and r.random() < 0.4 else
                    r.choice(XML_TEXTS[:-2] if r.random() < 0.98 else XML_TEXTS) for _ in range(r.randrange(4)))
    body = f"<{name}{attributes}>{inner}</{name if r.random() < 0.99 else 'z'}>"
    return body if depth else f'<?xml version="1.0"?>\n{body.replace(">", " xmlns:n=" + chr(34) + "u" + chr(34) + ">", 1)}'


def damage(r, data):
    """Cuts or changes bytes of one document in four."""
    if not data or r.random() < 0.75:
        return data
    at = r.randrange(len(data))
    return r.choice([data[:at], data[:at] + bytes([r.randrange(256)]) + data[at + 1:], data[:at] + data[at + 1:]])


def dump(kind, documents):
    with tempfile.TemporaryDirectory() as place:
        paths = []
        for i, data in enumerate(documents):
            paths.append(os.path.join(place, str(i)))
            with open(paths[-1], "wb") as f:
                f.write(data)
        for at in range(0, len(paths), 500):
            out = subprocess.run([DUMP, kind, *paths[at:at + 500]], check=True, capture_output=True).stdout
            yield from map(json.loads, out.splitlines())


def text(node, key="text"):
    return bytes.fromhex(node[key]).decode()


def toml_value(tomllib, node):
    if node["kind"] == "table":
        return {text(c, "name"): toml_value(tomllib, c) for c in node["items"]}
    if node["kind"] == "array":
        return [toml_value(tomllib, c) for c in node["items"]]
    if node["kind"] == "string":
        return text(node)
    value = tomllib.loads("x = " + text(node))["x"]
    kinds = {"int": int, "float": float, "bool": bool, "time": (datetime.date, datetime.time)}
    assert isinstance(value, kinds[node["kind"]]), (node, value)
    assert node["kind"] not in ("int", "bool") or int(value) == node["integer"], (node, value)
    return value


def shape(value):
    """Values that are not equal to themselves made comparable."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items()}
    if isinstance(value, list):
        return [shape(v) for v in value]
    return repr(value) if isinstance(value, float) else value


def too_large(value):
    """tomllib takes whole numbers of any size; TOML promises 64 bits."""
    if isinstance(value, dict):
        return any(map(too_large, value.values()))
    if isinstance(value, list):
        return any(map(too_large, value))
    return isinstance(value, int) and not -2**63 <= value < 2**63


def check_toml(tap):
    try:
        import tomllib
    except ImportError:
        tap.skip("toml", "this Python has no tomllib")
        return
    r = random.Random(1)
    documents = [damage(r, toml_document(r).encode()) for _ in range(ROUNDS)]
    good = bad = 0
    for data, tree in zip(documents, dump("toml", documents)):
        try:
            want = tomllib.loads(data.decode())
        except (UnicodeDecodeError, ValueError):
            want = None
        if want is None or too_large(want):
            bad += 1
            if "error" not in tree:
                tap.ok(False, "toml: both refuse", repr(data), tree)
                return
        else:
            good += 1
            got = None if "error" in tree else toml_value(tomllib, tree)
            if shape(got) != shape(want):
                tap.ok(False, "toml: the same values", repr(data), got, want)
                return
    tap.ok(good > ROUNDS / 5 and bad > ROUNDS / 5,
           f"toml: the same values of {good // 100 * 100}+ documents as tomllib, {bad // 100 * 100}+ refused as there",
           good, bad)


def yaml_value(node):
    if node["kind"] == "table":
        return {text(c, "name"): yaml_value(c) for c in node["items"]}
    if node["kind"] == "array":
        return [yaml_value(c) for c in node["items"]]
    return text(node)


def check_yaml(tap):
    try:
        import yaml
    except ImportError:
        tap.skip("yaml", "this Python has no yaml")
        return

    class Texts(yaml.SafeLoader):
        """All scalars as they are written; keys too. Merges as PyYAML does them."""

        def construct_text(self, node):
            return node.value

    for tag in ("bool", "int", "float", "null", "timestamp", "str", "binary", "value", "merge"):
        Texts.add_constructor("tag:yaml.org,2002:" + tag, Texts.construct_text)
    r = random.Random(2)
    documents = [damage(r, yaml_document(r).encode()) for _ in range(ROUNDS)]
    both = refused = 0
    for data, tree in zip(documents, dump("yaml", documents)):
        try:
            want = list(yaml.load_all(data.decode(), Texts))
        except (UnicodeDecodeError, yaml.YAMLError, ValueError, TypeError, RecursionError):
            want = None
        got = None if "error" in tree else yaml_value(tree)
        if want is None or got is None:
            # PyYAML refuses merges of what is no map, and reads keys that are lists.
            refused += (want is None) == (got is None)
            continue
        both += 1
        if got != want:
            tap.ok(False, "yaml: the same values", repr(data), got, want)
            return
    tap.ok(both > ROUNDS / 3 and both + refused > ROUNDS * 0.97,
           f"yaml: the same values of {both // 100 * 100}+ documents as PyYAML", both, refused)


def xml_value(e):
    own = (e.text or "") + "".join(c.tail or "" for c in e)
    return [e.tag.rsplit("}", 1)[-1], own, sorted((k.rsplit("}", 1)[-1], v) for k, v in e.attrib.items()),
            [xml_value(c) for c in e]]


def our_xml_value(node):
    attributes = sorted((text(a, "name"), text(a, "value")) for a in node["attributes"]
                        if not (text(a, "name") + ":").startswith("xmlns:"))
    return [text(node, "name"), text(node), attributes, [our_xml_value(c) for c in node["items"]]]


def check_xml(tap):
    r = random.Random(3)
    documents = [damage(r, xml_document(r).encode()) for _ in range(ROUNDS)]
    both = same = 0
    for data, tree in zip(documents, dump("xml", documents)):
        try:
            want = xml_value(ElementTree.fromstring(data))
        except (ElementTree.ParseError, ValueError, LookupError):
            want = None
        got = None if "error" in tree else our_xml_value(tree)
        if want is None or got is None:
            # Prefixes that are bound to nothing, and entities that nobody declared, are read by us.
            same += (want is None) == (got is None)
            continue
        both += 1
        if got != want:
            tap.ok(False, "xml: the same values", repr(data), got, want)
            return
    tap.ok(both > ROUNDS / 3 and both + same > ROUNDS * 0.9,
           f"xml: the same values of {both // 100 * 100}+ documents as ElementTree", both, same)


def main():
    tap = Tap()
    check_toml(tap)
    check_yaml(tap)
    check_xml(tap)
    return tap.done()


sys.exit(main())
