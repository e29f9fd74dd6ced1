"""A shop's products and their pictures, on both engines."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from domain.errors import BadInput, Forbidden, Missing, RuleViolation
from models import AuditEvent, Picture
from services import pictures, shrinking
from services.merchants import products
from services.merchants.products import ProductFacts
from services.studio import booths, shows
from tests.support.builders import NOW, create_actor, create_studio
from tests.support.studio_builders import create_merchant, create_product, create_show

ORIENTATION = 0x0112
GPS = 0x8825


def photo(size=(40, 20), *, file_format="JPEG", mode="RGB", colour="tomato", exif=None):
    """The bytes of a picture."""
    output = BytesIO()
    Image.new(mode, size, colour).save(output, file_format, **({"exif": exif} if exif else {}))
    return output.getvalue()


def opened(content):
    return Image.open(BytesIO(content))


@pytest.mark.usefixtures("db")
class TestProducts:
    def test_a_shop_adds_and_changes_its_product(self, db):
        _, merchant = create_merchant()

        made = products.create_product(
            merchant, ProductFacts(" 铁观音  250g ", 8_850, 20, "3587621094"), now=NOW
        )
        products.update_product(merchant, made.id, ProductFacts("铁观音 500g", 16_800, 8, "777"), now=NOW)

        [kept] = products.my_products(merchant)
        assert (kept.name, kept.price_fen, kept.stock) == ("铁观音 500g", 16_800, 8)
        assert products.doudian_code(kept) == "777"
        actions = set(db.session.scalars(select(AuditEvent.action)))
        assert actions == {"product.created", "product.changed"}

    def test_a_code_belongs_to_one_product(self):
        _, first = create_merchant()
        _, second = create_merchant()
        products.create_product(first, ProductFacts("铁观音", 8_800, 1, "777"), now=NOW)
        other = products.create_product(second, ProductFacts("紫菜", 2_000, 1), now=NOW)

        for attempt in (
            lambda: products.create_product(second, ProductFacts("浮粿", 990, 1, "777"), now=NOW),
            lambda: products.update_product(second, other.id, ProductFacts("紫菜", 2_000, 1, "777"), now=NOW),
        ):
            with pytest.raises(BadInput) as refused:
                attempt()
            assert (refused.value.code, refused.value.field) == ("product_code_taken", "code")
        assert [product.name for product in products.my_products(second)] == ["紫菜"]

    def test_a_code_can_be_taken_off_again(self):
        _, merchant = create_merchant()
        made = products.create_product(merchant, ProductFacts("铁观音", 8_800, 1, "777"), now=NOW)

        changed = products.update_product(merchant, made.id, ProductFacts("铁观音", 8_800, 1), now=NOW)

        assert products.doudian_code(changed) == ""

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            (ProductFacts(" ", 1, 1), "product_name_missing"),
            (ProductFacts("长" * 61, 1, 1), "product_name_long"),
            (ProductFacts("茶", 0, 1), "price_out_of_range"),
            (ProductFacts("茶", 1, -1), "stock_out_of_range"),
            (ProductFacts("茶", 1, 1, "6.9E+18"), "product_code_invalid"),
            (ProductFacts("茶", 1, 1, "", "0" * 64), "picture_missing"),
        ],
    )
    def test_what_makes_no_sense_is_named(self, facts, code):
        _, merchant = create_merchant()

        with pytest.raises(BadInput) as refused:
            products.create_product(merchant, facts, now=NOW)

        assert refused.value.code == code

    def test_a_foreign_product_answers_like_a_missing_one(self):
        shop, _ = create_merchant()
        _, stranger = create_merchant()
        foreign = create_product(shop)

        for product_id in (foreign.id, foreign.id + 99):
            for service in (products.archive_product, products.restore_product):
                with pytest.raises(Missing):
                    service(stranger, product_id, now=NOW)
            with pytest.raises(Missing):
                products.product_for(stranger, product_id)
            with pytest.raises(Missing):
                products.update_product(stranger, product_id, ProductFacts("茶", 1, 1), now=NOW)
        with pytest.raises(Forbidden):
            products.create_product(create_actor(), ProductFacts("茶", 1, 1), now=NOW)

    def test_a_product_leaves_the_list_and_comes_back(self):
        shop, merchant = create_merchant()
        tea = create_product(shop)

        products.archive_product(merchant, tea.id, now=NOW)
        assert products.my_products(merchant) == []
        assert [product.id for product in products.my_products(merchant, archived=True)] == [tea.id]

        products.restore_product(merchant, tea.id, now=NOW)
        assert [product.id for product in products.my_products(merchant)] == [tea.id]

    def test_a_product_with_a_booth_ahead_stays_on_the_list(self):
        show = create_show(create_studio())
        shop, merchant = create_merchant()
        tea = create_product(shop)
        booths.take_booth(merchant, show.id, 1, tea.id, now=NOW)

        with pytest.raises(RuleViolation) as refused:
            products.archive_product(merchant, tea.id, now=NOW)

        assert [violation.code for violation in refused.value.violations] == ["product_has_booth"]

    def test_live_grids_notice_a_changed_product(self):
        show = create_show(create_studio())
        shop, merchant = create_merchant()
        tea = create_product(shop)
        booths.take_booth(merchant, show.id, 1, tea.id, now=NOW)
        before = shows.revision_of(show.id)

        products.update_product(merchant, tea.id, ProductFacts("大红袍", 8_800, 5), now=NOW)

        assert shows.revision_of(show.id) != before

    def test_the_same_picture_is_kept_once_and_a_product_keeps_its_old_one(self, db):
        _, merchant = create_merchant()
        name = pictures.keep(merchant, photo(), now=NOW)
        assert pictures.keep(merchant, photo(), now=NOW) == name

        made = products.create_product(merchant, ProductFacts("茶", 1, 1, "", name), now=NOW)
        changed = products.update_product(merchant, made.id, ProductFacts("好茶", 2, 1), now=NOW)

        assert changed.picture_sha256 == name
        assert db.session.scalar(select(func.count()).select_from(Picture)) == 1
        assert pictures.by_hash(name).media_type == "image/jpeg"

    def test_only_shops_and_staff_upload(self):
        with pytest.raises(Forbidden):
            pictures.keep(create_actor(), photo(), now=NOW)
        with pytest.raises(Missing):
            pictures.by_hash("0" * 64)


class TestEncoding:
    def test_a_large_photo_becomes_small_and_tells_nothing_about_its_place(self):
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        exif.get_ifd(GPS)[1] = "N"

        kept = pictures.encode(photo((3000, 2000), exif=exif))

        assert (kept.width, kept.height) == (853, 1280)
        with opened(kept.content) as picture:
            assert picture.format == "JPEG"
            assert not picture.getexif()

    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    def test_a_small_one_keeps_its_size(self, file_format):
        kept = pictures.encode(photo(file_format=file_format))

        assert (kept.width, kept.height) == (40, 20)

    def test_what_is_transparent_turns_white(self):
        kept = pictures.encode(photo(file_format="PNG", mode="RGBA", colour=(200, 0, 0, 0)))

        with opened(kept.content) as picture:
            assert picture.getpixel((5, 5)) == (255, 255, 255)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "picture_missing"),
            (b"GIF89a but not really", "picture_unknown_format"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unknown_format"),
            (photo((60, 60), file_format="GIF"), "picture_unknown_format"),
            (photo((600, 600))[:900], "picture_broken"),
            (b"\xff" * (pictures.MAX_BYTES + 1), "picture_too_large"),
        ],
        ids=["empty", "no-picture", "svg", "gif", "cut-off", "too-large"],
    )
    def test_a_file_that_is_no_good_picture_is_named(self, data, code):
        with pytest.raises(BadInput) as refused:
            pictures.encode(data)

        assert (refused.value.code, refused.value.field) == (code, "picture")

    def test_pictures_are_decoded_one_at_a_time_and_a_broken_one_does_not_stop_the_next(self, monkeypatch):
        seen, read = [], shrinking.Image.open

        def watch(*given, **more):
            seen.append(shrinking.DECODING.locked())
            return read(*given, **more)

        monkeypatch.setattr(shrinking.Image, "open", watch)
        with pytest.raises(BadInput):
            pictures.encode(photo((600, 600))[:900])
        pictures.encode(photo((60, 60)))

        assert seen == [True, True]
        assert not shrinking.DECODING.locked()

    def test_a_bomb_is_refused_before_it_is_decoded(self):
        bomb = photo((10_000, 8_100), file_format="PNG", mode="1", colour=0)
        assert len(bomb) < 100_000

        with pytest.raises(BadInput) as refused:
            pictures.encode(bomb)

        assert refused.value.code == "picture_too_many_pixels"
