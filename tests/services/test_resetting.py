"""Letting somebody in again who forgot the password."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, TooManyAttempts
from domain.people import Role
from models import AuditEvent, LoginSession, OutboxMessage, PasswordReset, Person
from services import login, passwords
from services.registry import resetting
from tests.support.builders import NOW, create_actor, create_captain, create_person

pytestmark = pytest.mark.usefixtures("db")
NEW = "a fresh horse"
LIFETIME = timedelta(days=1)


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def neighbour():
    return create_person(password_hash="x")


def redeem(person, pin, *, now=NOW, password=NEW, phone=None):
    return resetting.redeem(phone or person.phone, pin, password, address="::1", now=now)


def fresh(db, person):
    return db.session.get(Person, person.id, populate_existing=True)


def other_than(pin):
    return f"{(int(pin) + 1) % 10**8:08d}"


def test_the_new_password_counts_and_every_session_is_over(db, staff, neighbour):
    login.open_session(neighbour.id, lifetime=LIFETIME, now=NOW)
    given = resetting.give_pin(staff, neighbour.id, NOW)

    found = redeem(neighbour, f"{given.pin[:4]} {given.pin[4:]}")

    assert found == neighbour.id
    assert passwords.matches(fresh(db, neighbour).password_hash, NEW)
    assert db.session.scalars(select(LoginSession.revoked_at)).all() == [NOW]
    told = db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert told == ["reset_given", "password_reset"]


def test_neither_the_pin_nor_the_phone_is_written_down(db, staff, neighbour):
    given = resetting.give_pin(staff, neighbour.id, NOW)

    kept = db.session.get_one(PasswordReset, neighbour.id)
    written = str([event.detail for event in db.session.scalars(select(AuditEvent))])

    assert given.pin not in kept.pin_hash
    assert kept.pin_hash.startswith("$argon2id$")
    assert given.pin not in written
    assert neighbour.phone not in written


def test_a_pin_counts_once(staff, neighbour):
    given = resetting.give_pin(staff, neighbour.id, NOW)
    redeem(neighbour, given.pin)

    with pytest.raises(BadInput, match="reset_failed"):
        redeem(neighbour, given.pin)


def test_a_pin_counts_for_as_long_as_the_house_says(staff, neighbour):
    given = resetting.give_pin(staff, neighbour.id, NOW)

    assert given.expires_at == NOW + timedelta(minutes=30)
    with pytest.raises(BadInput, match="reset_failed"):
        redeem(neighbour, given.pin, now=given.expires_at)


def test_a_new_pin_takes_the_place_of_the_old_one(staff, neighbour):
    first, second = (resetting.give_pin(staff, neighbour.id, NOW) for _ in range(2))

    with pytest.raises(BadInput, match="reset_failed"):
        redeem(neighbour, first.pin)
    assert redeem(neighbour, second.pin) == neighbour.id


def test_a_wrong_pin_and_an_unknown_phone_answer_alike(staff, neighbour):
    given = resetting.give_pin(staff, neighbour.id, NOW)
    wrong = other_than(given.pin)

    refusals = []
    for phone in (neighbour.phone, "13999999999"):
        with pytest.raises(BadInput) as refused:
            redeem(neighbour, wrong, phone=phone)
        refusals.append((refused.value.code, refused.value.field, refused.value.params))

    assert refusals[0] == refusals[1] == ("reset_failed", "pin", {})


def test_five_tries_are_all_even_with_the_right_pin(staff, neighbour):
    given = resetting.give_pin(staff, neighbour.id, NOW)
    for _ in range(resetting.PER_PHONE):
        with pytest.raises(BadInput):
            redeem(neighbour, other_than(given.pin))

    with pytest.raises(TooManyAttempts):
        redeem(neighbour, given.pin)


@pytest.mark.mutant
def test_without_the_limit_the_sixth_try_would_count(staff, neighbour, monkeypatch):
    monkeypatch.setattr(resetting, "PER_PHONE", 100)
    given = resetting.give_pin(staff, neighbour.id, NOW)
    for _ in range(5):
        with pytest.raises(BadInput):
            redeem(neighbour, other_than(given.pin))

    assert redeem(neighbour, given.pin) == neighbour.id


def test_making_pins_is_limited_too(staff, neighbour, monkeypatch):
    monkeypatch.setattr(resetting, "PER_MAKER", 1)
    resetting.give_pin(staff, neighbour.id, NOW)

    with pytest.raises(TooManyAttempts):
        resetting.give_pin(staff, neighbour.id, NOW)


@pytest.mark.parametrize(
    ("maker", "whose", "may"),
    [
        (Role.STAFF, Role.RESIDENT, True),
        (Role.STAFF, Role.MERCHANT, True),
        (Role.STAFF, Role.STAFF, False),
        (Role.STAFF, Role.ADMIN, False),
        (Role.ADMIN, Role.STAFF, True),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
def test_staff_let_in_neighbours_and_shops_admins_everybody(maker, whose, may):
    actor, person = create_actor(maker), create_person(whose)

    if may:
        assert resetting.give_pin(actor, person.id, NOW).person.id == person.id
    else:
        with pytest.raises(Missing):
            resetting.give_pin(actor, person.id, NOW)


def test_a_captain_makes_none(neighbour):
    with pytest.raises(Forbidden):
        resetting.give_pin(create_captain(), neighbour.id, NOW)


@pytest.mark.parametrize("changes", [{"phone": None}, {"disabled_at": NOW}])
def test_an_account_that_nobody_can_log_in_to_gets_none(staff, changes):
    with pytest.raises(RuleViolation):
        resetting.give_pin(staff, create_person(**changes).id, NOW)


def test_a_weak_password_uses_nothing_up(staff, neighbour):
    given = resetting.give_pin(staff, neighbour.id, NOW)
    with pytest.raises(BadInput, match="password_short"):
        redeem(neighbour, given.pin, password="short")

    assert redeem(neighbour, given.pin) == neighbour.id


def test_who_was_locked_out_may_log_in_with_the_new_password(staff, neighbour):
    for _ in range(login.PER_PHONE):
        with pytest.raises(BadInput):
            login.log_in(neighbour.phone, "guess", address="::1", lifetime=LIFETIME, now=NOW)
    redeem(neighbour, resetting.give_pin(staff, neighbour.id, NOW).pin)

    opened = login.log_in(neighbour.phone, NEW, address="::1", lifetime=LIFETIME, now=NOW)

    assert opened.actor.id == neighbour.id


def test_an_old_password_opens_nothing_once_there_is_a_new_one(db, staff, neighbour, monkeypatch):
    given = resetting.give_pin(staff, neighbour.id, NOW)

    def meanwhile(_stored, _password):
        redeem(neighbour, given.pin)
        return True

    monkeypatch.setattr(login, "matches", meanwhile)

    with pytest.raises(BadInput, match="login_failed"):
        login.log_in(neighbour.phone, "the old one", address="::1", lifetime=LIFETIME, now=NOW)
    assert db.session.scalars(select(LoginSession)).all() == []
