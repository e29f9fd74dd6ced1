"""Templates and scripts keep to the strict Content-Security-Policy and to the htmx subset of the house."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
FAULTS = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "hx-on": re.compile(r"\shx-on\b", re.IGNORECASE),
    "hx-boost": re.compile(r"\shx-boost\b", re.IGNORECASE),
    "hx-vals with js": re.compile(r"hx-(vals|headers)\s*=\s*[\"']js:", re.IGNORECASE),
}
SCRIPT_FAULTS = re.compile(r"\beval\s*\(|new\s+Function\s*\(|\.innerHTML\s*=|document\.write\s*\(")


def faults(template: str) -> Iterator[str]:
    """Names of what a template must not contain; Jinja's own tags do not count."""
    html = JINJA.sub("x", template)
    yield from (name for name, pattern in FAULTS.items() if pattern.search(html))


def test_templates_need_nothing_inline() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (names := list(faults(path.read_text(encoding="utf-8"))))
    }

    assert found == {}


def test_our_script_builds_no_code_from_text() -> None:
    found = {
        str(path.relative_to(ROOT)): match.group()
        for path in sorted((ROOT / "static/js").rglob("*.js"))
        if (match := SCRIPT_FAULTS.search(path.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ('<p style="color: red">', "inline style"),
        ("<p class=a\n  style = 'x'>", "inline style"),
        ("<style>p {}</style>", "style element"),
        ("<script>go()</script>", "inline script"),
        ('<script type="module">go()</script>', "inline script"),
        ('<button {{ more }} onclick="go()">', "event attribute"),
        ('<a href="javascript:go()">', "javascript address"),
        ('<div hx-on:click="go()">', "hx-on"),
        ('<body hx-boost="true">', "hx-boost"),
        ("<a hx-vals='js:{a: 1}'>", "hx-vals with js"),
    ],
)
def test_a_fault_is_noticed(markup: str, fault: str) -> None:
    assert fault in list(faults(markup))


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/static/js/app.js" defer></script>',
        '<p class="{{ style }}" data-style="a">{% set only = 1 %}one = two</p>',
        "{# <p style='x'> #}",
        '<a hx-get="/board" hx-target="this">去看看</a>',
    ],
)
def test_ordinary_markup_passes(markup: str) -> None:
    assert list(faults(markup)) == []
