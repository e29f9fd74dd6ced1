"""The forms of the studio; every rule and its sentence is the domain's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation

from blueprints.words import sentence
from domain.errors import BadInput
from domain.interval import ZONE
from domain.studio.shows import DEFAULT_BOOTHS, DEFAULT_MARKET_SLOTS, Layout, clean_title

QUARTERS = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 15, 30, 45)]
"""A list and no time control: those follow the language of the browser, and the house has a 24-hour clock."""


def passes(check: Callable[[Any], object]) -> Callable[[Form, Field], None]:
    """A validator that asks the domain and repeats its sentence."""

    def validate(_form: Form, field: Field) -> None:
        if field.errors:
            raise StopValidation  # it was no number to begin with, and says so
        try:
            check("" if field.data is None else field.data)
        except BadInput as refusal:
            raise ValidationError(sentence(refusal)) from refusal

    return validate


class Pieces(IntegerField):
    """A whole number whose refusal is in plain words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; ValueError in our own words otherwise."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("请填写整数。")) from error


class ShowForm(FlaskForm):
    """A show to be planned."""

    title = StringField(_l("场次名称"), [passes(clean_title)])
    day = DateField(_l("日期"), [InputRequired(_l("请选择日期。"))])
    time = SelectField(
        _l("开播时间"),
        choices=[SelectChoice(quarter, quarter) for quarter in QUARTERS],
        invalid_choice_message=_l("请选择开播时间。"),
    )
    layout = RadioField(
        _l("怎么播"),
        choices=[
            SelectChoice(Layout.RUNDOWN.value, _l("依次上播，一个接一个")),
            SelectChoice(Layout.MARKET.value, _l("同时开市，大家一起播")),
        ],
        default=Layout.RUNDOWN.value,
        validate_choice=True,
    )
    booths = Pieces(_l("展位数"), [InputRequired(_l("请填写展位数。"))], default=DEFAULT_BOOTHS)
    slots = Pieces(_l("时段数"), [Optional()], default=DEFAULT_MARKET_SLOTS)

    @property
    def starts_at(self) -> datetime:
        """The start on the community's wall clock, of a form that is valid."""
        return datetime.combine(self.day.data, time.fromisoformat(self.time.data), ZONE)


FIELD_OF = {"starts_at": "time"}
"""Fields of the domain that are written differently on a form."""


def blame(form: FlaskForm, field: str | None, text: str) -> bool:
    """Put a sentence next to the field that it is about; False when the form has no such field."""
    name = FIELD_OF.get(field or "", field or "")
    if name not in form:
        return False
    form[name].errors = [*form[name].errors, text]
    return True


def next_week(now: datetime) -> dict[str, Any]:
    """What the form of a new show starts with: the evening a week from now."""
    day = now.astimezone(ZONE).date() + timedelta(days=7)
    return {"day": day, "time": "19:30"}
