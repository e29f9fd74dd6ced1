"""The cookie of a house in production, in a browser that comes over TLS: for this host alone, and never a plant."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Cookie

import config
from app import create_app
from tests.support.browser import LAUNCH_FLAGS
from tests.support.chromium import find_chromium
from tests.support.engines import throwaway
from tests.support.fake_mail import server_tls
from tests.support.served import served

pytestmark = pytest.mark.browser

DOMAIN, SIBLING = "hooks.example", "other.hooks.example"
STRICT = {"APP_ENV": "production", "SECRET_KEY": "s" * 32, "HTMX_SOURCE": "local"}
Visit = Callable[..., tuple[BrowserContext, str]]
PLANT = "name => document.cookie = `${name}=planted; Domain=hooks.example; Path=/; Secure`"


@pytest.fixture(scope="module")
def strict() -> Iterator[tuple[Flask, str]]:
    """A house in production, and where it answers."""
    with throwaway("sqlite") as database:
        app = create_app({**config.load({**os.environ, **STRICT}), "SQLALCHEMY_DATABASE_URI": database})
        with served(app, server_tls()) as url:
            yield app, url.replace("127.0.0.1", DOMAIN)


@pytest.fixture(scope="module")
def resolving(chromium: Browser) -> Iterator[Browser]:
    """A browser to which two neighbouring hosts are this machine."""
    rules = f"--host-resolver-rules=MAP {DOMAIN} 127.0.0.1, MAP *.{DOMAIN} 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=[*LAUNCH_FLAGS, rules])
    yield browser
    browser.close()


@pytest.fixture
def visit(resolving: Browser, strict: tuple[Flask, str]) -> Iterator[Visit]:
    """What lets a browser come to the house after some of its settings were changed."""
    app, house = strict
    contexts = []

    def come(**changes: Any) -> tuple[BrowserContext, str]:
        for name, value in changes.items():
            monkeypatch.setitem(app.config, name, value)
        context = resolving.new_context(ignore_https_errors=True)
        contexts.append(context)
        context.new_page().goto(f"{house}/login")
        return context, house

    with pytest.MonkeyPatch.context() as monkeypatch:
        yield come
    for context in contexts:
        context.close()


def cookies_sent(context: BrowserContext, url: str) -> list[Cookie]:
    """What the browser would send there."""
    return [cookie for cookie in context.cookies(url) if "jufu" in str(cookie.get("name"))]


def planted(context: BrowserContext, name: str, house: str) -> bool:
    """Whether a neighbouring host can put a cookie of that name among those that are sent to the house."""
    page = context.new_page()
    page.goto(house.replace(DOMAIN, SIBLING) + "/login")
    page.evaluate(PLANT, name)
    return any(cookie.get("value") == "planted" for cookie in cookies_sent(context, house))


def is_locked(context: BrowserContext, house: str) -> bool:
    """Whether the house's cookie was kept, goes nowhere else, never goes unencrypted, and is read by no script."""
    (kept,) = cookies_sent(context, house) or [Cookie()]
    goes_astray = cookies_sent(context, house.replace(DOMAIN, SIBLING)) or cookies_sent(
        context, f"http://{DOMAIN}"
    )
    return bool(kept.get("httpOnly") and kept.get("secure") and kept.get("path") == "/" and not goes_astray)


@pytest.mark.drill("people")
def test_the_cookie_stays_with_the_house_and_nobody_plants_another(visit: Visit) -> None:
    context, house = visit()

    assert is_locked(context, house)
    assert not planted(context, "__Host-jufu", house)


@pytest.mark.mutant
def test_without_the_prefix_a_neighbour_plants_one(visit: Visit) -> None:
    context, house = visit(SESSION_COOKIE_NAME="jufu")

    assert planted(context, "jufu", house)


@pytest.mark.mutant
@pytest.mark.parametrize(
    "loose",
    [
        {"SESSION_COOKIE_SECURE": False},
        {"SESSION_COOKIE_SECURE": False, "SESSION_COOKIE_NAME": "jufu"},
        {"SESSION_COOKIE_DOMAIN": DOMAIN, "SESSION_COOKIE_NAME": "jufu"},
        {"SESSION_COOKIE_HTTPONLY": False},
    ],
    ids=["not secure", "not secure, of any name", "a domain", "for scripts"],
)
def test_a_looser_cookie_is_noticed(visit: Visit, loose: dict[str, Any]) -> None:
    context, house = visit(**loose)

    assert not is_locked(context, house)
