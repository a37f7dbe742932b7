# One door for every chore. `make report` and `make test` do all set-up on a fresh machine.
PYTHON ?= python3
DATA ?= data/demo
BIN := .venv/bin
READY := .venv/.ready
QUICK := $(addprefix tests/test_,$(addsuffix .py,proportions rates effects verdicts plan data tables figures publish_html \
  narrative narrative_cases narrative_numbers narrative_report narrative_words))

.PHONY: help report pdf example test golden check quick lab hooks bench versions clean lock
.DEFAULT_GOAL := help

help:  ## what there is
	@sed -n 's/^\([a-z]*\):.*##/\1:/p' $(MAKEFILE_LIST)

report: $(READY)  ## every report of the plan, Danish and English, into output/
	$(BIN)/evalkit run --data $(DATA)

pdf: $(READY)  ## the same, each report also as a tagged PDF; needs Chromium, Chrome or Edge
	$(BIN)/evalkit run --data $(DATA) --pdf

example: $(READY)  ## one finished round on made-up figures, written, reviewed and approved, into output/example/
	$(BIN)/python examples/finished/make.py

test: $(READY)  ## every test
	@# The fault tests run alone, for they count processes and temporary files; and whatever the others said.
	status=0; \
	$(BIN)/pytest -n 2 --dist loadfile --ignore tests/faults || status=$$?; \
	$(BIN)/pytest tests/faults || status=$$?; \
	exit $$status

golden: $(READY)  ## renew the record of every page and table, on purpose; look at it with git diff tests
	$(BIN)/python tests/golden_record.py --write

check: $(READY)  ## style, floors, types: within a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

quick: check  ## the same and the tests that need no report: an answer in a minute
	$(BIN)/pytest -n 2 --dist loadfile $(QUICK)

lab: $(READY)  ## JupyterLab on the notebooks, with completion of ids and autoreload
	$(BIN)/evalkit lab

hooks: $(READY)  ## git: notebooks without outputs, diffs cell by cell, checks before each commit
	$(BIN)/evalkit hooks
	@command -v pre-commit >/dev/null && pre-commit install || echo "For the checks before each commit: pipx install pre-commit, then make hooks again."

bench: $(READY)  ## how fast it is, as ratios within one run
	$(BIN)/python benchmarks/speed.py

versions: $(READY)  ## the lowest and the newest of every declared range, on each Python: the same results?
	$(BIN)/python tests/versions.py

lock: $(READY)  ## requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --all-extras \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade -q -o requirements.lock

clean:  ## remove what was made, but not data/local
	rm -rf .venv output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "evalkit needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 report"; exit 1; }
	$(PYTHON) -m venv .venv
	@echo "Installing into .venv, once: some minutes with pip, seconds where uv is."
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	fi
	@touch $(READY)
