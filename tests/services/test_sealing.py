"""Phones are in the database as seals: found by them, kept unique by them, and read with the house's keys alone."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.exc import IntegrityError

from domain.errors import BadInput
from domain.people import Role
from models import Merchant, Person, sealing
from services import data_keys, doctor, login
from services.registry import finding
from services.registry.finding import Wanted
from tests.support.builders import NOW, create_actor, create_person
from tests.support.own_keys import own_keys
from tests.support.studio_builders import create_host, create_merchant

pytestmark = pytest.mark.usefixtures("db")
PHONE, OTHER = "13812345678", "13987654321"


@pytest.fixture
def ring(tmp_path):
    with own_keys(tmp_path) as own:
        yield own


def kept(db, column):
    """What the database itself has in a column."""
    db.session.commit()
    return [value for value in db.session.scalars(select(type_coerce(column, String))) if value]


def test_the_database_has_no_phone_of_anybody(db, ring):
    create_person(phone=PHONE)
    create_merchant(contact_phone=OTHER)
    create_host("聚福小林", phone=PHONE)

    values = [value for _table, column in sealing.columns() for value in kept(db, column)]

    assert len(values) >= 4
    assert {value.partition(".")[0] for value in values} == {ring.keys[0].number}
    assert not [value for value in values if PHONE[:4] in value or OTHER[-4:] in value]


def test_a_phone_is_read_and_found_as_if_it_lay_open(db, ring):
    person = create_person(phone=PHONE)
    create_person(phone=OTHER)
    db.session.commit()
    db.session.expire_all()

    assert db.session.get(Person, person.id).phone == PHONE
    assert db.session.scalars(select(Person.phone).where(Person.phone == PHONE)).all() == [PHONE]
    assert db.session.scalars(select(Person.id).where(Person.phone.in_([PHONE, "1"]))).all() == [person.id]
    assert person.id not in db.session.scalars(select(Person.id).where(Person.phone != PHONE)).all()


@pytest.mark.parametrize(
    "ask",
    [Person.phone.startswith, Person.phone.contains, Person.phone.__lt__, lambda _: Person.phone.desc()],
)
def test_nothing_is_asked_that_a_sealed_text_could_only_answer_wrongly(ask):
    with pytest.raises(TypeError, match="sealed texts have no"):
        ask("1381")


def test_staff_find_people_by_the_end_of_a_phone_also_after_it_changed(db, ring):
    person = create_person(phone=PHONE)
    staff = create_actor(Role.STAFF)

    def found(tail):
        db.session.commit()
        return [one.id for one in finding.find(staff, Wanted(tail)).people]

    assert found("5678") == [person.id]
    person.phone = OTHER
    assert (found("5678"), found("4321")) == ([], [person.id])
    person.phone = None
    assert found("4321") == []


def test_a_phone_is_there_once(db, ring):
    create_person(phone=PHONE)
    with pytest.raises(IntegrityError):
        create_person(phone=PHONE)
    db.session.rollback()


def test_the_same_phone_is_sealed_differently_in_another_column(ring):
    in_one, in_other = (sealing.sealed(PHONE, name)[0] for name in ("person.phone", "host.phone"))

    assert in_one != in_other
    with pytest.raises(InvalidTag):
        sealing.opened(in_one, "host.phone")


def test_what_was_changed_is_not_opened(ring):
    number, _, body = sealing.sealed(PHONE, "person.phone")[0].partition(".")
    swapped = body[1] + body[0] + body[2:] if body[0] != body[1] else body[::-1]

    with pytest.raises(InvalidTag):
        sealing.opened(f"{number}.{swapped}", "person.phone")


def test_an_empty_contact_is_empty(db, ring):
    shop, _ = create_merchant(contact_phone="")
    db.session.commit()
    db.session.expire_all()

    assert db.session.get(Merchant, shop.id).contact_phone == ""


def test_attempts_are_counted_under_what_nobody_can_list(ring):
    before = login.phone_bucket(PHONE)
    ring.keep([sealing.new_key()])

    assert PHONE not in before
    assert login.phone_bucket(PHONE) != before


def test_everything_is_sealed_anew_under_a_new_key_and_the_old_one_can_go(db, ring):
    people = [create_person(phone=f"1380000{number:04d}") for number in range(3)]
    create_host("聚福小林", phone=PHONE)
    old = ring.keys[0].number
    db.session.commit()

    uses = data_keys.rotate(NOW)

    assert [(use.seals, use.values > 0) for use in uses] == [(True, True), (False, False)]
    assert [use.number for use in uses][1] == old
    data_keys.forget(old)
    assert [key.number for key in ring.keys] == [uses[0].number]
    db.session.expire_all()
    assert [db.session.get(Person, one.id).phone for one in people] == [
        "13800000000", "13800000001", "13800000002",
    ]  # fmt: skip


def test_a_new_key_is_known_before_it_is_used_and_what_others_seal_meanwhile_comes_under_it_too(
    db, ring, monkeypatch
):
    create_person(phone=PHONE)
    old = ring.keys[0].number
    db.session.commit()
    seal_all, known = data_keys._seal_all, []  # noqa: SLF001  between its steps

    def beside_others(key):
        known.append([one.number for one in ring.keys])
        seal_all(key)
        if len(known) == 1:
            create_person(phone=OTHER)
            db.session.commit()

    monkeypatch.setattr(data_keys, "_seal_all", beside_others)

    new, before = data_keys.rotate(NOW)

    assert known == [[old, new.number], [new.number, old]]
    assert (before.number, before.values) == (old, 0)


def test_a_process_that_began_before_finds_and_reads_what_is_sealed_under_the_new_key(db, ring):
    person = create_person(phone=PHONE)
    db.session.commit()
    other_process = sealing.Keyring(ring.path)
    assert len(other_process.keys) == 1
    data_keys.rotate(NOW)

    sealing.use(other_process)
    db.session.expire_all()

    assert db.session.scalars(select(Person).where(Person.phone == PHONE)).one().phone == PHONE
    assert db.session.get(Person, person.id).phone == PHONE


def test_while_a_key_is_new_what_is_still_under_the_old_one_is_found(db, ring):
    create_person(phone=PHONE)
    db.session.commit()
    ring.keep([sealing.new_key(), *ring.keys])

    assert db.session.scalar(select(func.count()).where(Person.phone == PHONE)) == 1


def test_a_key_that_is_in_use_or_unknown_is_not_forgotten(db, ring):
    create_person(phone=PHONE)
    db.session.commit()

    for number, code in ((ring.keys[0].number, "data_key_in_use"), ("00000000", "data_key_unknown")):
        with pytest.raises(BadInput) as refused:
            data_keys.forget(number)
        assert refused.value.code == code


def test_a_missing_key_is_told_and_nothing_is_sealed_anew(db, ring):
    create_person(phone=PHONE)
    db.session.commit()
    lost = ring.keys[0].number
    ring.keep([sealing.new_key()])

    assert lost in (data_keys.missing() or "")
    assert [one.code for one in doctor.keys.findings(NOW)] == ["data_key_missing"]
    with pytest.raises(BadInput) as refused:
        data_keys.rotate(NOW)
    assert refused.value.code == "data_key_missing"
    db.session.execute(Person.__table__.delete())  # nobody could read who is left
    db.session.commit()


def test_a_house_with_all_its_keys_is_well(db, ring):
    create_person(phone=PHONE)
    db.session.commit()

    assert data_keys.missing() is None
    assert doctor.keys.findings(NOW) == []


@pytest.mark.parametrize("content", ["", "short\n", "g" * 128])
def test_a_file_with_anything_else_is_refused(tmp_path, content):
    path = tmp_path / "data_keys"
    path.write_text(content)

    with pytest.raises(ValueError, match="128 hexadecimal digits"):
        _ = sealing.Keyring(path).keys


def test_the_file_is_for_its_owner_alone(ring):
    assert ring.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.mutant
def test_a_column_that_is_not_sealed_would_be_seen(db, ring, monkeypatch):
    monkeypatch.setattr(sealing, "sealed", lambda text, column: [text])
    create_person(phone=PHONE)

    assert PHONE in kept(db, Person.phone)
    db.session.execute(Person.__table__.delete())
    db.session.commit()
