# The only commands a newcomer needs: run, test, check, bench, tck.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
# Node of the machine if it is new enough, else the one that pip brings into the virtual environment
NODE_OK = node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||a==20&&b>=19?0:1)' 2>/dev/null
FRONTEND := web/static/dist/.vite/manifest.json
FRONTEND_SOURCES := $(shell find web/frontend -path '*/node_modules' -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(shell find web/translations -name '*.po' 2>/dev/null))
WORKERS ?= 2
SECONDS ?= 600
HOST ?= 127.0.0.1
PORT ?= 8000

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: pdf $(BIN)/unei $(FRONTEND) $(CATALOGUES) ## Set up, load the demo office on first use, serve on 127.0.0.1:8000
	@$(BIN)/unei migrate
	@$(BIN)/unei demo --if-empty
	@$(BIN)/unei serve --host $(HOST) --port $(PORT)

test: lint browser pdf $(FRONTEND) $(CATALOGUES) ## Run every check and every test, PostgreSQL and browser included
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder -q

check: lint $(CATALOGUES) ## The fast part of test, for the inner loop
	$(BIN)/python -m pytest -n $(WORKERS) -q -m "not browser and not postgresql and not slow"

lint: $(BIN)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(BIN)/.ready ## Measure: make bench [BENCH=folder with the benchmark models]
	$(BIN)/python -m tests.bench $(BENCH)

fuzz: $(BIN)/.ready ## Try expressions, decision files and diagrams at random: make fuzz SECONDS=600 [PART=diagrams]
	$(BIN)/python -m tests.fuzz $(SECONDS) $(SEED) $(PART)

conformance: $(BIN)/.ready ## Play every row of the BPMN tables, and CASES=5000 random processes
	CASES=$(or $(CASES),500) $(BIN)/python -m pytest -n $(WORKERS) -q tests/conformance

tck: $(BIN)/.ready ## Run the DMN compatibility kit: make tck TCK=folder
	$(BIN)/python -m tests.tck $(TCK)

clean: ## Remove what the other commands made, except the data in data/
	rm -rf .venv build web/static/dist web/frontend/node_modules $(CATALOGUES)

$(BIN)/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call apt,python3-venv)
	@echo "Installing the libraries into .venv; the first time takes a few minutes."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# The command line of this checkout, for any folder
$(BIN)/unei: Makefile | $(BIN)/.ready
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -m web.cli "$$@"\n' "$(CURDIR)" "$(CURDIR)/$(BIN)/python" > $@
	@chmod +x $@

$(FRONTEND): $(FRONTEND_SOURCES) | $(BIN)/.ready
	@$(NODE_OK) || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-node.lock
	@$(NODE_OK) || export PATH="$(CURDIR)/$(BIN):$$PATH"; \
	  cd web/frontend && npm ci --no-progress --loglevel=error && npm run --silent build
	@touch $@

%.mo: %.po | $(BIN)/.ready
	$(BIN)/pybabel -q compile -i $< -o $@

browser: ## Make sure that the browser tests find Chromium and a Japanese font
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || $(call apt,chromium)
	@fc-list :lang=ja 2>/dev/null | grep -q . || $(call apt,fonts-noto-cjk fontconfig)

# Without these everything works except the PDF of a report, so their lack stops nothing.
pdf: ## Make sure that PDF files can be made: Pango and a Japanese font
	@export PATH="$$PATH:/usr/sbin:/sbin"; missing=""; \
	for one in libpangoft2-1.0:libpangoft2-1.0-0 libharfbuzz-subset:libharfbuzz-subset0; do \
	  ldconfig -p | grep "$${one%%:*}.so" >/dev/null || missing="$$missing $${one##*:}"; done; \
	fc-list :lang=ja 2>/dev/null | grep . >/dev/null || missing="$$missing fonts-noto-cjk fontconfig"; \
	[ -z "$$missing" ] || ( $(call apt,$$missing) ) || true

# A missing system package: installed when root, else named in one line
apt = { if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null; \
	else echo "Missing on this machine: $(1).  Install with: sudo apt-get install $(1)"; exit 1; fi; }

.PHONY: help run test check lint bench conformance tck fuzz clean browser pdf
