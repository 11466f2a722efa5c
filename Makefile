# The commands of the project. `make` alone lists them; `make run` and `make test` need only Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: help run test coverage lint docs bench pins sbom messages
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE # what was compiled once is read by every process that starts later

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

run: .venv/run ## start the tracker: web, worker and clock, at http://127.0.0.1:8000/ (or another PORT=)
	@exec $(BIN)/python manage.py up --port $(PORT)

test: .venv/dev ## run the tests that need no service, browser or network
	PYTHONDEVMODE=1 PYTHONMALLOC=default $(BIN)/python -m pytest -q -n auto --maxprocesses 8 -m "not browser and not services" $(ARGS)
	@echo "Left out: tests in a browser, and those that start services; .ci/run runs them too."

coverage: .venv/dev ## run the same tests and say which share of branches they take (at least 90 %)
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 -m "not browser and not services" --cov --cov-report=term

lint: .venv/dev ## check style, import rules, types and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --check --lint --quiet tracker

docs: .venv/dev ## build the documentation site into docs/_build/ (a dead link is an error)
	$(BIN)/python -m sphinx --quiet --fail-on-warning --builder html docs docs/_build

bench: .venv/dev .venv/peers/done ## measure polling against peers, classification and brokers
	$(BIN)/python -m bench.classify
	$(BIN)/python -m bench.brokers
	$(BIN)/python -m bench.poll 300 1

pins: .venv/dev ## compile requirements*.in to exact pins with hashes
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

sbom: .venv/dev ## write sbom.cdx.json: what the tracker runs on, with versions and hashes (CycloneDX)
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --of JSON --output-file sbom.cdx.json

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The tracker needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which one: make run PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements.txt
	@echo "Installing what the tracker runs on (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/peers/done: bench/peers.txt | .venv/python
	@echo "Installing the peers that polling is measured against (newsboat comes from the system)"
	@$(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/pip install --quiet --disable-pip-version-check -r bench/peers.txt
	@touch $@

.venv/dev: .venv/python requirements-dev.txt
	@echo "Installing what lints and tests the tracker (once, about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run

messages: .venv/dev ## collect the texts to translate and compile the translations (needs gettext)
	cd tracker && ../$(BIN)/python ../manage.py makemessages --locale ar --locale de --locale es --locale fr --no-obsolete --add-location file
	$(BIN)/python manage.py compilemessages --verbosity 0 --ignore .venv
