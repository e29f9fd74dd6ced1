"""The API of what was sold: a shop's own page, a show, the community, the leaderboard."""

import pytest

from domain.bookings import BookingStatus
from domain.people import Role
from models import Person
from tests.api.program import Program
from tests.support.builders import create_person, create_studio
from tests.support.statement_builders import on, sell
from tests.support.studio_builders import create_booth, create_merchant, create_product, create_show

pytestmark = pytest.mark.usefixtures("db")
SUMS = {"orders": 1, "items": 1, "gmv_fen": 8_600, "refunded_fen": 0, "net_fen": 8_600}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(on(20), tick=False)


@pytest.fixture
def staff(app):
    return Program(app, create_person(Role.STAFF))


@pytest.fixture
def evening(app, db):
    """A show on 12 October with the tea of one shop at booth 2, of which one was sold."""
    merchant, owner = create_merchant("山腰茶行", margin_bp=5_000)
    tea = create_product(merchant, "铁观音")
    show = create_show(create_studio(), on(12, hour=19.5), title="秋茶专场")
    booth = create_booth(show, 2, tea, owner, status=BookingStatus.COMPLETED)
    sell(tea, show, on(12), 8_600, booth_booking_id=booth.id)
    return show, merchant, tea, Program(app, db.session.get(Person, owner.id))


def test_a_shop_reads_what_its_own_page_shows_and_staff_read_the_same(staff, evening):
    show, merchant, tea, shop = evening

    home = shop.get("/sales/home").json

    assert home == shop.get(f"/sales/home/{merchant.id}").json == staff.get(f"/sales/home/{merchant.id}").json
    assert (home["merchant"], home["month"], home["year"]) == (merchant.id, SUMS, SUMS)
    assert home["provisional_fen"] == 8_600
    assert home["path"] == {
        "net_fen": 8_600,
        "estimated_fen": 4_300,
        "reported_fen": 0,
        "target_fen": 2_000_000,
        "progress_bp": 21,
    }
    assert home["forecast"]["low_fen"] <= home["forecast"]["likely_fen"] <= home["forecast"]["high_fen"]
    assert home["months"][-1] == {"month": "2026-10", "net_fen": 8_600, "estimated_fen": 4_300}
    assert home["shows"] == [{"show": show.id, "title": "秋茶专场", "booths": [2], **SUMS}]
    assert home["products"] == [{"product": tea.id, "name": "铁观音", **SUMS}]


def test_a_shop_of_others_and_one_that_is_none_are_not_there(app, db, staff, evening):
    _, merchant, _, _ = evening
    _, rival = create_merchant("阿嬷海味")

    other = Program(app, db.session.get(Person, rival.id))

    assert other.get(f"/sales/home/{merchant.id}").status_code == 404
    assert staff.get("/sales/home/987654").status_code == 404
    assert staff.get("/sales/home").status_code == 403


def test_a_show_the_community_and_the_board_say_the_same(staff, evening):
    show, merchant, _, shop = evening

    report, year = staff.get(f"/shows/{show.id}/sales").json, staff.get("/sales/community").json

    assert report["totals"] == year["totals"] == SUMS
    assert [(one["booth"], one["product"], one["net_fen"]) for one in report["booths"]] == [
        (2, "铁观音", 8_600)
    ]
    assert [(one["merchant"], one["estimated_fen"]) for one in year["merchants"]] == [(merchant.id, 4_300)]
    assert year["courses"]["behind"] == 1
    board = shop.get("/sales/leaderboard").json["items"]
    assert board == [{"place": 1, "merchant": "山腰茶行", "net_fen": 8_600, "mine": True}]
