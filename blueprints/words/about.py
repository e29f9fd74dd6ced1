"""Where a notice leads: the page of what it is about, for the web and for letters alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

BY_KIND: Mapping[str, str] = {
    "claims_handed_in": "claims.queue",
    "claims_reopened": "studio.products",
    "income_accepted": "sales.income",
    "income_corrected": "sales.income",
    "income_handed_in": "sales.income",
    "income_returned": "sales.income",
    "paper_approved": "merchants.my_shop",
    "paper_ends": "merchants.my_shop",
    "paper_over": "merchants.my_shop",
    "paper_returned": "merchants.my_shop",
    "person_verified": "spaces.index",
    "resident_signed_up": "people.to_verify",
    "shop_handed_in": "merchants.review_list",
    "shop_lifted": "studio.shows",
    "shop_returned": "merchants.my_shop",
    "shop_suspended": "merchants.my_shop",
    "shop_verified": "studio.shows",
    "standing_changed": "sales.standing",
    "show_cancelled": "studio.shows",
}
"""Kinds that are about no single thing of their reader; the others say in their params what they are about."""

BY_PARAM: tuple[tuple[str, str], ...] = (
    ("token", "telling.confirm"),
    ("booking_id", "bookings.one"),
    ("entry_id", "waiting.one"),
    ("product_id", "studio.product"),
    ("show_id", "draws.draw"),
)
"""The first of these params that a notice has is what it is about."""

AT_THE_DESK = frozenset({"move_requested", "request_received", "second_yes_wanted"})
"""Kinds that ask staff to decide on a booking."""


def path_of(kind: str, params: Mapping[str, Any]) -> str | None:
    """The path of what a notice is about, None where there is no such page; it needs no request."""
    if kind in BY_KIND:
        return _path(BY_KIND[kind])
    if kind in AT_THE_DESK:
        return _path("desk.request_page", booking_id=params["booking_id"])
    return next((_path(page, **{name: params[name]}) for name, page in BY_PARAM if name in params), None)


def inbox() -> str:
    """The path of the inbox, for what leads nowhere else."""
    return _path("telling.inbox")


def _path(endpoint: str, **values: Any) -> str:
    return current_app.url_map.bind("").build(endpoint, values)
