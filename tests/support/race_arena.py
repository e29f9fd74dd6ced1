"""A server of four processes with a crowd in front of it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, cast

from flask import Flask
from sqlalchemy import func, select, text

from app import create_app
from domain.interval import Interval, local_day
from domain.merchants.claims import ClaimsStatus
from domain.merchants.papers import PaperKind
from domain.merchants.shops import MerchantStatus
from domain.people import Role
from domain.spaces import SpaceKind
from models import ApiToken, Merchant, MerchantMember, Person, Product, Space, db
from services import kept
from services.secrets import hashed, new_secret
from tests.support.builders import between, create_studio, directly, set_figure
from tests.support.engines import Database, disconnect, new_database, settings
from tests.support.history import clashes
from tests.support.race import Call, Reply, at_once
from tests.support.server import HOUSE, serving
from tests.support.studio_builders import create_paper

PROCESSES = 4
CLIENTS = 50
ROUNDS_A_DAY = 4
KEYLESS = {
    "postgresql": ["ALTER TABLE occupancy DROP CONSTRAINT pk_occupancy"],
    "sqlite": [
        "CREATE TABLE keyless AS SELECT * FROM occupancy",
        "DROP TABLE occupancy",
        "ALTER TABLE keyless RENAME TO occupancy",
    ],
}


@dataclass(frozen=True)
class Arena:
    """The running server, and an application on its database through which a test lays out what it needs."""

    engine_name: str
    url: str
    app: Flask
    days: Iterator[int] = field(default_factory=lambda: count(20))
    database: Database | None = None

    def empty(self) -> None:
        """Forget everything that was asked of these servers, while they run on."""
        assert self.database is not None
        self.database.empty()
        with self.app.app_context():
            kept.forget()
            let_everybody_book()
        disconnect(self.app)

    def fresh_day(self) -> date:
        """A day that no other test of this arena was given; those that name their own stay before the twentieth."""
        return soon(next(self.days))

    def crowd(self, count: int = CLIENTS, role: Role = Role.RESIDENT) -> list["Racer"]:
        """Verified people with a token each, in one transaction; the servers may be writing meanwhile."""
        return cast("list[Racer]", directly(partial(_crowd, count, role)))

    def shops(self, count: int) -> list[tuple["Racer", int]]:
        """Merchants with a token each, and the number of a product of theirs."""
        return cast("list[tuple[Racer, int]]", directly(partial(_shops, count)))

    def studio(self) -> Space:
        """The one studio of this database."""
        known = db.session.scalar(select(Space).where(Space.kind == SpaceKind.STUDIO))
        return known or create_studio(advance_days=60)

    def at_once(self, calls: list[Call]) -> list[Reply]:
        """Send all in the same moment; the test's own transaction ends first."""
        db.session.rollback()
        return at_once(self.url, calls)


@dataclass(frozen=True)
class Racer:
    """Somebody of the crowd."""

    id: int
    token: str

    def books(self, space_code: str, wish: Interval, **more: Any) -> Call:
        """The call that asks for a space."""
        times = {"starts_at": wish.starts_at.isoformat(), "ends_at": wish.ends_at.isoformat()}
        body = {"space": space_code, "purpose": "合唱排练", "party_size": 1, **times}
        return Call("/bookings", self.token, body, more.get("key"))


def _crowd(count: int, role: Role) -> list[Racer]:
    now, taken = datetime.now(UTC), db.session.scalar(select(func.count()).select_from(Person)) or 0
    people = [
        Person(
            phone=f"139{taken + number:08d}", name=f"林{taken + number}", role=role,
            building=3, unit=1, room=f"{number}", verified_at=now, created_at=now,
        )
        for number in range(count)
    ]  # fmt: skip
    db.session.add_all(people)
    db.session.flush()
    crowd = [Racer(person.id, new_secret()) for person in people]
    db.session.add_all(
        ApiToken(token_hash=hashed(racer.token), person_id=racer.id, created_at=now) for racer in crowd
    )
    return crowd


