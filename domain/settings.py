"""The figures of the house that staff may change, with their starting values [default]."""

from __future__ import annotations

from dataclasses import dataclass

from domain.attendance import Discipline


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
