#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bills of materials through the whole program: documents keep to the official schemas and tools, are the same on every
run, and a scan of the document of an image finds what a scan of the image does. TAP.

Images come from the shared data (skipped without it) and from a root file system made here. Validators that are not
installed are skipped by name: python3-jsonschema with referencing, xmllint, spdx-tools (pyspdxtools), spdx-python-model."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from images import Image, file, layer_tar, write  # noqa: E402
from program import ROOT, Place, Tap, shared  # noqa: E402

try:
    import jsonschema
    import referencing
except ImportError:
    jsonschema = referencing = None

CYCLONEDX = ["1.4", "1.5", "1.6", "1.7"]
FORMATS = (["cyclonedx", "cyclonedx-xml", "spdx-json", "spdx-tv", "spdx3-json"] +
           [f"{f}@{v}" for f in ("cyclonedx", "cyclonedx-xml") for v in CYCLONEDX] +
           [f"{f}@{v}" for f in ("spdx-json", "spdx-tv") for v in ("2.2", "2.3")])
STATUS = """\
Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl (3.0.11-1)
Version: 3.0.11-1~deb12u1
Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>
Installed-Size: 5000
Depends: libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0

Package: python3-rpm
Status: install ok installed
Architecture: amd64
Source: rpm
Version: 1:4.18.0+dfsg-1+deb12u1+b1
Maintainer: RPM packaging team <team+pkg-rpm@tracker.debian.org>
Pre-Depends: libssl3 (>= 3)
"""
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\nLicense: {}\n"
PY = "usr/lib/python3/dist-packages/"


def sample(place):
    """Debian packages, a Python package that one of them owns and one that none does."""
    base = layer_tar([
        file("etc/os-release", 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
        file("var/lib/dpkg/status", STATUS),
        file("var/lib/dpkg/info/python3-rpm.list", f"/.\n/{PY}rpm-4.18.0.dist-info/METADATA\n"),
        file(PY + "rpm-4.18.0.dist-info/METADATA", METADATA.format("rpm", "4.18.0", "GPL-2.0-or-later")),
    ])
    top = layer_tar([file("srv/venv/lib/python3.11/site-packages/requests-2.19.0.dist-info/METADATA",
                          METADATA.format("requests", "2.19.0", "Apache 2.0"))])
    img = Image([base, top], instructions=["ADD rootfs.tar /", "RUN pip install requests"])
    return write(place.at("sample.tar"), img.docker_archive())


ADVISORIES = [
    {"id": "DEBIAN-CVE-2024-0001", "aliases": ["CVE-2024-0001"], "modified": "2024-01-01T00:00:00Z",
     "affected": [{"package": {"ecosystem": "Debian:12", "name": "openssl"},
                   "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.0.13-1~deb12u1"}]}]}]},
    {"id": "PYSEC-2024-1", "aliases": ["CVE-2024-0002"], "modified": "2024-01-01T00:00:00Z",
     "affected": [{"package": {"ecosystem": "PyPI", "name": "requests"},
                   "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.20.0"}]}]}]},
    {"id": "PYSEC-2024-2", "aliases": ["CVE-2024-0003"], "modified": "2024-01-01T00:00:00Z",
     "affected": [{"package": {"ecosystem": "PyPI", "name": "rpm"},
                   "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}]}]},
]


def targets(place):
    """(name, target, platform)"""
    yield "sample", sample(place), None
    data = shared()
    for path in sorted(glob.glob(os.path.join(data, "images", "*"))) if data else []:
        name = os.path.basename(path)
        arch = re.search("s390x|arm64", name)
        yield name, path, f"linux/{arch.group(0) if arch else 'amd64'}"


def documents(place, target, platform, formats, *more):
    """format → file, all by one run; the exit code says whether all could be read."""
    files = {f: place.at(f"doc-{f}") for f in formats}
    outputs = [a for f, path in files.items() for a in ("--format", f"{f}={path}")]
    for i in range(0, len(outputs), 32):
        r = place.run("sbom", *(["--platform", platform] if platform else []), *more, *outputs[i:i + 32], target)
        assert r.code in (0, 3), r.err.decode()
        assert r.out == b"", r.out[:200]
    return files


def converted(place, report):
    """The same of a report model: the hostile one's fields have values that want to break every format."""
    files = {f: place.at(f"doc-{f}") for f in FORMATS}
    outputs = [a for f, path in files.items() for a in ("--format", f"{f}={path}")]
    for i in range(0, len(outputs), 32):
        r = place.run("convert", *outputs[i:i + 32], report)
        assert r.code == 0, r.err.decode()
    return files


# ---- official schemas ----

def schema(name):
    data = shared()
    with open(os.path.join(data, "schemas", name), encoding="utf-8") as f:
        return json.load(f)


def registry():
    reg = referencing.Registry()
    for name in ("spdx.schema.json", "jsf-0.82.schema.json", "cryptography-defs.schema.json"):
        one = schema("cyclonedx/" + name)
        resource = referencing.Resource.from_contents(one)
        reg = reg.with_resource(one["$id"], resource).with_resource("http://cyclonedx.org/schema/" + name, resource)
    return reg


def check_schema(name, path):
    if not jsonschema:
        return "python3-jsonschema with referencing is not installed"
    if not shared():
        return "no shared data"
    with open(path, encoding="utf-8") as f:
        doc = json.load(f)
    one = schema(name)
    kind = jsonschema.validators.validator_for(one)
    more = {"registry": registry()} if name.startswith("cyclonedx") else {}
    faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
              for e in kind(one, format_checker=kind.FORMAT_CHECKER, **more).iter_errors(doc)]
    assert not faults, faults[:5]
    return None


def check_references(path):
    with open(path, encoding="utf-8") as f:
        doc = json.load(f)
    refs = [c["bom-ref"] for c in [doc["metadata"]["component"], *doc["components"]]]
    assert len(set(refs)) == len(refs), "a reference is there twice"
    for d in doc["dependencies"]:
        assert d["ref"] in refs and set(d["dependsOn"]) <= set(refs), d
        assert len(set(d["dependsOn"])) == len(d["dependsOn"]), d


def check_xsd(place, version, path):
    if not shutil.which("xmllint"):
        return "xmllint is not installed"
    if not shared():
        return "no shared data"
    folder = os.path.join(shared(), "schemas", "cyclonedx")
    catalog = place.at("catalog.xml")
    with open(catalog, "w", encoding="utf-8") as f:
        f.write('<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="http://cyclonedx.org/schema/spdx" '
                f'uri="file://{os.path.abspath(folder)}/spdx.xsd"/></catalog>')
    r = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", os.path.join(folder, f"bom-{version}.xsd"), path],
                       env={**os.environ, "XML_CATALOG_FILES": catalog}, capture_output=True, check=False)
    assert r.returncode == 0, r.stderr.decode()[:1000]
    return None


