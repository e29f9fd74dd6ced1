"""The house's own words in the browser: looked at first, kept, refused in a sentence, and ours again."""

import pytest

from domain.people import Role
from tests.support.builders import create_person
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
KIND = "/manage/words/booking_confirmed"
CHINESE = f"{KIND}/zh_Hans_CN"


@pytest.fixture
def engine_name():
    """What these pages ask of the engine, the services' own tests ask of both."""
    return "sqlite"


@pytest.fixture
def admin(client):
    return log_in(client, create_person(Role.ADMIN))


def test_the_hub_leads_there_for_admins_alone(app, admin):
    assert 'href="/manage/words"' in admin.get("/manage").text
    assert "/manage/words" not in visitor(app, create_person(Role.STAFF)).get("/manage").text


def test_every_kind_stands_in_the_list_as_it_reads(admin):
    page = admin.get("/manage/words").text

    assert "楼院茶话室 11月24日 周二 15:00–17:00 的预约已确认。" in page
    assert 'href="/manage/words/confirm_email"' in page


def test_own_words_are_looked_at_kept_and_taken_back(admin):
    text = "{space}留好了，{time}见！"
    seen = admin.submit(admin.get(KIND), CHINESE, text=text, action="preview")
    assert "楼院茶话室留好了，11月24日 周二 15:00–17:00见！" in seen.text
    assert "换回原来的写法" not in admin.get(KIND).text

    assert admin.submit(seen, CHINESE, text=text, action="save").location == KIND
    assert "楼院茶话室留好了" in admin.get("/manage/words").text
    assert "改过 1 次" in admin.get(KIND).text

    admin.submit(admin.get(KIND), f"{CHINESE}/reset")
    assert "楼院茶话室留好了" not in admin.get("/manage/words").text


@pytest.mark.parametrize("action", ["save", "preview"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{space} {time} {price}", "这种消息里没有 {price}"),
        ("{space} 好了", "少了 {time}"),
        ("{space} {time} {", "花括号没有配对"),
        ("", "请写上要说的话"),
    ],
)
def test_what_nobody_would_understand_is_refused_and_kept_in_the_form(admin, text, said, action):
    answer = admin.submit(admin.get(KIND), CHINESE, text=text, action=action)

    assert answer.status_code == 422
    assert said in answer.text
    assert f">{text}</textarea>" in answer.text


def test_what_was_typed_is_no_markup(admin):
    answer = admin.submit(admin.get(KIND), CHINESE, text="<b>{space}</b> {time}", action="preview")

    assert "<b>" not in answer.text
    assert "&lt;b&gt;楼院茶话室&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("path", ["/manage/words/nothing", "/manage/words/__class__"])
def test_an_unknown_kind_is_missing(admin, path):
    assert admin.get(path).status_code == 404


def test_an_unknown_language_is_missing(admin):
    page = admin.get(KIND)
    fields = {"csrf_token": page.text.split('name="csrf_token" value="')[1].split('"')[0], "text": "x"}

    assert admin.post(f"{KIND}/fr", data=fields).status_code == 404
    assert admin.post("/manage/words/nothing/en/reset", data=fields).status_code == 404
