# Everything a newcomer needs: `make demo` and `make test`. Both set up .venv by themselves.
.DELETE_ON_ERROR:
.PHONY: demo test thorough soak load lake test-lake test-clients test-r-jdbc bench lint check screenshots lock clean

VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements.lock
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
ARGS   ?=
# Where this is set every process compiles the whole program and all its libraries anew.
unexport PYTHONDONTWRITEBYTECODE

demo: $(VENV)/installed
	$(BIN)/clusterbridge demo $(ARGS)

test: $(VENV)/installed
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

# Further cases of whole runs, browsers and editions: too many for a suite that one waits for. CI runs them too.
# And once more, with four times as many examples, every test for which hypothesis makes them up.
thorough: $(VENV)/installed
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -m "thorough or hypothesis" -n auto --dist loadgroup $(ARGS)

# Other versions of DuckDB on an edition that this one wrote. The first time their wheels are fetched, into .venv-clients.
test-clients: $(VENV)/installed
	$(BIN)/python -m pytest -m clients -n 0 $(ARGS)

# R and JDBC themselves, where R's package duckdb is installed and DUCKDB_JDBC_JAR names the driver's jar.
test-r-jdbc: $(VENV)/installed
	$(BIN)/python -m pytest -m r_and_jdbc -n 0 $(ARGS)

# Runs and erasures killed at 200 random moments, or as many as `make soak ARGS="--kills 50 --seed 7"` says, and full disks.
soak: $(VENV)/installed
	$(BIN)/python -m pytest -m soak -n 0 -p no:cacheprovider $(ARGS)

# The staff's page with 50 users at once, on a copy of the demo's data, while editions are swapped; `make load ARGS="--users 20"`.
load: $(VENV)/installed
	@test -e var/demo/editions || $(BIN)/clusterbridge --quiet demo
	$(BIN)/python -m benchmarks.load $(ARGS)

# The pictures in docs/, taken anew of what `make demo` left behind.
screenshots: $(VENV)/installed
	$(BIN)/python -m docs.screenshots $(ARGS)

# The environment in which `clusterbridge lake` works.
lake: .venv-lake/installed

# Several machines and one lake, with a PostgreSQL of its own that is started for it, where it is installed, and an S3-compatible store.
test-lake: $(VENV)/installed .venv-lake/installed .venv-s3/installed
	$(BIN)/python -m pytest -m lake -n 0 $(ARGS)

# Figures, side by side with others'; ARGS="--most 10000" leaves the million organisations out, which take an hour of two cores.
bench: $(VENV)/installed .venv-bench/installed
	$(BIN)/python -m benchmarks.bench $(ARGS)

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test thorough

# uv where it is installed, else venv and pip; both refuse a package whose hash is not in the lock.
$(VENV)/installed: $(LOCK) pyproject.toml
	@test -n "$(PYTHON)" || { echo "wanted Python 3.11 or newer, found none; install it or say: make PYTHON=/path/to/python3" >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
		set -ex; uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV); \
		uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(LOCK); \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	else \
		set -ex; "$(PYTHON)" -m venv $(VENV); \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(LOCK); \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@touch $@

.venv-lake/installed .venv-bench/installed .venv-s3/installed: .venv-%/installed: requirements-%.lock
	@test -n "$(PYTHON)" || { echo "wanted Python 3.11 or newer, found none; say: make $@ PYTHON=/path/to/python3" >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
		set -ex; uv venv --quiet --allow-existing --python "$(PYTHON)" $(@D); \
		uv pip sync --quiet --python $(@D)/bin/python --require-hashes $<; \
	else \
		set -ex; "$(PYTHON)" -m venv $(@D); \
		$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<; \
	fi
	@touch $@

# The locks; needs uv. The second holds the oldest DuckDB that is supported, for the second run of the suite in CI; the third is of the lake, the fourth of what the benchmarks compare with, the last of the store that the lake's tests start.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock:
	$(COMPILE) --group dev pyproject.toml --output-file requirements.lock
	echo 'duckdb==1.5.6' | $(COMPILE) --group dev --constraint - pyproject.toml --output-file requirements-duckdb15.lock
	$(COMPILE) --group pyproject.toml:lake --output-file requirements-lake.lock
	$(COMPILE) --group pyproject.toml:bench --output-file requirements-bench.lock
	$(COMPILE) --group pyproject.toml:s3 --output-file requirements-s3.lock

clean:
	rm -rf $(VENV) .venv-* var .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
