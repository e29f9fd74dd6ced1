"""The installable app's shell: what it serves, what it lets be kept, and that a queue is its maker's alone."""

import re
import shutil

import pytest
from PIL import Image, ImageChops

from blueprints.shell import assets
from blueprints.static_files import StaticFiles
from domain.bookings import BookingStatus
from domain.people import Role
from models import Booking
from scripts import draw_icons
from tests.support.builders import between, create_actor, create_booking, create_space
from tests.support.client import read_forms
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
JSON = {"Accept": "application/json"}


@pytest.fixture
def staff():
    """A member of staff."""
    return create_actor(Role.STAFF, name="陈晓敏")


@pytest.fixture
def desk(client, staff):
    """That one at the tablet."""
    return log_in(client, staff)


@pytest.fixture
def request_():
    """A request of tomorrow."""
    room = create_space("tea-room", name="楼院茶话室")
    return create_booking(room, between(9, 10, days=1), status=BookingStatus.PENDING)


def kept_form(desk, request_):
    """The fields of the approval as the tablet keeps them: without the token."""
    forms = read_forms(desk.get(f"/desk/{request_.id}").text)
    form = next(form for form in forms if form.action.endswith("/approve"))
    del form.fields["csrf_token"]
    return form


def send(client, form, sender):
    """Send a kept decision as static/js/unsent.js does."""
    token = client.get("/who", headers=JSON).json["csrf"]
    headers = JSON | {"X-Sender": str(sender.id)}
    return client.post(form.action, data=form.fields | {"csrf_token": token}, headers=headers)


def now_of(db, booking):
    return db.session.get(Booking, booking.id, populate_existing=True)


def test_the_manifest_makes_the_desk_an_app(desk):
    answer = desk.get("/manifest.webmanifest")

    assert answer.mimetype == "application/manifest+json"
    assert answer.json["name"] == "近邻晤福"
    assert answer.json["start_url"] == "/desk"
    assert answer.json["display"] == "standalone"
    assert answer.json["lang"] == "zh-Hans-CN"
    for icon in answer.json["icons"]:
        found = desk.get(icon["src"])
        assert (found.status_code, found.mimetype) == (200, icon["type"])
        assert "immutable" in found.headers["Cache-Control"]
    assert {icon["sizes"] for icon in answer.json["icons"]} == {"any", "192x192", "512x512"}
    assert '<link rel="manifest" href="/manifest.webmanifest">' in desk.get("/desk").text


@pytest.mark.parametrize("size", draw_icons.SIZES)
@pytest.mark.parametrize("maskable", [False, True], ids=["plain", "maskable"])
def test_the_pictures_are_drawn_from_our_own_sign(size, maskable):
    with Image.open(draw_icons.ICONS / draw_icons.name_of(size, maskable=maskable)) as kept:
        drawn = draw_icons.picture(size, maskable=maskable)
        assert kept.size == (size, size)
        assert ImageChops.difference(kept.convert("RGBA"), drawn).getbbox() is None


