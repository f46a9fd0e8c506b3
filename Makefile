# Everything a newcomer needs: make demo, make test. No target needs anything done before it.
PYTHON ?= python3
PY = .venv/bin/python
STAMP = .venv/.installed

.PHONY: demo test check words run install bench torture lock picture

demo: $(STAMP)
	@rm -rf .demo
	@$(PY) -m emulator --start 2027-03-19T12:00+07:00 --bot "$(PY) -m bot demo"

test: $(STAMP) check
	@$(PY) -m pytest --ignore=tests/architecture --ignore=tests/words

check: $(STAMP)
	@$(PY) -m ruff format --check -q . || { echo 'make check: run .venv/bin/ruff format .'; exit 1; }
	@$(PY) -m ruff check -q .
	@$(PY) -m mypy
	@$(PY) -m bot.catalogs
	@$(PY) -m pytest tests/architecture tests/words

run: $(STAMP)
	@$(PY) -m bot run

words: $(STAMP)
	@$(PY) -m bot.catalogs update

bench: $(STAMP)
	@$(PY) -m benchmarks

# Generated updates with something wrong in them: UPDATES=, or SECONDS= instead of it; SEED= for others than the last time.
torture: UPDATES ?= 100000
torture: $(STAMP)
	@FUZZ_UPDATES=$(UPDATES) FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$(SEED) $(PY) -m pytest -q -s tests/conversation/test_fuzz.py -k nothing_that_comes

# docs/screens.png taken anew from the running demo; needs Chromium.
picture: $(STAMP)
	@$(PY) -m tests.endtoend.picture

install: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo 'Нужен Python 3.11 или новее: apt install python3 python3-venv'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Нужен Python 3.11 или новее, а здесь старше.'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo 'Нет модуля venv: apt install python3-venv'; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@$(PY) -m bot.catalogs >/dev/null || true
	@touch $(STAMP)

# Only for who changes requirements*.in; needs pip-tools.
lock:
	pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe -o requirements.txt requirements.in
	pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe -o requirements-dev.txt requirements-dev.in
