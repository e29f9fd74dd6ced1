"""The forms with which accounts are kept; every rule and its sentence is the domain's."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice

from blueprints.accounts.forms import OwnFactsForm
from blueprints.tongue import PageForm
from blueprints.words.people import role_word
from domain.errors import BadInput
from domain.people import Role, clean_home
from models import Person
from services.registry.finding import State, Wanted
from services.registry.keeping import Facts


class FactsForm(OwnFactsForm):
    """Who somebody is and where they live; an empty phone stays as it is."""

    phone = TelField(_l("新手机号"))

    def facts(self) -> Facts:
        """What was typed; raises BadInput. All three parts of a home may be empty."""
        return replace(super().facts(), phone=self.phone.data or "")


class RoleForm(PageForm):
    """What an account is for."""

    role = RadioField(
        _l("身份"),
        choices=[
            SelectChoice(Role.RESIDENT.value, _l("住户")),
            SelectChoice(Role.CAPTAIN.value, _l("党员楼长")),
            SelectChoice(Role.MERCHANT.value, _l("商户")),
            SelectChoice(Role.STAFF.value, _l("工作人员")),
            SelectChoice(Role.ADMIN.value, _l("管理员")),
        ],
    )
    captain_of = StringField(_l("楼长负责哪一栋"))

    @classmethod
    def of(cls, person: Person) -> RoleForm:
        """The form as the account stands."""
        return cls(formdata=None, role=person.role.value, captain_of=person.captain_of or "")

    def building(self) -> int | None:
        """The building of a captain, None for anything that is no number."""
        try:
            return clean_home(self.captain_of.data or "", "1", "1").building
        except BadInput:
            return None


class FindForm(Form):
    """What is looked for."""

    q = StringField(_l("姓名、手机号或住址"))
    role = SelectField(_l("身份"))
    state = SelectField(_l("状态"))

    def offer(self, roles: tuple[Role, ...], states: list[tuple[str, str]]) -> None:
        """The choices, in the reader's language."""
        self.role.choices = [("", _l("所有身份")), *((role.value, role_word(role)) for role in roles)]
        self.state.choices = states

    def wanted(self) -> Wanted:
        """What was chosen; anything else counts as nothing."""
        return Wanted(
            (self.q.data or "")[:60],
            Role(self.role.data) if self.role.data in [role.value for role in Role] else None,
            State(self.state.data) if self.state.data in [state.value for state in State] else None,
        )
