#!/bin/sh
# Makes sure that the browser tests find a Chromium and a Chinese font.
set -eu
cd "$(dirname "$0")/.."
. scripts/apt.sh

if ! .venv/bin/python -m tests.support.chromium >/dev/null 2>&1; then
    apt_install chromium fonts-noto-cjk || true
fi
if ! .venv/bin/python -m tests.support.chromium >/dev/null; then
    exit 1
fi
if command -v fc-list >/dev/null 2>&1 && [ -z "$(fc-list :lang=zh)" ]; then
    apt_install fonts-noto-cjk || echo "No Chinese font found: the screenshots will show boxes (Debian: apt-get install fonts-noto-cjk)." >&2
fi
