# The recipes that people, pre-commit and CI share. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup demo test check bench docs lock fix clean

help: ## list the recipes
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(STAMP): requirements/dev.txt pyproject.toml
	@scripts/setup $(PYTHON) $(VENV)
	@touch $@

setup: $(STAMP) ## the environment, in .venv

demo: $(STAMP) ## load the real retail data, serve on http://127.0.0.1:8080, print a sign-in link
	@$(BIN)/trenza demo

test: $(STAMP) ## every test; says what it skipped and why
	@scripts/services
	@$(BIN)/pytest -n 2 $(PYTEST)

check: $(STAMP) ## lint, types, import contracts, docs
	@scripts/check

fix: $(STAMP) ## format, and mend what lint can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(STAMP) ## benchmarks: ratios against named baselines in the same run
	@$(BIN)/python bench/run.py

docs: $(STAMP) ## make the generated pages anew
	@$(BIN)/python scripts/docs.py

lock: $(STAMP) ## resolve the versions anew (no index or host stands in the files)
	@scripts/lock

clean: ## remove the environment and what was built
	@rm -rf $(VENV) build dist
