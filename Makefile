# Every target works in a fresh clone and needs Python 3.11 or later: the environment is made when it is
# missing, and brought up to date when pyproject.toml or the lock changes. Works with the make of macOS (3.81).
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.tools
LOCKING := $(VENV)-lock

.PHONY: run test lint format docs bench fuzz dist lock clean
.DEFAULT_GOAL := run

# The application alone, in the locked versions: what `make run` needs.
$(INSTALLED): pyproject.toml requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "iamtui needs Python 3.11 or later; name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --constraint requirements-dev.lock --editable .
	@touch $@

# The tools of developers besides.
$(TOOLS): $(INSTALLED)
	$(PIP) install --quiet --requirement requirements-dev.lock
	@touch $@

run: $(INSTALLED)
	$(BIN)/iamtui

test: $(TOOLS)
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(TOOLS)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(TOOLS)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# The pages of docs/reference, made anew from the code.
docs: $(TOOLS)
	$(BIN)/python -m tests.project.reference

bench: $(TOOLS)
	$(BIN)/python -m pytest tests/benchmarks -p no:xdist --benchmark-only -s

fuzz: $(TOOLS)
	$(BIN)/python -m pytest -m fuzz -n auto

# A source archive and a wheel in dist/.
dist: $(TOOLS)
	rm -rf dist
	$(BIN)/hatchling build

# The newest versions that pyproject.toml admits, found in an environment of their own and written down.
WANTED := import tomllib; project = tomllib.load(open("pyproject.toml", "rb")); \
	print(*project["build-system"]["requires"], *project["project"]["dependencies"], \
	*sum(project["dependency-groups"].values(), []), sep="\n")

lock:
	rm -rf $(LOCKING)
	$(PYTHON) -m venv $(LOCKING)
	$(PYTHON) -c '$(WANTED)' > $(LOCKING)/wanted.txt
	$(LOCKING)/bin/python -m pip --disable-pip-version-check install --quiet --requirement $(LOCKING)/wanted.txt
	echo '# The exact versions that development and CI use; `make lock` writes them anew.' > requirements-dev.lock
	$(LOCKING)/bin/python -m pip --disable-pip-version-check freeze >> requirements-dev.lock
	rm -rf $(LOCKING)

clean:
	rm -rf $(VENV) $(LOCKING) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks dist
