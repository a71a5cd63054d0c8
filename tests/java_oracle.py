#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what drydock lists for Java with what Maven says: a project of two modules is resolved by the real mvn (its
local repository in a temporary directory). Skipped by name where there is no mvn or its registry does not answer. What
files of one tree say for each other is also tested without Maven, against what the documentation of the tools says."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

DRYDOCK = os.environ.get("DRYDOCK", os.path.join(os.path.dirname(__file__), "..", "build", "drydock"))
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
MVN_SECONDS = 60

PARENT = """<project><modelVersion>4.0.0</modelVersion><groupId>org.acme</groupId><artifactId>parent</artifactId>
<version>1.0</version><packaging>pom</packaging><modules><module>web</module><module>deep/core</module></modules>
<properties><gson.version>2.8.5</gson.version><log4j.version>2.14.1</log4j.version></properties>
<dependencyManagement><dependencies>
<dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>${gson.version}</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>
<version>${log4j.version}</version></dependency></dependencies></dependencyManagement></project>
"""
# A property of the parent, one that overrides it, a managed version, one of its own; scopes; jars without Maven's
# metadata (spring-*, reactive-streams), with it, and old ones made by Ant (hamcrest, junit).
WEB = """<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>1.0</version></parent>
<artifactId>web</artifactId><properties><gson.version>2.8.9</gson.version></properties><dependencies>
<dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-api</artifactId>
<version>${log4j.version}</version></dependency>
<dependency><groupId>org.springframework</groupId><artifactId>spring-jcl</artifactId><version>6.1.1</version></dependency>
<dependency><groupId>org.reactivestreams</groupId><artifactId>reactive-streams</artifactId><version>1.0.4</version></dependency>
</dependencies></project>
"""
CORE = """<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.acme</groupId><artifactId>parent</artifactId><version>1.0</version>
<relativePath>../..</relativePath></parent><artifactId>core</artifactId><dependencies>
<dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId></dependency>
<dependency><groupId>commons-collections</groupId><artifactId>commons-collections</artifactId>
<version>3.2.1</version><scope>provided</scope></dependency>
<dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.1</version><scope>test</scope></dependency>
</dependencies></project>
"""


