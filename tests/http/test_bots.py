"""Admins let bots listen, try them and disable them; what a key is, nobody reads again."""

import pytest
from sqlalchemy import select

from domain.people import Role
from domain.telling import ChannelKind, DeliveryState, WebhookKind
from models import AuditEvent, Delivery, Webhook
from services import outbox
from services.telling import channels_bots, sending
from tests.support.builders import NOW, create_actor
from tests.support.letters import Pigeon, create_bot, create_letter, create_reader, later, post_with
from tests.support.visits import visitor

pytestmark = pytest.mark.usefixtures("db", "clock")
KEY = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"
TYPED = {
    "kind": "wecom",
    "name": "值班群",
    "address": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "topics": ["bookings", "studio"],
}


@pytest.fixture
def admin(app):
    return visitor(app, create_actor(Role.ADMIN))


@pytest.fixture
def staff(app):
    return visitor(app, create_actor(Role.STAFF))


def all_of(db, table):
    db.session.rollback()
    return db.session.scalars(select(table).execution_options(populate_existing=True)).all()


def add(admin, **changes):
    return admin.submit(admin.get("/manage/bots"), "/manage/bots", **(TYPED | changes))


def test_a_bot_is_added_from_the_address_that_its_group_shows(admin, db):
    answer = add(admin)

    assert (answer.status_code, answer.location) == (303, "/manage/bots")
    (hook,) = all_of(db, Webhook)
    assert (hook.name, hook.kind, hook.address, hook.topics) == (
        "值班群",
        WebhookKind.WECOM,
        KEY,
        ["bookings", "studio"],
    )
    page = admin.get("/manage/bots").text
    assert "值班群" in page
    assert "693a…" in page
    assert "还没有发过" in page
    assert KEY not in page
    assert KEY not in str([event.detail for event in all_of(db, AuditEvent)])


def test_a_secret_is_kept_and_never_shown_again(admin, db):
    secret = "a secret of sixteen letters"
    add(admin, kind="plain", address="https://hooks.example/in?token=abc", secret=secret)

    page = admin.get("/manage/bots").text
    assert all_of(db, Webhook)[0].secret == secret
    assert "有签名" in page
    assert "hooks.example/…" in page
    assert secret not in page
    assert "token=abc" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "请给它起个名字"),
        ({"address": "?"}, "这不像机器人的密钥"),
        ({"address": "https://evil.example/?key=" + KEY}, "应当在 qyapi.weixin.qq.com"),
        ({"topics": []}, "请至少选一类"),
        ({"kind": "plain", "address": "http://hooks.example/"}, "只能用公网的 https:// 地址"),
        ({"kind": "plain", "address": "https://u:p@hooks.example/"}, "只能用公网的 https:// 地址"),
        ({"secret": "0123456789abcdef"}, "这种机器人不用签名密钥"),
    ],
)
def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(admin, db, changes, sentence):
    answer = add(admin, **changes)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert (TYPED | changes)["name"] in answer.text
    assert all_of(db, Webhook) == []


def test_a_double_tap_adds_one(admin, db):
    page = admin.get("/manage/bots")
    admin.submit(page, "/manage/bots", **TYPED)
    admin.submit(page, "/manage/bots", **TYPED)

    assert len(all_of(db, Webhook)) == 1


def test_a_test_message_goes_to_this_bot_alone_by_the_way_of_all_messages(admin, db):
    bot, _other = create_bot(), create_bot()
    page = admin.get("/manage/bots")
    admin.submit(page, f"/manage/bots/{bot.id}/test")

    assert "在路上" in admin.get("/manage/bots").text
    pigeon = Pigeon(ChannelKind.WEBHOOK)
    assert outbox.deliver_due(NOW) == 0
    assert sending.send_due(NOW, post_with(pigeon)) == 1
    (letter,) = pigeon.letters
    assert (letter.kind, letter.to) == ("bot_tested", bot.address)
    assert "送到了" in admin.get("/manage/bots").text
    assert [one.target for one in all_of(db, Delivery)] == [bot.id]


