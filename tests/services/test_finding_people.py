"""Finding people by whatever the desk knows of them."""

import pytest
from sqlalchemy import event

from domain.errors import Forbidden
from domain.people import Role
from models import Person
from models.base import db as database
from services.registry import finding
from services.registry.finding import State, Wanted
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor, create_captain, create_person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def admin():
    return create_actor(Role.ADMIN, name="管理员")


def names(actor, **wanted):
    return [person.name for person in finding.find(actor, Wanted(**wanted)).people]


@pytest.mark.parametrize(
    "text",
    ["秀英", " 黄秀 ", "13800138000", "+86 138-0013 8000", "8000", "22-1-301", "22栋1单元301室", "22号楼 1 单元 301"],
)  # fmt: skip
def test_somebody_is_found_by_name_phone_or_home(admin, text):
    create_person(name="黄秀英", phone="13800138000", building=22, unit=1, room="301")
    create_person(name="庄志强", phone="13900139001", building=22, unit=2, room="301")

    assert names(admin, text=text) == ["黄秀英"]


@pytest.mark.parametrize("text", ["%", "_", "黄_英", "x" * 60])
def test_signs_of_patterns_are_only_signs(admin, text):
    create_person(name="黄秀英")

    assert names(admin, text=text) == []


def test_role_and_state_narrow_it_down(admin):
    create_person(name="住户")
    create_person(Role.MERCHANT, name="商户")
    create_person(name="新来的", verified_at=None)
    create_person(name="停用的", disabled_at=NOW)
    create_person(name="注销的", disabled_at=NOW, erased_at=NOW, phone=None)

    assert names(admin, role=Role.MERCHANT) == ["商户"]
    assert names(admin, state=State.WAITING) == ["新来的"]
    assert names(admin, state=State.DISABLED) == ["停用的"]
    assert names(admin, state=State.ERASED) == ["注销的"]
    assert names(admin) == ["新来的", "商户", "住户", "管理员"]


def test_staff_find_no_staff_and_neighbours_find_nobody():
    staff = create_actor(Role.STAFF)
    create_person(Role.ADMIN, name="管理员")
    create_person(name="住户")

    assert names(staff) == ["住户"]
    with pytest.raises(Forbidden):
        finding.find(create_captain(), Wanted())


def test_pages_follow_each_other_without_gaps(admin):
    for number in range(5):
        create_person(name=f"陈{number}")

    first = finding.find(admin, Wanted(text="陈"), size=3)
    second = finding.find(admin, Wanted(text="陈"), size=3, before=first.next_before)

    assert [person.name for person in first.people + second.people] == ["陈4", "陈3", "陈2", "陈1", "陈0"]
    assert second.next_before is None


def test_a_page_of_two_thousand_is_one_query_by_the_key(admin, db):
    in_transaction(
        lambda: database.session.add_all(
            Person(
                phone=f"139{number:08d}",
                name="陈",
                role=Role.RESIDENT,
                building=7,
                unit=1,
                room=str(number),
                created_at=NOW,
            )
            for number in range(2000)
        )
    )
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        page = finding.find(admin, Wanted(text="陈"))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert len(page.people) == finding.PAGE
    assert len(asked) == 1
    assert "LIMIT" in asked[0]
