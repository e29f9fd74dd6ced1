"""How shops, papers, people and links look in JSON."""

from __future__ import annotations

from typing import Any

from blueprints.api.shapes import iso_or_none
from blueprints.problems import iso
from models import Merchant, MerchantInvite, Paper, Person
from services.merchants.own_shop import Need, ShopHome
from services.merchants.reviewing import ShopCase


def shop(found: Merchant) -> dict[str, Any]:
    """A shop."""
    return {
        "id": found.id,
        "name": found.name,
        "address": found.address,
        "responsible_person": found.responsible_person,
        "contact_phone": found.contact_phone,
        "credit_code": found.credit_code,
        "exempt_reason": found.exempt_reason,
        "status": found.status.value,
        "review_reason": found.review_reason,
        "submitted_at": iso_or_none(found.submitted_at),
        "verified_at": iso_or_none(found.verified_at),
        "version": found.version,
    }


def own_shop(home: ShopHome) -> dict[str, Any]:
    """The own shop with its next step, the codes of its gaps and what its goods lack."""
    return {
        **shop(home.shop),
        "next_step": home.step.value,
        "gaps": list(home.gaps),
        "needs": [need(one) for one in home.needs],
    }


def case(found: ShopCase) -> dict[str, Any]:
    """A shop as staff see it, its people masked."""
    return {
        **shop(found.shop),
        "papers": [paper(one) for one in found.papers],
        "members": [member(one, masked=True) for one in found.people],
        "needs": [need(one) for one in found.needs],
    }


def need(found: Need) -> dict[str, Any]:
    """A paper that goods lack."""
    return {
        "kind": found.lack.kind.value,
        "lack": found.lack.lack.value,
        "products": list(found.products),
    }


def paper(found: Paper) -> dict[str, Any]:
    """A paper loaded with the facts of its scan."""
    return {
        "id": found.id,
        "merchant": found.merchant_id,
        "kind": found.kind.value,
        "number": found.number,
        "issuer": found.issuer,
        "expires_on": found.expires_on.isoformat() if found.expires_on else None,
        "status": found.status.value,
        "review_reason": found.review_reason,
        "media_type": found.scan.media_type,
        "version": found.version,
    }


def member(found: Person, *, masked: bool = False) -> dict[str, Any]:
    """Somebody who acts for a shop; the phone is masked for everybody."""
    return {
        "id": found.id,
        "name": found.masked_name if masked else found.name,
        "phone": found.masked_phone or None,
    }


def invite(found: MerchantInvite) -> dict[str, Any]:
    """A link that can still be used, without its secret."""
    return {"id": found.id, "expires_at": iso(found.expires_at)}
