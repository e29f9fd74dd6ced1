"""A copy of the house's files as somebody gets them who clones it, and the environment of such a person."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE_HERE = (".venv", "instance", "test-artifacts", "__pycache__", ".*_cache", ".hypothesis", "*.mo")
OF_THIS_RUN = (
    "APP_ENV", "DATABASE_URL", "SECRET_KEY", "DEMO_PASSWORD", "TEST_DATABASE_URL", "HOST", "VIRTUAL_ENV",
    "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH", "PYTEST_ADDOPTS",
)  # fmt: skip
"""What a person who has just cloned the house does not have in the environment."""


def copy_of_the_house(copy: Path) -> None:
    """The files of the house as they are now, nothing made from them."""
    if (ROOT / ".git").exists():
        _copy_what_git_knows(copy)
    else:
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE_HERE))


def _copy_what_git_knows(copy: Path) -> None:
    """A file that somebody forgot to add is missing there, as it would be for everybody else."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)


def bare_environment(**more: str) -> dict[str, str]:
    """The environment without what this test run has put there."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_THIS_RUN}
    return {name: value for name, value in kept.items() if not name.startswith(("JUFU_", "PYTEST_"))} | more
