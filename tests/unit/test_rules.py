"""Rules that learn to write their address late write the same ones."""

import pytest
from werkzeug.routing import Map, Rule

from blueprints.rules import LateRule

ADDRESSES = (
    ("/", {}),
    ("/spaces/<code>/month", {"code": "茶 室"}),
    ("/shows/<int:rule>/sales/<path:self_>", {"rule": 7, "self_": "a/b"}),
)


def adapter(kind: type[Rule], path: str):  # type: ignore[no-untyped-def]  # as werkzeug has it
    return Map([kind(path, endpoint="it")]).bind("house.test", "/")


@pytest.mark.parametrize(("path", "values"), ADDRESSES)
@pytest.mark.parametrize("more", [{}, {"page": "2", "q": "墙 & 门"}])
def test_a_late_rule_writes_what_werkzeug_writes(
    path: str, values: dict[str, object], more: dict[str, str]
) -> None:
    late, own = (adapter(kind, path) for kind in (LateRule, Rule))

    for unknown in (True, False, True):
        assert late.build("it", values | more, append_unknown=unknown) == own.build(
            "it", values | more, append_unknown=unknown
        )
    assert late.match(own.build("it", values)) == own.match(own.build("it", values))


def test_nothing_is_compiled_before_it_is_asked_for() -> None:
    late, own = Map([LateRule("/a/<b>", endpoint="it")]), Map([Rule("/a/<b>", endpoint="it")])
    compiled = "<builder:'/a/<b>'>"

    def name(rules: Map) -> str:
        return str(next(rules.iter_rules())._build.__func__.__name__)  # noqa: SLF001  what is compiled shows nowhere else

    assert (name(late), name(own)) == ("build", compiled)
    late.bind("house.test", "/").build("it", {"b": "c"}, append_unknown=False)
    assert name(late) == compiled
