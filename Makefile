# The doors of the checkout; what happens behind them is in scripts/.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-test run test check check-format check-lint check-types check-imports check-unit \
        bench screens image format lock clean

bin := .venv/bin
rooms := case_api geocode hub intake telephony video tests bench scripts

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## Set up what the hub needs (.venv, pinned packages)
	@bash scripts/setup.sh run

setup-dev:
	@bash scripts/setup.sh dev

setup-test:
	@bash scripts/setup.sh test

run: setup ## Set up and start the hub with the demo city; Ctrl-C stops it
	@exec bash scripts/run.sh

test: setup-test ## Set up and run every test, browser and crash drill included
	@$(bin)/pytest

check: setup-dev ## Set up, then format, lint, types, import contracts and unit tests
	@bash scripts/check.sh

bench: setup-test ## Measure; table on the terminal, JSON in bench/results
	@$(bin)/python -m bench

screens: setup-test ## Take the pictures of docs/screens anew, with the browser tests that look at them
	@HUB_SCREENS=docs/screens $(bin)/pytest -k small_town tests/e2e/test_pages_at_both_widths.py

image: ## Build the image of docker/Dockerfile, start it for real, and clean up (Docker, or root with buildah)
	@bash scripts/image.sh

format: setup-dev ## Put the code into the house format
	@$(bin)/ruff check --fix-only --quiet .
	@$(bin)/ruff format .

lock: setup-dev ## Pin requirements anew after a change of pyproject.toml or requirements/*.in
	@bash scripts/lock.sh

clean: ## Remove caches and the set-up (.venv); var/ with its data stays
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	@find $(rooms) -name __pycache__ -type d -prune -exec rm -rf {} +
