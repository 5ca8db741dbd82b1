# Needs Python 3.11 or newer, git and make. Everything else is brought here, into .tools and .venv.

export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON_PREFERENCE := only-system

UV := .tools/uv/bin/uv
RUN := $(UV) run --no-sync
# Two at a time: every test has servers and folders of its own.
PYTEST_ARGS ?= -n 2

.PHONY: help demo test check bench soak learn build assets uv installed

help:
	@echo "make demo    a fortnight of invented mail through the agent, then what it did and why"
	@echo "make test    every check and every test (PYTEST_ARGS=... is handed to pytest)"
	@echo "make check   ruff, mypy and the import contracts only"
	@echo "make bench   the benchmark table"
	@echo "make soak    200 kills instead of 20"
	@echo "make learn   rules/leanings.csv and danger.csv from the labelled mails"
	@echo "make assets  the page's styles, from npm, into agent/web/assets/"
	@echo "make build   the wheel and the source archive, into dist/"

# --inexact: a demo leaves the tools of an earlier `make test` in place.
demo: uv assets
	@$(UV) sync --quiet --locked --no-dev --inexact
	@$(RUN) mailbox-agent demo

test: uv assets
	@sh deploy/prepare.sh servers
	@$(MAKE) --no-print-directory check
	$(RUN) python -m pytest $(PYTEST_ARGS)

check: installed
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy --strict agent
	$(RUN) lint-imports

bench: installed assets
	@sh deploy/prepare.sh servers
	$(RUN) python -m tests.bench

soak: installed
	@sh deploy/prepare.sh servers
	SOAK=200 $(RUN) python -m pytest tests/test_kill.py tests/test_kill_round.py $(PYTEST_ARGS)

learn: uv
	@$(UV) sync --quiet --locked --group learn
	$(RUN) python -m tests.learn

build: uv assets
	$(UV) build

# Quiet, and done at once, where nothing of it changed.
assets: uv
	@sh deploy/assets/build.sh

installed: uv
	@$(UV) sync --quiet --locked

uv:
	@sh deploy/prepare.sh uv
