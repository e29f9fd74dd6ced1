"""Take the pictures of the README from the living demo: `make screenshots`, best by daylight in Quanzhou."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 90_000
# Before the application is imported: the pictures must not touch the database or the secrets of this checkout.
os.environ.update(APP_ENV="test", SECRET_KEY=secrets.token_hex(32), HTMX_SOURCE="local")

from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from domain.people import Role
from services.seed.people import ACCOUNTS
from tests.support import rundir
from tests.support.browser import DEVICES, LAUNCH_FLAGS
from tests.support.chromium import HOW_TO_INSTALL, find_chromium
from tests.support.demo import demo_running
from tests.support.entering import enter


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at what, on which device; `then` is a link to follow from there."""

    name: str
    role: Role
    device: str
    path: str
    then: str | None = None


PICTURES = (
    Picture("board", Role.RESIDENT, "tablet", "/"),
    Picture("desk", Role.STAFF, "tablet", "/desk", ".queue-item"),
    Picture("shop", Role.MERCHANT, "phone", "/sales"),
)


def take(browser: Browser, url: str, picture: Picture) -> int:
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
    page.goto(picture.path)
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
            browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH_FLAGS)
            for picture in PICTURES:
                size = take(browser, live.url, picture)
                print(f"docs/screenshots/{picture.name}.png  {size / 1000:.0f} kB")
            browser.close()
    finally:
        run.remove()


if __name__ == "__main__":
    main()
