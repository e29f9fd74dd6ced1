"""One of everything, everybody who may come, and every door of the house: for sweeps over all routes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from domain.interval import local_day
from domain.people import Actor, Role
from domain.sales.lines import Platform
from domain.sales.problems import HeldCode
from models import (
    Booking,
    BoothSwap,
    HeldRow,
    Merchant,
    MerchantInvite,
    Paper,
    Person,
    Product,
    ProductAlias,
    SalesImport,
    Series,
    Show,
    Space,
    WaitlistEntry,
)
from models.base import db
from models.sales_imports import ImportStatus
from services.login import create_token
from services.secrets import hashed
from services.unit_of_work import in_transaction
from tests.support.admin_world import NAMES, kept_by_admins
from tests.support.attributed_sales import create_sale
from tests.support.builders import (
    NOW,
    between,
    create_booking,
    create_person,
    create_space,
    create_studio,
    saved,
)
from tests.support.income_builders import hand_in_income, proofs_of
from tests.support.letters import create_notice, told_ids
from tests.support.report_files import ready_file
from tests.support.studio_builders import (
    create_booth,
    create_host,
    create_merchant,
    create_product,
    create_show,
)
from tests.support.visits import visitor

API = "/api/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = {"version": "1", "reason": "场地维修", "day": "2026-11-25", "start": "10:00", "end": "11:00"}
TIMES = {"starts_at": "2026-11-25T10:00:00+08:00", "ends_at": "2026-11-25T11:00:00+08:00"}

HELD_ORDER = {
    "platform": "doudian", "line_key": "1", "order_no": "1", "title": "铁观音 250g", "quantity": 1, "amount_fen": 8800,
    "paid": False, "refunded_fen": 0, "refund_basis": "none", "status": "shipped", "status_text": "已发货",
    "after_sale_text": "部分退款", "ordered_at": "2026-11-20T12:00:00+00:00", "ordered_precision": "second",
    "live_evidence": True, "source_line": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    endpoint: str
    method: str
    rule: Rule

    @property
    def is_api(self) -> bool:
        """Whether programs come in here."""
        return self.rule.rule.startswith(API)

    def address(self, app: Flask, ids: dict[str, Any]) -> str:
        """The path with these ids; whatever they do not name is 1."""
        with app.test_request_context():
            values = {name: ids.get(name, 1) for name in self.rule.arguments}
            return app.url_map.bind("localhost").build(self.endpoint, values, method=self.method)


def doors(app: Flask) -> Iterator[Door]:
    """Every method of every route; HEAD and OPTIONS are Flask's own."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(rule.endpoint, method, rule)


@dataclass(frozen=True)
class World:
    """One of everything; `ids` are what its routes name, `foreign` what belongs to nobody of `people`."""

    people: dict[Role, Person]
    ids: dict[str, Any]
    foreign: dict[str, Any]


def build_world() -> World:
    """A community with one of everything; somebody of each role, each in building 7 or with the shop."""
    room, studio = create_space("tea-room"), create_studio(code="studio")
    shop, merchant = create_merchant("山腰茶行")
    other_shop, rival = create_merchant("阿嬷海味")
    people = {role: create_person(role) for role in (Role.RESIDENT, Role.STAFF, Role.ADMIN)}
    people[Role.CAPTAIN] = create_person(Role.CAPTAIN, captain_of=7)
    people[Role.MERCHANT] = db.session.get_one(Person, merchant.id)
    show, product, other_product = create_show(studio), create_product(shop), create_product(other_shop)
    swaps = _swaps(show, create_booth(show, 3, product, merchant), other_product, rival)
    stranger, newcomer = (create_person(building=home, verified_at=None) for home in (9, 7))
    booking = create_booking(room, between(9, 10, days=1), booker_id=people[Role.RESIDENT].id)
    foreign = create_booking(room, between(11, 12, days=1), booker_id=stranger.id)
    ids = {
        "code": room.code,
        "booking_id": booking.id,
        "person_id": newcomer.id,
        "show_id": show.id,
        "host_id": create_host().id,
        "product_id": product.id,
        "merchant_id": shop.id,
        "month": local_day(NOW).replace(day=1),
        "paper_id": _first_paper(shop),
        "invite_id": _invite(shop, merchant.id),
        "entry_id": _in_line(room, booking, people[Role.RESIDENT]),
        "swap_id": swaps[0],
        "series_id": _series(room, people[Role.RESIDENT].id),
        "other_id": people[Role.CAPTAIN].id,
        **NAMES,
        **kept_by_admins(people[Role.ADMIN].as_actor()),
        **dict.fromkeys(("sha", "sha256"), "0" * 64),
        **_sales(people[Role.STAFF], merchant, product),
        **told_ids(people[Role.RESIDENT]),
    } | {"sheet_id": ready_file(people[Role.STAFF].as_actor())}
    strange = {"booking_id": foreign.id, "person_id": stranger.id, "product_id": other_product.id}
    strange |= {"paper_id": _first_paper(other_shop), "invite_id": _invite(other_shop, rival.id)}
    strange |= {"series_id": _series(room, stranger.id), "entry_id": _in_line(room, foreign, stranger)}
    strange |= {"swap_id": swaps[1], "merchant_id": other_shop.id} | _income(rival)
    strange |= {"sale_id": create_sale(other_product, NOW).id, "notice_id": create_notice(stranger)}
    return World(people, ids, strange)


