# Everything that is done with this checkout; `make` alone prints this menu.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := menu

menu: ## print this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: setup ## play junior and senior on one local page, no account anywhere (DEMO="--script" for a run in the terminal)
	$(BIN)/baton demo $(DEMO)

setup: $(VENV)/.installed ## only install, into .venv (.venv/bin/baton is the program)

test: $(VENV)/.installed-dev ## run the tests, on SQLite and on a private PostgreSQL
	$(BIN)/pytest -n auto -m "not browser"

test-browser: $(VENV)/.installed-dev ## drive the demo page in a real browser (Chromium must be installed)
	$(BIN)/pytest -m browser

lint: $(VENV)/.installed-dev ## check style, format, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## measure the whole program against bare servers, side by side
	$(BIN)/python -m benchmarks.run

crash: $(VENV)/.installed-dev ## kill the program 250 times where it hurts most, on both databases (CRASH="--seed 7 --kills 50")
	$(BIN)/python -m tests.endurance.crash $(CRASH)

replicas: $(VENV)/.installed-dev ## 1,000 handoffs on three replicas, two of them killed on the way (REPLICAS="--seed 7")
	$(BIN)/python -m tests.endurance.replicas $(REPLICAS)

lock: $(VENV)/.installed-dev ## choose the versions of all dependencies anew
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra install --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra install --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --constraint requirements.lock --quiet --output-file requirements-dev.lock

# A venv without pip (Debian keeps ensurepip in python3-venv) is half a venv, and must be made anew.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Baton needs Python 3.11, 3.12 or 3.13; say which: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

.PHONY: menu demo setup test test-browser lint bench crash replicas lock
