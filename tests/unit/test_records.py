"""The sealed file: its canonical form, how long it is kept, views as typed, and names in the archive."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from domain.errors import BadInput
from domain.studio.records import canonical, digest_of, kept_until, safe_name, views_of


def test_the_same_content_has_the_same_hash_however_it_is_ordered() -> None:
    assert canonical({"b": 1, "a": "茶"}) == '{"a":"茶","b":1}'.encode()
    assert digest_of({"b": 1, "a": "茶"}) == sha256('{"a":"茶","b":1}'.encode()).hexdigest()
    assert digest_of({"b": 1, "a": "茶"}) != digest_of({"b": 1, "a": "茶 "})


@pytest.mark.parametrize(
    ("ended", "years", "until"),
    [
        ((2026, 11, 23), 3, (2029, 11, 23)),
        ((2028, 2, 29), 3, (2031, 3, 1)),
        ((2028, 2, 29), 4, (2032, 2, 29)),
        ((2026, 11, 23), 1, (2029, 11, 23)),
    ],
)
def test_it_is_kept_for_whole_years_and_never_less_than_three(ended, years, until) -> None:
    assert kept_until(datetime(*ended, 14, tzinfo=UTC), years) == datetime(*until, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "views"), [("1280", 1280), (" 1,280 ", 1280), ("1，280", 1280), ("", None)]
)
def test_views_are_read_as_people_type_them(typed, views) -> None:
    assert views_of(typed) == views


@pytest.mark.parametrize("typed", ["-1", "1.5", "很多", "1e9", "９９", "9" * 30])
def test_what_is_no_number_of_views_is_refused(typed) -> None:
    with pytest.raises(BadInput):
        views_of(typed)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("营业执照", "JY 12/3"), "营业执照-JY-12-3"),
        (("../../etc", "passwd"), "etc-passwd"),
        (("..", "."), "file"),
        (("C:\\x", "a\x00b"), "C-x-a-b"),
    ],
)
def test_names_in_the_archive_lead_nowhere(parts, name) -> None:
    assert safe_name(*parts) == name


def test_a_name_in_the_archive_fits_into_every_file_system() -> None:
    for number in ("茶" * 60, "𠮷" * 60, "a" * 60):
        assert len(f"{safe_name('预包装食品销售备案', number)}-1234567890.jpg".encode()) <= 255
