#!/bin/sh
# install.sh REQUIREMENTS: puts exactly the locked packages into .venv.
set -eu
cd "$(dirname "$0")/.."

echo "Installing $1 (only when it changed) …" >&2
# --no-deps: the lock is complete, and it leaves out Django, which django-htmx asks for.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$1"