def check_spdx_tool(place, path, suffix):
    tool = shutil.which("pyspdxtools")
    if not tool:
        return "pyspdxtools is not installed"
    copy = shutil.copy(path, place.at("tool" + suffix))
    r = subprocess.run([tool, "-i", copy], capture_output=True, check=False)
    assert r.returncode == 0, r.stderr.decode()[-1000:] + r.stdout.decode()[-1000:]
    return None


def check_spdx3(path):
    try:
        from spdx_python_model import v3_0_1 as spdx
    except ImportError:
        return "spdx-python-model is not installed"
    objects = spdx.SHACLObjectSet()
    with open(path, "rb") as f:
        spdx.JSONLDDeserializer().read(f, objects)
    missing = objects.link()
    assert not missing, f"references that lead nowhere: {list(missing)[:3]}"
    assert any(True for _ in objects.foreach_type(spdx.software_Package))
    return None


def check_documents(tap, place, name, files):
    for version in CYCLONEDX:
        tap.case(f"{name}: CycloneDX {version} JSON keeps to its schema", check_schema,
                 f"cyclonedx/bom-{version}.schema.json", files[f"cyclonedx@{version}"])
        tap.case(f"{name}: CycloneDX {version} XML keeps to its schema", check_xsd, place, version,
                 files[f"cyclonedx-xml@{version}"])
    tap.case(f"{name}: references are unique and lead somewhere", check_references, files["cyclonedx"])
    for version in ("2.2", "2.3"):
        tap.case(f"{name}: SPDX {version} JSON keeps to its schema", check_schema, f"spdx/spdx-{version}.schema.json",
                 files[f"spdx-json@{version}"])
        tap.case(f"{name}: SPDX {version} JSON pleases pyspdxtools", check_spdx_tool, place,
                 files[f"spdx-json@{version}"], ".spdx.json")
        tap.case(f"{name}: SPDX {version} tag-value pleases pyspdxtools", check_spdx_tool, place,
                 files[f"spdx-tv@{version}"], ".spdx")
    tap.case(f"{name}: SPDX 3 is read by spdx-python-model", check_spdx3, files["spdx3-json"])


