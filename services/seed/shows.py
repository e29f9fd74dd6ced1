"""The demo's hosts and shows: one behind, with its times on air, a rundown, a market and one to be drawn ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from domain.bookings import BookingStatus
from domain.errors import Refusal
from domain.interval import at_local, local_day
from domain.sales.lines import Platform
from domain.studio.booths import OnAir, Sample
from domain.studio.hosts import Evidence
from domain.studio.planning import ShowWish
from domain.studio.running import ItemKind
from domain.studio.shows import Allotment, Layout
from models import Booking, Host, RundownItem, Show, ShowRun
from services import arbiter, decisions, records
from services.seed.people import Cast
from services.seed.shops import Stall
from services.studio import booths, hosting, planning, samples

PAST_DAY, NEXT_DAY, MARKET_DAY, DRAWN_DAY = -5, 3, 10, 13
DRAW_CLOSES = 4
EVENING = 19 * 60 + 30
FORENOON = 10 * 60
MARKET_SLOTS = 8
ROOM = "抖音号 jufu-tongxin"
HOSTS = (
    ("聚福小林", "jufu-xiaolin", Evidence.ID_CARD, "本人到社区出示身份证，和抖音实名一致"),
    ("阿珠姐", "azhu-haowu", Evidence.PLATFORM, "看了抖音后台的实名认证页面"),
)
PAST_BOOTHS = (2, 1, 4, 3, 6, 5, 8, 7)
"""Which booth each stall had in the show that is over, in the order of the stalls."""
NEXT_BOOTHS = {1: 1, 2: 2, 4: 4, 5: 5, 7: 7}
"""Stall and booth in the next show; booth 3 and some others are still to be had."""
UNDECIDED = (5, 7)
BROUGHT_EARLY = (1, 4)
"""Booths of the next show whose samples are here already."""


def play_shows(session: Session, dice: Random, cast: Cast, stalls: Sequence[Stall], now: datetime) -> Show:
    """Plan and fill the shows; returns the one that is over."""
    hosts = _hosts(cast, now)
    past = _past_show(session, dice, cast, stalls, hosts, now)
    _next_show(cast, stalls, hosts, now)
    _market(session, cast, stalls, hosts, now)
    _drawn_show(cast, hosts, now)
    return past


def _hosts(cast: Cast, now: datetime) -> list[Host]:
    """Two people who speak on air, both verified well before the first show."""
    found = []
    for name, account, evidence, note in HOSTS:
        host = hosting.add_host(
            cast.staff, hosting.HostFacts(name, account=account), now=now - timedelta(days=20)
        )
        hosting.verify_host(
            cast.staff,
            host.id,
            evidence,
            note=note,
            valid_until=local_day(now) + timedelta(days=300),
            now=now - timedelta(days=19),
        )
        found.append(host)
    return found


def _on_doudian(hosts: Sequence[Host]) -> dict[str, Any]:
    return {"platform": Platform.DOUDIAN, "room": ROOM, "host_ids": tuple(host.id for host in hosts)}


def _evening(now: datetime, days: int) -> datetime:
    return at_local(local_day(now) + timedelta(days=days), EVENING)


def _past_show(
    session: Session, dice: Random, cast: Cast, stalls: Sequence[Stall], hosts: Sequence[Host], now: datetime
) -> Show:
    starts_at = _evening(now, PAST_DAY)
    planned_at = starts_at - timedelta(days=9)
    wish = ShowWish("乡味上新 · 同心带货专场", starts_at, Layout.RUNDOWN, **_on_doudian(hosts))
    show = planning.create_show(cast.staff, wish, now=planned_at)
    taken = []
    for stall, booth in zip(stalls, PAST_BOOTHS, strict=True):
        asked_at = planned_at + timedelta(hours=3 * booth)
        made = booths.take_booth(stall.keeper, show.id, booth, stall.products[0].id, now=asked_at)
        decisions.approve(cast.staff, made.id, version=made.version, now=asked_at + timedelta(hours=2))
        samples.mark(cast.staff, made.id, Sample.RECEIVED, now=starts_at - timedelta(hours=3, minutes=booth))
        taken.append(made)
    _go_on_air(session, dice, cast, show, sorted(taken, key=lambda made: made.starts_at))
    for made in taken:
        samples.mark(cast.staff, made.id, Sample.RETURNED, now=show.ends_at + timedelta(minutes=20))
    return show


def _go_on_air(session: Session, dice: Random, cast: Cast, show: Show, taken: Sequence[Booking]) -> None:
    """Every booth begins when the one before has ended, a little later than planned, as in life."""
    moment = show.starts_at + timedelta(seconds=dice.randint(20, 90))
    run = ShowRun(show_id=show.id, version=len(taken) + 1, started_at=moment)
    session.add(run)
    for position, made in enumerate(taken, start=1):
        slot = made.booth_slot
        if slot is None:
            raise ValueError("a booth booking has a booth slot")
        item = RundownItem(
            show_id=show.id,
            position=position,
            kind=ItemKind.BOOTHS,
            planned_starts_at=made.starts_at,
            planned_seconds=show.slot_minutes * 60,
            state=OnAir.DONE,
            started_at=moment,
            slots=[slot],
        )
        moment = max(moment, made.starts_at) + timedelta(seconds=dice.randint(14 * 60, 16 * 60 + 30))
        item.ended_at = run.ended_at = moment
        session.add(item)
        arbiter.lock_spaces(session, [made.space_id])
        arbiter.change(session, made, BookingStatus.COMPLETED, version=made.version)
        records.audit(session, cast.staff, "booking.completed", made, moment, on_air=OnAir.DONE.value)
        moment += timedelta(seconds=dice.randint(5, 40))


def _next_show(cast: Cast, stalls: Sequence[Stall], hosts: Sequence[Host], now: datetime) -> None:
    planned_at = now - timedelta(days=4)
    wish = ShowWish(
        "年货早知道 · 聚福好味专场", _evening(now, NEXT_DAY), Layout.RUNDOWN, **_on_doudian(hosts[:1])
    )
    show = planning.create_show(cast.staff, wish, now=planned_at)
    brought_at = at_local(local_day(now) - timedelta(days=1), FORENOON)
    for stall_number, booth in NEXT_BOOTHS.items():
        asked_at = planned_at + timedelta(hours=5 * booth)
        made = _take(cast, stalls[stall_number], show, booth, None, asked_at, say_yes=booth not in UNDECIDED)
        if booth in BROUGHT_EARLY:
            samples.mark(cast.staff, made.id, Sample.RECEIVED, now=brought_at + timedelta(minutes=7 * booth))


def _market(
    session: Session, cast: Cast, stalls: Sequence[Stall], hosts: Sequence[Host], now: datetime
) -> None:
    planned_at = now - timedelta(days=2)
    starts_at = _evening(now, MARKET_DAY) - timedelta(hours=1)
    wish = ShowWish(
        "邻里集市 · 十个展位同时开",
        starts_at,
        Layout.MARKET,
        slots=MARKET_SLOTS,
        applications_close_at=starts_at - timedelta(days=2),
        **_on_doudian(hosts),
    )
    show = planning.create_show(cast.admin, wish, now=planned_at)
    for number, stall in enumerate(stalls[1:], start=1):
        slot = starts_at + timedelta(minutes=15 * (number % 4))
        try:
            with session.begin_nested():
                _take(
                    cast,
                    stall,
                    show,
                    number,
                    slot,
                    planned_at + timedelta(hours=4 * number),
                    say_yes=number < 4,
                )
        except Refusal:
            continue  # this shop has used up its booths of the month


def _drawn_show(cast: Cast, hosts: Sequence[Host], now: datetime) -> Show:
    """A show whose booths are drawn: applications are taken for a few more days."""
    wish = ShowWish(
        "开春好货 · 抽签专场",
        _evening(now, DRAWN_DAY),
        Layout.RUNDOWN,
        allotment=Allotment.DRAW,
        applications_close_at=_evening(now, DRAW_CLOSES) - timedelta(minutes=90),
        **_on_doudian(hosts[1:]),
    )
    return planning.create_show(cast.staff, wish, now=now - timedelta(days=1))


def _take(
    cast: Cast,
    stall: Stall,
    show: Show,
    booth: int,
    slot: datetime | None,
    moment: datetime,
    *,
    say_yes: bool,
) -> Booking:
    made = booths.take_booth(stall.keeper, show.id, booth, stall.products[-1].id, starts_at=slot, now=moment)
    if say_yes:
        decisions.approve(cast.staff, made.id, version=made.version, now=moment + timedelta(hours=3))
    return made
