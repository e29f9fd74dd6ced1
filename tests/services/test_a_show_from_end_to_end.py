"""One show of the studio from the first paper of a shop to its sealed file, through every part, on both engines."""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.attendance import PointKind
from domain.bookings import BookingStatus
from domain.interval import local
from domain.people import Role
from domain.sales.lines import Platform
from domain.studio.booths import OnAir, Sample
from domain.studio.checklist import AutomaticCheck, ManualCheck
from domain.studio.hosts import Evidence
from domain.studio.planning import ShowWish
from domain.studio.presses import Press
from domain.studio.rundown import Item
from domain.studio.running import Action, SkipReason
from domain.studio.shows import Allotment, Layout
from domain.studio.wrapping import Outcome
from models import Booking, BoothSlot, PenaltyPoint, Person, Sale, WaitlistEntry, db
from services import booking, decisions, queueing
from services.merchants import claims, onboarding, products, review
from services.merchants.products import ProductFacts
from services.studio import (
    applying,
    checklists,
    corrections,
    draw_reading,
    hosting,
    planning,
    run_store,
    running,
    samples,
    sealing,
    wrapping,
)
from services.studio.hosting import HostFacts
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.draw_builders import CLOSES, LATER, by_rank, close_and_draw
from tests.support.exports import doudian_row
from tests.support.history import disagreements
from tests.support.importing import bring_in
from tests.support.merchant_builders import create_draft, hand_in, shop_facts
from tests.support.visits import visitor
from tests.support.waiting import offer_of

pytestmark = pytest.mark.usefixtures("db")
START = at(19.5, day=MONDAY + timedelta(days=5))
STREET = "聚福小区 12 栋店面 3 号"


def after(minutes):
    """So many minutes after the planned start."""
    return START + timedelta(minutes=minutes)


def iso(minutes):
    """The same as the file writes it."""
    return after(minutes).isoformat()


@dataclass
class Stall:
    """A shop, who acts for it, and its product with a code of the platform."""

    actor: object
    product: object
    code: str


def opened(staff, number):
    """A shop comes in by the front door: facts, licence, review, product, claims."""
    shop, actor = create_draft(f"好店{number}")
    facts = shop_facts(name=f"好店{number}", address=STREET)
    shop = onboarding.save_facts(actor, facts, version=shop.version, now=NOW)
    paper = hand_in(actor)
    shop = onboarding.submit(actor, version=shop.version, now=NOW)
    review.approve_paper(staff, paper.id, version=paper.version, now=NOW)
    review.verify(staff, shop.id, version=shop.version, now=NOW)
    code = str(3561234567890120000 + number)
    words = ProductFacts(
        f"好物{number}", 8800, 50, code=code, live_price_fen=6600, price_basis="平日店里卖 88 元",
        selling_points="本地现做", claims="当天采摘",
    )  # fmt: skip
    product = products.create_product(actor, words, now=NOW)
    product = claims.clear(staff, product.id, version=product.version, now=NOW)
    return Stall(actor, product, code)


def planned(staff):
    """A drawn show of four booths with a verified host, somewhere on a platform."""
    host = hosting.add_host(staff, HostFacts("聚福小林", "", ""), now=NOW)
    hosting.verify_host(staff, host.id, Evidence.ID_CARD, note="", valid_until=None, now=NOW)
    wish = ShowWish(
        "年货抽签专场", START, Layout.RUNDOWN, booths=4, allotment=Allotment.DRAW, applications_close_at=CLOSES,
        platform=Platform.DOUDIAN, room="聚福直播间", host_ids=(host.id,),
    )  # fmt: skip
    return planning.create_show(staff, wish, now=NOW)


