# make setup | demo | test | lint | clean
.PHONY: setup demo test lint clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt scripts/setup
	scripts/setup

demo: setup
	.venv/bin/ssd-iter run configs/demo.toml

test: setup
	VIRTUAL_ENV=.venv scripts/check

lint: setup
	VIRTUAL_ENV=.venv scripts/lint

clean:
	rm -rf .venv runs
