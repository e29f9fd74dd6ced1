"""The API of shops, their people and papers."""

import io
from urllib.parse import urlsplit

import pytest

from domain.people import Role
from models import Person
from tests.api.program import Program
from tests.support.builders import NOW, create_person
from tests.support.merchant_builders import PDF, create_draft, credit_code, photo
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")
FACTS = {
    "name": "惠珍干货铺",
    "address": "聚福小区 12 栋",
    "responsible_person": "黄惠珍",
    "contact_phone": "0595-87001001",
}
LICENCE = {"kind": "business_licence", "number": "JY1", "issuer": "泉港区市监局", "expires_on": "2030-01-31"}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def shop(app, db):
    _, actor = create_draft("新店")
    return Program(app, db.session.get(Person, actor.id))


@pytest.fixture
def rival(app, db):
    _, actor = create_merchant("阿嬷海味")
    return Program(app, db.session.get(Person, actor.id))


def put(program, path, **body):
    """Write something anew."""
    return program.client.put(f"/api/v1{path}", json=body, headers=program.headers)


def scan(data=None):
    return io.BytesIO(data or photo()), "licence.jpg"


def test_a_shop_goes_from_its_data_to_being_verified(shop, staff):
    begun = shop.get("/merchant")
    assert (begun.json["status"], begun.json["next_step"]) == ("draft", "fill_in")
    assert "licence_missing" in begun.json["gaps"]

    saved = put(shop, "/merchant", version=1, credit_code=credit_code(), **FACTS)
    paper = shop.upload("/merchant/papers", **LICENCE, scan=scan())
    submitted = shop.post("/merchant/submit", version=saved.json["version"])
    found = staff.get("/merchants", status="submitted")
    approved = staff.post(f"/merchants/papers/{paper.json['id']}/approve", version=1)
    number = found.json["items"][0]["id"]
    verified = staff.post(f"/merchants/{number}/verify", version=submitted.json["version"])

    assert (saved.status_code, paper.status_code, submitted.json["status"]) == (200, 201, "submitted")
    assert approved.json["papers"][0]["status"] == "approved"
    assert (verified.json["status"], verified.json["review_reason"]) == ("verified", "")
    assert verified.json["members"][0]["phone"] == f"{shop.person.phone[:3]}****{shop.person.phone[-4:]}"
    assert shop.get("/merchant").json["next_step"] == "go"


def test_what_is_wrong_is_a_problem_with_its_field(shop):
    refused = put(shop, "/merchant", version=1, credit_code="91350100M000100Y44", **FACTS)
    missing = shop.post("/merchant/submit", version=1)

    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (
        422, "credit_code_checksum", "credit_code",
    )  # fmt: skip
    assert [one["code"] for one in missing.json["violations"]][-1] == "licence_missing"


def test_a_stale_decision_shows_how_the_shop_stands(rival, staff):
    number = rival.get("/merchant").json["id"]
    first = staff.post(f"/merchants/{number}/suspend", version=1, reason="证照失效")

    late = staff.post(f"/merchants/{number}/suspend", version=1, reason="证照失效")
    own = put(rival, "/merchant", version=1, credit_code=credit_code(), **FACTS)
    lifted = staff.post(f"/merchants/{number}/lift", version=first.json["version"])

    assert (late.status_code, late.json["code"]) == (409, "stale")
    assert late.json["current"]["status"] == own.json["current"]["status"] == "suspended"
    assert own.status_code == 409
    assert lifted.json["status"] == "verified"


def test_papers_are_replaced_withdrawn_and_returned(shop, staff):
    put(shop, "/merchant", version=1, credit_code=credit_code(), **FACTS)
    first = shop.upload("/merchant/papers", key="one", **LICENCE, scan=scan(PDF)).json
    again = shop.upload("/merchant/papers", key="one", **LICENCE, scan=scan(PDF)).json
    newer = shop.upload(
        f"/merchant/papers/{first['id']}/replace", version="1", number="JY2", issuer="市监局", expires_on=""
    )

    assert first == again
    assert (newer.json["number"], newer.json["expires_on"], newer.json["kind"]) == (
        "JY2",
        None,
        first["kind"],
    )
    assert [one["id"] for one in shop.get("/merchant/papers").json["items"]] == [newer.json["id"]]
    returned = staff.post(f"/merchants/papers/{newer.json['id']}/return", version=1, reason="看不清")
    assert returned.json["papers"][0]["review_reason"] == "看不清"
    gone = shop.post(f"/merchant/papers/{newer.json['id']}/withdraw", version=2)
    stale = shop.post(f"/merchant/papers/{newer.json['id']}/withdraw", version=2)
    assert (gone.json["status"], stale.status_code) == ("withdrawn", 409)


def test_a_scan_is_for_its_shop_and_for_staff(shop, rival, staff):
    paper = shop.upload("/merchant/papers", **LICENCE, scan=scan(PDF)).json["id"]

    assert shop.get(f"/merchant/papers/{paper}/scan").data == PDF
    assert rival.get(f"/merchant/papers/{paper}/scan").status_code == 404
    assert staff.get(f"/merchant/papers/{paper}/scan").status_code == 403
    opened = staff.post(f"/merchants/papers/{paper}/scan")
    assert opened.data == PDF
    assert opened.headers["Content-Disposition"].startswith("attachment")
    assert rival.post(f"/merchants/papers/{paper}/scan").status_code == 403


def test_what_is_no_scan_is_refused(shop):
    refused = shop.upload("/merchant/papers", **LICENCE, scan=scan(b"MZ program"))

    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (
        422, "scan_unknown_format", "scan",
    )  # fmt: skip


def test_one_more_person_joins_by_a_link_and_leaves(app, rival):
    partner = Program(app, create_person(Role.MERCHANT))
    made = rival.post("/merchant/invites", key="not kept")
    other = rival.post("/merchant/invites")
    listed = rival.get("/merchant/invites").json["items"]
    assert [set(one) for one in listed] == [{"id", "expires_at"}] * 2
    token = urlsplit(made.json["url"]).path.rpartition("/")[2]

    joined = partner.post(f"/join/{token}")
    used = Program(app, create_person(Role.MERCHANT)).post(f"/join/{token}")

    assert joined.json["name"] == "阿嬷海味"
    assert [one["code"] for one in used.json["violations"]] == ["invite_over"]
    assert len(partner.get("/merchant/members").json["items"]) == 2
    assert rival.post(f"/merchant/invites/{other.json['id']}/revoke").status_code == 200
    assert partner.post(f"/merchant/members/{partner.person.id}/remove").status_code == 200
    assert partner.get("/merchant").status_code == 403
    last = rival.post(f"/merchant/members/{rival.person.id}/remove")
    assert [one["code"] for one in last.json["violations"]] == ["last_member"]


def test_staff_read_shops_page_by_page(staff):
    for number in range(3):
        create_merchant(f"茶行{number}")
    create_merchant("海味")

    first = staff.get("/merchants", name="茶行", page_size=2)
    second = staff.get("/merchants", name="茶行", page_size=2, cursor=first.json["next_cursor"])

    assert [one["name"] for one in (*first.json["items"], *second.json["items"])] == [
        "茶行0",
        "茶行1",
        "茶行2",
    ]
    assert second.json["next_cursor"] is None
    assert staff.get("/merchants/999999").status_code == 404