# ---- round trips ----

def result(place, db, target, *more):
    r = place.run("scan", "--db", db, "--format", "json", "--fail-on", "none", *more, target)
    assert r.out, r.err.decode()
    report = json.loads(r.out)
    for key in ("name", "kind"):
        report["target"][key] = None
    # A document has what is installed of them, with its version.
    for p in report["packages"]:
        p["depends"] = None
    return r.code, report


def check_same(place, db, target, platform, files, fmt):
    code, image = result(place, db, target, *(["--platform", platform] if platform else []))
    got, document = result(place, db, "sbom:" + files[fmt])
    assert got == code, (got, code)
    assert document["packages"] == image["packages"], [
        (a, b) for a, b in zip(image["packages"], document["packages"]) if a != b][:1]
    assert document["target"] == image["target"]
    assert document["findings"] == image["findings"]


def check_deterministic(place, target, platform, files):
    for more in (["--no-cache"], ["--jobs", "1"], ["--jobs", "4"]):
        again = documents(place, target, platform, ["cyclonedx", "spdx3-json", "github", "purls"], *more)
        first = {f: open(path, "rb").read() for f, path in again.items()}
        assert first["cyclonedx"] == open(files["cyclonedx@1.6"], "rb").read(), more
        assert first["purls"].splitlines() == sorted(first["purls"].splitlines())
        json.loads(first["github"])


def check_content(files):
    with open(files["cyclonedx"], encoding="utf-8") as f:
        doc = json.load(f)
    by_name = {c["name"]: c for c in doc["components"]}
    assert by_name["debian"]["type"] == "operating-system" and by_name["debian"]["version"] == "12"
    assert by_name["requests"]["licenses"] == [{"license": {"acknowledgement": "declared", "id": "Apache-2.0"}}]
    assert by_name["libssl3"]["supplier"]["contact"] == [{"email": "pkg-openssl-devel@alioth-lists.debian.net"}]
    owner = by_name["python3-rpm"]["bom-ref"]
    needs = {d["ref"]: d["dependsOn"] for d in doc["dependencies"]}
    assert needs[owner] == sorted([by_name["libssl3"]["bom-ref"], by_name["rpm"]["bom-ref"]]), needs[owner]
    assert needs[by_name["libssl3"]["bom-ref"]] == [], "debconf and libc6 are not there"
    assert doc["metadata"]["component"]["type"] == "container"
    with open(files["spdx-json"], encoding="utf-8") as f:
        spdx = json.load(f)
    kinds = {(r["spdxElementId"].split("-")[1], r["relationshipType"]) for r in spdx["relationships"]}
    assert ("DOCUMENT", "DESCRIBES") in kinds and ("Target", "CONTAINS") in kinds, kinds


