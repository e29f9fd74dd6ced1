"""A shop's papers: handing in, replacing, withdrawing, reviewing; and scans that are made harmless first."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select, true

from domain.errors import BadInput, Forbidden, Missing, StaleShop
from domain.merchants.papers import LackKind, PaperKind, PaperStatus
from domain.merchants.products import Category, FoodType
from domain.people import Role
from models import AuditEvent, Notice, OutboxMessage, Paper, PrivateFile
from services import jobs, outbox, shrinking
from services.merchants import files, own_shop, papers, reminders, review, reviewing
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.merchant_builders import PDF, create_draft, hand_in, photo, words
from tests.support.studio_builders import (
    create_booth,
    create_merchant,
    create_paper,
    create_product,
    create_show,
)

pytestmark = pytest.mark.usefixtures("db")
TODAY = date(2026, 11, 23)
FILING = PaperKind.FOOD_FILING


@pytest.fixture
def staff():
    return create_actor(Role.STAFF)


@pytest.fixture
def shop():
    return create_merchant("山腰茶行")


def kept(db, paper):
    """The stored scan of a paper."""
    return db.session.get_one(PrivateFile, paper.scan_id)


def test_a_photo_is_encoded_anew_without_what_the_camera_wrote(db, shop):
    exif = Image.Exif()
    exif[0x010F] = "Spy Camera"
    exif[0x8825] = {1: "N", 2: (25.0, 7.0, 12.0)}
    sent = photo(exif=exif) + b"<script>alert(1)</script>PK\x03\x04"

    scan = kept(db, hand_in(shop[1], scan=sent))

    assert b"Spy Camera" in sent
    for trace in (b"Spy Camera", b"Exif", b"<script>", b"PK\x03\x04"):
        assert trace not in scan.content
    assert dict(Image.open(BytesIO(scan.content)).getexif()) == {}
    assert (scan.media_type, scan.size) == ("image/jpeg", len(scan.content))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_become_photos(db, shop, kind):
    assert kept(db, hand_in(shop[1], scan=photo(kind=kind))).media_type == "image/jpeg"


def test_a_pdf_is_kept_as_it_came(db, shop):
    scan = kept(db, hand_in(shop[1], scan=PDF))

    assert (scan.media_type, scan.content) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "scan_missing"),
        (b"MZ\x90\x00 this program cannot be run", "scan_unknown_format"),
        (b"<html><script>alert(1)</script>", "scan_unknown_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "scan_unknown_format"),
        (b"GIF89a/*" + b"\x00" * 100, "scan_unknown_format"),
        (b"\n%PDF-1.4", "scan_unknown_format"),
        (photo()[:200], "picture_broken"),
        (PDF + b"x" * files.MAX_BYTES, "scan_too_large"),
        (b"x" * (files.MAX_BYTES + 1), "scan_too_large"),
    ],
    ids=["nothing", "program", "html", "svg", "gif", "late pdf", "torn", "huge pdf", "huge"],
)
def test_what_is_no_scan_is_refused_at_its_field(db, shop, sent, code):
    with pytest.raises(BadInput) as refused:
        files.keep(shop[1], sent, now=NOW)

    assert (refused.value.code, refused.value.field) == (code, "scan")
    assert db.session.scalar(select(func.count()).select_from(PrivateFile)) == 1  # that of the licence


def test_a_small_file_that_unfolds_into_an_enormous_picture_is_refused(shop, monkeypatch):
    monkeypatch.setattr(shrinking, "MAX_PIXELS", 1000)

    with pytest.raises(BadInput, match="picture_too_many_pixels"):
        files.keep(shop[1], photo(), now=NOW)


def test_a_day_has_so_many_scans_and_no_more(shop, monkeypatch):
    monkeypatch.setattr(files, "PER_DAY", 2)
    for _ in range(2):
        files.keep(shop[1], PDF, now=NOW)

    with pytest.raises(BadInput, match="scans_too_many"):
        files.keep(shop[1], PDF, now=NOW)
    assert files.keep(shop[1], PDF, now=NOW + timedelta(days=1))


def test_a_guessed_scan_is_not_ones_own(shop):
    _, rival = create_merchant("阿嬷海味")
    theirs = files.keep(rival, PDF, now=NOW)
    used = hand_in(shop[1]).scan_id

    for scan_id in (theirs, used, None, 10**6):
        with pytest.raises(BadInput, match="scan_missing"):
            papers.add(shop[1], words(), scan_id, now=NOW)


def test_nobody_without_a_shop_brings_scans():
    for nobody in (create_actor(), create_actor(Role.STAFF), create_actor(Role.MERCHANT)):
        with pytest.raises(Forbidden):
            files.keep(nobody, PDF, now=NOW)


def test_a_newer_paper_withdraws_the_old_one(db, shop):
    old = hand_in(shop[1], FILING, expires_on=TODAY + timedelta(days=9))
    scan = files.keep(shop[1], PDF, now=NOW)

    newer = papers.replace(shop[1], old.id, words(number="JY2"), scan, version=1, now=NOW)

    assert (newer.kind, newer.number, newer.status) == (FILING, "JY2", PaperStatus.SUBMITTED)
    assert (old.status, old.version) == (PaperStatus.WITHDRAWN, 2)
    assert newer.id not in {old.id}
    with pytest.raises(StaleShop):
        papers.replace(shop[1], old.id, words(), None, version=2, now=NOW)


def test_a_slip_is_corrected_with_the_scan_that_is_there(shop):
    old = hand_in(shop[1])

    assert (
        papers.replace(shop[1], old.id, words(number="JY2"), None, version=1, now=NOW).scan_id == old.scan_id
    )


def test_a_foreign_paper_is_like_none(shop):
    other, rival = create_merchant("阿嬷海味")
    theirs = hand_in(rival)

    for touch in (
        lambda: papers.withdraw(shop[1], theirs.id, version=1, now=NOW),
        lambda: papers.replace(shop[1], theirs.id, words(), None, version=1, now=NOW),
        lambda: papers.own(shop[1], theirs.id),
        lambda: files.scan_for(shop[1], theirs.id),
    ):
        with pytest.raises(Missing):
            touch()
    assert theirs.status is PaperStatus.SUBMITTED
    assert other.id != shop[0].id


@pytest.mark.mutant
def test_without_the_check_of_the_owner_the_scan_would_be_seen(shop, monkeypatch):
    _, rival = create_merchant("阿嬷海味")
    theirs = hand_in(rival, scan=PDF)
    monkeypatch.setattr(files, "is_own", lambda actor: true())

    assert files.scan_for(shop[1], theirs.id).scan.content == PDF


def test_staff_open_a_scan_and_every_time_is_logged(db, shop, staff):
    paper = hand_in(shop[1], scan=PDF)

    for _ in range(2):
        assert files.open_scan(staff, paper.id, now=NOW).scan.content == PDF

    opened = select(AuditEvent).where(AuditEvent.action == "paper.scan_opened")
    assert [(one.actor_id, one.object_id) for one in db.session.scalars(opened)] == [(staff.id, paper.id)] * 2
    with pytest.raises(Forbidden):
        files.open_scan(shop[1], paper.id, now=NOW)
    with pytest.raises(Missing):
        files.open_scan(staff, paper.id + 100, now=NOW)


def test_staff_approve_or_return_a_paper_once(db, shop, staff):
    good, bad = hand_in(shop[1]), hand_in(shop[1], FILING)

    review.approve_paper(staff, good.id, version=1, now=NOW)
    review.return_paper(staff, bad.id, version=1, reason="照片看不清", now=NOW)

    assert (good.status, good.reviewed_by_id) == (PaperStatus.APPROVED, staff.id)
    assert (bad.status, bad.review_reason) == (PaperStatus.RETURNED, "照片看不清")
    of_people = select(OutboxMessage.kind).where(OutboxMessage.audience.is_(None))
    kinds = db.session.scalars(of_people.order_by(OutboxMessage.id)).all()
    assert kinds == ["paper_approved", "paper_returned"]
    for paper in (good, bad):
        with pytest.raises(StaleShop):
            review.approve_paper(staff, paper.id, version=1, now=NOW)
    with pytest.raises(Forbidden):
        review.approve_paper(shop[1], good.id, version=2, now=NOW)


def test_a_grid_that_shows_the_shop_is_drawn_anew_when_its_papers_change(db, shop, staff):
    studio = create_studio()
    create_booth(create_show(studio), 3, create_product(shop[0]), shop[1])
    before = studio.revision
    paper = hand_in(shop[1])
    review.approve_paper(staff, paper.id, version=1, now=NOW)

    db.session.refresh(studio)
    assert studio.revision >= before + 2


def test_goods_say_which_papers_they_lack(shop):
    for name in ("头水紫菜", "海带结"):
        create_product(shop[0], name, category=Category.FOOD, food_type=FoodType.PREPACKED)
    create_product(shop[0], "枇杷", category=Category.FOOD, food_type=FoodType.FARM_PRODUCE)

    (need,) = own_shop.home(shop[1], now=NOW).needs
    assert (need.lack.kind, need.lack.lack) == (FILING, LackKind.MISSING)
    assert set(need.products) == {"头水紫菜", "海带结"}
    hand_in(shop[1], FILING)

    assert [one.lack.lack for one in own_shop.home(shop[1], now=NOW).needs] == [LackKind.UNREVIEWED]
    with pytest.raises(Forbidden):
        own_shop.home(create_actor(), now=NOW)


def test_a_shop_is_reminded_once_for_each_step(db, shop):
    create_paper(shop[0], FILING, shop[1].id, expires_on=TODAY + timedelta(days=31))
    sent = [reminders.remind_due(NOW + timedelta(days=later)) for later in (0, 1, 2, 24, 25, 31, 32, 40)]

    assert sent == [0, 1, 0, 1, 0, 0, 1, 0]
    messages = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(one.kind, one.params.get("days")) for one in messages] == [
        ("paper_ends", 30),
        ("paper_ends", 7),
        ("paper_over", None),
    ]


def test_everybody_of_a_shop_is_reminded_and_nobody_of_papers_that_do_not_count(db):
    shop, actor = create_merchant(papers=())
    soon = TODAY + timedelta(days=5)
    create_paper(shop, FILING, actor.id, expires_on=soon, status=PaperStatus.WITHDRAWN)
    create_paper(shop, FILING, actor.id, expires_on=soon, status=PaperStatus.RETURNED, review_reason="看不清")
    create_paper(shop, FILING, actor.id)

    assert reminders.remind_due(NOW) == 0
    create_paper(shop, FILING, actor.id, expires_on=soon)
    assert reminders.remind_due(NOW) == 1
    outbox.deliver_due(NOW)
    assert [one.person_id for one in db.session.scalars(select(Notice))] == [actor.id]


def test_the_rounds_of_jobs_remind_and_tidy_up(db, shop):
    create_paper(shop[0], FILING, shop[1].id, expires_on=TODAY + timedelta(days=3))
    files.keep(shop[1], PDF, now=NOW - timedelta(days=2))
    before = db.session.scalar(select(func.count()).select_from(PrivateFile))

    outcome = jobs.Runner().run_due(NOW)

    assert outcome.failed == ()
    assert (outcome.done["remind of papers"], outcome.done["prune unused scans"]) == (1, 1)
    assert db.session.scalar(select(func.count()).select_from(PrivateFile)) == before - 1


def test_papers_that_end_soon_are_on_the_list_of_staff(shop, staff):
    later = create_paper(shop[0], FILING, shop[1].id, expires_on=TODAY + timedelta(days=29))
    over = create_paper(shop[0], PaperKind.OTHER, shop[1].id, expires_on=TODAY - timedelta(days=1))
    create_paper(shop[0], PaperKind.OTHER, shop[1].id, expires_on=TODAY + timedelta(days=31))

    assert [one.paper.id for one in reviewing.waiting(staff, now=NOW).ending] == [over.id, later.id]


def test_a_draft_may_hand_papers_in_before_it_is_known():
    _, actor = create_draft()

    assert isinstance(hand_in(actor), Paper)
