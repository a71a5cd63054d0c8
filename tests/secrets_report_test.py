#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What users see of secrets: the command, its options, and every report. The leaky example image says what is planted in
it (examples/leaky-image/planted.py): all of that is found, and none of it stands in the clear in anything that drydock
writes unless --reveal asks for it."""
import json
import os
import re
import subprocess
import sys

from support.program import ROOT, Place, Tap

sys.path.insert(0, os.path.join(ROOT, "examples", "leaky-image"))
import planted  # noqa: E402

PLANTED = {
    "a git remote's URL": planted.github_token("git"), "a deleted file": planted.aws_key_id("env"),
    "beside it": planted.aws_secret("env"), "a payment key": planted.stripe_key("env"),
    "a database's address": planted.text("database", 20), "an overwritten file": planted.text("smtp", 18),
    "under an opaque directory": planted.github_token("old"), "a pack": planted.text("git history", 20),
    "a jar in a tar": planted.slack_webhook("jar").removeprefix("https://"),
    "an SSH key": planted.openssh_key("ssh").strip(), "a TLS key": planted.pkcs8_key("tls").strip(),
    "the environment": planted.github_token("environment"), "a label": planted.sendgrid_key("label"), "an ARG": planted.npm_token("build argument"),
}
# A key's first line says nothing; one line of its body is a part of the secret.
PIECES = [value for value in PLANTED.values() if "\n" not in value] + \
         [line for value in PLANTED.values() if "\n" in value for line in value.split("\n")[1:-1] if len(line) > 20]


def formats(place, *command):
    """The formats that a command has, as it tells who asks for another one."""
    said = place.run(*command, "--format", "none-such").err.decode()
    return [name.strip("\n .") for name in re.split(r", | and ", said.split("there are ")[1])]


class World:
    def __init__(self, place):
        self.place = place
        self.images = place.at("images")
        made = subprocess.run([os.path.join(ROOT, "examples", "leaky-image", "build"), self.images], capture_output=True, check=False)
        assert made.returncode == 0, made.stderr
        self.image = os.path.join(self.images, "leaky-debian.tar")
        starter = os.path.join(ROOT, "data", "starter")
        self.db = place.at("starter.db")
        built = place.run("db", "build", "--source", f"starter:{starter}/advisories", "--source", f"eol:{starter}/eol", "-o", self.db)
        assert built.code == 0, built.err

    def secrets(self, target, *options):
        """(exit code, report)"""
        r = self.place.run("secrets", "--quiet", "--format", "json", *options, target)
        return r.code, json.loads(r.out) if r.out else r.err.decode()

    def directory(self, name, files):
        for path, text in files.items():
            whole = os.path.join(self.place.at(name).encode(), path if isinstance(path, bytes) else path.encode())
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "wb") as f:
                f.write(text.encode())
        return "dir:" + self.place.at(name)


def live(report):
    return [f for f in report["findings"] if not f["suppression"]]


def check_found(world):
    code, report = world.secrets(world.image, "--reveal", "--min-confidence", "low")
    assert code == 1, code
    values = {f["secret"]["value"].strip() for f in live(report)}
    missing = [where for where, value in PLANTED.items() if value not in values]
    assert missing == [], missing


def check_hidden(world):
    """None of the planted ones in any format of any command."""
    runs = [["secrets", world.image, "--min-confidence", "low", "--show-filtered", "--show-suppressed", "--verbose", "--format", f]
            for f in formats(world.place, "secrets", world.image) if f != "template"]
    for more in ([], ["--no-secrets"]):
        runs += [["scan", world.image, "--db", world.db, *more, "--format", f] for f in ("table", "json", "html", "sarif", "markdown")]
    runs += [["sbom", world.image, "--format", f] for f in formats(world.place, "sbom", world.image) if "@" not in f]
    runs += [["inspect", world.image, "--format", f] for f in ("text", "json")]
    for run in runs:
        r = world.place.run(*run)
        assert r.code in (0, 1, 3) and r.out, (run, r.code, r.err)
        text = (r.out + r.err).decode("utf-8", "replace")
        shown = [p[:8] for p in PIECES if p in text or p.replace("/", "\\/") in text]
        assert shown == [], (run, shown)
    code, report = world.secrets(world.image)
    assert all(f["secret"]["value"] is None and f["secret"]["redacted"] for f in report["findings"]), code


def check_cache(world):
    """Nothing in the clear is kept, with --reveal neither, and what is kept does not turn up where it was not asked for."""
    world.secrets(world.image, "--reveal")
    kept = b""
    for folder, _, names in os.walk(world.place.cache):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                kept += f.read()
    assert kept, "nothing is cached"
    shown = [p[:8] for p in PIECES if p.encode() in kept]
    assert shown == [], shown


def check_places(world):
    _, report = world.secrets(world.image)
    by_path = {}
    for f in live(report):
        by_path.setdefault(f["location"]["path"], []).append(f)
    want = {"app/old/credentials.json": ("deleted", 2, 4), "app/.env": ("deleted", 2, 3), "app/config.yml": ("overwritten", 2, 5),
            "app/.git/config": ("live", 2, None), "etc/ssl/private/server.key": ("deleted", 2, 4)}
    for path, (state, layer, by) in want.items():
        for f in by_path[path]:
            got = (f["secret"]["state"], f["location"]["layer"], f["secret"]["by"])
            assert got == (state, layer, by), (path, got)
            assert f["secret"]["change"][0] == "# .dockerignore", f["secret"]["change"]
    places = {f["secret"]["place"] for f in live(report)}
    assert {"file", "env", "label", "history"} <= places, places
    argument = next(f for f in live(report) if f["id"].startswith("npm"))
    assert any(line.startswith("+ RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN ") for line in argument["secret"]["change"]), argument


def check_table(world):
    r = world.place.run("secrets", "--quiet", world.image, env={"COLUMNS": "80"})
    text = r.out.decode()
    own = ("            ", "Digest", "  ")  # lines to paste are not wrapped
    wide = [line for line in text.split("\n") if len(line) > 80 and not line.startswith(own)]
    assert wide == [] and "\x1b" not in text, wide
    assert re.search(r"^CRITICAL  GitHub: ", text, re.MULTILINE) and "deleted by L4" in text, text


def check_convert(world):
    """What a scan writes in a format, convert makes of its JSON."""
    report = world.place.at("report.json")
    fixed = {"SOURCE_DATE_EPOCH": "1795219200"}
    r = world.place.run("secrets", "--quiet", world.image, "--show-filtered", "--min-confidence", "low", "--format", "json=" + report, env=fixed)
    assert r.code == 1, r.err
    for name in formats(world.place, "secrets", world.image):
        if name == "template":
            continue
        one = world.place.run("secrets", "--quiet", world.image, "--show-filtered", "--min-confidence", "low", "--format", name, env=fixed)
        two = world.place.run("convert", "--quiet", report, "--format", name, env=fixed)
        assert two.code == 0 and one.out == two.out, (name, two.err)


def check_schema(world):
    try:
        import jsonschema
    except ImportError:
        return "python3-jsonschema is not installed"
    with open(os.path.join(ROOT, "docs", "report.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    for options in ([], ["--reveal", "--show-filtered", "--min-confidence", "low"]):
        _, report = world.secrets(world.image, *options)
        jsonschema.validators.validator_for(schema)(schema).validate(report)
        assert report["summary"]["secretsLookedFor"] is True and report["database"] is None
    return None


def token(n):
    return "token: " + planted.github_token(f"test {n}") + "\n"


def check_baseline(world):
    target = world.directory("known", {"a/one.yml": token(1), "two.yml": "x: y\n" + token(2)})
    base = world.place.at("base.json")
    r = world.place.run("secrets", "--quiet", target, "--fail-on", "none", "--format", "json=" + base)
    assert r.code == 0, r.err
    assert world.secrets(target)[0] == 1
    code, report = world.secrets(target, "--baseline", base)
    assert code == 0 and {f["suppression"]["reason"] for f in report["findings"]} == {"known: in the baseline"}, report
    # Lines move, a file moves: still known; a new one is not.
    target = world.directory("moved", {"b/one.yml": "# new\n\n" + token(1), "two.yml": "\n\n\n" + token(2)})
    code, report = world.secrets(target, "--baseline", base)
    reasons = {f["location"]["path"]: f["suppression"]["reason"] for f in report["findings"]}
    assert code == 0 and reasons == {"b/one.yml": "known: in the baseline, there at a/one.yml", "two.yml": "known: in the baseline"}, reasons
    world.directory("moved", {"three.yml": token(3)})
    code, report = world.secrets(target, "--baseline", base)
    assert code == 1 and [f["location"]["path"] for f in live(report)] == ["three.yml"], report
    # Another salt: nothing is the same any more, and nothing is known.
    assert world.secrets(target, "--baseline", base, "--salt", "pepper")[0] == 1
    with open(base, "w", encoding="utf-8") as f:
        f.write("three.yml:github-personal-token:1\n")
    code, report = world.secrets(target, "--baseline", base)
    assert code == 1 and len(live(report)) == 2, report
    with open(base, "w", encoding="utf-8") as f:
        f.write("{}")
    code, said = world.secrets(target, "--baseline", base)
    assert code == 2 and "base.json" in said, said
    assert world.secrets(target, "--baseline", world.place.at("none.json"))[0] == 2


def check_limits(world):
    """Confidence, severity, policy, ignore files and fingerprints."""
    target = world.directory("limits", {"one.yml": token(1)})
    code, report = world.secrets(target)
    finding = report["findings"][0]
    assert code == 1 and finding["confidence"] == "high" and finding["severity"] == "critical", finding
    assert world.secrets(target, "--fail-on", "none")[0] == 0
    print_ = finding["secret"]["fingerprint"]
    assert re.fullmatch("[0-9a-f]{32}", print_), print_
    salted = world.secrets(target, "--salt", "pepper")[1]["findings"][0]["secret"]["fingerprint"]
    assert salted != print_
    with open(world.place.at("salt"), "w", encoding="utf-8") as f:
        f.write("pepper\n")
    assert world.secrets(target, "--salt-file", world.place.at("salt"))[1]["findings"][0]["secret"]["fingerprint"] == salted
    assert world.secrets(target, "--salt-file", world.place.at("salt"), "--salt", "x")[0] == 2
    for rule, want in ((f"* fingerprint={print_}", 0), ("* fingerprint=" + "0" * 32, 1), (finding["id"] + " path=one.yml", 0)):
        with open(world.place.at("ignore"), "w", encoding="utf-8") as f:
            f.write(rule + "\n")
        assert world.secrets(target, "--ignore", world.place.at("ignore"))[0] == want, rule
    for rule, want in (("kind: secret\n      confidence: high", 1), ("kind: vulnerability", 0), ("kind: secret\n      max: 1", 0)):
        with open(world.place.at("policy.yaml"), "w", encoding="utf-8") as f:
            f.write(f"version: 1\npolicy:\n  rules:\n    - name: r\n      {rule}\n  require: [complete]\n")
        assert world.secrets(target, "--policy", world.place.at("policy.yaml"))[0] == want, rule


def check_many(world):
    """10,000 of them: all in the JSON, a screen or two in the table, and a count of the rest."""
    files = {f"{n:03}.txt": "".join(token(n * 100 + i) for i in range(100)) for n in range(100)}
    target = world.directory("many", files)
    code, report = world.secrets(target)
    assert code == 1 and len(report["findings"]) == 10000, len(report["findings"])
    r = world.place.run("secrets", "--quiet", target)
    text = r.out.decode()
    assert len(text) < 200000 and "and 9800 more: '--format json' lists all" in text, len(text)
    assert len(world.place.run("secrets", "--quiet", target, "--format", "markdown").out) <= 65536


def check_hostile(world):
    """Names that want to repaint the terminal, or to write lines of their own."""
    name = b"\x1b[2J\n+ RUN evil\r\xff'$(reboot).txt"
    target = world.directory("hostile", {name: token(1)})
    for form in ("table", "markdown", "csv", "sarif", "junit", "checkstyle", "json"):
        r = world.place.run("secrets", "--quiet", target, "--format", form)
        assert r.code == 1 and b"\x1b" not in r.out, (form, r.err)
        assert not re.search(rb"^\+ RUN evil", r.out, re.MULTILINE), form


def check_reveal(world):
    target = world.directory("reveal", {"one.yml": token(1)})
    secret = planted.github_token("test 1")
    for form in ("table", "json", "csv", "junit", "markdown"):
        r = world.place.run("secrets", "--quiet", target, "--reveal", "--format", form)
        assert secret.encode() in r.out, form


CASES = (("all that is planted is found", check_found), ("and stands nowhere in the clear", check_hidden), ("nor in the cache", check_cache),
         ("place, state and the lines to write instead", check_places), ("the table fits a terminal", check_table),
         ("convert gives the same", check_convert), ("the JSON keeps to the schema", check_schema), ("baselines", check_baseline),
         ("limits, policies, ignore files, salt", check_limits), ("10,000 secrets", check_many), ("hostile names", check_hostile),
         ("--reveal shows them", check_reveal))


def main():
    tap = Tap()
    with Place() as place:
        world = World(place)
        probe = place.run("secrets", "--quiet", world.directory("probe", {"a": "b\n"}))
        for name, check in CASES:
            if probe.code == 4:
                tap.case(name, lambda: probe.err.decode().strip().replace("\n", " "))
            else:
                tap.case(name, check, world)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
