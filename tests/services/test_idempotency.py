"""One key, one effect, one answer: also when there is none yet."""

import pytest

from domain.errors import IdempotencyMismatch, Missing, Unavailable
from models import Setting
from services.idempotency import Answer, answer_once
from services.unit_of_work import transaction
from tests.support.builders import NOW, create_actor

pytestmark = pytest.mark.usefixtures("db")


@transaction
def store(session, key, trouble=None):
    session.add(Setting(key=key, value=1))
    session.flush()
    if trouble is not None:
        raise trouble
    return Answer(201, {"key": key})


def ask(actor, action, *, fingerprint="same"):
    return answer_once(actor, "tap-1", fingerprint, action, lambda no: Answer(422, {"code": no.code}), NOW)


def test_a_refusal_undoes_what_was_done_and_is_the_answer_from_then_on(db):
    actor = create_actor()

    first = ask(actor, lambda: store("a", Missing()))
    second = ask(actor, lambda: store("a"))

    assert first == second == Answer(422, {"code": "not_found"})
    assert db.session.get(Setting, "a") is None


def test_a_database_that_could_not_answer_leaves_the_key_to_the_next_try(db):
    actor = create_actor()

    with pytest.raises(Unavailable):
        ask(actor, lambda: store("a", Unavailable()))

    assert ask(actor, lambda: store("a")) == Answer(201, {"key": "a"})
    assert db.session.get(Setting, "a") is not None


def test_the_same_key_with_another_request_is_said_to_be_one():
    actor = create_actor()
    ask(actor, lambda: store("a"))

    with pytest.raises(IdempotencyMismatch):
        ask(actor, lambda: store("b"), fingerprint="another")
