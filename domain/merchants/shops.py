"""Shops that sell on air: how far their verification has come, and who may be without a registration."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import BadInput, Violation
from domain.merchants.credit_code import clean_credit_code
from domain.people import MAINLAND_MOBILE

MAX_NAME = 60
MAX_ADDRESS = 120
MAX_PERSON = 40
MAX_REASON = 200
MIN_EXEMPT_REASON = 4
AREA_CODE = re.compile(r"(0(?:10|2\d)|0[3-9]\d{2})(\d{7,8})")


class MerchantStatus(StrEnum):
    """Whether staff have verified that a shop is who it says it is.

    Whoever runs a live room has to verify its sellers (直播电商监督管理办法, in force since 2026-02-01).
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    SUSPENDED = "suspended"


TRANSITIONS: dict[MerchantStatus, frozenset[MerchantStatus]] = {
    MerchantStatus.DRAFT: frozenset({MerchantStatus.SUBMITTED}),
    MerchantStatus.SUBMITTED: frozenset({MerchantStatus.VERIFIED, MerchantStatus.RETURNED}),
    MerchantStatus.RETURNED: frozenset({MerchantStatus.SUBMITTED}),
    MerchantStatus.VERIFIED: frozenset({MerchantStatus.SUBMITTED, MerchantStatus.SUSPENDED}),
    MerchantStatus.SUSPENDED: frozenset({MerchantStatus.VERIFIED}),
}


def may_become(current: MerchantStatus, target: MerchantStatus) -> bool:
    """Whether the one may follow the other."""
    return target in TRANSITIONS[current]


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What a shop says about itself.

    Registered shops have a `credit_code`; without one `exempt_reason` says why none is needed: who sells own farm
    produce or small labour need not register (电子商务法 §10).
    """

    name: str
    address: str = ""
    responsible_person: str = ""
    contact_phone: str = ""
    credit_code: str | None = None
    exempt_reason: str = ""

    def checked(self) -> ShopFacts:
        """The same, tidied, with gaps where nothing was said yet; raises BadInput."""
        code = clean_credit_code(self.credit_code) if self.credit_code and self.credit_code.strip() else None
        return ShopFacts(
            clean_shop_name(self.name),
            clean_address(self.address),
            clean_responsible_person(self.responsible_person),
            clean_contact_phone(self.contact_phone),
            code,
            "" if code else clean_exempt_reason(self.exempt_reason),
        )

    def gaps(self, *, has_licence: bool) -> list[Violation]:
        """What staff need before they can verify the shop; `has_licence` is whether a business licence is on file."""
        missing = [
            Violation(code, field=field)
            for code, field, said in (
                ("address_missing", "address", self.address),
                ("responsible_person_missing", "responsible_person", self.responsible_person),
                ("contact_phone_missing", "contact_phone", self.contact_phone),
                ("registration_missing", "credit_code", self.credit_code or self.exempt_reason),
            )
            if not said
        ]
        if not has_licence and not self.exempt_reason:
            missing.append(Violation("licence_missing"))
        return missing

    def differs_in_substance(self, before: ShopFacts) -> bool:
        """Whether something changed that staff verified; the contact phone may change freely."""
        return self != ShopFacts(
            before.name,
            before.address,
            before.responsible_person,
            self.contact_phone,
            before.credit_code,
            before.exempt_reason,
        )


def clean_shop_name(text: str) -> str:
    """The name on the shop's sign, 1 to 60 characters; raises BadInput."""
    cleaned = _line(text)
    if not cleaned:
        raise BadInput("shop_name_missing", field="name")
    if len(cleaned) > MAX_NAME:
        raise BadInput("shop_name_long", field="name", maximum=MAX_NAME)
    return cleaned


def clean_address(text: str) -> str:
    """Where the shop is, at most 120 characters; raises BadInput."""
    cleaned = _line(text)
    if len(cleaned) > MAX_ADDRESS:
        raise BadInput("address_long", field="address", maximum=MAX_ADDRESS)
    return cleaned


def clean_responsible_person(text: str) -> str:
    """Who answers for the shop, at most 40 characters; raises BadInput."""
    cleaned = _line(text)
    if len(cleaned) > MAX_PERSON:
        raise BadInput("responsible_person_long", field="responsible_person", maximum=MAX_PERSON)
    return cleaned


def clean_contact_phone(text: str) -> str:
    """A mobile number, or a landline as 0595-87000000, empty when not said yet; raises BadInput."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text or ""))
    digits = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if not digits or MAINLAND_MOBILE.fullmatch(digits):
        return digits
    landline = AREA_CODE.fullmatch(digits)
    if landline is None:
        raise BadInput("contact_phone_invalid", field="contact_phone")
    return f"{landline[1]}-{landline[2]}"


def clean_exempt_reason(text: str) -> str:
    """Why a shop needs no registration, 4 to 200 characters, empty when not said; raises BadInput."""
    cleaned = _line(text)
    if cleaned and len(cleaned) < MIN_EXEMPT_REASON:
        raise BadInput("exempt_reason_short", field="exempt_reason")
    if len(cleaned) > MAX_REASON:
        raise BadInput("exempt_reason_long", field="exempt_reason", maximum=MAX_REASON)
    return cleaned


def clean_review_reason(text: str) -> str:
    """What staff tell a shop, 1 to 200 characters; raises BadInput."""
    cleaned = _line(text)
    if not cleaned:
        raise BadInput("review_reason_missing", field="reason")
    if len(cleaned) > MAX_REASON:
        raise BadInput("review_reason_long", field="reason", maximum=MAX_REASON)
    return cleaned


def _line(text: str) -> str:
    return " ".join((text or "").split())
