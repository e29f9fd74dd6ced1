"""A booking in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from blueprints import formats
from blueprints.bookings import slips
from blueprints.line_cards import until_words
from blueprints.timeline import book_url
from blueprints.words import notices as words
from blueprints.words.people import role_word
from domain.bookings import BOOKED, BookingStatus
from domain.people import Actor
from models import Booking, Notice
from services import reading
from services.decisions import proposal_stands_until
from services.desk import proposing


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """An unread notice as a sentence, with the booking that it is about."""

    id: int
    text: str
    tone: str
    at: datetime
    booking_id: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class BookingPage:
    """One booking: what it is, what its state means, and what can be done."""

    booking: Booking
    purpose: str
    title: str
    meaning: str
    reason: str
    reason_label: str
    may_answer: bool
    may_change: bool
    may_move: bool
    again_url: str | None
    for_whom: str | None
    typed_by: str | None
    override_reason: str
    asked_until: datetime | None
    may_answer_proposal: bool
    slip_url: str | None
    slip_first: bool
    show_url: str | None


def notice_lines(notices: Iterable[Notice]) -> list[NoticeLine]:
    """The sentences of notices."""
    return [
        NoticeLine(
            id=notice.outbox_id,
            text=words.sentence(notice.kind, notice.params),
            tone=words.tone(notice.kind),
            at=notice.created_at,
            booking_id=notice.params.get("booking_id"),
            url=_about(notice),
        )
        for notice in notices
    ]


def _about(notice: Notice) -> str | None:
    """The page of what a notice is about."""
    if "booking_id" in notice.params:
        return url_for("bookings.one", booking_id=notice.params["booking_id"])
    if "entry_id" in notice.params:
        return url_for("waiting.one", entry_id=notice.params["entry_id"])
    if "show_id" in notice.params:
        return url_for("draws.draw", show_id=notice.params["show_id"])
    return None


def booking_page(booking: Booking, actor: Actor, now: datetime) -> BookingPage:
    """What this person sees of a booking and may do with it."""
    slot = booking.booth_slot
    live = booking.status in BOOKED and booking.starts_at > now
    free_again = booking.status in (
        BookingStatus.CANCELLED,
        BookingStatus.DECLINED,
        BookingStatus.EXPIRED,
    )
    known = reading.knows_parties(actor, booking)
    foreign = booking.booker_id != actor.id and slot is None and known
    typed_for_other = booking.created_by_id != booking.booker_id and slot is None and known
    has_slip = slips.has_slip(booking, actor, now)
    return BookingPage(
        booking=booking,
        purpose=booking.purpose if known else "",
        title=slot.show.title if slot else booking.space.name_in(formats.locale_code()),
        meaning=_meaning(booking, now),
        reason=booking.decision_reason if known else "",
        reason_label=_("没有通过的原因") if booking.status is BookingStatus.DECLINED else _("取消的原因"),
        may_answer=_may_answer(booking, now),
        may_change=live,
        may_move=live and slot is None,
        again_url=book_url(booking.space, booking.starts_at, booking.ends_at)
        if free_again and slot is None and booking.starts_at > now
        else None,
        for_whom=booking.booker.name if foreign else None,
        typed_by=_typed_by(booking, actor) if typed_for_other else None,
        override_reason=booking.override_reason if known else "",
        asked_until=proposal_stands_until(booking) if booking.proposed else None,
        may_answer_proposal=booking.suggested is not None
        and proposing.may_answer(actor, booking)
        and proposal_stands_until(booking) > now,
        slip_url=url_for("bookings.slip", booking_id=booking.id) if has_slip else None,
        slip_first=has_slip and typed_for_other and booking.created_by_id == actor.id,
        show_url=f"/shows/{slot.show_id}" if slot else None,
    )


def _may_answer(booking: Booking, now: datetime) -> bool:
    stands = booking.expires_at is not None and booking.expires_at > now
    return booking.status is BookingStatus.OFFERED and stands


def _meaning_of_offer(booking: Booking, now: datetime) -> str:
    if booking.expires_at is None or booking.expires_at <= now:
        return _("保留的时间已经过了，这个名额给了下一位。")
    return _("这段时间空出来了，给您留到 %(until)s。", until=until_words(booking.expires_at, now))


def _meaning_of_confirmed(booking: Booking, now: datetime) -> str:
    asked_in = booking.booth_slot is None and booking.space.needs_check_in
    if booking.booth_slot is not None and booking.ends_at <= now:
        return _("直播已经结束，工作人员收尾后就有结果。")
    if booking.starts_at <= now < booking.ends_at:
        return _("正是您的时间，请先签到。") if asked_in else _("正是您的时间，请用。")
    return _("到时间过来，先签到再用。") if asked_in else _("到时间直接过来就行。")


def _meaning_of_request(booking: Booking) -> str:
    if booking.suggested is not None:
        return _("工作人员建议换个时间，两个时间现在都给您留着。")
    return _("已经替您留着这段时间，工作人员审核后会告诉您。")


def _typed_by(booking: Booking, actor: Actor) -> str:
    """Who typed it for somebody else: the role and, for others, the name as neighbours see it."""
    typist = booking.created_by
    if typist.id == actor.id:
        return _("您替他约的")
    return f"{role_word(typist.role)} {typist.masked_name}"


def _meaning(booking: Booking, now: datetime) -> str:
    """One sentence about where it stands and what comes next."""
    match booking.status:
        case BookingStatus.OFFERED:
            return _meaning_of_offer(booking, now)
        case BookingStatus.PENDING:
            return _meaning_of_request(booking)
        case BookingStatus.CONFIRMED:
            return _meaning_of_confirmed(booking, now)
        case BookingStatus.CHECKED_IN:
            return _("已经签到，请用。")
        case BookingStatus.DECLINED:
            return _("这次申请没有通过，时间已经放出来了。")
        case BookingStatus.CANCELLED:
            return _("已经取消，这段时间可以让别人约了。")
        case BookingStatus.EXPIRED:
            return _("到开始时间还没有人审核，申请已过期。很抱歉，请另选时间。")
        case BookingStatus.NO_SHOW if booking.booth_slot is not None:
            return _("直播那天没有等到您的店。如果有误，请告诉工作人员，可以免记。")
        case BookingStatus.NO_SHOW:
            return _("没有签到，这段时间已经放出来了。如果有误，请告诉工作人员。")
        case _:
            return _("已经结束，谢谢使用。")
