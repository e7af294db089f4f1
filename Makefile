# Two commands for a newcomer: `make brief` writes the dossier, `make test` runs the tests.
# Both set everything up first; all that is wanted is Python 3.11+ and make.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
#: What is imported is compiled to bytecode once, whatever the environment says: the tests start Python some hundred times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup brief compiled test test-slow check docs audit freeze compare bench serve snapshot clean
setup: $(VENV)/.ready

$(VENV)/.ready: pip.txt constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Ambos needs Python 3.11 or later / Ambos requiere Python 3.11 o posterior" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r pip.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

brief: setup  ## the dossier, in both languages, into build/brief/
	$(BIN)/ambos brief --out build/brief

compiled: setup  ## the twin's kernel as machine code, and the tests as bytecode: else each worker compiles them
	$(BIN)/python -c "from ambos.crossing.simulate import warm_up; warm_up()"
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null 2>&1 || true  # what is wrong the tests will say

#: One worker more than processors: each waits for children and clocks now and then.
WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1)))
#: What the tests write has to reach the disk each time; in memory it is there at once. Where 6 GB of it are free, and what
#: is written there may be run.
IN_MEMORY := $(shell test -w /dev/shm && grep ' /dev/shm ' /proc/mounts | grep -qv noexec && df -Pk /dev/shm | \
	awk 'NR == 2 && $$4 > 6e6 {print "TMPDIR=/dev/shm"}')

#: Linear algebra of small matrices on one thread: more of them wait for each other, spinning, beside the other workers.
test test-slow: export OPENBLAS_NUM_THREADS := 1

test: compiled  ## the tests (those on the big real files run where ../shared is)
	$(IN_MEMORY) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-slow: setup  ## the long ones too
	$(IN_MEMORY) $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "slow or not slow"

check: setup  ## style, types, floors, texts in both languages, docs in step with the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ambos check definitions
	$(BIN)/ambos reference --check docs --lang en
	$(BIN)/ambos reference --check docs --lang es

docs: setup  ## write the generated reference pages again
	$(BIN)/ambos reference --write docs --lang en
	$(BIN)/ambos reference --write docs --lang es

audit: setup  ## known vulnerabilities of the pins: asks a public advisory service, so it wants a network
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	build/audit/bin/pip-audit --strict --disable-pip --require-hashes -r pip.txt -r constraints.txt

freeze: setup  ## record what every verb prints, in both languages, into build/frozen/
	$(BIN)/python tools/frozen.py record build/frozen

compare: setup  ## record again and show what differs from build/frozen/
	$(BIN)/python tools/frozen.py compare build/frozen

$(VENV)/.peers: $(VENV)/.ready benchmarks/peers.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r benchmarks/peers.txt
	@touch $@

build/datasette/.ready: $(VENV)/.ready benchmarks/datasette.txt
	$(BIN)/python -m venv build/datasette
	build/datasette/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r benchmarks/datasette.txt
	@touch $@

bench: $(VENV)/.peers build/datasette/.ready  ## speed beside the peers and the limit; the part on building wants ../shared
	$(BIN)/python benchmarks/waiting.py
	$(BIN)/python benchmarks/twin.py
	$(BIN)/python benchmarks/staff.py
	$(BIN)/python benchmarks/air.py
	$(BIN)/python benchmarks/river.py
	$(BIN)/python benchmarks/register.py
	$(BIN)/python benchmarks/web.py --pages
	$(BIN)/python benchmarks/run.py

serve: setup  ## pages and the API at http://127.0.0.1:8000, of the embedded figures
	$(BIN)/ambos serve

snapshot: setup  ## rebuild the embedded snapshot from the real files in ../shared
	$(BIN)/ambos snapshot --from ../shared/data/raw --from ../shared/reference/recent-values.csv
	$(BIN)/python tools/twin_tables.py

clean:
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
