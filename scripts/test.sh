#!/bin/sh
# Run every test, and say at the end what could not be run.
set -eu
cd "$(dirname "$0")/.."
unset DEBUG VAR_DIR DATABASE_URL DATABASE_READER_URL
status=0
not_run=""

leave_out() {
    not_run="${not_run:+$not_run; }$1"
}

# Tests that start real servers of the kind $1; the rest is pytest's.
test_servers() {
    kind="$1"
    shift
    reason="$(.venv/bin/python -c "from tests.servers.$kind import missing; print(missing() or '')")"
    if [ -n "$reason" ]; then
        leave_out "$1 on $kind ($reason)"
    else
        .venv/bin/python -m pytest -q "$@" || status=$?
    fi
}

.venv/bin/python -m pytest -q -n 2 --ignore=tests/e2e \
    --ignore=tests/pair --ignore=tests/drills --ignore=tests/s3 --ignore=tests/serving \
    --ignore=tests/image "$@" || status=$?

if [ $# -eq 0 ]; then
    test_servers mariadb tests/pair -n 2 --ds=tests.pair.settings
    test_servers postgresql tests/pair -n 2 --ds=tests.pair.settings_postgresql -m on_postgresql
    test_servers haproxy tests/serving -n 2
    test_servers mariadb tests/drills
    test_servers radosgw tests/s3 --ds=tests.s3.settings
fi

reason="$(.venv/bin/python -c "from tests.servers.aws_cli import missing; print(missing() or '')")"
[ -z "$reason" ] || leave_out "the parts of tests/deploy that call the AWS CLI ($reason)"

[ $# -ne 0 ] || leave_out "tests/image (make image-test, which builds the images first)"

if ! ls tests/e2e/test_*.py >/dev/null 2>&1; then
    leave_out "tests/e2e (there are none)"
elif ! command -v chromium >/dev/null 2>&1; then
    leave_out "tests/e2e, and those of tests/s3 that drive a browser (there is no chromium; apt install chromium)"
elif [ $# -eq 0 ]; then
    .venv/bin/python -m pytest -q tests/e2e || status=$?
fi

if ! fc-list :lang=ja 2>/dev/null | grep -q .; then
    leave_out "with Japanese glyphs (no Japanese font; apt install fonts-noto-cjk)"
fi
if ! command -v ffmpeg >/dev/null 2>&1; then
    leave_out "what is made of films (there is no ffmpeg; apt install ffmpeg)"
fi
if ! command -v xgettext >/dev/null 2>&1; then
    leave_out "whether every text has its English (there is no gettext; apt install gettext)"
fi
[ "$status" = 0 ] || echo "FAILED: see above."
[ -z "$not_run" ] || echo "NOT RUN: $not_run"
exit "$status"