def _shops(count: int) -> list[tuple[Racer, int]]:
    people, now = _crowd(count, Role.MERCHANT), datetime.now(UTC)
    shops = [
        Merchant(
            name=f"赛场店铺{person.id}", margin_bp=3000, credit_code=f"{person.id:018d}",
            status=MerchantStatus.VERIFIED, verified_at=now, created_at=now,
        )
        for person in people
    ]  # fmt: skip
    db.session.add_all(shops)
    db.session.flush()
    products = [
        Product(
            merchant_id=shop.id, name="铁观音", price_fen=8_800, stock=9, created_at=now,
            claims_status=ClaimsStatus.CLEARED, claims_reviewed_at=now,
        )
        for shop in shops
    ]  # fmt: skip
    db.session.add_all(products)
    db.session.add_all(
        MerchantMember(merchant_id=shop.id, person_id=person.id)
        for shop, person in zip(shops, people, strict=True)
    )
    for shop, person in zip(shops, people, strict=True):
        create_paper(shop, PaperKind.BUSINESS_LICENCE, person.id)
    return [(person, product.id) for person, product in zip(people, products, strict=True)]


@dataclass
class Tally:
    """What came of many rounds: the winners of each, and what the losers were told."""

    winners: list[int] = field(default_factory=list)
    doubles: list[tuple[datetime, datetime]] = field(default_factory=list)
    losers: Counter[tuple[int, str | None]] = field(default_factory=Counter)
    slowest: float = 0.0


@contextmanager
def arena(engine_name: str, *, keyless: bool = False, application: str = HOUSE) -> Iterator[Arena]:
    """Four server processes on a fresh database, its quotas out of the way; `keyless` takes the arbiter away."""
    database = new_database(engine_name)
    try:
        with house_of(database.url) as app:
            if keyless:
                with app.app_context():
                    drop_the_key(engine_name)
                disconnect(app)
            with serving(database.url, processes=PROCESSES, application=application) as server:
                yield Arena(engine_name, server.url, app, database=database)
    finally:
        database.drop()


@contextmanager
def house_of(url: str) -> Iterator[Flask]:
    """The application of a database, which lets everybody book as often as they like."""
    app = create_app(settings(url))
    with app.app_context():
        let_everybody_book()
    disconnect(app)
    yield app
    disconnect(app)


def let_everybody_book() -> None:
    """Put the quotas out of the way."""
    set_figure("max_upcoming_bookings", 10_000)
    set_figure("max_week_minutes", 1_000_000)


def drop_the_key(engine_name: str) -> None:
    """Take the unique key off the ticks: the negative control of every race."""
    with db.engine.execution_options(writes=True).begin() as connection:
        for statement in KEYLESS[engine_name]:
            connection.execute(text(statement))


def soon(days: int = 2) -> date:
    """A day far enough ahead that no midnight comes in between."""
    return local_day(datetime.now(UTC)) + timedelta(days=days)


def identical(number: int, _client: int) -> Interval:
    """The one wish of a round that everybody has."""
    start = 8 + number % ROUNDS_A_DAY * 3.5
    return between(start, start + 2, day=soon(), days=number // ROUNDS_A_DAY)


def overlapping(number: int, client: int) -> Interval:
    """Wishes of a round that partly overlap: five starts, four lengths."""
    start = 8 + number % ROUNDS_A_DAY * 3.5 + client % 5 / 4
    return between(start, start + 0.5 + client % 4 / 2, day=soon(), days=number // ROUNDS_A_DAY)


def wish(number: int, client: int) -> Interval:
    """Identical wishes in even rounds, partly overlapping ones in odd rounds."""
    return overlapping(number, client) if number % 2 else identical(number, client)


def race_for_a_room(arena: Arena, space: Space, rounds: int) -> Tally:
    """Each round the whole crowd wants one time of a room; another time in the next round."""
    tally, crowd = Tally(), arena.crowd()
    code, buffer = space.code, space.buffer_minutes
    for number in range(rounds):
        wishes = [wish(number, client) for client in range(len(crowd))]
        replies = arena.at_once([racer.books(code, one) for racer, one in zip(crowd, wishes, strict=True)])
        won = [one for one, reply in zip(wishes, replies, strict=True) if reply.status == 201]
        tally.winners.append(len(won))
        tally.slowest = max(tally.slowest, *(reply.seconds for reply in replies))
        tally.doubles += clashes([(one.starts_at, one.ends_at) for one in won], buffer)
        tally.losers.update((reply.status, reply.code) for reply in replies if reply.status != 201)
    return tally
