"""The browser fixtures complain when they must: a guard that cannot fail proves nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.browser import assert_axe_clean, assert_fits_width, wait_until
from tests.support.watch import CDN, Watch, htmx

pytestmark = pytest.mark.browser

PAGE = (
    '<!doctype html><html lang="zh"><head><meta name="viewport" content="width=device-width">'
    "<title>页</title>{head}</head><body><main><h1>页</h1>{body}</main></body></html>"
)
INTEGRITY = "sha384-H5SrcfygHmAuTDZphMHqBJLc3FhssKjG7w/CeCpFReSfwBWDTKpkzPP8c+cLsK+V"
SITE = "http://127.0.0.1:9/"


def show(
    page: Page, *, head: str = "", body: str = "", policy: str = "default-src 'self'", status: int = 200
) -> None:
    """Put a page before the browser as if a server had sent it."""
    html = PAGE.format(head=head, body=body)
    headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
    page.context.route(SITE, lambda route: route.fulfill(status=status, body=html, headers=headers))
    page.goto(SITE)
    page.wait_for_load_state("networkidle")


def htmx_from_cdn(integrity: str) -> str:
    return f'<script src="{CDN}" crossorigin="anonymous" integrity="{integrity}"></script>'


HTMX_CONFIG = """<meta name="htmx-config" content='{"includeIndicatorStyles":false}'>"""
ALLOW_CDN = f"default-src 'self'; script-src {CDN}"


def test_a_good_page_raises_no_complaint(phone: Page, watch: Watch) -> None:
    show(phone, head=HTMX_CONFIG + htmx_from_cdn(INTEGRITY), policy=ALLOW_CDN)

    assert phone.evaluate("typeof window.htmx") == "object"
    assert watch.problems() == []
    assert_axe_clean(phone)
    assert_fits_width(phone)


def test_a_refusal_by_design_raises_no_complaint(tablet: Page, watch: Watch) -> None:
    show(tablet, status=409)

    assert watch.problems() == []


@pytest.mark.parametrize(
    ("shown", "complaint"),
    [
        ({"body": "<p style='color:red'>x</p>"}, "Content Security Policy"),
        ({"head": "<script>1</script>"}, "Content Security Policy"),
        (
            {"head": "<script>nothing.here()</script>", "policy": "script-src 'unsafe-inline'"},
            "nothing is not defined",
        ),
        ({"head": htmx_from_cdn("sha384-" + "A" * 64), "policy": ALLOW_CDN}, "integrity"),
        ({"body": "<img alt='' src='https://example.org/a.png'>", "policy": "img-src *"}, "outside address"),
        ({"status": 500}, "answer 500"),
    ],
    ids=["inline style", "inline script", "exception", "wrong hash", "outside address", "server error"],
)
def test_a_bad_page_is_told_on(tablet: Page, watch: Watch, shown: dict[str, str], complaint: str) -> None:
    show(tablet, **shown)

    assert any(complaint in problem for problem in watch.problems()), watch.problems()
    watch.allow(".")


def test_axe_finds_a_picture_without_words(tablet: Page) -> None:
    show(
        tablet,
        body="<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width=9 height=9>",
        policy="img-src data:",
    )

    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(tablet)


def test_a_page_that_is_too_wide_is_found(phone: Page) -> None:
    show(phone, head="<style>h1 { width: 900px }</style>", policy="style-src 'unsafe-inline'")

    with pytest.raises(AssertionError, match="px wide"):
        assert_fits_width(phone)


def test_a_silent_cdn_can_be_let_answer_later(open_page: Callable[..., Page], watch: Watch) -> None:
    page = open_page("phone", cdn="silent")
    page.context.route(
        SITE, lambda route: route.fulfill(body=PAGE.format(head="", body=""), content_type="text/html")
    )
    page.goto(SITE)
    page.evaluate(
        "src => { const s = document.createElement('script'); s.src = src; document.head.append(s) }", CDN
    )
    assert page.evaluate("typeof window.htmx") == "undefined"

    watch.release_cdn()

    wait_until(page, "typeof window.htmx === 'object'")


def test_without_javascript_no_script_runs(no_js: Page) -> None:
    show(no_js, head=htmx_from_cdn(INTEGRITY), body="<noscript><p>没有脚本</p></noscript>", policy=ALLOW_CDN)

    assert no_js.locator("noscript p").is_visible()


def test_the_wheel_carries_htmx_two() -> None:
    assert b'version:"2.' in htmx()
