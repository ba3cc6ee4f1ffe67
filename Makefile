# The handful of things one does with Dangol. `make run` needs Python 3.11 or newer, and nothing else.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := $(VENV)/tools/bin/uv
SYNC := $(UV) --quiet pip sync --python $(BIN)/python --require-hashes
LINK := $(UV) --quiet pip install --python $(BIN)/python --no-deps --editable .
PYTEST := $(BIN)/python -P -m pytest
CORES ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-slow check bench build lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/stamp-run ## Build .venv with the command `dangol` in it

setup-dev: $(VENV)/stamp-dev ## The same with all tools for tests and checks

run: setup ## Start Dangol with the demo company (Ctrl-C stops it; DANGOL_PORT chooses the port)
	@exec $(BIN)/dangol start --demo

test: setup-dev build ## Run the tests, but for the slow ones
	@$(PYTEST) -m "not slow" -n $(CORES) --dist loadfile $(ARGS)

test-slow: setup-dev build ## Run the tests that take long, kill processes or drive a browser
	@$(PYTEST) -m slow -n $(CORES) --dist loadfile --durations=25 $(ARGS)

check: setup-dev ## Lint, types, import contracts, migrations, architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy dangol
	@$(BIN)/lint-imports
	@DJANGO_SETTINGS_MODULE=dangol.config.settings $(BIN)/python -P -W ignore -m django makemigrations --check --dry-run
	@$(PYTEST) tests/architecture $(ARGS)

bench: setup-dev build ## Measure speed against the budgets and write benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks $(ARGS)

build: setup ## Build the front-end files, where they are missing or out of date
	@$(BIN)/python -P -m dangol.platform.ui.build

lock: $(UV) ## Choose versions of all packages anew and write the two lock files
	@$(UV) pip compile --quiet --universal --upgrade --generate-hashes --no-header --no-annotate \
		pyproject.toml --output-file requirements.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove what was built here; data in DANGOL_HOME stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache \
		dangol/platform/ui/static/dangol/vendor
	@find dangol tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Both locks agree on every version that they share, so a folder set up for development also serves to run.
$(VENV)/stamp-run: requirements.lock pyproject.toml $(UV)
	@if [ -e $(VENV)/stamp-dev ]; then $(MAKE) --no-print-directory $(VENV)/stamp-dev; else \
		echo "Installing packages ..." && $(SYNC) requirements.lock && $(LINK); fi
	@touch $@

$(VENV)/stamp-dev: requirements-dev.lock pyproject.toml $(UV)
	@echo "Installing packages and tools ..."
	@$(SYNC) requirements-dev.lock && $(LINK)
	@touch $@ $(VENV)/stamp-run

$(UV): | $(BIN)/python
	@$(PYTHON) -m venv $(VENV)/tools || { rm -rf $(VENV)/tools; echo "$$NO_VENV" >&2; exit 1; }
	@$(VENV)/tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$NO_PYTHON" >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv --without-pip $(VENV) || { echo "$$NO_VENV" >&2; exit 1; }

define NO_PYTHON
Dangol needs Python 3.11 or newer; `$(PYTHON)` is older or missing.
Install one, or name another: make run PYTHON=python3.12
endef
define NO_VENV
This Python cannot make virtual environments.
On Debian and Ubuntu: sudo apt-get install python3-venv
endef
export NO_PYTHON NO_VENV
