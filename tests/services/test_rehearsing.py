"""What is asked once before processes part need not be put together by each of them."""

import pytest

from domain.errors import SlotTaken
from models import glance, prepared
from models.base import db as database
from services import acting, foreseen, rehearsing
from tests.support.builders import NOW, between, create_actor, create_booking, create_space

pytestmark = pytest.mark.usefixtures("db")


def put_together():
    """How many statements this engine has ready, in the cache of SQLAlchemy or by themselves."""
    by_themselves = [one for one in prepared._EVERY if database.engine.dialect.name in one._compiled]  # noqa: SLF001  nobody else tells
    return len(database.engine._compiled_cache) + len(by_themselves)  # noqa: SLF001  nothing else tells


@pytest.fixture
def refuse(app, monkeypatch):
    """Somebody is refused a time at a look; from the fixture on nothing is ready."""
    monkeypatch.setattr("services.reports.demand.afterwards", lambda _work: None)
    space, asker = create_space(), create_actor()
    create_booking(space, between(15, 17, days=1))
    database.session.rollback()
    database.engine.clear_compiled_cache()
    for one in prepared._EVERY:  # noqa: SLF001  the same
        monkeypatch.setattr(one, "_compiled", {})

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


def newly_built_for_who_asks():
    """How many statements have to be built to look up who asks, in a house that lets people of the demo in."""
    before = glance._built.cache_info().misses  # noqa: SLF001  the same
    acting.actor_of_session("unknown", NOW, demo_allowed=True)
    return glance._built.cache_info().misses - before  # noqa: SLF001  the same


@pytest.mark.parametrize("demo_allowed", [True, False])
def test_who_asks_is_looked_up_by_what_the_house_lets_in(demo_allowed):
    glance._built.cache_clear()  # noqa: SLF001  the same

    rehearsing.rehearse(NOW, demo_allowed=demo_allowed)

    assert newly_built_for_who_asks() == (0 if demo_allowed else 1)