def given_out(staff, show, stalls):
    """Five apply for four booths; one of the four withdraws, and the fifth gets its booth."""
    actors = {}
    for stall in stalls:
        actors[applying.apply(stall.actor, show.id, stall.product.id, now=NOW).id] = stall.actor
    close_and_draw(show)
    first, *_, fifth = by_rank(show)
    given = db.session.get_one(Booking, first.booking_id)
    booking.cancel(actors[first.id], given.id, version=given.version, now=LATER)
    taken = queueing.accept(actors[fifth.id], offer_of(entry_of(fifth)).id, now=LATER)
    decisions.approve(staff, taken.id, version=taken.version, now=LATER)
    rows = select(Booking).where(Booking.status == BookingStatus.CONFIRMED).order_by(Booking.place)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def entry_of(application):
    """The place in line of a shop that got no booth."""
    return db.session.get_one(WaitlistEntry, application.entry_id)


def made_ready(staff, show, booths):
    """Samples come, the list is ticked: every light is green."""
    for booth in booths:
        samples.mark(staff, booth.id, Sample.RECEIVED, now=after(-60))
    checklists.tick(staff, show.id, dict.fromkeys(ManualCheck, True), now=after(-30))
    seen = checklists.checklist(staff, show.id)
    assert (seen.green, seen.done, seen.lacks) == (frozenset(AutomaticCheck), seen.total, ())


def run(director, show, booths):
    """An overrun, a swap, a re-run, an absent shop, a slip of the tongue: 1, 2, 1 once more, 4, and 3 not at all."""
    version = running.prepare(director, show.id, now=after(-20))
    items = items_by_booth(show)
    one, _, three, four = (items[booth.id] for booth in booths)

    def press(action, minutes, **what):
        nonlocal version
        version = running.press(director, show.id, Press(action, **what), version=version, now=after(minutes))

    press(Action.START, 0)
    press(Action.EXTEND, 14)
    press(Action.NEXT, 17)
    corrections.correct(director, show.id, "全网最低价", "店里的直播价", now=after(20))
    press(Action.SWAP, 25, item=three.id, other=four.id)
    press(Action.REPEAT, 26, item=one.id)
    press(Action.NEXT, 32)
    press(Action.SKIP, 40, item=three.id, reason=SkipReason.ABSENT)
    press(Action.NEXT, 50)
    press(Action.END, 58)


def items_by_booth(show) -> dict[int, Item]:
    """The items of the running order by the one booth that each airs."""
    run = run_store.load_run(db.session(), show.id)
    found = {one.booths[0]: one for one in run_store.load_order(db.session(), run).items}
    db.session.rollback()
    return found


def wrapped_up(staff, show, booths):
    """What the console saw is there already; views are typed in, and the file is sealed."""
    seen = wrapping.of_show(staff, show.id, after(60))
    told = {end.booking.id: (end.outcome, end.airing.started_at, end.airing.ended_at) for end in seen.booths}
    assert told == {
        booths[0].id: (Outcome.AIRED, after(0), after(50)),
        booths[1].id: (Outcome.AIRED, after(17), after(32)),
        booths[2].id: (Outcome.ABSENT, None, after(40)),
        booths[3].id: (Outcome.AIRED, after(50), after(58)),
    }
    wrapping.wrap_up(staff, show.id, {}, {booths[0].id: 4321}, now=after(60))


def sold(staff, stalls, numbers):
    """Orders come while each booth is on air, and after; returns tier and booth of each, in the order of the list."""
    by_product = {stall.product.id: stall.code for stall in stalls}
    codes = [by_product[db.session.get_one(BoothSlot, number).product_id] for number in numbers]
    moments = [(0, 5), (0, 20), (0, 40), (0, 55), (1, 31), (1, 16), (3, 55), (2, 35)]
    rows = [
        doudian_row(
            number,
            商品ID=codes[place],
            商家编码="-",
            订单提交时间=f"{local(after(minutes)):%Y-%m-%d %H:%M:%S}",
        )
        for number, (place, minutes) in enumerate(moments, start=1)
    ]
    bring_in(staff, rows, now=after(120))
    found = db.session.scalars(select(Sale).order_by(Sale.order_no)).all()
    return [(sale.tier.value, sale.booth_booking_id) for sale in found]


