# Projektmedel. Two commands are enough: `make run` and `make test`. Each sets up what it needs.
PYTHON ?= python3
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check format assets benchmark shots fault requirements

help: ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: setup ## Web, worker and scheduler with demo data on http://127.0.0.1:$PORT; Ctrl-C ends all
	@.venv/bin/python manage.py serve --demo

test: ## Lint, types, the suite on SQLite and PostgreSQL, the browser tests (ARGS=... goes to pytest)
	@$(PYTHON) -m tools.test $(ARGS)

setup: ## What both need: .venv, assets, database, reference data
	@$(PYTHON) -m tools.setup

setup-dev: ## The same with the tools of testing and building
	@$(PYTHON) -m tools.setup --dev --no-database

check: setup-dev ## Lint, format and types only
	@.venv/bin/python -m tools.test --only-checks

format: setup-dev ## Let ruff put the code in order
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

assets: ## Style sheets and fonts in build/vendor
	@$(PYTHON) -m tools.build_assets

benchmark: setup-dev ## Every target of speed and memory as a table of ratios
	@.venv/bin/python -m benchmarks $(ARGS)

shots: setup-dev ## The pictures of docs/screenshots, of a demo that make run has started
	@.venv/bin/python -m tools.shots http://127.0.0.1:$(PORT)

fault: setup-dev ## One fault or race test: make fault F=F-14
	@.venv/bin/python -m tests.faults $(F)

requirements: setup-dev ## Compile requirements*.txt and package-lock.json anew (docs/operations.md)
	@.venv/bin/python -m tools.requirements
