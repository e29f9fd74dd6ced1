"""The forms of shows: planning, changing and cancelling one; every rule and its sentence is the domain's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from blueprints.edge import day_within_calendar
from blueprints.fields import Checkboxes
from blueprints.studio.forms import QUARTERS, Pieces, passes
from blueprints.tongue import PageForm
from blueprints.words.shows import PLATFORMS
from domain.interval import ZONE, local
from domain.recurrence import Rule, parse
from domain.sales.lines import Platform
from domain.studio.planning import ShowWish, clean_room
from domain.studio.shows import (
    DEFAULT_BOOTHS,
    DEFAULT_MARKET_SLOTS,
    MAX_SLOT_MINUTES,
    SLOT_MINUTES,
    Allotment,
    Layout,
    clean_title,
)
from models import Host, Show

ONCE, WEEKLY, FORTNIGHTLY = "once", "weekly", "fortnightly"
INTERVALS = {WEEKLY: 1, FORTNIGHTLY: 2}
DRAW_CLOSES = timedelta(days=3)
"""How long before the show a draw closes where staff say nothing [default]: there is time left to tell everybody."""
NO_PLATFORM = ""


def _quarters(*, empty: bool = False) -> list[SelectChoice]:
    first = [SelectChoice("", "–")] if empty else []
    return [*first, *(SelectChoice(quarter, quarter) for quarter in QUARTERS)]


def _moment(day: date | None, clock: str | None, *, end: bool = False) -> datetime | None:
    """A moment on the community's wall clock; where only the day is given its beginning, or its end."""
    if day is None:
        return None
    try:
        return datetime.combine(day, time.fromisoformat(clock or ""), ZONE)
    except ValueError:
        return datetime.combine(day + timedelta(days=int(end)), time(), ZONE)


def _on_the_calendar(_form: object, field: Field) -> None:
    """A day that the house's calendar reaches; beyond it no moment can be told in every zone."""
    if field.data is not None and not day_within_calendar(field.data):
        raise ValidationError(_("请选择日期。"))


class AboutForm(PageForm):
    """What is said about a show, however it is planned."""

    title = StringField(_l("场次名称"), [passes(clean_title)])
    hosts = Checkboxes(_l("主播"), coerce=int, validate_choice=False)
    platform = SelectField(
        _l("平台"),
        choices=[
            SelectChoice(NO_PLATFORM, _l("还没定")),
            *(SelectChoice(platform.value, name) for platform, name in PLATFORMS.items()),
        ],
        default=NO_PLATFORM,
    )
    room = StringField(_l("直播间号码"), [Optional(), passes(clean_room)])
    open_day = DateField(_l("报名从哪天"), [Optional(), _on_the_calendar])
    open_time = SelectField(_l("几点起"), choices=_quarters(empty=True), default="", validate_choice=False)
    close_day = DateField(_l("报名到哪天"), [Optional(), _on_the_calendar])
    close_time = SelectField(_l("几点止"), choices=_quarters(empty=True), default="", validate_choice=False)

    def offer(self, hosts: Sequence[Host]) -> None:
        """Let these hosts be chosen."""
        self.hosts.choices = [SelectChoice(host.id, host.name) for host in hosts]

    def validate_open_time(self, field: Field) -> None:
        """An hour needs its day."""
        if field.data and self.open_day.data is None:
            raise ValidationError(_("请选择日期。"))

    def validate_close_time(self, field: Field) -> None:
        """An hour needs its day."""
        if field.data and self.close_day.data is None:
            raise ValidationError(_("请选择日期。"))

    @property
    def opens_at(self) -> datetime | None:
        """From when on applications are taken; at once where nothing is said."""
        return _moment(self.open_day.data, self.open_time.data)

    @property
    def closes_at(self) -> datetime | None:
        """Until when applications are taken; to the lock where nothing is said."""
        return _moment(self.close_day.data, self.close_time.data, end=True)

    @property
    def about(self) -> dict[str, Any]:
        """The facts in the words of the domain."""
        return {
            "title": self.title.data or "",
            "host_ids": tuple(self.hosts.data or ()),
            "platform": Platform(self.platform.data) if self.platform.data else None,
            "room": self.room.data or "",
        }


