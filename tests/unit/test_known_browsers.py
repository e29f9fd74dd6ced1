"""The badge of a browser that somebody has logged in with before: what it is good for, in one spelling only."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.known_browsers import LASTS, badge_of, is_badge_of, standing_of

NOW, KEY, NONCE = datetime(2026, 11, 27, 9, tzinfo=UTC), "a key", "n" * 43
STANDING = standing_of(7, 2, "$argon2id$one")
BADGE = badge_of(STANDING, NONCE, KEY, NOW)
GIVEN, _, SIGNATURE = BADGE.split(".")


@pytest.mark.parametrize("ago", [timedelta(), LASTS, timedelta(hours=-1)], ids=str)
def test_a_badge_counts_for_half_a_year_and_from_whatever_clock_it_came(ago):
    assert is_badge_of(badge_of(STANDING, NONCE, KEY, NOW - ago), STANDING, KEY, NOW)


def test_an_older_one_does_not():
    old = badge_of(STANDING, NONCE, KEY, NOW - LASTS - timedelta(seconds=1))

    assert not is_badge_of(old, STANDING, KEY, NOW)


@pytest.mark.parametrize("other", [(8, 2, "$argon2id$one"), (7, 3, "$argon2id$one"), (7, 2, "$argon2id$two")])
def test_it_is_for_one_account_as_it_was(other):
    assert not is_badge_of(BADGE, standing_of(*other), KEY, NOW)


def test_another_house_gives_others():
    assert not is_badge_of(BADGE, STANDING, "another key", NOW)


@pytest.mark.parametrize(
    "spelling",
    [
        f"{int(GIVEN) + 1}.{NONCE}.{SIGNATURE}",
        f"0{GIVEN}.{NONCE}.{SIGNATURE}",
        f"+{GIVEN}.{NONCE}.{SIGNATURE}",
        f"{GIVEN}.{'m' * 43}.{SIGNATURE}",
        f"{GIVEN}.{NONCE}.{SIGNATURE.upper()}",
        f"{GIVEN}.{NONCE}.{'0' * 64}",
        f" {BADGE}",
        f"{BADGE}\n",
        f"{GIVEN}.{NONCE}",
        "",
        "一.二.三",
        "\ud800",
    ],
    ids=range(12),
)
def test_whoever_could_spell_it_otherwise_would_have_more_tries(spelling):
    assert not is_badge_of(spelling, STANDING, KEY, NOW)
