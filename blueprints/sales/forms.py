"""The forms of sales."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from blueprints.formats import short_day
from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import Violation
from models import Show


class UploadForm(PageForm):
    """An order export, and for which show somebody fetched it."""

    file = FileField(_l("订单文件（CSV 或 Excel）"))
    show = SelectField(_l("为哪一场直播"), coerce=int, default=0)

    def offer(self, shows: Sequence[Show]) -> UploadForm:
        """Fill in the shows to choose from; none is a choice too."""
        none = SelectChoice(0, _("不指定"))
        self.show.choices = [
            none,
            *(SelectChoice(one.id, f"{short_day(one.starts_at)} {one.title}") for one in shows),
        ]
        return self

    def validate_file(self, field: Field) -> None:
        """A file must have been chosen; what is in it is for the reader to say."""
        if not field.data or not field.data.filename:
            raise StopValidation(sentence(Violation("file_missing")))

    @property
    def show_id(self) -> int | None:
        """The chosen show, None for none."""
        return self.show.data or None
