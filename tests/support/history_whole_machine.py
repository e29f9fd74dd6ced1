"""One machine for the whole life of a house: everything that the parts do, in any order and between each other."""

from __future__ import annotations

from tests.support.history_desk_machine import DeskHistory
from tests.support.history_keeping_machine import KeepingHistory


class WholeHistory(DeskHistory, KeepingHistory):
    """Bookings, the line, series, the desk, imports and forgetting; a subclass sets the stage."""
