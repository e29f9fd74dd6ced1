"""Every code has one sentence, every sentence a code, and each is given what it speaks of; read off the source."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.words import SENTENCES, notices
from domain import errors
from domain.errors import Refusal
from domain.sales.problems import FileCode, HeldCode, RowCode
from services.telling.topics import TOPICS

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "blueprints" / "words"
FLOORS = ("domain", "services", "blueprints")
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Refusal)}
KINDS |= {"Violation", "FileError"}
NOT_PARAMS = {"field"}

Raised = tuple[str, frozenset[str] | None, str]
"""A code, the names of its params where they can be read off the source, and where it stands."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module that may refuse something."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if WORDS not in path.parents:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def params_of(node: ast.Call) -> frozenset[str] | None:
    """The names of the params that come with a code; None where they are made elsewhere."""
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    names = {str(keyword.arg) for keyword in node.keywords} - NOT_PARAMS
    if called(node) == "Violation":
        names.discard("params")
        given = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "params")]
        for one in given:
            if not isinstance(one, ast.Dict):
                return None
            names |= {str(key.value) for key in one.keys if isinstance(key, ast.Constant)}
    return frozenset(names)


def raised_in(tree: ast.Module, place: str) -> Iterator[Raised]:
    """Every literal code that is given to a refusal or a violation, or stands as a refusal's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in KINDS and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value, params_of(node), f"{place}:{node.lineno}"
        if isinstance(node, ast.ClassDef) and node.name in KINDS - {
            "Refusal"
        }:  # the base is never raised itself
            for line in node.body:
                own = isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code"
                if own and isinstance(line.value, ast.Constant):
                    yield line.value.value, None, f"{place}:{line.lineno}"


def raised() -> list[Raised]:
    """All of them."""
    return [found for place, tree in sources() for found in raised_in(tree, place)]


def literals() -> set[str]:
    """Every string that stands in the source outside of the words."""
    return {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def sentences(module: str) -> Iterator[tuple[str, ast.AST]]:
    """Code and source of each sentence of a module of words."""
    tree = ast.parse((WORDS / module).read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Lambda | ast.Name):
                    yield str(key.value), functions[value.id] if isinstance(value, ast.Name) else value


def spoken_of(sentence: ast.AST) -> set[str]:
    """The params without which a sentence can't be said."""
    return {
        str(ast.literal_eval(node.slice))
        for node in ast.walk(sentence)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "p"
    }


def all_sentences() -> list[tuple[str, ast.AST]]:
    """Those of refusals; notices are kinds of their own."""
    modules = sorted(path.name for path in WORDS.glob("*.py") if not path.name.endswith("notices.py"))
    return [found for module in modules for found in sentences(module)]


TELLING = {"records.tell": 2, "records.tell_each": 2, "records.tell_staff": 1}
"""Who puts a message into the outbox, and at which place its kind is given."""


def told_kinds() -> set[str]:
    """Every kind of message that a service puts into the outbox."""
    given = [
        node.args[TELLING[ast.unparse(node.func)]]
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in TELLING
    ]
    return {str(kind.value) for kind in given if isinstance(kind, ast.Constant)}


def test_every_code_has_a_sentence() -> None:
    assert [(code, place) for code, _, place in raised() if code not in SENTENCES] == []


@pytest.mark.parametrize("codes", [FileCode, RowCode, HeldCode])
def test_every_code_of_an_export_has_a_sentence(codes: type) -> None:
    assert [code.value for code in codes if code.value not in SENTENCES] == []


def test_every_sentence_has_a_code() -> None:
    assert set(SENTENCES) - literals() == set()


def test_no_code_has_two_sentences() -> None:
    counted = Counter(code for code, _ in all_sentences())

    assert [code for code, times in counted.items() if times > 1] == []
    assert set(counted) == set(SENTENCES)


def test_a_sentence_is_given_what_it_speaks_of() -> None:
    needs = {code: spoken_of(source) for code, source in all_sentences()}
    silent = [
        (code, sorted(needs[code] - params), place)
        for code, params, place in raised()
        if params is not None and not needs.get(code, set()) <= params
    ]

    assert silent == []


def test_every_message_has_a_sentence_and_a_tone_and_none_is_left_over() -> None:
    assert told_kinds() == set(notices.SENTENCES) == set(notices.TONES)


def test_every_message_has_a_topic_and_none_is_left_over() -> None:
    assert set(TOPICS) == set(notices.SENTENCES)


def test_a_code_without_a_sentence_and_a_missing_param_are_noticed() -> None:
    slip = (
        'raise BadInput("no_such_code", field="x", maximum=3)\nfound = Violation("too_long", {"hours": 2})\n'
    )
    found = list(raised_in(ast.parse(slip), "slip.py"))

    assert found == [
        ("no_such_code", frozenset({"maximum"}), "slip.py:1"),
        ("too_long", frozenset({"hours"}), "slip.py:2"),
    ]
    assert "no_such_code" not in SENTENCES
    assert spoken_of(dict(all_sentences())["too_long"]) == {"minutes"}
