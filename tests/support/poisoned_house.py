"""The demo with a payload in every text, served by the test's own process, for everybody who may come."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select, text

from app import create_app
from blueprints.clock import now
from domain.interval import local_day
from models import Person, db
from services import kept
from services.seed.people import ACCOUNTS
from tests.support.browser import OpenPage
from tests.support.demo import demo_file
from tests.support.engines import disconnect, settings
from tests.support.poison import fill, payloads_of
from tests.support.rarer_rows import lay_rarer_rows
from tests.support.running_text import RunningText
from tests.support.served import served
from tests.support.visits import cookie_of
from tests.support.walking import VISITOR, WHO, Walk, starts


@dataclass
class PoisonedHouse:
    """The application, where it answers, and its database, once as it is and once as it was before any payload."""

    app: Flask
    url: str
    path: Path
    clean: Path
    starts: dict[str, list[str]]
    cookies: dict[str, list[Any]]
    filled: set[str] = field(default_factory=set)

    def fill(self, number: int | None) -> None:
        """Put the payloads of a round into the house, or all of them, in place of those before."""
        disconnect(self.app)
        for file in self.path.parent.glob(f"{self.path.name}-*"):
            file.unlink()
        shutil.copyfile(self.clean, self.path)
        self.filled = fill(self.app, payloads_of(number))
        self.forget_answers()

    def forget_answers(self) -> None:
        """Let every page be made anew: those there are come of another database, or of other templates."""
        self.app.extensions["jufu_answers"].shelf.clear()
        kept.forget()

    def enter(self, open_page: OpenPage, who: str, eye: RunningText, **options: Any) -> Page:
        """A browser of somebody who is signed in, watched for what runs in it."""
        page = open_page("tablet", base_url=self.url, **options)
        page.context.add_cookies(self.cookies[who])
        eye.attach(page.context)
        return page

    def walk(self, who: str) -> Walk:
        """A walk of somebody that has not begun."""
        return Walk(self.app, who, list(self.starts[who]))


@contextmanager
def poisoned_house() -> Iterator[PoisonedHouse]:
    """A house of one's own, with the payloads of the first round in it, until the block ends."""
    with demo_file() as path:
        app = create_app(settings(f"sqlite:///{path}"))
        with app.app_context():
            lay_rarer_rows()
        with served(app) as url:
            tomorrow = local_day(now() + timedelta(days=1))
            chosen = f"/spaces/tea-room/book?day={tomorrow}&start=10:00&end=11:00"
            way = {who: [chosen, *starts(app, who)] for who in WHO}
            cookies = {who: _cookies(app, url, who) for who in WHO}
            with app.app_context():
                db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            disconnect(app)
            house = PoisonedHouse(app, url, path, path.with_suffix(".clean"), way, cookies)
            shutil.copyfile(path, house.clean)
            house.fill(0)
            yield house
            house.clean.unlink()


def _cookies(app: Flask, url: str, who: str) -> list[Any]:
    if who == VISITOR:
        return []
    with app.app_context():
        phone = next(account.phone for account in ACCOUNTS if account.role == who)
        name, value = cookie_of(app, db.session.scalars(select(Person).where(Person.phone == phone)).one())
    return [{"name": name, "value": value, "url": url}]