def _sales(staff: Person, keeper: Actor, product: Product) -> dict[str, Any]:
    """The ids of what sales are made of: a line, a row in doubt, a decision, a report and its proof; and a table."""
    ids = {
        "held_id": _held_row(staff.id),
        "alias_id": _alias(staff.id),
        "sale_id": create_sale(product, NOW).id,
        "sheet_id": ready_file(staff.as_actor()),
    }
    return ids | _income(keeper)


def _income(keeper: Actor) -> dict[str, Any]:
    """The ids of a report of income of somebody's shop and of its proof."""
    report = hand_in_income(keeper)
    return {"report_id": report.id, "file_id": proofs_of(report)[0]}


def _in_line(space: Space, held: Booking, person: Person) -> int:
    """The id of somebody's place in line for a time that a booking holds."""
    entry = WaitlistEntry(
        space_id=space.id, person_id=person.id, created_by_id=person.id,
        starts_at=held.starts_at, ends_at=held.ends_at, created_at=NOW,
    )  # fmt: skip

    def save() -> int:
        db.session.add(entry)
        db.session.flush()
        return entry.id

    return in_transaction(save)


def _alias(staff_id: int) -> int:
    """The id of what was said about an unknown product."""
    said = {"title": "别家的茶", "decided_by_id": staff_id, "decided_at": NOW}
    return int(saved(ProductAlias(platform=Platform.DOUDIAN, **said)).id)


def _held_row(staff_id: int) -> int:
    """The id of a row that waits for a decision."""
    found = saved(
        SalesImport(
            status=ImportStatus.APPLIED, platform=Platform.DOUDIAN, file_sha256="0" * 64, encoding="utf-8",
            created_by_id=staff_id, created_at=NOW, applied_at=NOW,
        )
    )  # fmt: skip
    row = HeldRow(
        platform=Platform.DOUDIAN, layout="doudian_orders", line_key="1", code=HeldCode.PARTIAL_REFUND.value,
        order=HELD_ORDER, import_id=found.id, line=2,
    )  # fmt: skip
    return int(saved(row).id)


def _first_paper(shop: Merchant) -> int:
    """The id of the business licence of a shop."""
    return db.session.scalars(select(Paper.id).where(Paper.merchant_id == shop.id)).first() or 0


def _invite(shop: Merchant, person_id: int) -> int:
    """The id of a link into a shop that nobody has used."""
    link = MerchantInvite(
        merchant_id=shop.id, token_hash=hashed(shop.name), created_by_id=person_id,
        created_at=NOW, expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    return int(saved(link).id)


def _swaps(show: Show, own: Booking, goods: Product, rival: Actor) -> tuple[int, int]:
    """The ids of two proposals to the rival's booth that nobody has answered: the own one, and a third shop's."""
    shop, owner = create_merchant()
    asked, third = create_booth(show, 5, goods, rival), create_booth(show, 6, create_product(shop), owner)
    return _swap(own, asked, own.booker_id), _swap(third, asked, owner.id)


def _swap(asking: Booking, asked: Booking, person_id: int) -> int:
    """The id of a proposal to change booths that nobody has answered."""
    swap = BoothSwap(
        from_booking_id=asking.id, to_booking_id=asked.id, created_by_id=person_id, created_at=NOW,
        expires_at=NOW + timedelta(hours=2),
    )  # fmt: skip

    def save() -> int:
        db.session.add(swap)
        db.session.flush()
        return swap.id

    return in_transaction(save)


def _series(room: Space, booker_id: int) -> int:
    """A series of somebody's without any date."""

    def save() -> int:
        series = Series(
            space_id=room.id, booker_id=booker_id, created_by_id=booker_id, rule="FREQ=WEEKLY;COUNT=2",
            first_day=NOW.date(), start_minute=540, minutes=60, created_at=NOW,
        )  # fmt: skip
        db.session.add(series)
        db.session.flush()
        return series.id

    return in_transaction(save)


def knock(app: Flask, door: Door, person: Person | None, ids: dict[str, Any], **more: Any) -> TestResponse:
    """Come in as somebody, with a session at the pages and with a token at the API; plausible fields are sent."""
    address = door.address(app, ids)
    if door.is_api:
        headers = {}
        if person is not None:
            with app.app_context():
                headers["Authorization"] = f"Bearer {create_token(str(person.phone), label='', now=NOW)}"
        body: dict[str, Any] = (
            {} if door.method in SAFE else {"json": {"version": 1, "reason": "维修"} | TIMES}
        )
        return app.test_client().open(address, method=door.method, headers=headers, **body, **more)
    data = None if door.method in SAFE else {**FORM, "file": (io.BytesIO(b"x"), "x.csv")}
    return visitor(app, person).open(address, method=door.method, data=data, **more)


def contents() -> dict[str, list[str]]:
    """Everything that stands in the database, table by table."""
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            rows = connection.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608  names of our own tables
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found
