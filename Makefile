# make setup | setup-browser | demo | test | lint | clean
.PHONY: setup setup-browser demo test lint clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt scripts/setup
	scripts/setup

setup-browser:
	scripts/setup-browser

demo: setup
	.venv/bin/ssd-iter run configs/demo.toml

test: setup setup-browser
	VIRTUAL_ENV=.venv scripts/check

lint: setup
	VIRTUAL_ENV=.venv scripts/lint

clean:
	rm -rf .venv runs
