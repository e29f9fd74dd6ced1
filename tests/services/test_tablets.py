"""Shared tablets: enrolled, taken over by PIN, locked and revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing, TooManyAttempts
from domain.people import Role
from models import AuditEvent, Device, LoginSession
from services import acting, login
from services.secrets import hashed
from services.tablets import devices, locking
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor, create_person, set_figure
from tests.support.statements import statements
from tests.support.tablets import OTHER_PIN, PIN, create_colleague, create_tablet

pytestmark = pytest.mark.usefixtures("db")
DAYS = timedelta(days=30)
MINUTE = timedelta(minutes=1)


def open_with(tablet, person_id, pin=PIN, now=NOW):
    return locking.unlock(tablet.token, person_id, pin, lifetime=DAYS, now=now)


def presence(opened, tablet, now=NOW):
    return acting.presence_of(opened.token, now, device_token=tablet.token)


def actions(db):
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(event.action, event.actor_id) for event in events]


def change(db, thing, **values):
    def save():
        for name, value in values.items():
            setattr(db.session.get_one(type(thing), thing.id), name, value)

    in_transaction(save)


def test_only_an_admin_enrols_and_the_secret_is_kept_as_a_hash(db):
    with pytest.raises(Forbidden):
        create_tablet(create_actor(Role.STAFF))
    tablet = create_tablet()

    stored = db.session.scalars(select(Device)).one()
    assert stored.token_hash == hashed(tablet.token)
    assert tablet.token not in repr(vars(stored))
    assert devices.known(tablet.token).id == stored.id
    assert devices.known("") is devices.known("guess") is None


def test_enrolling_again_gives_a_new_secret_and_ends_the_old_one(db):
    admin = create_actor(Role.ADMIN)
    first = create_tablet(admin)
    colleague = create_colleague()
    opened = open_with(first, colleague.id)

    second = devices.enrol(admin, "前台", replaces=first.token, now=NOW)

    assert devices.known(first.token) is None
    assert presence(opened, first) is presence(opened, second) is None
    assert devices.known(second.token).name == "前台"
    assert [tablet.device.id for tablet in devices.tablets(admin, NOW)] == [second.device.id]


def test_whoever_knows_the_pin_is_in_and_it_is_written_down_with_the_tablet(db):
    tablet, colleague = create_tablet(), create_colleague(name="陈晓敏")

    opened = open_with(tablet, colleague.id)

    assert presence(opened, tablet).actor == opened.actor
    assert opened.actor.id == colleague.id
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.logged_in")).one()
    assert (event.actor_id, event.detail) == (
        colleague.id,
        {"device": "前台平板", "device_id": tablet.device.id},
    )


def test_a_session_of_a_tablet_is_worth_nothing_elsewhere(db):
    tablet, other = create_tablet(), create_tablet(name="直播间")
    opened = open_with(tablet, create_colleague().id)

    assert presence(opened, tablet) is not None
    assert presence(opened, other) is None
    assert acting.actor_of_session(opened.token, NOW) is None


def test_who_asks_is_found_in_one_query(db):
    tablet = create_tablet()
    opened = open_with(tablet, create_colleague().id)
    own = login.open_session(create_person().id, lifetime=DAYS, now=NOW)

    with statements(db) as seen:
        presence(opened, tablet)
    with statements(db) as seen_of_own:
        acting.actor_of_session(own.token, NOW)

    assert len([line for line in seen if line.startswith("SELECT")]) == 1
    assert len([line for line in seen_of_own if line.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    "changes",
    [{"disabled_at": NOW}, {"role": Role.RESIDENT}, {"is_demo": True}],
    ids=["disabled", "no staff any more", "of the demo, in production"],
)
def test_a_pin_dies_with_its_account_or_role(db, changes):
    tablet, colleague = create_tablet(), create_colleague()
    assert [face.id for face in locking.faces(tablet.token)] == [colleague.id]

    change(db, colleague, **changes)

    assert locking.faces(tablet.token) == []
    with pytest.raises(BadInput, match="pin_wrong"):
        open_with(tablet, colleague.id)


@pytest.mark.parametrize("token", ["", "made up"])
def test_a_pin_opens_nothing_on_a_device_that_is_not_enrolled(token):
    colleague = create_colleague()

    with pytest.raises(Missing):
        locking.unlock(token, colleague.id, PIN, lifetime=DAYS, now=NOW)
    with pytest.raises(Missing):
        locking.faces(token)


def test_wrong_pins_of_any_kind_answer_alike():
    tablet, colleague, other = create_tablet(), create_colleague(), create_colleague(pin=OTHER_PIN)
    without = create_person(Role.STAFF)

    for person_id, pin in (
        (colleague.id, "1111"),
        (colleague.id, OTHER_PIN),
        (without.id, PIN),
        (other.id + 9999, PIN),
    ):
        with pytest.raises(BadInput, match="pin_wrong"):
            open_with(tablet, person_id, pin)


def test_five_wrong_pins_for_one_person_are_all_and_others_go_on():
    tablet, colleague, other = create_tablet(), create_colleague(), create_colleague()
    for _ in range(locking.PER_PERSON):
        with pytest.raises(BadInput):
            open_with(tablet, colleague.id, "1111")

    with pytest.raises(TooManyAttempts):
        open_with(tablet, colleague.id)
    assert open_with(tablet, other.id).actor.id == other.id
    assert open_with(tablet, colleague.id, now=NOW + login.WINDOW).actor.id == colleague.id


@pytest.mark.mutant
def test_without_the_count_guessing_would_go_on(monkeypatch):
    monkeypatch.setattr(login, "reserve_attempt", lambda buckets, now: None)
    tablet, colleague = create_tablet(), create_colleague()
    for _ in range(locking.PER_PERSON + 1):
        with pytest.raises(BadInput):
            open_with(tablet, colleague.id, "1111")

    assert open_with(tablet, colleague.id).actor.id == colleague.id


def test_wrong_pins_on_a_tablet_are_limited_whoever_they_are_for(monkeypatch):
    monkeypatch.setattr(locking, "PER_TABLET", 3)
    tablet, colleagues = create_tablet(), [create_colleague() for _ in range(4)]
    for colleague in colleagues[:3]:
        with pytest.raises(BadInput):
            open_with(tablet, colleague.id, "1111")

    with pytest.raises(TooManyAttempts):
        open_with(tablet, colleagues[3].id)
    assert open_with(create_tablet(name="另一台"), colleagues[3].id)


def test_changing_places_all_day_is_no_guessing(monkeypatch):
    monkeypatch.setattr(locking, "PER_TABLET", 3)
    tablet, colleagues = create_tablet(), [create_colleague(), create_colleague()]

    for turn in range(8):
        assert open_with(tablet, colleagues[turn % 2].id)


def test_nobody_touches_it_and_it_locks_after_the_minutes_of_the_house():
    tablet = create_tablet()
    opened = open_with(tablet, create_colleague().id)

    assert not presence(opened, tablet).is_locked(NOW + 5 * MINUTE - timedelta(seconds=1))
    assert presence(opened, tablet).is_locked(NOW + 5 * MINUTE)
    set_figure("idle_lock_minutes", 2)
    assert presence(opened, tablet).is_locked(NOW + 2 * MINUTE)


def test_a_log_in_of_ones_own_never_locks():
    own = login.open_session(create_person(Role.STAFF).id, lifetime=DAYS, now=NOW)

    found = acting.presence_of(own.token, NOW + timedelta(days=29))
    assert not found.is_locked(NOW + timedelta(days=29))
    assert not found.is_worth_noting(NOW + timedelta(days=29))


def test_a_touch_keeps_it_awake_but_opens_no_lock():
    tablet = create_tablet()
    opened = open_with(tablet, create_colleague().id)
    found = presence(opened, tablet)

    locking.note_touch(found.session_id, found.device_id, NOW + 4 * MINUTE)
    assert not presence(opened, tablet).is_locked(NOW + 8 * MINUTE)
    assert devices.known(tablet.token).last_seen_at == NOW + 4 * MINUTE

    locking.lock(found.session_id)
    locking.note_touch(found.session_id, found.device_id, NOW + 5 * MINUTE)
    assert presence(opened, tablet).is_locked(NOW + 5 * MINUTE)


def test_a_log_in_by_password_on_a_tablet_locks_too():
    tablet = create_tablet()
    opened = login.open_session(create_person().id, lifetime=DAYS, now=NOW)

    locking.bind(opened.token, tablet.token, NOW)

    assert presence(opened, tablet).is_locked(NOW + 5 * MINUTE)
    assert acting.actor_of_session(opened.token, NOW) is None


def test_a_revoked_tablet_is_dead_at_once_and_only_that_one(db):
    admin, colleague = create_actor(Role.ADMIN), create_colleague()
    lost, kept = create_tablet(admin), create_tablet(admin, name="直播间")
    on_lost, on_kept = open_with(lost, colleague.id), open_with(kept, colleague.id)

    for _twice in range(2):
        devices.revoke(admin, lost.device.id, NOW + MINUTE)

    assert presence(on_lost, lost) is None
    assert presence(on_kept, kept) is not None
    with pytest.raises(Missing):
        open_with(lost, colleague.id)
    revoked = db.session.scalars(select(LoginSession).where(LoginSession.device_id == lost.device.id)).one()
    assert revoked.revoked_at == NOW + MINUTE
    assert [device.id for device in devices.revoked(admin)] == [lost.device.id]
    assert actions(db).count(("device.revoked", admin.id)) == 1


def test_a_pin_that_fitted_before_the_tablet_was_revoked_opens_nothing(monkeypatch):
    admin, colleague = create_actor(Role.ADMIN), create_colleague()
    tablet = create_tablet(admin)

    def revoked_meanwhile(_pin_hash, _pin):
        devices.revoke(admin, tablet.device.id, NOW)
        return True

    monkeypatch.setattr(locking, "matches", revoked_meanwhile)
    with pytest.raises(Missing):
        open_with(tablet, colleague.id)


def test_admins_see_who_is_on_a_tablet():
    admin = create_actor(Role.ADMIN)
    tablet, idle = create_tablet(admin, name="前台"), create_tablet(admin, name="直播间")
    open_with(idle, create_colleague(name="林美玲").id)
    open_with(tablet, create_colleague(name="陈晓敏").id, now=NOW + 4 * MINUTE)

    found = {one.device.name: one.person for one in devices.tablets(admin, NOW + 6 * MINUTE)}

    assert found == {"前台": "陈晓敏", "直播间": None}
    with pytest.raises(Forbidden):
        devices.tablets(create_actor(Role.STAFF), NOW)


def test_a_tablet_is_renamed_by_an_admin_while_it_is_shared(db):
    admin = create_actor(Role.ADMIN)
    tablet = create_tablet(admin)

    assert devices.rename(admin, tablet.device.id, " 二楼 前台 ", NOW).name == "二楼 前台"
    with pytest.raises(Forbidden):
        devices.rename(create_actor(Role.STAFF), tablet.device.id, "别的", NOW)
    devices.revoke(admin, tablet.device.id, NOW)
    with pytest.raises(Missing):
        devices.rename(admin, tablet.device.id, "别的", NOW)
    assert ("device.renamed", admin.id) in actions(db)
