# make run     build and serve on http://127.0.0.1:3000
# make test    run all tests and show how long each stage took; docs/ci.md lists the stages
# make test-long  the same with the long versions: more races, more samples, every look
# make lint    check format, clippy, docs, and dependencies (licences, sources, advisories)
# make dev     serve, and rebuild after every change
# make build   build the program, with everything in it: target/release/silhouette
# make screenshots  take screenshots of every page in every state and look: end2end/screenshots
# make instructions  compare the instruction counts of a page and a save with the recorded ones
# make bench   compare the speed with Django, and with the same pages written by hand
# make bench-scale  compare a thousand users with a million
# make bench-postgres  compare SQLite, PostgreSQL, and Django on PostgreSQL
# make deb     build the Debian package: target/silhouette_VERSION_ARCHITECTURE.deb
# make release  build everything to publish: archive, package, SBOM, licences, checksums
# make static  build the program as one static file for any Linux: target/static/silhouette
# make sbom    list everything in the program (CycloneDX): target/silhouette.cdx.json
# make test-postgres  run the server tests on PostgreSQL
# make test-ha   test two nodes on a cluster with failover; part of test-long
# make sql     regenerate server/store/*/.sqlx after a change to SQL
# make clean   delete everything that was built
#
# Each target first installs the tools it needs that are missing; see ./setup.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build site test test-postgres test-ha test-long test-rules test-server test-browser screenshots sizes instructions bench bench-scale bench-postgres lint deny deb test-deb release static sbom dev sql clean setup-rust setup-proxies setup-python setup-test setup-build setup-browser setup-postgres

# Rust from rustup or Debian, and the tools from the cache, as installed by ./setup.
WITH_TOOLS = eval "$$(./setup env)" &&

BINARY := target/release/silhouette
SITE := target/site-built
files = $(shell find $(1) -type f -not -path '*/tests/*')
SITE_SOURCES := Cargo.toml Cargo.lock profile.toml rust-toolchain.toml $(call files,app frontend style public .cargo)
SOURCES := $(SITE_SOURCES) $(call files,server)

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

run: build
	@mkdir -p data
	@$(BINARY) serve

build: setup-build $(BINARY)

site: setup-build $(SITE)

# Builds the browser part beside the server, then the program that contains both. The server build
# ends on one core, so the browser part runs at low priority.
$(BINARY): $(SOURCES) | setup-build
	@# Without the site, main.rs may have been compiled with no files in it.
	@[ -e target/site ] || touch server/src/main.rs
	@# The time of the start, so that files edited during the build are built the next time.
	@mkdir -p target && touch target/build-began
	@echo "Building in release mode: about nine minutes the first time, two or three after a change …"
	@$(WITH_TOOLS) { \
	  cargo build --quiet --release --package server --lib & server=$$!; \
	  nice -n 15 $(MAKE) --no-print-directory $(SITE) || { kill $$server; exit 1; }; \
	  wait $$server; \
	}
	@$(WITH_TOOLS) cargo leptos build --release --server-only
	@touch -r target/build-began $@

$(SITE): $(SITE_SOURCES) | setup-build
	@mkdir -p target && touch target/site-began
	@$(WITH_TOOLS) cargo leptos build --release --precompress --frontend-only 2>&1 | \
	  { grep --line-buffered -v tree-shaker || true; }
	@# Bytes 4 to 7 of a gzip file are its creation time, which would make each build different.
	@find target/site -name '*.gz' -exec sh -c 'for file; do printf "\0\0\0\0" | dd of="$$file" bs=1 seek=4 conv=notrunc status=none; done' - {} +
	@mv target/site-began $@

# The stages, one after another, with the time of each. A stage can run on a separate machine, and
# so can a part of test-server or test-browser: make test-browser SHARD=1/3
STAGES := build test-rules test-server test-postgres test-browser sizes
SHARD ?=

test:
	@.ci/stages $(STAGES)

test-long:
	@TEST_LONG=1 .ci/stages $(STAGES) test-ha test-deb instructions

# Two nodes on a cluster of three, which are killed one after another; takes about five minutes.
test-ha: build
	@./setup ha
	packaging/ha/try.py --rounds 2

# One command names all crates, so that every stage uses the same features, and dependencies are
# built once.
NATIVE := --package app --package store --package store-postgres --package store-sqlite --package server --package server-tests --release
WASM := --package app --package frontend --target wasm32-unknown-unknown --target-dir target/front --profile wasm-release

