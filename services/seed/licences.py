"""The papers of the demo's shops: all are verified, one paper ends soon, and one more shop waits for its review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from domain.interval import local_day
from domain.merchants.credit_code import check_sign
from domain.merchants.papers import PaperKind, PaperWords
from domain.merchants.shops import ShopFacts
from domain.people import Actor, Role
from services import people
from services.merchants import files, onboarding, own_shop, papers, review, shops
from services.merchants.files import Scan
from services.seed import scans
from services.seed.people import Cast
from services.seed.shops import Stall
from services.seed.wares import PRINTED_SHOP, SHOPS

ISSUER = "泉港区市场监督管理局"
ENDS_SOON = timedelta(days=20)
YEARS = timedelta(days=3 * 365)
KINDS = (PaperKind.BUSINESS_LICENCE, PaperKind.FOOD_LICENCE, PaperKind.FOOD_FILING)
Scans = Mapping[str, Scan]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A shop that has handed itself in and waits."""

    name: str
    keeper: str
    phone: str
    address: str


NEWCOMER = Newcomer("凤翔酱菜坊", "林凤翔", "13800001108", "聚福小区 20 栋店面 2 号")


def credit_code(number: int) -> str:
    """An invented code of a sole trader in Quangang that passes the check."""
    first = f"92350505MA8{number:06d}"
    return first + check_sign(first)


def _number(kind: PaperKind, number: int) -> str:
    if kind is PaperKind.BUSINESS_LICENCE:
        return credit_code(number)
    letters = "JY1" if kind is PaperKind.FOOD_LICENCE else "YB1"
    return f"{letters}3505050{number:07d}"


def draw_all() -> Scans:
    """Every scan by the number of its paper; it takes a second, so it is done before the transaction."""
    drawn = {}
    for number in range(1, len(SHOPS) + 2):
        for kind in KINDS:
            told = _number(kind, number)
            drawn[told] = files.prepare(scans.draw((kind.value.upper(), told, f"SHOP {number}", "SAMPLE")))
    return drawn


def hand_in(
    session: Session, cast: Cast, stalls: Sequence[Stall], drawn: Scans, now: datetime, password_hash: str
) -> None:
    """Let every shop say who it is and staff agree, and the newcomer wait for them."""
    since = now - timedelta(days=79)
    for number, stall in enumerate(stalls, start=1):
        facts = _facts(stall.shop.name, stall.shop.keeper, stall.shop.address, number)
        shop_id = _introduce(stall.keeper, facts, number, drawn, since, KINDS, _last_days(stall, now))
        _agree(session, cast.staff, shop_id, since + timedelta(hours=3))
    _wait(drawn, len(stalls) + 1, now - timedelta(hours=20), password_hash)


def _facts(name: str, keeper: str, address: str, number: int) -> ShopFacts:
    return ShopFacts(name, address, keeper, f"0595-870010{number:02d}", credit_code(number))


def _last_days(stall: Stall, now: datetime) -> dict[PaperKind, date]:
    today = local_day(now)
    filing = ENDS_SOON if stall.shop.name == PRINTED_SHOP else YEARS
    return {PaperKind.FOOD_LICENCE: today + YEARS, PaperKind.FOOD_FILING: today + filing}


def _introduce(
    keeper: Actor,
    facts: ShopFacts,
    number: int,
    drawn: Scans,
    at: datetime,
    kinds: Sequence[PaperKind],
    last_days: Mapping[PaperKind, date],
) -> int:
    """Fill in, hand the papers in, submit; returns the shop's id."""
    shop = onboarding.save_facts(keeper, facts, version=1, now=at)
    for kind in kinds:
        told = _number(kind, number)
        scan_id = files.store(keeper, drawn[told], now=at)
        papers.add(keeper, PaperWords(kind, told, ISSUER, last_days.get(kind)), scan_id, now=at)
    return onboarding.submit(keeper, version=shop.version, now=at + timedelta(minutes=5)).id


def _agree(session: Session, staff: Actor, shop_id: int, at: datetime) -> None:
    for paper in own_shop.papers_of(session, shop_id):
        review.approve_paper(staff, paper.id, version=paper.version, now=at)
    shop = shops.locked(session, shop_id)
    review.verify(staff, shop_id, version=shop.version, now=at)


def _wait(drawn: Scans, number: int, at: datetime, password_hash: str) -> None:
    person = people.create_account(
        phone=NEWCOMER.phone,
        name=NEWCOMER.keeper,
        role=Role.MERCHANT,
        password_hash=password_hash,
        is_demo=True,
        now=at,
    )
    keeper = shops.open_shop(person.id, NEWCOMER.name, address=NEWCOMER.address, now=at)
    facts = _facts(NEWCOMER.name, NEWCOMER.keeper, NEWCOMER.address, number)
    _introduce(keeper, facts, number, drawn, at, (PaperKind.BUSINESS_LICENCE,), {})
