# Every target sets itself up: a fresh clone needs Python 3.11 or newer, make and the package
# registries. Set PYTHON=/path/to/python to choose an interpreter.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

PYTHONS := python3.11 python3.12 python3.13 python3.14 python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
EXAMPLE := examples/llama-adapter-fails

.PHONY: help install audit browser test check format evaluate bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# The virtual environment itself: remade only when it is missing.
$(BIN)/python:
	@for candidate in $(or $(PYTHON),$(PYTHONS)); do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        found=$$candidate; break; \
	    fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	    echo "make: no Python 3.11 or newer among: $(or $(PYTHON),$(PYTHONS)) (python3 is $$(python3 --version 2>&1 || true))" >&2; \
	    echo "      Install one, or run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	    exit 1; \
	fi; \
	echo "make: creating $(VENV) with $$("$$found" --version)"; \
	if ! "$$found" -m venv --clear $(VENV); then \
	    rm -rf $(VENV); \
	    echo "make: $$found has no working venv module (on Debian: apt-get install python3-venv)." >&2; \
	    exit 1; \
	fi

# Two stamps, so that a first `make audit` does not wait for linters and a browser driver.
$(VENV)/.audit: pyproject.toml | $(BIN)/python
	@echo "make: installing licaudit and its dependencies into $(VENV)"
	@$(PIP) install -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.audit
	@echo "make: installing the tools for development into $(VENV)"
	@$(PIP) install -e '.[dev]'
	@touch $@

install: $(VENV)/.dev ## make .venv with licaudit and the tools for development
	@echo "make: ready: $(BIN)/licaudit"

# A demo: any verdict will do. Python itself exits with 1 when it crashes, so the report must be new.
audit: $(VENV)/.audit ## audit the failing example and print its verdict, reasons and report
	@rm -f licaudit-report/audit.json; \
	status=0; $(BIN)/licaudit audit $(EXAMPLE) --offline --out licaudit-report || status=$$?; \
	case $$status in 0|1|3) ;; *) exit $$status ;; esac; \
	if [ ! -s licaudit-report/audit.json ]; then echo "make: no report was written" >&2; exit 1; fi; \
	echo "make: licaudit exited with $$status (0 pass, 1 fail, 3 review)"

# The report is tested in a real browser: Debian's Chromium, or one that is already here.
browser:
	@for name in chromium chromium-browser google-chrome; do \
	    if command -v $$name >/dev/null 2>&1; then exit 0; fi; \
	done; \
	run=; \
	if [ "$$(id -u)" != 0 ]; then \
	    if sudo -n true 2>/dev/null; then run="sudo -n"; else run=none; fi; \
	fi; \
	if [ "$$run" = none ] || ! command -v apt-get >/dev/null 2>&1; then \
	    echo "make: the tests need chromium or google-chrome, and it cannot be installed here" >&2; \
	    echo "      (needs apt-get, and root or sudo). Install one of them and run again." >&2; \
	    exit 1; \
	fi; \
	echo "make: installing chromium with apt-get"; \
	export DEBIAN_FRONTEND=noninteractive; \
	$$run apt-get update -qq; \
	$$run apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null

test: $(VENV)/.dev browser ## run all tests
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

check: $(VENV)/.dev ## lint, formatting, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## lay out the code and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

evaluate: $(VENV)/.dev ## run over real repositories and compare with what careful readers concluded
	@$(BIN)/python -m evaluate.run $(ARGS)

bench: $(VENV)/.dev ## measure speed and memory
	@$(BIN)/python -m benchmarks.run $(ARGS)

clean: ## remove everything the other targets made
	rm -rf $(VENV) build dist licaudit-report .pytest_cache .mypy_cache .ruff_cache \
	    .import_linter_cache .hypothesis
	find licaudit tests -name __pycache__ -type d -prune -exec rm -rf {} +
