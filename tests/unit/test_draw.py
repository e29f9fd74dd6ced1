"""The fair draw: the list to the letter, ranks that anyone can recompute, and nothing that can be changed unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.studio.draw import (
    Applicant,
    ApplicationStatus,
    DrawList,
    allot,
    list_text,
    pick,
    ranked,
    read_list,
    sha256,
    standing,
)
from domain.studio.draw_check import Published, Result, verify
from domain.studio.shows import BoothTime, Layout, ShowPlan
from tests.support.builders import NOW, at

SEED = "5eed" * 16
PLAN = ShowPlan(Layout.RUNDOWN, at(19.5), 3, 1, 15)
texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["\\t", "a\tb", "\n", "\u2028", "-"]
)


def applicant(number: int, **changes) -> Applicant:
    """A shop that had no booth this year, has no points and no wish."""
    return Applicant(
        **{
            "id": number,
            "merchant_id": number,
            "product_id": number,
            "merchant": f"店{number}",
            "product": "铁观音",
            "wish": None,
            "slots_this_year": 0,
            "points": 0,
        }
        | changes
    )


def the_list(*applicants: Applicant, **changes) -> DrawList:
    """A list of a show of three booths."""
    return DrawList(
        **{
            "show_id": 7,
            "title": "年货专场",
            "plan": PLAN,
            "taken": (),
            "closed_at": NOW,
            "seed_hash": sha256(SEED),
            "applicants": applicants,
        }
        | changes
    )


crowds = st.lists(
    st.builds(
        applicant,
        st.integers(1, 10**6),
        merchant=texts,
        product=texts,
        wish=st.none() | st.integers(1, 3),
        slots_this_year=st.integers(0, 4),
        points=st.integers(0, 4),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)
plans = st.sampled_from([PLAN, replace(PLAN, layout=Layout.MARKET, slots=2), replace(PLAN, booths=10)])


def drawn(published: DrawList, seed: str = SEED) -> Published:
    """What an honest house publishes."""
    text = list_text(published)
    in_order = ranked(published.applicants, seed, sha256(text))
    booths = allot(in_order, published.times)
    results = []
    for rank, one in enumerate(in_order, start=1):
        time = booths.get(one.id)
        status = ApplicationStatus.ALLOTTED if time else ApplicationStatus.WAITLISTED
        results.append(Result(one.id, rank, status, time and time.booth, time and time.interval.starts_at))
    return Published(sha256(seed), text, sha256(text), seed, tuple(results))


def codes(published: Published) -> list[str]:
    """What the check says."""
    return [one.code for one in verify(published)]


def test_the_list_is_written_like_this() -> None:
    taken = (PLAN.booth_times()[1],)

    assert list_text(the_list(applicant(4, wish=2), applicant(3, merchant="a\tb\\"), taken=taken)) == (
        "jufu-draw 1\nshow 7\ntitle 年货专场\nstarts_at 2026-11-23T19:30:00+08:00\nlayout rundown\nbooths 3\n"
        "slots 1\nslot_minutes 15\ntaken 2@2026-11-23T19:45:00+08:00\nclosed_at 2026-11-23T09:00:00+08:00\n"
        f"seed_hash {sha256(SEED)}\napplications 2\n"
        "3\t3\t3\ta\\tb\\\\\t铁观音\t-\t0\t0\n4\t4\t4\t店4\t铁观音\t2\t0\t0\n"
    )


@given(crowds, texts, plans)
def test_a_list_can_be_read_back_and_two_lists_never_look_alike(crowd, title, plan) -> None:
    published = the_list(*sorted(crowd, key=lambda one: one.id), title=title, plan=plan)

    assert read_list(list_text(published)) == published


@given(crowds, plans)
def test_an_honest_draw_agrees(crowd, plan) -> None:
    assert codes(drawn(the_list(*crowd, plan=plan))) == []


@given(crowds)
def test_ranks_are_a_permutation_and_the_same_every_time(crowd) -> None:
    in_order = ranked(crowd, SEED, "aa")

    assert sorted(one.id for one in in_order) == sorted(one.id for one in crowd)
    assert ranked(reversed(crowd), SEED, "aa") == in_order


@given(crowds)
def test_fewer_slots_go_first_then_fewer_points(crowd) -> None:
    merits = [one.merit for one in ranked(crowd, SEED, "aa")]

    assert merits == sorted(merits)


def test_among_equals_the_lottery_decides_and_every_seed_decides_anew() -> None:
    crowd = [applicant(number) for number in range(1, 9)]
    orders = {tuple(one.id for one in ranked(crowd, f"seed {n}", "aa")) for n in range(20)}
    lists = {tuple(one.id for one in ranked(crowd, SEED, f"hash {n}")) for n in range(20)}

    assert len(orders) == len(lists) == 20
    assert {first for first, *_ in orders} > {1, 2, 3}


@given(st.data())
def test_any_byte_of_the_list_that_changes_is_found(data) -> None:
    honest = drawn(the_list(*(applicant(number) for number in (3, 5, 8, 9))))
    raw = honest.list_text.encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != raw[place]))
    forged = (raw[:place] + bytes([byte]) + raw[place + 1 :]).decode(errors="replace")

    assert "draw_list_changed" in codes(replace(honest, list_text=forged))


@pytest.mark.parametrize("seed", ["another seed", SEED.upper(), ""])
def test_another_seed_is_found(seed: str) -> None:
    crowd = the_list(*(applicant(number) for number in range(1, 9)))

    assert "draw_seed_changed" in codes(replace(drawn(crowd), seed=seed))


def test_a_new_promise_for_another_seed_is_found_in_the_list() -> None:
    forged = drawn(the_list(applicant(1)), seed="a seed that suits somebody")

    assert codes(forged) == ["draw_promise_changed"]


def test_a_list_that_is_rewritten_with_its_hash_gives_other_ranks() -> None:
    crowd = the_list(*(applicant(number) for number in range(1, 9)))
    text = list_text(replace(crowd, title="另一场"))
    forged = replace(drawn(crowd), list_text=text, list_hash=sha256(text))

    assert "draw_ranks_wrong" in codes(forged)


def test_ranks_and_booths_that_were_exchanged_are_found_by_name() -> None:
    honest = drawn(the_list(applicant(1), applicant(2)))
    first, second = honest.results
    ranks = (replace(first, rank=2), replace(second, rank=1))
    booths = (replace(first, booth=second.booth, starts_at=second.starts_at), second)

    assert [(one.code, one.params) for one in verify(replace(honest, results=ranks))] == [
        ("draw_ranks_wrong", {"applications": "1, 2"})
    ]
    assert [(one.code, one.params) for one in verify(replace(honest, results=booths))] == [
        ("draw_booths_wrong", {"applications": str(first.application_id)})
    ]


@pytest.mark.parametrize(
    "text", ["", "jufu-draw 2\n", "jufu-draw 1\nshow x\n", "jufu-draw 1\n" + "a b\n" * 30]
)
def test_what_is_no_list_is_said_to_be_none(text: str) -> None:
    found = verify(Published(sha256(SEED), text, sha256(text)))

    assert [one.code for one in found] == ["draw_list_unreadable"]


def test_before_the_draw_only_the_list_is_looked_at() -> None:
    text = list_text(the_list(applicant(1)))

    assert codes(Published(sha256(SEED), text, sha256(text))) == []


def test_the_wished_booth_goes_to_the_first_who_wants_it_and_others_get_the_lowest() -> None:
    crowd = [applicant(1, wish=3), applicant(2, wish=3), applicant(3), applicant(4)]

    given_booths = allot(crowd, PLAN.booth_times())

    assert {number: time.booth for number, time in given_booths.items()} == {1: 3, 2: 1, 3: 2}


def test_who_is_passed_over_leaves_the_booth_to_the_next() -> None:
    given_booths = allot([applicant(1), applicant(2)], PLAN.booth_times(), {1})

    assert {number: time.booth for number, time in given_booths.items()} == {2: 1}


def test_in_a_market_the_earliest_slot_goes_before_the_lowest_booth() -> None:
    market = ShowPlan(Layout.MARKET, at(19.5), 2, 2, 15)
    crowd = [applicant(1), applicant(2, wish=2), applicant(3, wish=2), applicant(4)]

    def where(time: BoothTime) -> tuple[int, int]:
        return time.booth, (time.interval.starts_at - at(19.5)) // timedelta(minutes=15)

    assert [where(time) for time in allot(crowd, market.booth_times()).values()] == [
        (1, 0),
        (2, 0),
        (2, 1),
        (1, 1),
    ]


def test_where_nothing_is_free_nothing_can_be_picked() -> None:
    with pytest.raises(ValueError, match="empty"):
        pick(None, [])


def test_a_rank_is_explained_by_slots_points_and_the_lottery() -> None:
    crowd = [
        applicant(1),
        applicant(2, points=1),
        applicant(3, slots_this_year=1),
        applicant(4, slots_this_year=1),
        applicant(5, slots_this_year=1, points=3),
    ]
    in_order = ranked(crowd, SEED, "aa")
    last, fourth = standing(in_order, 5), standing(in_order, in_order[3].id)

    assert (last.rank, last.fewer_slots, last.fewer_points, last.lottery, last.equals) == (5, 2, 2, 1, 1)
    assert (fourth.rank, fourth.fewer_slots, fourth.fewer_points, fourth.lottery, fourth.equals) == (
        4,
        2,
        0,
        2,
        2,
    )
