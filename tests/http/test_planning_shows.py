"""Planning, editing, repeating and cancelling shows, as a browser without JavaScript sees them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.bookings import BookingStatus
from domain.people import Role
from domain.sales.lines import Platform
from domain.studio.shows import Allotment, ShowStatus
from models import Draw, Show
from services import outbox
from services.studio import planning
from tests.support.builders import MONDAY, NOW, at, create_actor, create_studio
from tests.support.client import read_forms
from tests.support.studio_builders import (
    create_booth,
    create_host,
    create_merchant,
    create_product,
    create_show,
)
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
BEYOND = ("0001-01-01", "9999-12-31")
"""Days that can be typed, and that no calendar of ours reaches."""
EVENING = at(19.5, day=MONDAY + timedelta(days=3))


@pytest.fixture
def studio(db):
    """The studio, open until midnight."""
    return create_studio(code="studio", closes=24)


@pytest.fixture
def show(studio):
    """A rundown in three days."""
    return create_show(studio)


@pytest.fixture
def staff(app):
    """A member of the staff at the tablet."""
    return visitor(app, create_actor(Role.STAFF))


def plan(staff, **typed):
    filled_in = {"title": "秋茶专场", "day": "2026-12-02", "time": "19:30"} | typed
    return staff.submit(staff.get("/shows/new"), "/shows/new", **filled_in)


def only(db, table=Show):
    db.session.rollback()  # what was read before is a picture of its own
    return db.session.scalars(select(table).execution_options(populate_existing=True)).one()


@pytest.mark.usefixtures("studio")
def test_a_show_is_planned_with_hosts_platform_room_and_window(app, db, staff):
    host = create_host("聚福小林")

    answer = plan(
        staff, hosts=str(host.id), platform="doudian", room="抖音号 jufu", slot_minutes="30", booths="4",
        open_day="2026-11-24", open_time="09:00", close_day="2026-11-30", close_time="18:00",
    )  # fmt: skip

    made = only(db)
    assert answer.location == f"/shows/{made.id}"
    assert (made.platform, made.slot_minutes) == (Platform.DOUDIAN, 30)
    page = visitor(app).get(answer.location).text
    for words in ("主播：聚福小林", "抖店（抖音直播间） · 抖音号 jufu", "报名 11月24日 周二 09:00 开始"):
        assert words in page
    assert "报名 11月24日 周二 09:00 开始" in visitor(app).get("/shows").text


@pytest.mark.usefixtures("studio")
def test_a_drawn_show_closes_three_days_before_where_nothing_is_said(db, staff):
    plan(staff, allotment="draw")

    made = only(db)
    assert (made.allotment, made.applications_close_at) == (
        Allotment.DRAW,
        made.starts_at - timedelta(days=3),
    )
    assert db.session.scalar(select(func.count()).select_from(Draw)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"close_day": "2026-12-02", "close_time": "19:00"}, "报名最晚到展位锁定时截止"),
        ({"open_day": "2026-11-30", "close_day": "2026-11-29"}, "报名开放的时间要在截止"),
        ({"close_day": "2026-11-20"}, "这个报名截止时间已经过去了"),
        ({"close_time": "18:00"}, "请选择日期。"),
        *(({field: day}, "请选择日期。") for field in ("day", "open_day", "close_day") for day in BEYOND),
        ({"room": "号" * 201}, "直播间地址或房间号最多 200 个字"),
        ({"layout": "market", "slots": "32", "slot_minutes": "60"}, "一场直播最长 24 小时"),
        ({"repeat": "weekly", "times": "0"}, "重复的规则里 COUNT 写得不对"),
    ],
)
@pytest.mark.usefixtures("studio")
def test_what_makes_no_sense_comes_back_with_a_sentence_and_the_fold_open(db, staff, typed, sentence):
    answer = plan(staff, **typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="秋茶专场"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Show)) == 0


def test_a_series_is_ticked_date_by_date_and_planned_together(db, staff, show):
    dates = plan(staff, day="2026-11-19", repeat="weekly", times="3")
    assert "这个时间已经过去了" in dates.text
    dates = plan(staff, day="2026-11-26", repeat="weekly", times="3")

    assert dates.status_code == 200
    assert "直播间这时已经排了“年货节专场”（11月26日 周四 19:30–22:00）" in dates.text
    assert dates.text.count('name="date"') == 3
    assert dates.text.count("checked") == 2
    answer = staff.submit(dates, "/shows/series", date=["2026-12-03", "2026-12-10"])

    assert (answer.status_code, answer.location) == (303, "/shows")
    made = db.session.scalars(select(Show).where(Show.id != show.id).order_by(Show.id)).all()
    assert [one.starts_at for one in made] == [EVENING + timedelta(weeks=week) for week in (1, 2)]
    assert "2 场都排好了" in staff.get("/shows").text


def test_a_date_that_was_taken_meanwhile_plans_none_and_says_which(db, staff, studio):
    dates = plan(staff, day="2026-11-26", repeat="fortnightly", times="2")
    create_show(studio, EVENING, title="抢先一步")

    refused = staff.submit(dates, "/shows/series", date=["2026-11-26", "2026-12-10"])

    assert refused.status_code == 409
    assert "11月26日 周四：直播间这时已经排了“抢先一步”" in refused.text
    assert db.session.scalar(select(func.count()).select_from(Show)) == 1


@pytest.mark.usefixtures("studio")
def test_one_may_go_back_from_the_dates_with_everything_still_typed(staff):
    dates = plan(staff, repeat="weekly", times="6", room="8 号")
    fields = next(form for form in read_forms(dates.text) if form.action == "/shows/series").fields

    back = staff.post("/shows/new", data=fields | {"back": "1"})

    assert back.status_code == 200
    for kept in ('value="秋茶专场"', 'value="6"', 'value="8 号"'):
        assert kept in back.text


def test_staff_edit_what_is_said_and_the_page_tells_what_stays(db, staff, show):
    host = create_host("阿珠姐")
    page = staff.get(f"/shows/{show.id}/edit")
    assert "日期、时间和展位数定了就不能改" in page.text

    answer = staff.submit(page, "/edit", title="改名", hosts=str(host.id), platform="weixin", room="视频号")

    assert answer.location == f"/shows/{show.id}"
    changed = only(db)
    assert (changed.title, changed.platform, changed.version) == ("改名", Platform.WEIXIN, 2)
    assert "主播：阿珠姐" in staff.get(answer.location).text


@pytest.mark.parametrize("day", BEYOND)
def test_an_edit_with_a_day_beyond_any_calendar_is_asked_again(staff, show, day):
    edit = f"/shows/{show.id}/edit"

    answer = staff.submit(staff.get(edit), edit, open_day=day, close_day=day)

    assert answer.status_code == 422
    assert "请选择日期。" in answer.text


def test_a_form_from_before_somebody_elses_change_shows_the_show_as_it_stands(staff, show):
    page = staff.get(f"/shows/{show.id}/edit")
    planning.change_show(create_actor(Role.STAFF), show.id, {"title": "先改的"}, version=1, now=NOW)

    answer = staff.submit(page, "/edit", title="后改的")

    assert answer.status_code == 409
    assert 'value="先改的"' in answer.text
    assert "刚刚有人先处理了" in answer.text


def test_a_refused_edit_is_asked_again_with_what_was_typed(staff, show):
    edit = f"/shows/{show.id}/edit"

    answer = staff.submit(
        staff.get(edit), edit, open_day="2026-11-26", open_time="", platform="", room="林一"
    )

    assert answer.status_code == 422
    assert "林一" in answer.text


def test_one_tap_closes_applications_and_opens_them_again(db, staff, show):
    page = staff.get(f"/shows/{show.id}")
    closed = staff.submit(page, "/applications")
    page = staff.get(closed.location)
    assert "报名已经截止" in page.text

    staff.submit(page, "/applications")

    assert only(db).applications_close_at is None
    assert "现在截止报名" in staff.get(f"/shows/{show.id}").text


def test_an_edit_of_something_else_keeps_the_second_at_which_applications_closed(db, staff, show, clock):
    moment = NOW + timedelta(minutes=7, seconds=31)
    clock.move_to(moment)
    staff.submit(staff.get(f"/shows/{show.id}"), "/applications")

    staff.submit(staff.get(f"/shows/{show.id}/edit"), "/edit", title="改名")

    assert only(db).applications_close_at == moment


def test_who_only_looks_sees_no_buttons_of_the_staff(app, show):
    _, merchant = create_merchant()

    for who in (None, merchant):
        page = visitor(app, who).get(f"/shows/{show.id}").text
        for words in ("检查单", "取消这场", "现在截止报名", f"/shows/{show.id}/edit"):
            assert words not in page


def test_cancelling_asks_once_lists_who_is_told_and_then_says_why(app, staff, show):
    shop, merchant = create_merchant("山腰茶行", person={"name": "林店主", "phone": "13912345678"})
    create_booth(show, 3, create_product(shop), merchant, status=BookingStatus.CONFIRMED)
    ask = staff.get(f"/shows/{show.id}/cancel")
    for words in ("会通知这 1 个人", "山腰茶行", "林店主", "139****5678", "展位 3"):
        assert words in ask.text

    silent = staff.submit(ask, "/cancel", reason=" ")
    assert silent.status_code == 422
    assert "请写一句取消的原因" in silent.text
    answer = staff.submit(ask, "/cancel", reason="直播间停电")

    assert answer.location == f"/shows/{show.id}"
    page = visitor(app).get(answer.location).text
    assert "这场直播取消了。原因：直播间停电" in page
    assert "还空着" not in page
    assert "已取消" in visitor(app).get("/shows").text
    assert staff.get(f"/shows/{show.id}/cancel").status_code == 422


def test_this_and_the_following_are_cancelled_from_the_page_of_one(db, staff, studio):
    dates = plan(staff, day="2026-11-26", repeat="weekly", times="3")
    staff.submit(dates, "/shows/series", date=["2026-11-26", "2026-12-03", "2026-12-10"])
    second = db.session.scalars(select(Show).order_by(Show.starts_at)).all()[1]
    ask = staff.get(f"/shows/{second.id}/cancel")
    assert "以后还有 1 场：12月10日 周四 19:30–22:00" in ask.text

    staff.submit(ask, "/cancel", reason="停电", scope="following")

    db.session.rollback()
    stands = db.session.scalars(select(Show.status).order_by(Show.starts_at)).all()
    assert stands == [ShowStatus.OPEN, ShowStatus.CANCELLED, ShowStatus.CANCELLED]


def test_a_shop_reads_the_notice_of_a_cancelled_show(app, staff, show):
    shop, merchant = create_merchant()
    create_booth(show, 3, create_product(shop), merchant)
    staff.submit(staff.get(f"/shows/{show.id}/cancel"), "/cancel", reason="直播间停电")
    outbox.deliver_due(NOW)

    page = visitor(app, merchant).get("/bookings")

    assert "“年货节专场”（11月26日 周四 19:30–22:00）取消了。您店里的展位 3 一并取消，不记分。" in page.text
    assert "已取消" in page.text
    assert "已退出" not in page.text, "the shop did not give it up"


def test_a_show_across_midnight_is_planned_listed_drawn_and_on_the_board_of_both_days(app, db, staff, clock):
    create_studio(code="studio", opens=0, closes=24)
    answer = plan(staff, title="跨年夜", day="2026-11-24", time="23:00", room="8 号")
    made = only(db)
    assert made.interval.minutes == 150

    assert "11月24日 周二 23:00–01:30" in staff.get("/shows").text.replace("明天", "11月24日 周二")
    grid = staff.get(answer.location).text
    assert grid.count("还空着") == 10
    assert 'id="booth-5-0000"' in grid
    for day in ("2026-11-24", "2026-11-25"):
        assert "跨年夜" in visitor(app).get(f"/?day={day}").text
    clock.move_to(at(24.5, day=MONDAY + timedelta(days=1)))
    assert "正在直播" in staff.get(answer.location).text
    assert "开播前检查单" in staff.get(f"{answer.location}/checklist").text
    assert staff.get(f"{answer.location}/cancel").status_code == 422
    clock.move_to(at(25.5, day=MONDAY + timedelta(days=1)))
    assert "播过的场次" in staff.get("/shows").text
