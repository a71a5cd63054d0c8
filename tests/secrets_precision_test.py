#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the detector of secrets finds and what it leaves alone, in files as people have them.

Recall: tests/secrets/leaks.txt, each leak of it in its file. Precision: trees that machines have (the interpreter's own
library, /usr/share, installed packages), where nothing may be of high confidence but what is listed here with its reason,
and little of medium.

  FIND_SECRETS   the program tests/find-secrets
"""
import base64
import os
import re
import subprocess
import sys
import sysconfig
import tempfile

from support.secret_examples import fill
from support.tap import ROOT, Tap

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.environ.get("FIND_SECRETS") or os.path.join(ROOT, os.environ.get("BUILD") or "build", "tests", "find-secrets")
FILES_MAX = 6000
BYTES_MAX = 2 << 20
MEDIUM_PER_10000_FILES = 5

# What a person would call true in trees that machines have: path, rule, why.
TRUE = [
    (r"(^|/)etc/ssh/ssh_host_\w+_key$", "openssh-private-key", "this machine's own key"),
    (r"(^|/)ssl/private/", "pem-private-key", "this machine's own key"),
    (r"(^|/)debug/(\.yarn-tarball\.tgz!package/)?\.coveralls\.yml$", "coveralls-repository-token",
     "released by mistake with the package, years ago"),
    (r"(^|/)chromium\.d/apikeys$", "google-api-key", "Debian's own, published in its chromium package"),
    (r"(^|/)chromium\.d/apikeys$", "generic-secret", "the same"),
    (r"(^|/)mono/[\d.]+/machine\.config$", "generic-token", "tokens of public keys; a person would have to look twice"),
]


def find(names, folder=None):
    """Rows of the tool: confidence, rule, path, line, secret, reason, why filtered, coding."""
    run = subprocess.run([TOOL], input="\n".join(names).encode("utf-8", "surrogateescape") + b"\n", capture_output=True,
                         check=False, cwd=folder)
    if run.returncode == 77:
        return None
    if run.returncode:
        raise SystemExit(run.stderr.decode())
    return [line.split("\t") for line in run.stdout.decode("utf-8", "replace").splitlines()]


def leaks():
    """(path, text with marks) of each file."""
    with open(os.path.join(HERE, "secrets", "leaks.txt"), encoding="utf-8") as f:
        text = f.read()
    for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        path, _, body = part.partition("\n")
        yield path, fill(body, path)


def wrap(text):
    return re.sub(r"\{b64of (.*?)\}", lambda m: base64.b64encode(m.group(1).encode()).decode(), text)


def escape(text):
    """As the tool prints secrets."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")[:100]


def check_recall(report):
    with tempfile.TemporaryDirectory() as folder:
        wanted = []
        for path, text in leaks():
            full = os.path.join(folder, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as f:
                f.write(wrap(re.sub("[«»]", "", text)))
            wanted += [(path, s) for s in re.findall("«(.*?)»", text, re.DOTALL)]
        rows = find(sorted({path for path, _ in wanted}), folder)
        if rows is None:
            return report.skip("every leak is found", "Vectorscan or PCRE2 is not installed")
        missed = []
        for path, secret in wanted:
            want = escape(secret)
            same = [r for r in rows if r[2] == path and (r[4].startswith(want) or (len(want) >= 6 and want in r[4]))]
            if not any(not r[6] for r in same):
                missed.append(f"{path}: {want[:60]}" + (f" (filtered: {same[0][6]})" if same else ""))
        report.ok(not missed, f"{len(wanted)} leaks in {len({p for p, _ in wanted})} files are found", *missed)


def tree(root):
    names, real = [], set()
    for folder, subs, files in os.walk(root):
        subs.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            try:
                st = os.lstat(path)
            except OSError:
                continue
            if (st.st_mode & 0o170000) == 0o100000 and 0 < st.st_size <= BYTES_MAX and (st.st_dev, st.st_ino) not in real:
                real.add((st.st_dev, st.st_ino))
                names.append(path)
            if len(names) >= FILES_MAX:
                return names
    return names


def is_true(row):
    return any(row[1] == rule and re.search(path, row[2]) for path, rule, _ in TRUE)


def check_tree(report, name, root):
    if not root or not os.path.isdir(root):
        return report.skip(name, "is not there")
    names = tree(root)
    rows = find(names)
    if rows is None:
        return report.skip(name, "Vectorscan or PCRE2 is not installed")
    counted = [r for r in rows if not r[6] and not is_true(r)]
    high = [r for r in counted if r[0] == "high"]
    medium = {(r[2], r[4]) for r in counted if r[0] == "medium"}
    report.ok(not high, f"{name}: none of high confidence in {len(names)} files",
              *(f"{r[1]} {r[2]} {r[4][:80]}" for r in high))
    most = max(2, len(names) * MEDIUM_PER_10000_FILES // 10000)
    report.ok(len(medium) <= most, f"{name}: {len(medium)} of medium confidence, at most {most}",
              *(f"{path} {secret[:80]}" for path, secret in sorted(medium)))


def main():
    report = Tap()
    check_recall(report)
    check_tree(report, "the interpreter's library", sysconfig.get_paths()["stdlib"])
    check_tree(report, "installed Python packages", "/usr/lib/python3/dist-packages")
    check_tree(report, "C headers", "/usr/include")
    check_tree(report, "Go's library", "/usr/local/go/src/crypto")
    check_tree(report, "/usr/share", "/usr/share")
    check_tree(report, "/etc", "/etc")
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
