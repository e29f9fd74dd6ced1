"""docs/rules.md names every rule as the code has it."""

import ast
import re
from pathlib import Path

from domain.policies import OVERRIDABLE
from tests.unit.test_words import ROOT, all_sentences, raised_in

ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .+ \| (yes|no) \|$")
RULEBOOK = ROOT / "domain" / "policies.py"


def rows(text: str) -> list[tuple[str, str, str]]:
    """Code, sentence and the last column of each row, in order."""
    return [found.groups() for line in text.splitlines() if (found := ROW.match(line))]  # type: ignore[misc]  # three groups, always


def the_index() -> list[tuple[str, str, str]]:
    """The rows as they stand."""
    return rows((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))


def codes_of_the_rulebook() -> list[str]:
    """Every code that a check can bring."""
    text = Path(RULEBOOK).read_text(encoding="utf-8")
    return [code for code, _, _ in raised_in(ast.parse(text), "policies")]


def test_the_index_names_every_rule() -> None:
    assert sorted(code for code, _, _ in the_index()) == sorted(set(codes_of_the_rulebook()))
    assert len(the_index()) > 15


def test_the_index_says_what_staff_may_set_aside() -> None:
    assert {code for code, _, may in the_index() if may == "yes"} == OVERRIDABLE


def test_the_index_says_the_sentence_that_people_read() -> None:
    spoken = {
        code: {node.value for node in ast.walk(source) if isinstance(node, ast.Constant)}
        for code, source in all_sentences()
    }

    assert [code for code, sentence, _ in the_index() if sentence not in spoken[code]] == []


def test_a_row_that_is_missing_or_says_something_else_is_noticed() -> None:
    assert rows("| `too_long` | 太长了。 | the space | maybe |") == []
    assert rows("| `too_long` | 太长了。 | the space | yes |") == [("too_long", "太长了。", "yes")]
