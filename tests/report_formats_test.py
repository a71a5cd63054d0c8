#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every report format by those who read it: schemas, parsers and renderers that know nothing of drydock.

The reports are the golden JSON ones, converted; hostile ones among them want to break each format. One image is scanned
for real: a scan in a format and the scan's JSON converted to it are the same bytes.
"""
import csv
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

from support.tap import PROGRAM, ROOT, Tap, run, shared

GOLDEN = os.path.join(ROOT, "tests", "golden", "report")
NAMES = ("small", "clean", "incomplete", "eol", "app", "secrets", "hostile", "many")
DAY = "1795219200"
ENV = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "COLUMNS": "80", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": DAY}
XSD = os.path.join(ROOT, "tests", "support", "junit-10.xsd")


def golden(name):
    return os.path.join(GOLDEN, name + "-json.txt")


def model(name):
    with open(golden(name), encoding="utf-8") as f:
        return json.load(f)


def convert(path, *words, stdin=None):
    return subprocess.run([PROGRAM, "convert", path, *words], input=stdin, capture_output=True, env=ENV, check=False)


def made(name, form, *words):
    r = convert(golden(name), "--format", form, *words)
    assert r.returncode == 0, r.stderr
    return r.stdout.decode("utf-8", "strict")


def formats():
    with open(os.path.join(ROOT, "src", "report", "reports.def"), encoding="utf-8") as f:
        return re.findall(r'^DD_REPORT\(\w+, "([^"]+)"\)$', f.read(), re.MULTILINE)


def live(report):
    return [f for f in report["findings"] if f["suppression"] is None]


# ---- SARIF ----

def test_sarif(tap):
    data = shared()
    path = os.path.join(data, "schemas", "sarif-2.1.0.schema.json") if data else None
    validator = None
    try:
        import jsonschema
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                schema = json.load(f)
            kind = jsonschema.validators.validator_for(schema)
            validator = kind(schema, format_checker=getattr(kind, "FORMAT_CHECKER", jsonschema.FormatChecker()))
    except ImportError:
        pass
    for name in NAMES:
        report, document = model(name), json.loads(made(name, "sarif"))
        if validator:
            errors = [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(document)]
            tap.ok(not errors, f"SARIF of {name} keeps to OASIS' schema", *errors)
        else:
            tap.skip(f"SARIF of {name} keeps to OASIS' schema", "no schema or no jsonschema here")
        check_sarif(tap, name, report, document["runs"][0])
    again = json.loads(made("app", "sarif"))
    moved = model("app")
    for f in moved["findings"]:
        f["fix"]["versions"] = ["9.9"]
    for p in moved["packages"]:
        p["version"] = "0.0.1"
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as f:
        json.dump(moved, f)
        f.flush()
        later = json.loads(convert(f.name, "--format", "sarif").stdout)
    prints = [[r["partialFingerprints"] for r in d["runs"][0]["results"]] for d in (again, later)]
    tap.equal(prints[1], prints[0], "fingerprints stay when versions change")


def check_sarif(tap, name, report, sarif):
    rules, results = sarif["tool"]["driver"]["rules"], sarif["results"]
    tap.equal(len(results), len(report["findings"]), f"SARIF of {name} has every finding")
    tap.ok(all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in results), f"SARIF of {name}: rules belong to results")
    tap.equal([r["ruleId"] for r in results], [f["id"] for f in report["findings"]], f"SARIF of {name} keeps the order")
    prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in results]
    tap.equal(len(set(prints)), len(prints), f"SARIF of {name}: one fingerprint each")
    tap.ok(all(len(r["properties"]["tags"]) <= 10 for r in rules), f"SARIF of {name}: at most ten tags")
    severities = [r["properties"].get("security-severity") for r in rules]
    tap.ok(all(s is None or 0 < float(s) <= 10 for s in severities), f"SARIF of {name}: scores from 0 to 10", severities)
    tap.equal(sum("suppressions" in r for r in results), report["summary"]["suppressed"],
              f"SARIF of {name} says what is suppressed")
    places = [p for r in results for p in r["locations"]]
    tap.ok(all(1 <= len(r["locations"]) <= 100 for r in results), f"SARIF of {name}: every result has a place")
    uris = [p["physicalLocation"]["artifactLocation"]["uri"] for p in places]
    tap.ok(all(re.fullmatch(r"([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", u) for u in uris), f"SARIF of {name}: URIs are encoded", uris)
    files = sarif["artifacts"]
    tap.ok(all(files[p["physicalLocation"]["artifactLocation"]["index"]]["location"]["uri"] ==
               p["physicalLocation"]["artifactLocation"]["uri"]
               for p in places if "index" in p["physicalLocation"]["artifactLocation"]), f"SARIF of {name}: artifacts")
    how = sarif["invocations"][0]
    tap.equal((how["exitCode"], how["executionSuccessful"]),
              ({"pass": 0, "fail": 1, "incomplete": 3}[report["verdict"]], not report["problems"]),
              f"SARIF of {name}: how the scan ended")
    texts = [r["message"]["text"] for r in results]
    tap.ok(not any(re.search(r"(?<!\\)\[[^\]]*\]\(", t) for t in texts), f"SARIF of {name}: no links in messages", texts)


# ---- XML ----

def test_junit(tap):
    for name in NAMES:
        report, text = model(name), made(name, "junit")
        if shutil.which("xmllint"):
            r = run("xmllint", "--noout", "--schema", XSD, "-", input=text)
            tap.ok(r.returncode == 0, f"JUnit of {name} keeps to Jenkins' schema", r.stderr)
        else:
            tap.skip(f"JUnit of {name} keeps to Jenkins' schema", "xmllint is not installed")
        root = ET.fromstring(text)
        cases = root.findall("./testsuite/testcase")
        want = 1 + len(report["policy"]) + len(report["findings"]) + len(report["problems"])
        tap.equal((len(cases), int(root.get("tests"))), (want, want), f"JUnit of {name} has a test for everything")
        for tag, total in (("failure", "failures"), ("error", "errors")):
            tap.equal(len(root.findall(f".//testcase/{tag}")), int(root.get(total)), f"JUnit of {name} counts {total}")
        tap.equal(len(root.findall(".//testcase/skipped")), report["summary"]["suppressed"],
                  f"JUnit of {name} skips what is suppressed")
        for s in root.findall("./testsuite"):
            n = [len(s.findall(f"testcase/{t}")) for t in ("failure", "error", "skipped")]
            tap.equal([int(s.get(k)) for k in ("failures", "errors", "skipped")], n, f"JUnit of {name}, suite {s.get('name')}")
        tap.ok((len(root.findall(".//failure")) + len(root.findall(".//error")) > 0) == (report["verdict"] != "pass"),
               f"JUnit of {name} fails when the verdict does")
    small = ET.fromstring(made("small", "junit"))
    failed = [c.get("name") for c in small.findall("./testsuite[@name='vulnerability']/testcase[failure]")]
    tap.equal(len(failed), 4, "JUnit: failures are the findings at or above the limit")


def test_checkstyle(tap):
    for name in NAMES:
        report, root = model(name), ET.fromstring(made(name, "checkstyle"))
        tap.equal(root.tag, "checkstyle", f"Checkstyle of {name} is XML")
        errors = root.findall("./file/error")
        tap.equal(len(errors), len(live(report)) + len(report["problems"]), f"Checkstyle of {name} has every finding")
        files = [f.get("name") for f in root.findall("./file")]
        tap.equal(len(files), len(set(files)), f"Checkstyle of {name} names each file once")
        tap.ok(all(e.get("severity") in ("error", "warning", "info") and e.get("line") and e.get("source") for e in errors),
               f"Checkstyle of {name}: attributes")


# ---- CSV ----

def test_csv(tap):
    for name in NAMES:
        report, text = model(name), made(name, "csv")
        tap.ok(text.count("\n") == text.count("\r\n") and text.endswith("\r\n"), f"CSV of {name} ends lines as RFC 4180 says")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        tap.equal(len(rows), 1 + len(report["findings"]), f"CSV of {name} has a row for each finding")
        tap.ok(all(len(r) == len(rows[0]) for r in rows), f"CSV of {name}: rows are as wide as the first")
        cells = [c for r in rows for c in r]
        tap.ok(not any(c[:1] in tuple("=+-@\t\r|%") and c for c in cells), f"CSV of {name}: no cell is a formula",
               [c for c in cells if c[:1] in tuple("=+-@\t\r|%") and c])
        tap.ok(all(c.isprintable() for c in cells), f"CSV of {name}: nothing but text", cells)
        if name == "app":
            table = list(csv.DictReader(io.StringIO(text, newline="")))
            tap.equal([(r["id"], r["package"], r["fixed_version"], r["known_exploited"], r["origin"]) for r in table][:2],
                      [("CVE-2021-44228", "org.apache.logging.log4j:log4j-core", "2.15.0", "yes", "application"),
                       ("CVE-2021-44906", "minimist", "1.2.6", "no", "application")], "CSV: what the columns hold")


# ---- GitLab: its schemas are not to be had here; these are the members that they require ----

def test_gitlab(tap):
    for name in NAMES:
        report, doc = model(name), json.loads(made(name, "gitlab-container-scanning"))
        scan = doc["scan"]
        tap.ok(re.fullmatch(r"\d+\.\d+\.\d+", doc["version"]) and scan["type"] == "container_scanning" and
               scan["status"] in ("success", "failure") and
               all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", scan[k]) for k in ("start_time", "end_time")) and
               all(scan[k][m] for k in ("analyzer", "scanner") for m in ("id", "name", "version")) and
               all(scan[k]["vendor"]["name"] for k in ("analyzer", "scanner")), f"GitLab's report of {name}: scan", scan)
        want = [f for f in live(report) if f["kind"] == "vulnerability" and f["package"]]
        found = doc["vulnerabilities"]
        tap.equal(len(found), len(want), f"GitLab's report of {name} has the vulnerabilities of packages")
        good = all(v["id"] and 0 < len(v["name"]) <= 255 and len(v.get("solution", "")) <= 7000 and
                   v["severity"] in ("Info", "Unknown", "Low", "Medium", "High", "Critical") and v["identifiers"] and
                   all(0 < len(i[k]) for i in v["identifiers"] for k in ("type", "name", "value")) and
                   v["location"]["dependency"]["package"]["name"] and v["location"]["operating_system"] and
                   v["location"]["image"] for v in found)
        tap.ok(good, f"GitLab's report of {name}: members", found)
        tap.equal(len({v["id"] for v in found}), len(found), f"GitLab's report of {name}: ids are different")
        tap.equal([v["location"]["dependency"]["version"] for v in found], [f["package"]["version"] for f in want],
                  f"GitLab's report of {name}: versions")
        issues = json.loads(made(name, "gitlab-code-quality"))
        tap.equal(len(issues), len(live(report)) + len(report["problems"]), f"code quality of {name} has every finding")
        tap.ok(all(i["severity"] in ("info", "minor", "major", "critical", "blocker") and i["description"] and
                   i["check_name"] and i["location"]["lines"]["begin"] >= 1 and i["location"]["path"] for i in issues),
               f"code quality of {name}: members", issues)
        tap.equal(len({i["fingerprint"] for i in issues}), len(issues), f"code quality of {name}: fingerprints")


# ---- Markdown ----

LINKS = ("https://nvd.nist.gov/vuln/detail/CVE-", "https://github.com/advisories/GHSA-")
HTML = re.compile(r"<details><summary>[A-Za-z0-9 :]+</summary>|</details>")


def test_markdown(tap):
    if not shutil.which("cmark-gfm"):
        tap.skip("Markdown by GitHub's own reader", "cmark-gfm is not installed")
        return
    for name in NAMES:
        text = made(name, "markdown")
        tap.ok(len(text) <= 65536, f"Markdown of {name} fits into a comment", len(text))
        check_markdown(tap, name, text, model(name))


def check_markdown(tap, name, text, report):
    words = ["cmark-gfm", "--unsafe", "-t", "xml"]
    for e in ("table", "autolink", "strikethrough", "tasklist"):
        words += ["-e", e]
    r = run(*words, input=text)
    tree = re.sub(r'\sxmlns="[^"]+"', "", r.stdout.split("?>", 1)[1].split(">", 1)[1])
    root = ET.fromstring(tree)
    raw = [p.strip() for t in ("html_block", "html_inline") for e in root.iter(t) for p in (e.text or "").split("\n") if p.strip()]
    tap.ok(all(HTML.fullmatch(p) for p in raw), f"Markdown of {name}: no HTML but folds", raw)
    tap.equal(text.count("<details>"), text.count("</details>"), f"Markdown of {name}: folds are closed")
    links = [e.get("destination") for t in ("link", "image") for e in root.iter(t)]
    tap.ok(all(u.startswith(LINKS) for u in links), f"Markdown of {name}: no links of others", links)
    tap.equal([e.tag for t in ("image", "heading") for e in root.iter(t) if t == "image" or e.get("level") == "1"], [],
              f"Markdown of {name}: no images, no large headings")
    rows = [(len(table.find("table_header")), [len(row) for row in table.findall("table_row")]) for table in root.iter("table")]
    tap.ok(all(n == head for head, body in rows for n in body), f"Markdown of {name}: rows are as wide as their tables", rows)
    plain = "\n".join(e.text or "" for e in root.iter("text"))
    tap.ok(not re.search(r"@[A-Za-z0-9]|#\d|GH-\d|://|www\.|:\w+:|\b(?=\d*[a-f])[0-9a-f]{7,40}\b", plain),
           f"Markdown of {name}: nothing that a site would link", plain)
    shown = len(re.findall(r"^\| (?:Critical|High|Medium|Low|Negligible|Unknown)(?: \*\*exploited\*\*)? \| (?!High \|)", text,
                           re.MULTILINE))
    more = re.search(r"and (\d+) more findings", text)
    total = len(live(report))
    tap.equal(shown + (int(more.group(1)) if more else 0), total, f"Markdown of {name}: findings shown and left out")


def test_markdown_of_very_many(tap):
    report = model("many")
    report["findings"] = report["findings"] * 100
    for i, f in enumerate(report["findings"]):
        f["title"] = "x" * 300 + "|`<@a" * 50
    report["problems"] = [{"layer": 0, "path": "p|" * 1000, "analyzer": "x", "offset": None, "text": "<b>" * 1000}] * 5000
    report["fixPlan"] = model("app")["fixPlan"] * 300
    report["policy"] = model("app")["policy"] * 300
    report["summary"]["warnings"] = ["[w](http://x)" * 100] * 500
    r = convert("-", "--format", "markdown", stdin=json.dumps(report).encode())
    text = r.stdout.decode()
    tap.ok(r.returncode == 0 and 30000 < len(text) <= 65536, "Markdown of very many findings fits into a comment", len(text))
    if shutil.which("cmark-gfm"):
        check_markdown(tap, "very many", text, report)


# ---- templates, against pystache ----

TEMPLATES = [
    "{{target.name}} {{verdict}} {{summary.reason}}\n",
    "{{#findings}}\n* {{severity}} {{id}}{{#package}} {{name}} {{version}}{{/package}} {{{title}}}\n{{/findings}}\n",
    "{{#packages}}{{name}}@{{version}} {{#source}}{{name}}{{/source}} {{#depends}}[{{.}}]{{/depends}}{{^purl}}none{{/purl}}\n"
    "{{/packages}}",
    "{{#findings}}{{#scores.cvss}}{{vector}} {{source}}{{/scores.cvss}}{{#scores.kev}}KEV {{due}}{{/scores.kev}}"
    "{{^scores.kev}}-{{/scores.kev}}{{#suppression}}({{reason}}{{owner}}){{/suppression}}{{#aliases}}<{{.}}>{{/aliases}}\n"
    "{{/findings}}",
    "  {{#database}}\n  {{built}} {{advisories}}\n  {{#sources}}\n    {{name}} {{&url}} {{records}}\n  {{/sources}}\n  {{/database}}\n",
    "{{! nothing }}\n{{=<% %>=}}\n<%#target%><%name%> <%#layers%><%index%>:<%diffId%> <%/layers%><%/target%>\n<%={{ }}=%>{{x}}\n",
    "{{#policy}}{{rule}}: {{text}} {{#failed}}FAILED{{/failed}}{{^failed}}ok{{/failed}}\n{{/policy}}{{^policy}}none{{/policy}}",
    "{{#problems}}{{path}} {{offset}} {{text}}\n{{/problems}}{{^problems}}all was read\n{{/problems}}",
    "{{findings.id}}|{{no.such.name}}|{{target.os.id}}|{{target.os.prettyName.x}}\n",
]


def without_null(value):
    """null as the empty text: pystache 0.6 writes "None" for it, where the specification wants nothing."""
    if isinstance(value, dict):
        return {k: without_null(v) for k, v in value.items()}
    if isinstance(value, list):
        return [without_null(v) for v in value]
    return "" if value is None else value


def test_template(tap):
    try:
        import pystache
    except ImportError:
        tap.skip("templates as pystache renders them", "python3-pystache is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        for i, template in enumerate(TEMPLATES):
            path = os.path.join(folder, "t.html.mustache")
            with open(path, "w", encoding="utf-8") as f:
                f.write(template)
            for name in ("small", "clean", "incomplete", "eol", "app", "many"):
                want = pystache.Renderer(missing_tags="ignore").render(template, without_null(model(name)))
                got = made(name, "template", "--template", path)
                tap.equal(html.unescape(got), html.unescape(want), f"template {i} of {name} as pystache renders it")
            got = made("hostile", "template", "--template", path)
            tap.ok("\x1b" not in got and "\x00" not in got and "\x9b" not in got, f"template {i}: nothing repaints a terminal")


def test_template_errors(tap):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.txt")
        for text, said in (("a\n{{#x}}", "line 2: section 'x' does not end"), ("{{>x}}", "there are no partials"),
                           ("{{x", "a tag does not end")):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            r = convert(golden("small"), "--format", "template", "--template", path)
            tap.ok(r.returncode == 4 and said in r.stderr.decode() and not r.stdout, f"a template with an error: {said}", r)
        with open(path, "w", encoding="utf-8") as f:
            f.write("{{verdict}}")
        tap.equal(convert(golden("small"), "--template", path).stdout, b"fail", "--template alone means the format template")
        for words, said in ((["--format", "template"], "needs a template"),
                            (["--template", path, "--format", "json"], "is for '--format template'"),
                            (["--format", "template", "--template", path + "x"], "t.txtx")):
            r = convert(golden("small"), *words)
            tap.ok(r.returncode == 2 and said in r.stderr.decode(), f"template: {words[0]}: {said}", r)


# ---- convert ----

def test_convert(tap):
    for name in NAMES:
        with open(golden(name), "rb") as f:
            text = f.read()
        tap.equal(convert(golden(name), "--format", "json").stdout, text, f"{name} converted to JSON is itself")
        tap.equal(convert("-", "--format", "json", stdin=text).stdout, text, f"{name} from a pipe, too")
    with tempfile.TemporaryDirectory() as folder:
        words = []
        for f in formats():
            if f != "template":
                words += ["--format", f"{f}={folder}/{f}"]
        r = convert(golden("app"), *words)
        tap.ok(r.returncode == 0 and not r.stdout and not r.stderr, "all formats at once", r)
        for f in formats():
            if f == "template":
                continue
            with open(os.path.join(folder, f), "rb") as one:
                tap.equal(one.read(), convert(golden("app"), "--format", f).stdout, f"{f} is the same alone")
        with open(golden("app"), "rb") as f, open(os.path.join(folder, "stdin"), "wb") as out:
            code = subprocess.run([PROGRAM, "convert", "-", "--format", "csv"], stdin=f, stdout=out, env=ENV, check=False).returncode
        with open(os.path.join(folder, "stdin"), "rb") as f:
            tap.ok(code == 0 and f.read() == convert(golden("app"), "--format", "csv").stdout, "a file as standard input")


def damaged():
    """(what, bytes, what is said)"""
    report = model("app")

    def changed(change):
        copy = json.loads(json.dumps(report))
        change(copy)
        return json.dumps(copy).encode()

    yield "nothing", b"", "the document is cut off"
    yield "a list", b"[]", "it is a list"
    yield "another document", b'{"a": 1}', "'schemaVersion' is missing"
    yield "a newer schema", changed(lambda r: r.update(schemaVersion=2)), "schemaVersion 2"
    yield "a number for a text", changed(lambda r: r["packages"][2].update(name=7)), "packages[2].name: not a text"
    yield "no such severity", changed(lambda r: r["findings"][1].update(severity="HIGH")), "findings[1].severity"
    yield "no verdict", changed(lambda r: r.pop("verdict")), "'verdict' is missing"
    yield "a finding of no package", changed(lambda r: r["findings"][0]["package"].update(index=6)), "there is no package 6"
    yield "an owner that is none", changed(lambda r: r["packages"][0].update(owner=99)), "there is no package 99"
    yield "a step of no package", changed(lambda r: r["fixPlan"][0].update(package=6)), "there is no package 6"
    yield "a negative index", changed(lambda r: r["packages"][0].update(layer=-2)), "packages[0].layer"
    yield "a huge number", changed(lambda r: r["packages"][0].update(files=1 << 64)), "integer"
    yield "more base layers than layers", changed(lambda r: r["target"]["baseImage"].update(layers=4)), "4 of 3 layers"
    yield "a date that is none", changed(lambda r: r["database"].update(built="soon")), "database.built"
    yield "an object for a list", changed(lambda r: r.update(findings={})), "findings: not a list"
    yield "a place that is a text", changed(lambda r: r["packages"][2].update(locations=["x"])), "packages[2].locations[0]"
    yield "not UTF-8", json.dumps(report).encode().replace(b"minimist", b"mini\xffist", 1), "decode byte 0xff"
    yield "deep nesting", b'{"schemaVersion": 1, "packages": ' + b"[" * 100000, "nested too deep"
    yield "the same twice", b'{"verdict": "pass", "verdict": "fail"}', "'verdict' is there twice"
    yield "NUL", json.dumps(report).encode().replace(b'"target"', b'\0"target"', 1), "name in quotes"


def test_damaged(tap):
    for what, document, said in damaged():
        r = convert("-", "--format", "json", stdin=document)
        tap.ok(r.returncode == 4 and said in r.stderr.decode() and r.stderr.count(b"\n") == 1 and not r.stdout,
               f"a report with {what} is refused", r)
    with open(golden("app"), "rb") as f:
        text = f.read()
    bad = [n for n in range(0, len(text) - 2, 97) if convert("-", stdin=text[:n]).returncode != 4]
    tap.equal(bad, [], "a report that is cut is refused, wherever")
    tap.ok(convert("/nonexistent/report.json").returncode == 4, "a report that is not there")
    tap.ok(convert(ROOT).returncode in (2, 4), "a directory is no report")
    older = model("clean")
    for key in ("policy", "fixPlan"):
        older.pop(key)
    for key in ("command", "workingDir", "searchPath", "labels", "baseImage"):
        older["target"].pop(key)
    for p in older["packages"]:
        for key in ("system", "evidence", "dev", "inner", "digest", "url", "cpe", "depends", "qualifiers", "locations", "owner",
                    "entrypoint"):
            p.pop(key)
    r = convert("-", "--format", "json", stdin=json.dumps(older).encode())
    tap.equal(json.loads(r.stdout), model("clean"), "a report of an older version is read")
    newer = model("app")
    newer["future"] = newer["packages"][0]["future"] = {"x": [1]}
    r = convert("-", "--format", "json", stdin=json.dumps(newer).encode())
    tap.equal(json.loads(r.stdout), model("app"), "members of a newer version are passed over")


def test_large(tap):
    """More values than one JSON document may have in memory at once."""
    report = model("app")
    report["packages"] = report["packages"] * 6000
    for i, p in enumerate(report["packages"]):
        p = report["packages"][i] = dict(p, name=f"{p['name']}-{i}", owner=None)
    text = json.dumps(report).encode()
    r = convert("-", "--format", "json", stdin=text)
    tap.ok(r.returncode == 0 and json.loads(r.stdout)["packages"] == report["packages"],
           f"a report of {len(report['packages'])} packages, {len(text) >> 20} MiB", r.stderr)


# ---- a scan and its JSON ----

def test_scan(tap):
    with tempfile.TemporaryDirectory() as folder:
        starter = os.path.join(ROOT, "data", "starter")
        made_images = run(os.path.join(ROOT, "examples", "leaky-image", "build"), folder)
        db = os.path.join(folder, "starter.db")
        built = run(PROGRAM, "db", "build", "-o", db, "--source", f"starter:{starter}/advisories", "--source",
                    f"kev:{starter}/kev.json", "--source", f"eol:{starter}/eol")
        if not tap.ok(made_images.returncode == 0 and built.returncode == 0, "images and database", made_images.stderr, built.stderr):
            return
        template = os.path.join(folder, "t.md")
        with open(template, "w", encoding="utf-8") as f:
            f.write("{{#findings}}{{id}} {{risk}} {{#package}}{{name}}{{/package}}\n{{/findings}}")
        words = [w for f in formats() for w in ("--format", f"{f}={folder}/scan.{f}")] + ["--template", template]
        scan = [PROGRAM, "scan", os.path.join(folder, "leaky-debian.tar"), "--no-cache", "--no-policy", "--db", db, "--quiet"]
        r = subprocess.run([*scan, *words], env=ENV, capture_output=True, check=False)
        tap.ok(r.returncode == 1, "a scan in every format", r.stderr)
        words = [w for f in formats() for w in ("--format", f"{f}={folder}/convert.{f}")] + ["--template", template]
        r = convert(os.path.join(folder, "scan.json"), *words)
        tap.ok(r.returncode == 0, "its JSON converted to every format", r.stderr)
        for f in formats():
            with open(f"{folder}/scan.{f}", "rb") as a, open(f"{folder}/convert.{f}", "rb") as b:
                one, two = a.read(), b.read()
            tap.ok(one == two and one, f"{f}: scan and convert write the same")


def main():
    tap = Tap()
    for test in (test_sarif, test_junit, test_checkstyle, test_csv, test_gitlab, test_markdown, test_markdown_of_very_many,
                 test_template, test_template_errors, test_convert, test_damaged, test_large, test_scan):
        test(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
