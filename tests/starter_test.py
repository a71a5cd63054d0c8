#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The starter set (data/starter) against what others publish: the OSV schema, the distributions' own advisory data,
dpkg's order of versions. What is not at hand is skipped by name."""
import json
import os
import re
import shutil
import sys
import zipfile

from support.tap import ROOT, Tap, run, shared

STARTER = os.path.join(ROOT, "data", "starter")
ECOSYSTEMS = {"Debian", "Alpine", "AlmaLinux", "npm", "PyPI", "Maven", "Go", "crates.io", "RubyGems", "Packagist", "NuGet"}
CODENAMES = {"7": "wheezy", "8": "jessie", "9": "stretch", "10": "buster", "11": "bullseye"}
# The OSV exports' own ids, by which a record is found there.
FOREIGN_IDS = {"PyPI": "PYSEC-", "Go": "GO-", "crates.io": "RUSTSEC-"}
DATE = re.compile(r"\d{4}-\d\d-\d\d$")


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def load_records():
    folder = os.path.join(STARTER, "advisories")
    return {name: load(os.path.join(folder, name)) for name in sorted(os.listdir(folder))}


def rows(records, ecosystem):
    """(record, suffix of the ecosystem, package, events) of each affected entry that has a range."""
    for record in records.values():
        for affected in record["affected"]:
            name, _, suffix = affected["package"]["ecosystem"].partition(":")
            for r in affected.get("ranges", []):
                if name == ecosystem:
                    yield record, suffix, affected["package"]["name"], r["events"]


def fixes(events):
    return [e["fixed"] for e in events if "fixed" in e]


def test_shape(tap, records):
    tap.equal([n for n, r in records.items() if r["id"].replace(":", "-") + ".json" != n], [], "a file is named as its id")
    found = {a["package"]["ecosystem"].split(":")[0] for r in records.values() for a in r["affected"]}
    tap.equal(found, ECOSYSTEMS, "every ecosystem has records")
    ids = [i for r in records.values() for i in [r["id"], *r.get("aliases", [])]]
    tap.equal(sorted({i for i in ids if ids.count(i) > 1}), [], "no id stands for two records")
    twice = [r["id"] for r in records.values()
             if len({tuple(a["package"].values()) for a in r["affected"]}) != len(r["affected"])]
    tap.equal(twice, [], "a record names each package once")
    silent = [r["id"] for r in records.values() if not r.get("severity") and not r.get("database_specific")]
    tap.equal(silent, [], "a record has a vector or a severity in words")


def test_schema(tap, records):
    name = "records keep to the OSV schema"
    try:
        import jsonschema
    except ImportError:
        return tap.skip(name, "python3-jsonschema is not installed")
    if not shared():
        return tap.skip(name, "no ../shared/data with the schema")
    schema = load(os.path.join(shared(), "schemas", "osv.schema.json"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    wrong = [f"{n}: {e.message}" for n, r in records.items() for e in validator.iter_errors(r)]
    return tap.ok(not wrong, name, *wrong)


def test_order(tap, records):
    name = "Debian ranges begin before they end, as dpkg sees it"
    if not shutil.which("dpkg"):
        return tap.skip(name, "dpkg is not installed")
    wrong = [(r["id"], events) for r, _, _, events in rows(records, "Debian")
             for start, end in zip(events[::2], events[1::2])
             if run("dpkg", "--compare-versions", start["introduced"], "lt", end["fixed"]).returncode != 0]
    return tap.equal(wrong, [], name)


def test_debian(tap, records):
    name = "fixed versions are the Debian tracker's"
    if not shared():
        return tap.skip(name, "no ../shared/data")
    tracker = load(os.path.join(shared(), "advisories", "debian", "json"))
    wrong, seen = [], 0
    for record, release, package, events in rows(records, "Debian"):
        entry = tracker.get(package, {}).get(record["id"], {}).get("releases", {}).get(CODENAMES.get(release))
        seen += entry is not None
        if entry and [entry.get("fixed_version")] != fixes(events):
            wrong.append((record["id"], release, package, fixes(events), entry))
    return tap.ok(not wrong and seen > 60, f"{name} ({seen} compared)", *wrong)


def test_alpine(tap, records):
    name = "fixed versions are Alpine's"
    if not shared():
        return tap.skip(name, "no ../shared/data")
    wrong, seen = [], 0
    for record, release, package, events in rows(records, "Alpine"):
        path = os.path.join(shared(), "advisories", "alpine-secdb", release, "main.json")
        if not os.path.exists(path):
            continue
        for p in load(path)["packages"]:
            for version, ids in p["pkg"]["secfixes"].items():
                if p["pkg"]["name"] == package and record["id"] in " ".join(ids).split():
                    seen += 1
                    if [version] != fixes(events):
                        wrong.append((record["id"], release, package, fixes(events), version))
    return tap.ok(not wrong and seen > 15, f"{name} ({seen} compared)", *wrong)


def test_osv(tap, records, ecosystem):
    name = f"ranges are those of the OSV export of {ecosystem}"
    path = os.path.join(shared() or "", "advisories", "osv", ecosystem, "all.zip")
    if not shared() or not os.path.exists(path):
        return tap.skip(name, "no ../shared/data")
    wrong, seen = [], 0
    with zipfile.ZipFile(path) as archive:
        for record, suffix, package, events in rows(records, ecosystem):
            prefix = FOREIGN_IDS.get(ecosystem)
            ids = [i for i in record.get("aliases", []) if i.startswith(prefix)] if prefix else [record["id"]]
            for member in [i + ".json" for i in ids if i + ".json" in archive.namelist()]:
                theirs = [r["events"] for a in json.loads(archive.read(member))["affected"] for r in a.get("ranges", [])
                          if a["package"]["name"].lower() == package.lower() and r["type"] != "GIT"
                          and a["package"]["ecosystem"].partition(":")[2] == suffix]
                seen += 1
                ours, flat = sorted(fixes(events)), sorted(f for t in theirs for f in fixes(t))
                if not (set(ours) <= set(flat) if ecosystem == "AlmaLinux" else ours == flat):
                    wrong.append((record["id"], package, ours, flat))
    return tap.ok(not wrong and seen > 1, f"{name} ({seen} compared)", *wrong)


def test_lists(tap, records):
    known = load(os.path.join(STARTER, "kev.json"))
    ids = {i for r in records.values() for i in [r["id"], *r.get("related", [])]}
    tap.equal([v["cveID"] for v in known["vulnerabilities"] if v["cveID"] not in ids], [],
              "kev.json speaks of the set's records only")
    tap.equal(known["count"], len(known["vulnerabilities"]), "kev.json counts its entries")
    wrong, products = [], sorted(os.listdir(os.path.join(STARTER, "eol")))
    for product in products:
        for row in load(os.path.join(STARTER, "eol", product)):
            if not row.get("cycle") or not (isinstance(row["eol"], bool) or DATE.match(row["eol"])):
                wrong.append((product, row))
    tap.ok(not wrong and len(products) > 8, "eol/ has cycles with dates", *wrong)


def main():
    tap = Tap()
    records = load_records()
    tap.ok(len(records) > 80, f"there are {len(records)} records")
    test_shape(tap, records)
    test_schema(tap, records)
    test_order(tap, records)
    test_debian(tap, records)
    test_alpine(tap, records)
    for ecosystem in ("AlmaLinux", "PyPI", "Go", "crates.io", "Packagist"):
        test_osv(tap, records, ecosystem)
    test_lists(tap, records)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
