#!/bin/sh
# audit.sh [REQUIREMENTS …]: asks the package index for known holes in exactly the locked packages; it needs the network.
#
# Status 1 where one is found. What the software runs on, what the tests need on top, and the bots, unless files are named.
set -eu
cd "$(dirname "$0")/.."

here=.venv-audit
if ! cmp -s requirements-audit.txt "$here/installed"; then
    .venv/bin/python -m venv --clear "$here"
    "$here/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-audit.txt
    cp requirements-audit.txt "$here/installed"
fi

[ "$#" -gt 0 ] || set -- requirements.txt requirements-dev.txt requirements-bots.txt
status=0
for file in "$@"; do
    echo "$file:"
    # --strict: a package that nobody could tell of is not a good one. --disable-pip: the lock is complete, so nothing
    # is resolved or installed, only looked up.
    "$here/bin/pip-audit" --strict --disable-pip --require-hashes --progress-spinner off --requirement "$file" || status=1
done
exit "$status"
