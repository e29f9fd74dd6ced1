"""The forms of accounts; every rule and its sentence is the domain's."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
    TelField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput
from domain.people import Home, Salutation, check_password, clean_home, normalise_phone
from models import Person
from services.people import clean_name
from services.registry.keeping import Facts
from services.registry.resetting import clean_pin


def passes(check: Callable[[str], object]) -> Callable[[Form, Field], None]:
    """A validator that asks the domain and repeats its sentence."""

    def validate(_form: Form, field: Field) -> None:
        try:
            check(field.data or "")
        except BadInput as refusal:
            raise ValidationError(sentence(refusal)) from refusal

    return validate


class LogInForm(PageForm):
    """Phone and password."""

    phone = TelField(_l("手机号"), [passes(normalise_phone)])
    password = PasswordField(_l("密码"))
    next = HiddenField()


class ResetForm(PageForm):
    """A one-time PIN and the new password."""

    phone = TelField(_l("手机号"), [passes(normalise_phone)])
    pin = StringField(_l("工作人员给的 8 位数字"), [passes(clean_pin)])
    password = PasswordField(_l("设一个新密码"), [passes(check_password)])


class OwnFactsForm(PageForm):
    """One's own name, salutation and home."""

    name = StringField(_l("姓名"))
    salutation = RadioField(
        _l("怎么称呼您"),
        choices=[
            SelectChoice(Salutation.MR.value, _l("先生")),
            SelectChoice(Salutation.MS.value, _l("女士")),
            SelectChoice(Salutation.NONE.value, _l("不说")),
        ],
        default="",
    )
    building = StringField(_l("楼栋"))
    unit = StringField(_l("单元"))
    room = StringField(_l("房号"))

    @classmethod
    def of(cls, person: Person) -> OwnFactsForm:
        """The form as the account stands."""
        return cls(
            formdata=None,
            name=person.name,
            salutation=person.salutation.value,
            building=person.building or "",
            unit=person.unit or "",
            room=person.room or "",
        )

    def facts(self) -> Facts:
        """What was typed; raises BadInput. All three parts of a home may be empty."""
        parts = [part.data or "" for part in (self.building, self.unit, self.room)]
        home = clean_home(*parts) if any(part.strip() for part in parts) else None
        return Facts(self.name.data or "", self._salutation(), home)

    def _salutation(self) -> Salutation:
        try:
            return Salutation(self.salutation.data or "")
        except ValueError as error:
            raise BadInput("bad_input", field="salutation") from error


class PhoneForm(PageForm):
    """Another number, and the password again."""

    phone = TelField(_l("新手机号"), [passes(normalise_phone)])
    password = PasswordField(_l("现在的密码"))


class EraseForm(PageForm):
    """The password again, before everything is erased."""

    password = PasswordField(_l("现在的密码"))


class SignUpForm(PageForm):
    """Who somebody is and where they live."""

    phone = TelField(_l("手机号"), [passes(normalise_phone)])
    name = StringField(_l("姓名"), [passes(clean_name)])
    salutation = RadioField(
        _l("怎么称呼您"),
        choices=[
            SelectChoice(Salutation.MR.value, _l("先生")),
            SelectChoice(Salutation.MS.value, _l("女士")),
        ],
        validators=[Optional()],
    )
    building = StringField(_l("楼栋"))
    unit = StringField(_l("单元"))
    room = StringField(_l("房号"))
    password = PasswordField(_l("设一个密码"), [passes(check_password)])
    next = HiddenField()

    def validate_room(self, _field: Field) -> None:
        """The three parts of a home are one thing: one sentence for all of them."""
        try:
            self.home()
        except BadInput as refusal:
            raise ValidationError(sentence(refusal)) from refusal

    def home(self) -> Home:
        """The flat as it was typed; raises BadInput."""
        return clean_home(self.building.data or "", self.unit.data or "", self.room.data or "")
