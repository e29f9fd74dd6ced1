"""What a program sends with a form that is refused is not kept: it can send the file again."""

import io

import pytest
from sqlalchemy import func, select

from domain.people import Role
from models import LoginThrottle, Person, PrivateFile, db
from services.merchants import files
from tests.api.program import Program
from tests.support.builders import NOW, create_person
from tests.support.merchant_builders import PDF, photo
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")
LICENCE = {"kind": "business_licence", "number": "JY1", "issuer": "泉港区市监局", "expires_on": "2030-01-31"}
OVER = LICENCE | {"expires_on": "2020-01-31"}
TOLD = {"kind": "in_shop", "sold_on": "2026-11-22", "amount_fen": "38700", "quantity": "3"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def shop(app):
    _, owner = create_merchant(papers=())
    return Program(app, db.session.get(Person, owner.id))


def kept():
    """How many scans are kept, and for how many shops they were counted."""
    db.session.rollback()
    return tuple(
        db.session.scalar(select(func.count()).select_from(table)) for table in (PrivateFile, LoginThrottle)
    )


def proof(data=PDF):
    return io.BytesIO(data), "proof"


@pytest.mark.parametrize("key", [None, "one"])
def test_the_scan_of_a_paper_that_is_refused_is_not_kept(shop, key):
    refused = shop.upload("/merchant/papers", key, **OVER, scan=proof())

    assert (refused.status_code, refused.json["code"]) == (422, "paper_over")
    assert kept() == (0, 0)


def test_nor_that_of_one_that_somebody_else_changed_first(shop):
    paper = shop.upload("/merchant/papers", **LICENCE, scan=proof()).json["id"]

    late = shop.upload(f"/merchant/papers/{paper}/replace", version=9, number="2", issuer="局", scan=proof())

    assert late.status_code == 409
    assert kept() == (1, 1)


@pytest.mark.parametrize("key", [None, "one"])
def test_the_proofs_of_a_report_that_is_refused_are_not_kept(shop, key):
    refused = shop.upload("/sales/income", key, **TOLD | {"product": "999"}, scan=[proof(), proof(photo())])

    assert (refused.status_code, refused.json["code"]) == (422, "income_product_unknown")
    assert kept() == (0, 0)


def test_beyond_a_day_it_is_told_so_and_the_same_key_gets_its_first_answer(shop, monkeypatch):
    monkeypatch.setattr(files, "PER_DAY", 1)

    made, again, beyond = (
        shop.upload("/merchant/papers", key, **LICENCE, scan=proof()) for key in ("one", "one", "two")
    )

    assert (made.status_code, again.json) == (201, made.json)
    assert (beyond.status_code, beyond.json["code"], beyond.json["field"]) == (422, "scans_too_many", "scan")


def test_who_has_no_shop_brings_nothing(app):
    loner = Program(app, create_person(Role.MERCHANT))

    assert loner.upload("/merchant/papers", **LICENCE, scan=proof()).status_code == 403
    assert kept() == (0, 0)
