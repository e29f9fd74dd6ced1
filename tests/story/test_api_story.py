"""The main job, end to end, through the API: booked, approved, on air, counted. On both engines."""

from datetime import timedelta
from io import BytesIO

from domain.interval import local
from domain.people import Role
from models import Person
from services.seed.house import lay_house
from tests.api.program import Program, times, wall
from tests.support.builders import MONDAY, NOW, at, between, create_captain, create_person
from tests.support.exports import doudian_csv, doudian_row
from tests.support.studio_builders import create_merchant
from tests.support.visits import visitor

THURSDAY = MONDAY + timedelta(days=3)
SHOW_STARTS = at(19.5, day=THURSDAY)
BOOTH_3_STARTS = at(20, day=THURSDAY)
PRODUCT_CODE = "3561234567890123456"
TOMORROW_15_TO_17 = between(15, 17, days=1)
TOMORROW_16_TO_18 = between(16, 18, days=1)


def test_a_resident_books_staff_approve_a_merchant_goes_on_air_and_the_sales_are_counted(
    app, db, time_machine
):
    time_machine.move_to(NOW, tick=False)
    lay_house()
    staff, colleague = Program(app, create_person(Role.STAFF)), Program(app, create_person(Role.STAFF))

    chen = a_neighbour_joins_and_waits_for_the_captain(app, db)
    booking = chen_asks_for_the_tea_room(chen)
    other = somebody_else_is_offered_other_times(Program(app, create_person()))
    staff_decide(staff, colleague, chen, booking, other)

    _merchant, actor = create_merchant("山腰茶行", margin_bp=3000)
    shop, rival = Program(app, db.session.get(Person, actor.id)), Program(app, a_rival(db))
    show = a_show_with_ten_booths(staff)
    the_shop_takes_booth_3(staff, shop, rival, show)

    time_machine.move_to(at(23, day=THURSDAY), tick=False)
    the_export_is_counted_once(staff, shop, rival, show)


def a_neighbour_joins_and_waits_for_the_captain(app, db):
    """Signing up has no API: it is a page for people. What the account may do is the same on both ways in."""
    browser = visitor(app)
    form = browser.get("/signup")
    home = {"building": "7", "unit": "2", "room": "301"}
    joined = browser.submit(
        form, "/signup", phone="13800138000", name="陈建国", password="liu-yu-cha", **home
    )
    person = db.session.query(Person).filter_by(phone="13800138000").one()
    chen = Program(app, person)
    too_early = chen.post("/bookings", space="tea-room", **times(TOMORROW_15_TO_17))
    looked = chen.get("/spaces/tea-room/availability", **window(0, 24))

    captain = visitor(app, create_captain(building=7))
    verified = captain.submit(captain.get("/people"), f"/people/{person.id}/verify")

    assert joined.status_code == 303
    assert [v["code"] for v in too_early.json["violations"]] == ["not_verified"]
    assert {"08:00", "22:00"} <= {item["starts_at"][11:16] for item in looked.json["items"]}
    assert verified.status_code == 303
    return chen


def window(start, end):
    day = between(start, end, days=1)
    return {"from": wall(day.starts_at), "to": wall(day.ends_at)}


def chen_asks_for_the_tea_room(chen):
    made = chen.post(
        "/bookings", space="tea-room", purpose="老友喝茶", party_size=6, **times(TOMORROW_15_TO_17)
    )

    assert (made.status_code, made.json["status"]) == (201, "pending")
    free = chen.get("/spaces/tea-room/availability", **window(15, 17)).json["items"]
    assert [item["free"] for item in free] == [0]
    return made.json


def somebody_else_is_offered_other_times(lin):
    refused = lin.post("/bookings", space="tea-room", party_size=4, **times(TOMORROW_16_TO_18))

    assert (refused.status_code, refused.json["code"]) == (409, "slot_taken")
    assert refused.json["title"].endswith("。")
    choices = refused.json["alternatives"]
    assert len(choices) == 3
    booked = lin.post("/bookings", party_size=4, **choices[0])
    assert (booked.status_code, booked.json["status"]) == (201, "pending")
    return lin, booked.json


def staff_decide(staff, colleague, chen, booking, other):
    waiting = staff.get("/bookings", space="tea-room", status="pending").json["items"]
    assert {found["id"] for found in waiting} == {booking["id"], other[1]["id"]}

    approved = staff.post(f"/bookings/{booking['id']}/approve", version=booking["version"])
    late = colleague.post(f"/bookings/{booking['id']}/decline", version=booking["version"], reason="场地维修")
    assert approved.status_code == 200
    assert (late.status_code, late.json["code"], late.json["current"]["status"]) == (
        409,
        "stale",
        "confirmed",
    )
    assert chen.get(f"/bookings/{booking['id']}").json["status"] == "confirmed"

    lin, theirs = other
    mute = staff.post(f"/bookings/{theirs['id']}/decline", version=theirs["version"])
    assert (mute.status_code, mute.json["code"]) == (422, "reason_missing")
    staff.post(f"/bookings/{theirs['id']}/decline", version=theirs["version"], reason="茶话室消毒保养")
    read = lin.get(f"/bookings/{theirs['id']}").json
    assert (read["status"], read["decision_reason"]) == ("declined", "茶话室消毒保养")


