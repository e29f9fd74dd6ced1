"""Attributing and explaining from the command line."""

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.sales.attribution import Tier
from domain.studio.running import Action
from models import AuditEvent
from services.sales import judging
from services.sales.judging import Verdict
from tests.support.attributed_sales import create_sale, stands
from tests.support.builders import create_actor
from tests.support.live_shows import create_ready_show, later
from tests.support.sale_builders import create_import, sale_row, write_sales

pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]


@pytest.fixture
def stage(clock):
    """A show with four confirmed booths, over since an hour."""
    made = create_ready_show()
    clock.move_to(later(300))
    return made


@pytest.fixture
def sales(app):
    """Run `flask sales …`."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["sales", *map(str, words)])


def test_shows_that_are_due_are_attributed_and_counted(sales, stage):
    sold = create_sale(stage.products[0], later(5))
    stage.press(Action.START, later(10))

    first, second = sales("attribute"), sales("attribute")

    assert first.stdout == f"show={stage.show.id} lines=1 A>C=1\nshows=1 moved=1\n"
    assert second.stdout == "shows=0 moved=0\n"
    assert stands(sold)[0] is Tier.SAME_SHOW
    assert sales("attribute", "--show", stage.show.id).stdout.startswith(f"show={stage.show.id} lines=1\n")


def test_a_line_is_explained_by_the_rule_or_by_who_decided(sales, stage):
    sold = create_sale(stage.products[0], later(5))
    assert "在播 → A 播出时段内" in sales("explain", sold.id).stdout

    actor = create_actor(Role.STAFF, name="陈工")
    verdict = Verdict(Tier.NONE, None, "退给线下")
    judging.attribute(actor, sold.id, verdict, seen=sold.updated_at, now=later(300))

    said = sales("explain", sold.id).stdout
    assert "陈工在" in said
    assert "退给线下" in said


def test_what_is_not_there_is_refused_in_a_sentence(sales, stage):
    assert sales("attribute", "--show", 999).exit_code == 1
    assert "No order line" in sales("explain", 999).stderr


def test_sums_that_were_lost_are_made_anew(sales, db):
    write_sales([sale_row(create_import().id)], sum_up=False)

    counted, made = sales("totals"), sales("totals", "--rebuild")

    assert (counted.output, made.output) == ("sums=0\n", "sums=2\n")
    assert db.session.scalars(select(AuditEvent.detail).filter_by(action="sales_total.rebuilt")).all() == [
        {"rows": 2}
    ]
