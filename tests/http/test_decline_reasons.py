"""The page on which admins keep the reasons for saying no."""

import pytest

from domain.people import Role
from tests.support.builders import create_actor, create_space
from tests.support.client import read_forms
from tests.support.deciding import now_of, request_for
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
PAGE = "/manage/reasons"


@pytest.fixture
def admin(client):
    return log_in(client, create_actor(Role.ADMIN))


def forms_of(admin, ending):
    return [form for form in read_forms(admin.get(PAGE).text) if form.action.endswith(ending)]


def add(admin, text, kind="room"):
    [form] = forms_of(admin, f"/reasons/{kind}")
    return admin.post(form.action, data=form.fields | {"text": text})


def test_a_new_reason_is_one_tap_at_the_desk(admin, app):
    made = request_for(create_space())
    add(admin, "停水一天")
    desk = log_in(visitor(app), create_actor(Role.STAFF))
    page = desk.get("/desk")

    form = next(form for form in read_forms(page.text) if form.action.endswith("/decline"))
    desk.post(form.action, data=form.fields | {"reason": "停水一天"})

    assert 'value="停水一天"' in page.text
    assert page.text.index("场地维修") < page.text.index("停水一天")
    assert now_of(made).decision_reason == "停水一天"


def test_the_usual_reasons_are_taken_over_and_changed(admin):
    [form] = forms_of(admin, "/room/begin")
    admin.post(form.action, data=form.fields)
    edit = forms_of(admin, "/edit")[0]

    answer = admin.post(edit.action, data=edit.fields | {"text": "正在维修"})

    assert edit.fields["text"] == "场地维修"
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = admin.get(PAGE).text
    assert "正在维修" in page
    assert "场地维修" not in page


def test_reasons_are_moved_and_put_away(admin):
    [begin] = forms_of(admin, "/booth/begin")
    admin.post(begin.action, data=begin.fields)
    down = forms_of(admin, "/order")[0]
    admin.post(down.action, data=down.fields)
    page = admin.get(PAGE).text
    assert page.index("商品不适合这场直播") < page.index("资质材料不全")

    gone = forms_of(admin, "/archive")[0]
    admin.post(gone.action, data=gone.fields)

    assert "商品不适合这场直播" not in admin.get(PAGE).text


def test_what_was_typed_stays_beside_what_is_wrong(admin):
    answer = add(admin, "长" * 61)

    assert answer.status_code == 422
    assert "最多 60 个字。" in answer.text
    assert f'value="{"长" * 61}"' in answer.text


def test_a_kind_that_there_is_not_is_missing(admin):
    [form] = forms_of(admin, "/reasons/room")

    assert admin.post("/manage/reasons/boat", data=form.fields | {"text": "停水"}).status_code == 404
