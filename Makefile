# Every target is listed by `make help`. Stamps in .venv keep later starts free of pip.
.NOTPARALLEL:
.DEFAULT_GOAL := help

BIN := .venv/bin
WORKERS ?= 2
ARGS ?=
SECONDS ?= 3600
PO := $(wildcard translations/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)
FAST := not browser and not race and not postgresql and not slow and not bare
FAST_TESTS ?= tests/unit tests/architecture

.PHONY: help run install cluster test test-fast bench bench-quick drill soak lint format types lock audit screenshots translations browser

help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

run: .venv/.installed-run $(MO) ## install, upgrade the database, seed a new one and serve on http://127.0.0.1:$PORT (8000)
	@exec $(BIN)/flask --app app serve

install: .venv/.installed-run $(MO) ## install the locked packages and compile the texts, start nothing (docs/operations.md)

test: .venv/.installed-dev $(MO) browser ## run every test: both engines, several processes, browser
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-fast: .venv/.installed-dev $(MO) ## run the rules and the floors, without a server (< 30 s; FAST_TESTS="tests/services" for others)
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "$(FAST)" $(FAST_TESTS) $(ARGS)

cluster: .venv/.installed-dev $(MO) ## try servers that share one PostgreSQL with a standby (ARGS="--servers 3 --port 9000 --fresh")
	@exec $(BIN)/python -m scripts.cluster $(ARGS)

bench: .venv/.installed-dev $(MO) ## measure every figure of the goals on both engines, write docs/benchmarks.md (ARGS="--keep DIR board booking")
	@$(BIN)/python -m benchmarks $(ARGS)

bench-quick: .venv/.installed-dev $(MO) ## the same in two minutes: small houses, few rounds, SQLite only, nothing written
	@$(BIN)/python -m benchmarks --small $(ARGS)

drill: .venv/.installed-dev $(MO) browser ## try every promise in full size and every mutant, write docs/drill.md (hours; ARGS="-k crash")
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "drill or mutant" --full-size --report=docs/drill.md $(ARGS)

soak: .venv/.installed-dev $(MO) ## let a house work for an hour: 30 requests a second, one of ten a write (SECONDS=600 for less)
	@SOAK_SECONDS=$(SECONDS) $(BIN)/pytest -n 0 tests/drills/test_long_run.py -k hour --full-size --report=test-artifacts/soak.md $(ARGS)

lint: .venv/.installed-dev ## check style, formatting and the floors (ruff, import-linter)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

format: .venv/.installed-dev ## let ruff correct style and formatting
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: .venv/.installed-dev ## check the types of domain, models and services (mypy --strict)
	@$(BIN)/mypy

lock: .venv/.ready ## resolve requirements*.in into requirements*.txt with hashes (ARGS="--upgrade")
	@sh scripts/lock.sh $(ARGS)

audit: .venv/.ready ## ask the package index for known holes in the locked packages (needs the network; ARGS="requirements.txt")
	@sh scripts/audit.sh $(ARGS)

screenshots: .venv/.installed-dev $(MO) browser ## take the pictures of the README from the living demo
	@$(BIN)/python -m scripts.screenshots

translations: .venv/.installed-dev ## collect the texts from the source, update translations/*.po and compile them
	@$(BIN)/python scripts/translations.py

browser: .venv/.installed-dev
	@sh scripts/browser.sh

.venv/.ready: scripts/venv.sh
	@sh scripts/venv.sh
	@touch $@

.venv/.installed-run: requirements.txt .venv/.ready
	@sh scripts/install.sh requirements.txt
	@touch $@

# The development lock contains the other one, version by version, so it stands for both.
.venv/.installed-dev: requirements-dev.txt requirements.txt .venv/.ready
	@sh scripts/install.sh requirements-dev.txt
	@touch $@ .venv/.installed-run

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
