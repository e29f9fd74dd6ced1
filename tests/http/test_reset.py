"""The way back in: the desk reads out a PIN, the person sets a new password."""

import re

import pytest

from domain.people import Role
from tests.support.builders import create_actor, create_person
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
NEW = "a fresh horse"


@pytest.fixture
def desk(app):
    """Staff at the tablet."""
    return visitor(app, create_actor(Role.STAFF))


def pin_of(page):
    """The digits as they stand on the page."""
    return re.search(r'given-pin num">(\d{4} \d{4})<', page.text)[1]


def test_from_a_forgotten_password_to_the_own_account(client, desk):
    person = create_person(name="黄秀英")
    found = desk.submit(desk.get("/manage/people"), "/manage/people", q=person.phone[-4:])
    assert f"/manage/people/{person.id}" in found.text
    page = desk.submit(desk.get(f"/manage/people/{person.id}"), f"/{person.id}/pin")

    done = client.submit(client.get("/reset"), "/reset", phone=person.phone, pin=pin_of(page), password=NEW)

    assert (done.status_code, done.location) == (303, "/me")
    assert "新密码设好了" in client.get("/me").text


def test_the_log_in_leads_there(client):
    assert 'href="/reset"' in client.get("/login").text


def test_the_pin_is_shown_once(desk):
    person = create_person()
    page = desk.submit(desk.get(f"/manage/people/{person.id}"), f"/{person.id}/pin")
    pin = pin_of(page)

    again = desk.get(f"/manage/people/{person.id}")

    assert pin not in again.text
    assert "已给重设密码的数字" in again.text
    assert page.headers["Cache-Control"] == "no-store"


def test_what_is_wrong_stands_at_its_field_and_no_secret_comes_back(client):
    answer = client.submit(client.get("/reset"), "/reset", phone="13800138000", pin="12345678", password=NEW)

    assert answer.status_code == 422
    assert "手机号或数字不对" in answer.text
    assert NEW not in answer.text
    short = client.submit(client.get("/reset"), "/reset", phone="13800138000", pin="123", password="x")
    assert "请填写工作人员念给您的 8 位数字" in short.text
    assert "密码至少要有 8 个字符" in short.text


def test_staff_see_no_way_to_reset_a_colleague(desk):
    colleague = create_person(Role.STAFF)

    assert desk.get(f"/manage/people/{colleague.id}").status_code == 404


def test_a_logged_in_stranger_is_logged_out_elsewhere(app, client, desk):
    person = create_person()
    theirs = log_in(visitor(app), person)
    page = desk.submit(desk.get(f"/manage/people/{person.id}"), f"/{person.id}/pin")

    client.submit(client.get("/reset"), "/reset", phone=person.phone, pin=pin_of(page), password=NEW)

    assert theirs.get("/me").status_code == 303
    assert client.get("/me").status_code == 200
