#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""From an image to a decision: third-party packages and their owners, base and application, exposure, the fix plan, the
policy file, VEX documents written and honoured."""
import json
import os
import sys

from support.images import Image, directory, file, layer_tar, write
from support.program import Place, Tap, shared

STATUS = """Package: python3-six
Status: install ok installed
Version: 1.16.0-4
Architecture: all
Maintainer: Debian Python Team <team@debian.example>
Source: six

Package: nginx
Status: install ok installed
Version: 1.22.1-9
Architecture: amd64
Maintainer: Debian Nginx Team <team@debian.example>

"""


def dist_info(where, name, version):
    return file(f"{where}/{name}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode())


def image():
    """A base that runs nginx, and an application with a dependency above it."""
    owned = "usr/lib/python3/dist-packages"
    base = layer_tar([
        file("etc/os-release", b"ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n"),
        file("var/lib/dpkg/status", STATUS.encode()),
        file("var/lib/dpkg/info/nginx.list", b"/.\n/usr\n/usr/sbin\n/usr/sbin/nginx\n"),
        file("var/lib/dpkg/info/python3-six.list", f"/.\n/{owned}/six-1.16.0.dist-info/METADATA\n".encode()),
        directory("usr/sbin"), file("usr/sbin/nginx", b"\x7fELF no program"),
        dist_info(owned, "six", "1.16.0"),
    ])
    app = layer_tar([dist_info("app/lib", "Foo_Bar", "1.0"), dist_info("srv/lib", "foo-bar", "1.0"),
                     dist_info("app/lib", "six", "1.16.0"), dist_info("app/lib", "nginx", "0.1")])
    history = [{"created_by": "ADD rootfs.tar /"}, {"created_by": "CMD [\"bash\"]", "empty_layer": True},
               {"created_by": "COPY . /app"}, {"created_by": "CMD [\"nginx\"]", "empty_layer": True}]
    config = {"Entrypoint": ["/bin/sh", "-c"], "Cmd": ["exec nginx -g 'daemon off;'"], "Env": ["PATH=/usr/sbin:/usr/bin"],
              "Labels": {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}}
    return Image([base, app], config=config, history=history)


def osv(ident, ecosystem, name, fixed, **more):
    return {"id": ident, "modified": "2024-01-01T00:00:00Z", "published": "2024-01-01T00:00:00Z", **more, "affected": [
        {"package": {"ecosystem": ecosystem, "name": name},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}


SEVERE = {"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}
RECORDS = [osv("CVE-2024-1001", "PyPI", "foo-bar", "1.2", aliases=["GHSA-aaaa-bbbb-cccc"], **SEVERE),
           osv("CVE-2024-1002", "PyPI", "foo-bar", "1.10"),
           osv("CVE-2024-1003", "PyPI", "six", "1.17.0"),
           osv("CVE-2024-1004", "Debian:12", "nginx", "1.22.1-9+deb12u1"),
           osv("CVE-2024-1005", "npm", "left", "2.0.0")]


class World:
    def __init__(self, place):
        self.place = place
        self.db = place.database(*RECORDS)
        self.target = place.at("image.tar")
        write(self.target, image().docker_archive())

    def scan(self, *args):
        code, report, err = self.place.scan(self.db, self.target, *args)
        assert report, err
        return code, report


def by_id(report):
    return {f["id"]: f for f in report["findings"]}


def check_packages(world):
    _, report = world.scan()
    packages = {(p["name"].lower().replace("_", "-"), p["type"]): p for p in report["packages"]}
    foo = packages["foo-bar", "pypi"]
    assert len([p for p in report["packages"] if p["type"] == "pypi" and p["version"] == "1.0"]) in (1, 2), report["packages"]
    assert foo["purl"] == "pkg:pypi/foo-bar@1.0", foo
    six = packages["six", "pypi"]
    # One copy belongs to the system, the other does not: the package is judged for the other's sake.
    assert {l["path"] for l in six["locations"]} == {"usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA",
                                                     "app/lib/six-1.16.0.dist-info/METADATA"}, six
    # It has the name of a system package, whose files are not its own.
    assert packages["nginx", "pypi"]["files"] == 0 and packages["nginx", "deb"]["files"] > 0, packages["nginx", "pypi"]
    findings = by_id(report)
    assert set(findings) == {"CVE-2024-1001", "CVE-2024-1002", "CVE-2024-1003", "CVE-2024-1004"}, set(findings)
    assert findings["CVE-2024-1004"]["introducedBy"]["layer"] == 0


def check_owned(world):
    """Without the copy in the application the distribution alone speaks for six."""
    owned = image()
    owned.layers = owned.layers[:1]
    base = Image(owned.layers, config={"Cmd": ["nginx"]})
    target = world.place.at("base.tar")
    write(target, base.docker_archive())
    _, report, err = world.place.scan(world.db, target)
    assert set(by_id(report)) == {"CVE-2024-1004"}, (set(by_id(report)), err)


def check_origin(world):
    _, report = world.scan()
    findings = by_id(report)
    nginx, foo = findings["CVE-2024-1004"], findings["CVE-2024-1001"]
    assert (nginx["origin"], nginx["exposure"]) == ("base", "entrypoint"), nginx
    assert (foo["origin"], foo["exposure"]) == ("application", "present"), foo
    assert report["target"]["baseImage"]["name"] == "docker.io/library/debian:12", report["target"]
    assert [l["fromBase"] for l in report["target"]["layers"]] == [True, False]


def check_plan(world):
    _, report = world.scan()
    plan = [(s["kind"], s["findings"], s["to"], s["command"]) for s in report["fixPlan"]]
    assert ("base", 1) in [p[:2] for p in plan], plan
    assert any(p[1] == 2 and p[2] == "1.10" and p[3].startswith("pip install ") and p[3].endswith("==1.10") for p in plan), plan
    assert sum(p[1] for p in plan) == 4, plan
    risks = [f["risk"] for f in report["findings"]]
    assert risks == sorted(risks, reverse=True), risks


def policy(world, text, *args):
    path = world.place.at("policy.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return world.scan("--policy", path, *args)


def check_policy(world):
    code, report = policy(world, "policy: {rules: [{name: base only, origin: base, severity: critical}]}\n")
    assert code == 0 and report["verdict"] == "pass", (code, report["summary"])
    code, report = policy(world, "policy: {rules: [{name: base only, origin: base, severity: critical}]}\n", "--fail-on", "critical")
    assert code == 1, report["summary"]
    code, report = policy(world, "policy: {rules: [{name: ours, origin: application, fixed: true, max: 1}], require: [non-root]}\n")
    assert code == 1 and [p["failed"] for p in report["policy"]] == [True, True], report["policy"]
    assert "ours" in report["summary"]["reason"] and "require non-root" in report["summary"]["reason"], report["summary"]


def check_exceptions(world):
    text = ("policy: {rules: [{name: none, severity: critical}]}\nexceptions:\n- id: GHSA-aaaa-bbbb-cccc\n  package: \"*oo*ar\"\n"
            "  reason: looked at\n  owner: team-a\n  expires: 2999-12-31\n")
    code, report = policy(world, text)
    suppression = by_id(report)["CVE-2024-1001"]["suppression"]
    assert code == 0 and suppression["owner"] == "team-a" and suppression["reason"] == "looked at", (code, suppression)
    code, report = policy(world, text.replace("2999", "2020"))
    assert code == 1 and by_id(report)["CVE-2024-1001"]["suppression"] is None, code
    assert any("ended on 2020-12-31" in w for w in report["summary"]["warnings"]), report["summary"]["warnings"]


def check_unused_rules(world):
    """Which rules no finding met: in JSON always, in the table for who asks."""
    ignore = world.place.at("old.ignore")
    with open(ignore, "w", encoding="utf-8") as f:
        f.write("CVE-2024-1001\nCVE-1999-0001\n")
    path = world.place.at("policy.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write("exceptions:\n- id: CVE-1999-0002\n  package: 'lib*'\n  reason: gone\n")
    want = [ignore + ":2 CVE-1999-0001", path + ":2 CVE-1999-0002 (lib*)"]
    args = ["--ignore", ignore, "--policy", path]
    _, report = world.scan(*args)
    assert report["summary"]["unusedRules"] == want, report["summary"]["unusedRules"]
    _, report = world.scan()
    assert report["summary"]["unusedRules"] == [], report["summary"]
    table = [world.place.run("scan", "--db", world.db, world.target, *args, *more).out.decode() for more in ([], ["--verbose"])]
    assert "Without use here" not in table[0] and "Without use here: 2 ignore rules" in table[1], table[1]
    assert "CVE-1999-0001" in table[1] and "CVE-1999-0002 (lib*)" in table[1].replace("\n", " "), table[1]


def check_nearest(world):
    """The policy of the directory, and of those above it."""
    deep = world.place.at("a/b")
    os.makedirs(deep)
    path = world.place.at(".drydock.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write("policy: {require: [non-root]}\n")
    try:
        code, report = world.scan()
        assert code == 1 and len(report["policy"]) == 1, report["policy"]
        code, report = world.scan("--no-policy", "--fail-on", "none")
        assert code == 0 and report["policy"] == [], report["policy"]
    finally:
        os.unlink(path)


def check_config(world):
    """Options of the configuration file, below the environment, below the command line; never those that write."""
    path = world.place.at(".drydock.yaml")

    def run(text, *args, target=world.target, **env):
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return world.place.run("scan", "--db", world.db, *args, target, env=env)
    try:
        low = "options: {format: json, scan: {fail-on: none}}\npolicy: {}\n"
        r = run(low)
        assert r.code == 0 and json.loads(r.out)["verdict"], (r.code, r.err)
        assert run(low, DRYDOCK_FAIL_ON="low").code == 1
        assert run(low, "--fail-on", "none", DRYDOCK_FAIL_ON="low").code == 0
        assert run(low, "--no-config").code == 1 and run(low, DRYDOCK_NO_CONFIG="1").code == 1
        assert run(low, "--format", "csv").out.startswith(b'"')
        assert run(low, DRYDOCK_FORMAT="csv").out.startswith(b'"')
        quiet = run("options: {quiet: true, fail-on: none}", "--quiet=no", "--no-cache")
        assert quiet.code == 0, quiet.err
        # another file, for options and policy
        other = world.place.at("other.yaml")
        with open(other, "w", encoding="utf-8") as f:
            f.write("options: {format: json, fail-on: none}\npolicy: {require: [non-root]}\n")
        r = run(low, "--config", other)
        assert r.code == 1 and len(json.loads(r.out)["policy"]) == 1, (r.code, r.err)
        assert run(low, DRYDOCK_CONFIG=other).code == 1
        r = run(low, "--config", world.place.at("none.yaml"))
        assert r.code in (2, 4) and b"none.yaml" in r.err, (r.code, r.err)
        # mistakes: file, line, and what was meant; --help shows help all the same
        for text, words in (("options:\n  scan:\n    fail-onn: high\n", b".drydock.yaml':3: unknown option 'fail-onn'; did you mean"),
                            ("options:\n  cache: /tmp/x\n", b".drydock.yaml':2: cache may not be set in a file"),
                            ("options: {format: json=/tmp/x}\n", b"named on the command line only"),
                            ("optoins: {}\n", b"did you mean 'options'")):
            r = run(text)
            assert r.code == 2 and words in r.err and r.out == b"", (r.code, r.err)
            assert run(text, "--help").code == 0
        # what is scanned does not say how
        root = world.place.at("root")
        os.makedirs(root + "/etc", exist_ok=True)
        r = run(low, target=world.place.path)
        assert b"is part of what is scanned" in r.err and r.out[:1] != b"{", (r.code, r.err)
        r = run(low, target=root)
        assert b"is part of what is scanned" not in r.err and r.out[:1] == b"{", (r.code, r.err)
    finally:
        os.unlink(path)


def check_bad_policy(world):
    path = world.place.at("bad.yaml")
    with open(path, "w", encoding="utf-8") as f:
        f.write("policy:\n  rules:\n    - nam: x\n")
    r = world.place.run("scan", "--db", world.db, "--policy", path, world.target)
    assert r.code == 2 and r.err.decode().endswith("bad.yaml':3: unknown key 'nam'; did you mean 'name'?\n"), (r.code, r.err)
    r = world.place.run("scan", "--db", world.db, "--policy", world.place.at("none.yaml"), world.target)
    assert r.code == 2, (r.code, r.err)


def vex(world, *args):
    report = world.place.at("report.json")
    _, result = world.scan()
    with open(report, "w", encoding="utf-8") as f:
        json.dump(result, f)
    return world.place.run("vex", report, *args, env={"SOURCE_DATE_EPOCH": "1767225600"})


def check_vex(world):
    written = world.place.at("team.vex.json")
    r = vex(world, "ghsa-aaaa-bbbb-cccc", "CVE-2024-1002", "--status", "not_affected", "--justification",
            "vulnerable_code_not_in_execute_path", "--author", "us", "-o", written)
    assert r.code == 0, r.err
    with open(written, encoding="utf-8") as f:
        document = json.load(f)
    assert [s["vulnerability"]["name"] for s in document["statements"]] == ["CVE-2024-1001", "CVE-2024-1002"], document
    code, report = world.scan("--vex", written, "--fail-on", "low")
    suppressed = {i: f["suppression"] for i, f in by_id(report).items() if f["suppression"]}
    assert set(suppressed) == {"CVE-2024-1001", "CVE-2024-1002"}, suppressed
    assert suppressed["CVE-2024-1001"]["status"] == "not_affected", suppressed
    assert suppressed["CVE-2024-1001"]["justification"] == "vulnerable_code_not_in_execute_path", suppressed
    again = vex(world, "ghsa-aaaa-bbbb-cccc", "CVE-2024-1002", "--status", "not_affected", "--justification",
                "vulnerable_code_not_in_execute_path", "--author", "us")
    assert json.loads(again.out) == document, "the same decision is the same document"


def check_vex_schema(world):
    path = shared()
    if not path:
        return "no shared data"
    try:
        import jsonschema
    except ImportError:
        return "no jsonschema"
    with open(os.path.join(path, "schemas", "openvex.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    for args in (["--status", "not_affected", "--reason", "x"], ["--status", "fixed"], ["--status", "affected", "--reason", "upgrade"],
                 ["--status", "under_investigation", "--reason", "looking"]):
        r = vex(world, "CVE-2024-1001", "--author", "us", *args)
        assert r.code == 0, r.err
        jsonschema.validate(json.loads(r.out), schema)
    return None


def check_vex_usage(world):
    for args, want in (([], "--status says what you decided"), (["--status", "fixed"], "--author says who"),
                       (["--status", "not_affected", "--author", "us"], "needs --justification or --reason"),
                       (["--status", "affected", "--author", "us"], "affected needs --reason"),
                       (["--status", "fixed", "--author", "us", "--justification", "component_not_present"], "goes with")):
        r = vex(world, "CVE-2024-1001", *args)
        assert r.code == 2 and want in r.err.decode(), (r.code, r.err)
    r = vex(world, "CVE-2024-7777", "--status", "fixed", "--author", "us")
    assert r.code == 4 and "has no vulnerability 'CVE-2024-7777'" in r.err.decode(), (r.code, r.err)
    bad = world.place.at("bad.vex.json")
    with open(bad, "w", encoding="utf-8") as f:
        f.write("{\"statements\": []}")
    r = world.place.run("scan", "--db", world.db, "--vex", bad, world.target)
    assert r.code == 2 and "not a VEX document" in r.err.decode(), (r.code, r.err)


def main():
    tap = Tap()
    with Place() as place:
        world = World(place)
        for name, check in (("third-party packages beside the system's", check_packages),
                            ("what a system package owns is left to the distribution", check_owned),
                            ("base and application, entrypoint and presence", check_origin),
                            ("the fix plan and the order by risk", check_plan),
                            ("rules, checks and --fail-on", check_policy),
                            ("exceptions with owner and expiry", check_exceptions),
                            ("rules that met nothing", check_unused_rules),
                            ("the nearest policy file", check_nearest),
                            ("options of the configuration file", check_config),
                            ("a policy with a typing mistake", check_bad_policy),
                            ("VEX written and honoured", check_vex),
                            ("VEX validates against its schema", check_vex_schema),
                            ("VEX usage errors", check_vex_usage)):
            tap.case(name, check, world)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
