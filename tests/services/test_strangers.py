"""Sign-ups that nobody verified: after which time they are erased, and what keeps them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from domain.bookings import BookingStatus
from domain.people import ERASED_NAME, Home, Role, Salutation
from models import ApiToken, AuditEvent, Erasure, LoginSession, Person, db
from services import jobs, joining, login, people
from services.privacy import locking, strangers
from services.registry import keeping
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_captain,
    create_person,
    create_space,
    saved,
    set_figure,
)

pytestmark = pytest.mark.usefixtures("db")
A_DAY = timedelta(days=1)
PHONE = "13812345678"
LAST, OVER = NOW + 90 * A_DAY, NOW + 90 * A_DAY + timedelta(seconds=1)


def sign_up(now=NOW):
    """Somebody signs up in building 7 and is logged in for a month."""
    opened = joining.join(
        phone=PHONE, name="黄秀英", salutation=Salutation.MS, home=Home(7, 1, "301"), password="correct horse",
        address="203.0.113.1", lifetime=30 * A_DAY, now=now,
    )  # fmt: skip
    return opened.actor.id


def newcomer(**changes):
    """An account that waits, without the slow hash of a password."""
    return create_person(verified_at=None, **changes)


def is_erased(person_id):
    return db.session.get(Person, person_id, populate_existing=True).erased_at is not None


def test_a_sign_up_that_nobody_verified_is_erased_as_any_other_account_is():
    person_id = sign_up()

    assert strangers.erase_due(LAST) == 0
    assert strangers.erase_due(OVER) == 1
    assert strangers.erase_due(OVER) == 0

    gone = db.session.get(Person, person_id, populate_existing=True)
    assert (gone.name, gone.phone, gone.building, gone.password_hash) == (ERASED_NAME, None, None, None)
    assert (gone.disabled_at, gone.erased_at) == (OVER, OVER)
    assert db.session.get(Erasure, person_id).erased_by_id is None
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.erased")).one()
    assert (event.actor_id, event.object_id) == (None, person_id)


def test_whoever_comes_back_later_signs_up_anew():
    before = sign_up()
    strangers.erase_due(OVER)

    assert sign_up(OVER) != before


def test_the_house_says_for_how_long_and_its_jobs_see_to_it():
    person = newcomer()
    set_figure("signups_kept_days", 30)

    outcome = jobs.Runner().run_due(NOW + 31 * A_DAY)

    assert (outcome.failed, outcome.done["erase strangers"]) == ((), 1)
    assert is_erased(person.id)


def logs_in(person):
    login.open_session(person.id, lifetime=A_DAY, now=NOW + 10 * A_DAY)


def is_logged_in(person):
    saved(LoginSession(token_hash="0", person_id=person.id, created_at=NOW, expires_at=NOW + 200 * A_DAY))


def becomes(person, **values):
    """A change that left nothing in the trail."""
    in_transaction(lambda: db.session.execute(update(Person).where(Person.id == person.id).values(**values)))


def is_verified(person):
    becomes(person, verified_at=NOW)


def is_disabled(person):
    becomes(person, disabled_at=NOW)


def was_verified(person):
    people.verify(create_captain(building=7), person.id, NOW)
    seen = people.by_id(person.id)
    keeping.unverify(create_actor(Role.ADMIN), person.id, version=seen.version, now=NOW)


def is_looked_at(person):
    people.reveal_phone(create_captain(building=7), person.id, NOW + 10 * A_DAY)


def is_changed(person):
    becomes(person, version=2)


def has_booked(person):
    create_booking(create_space(), between(9, 10), booker=person, status=BookingStatus.COMPLETED)


def has_a_token(person):
    saved(ApiToken(token_hash="0", person_id=person.id, created_at=NOW))


KEPT = (
    logs_in,
    is_logged_in,
    is_verified,
    was_verified,
    is_looked_at,
    is_changed,
    has_booked,
    has_a_token,
    is_disabled,
)


@pytest.mark.parametrize("what", KEPT, ids=lambda what: what.__name__)
def test_whoever_is_no_stranger_stays(what):
    known, stranger = newcomer(), newcomer()
    what(known)

    assert strangers.erase_due(OVER) == 1
    assert not is_erased(known.id)
    assert is_erased(stranger.id)


@pytest.mark.parametrize("what", [logs_in, is_looked_at])
def test_a_log_in_and_a_look_keep_an_account_for_as_long_again(what):
    known = newcomer()
    what(known)

    strangers.erase_due(OVER + 10 * A_DAY)

    assert is_erased(known.id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESIDENT])
def test_only_residents_go(role):
    other = newcomer(role=role)

    strangers.erase_due(OVER)

    assert not is_erased(other.id)


def test_who_is_verified_at_the_last_moment_stays(monkeypatch):
    person, captain = newcomer(), create_captain(building=7)
    lock = locking.lock_all_around

    def verified_meanwhile(session, ids):
        people.verify(captain, person.id, OVER)
        lock(session, ids)

    monkeypatch.setattr(locking, "lock_all_around", verified_meanwhile)

    assert strangers.erase_due(OVER) == 0
    assert not is_erased(person.id)


def test_no_round_erases_more_than_a_batch(monkeypatch):
    monkeypatch.setattr(strangers, "BATCH", 2)
    for _ in range(3):
        newcomer()

    assert [strangers.erase_due(OVER) for _ in range(3)] == [2, 1, 0]
