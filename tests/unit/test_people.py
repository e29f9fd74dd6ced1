"""Names, phones and homes."""

import pytest

from domain.errors import BadInput
from domain.people import Home, Salutation, clean_home, mask_name, mask_phone, normalise_phone


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００"],
)
def test_a_phone_is_read_however_it_is_typed(typed):
    assert normalise_phone(typed) == "13800138000"


@pytest.mark.parametrize("typed", ["", "1380013800", "12800138000", "86138001380000", "abc"])
def test_what_is_no_mainland_mobile_is_refused(typed):
    with pytest.raises(BadInput, match="phone_invalid"):
        normalise_phone(typed)


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        (("22", "1", "301"), Home(22, 1, "301")),
        (("22栋", "1 单元", "301室"), Home(22, 1, "301")),
        (("22号楼", "１", "12a"), Home(22, 1, "12A")),
        (("7幢", "2单元", "a-3"), Home(7, 2, "A-3")),
    ],
)
def test_a_home_is_read_however_it_is_typed(typed, home):
    assert clean_home(*typed) == home


@pytest.mark.parametrize(
    "typed", [("", "1", "301"), ("22", "0", "301"), ("22", "1", ""), ("二十二", "1", "301")]
)
def test_half_a_home_is_refused(typed):
    with pytest.raises(BadInput, match="home_invalid"):
        clean_home(*typed)


def test_neighbours_see_a_surname_and_four_digits():
    assert mask_name("陈建国", Salutation.MR) == "陈先生"
    assert mask_name("欧阳秀英", Salutation.MS) == "欧阳女士"
    assert mask_name("林福") == "林**"
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone(None) == ""
