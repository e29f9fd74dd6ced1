"""What admins change of an account."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation, StalePerson
from domain.people import Home, Role, Salutation
from models import ApiToken, AuditEvent, LoginSession, MerchantMember, Person, SpaceSteward, StaffPin
from services import login
from services.registry import keeping, looking, resetting
from tests.support.builders import (
    NOW,
    create_actor,
    create_person,
    create_space,
    name_steward,
    saved,
)
from tests.support.race import in_threads
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN)


def fresh(db, person):
    return db.session.get(Person, person.id, populate_existing=True)


def change_role(actor, person, role, *, version=1, captain_of=None):
    return keeping.change_role(actor, person.id, role, captain_of=captain_of, version=version, now=NOW)


def logged_in(person):
    login.open_session(person.id, lifetime=timedelta(days=1), now=NOW)
    login.create_token(person.phone, label="", now=NOW)


def open_doors(db, person):
    """How many sessions and tokens of somebody still count."""
    return sum(
        db.session.scalar(
            select(func.count()).where(table.person_id == person.id, table.revoked_at.is_(None))
        )
        for table in (LoginSession, ApiToken)
    )


def test_a_resident_becomes_captain_of_a_building(db, admin):
    person = create_person(verified_at=None)
    logged_in(person)

    change_role(admin, person, Role.CAPTAIN, captain_of=7)

    now_is = fresh(db, person)
    assert (now_is.role, now_is.captain_of, now_is.verified_at) == (Role.CAPTAIN, 7, NOW)
    assert open_doors(db, person) == 2


@pytest.mark.parametrize("captain_of", [None, 0, 10000])
def test_a_captain_has_a_building(admin, captain_of):
    with pytest.raises(BadInput, match="captain_of_missing"):
        change_role(admin, create_person(), Role.CAPTAIN, captain_of=captain_of)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Role.STAFF, Role.RESIDENT),
        (Role.CAPTAIN, Role.RESIDENT),
        (Role.ADMIN, Role.STAFF),
        (Role.RESIDENT, Role.MERCHANT),
    ],
)
def test_whose_rights_shrink_is_out_everywhere(db, admin, before, after):
    person = create_person(before, captain_of=7 if before is Role.CAPTAIN else None)
    logged_in(person)

    change_role(admin, person, after)

    assert open_doors(db, person) == 0


@pytest.mark.parametrize(
    ("before", "after"), [(Role.RESIDENT, Role.STAFF), (Role.CAPTAIN, Role.ADMIN), (Role.STAFF, Role.ADMIN)]
)
def test_nothing_that_was_opened_before_carries_the_rights_of_staff(db, admin, before, after):
    person = create_person(before, captain_of=7 if before is Role.CAPTAIN else None)
    logged_in(person)

    change_role(admin, person, after)

    assert open_doors(db, person) == 0


def test_a_pin_that_staff_made_for_a_neighbour_opens_no_admins_account(admin):
    neighbour = create_person(password_hash="x")
    given = resetting.give_pin(create_actor(Role.STAFF), neighbour.id, NOW)

    change_role(admin, neighbour, Role.ADMIN)

    with pytest.raises(BadInput, match="reset_failed"):
        resetting.redeem(neighbour.phone, given.pin, "a fresh horse", address="::1", now=NOW)


def test_the_pin_and_what_one_was_named_for_go_with_the_role(db, admin):
    person = create_person(Role.STAFF)
    saved(StaffPin(person_id=person.id, pin_hash="x", digits=4, set_at=NOW))
    name_steward(create_space(is_private=True), person.id)

    change_role(admin, person, Role.RESIDENT)

    for table in (StaffPin, SpaceSteward):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_shop_stays_with_its_people(db, admin):
    _, keeper = create_merchant("山腰茶行")

    change_role(admin, keeper, Role.RESIDENT)

    assert db.session.scalars(select(MerchantMember.person_id)).all() == [keeper.id]


def test_the_last_admin_can_neither_step_down_nor_be_disabled(admin):
    create_person(Role.ADMIN, disabled_at=NOW)

    with pytest.raises(RuleViolation):
        change_role(admin, admin, Role.STAFF)
    with pytest.raises(RuleViolation):
        keeping.disable(admin, admin.id, version=1, now=NOW)


def test_one_of_two_admins_may_step_down(db, admin):
    create_actor(Role.ADMIN)

    change_role(admin, admin, Role.RESIDENT)

    assert fresh(db, admin).role is Role.RESIDENT


def test_two_admins_who_step_down_at_once_leave_one(app, db, admin):
    other = create_actor(Role.ADMIN)

    in_threads(app, [lambda one=one: change_role(one, one, Role.STAFF) for one in (admin, other)])

    assert db.session.scalar(select(func.count()).where(Person.role == Role.ADMIN)) == 1


def test_facts_are_put_right_and_the_audit_names_only_the_fields(db, admin):
    person = create_person(name="黄秀英")

    keeping.correct(
        admin,
        person.id,
        keeping.Facts("黄秀瑛", Salutation.MS, Home(22, 1, "301"), "138 0013 8000"),
        version=1,
        now=NOW,
    )

    now_is = fresh(db, person)
    assert (now_is.name, now_is.phone, now_is.building) == ("黄秀瑛", "13800138000", 22)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.corrected")).one()
    assert event.detail == {"fields": ["building", "name", "phone", "room", "salutation", "unit"]}


def test_a_phone_of_somebody_else_is_refused_and_changes_nothing(db, admin):
    other, person = create_person(), create_person(name="黄秀英")

    with pytest.raises(BadInput, match="phone_of_another"):
        keeping.correct(
            admin,
            person.id,
            keeping.Facts("新名", Salutation.NONE, Home(1, 1, "1"), other.phone),
            version=1,
            now=NOW,
        )

    assert (fresh(db, person).name, fresh(db, person).version) == ("黄秀英", 1)


def test_a_neighbour_has_a_home_staff_need_none(db, admin):
    facts = keeping.Facts("林一", Salutation.NONE, None)
    staff = create_person(Role.STAFF)

    keeping.correct(admin, staff.id, facts, version=1, now=NOW)

    assert fresh(db, staff).building is None
    with pytest.raises(BadInput, match="home_invalid"):
        keeping.correct(admin, create_person().id, facts, version=1, now=NOW)


def test_who_looked_at_an_older_state_is_told(admin):
    person = create_person()
    keeping.log_out_everywhere(admin, person.id, version=1, now=NOW)

    with pytest.raises(StalePerson):
        keeping.disable(admin, person.id, version=1, now=NOW)


def test_a_disabled_account_is_out_until_it_is_enabled(db, admin):
    person = create_person()
    logged_in(person)

    keeping.disable(admin, person.id, version=1, now=NOW)
    assert open_doors(db, person) == 0
    keeping.enable(admin, person.id, version=2, now=NOW)

    assert fresh(db, person).disabled_at is None


def test_tokens_end_and_the_sessions_stay(db, admin):
    person = create_person()
    logged_in(person)

    keeping.revoke_tokens(admin, person.id, version=1, now=NOW)

    assert open_doors(db, person) == 1


def test_a_home_can_be_unproven_again(db, admin):
    person = create_person()

    keeping.unverify(admin, person.id, version=1, now=NOW)

    assert fresh(db, person).verified_at is None


def test_only_admins_change_accounts():
    person = create_person()

    for step in (keeping.disable, keeping.enable, keeping.unverify, keeping.revoke_tokens):
        with pytest.raises(Forbidden):
            step(create_actor(Role.STAFF), person.id, version=1, now=NOW)


@pytest.mark.parametrize("is_merged", [True, False])
def test_what_is_gone_is_changed_no_more(admin, is_merged):
    gone = {"merged_into_id": admin.id} if is_merged else {"erased_at": NOW, "phone": None}
    person = create_person(disabled_at=NOW, **gone)

    with pytest.raises(Missing):
        keeping.enable(admin, person.id, version=1, now=NOW)


def test_the_profile_counts_what_hangs_on_an_account(admin):
    _, keeper = create_merchant("山腰茶行")
    login.open_session(keeper.id, lifetime=timedelta(days=1), now=NOW)

    found = looking.profile(admin, keeper.id, NOW)

    assert (found.shops, found.sessions, found.tokens, found.has_pin) == (["山腰茶行"], 1, 0, False)


def test_accounts_that_may_be_of_one_human_are_named(admin):
    here = {"name": "黄秀英", "building": 7, "unit": 1, "room": "301"}
    signed_up = create_person(**here)
    same_home = create_person(**here)
    phoneless = create_person(name="黄秀英", phone=None, building=9)
    create_person(name="黄秀英", building=9)
    create_person(**here | {"name": "黄秀"})

    found = looking.profile(admin, signed_up.id, NOW).alike

    assert [person.id for person in found] == [same_home.id, phoneless.id]
