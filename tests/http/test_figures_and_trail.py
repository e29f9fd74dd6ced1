"""The pages of the house's figures and of the audit trail."""

import pytest

from domain.people import Role
from services import people, settings
from tests.support.builders import NOW, create_actor
from tests.support.client import read_forms
from tests.support.visits import log_in

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN, name="林主任")


@pytest.fixture
def keeper(client, admin):
    return log_in(client, admin)


def test_a_figure_is_changed_in_its_own_unit_and_stands_in_the_history(keeper):
    page = keeper.get("/manage/figures")
    answer = keeper.submit(page, "/manage/figures/yearly_target_fen", value="25000")

    assert answer.status_code == 303
    assert settings.current().yearly_target_fen == 2_500_000
    shown = keeper.get("/manage/figures").text
    assert "¥25,000.00" in shown
    assert "林主任" in shown


def test_a_figure_out_of_bounds_keeps_what_was_typed_and_says_the_bounds(keeper):
    page = keeper.get("/manage/figures")
    answer = keeper.submit(page, "/manage/figures/records_years", value="1")

    assert answer.status_code == 422
    assert "3 年" in answer.text
    assert 'value="1"' in answer.text


def test_a_figure_that_somebody_else_changed_is_shown_as_it_stands(keeper, admin):
    page = keeper.get("/manage/figures")
    settings.change("booth_monthly_quota", 4, actor=admin, now=NOW)

    answer = keeper.submit(page, "/manage/figures/booth_monthly_quota", value="3")

    assert answer.status_code == 409
    assert "刚刚有人改过" in answer.text
    assert settings.current().booth_monthly_quota == 4


def test_a_figure_that_is_none_is_a_page_that_is_none(keeper):
    fields = read_forms(keeper.get("/manage/figures").text)[-1].fields

    assert keeper.post("/manage/figures/colour", data=fields).status_code == 404


def test_the_trail_says_who_saw_whose_phone(keeper):
    neighbour, staff = create_actor(name="黄秀英"), create_actor(Role.STAFF, name="陈晓敏")
    people.reveal_phone(staff, neighbour.id, NOW)

    shown = keeper.get("/manage/audit?seen=1").text

    assert "账号 · 查看电话" in shown
    assert "陈晓敏" in shown


def test_a_question_that_finds_nothing_says_so(keeper):
    assert "没有这样的记录" in keeper.get("/manage/audit?thing=show&id=999").text


@pytest.mark.parametrize("question", ["who=x", "first=nonsense", "thing=teapot", "id=99999999999999999999"])
def test_a_question_that_makes_no_sense_is_left_out(keeper, question):
    assert keeper.get(f"/manage/audit?{question}").status_code == 200


def test_the_trail_and_the_page_of_somebody_lead_to_each_other(keeper):
    neighbour, staff = create_actor(name="黄秀英"), create_actor(Role.STAFF, name="陈晓敏")
    people.reveal_phone(staff, neighbour.id, NOW)
    page = f"/manage/people/{neighbour.id}"
    trail = f"/manage/audit?person={neighbour.id}"

    assert f'href="{trail}"' in keeper.get(page).text
    assert f'href="{page}"' in keeper.get(trail).text


def test_staff_who_may_not_read_the_trail_are_not_sent_there(client):
    log_in(client, create_actor(Role.STAFF, name="陈晓敏"))

    page = client.get(f"/manage/people/{create_actor(name='黄秀英').id}").text

    assert "黄秀英" in page
    assert "/manage/audit" not in page
