"""The rules of the addresses: each learns to write its address when that is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """Reads addresses from the start; werkzeug would compile two functions to write each, and few are ever written."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: LateRule, /, **values: object) -> tuple[str, str]:
            compiled = super(LateRule, rule)._compile_builder(append_unknown)
            made: Callable[..., tuple[str, str]] = compiled.__get__(rule)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made)
            return made(**values)

        return build
