"""The forms of reported income and of what a shop declares; every rule and its sentence is the domain's."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional as MayBeEmpty
from wtforms.validators import StopValidation

from blueprints.accounts.forms import passes
from blueprints.edge import whole
from blueprints.formats import short_day
from blueprints.merchants.forms import LastDay, blame
from blueprints.scans import keep_upload, remembered, to_remember
from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput, Violation
from domain.money import format_yuan, parse_yuan, parse_yuan_or_none
from domain.sales.declaring import Declared, parse_percent
from domain.sales.income import (
    MAX_PROOFS,
    MAX_QUANTITY,
    IncomeFacts,
    IncomeKind,
    check_amount,
    check_day,
    clean_note,
)
from models import IncomeReport, Merchant
from services.sales.income_reading import Choices


def _amount(text: str) -> None:
    check_amount(parse_yuan(text))


def _count(text: str) -> int | None:
    """A number of pieces as typed, None for nothing; raises BadInput."""
    if not text.strip():
        return None
    try:
        return whole(text)
    except ValueError as error:
        raise BadInput("income_quantity", field="quantity", maximum=MAX_QUANTITY) from error


class IncomeForm(PageForm):
    """A report; `kept_scans` remembers uploads while another field is corrected, `keep` which older proofs stay."""

    kind = RadioField(_l("怎么卖的"), coerce=IncomeKind, default=IncomeKind.IN_SHOP)
    sold_on = LastDay(_l("哪一天卖的"))
    amount = StringField(_l("金额（元）"), [passes(_amount)])
    scan = MultipleFileField(_l("凭证照片"))
    product = SelectField(_l("哪件商品"), [MayBeEmpty()], coerce=int, default=0)
    show = SelectField(_l("哪一场直播带来的"), [MayBeEmpty()], coerce=int, default=0)
    quantity = StringField(_l("件数"), [MayBeEmpty(), passes(_count)])
    note = StringField(_l("说明"), [MayBeEmpty(), passes(clean_note)])
    kept_scans = HiddenField()
    version = IntegerField()

    def offer(self, choices: Choices) -> IncomeForm:
        """Fill in what may be chosen; none is a choice too."""
        none = SelectChoice(0, _("不指定"))
        self.kind.choices = [
            SelectChoice(IncomeKind.IN_SHOP.value, _("到店核销：顾客拿直播间的券来店里用")),
            SelectChoice(IncomeKind.SELF_REPORTED.value, _("自行申报：看了直播，直接到店里或微信买的")),
        ]
        self.product.choices = [none, *(SelectChoice(one.id, one.name) for one in choices.products)]
        self.show.choices = [
            none,
            *(SelectChoice(one.id, f"{short_day(one.starts_at)} {one.title}") for one in choices.shows),
        ]
        return self

    def validate_sold_on(self, field: Field) -> None:
        """A day must have been chosen."""
        if field.data is None and not field.errors:
            raise StopValidation(sentence(Violation("income_day_missing")))

    def check_day(self, today: date) -> bool:
        """Whether the day is one that may be reported; else its field says why not."""
        if self.sold_on.data is None:
            return False
        try:
            check_day(self.sold_on.data, today)
        except BadInput as refusal:
            blame(self, refusal)
            return False
        return True

    def keep_scans(self) -> bool:
        """Keep what was uploaded, before any transaction begins; whether all of it was usable.

        Of too many none is kept: what is remembered could not be taken back again.
        """
        kept, is_good = self.scan_ids, True
        uploads = [one for one in self.scan.data or [] if isinstance(one, FileStorage) and one.filename]
        if len(kept) + len(uploads) > MAX_PROOFS:
            blame(self, Violation("income_proofs_many", {"maximum": MAX_PROOFS}, "scan"))
            return False
        for upload in uploads:
            try:
                kept.append(keep_upload(upload))
            except BadInput as refusal:
                blame(self, refusal)
                is_good = False
        self.kept_scans.data = to_remember(kept)
        return is_good

    @property
    def scan_ids(self) -> list[int]:
        """The scans that were brought with this form so far."""
        return remembered(self.kept_scans.data)

    def facts(self) -> IncomeFacts:
        """What was typed in a form that is valid."""
        return IncomeFacts(
            self.kind.data,
            self.sold_on.data,  # type: ignore[arg-type]  validated before
            parse_yuan(self.amount.data or ""),
            _count(self.quantity.data or ""),
            self.product.data or None,
            self.show.data or None,
            self.note.data or "",
        )


def typed(report: IncomeReport) -> dict[str, Any]:
    """What the form shows of a report."""
    return {
        "kind": report.kind,
        "sold_on": report.sold_on,
        "amount": format_yuan(report.amount_fen)[1:],
        "quantity": str(report.quantity or ""),
        "product": report.product_id or 0,
        "show": report.show_id or 0,
        "note": report.note,
        "version": report.version,
    }


class StandingForm(PageForm):
    """What a shop declares; staff don't see the last field."""

    margin = StringField(_l("利润率（%）"), [MayBeEmpty(), passes(parse_percent)])
    baseline = StringField(
        _l("参加直播以前，一个月大约卖多少（元）"), [MayBeEmpty(), passes(parse_yuan_or_none)]
    )
    baseline_note = StringField(_l("这个数是怎么来的"))
    on_leaderboard = BooleanField(_l("在销售榜上显示我的店"))
    version = IntegerField()

    def declared(self) -> Declared:
        """What was typed; raises BadInput."""
        return Declared(
            parse_percent(self.margin.data or ""),
            parse_yuan_or_none(self.baseline.data or ""),
            self.baseline_note.data or "",
        ).checked()


def declared_now(shop: Merchant) -> dict[str, Any]:
    """What the form shows of a shop."""
    return {
        "margin": f"{shop.margin_bp / 100:g}" if shop.margin_bp else "",
        "baseline": "" if shop.baseline_fen is None else format_yuan(shop.baseline_fen)[1:],
        "baseline_note": shop.baseline_note,
        "on_leaderboard": shop.on_leaderboard,
        "version": shop.version,
    }
