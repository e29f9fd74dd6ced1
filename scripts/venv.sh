#!/bin/sh
# Makes .venv with the first Python >= 3.11 it finds; a half-made one is replaced, a working one is kept.
set -eu
cd "$(dirname "$0")/.."
. scripts/apt.sh

if .venv/bin/python -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed: please install it (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
fi

# Debian and Ubuntu ship Python without ensurepip; venv then makes a .venv that has no pip.
if ! "$python" -m venv --clear .venv >/dev/null 2>&1; then
    rm -rf .venv
    apt_install "$python-venv" || true
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "$python cannot make a virtual environment: please install it with: apt-get install $python-venv" >&2
        exit 1
    fi
fi
