"""Files of bookings for tests: asked for, and written as the jobs do."""

from datetime import timedelta

from domain.people import Actor
from domain.plain_cells import plain_cell
from domain.reports import Days
from services.reports import files, writing
from services.reports.rows import Wording
from tests.support.builders import MONDAY, NOW

STATES = dict.fromkeys(
    ("offered", "pending", "confirmed", "checked_in", "declined", "cancelled", "expired", "no_show"), "别的"
) | {"completed": "来过"}
WORDS = {
    "locale": "zh", "title": "预约明细", "sheet": "预约明细", "headings": [f"列{number}" for number in range(11)],
    "states": STATES, "yes": "是",
}  # fmt: skip
DAYS = Days(MONDAY - timedelta(days=20), MONDAY)


def wording() -> Wording:
    """How rows of a CSV are written."""
    return Wording("zh", STATES, "是", plain_cell)


def ask(staff: Actor, days: Days = DAYS) -> int:
    """The id of a file that somebody asked for."""
    return files.ask(staff, days, WORDS, NOW).id


def ready_file(staff: Actor, days: Days = DAYS) -> int:
    """The id of one that is written."""
    file_id = ask(staff, days)
    assert writing.run_due(NOW) == 1
    return file_id
