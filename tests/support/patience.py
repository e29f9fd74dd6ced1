"""The house with more patience than it has: for machines on which a whole suite runs, and anything may stand still.

Where tests look at how long the house waits for a database, it keeps its own.
"""

from types import ModuleType

from models import engine, hearing
from services import turns

ASKED_FOR = "JUFU_PATIENT"
"""Set for servers that are to have it."""
ASIDE, CONNECT, POOL, LINE = 60.0, 20, 20.0, 300.0


def with_databases() -> None:
    """With a PostgreSQL that does not say for long that it is at work, or takes nobody in."""
    _give(hearing, "ASIDE_SECONDS", ASIDE)
    _give(engine, "CONNECT_SECONDS", CONNECT)


def of_a_server() -> None:
    """The same, and with connections and turns at the passwords that others use."""
    with_databases()
    _give(engine, "POOL_SECONDS", POOL)
    _give(turns, "LINE_SECONDS", LINE)


def _give(module: ModuleType, name: str, seconds: float) -> None:
    getattr(module, name)  # AttributeError, where the house keeps it elsewhere by now
    setattr(module, name, seconds)
