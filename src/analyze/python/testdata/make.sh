#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the lock files of this directory again, and beside each what the tool that wrote it says is in it:
#   NAME.all   "name==version" of every package;  NAME.main   of those that are not for development only
# Needs Python 3.11 with venv, and PyPI. TOOLS=DIR keeps the tools' environments for the next time. Versions of what is not pinned move with the day it runs: that is no matter, as
# the lists move with them. tests/python_oracle.py compares.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
tools=${TOOLS:-$work}
trap 'rm -rf "$work"' EXIT
export PIPENV_IGNORE_VIRTUALENVS=1 POETRY_VIRTUALENVS_IN_PROJECT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 NO_COLOR=1

tool() { # name, what pip installs
	name=$1 && shift
	[ -x "$tools/$name/bin/python" ] && return
	python3 -m venv "$tools/$name"
	"$tools/$name/bin/pip" install -q "$@"
}
# "name==version" lines of requirements; of `poetry show`
pins() { sed -n 's/^\([A-Za-z0-9._-]*\)\(\[[^]]*\]\)\{0,1\}==\([^ ;]*\).*/\1==\3/p' | sort -u; }
shown() { sed 's/(!)//' | awk 'NF > 1 { print $1 "==" $2 }' | sort -u; }

cd "$work"
tool uv uv
tool pdm 'pdm==2.12.4'
tool pipenv pipenv
tool poetry poetry
tool poetry18 'poetry==1.8.3'
tool poetry11 'poetry==1.1.15'

mkdir project && cd project
cat >pyproject.toml <<'P'
[project]
name = "demo-app"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["rich==13.7.0", "python-dateutil==2.9.0", "colorama; sys_platform == 'win32'"]
[project.optional-dependencies]
web = ["ItsDangerous==2.2.0"]
[dependency-groups]
dev = ["pytest==7.4.0", "Pygments"]
P
"$tools"/uv/bin/uv -q lock
"$tools"/uv/bin/uv -q export --frozen --no-hashes --no-emit-project --all-groups --all-extras | pins >"$here/uv.lock.all"
"$tools"/uv/bin/uv -q export --frozen --no-hashes --no-emit-project --no-dev --all-extras | pins >"$here/uv.lock.main"
"$tools"/uv/bin/uv -q export --frozen --no-header --no-emit-project --all-groups --all-extras --format pylock.toml -o "$here/pylock.toml" >/dev/null
cp "$here/uv.lock.all" "$here/pylock.toml.all"
"$tools"/uv/bin/uv -q export --frozen --no-header --no-emit-project --all-groups --all-extras -o "$here/requirements.txt" >/dev/null
# What would be installed here, on Linux.
"$tools"/uv/bin/uv pip install --dry-run --target "$work/none" -r "$here/requirements.txt" 2>&1 |
	sed -n 's/^ + //p' | sort -u >"$here/requirements.txt.all"
cp uv.lock "$here/uv.lock"
rm uv.lock

sed -i 's/^\[dependency-groups\]/[tool.pdm.dev-dependencies]/' pyproject.toml
"$tools"/pdm/bin/pdm -q lock -G :all 2>/dev/null
"$tools"/pdm/bin/pdm -q export --without-hashes -G :all 2>/dev/null | pins >"$here/pdm.lock.all"
"$tools"/pdm/bin/pdm -q export --without-hashes --prod -G web 2>/dev/null | pins >"$here/pdm.lock.main"
cp pdm.lock "$here/pdm.lock"

mkdir ../pipenv-project && cd ../pipenv-project
cat >Pipfile <<'P'
[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"
[packages]
rich = "==13.7.0"
python-dateutil = "==2.9.0"
[dev-packages]
pytest = "==7.4.0"
Pygments = "*"
P
"$tools"/pipenv/bin/pipenv lock >/dev/null 2>&1
"$tools"/pipenv/bin/pipenv requirements --dev 2>/dev/null | pins >"$here/Pipfile.lock.all"
"$tools"/pipenv/bin/pipenv requirements 2>/dev/null | pins >"$here/Pipfile.lock.main"
cp Pipfile.lock "$here/Pipfile.lock"

# The index by its simple API under another name: Poetry then asks for no other one.
poetry_project() { # directory, section of development dependencies, line of the source
	mkdir "../$1" && cd "../$1"
	cat >pyproject.toml <<P
[tool.poetry]
name = "demo-app"
version = "0.1.0"
description = ""
authors = []
[tool.poetry.dependencies]
python = "^3.11"
rich = "13.7.0"
python-dateutil = "2.9.0"
ItsDangerous = {version = "2.2.0", optional = true}
[tool.poetry.extras]
web = ["ItsDangerous"]
[tool.poetry.$2]
pytest = "7.4.0"
Pygments = "*"
[[tool.poetry.source]]
name = "index"
url = "https://pypi.org/simple/"
$3
P
}
poetry_project p2 group.dev.dependencies 'priority = "primary"'
"$tools"/poetry/bin/poetry -q lock
"$tools"/poetry/bin/poetry --no-ansi show --all | shown >"$here/poetry-2.lock.all"
"$tools"/poetry/bin/poetry --no-ansi show --only main | shown >"$here/poetry-2.lock.main"
cp poetry.lock "$here/poetry-2.lock"
poetry_project p18 group.dev.dependencies 'priority = "primary"'
"$tools"/poetry18/bin/poetry -q lock
"$tools"/poetry18/bin/poetry --no-ansi show --all | shown >"$here/poetry-1.8.lock.all"
cp poetry.lock "$here/poetry-1.8.lock"
poetry_project p11 dev-dependencies 'default = true'
"$tools"/poetry11/bin/poetry lock -q
"$tools"/poetry11/bin/poetry show --no-ansi | shown >"$here/poetry-1.1.lock.all"
"$tools"/poetry11/bin/poetry show --no-ansi --no-dev | shown >"$here/poetry-1.1.lock.main"
cp poetry.lock "$here/poetry-1.1.lock"
wc -l "$here"/*.all "$here"/*.main
