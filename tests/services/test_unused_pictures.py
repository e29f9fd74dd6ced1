"""Pictures and scans that nothing names go after a while; whatever a row names stays, however old it is."""

from datetime import timedelta

import pytest
from sqlalchemy import select, true, update
from sqlalchemy.exc import IntegrityError

from domain.errors import BadInput
from domain.people import Role
from models import Picture, PrivateFile, Product, db
from services import jobs, pictures, pruning
from services.house import photos
from services.merchants import files, papers, product_pictures, products
from services.merchants.facts import ProductFacts
from tests.support.builders import NOW, create_actor, create_space
from tests.support.income_builders import accepted_income, create_scan, hand_in_income, proofs_of
from tests.support.merchant_builders import PDF, hand_in
from tests.support.photos import photo
from tests.support.studio_builders import create_merchant

pytestmark = pytest.mark.usefixtures("db")
MINUTE = timedelta(minutes=1)
KEPT = pruning.PICTURES_KEPT
YEARS = NOW + timedelta(days=2000)


def bring(actor, colour, now=NOW):
    return pictures.keep(actor, photo(colour), now=now)


def there(table=Picture):
    """The names of what is kept."""
    db.session.rollback()
    key = Picture.sha256 if table is Picture else PrivateFile.id
    return set(db.session.scalars(select(key)))


def of_product(owner, colour):
    """A product that shows a picture."""
    return products.create_product(owner, ProductFacts("茶", 1, 1, "", bring(owner, colour)), now=NOW)


def test_a_picture_that_nothing_names_goes_after_a_week_and_not_before():
    _, owner = create_merchant()
    forgotten = bring(owner, "red")

    assert pruning.prune_pictures(NOW + KEPT) == 0
    assert there() == {forgotten}
    assert pruning.prune_pictures(NOW + KEPT + MINUTE) == 1
    assert there() == set()


def test_what_a_product_or_a_space_shows_stays_for_years_on_the_list_and_off_it():
    _, owner = create_merchant()
    shown, archived = of_product(owner, "red"), of_product(owner, "blue")
    products.archive_product(owner, archived.id, now=NOW)
    product_pictures.add(owner, shown.id, photo("green"), now=NOW)
    photos.add(create_actor(Role.ADMIN), create_space().code, photo("white"), now=NOW)
    named = there()
    bring(owner, "black")

    outcome = jobs.Runner().run_due(YEARS)

    assert (len(named), outcome.failed, outcome.done["prune unused pictures"]) == (4, (), 1)
    assert there() == named


def let_go(owner, later):
    """Three pictures of which products and a space let go then, each in its own way."""
    keeper, room = create_actor(Role.ADMIN), create_space()
    changed, bare = of_product(owner, "red"), of_product(owner, "blue")
    [photo_of_room] = photos.add(keeper, room.code, photo("white"), now=NOW).photos
    gone = {changed.picture_sha256, bare.picture_sha256, photo_of_room.sha256}
    products.update_product(owner, changed.id, ProductFacts("茶", 1, 1, "", bring(owner, "green")), now=later)
    product_pictures.remove(owner, bare.id, bare.picture_sha256, now=later)
    photos.remove(keeper, room.code, photo_of_room.sha256, now=later)
    return gone


def test_what_is_let_go_is_kept_for_a_week_from_then(db):
    _, owner = create_merchant()
    later = NOW + 3 * KEPT

    gone = let_go(owner, later)

    assert pruning.prune_pictures(later + KEPT) == 0
    assert pruning.prune_pictures(later + KEPT + MINUTE) == len(gone) == 3
    assert not there() & gone


def test_what_is_brought_again_is_kept_for_a_week_from_then():
    _, owner = create_merchant()
    name = bring(owner, "red")

    assert bring(owner, "red", NOW + KEPT) == name

    assert pruning.prune_pictures(NOW + KEPT + MINUTE) == 0
    assert there() == {name}


def test_a_form_that_remembered_too_long_is_told_so():
    _, owner = create_merchant()
    name = bring(owner, "red")
    pruning.prune_pictures(YEARS)

    with pytest.raises(BadInput, match="picture_missing"):
        products.create_product(owner, ProductFacts("茶", 1, 1, "", name), now=YEARS)


@pytest.mark.postgresql
@pytest.mark.parametrize("engine_name", ["postgresql"])  # SQLite has one writer
def test_a_picture_that_is_just_being_named_is_passed_over():
    _, owner = create_merchant()
    product, name = of_product(owner, "red"), bring(owner, "blue")
    naming_it = update(Product).where(Product.id == product.id).values(picture_sha256=name)
    db.session.rollback()

    with db.engine.connect() as other:
        other.execute(naming_it)
        assert pruning.prune_pictures(YEARS) == 0
        other.commit()

    assert pruning.prune_pictures(YEARS) == 1  # the one that was there before
    assert there() == {name}


def test_more_than_one_handful_goes(monkeypatch):
    monkeypatch.setattr(pruning, "PICTURES_AT_ONCE", 2)
    _, owner = create_merchant()
    for colour in ("red", "blue", "green", "white", "black"):
        bring(owner, colour)

    assert pruning.prune_pictures(YEARS) == 5


def test_scans_of_papers_and_proofs_stay_whatever_became_of_them_and_others_go_after_a_day():
    _, owner = create_merchant(papers=())
    papers.withdraw(owner, hand_in(owner, scan=PDF).id, version=1, now=NOW)
    hand_in(owner, scan=PDF)
    for report in (hand_in_income(owner), accepted_income(owner)):
        assert proofs_of(report)
    named = there(PrivateFile)
    spare = create_scan(owner.id)

    assert files.prune_unused(NOW + files.UNUSED_KEPT) == 0
    assert there(PrivateFile) == named | {spare}
    assert files.prune_unused(YEARS) == 1
    assert (len(named), there(PrivateFile)) == (4, named)


def test_every_column_that_names_one_is_known():
    assert {str(column) for column in pruning.naming(Picture.sha256)} == {
        "product.picture_sha256",
        "product_picture.sha256",
        "space_photo.sha256",
    }
    assert {str(column) for column in pruning.naming(PrivateFile.id)} == {
        "paper.scan_id",
        "income_proof.file_id",
    }


@pytest.mark.mutant
def test_without_the_look_at_who_names_it_the_database_itself_refuses(monkeypatch):
    _, owner = create_merchant()
    shown = of_product(owner, "red")
    monkeypatch.setattr(pruning, "_is_unnamed", true)

    with pytest.raises(IntegrityError):
        pruning.prune_pictures(YEARS)

    assert there() == {shown.picture_sha256}


@pytest.mark.mutant
def test_one_that_is_not_noted_as_let_go_would_go_at_once(monkeypatch):
    monkeypatch.setattr(pictures, "_touch", lambda *_: False)
    _, owner = create_merchant()
    later = NOW + 3 * KEPT

    let_go(owner, later)

    assert pruning.prune_pictures(later) == 3
