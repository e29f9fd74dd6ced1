"""People who enter by the door: they have a password and type it into the log-in page."""

import re

from playwright.sync_api import Page, expect

from models import Person, db
from services.passwords import hash_password
from services.unit_of_work import in_transaction
from tests.support.visits import PASSWORD


def with_password(person_id: int) -> str:
    """Give an account the password of the tests; returns its phone."""

    def save() -> str:
        person = db.session.get_one(Person, person_id)
        person.password_hash = hash_password(PASSWORD)
        return str(person.phone)

    return in_transaction(save)


def enter(page: Page, phone: str, path: str = "", *, password: str = PASSWORD) -> None:
    """Log in on the page, and be somewhere else then: at home, or where `path` leads."""
    page.goto(f"/login?next={path}" if path else "/login")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("密码").fill(password)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile(f"{re.escape(path)}$" if path else "^((?!/login).)*$"))
    page.wait_for_load_state()  # only then does htmx answer to a click


def large_letters(page: Page) -> None:
    """Choose the large type, as the button in the head of every page does."""
    page.locator("header").get_by_role("button", name="大字版").tap()
    expect(page.locator("html.elder")).to_be_attached()
    page.wait_for_load_state()
