"""What a shop may say about itself, what it still has to say, and what it should do next."""

from dataclasses import replace

import pytest

from domain.errors import BadInput
from domain.merchants.shops import MerchantStatus, ShopFacts, clean_contact_phone, may_become
from domain.merchants.steps import Standing, Step, next_step

WHOLE = ShopFacts("惠珍干货铺", "聚福小区 12 栋", "黄惠珍", "0595-87001001", "91350100M000100Y43")
EXEMPT = replace(WHOLE, credit_code=None, exempt_reason="只卖自家种的枇杷")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0000 0003", "13800000003"),
        ("+86 13800000003", "13800000003"),
        ("(0595) 8700 1001", "0595-87001001"),
        ("059587001001", "0595-87001001"),
        ("010-12345678", "010-12345678"),
        ("+86 0595 87001001", "0595-87001001"),
        ("", ""),
    ],
)
def test_a_shop_is_called_on_a_mobile_or_a_landline(typed: str, kept: str) -> None:
    assert clean_contact_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["87001001", "12345", "1380000000", "0595-8700", "call me", "0095-87001001"]
)
def test_what_nobody_can_call_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="contact_phone_invalid"):
        clean_contact_phone(typed)


def test_facts_are_tidied_and_a_code_outweighs_a_reason() -> None:
    typed = ShopFacts(
        "  惠珍   干货铺 ", " 12 栋 ", "黄惠珍", "13800000003", " 91350100m000100y43", "自家种的"
    )

    assert typed.checked() == ShopFacts("惠珍 干货铺", "12 栋", "黄惠珍", "13800000003", "91350100M000100Y43")
    assert EXEMPT.checked() == EXEMPT


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": " "}, "shop_name_missing", "name"),
        ({"name": "店" * 61}, "shop_name_long", "name"),
        ({"address": "路" * 121}, "address_long", "address"),
        ({"responsible_person": "人" * 41}, "responsible_person_long", "responsible_person"),
        ({"credit_code": "9135"}, "credit_code_length", "credit_code"),
        ({"credit_code": None, "exempt_reason": "没有"}, "exempt_reason_short", "exempt_reason"),
        ({"credit_code": None, "exempt_reason": "因" * 201}, "exempt_reason_long", "exempt_reason"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(changes: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        replace(WHOLE, **changes).checked()

    assert (refused.value.code, refused.value.field) == (code, field)


def test_everything_that_is_missing_is_named_at_once() -> None:
    gaps = ShopFacts("惠珍干货铺").gaps(has_licence=False)

    assert [gap.code for gap in gaps] == [
        "address_missing",
        "responsible_person_missing",
        "contact_phone_missing",
        "registration_missing",
        "licence_missing",
    ]
    assert WHOLE.gaps(has_licence=True) == []
    assert EXEMPT.gaps(has_licence=False) == []


def test_only_the_contact_phone_may_change_without_a_new_look() -> None:
    assert not replace(WHOLE, contact_phone="13800000003").differs_in_substance(WHOLE)
    for changes in (
        {"name": "别的"},
        {"address": "别处"},
        {"responsible_person": "林"},
        {"credit_code": None},
    ):
        assert replace(WHOLE, **changes).differs_in_substance(WHOLE)
    assert EXEMPT.differs_in_substance(replace(EXEMPT, exempt_reason="只卖自家养的鸡"))


def test_a_suspended_shop_comes_back_through_staff_alone() -> None:
    back = [target for target in MerchantStatus if may_become(MerchantStatus.SUSPENDED, target)]

    assert back == [MerchantStatus.VERIFIED]


@pytest.mark.parametrize(
    ("standing", "step"),
    [
        (Standing(MerchantStatus.DRAFT, ("address_missing", "licence_missing")), Step.FILL_IN),
        (Standing(MerchantStatus.DRAFT, ("licence_missing",)), Step.LICENCE),
        (Standing(MerchantStatus.DRAFT), Step.SUBMIT),
        (Standing(MerchantStatus.RETURNED), Step.SUBMIT),
        (Standing(MerchantStatus.SUBMITTED), Step.WAIT),
        (Standing(MerchantStatus.SUBMITTED, has_returned=True), Step.CORRECT_PAPER),
        (Standing(MerchantStatus.VERIFIED), Step.GO),
        (Standing(MerchantStatus.VERIFIED, has_lack=True, ends_soon=True), Step.MISSING_PAPER),
        (Standing(MerchantStatus.VERIFIED, ends_soon=True), Step.RENEW_PAPER),
        (Standing(MerchantStatus.SUSPENDED, has_lack=True), Step.ASK),
    ],
)
def test_there_is_one_next_step(standing: Standing, step: Step) -> None:
    assert next_step(standing) is step
