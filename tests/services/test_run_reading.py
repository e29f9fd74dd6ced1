"""What the console, the cue card and the log of corrections tell."""

import pytest
from sqlalchemy import select

from domain.errors import BadInput, Forbidden, Missing
from domain.merchants.claims import WordKind
from domain.studio.running import Action
from models import (
    BoothSlot,
    ClaimWord,
    OnAirCorrection,
    Product,
    db,
)
from services.studio import console, corrections
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor
from tests.support.live_shows import START, change, create_ready_show, later

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def stage():
    """A show with four confirmed booths, its running order made."""
    return create_ready_show()


def test_a_correction_belongs_to_the_booth_on_air_and_is_listed(stage):
    stage.press(Action.START, START)

    corrections.correct(stage.director, stage.show.id, " 最好的茶 ", "好茶", now=later(3))

    [told] = console.console(stage.director, stage.show.id, now=later(3)).corrections
    assert (told.booking_id, told.said, told.corrected, told.at) == (
        stage.booths[0].id,
        "最好的茶",
        "好茶",
        later(3),
    )
    assert console.revision(stage.show.id)[3] == 1


def test_a_correction_says_both_and_names_a_booth_of_this_show(stage):
    for said, corrected, booth, code in (
        ("", "好茶", None, "correction_missing"),
        ("最好", " ", None, "correction_missing"),
        ("长" * 201, "好茶", None, "correction_long"),
        ("最好", "好茶", 999, "item_unknown"),
    ):
        with pytest.raises(BadInput) as refusal:
            corrections.correct(stage.director, stage.show.id, said, corrected, booking_id=booth, now=START)
        assert refusal.value.code == code
    with pytest.raises(Forbidden):
        corrections.correct(create_actor(), stage.show.id, "最好", "好茶", now=START)
    assert db.session.scalars(select(OnAirCorrection)).all() == []


def test_a_show_that_is_not_there_is_missing_and_a_stranger_sees_no_console(stage):
    with pytest.raises(Missing):
        console.console(stage.director, 999, now=START)
    with pytest.raises(Missing):
        console.revision(999)
    with pytest.raises(Forbidden):
        console.console(create_actor(), stage.show.id, now=START)
    with pytest.raises(Forbidden):
        console.cue(create_actor(), stage.show.id, now=START)


def test_the_cue_card_knows_the_words_to_stay_away_from(stage):
    product = stage.products[0]
    change(Product, Product.id == product.id, claims="全国最佳好茶")
    slot = db.session.get_one(BoothSlot, stage.booths[0].id)
    in_transaction(
        lambda: db.session.add(
            ClaimWord(word="最佳", kind=WordKind.ABSOLUTE, reason="绝对化用语", created_at=NOW)
        )
    )

    cue = console.cue(stage.director, stage.show.id, now=START)

    assert [one.word for one in cue.taboos[slot.product_id] if one.reason == "绝对化用语"] == ["最佳"]
    assert cue.taboos[stage.products[1].id] == []
