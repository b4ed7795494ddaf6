# Needs make, Python 3.11 or later and a package registry. Everything is put in .venv; nothing else is touched, save
# that "make test" installs the Debian packages named below when they are missing and it may.
.POSIX:

# The case that "make demo" works out. Another: make demo CASE=scenarios/castle-donington.yaml
CASE = scenarios/kidderminster-town-hall.yaml

# Where "make demo" puts the charts of the case.
PICTURES = build/pictures

# The Python to use, when the first suitable one found is not the one you want: make test PYTHON=/opt/python/bin/python3
PYTHON =

# What the tests need from the system: a command, and the Debian package that brings it. Add others with a space between.
SYSTEM_NEEDS = soffice:libreoffice-calc chromium:chromium

# How many tests run side by side; a file's tests stay together. As many as there are processors: make test WORKERS=4 for another number.
WORKERS = auto

VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

# Steps follow one another even under make -j: the system's packages come before Python's.
.NOTPARALLEL:
.PHONY: demo test bench check format lock clean system

# Install and work out a real council's case: statements of both councils, precept, bands, what ends, checks, and pictures.
demo: $(VENV)/installed
	$(BIN)/devomodel run $(CASE) --picture $(PICTURES)

# Install all that the tests need and run them: style, layers, types, then every test.
test: system check
	@[ "$${DEVOMODEL_WITHOUT_LIBREOFFICE:-0}" != 1 ] || \
		echo "DEVOMODEL_WITHOUT_LIBREOFFICE=1: worksheets are NOT recalculated in LibreOffice; those tests are skipped."
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

# How long the engine takes beside the same case written by hand in numpy.
bench: $(VENV)/installed-with-tests
	$(BIN)/python -m tests.benchmarks

# What needs no running: style, layers, types.
check: $(VENV)/installed-with-tests
	$(BIN)/ruff check --quiet --output-format concise .
	$(BIN)/ruff format --quiet --check . || { echo "Some files are not laid out as the house does: make format" >&2; exit 1; }
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

# Lay the code out as the house does, and put right what ruff can.
format: $(VENV)/installed-with-tests
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

# Pin every package again, newest first, with hashes, for all systems and Pythons. The core is pinned as the tests are.
lock: $(VENV)/python
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_OPTIONS) --extra test --output-file requirements/test-lock.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK_OPTIONS) --constraint requirements/test-lock.txt \
		--output-file requirements/lock.txt pyproject.toml

LOCK_OPTIONS = --group build --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header

clean:
	rm -rf $(VENV) build dist devomodel.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The three files below stand for a step done; make does the step again when something it rests on is newer.
$(VENV)/python:
	@for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		if $$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			echo "Making $(VENV) with $$($$candidate --version)"; \
			$$candidate -m venv --clear $(VENV) && touch $@ && exit 0; \
			exit 1; \
		fi; \
	done; \
	echo "No suitable Python was found. devomodel needs Python 3.11 or later, with its venv module." >&2; \
	echo "On Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: install Python 3.12 or 3.13." >&2; \
	echo "If it stands in an unusual place, name it: make demo PYTHON=/path/to/python3" >&2; \
	exit 1

$(VENV)/installed: $(VENV)/python requirements/lock.txt pyproject.toml
	@echo "Installing devomodel and what it needs into $(VENV) (a minute or two, once)"
	@$(PIP) install --require-hashes --requirement requirements/lock.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-with-tests: $(VENV)/python requirements/test-lock.txt pyproject.toml
	@echo "Installing devomodel and what its tests need into $(VENV) (a minute or two, once)"
	@$(PIP) install --require-hashes --requirement requirements/test-lock.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Debian packages, where apt-get is there and we may use it. Elsewhere say which tests will fail, and go on.
system:
	@wanted=; \
	for need in $(SYSTEM_NEEDS); do \
		command -v "$${need%%:*}" >/dev/null 2>&1 && continue; \
		[ "$$need$${DEVOMODEL_WITHOUT_LIBREOFFICE:-}" = soffice:libreoffice-calc1 ] && continue; \
		wanted="$$wanted $${need#*:}"; \
	done; \
	python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || wanted="$$wanted python3-venv"; \
	[ -n "$$wanted" ] || exit 0; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	if ! command -v apt-get >/dev/null 2>&1 || ! $$as_root true >/dev/null 2>&1; then \
		echo "Missing on this machine, and not ours to install (Debian's names):$$wanted" >&2; \
		case "$$wanted" in *libreoffice*) \
			echo "Some tests recalculate worksheets with LibreOffice's command soffice, and FAIL without it." >&2; \
			echo "Install it, or leave those tests out: DEVOMODEL_WITHOUT_LIBREOFFICE=1 make test" >&2;; \
		esac; \
		exit 0; \
	fi; \
	echo "Installing Debian packages:$$wanted"; \
	install_them() { \
		$$as_root apt-get --quiet=2 update </dev/null && $$as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get --quiet=2 --yes --no-install-recommends install $$wanted </dev/null >/dev/null; \
	}; \
	install_them || { echo "That failed; trying once more in ten seconds."; sleep 10; install_them; }
