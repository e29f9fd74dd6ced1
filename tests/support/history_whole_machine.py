"""One machine for the whole life of a house: everything that the parts do, in any order and between each other."""

from __future__ import annotations

from tests.support.history_desk_machine import DeskHistory
from tests.support.history_keeping_machine import KeepingHistory
from tests.support.history_series_machine import SeriesHistory
from tests.support.history_shows_machine import ShowsHistory


class WholeHistory(DeskHistory, SeriesHistory, ShowsHistory, KeepingHistory):
    """Bookings, the line, series, the desk, shows, imports and forgetting; a subclass sets the stage."""
