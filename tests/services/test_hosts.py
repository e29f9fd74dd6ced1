"""Hosts: who verified them, by what and until when, on both engines."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing
from domain.people import Role
from domain.studio.hosts import Evidence, Standing
from models import AuditEvent, Person
from services.studio import hosting
from services.studio.hosting import HostFacts
from tests.support.builders import NOW, create_actor

pytestmark = pytest.mark.usefixtures("db")
TODAY = date(2026, 11, 23)


@pytest.fixture
def staff():
    """Somebody who may."""
    return create_actor(Role.STAFF)


@pytest.fixture
def host(staff):
    """A host who is not verified yet."""
    return hosting.add_host(staff, HostFacts("聚福小林", "139 0000 1111", "xiaolin"), now=NOW)


def verify(staff, host, **changes):
    values = {"note": "本人来过", "valid_until": TODAY + timedelta(days=30)} | changes
    evidence = values.pop("evidence", Evidence.ID_CARD)
    return hosting.verify_host(staff, host.id, evidence, **values, now=NOW)


def test_a_verification_tells_by_whom_by_what_and_until_when(db, staff, host):
    assert hosting.standing(host, TODAY) is Standing.UNVERIFIED

    verify(staff, host)

    seen = hosting.one_host(staff, host.id)
    name = db.session.get(Person, staff.id).name
    assert (seen.host.evidence, seen.host.verified_at, seen.verified_by) == (Evidence.ID_CARD, NOW, name)
    assert hosting.standing(seen.host, TODAY + timedelta(days=30)) is Standing.VERIFIED
    assert hosting.standing(seen.host, TODAY + timedelta(days=31)) is Standing.OUTDATED


@pytest.mark.parametrize(
    "note",
    ["身份证 350505199001011234", "350505 19900101 123X", "护照 E12345678", "电话 13900001111"],
)
def test_the_number_of_a_document_is_never_kept(staff, host, note):
    with pytest.raises(BadInput) as refused:
        verify(staff, host, note=note)

    assert (refused.value.code, refused.value.field) == ("evidence_number", "note")


def test_a_date_in_a_note_is_no_number_of_a_document(staff, host):
    assert verify(staff, host, note="2026-11-20 在 3 号楼看过原件").evidence_note.startswith("2026")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until_past"),
        ({"valid_until": date(2060, 1, 1)}, "valid_until_far"),
        ({"note": "长" * 201}, "evidence_note_long"),
        ({"note": "", "evidence": Evidence.OTHER}, "evidence_note_missing"),
    ],
)
def test_a_verification_without_sense_is_refused(staff, host, changes, code):
    with pytest.raises(BadInput) as refused:
        verify(staff, host, **changes)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (HostFacts(" "), "host_name_missing"),
        (HostFacts("名" * 41), "host_name_long"),
        (HostFacts("阿珠", account="a" * 61), "host_account_long"),
        (HostFacts("阿珠", phone="12345"), "phone_invalid"),
    ],
)
def test_a_host_without_sense_is_refused(staff, facts, code):
    with pytest.raises(BadInput) as refused:
        hosting.add_host(staff, facts, now=NOW)

    assert refused.value.code == code


def test_another_name_is_another_person_and_has_to_be_verified_anew(db, staff, host):
    verify(staff, host)

    kept = hosting.change_host(staff, host.id, {"account": "new"}, now=NOW)
    assert hosting.standing(kept, TODAY) is Standing.VERIFIED
    renamed = hosting.change_host(staff, host.id, {"name": "别人"}, now=NOW)

    assert hosting.standing(renamed, TODAY) is Standing.UNVERIFIED
    assert renamed.evidence_note == ""
    told = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert told == ["host.added", "host.verified", "host.changed", "host.changed", "host.revoked"]


def test_revoking_and_archiving_twice_is_the_same_as_once(db, staff, host):
    verify(staff, host)
    for _ in range(2):
        hosting.revoke_host(staff, host.id, now=NOW)
        hosting.archive_host(staff, host.id, now=NOW)

    assert hosting.standing(hosting.one_host(staff, host.id).host, TODAY) is Standing.ARCHIVED
    assert hosting.hosts_to_choose(staff) == []
    hosting.restore_host(staff, host.id, now=NOW)
    assert [one.id for one in hosting.hosts_to_choose(staff)] == [host.id]
    assert len(db.session.scalars(select(AuditEvent.id)).all()) == 5


def test_hosts_are_the_staffs(staff, host):
    for call in (
        lambda who: hosting.all_hosts(who),
        lambda who: hosting.one_host(who, host.id),
        lambda who: hosting.add_host(who, HostFacts("我"), now=NOW),
        lambda who: hosting.change_host(who, host.id, {"name": "我"}, now=NOW),
        lambda who: hosting.revoke_host(who, host.id, now=NOW),
    ):
        with pytest.raises(Forbidden):
            call(create_actor())
    with pytest.raises(Missing):
        hosting.one_host(staff, host.id + 1)
    with pytest.raises(Missing):
        hosting.archive_host(staff, host.id + 1, now=NOW)
