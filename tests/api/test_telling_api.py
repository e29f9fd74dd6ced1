"""The API of the inbox."""

import pytest

from services import outbox, records
from services.unit_of_work import in_transaction
from tests.api.program import Program
from tests.support.builders import NOW, create_person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def resident(app):
    return Program(app, create_person())


def tell(db, program, *shops):
    """Say something about each shop, and let it arrive."""

    def say():
        for shop in shops:
            records.tell(db.session(), program.person.id, "shop_verified", NOW, shop=shop)

    in_transaction(say)
    outbox.deliver_due(NOW)


def test_the_inbox_is_read_page_by_page_the_newest_first(db, resident):
    tell(db, resident, "甲", "乙", "丙")

    first = resident.get("/notices", page_size=2).json
    second = resident.get("/notices", page_size=2, cursor=first["next_cursor"]).json

    assert [one["text"][1] for one in first["items"] + second["items"]] == ["丙", "乙", "甲"]
    assert second["next_cursor"] is None
    assert {name: first["items"][0][name] for name in ("kind", "tone", "path", "unread")} == {
        "kind": "shop_verified",
        "tone": "ok",
        "path": "/shows",
        "unread": True,
    }
    assert resident.get("/notices", cursor="nonsense").status_code == 422


def test_notices_are_put_away_by_their_ids_or_up_to_one_and_only_the_own(app, db, resident):
    other = Program(app, create_person())
    tell(db, resident, "甲", "乙")
    tell(db, other, "丙")
    newest, oldest = (one["id"] for one in resident.get("/notices").json["items"])
    (theirs,) = (one["id"] for one in other.get("/notices").json["items"])

    first = resident.post("/notices/read", "key", ids=[oldest, theirs])
    assert first.json == resident.post("/notices/read", "key", ids=[oldest, theirs]).json == {"read": 1}
    assert [one["id"] for one in resident.get("/notices", unread=True).json["items"]] == [newest]
    assert resident.post("/notices/read", up_to=theirs).json == {"read": 1}
    assert resident.get("/notices", unread=True).json["items"] == []
    assert len(other.get("/notices", unread=True).json["items"]) == 1


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": [1], "up_to": 1}, {"up_to": -1}, {"ids": ["x"]}])
def test_it_has_to_be_said_which(resident, body):
    assert resident.post("/notices/read", **body).status_code == 422


def test_a_program_reads_the_language_it_asks_for(db, resident):
    tell(db, resident, "甲")
    resident.headers |= {"Accept-Language": "en"}

    assert resident.get("/notices").json["items"][0]["text"].startswith("“甲” is verified")
