"""What notices say: every kind in both languages, in our words or the house's, and where each leads."""

import re

import pytest
from flask_babel import force_locale
from sqlalchemy import event, select

from blueprints.telling.words import LOCALES
from blueprints.words import about, notices
from blueprints.words.examples import OPTIONAL, example
from domain import house_words
from domain.errors import BadInput, Forbidden
from domain.people import Role
from models import AuditEvent, MessageTemplate
from services.telling import topics, words
from tests.support.builders import NOW, create_actor

pytestmark = pytest.mark.usefixtures("db")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
KIND, CHINESE_LOCALE = "booking_confirmed", "zh_Hans_CN"


@pytest.fixture
def engine_name():
    """Words ask nothing of the engine but one look at a table."""
    return "sqlite"


@pytest.fixture(autouse=True)
def reader(db):
    """Somebody who reads Chinese, unless a test says otherwise."""
    with force_locale(CHINESE_LOCALE):
        yield


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN)


def save(admin, text, kind=KIND, locale=CHINESE_LOCALE):
    known = frozenset(notices.SENTENCES[kind](example()).values)
    words.save(admin, kind, locale, text, known=known, needed=known - OPTIONAL, now=NOW)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_can_be_said_and_leads_somewhere_or_nowhere(locale):
    with force_locale(locale):
        for kind in notices.SENTENCES:
            told = notices.sentence(kind, example())
            assert told, kind
            assert "%(" not in told, kind
            path = about.path_of(kind, example())
            assert path is None or path.startswith("/"), kind


def test_every_kind_has_its_topic():
    assert set(topics.TOPICS) == set(notices.SENTENCES)


def test_what_is_left_out_is_the_same_sentence_without_a_gap():
    full, bare = example(), example() | {"reason": "", "booths": [], "points": 0}

    for kind in ("booking_cancelled", "series_cancelled", "booking_moved", "booth_absent"):
        assert notices.SENTENCES[kind](full).source == notices.SENTENCES[kind](bare).source
        assert "  " not in notices.sentence(kind, bare)
        assert not notices.sentence(kind, bare).endswith(" ")


@pytest.mark.parametrize("locale", LOCALES)
def test_our_own_words_pass_the_rules_for_the_houses_and_read_the_same(locale, admin):
    with force_locale(locale):
        for kind, sentence in notices.SENTENCES.items():
            told = sentence(example())
            known = frozenset(told.values)
            cleaned = house_words.clean(told.template, known, known - OPTIONAL)
            assert house_words.fill(cleaned, told.values) == str(told), kind


def test_the_house_puts_its_own_words_in_place_of_ours(admin):
    save(admin, "{space}给您留好了，{time}，欢迎！")

    assert notices.sentence(KIND, example()) == "楼院茶话室给您留好了，11月24日 周二 15:00–17:00，欢迎！"
    with force_locale("en"):
        assert "欢迎" not in notices.sentence(KIND, example())
    words.reset(admin, KIND, CHINESE_LOCALE, NOW)
    assert "欢迎" not in notices.sentence(KIND, example())


def test_what_people_typed_is_no_placeholder(admin):
    save(admin, "{space} {time} 没有通过：{reason}", kind="booking_declined")

    assert "{time}%(space)s{0}" in notices.sentence(
        "booking_declined", example() | {"reason": "{time}%(space)s{0}"}
    )


def test_only_an_admin_writes_words_and_only_with_the_kinds_placeholders(admin):
    with pytest.raises(Forbidden):
        save(create_actor(Role.STAFF), "{space} {time}")
    with pytest.raises(Forbidden):
        words.reset(create_actor(), KIND, CHINESE_LOCALE, NOW)
    with pytest.raises(BadInput, match="words_placeholder_unknown"):
        save(admin, "{space} {time} {reason}")


def test_the_history_tells_who_wrote_what_and_when_ours_came_back(admin, db):
    save(admin, "{space} {time} 好")
    save(admin, "{space} {time} 很好")
    save(admin, "{space}, {time}: fine", locale="en")
    words.reset(admin, KIND, CHINESE_LOCALE, NOW)
    words.reset(admin, KIND, CHINESE_LOCALE, NOW)

    assert [change.text for change in words.history(KIND, CHINESE_LOCALE)] == [
        None,
        "{space} {time} 很好",
        "{space} {time} 好",
    ]
    assert {change.who for change in words.history(KIND, CHINESE_LOCALE)} == {admin.name}
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "words.changed")).all()) == 3
    assert [row.locale for row in db.session.scalars(select(MessageTemplate))] == ["en"]


def test_a_page_full_of_notices_looks_the_words_up_once(admin, db):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    db.session.remove()

    for kind in notices.SENTENCES:
        notices.sentence(kind, example())

    assert len([one for one in asked if "message_template" in one]) == 1
