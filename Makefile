# For Debian, Ubuntu and macOS: GNU make 3.81 or newer, a POSIX shell, Python 3.11 to 3.13.
#
#   make run                    set up once, start the app, open the browser
#   make test                   everything that has to pass: lint, types, unit, page and browser tests
#   make help                   the rest

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test setup dev lint types unit browser bench screenshots clean

VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --disable-pip-version-check --no-input

# A stamp's name carries its requirements, so that a changed file installs again and an unchanged one asks no network.
# Recipes make a stamp only after the installation went well.
RUN_STAMP := $(VENV)/installed-$(firstword $(shell cat requirements.txt | cksum))
DEV_STAMP := $(VENV)/installed-dev-$(firstword $(shell cat requirements.txt requirements-dev.txt | cksum))

# An environment that is half made, or whose Python is gone or too old, is made anew.
SOUND := $(shell $(PY) -c 'import sys, pip; print((3, 11) <= sys.version_info < (3, 14))' 2>/dev/null)
ifneq ($(SOUND),True)
$(shell rm -f $(VENV)/installed-*)
endif

export OMP_WAIT_POLICY := PASSIVE
export PYTHONPATH := .
export PYTHONUNBUFFERED := 1

help:
	@echo 'make run           start the app; PORT=8600 chooses the port, HEADLESS=1 opens no browser'
	@echo 'make test          lint, types, unit, page and browser tests'
	@echo 'make lint types unit browser    one part of it; ARGS="-k name" goes to pytest'
	@echo 'make bench         the measurements that the README shows'
	@echo 'make screenshots   the pictures in docs/images; ARGS="--help" tells more'
	@echo 'make setup         only what run needs; make dev adds what test needs'
	@echo 'make clean         forget the environment and every cache'
	@echo 'PYTHON=/path/to/python3.12 chooses the Python, CHROMIUM=/path/to/chromium the browser.'

run: $(RUN_STAMP)
	@exec $(PY) -m streamlit run streamlit_app.py $(if $(PORT),--server.port $(PORT)) $(if $(HEADLESS),--server.headless true)

test: lint types unit browser

setup: $(RUN_STAMP)

dev: $(DEV_STAMP)

lint: $(DEV_STAMP)
	$(PY) -m ruff check .

types: $(DEV_STAMP)
	$(PY) -m mypy

unit: $(DEV_STAMP)
	$(PY) -m pytest tests --ignore=tests/browser $(ARGS)

# find_chromium.py installs one when none is there, and prints its path.
browser: $(DEV_STAMP)
	@chromium=$$($(PY) scripts/find_chromium.py) || exit 1; \
	echo "CHROMIUM=$$chromium $(PY) -m pytest tests/browser $(ARGS)"; \
	CHROMIUM="$$chromium" $(PY) -m pytest tests/browser $(ARGS)

bench: $(DEV_STAMP)
	$(PY) -m benchmarks $(ARGS)

screenshots: $(DEV_STAMP)
	@chromium=$$($(PY) scripts/find_chromium.py) || exit 1; \
	CHROMIUM="$$chromium" $(PY) scripts/screenshots.py $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_STAMP):
	@$(make_environment)
	@echo 'Installing what the app needs (once, about a minute).'
	@rm -f $(VENV)/installed-*
	@$(PIP_INSTALL) --quiet -r requirements.txt
	@touch $@

$(DEV_STAMP): $(RUN_STAMP)
	@echo 'Installing what the tests need (once).'
	@rm -f $(VENV)/installed-dev-*
	@$(PIP_INSTALL) --quiet -r requirements-dev.txt
	@touch $@

# Debian's and Ubuntu's Python comes without ensurepip; their package brings it.
define make_environment
if [ "$(SOUND)" != True ]; then \
  python=; \
  for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
    if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then python=$$candidate; break; fi; \
  done; \
  if [ -z "$$python" ]; then \
    echo 'No Python 3.11, 3.12 or 3.13 was found (3.14 lacks a ready gensim). Install one (Debian, Ubuntu: apt-get install python3' >&2; \
    echo 'python3-venv; macOS: brew install python@3.13), or name it: make PYTHON=/path/to/python3.12 ...' >&2; \
    exit 1; \
  fi; \
  echo "Making $(VENV) with $$("$$python" --version)."; \
  if ! "$$python" -m venv --clear $(VENV) >$(VENV).log 2>&1; then \
    version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
      echo "Its venv is incomplete: installing python$$version-venv."; \
      apt-get update -qq </dev/null; \
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$$version-venv" </dev/null \
        || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv </dev/null; \
    fi; \
    "$$python" -m venv --clear $(VENV) >$(VENV).log 2>&1 || { \
      cat $(VENV).log >&2; rm -f $(VENV).log; \
      echo "$$python could not make $(VENV). On Debian or Ubuntu: sudo apt-get install python$$version-venv, then make again." >&2; \
      exit 1; }; \
  fi; \
  rm -f $(VENV).log; \
fi
endef
