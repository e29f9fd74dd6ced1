"""Who may verify whom, how people are shown, and what they may type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.people import (
    COMPOUND_SURNAMES,
    Actor,
    Home,
    Role,
    Salutation,
    check_password,
    clean_home,
    mask_name,
    mask_phone,
    normalise_phone,
)

phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@given(phones)
def test_a_masked_phone_hides_four_digits(phone: str) -> None:
    masked = mask_phone(phone)

    assert (masked[:3], masked[3:7], masked[7:]) == (phone[:3], "****", phone[7:])


def test_nobody_has_to_have_a_phone() -> None:
    assert mask_phone(None) == ""


@pytest.mark.parametrize(
    ("name", "salutation", "shown"),
    [
        ("陈大文", Salutation.MR, "陈先生"),
        ("林小妹", Salutation.MS, "林女士"),
        ("陈大文", Salutation.NONE, "陈**"),
        ("欧阳修", Salutation.MR, "欧阳先生"),
        ("欧大文", Salutation.MR, "欧先生"),
    ],
)
def test_a_name_is_shown_as_a_surname(name: str, salutation: Salutation, shown: str) -> None:
    assert mask_name(name, salutation) == shown


@given(st.sampled_from(["陈", "林", *sorted(COMPOUND_SURNAMES)]), st.text("甲乙丙丁", min_size=1, max_size=3))
def test_a_given_name_is_never_shown(surname: str, given_name: str) -> None:
    for salutation in Salutation:
        assert given_name not in mask_name(surname + given_name, salutation)
        assert mask_name(surname + given_name, salutation).startswith(surname)


@given(phones, st.sampled_from(["{}", "+86 {}", "+86{}", "0086{}", "86-{}", " {} "]), st.booleans())
def test_a_phone_is_read_however_it_was_typed(phone: str, form: str, spaced: bool) -> None:
    typed = f"{phone[:3]} {phone[3:7]}-{phone[7:]}" if spaced else phone

    assert normalise_phone(form.format(typed)) == phone


def test_full_width_digits_are_digits() -> None:
    assert normalise_phone("１３８００００００００") == "13800000000"


@pytest.mark.parametrize(
    "typed", ["", "1380000000", "138000000000", "12800000000", "abcdefghijk", "059512345678"]
)
def test_what_is_no_mainland_mobile_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        normalise_phone(typed)

    assert (refused.value.code, refused.value.field) == ("phone_invalid", "phone")


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        (("22", "1", "301"), Home(22, 1, "301")),
        (("22 栋", "1单元", "301室"), Home(22, 1, "301")),
        (("２２号楼", "1 单元", "301号"), Home(22, 1, "301")),
        (("7幢", "2", "3a"), Home(7, 2, "3A")),
    ],
)
def test_a_home_is_read_as_people_write_it(typed: tuple[str, str, str], home: Home) -> None:
    assert clean_home(*typed) == home


@pytest.mark.parametrize(
    "typed",
    [("", "1", "301"), ("0", "1", "301"), ("22", "一", "301"), ("22", "1", ""), ("22", "1", "123456789")],
)
def test_a_home_that_cannot_be_read_is_refused(typed: tuple[str, str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        clean_home(*typed)

    assert refused.value.code == "home_invalid"


@pytest.mark.parametrize(
    ("password", "code"),
    [("1234567", "password_short"), ("ab" * 65, "password_long"), ("a" * 8, "password_weak")],
)
def test_a_password_beyond_its_limits_is_refused(password: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_password(password)

    assert refused.value.code == code


@pytest.mark.parametrize("password", ["12345678", "ab" * 64])
def test_a_password_within_its_limits_is_taken(password: str) -> None:
    assert check_password(password) == password


def actor(role: Role, **more) -> Actor:
    """Somebody who acts."""
    return Actor(id=1, role=role, name="林一", **more)


def test_staff_verify_anybody_and_a_captain_the_own_building() -> None:
    captain = actor(Role.CAPTAIN, building=22, captain_of=7)

    assert captain.may_verify(7)
    assert not captain.may_verify(22)
    assert not captain.may_verify(None)
    assert actor(Role.STAFF).may_verify(None)
    assert actor(Role.ADMIN).may_verify(22)
    assert not actor(Role.RESIDENT, building=7).may_verify(7)
    assert not actor(Role.CAPTAIN, building=7).may_verify(None)


@pytest.mark.parametrize("role", Role)
def test_what_a_role_is(role: Role) -> None:
    somebody = actor(role)

    assert somebody.is_staff == (role in (Role.STAFF, Role.ADMIN))
    assert somebody.is_admin == (role is Role.ADMIN)
    assert somebody.is_merchant == (role is Role.MERCHANT)
