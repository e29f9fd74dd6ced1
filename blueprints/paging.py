"""Pages of spaces: a house with hundreds of them shows fifty at a time, and one kind alone where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from blueprints.pages import address
from domain.spaces import SpaceKind
from services.space_lines import Pages

MOST_DIGITS = 6
"""Longer numbers are no pages."""


@dataclass(frozen=True, slots=True)
class KindLink:
    """One kind of spaces, or all of them."""

    url: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """The ways to the other spaces; addresses are empty where there is nothing more."""

    kinds: list[KindLink]
    number: int
    last: int
    back: str
    forth: str


def wanted_kind() -> SpaceKind | None:
    """The kind that the address asks for; what can't be understood there is all of them."""
    asked = request.args.get("kind", "")
    return SpaceKind(asked) if asked in {kind.value for kind in SpaceKind} else None


def wanted_page() -> int:
    """The page that the address asks for; what can't be understood there is the first."""
    asked = request.args.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else 1


def pager(pages: Pages, endpoint: str, **values: Any) -> Pager | None:
    """The links beside a list of spaces at an endpoint; None where all of them are there."""
    if pages.last == 1 and pages.kind is None:
        return None

    def to(kind: SpaceKind | None, number: int) -> str:
        return address(endpoint, **values, kind=kind, page=number if number > 1 else None)

    kinds = [KindLink(to(None, 1), _("全部"), pages.kind is None)]
    kinds += [KindLink(to(kind, 1), kind_name(kind), kind is pages.kind) for kind in pages.kinds]
    return Pager(
        kinds=kinds if len(pages.kinds) > 1 else [],
        number=pages.number,
        last=pages.last,
        back=to(pages.kind, pages.number - 1) if pages.number > 1 else "",
        forth=to(pages.kind, pages.number + 1) if pages.number < pages.last else "",
    )


def kind_name(kind: SpaceKind) -> str:
    """What the spaces of a kind are called together."""
    return {
        SpaceKind.ROOM: _("房间"),
        SpaceKind.POOL: _("座位"),
        SpaceKind.STUDIO: _("直播间"),
    }[kind]
