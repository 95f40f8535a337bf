# Needs Python >= 3.11, Node >= 20.19 and make; everything else is installed into .venv and frontend/node_modules.
#
#   make run     serve on http://127.0.0.1:8000   (HOST=0.0.0.0 PORT=9000 for a class, EXTRAS=cuda for a GPU)
#   make test    everything that must hold, in a browser too
#   make check   format, lint, types, import contracts, spelling

HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
EXTRAS ?=
MINUTES ?= 60
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

BIN := .venv/bin
UV := $(BIN)/uv
NODE_MODULES := frontend/node_modules/.package-lock.json
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
RUNTIME := .venv/.runtime$(subst $(SPACE),,$(addprefix -,$(EXTRAS)))
DEVELOP := .venv/.develop

# These tests compute and nothing else, so two run at once; the others start servers and look at the clock.
COMPUTING := $(addprefix tests/,datasets engine examples export layers optimizers parity probes protocol test_cost.py test_formula.py)
DURATIONS := --durations=12 --durations-min=5

export UV_PYTHON_DOWNLOADS := never
# --inexact leaves uv itself and the unlocked parity packages where they are.
SYNC := $(UV) sync --locked --inexact --quiet $(addprefix --extra ,$(EXTRAS))

.PHONY: run test check contracts protocol protocol-fresh bench soak parity-deps parity-reference page setup clean
.NOTPARALLEL:

run: $(RUNTIME) page
	exec $(BIN)/netloom serve --host $(HOST) --port $(PORT)

test: setup page contracts protocol-fresh
	$(BIN)/python -m pytest $(DURATIONS) -n 2 --dist loadfile $(COMPUTING)
	scripts/find_postgres.sh >/dev/null
	scripts/find_faketime.sh >/dev/null
	$(BIN)/python -m pytest $(DURATIONS) $(addprefix --ignore=,$(COMPUTING))
	cd frontend && npm run --silent test
	chromium=$$(scripts/find_chromium.sh); cd frontend && CHROMIUM="$$chromium" npm run --silent e2e

check: setup contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/typos
	cd frontend && npm run --silent check

contracts: setup
	$(BIN)/lint-imports --no-cache
	cd frontend && npm run --silent imports

protocol: setup
	cd frontend && npm run --silent protocol

protocol-fresh: setup
	scripts/check_protocol.sh

bench: setup page parity-deps
	$(UV) sync --locked --inexact --quiet --group bench
	$(BIN)/python bench/run.py

soak: setup page
	$(BIN)/python -m pytest $(DURATIONS) -m soak
	$(BIN)/python bench/soak.py --minutes $(MINUTES)

# Only compared with, hence not in the lock. pip and not uv: it also finds a CPU build in a local wheel folder.
parity-deps: $(RUNTIME)
	$(BIN)/python -c 'import torch, keras' 2>/dev/null || $(BIN)/pip install --quiet torch==2.13.0 keras==3.15.1

page:
	@$(PYTHON) scripts/build_page.py

setup: $(DEVELOP) $(NODE_MODULES)

clean:
	rm -rf .venv frontend/node_modules frontend/openapi.json backend/netloom/static build dist test-results
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(UV):
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Netloom needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8

$(RUNTIME): uv.lock pyproject.toml | $(UV)
	$(SYNC)
	touch $@

$(DEVELOP): uv.lock pyproject.toml | $(UV)
	$(SYNC) --group test --group check
	touch $@ $(RUNTIME)

$(NODE_MODULES): frontend/package-lock.json
	$(PYTHON) scripts/build_page.py --install
