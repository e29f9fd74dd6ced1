"""What a show and the community sold, on the terminal."""

from pathlib import Path

import pytest

from cli_sales import sales
from domain.people import Role
from tests.support.builders import create_person, create_studio
from tests.support.statement_builders import on, sell
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")


def test_a_show_and_the_community_say_what_they_sold(app, time_machine):
    time_machine.move_to(on(20), tick=False)
    create_person(Role.STAFF)
    shop, _ = create_merchant("山腰茶行", margin_bp=5_000)
    show = create_show(create_studio(), on(12, hour=19.5))
    sell(create_product(shop), show, on(12), 8_600)
    flask = app.test_cli_runner()

    assert flask.invoke(args=["sales", "show", str(show.id)]).stdout.endswith(
        "net_fen=8600 long_tail_fen=0\n"
    )
    said = flask.invoke(args=["sales", "community"]).stdout.splitlines()
    assert f"merchant={shop.id} net_fen=8600 estimated_fen=4300 reported_fen=0 behind 山腰茶行" in said
    assert said[-1] == "year=2026 shows=1 net_fen=8600"


def test_a_show_that_nobody_knows_is_said_to_be_missing(app):
    create_person(Role.STAFF)

    result = app.test_cli_runner().invoke(args=["sales", "show", "987654"])

    assert (result.exit_code, "Traceback" in result.output) == (1, False)


def test_a_shop_says_what_its_own_page_shows(app, time_machine):
    time_machine.move_to(on(20), tick=False)
    create_person(Role.STAFF)
    shop, _ = create_merchant("山腰茶行", margin_bp=5_000)
    tea = create_product(shop)
    sell(tea, create_show(create_studio(), on(12, hour=19.5)), on(12), 8_600)
    flask = app.test_cli_runner()

    said = flask.invoke(args=["sales", "shop", str(shop.id)]).stdout.splitlines()

    assert "until=2026-10 net_fen=8600 estimated_fen=4300" in said
    assert f"product={tea.id} net_fen=8600 {tea.name}" in said
    assert said[-1].startswith("net_fen=8600 estimated_fen=4300 reported_fen=0 target_fen=2000000")
    assert flask.invoke(args=["sales", "shop", "987654"]).exit_code == 1


def test_every_command_of_sales_is_in_the_handbook():
    handbook = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")

    assert not [name for name in sales.commands if f"`flask sales {name}" not in handbook]
