"""The forms of shops; every rule and its sentence is the domain's."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from blueprints.accounts.forms import passes
from blueprints.tongue import PageForm
from blueprints.words import sentence
from blueprints.words.merchants import paper_word
from domain.errors import BadInput, Violation
from domain.merchants.credit_code import clean_credit_code
from domain.merchants.papers import PaperKind, PaperWords, clean_issuer, clean_number
from domain.merchants.shops import (
    ShopFacts,
    clean_address,
    clean_contact_phone,
    clean_exempt_reason,
    clean_responsible_person,
    clean_shop_name,
)
from domain.people import check_password, normalise_phone
from services.people import clean_name

REGISTERED, EXEMPT = "registered", "exempt"


class AccountForm(PageForm):
    """Who somebody is who will act for a shop."""

    phone = TelField(_l("手机号"), [passes(normalise_phone)])
    name = StringField(_l("您的姓名"), [passes(clean_name)])
    password = PasswordField(_l("设一个密码"), [passes(check_password)])


class JoinForm(AccountForm):
    """The same with the shop that they bring along."""

    shop_name = StringField(_l("店名"), [passes(clean_shop_name)])


class FoundForm(PageForm):
    """The name of a new shop."""

    shop_name = StringField(_l("店名"), [passes(clean_shop_name)])


class FactsForm(PageForm):
    """What a shop says about itself; `registration` chooses which of the last two counts."""

    name = StringField(_l("店名"), [passes(clean_shop_name)])
    address = StringField(_l("店铺地址"), [passes(clean_address)])
    responsible_person = StringField(_l("负责人"), [passes(clean_responsible_person)])
    contact_phone = TelField(_l("联系电话"), [passes(clean_contact_phone)])
    registration = RadioField(
        _l("有没有营业执照"),
        choices=[
            SelectChoice(REGISTERED, _l("有营业执照")),
            SelectChoice(EXEMPT, _l("不用办执照")),
        ],
        default=REGISTERED,
    )
    credit_code = StringField(_l("统一社会信用代码"))
    exempt_reason = StringField(_l("为什么不用办执照"))
    version = IntegerField()

    def validate_credit_code(self, field: Field) -> None:
        """Only where there is a registration; the other field is not looked at then."""
        if self.registration.data != EXEMPT:
            passes(clean_credit_code)(self, field)

    def validate_exempt_reason(self, field: Field) -> None:
        """The other way round."""
        if self.registration.data == EXEMPT:
            passes(clean_exempt_reason)(self, field)

    def facts(self) -> ShopFacts:
        """What was typed."""
        is_exempt = self.registration.data == EXEMPT
        return ShopFacts(
            self.name.data or "",
            self.address.data or "",
            self.responsible_person.data or "",
            self.contact_phone.data or "",
            None if is_exempt else self.credit_code.data,
            (self.exempt_reason.data or "") if is_exempt else "",
        )


class LastDay(DateField):
    """A day that may be left empty; whatever else is no day says so in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; ValueError when there is something else."""
        if not any(valuelist):
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请选择日期。")) from error


class PaperForm(PageForm):
    """A paper; `kept_scan` remembers an upload while another field is corrected."""

    kind = SelectField(_l("哪一种证照"), coerce=PaperKind)
    number = StringField(_l("证照编号"), [passes(clean_number)])
    issuer = StringField(_l("发证机关"), [passes(clean_issuer)])
    expires_on = LastDay(_l("有效期最后一天"))
    forever = BooleanField(_l("长期有效，没有期限"))
    scan = FileField(_l("照片或 PDF"))
    kept_scan = HiddenField()
    version = IntegerField()

    def offer(self) -> PaperForm:
        """Fill in the kinds in the reader's language."""
        self.kind.choices = [SelectChoice(kind.value, paper_word(kind)) for kind in PaperKind]
        return self

    def validate_expires_on(self, field: Field) -> None:
        """A last day, or for good: not neither."""
        if field.data is None and not self.forever.data and not field.errors:
            raise StopValidation(sentence(Violation("paper_end_missing")))

    def words(self, today: date) -> PaperWords:
        """What was typed; raises BadInput."""
        last_day = None if self.forever.data else self.expires_on.data
        kind = self.kind.data or PaperKind.OTHER
        return PaperWords(kind, self.number.data or "", self.issuer.data or "", last_day).checked(today)


def blame(form: PageForm, refusal: BadInput | Violation) -> None:
    """Put a sentence next to the field that it is about, else on top of the form."""
    field = (
        "shop_name"
        if refusal.field == "name" and "shop_name" in form and _of_shop(refusal)
        else refusal.field
    )
    if field is not None and field in form:
        form[field].errors = [*form[field].errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))


def _of_shop(refusal: BadInput | Violation) -> bool:
    return refusal.code.startswith("shop_name")
