"""What is asked once before processes part need not be put together by each of them."""

import pytest

from domain.errors import SlotTaken
from models.base import db as database
from services import foreseen, rehearsing
from tests.support.builders import NOW, between, create_actor, create_booking, create_space

pytestmark = pytest.mark.usefixtures("db")


def put_together():
    """How many statements this engine has ready."""
    return len(database.engine._compiled_cache)  # noqa: SLF001  nothing else tells


@pytest.fixture
def refuse(app, monkeypatch):
    """Somebody is refused a time at a look; from the fixture on nothing is ready."""
    monkeypatch.setattr("services.reports.demand.afterwards", lambda _work: None)
    space, asker = create_space(), create_actor()
    create_booking(space, between(15, 17, days=1))
    database.session.rollback()
    database.engine.clear_compiled_cache()

    def asked():
        with pytest.raises(SlotTaken):
            foreseen.refuse_what_is_taken(asker, None, space.code, between(15, 16, days=1), 2, NOW)

    return asked


def test_a_house_without_spaces_can_be_rehearsed(app):
    rehearsing.rehearse(NOW)


def test_after_it_a_refusal_has_its_questions_ready(refuse):
    rehearsing.rehearse(NOW)
    ready = put_together()

    refuse()

    assert put_together() == ready


@pytest.mark.mutant
def test_negative_control_without_it_they_are_put_together_then(refuse):
    refuse()

    assert put_together() > 3
