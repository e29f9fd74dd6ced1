"""The forms of order lines: what to list, and what a person decides about one of them."""

from __future__ import annotations

from contextlib import suppress

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from blueprints.edge import whole
from blueprints.formats import short_day
from blueprints.sales.line_views import booth_label
from blueprints.timeline import parse_day
from blueprints.tongue import PageForm
from blueprints.words.sales_lines import tier_name, tier_rule
from domain.sales.attribution import Tier
from services.sales.explaining import LineStory
from services.sales.judging import Verdict
from services.sales.line_list import Choices, Wanted

KINDS = (("", _l("全部")), ("hand", _l("人工改过的")), ("unknown", _l("不认识商品的")))


class FilterForm(PageForm):
    """Which lines to show; it is sent by GET, and what can't be read narrows nothing."""

    class Meta:
        csrf = False

    order = StringField(_l("订单号"))
    show = SelectField(_l("场次"), validate_choice=False)
    product = SelectField(_l("商品"), validate_choice=False)
    merchant = SelectField(_l("商户"), validate_choice=False)
    tier = SelectField(_l("算在哪一档"), validate_choice=False)
    since = DateField(_l("从哪天"), name="from")
    until = DateField(_l("到哪天"), name="to")
    kind = SelectField(_l("只看"), validate_choice=False)

    def offer(self, choices: Choices, *, is_staff: bool) -> FilterForm:
        """Fill in what there is to choose from."""
        any_one = SelectChoice("", _("全部"))
        self.show.choices = [
            any_one, *(SelectChoice(str(one.id), f"{short_day(one.starts_at)} {one.title}") for one in choices.shows)
        ]  # fmt: skip
        self.product.choices = [
            any_one,
            *(
                SelectChoice(str(one.id), f"{one.merchant.name} · {one.name}" if is_staff else one.name)
                for one in choices.products
            ),
        ]
        self.merchant.choices = [any_one, *(SelectChoice(str(one.id), one.name) for one in choices.merchants)]
        self.tier.choices = [any_one, *(SelectChoice(tier.value, tier_name(tier)) for tier in Tier)]
        self.kind.choices = [SelectChoice(value, str(label)) for value, label in KINDS]
        if not is_staff:
            del self.merchant, self.kind
        return self


def wanted_lines() -> Wanted:
    """What the address asks for."""
    kind = request.args.get("kind", "")
    return Wanted(
        show_id=request.args.get("show", type=whole),
        product_id=request.args.get("product", type=whole),
        merchant_id=request.args.get("merchant", type=whole),
        tier=request.args.get("tier", type=Tier),
        first_day=parse_day(request.args.get("from")),
        last_day=parse_day(request.args.get("to")),
        order_no=request.args.get("order", "").strip()[:64],
        by_hand=kind == "hand",
        unknown=kind == "unknown",
    )


class VerdictForm(PageForm):
    """Where a person wants a line to count, and why."""

    tier = RadioField(_l("算在哪一档"), validate_choice=False)
    booth = RadioField(_l("是哪个展位卖出的"), validate_choice=False)
    reason = TextAreaField(_l("理由"))
    seen = HiddenField()

    def offer(self, story: LineStory) -> VerdictForm:
        """Fill in tiers and booths; the line's own are chosen to begin with."""
        self.tier.choices = [
            SelectChoice(tier.value, _("%(tier)s：%(rule)s", tier=tier_name(tier), rule=tier_rule(tier)))
            for tier in Tier
            if story.booths or tier is Tier.NONE
        ]
        self.booth.choices = [SelectChoice(str(one.booking_id), booth_label(one)) for one in story.booths]
        self.seen.data = story.sale.updated_at.isoformat()
        if not self.is_submitted():
            self.tier.data = story.sale.tier.value if story.sale.tier else None
            self.booth.data = str(story.sale.booth_booking_id or "") or None
        return self

    def verdict(self) -> Verdict:
        """What was decided; what is not there is for the service to say."""
        tier, booth = None, None
        with suppress(ValueError):
            tier = Tier(self.tier.data)
        with suppress(ValueError):
            booth = whole(self.booth.data or "")
        return Verdict(tier, booth, self.reason.data or "")