def test_what_a_bot_hears_of_can_be_changed_but_not_to_nothing(admin, db):
    bot = create_bot()
    action = f"/manage/bots/{bot.id}/topics"
    admin.submit(admin.get("/manage/bots"), action, topics=["sales", "nonsense"])
    assert all_of(db, Webhook)[0].topics == ["sales"]

    answer = admin.submit(admin.get("/manage/bots"), action, topics=[])
    assert answer.status_code == 422
    assert "请至少选一类" in answer.text
    assert all_of(db, Webhook)[0].topics == ["sales"]


def test_a_disabled_bot_forgets_its_key_and_hears_nothing_more(admin, db):
    bot = create_bot(secret="a secret of sixteen letters")
    page = admin.get("/manage/bots")
    admin.submit(page, f"/manage/bots/{bot.id}/disable")

    (hook,) = all_of(db, Webhook)
    assert (hook.address, hook.secret, hook.disabled_at) == ("-", "", NOW)
    assert "已停用" in admin.get("/manage/bots").text
    for action in ("test", "topics", "disable"):
        assert admin.submit(page, f"/manage/bots/{bot.id}/{action}").status_code == 404


@pytest.mark.parametrize(("found", "is_told"), [(None, True), (object(), False)])
def test_the_page_says_how_to_install_what_groups_need(admin, monkeypatch, found, is_told):
    monkeypatch.setattr(channels_bots, "find_spec", lambda _name: found)
    assert ("requirements-bots.txt" in admin.get("/manage/bots").text) is is_told


def dead(*, code="recipient_refused", **to):
    letter = create_letter(**to)
    kind = ChannelKind.WEBHOOK if "target" in to else ChannelKind.EMAIL
    sending.send_due(NOW, post_with(Pigeon(kind, later(code, is_final=True))))
    return letter


def test_a_dead_letter_is_shown_masked_with_its_trouble(staff):
    person = create_reader(ChannelKind.EMAIL)
    dead(person=person)
    bot = create_bot(name="茶行程序")
    dead(channel=ChannelKind.WEBHOOK, target=bot.id, code="address_guarded")

    page = staff.get("/manage/deliveries").text

    assert "r…@example.org" in page
    assert f"reader{person.id}" not in page
    assert "邮件服务器说没有这个收件人" in page
    assert "hooks.example/…" in page
    assert "地址不在公网" in page
    assert "茶行程序" in page
    assert "试了 1 次" in page
    assert "茶话室" not in page


def test_the_desk_says_that_something_did_not_arrive(staff):
    assert "没送到的消息" in staff.get("/desk").text
    dead()
    page = staff.get("/desk").text

    assert '没送到的消息<b class="review-count">1</b>' in page


def test_a_dead_letter_is_tried_again_with_all_its_tries(staff, db):
    letter = dead()
    page = staff.get("/manage/deliveries")
    staff.submit(page, f"/manage/deliveries/{letter.id}/retry")

    (again,) = all_of(db, Delivery)
    assert (again.state, again.attempts, again.next_try_at) == (DeliveryState.WAITING, 0, NOW)
    pigeon = Pigeon()
    assert sending.send_due(NOW, post_with(pigeon)) == 1
    assert "都送到了" in staff.get("/manage/deliveries").text
    assert staff.submit(page, f"/manage/deliveries/{letter.id}/retry").status_code == 404


def test_all_dead_letters_are_tried_again_at_once(staff, db):
    dead()
    dead()
    staff.submit(staff.get("/manage/deliveries"), "/manage/deliveries/retry")

    assert {one.state for one in all_of(db, Delivery)} == {DeliveryState.WAITING}


def test_a_dead_letter_that_is_put_away_never_leaves(staff, db):
    letter = dead()
    staff.submit(staff.get("/manage/deliveries"), f"/manage/deliveries/{letter.id}/put-away")

    assert all_of(db, Delivery)[0].state is DeliveryState.DROPPED
    assert sending.send_due(NOW, post_with(Pigeon())) == 0
    assert "都送到了" in staff.get("/manage/deliveries").text
