#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""JSON reports keep to docs/report.schema.json, and the schema says something of every key that is in them."""
import copy
import glob
import json
import os
import sys

from support.tap import ROOT, Tap

SCHEMA = os.path.join(ROOT, "docs", "report.schema.json")
REPORTS = os.path.join(ROOT, "tests", "golden", "report", "*-json.txt")


def strict(schema):
    """The schema with every object closed, so that a key without a description is an error here."""
    if isinstance(schema, dict):
        closed = {k: strict(v) for k, v in schema.items()}
        if "properties" in schema:
            closed["additionalProperties"] = False
        return closed
    return [strict(v) for v in schema] if isinstance(schema, list) else schema


def no_twins(pairs):
    if len({k for k, _ in pairs}) != len(pairs):
        raise ValueError(f"a key stands twice: {pairs}")
    return dict(pairs)


def damage(report):
    """(what, report) with one fault each: a schema that takes all of them says nothing."""
    for what, change in [
        ("a verdict that there is not", lambda r: r.update(verdict="maybe")),
        ("another schema version", lambda r: r.update(schemaVersion=2)),
        ("no findings", lambda r: r.pop("findings")),
        ("a severity that there is not", lambda r: r["findings"][0].update(severity="HIGH")),
        ("a fix without a state", lambda r: r["findings"][0]["fix"].pop("state")),
        ("a layer before the first", lambda r: r["packages"][0].update(layer=-1)),
        ("a probability above one", lambda r: r["findings"][0]["scores"]["epss"].update(probability=1.5)),
        ("a number as a text", lambda r: r["summary"].update(findings="6")),
    ]:
        broken = copy.deepcopy(report)
        change(broken)
        yield what, broken


def main():
    tap = Tap()
    try:
        import jsonschema
    except ImportError:
        tap.skip("reports keep to the schema", "python3-jsonschema is not installed")
        return tap.done()
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    tap.equal(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "the schema names its dialect")
    reports = {}
    for path in sorted(glob.glob(REPORTS)) + sys.argv[1:]:
        with open(path, encoding="utf-8") as f:
            reports[os.path.basename(path)] = json.load(f, object_pairs_hook=no_twins)
    tap.ok(len(reports) >= 5, "there are golden reports")
    validator = kind(strict(schema))
    for name, report in reports.items():
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(report)]
        tap.ok(not errors, f"{name} keeps to the schema", *errors)
    for what, broken in damage(reports["small-json.txt"]):
        tap.ok(not validator.is_valid(broken), f"the schema refuses {what}")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
