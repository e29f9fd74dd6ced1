"""The people of the demo: one account per role, captains, neighbours, sign-ups that wait. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.people import Actor, Home, Role, Salutation
from models import Person
from services import people, records
from services.passwords import matches
from services.unit_of_work import query, transaction

SURNAMES = "陈林黄张吴王李郑蔡庄连刘苏曾谢许杨洪施邱卢柯"
MEN = (
    "志强",
    "文彬",
    "建华",
    "明辉",
    "水生",
    "国栋",
    "清源",
    "振宇",
    "阿福",
    "汉忠",
    "金水",
    "永顺",
    "伟杰",
    "天赐",
)
WOMEN = (
    "秀英",
    "美玲",
    "丽华",
    "淑贞",
    "阿珠",
    "雪梅",
    "玉兰",
    "惠玲",
    "晓燕",
    "碧霞",
    "月娥",
    "思婷",
    "雅芳",
    "巧云",
)
BUILDINGS = (3, 7, 11, 15, 18, 22, 26)
"""Seven buildings, for there are seven captains [seed]."""
NEIGHBOURS = 56
WITHOUT_PHONE = 4
WAITING = ((22, 5), (22, 27), (7, 30), (15, 50))
"""Building of a sign-up that waits, and for how many hours it does."""


@dataclass(frozen=True, slots=True)
class RoleAccount:
    """A demo account that the start of the server prints."""

    role: Role
    phone: str
    name: str
    salutation: Salutation


ACCOUNTS = (
    RoleAccount(Role.RESIDENT, "13800000001", "林秀兰", Salutation.MS),
    RoleAccount(Role.CAPTAIN, "13800000002", "陈福来", Salutation.MR),
    RoleAccount(Role.MERCHANT, "13800000003", "黄惠珍", Salutation.MS),
    RoleAccount(Role.STAFF, "13800000004", "吴晓敏", Salutation.MS),
    RoleAccount(Role.ADMIN, "13800000005", "郑书明", Salutation.MR),
)
CAPTAIN_BUILDING = 22


@dataclass(slots=True)
class Cast:
    """Who plays in the demo."""

    resident: Actor
    captain: Actor
    merchant: Actor
    staff: Actor
    admin: Actor
    captains: list[Actor] = field(default_factory=list)
    neighbours: list[Actor] = field(default_factory=list)
    without_phone: list[Actor] = field(default_factory=list)


@query
def has_demo(session: Session) -> bool:
    """Whether there are demo accounts."""
    return bool(session.scalar(select(func.count()).where(Person.is_demo.is_(True))))


@query
def _one_hash(session: Session) -> str | None:
    return session.scalar(
        select(Person.password_hash)
        .where(Person.is_demo.is_(True), Person.password_hash.is_not(None))
        .order_by(Person.id)
        .limit(1)
    )


def demo_password_is(password: str) -> bool:
    """Whether the demo accounts are opened by this password."""
    return matches(_one_hash(), password)


@transaction
def set_demo_password(session: Session, password_hash: str) -> None:
    """Give every demo account the one shared password."""
    session.execute(
        update(Person)
        .where(Person.is_demo.is_(True), Person.password_hash.is_not(None))
        .values(password_hash=password_hash)
    )


def bring_in(session: Session, dice: Random, now: datetime, password_hash: str) -> Cast:
    """Make all accounts, inside the seed's transaction; raises BadInput where a phone is known already."""
    long_ago = now - timedelta(days=90)
    roles = {account.role: _role_account(account, long_ago, password_hash) for account in ACCOUNTS}
    cast = Cast(
        resident=roles[Role.RESIDENT].as_actor(),
        captain=roles[Role.CAPTAIN].as_actor(),
        merchant=roles[Role.MERCHANT].as_actor(),
        staff=roles[Role.STAFF].as_actor(),
        admin=roles[Role.ADMIN].as_actor(),
    )
    names = _names(dice)
    cast.captains = [cast.captain] + [
        _captain(building, names.pop(), long_ago, password_hash)
        for building in BUILDINGS
        if building != CAPTAIN_BUILDING
    ]
    for number in range(NEIGHBOURS):
        person = _neighbour(number, names.pop(), dice, long_ago, password_hash)
        if person.phone:
            cast.neighbours.append(person.as_actor())
        else:
            cast.without_phone.append(person.as_actor())
    for number, (building, hours) in enumerate(WAITING):
        _sign_up(session, number, building, names.pop(), now - timedelta(hours=hours), password_hash)
    return cast


def _names(dice: Random) -> list[tuple[str, Salutation]]:
    taken = {account.name for account in ACCOUNTS}
    names = [(s + g, Salutation.MR) for s in SURNAMES for g in MEN]
    names += [(s + g, Salutation.MS) for s in SURNAMES for g in WOMEN]
    names = [name for name in names if name[0] not in taken]
    dice.shuffle(names)
    return names


def _role_account(account: RoleAccount, now: datetime, password_hash: str) -> Person:
    homes = {Role.RESIDENT: Home(CAPTAIN_BUILDING, 1, "602"), Role.CAPTAIN: Home(CAPTAIN_BUILDING, 1, "301")}
    return people.create_account(
        phone=account.phone,
        name=account.name,
        role=account.role,
        salutation=account.salutation,
        home=homes.get(account.role),
        captain_of=CAPTAIN_BUILDING if account.role is Role.CAPTAIN else None,
        password_hash=password_hash,
        is_demo=True,
        now=now,
    )


def _captain(building: int, name: tuple[str, Salutation], now: datetime, password_hash: str) -> Actor:
    return people.create_account(
        phone=f"138000010{building:02d}",
        name=name[0],
        role=Role.CAPTAIN,
        salutation=name[1],
        home=Home(building, 1, "201"),
        captain_of=building,
        password_hash=password_hash,
        is_demo=True,
        now=now,
    ).as_actor()


def _neighbour(
    number: int, name: tuple[str, Salutation], dice: Random, now: datetime, password_hash: str
) -> Person:
    has_phone = number >= WITHOUT_PHONE
    return people.create_account(
        phone=f"1380000{2000 + number}" if has_phone else None,
        name=name[0],
        role=Role.RESIDENT,
        salutation=name[1] if dice.random() < 0.8 else Salutation.NONE,
        home=Home(
            BUILDINGS[number % len(BUILDINGS)], 1 + number % 3, f"{3 + number // 7}{dice.randint(1, 4):02d}"
        ),
        password_hash=password_hash if has_phone else None,
        is_demo=True,
        now=now,
    )


def _sign_up(
    session: Session,
    number: int,
    building: int,
    name: tuple[str, Salutation],
    at: datetime,
    password_hash: str,
) -> None:
    person = Person(
        phone=f"1380000{3000 + number}",
        name=name[0],
        salutation=name[1],
        role=Role.RESIDENT,
        building=building,
        unit=2,
        room=f"{12 + number}01",
        password_hash=password_hash,
        is_demo=True,
        created_at=at,
    )
    session.add(person)
    records.audit(session, None, "person.created", person, at, role=Role.RESIDENT.value)
