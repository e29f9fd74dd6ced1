"""The figures of the house that staff may change, with their starting values [default]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.attendance import Discipline
from domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """Each field is a key of the `setting` table; absent there, the value here counts."""

    max_upcoming_bookings: int = 3
    max_week_minutes: int = 360
    booth_monthly_quota: int = 2
    booth_lock_hours: int = 24
    check_in_opens_minutes: int = 15
    check_in_grace_minutes: int = 15
    no_show_limit: int = 3
    no_show_fade_days: int = 90
    no_show_pause_days: int = 14
    offer_minutes: int = 120
    offer_minutes_today: int = 15
    withdrawal_free_hours: int = 48
    late_withdrawal_points: int = 1
    absent_points: int = 3
    records_years: int = 3
    wrap_up_hours: int = 24
    studio_min_minutes: int = 30
    studio_max_minutes: int = 240
    yearly_target_fen: int = 2_000_000
    platform_fee_bp: int = 0
    staged_import_days: int = 30
    undo_seconds: int = 10
    idle_lock_minutes: int = 5
    quiet_starts_minute: int = 1320
    quiet_ends_minute: int = 420
    evening_reminder_minute: int = 1140
    hour_reminder_minutes: int = 60
    reset_pin_minutes: int = 30
    delivery_tries: int = 8
    notices_kept_days: int = 365
    messages_kept_days: int = 90
    purposes_kept_days: int = 730
    demand_kept_days: int = 730
    signups_kept_days: int = 90

    @property
    def discipline(self) -> Discipline:
        """How patient the house is with those who stay away."""
        return Discipline(
            opens_minutes=self.check_in_opens_minutes,
            grace_minutes=self.check_in_grace_minutes,
            limit=self.no_show_limit,
            fade_days=self.no_show_fade_days,
            pause_days=self.no_show_pause_days,
        )


class Unit(StrEnum):
    """What a figure counts; kept as whole numbers, shown as people say them."""

    COUNT = "count"
    POINTS = "points"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    YEARS = "years"
    TIME_OF_DAY = "time_of_day"
    YUAN = "yuan"
    PERCENT = "percent"


class FigureGroup(StrEnum):
    """Under which heading a figure stands."""

    BOOKING = "booking"
    DOOR = "door"
    STUDIO = "studio"
    SALES = "sales"
    DESK = "desk"
    TELLING = "telling"
    KEEPING = "keeping"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: where it stands, what it counts, and within which bounds it makes sense."""

    group: FigureGroup
    unit: Unit
    least: int
    most: int

    def check(self, key: str, value: int) -> None:
        """Raise BadInput for a value outside of the bounds."""
        if not self.least <= value <= self.most:
            raise BadInput("setting_out_of_bounds", field="value", key=key)


