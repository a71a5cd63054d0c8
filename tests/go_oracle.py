#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Go analyzers against the go command: programs built here for several systems, and `go version -m` on each; go.mod
files, and `go mod edit -json`; go.sum files, and `go list -m all`.

Modules come from a proxy in the file system that this test writes, so no registry is needed. Further programs that
DRYDOCK_TEST_GO_PROGRAMS names (separated by colons) are compared, too. Skipped by name without go. TAP."""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from oracle import analyze  # noqa: E402
from tap import Tap  # noqa: E402

GO = shutil.which("go")
MODULES = {  # path: versions
    "example.com/plain": ["v1.2.3", "v1.2.4"],
    "example.com/old": ["v2.0.1+incompatible"],
    "example.com/major/v2": ["v2.3.4-rc.1"],
    "example.com/commit": ["v0.0.0-20210222095348-6979fe12a295"],
    "example.com/replaced": ["v1.0.0"],
    "example.com/fork": ["v1.0.1"],
    "example.com/local": ["v1.0.0"],
    "example.com/Upper": ["v0.1.0"],
}
GO_MOD = """module github.com/example/app/sub

go 1.20

require (
	example.com/plain v1.2.3
	example.com/old v2.0.1+incompatible // indirect
	"example.com/major/v2" v2.3.4-rc.1 // a comment
)
require example.com/commit v0.0.0-20210222095348-6979fe12a295
require example.com/replaced v1.0.0 // indirect; and why
require example.com/local v1.0.0
require example.com/Upper v0.1.0
exclude example.com/plain v1.2.4
replace (
	example.com/replaced v1.0.0 => example.com/fork v1.0.1
	example.com/local => ./local
)
retract [v0.1.0, v0.2.0]
"""
MAIN = "package main\n\nimport (\n%s)\n\nvar version, Version string\n\nfunc main() { println(version, Version%s) }\n"


def escape(path):
    return "".join("!" + c.lower() if c.isupper() else c for c in path)


def write_proxy(root):
    for path, versions in MODULES.items():
        at = os.path.join(root, escape(path), "@v")
        os.makedirs(at)
        for version in versions:
            mod = "module %s\n\ngo 1.20\n" % path
            base = os.path.join(at, version)
            write(base + ".info", json.dumps({"Version": version, "Time": "2021-02-22T09:53:48Z"}))
            incompatible = version.endswith("+incompatible")
            write(base + ".mod", "module %s\n" % path if incompatible else mod)
            with zipfile.ZipFile(base + ".zip", "w") as z:
                where = "%s@%s/" % (path, version)
                if not incompatible:
                    z.writestr(where + "go.mod", mod)
                z.writestr(where + "m.go", "package m\n\nvar Name = %s\n" % json.dumps(path))
        write(os.path.join(at, "list"), "\n".join(versions))


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


class Bench:
    """A directory with the proxy and the module that is built."""

    def __init__(self, root):
        self.root, self.app = root, os.path.join(root, "app")
        write_proxy(os.path.join(root, "proxy"))
        os.makedirs(os.path.join(self.app, "local"))
        os.makedirs(os.path.join(self.app, "cmd"))
        write(os.path.join(self.app, "go.mod"), GO_MOD)
        write(os.path.join(self.app, "local", "go.mod"), "module example.com/local\n\ngo 1.20\n")
        write(os.path.join(self.app, "local", "m.go"), 'package m\n\nvar Name = "local"\n')
        names = [p for p in MODULES if p != "example.com/fork"]
        imports = "".join("\tm%d \"%s\"\n" % (i, n) for i, n in enumerate(names))
        write(os.path.join(self.app, "main.go"), MAIN % (imports, "".join(", m%d.Name" % i for i in range(len(names)))))
        write(os.path.join(self.app, "cmd", "main.go"), MAIN % ("", ""))
        self.env = dict(os.environ, GOPROXY="file://" + os.path.join(root, "proxy"), GOSUMDB="off", GOTOOLCHAIN="local",
                        GOFLAGS="-mod=mod", GOMODCACHE=os.path.join(root, "modcache"), CGO_ENABLED="0", GOWORK="off",
                        GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
        for who in ("AUTHOR", "COMMITTER"):
            self.env["GIT_%s_NAME" % who], self.env["GIT_%s_EMAIL" % who] = "Test", "test@example.com"

    def run(self, *args, **env):
        p = subprocess.run(args, cwd=self.app, env=dict(self.env, **env), capture_output=True, text=True)
        if p.returncode:
            raise RuntimeError(f"{args}: {p.stderr}")
        return p

    def build(self, name, *flags, package=".", **env):
        out = os.path.join(self.root, name)
        self.run(GO, "build", "-o", out, *flags, package, **env)
        return out


def told(program):
    """What `go version -m` says: ((name, version) of everything linked in, the main module)."""
    out = subprocess.run([GO, "version", "-m", program], check=True, capture_output=True, text=True).stdout.splitlines()
    version = out[0].rpartition(": ")[2]
    rows, main = [("stdlib", version.split()[0].removeprefix("go"))], None
    for line in out[1:]:
        word, *fields = line.strip("\n")[1:].split("\t")
        if word in ("mod", "dep"):
            rows.append((fields[0], fields[1] if fields[1] != "(devel)" else ""))
            main = len(rows) - 1 if word == "mod" else main
        elif word == "=>":
            local = len(fields) < 2 or fields[1] in ("", "(devel)")
            rows[-1] = (rows[-1][0], "") if local else (fields[0], fields[1])
    return sorted(r for i, r in enumerate(rows) if i != main), rows[main] if main else None


def found(program):
    rows, main = [], None
    for kind, r in analyze([("app/program", program)]):
        if kind in ("problem", "error"):
            rows.append((kind, str(r)))
        elif kind == "package" and r["type"] == b"golang":
            row = (r["name"].decode(), r.get("version", b"").decode())
            if "depends" in r and main is None:
                main = row
            else:
                rows.append(row)
    return sorted(rows), main


def compare(t, name, program, main_version=None):
    (want, want_main), (got, got_main) = told(program), found(program)
    if want_main and main_version is not None:
        want_main = (want_main[0], main_version)
    t.ok(got == want and got_main == want_main, name,
            "want %s main %s\ngot  %s main %s" % (want, want_main, got, got_main))


def without_sections(program):
    """sstrip: the section table is gone."""
    out = program + ".sstrip"
    with open(program, "rb") as f:
        data = bytearray(f.read())
    data[40:48] = bytes(8)
    data[58:64] = struct.pack("<HHH", 64, 0, 0)
    with open(out, "wb") as f:
        f.write(data)
    return out


def programs(t, b):
    b.run(GO, "mod", "tidy")
    compare(t, "linux/amd64", b.build("plain"))
    compare(t, "stripped, without paths", b.build("stripped", "-ldflags=-s -w", "-trimpath"))
    compare(t, "without a section table", without_sections(b.build("sections", "-ldflags=-s -w")))
    compare(t, "position-independent", b.build("pie", "-buildmode=pie"))
    flags = {
        "-X main.version=1.2.3": "v1.2.3",
        "-s -w -X 'main.Version=v1.2.3-rc.1+meta'": "v1.2.3-rc.1+meta",
        "-X=main.version=v2.0.0 -X example.com/plain.Version=v9.9.9": "v2.0.0",
        "-X main.version=v2.0.0 -X main.Version=v2.0.1": "",
        "-X main.version=v2.0.0 -X main.Version=v2.0.0": "v2.0.0",
        "-X github.com/example/app/sub/cmd/x.version=3.1 -X main.version=v2.0.0": "v3.1",
        "-X main.version=unknown": "",
    }
    for text, version in flags.items():
        compare(t, "linker flags: " + text, b.build("flags", "-ldflags=" + text, package="./cmd"), version)
    trimmed = ["-trimpath", "-ldflags=-X main.version=v5.1.0"]
    compare(t, "linker flags that only symbols tell", b.build("symbols", *trimmed, package="./cmd"), "v5.1.0")
    compare(t, "the same of 32 bits, big end first", b.build("symbols", *trimmed, package="./cmd", GOOS="linux", GOARCH="mips"),
            "v5.1.0")
    compare(t, "the same, position-independent", b.build("symbols", "-buildmode=pie", *trimmed, package="./cmd"), "v5.1.0")
    trimmed[1] = "-ldflags=-s -w -X main.version=v5.1.0"
    compare(t, "linker flags that nothing tells", b.build("symbols", *trimmed, package="./cmd"), "")
    for system in ("linux/s390x", "windows/amd64", "darwin/arm64"):
        goos, arch = system.split("/")
        compare(t, system, b.build("other", "-trimpath", GOOS=goos, GOARCH=arch))
    file = b.build("file", package="cmd/main.go")
    compare(t, "a file, not a package", file)


def versions_of_git(t, b):
    if not shutil.which("git"):
        t.skip("versions of git tags", "no git")
        return
    b.run("git", "init", "-q")
    write(os.path.join(b.app, ".gitignore"), "/program\n")
    b.run("git", "add", "-A")
    b.run("git", "commit", "-qm", "one")
    compare(t, "a commit without a tag", b.build("commit"))
    tagged = ["-ldflags=-X main.version=v7.0.0"]
    program = b.build("commit", *tagged)
    real = told(program)[1][1]
    compare(t, "linker flags win over a pseudo-version", program, "v7.0.0")
    t.ok(real == "" or "-0." in real or real.startswith("v0.0.0-"), "go names the commit: " + real)
    b.run("git", "tag", "v1.4.0")
    compare(t, "a tag wins over linker flags", b.build("tag", *tagged),
            None if real else "v7.0.0")


def go_mod(t, b):
    edit = json.loads(b.run(GO, "mod", "edit", "-json").stdout)
    excluded = {(e["Path"], e["Version"]) for e in edit.get("Exclude") or []}
    replaced = {(r["Old"]["Path"], r["Old"].get("Version")): r["New"] for r in edit.get("Replace") or []}
    want = [(edit["Module"]["Path"], "")]
    for r in edit["Require"]:
        name, version = r["Path"], r["Version"]
        if (name, version) in excluded:
            continue
        new = replaced.get((name, version)) or replaced.get((name, None))
        if new:
            name, version = (new["Path"], new["Version"]) if "Version" in new else (name, "")
        want.append((name, version))
    got = [(r["name"].decode(), r.get("version", b"").decode()) if kind == "package" else (kind, str(r))
           for kind, r in analyze([("app/go.mod", os.path.join(b.app, "go.mod"))])]
    t.ok(sorted(got) == sorted(want) and len(got) > 7, "go.mod", "want %s\ngot  %s" % (sorted(want), sorted(got)))


def go_sum(t, b):
    """Alone it names what the go command selects, less what a directory stands for (that has no digest)."""
    out = b.run(GO, "list", "-m", "-f", "{{if not .Main}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} "
                "{{.Version}}{{end}}{{end}}", "all").stdout
    want = sorted(tuple(line.split()) for line in out.splitlines() if len(line.split()) == 2)
    got = sorted((r["name"].decode(), r.get("version", b"").decode()) if kind == "package" else (kind, str(r))
                 for kind, r in analyze([("app/go.sum", os.path.join(b.app, "go.sum"))]))
    t.ok(got == want and len(got) > 5, "go.sum", "want %s\ngot  %s" % (want, got))


def main():
    t = Tap()
    if not GO:
        t.skip("go version -m", "no go")
        return t.done()
    with tempfile.TemporaryDirectory() as root:
        b = Bench(root)
        programs(t, b)
        go_mod(t, b)
        go_sum(t, b)
        versions_of_git(t, b)
        subprocess.run([GO, "clean", "-modcache"], env=b.env, check=True, capture_output=True)
    for program in filter(None, [os.path.realpath(GO)] + os.environ.get("DRYDOCK_TEST_GO_PROGRAMS", "").split(":")):
        compare(t, os.path.basename(program), program)
    return t.done()


if __name__ == "__main__":
    sys.exit(main())