# Clippy and rustdoc check each crate as it is compiled.
LINTED := RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/.ci/lint-rustc

# usage: $(call test-native,targets,partition)
# Tests wait half of the time, for a process to start or for a lock, so twice as many run at once as
# there are cores. nextest runs the tests of all files together, the longest first
# (.config/nextest.toml); without it, they run file by file.
test-native = if cargo nextest --version >/dev/null 2>&1; then \
	  cargo nextest run $(NATIVE) --test-threads $$(($$(nproc) * 2)) $(1) $(if $(2),--partition slice:$(2)); \
	else \
	  $(if $(2),echo "SHARD needs cargo-nextest" >&2; exit 1;) cargo test $(NATIVE) $(1); \
	fi

# The unit tests, the house rules and the table of rules natively, and the table again in wasm,
# built as for release.
test-rules: setup-test setup-build
	$(WITH_TOOLS) $(call test-native,--lib --test rules --test tidy)
	@$(WITH_TOOLS) if grep -rqE '^ *//[/!] *```' app/src server/src; then cargo test $(NATIVE) --doc; fi
	$(WITH_TOOLS) CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
	cargo test $(WASM) --test rules

# Some of them start the program.
test-server: build setup-test setup-python setup-proxies
	$(WITH_TOOLS) $(call test-native,--test http --test pictures,$(SHARD))

# The server tests on PostgreSQL, except those of SQLite, of its files, or of the program alone.
ON_POSTGRES := binary(http) - test(/sqlite/) - test(/^(files|program|sockets|crash|metrics|packages|proxies|upgrades)::/)

test-postgres: build setup-test setup-python setup-postgres
	$(WITH_TOOLS) export TEST_DATABASE="$$(.ci/postgres start)" && \
	status=0; cargo nextest run $(NATIVE) --test-threads $$(($$(nproc) * 2)) \
	  --test http --run-ignored all -E '$(ON_POSTGRES)' $(if $(SHARD),--partition slice:$(SHARD)) || status=$$?; \
	.ci/postgres erase; exit $$status

deb: build
	packaging/debian/make.sh $(BINARY)

# Installs the package in a fresh Debian, as root; takes a minute.
test-deb: deb
	./setup deb
	packaging/debian/try.sh target/silhouette_*.deb

test-browser: build setup-browser setup-python
	$(WITH_TOOLS) cd end2end && npx playwright test $(if $(SHARD),--shard $(SHARD))

# Also updates docs/screenshot.png, which the README shows.
screenshots: build setup-browser
	cd end2end && npx playwright test --config playwright.screenshots.config.ts

# The sizes of the editor page's downloads, and of the program.
sizes: build
	@cd target/site/pkg && for kind in wasm js css; do \
	  printf '%-4s %7d bytes, %6d with brotli\n' $$kind "$$(cat silhouette.*.$$kind | wc -c)" "$$(cat silhouette.*.$$kind.br | wc -c)"; done; \
	total=$$(cat silhouette.*.wasm.br silhouette.*.js.br | wc -c); \
	echo "wasm and its glue: $$total bytes with brotli, 110000 allowed"; test $$total -le 110000
	@size=$$(wc -c <$(BINARY)); \
	echo "the program: $$size bytes, 30000000 allowed"; test $$size -le 30000000

# The instruction counts of a page and a save must be within 3 % of the recorded ones.
instructions: build
	@./setup instructions
	@bench/instructions.py

# Needs Python with venv, and Linux. The servers and the load generator are in bench/, outside the
# workspace; see docs/benchmarks.md for results.
bench: build
	$(WITH_TOOLS) $(call bench-crates,load twin)
	@$(bench-django)
	@bench/compare.py

# usage: $(call bench-crates,names)
bench-crates = for crate in $(1); do \
	  cargo build --release --quiet --manifest-path bench/$$crate/Cargo.toml --target-dir target/bench; done
bench-django = [ -x target/bench/django/bin/granian ] || { python3 -m venv target/bench/django && \
	  target/bench/django/bin/pip install --quiet 'django==5.2.*' 'granian==2.*'; }

# Needs Python, Linux, two gigabytes of disk space and about five minutes.
bench-scale: build
	@$(WITH_TOOLS) $(call bench-crates,load)
	@bench/scale.py

