"""Two shops want one booth: they apply on their phones, staff close and draw on the tablet, everybody checks it."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from domain.interval import local_day
from domain.people import Role
from services.passwords import hash_password
from tests.support.browser import assert_axe_clean, assert_fits_width, shot
from tests.support.builders import at, create_person, create_studio
from tests.support.draw_builders import create_draw_show
from tests.support.entering import enter
from tests.support.studio_builders import create_merchant, create_product
from tests.support.visits import PASSWORD

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).parents[1] / "support" / "recompute_draw.py"
SHOPS = {"13900000001": "山腰茶行", "13900000002": "阿嬷小吃"}
STAFF = "13900000009"


@pytest.fixture
def evening(live):
    """A show with one booth, two shops that would like it, and somebody of the staff."""
    with live.app.app_context():
        known, now = hash_password(PASSWORD), datetime.now(UTC)
        for phone, name in SHOPS.items():
            shop, _ = create_merchant(name, person={"phone": phone, "password_hash": known})
            create_product(shop, "铁观音")
        create_person(Role.STAFF, phone=STAFF, password_hash=known)
        return create_draw_show(
            create_studio(code="studio"),
            at(19.5, day=local_day(now) + timedelta(days=3)),
            booths=1,
            applications_close_at=now + timedelta(days=1),
        )


def look_at(page: Page, name: str) -> None:
    """Accessible, not too wide, and kept as a picture."""
    assert_axe_clean(page)
    assert_fits_width(page)
    shot(page, name, full_page=True)


def apply(page: Page, phone: str, show_path: str) -> None:
    """Apply for a booth in three touches."""
    enter(page, phone, show_path)
    page.get_by_role("link", name="报名抽签").click()
    page.get_by_text("铁观音").click()
    page.get_by_label("最想要哪个展位？").select_option("1")
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_text("您报名了：铁观音 · 最想要展位 1")).to_be_visible()


def test_two_shops_apply_staff_draw_and_anybody_verifies(
    live, evening, phone: Page, no_js: Page, tablet: Page, tmp_path
) -> None:
    show_path = f"/shows/{evening.id}"
    for page, number in zip((phone, no_js), SHOPS, strict=True):
        apply(page, number, show_path)
    look_at(phone, "draw-show-before")
    phone.get_by_role("link", name="改报名").click()
    look_at(phone, "draw-apply")

    enter(tablet, STAFF, show_path)
    tablet.get_by_role("link", name="管理这次抽签").click()
    tablet.get_by_role("button", name="现在截止").click()
    expect(tablet.get_by_text("报名已截止，名单公布了。")).to_be_visible()
    look_at(tablet, "draw-closed")
    tablet.get_by_role("button", name="现在抽签").click()
    expect(tablet.get_by_text("名单、种子、排名和展位全部一致")).to_be_visible()
    look_at(tablet, "draw-drawn")

    told = []
    for page in (phone, no_js):
        page.goto(show_path)
        told.append(page.locator(".draw-mine").inner_text())
        expect(page.get_by_text("同样情况的 2 家店里抽到第")).to_be_visible()
    assert sorted(told) == ["您的店分到展位 1 19:30–19:45", "您的店排在候补第 1 位"]
    phone.get_by_role("link", name="看抽签结果").click()
    look_at(phone, "draw-result")

    with phone.expect_download() as saved:
        phone.get_by_role("link", name="下载全部数据").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    said = subprocess.run([sys.executable, "-I", SCRIPT, file], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    winner = tablet.locator(".draw-rows .strong").first.inner_text()
    assert said.stdout.splitlines()[0] == winner
    assert json.loads(file.read_text(encoding="utf-8"))["results"][0]["booth"] == 1
    verified = live.app.test_cli_runner().invoke(args=["studio", "draw-verify", "--file", str(file)])
    assert (verified.exit_code, verified.stdout.startswith("一致")) == (0, True)


def test_a_shop_takes_its_application_back_and_applies_again(evening, phone: Page) -> None:
    show_path = f"/shows/{evening.id}"
    apply(phone, next(iter(SHOPS)), show_path)

    phone.get_by_role("button", name="撤回报名").click()

    expect(phone.get_by_text("报名已撤回")).to_be_visible()
    expect(phone.get_by_role("link", name="报名抽签")).to_be_visible()
