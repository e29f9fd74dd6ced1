"""The doctor finds food that was cleared with a disease claim, whoever wrote it there; on both engines."""

import pytest

from domain.merchants.claims import ClaimsStatus
from domain.merchants.products import Category, FoodType
from services import doctor
from services.doctor import claims
from services.seed.claim_words import lay_words
from tests.support.builders import NOW
from tests.support.studio_builders import create_merchant, create_product

pytestmark = pytest.mark.usefixtures("db")
FOOD = {"category": Category.FOOD, "food_type": FoodType.PREPACKED}


def test_cleared_food_that_claims_to_heal_is_found_and_nothing_else(monkeypatch):
    monkeypatch.setattr(claims, "CHUNK", 1)
    lay_words(NOW)
    shop, _ = create_merchant()
    for harmless in ({"claims": "止咳"}, {**FOOD, "claims": "最好"}):
        create_product(shop, **harmless)
    create_product(shop, **FOOD, claims="止咳", claims_status=ClaimsStatus.UNREVIEWED)
    assert doctor.data_findings(NOW) == []

    wrong = create_product(shop, **FOOD, claims="止 咳")

    [found] = doctor.data_findings(NOW)
    assert found.code == "cleared_with_blocked_claim"
    assert f"product {wrong.id} " in found.text
