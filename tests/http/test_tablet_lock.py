"""A shared tablet locks when nobody touches it, and by hand: what counts as a touch, and how one comes back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.people import Role
from models import Device, LoginSession
from tests.support.builders import NOW, create_person
from tests.support.client import read_forms
from tests.support.tablets import (
    PIN,
    RELOAD,
    TAP,
    create_colleague,
    create_tablet,
    is_open,
    take_over,
    taken_over,
)
from tests.support.visits import HTMX, visitor

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


def test_nobody_touches_it_and_the_next_request_of_a_person_shows_the_lock(clock, browser):
    clock.move_to(NOW + IDLE - SECOND)
    assert browser.get("/desk", headers=RELOAD).status_code == 200
    clock.move_to(NOW + IDLE)

    page, home = browser.get("/manage?a=1", headers=TAP), browser.get("/", headers=TAP)

    assert (page.status_code, page.location) == (303, "/lock?next=/manage?a%3D1")
    assert (home.status_code, home.location) == (303, "/lock?next=/")
    assert browser.get("/desk/list", headers=HTMX).status_code == 401
    assert browser.get("/static/css/base.css").status_code == 200


def test_the_same_person_goes_on_and_another_one_starts_afresh(clock, browser, colleague):
    other = create_colleague(name="林美玲")
    clock.move_to(NOW + IDLE)
    target = browser.get("/manage/closures", headers=TAP).location

    pad = browser.get(f"{target}&who={colleague.id}")
    assert browser.submit(pad, "/lock/open", pin=PIN).location == "/manage/closures"
    clock.move_to(NOW + 2 * IDLE)
    pad = browser.get(f"{target}&who={other.id}")
    assert browser.submit(pad, "/lock/open", pin=PIN).location == "/desk"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/lock", "/lock/awake"])
def test_a_pin_leads_nowhere_else(browser, colleague, target):
    assert take_over(browser, colleague, next=target).location in ("/desk", "/")


def test_a_person_keeps_it_awake(clock, browser):
    for minutes in (4, 8, 12):
        clock.move_to(NOW + minutes * MINUTE)
        assert is_open(browser)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/desk/list", HTMX),
        ("/desk/list", HTMX | {"Sec-Fetch-Mode": "cors"}),
        ("/desk/list?seen=x", {}),
        ("/desk", JSON | {"Sec-Fetch-Mode": "cors"}),
        ("/desk", RELOAD),
        ("/lock", TAP),
    ],
    ids=["poll", "poll over https", "poll by a program", "fetch", "page that reloads itself", "lock screen"],
)
def test_nothing_that_opens_by_itself_keeps_it_awake(clock, db, browser, path, headers):
    clock.move_to(NOW + 4 * MINUTE)
    assert browser.get(path, headers=headers).status_code in (200, 204)
    assert db.session.scalars(select(LoginSession.last_active_at)).all() == [NOW]

    clock.move_to(NOW + IDLE)

    assert not is_open(browser)


def test_where_browsers_send_no_hints_only_pages_count(clock, browser):
    clock.move_to(NOW + 4 * MINUTE)
    assert browser.get("/desk", headers={"Accept": "text/html"}).status_code == 200
    clock.move_to(NOW + 8 * MINUTE)

    assert is_open(browser)


def test_a_touch_is_written_down_once_a_minute(clock, db, browser):
    clock.move_to(NOW + MINUTE - SECOND)
    is_open(browser)
    assert db.session.scalars(select(LoginSession.last_active_at)).all() == [NOW]
    db.session.rollback()
    clock.move_to(NOW + MINUTE)
    is_open(browser)

    assert db.session.scalars(select(LoginSession.last_active_at)).all() == [NOW + MINUTE]
    assert db.session.scalars(select(Device.last_seen_at)).all() == [NOW + MINUTE]


def touch(client, page):
    """What the script tells of a touch."""
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post("/lock/awake", data={"csrf_token": token}, headers=JSON)


def test_a_touch_that_opens_no_page_keeps_it_awake_but_opens_no_lock(clock, browser):
    page = browser.get("/desk")
    clock.move_to(NOW + 4 * MINUTE)
    assert touch(browser, page).status_code == 204
    clock.move_to(NOW + 8 * MINUTE)
    assert is_open(browser)
    clock.move_to(NOW + 8 * MINUTE + IDLE)

    told = touch(browser, page)

    assert (told.status_code, told.json["code"]) == (401, "tablet_locked")
    assert not is_open(browser)


def test_the_page_tells_the_script_how_long_it_stays_open(clock, browser):
    clock.move_to(NOW + 4 * MINUTE)

    by_itself = browser.get("/desk", headers=RELOAD).text
    by_hand = browser.get("/desk", headers=TAP).text

    assert 'data-left="60.0"' in by_itself
    assert 'data-left="300.0"' in by_hand


def send_late(client, clock, page, action, **fields):
    """Send a form that was open when the tablet locked; gives the way to the lock screen."""
    form = next(form for form in read_forms(page.text) if form.action.endswith(action))
    clock.move_to(NOW + IDLE)
    referer = f"http://localhost{page.request.path}"
    return client.post(form.action, data=form.fields | fields, headers=TAP | {"Referer": referer})


def test_a_form_sent_while_it_is_locked_waits_and_goes_on_with_one_tap(clock, browser, colleague):
    page = browser.get("/claims/words")

    answer = send_late(browser, clock, page, "/claims/words", word="天下第一", reason="要有依据")

    assert answer.location == "/lock?next=/claims/words"
    screen = browser.get(answer.location).text
    assert "刚才填的先收着" in screen
    assert "天下第一" not in screen
    pad = browser.get(f"{answer.location}&who={colleague.id}")
    back = browser.submit(pad, "/lock/open", pin=PIN)
    assert (back.status_code, "刚才填的还在" in back.text) == (200, True)
    assert "天下第一" not in browser.get("/claims/words").text
    assert browser.submit(back, "/claims/words").status_code == 303
    assert "天下第一" in browser.get("/claims/words").text


def test_what_somebody_typed_is_nobody_elses(clock, db, browser, colleague):
    other = create_colleague(name="林美玲")
    page = browser.get("/claims/words")
    send_late(browser, clock, page, "/claims/words", word="天下第一", reason="要有依据")

    assert take_over(browser, other).location == "/desk"
    assert take_over(browser, colleague).location == "/desk"
    assert set(db.session.scalars(select(LoginSession.held_form))) == {None}


@pytest.mark.parametrize("address", ["//evil.example/take", "/no/such/page"])
def test_no_form_waits_for_a_page_that_is_none_of_ours(clock, db, browser, address):
    """CSRFProtect looks at no address without a view, so that nobody has said that the form is one of ours."""
    clock.move_to(NOW + IDLE)

    browser.post(f"http://localhost{address}", data={"word": "天下第一"}, headers=TAP)

    assert db.session.scalars(select(LoginSession.held_form)).all() == [None]


def test_no_password_and_no_pin_waits_anywhere(clock, db, browser):
    page = browser.get("/me/pin")

    answer = send_late(browser, clock, page, "/me/pin", password="secret", pin="2580", again="2580")

    assert answer.location == "/lock?next=/me/pin"
    assert "刚才填的没有送出去" in browser.get(answer.location).text
    assert db.session.scalars(select(LoginSession.held_form)).all() == [None]


def test_a_script_that_polls_is_led_to_the_lock_from_the_page_it_is_on(clock, browser):
    clock.move_to(NOW + IDLE)

    answer = browser.get("/desk/list", headers=HTMX | {"HX-Current-URL": "http://localhost/desk/7"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/lock?next=/desk/7")


def test_the_button_locks_at_once_whatever_the_time(browser, colleague):
    page = browser.get("/manage")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = browser.post(
        "/lock", data={"csrf_token": token}, headers=TAP | {"Referer": "http://localhost/manage"}
    )

    assert answer.location == "/lock?next=/manage"
    assert not is_open(browser)
    assert not is_open(browser)
    pad = browser.get(f"{answer.location}&who={colleague.id}")
    assert browser.submit(pad, "/lock/open", pin=PIN).location == "/manage"


def test_a_log_in_of_ones_own_is_untouched(app, clock):
    client = visitor(app, create_person(Role.STAFF))
    page = client.get("/desk").text
    clock.move_to(NOW + timedelta(days=29))

    assert "锁屏/换人" not in page
    assert "lock.js" not in page
    assert is_open(client)
