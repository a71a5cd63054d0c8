# SPDX-License-Identifier: Apache-2.0
"""The application in the Debian image: third-party packages of eight ecosystems with known faults, and what its makers
forgot. Versions are real, contents are stand-ins."""
import io
import json
import zipfile

import planted
import repository
from image import d, f, tar_of

NODE = {"lodash": "4.17.15", "minimist": "1.2.0", "event-stream": "3.3.6", "axios": "0.21.0", "express": "4.18.2"}
PYTHON = {"requests": "2.19.1", "PyYAML": "5.3", "Django": "4.0.5", "Jinja2": "2.10", "certifi": "2022.12.7"}
RUBY = {"actionview": "5.2.2", "nokogiri": "1.10.1", "strong_password": "0.0.7"}
PHP = {"phpunit/phpunit": "5.6.2", "twig/twig": "2.15.2"}
RUST = {"smallvec": "1.6.0", "openssl": "0.10.8", "serde": "1.0.200"}
GO = {"golang.org/x/net": "v0.16.0", "golang.org/x/text": "v0.3.7", "github.com/dgrijalva/jwt-go": "v3.2.0+incompatible"}
NUGET = {"Newtonsoft.Json": "12.0.3", "System.Text.Encodings.Web": "4.7.1"}


def zip_of(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_STORED, 0o644 << 16, 3
            archive.writestr(info, data)
    return out.getvalue()


def jar(group, artifact, version, *more):
    folder = f"META-INF/maven/{group}/{artifact}"
    return zip_of([
        ("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\r\nImplementation-Title: {artifact}\r\n"
                                 f"Implementation-Version: {version}\r\n\r\n"),
        (f"{folder}/pom.properties", f"version={version}\ngroupId={group}\nartifactId={artifact}\n"), *more])


def text_of(value):
    return json.dumps(value, indent=2) + "\n"


def node():
    lock = {"name": "leaky", "version": "1.0.0", "lockfileVersion": 3,
            "packages": {"": {"name": "leaky", "version": "1.0.0"},
                         **{f"node_modules/{n}": {"version": v} for n, v in NODE.items()}}}
    out = [f("app/package-lock.json", text_of(lock)), d("app/node_modules")]
    for name, version in NODE.items():
        out += [d(f"app/node_modules/{name}"),
                f(f"app/node_modules/{name}/package.json", text_of({"name": name, "version": version, "license": "MIT"}))]
    return out


def python():
    root = "usr/local/lib/python3.11/dist-packages"
    out = [d("usr/local/lib"), d("usr/local/lib/python3.11"), d(root),
           f("app/requirements.txt", "".join(f"{n}=={v}\n" for n, v in PYTHON.items()))]
    for name, version in PYTHON.items():
        folder = f"{root}/{name}-{version}.dist-info"
        out += [d(folder), f(f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"),
                f(f"{folder}/INSTALLER", "pip\n"), f(f"{folder}/RECORD", f"{name}-{version}.dist-info/METADATA,,\n")]
    return out


def java():
    spring = jar("org.springframework", "spring-beans", "5.3.17")
    text = jar("org.apache.commons", "commons-text", "1.9")
    return [d("app/lib"), f("app/lib/log4j-core-2.14.1.jar", jar("org.apache.logging.log4j", "log4j-core", "2.14.1")),
            # Jars inside a jar, as Spring Boot packs them.
            f("app/lib/leaky-app.jar", jar("example.leaky", "leaky-app", "1.0.0",
                                           ("BOOT-INF/lib/spring-beans-5.3.17.jar", spring),
                                           ("BOOT-INF/lib/commons-text-1.9.jar", text)))]


def others():
    gems = "GEM\n  remote: https://gems.example/\n  specs:\n" + "".join(f"    {n} ({v})\n" for n, v in RUBY.items())
    composer = {"packages": [{"name": n, "version": v} for n, v in PHP.items()], "packages-dev": []}
    cargo = "version = 3\n" + "".join(
        f'\n[[package]]\nname = "{n}"\nversion = "{v}"\nsource = "registry+https://crates.example/index"\n'
        for n, v in RUST.items())
    go = "module example.com/leaky\n\ngo 1.20\n\nrequire (\n" + "".join(f"\t{n} {v}\n" for n, v in GO.items()) + ")\n"
    nuget = {"version": 1, "dependencies": {"net6.0": {n: {"type": "Direct", "resolved": v} for n, v in NUGET.items()}}}
    return [f("app/Gemfile.lock", gems + "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  nokogiri\n"),
            f("app/composer.lock", text_of(composer)), f("app/Cargo.lock", cargo), f("app/go.mod", go),
            f("app/packages.lock.json", text_of(nuget))]


def git():
    """The repository that was copied too: a token in its remote, and a password that only its history has."""
    config = "\n".join(["[core]", "\trepositoryformatversion = 0", '[remote "origin"]', f"\t# {planted.MARK}",
                        f"\turl = https://x-access-token:{planted.github_token('git')}@git.example/leaky.git", ""])
    lines = [f"# {planted.MARK}", "host: db.example", "user: app", "password: {}", "database: app", ""]
    leaked = "\n".join(lines).format(planted.text("git history", 20))
    return repository.entries("app", "database.yml", leaked, "\n".join(lines).format("${DB_PASSWORD}"), config)


def backup():
    """A jar inside a tar: nobody looks there."""
    inside = zip_of([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n"),
                     ("application.properties", f"# {planted.MARK}\nslack.webhook={planted.slack_webhook('jar')}\n")])
    return f("app/backup.tar", tar_of([d("deploy"), f("deploy/settings.jar", inside)]))


def copied_layer():
    """COPY . /app, and the keys that were copied with it."""
    env = "\n".join([f"# {planted.MARK}", f"AWS_ACCESS_KEY_ID={planted.aws_key_id('env')}",
                     f"AWS_SECRET_ACCESS_KEY={planted.aws_secret('env')}", f"STRIPE_KEY={planted.stripe_key('env')}",
                     f"DATABASE_URL=postgres://app:{planted.text('database', 20)}@db.example:5432/app", ""])
    return [
        d("app"), f("app/.env", env), backup(),
        f("app/config.yml", f"# {planted.MARK}\nsmtp_password: {planted.text('smtp', 18)}\n"),
        d("app/old"), f("app/old/credentials.json", text_of({"note": planted.MARK, "token": planted.github_token("old")})),
        d("root/.ssh", 0o700), f("root/.ssh/id_ed25519", planted.openssh_key("ssh"), 0o600),
        d("etc/ssl"), d("etc/ssl/private", 0o700), f("etc/ssl/private/server.key", planted.pkcs8_key("tls"), 0o600),
    ] + git() + node() + python() + java() + others()
