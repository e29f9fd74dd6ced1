"""Windows of applications, the standing of hosts, and the checklist, at their boundaries."""

from datetime import date, timedelta

import pytest

from domain.errors import BadInput
from domain.interval import Interval, at_local
from domain.sales.lines import Platform
from domain.studio.checklist import TOTAL, AutomaticCheck, ManualCheck, Part, missing_parts, progress
from domain.studio.compliance import Compliance, Light
from domain.studio.hosts import Evidence, Standing, clean_note, standing_on
from domain.studio.planning import ShowWish, check_applications, wish_violations
from domain.studio.shows import Allotment, ApplicationsPhase, Layout, ShowPlan, applications_phase

DAY = date(2026, 11, 26)
START = at_local(DAY, 19 * 60 + 30)
LOCK = START - timedelta(hours=24)
OPENS, CLOSES = LOCK - timedelta(days=3), LOCK - timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "now", "phase"),
    [
        (None, None, START, ApplicationsPhase.OPEN),
        (OPENS, CLOSES, OPENS - SECOND, ApplicationsPhase.NOT_YET),
        (OPENS, CLOSES, OPENS, ApplicationsPhase.OPEN),
        (OPENS, CLOSES, CLOSES - SECOND, ApplicationsPhase.OPEN),
        (OPENS, CLOSES, CLOSES, ApplicationsPhase.CLOSED),
        (OPENS, None, START, ApplicationsPhase.OPEN),
        (None, CLOSES, CLOSES, ApplicationsPhase.CLOSED),
    ],
)
def test_applications_are_taken_from_their_opening_until_just_before_their_close(
    opens_at, closes_at, now, phase
):
    assert applications_phase(opens_at, closes_at, now) is phase


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "allotment"),
    [
        (None, None, Allotment.FIRST_COME),
        (OPENS, LOCK, Allotment.DRAW),
        (LOCK - SECOND, None, Allotment.FIRST_COME),
    ],
)
def test_a_window_may_reach_to_the_lock(opens_at, closes_at, allotment):
    check_applications(opens_at, closes_at, allotment, LOCK)


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "allotment", "code"),
    [
        (None, None, Allotment.DRAW, "draw_needs_close"),
        (None, LOCK + SECOND, Allotment.FIRST_COME, "applications_close_late"),
        (CLOSES, CLOSES, Allotment.FIRST_COME, "applications_order"),
        (LOCK, None, Allotment.FIRST_COME, "applications_order"),
    ],
)
def test_a_window_closes_after_it_opened_and_by_the_lock(opens_at, closes_at, allotment, code):
    with pytest.raises(BadInput) as refused:
        check_applications(opens_at, closes_at, allotment, LOCK)

    assert refused.value.code == code


def test_a_wish_moves_with_its_window_and_keeps_the_rest():
    wish = ShowWish(
        "好货", START, Layout.MARKET, slots=4, applications_open_at=OPENS, applications_close_at=CLOSES,
        platform=Platform.WEIXIN,
    )  # fmt: skip

    moved = wish.at(START + timedelta(days=7))

    assert (moved.applications_open_at, moved.applications_close_at) == (
        OPENS + timedelta(days=7),
        CLOSES + timedelta(days=7),
    )
    assert (moved.platform, moved.plan.slots) == (Platform.WEIXIN, 4)
    assert wish.plan == ShowPlan(Layout.MARKET, START, 10, 4, 15)


def test_a_rundown_has_one_slot_and_a_market_ten_where_nothing_is_said():
    assert ShowWish("好货", START, Layout.RUNDOWN, slots=7).plan.slots == 1
    assert ShowWish("好货", START, Layout.MARKET).plan.slots == 10


def test_all_that_speaks_against_a_wish_comes_together():
    wish = ShowWish("好货", START, Layout.RUNDOWN, applications_close_at=CLOSES)
    openings = [Interval(START - timedelta(hours=8), START)]

    found = wish_violations(wish, openings, 24, START)

    assert [one.code for one in found] == ["in_the_past", "outside_hours", "applications_over"]


@pytest.mark.parametrize(
    ("is_verified", "valid_until", "is_archived", "standing"),
    [
        (False, None, False, Standing.UNVERIFIED),
        (True, None, False, Standing.VERIFIED),
        (True, DAY, False, Standing.VERIFIED),
        (True, DAY - timedelta(days=1), False, Standing.OUTDATED),
        (True, None, True, Standing.ARCHIVED),
    ],
)
def test_a_verification_counts_to_its_last_day(is_verified, valid_until, is_archived, standing):
    found = standing_on(DAY, is_verified=is_verified, valid_until=valid_until, is_archived=is_archived)

    assert found is standing


def test_a_note_loses_stray_white_space():
    assert clean_note("  本人  来过 ", Evidence.ID_CARD) == "本人 来过"


def test_a_booth_lacks_whatever_is_not_green_also_what_waits_for_the_house():
    lights = Compliance(Light.WAITING, Light.OK, Light.MISSING, Light.OK, Light.OK)

    assert missing_parts(lights) == (Part.PAPERS, Part.SAMPLE)


def test_everything_done_is_the_whole_list():
    assert progress(list(AutomaticCheck), list(ManualCheck)) == TOTAL == 11