_G, _U = FigureGroup, Unit
FIGURES: Mapping[str, Figure] = {
    "max_upcoming_bookings": Figure(_G.BOOKING, _U.COUNT, 1, 10_000),
    "max_week_minutes": Figure(_G.BOOKING, _U.MINUTES, 15, 1_000_000),
    "offer_minutes": Figure(_G.BOOKING, _U.MINUTES, 1, 7 * 1440),
    "offer_minutes_today": Figure(_G.BOOKING, _U.MINUTES, 1, 1440),
    "check_in_opens_minutes": Figure(_G.DOOR, _U.MINUTES, 0, 1440),
    "check_in_grace_minutes": Figure(_G.DOOR, _U.MINUTES, 0, 1440),
    "no_show_limit": Figure(_G.DOOR, _U.COUNT, 0, 100),
    "no_show_fade_days": Figure(_G.DOOR, _U.DAYS, 1, 3650),
    "no_show_pause_days": Figure(_G.DOOR, _U.DAYS, 0, 365),
    "booth_monthly_quota": Figure(_G.STUDIO, _U.COUNT, 0, 10_000),
    "booth_lock_hours": Figure(_G.STUDIO, _U.HOURS, 0, 720),
    "withdrawal_free_hours": Figure(_G.STUDIO, _U.HOURS, 0, 720),
    "late_withdrawal_points": Figure(_G.STUDIO, _U.POINTS, 0, 100),
    "absent_points": Figure(_G.STUDIO, _U.POINTS, 0, 100),
    "wrap_up_hours": Figure(_G.STUDIO, _U.HOURS, 1, 720),
    "studio_min_minutes": Figure(_G.STUDIO, _U.MINUTES, 15, 1440),
    "studio_max_minutes": Figure(_G.STUDIO, _U.MINUTES, 15, 1440),
    "yearly_target_fen": Figure(_G.SALES, _U.YUAN, 0, 10**12),
    "platform_fee_bp": Figure(_G.SALES, _U.PERCENT, 0, 10_000),
    "staged_import_days": Figure(_G.SALES, _U.DAYS, 1, 3650),
    "undo_seconds": Figure(_G.DESK, _U.SECONDS, 0, 300),
    "idle_lock_minutes": Figure(_G.DESK, _U.MINUTES, 1, 1440),
    "reset_pin_minutes": Figure(_G.DESK, _U.MINUTES, 1, 1440),
    "evening_reminder_minute": Figure(_G.TELLING, _U.TIME_OF_DAY, 0, 1439),
    "hour_reminder_minutes": Figure(_G.TELLING, _U.MINUTES, 0, 1440),
    "quiet_starts_minute": Figure(_G.TELLING, _U.TIME_OF_DAY, 0, 1439),
    "quiet_ends_minute": Figure(_G.TELLING, _U.TIME_OF_DAY, 0, 1439),
    "delivery_tries": Figure(_G.TELLING, _U.COUNT, 1, 50),
    "records_years": Figure(_G.KEEPING, _U.YEARS, 3, 100),
    "notices_kept_days": Figure(_G.KEEPING, _U.DAYS, 1, 36_500),
    "messages_kept_days": Figure(_G.KEEPING, _U.DAYS, 1, 36_500),
    "purposes_kept_days": Figure(_G.KEEPING, _U.DAYS, 1, 36_500),
    "demand_kept_days": Figure(_G.KEEPING, _U.DAYS, 1, 36_500),
    "signups_kept_days": Figure(_G.KEEPING, _U.DAYS, 30, 36_500),
}
"""Every figure of the house. Records of shows are kept for at least 3 years [直播电商监督管理办法]."""


def typed_figure(key: str, value: int) -> str:
    """A figure as it stands in its field."""
    unit = FIGURES[key].unit
    if unit is Unit.TIME_OF_DAY:
        return f"{value // 60:02d}:{value % 60:02d}"
    if unit in (Unit.YUAN, Unit.PERCENT):
        return f"{value // 100}.{value % 100:02d}".removesuffix(".00")
    return str(value)


def read_figure(key: str, text: str) -> int:
    """The figure that was typed; raises BadInput."""
    unit, cleaned = FIGURES[key].unit, text.strip().replace("：", ":").replace(",", "")
    try:
        if unit is Unit.TIME_OF_DAY:
            hours, minutes = cleaned.split(":")
            if not (0 <= int(hours) < 24 and 0 <= int(minutes) < 60):
                raise ValueError(cleaned)
            return int(hours) * 60 + int(minutes)
        if unit in (Unit.YUAN, Unit.PERCENT):
            whole, _point, cents = cleaned.partition(".")
            if not (whole.isdecimal() and (cents == "" or cents.isdecimal()) and len(cents) <= 2):
                raise ValueError(cleaned)
            return int(whole) * 100 + int(cents.ljust(2, "0"))
        if not cleaned.isdecimal():
            raise ValueError(cleaned)
        return int(cleaned)
    except ValueError as error:
        raise BadInput("setting_unreadable", field="value", key=key) from error
