"""Finding a Chromium on this machine; `python -m tests.support.chromium` prints its path."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
)  # fmt: skip
MAC_APPS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
PLAYWRIGHT_CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright")
PLAYWRIGHT_BINARIES = (
    "chromium_headless_shell-*/chrome-*/headless_shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
HOW_TO_INSTALL = (
    "No Chromium was found for the browser tests: please install one (Debian: apt-get install "
    "chromium-headless-shell fonts-noto-cjk; Ubuntu: .venv/bin/playwright install --with-deps chromium; "
    "macOS: Chrome or Chromium in Applications), or name it in the variable CHROMIUM."
)


def find_chromium() -> Path | None:
    """Path of the first browser that really starts, or None."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[Path]:
    named = os.environ.get("CHROMIUM")
    if named:
        yield Path(named)
    yield from (Path(found) for found in map(shutil.which, COMMANDS) if found)
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        yield from (folder / app for app in MAC_APPS)
    for cache in PLAYWRIGHT_CACHES:
        for pattern in PLAYWRIGHT_BINARIES:
            yield from sorted((Path.home() / cache).glob(pattern), reverse=True)


def _starts(path: Path) -> bool:
    # Ubuntu's package is a stub that only asks for a snap: being there is not enough.
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    found = find_chromium()
    sys.exit(HOW_TO_INSTALL) if found is None else sys.stdout.write(f"{found}\n")
