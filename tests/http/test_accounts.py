"""Signing up, logging in and out, the own account."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import AuditEvent, Person
from services.login import create_token
from services.passwords import hash_password
from tests.support.builders import NOW, create_person
from tests.support.visits import PASSWORD, log_in, secret_of, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
NEIGHBOUR = {
    "phone": "+86 138-0013 8000",
    "name": "黄秀英",
    "salutation": "ms",
    "building": "22栋",
    "unit": "1单元",
    "room": "301室",
    "password": PASSWORD,
}


@pytest.fixture(scope="module")
def password_hash():
    """One slow hash for all."""
    return hash_password(PASSWORD)


def send(client, page, **fields):
    return client.submit(client.get(page), page.partition("?")[0], **fields)


def test_a_neighbour_signs_up_is_logged_in_and_reads_who_will_verify(client, db):
    answer = send(client, "/signup", **NEIGHBOUR)

    assert (answer.status_code, answer.location) == (303, "/me")
    account = client.get("/me").text
    assert "等楼长核实" in account
    assert "22 栋 1 单元 301" in account
    person = db.session.scalars(select(Person)).one()
    assert (person.phone, person.building, person.verified_at) == ("13800138000", 22, None)


def test_what_was_typed_stays_beside_a_sentence_for_each_wrong_field(client):
    answer = send(client, "/signup", **NEIGHBOUR | {"phone": "123", "room": "", "password": "short"})

    assert answer.status_code == 422
    for text in ("请填写 11 位手机号码", "请填写楼栋、单元和房号", "密码至少要有 8 个字符", 'value="黄秀英"'):
        assert text in answer.text
    assert "short" not in answer.text


def test_a_phone_signs_up_once(client, app):
    send(client, "/signup", **NEIGHBOUR)

    answer = send(visitor(app), "/signup", **NEIGHBOUR)

    assert answer.status_code == 422
    assert "已经有账号了" in answer.text


def test_signing_up_is_limited_by_address(client, app, monkeypatch):
    monkeypatch.setattr("services.joining.PER_ADDRESS", 1)
    send(client, "/signup", **NEIGHBOUR)

    answer = send(visitor(app), "/signup", **NEIGHBOUR | {"phone": "13800138001"})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"


def test_a_log_in_leads_to_where_one_wanted_to_go(client, password_hash):
    person = create_person(password_hash=password_hash)
    asked = client.get("/bookings")

    answer = send(client, asked.location, phone=person.phone, password=PASSWORD)

    assert asked.status_code == 303
    assert (answer.status_code, answer.location) == (303, "/bookings")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/logout", "me"]
)
def test_a_log_in_leads_nowhere_else(client, password_hash, target):
    person = create_person(password_hash=password_hash)

    answer = client.submit(client.get("/login"), "/login", phone=person.phone, password=PASSWORD, next=target)

    assert (answer.status_code, answer.location) == (303, "/")


def test_a_wrong_password_and_an_unknown_phone_answer_alike(client, password_hash):
    person = create_person(password_hash=password_hash)

    wrong = send(client, "/login", phone=person.phone, password="wrong one")
    unknown = send(client, "/login", phone="13999999999", password=PASSWORD)

    assert wrong.status_code == unknown.status_code == 422
    assert "手机号或密码不对" in wrong.text
    assert "手机号或密码不对" in unknown.text


def test_five_attempts_per_phone_in_a_quarter_of_an_hour_are_all(client, clock, password_hash):
    person = create_person(password_hash=password_hash)
    other = create_person(password_hash=password_hash)
    codes = [send(client, "/login", phone=person.phone, password="wrong one").status_code for _ in range(5)]

    sixth = send(client, "/login", phone=person.phone, password=PASSWORD)
    clock.move_to(NOW + timedelta(minutes=15) - timedelta(seconds=1))
    still = send(client, "/login", phone=person.phone, password=PASSWORD)
    clock.move_to(NOW + timedelta(minutes=15))
    again = send(client, "/login", phone=person.phone, password=PASSWORD)

    assert codes == [422] * 5
    assert (sixth.status_code, sixth.headers["Retry-After"]) == (429, "900")
    assert "15 分钟后再试" in sixth.text
    assert (still.status_code, still.headers["Retry-After"]) == (429, "1")
    assert again.status_code == 303
    assert (
        send(visitor(client.application), "/login", phone=other.phone, password=PASSWORD).status_code == 303
    )


def test_a_log_in_rotates_the_session_and_drops_what_it_held(client, app, password_hash):
    person = create_person(password_hash=password_hash)
    page = client.get("/login")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = cookie["csrf_token"]

    client.submit(page, "/login", phone=person.phone, password=PASSWORD)
    elsewhere = visitor(app)
    send(elsewhere, "/login", phone=person.phone, password=PASSWORD)

    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != before
    assert secret_of(client) not in (None, secret_of(elsewhere))


def test_logging_out_ends_the_session_on_the_server_too(client, app):
    log_in(client, create_person())
    stolen, secret = visitor(app), secret_of(client)
    with stolen.session_transaction() as cookie:
        cookie["_user_id"] = secret
    assert stolen.get("/me").status_code == 200

    client.submit(client.get("/me"), "/logout")

    assert client.get("/me").status_code == 303
    assert stolen.get("/me").status_code == 303


def test_logging_in_anew_ends_the_old_session(client, app, password_hash):
    person = create_person(password_hash=password_hash)
    left_open = client.get("/login")
    log_in(client, person)
    stolen, secret = visitor(app), secret_of(client)
    with stolen.session_transaction() as cookie:
        cookie["_user_id"] = secret

    client.submit(left_open, "/login", phone=person.phone, password=PASSWORD)

    assert client.get("/me").status_code == 200
    assert stolen.get("/me").status_code == 303


def test_a_disabled_account_is_out_at_its_next_request(client, db):
    person = create_person()
    log_in(client, person)

    person.disabled_at = NOW
    db.session.commit()

    assert client.get("/me").status_code == 303


def test_the_demo_offers_its_accounts(client, password_hash):
    person = create_person(name="演示住户", password_hash=password_hash, is_demo=True)

    assert "演示住户" in client.get("/login").text
    filled_in = client.get(f"/login?phone={person.phone}")
    assert f'value="{person.phone}"' in filled_in.text
    assert client.submit(filled_in, "/login", password=PASSWORD).status_code == 303


def test_production_neither_shows_nor_accepts_demo_accounts(client, app, monkeypatch, password_hash):
    person = create_person(name="演示住户", password_hash=password_hash, is_demo=True)
    monkeypatch.setitem(app.config, "APP_ENV", "production")

    page = client.get("/login")

    assert "演示住户" not in page.text
    assert client.submit(page, "/login", phone=person.phone, password=PASSWORD).status_code == 422


def test_production_ends_log_ins_and_tokens_that_the_demo_gave_out(client, app, monkeypatch):
    person = create_person(is_demo=True)
    log_in(client, person)
    headers = {"Authorization": f"Bearer {create_token(person.phone, label='', now=NOW)}"}
    assert [client.get("/me").status_code, client.get("/api/v1/bookings", headers=headers).status_code] == [
        200
    ] * 2

    monkeypatch.setitem(app.config, "APP_ENV", "production")

    assert client.get("/me").status_code == 303
    assert client.get("/api/v1/bookings", headers=headers).status_code == 401


def test_a_log_in_is_written_down_without_the_phone(client, db, password_hash):
    person = create_person(password_hash=password_hash)

    send(client, "/login", phone=person.phone, password=PASSWORD)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.logged_in")).one()
    assert event.object_id == person.id
    assert person.phone not in str(event.detail)
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 1
