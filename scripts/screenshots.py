"""Take the pictures of the README from the living demo: `make screenshots`, best by daylight in Quanzhou."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 90_000
# Before the application is imported: the pictures must not touch the database or the secrets of this checkout.
os.environ.update(APP_ENV="test", SECRET_KEY=secrets.token_hex(32), HTMX_SOURCE="local")

from io import BytesIO

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from blueprints import clock
from domain.merchants.claims import ClaimsStatus
from domain.people import Actor, Role
from domain.studio.booths import Sample
from domain.studio.planning import ShowWish
from domain.studio.presses import Press
from domain.studio.running import Action
from domain.studio.shows import Layout
from models import MerchantMember, Person, Product, Setting, db
from services import decisions
from services.seed.people import ACCOUNTS
from services.studio import booths, planning, running, samples
from services.unit_of_work import in_transaction
from tests.support import rundir
from tests.support.browser import DEVICES, LAUNCH_FLAGS
from tests.support.chromium import HOW_TO_INSTALL, find_chromium
from tests.support.demo import demo_running
from tests.support.entering import enter


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at what, on which device; `path` may name the show on air, `then` is a link from there."""

    name: str
    role: Role
    device: str
    path: str
    then: str | None = None


PICTURES = (
    Picture("board", Role.RESIDENT, "tablet", "/"),
    Picture("desk", Role.STAFF, "tablet", "/desk", ".queue-item"),
    Picture("shop", Role.MERCHANT, "phone", "/sales"),
    Picture("console", Role.STAFF, "tablet", "/shows/{on_air}/console"),
)
ON_AIR_BOOTHS = 6
BOOTH = timedelta(minutes=15)


def go_on_air(app: Flask, now: datetime) -> int:
    """Put a show on air that began half an hour ago, through the services; returns its id.

    Raises RuleViolation while the house is closed.
    """
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    starts_at, planned_at = quarter - 2 * BOOTH, now - timedelta(days=3)
    with app.app_context():
        staff = _actor(Role.STAFF)
        in_transaction(lambda: db.session.add(Setting(key="booth_monthly_quota", value=9)))
        show = planning.create_show(
            staff, ShowWish("街坊好物专场", starts_at, Layout.RUNDOWN), now=planned_at
        )
        for booth, (product, keeper) in enumerate(_wares()[:ON_AIR_BOOTHS], start=1):
            made = booths.take_booth(keeper, show.id, booth, product, now=planned_at + timedelta(hours=1))
            decisions.approve(staff, made.id, version=made.version, now=planned_at + timedelta(hours=2))
            samples.mark(staff, made.id, Sample.RECEIVED, now=starts_at - BOOTH)
        begun = starts_at + timedelta(seconds=40)
        version = running.press(staff, show.id, Press(Action.START), version=0, now=begun)
        for moment in (begun + BOOTH, now - timedelta(minutes=5)):
            version = running.press(staff, show.id, Press(Action.NEXT), version=version, now=moment)
        return show.id


def _actor(role: Role) -> Actor:
    phone = next(account.phone for account in ACCOUNTS if account.role is role)
    return db.session.scalars(select(Person).where(Person.phone == phone)).one().as_actor()


def _wares() -> list[tuple[int, Actor]]:
    """One product of each shop that may go on air, and who acts for the shop."""
    wares: dict[int, tuple[int, Actor]] = {}
    cleared = (Product.claims_status == ClaimsStatus.CLEARED) & Product.archived_at.is_(None)
    rows = (
        select(Product.id, Product.merchant_id, Person)
        .join(MerchantMember, MerchantMember.merchant_id == Product.merchant_id)
        .join(Person, Person.id == MerchantMember.person_id)
        .where(cleared)
        .order_by(Product.id)
    )
    for product_id, merchant_id, person in db.session.execute(rows):
        wares.setdefault(merchant_id, (product_id, person.as_actor((merchant_id,))))
    return list(wares.values())


def take(browser: Browser, url: str, picture: Picture, on_air: int) -> int:
    """Take one picture; returns its size in bytes."""
    context = browser.new_context(
        base_url=url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **DEVICES[picture.device],
    )
    page = context.new_page()
    enter(page, next(account.phone for account in ACCOUNTS if account.role is picture.role))
    page.goto(picture.path.format(on_air=on_air))
    if picture.then:
        follow(page, picture.then)
    size = save(page.screenshot(), FOLDER / f"{picture.name}.png")
    context.close()
    return size


def follow(page: Page, link: str) -> None:
    """Open what a link leads to, and stand at its top."""
    page.goto(str(page.locator(link).first.get_attribute("href")))


def save(shot: bytes, path: Path) -> int:
    """Keep a picture with 256 colours or fewer, small enough for a repository; returns its size in bytes."""
    for colours in (256, 128, 64, 32):
        output = BytesIO()
        # Without dithering flat areas stay flat, which is also what makes the file small.
        few = Image.open(BytesIO(shot)).convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(output, "PNG", optimize=True)
        if output.tell() <= LARGEST:
            break
    path.write_bytes(output.getvalue())
    return output.tell()


def main() -> None:
    """Take all pictures."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit(HOW_TO_INSTALL)
    FOLDER.mkdir(parents=True, exist_ok=True)
    run = rundir.RunDirectory()
    try:
        with demo_running() as live, sync_playwright() as playwright:
            on_air = go_on_air(live.app, clock.now())
            browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH_FLAGS)
            for picture in PICTURES:
                size = take(browser, live.url, picture, on_air)
                print(f"docs/screenshots/{picture.name}.png  {size / 1000:.0f} kB")
            browser.close()
    finally:
        run.remove()


if __name__ == "__main__":
    main()
