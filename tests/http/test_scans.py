"""Scans of papers: for their shop and, each time logged, for staff; a PDF only ever as a file."""

import re

import pytest
from sqlalchemy import func, select, true

from domain.people import Role
from models import AuditEvent
from services.merchants import files
from tests.support.builders import create_actor
from tests.support.merchant_builders import PDF, hand_in, photo
from tests.support.studio_builders import create_merchant
from tests.support.visits import HTMX, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def shop(app):
    """A shop and its merchant's browser."""
    merchant, actor = create_merchant("山腰茶行")
    return merchant, visitor(app, actor), actor


@pytest.fixture
def staff(app):
    return visitor(app, create_actor(Role.STAFF))


def path_of(paper):
    """Where the shop sees the scan."""
    return f"/my-shop/papers/{paper.id}/scan"


def looks(db):
    """How many looks at scans were logged."""
    return db.session.scalar(select(func.count()).where(AuditEvent.action == "paper.scan_opened"))


def test_the_shop_sees_its_picture_in_place(shop):
    answer = shop[1].get(path_of(hand_in(shop[2])))

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_pdf_is_handed_out_as_a_file_only(shop, staff):
    merchant, browser, actor = shop
    sly = PDF + b"<html><script>alert(1)</script></html>"
    paper = hand_in(actor, scan=sly)

    page = staff.get(f"/merchants/{merchant.id}")
    answers = [browser.get(path_of(paper)), staff.submit(page, f"/papers/{paper.id}/scan")]

    for answer in answers:
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", sly)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def seen_by_others(app, paper):
    """The status that everybody else gets, signed in or not."""
    _, rival = create_merchant()
    rivals = [create_actor(), create_actor(Role.CAPTAIN, captain_of=7), create_actor(Role.STAFF), rival, None]
    return [visitor(app, one).get(path_of(paper)).status_code for one in rivals]


def test_nobody_else_sees_a_scan_at_its_address(app, shop):
    assert seen_by_others(app, hand_in(shop[2])) == [403, 403, 403, 404, 303]


def test_a_foreign_scan_answers_like_one_that_is_not_there(app, shop):
    _, rival = create_merchant()
    browser = visitor(app, rival)

    theirs, nothing = browser.get(path_of(hand_in(shop[2]))), browser.get("/my-shop/papers/999999/scan")

    assert theirs.status_code == nothing.status_code == 404
    assert hidden(theirs) == hidden(nothing)


def hidden(answer):
    """What an answer says, apart from tokens and the address that was asked for."""
    return re.sub(r'value="[^"]*"|/\d+/', "", answer.text)


@pytest.mark.mutant
def test_without_the_check_of_the_owner_this_would_be_noticed(app, shop, monkeypatch):
    monkeypatch.setattr(files, "is_own", lambda actor: true())

    assert seen_by_others(app, hand_in(shop[2])) == [403, 403, 403, 200, 303]


def test_a_scan_has_no_address_among_the_public_pictures(client, shop, db):
    paper = hand_in(shop[2])
    sha256 = files.scan_for(shop[2], paper.id).scan.sha256

    assert client.get(f"/pictures/{sha256}.jpg").status_code == 404


def test_staff_see_a_picture_on_the_page_and_the_look_is_logged(shop, staff, db):
    merchant, _, actor = shop
    paper = hand_in(actor)
    page = staff.get(f"/merchants/{merchant.id}")
    assert "data:image" not in page.text
    assert looks(db) == 0  # looking at the page is no look at the scan

    opened = staff.submit(page, f"/papers/{paper.id}/scan")

    assert 'src="data:image/jpeg;base64,' in opened.text
    assert "这次查看已记录" in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    db.session.rollback()
    assert looks(db) == 1
    assert "查看证照照片" in staff.get(f"/merchants/{merchant.id}").text


def test_htmx_gets_the_picture_alone(shop, staff):
    merchant, _, actor = shop
    paper = hand_in(actor, scan=photo("peru"))
    token = re.search('name="csrf_token" value="([^"]+)"', staff.get(f"/merchants/{merchant.id}").text)[1]

    part = staff.post(
        f"/merchants/{merchant.id}/papers/{paper.id}/scan", data={"csrf_token": token}, headers=HTMX
    )

    assert part.text.strip().startswith(f'<div class="scan" id="scan-{paper.id}">')


def test_there_is_no_way_to_look_without_the_log(shop, staff, db):
    merchant, _, actor = shop
    paper = hand_in(actor)

    assert staff.get(f"/merchants/{merchant.id}/papers/{paper.id}/scan").status_code == 405
    assert staff.get(path_of(paper)).status_code == 403
    assert looks(db) == 0
