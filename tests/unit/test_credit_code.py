"""The unified social credit code: what is typed is tidied, and every slip of one sign is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.merchants.credit_code import ALPHABET, LENGTH, check_sign, clean_credit_code

codes = st.text(ALPHABET, min_size=17, max_size=17).map(lambda first: first + check_sign(first))


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110108551385082Q", "91440300708461136T"])
def test_codes_that_were_given_out_pass(code: str) -> None:
    assert clean_credit_code(code) == code


@given(codes)
def test_a_code_with_its_check_sign_passes_however_it_is_typed(code: str) -> None:
    typed = f" {code[:8].lower()} {code[8:12]}-{code[12:]}\t"

    assert clean_credit_code(typed) == code
    assert clean_credit_code("".join(chr(ord(sign) + 0xFEE0) for sign in code)) == code  # full-width


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_change_of_one_sign_is_detected(code: str, place: int, sign: str) -> None:
    changed = code[:place] + sign + code[place + 1 :]

    if changed == code:
        assert clean_credit_code(changed) == code
    else:
        assert refusal_of(changed) == "credit_code_checksum"


@given(codes, st.integers(0, LENGTH - 2))
def test_two_neighbours_that_change_places_are_detected(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert swapped == code or refusal_of(swapped) == "credit_code_checksum"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "credit_code_missing"),
        (" - ", "credit_code_missing"),
        ("91350100M000100Y4", "credit_code_length"),
        ("350583198001011234x", "credit_code_length"),
        ("91350100MOOO100Y43", "credit_code_sign"),
        ("91350100M000100Y4Z", "credit_code_sign"),
        ("91350100M000100Y福3", "credit_code_sign"),
        ("91350100M000100Y44", "credit_code_checksum"),
    ],
)
def test_what_is_wrong_is_told_apart(typed: str, told: str) -> None:
    assert refusal_of(typed) == told


def refusal_of(typed: str) -> str:
    """The code with which something typed is refused."""
    with pytest.raises(BadInput) as refused:
        clean_credit_code(typed)
    return refused.value.code
