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
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@$(PY) -m benchmarks

# kill -9 in bad weather, then updates with something wrong in them; writes docs/reliability.md. SECONDS=, or KILLS= and
# UPDATES=; PEOPLE=; SEED= for the same again; FUZZ= of the second step.
torture: $(STAMP)
	@$(PY) -m tests.torture $(if $(SECONDS),--seconds $(SECONDS)) $(if $(KILLS),--kills $(KILLS)) \
		$(if $(UPDATES),--updates $(UPDATES)) $(if $(PEOPLE),--people $(PEOPLE)) \
		$(if $(SEED),--seed $(SEED)) $(if $(FUZZ),--fuzz $(FUZZ))

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
	pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe -o requirements-bench.txt requirements-bench.in
