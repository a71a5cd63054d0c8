#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The database against a second reading of the same real sources, written apart from it: how many records, advisories
and vulnerabilities there are, and what is said of some hundred packages. TAP."""
import collections
import glob
import json
import os
import random
import re
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from tap import PROGRAM, Tap, run, shared  # noqa: E402

CODENAMES = {"wheezy": "7", "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12"}
CVE = re.compile(r"CVE-\d{4}-\d{4,}$")
SAMPLE = 300


class Names:
    """Which names are one vulnerability."""

    def __init__(self):
        self.parent = {}

    def find(self, name):
        self.parent.setdefault(name, name)
        while self.parent[name] != name:
            name = self.parent[name]
        return name

    def join(self, a, b):
        self.parent[self.find(a)] = self.find(b)

    def groups(self):
        groups = collections.defaultdict(set)
        for name in self.parent:
            groups[self.find(name)].add(name)
        return groups


def canonical(group):
    cves = sorted(n for n in group if CVE.match(n))
    ghsas = sorted(n for n in group if n.startswith("GHSA-"))
    if len(cves) == 1:
        return cves[0]
    return ghsas[0] if ghsas else min(group)


def osv_records(data):
    """Of equal ids the one modified last; exports of different ecosystems may hold the same record."""
    records = {}
    for path in sorted(glob.glob(os.path.join(data, "osv", "*", "all.zip"))):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                record = json.loads(archive.read(member))
                records[record["id"]] = max(records.get(record["id"], record), record,
                                            key=lambda r: r.get("modified", ""))
    return records


def statement(ranges, versions):
    spans = tuple((r["type"], tuple(tuple(e.items())[0] for e in r["events"])) for r in ranges or []
                  if r["type"] != "GIT")
    return spans, tuple(sorted(set(versions or [])))


def below(fixed):
    events = (("introduced", "0"),) + ((("fixed", fixed),) if fixed else ())
    return (("ECOSYSTEM", events),), ()


class Reading:
    """advisories: (name of the record, source) → {(ecosystem, package, status, statement)}, and the names it means."""

    def __init__(self, data):
        self.names = Names()
        self.rows = []  # (kind, id, names meant, ecosystem, package, source, status, statement)
        self.meant = set()
        self.records = collections.Counter()
        self.has_row = collections.defaultdict(set)
        self.own = set()
        self.withdrawn = []
        self.read_osv(data)
        self.read_debian(data)
        self.read_alpine(data)
        with open(os.path.join(data, "kev", "known_exploited_vulnerabilities.json"), encoding="utf-8") as f:
            for row in json.load(f)["vulnerabilities"]:
                self.meant.add(row["cveID"])
                self.records["kev"] += 1

    def read_osv(self, data):
        records = osv_records(data)
        for r in records.values():
            ident, bundle = r["id"], r["id"].startswith(("ALSA-", "ALBA-", "ALEA-"))
            names = [n for n in r.get("related") or [] if CVE.match(n)] if bundle else [ident]
            if bundle and not names and not ident.startswith("ALSA-"):
                continue
            names = names or [ident]
            if bundle:
                self.meant.update(names)
            elif r.get("withdrawn"):
                self.withdrawn.append(r)
            else:
                self.own.add(ident)
                for alias in r.get("aliases") or []:
                    self.names.join(ident, alias)
                self.names.find(ident)
            sources = set()
            for a in r.get("affected") or []:
                spans, versions = statement(a.get("ranges"), a.get("versions"))
                ecosystem = a["package"]["ecosystem"]
                if not spans and not versions:
                    continue
                sources.add("osv:" + ecosystem.split(":")[0])
                name = a["package"]["name"]
                if ecosystem == "PyPI":
                    name = re.sub(r"[-_.]+", "-", name).lower()
                if not r.get("withdrawn"):
                    self.rows.append(("bundle" if bundle else "own", ident, tuple(names), ecosystem.lower(), name,
                                      "osv:" + ecosystem.split(":")[0], "affected", (spans, versions)))
            self.records.update(sources or {"osv:" + r["affected"][0]["package"]["ecosystem"].split(":")[0]})

    def read_debian(self, data):
        with open(os.path.join(data, "debian", "json"), encoding="utf-8") as f:
            tracker = json.load(f)
        ids = set()
        for package, issues in tracker.items():
            for ident, issue in issues.items():
                ids.add(ident)
                for codename, release in issue["releases"].items():
                    fixed = release["fixed_version"]
                    self.rows.append(("tracker", ident, (ident,), "debian:" + CODENAMES[codename], package, "debian",
                                      "not-affected" if fixed == "0" else "affected",
                                      below(None if fixed == "0" else fixed)))
        self.meant |= ids
        self.records["debian"] = len(ids)

    def read_alpine(self, data):
        for path in sorted(glob.glob(os.path.join(data, "alpine-secdb", "*", "*.json"))):
            with open(path, encoding="utf-8") as f:
                document = json.load(f)
            release = document["distroversion"]
            for entry in document["packages"] or []:
                for version, lines in (entry["pkg"]["secfixes"] or {}).items():
                    for line in lines or []:
                        for ident in self.alpine_ids(line):
                            self.meant.add(ident)
                            self.has_row["alpine:" + release].add(ident)
                            self.rows.append(("tracker", ident, (ident,), "alpine:" + release[1:],
                                              entry["pkg"]["name"], "alpine:" + release,
                                              "not-affected" if version == "0" else "affected",
                                              below(None if version == "0" else version)))
        for source, ids in self.has_row.items():
            self.records[source] = len(ids)

    @staticmethod
    def alpine_ids(line):
        cves = re.findall(r"CVE[-_ ](\d{4})[-_ ](\d{4,})", line)
        if cves:
            return {f"CVE-{y}-{n}" for y, n in cves}
        words = [w for w in line.split() if re.search(r"\d", w)]
        return set(words[-1:])

    def finish(self):
        """Every row as the database should give it."""
        groups = self.names.groups()
        name_of = {n: canonical(g) for g in groups.values() for n in g}
        many = {n for g in groups.values() if sum(bool(CVE.match(x)) for x in g) > 1 for n in g}

        def vuln(name, reference):
            if reference and CVE.match(name) and name in many:
                return name
            return name_of.get(name, name)

        self.vulns = {vuln(n, True) for n in self.meant} | {vuln(n, False) for n in self.own}
        out = set()
        for kind, ident, names, ecosystem, package, source, status, said in self.rows:
            for name in names:
                out.add((vuln(name, kind != "own"), ident, source, ecosystem, package, status, said))
        return out


def show(database, package):
    p = run(PROGRAM, "db", "show", "--db", database, "--format", "json", package)
    if p.returncode != 0:
        return {p.stderr}
    out = set()
    for v in json.loads(p.stdout)["vulnerabilities"]:
        for a in v["advisories"]:
            if not a["withdrawn"] and a["package"] == package:
                out.add((v["id"], a["id"], a["source"], a["ecosystem"], a["package"], a["status"],
                         statement(a["ranges"], a["versions"])))
    return out


def compare(tap, data, directory):
    database = os.path.join(directory, "all.db")
    p = run(PROGRAM, "db", "build", "-s", "osv:" + os.path.join(data, "osv"), "-s",
            "debian:" + os.path.join(data, "debian", "json"), "-s", "alpine:" + os.path.join(data, "alpine-secdb"), "-s",
            "kev:" + os.path.join(data, "kev", "known_exploited_vulnerabilities.json"), "-o", database)
    tap.equal(p.returncode, 0, "real sources build without a warning")
    reading = Reading(data)
    expected = reading.finish()
    info = json.loads(run(PROGRAM, "db", "info", database, "--format", "json").stdout)
    tap.equal({s["name"]: s["records"] for s in info["sources"]}, dict(reading.records), "records of each source")
    tap.equal(info["advisories"], len(expected), "advisories in all")
    counted = re.search(r"on (\d+) vulnerabilities", p.stderr)
    withdrawn_only = {canonical({r["id"], *(r.get("aliases") or [])}) for r in reading.withdrawn} - reading.vulns
    got, low = int(counted.group(1)) if counted else 0, len(reading.vulns)
    tap.ok(low <= got <= low + len(withdrawn_only), "vulnerabilities in all", got, low, len(withdrawn_only))
    by_package = collections.defaultdict(set)
    for row in expected:
        by_package[row[4]].add(row)
    chosen = random.Random(1).sample(sorted(p for p in by_package if not p.startswith(("CVE-", "-"))), SAMPLE)
    wrong = []
    for package in chosen + ["openssl", "nodejs", "django", "xen", "kernel", "golang.org/x/net"]:
        differ = show(database, package) ^ by_package[package]
        if differ:
            wrong.append(f"{package}: {sorted(differ, key=str)[:3]}")
    tap.ok(not wrong, f"what is said of {len(chosen) + 6} packages", *wrong[:5])
    tap.equal(run(PROGRAM, "db", "verify", database).returncode, 0, "the database verifies")


def main():
    tap = Tap()
    data = shared() and os.path.join(shared(), "advisories")
    if data and os.path.isdir(data):
        with tempfile.TemporaryDirectory() as directory:
            compare(tap, data, directory)
    else:
        tap.skip("the database against a second reading", "no shared data")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