# Needs the same as bench; its PostgreSQL cluster is created for it and deleted at the end.
bench-postgres: build setup-postgres
	$(WITH_TOOLS) $(call bench-crates,load)
	@$(bench-django)
	@[ -d target/bench/django/lib/python3*/site-packages/psycopg_binary ] || \
	  target/bench/django/bin/pip install --quiet 'psycopg[binary]==3.*'
	@bench/postgres.py

lint: setup-test setup-build deny
	$(WITH_TOOLS) cargo fmt --all --check
	$(WITH_TOOLS) export $(LINTED); status=0; \
	{ cargo build $(WASM) --lib --quiet && cargo test $(WASM) --test rules --no-run --quiet; } & \
	cargo test $(NATIVE) --no-run --quiet || status=1; \
	wait $$! && exit $$status
	$(WITH_TOOLS) export $(LINTED) && $(call test-native,--test tidy)

# Configured in deny.toml. Advisories come from another repository; if it cannot be reached, they
# are not checked, and a message says so.
deny:
	@./setup deny
	$(WITH_TOOLS) cargo deny --locked check licenses bans sources
	@$(WITH_TOOLS) if timeout 60 cargo deny --log-level off fetch db; then \
	  cargo deny --locked --offline check advisories; \
	else \
	  echo "deny: the advisories cannot be fetched here, so none were checked"; \
	fi

# The server part, the browser part, and the C code of the former.
sbom:
	@./setup sbom
	@$(WITH_TOOLS) node .ci/sbom.mjs

# musl instead of glibc, for which everything is compiled again.
STATIC := $(shell uname -m)-unknown-linux-musl
static: build
	@./setup static
	@$(WITH_TOOLS) export CC_$(subst -,_,$(STATIC))=musl-gcc && \
	  cargo build --package server --bin silhouette --release \
	    --target $(STATIC) --target-dir target/static
	@install -m 755 target/static/$(STATIC)/release/silhouette target/static/silhouette

# Finding the licences in the sources of the crates takes minutes, so it is done once for each list.
release: build sbom
	@./setup release
	@lock=$$(cat Cargo.lock packaging/release/* | sha256sum | cut -c1-16) && \
	  licences=target/licences-$$lock.txt && $(WITH_TOOLS) \
	  { [ -e $$licences ] || { cargo about generate --workspace --offline --locked \
	    --config packaging/release/about.toml --output-file $$licences.part packaging/release/licenses.hbs && \
	    mv $$licences.part $$licences; }; } && \
	  packaging/release/make.sh $(BINARY) target/silhouette.cdx.json $$licences target/dist

# Leaves other files in target/site than a release build, so `make build` builds again.
dev: setup-build
	@rm -f $(BINARY) $(SITE)
	@$(WITH_TOOLS) cargo leptos watch -- serve

# The statements are checked against the schema of each engine. The sqlx macros write the results
# themselves.
sql: setup-build setup-postgres
	./setup sql
	@mkdir -p target && rm -f target/sql.db*
	@$(WITH_TOOLS) export DATABASE_URL="sqlite://$$PWD/target/sql.db" && \
	sqlx database create && sqlx migrate run --source server/store/sqlite/migrations && $(call describe,sqlite)
	@url=$$(.ci/postgres start) && server=$${url%/*} && \
	psql --quiet --command 'DROP DATABASE IF EXISTS sql' --command 'CREATE DATABASE sql' $$url && \
	for file in server/store/postgres/migrations/*.sql; do psql --quiet --set ON_ERROR_STOP=1 --file $$file $$server/sql; done && \
	psql --quiet --command 'CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, success boolean NOT NULL)' $$server/sql
	@$(WITH_TOOLS) export DATABASE_URL="$$(.ci/postgres url | sed 's|[^/]*$$|sql|')" && $(call describe,postgres)

# usage: $(call describe,engine), with DATABASE_URL
describe = rm -rf server/store/$(1)/.sqlx && mkdir server/store/$(1)/.sqlx && touch server/store/$(1)/src/lib.rs && \
	SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$(CURDIR)/server/store/$(1)/.sqlx cargo check --release --package store-$(1)

# The cluster of the tests may be in memory, where no one would find it.
clean:
	@[ ! -e target/postgres ] || .ci/postgres erase
	rm -rf target end2end/node_modules end2end/test-results end2end/screenshots

setup-rust:
	@./setup rust

setup-proxies:
	@./setup proxies

setup-python:
	@./setup python

setup-test:
	@./setup test

setup-build:
	@./setup build

setup-browser:
	@./setup browser

setup-postgres:
	@./setup postgres
