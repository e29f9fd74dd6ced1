"""The forms of keeping the house; every rule and its sentence is the domain's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from blueprints.fields import Checkboxes
from blueprints.formats import locale_code
from blueprints.studio.forms import QUARTERS, Pieces
from blueprints.timeline import MINUTES_OF_DAY
from blueprints.tongue import PageForm
from blueprints.words.equipment import equipment_word
from blueprints.words.house import approval_word, day_kind_word, kind_word
from domain.errors import BadInput
from domain.house import SpaceFacts
from domain.interval import Interval, at_local, local, moment_of, tick_of
from domain.spaces import Approval, DayKind, Equipment, SpaceKind
from models import Space

NUMBER_PLEASE = _l("请填写整数。")
DATE_PLEASE = _l("请选择日期。")


class ClosureForm(PageForm):
    """Which spaces are closed, from when to when, and why."""

    spaces = Checkboxes(_l("哪些空间"))
    first = DateField(_l("从哪天"), [InputRequired(DATE_PLEASE)])
    first_time = SelectField(_l("几点开始"), validate_choice=False)
    last = DateField(_l("到哪天"), [Optional()])
    last_time = SelectField(_l("几点结束"), validate_choice=False)
    reason = StringField(_l("为什么停用"))

    @classmethod
    def of(cls, spaces: list[Space], **typed: Any) -> ClosureForm:
        """The form with the house's spaces to choose from."""
        form = cls(**typed)
        locale = locale_code()
        form.spaces.choices = [SelectChoice(space.code, space.name_in(locale)) for space in spaces]
        form.first_time.choices = [SelectChoice("", _("一早")), *(SelectChoice(q, q) for q in QUARTERS)]
        form.last_time.choices = [
            SelectChoice("", _("到当天结束")),
            *(SelectChoice(q, q) for q in QUARTERS[1:]),
        ]
        return form

    def interval(self, now: datetime) -> Interval:
        """The time that was chosen, never before the running quarter-hour; raises BadInput."""
        first: date = self.first.data
        last: date = self.last.data or first
        starts_at = at_local(first, _minute(self.first_time.data, 0))
        ends_at = at_local(last, _minute(self.last_time.data, MINUTES_OF_DAY))
        starts_at = max(starts_at, moment_of(tick_of(now)))
        if ends_at <= now:
            raise BadInput("closure_is_over", field="last")
        if ends_at <= starts_at:
            raise BadInput("ends_before_start", field="last")
        return Interval(starts_at, ends_at)


def _minute(quarter: str | None, otherwise: int) -> int:
    if quarter not in QUARTERS:
        return otherwise
    hours, _colon, minutes = quarter.partition(":")
    return int(hours) * 60 + int(minutes)


def from_now(now: datetime, code: str) -> dict[str, Any]:
    """What the form begins with when something broke just now: this space, from now to the end of the day."""
    clock = local(moment_of(tick_of(now)))
    return {"spaces": [code], "first": clock.date(), "first_time": f"{clock:%H:%M}", "last": clock.date()}


class SpaceForm(PageForm):
    """A space as an admin describes it."""

    code = StringField(_l("地址代码"))
    kind = RadioField(_l("类型"), default=SpaceKind.ROOM.value)
    name = StringField(_l("名称"))
    name_en = StringField(_l("英文名称"))
    about = TextAreaField(_l("介绍"), [Optional()])
    about_en = TextAreaField(_l("英文介绍"), [Optional()])
    approval = RadioField(_l("谁来审核"), default=Approval.STAFF.value)
    places = Pieces(_l("座位或展位数"), [InputRequired(NUMBER_PLEASE)], default=1)
    capacity = Pieces(_l("最多几人"), [Optional()], default=20)
    min_minutes = Pieces(_l("最短（分钟）"), [InputRequired(NUMBER_PLEASE)], default=30)
    max_minutes = Pieces(_l("最长（分钟）"), [InputRequired(NUMBER_PLEASE)], default=180)
    buffer_minutes = Pieces(_l("用完打扫（分钟）"), [InputRequired(NUMBER_PLEASE)], default=0)
    advance_days = Pieces(_l("最多提前（天）"), [InputRequired(NUMBER_PLEASE)], default=30)
    lead_minutes = Pieces(_l("最晚提前（分钟）"), [InputRequired(NUMBER_PLEASE)], default=30)
    needs_check_in = BooleanField(_l("要签到，不来会记一次未到场"), default=True)
    is_private = BooleanField(_l("保密：别人只看到“占用”，只有专人能看当事人"))
    equipment = Checkboxes(_l("设备和服务"))
    version = HiddenField()
    confirmed = HiddenField()

    @classmethod
    def of(cls, space: Space | None = None, **typed: Any) -> SpaceForm:
        """The form of a new space, or without the questions that have their answer for ever."""
        form = cls(**typed)
        form.kind.choices = [SelectChoice(kind.value, kind_word(kind)) for kind in SpaceKind]
        form.approval.choices = [SelectChoice(one.value, approval_word(one)) for one in Approval]
        form.equipment.choices = [SelectChoice(one.value, equipment_word(one)) for one in Equipment]
        if space is not None:
            del form.code, form.kind
            if space.kind is SpaceKind.ROOM:
                del form.places
        return form

    def facts(self, space: Space | None = None) -> SpaceFacts:
        """What was typed, of a form that is valid."""
        kind = space.kind if space is not None else SpaceKind(self.kind.data)
        is_room = kind is SpaceKind.ROOM
        return SpaceFacts(
            name=self.name.data or "",
            name_en=self.name_en.data or "",
            about=self.about.data or "",
            about_en=self.about_en.data or "",
            kind=kind,
            approval=Approval(self.approval.data),
            places=1 if is_room else self.places.data,
            capacity=self.capacity.data,
            min_minutes=self.min_minutes.data,
            max_minutes=self.max_minutes.data,
            buffer_minutes=self.buffer_minutes.data,
            advance_days=self.advance_days.data,
            lead_minutes=self.lead_minutes.data,
            is_private=self.is_private.data,
            needs_check_in=self.needs_check_in.data,
            equipment=frozenset(Equipment(one) for one in self.equipment.data or ()),
        )


class CalendarForm(PageForm):
    """One day of the calendar table, or several in a row."""

    first = DateField(_l("从哪天"), [InputRequired(DATE_PLEASE)])
    last = DateField(_l("到哪天"), [Optional()])
    kind = RadioField(_l("这些天"), default=DayKind.HOLIDAY.value)
    name = StringField(_l("是什么日子"))
    confirmed = HiddenField()

    @classmethod
    def of(cls, **typed: Any) -> CalendarForm:
        """The form with the two kinds that the State Council announces."""
        form = cls(**typed)
        form.kind.choices = [
            SelectChoice(kind.value, day_kind_word(kind)) for kind in (DayKind.HOLIDAY, DayKind.WEEKDAY)
        ]
        return form


def ids_of(text: str | None) -> list[int]:
    """The numbers of the bookings that were seen, as a hidden field carries them."""
    return [int(part) for part in (text or "").split(",") if part.isascii() and part.isdigit()][:2000]
