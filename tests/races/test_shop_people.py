"""The last one of a shop stays and a link is used once, however many press at the same moment; not so unguarded."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from domain.errors import RuleViolation
from domain.interval import local_day
from domain.merchants.papers import PaperKind
from domain.people import Role
from models import Merchant, MerchantInvite, MerchantMember, OutboxMessage, db
from services import arbiter
from services.merchants import members, reminders, shops
from tests.support.builders import NOW, create_actor
from tests.support.race import Meeting, in_threads
from tests.support.studio_builders import create_merchant, create_paper

RIVALS = 2
only_on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"])
"""SQLite has one writer: there the lock is the engine's."""


def acting(shop: Merchant) -> int:
    """How many people act for a shop."""
    db.session.rollback()
    counted = select(func.count()).where(MerchantMember.merchant_id == shop.id)
    return db.session.scalar(counted) or 0


def both_leave(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[type], Merchant]:
    """The two people of a shop leave at once, and both have counted before either is gone."""
    shop, first = create_merchant()
    second = create_actor(Role.MERCHANT)
    members.accept(second, members.invite(first, now=NOW).token, now=NOW)
    two = [one.__class__(one.id, one.role, one.name, merchant_ids=(shop.id,)) for one in (first, second)]
    meeting, count = Meeting(RIVALS), shops.member_ids

    def count_and_meet(*arguments: object) -> list[int]:
        found = count(*arguments)  # type: ignore[arg-type]  # handed on as they came
        meeting.wait()
        return found

    monkeypatch.setattr(shops, "member_ids", count_and_meet)
    db.session.rollback()
    answers = in_threads(app, [partial(members.remove, one, one.id, now=NOW) for one in two])
    return Counter(type(answer) for answer in answers), shop


@pytest.mark.usefixtures("db")
def test_of_two_who_leave_at_once_one_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, shop = both_leave(app, monkeypatch)

    assert answers == {type(None): 1, RuleViolation: 1}
    assert acting(shop) == 1


@pytest.mark.postgresql
@only_on_postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_the_lock_on_the_shop_nobody_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbiter, "lock_merchant", lambda session, merchant_id: None)

    answers, shop = both_leave(app, monkeypatch)

    assert answers == {type(None): 2}
    assert acting(shop) == 0


def both_join(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[type], Merchant]:
    """Two people use one link at once, and both have found it open before either uses it up."""
    shop, actor = create_merchant()
    token = members.invite(actor, now=NOW).token
    people = [create_actor(Role.MERCHANT) for _ in range(RIVALS)]
    meeting, claim = Meeting(RIVALS), members.claim

    def meet_and_claim(*arguments: object) -> None:
        meeting.wait()
        claim(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(members, "claim", meet_and_claim)
    db.session.rollback()
    answers = in_threads(app, [partial(members.accept, one, token, now=NOW) for one in people])
    return Counter(type(answer) for answer in answers), shop


@pytest.mark.usefixtures("db")
def test_of_two_who_use_one_link_at_once_one_joins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, shop = both_join(app, monkeypatch)

    assert answers == {Merchant: 1, RuleViolation: 1}
    assert acting(shop) == 2


@pytest.mark.postgresql
@only_on_postgresql
@pytest.mark.usefixtures("db")
@pytest.mark.mutant
def test_without_its_guard_a_link_brings_two_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def unguarded(session, invite_id, person_id, now):  # type: ignore[no-untyped-def]  # as what it stands for
        session.execute(
            update(MerchantInvite)
            .where(MerchantInvite.id == invite_id)
            .values(used_at=now, used_by_id=person_id)
        )

    monkeypatch.setattr(members, "claim", unguarded)

    answers, shop = both_join(app, monkeypatch)

    assert answers == {Merchant: 2}
    assert acting(shop) == 3


def remind_at_once(app: Flask) -> int:
    """Several processes remind at once; returns how many messages there are."""
    shop, actor = create_merchant()
    create_paper(shop, PaperKind.FOOD_FILING, actor.id, expires_on=local_day(NOW) + timedelta(days=5))
    db.session.rollback()
    in_threads(app, [partial(reminders.remind_due, NOW)] * 4)
    return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


@pytest.mark.usefixtures("db")
def test_a_reminder_goes_out_once_from_however_many_processes(app: Flask) -> None:
    assert remind_at_once(app) == 1
