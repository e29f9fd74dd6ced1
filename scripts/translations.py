"""Collects the texts from the source, updates translations/*/LC_MESSAGES/messages.po and compiles them.

Prints how many sentences each language still lacks.
"""

import os
from pathlib import Path

from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"
LANGUAGES = ("en",)
# Dates and addresses in the header would make every update a conflict and say nothing.
NOISE = (
    "Project-Id-Version",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Report-Msgid-Bugs-To",
    "Generated-By",
)


def pybabel(*arguments: str | Path) -> None:
    """Run one command of pybabel."""
    CommandLineInterface().run(["pybabel", "--quiet", *map(str, arguments)])


def without_noise(path: Path) -> None:
    """Take the lines that change without reason out of a catalogue's header."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}:' for name in NOISE))]
    path.write_text("".join(line for line in kept if not line.startswith("# ")), encoding="utf-8")


def extract() -> None:
    """Write the template of all texts in the source, the macros in directories that begin with _ included."""
    pybabel(
        "extract", "--mapping-file", ROOT / "babel.cfg", "--output-file", TEMPLATE, "--add-location=file",
        "--sort-output", "--no-wrap", "--keyword", "_l", "--keyword", "lazy_gettext",
        "--keyword", "_p:1c,2",
        "--ignore-dirs", ".*", ".",
    )  # fmt: skip


def update(language: str) -> None:
    """Bring one language up to date with the template and compile it."""
    catalogue = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    command = ["update", "--no-fuzzy-matching", "--ignore-obsolete"] if catalogue.exists() else ["init"]
    pybabel(*command, "--input-file", TEMPLATE, "--output-file", catalogue, "--locale", language, "--no-wrap")
    without_noise(catalogue)
    pybabel("compile", "--input-file", catalogue, "--output-file", catalogue.with_suffix(".mo"))
    with catalogue.open("rb") as file:
        missing = [message for message in read_po(file) if message.id and not message.string]
    print(f"{language}: {len(missing)} sentences to translate")


def main() -> None:
    """Do it for every language."""
    os.chdir(ROOT)  # the paths that pybabel notes are as it was given them
    extract()
    for language in LANGUAGES:
        update(language)
    TEMPLATE.unlink()


if __name__ == "__main__":
    main()
