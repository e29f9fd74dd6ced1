"""How the two engines are opened: SQLite made durable and honest about writers, PostgreSQL with bounded waits.

A writing transaction is announced by the execution option `writes=True`. On SQLite it then begins IMMEDIATE: a
deferred transaction that turns into a writer fails at once, and busy_timeout does not help it.
"""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    cast,
    create_engine,
    event,
    extract,
    func,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from models.base import Base
from models.discreet import without_values
from models.glance import BESIDE
from models.pool import ImpatientPool
from models.prepared import run
from models.state import renew_with_every_change

try:
    from pysqlite3 import dbapi2 as sqlite_module
except (
    ImportError
):  # no wheel for this platform: the standard library's SQLite, in its safe mode if it is affected
    sqlite_module = sqlite3

BUSY_SECONDS = 5.0
CONNECT_SECONDS = 2
POOL_SECONDS = 2.0
"""For which a request waits for a connection that others use: who is told to come again is told so within three."""
IN_MEMORY = (None, "", ":memory:")
"""Names of databases that have one connection."""
# The WAL-reset bug: 3.7.0 to 3.51.2 can corrupt a WAL database when several connections write and checkpoint.
WAL_SAFE_SINCE = (3, 51, 3)


# What is neither number, text nor bytes is handed to an adapter. Without one of its own, every NULL is searched for one
# in vain, which takes longer than binding all the rest of a row.
sqlite_module.register_adapter(type(None), {}.get)
sqlite_module.register_adapter(bool, int)


def wal_is_safe(module: ModuleType | Any = sqlite_module) -> bool:
    """Whether this build of SQLite may use WAL with several writers."""
    return tuple(module.sqlite_version_info) >= WAL_SAFE_SINCE


def engine_options(url: str) -> dict[str, Any]:
    """Arguments of create_engine for a database URL; errors that reach a log name no phone and no purpose."""
    if url.startswith("sqlite"):
        options = {
            "hide_parameters": True,
            "module": sqlite_module,
            "connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None},
        }
        if make_url(url).database in IN_MEMORY:
            return options
        # Whoever wrote last has the newest pages; any other connection has to read them again.
        return options | {"poolclass": ImpatientPool, "pool_use_lifo": True, "pool_timeout": POOL_SECONDS}
    return {
        "hide_parameters": True,
        "poolclass": ImpatientPool,
        "pool_size": 16,
        "max_overflow": 0,
        "pool_timeout": POOL_SECONDS,
        "connect_args": {
            "connect_timeout": CONNECT_SECONDS,
            "options": "-c timezone=UTC -c lock_timeout=3s -c statement_timeout=20s"
            " -c idle_in_transaction_session_timeout=30s",
        },
    }


def sqlite_pragmas(module: ModuleType | Any = sqlite_module) -> tuple[str, ...]:
    """WAL + FULL loses no acknowledged commit; an affected SQLite falls back to TRUNCATE + EXTRA.

    With recursive triggers the guards of sealed records also see what INSERT OR REPLACE would take away.
    """
    durable = ("journal_mode=WAL", "synchronous=FULL")
    if not wal_is_safe(module):
        durable = ("journal_mode=TRUNCATE", "synchronous=EXTRA")
    return (*durable, "foreign_keys=ON", "recursive_triggers=ON", "cache_size=-2000")


def look_through(path: Path) -> str:
    """What SQLite says of all pages of a file, in one line: "ok" where nothing is wrong.

    Opening it takes in what a crash has left in the log; where there is no file, none is made.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite_module.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite_module.Error as error:
        told = error
    return str(told).replace("\n", " ").removeprefix("*** in database main *** ")


def prepare_engine(engine: Engine) -> None:
    """Attach the hooks that an engine of this house needs, and one for glances beside PostgreSQL."""
    if engine.dialect.name != "sqlite":
        _prepare_postgresql(engine)
        beside = _beside(engine)
        _listen(engine, beside)
        engine.update_execution_options(**{BESIDE: beside})
        return

    renew_with_every_change(engine)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in sqlite_pragmas():
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        run(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_postgresql(engine: Engine) -> None:
    """What is prepared on a connection stays prepared, and one that died is noticed without a question."""

    @event.listens_for(engine, "connect")
    def keep_what_is_prepared(connection: Any, _record: object) -> None:
        # The driver forgets all of it with each rollback, for what the transaction had made; ours make no tables.
        connection._prepared.clear = lambda: False  # noqa: SLF001  there is no setting for it

    @event.listens_for(engine, "checkout")
    def look_at(connection: Any, _record: object, _borrowed: object) -> None:
        if has_hung_up(connection):
            raise InvalidatePoolError

    @event.listens_for(engine, "handle_error")
    def leave_values_out(context: Any) -> None:
        without_values(context.original_exception, context.sqlalchemy_exception)


def _listen(*engines: Engine) -> None:
    """Let none of their connections wait for a server that answers nobody."""
    from models.hearing import Hearing  # with the driver, which a house on SQLite does without

    hearing = Hearing()
    for engine in engines:

        @event.listens_for(engine, "do_connect")
        def connect(_dialect: Any, _record: object, arguments: Any, more: Any) -> Any:
            return hearing.connect(*arguments, **more)


def has_hung_up(connection: Any) -> bool:
    """Whether the server has ended an idle connection of psycopg: it has nothing else to say unasked."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))


def _beside(engine: Engine) -> Engine:
    """A few connections of its own, not looked at first whether they are alive; gone with those of the engine."""
    more = {
        "pool_size": 6,
        "max_overflow": 10,
        "pool_reset_on_return": None,
    }  # nothing is ever left open there
    options = engine_options(str(engine.url)) | more
    own = create_engine(engine.url, isolation_level="AUTOCOMMIT", **options)
    event.listen(engine, "engine_disposed", lambda _engine: own.dispose())
    return own


@contextmanager
def in_passing(engine: Engine) -> Iterator[Connection]:
    """A transaction whose commit does not wait for the disk: for what nobody was promised, and a power cut may take."""
    with engine.connect() as connection:
        connection.execution_options(writes=True)
        with _hasty(connection), connection.begin():
            if connection.dialect.name == "postgresql":
                run(connection, "SET LOCAL synchronous_commit = off")
            yield connection


@contextmanager
def _hasty(connection: Connection) -> Iterator[None]:
    """Without WAL it would be more than the last transactions that SQLite may lose."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or not wal_is_safe():
        yield
        return
    driver.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        driver.execute("PRAGMA synchronous=FULL")


def insert_ignoring(session: Session, table: type[Base], **values: Any) -> postgresql.Insert | sqlite.Insert:
    """`INSERT … ON CONFLICT DO NOTHING` in the dialect at hand; it waits for a rival that has not committed yet."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insertion: postgresql.Insert | sqlite.Insert = (
        dialect.insert(table).values(**values).on_conflict_do_nothing()
    )
    return insertion


def epoch(session: Session, moment: Any) -> ColumnElement[int]:
    """The whole seconds since 1970 of a column of moments, in the dialect at hand."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(extract("epoch", moment)), BigInteger)
    return func.unixepoch(moment, type_=Integer)
