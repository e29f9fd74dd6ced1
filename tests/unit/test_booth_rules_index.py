"""docs/rules.md names every rule of a booth as the code has it."""

import ast
import re

from domain.studio.booths import BOOTH_RULES, CONFIRMATION_RULES
from tests.unit.test_words import ROOT, all_sentences, raised_in

ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .+ \| ((?:take|confirm|change)(?:, (?:take|confirm|change))*) \|$")


def rows(text: str) -> list[tuple[str, str, set[str]]]:
    """Code, sentence and moments of each row, in order."""
    found = [ROW.match(line) for line in text.splitlines()]
    return [(one[1], one[2], set(one[3].split(", "))) for one in found if one]


def the_index() -> list[tuple[str, str, set[str]]]:
    """The rows as they stand."""
    return rows((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))


def codes_by_function() -> dict[str, set[str]]:
    """The codes that each function of the rulebook can bring."""
    tree = ast.parse((ROOT / "domain" / "studio" / "booths.py").read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {one.name: {code for code, _, _ in raised_in(one, one.name)} for one in functions}  # type: ignore[arg-type]  # a function has a name


def at(moment: str) -> set[str]:
    """The codes that the table names for a moment."""
    return {code for code, _, moments in the_index() if moment in moments}


def test_the_index_names_every_rule_at_its_moment() -> None:
    known = codes_by_function()

    assert at("take") == set().union(*(known[rule.__name__] for rule in BOOTH_RULES))
    assert at("confirm") == set().union(*(known[rule.__name__] for rule in CONFIRMATION_RULES))
    assert at("change") == known["change_violations"]
    assert len(the_index()) > 15


def test_the_index_says_the_sentence_that_people_read() -> None:
    spoken = {
        code: {node.value for node in ast.walk(source) if isinstance(node, ast.Constant)}
        for code, source in all_sentences()
    }

    assert [code for code, sentence, _ in the_index() if sentence not in spoken[code]] == []


def test_a_row_that_says_another_moment_is_noticed() -> None:
    assert rows("| `show_locked` | 锁定了。 | the house | sometimes |") == []
    assert rows("| `show_locked` | 锁定了。 | the house | take |") == [("show_locked", "锁定了。", {"take"})]
