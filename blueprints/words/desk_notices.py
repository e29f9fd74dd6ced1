"""What a notice of the desk says, and the two words that every notice of a booking begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from blueprints.formats import is_english, short_day, span
from domain.interval import Interval

Params = Mapping[str, Any]


def where(p: Params) -> str:
    """The space in the reader's language."""
    return str(p["space_en"] if is_english() else p["space"])


def when(p: Params, prefix: str = "") -> str:
    """The day and the time of a booking, or of the other one that its message names."""
    starts_at, ends_at = (datetime.fromisoformat(p[f"{prefix}{part}"]) for part in ("starts_at", "ends_at"))
    interval = Interval(starts_at, ends_at)
    return f"{short_day(interval.starts_at)} {span(interval)}"


SENTENCES: dict[str, Callable[[Params], str]] = {
    "second_yes_wanted": lambda p: _(
        "%(space)s %(time)s 的申请有了第一次同意，等您点第二次。", space=where(p), time=when(p)
    ),
    "time_proposed": lambda p: _(
        "%(space)s %(time)s 的申请，工作人员建议改到 %(to)s，点一下就能接受。",
        space=where(p),
        time=when(p),
        to=when(p, "proposed_"),
    ),
    "proposal_over": lambda p: _(
        "建议您改到的时间不能用了，%(space)s 的申请仍是 %(time)s，等工作人员审核。",
        space=where(p),
        time=when(p),
    ),
}

TONES = {"second_yes_wanted": "wait", "time_proposed": "wait", "proposal_over": "wait"}
