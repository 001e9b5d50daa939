# make setup | setup-browser | demo | serve | test | test-faults | lint | clean
.PHONY: setup setup-browser demo serve test test-faults lint clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt scripts/setup
	scripts/setup

setup-browser:
	scripts/setup-browser

demo: setup
	.venv/bin/ssd-iter run configs/demo.toml

serve: setup
	.venv/bin/ssd-iter serve

test: setup setup-browser
	VIRTUAL_ENV=.venv scripts/check

# All faults, and the table of docs/reliability.md; as root on Linux, with libfaketime, none is left out.
test-faults: setup
	SSD_ITER_FAULTS_TABLE=1 VIRTUAL_ENV=.venv scripts/test tests/faults -m "faults or not faults" --timeout 1800

lint: setup
	VIRTUAL_ENV=.venv scripts/lint

clean:
	rm -rf .venv runs .prefect