def check_source_date(place, target):
    r = place.run("sbom", target, env={"SOURCE_DATE_EPOCH": "1700000000"})
    assert json.loads(r.out)["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert r.out == place.run("sbom", target, env={"SOURCE_DATE_EPOCH": "1700000000"}).out


def check_vulnerabilities(place, db, target):
    for version in CYCLONEDX:
        path = place.at("vulnerabilities.json")
        xml = place.at("vulnerabilities.xml")
        r = place.run("scan", "--db", db, "--format", f"cyclonedx@{version}={path}", "--format",
                      f"cyclonedx-xml@{version}={xml}", target)
        assert r.code in (0, 1), r.err.decode()
        with open(path, encoding="utf-8") as f:
            doc = json.load(f)
        found = {(v["id"], a["ref"].split("@")[0].split("/")[-1]) for v in doc["vulnerabilities"] for a in v["affects"]}
        assert found == {("CVE-2024-0001", "libssl3"), ("CVE-2024-0002", "requests")}, found
        check_schema(f"cyclonedx/bom-{version}.schema.json", path)
        check_xsd(place, version, xml)


# ---- the other commands ----

def check_diff(place, target, files):
    r = place.run("sbom", "diff", "--fail-on-difference", files["spdx-tv"], target)
    assert r.code == 0 and b"0 added, 0 removed" in r.out, r.out
    with open(files["purls"], encoding="ascii") as f:
        lines = f.read().splitlines()
    changed = [l.replace("@2.19.0", "@2.32.0") for l in lines if "libssl3" not in l] + ["pkg:npm/left-pad@1.0"]
    other = write(place.at("changed.purls"), ("\n".join(changed) + "\n").encode())
    r = place.run("sbom", "diff", "--fail-on-difference", "--format", "json", files["purls"], other)
    doc = json.loads(r.out)
    assert r.code == 1 and doc["summary"] == {"added": 1, "removed": 1, "version": 1, "licence": 0,
                                              "unchanged": len(lines) - 2}, doc["summary"]
    assert {(c["change"], c["name"]) for c in doc["changes"]} == {
        ("added", "left-pad"), ("removed", "libssl3"), ("version", "requests")}
    assert place.run("sbom", "diff", files["purls"], other).code == 0
    assert place.run("sbom", "diff", files["purls"]).code == 2


def check_merge(place, target, files):
    r = place.run("sbom", "merge", target, files["cyclonedx-xml"], files["spdx3-json"], "--format", "purls")
    with open(files["purls"], "rb") as f:
        assert r.code == 0 and r.out == f.read(), r.out
    other = write(place.at("alpine.purls"), b"pkg:apk/alpine/zlib@1.2.11-r1?distro=alpine-3.9\npkg:npm/a@1\n")
    r = place.run("sbom", "merge", target, other, "--format", "purls")
    assert r.code == 3 and b"pkg:npm/a@1" in r.out and b"is of 'alpine' '3.9'" in r.err, (r.code, r.err)


def check_validate(place, files):
    for fmt in FORMATS + ["purls"]:
        r = place.run("sbom", "validate", files[fmt])
        assert r.code == 0 and b"no faults" in r.out, (fmt, r.out.decode())
    with open(files["cyclonedx"], encoding="utf-8") as f:
        doc = json.load(f)
    rows = [
        ("no name", lambda d: d["components"][1].pop("name"), "has no name"),
        ("a reference twice", lambda d: d["components"][1].update({"bom-ref": d["components"][2]["bom-ref"]}), "used twice"),
        ("a reference to nothing", lambda d: d["dependencies"][0]["dependsOn"].append("nowhere"), "'nowhere'"),
        ("a bad package URL", lambda d: d["components"][1].update({"purl": "pkg:maven/x@1"}), "no namespace"),
        ("an unknown version", lambda d: d.update(specVersion="9.9"), "specVersion '9.9'"),
        ("no format", lambda d: d.update(bomFormat="CycloneDXX"), "bomFormat"),
        ("an unknown kind of component", lambda d: d["components"][1].update(type="librry"), "type is none of the words"),
        ("a member that there is not", lambda d: d["components"][1].update(licences=[]), "no member 'licences'"),
        ("a list for a text", lambda d: d["components"][1].update(purl=[]), "purl is no text"),
        ("an address without a kind", lambda d: d["components"][1].update(externalReferences=[{"url": "x:y"}]),
         "externalReferences[0].type is missing"),
        ("a time that is none", lambda d: d["metadata"].update(timestamp="yesterday"), "timestamp is not a time"),
        ("no UUID", lambda d: d.update(serialNumber="urn:uuid:1"), "serialNumber is not"),
        ("a bad digest", lambda d: d["components"][1].update(hashes=[{"alg": "SHA-256", "content": "ab"}]), "SHA-256"),
    ]
    for what, change, text in rows:
        broken = json.loads(json.dumps(doc))
        change(broken)
        path = write(place.at("broken.json"), json.dumps(broken, indent=1).encode())
        r = place.run("sbom", "validate", path)
        lines = [l for l in r.out.decode().splitlines() if text in l]
        assert r.code == 1 and lines, (what, r.code, r.out.decode())
        line, at = re.search(r":(\d+): byte (\d+): ", lines[0]).groups()
        assert open(path, "rb").read()[:int(at)].count(b"\n") + 1 == int(line), lines[0]
    cut = write(place.at("cut.json"), open(files["cyclonedx"], "rb").read()[:-200])
    r = place.run("sbom", "validate", cut)
    assert r.code == 1 and b"byte" in r.out, r.out
    for bad in (b"", b"{}", b"hello", b"\x00\x01"):
        assert place.run("sbom", "validate", "-", stdin=bad).code == 1
    assert place.run("sbom", "validate", place.at("missing")).code == 2


def check_sources(place, db, files):
    with open(files["cyclonedx"], "rb") as f:
        doc = f.read()
    _, want = result(place, db, "sbom:" + files["cyclonedx"])
    _, plain = result(place, db, files["cyclonedx"])
    assert plain["findings"] == want["findings"]
    r = place.run("scan", "--db", db, "--format", "json", "sbom:-", stdin=doc)
    assert json.loads(r.out)["findings"] == want["findings"]
    for bad in ("sbom:", "sbom:" + place.at("missing")):
        assert place.run("scan", "--db", db, bad).code == 2, bad
    assert place.run("scan", "--db", db, "sbom:" + place.at("sample.tar")).code == 4


def check_cut(place, db, files):
    with open(files["cyclonedx"], "rb") as f:
        doc = f.read()
    cut = write(place.at("cut.json"), doc[:doc.index(b'"dependencies"') - 30])
    code, report = result(place, db, "sbom:" + cut)
    assert code == 3 and len(report["packages"]) >= 3, (code, len(report["packages"]))
    assert report["problems"][0]["offset"] is not None and report["problems"][0]["analyzer"] == "sbom", report["problems"]


def huge(place, n):
    path = place.at("huge.json")
    with open(path, "w", encoding="ascii") as f:
        f.write('{"bomFormat":"CycloneDX","specVersion":"1.5","components":[')
        for i in range(n):
            f.write(("," if i else "") + f'{{"type":"library","bom-ref":"r{i}","name":"p{i}","version":"1.{i}","purl":"pkg:npm/p{i}@1.{i}",'
                    '"properties":[{"name":"x","value":"' + "y" * 200 + '"}]}')
        f.write('],"dependencies":[' + ",".join(f'{{"ref":"r{i}","dependsOn":["r{(i + 1) % n}","r0"]}}' for i in range(n)) + "]}")
    return path


def check_huge(place):
    seconds = []
    for n in (20000, 80000):
        path = huge(place, n)
        start = time.monotonic()
        r = place.run("sbom", path, "--no-cache", "--format", "purls", timeout=300)
        seconds.append(time.monotonic() - start)
        assert r.code == 0 and r.out.count(b"\n") == n, (r.code, r.err[-500:])
        size = os.path.getsize(path)
        assert r.peak < 16 * size + (64 << 20), f"{r.peak >> 20} MiB for {size >> 20} MiB"
    assert seconds[1] < 8 * seconds[0] + 2, seconds


def main():
    tap = Tap()
    with Place() as place:
        db = place.database(*ADVISORIES)
        for name, target, platform in targets(place):
            files = documents(place, target, platform, FORMATS + ["purls", "github"])
            check_documents(tap, place, name, files)
            tap.case(f"{name}: the same bytes on every run", check_deterministic, place, target, platform, files)
            # Versions of one format differ in the document, not in what is read back: the sample has all of them.
            for fmt in FORMATS if name == "sample" else FORMATS[:5]:
                tap.case(f"{name}: a scan of its {fmt} says what a scan of the image says", check_same, place, db, target,
                         platform, files, fmt)
            if name != "sample":
                continue
            tap.case("what is in the documents", check_content, files)
            tap.case("SOURCE_DATE_EPOCH dates the document", check_source_date, place, target)
            tap.case("vulnerabilities in CycloneDX", check_vulnerabilities, place, db, target)
            tap.case("sbom diff", check_diff, place, target, files)
            tap.case("sbom merge", check_merge, place, target, files)
            tap.case("sbom validate", check_validate, place, files)
            tap.case("documents from files and pipes", check_sources, place, db, files)
            tap.case("a document that is cut", check_cut, place, db, files)
        for path in sorted(glob.glob(os.path.join(ROOT, "tests", "golden", "report", "*-json.txt"))):
            name = "report " + os.path.basename(path)[:-len("-json.txt")]
            check_documents(tap, place, name, converted(place, path))
        if not shared():
            tap.case("real images", lambda: "no shared data")
        tap.case("a large document is read in linear time and memory", check_huge, place)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
