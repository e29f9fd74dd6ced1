"""The form that asks for a space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from blueprints.tongue import PageForm
from domain.spaces import SpaceKind
from models import Person, Space
from services.booking import Outline

MYSELF = 0
PURPOSE_LENGTH = 200


class Later:
    """A catalogue that is found when it is first asked for a sentence."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def gettext(self, text: str) -> str:
        """The sentence in the reader's language."""
        return str(self._find().gettext(text))

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The sentence for so many."""
        return str(self._find().ngettext(one, many, number))


class BookingForm(PageForm):
    """What a space is wanted for, by how many, and by whom; the time is chosen by touching it."""

    class Meta:
        """Whose form it is was checked before the view, as with every form (blueprints/origin.py)."""

        csrf = False

        def get_translations(self, form: Any) -> Any:
            """The sentences of WTForms, looked for when one is said: of a form that is in order none is."""
            return Later(lambda: PageForm.Meta.get_translations(self, form))

    purpose = StringField(
        _l("用途"),
        validators=[
            DataRequired(_l("请写一句用途，方便工作人员审核。")),
            Length(max=PURPOSE_LENGTH, message=_l("用途和说明最多 %(max)d 个字。")),
        ],
    )
    party_size = IntegerField(
        _l("人数"),
        validators=[
            InputRequired(_l("请填写人数，用数字。")),
            NumberRange(min=1, message=_l("人数至少是 1 人。")),
        ],
    )
    on_behalf_of = SelectField(
        _l("替谁预约"), coerce=int, default=MYSELF, invalid_choice_message=_l("请从名单里选一位。")
    )

    def choose_neighbour(self, person_id: int | None, *, flat: bool) -> None:
        """Begin with the neighbour that the address names, or after a look-up with the first of that flat."""
        if "on_behalf_of" not in self:
            return
        offered = [int(choice.value) for choice in self.on_behalf_of.choices]
        if person_id in offered:
            self.on_behalf_of.data = person_id
        elif flat and len(offered) > 1:
            self.on_behalf_of.data = offered[1]


class OwnBookingForm(BookingForm):
    """The same of somebody who books for nobody else."""

    on_behalf_of = None


class SeatForm(BookingForm):
    """A seat is for one, and needs no words."""

    purpose = party_size = None


class OwnSeatForm(SeatForm):
    """The same of somebody who books for nobody else."""

    on_behalf_of = None


def booking_form(space: Space | Outline, neighbours: list[Person]) -> BookingForm:
    """The form of a space without the questions that need no answer there."""
    if space.kind is SpaceKind.POOL:
        form = SeatForm() if neighbours else OwnSeatForm()
    else:
        form = BookingForm() if neighbours else OwnBookingForm()
    if neighbours:
        form.on_behalf_of.choices = [
            SelectChoice(str(MYSELF), _("我自己")),
            *(SelectChoice(str(person.id), _named(person)) for person in neighbours),
        ]
    return form


def _named(person: Person) -> str:
    return f"{person.building}-{person.unit}-{person.room} {person.name}"
