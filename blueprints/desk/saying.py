"""What has been done at the desk, in one sentence: a decision, its undo, and why one came too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from blueprints import answers
from blueprints.desk.views import ending, moment_key, near, what, when
from blueprints.formats import roughly
from domain.bookings import BookingStatus
from domain.desk import DecisionKind
from models import Booking, DeskDecision
from services.case import Case


@dataclass(frozen=True, slots=True)
class UndoBar:
    """The last decision, or batch of them, and how long it can still be taken back."""

    said: str
    seconds: int
    decisions: Sequence[DeskDecision]


def undo_bar(recent: Sequence[DeskDecision], now: datetime) -> UndoBar | None:
    """The way back that the desk offers, if there is one."""
    if not recent:
        return None
    answers.only_now()  # it counts the seconds that are left
    first = recent[0]
    text = said(first.booking, first.kind, now)
    if len(recent) > 1:
        text = approved_together(recent)
    left = (first.undo_until - now).total_seconds()
    return UndoBar(text, max(1, round(left)), recent)


def approved_together(done: Sequence[object]) -> str:
    """What a batch did."""
    return _("一次通过了 %(count)s 件，会一一告诉申请人。", count=len(done)) if done else ""


def said(booking: Booking, kind: DecisionKind, now: datetime) -> str:
    """What a decision did."""
    words = {"what": what(booking), "when": when(booking, now)}
    if kind is DecisionKind.PROPOSED and booking.suggested:
        to = near(booking.suggested, now)
        return _("已建议：%(what)s %(when)s 改到 %(to)s，等申请人回答。", **words, to=to)
    if kind is DecisionKind.FIRST_YES:
        return _("已点第一次同意：%(what)s %(when)s，等另一位点第二次。", **words)
    if kind is DecisionKind.DECLINED and booking.status is BookingStatus.CONFIRMED:
        return _("没有改期：%(what)s 仍是 %(when)s，原因会告诉申请人。", **words)
    if kind is DecisionKind.DECLINED:
        return _("已退回：%(what)s %(when)s，原因会告诉申请人。", **words)
    return _("已通过：%(what)s %(when)s，会告诉申请人。", **words)


def taken_back(booking: Booking, now: datetime) -> str:
    """What an undo did."""
    return _(
        "已撤销：%(what)s %(when)s 又在等审核，没有通知任何人。", what=what(booking), when=when(booking, now)
    )


def overtaken(case: Case, now: datetime, moving_to: str | None) -> str:
    """Why a decision came too late: who was first, or what the booker changed.

    `moving_to` is the other time that the desk saw, as `move_key` writes it.
    """
    booking = case.booking
    if booking.status is BookingStatus.PENDING or booking.wished:
        return _("这个申请刚刚有了变化，请按现在的情况再看一次。")
    if moving_to and moving_to != moment_key(booking.starts_at):
        return _("这个改期已经有人处理了，预约仍是 %(when)s。", when=when(booking, now))
    if case.decided_by is not None and booking.decided_at is not None:
        waited = roughly(now - booking.decided_at)
        return {
            True: _("%(name)s 在 %(time)s前已经退回了。", name=case.decided_by.name, time=waited),
            False: _("%(name)s 在 %(time)s前已经通过了。", name=case.decided_by.name, time=waited),
        }[booking.status is BookingStatus.DECLINED]
    if booking.status is BookingStatus.CANCELLED:
        return _("申请人已经取消，不用处理了。")
    return _("这个申请现在是“%(state)s”，不用处理了。", state=ending(booking.status))
