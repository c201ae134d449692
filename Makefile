# make demo   a JupyterLab with the quickstart notebook, and everything it needs
# make test   every check and every test, and everything they need
#
# PYTHON chooses the interpreter for .venv (3.10 or newer). Node 20 or newer builds the page.

PYTHON ?= python3
BIN := .venv/bin
BUNDLE := navtalk_widget/static/widget.js
JS_SOURCES := $(shell find js/src -type f 2>/dev/null) $(wildcard js/*.mjs js/*.json)

export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1

.PHONY: demo test install build lint types test-js test-python docs bench faults fuzz pictures states notebooks museum lock clean browser firefox coturn voices

demo: install build
	$(BIN)/jupyter lab --ServerApp.allow_root=True notebooks/01_quickstart.ipynb

test: lint types test-js test-python

install: .venv/installed

build: $(BUNDLE)

lint: install js/node_modules/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	npm --prefix js run lint

types: install js/node_modules/installed
	$(BIN)/mypy
	npm --prefix js run typecheck

test-js: js/node_modules/installed build browser coturn
	npm --prefix js test

# A browser test waits for its browser half the time: two at once keep two cores busy, more get into each other's way.
test-python: install build js/node_modules/installed browser firefox voices
	$(BIN)/pytest --ignore tests/e2e --numprocesses 3 --dist loadfile
	$(BIN)/pytest tests/e2e --numprocesses 2 --dist loadfile --no-loadscope-reorder

# The pages in build/docs: python -m http.server --directory build/docs
docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: install build browser voices
	$(BIN)/python -m tests.benchmarks

# Every fault of the network at every moment of a conversation, in both generations.
faults: install
	NAVTALK_ALL_FAULTS=1 $(BIN)/pytest tests/integration/test_fault_matrix.py

# Throws made-up messages at the codecs, guided by which code they reach, for FUZZ_SECONDS.
FUZZ_SECONDS ?= 300
fuzz: install
	$(BIN)/pip install --quiet "atheris>=2.3"
	$(BIN)/python -m tests.fuzz.fuzz_codecs -max_total_time=$(FUZZ_SECONDS)

# The characters, a photo, a clip and the plots in docs/.
pictures: install
	$(BIN)/python -m scripts.pictures

# The widget in every state, narrow to wide, light and dark, in both languages and in forced colours: build/states/*.png.
states: install js/node_modules/installed browser
	$(BIN)/python -m scripts.state_sheets

# The outputs that the notebooks are kept with, and their plot in docs/.
notebooks: install build
	env -u NAVTALK_LICENSE $(BIN)/python -m scripts.run_notebooks

# The conversations that notebooks/04_transcript_analysis.ipynb reads: five minutes, on a machine at rest.
museum: install build voices
	$(BIN)/python -m scripts.museum_talks

# The versions that development and CI use. After a change of dependencies: make lock, and commit the result.
lock: install
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url \
	    --no-emit-find-links \
	    --extra local --extra hub --extra parquet --extra dask --extra plots --extra testing --extra whisper --extra piper --extra kokoro --extra portrait --group dev pyproject.toml --output-file requirements-dev.txt

clean:
	rm -rf .venv js/node_modules navtalk_widget/static build dist .mypy_cache .pytest_cache .ruff_cache

.venv/installed: pyproject.toml requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	SKIP_JUPYTER_BUILDER=1 $(BIN)/pip install --quiet --no-deps --editable .
	touch $@

js/node_modules/installed: js/package.json js/package-lock.json
	npm --prefix js ci --no-fund --no-audit
	touch $@

$(BUNDLE): js/node_modules/installed $(JS_SOURCES)
	npm --prefix js run build
	touch $@

browser:
	@scripts/need chromium

firefox:
	@scripts/need firefox

coturn:
	@scripts/need coturn

voices:
	@scripts/need flite
