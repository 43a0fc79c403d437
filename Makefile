.DEFAULT_GOAL := help
SHELL := /bin/bash
export PYTHONDONTWRITEBYTECODE := # a service of which no byte code is kept takes half a second longer to start
PYTHON ?= python3
NEWEST := $(shell sed -n 's/^ARG PYTHON=//p' deploy/Dockerfile)
ifeq ($(origin PYTHON),command line) # make test PYTHON=python3.13: beside `.venv`, which stays as it is
VENV := .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ifeq ($(VENV),.venv-)
$(error $(PYTHON) cannot be run: name another Python, such as PYTHON=python3.11)
endif
else # PYTHON=python3.11 make demo: what `.venv` is made with
VENV := .venv
endif
BIN := $(VENV)/bin
ONCE ?=
SEED ?= 1
DURATION ?= 180
BRIEF ?=
PEERS ?=
EVIDENCE ?=
S ?=
JOBS ?= 3
TOGETHER = .pytest_cache/together.json
BRIEFLY = tests/system/test_missing_parts.py tests/system/delivery/test_endings.py tests/service tests/attack tests/contracts tests/unit
ALONE = .pytest_cache/alone.json
BRIEF_RUN = .pytest_cache/briefly.json
SLOWEST = --durations 10 --durations-min 1
PYTEST = ACADEMY_TEST_CONTAINERS=$(CONTAINERS) $(BIN)/python -m pytest

.PHONY: help demo up down test unit service system newest briefly check flaky containers lint lint-api lock docs fuzz attack chaos mutants bench

help: ## What can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/local.stamp: requirements/local.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the platform (once; every package checked by hash) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/local.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/local.stamp requirements/dev.txt
	@echo "installing tests and tools (once; every package checked by hash) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

demo: $(VENV)/local.stamp ## Start the platform, replay the reach of 2020/21, print the review (ONCE=1: then stop)
	@ONCE=$(ONCE) $(BIN)/academy demo

up: $(VENV)/local.stamp ## Start the platform and stay (Ctrl-C stops everything)
	@$(BIN)/academy up

down: $(VENV)/local.stamp ## Stop a platform started elsewhere
	@$(BIN)/academy down

test: $(VENV)/dev.stamp ## Every test, on real Kafka and Postgres, JOBS=3 at a time (CONTAINERS=1: in containers)
	@rm -f $(TOGETHER) $(ALONE)
	@code=0; \
	$(PYTEST) -m "not alone" -n $(JOBS) --dist loadfile --no-loadscope-reorder $(SLOWEST) --failures $(TOGETHER) || code=1; \
	$(PYTEST) -m alone $(SLOWEST) --failures $(ALONE) || code=1; \
	exit $$code

unit: $(VENV)/dev.stamp ## The rules, in seconds; starts nothing
	@$(PYTEST) tests/unit tests/contracts

service: $(VENV)/dev.stamp ## One service on real Postgres, and its rules (S=enrolment; else all services)
	@$(PYTEST) $(if $(S),tests/unit/$(S) tests/service/$(S),tests/service)

system: $(VENV)/dev.stamp ## Across services, on real Kafka, with crashes; and how the suite itself ends and tells
	@$(PYTEST) tests/system tests/suite

newest: ## The images' Python, where this machine has it: rules, services, one story across them; what fails runs once more
	@for python in python$(NEWEST) $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$(NEWEST).*/bin/python$(NEWEST); do \
		if "$$python" -c '' 2>/dev/null; then exec $(MAKE) --no-print-directory briefly PYTHON="$$python"; fi; \
	done; echo "not run on Python $(NEWEST), which the images have: this machine has none"

briefly: $(VENV)/dev.stamp
	@rm -f $(BRIEF_RUN)
	@$(PYTEST) -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not alone" --failures $(BRIEF_RUN) $(BRIEFLY) || \
		$(BIN)/python -m tests.flaky $(BRIEF_RUN)

check: lint unit ## What to run before each commit

flaky: $(VENV)/dev.stamp ## After a red `make test`: each test that failed once more, alone; red unless all pass, which is told
	@ACADEMY_TEST_CONTAINERS=$(CONTAINERS) $(BIN)/python -m tests.flaky $(TOGETHER) $(ALONE)

containers: ## The academy in containers: passwords, images, and up
	@python3 deploy/gateway_port.py
	@python3 deploy/passwords.py
	@docker compose up --wait --build

fuzz: $(VENV)/dev.stamp ## Requests nobody would think of, EXAMPLES (1000) an operation; START=7: the same ones again
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),1000) FUZZ_START=$(or $(START),$$(date +%s)) $(PYTEST) --timeout 3600 tests/service/test_any_request.py

attack: $(VENV)/dev.stamp ## What an attacker would try, DEPTH=20 times as many drawn worlds and tokens as in `make test`: tokens, records, figures, words, gateway, Kafka
	@ATTACK_DEPTH=$(or $(DEPTH),20) $(PYTEST) -n $(JOBS) --dist worksteal --timeout 3600 tests/attack tests/service/test_access.py

chaos: $(VENV)/dev.stamp ## Three brokers, real load, kills and freezes for DURATION seconds; then every promise checked (SEED=1; BRIEF=1: as in `make test`)
	@$(BIN)/python -m tests.chaos --seed $(SEED) --duration $(DURATION) $(if $(BRIEF),--brief) $(if $(EVIDENCE),--evidence $(EVIDENCE))

mutants: $(VENV)/dev.stamp ## Each wrong design in turn, and the tests that have to notice
	@$(BIN)/python -m tests.mutants

bench: $(VENV)/dev.stamp ## Speed as a share of the raw limits, a JSON line a measure (PEERS=1: beside another outbox)
	@$(BIN)/python -m bench $(if $(PEERS),--peers) $(if $(EVIDENCE),--evidence $(EVIDENCE))

lint: $(VENV)/dev.stamp ## Format, lint, types, import contracts, migrations, generated docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/basedpyright
	@$(BIN)/python -m shared.messaging.documents --check docs/events
	@$(BIN)/python -m academy.documents --check docs/api
	@$(BIN)/python -m academy.routes --check services
	@$(BIN)/squawk --config .squawk.toml $$(git ls-files '*/migrations/*.sql')

lint-api: ## The AsyncAPI and OpenAPI documents before linters of their kind, where this machine has Node (20 or later)
	@.ci/lint-api

lock: $(VENV)/dev.stamp ## Resolve requirements/*.in into hashed locks
	@cd requirements && for name in build services frontdoor portal local dev; do \
		../$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
			--custom-compile-command 'make lock' $$name.in --output-file $$name.txt; done

docs: $(VENV)/dev.stamp ## Write docs/events, docs/api and the routes in the services' READMEs from the code
	@$(BIN)/python -m shared.messaging.documents docs/events
	@$(BIN)/python -m academy.documents docs/api
	@$(BIN)/python -m academy.routes services