def test_a_show_from_the_first_paper_to_the_sealed_file(app) -> None:
    create_studio(closes=24)
    staff = create_actor(Role.STAFF)
    stalls = [opened(staff, number) for number in range(1, 6)]
    show = planned(staff)
    booths = given_out(staff, show, stalls)
    assert [booth.place for booth in booths] == [1, 2, 3, 4]
    numbers = [booth.id for booth in booths]
    made_ready(staff, show, booths)
    run(staff, show, booths)
    wrapped_up(staff, show, booths)

    one, two, three, four = numbers
    states = select(Booking.status).where(Booking.id.in_(numbers)).order_by(Booking.place)
    done, missed = BookingStatus.COMPLETED, BookingStatus.NO_SHOW
    assert list(db.session.scalars(states)) == [done, done, missed, done]
    [point] = db.session.scalars(select(PenaltyPoint))
    assert (point.booking_id, point.kind, point.points) == (three, PointKind.ABSENT, 3)
    assert sold(staff, stalls, numbers) == [
        ("A", one), ("B", one), ("A", one), ("B", one), ("A", two), ("C", two), ("A", four), ("none", None),
    ]  # fmt: skip
    content = sealed_content(staff, show)
    archive = carried_away(app, staff, show)
    assert json.loads(archive.read("record.json")) == content
    assert archive.read("draw/list.txt").decode() == draw_reading.public_draw(show.id).list_text
    assert sum(name.startswith("scans/") for name in archive.namelist()) == 4
    assert draw_reading.faults(show.id) == disagreements() == []


def sealed_content(staff, show):
    """The sealed file has what the law asks: who, what, which papers, when in truth, what was put right; no views."""
    found = sealing.of_show(staff, show.id)
    content = found.record.content
    assert found.is_whole
    assert [host["evidence"] for host in content["hosts"]] == ["id_card"]
    assert len(content["checklist"]) == len(ManualCheck)
    times = {
        booth["booth"]: [
            (one["state"], one["started_at"], one["ended_at"], one["is_repeat"]) for one in booth["times"]
        ]
        for booth in content["booths"]
    }
    assert times == {
        1: [(OnAir.DONE, iso(0), iso(17), False), (OnAir.DONE, iso(32), iso(50), True)],
        2: [(OnAir.DONE, iso(17), iso(32), False)],
        3: [(OnAir.SKIPPED, None, None, False)],
        4: [(OnAir.DONE, iso(50), iso(58), False)],
    }
    for booth in content["booths"]:
        assert (booth["seller"]["address"], booth["seller"]["verified_by"]["id"]) == (STREET, staff.id)
        assert (booth["product"]["live_price_fen"], booth["product"]["price_basis"]) == (
            6600,
            "平日店里卖 88 元",
        )
        assert booth["product"]["claims_reviewed_by"]["id"] == staff.id
        assert booth["sample"]["received_at"] == iso(-60)
    assert {paper["status"] for paper in content["papers"]} == {"approved"}
    assert [(one["said"], one["corrected"]) for one in content["corrections"]] == [
        ("全网最低价", "店里的直播价")
    ]
    pressed = ["start", "extend", "next", "swap", "repeat", "next", "skip", "next", "end"]
    assert [event["action"] for event in content["events"]] == pressed
    assert content["draw"]["seed"]
    assert len(content["draw"]["applications"]) == 5
    assert "views" not in json.dumps(content)
    return content


def carried_away(app, staff, show):
    """The archive as a browser downloads it."""
    person = db.session.get_one(Person, staff.id)
    browser = visitor(app, person)
    answer = browser.submit(browser.get(f"/shows/{show.id}/record"), f"/shows/{show.id}/record.zip")
    return zipfile.ZipFile(io.BytesIO(answer.data))