def a_rival(db):
    return db.session.get(Person, create_merchant("永春佛手")[1].id)


def a_show_with_ten_booths(staff):
    made = staff.post("/shows", title="年货节专场", starts_at=wall(SHOW_STARTS), layout="rundown")
    overlapping = staff.post("/shows", title="另一场", starts_at=wall(at(18, day=THURSDAY)), layout="rundown")
    market = staff.post(
        "/shows", title="周末集市", starts_at=wall(at(10, day=MONDAY + timedelta(days=6))), layout="market"
    )

    assert [booth["starts_at"][11:16] for booth in made.json["booths"]] == [
        "19:30", "19:45", "20:00", "20:15", "20:30", "20:45", "21:00", "21:15", "21:30", "21:45",
    ]  # fmt: skip
    assert (overlapping.status_code, overlapping.json["code"]) == (409, "slot_taken")
    assert len(market.json["booths"]) == 10 * market.json["slot_count"] == 100
    return made.json


def the_shop_takes_booth_3(staff, shop, rival, show):
    product = {"name": "铁观音 250g", "price_fen": 8800, "stock": 50, "doudian_product_id": PRODUCT_CODE}
    tea = shop.post("/products", **product).json
    foreign = rival.post("/products", name="佛手 100g", price_fen=6600, stock=20).json
    booth_3 = f"/shows/{show['id']}/booths/3"

    booked = shop.post(booth_3, product_id=tea["id"])
    taken = rival.post(booth_3, product_id=foreign["id"])
    double = shop.post(f"/shows/{show['id']}/booths/4", product_id=tea["id"])
    unread = staff.post(f"/bookings/{booked.json['id']}/approve", version=booked.json["version"])
    cleared = staff.post(f"/claims/{tea['id']}/clear", version=tea["version"])
    approved = staff.post(f"/bookings/{booked.json['id']}/approve", version=booked.json["version"])

    assert ([v["code"] for v in unread.json["violations"]], cleared.status_code) == (
        ["claims_unreviewed"],
        200,
    )
    assert (booked.status_code, booked.json["status"]) == (201, "pending")
    assert (taken.status_code, taken.json["code"]) == (409, "slot_taken")
    assert [v["code"] for v in double.json["violations"]] == ["product_twice"]
    assert approved.json["status"] == "confirmed"
    shown = shop.get(f"/shows/{show['id']}").json["booths"][2]
    assert (shown["status"], shown["merchant"]["name"], shown["product"]["name"]) == (
        "confirmed",
        "山腰茶行",
        "铁观音 250g",
    )


def the_orders():
    """Three orders while booth 3 was on air, one of them refunded, and one of somebody else's product."""

    def order(number, yuan, **cells):
        moment = f"{local(BOOTH_3_STARTS) + timedelta(minutes=number):%Y-%m-%d %H:%M:%S}"
        tea = {"选购商品": "铁观音 250g", "商品ID": PRODUCT_CODE, "商家编码": "-"}
        paid = {"商品单价": yuan, "订单应付金额": yuan, "订单提交时间": moment, "支付完成时间": moment}
        return doudian_row(number, **tea | paid | cells)

    return [
        order(1, "¥1,299.00", 子订单编号="\t6917500000000000001"),
        order(2, "88.00"),
        order(3, "88.00", 订单状态="已完成", 售后状态="退款成功"),
        order(4, "20.00", 商品ID="3500000000000000999", 选购商品="别家的花生"),
    ]


def the_export_is_counted_once(staff, shop, rival, show):
    for encoding, changes in (("gb18030", (4, 0)), ("utf-8-sig", (0, 4)), ("gb18030", (0, 4))):
        staged = upload(staff, show, doudian_csv(the_orders(), encoding=encoding))
        assert staged["status"] == "staged"
        applied = staff.post(f"/sales/imports/{staged['id']}/apply").json
        assert (applied["status"], applied["platform"], applied["read"]) == ("applied", "doudian", 4)
        assert (applied["inserted"], applied["unchanged"]) == changes
        assert (applied["updated"], applied["held"], applied["rejected"]) == (0, 0, [])

    everything = staff.get("/sales/summary", show=show["id"]).json
    own = shop.get("/sales/summary").json
    assert own["orders"] == 3
    assert (own["gmv_fen"], own["refunded_fen"], own["net_fen"]) == (147_500, 8_800, 138_700)
    assert own["by_tier"]["A"]["net_fen"] == 138_700
    assert everything["net_fen"] == own["net_fen"]
    assert staff.get("/sales/summary").json["net_fen"] == 140_700
    assert rival.get("/sales/summary").json["orders"] == 0


def upload(staff, show, data):
    sent = staff.upload("/sales/imports", file=(BytesIO(data), "订单.csv"), show=str(show["id"]))
    assert sent.status_code in (200, 201), sent.json
    return sent.json
