"""The API of accounts and of one's own data."""

import pytest

from domain.people import Role
from tests.api.program import Program
from tests.support.builders import between, create_booking, create_person, create_space

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def admin(app):
    return Program(app, create_person(Role.ADMIN))


@pytest.fixture
def neighbour(app):
    return Program(app, create_person(name="黄秀英", phone="13812345678", building=22, unit=1, room="301"))


def test_who_one_is_and_what_the_house_knows(neighbour):
    create_booking(create_space(name="茶话室"), between(9, 10, days=1), booker_id=neighbour.person.id)

    me, data = neighbour.get("/me").json, neighbour.get("/me/data").json["data"]

    assert (me["name"], me["phone"], me["role"]) == ("黄秀英", "138****5678", "resident")
    assert data["person"][0]["phone"] == "13812345678"
    assert data["booking"][0]["space"] == "茶话室"


def test_accounts_are_found_page_by_page(admin, neighbour):
    create_person(name="黄志强")

    first = admin.get("/accounts", q="黄", page_size=1).json
    second = admin.get("/accounts", q="黄", page_size=1, cursor=first["next_cursor"]).json

    assert [page["items"][0]["name"] for page in (first, second)] == ["黄志强", "黄秀英"]
    assert second["next_cursor"] is None
    assert second["items"][0]["phone"] == "138****5678"
    assert neighbour.get("/accounts").status_code == 403


def test_an_account_is_closed_once_for_a_key(admin, neighbour):
    path = f"/accounts/{neighbour.person.id}/disable"

    first, again = (admin.post(path, "k", version=1) for _ in range(2))
    late = admin.post(path, version=1)

    assert first.json["disabled_at"] == again.json["disabled_at"] is not None
    assert (late.status_code, late.json["current"]["version"]) == (409, 2)
    assert neighbour.get("/me").status_code == 401
    assert admin.post(f"/accounts/{neighbour.person.id}/enable", version=2).json["disabled_at"] is None


def test_a_role_is_given(admin, neighbour):
    path = f"/accounts/{neighbour.person.id}/role"

    assert admin.post(path, version=1, role="captain").status_code == 422
    assert admin.post(path, version=1, role="captain", captain_of=22).json["captain_of"] == 22


def test_two_accounts_become_one(admin, neighbour):
    other = create_person(name="黄秀英", phone=None)

    done = admin.post(f"/accounts/{neighbour.person.id}/merge", version=1, other=other.id, other_version=1)

    assert done.status_code == 200
    assert admin.get(f"/accounts/{other.id}").json["merged_into"] == neighbour.person.id


def test_somebody_is_erased(admin, neighbour):
    done = admin.post(f"/accounts/{neighbour.person.id}/erase", version=1)

    assert (done.json["name"], done.json["phone"]) == ("已注销", None)
    assert neighbour.get("/me").status_code == 401
    assert admin.get("/accounts/999999").status_code == 404
