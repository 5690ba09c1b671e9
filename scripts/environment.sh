#!/bin/sh
# Make .venv with what requirements/$1.lock names; does nothing when that is there already.
# What requirements/deploy.lock names gets .venv-deploy: it wants other versions of the same packages.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.lock"
venv=.venv
[ "$1" != deploy ] || venv=.venv-deploy
stamp="$venv/.installed-$1"

if "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    cmp -s "$lock" "$stamp" && exit 0
else
    python=""
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python="$candidate"
            break
        fi
    done
    if [ -z "$python" ]; then
        found="$(command -v ${PYTHON:-python3} >/dev/null && ${PYTHON:-python3} --version 2>&1 || true)"
        echo "Python 3.11 or newer is needed; here there is: ${found:-none}." >&2
        echo "Install it, or name it: make ${MAKECMDGOALS:-run} PYTHON=/path/to/python3.11" >&2
        exit 1
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$python has no venv module. On Debian or Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
    echo "Making $venv with $("$python" --version) …"
    "$python" -m venv --clear "$venv"
fi

echo "Installing what $lock names …"
PIP_DISABLE_PIP_VERSION_CHECK=1 "$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
cp "$lock" "$stamp"
