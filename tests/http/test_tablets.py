"""A tablet that staff share: enrolled on itself, taken over by PIN, revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import config
from domain.people import Role
from models import AuditEvent, Device, LoginSession
from services import login
from services.passwords import hash_password
from services.tablets import devices
from tests.support.builders import NOW, create_actor, create_person
from tests.support.tablets import (
    COOKIE,
    OTHER_PIN,
    PIN,
    TAP,
    create_colleague,
    create_tablet,
    is_open,
    on_tablet,
    take_over,
    taken_over,
)
from tests.support.visits import HTMX, PASSWORD, log_in, secret_of, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
IDLE = 5 * MINUTE
JSON = {"Accept": "application/json"}


@pytest.fixture
def tablet(app):
    """An enrolled tablet."""
    return create_tablet()


@pytest.fixture
def colleague(app):
    """Somebody of the staff with a PIN."""
    return create_colleague(name="陈晓敏")


@pytest.fixture
def browser(app, tablet, colleague):
    """The browser of the tablet, taken over by the colleague."""
    return taken_over(app, tablet, colleague)


def test_an_admin_enrols_the_tablet_in_hand_and_is_out(client, db):
    admin = log_in(client, create_person(Role.ADMIN))
    stolen, secret = visitor(client.application), secret_of(client)
    with stolen.session_transaction() as cookie:
        cookie["_user_id"] = secret

    answer = admin.submit(admin.get("/manage/tablets"), "/manage/tablets", name="前台")

    assert (answer.status_code, answer.location) == (303, "/lock")
    kept = client.get_cookie(COOKIE)
    assert kept.http_only
    assert kept.same_site == "Lax"
    assert kept.max_age == 730 * 24 * 3600
    assert devices.known(kept.value).name == "前台"
    assert kept.value not in str(db.session.scalars(select(Device.token_hash)).all())
    assert client.get("/manage/tablets").location == "/lock?next=/manage/tablets"
    assert stolen.get("/me").status_code == 303
    assert "前台" in client.get("/lock").text


def test_in_production_the_cookie_needs_https():
    production = config.load({"APP_ENV": "production", "SECRET_KEY": "x" * 32})

    assert production["DEVICE_COOKIE_NAME"] == "__Host-jufu_device"
    assert production["SESSION_COOKIE_SECURE"]


def test_enrolling_takes_over_no_secret_that_somebody_planted(client):
    client.set_cookie(COOKIE, "planted")
    log_in(client, create_person(Role.ADMIN))

    client.submit(client.get("/manage/tablets"), "/manage/tablets", name="前台")

    assert client.get_cookie(COOKIE).value != "planted"
    assert devices.known("planted") is None


def test_a_tablet_without_a_name_is_asked_for_one(client):
    log_in(client, create_person(Role.ADMIN))

    answer = client.submit(client.get("/manage/tablets"), "/manage/tablets", name=" ")

    assert answer.status_code == 422
    assert "请给这台平板起个名字" in answer.text
    assert client.get_cookie(COOKIE) is None


def test_admins_see_rename_and_revoke_tablets(app, tablet, browser):
    admin = visitor(app, create_person(Role.ADMIN))
    page = admin.get("/manage/tablets")
    assert "陈晓敏 在用" in page.text

    wrong = admin.submit(page, "/rename", name="  ")
    admin.submit(page, "/rename", name="二楼")

    assert wrong.status_code == 422
    assert "请给这台平板起个名字" in wrong.text
    assert "改好了，现在叫“二楼”" in admin.get("/manage/tablets").text


def test_the_lock_screen_shows_names_and_nothing_else_of_anybody(app, tablet, colleague):
    admin, without = create_colleague(Role.ADMIN, name="郑书明"), create_person(Role.STAFF, name="没有密码")
    text = on_tablet(app, tablet).get("/lock").text

    assert "陈晓敏" in text
    assert "郑书明" in text
    assert without.name not in text
    for person in (colleague, admin):
        assert person.phone not in text
        assert person.masked_phone not in text


def test_a_tap_and_a_pin_lead_to_the_desk_in_that_persons_name(app, db, tablet, colleague):
    client = on_tablet(app, tablet)

    answer = take_over(client, colleague)

    assert (answer.status_code, answer.location) == (303, "/desk")
    assert "陈晓敏" in client.get("/desk").text
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.logged_in")).one()
    assert (event.actor_id, event.detail["device_id"]) == (colleague.id, tablet.device.id)


def test_the_pin_is_on_no_page_and_a_wrong_one_is_said(app, tablet, colleague):
    client = on_tablet(app, tablet)

    answer = take_over(client, colleague, "4711")

    assert answer.status_code == 422
    assert "数字密码不对" in answer.text
    assert "4711" not in answer.text
    assert client.get("/desk").status_code == 303


def test_another_ones_pin_opens_nothing(app, tablet, colleague):
    create_colleague(pin=OTHER_PIN)
    client = on_tablet(app, tablet)

    assert take_over(client, colleague, OTHER_PIN).status_code == 422


def test_guessing_is_stopped_for_that_person_on_that_tablet(app, tablet, colleague):
    other, client = create_colleague(name="林美玲"), on_tablet(app, tablet)
    codes = [take_over(client, colleague, "4711").status_code for _ in range(5)]

    sixth = take_over(client, colleague)

    assert codes == [422] * 5
    assert (sixth.status_code, sixth.headers["Retry-After"]) == (429, "900")
    assert "15 分钟后再试" in sixth.text
    assert take_over(client, other).status_code == 303
    assert take_over(on_tablet(app, create_tablet(name="另一台")), colleague).status_code == 303


@pytest.mark.mutant
def test_without_the_count_guessing_would_go_on(app, tablet, colleague, monkeypatch):
    monkeypatch.setattr(login, "reserve_attempt", lambda buckets, now: None)
    client = on_tablet(app, tablet)

    assert [take_over(client, colleague, "4711").status_code for _ in range(6)] == [422] * 6


@pytest.mark.parametrize("cookie", [None, "made up"])
def test_a_pin_opens_nothing_in_a_browser_that_is_no_tablet(app, tablet, colleague, cookie):
    client = visitor(app)
    if cookie:
        client.set_cookie(COOKIE, cookie)
    page = client.get("/login")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    screen = client.get(f"/lock?who={colleague.id}")
    answer = client.post("/lock/open", data={"csrf_token": token, "person_id": colleague.id, "pin": PIN})

    assert "这台设备不是共用平板" in screen.text
    assert "陈晓敏" not in screen.text
    assert answer.status_code == 404
    assert "这台设备不是共用平板" in answer.text
    assert client.get("/desk").location.startswith("/login")


def test_taking_over_rotates_the_session_and_drops_what_it_held(app, db, tablet, colleague):
    client = on_tablet(app, tablet)
    pad = client.get(f"/lock?who={colleague.id}")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["_user_id"] = "a secret that the attacker knows"

    client.submit(pad, "/lock/open", pin=PIN)
    first = secret_of(client)
    take_over(client, create_colleague())

    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    assert "a secret that the attacker knows" not in (first, secret_of(client))
    assert secret_of(client) != first
    living = db.session.scalars(select(LoginSession).where(LoginSession.revoked_at.is_(None))).all()
    assert len(living) == 1


def test_a_sessions_secret_is_worth_nothing_without_the_tablets(app, browser):
    elsewhere = visitor(app)
    with elsewhere.session_transaction() as cookie:
        cookie["_user_id"] = secret_of(browser)

    assert elsewhere.get("/desk").location.startswith("/login")
    assert is_open(browser)


def test_a_log_in_by_password_on_the_tablet_locks_like_a_pin(app, clock, tablet):
    person = create_person(Role.STAFF, password_hash=hash_password(PASSWORD))
    client = on_tablet(app, tablet)
    client.submit(client.get("/login"), "/login", phone=person.phone, password=PASSWORD)
    assert is_open(client)

    clock.move_to(NOW + IDLE)

    assert client.get("/desk", headers=TAP).location == "/lock?next=/desk"


def test_letter_size_and_the_tablet_outlive_a_log_out(app, browser):
    with browser.session_transaction() as cookie:
        cookie["elder"] = True

    answer = browser.submit(browser.get("/me"), "/logout")

    assert answer.location == "/lock"
    assert 'class="elder"' in browser.get("/lock").text
    assert browser.get_cookie(COOKIE) is not None


def test_a_lost_tablet_is_dead_while_somebody_is_on_it(app, browser, colleague, tablet):
    admin = visitor(app, create_person(Role.ADMIN))
    assert is_open(browser)

    admin.submit(admin.get("/manage/tablets"), "/revoke")

    assert browser.get("/desk", headers=TAP).location.startswith("/login")
    assert browser.get("/desk/list", headers=HTMX).headers["HX-Redirect"].startswith("/login")
    screen = browser.get(f"/lock?who={colleague.id}")
    assert "这台设备不是共用平板" in screen.text
    assert "陈晓敏" not in screen.text


def test_revoking_one_leaves_the_others_alone(app, browser):
    other = on_tablet(app, create_tablet(name="另一台"))
    take_over(other, create_colleague())
    admin = create_actor(Role.ADMIN)
    lost = next(one.device for one in devices.tablets(admin, NOW) if one.device.name == "另一台")

    devices.revoke(admin, lost.id, NOW)

    assert is_open(browser)
    assert not is_open(other)


def test_staff_set_their_own_pin_and_no_page_repeats_it(app, tablet):
    person = create_person(Role.STAFF, password_hash=hash_password(PASSWORD))
    client = visitor(app, person)
    page = client.get("/me/pin")

    differs = client.submit(page, "/me/pin", password=PASSWORD, pin="2580", again="2581")
    easy = client.submit(page, "/me/pin", password=PASSWORD, pin="1234", again="1234")
    wrong = client.submit(page, "/me/pin", password="wrong one", pin=PIN, again=PIN)
    done = client.submit(page, "/me/pin", password=PASSWORD, pin=PIN, again=PIN)

    assert [answer.status_code for answer in (differs, easy, wrong, done)] == [422, 422, 422, 303]
    for answer, told in ((differs, "两次输入的不一样"), (easy, "太好猜了"), (wrong, "登录密码不对")):
        assert told in answer.text
        assert not {PIN, "1234", "2581", PASSWORD} & set(answer.text.split('"'))
    assert take_over(on_tablet(app, tablet), person).status_code == 303
