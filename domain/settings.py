"""The figures of the house that staff may change, with their starting values [default]."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """Each field is a key of the `setting` table; absent there, the value here counts."""

    max_upcoming_bookings: int = 3
    max_week_minutes: int = 360
    booth_monthly_quota: int = 2
    booth_lock_hours: int = 24
    yearly_target_fen: int = 2_000_000
    platform_fee_bp: int = 0
