"""One's own facts and data: changed, carried away, erased by oneself."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from domain.bookings import BookingStatus
from domain.people import ERASED_NAME, Role
from models import AuditEvent, MerchantMember, Person
from services.passwords import hash_password
from tests.support.builders import at, between, create_actor, create_booking, create_person, create_space
from tests.support.studio_builders import create_merchant
from tests.support.visits import PASSWORD, log_in, visitor

pytestmark = pytest.mark.usefixtures("db", "clock")


@pytest.fixture(scope="module")
def password_hash():
    return hash_password(PASSWORD)


@pytest.fixture
def person(password_hash):
    return create_person(name="黄秀英", phone="13812345678", room="301", password_hash=password_hash)


@pytest.fixture
def mine(client, person):
    """The person at the pages."""
    return log_in(client, person)


def fresh(db, person):
    db.session.rollback()  # a snapshot of before would still stand
    return db.session.get(Person, person.id, populate_existing=True)


def test_another_home_has_to_be_verified_again_and_the_page_says_so(mine, db, person):
    page = mine.get("/me/facts")
    assert "要楼长重新核实" in page.text

    done = mine.submit(page, "/me/facts", room="302")

    assert (done.status_code, done.location) == (303, "/me")
    assert (fresh(db, person).room, fresh(db, person).verified_at) == ("302", None)
    assert "等楼长重新核实" in mine.get("/me").text


def test_another_name_leaves_the_home_proven(mine, db, person):
    mine.submit(mine.get("/me/facts"), "/me/facts", name="黄秀瑛")

    assert fresh(db, person).name == "黄秀瑛"
    assert fresh(db, person).verified_at is not None
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "person.facts_changed")).one()
    assert event.detail == {"fields": ["name"]}


def test_what_was_typed_stays_at_its_field(mine):
    answer = mine.submit(mine.get("/me/facts"), "/me/facts", name="", room="")

    assert answer.status_code == 422
    assert "请填写" in answer.text


def test_an_unknown_salutation_is_refused(mine, db, person):
    answer = mine.submit(mine.get("/me/facts"), "/me/facts", name="黄秀瑛", salutation="dr")

    assert (answer.status_code, fresh(db, person).name) == (422, "黄秀英")


def test_two_pages_at_once_show_the_newer_state(mine):
    first, second = mine.get("/me/facts"), mine.get("/me/facts")
    mine.submit(first, "/me/facts", name="黄秀瑛")

    answer = mine.submit(second, "/me/facts", name="别的名字")

    assert answer.status_code == 409
    assert 'value="黄秀瑛"' in answer.text


def test_another_phone_needs_the_password(mine, db, person):
    page = mine.get("/me/facts")
    wrong = mine.submit(page, "/me/phone", phone="13900000001", password="guess")
    assert wrong.status_code == 422
    assert "密码不对" in wrong.text
    assert fresh(db, person).phone == "13812345678"

    done = mine.submit(page, "/me/phone", phone="139 0000 0001", password=PASSWORD)

    assert done.status_code == 303
    assert fresh(db, person).phone == "13900000001"


def test_a_phone_of_somebody_else_is_refused(mine, db, person):
    other = create_person()

    answer = mine.submit(mine.get("/me/facts"), "/me/phone", phone=other.phone, password=PASSWORD)

    assert answer.status_code == 422
    assert fresh(db, person).phone == "13812345678"


def test_the_own_data_are_readable_and_carried_away(mine, db, person):
    create_booking(
        create_space(name="茶话室"), between(9, 10, days=1), booker_id=person.id, purpose="合唱的事"
    )

    page = mine.get("/me/data")
    file = mine.submit(page, "/me/data")

    for text in ("黄秀英", "13812345678", "茶话室", "合唱的事", "已确认"):
        assert text in page.text
    content = json.loads(file.data)
    assert content["person"][0]["phone"] == "13812345678"
    assert content["booking"][0] | {"space": "茶话室", "purpose": "合唱的事"} == content["booking"][0]
    assert "attachment" in file.headers["Content-Disposition"]
    assert db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc())).first() == (
        "person.data_exported"
    )


def test_nobody_elses_data_are_among_them(mine, person):
    other = create_person(name="庄志强", phone="13999999999")
    create_booking(create_space(), between(9, 10, days=1), booker_id=other.id, purpose="别人的事")

    page, file = mine.get("/me/data"), mine.submit(mine.get("/me/data"), "/me/data")

    for text in ("庄志强", "13999999999", "别人的事"):
        assert text not in page.text
        assert text not in file.get_data(as_text=True)


def test_who_typed_a_booking_for_a_neighbour_is_not_handed_what_it_was_for(mine, person):
    times = {"status": BookingStatus.COMPLETED, "checked_in_at": at(9), "left_at": at(10)}
    typed = {"booker_id": create_person(phone=None).id, "created_by_id": person.id, **times}
    create_booking(create_space("a"), between(9, 10), purpose="家里漏水的事", **typed)
    create_booking(create_space("b"), between(9, 10), purpose="合唱的事", booker_id=person.id, **times)

    page, file = mine.get("/me/data"), mine.submit(mine.get("/me/data"), "/me/data")

    assert "家里漏水的事" not in page.text
    theirs, own = json.loads(file.data)["booking"]
    assert (theirs["purpose"], theirs["checked_in_at"], theirs["left_at"]) == (None, None, None)
    assert (own["purpose"], own["checked_in_at"] is not None) == ("合唱的事", True)


def test_files_come_in_one_archive(client):
    _, keeper = create_merchant("山腰茶行")
    log_in(client, keeper)

    file = client.submit(client.get("/me/data"), "/me/data")

    with ZipFile(BytesIO(file.data)) as archive:
        names = archive.namelist()
        known = json.loads(archive.read("data.json"))
    assert len(names) == 1 + len(known["private_file"]) > 1


def test_who_asks_to_be_forgotten_is_gone_at_once(mine, db, person):
    page = mine.get("/me/data")
    assert "以后不能恢复" in page.text
    wrong = mine.submit(page, "/me/erase", password="guess")
    assert (wrong.status_code, fresh(db, person).erased_at) == (422, None)

    done = mine.submit(page, "/me/erase", password=PASSWORD)

    assert (done.status_code, done.location) == (303, "/")
    assert fresh(db, person).name == ERASED_NAME
    assert mine.get("/me").status_code == 303
    assert "已注销" in mine.get("/").text


def test_the_page_tells_a_shop_what_the_law_keeps(client):
    _, keeper = create_merchant("山腰茶行")
    log_in(client, keeper)

    assert "法律要求保存" in client.get("/me/data").text


def test_an_admin_merges_two_accounts(app, db):
    admin = visitor(app, create_actor(Role.ADMIN))
    kept, dropped = (create_person(name="黄秀英", room="301") for _ in range(2))
    booked = create_booking(create_space(), between(9, 10, days=1), booker_id=dropped.id)
    found = admin.get(f"/manage/people/{kept.id}/merge")
    assert f"/manage/people/{kept.id}/merge/{dropped.id}" in found.text
    page = admin.get(f"/manage/people/{kept.id}/merge/{dropped.id}")
    assert "要来的 1 个" in page.text

    done = admin.submit(page, f"/merge/{dropped.id}")

    assert done.status_code == 303
    db.session.expire_all()
    assert db.session.get(type(booked), booked.id).booker_id == kept.id
    assert "已并入" in admin.get(f"/manage/people/{dropped.id}").text
    assert admin.submit(page, f"/merge/{dropped.id}").status_code == 404


def test_an_admin_hands_data_out_and_erases_on_request(app, db, person):
    admin = visitor(app, create_actor(Role.ADMIN))
    file = admin.submit(admin.get(f"/manage/people/{person.id}"), "/data")
    assert "13812345678" in file.get_data(as_text=True)
    assert db.session.scalar(select(AuditEvent.object_id).where(AuditEvent.action == "person.data_exported"))

    admin.submit(admin.get(f"/manage/people/{person.id}/erase"), "/erase")

    assert fresh(db, person).name == ERASED_NAME
    page = admin.get(f"/manage/people/{person.id}")
    assert "已注销" in page.text
    assert "更改身份" not in page.text


def test_why_two_can_not_be_merged_is_said(app):
    admin = visitor(app, create_actor(Role.ADMIN))
    resident, merchant = create_person(), create_person(Role.MERCHANT)

    answer = admin.get(f"/manage/people/{resident.id}/merge/{merchant.id}")

    assert answer.status_code == 422
    assert "身份不一样" in answer.text


def test_members_of_a_shop_read_whose_it_is(client, db):
    _, keeper = create_merchant("山腰茶行")
    log_in(client, keeper)

    assert "山腰茶行" in client.get("/me/data").text
    assert db.session.scalars(select(MerchantMember.person_id)).all() == [keeper.id]
