# What a developer of ml-scaffold runs; `make help` lists it. Every target sets up what it needs.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first Python that is new enough; `make setup PYTHON=/path/to/python` names another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do "$$name" -c \
	"import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)" 2>/dev/null && exit; done)
# A uv that is on the PATH and can install dependency groups, else one of this clone's own.
UV := $(shell uv="$$(command -v uv)" && "$$uv" pip install --help 2>/dev/null | grep -q -e --group \
	&& echo "$$uv" || echo .tools/bin/uv)
BIN := .venv/bin
INSTALLED := .venv/.installed
DESIGN ?= offers
# Tests of one group of designs run in one process, so that each design is rendered once.
FAST := $(BIN)/pytest --numprocesses 2 --dist loadgroup tests/unit tests/render tests/update

# Compiled at installation, the stack starts in a third of the time. No Python is ever downloaded.
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never
unexport VIRTUAL_ENV PYTHONPATH

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(INSTALLED) ## Install this package and what develops it into .venv (every target does so when needed)

.PHONY: demo
demo: $(INSTALLED) ## Generate DESIGN into build/demo and live through it (SEED, CUSTOMERS)
	$(BIN)/ml-scaffold demo $(DESIGN) $(if $(SEED),--seed $(SEED)) $(if $(CUSTOMERS),--customers $(CUSTOMERS))

.PHONY: test
test: $(INSTALLED) ## Prove the default design end to end, in under ten minutes
	$(FAST) -m "not slow"
	$(BIN)/pytest tests/stack/test_default_design.py

.PHONY: test-all
test-all: $(INSTALLED) ## Run every test: all designs, the mutants, and this clone used as the README says
	$(FAST)
	$(BIN)/pytest tests/stack
	cd tests && ../$(BIN)/python -m mutants

.PHONY: mutants
mutants: $(INSTALLED) ## Break the guards of projects one by one: their tests must notice (ONLY=name)
	cd tests && ../$(BIN)/python -m mutants $(ONLY)

.PHONY: lint
lint: $(INSTALLED) ## Check format, code and types of the generator (tests check the template as rendered)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/ty check --python .venv

.PHONY: bench
bench: $(INSTALLED) ## Print what generating, checks, updates, the prediction log, training and the story cost
	cd tests && for part in rendering checking update log training story; do \
		../$(BIN)/python -m bench.$$part || exit; done

.PHONY: bench-statistics
bench-statistics: $(INSTALLED) ## Prove by simulation what the statistics of projects claim (PARTS=monitors)
	cd tests && ../$(BIN)/python -m bench.statistics $(PARTS)

.PHONY: refresh
refresh: $(INSTALLED) ## Move all constraints to the newest versions that pass TEST, or show how it fails
	cd tests && ../$(BIN)/python -m refresh $(if $(TEST),--test "$$TEST")
	$(UV) pip compile pyproject.toml --extra docs --group dev --universal --python-version 3.11 --upgrade --no-annotate \
		--quiet --constraints template/constraints.txt --custom-compile-command "make refresh" \
		--no-emit-index-url --no-emit-find-links --output-file constraints.txt

.PHONY: array
array: $(INSTALLED) ## Cover all pairs of answers with designs anew, for the tests (tests/array.jsonl)
	$(BIN)/python tests/covering.py

.PHONY: readme
readme: $(INSTALLED) ## Write the commands' help texts into README.md
	$(BIN)/python tests/help_blocks.py

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf build .venv .tools .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): $(BIN)/python pyproject.toml constraints.txt $(UV)
	$(UV) pip install --quiet --python $(BIN)/python --constraints constraints.txt \
		--build-constraints constraints.txt --editable '.[docs]' --group dev
	@touch $@

$(BIN)/python: | $(UV)
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer was not found: install it, or name it:" \
		"make setup PYTHON=/path/to/python" >&2; exit 1; }
	$(UV) venv --quiet --clear --python "$(PYTHON)" .venv

.tools/bin/uv:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer was not found: install it, or name it:" \
		"make setup PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -m venv .tools || { echo "Install Python's venv, such as with" \
		"'apt-get install python3-venv', or uv itself" >&2; exit 1; }
	.tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.8'
