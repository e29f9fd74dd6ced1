#!/bin/sh
# Makes sure that the browser tests find a Chromium, what Playwright's driver links to, and a Chinese font.
set -eu
cd "$(dirname "$0")/.."
. scripts/apt.sh

find_chromium() { .venv/bin/python -m tests.support.chromium; }
start_driver() { .venv/bin/playwright --version; }
find_font() { ! command -v fc-list >/dev/null 2>&1 || [ -n "$(fc-list :lang=zh)" ]; }

# The same browser without a desktop needs two thirds of the time.
find_chromium >/dev/null 2>&1 || apt_install chromium-headless-shell fonts-noto-cjk || true

missing=
find_chromium >/dev/null 2>&1 || missing="chromium fonts-noto-cjk"
start_driver >/dev/null 2>&1 || missing="$missing libatomic1"
find_font || missing="$missing fonts-noto-cjk"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # several packages
    apt_install $missing || true
fi

find_chromium >/dev/null
if ! start_driver >/dev/null; then
    echo "Playwright's driver does not start: please install libatomic1 (Debian: apt-get install libatomic1)." >&2
    exit 1
fi
if ! find_font; then
    echo "No Chinese font found: screenshots will show boxes (Debian: apt-get install fonts-noto-cjk)." >&2
fi
