# The two commands a newcomer needs: `make demo` and `make test`. Each makes .venv from the lock by itself.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
EXTENSION := daw_scripts/ableton/extension
READY  := $(VENV)/.installed

.PHONY: install demo test explore test-extension lint format protos bench screenshots lock clean

install: $(READY)

# torch is installed first and with its own requirements: the lock leaves out the GPU packages that some builds of it need.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("AuxSend needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# make demo [INPUT=song.wav] [OUT=folder]
demo: $(READY)
	$(BIN)/auxsend demo $(if $(INPUT),"$(INPUT)") $(if $(OUT),--output "$(OUT)")

# Two files at a time; make test WORKERS=0 runs them one after the other.
WORKERS ?= 2
test: $(READY)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

# Looks with many random examples for what the properties in the tests do not hold for. What it finds becomes an @example.
explore: $(READY)
	$(BIN)/python -m pytest --hypothesis-profile explore --numprocesses $(WORKERS) --dist loadfile \
		$$(grep -rl --include='test_*.py' 'from hypothesis' tests) $(ARGS)

# Live's extension, in TypeScript; needs npm. Its end to end test is one of `make test`, and needs this to have run before.
test-extension:
	npm ci --silent --no-audit --no-fund --prefix $(EXTENSION)
	npm run --silent --prefix $(EXTENSION) lint
	npm test --silent --prefix $(EXTENSION)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python protos/generate.py --check

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

protos: $(READY)
	$(BIN)/python protos/generate.py

# make bench [ARGS="--audio song.wav"]
bench: $(READY)
	$(BIN)/python -m benchmarks.separation $(ARGS)

# make screenshots [ARGS="--samples FOLDER --views suggest"]
screenshots: $(READY)
	$(BIN)/python -m tests.bridge.panel.screenshots $(ARGS)

# Needs uv (pip install uv). GPU packages are left out: torch brings the ones that its own build needs (see install).
lock:
	$(BIN)/uv pip compile pyproject.toml --extra engine --extra dev --extra build \
	  --python-version 3.11 --no-annotate --no-header \
	  --no-emit-package triton --no-emit-package cuda-bindings --no-emit-package cuda-pathfinder --no-emit-package cuda-toolkit \
	  | grep -v '^nvidia-' > requirements.lock.tmp
	sed -i 's/^\(torch==[0-9.]*\).*/\1/' requirements.lock.tmp
	mv requirements.lock.tmp requirements.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
