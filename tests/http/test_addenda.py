"""A slip of the tongue that somebody notices after the file of a show was sealed."""

import csv
import io
import zipfile

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.errors import Forbidden
from domain.merchants.papers import PaperKind, PaperStatus
from domain.people import Role
from models import OnAirCorrection
from services.studio import corrections, sealing, wrapping
from tests.support.builders import create_actor, create_studio
from tests.support.studio_builders import (
    create_booth,
    create_merchant,
    create_paper,
    create_product,
    create_show,
)
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def show():
    """A show with one booth, sealed with one correction of the evening."""
    show = create_show(create_studio())
    shop, owner = create_merchant("山腰茶行")
    create_booth(show, 4, create_product(shop), owner, status=BookingStatus.CONFIRMED)
    staff = create_actor(Role.STAFF)
    corrections.correct(staff, show.id, "最好", "很好", now=show.starts_at)
    wrapping.wrap_up(staff, show.id, {}, {}, now=show.ends_at)
    return show


@pytest.fixture
def staff(app):
    """Somebody of the staff at a browser."""
    return visitor(app, create_actor(Role.STAFF, name="林场控"))


def booth_of(show):
    """The booking of its one booth."""
    person = create_actor(Role.STAFF)
    return sealing.of_show(person, show.id).record.content["booths"][0]["booking"]


def test_it_stands_beside_the_sealed_file_and_goes_into_the_archive(staff, show):
    address = f"/shows/{show.id}/record"
    page = staff.get(address)

    answer = staff.submit(
        page, f"{address}/corrections", booking=str(booth_of(show)), said="=治百病", corrected="不能治病"
    )

    assert (answer.status_code, answer.location) == (303, address)
    shown = staff.get(address).text
    for words in ("=治百病 → 不能治病", "林场控", "封存后补记"):
        assert words in shown
    found = sealing.of_show(create_actor(Role.STAFF), show.id)
    assert (found.is_whole, [one["said"] for one in found.record.content["corrections"]]) == (True, ["最好"])
    archive = zipfile.ZipFile(
        io.BytesIO(staff.submit(staff.get(address), f"/shows/{show.id}/record.zip").data)
    )
    [_, row] = csv.reader(io.StringIO(archive.read("addenda.csv").decode().removeprefix("\ufeff")))
    assert row[1:] == ["4", "'=治百病", "不能治病", "林场控"]
    assert "封存后补记" in archive.read("index.html").decode()


def test_a_gap_is_refused_with_what_was_typed_and_pressed_twice_it_is_one(db, staff, show):
    address = f"/shows/{show.id}/record"
    refused = staff.submit(staff.get(address), f"{address}/corrections", said="全网最低", corrected=" ")
    assert refused.status_code == 422
    for words in (
        "请写清说错了什么、改成了什么。",
        'value="全网最低"',
        '<details id="add-correction" open>',
    ):
        assert words in refused.text

    page = staff.get(address)
    for _ in range(2):
        staff.submit(page, f"{address}/corrections", said="全网最低", corrected="店里的价")
    assert db.session.scalar(select(func.count()).select_from(OnAirCorrection)) == 2


def test_the_file_says_of_every_paper_how_it_stands(staff):
    late = create_show(create_studio())
    shop, owner = create_merchant("阿嬷小吃")
    kinds = {PaperKind.INSPECTION: PaperStatus.WITHDRAWN, PaperKind.OTHER: PaperStatus.SUBMITTED}
    for kind, status in kinds.items():
        create_paper(shop, kind, owner.id, status=status, number=f"NO-{status.value}")
    create_booth(late, 1, create_product(shop), owner, status=BookingStatus.CONFIRMED)
    wrapping.wrap_up(create_actor(Role.STAFF), late.id, {}, {}, now=late.ends_at)

    page = staff.get(f"/shows/{late.id}/record").text

    for words in ("检验报告 NO-withdrawn · 已撤回", "其他证明 NO-submitted · 等待审核"):
        assert words in page
    assert "营业执照 JY" in page
    assert "· 有效<" not in page


def test_before_a_file_is_sealed_there_is_nothing_to_add_to(staff, show):
    ahead = create_show(create_studio())
    page = staff.get(f"/shows/{show.id}/record")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    answer = staff.post(
        f"/shows/{ahead.id}/record/corrections", data={"csrf_token": token, "said": "一", "corrected": "二"}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.MERCHANT, Role.RESIDENT])
def test_only_staff_add_one(show, role):
    with pytest.raises(Forbidden):
        corrections.correct(create_actor(role), show.id, "一", "二", now=show.ends_at)
