"""The figures of the house: bounds, history, and two admins at once."""

from dataclasses import asdict

import pytest

from domain.errors import BadInput, Changed, Forbidden
from domain.people import Role
from domain.settings import FIGURES, HouseSettings
from services import settings
from tests.support.builders import NOW, create_actor, set_figure

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN, name="林主任")


def test_every_figure_has_its_bounds_and_its_default_lies_within():
    assert set(FIGURES) == set(asdict(HouseSettings()))
    for key, value in asdict(HouseSettings()).items():
        FIGURES[key].check(key, value)


def test_a_change_counts_at_once_and_is_remembered(admin):
    settings.change("booth_monthly_quota", 3, actor=admin, seen=2, now=NOW)

    assert settings.current().booth_monthly_quota == 3
    [change] = settings.history(admin)
    assert (change.key, change.before, change.after, change.by, change.at) == (
        "booth_monthly_quota",
        None,
        3,
        "林主任",
        NOW,
    )


def test_the_next_change_tells_what_it_was_before(admin):
    settings.change("booth_monthly_quota", 3, actor=admin, now=NOW)
    settings.change("booth_monthly_quota", 4, actor=admin, now=NOW)

    assert [(change.before, change.after) for change in settings.history(admin)] == [(3, 4), (None, 3)]


def test_setting_what_it_is_already_changes_nothing(admin):
    settings.change("booth_monthly_quota", 2, actor=admin, now=NOW)

    assert settings.history(admin) == []


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(admin):
    settings.change("booth_monthly_quota", 3, actor=admin, seen=2, now=NOW)

    with pytest.raises(Changed):
        settings.change("booth_monthly_quota", 5, actor=admin, seen=2, now=NOW)
    assert settings.current().booth_monthly_quota == 3


@pytest.mark.parametrize(
    ("key", "value"), [("records_years", 2), ("no_show_limit", -1), ("undo_seconds", 301)]
)
def test_a_figure_beyond_its_bounds_is_refused(admin, key, value):
    with pytest.raises(BadInput, match="setting_out_of_bounds"):
        settings.change(key, value, actor=admin, now=NOW)


def test_a_figure_that_the_house_does_not_know_is_refused(admin):
    with pytest.raises(BadInput, match="setting_unknown"):
        settings.change("colour", 7, actor=admin, now=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_figures_are_for_admins(role):
    with pytest.raises(Forbidden):
        settings.change("booth_monthly_quota", 3, actor=create_actor(role), now=NOW)
    with pytest.raises(Forbidden):
        settings.history(create_actor(role))


def test_a_change_of_the_command_line_has_no_name(admin):
    set_figure("booth_monthly_quota", 3)

    assert settings.history(admin)[0].by == ""
