#!/bin/sh
# Resolves requirements*.in for every platform and writes the hash-locked requirements*.txt.
set -eu
cd "$(dirname "$0")/.."

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
    uv=.venv/bin/uv
fi

overrides=$(mktemp)
trap 'rm -f "$overrides"' EXIT
# An override whose marker never holds takes Django out of the tree: django-htmx is installed for one static file.
echo 'django ; python_version < "3"' >"$overrides"

for name in requirements requirements-dev requirements-bots requirements-audit; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links \
        --override "$overrides" --output-file "$name.txt" "$@" "$name.in"
    if grep -nE '^--|://' "$name.txt"; then
        echo "$name.txt names a package index; it must not." >&2
        exit 1
    fi
done
