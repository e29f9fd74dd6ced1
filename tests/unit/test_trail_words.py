"""Everything that services write into the trail has a word; read off the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.words.deeds import DEEDS
from blueprints.words.trail import THINGS
from domain.merchants.claims import ClaimsStatus
from domain.studio.booths import Sample, SwapStatus
from domain.studio.running import Action
from domain.trail import SEEN
from models import Base

SERVICES = Path(__file__).parents[2] / "services"
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
MADE_UP = {
    *(f"sample.{sample.value}" for sample in Sample),
    *(f"swap.{status.value}" for status in SwapStatus),
    *(f"run.{action.value}" for action in Action),
    *(f"product.claims_{status.value}" for status in ClaimsStatus),
}
"""Actions whose second half is the value of an enum."""
LOOKS = re.compile(r"(revealed|looked_at|_opened|exported|taken_out)$")


def actions_in(tree: ast.AST) -> Iterator[str]:
    """Every literal that is written like an action."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
            yield node.value


def audited() -> set[str]:
    """The actions of all services, those with a thing that the trail knows by its name."""
    found = set(MADE_UP)
    for path in SERVICES.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "audit" in source:
            found |= set(actions_in(ast.parse(source)))
    return {action for action in found if not action.endswith(("_", ".json")) and not is_column(action)}


def is_column(word: str) -> bool:
    """Whether it is a column of a table, which is written in the same way."""
    table, _dot, column = word.partition(".")
    return table in Base.metadata.tables and column in Base.metadata.tables[table].columns


def test_every_action_has_its_two_words():
    unknown = {
        action
        for action in audited()
        if action.partition(".")[0] not in THINGS or action.partition(".")[2] not in DEEDS
    }

    assert unknown == set()


def test_an_action_without_words_is_found():
    [action] = actions_in(ast.parse('records.audit(session, actor, "teapot.broken", pot, now)'))

    assert action.partition(".")[0] not in THINGS


def test_no_word_is_left_over():
    said = {action.partition(".")[2] for action in audited()}

    assert set(DEEDS) - said == set()


@pytest.mark.parametrize("action", sorted(action for action in audited() if LOOKS.search(action)))
def test_whoever_looked_at_something_is_found_under_who_saw_what(action):
    opened_their_own = {"feed.opened", "claims.reopened"}
    assert action in SEEN | opened_their_own
