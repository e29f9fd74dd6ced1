"""The reasons for saying no that the desk offers."""

import pytest

from domain.desk import REASONS, ReasonKind
from domain.errors import BadInput, Forbidden, Missing
from domain.people import Role
from services.desk import reasons
from tests.support.builders import NOW, create_actor

pytestmark = pytest.mark.usefixtures("db")
USUAL = [text for text, _ in REASONS[ReasonKind.ROOM]]


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN)


def texts(kind=ReasonKind.ROOM):
    return [one.text for one in reasons.offered(kind).reasons]


def add(admin, text, text_en="", kind=ReasonKind.ROOM):
    return reasons.add(admin, kind, text, text_en, now=NOW)


def test_until_somebody_writes_a_list_the_usual_reasons_are_offered():
    found = reasons.offered(ReasonKind.ROOM)

    assert (texts(), found.own) == (USUAL, False)


def test_the_first_own_reason_stands_after_the_usual_ones(admin):
    add(admin, "  停水  一天 ", "No water")

    assert texts() == [*USUAL, "停水 一天"]
    assert reasons.offered(ReasonKind.ROOM).own
    assert texts(ReasonKind.BOOTH) == [text for text, _ in REASONS[ReasonKind.BOOTH]]


def test_a_reason_is_changed_moved_and_put_away(admin):
    reasons.begin(admin, ReasonKind.ROOM, now=NOW)
    reasons.begin(admin, ReasonKind.ROOM, now=NOW)
    first, second, *rest = reasons.offered(ReasonKind.ROOM).reasons

    reasons.edit(admin, first.id, "正在维修", "Being repaired", now=NOW)
    reasons.shift(admin, first.id, up=False, now=NOW)
    reasons.shift(admin, second.id, up=True, now=NOW)
    reasons.archive(admin, rest[0].id, now=NOW)

    assert texts() == ["人数超出", "正在维修", *USUAL[3:]]
    assert reasons.offered(ReasonKind.ROOM).reasons[1].text_in("en") == "Being repaired"


def test_who_reads_english_gets_the_chinese_where_there_is_no_other(admin):
    assert add(admin, "停水").text_in("en") == "停水"


@pytest.mark.parametrize(
    ("text", "text_en", "code"),
    [
        ("  ", "", "decline_reason_missing"),
        ("长" * 61, "", "decline_reason_long"),
        ("停水", "x" * 121, "decline_reason_long"),
    ],
)
def test_a_reason_is_short_and_says_something(admin, text, text_en, code):
    with pytest.raises(BadInput) as no:
        add(admin, text, text_en)

    assert no.value.code == code


def test_the_list_is_for_admins_and_of_reasons_that_are_used(admin):
    made = add(admin, "停水")
    reasons.archive(admin, made.id, now=NOW)

    with pytest.raises(Forbidden):
        add(create_actor(Role.STAFF), "停电")
    with pytest.raises(Missing):
        reasons.edit(admin, made.id, "停电", "", now=NOW)
