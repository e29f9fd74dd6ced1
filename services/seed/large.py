"""A community far larger than ours, to measure with: 50 spaces, 2,000 people, a million bookings, a million sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from domain.merchants.claims import ClaimsStatus
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from domain.sales.lines import Platform
from domain.spaces import KINDS_OF_DAY, Approval, SpaceKind
from models import Booking, Merchant, MerchantMember, OpeningHours, Person, Product, ProductCode, Sale, Space
from services.sales import totals
from services.seed import bulk, demo, house, licences
from services.seed.large_bookings import Lane, spread, write_bookings
from services.seed.large_sales import Goods, write_sales, write_shows
from services.seed.people import BUILDINGS
from services.unit_of_work import transaction

SHOPS, WARES_PER_SHOP = 92, 3
SEATS = 12
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are in all, those of the demo included.

    With `a_day`, each of the days that pages still show has just so many bookings more than the demo, and the rest lie
    before; with `a_show`, the last show has so many lines. What is on screen is then the same however long the history.
    """

    spaces: int = 50
    people: int = 2_000
    bookings: int = 1_000_000
    sales: int = 1_000_000
    a_day: int | None = None
    a_show: int | None = None


LARGE = Size()


def lay_large(*, password_hash: str, now: datetime, size: Size = LARGE) -> bool:
    """Fill up the demo to the large figures, all or nothing; False when it is there already.

    Takes a few minutes and holds the database's writer meanwhile: nothing for a house that is open.
    """
    demo.lay_demo(password_hash=password_hash, now=now)
    return _fill(password_hash, now, size)


@transaction
def _fill(session: Session, password_hash: str, now: datetime, size: Size) -> bool:
    house.take_turns(session)
    if _count(session, Person) >= size.people:
        return False
    _make_room(session)
    dice = Random(SEED)  # noqa: S311  it draws data that can be repeated, no secret
    lanes = _spaces(session, size.spaces) or _demo_lanes(session)
    goods = _shops(session, dice, password_hash, now)
    residents = _residents(session, size.people - _count(session, Person), password_hash, now)
    slots = write_shows(session, goods, now)
    days = spread(size.bookings - _count(session, Booking), size.a_day)
    write_bookings(session, lanes, residents, days, now)
    write_sales(session, dice, slots, size.sales - _count(session, Sale), size.a_show)
    totals.rebuild(session)
    bulk.continue_numbers(
        session, ("person", "merchant", "product", "show", "booking", "audit_event", "sales_import", "sale")
    )
    return True


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _make_room(session: Session) -> None:
    """More memory and no hurry, for this one transaction."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("PRAGMA cache_size = -200000"))
    else:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _spaces(session: Session, wanted: int) -> list[Lane]:
    """The spaces that are missing: two rooms, then a pool, and so on; one lane per place, the first places first."""
    lanes: list[Lane] = []
    for number in range(_count(session, Space) + 1, wanted + 1):
        is_pool = number % 3 == 0
        space = _space(number, is_pool=is_pool)
        session.add(space)
        session.flush()
        places = range(1, SEATS + 1) if is_pool else range(1, 2)
        lanes += [Lane(space.id, place, None if is_pool else 1) for place in places]
    return sorted(lanes, key=lambda lane: lane.place)


def _demo_lanes(session: Session) -> list[Lane]:
    """The demo's own rooms and seats, for a house that gets no more; they are full enough on the days on show."""
    spaces = session.scalars(select(Space).where(Space.kind != SpaceKind.STUDIO).order_by(Space.id))
    return [
        Lane(space.id, place, None if space.kind is SpaceKind.POOL else place)
        for space in spaces
        for place in range(1, space.places + 1)
    ]


def _space(number: int, *, is_pool: bool) -> Space:
    return Space(
        code=f"space-{number}",
        name=f"{number} 号{'自习区' if is_pool else '活动室'}",
        name_en=f"{'Study area' if is_pool else 'Room'} {number}",
        kind=SpaceKind.POOL if is_pool else SpaceKind.ROOM,
        approval=Approval.NONE if is_pool else Approval.STAFF,
        places=SEATS if is_pool else 1,
        capacity=SEATS if is_pool else 20,
        min_minutes=15,
        max_minutes=240,
        advance_days=30,
        lead_minutes=0 if is_pool else 30,
        position=number,
        hours=[OpeningHours(open_on=kind, opens_minute=480, closes_minute=1320) for kind in KINDS_OF_DAY],
    )


def _residents(session: Session, missing: int, password_hash: str, now: datetime) -> list[int]:
    first = bulk.next_id(session, "person")
    since = now - timedelta(days=3 * 365)
    session.execute(
        insert(Person),
        [
            {
                "id": first + number,
                "phone": f"139{number:08d}",
                "name": f"住户{number}",
                "role": Role.RESIDENT,
                "password_hash": password_hash,
                "building": BUILDINGS[number % len(BUILDINGS)],
                "unit": 1 + number % 4,
                "room": f"{1 + number // 28}{number % 4 + 1:02d}",
                "verified_at": since,
                "is_demo": True,
                "created_at": since,
            }
            for number in range(missing)
        ],
    )
    return list(range(first, first + missing))


def _shops(session: Session, dice: Random, password_hash: str, now: datetime) -> list[Goods]:
    """Shops with a keeper and some goods each."""
    since = now - timedelta(days=3 * 365)
    person, shop, ware = (bulk.next_id(session, table) for table in ("person", "merchant", "product"))
    people, shops, members, goods = [], [], [], []
    for number in range(SHOPS):
        people.append(_keeper(person + number, number, password_hash, since))
        shops.append(
            {
                "id": shop + number,
                "name": f"商铺 {number}",
                "margin_bp": 3000,
                "address": f"聚福小区 {number + 1} 号店面",
                "responsible_person": f"店主{number}",
                "contact_phone": f"0595-880{number:05d}",
                "credit_code": licences.credit_code(1_000 + number),
                "status": MerchantStatus.VERIFIED,
                "submitted_at": since,
                "verified_at": since,
                "created_at": since,
            }
        )
        members.append({"merchant_id": shop + number, "person_id": person + number})
        goods += [
            Goods(
                ware + number * WARES_PER_SHOP + index,
                shop + number,
                person + number,
                f"特产 {number}-{index}",
                100 * dice.randint(15, 180),
                f"37{number:08d}{index:02d}",
            )
            for index in range(WARES_PER_SHOP)
        ]
    session.execute(insert(Person), people)
    session.execute(insert(Merchant), shops)
    session.execute(insert(MerchantMember), members)
    _wares(session, goods, since)
    return goods


def _keeper(person_id: int, number: int, password_hash: str, since: datetime) -> dict[str, object]:
    return {
        "id": person_id,
        "phone": f"137{number:08d}",
        "name": f"店主{number}",
        "role": Role.MERCHANT,
        "password_hash": password_hash,
        "verified_at": since,
        "is_demo": True,
        "created_at": since,
    }


def _wares(session: Session, goods: list[Goods], since: datetime) -> None:
    session.execute(
        insert(Product),
        [
            {
                "id": one.product_id,
                "merchant_id": one.merchant_id,
                "name": one.name,
                "price_fen": one.price_fen,
                "stock": 100,
                "claims_status": ClaimsStatus.CLEARED,
                "claims_reviewed_at": since,
                "created_at": since,
            }
            for one in goods
        ],
    )
    session.execute(
        insert(ProductCode),
        [{"platform": Platform.DOUDIAN, "code": one.code, "product_id": one.product_id} for one in goods],
    )
