"""English is complete, and no Chinese reaches the screen around it."""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
# Names that are shown as they are: what a button is called on a Chinese platform, how a person is addressed.
QUOTED_CHINESE = ("订单管理", "陈先生", "先生", "女士")

TRANSLATED_IN_TEMPLATE = re.compile(r"""\b_\(\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
SAID_TO_CHINESE_READERS = re.compile(r'<(\w+)[^>]* lang="zh-Hans-CN"[^>]*>.*?</\1>', re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
MARKERS = {"_", "_l", "_p", "pgettext"}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# formats.py writes dates and lists in both languages itself.
MODULES = sorted(path for path in (ROOT / "blueprints").rglob("*.py") if path.name != "formats.py")


def faults(source: Catalog, english: Catalog) -> list[str]:
    """What a catalogue lacks, has too much of, or says wrongly, one line each."""
    wanted = {(message.id, message.context) for message in source if message.id}
    found = {(message.id, message.context): message for message in english if message.id}
    lines = [f"not in the catalogue: {text}" for text, _context in wanted - found.keys()]
    lines += [f"not in the source: {text}" for text, _context in found.keys() - wanted]
    for (text, _context), message in found.items():
        said = str(message.string)
        if not said:
            lines.append(f"no English: {text}")
            continue
        if message.fuzzy:
            lines.append(f"fuzzy: {text}")
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(said)):
            lines.append(f"other placeholders: {text}")
        if CHINESE.search(without_quoted(said)):
            lines.append(f"Chinese in the English: {text}")
    return lines


def without_quoted(text: str) -> str:
    """The text without the Chinese that English readers are meant to see."""
    for name in QUOTED_CHINESE:
        text = text.replace(name, "")
    return text


def loose_in_template(text: str) -> list[int]:
    """The lines of a template with Chinese that no translation reaches."""
    for pattern in (COMMENT, TRANSLATED_IN_TEMPLATE, SAID_TO_CHINESE_READERS):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    return [number for number, line in enumerate(text.splitlines(), 1) if CHINESE.search(line)]


def loose_in_module(text: str) -> list[int]:
    """The lines of a module with Chinese text that no translation reaches; docstrings are no texts."""
    tree = ast.parse(text)
    reached = {id(part) for node in ast.walk(tree) for part in _reached_below(node)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in reached and CHINESE.search(node.value)
    ]


def _reached_below(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
        yield from node.args
    if isinstance(node, ast.Expr):
        yield node.value


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All texts of the source, collected as `make translations` does."""
    template = tmp_path_factory.mktemp("translations") / "messages.pot"
    collector = runpy.run_path(str(ROOT / "scripts" / "translations.py"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setitem(collector["extract"].__globals__, "TEMPLATE", template)
        collector["extract"]()
    return read_catalogue(template)


def read_catalogue(path: Path) -> Catalog:
    """A catalogue or template from its file."""
    with path.open("rb") as file:
        return read_po(file)


def test_every_text_has_its_english(source: Catalog) -> None:
    assert len(source) > 500
    assert faults(source, read_catalogue(ENGLISH)) == []


def test_texts_of_macros_and_forms_are_collected(source: Catalog) -> None:
    """Directories that begin with _ and the alias _l are easily missed."""
    assert source.get("可不填") is not None
    assert source.get("设一个密码") is not None


@pytest.mark.parametrize(
    ("text", "said", "flags", "fault"),
    [
        ("等待审核", "", (), "no English: 等待审核"),
        ("等待审核", "Waiting", ("fuzzy",), "fuzzy: 等待审核"),
        ("等待审核", "等待 approval", (), "Chinese in the English: 等待审核"),
        ("%(count)s 人", "%(people)s people", (), "other placeholders: %(count)s 人"),
        ("不再用了", "No longer used", (), "not in the source: 不再用了"),
    ],
)
def test_a_bad_catalogue_is_told_by_its_fault(
    text: str, said: str, flags: tuple[str, ...], fault: str
) -> None:
    source, english = Catalog(), Catalog(locale="en")
    if text != "不再用了":
        source.add(text)
    english.add(text, said, flags=flags)
    assert faults(source, english) == [fault]


def test_a_text_that_nobody_collected_is_told() -> None:
    source = Catalog()
    source.add("等待审核")
    assert faults(source, Catalog(locale="en")) == ["not in the catalogue: 等待审核"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_loose_chinese(path: Path) -> None:
    assert loose_in_template(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_pages_have_no_loose_chinese(path: Path) -> None:
    assert loose_in_module(path.read_text(encoding="utf-8")) == []


def test_loose_chinese_is_seen() -> None:
    template = '{# 注 #}\n{{ _("好") }}<b>坏</b>\n<b lang="zh-Hans-CN">中文</b>\n{{ x|join("、") }}'
    assert loose_in_template(template) == [2, 4]
    module = '"""说明"""\nA = _("好")\nB = "坏"\n\ndef f():\n    """说明"""\n    return g("坏", _l("好"))\n'
    assert loose_in_module(module) == [3, 7]
