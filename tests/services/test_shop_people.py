"""The people of a shop: a link brings one more in, once; leaving counts at once, and the last one stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation
from domain.people import Role
from models import AuditEvent, MerchantInvite, MerchantMember, OutboxMessage, Person
from services import acting, login, people
from services.merchants import members
from tests.support.builders import NOW, create_actor, saved
from tests.support.merchant_builders import create_draft
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")
MONTH = timedelta(days=30)


@pytest.fixture
def shop():
    return create_merchant("山腰茶行")


def newcomer():
    """A merchant's account without a shop."""
    return create_actor(Role.MERCHANT, verified_at=None)


def second(shop):
    """One more person of the shop, as they act from then on."""
    actor = newcomer()
    members.accept(actor, members.invite(shop[1], now=NOW).token, now=NOW)
    return seen(actor)


def seen(actor):
    """Somebody as the next request sees them."""
    opened = login.open_session(actor.id, lifetime=MONTH, now=NOW)
    return acting.actor_of_session(opened.token, NOW)


def refused(action):
    """The codes with which an action is refused."""
    with pytest.raises(RuleViolation) as no:
        action()
    return [one.code for one in no.value.violations]


def join(token, phone="13700000009"):
    return members.join(
        token=token, phone=phone, name="林小妹", password="correct horse", address="203.0.113.2",
        lifetime=MONTH, now=NOW,
    )  # fmt: skip


def test_only_the_hash_of_a_link_is_kept(db, shop):
    made = members.invite(shop[1], now=NOW)

    (link,) = db.session.scalars(select(MerchantInvite)).all()
    assert made.token not in repr(vars(link))
    assert made.token not in repr([one.detail for one in db.session.scalars(select(AuditEvent))])
    assert link.expires_at == NOW + timedelta(days=7)
    assert members.invitation(made.token, now=NOW) == "山腰茶行"


def test_a_link_makes_a_new_account_of_the_shop(db, shop):
    actor = join(members.invite(shop[1], now=NOW).token).actor

    assert seen(actor).merchant_ids == (shop[0].id,)
    assert (
        db.session.get_one(Person, actor.id).verified_at == NOW
    )  # the shop is verified, and so are its people


def test_who_joins_a_shop_that_is_not_verified_is_not_either(db):
    shop = create_draft()

    assert second(shop).verified is False


def test_a_link_is_used_once_and_ends_after_a_week(db, shop):
    token = members.invite(shop[1], now=NOW).token
    members.accept(newcomer(), token, now=NOW)

    assert refused(lambda: members.accept(newcomer(), token, now=NOW)) == ["invite_over"]
    assert refused(lambda: join(token)) == ["invite_over"]
    late = members.invite(shop[1], now=NOW).token
    assert refused(lambda: members.accept(newcomer(), late, now=NOW + timedelta(days=7))) == ["invite_over"]
    assert refused(lambda: members.invitation("guessed", now=NOW)) == ["invite_over"]
    assert db.session.scalar(select(Person).where(Person.phone == "13700000009")) is None


def test_other_accounts_and_people_with_a_shop_are_told_so(db, shop):
    token = members.invite(shop[1], now=NOW).token
    _, rival = create_merchant("阿嬷海味")

    for role in (Role.RESIDENT, Role.CAPTAIN, Role.STAFF, Role.ADMIN):
        other = create_actor(role)
        assert refused(lambda other=other: members.accept(other, token, now=NOW)) == [
            "needs_merchant_account"
        ]
    assert refused(lambda: members.accept(rival, token, now=NOW)) == ["already_has_shop"]
    assert refused(lambda: members.accept(shop[1], token, now=NOW)) == ["already_has_shop"]
    assert members.invitation(token, now=NOW)  # still good for whom it is meant for


def test_a_phone_that_is_known_keeps_the_link(db, shop):
    token = members.invite(shop[1], now=NOW).token

    with pytest.raises(BadInput, match="phone_known"):
        join(token, phone=shop[1].phone)

    assert members.invitation(token, now=NOW) == "山腰茶行"


def test_a_link_is_taken_back(shop):
    made = members.invite(shop[1], now=NOW)
    _, rival = create_merchant("阿嬷海味")

    with pytest.raises(Missing):
        members.revoke_invite(rival, made.invite.id, now=NOW)
    members.revoke_invite(shop[1], made.invite.id, now=NOW)

    assert refused(lambda: members.invitation(made.token, now=NOW)) == ["invite_over"]


def test_a_shop_has_so_many_links_and_no_more(shop):
    for _ in range(members.MOST_INVITES):
        members.invite(shop[1], now=NOW)

    assert refused(lambda: members.invite(shop[1], now=NOW)) == ["invites_too_many"]
    assert members.invite(shop[1], now=NOW + members.INVITE_LASTS)


def test_who_is_removed_acts_for_the_shop_no_more_and_neither_do_their_links(db, shop):
    other = second(shop)
    left_behind = members.invite(other, now=NOW).token

    members.remove(shop[1], other.id, now=NOW)

    assert seen(other).merchant_ids == ()
    assert refused(lambda: members.invitation(left_behind, now=NOW)) == ["invite_over"]
    assert [one.recipient_id for one in db.session.scalars(select(OutboxMessage))] == [other.id]
    with pytest.raises(Forbidden):
        members.remove(other, shop[1].id, now=NOW)  # with the eyes of a request that began before


def test_one_may_leave_but_not_the_last(db, shop):
    other = second(shop)

    members.remove(other, other.id, now=NOW)

    assert refused(lambda: members.remove(shop[1], shop[1].id, now=NOW)) == ["last_member"]
    assert db.session.scalars(select(MerchantMember.person_id)).all() == [shop[1].id]
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_a_closed_account_does_not_keep_a_shop_alone():
    shop = create_draft()
    other = second(shop)
    people.turn_down(create_actor(Role.STAFF), other.id, NOW)

    assert refused(lambda: members.remove(shop[1], shop[1].id, now=NOW)) == ["last_member"]
    members.remove(shop[1], other.id, now=NOW)


def test_a_person_of_another_shop_is_like_nobody(shop):
    second(shop)
    _, rival = create_merchant("阿嬷海味")

    with pytest.raises(Missing):
        members.remove(shop[1], rival.id, now=NOW)
    with pytest.raises(Forbidden):
        members.invite(saved(Person(
            phone="13700000077", name="林", role=Role.MERCHANT, created_at=NOW
        )).as_actor(), now=NOW)  # fmt: skip
