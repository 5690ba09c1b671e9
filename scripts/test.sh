#!/bin/sh
# Run every test, and say at the end what could not be run.
set -eu
cd "$(dirname "$0")/.."
unset DEBUG VAR_DIR DATABASE_URL
status=0
not_run=""

.venv/bin/python -m pytest -q -n 2 --ignore=tests/e2e "$@" || status=$?

if ! ls tests/e2e/test_*.py >/dev/null 2>&1; then
    not_run="tests/e2e (there are none)"
elif ! command -v chromium >/dev/null 2>&1; then
    not_run="tests/e2e, which drive a browser (there is no chromium; apt install chromium)"
elif [ $# -eq 0 ]; then
    .venv/bin/python -m pytest -q tests/e2e || status=$?
fi

if ! fc-list :lang=ja 2>/dev/null | grep -q .; then
    not_run="${not_run:+$not_run; }with Japanese glyphs (no Japanese font; apt install fonts-noto-cjk)"
fi
if ! command -v xgettext >/dev/null 2>&1; then
    not_run="${not_run:+$not_run; }whether every text has its English (there is no gettext; apt install gettext)"
fi
[ "$status" = 0 ] || echo "FAILED: see above."
[ -z "$not_run" ] || echo "NOT RUN: $not_run"
exit "$status"
