"""What the handbook says is there, and what is there it says; each thing once."""

import re
from collections import Counter

import pytest

from tests.support.checkout import ROOT

PAGES = [
    ROOT / "SECURITY.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("operations", "threats", "privacy")),
]
HANDBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
NOT_OURS = {"run", "shell", "routes", "openapi", "db"}
"""Commands of Flask and of what hangs into it; of `db` the handbook names what is needed."""


def names_of_settings():
    """What config.py asks the environment for."""
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    asked = re.findall(r'environ(?:\.get\(|, )"([A-Z_]{3,})"', source)
    return {*asked, "SECRET_KEY_FILE", "DATABASE_URL_FILE", "SMTP_URL_FILE"}


def twice_told(text):
    """First cells that begin more than one row."""
    rows = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return [row for row, times in Counter(rows).items() if times > 1]


def missing_paths(text):
    """Files and folders of the house that a page names and that aren't there."""
    named = re.findall(r"`((?:tests|deploy|services|blueprints|models|domain|scripts)/[\w./-]*)`", text)
    return [path for path in named if not (ROOT / path).exists()]


def missing_links(page):
    """Links to pages, or to headings of this page, that lead nowhere."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)]*)\)", text)
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-") for line in text.splitlines()
    }
    found = [
        link
        for link in links
        if not link.startswith("#") and not (page.parent / link.partition("#")[0]).exists()
    ]
    return found + [link for link in links if link.startswith("#") and link[1:] not in headings]


def test_every_setting_is_in_the_handbook_and_no_other():
    (table,) = re.findall(r"^## Settings\n(.*?)^The figures", HANDBOOK, re.MULTILINE | re.DOTALL)
    told = {
        name
        for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`([A-Z_]+)`", row)
    }

    assert told == names_of_settings() | {"BACKUP_KEEP"}


def test_every_command_is_in_the_handbook(app):
    missing = []
    for name, command in app.cli.commands.items():
        under = [f"{name} {one}" for one in getattr(command, "commands", {})] or [name]
        missing += [one for one in under if name not in NOT_OURS and f"`flask {one}" not in HANDBOOK]

    assert missing == []


def test_nothing_is_told_twice():
    assert twice_told(HANDBOOK) == []


@pytest.mark.mutant
def test_a_row_told_twice_is_found():
    assert twice_told(HANDBOOK + "| `flask serve` | something else |\n") == ["`flask serve`"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page):
    assert missing_paths(page.read_text(encoding="utf-8")) == []
    assert missing_links(page) == []


@pytest.mark.mutant
def test_what_is_not_there_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One\n[a](gone.md) [b](#two) [c](#one) `tests/unit/test_gone.py`\n")

    assert missing_links(page) == ["gone.md", "#two"]
    assert missing_paths(page.read_text()) == ["tests/unit/test_gone.py"]