class ShowForm(AboutForm):
    """A show to be planned, once or again and again."""

    day = DateField(_l("日期"), [InputRequired(_l("请选择日期。")), _on_the_calendar])
    time = SelectField(_l("开播时间"), choices=_quarters(), invalid_choice_message=_l("请选择开播时间。"))
    layout = RadioField(
        _l("怎么播"),
        choices=[
            SelectChoice(Layout.RUNDOWN.value, _l("依次上播，一个接一个")),
            SelectChoice(Layout.MARKET.value, _l("同时开市，大家一起播")),
        ],
        default=Layout.RUNDOWN.value,
    )
    booths = Pieces(_l("展位数"), [InputRequired(_l("请填写展位数。"))], default=DEFAULT_BOOTHS)
    slots = Pieces(_l("时段数"), [Optional()], default=DEFAULT_MARKET_SLOTS)
    slot_minutes = SelectField(
        _l("每个时段多长"),
        choices=[
            SelectChoice(str(minutes), _l("%(minutes)s 分钟", minutes=minutes))
            for minutes in range(15, MAX_SLOT_MINUTES + 1, 15)
        ],
        default=str(SLOT_MINUTES),
    )
    allotment = RadioField(
        _l("展位怎么分"),
        choices=[
            SelectChoice(Allotment.FIRST_COME.value, _l("先到先得")),
            SelectChoice(Allotment.DRAW.value, _l("先报名，再公开抽签")),
        ],
        default=Allotment.FIRST_COME.value,
    )
    repeat = RadioField(
        _l("要重复吗"),
        choices=[
            SelectChoice(ONCE, _l("只这一场")),
            SelectChoice(WEEKLY, _l("每周一场")),
            SelectChoice(FORTNIGHTLY, _l("每两周一场")),
        ],
        default=ONCE,
    )
    times = Pieces(_l("一共几场"), [Optional()], default=4)

    @property
    def starts_at(self) -> datetime:
        """The start on the community's wall clock, of a form that is valid."""
        return datetime.combine(self.day.data, time.fromisoformat(self.time.data), ZONE)

    @property
    def wish(self) -> ShowWish:
        """The show that is wanted, of a form that is valid; a draw closes in time even where nothing is said."""
        layout, allotment = Layout(self.layout.data), Allotment(self.allotment.data)
        closes_at = self.closes_at
        if closes_at is None and allotment is Allotment.DRAW:
            closes_at = self.starts_at - DRAW_CLOSES
        return ShowWish(
            starts_at=self.starts_at,
            layout=layout,
            booths=self.booths.data or 0,
            slots=self.slots.data if layout is Layout.MARKET else None,
            slot_minutes=int(self.slot_minutes.data),
            allotment=allotment,
            applications_open_at=self.opens_at,
            applications_close_at=closes_at,
            **self.about,
        )

    @property
    def comes_again(self) -> bool:
        """Whether more than one show is wanted."""
        return self.repeat.data in INTERVALS

    @property
    def rule(self) -> Rule:
        """How often it comes again; raises BadInput."""
        return parse(f"FREQ=WEEKLY;INTERVAL={INTERVALS[self.repeat.data]};COUNT={self.times.data or 0}")

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be carried along while the dates are looked at."""
        found = []
        for field in self:
            if field.type == "CSRFTokenField":
                continue
            values = field.data if isinstance(field.data, list) else [field.data]
            found += [(field.name, _written(value)) for value in values if value is not None]
        return found


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


class EditForm(AboutForm):
    """What can be said anew about a show; `version` is the one that was seen."""

    version = HiddenField()

    @classmethod
    def of(cls, show: Show) -> EditForm:
        """The form as the show stands."""
        typed = {
            "title": show.title,
            "hosts": [host.id for host in show.hosts],
            "platform": show.platform.value if show.platform else NO_PLATFORM,
            "room": show.room,
            "version": str(show.version),
        }
        for name, moment in (("open", show.applications_open_at), ("close", show.applications_close_at)):
            if moment is not None:
                typed |= {f"{name}_day": local(moment).date(), f"{name}_time": f"{local(moment):%H:%M}"}
        form = cls(formdata=None, data=typed)
        for field in (form.open_time, form.close_time):
            if field.data and field.data not in QUARTERS:  # one tap opens and closes to the second
                field.choices = [SelectChoice(field.data, field.data), *field.choices]
        return form

    def changes(self, show: Show) -> dict[str, Any]:
        """What is said; a moment that stands as it was to the minute is no change."""
        return self.about | {
            "applications_open_at": _kept(show.applications_open_at, self.opens_at),
            "applications_close_at": _kept(show.applications_close_at, self.closes_at),
        }


def _kept(stored: datetime | None, typed: datetime | None) -> datetime | None:
    """A form knows minutes only: a moment that one tap set stays to the second when something else is saved."""
    if stored is None or typed is None:
        return typed
    return stored if typed == local(stored).replace(second=0, microsecond=0) else typed


class CancelForm(PageForm):
    """Why a show is off, and whether the later ones of its series are too."""

    reason = TextAreaField(_l("取消的原因"))
    scope = RadioField(
        _l("取消哪些"),
        choices=[SelectChoice("this", _l("只取消这一场")), SelectChoice("following", _l("这一场和以后的"))],
        default="this",
    )
    version = HiddenField()


FIELD_OF = {
    "starts_at": "time",
    "host_ids": "hosts",
    "applications_open_at": "open_day",
    "applications_close_at": "close_day",
    "rule": "times",
}
"""Fields of the domain that are written differently on a form."""


def next_week(now: datetime) -> dict[str, Any]:
    """What the form of a new show starts with: the evening a week from now."""
    day = now.astimezone(ZONE).date() + timedelta(days=7)
    return {"day": day, "time": "19:30"}
