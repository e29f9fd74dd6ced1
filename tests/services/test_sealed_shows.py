"""A show that ended early and is sealed before its planned end: what its file tells is changed no more."""

import pytest

from domain.errors import RuleViolation
from domain.people import Role
from domain.studio.checklist import ManualCheck
from domain.studio.running import Action
from models import Show, db
from services.studio import checklists, planning, wrapping
from tests.support.builders import create_actor
from tests.support.live_shows import START, broken, create_live_show, later
from tests.support.studio_builders import create_host

pytestmark = pytest.mark.usefixtures("db")
CHECK = next(iter(ManualCheck))


@pytest.fixture
def show():
    """A show with a host and a ticked point, over after half an hour and sealed at once."""
    stage, staff = create_live_show(), create_actor(Role.STAFF)
    planning.change_show(staff, stage.show.id, {"host_ids": [create_host().id]}, version=1, now=later(-60))
    checklists.tick(staff, stage.show.id, {CHECK: True}, now=later(-60))
    stage.press(Action.START, START)
    stage.press(Action.END, later(30))
    return wrapping.wrap_up(staff, stage.show.id, {}, {}, now=later(31))


@pytest.mark.parametrize("is_done", [True, False])
def test_its_checklist_stays_as_it_was(show, is_done):
    with pytest.raises(RuleViolation) as no:
        checklists.tick(create_actor(Role.STAFF), show.id, {CHECK: is_done}, now=later(32))

    assert broken(no) == "show_wrapped_up"


@pytest.mark.parametrize("changes", [{"host_ids": []}, {"title": "别的名字"}])
def test_what_is_said_about_it_stays_as_it_was(show, changes):
    version = db.session.get_one(Show, show.id, populate_existing=True).version
    with pytest.raises(RuleViolation) as no:
        planning.change_show(create_actor(Role.STAFF), show.id, changes, version=version, now=later(32))

    assert broken(no) == "show_wrapped_up"
