"""One account on the page of its keepers."""

import pytest
from sqlalchemy import select

from domain.people import Role
from models import AuditEvent, Person
from tests.support.builders import create_actor, create_person
from tests.support.visits import log_in

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def admin(client):
    """An admin at the pages."""
    return log_in(client, create_actor(Role.ADMIN))


def page_of(client, person):
    return client.get(f"/manage/people/{person.id}")


def test_phones_are_masked_until_somebody_looks_which_is_written_down(admin, db):
    person = create_person(name="黄秀英", phone="13812345678")
    page = page_of(admin, person)
    listed = admin.get("/manage/people?q=5678")
    assert "138****5678" in page.text
    assert "138****5678" in listed.text
    assert "13812345678" not in page.text + listed.text

    shown = admin.submit(page, "/phone")

    assert "13812345678" in shown.text
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.phone_revealed")).one()
    assert event.object_id == person.id
    assert "13812345678" not in page_of(admin, person).text


def test_a_role_is_changed_on_the_page(admin, db):
    person = create_person()

    done = admin.submit(page_of(admin, person), "/role", role="captain", captain_of="7栋")

    assert (done.status_code, done.location) == (303, f"/manage/people/{person.id}")
    assert db.session.get(Person, person.id, populate_existing=True).captain_of == 7
    assert "身份已更改" in page_of(admin, person).text


def test_what_was_typed_stays_beside_its_sentence(admin):
    person = create_person()

    answer = admin.submit(page_of(admin, person), "/facts", name="黄秀瑛", room="", unit="", building="")

    assert answer.status_code == 422
    assert "请填写楼栋、单元和房号" in answer.text
    assert 'value="黄秀瑛"' in answer.text


def test_of_two_who_look_at_once_the_second_sees_how_it_stands(admin):
    person = create_person()
    page = page_of(admin, person)
    admin.submit(page, "/log-out")

    answer = admin.submit(page, "/disable")

    assert answer.status_code == 409
    assert "刚刚有人先处理了" in answer.text


def test_the_last_admin_is_told_why_not(admin, db):
    me = db.session.scalars(select(Person)).one()

    answer = admin.submit(page_of(admin, me), "/disable")

    assert answer.status_code == 422
    assert "最后一位管理员" in answer.text


def test_staff_see_the_neighbour_but_none_of_the_changes(client):
    log_in(client, create_actor(Role.STAFF))
    person = create_person()

    page = page_of(client, person)

    assert page.status_code == 200
    assert "给一次性数字" in page.text
    assert "更改身份" not in page.text
    assert client.get("/manage/people").status_code == 200


def test_an_account_that_does_not_exist_is_missing(admin):
    assert admin.get("/manage/people/999999").status_code == 404
