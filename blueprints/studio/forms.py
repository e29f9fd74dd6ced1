"""The forms of the studio; every rule and its sentence is the domain's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    Field,
    Form,
    IntegerField,
    ValidationError,
)
from wtforms.validators import StopValidation

from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput

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


def blame(
    form: PageForm, field: str | None, text: str, names: Mapping[str, str] = MappingProxyType({})
) -> bool:
    """Put a sentence next to the field that it is about; False when the form has no such field.

    `names` tells how fields of the domain are written on this form.
    """
    name = names.get(field or "", field or "")
    if name not in form:
        return False
    form[name].errors = [*form[name].errors, text]
    return True
