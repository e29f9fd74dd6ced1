"""Files of every layout, CSV and XLSX, through the pages: no page, answer, export or file tells of a buyer."""

import io
import logging
import tempfile

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.interval import ZONE
from domain.people import Role
from models import Sale
from services.login import create_token
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.client import read_forms
from tests.support.exports import FIRST_ORDER, canaries, platform_csv, platform_row
from tests.support.leaks import BUYERS, CASES, EVERY_LAYOUT, canaries_in, dump, export_of
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show
from tests.support.telling import told
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("clock")

STAFF_READ = (
    "/sales/imports", "/sales/inbox", "/sales/lines", "/sales/community", "/sales/leaderboard",
    "/sales/statements", "/sales/statements.xlsx?month=2026-06", "/sales/statements.csv?month=2026-06",
    "/desk",
)  # fmt: skip
MERCHANTS_READ = ("/sales", "/sales/leaderboard", "/sales/statements", "/sales/income")
PROGRAMS_READ = (
    "/sales/imports", "/sales/lines", "/sales/inbox/words", "/sales/inbox/rows", "/sales/inbox/products",
    "/sales/statements?month=2026-06", "/sales/community",
)  # fmt: skip
WITHOUT_PRODUCTS = (CASES, "taobao_orders")
"""What tells of no product: the shop has sales to read from another file."""


@pytest.fixture
def shop(db):
    """A shop whose goods were on air when the orders of the files were placed."""
    merchant, owner = create_merchant()
    show = create_show(create_studio(), FIRST_ORDER.astimezone(ZONE))
    product = create_product(merchant, platform_row("doudian_orders")["选购商品"])
    create_booth(show, 1, product, owner, status=BookingStatus.COMPLETED)
    return show, merchant, owner


def upload(browser, data, name):
    form = next(
        one for one in read_forms(browser.get("/sales/imports").text) if one.action == "/sales/imports"
    )
    return browser.post(form.action, data=form.fields | {"file": (io.BytesIO(data), name)}).location


def everything(app, db, staff, shop, page):
    """All that staff, the shop and a program can read of sales."""
    show, merchant, owner = shop
    lines = [f"/sales/lines/{sale_id}" for sale_id in db.session.scalars(select(Sale.id).limit(2))]
    month = f"/sales/statements/{merchant.id}/2026-06"
    both = [f"/shows/{show.id}/sales", *(f"{month}{ending}" for ending in ("", ".xlsx", ".csv")), *lines]
    at_desk, keeper = visitor(app, staff), visitor(app, owner)
    bearer = {"Authorization": f"Bearer {create_token(staff.phone, label='', now=NOW)}"}
    own = (f"/shows/{show.id}/sales", f"/sales/home/{merchant.id}")
    paths = [*PROGRAMS_READ, page.removeprefix("/"), *own, *lines]
    answers = [at_desk.get(path) for path in (page, *STAFF_READ, *both)]
    answers += [keeper.get(path) for path in (*MERCHANTS_READ, *both)]
    answers += [app.test_client().get(f"/api/v1/{path.lstrip('/')}", headers=bearer) for path in paths]
    assert [answer.request.path for answer in answers if answer.status_code != 200] == []
    return "\n".join(told(answer) for answer in answers)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("code", EVERY_LAYOUT)
def test_no_page_answer_export_or_file_tells_of_a_buyer(
    app, db, shop, caplog, code, kind, monkeypatch, tmp_path
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    staff = create_actor(Role.STAFF, name="员工")
    browser = visitor(app, staff)
    if code in WITHOUT_PRODUCTS:
        orders = upload(browser, export_of("doudian_orders"), "订单.csv")
        browser.submit(browser.get(orders), "/apply")

    page = upload(browser, export_of(code, kind), f"{canaries(BUYERS[1])[1]}.{kind}")
    staged = dump(db) + browser.get(page).text
    browser.submit(browser.get(page), "/apply")
    read = everything(app, db, staff, shop, page)

    assert db.session.scalar(select(Sale.id).limit(1))
    assert canaries_in(staged) == canaries_in(dump(db)) == canaries_in(read) == canaries_in(caplog.text) == []
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_buyer_in_the_books_would_be_seen_on_the_pages(app, db, shop):
    staff = create_actor(Role.STAFF, name="员工")
    browser = visitor(app, staff)
    page = upload(browser, platform_csv("doudian_orders", [platform_row("doudian_orders")]), "订单.csv")
    browser.submit(browser.get(page), "/apply")

    def leak():
        db.session.scalars(select(Sale)).one().title = canaries(BUYERS[0])[0]

    in_transaction(leak)

    assert canaries_in(everything(app, db, staff, shop, page)) == [canaries(BUYERS[0])[0]]