class Skip(Exception):
    pass


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def resolve(into):
    """The project, resolved: each module has tree.txt and lib/."""
    if not shutil.which("mvn"):
        raise Skip("there is no mvn")
    for name, text in (("pom.xml", PARENT), ("web/pom.xml", WEB), ("deep/core/pom.xml", CORE)):
        write(os.path.join(into, "project", name), text)
    command = ["mvn", "-B", "-q", "-Dmaven.repo.local=" + os.path.join(into, "repository"), PLUGIN + ":tree",
               "-DoutputFile=tree.txt", PLUGIN + ":copy-dependencies", "-DoutputDirectory=lib"]
    try:
        p = subprocess.run(command, cwd=os.path.join(into, "project"), capture_output=True, text=True, check=False,
                           timeout=MVN_SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as e:
        raise Skip("the Maven registry is slow here") from e
    if p.returncode != 0:
        raise Skip("mvn cannot resolve here: " + (p.stdout + p.stderr).strip().split("\n")[0][:100])
    return os.path.join(into, "project")


def tree(path):
    """(all, direct): sets of (name, version, classifier, scope)."""
    everything, direct = set(), set()
    with open(path, encoding="utf-8") as f:
        for line in f.read().splitlines()[1:]:
            indent, text = re.fullmatch(r"([ |+\\-]*)(\S+).*", line).groups()
            parts = text.split(":")
            classifier = parts[3] if len(parts) == 6 else ""
            row = (parts[0] + ":" + parts[1], parts[-2], classifier, parts[-1])
            everything.add(row)
            if len(indent) == 3:
                direct.add(row)
    return everything, direct


def listed(folder):
    """(name, version, classifier) → the properties of each component."""
    out = subprocess.run([DRYDOCK, "sbom", "dir:" + folder], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    found = {}
    for c in json.loads(out.stdout)["components"]:
        m = re.fullmatch(r"pkg:maven/(?:(.*)/)?([^/@]*)(?:@([^?]*))?(?:\?(.*))?", c.get("purl", ""))
        if not m:
            continue
        group, artifact, version, more = (urllib.parse.unquote(x or "") for x in m.groups())
        classifier = dict(urllib.parse.parse_qsl(more)).get("classifier", "")
        found[(group + ":" + artifact, version, classifier)] = {p["name"]: p["value"] for p in c.get("properties", [])}
    return found


def same(got, want, what):
    assert got == want, f"{what}: missing {sorted(want - got)}, too many {sorted(got - want)}"


def test_copied_dependencies(project):
    n = 0
    for module in ("web", "deep/core"):
        want, _ = tree(os.path.join(project, module, "tree.txt"))
        got = listed(os.path.join(project, module, "lib"))
        same(set(got), {row[:3] for row in want}, module)
        n += len(got)
    return f"{n} jars as mvn dependency:tree prints them"


def test_declared_dependencies(project):
    """Parents inside the tree, properties, managed versions, scopes."""
    want = {}
    for module in ("web", "deep/core"):
        want.update({row[:3]: row[3] for row in tree(os.path.join(project, module, "tree.txt"))[1]})
        shutil.rmtree(os.path.join(project, module, "lib"))
    got = listed(project)
    same(set(got), set(want), "project")
    for row, scope in want.items():
        assert (got[row].get("drydock:dev") == "true") == (scope in ("test", "provided")), f"{row}: {scope}: {got[row]}"
    return f"{len(got)} direct dependencies of a reactor"


def dependency(group, artifact, version=""):
    return (f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
            + (f"<version>{version}</version>" if version else "") + "</dependency>")


def pom(artifact, version="1", parent="", more="", dependencies=""):
    if parent:
        parent = f"<parent><groupId>g</groupId>{parent}</parent>"
    return (f"<project>{parent}<groupId>g</groupId><artifactId>{artifact}</artifactId><version>{version}</version>{more}"
            f"<dependencies>{dependencies}</dependencies></project>")


def listed_tree(into, files):
    for name, text in files.items():
        write(os.path.join(into, name), text)
    out = subprocess.run([DRYDOCK, "sbom", "dir:" + into], capture_output=True, text=True, check=False)
    found = {c.get("purl", "").split("?")[0].removeprefix("pkg:") for c in json.loads(out.stdout)["components"]}
    return {p for p in found if p.startswith(("maven/", "nuget/"))}, out.stderr


def test_parents_in_a_tree(into):
    managed = "<dependencyManagement><dependencies>%s</dependencies></dependencyManagement>"
    files = {
        "pom.xml": pom("top", more="<properties><v>1.1</v><w>${v}.w</w></properties>" + managed % (
            dependency("m", "by-property", "${v}") + dependency("m", "by-project", "${project.version}")
            + dependency("m", "ranged", "[1,2)"))),
        # overrides the property that the parent's management uses; a version of its own against a managed one
        "a/pom.xml": pom("a", "7", "<artifactId>top</artifactId><version>1</version>", "<properties><v>2.2</v></properties>",
                         dependency("m", "by-property") + dependency("m", "by-project") + dependency("m", "ranged")
                         + dependency("p", "chained", "${w}") + dependency("p", "gone", "${nobody}")),
        # no relativePath: found by its name; a grandparent
        "x/y/pom.xml": pom("b", "1", "<artifactId>a</artifactId><version>7</version><relativePath/>", "",
                           dependency("n", "from-grandparent", "${w}") + dependency("${project.groupId}", "own", "3")),
        # what is at relativePath is somebody else: not its parent
        "z/pom.xml": pom("c", "1", "<artifactId>stranger</artifactId><version>1</version>", "",
                         dependency("q", "not-known", "${v}")),
        # cycles
        "r/pom.xml": pom("r", "1", "<artifactId>s</artifactId><version>1</version><relativePath>../s</relativePath>", "",
                         dependency("r", "cycle", "${cycle}")),
        "s/pom.xml": pom("s", "1", "<artifactId>r</artifactId><version>1</version><relativePath>../r</relativePath>",
                         "<properties><cycle>${cycle}</cycle></properties>"),
    }
    got, _ = listed_tree(into, files)
    same(got, {"maven/m/by-property@2.2", "maven/m/by-project@7", "maven/m/ranged", "maven/p/chained@2.2.w", "maven/p/gone",
               "maven/n/from-grandparent@2.2.w", "maven/g/own@3", "maven/q/not-known", "maven/r/cycle"}, "tree")
    return f"{len(got)} dependencies"


def test_dotnet_in_a_tree(into):
    central = '<Project><ItemGroup><PackageVersion Include="Serilog" Version="3.1.1"/></ItemGroup></Project>'
    project = ('<Project><ItemGroup><PackageReference Include="Serilog"/><PackageReference Include="Open"/></ItemGroup>'
               "</Project>")
    deps = ('{"runtimeTarget":{"name":"t"},"targets":{"t":{"Newtonsoft.Json/13.0.3":{"runtime":{"a.dll":{}}}}},'
            '"libraries":{"Newtonsoft.Json/13.0.3":{"type":"package"}}}')
    files = {"Directory.Packages.props": central, "src/app/app.csproj": project, "app/app.deps.json": deps}
    library = os.path.join(os.environ.get("DRYDOCK_TEST_ROOT", os.path.join(os.path.dirname(__file__), "..")),
                           "src/analyze/dotnet/testdata/Sample.Library.dll")
    for name in ("app/Sample.Library.dll", "app/sub/Other.dll", "loose/Loose.dll"):
        write(os.path.join(into, name), "")
        shutil.copy(library, os.path.join(into, name))
    got, _ = listed_tree(into, files)
    same(got, {"nuget/Serilog@3.1.1", "nuget/Open", "nuget/Newtonsoft.Json@13.0.3", "nuget/Loose@13.0.3"}, "tree")
    return f"{len(got)} packages"


def main():
    tests = [test_copied_dependencies, test_declared_dependencies]
    trees = [test_parents_in_a_tree, test_dotnet_in_a_tree]
    failed = 0
    print(f"1..{len(tests) + len(trees)}")
    with tempfile.TemporaryDirectory() as into:
        project, why = None, ""
        try:
            project = resolve(into)
        except Skip as e:
            why = str(e)
        for i, test in enumerate(tests + trees, 1):
            name = test.__name__[5:].replace("_", " ")
            if test in tests and not project:
                print(f"ok {i} - {name} # SKIP {why}")
                continue
            try:
                folder = project if test in tests else os.path.join(into, name)
                print(f"ok {i} - {name}: {test(folder)}")
            except (AssertionError, ValueError) as e:
                failed += 1
                print("# " + str(e).replace("\n", "\n# ") + f"\nnot ok {i} - {name}")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
