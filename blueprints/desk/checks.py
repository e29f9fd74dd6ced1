"""The rules in one line each, as they stand for a request on the desk."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from blueprints.formats import duration
from blueprints.words import sentence
from domain.people import HOUSEHOLD_ROLES
from services.case import Case


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says about a request; `url` leads to where it can be put in order."""

    text: str
    ok: bool = True
    url: str | None = None


def checks(case: Case) -> list[Check]:
    """The rules in one line each, as they stand for this request."""
    return _booth_checks(case) if case.booking.booth_slot else [*_room_checks(case), *_booker_checks(case)]


def _room_checks(case: Case) -> list[Check]:
    booking, space = case.booking, case.booking.space
    free = _("时间不冲突")
    if space.buffer_minutes:
        free = _("时间不冲突，清洁 %(minutes)s 分钟已留", minutes=space.buffer_minutes)
    people = _("%(count)s 人", count=booking.party_size)
    if space.capacity is None:
        return [Check(free), Check(people)]
    people = _("%(count)s 人，可容 %(capacity)s 人", count=booking.party_size, capacity=space.capacity)
    return [Check(free), Check(people, booking.party_size <= space.capacity)]


def _booker_checks(case: Case) -> list[Check]:
    booker = case.booking.booker
    found = []
    if booker.role in HOUSEHOLD_ROLES:
        limit = case.house.max_week_minutes
        used = _(
            "这一周连这次 %(used)s，上限 %(limit)s", used=duration(case.week_minutes), limit=duration(limit)
        )
        found.append(Check(used, case.week_minutes <= limit))
    found.append(_record(case))
    if booker.verified_at is None:
        found.append(Check(_("住户身份还没有核实"), ok=False))
    return found


def _record(case: Case) -> Check:
    came, missed = case.past.came, case.past.missed
    if missed:
        return Check(_("近 90 天到场 %(came)s 次，%(missed)s 次没来", came=came, missed=missed), ok=False)
    if came:
        return Check(_("近 90 天 %(came)s 次，全部到场", came=came))
    return Check(_("近 90 天第一次用"))


def _booth_checks(case: Case) -> list[Check]:
    quota = case.house.booth_monthly_quota
    of_month = _("这家店本月连这次 %(used)s 个展位，上限 %(quota)s 个", used=case.month_booths, quota=quota)
    found = [Check(_("展位没有冲突")), Check(of_month, case.month_booths <= quota)]
    return [*_readiness(case), *found, _record(case)]


def _readiness(case: Case) -> list[Check]:
    """What keeps a booth from being confirmed, each with the place where it is settled."""
    slot = case.booking.booth_slot
    if not case.against or slot is None:
        return [Check(_("核实、证照、宣传都已通过"))]
    shop = f"/merchants/{slot.merchant_id}"
    return [
        Check(sentence(one), ok=False, url="/claims" if one.code.startswith("claims_") else shop)
        for one in case.against
    ]
