SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --no-annotate --unsafe-package=pip

# What one of the tests' many servers and workers has compiled, no other has to. Of what is left out little is imported.
unexport PYTHONDONTWRITEBYTECODE
COMPILED := $(BIN)/python -m compileall -qq -j 0 -x '/(tests|pip|setuptools|plotly|pygments|mypy|mypyc)/' .venv/lib

.PHONY: help run test check bench fuzz mutants shots pins audit settings bundle clean

help: ## list these targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/run.stamp ## install what is missing and serve, at first on http://127.0.0.1:8050
	@exec $(BIN)/python -m scripts.serve

test: .venv/test.stamp ## install what is missing and run every test
	@scripts/browser
	@scripts/servers
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest --forks=4

check: .venv/test.stamp ## lint, format, types and layers, as CI does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench.stamp ## measure; figures also in bench.json in PARTERRE_HOME; BENCH_ROWS=10000000 for one more size
	@scripts/browser
	@$(BIN)/python -m bench

shots: .venv/test.stamp ## picture every page; SHOTS="--page predict" for one
	@scripts/browser
	@$(BIN)/python -m bench.shots $(SHOTS)

mutants: .venv/bench.stamp ## put small faults into core and its doors, and see which the tests find (an hour); MUTANTS="--size 20 --seed 1"
	@scripts/servers
	@$(BIN)/python -m bench.mutants $(MUTANTS)

fuzz: .venv/test.stamp ## have schemathesis ask a server all that the API describes, and does not; FUZZ="--max-examples 100"
	@$(BIN)/python -m bench.described $(FUZZ)

pins: .venv/bench.stamp ## compile requirements*.txt from requirements*.in
	$(COMPILE) --generate-hashes --output-file=requirements.txt requirements.in
	$(COMPILE) --output-file=requirements-dev.txt requirements-dev.in
	$(COMPILE) --output-file=requirements-bench.txt requirements-bench.in

audit: .venv/run.stamp ## ask public advisories about the pins, and write sbom.json to PARTERRE_HOME (needs the network)
	@$(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/python -m pip --disable-pip-version-check --quiet install pip-audit cyclonedx-bom
	@mkdir -p "$${PARTERRE_HOME:-var}"
	@.venv/audit/bin/cyclonedx-py requirements requirements.txt -o "$${PARTERRE_HOME:-var}/sbom.json"
	@said="$$(.venv/audit/bin/pip-audit --strict --no-deps --disable-pip -r requirements.txt 2>&1)" && echo "$$said" || { \
		case "$$said" in \
		*"Found "*"known vulnerabilit"*) echo "$$said" ;; \
		*) echo "Nothing was audited, so nothing is known: the advisory service could not be asked about the pins. Run make audit again where pypi.org can be reached." ;; \
		esac; exit 1; }

settings: .venv/run.stamp ## write .env.example and the settings table of docs/operations.md
	@$(BIN)/python -m scripts.settings_docs

bundle: ## rebuild the plotly.js bundle in assets/ (needs npm)
	npm --prefix build/plotly ci
	npm --prefix build/plotly run build

clean: ## remove .venv and caches; what was written at run time stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build/plotly/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.txt
	@scripts/python-ok $(PYTHON)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Making .venv"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing requirements.txt"
	@$(PIP) install --no-compile -r requirements.txt
	@$(COMPILED) >/dev/null 2>&1 & # while the next packages are installed, or the server starts
	@touch $@

.venv/test.stamp: requirements-dev.txt .venv/run.stamp
	@echo "Installing requirements-dev.txt"
	@$(PIP) install --no-compile -r requirements-dev.txt
	@$(COMPILED) || true # templates among the packages are no Python
	@touch $@

.venv/bench.stamp: requirements-bench.txt .venv/test.stamp
	@echo "Installing requirements-bench.txt"
	@$(PIP) install -r requirements-bench.txt
	@touch $@
