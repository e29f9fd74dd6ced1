"""The form of a product; every rule and its sentence is the domain's."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from blueprints.studio.forms import Pieces, passes
from blueprints.tongue import PageForm
from blueprints.words import sentence
from blueprints.words.products import CATEGORIES, FIELDS, FOOD_TYPES, PLATFORMS
from domain.errors import BadInput
from domain.merchants.products import (
    Category,
    FoodType,
    check_food_type,
    check_live_price,
    check_stock,
    clean_claims,
    clean_code,
    clean_line,
    clean_points,
    clean_product_name,
    live_price_of,
    price_of,
)
from domain.sales.lines import Platform
from models import Product
from services.merchants.codes import codes_of
from services.merchants.facts import ProductFacts, code_field

LINES = ("origin", "shelf_life", "sku", "price_basis", "after_sales")


def _code(platform: Platform) -> StringField:
    return StringField(PLATFORMS[platform], [Optional(), passes(clean_code)])


def _line(name: str, label: Any) -> StringField:
    return StringField(label, [Optional(), passes(lambda text: clean_line(text, name))])


class ProductForm(PageForm):
    """A product as its shop describes it; `kept_picture` remembers an upload while another field is corrected."""

    name = StringField(FIELDS["name"], [passes(clean_product_name)])
    category = RadioField(
        _l("是什么商品？"),
        choices=[SelectChoice(one.value, word) for one, word in CATEGORIES.items()],
        default=Category.OTHER.value,
    )
    food_type = RadioField(
        _l("是哪一种食品？"),
        choices=[SelectChoice(one.value, word) for one, word in FOOD_TYPES.items()],
        validate_choice=False,  # only food has one, and then the domain looks
    )
    shelf_life = _line("shelf_life", _l("保质期"))
    price = StringField(_l("价格（元）"), [passes(price_of)])
    stock = Pieces(_l("库存（件）"), [InputRequired(_l("请填写库存，没有就填 0。")), passes(check_stock)])
    picture = FileField(_l("商品图片"), [Optional()])
    origin = _line("origin", _l("产地"))
    live_price = StringField(_l("直播价（元）"), [Optional(), passes(live_price_of)])
    price_basis = StringField(FIELDS["price_basis"], [passes(lambda text: clean_line(text, "price_basis"))])
    selling_points = TextAreaField(FIELDS["selling_points"], [Optional(), passes(clean_points)])
    claims = TextAreaField(FIELDS["claims"], [Optional(), passes(clean_claims)])
    after_sales = _line("after_sales", _l("售后承诺"))
    code = _code(Platform.DOUDIAN)
    code_kuaishou = _code(Platform.KUAISHOU)
    code_weixin = _code(Platform.WEIXIN)
    code_pinduoduo = _code(Platform.PINDUODUO)
    code_taobao = _code(Platform.TAOBAO)
    sku = _line("sku", _l("商家编码（SKU）"))
    kept_picture = HiddenField()
    version = HiddenField()
    next = HiddenField()

    def validate_food_type(self, field: Field) -> None:
        """Food says which kind it is."""
        _ask(lambda: check_food_type(self.chosen_category, self.chosen_food_type), field)

    def validate_live_price(self, field: Field) -> None:
        """It is not above the usual price."""
        if not (self.price.errors or field.errors):
            _ask(lambda: check_live_price(self._live_fen, price_of(self.price.data or ""), "any"), field)

    def validate_price_basis(self, field: Field) -> None:
        """A reduction says what it is measured against; whatever is wrong with the price is said there."""
        if not (self.price.errors or self.live_price.errors):
            _ask(
                lambda: check_live_price(self._live_fen, price_of(self.price.data or ""), field.data or ""),
                field,
            )

    @property
    def chosen_category(self) -> Category:
        """What kind of thing it is."""
        return Category(self.category.data) if self.category.data in set(Category) else Category.OTHER

    @property
    def chosen_food_type(self) -> FoodType | None:
        """The kind of food; what stands there for other things was left over from before and is not meant."""
        is_food = self.chosen_category is Category.FOOD
        return FoodType(self.food_type.data) if is_food and self.food_type.data in set(FoodType) else None

    @property
    def _live_fen(self) -> int | None:
        return live_price_of(self.live_price.data or "")

    def facts(self) -> ProductFacts:
        """What was typed, of a form that is valid."""
        return ProductFacts(
            name=self.name.data or "",
            price_fen=price_of(self.price.data or ""),
            stock=self.stock.data or 0,
            picture_sha256=self.kept_picture.data or None,
            category=self.chosen_category,
            food_type=self.chosen_food_type,
            live_price_fen=self._live_fen,
            selling_points=self.selling_points.data or "",
            claims=self.claims.data or "",
            codes={platform: self[code_field(platform)].data or "" for platform in Platform},
            **{name: self[name].data or "" for name in LINES},
        )

    @property
    def shows_codes(self) -> bool:
        """Whether the folded part has to be open, for its errors to be seen."""
        return any(self[name].errors for name in ("sku", *map(code_field, Platform)))


def _ask(check: Any, field: Field) -> None:
    try:
        check()
    except BadInput as refusal:
        raise ValidationError(sentence(refusal)) from refusal


def yuan(fen: int | None) -> str:
    """A price as it is typed: 88 or 88.50."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}".removesuffix(".00")


def typed_of(product: Product) -> dict[str, Any]:
    """What the form of a product loaded with its codes starts with."""
    codes = codes_of(product)
    return {
        "name": product.name,
        "category": product.category.value,
        "food_type": product.food_type.value if product.food_type else None,
        "price": yuan(product.price_fen),
        "live_price": yuan(product.live_price_fen),
        "stock": product.stock,
        "selling_points": product.selling_points,
        "claims": product.claims,
        "version": product.version,
        **{name: getattr(product, name) for name in LINES},
        **{code_field(platform): codes.get(platform, "") for platform in Platform},
    }


def differences(form: ProductForm, product: Product) -> list[tuple[str, str]]:
    """Label and present value of every field that somebody else left otherwise than it was typed here."""
    now = ProductForm(formdata=None, data=typed_of(product))
    found = []
    for field in now:
        said = form[field.name].data
        if field.type in ("HiddenField", "CSRFTokenField", "FileField") or str(said or "") == str(
            field.data or ""
        ):
            continue
        words = {choice.value: str(choice.label) for choice in getattr(field, "choices", None) or ()}
        found.append((str(field.label.text), words.get(field.data, str(field.data or "")) or "—"))
    return found
