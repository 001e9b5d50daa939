# make setup | demo | test | lint | clean
.PHONY: setup demo test lint clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt scripts/setup
	scripts/setup

demo: setup
	.venv/bin/ssd-iter run configs/demo.toml

test: lint
	.venv/bin/python -m pytest

lint: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

clean:
	rm -rf .venv runs
