#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the seeds of the fuzz target again: make_corpus.py writes corpus/java/* beside it. Small archives with the
structure of real ones (a Spring Boot jar, a war in an ear, a shaded jar, a Jenkins plugin), deflated and stored."""
import gzip
import io
import os
import tarfile
import zipfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "java")
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def archive(members, method=DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = STORED if name.endswith(".jar") and method == STORED else DEFLATED
            z.writestr(info, data)
    return out.getvalue()


def tape(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def properties(group, artifact, version):
    return {f"META-INF/maven/{group}/{artifact}/pom.properties":
            f"#Generated\ngroupId={group}\nartifactId={artifact}\nversion={version}\n"}


def manifest(*lines):
    return {"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\n" + "".join(f"{x}\r\n" for x in lines) + "\r\n"}


POM = """<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0"><parent><groupId>org.p</groupId>
<artifactId>p</artifactId><version>7</version></parent><artifactId>kid</artifactId><version>${v}</version>
<properties><v>${w}.1</v><w>2</w></properties><licenses><license><name>MIT</name></license></licenses></project>"""


def seeds():
    json = archive(properties("org.json", "json", "20220320"))
    spring = archive(manifest("Implementation-Title: spring-core", "Implementation-Version: 6.1.1"))
    boot = archive({**manifest("Main-Class: L", "Start-Class: a.B"), **properties("com.example", "shop", "1.0"),
                    "BOOT-INF/lib/json-20220320.jar": json, "BOOT-INF/lib/spring-core-6.1.1.jar": spring}, STORED)
    war = archive({**manifest(), "WEB-INF/lib/json-20220320.jar": json, "WEB-INF/lib/bad.jar": b"bad"})
    yield "boot", "app/app.jar", boot
    yield "boot-executable", "app/app.jar", b"#!/bin/sh\nexec java -jar $0\n" + boot
    yield "ear", "shop-1.ear", archive({"shop.war": war, "META-INF/application.xml": "<application/>"})
    yield "shaded", "all-2.0.jar", archive({**properties("a.b", "all", "2.0"), **properties("c", "d", "1")})
    yield "plugin", "plugins/git.jpi", archive(manifest("Short-Name: git", "Plugin-Version: 4.11.3 (private)",
                                                        "Group-Id: org.jenkins-ci.plugins", "Bundle-License: MIT"))
    yield "pom", "kid-2.1.jar", archive({"META-INF/maven/org.p/kid/pom.xml": POM})
    yield "long-lines", "x.jar", archive(manifest("Bundle-SymbolicName: org.x.y.z;singleton:=tr", " ue",
                                                  "Bundle-Version: 1.2.3.v2023"))
    yield "repository", "root/.m2/repository/org/x/y/1.0/y-1.0.jar", archive(manifest())
    yield "zip", "opt/dist.zip", archive({"dist/lib/json-20220320.jar": json, "META-INF/MANIFEST.MF": "x", "in.zip": war})
    yield "tar", "opt/dist.tar", tape({"dist/lib/json-20220320.jar": json, "dist/x": b"x", "shop.war": war})
    yield "tgz", "opt/dist.tgz", gzip.compress(tape({"dist/lib/json-20220320.jar": json}), mtime=0)
    yield "rar", "a.rar", b"Rar!\x1a\x07\x00"
    yield "cut", "a.war", war[:-30]
    yield "empty", "a.jar", b""


def main():
    os.makedirs(HERE, exist_ok=True)
    for name, path, data in seeds():
        with open(os.path.join(HERE, name), "wb") as f:
            f.write(path.encode() + b"\n" + data)


if __name__ == "__main__":
    main()