def test_the_worker_comes_from_the_root_and_is_named_by_our_files(client, app, tmp_path, monkeypatch):
    answer = client.get("/sw.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    files = re.findall(r'"(/static/[^"]+\?v=[0-9a-f]{12})"', answer.text)
    assert len(files) == 1 + len(assets.SCRIPTS) + len(assets.ICONS)
    assert all(client.get(file).status_code == 200 for file in files)


def test_another_file_or_other_words_are_another_worker(app, client, tmp_path, monkeypatch):
    def version():
        return re.search(r'"version": "(\w+)"', client.get("/sw.js").text).group(1)

    own = shutil.copytree(app.static_folder, tmp_path / "static")
    looks_each_time = StaticFiles(own, "/static", look_again=0)
    monkeypatch.setitem(app.extensions, "jufu_static", looks_each_time)
    first = version()
    client.submit(client.get("/login"), "/preferences", elder="1")
    large = version()
    spare = own / "css" / "spare-of-a-test.css"
    spare.write_text("p { color: red; }", encoding="utf-8")
    changed = version()
    spare.unlink()

    assert len({first, large, changed}) == 3
    assert version() == large


def test_the_page_without_a_network_knows_nobody(desk, client):
    with_somebody, with_nobody = desk.get("/offline"), visitor(client.application).get("/offline")

    assert with_somebody.status_code == 200
    assert with_somebody.text == with_nobody.text
    assert "csrf" not in with_somebody.text
    assert "陈晓敏" not in with_somebody.text


@pytest.mark.parametrize("path", ["/offline", "/login"])
def test_what_waits_is_listed_on_pages_without_a_log_in_too(client, path):
    assert 'id="unsent"' in client.get(path).text


def test_staff_see_on_every_page_what_waits_and_others_need_not(app, staff):
    at_work, neighbour = visitor(app, staff), visitor(app, create_actor())

    for path in ("/", "/desk", "/manage", "/shows"):
        assert f'data-actor="{staff.id}"' in at_work.get(path).text, path
    assert 'id="unsent"' not in neighbour.get("/").text


def test_who_tells_the_id_and_a_fresh_token_and_nothing_else(desk, app, staff):
    known, nobody = desk.get("/who", headers=JSON), visitor(app).get("/who", headers=JSON)

    assert set(known.json) == {"actor", "csrf"}
    assert (known.json["actor"], nobody.json["actor"]) == (staff.id, None)
    assert known.headers["Cache-Control"] == "no-store"


def test_a_decision_is_marked_with_what_the_tablet_keeps_it_by(desk, request_):
    page = desk.get(f"/desk/{request_.id}").text
    marks = re.findall(r'data-queueable="" data-what="([^"]*)" data-again="([^"]*)"', page)

    assert set(marks) == {
        ("退回：楼院茶话室 11月24日 周二 09:00–10:00", f"/desk/{request_.id}"),
        ("换个时间：楼院茶话室 11月24日 周二 09:00–10:00", f"/desk/{request_.id}"),
        ("通过：楼院茶话室 11月24日 周二 09:00–10:00", f"/desk/{request_.id}"),
    }


def test_a_kept_decision_is_answered_in_json_and_counts_once(desk, request_, staff, db):
    form = kept_form(desk, request_)

    first, again = send(desk, form, staff), send(desk, form, staff)

    assert (first.status_code, again.status_code) == (200, 200)
    assert "楼院茶话室" in first.json["said"]
    assert first.json == again.json
    assert now_of(db, request_).status is BookingStatus.CONFIRMED
    assert now_of(db, request_).version == 2


def test_the_answer_that_was_lost_comes_again_though_a_page_asked_first(desk, request_, staff, db):
    form = kept_form(desk, request_)
    token = desk.get("/who").json["csrf"]
    desk.post(form.action, data=form.fields | {"csrf_token": token}, headers={"HX-Request": "true"})

    answer = send(desk, form, staff)

    assert answer.status_code == 200
    assert now_of(db, request_).version == 2


@pytest.mark.mutant
def test_without_its_key_the_same_decision_is_a_conflict(desk, request_, staff):
    form = kept_form(desk, request_)
    send(desk, form, staff)
    del form.fields["idempotency_key"]

    assert send(desk, form, staff).status_code == 409


def test_nobody_sends_what_somebody_else_decided(desk, app, request_, staff, db):
    form = kept_form(desk, request_)
    other = visitor(app, create_actor(Role.STAFF, name="吴小梅"))

    answer = send(other, form, staff)

    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert now_of(db, request_).status is BookingStatus.PENDING


@pytest.mark.mutant
def test_without_the_name_of_the_sender_another_could(desk, app, request_):
    form = kept_form(desk, request_)
    other = create_actor(Role.STAFF)

    assert send(visitor(app, other), form, other).status_code == 200


def test_nobody_at_all_is_asked_to_log_in_rather_than_led_away(desk, app, request_, staff):
    form = kept_form(desk, request_)

    answer = send(visitor(app), form, staff)

    assert answer.status_code in (401, 403)
    assert answer.mimetype == "application/problem+json"
