# SPDX-License-Identifier: Apache-2.0
# The front door. The build itself is meson's (meson.build); this file only names the things one does every day.
# A line "name: ## text" is what `make help` shows.
BUILD ?= build
# A user's own flags, e.g. MESON_FLAGS='-Dbuildtype=release'.
MESON_FLAGS ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX ?= /usr/local
DESTDIR ?=
T ?=
F ?=
SECONDS_EACH ?= 60
IMAGE ?=
ROW ?=

NINJA = ninja -C $(BUILD) -j $(JOBS)
MESON_TEST = meson test --no-rebuild --print-errorlogs --num-processes $(JOBS)

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.PHONY: help build all demo check test asan tsan fuzz cover lint format layers bench golden-update docs install clean deps

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: $(BUILD)/build.ninja ## build the program: build/drydock (the default)
	@$(NINJA) drydock

all: $(BUILD)/build.ninja ## build the tests and fuzz targets too
	@$(NINJA)

$(BUILD)/build.ninja:
	@tools/deps --check build
	@meson setup $(MESON_FLAGS) $(BUILD)

demo: ## install what is missing, build, make a database and an image, scan it; IMAGE=… scans yours
	@tools/deps build
	@$(MAKE) --no-print-directory build
	@BUILD='$(BUILD)' tools/demo $(if $(IMAGE),'$(IMAGE)')

check: ## install what the tests need, build, run every test; ends with "N passed, N failed"
	@tools/deps build test peers
	@$(MAKE) --no-print-directory all
	@BUILD='$(BUILD)' tools/run-tests --num-processes $(JOBS)

test: all ## the unit tests only, in seconds; T=part-of-file:name runs some of them
	@DRYDOCK_TEST_ROOT='$(CURDIR)' $(BUILD)/tests/unit $(T)

asan: ## unit tests and corpora under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/deps --check build
	@[ -f $(BUILD)-asan/build.ninja ] || meson setup -Db_sanitize=address,undefined -Db_lundef=false $(BUILD)-asan
	@ninja -C $(BUILD)-asan -j $(JOBS)
	@BUILD='$(BUILD)-asan' tools/run-tests --num-processes $(JOBS) --no-suite house --no-suite artefact --timeout-multiplier 5

tsan: ## unit tests under ThreadSanitizer
	@tools/deps --check build
	@[ -f $(BUILD)-tsan/build.ninja ] || meson setup -Db_sanitize=thread -Db_lundef=false $(BUILD)-tsan
	@ninja -C $(BUILD)-tsan -j $(JOBS)
	@BUILD='$(BUILD)-tsan' setarch -R tools/run-tests --num-processes $(JOBS) --suite unit --timeout-multiplier 10

fuzz: ## fuzz one parser with libFuzzer: F=name, SECONDS_EACH=60; without F: each in turn
	@tools/deps build fuzz
	@tools/fuzz $(SECONDS_EACH) $(F)

cover: ## line and branch coverage of the tests: build-cover/coverage/index.html
	@tools/deps build test cover
	@[ -f $(BUILD)-cover/build.ninja ] || meson setup -Db_coverage=true -Dbuildtype=debug $(BUILD)-cover
	@ninja -C $(BUILD)-cover -j $(JOBS)
	@BUILD='$(BUILD)-cover' tools/run-tests --num-processes $(JOBS) --no-suite house --no-suite artefact
	@mkdir -p $(BUILD)-cover/coverage
	@gcovr --root . --filter src/ --exclude '.*_(test|fuzz)\.c' --exclude-throw-branches --print-summary \
		--html-details $(BUILD)-cover/coverage/index.html $(BUILD)-cover

lint: $(BUILD)/build.ninja ## clang-format, clang-tidy, shellcheck, check-layers; changes nothing
	@tools/deps lint
	@BUILD='$(BUILD)' tools/lint

layers: ## the rules between folders (ARCHITECTURE.md) against the include lines
	@tools/check-layers

format: ## rewrite the C files in the project's style
	@tools/deps lint
	@git ls-files '*.c' '*.h' | xargs clang-format -i

bench: ## measure the budgets and print the table; ROW=word measures only the rows that have it
	@tools/deps build bench
	@$(MAKE) --no-print-directory build
	@$(NINJA) bench/floor bench/db-open
	@BUILD='$(BUILD)' tools/bench $(ROW)

golden-update: all ## rewrite the expected outputs from what the program prints now, and show the difference
	@DRYDOCK_GOLDEN_UPDATE=1 DRYDOCK_TEST_ROOT='$(CURDIR)' $(BUILD)/tests/unit golden >/dev/null
	@BUILD='$(BUILD)' tests/docs_examples.py --update >/dev/null
	@git --no-pager diff --stat -- tests/golden '*.md'

docs: build ## check the documentation: examples run as written, links lead somewhere
	@BUILD='$(BUILD)' tests/docs_examples.py
	@tools/check-docs

install: build ## install to DESTDIR and PREFIX (default /usr/local)
	@meson configure $(BUILD) --prefix='$(PREFIX)' >/dev/null
	@DESTDIR='$(DESTDIR)' meson install -C $(BUILD) --strip

clean: ## remove everything that was built
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz $(BUILD)-cover

deps: ## install what building and testing need (apt-get, as root or with sudo)
	@tools/deps build test peers lint fuzz cover
