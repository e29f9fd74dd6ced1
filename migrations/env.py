"""Runs the migrations on the application's own engine, in one transaction on either engine."""

from __future__ import annotations

from alembic import context
from flask import current_app

from models import db

config = context.config


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types into migrations as plain SQLAlchemy, so that old ones never depend on today's models."""
    name = type(item).__name__
    if kind == "type" and name == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Upgrade or downgrade online; SQLite begins IMMEDIATE, so that two starting servers wait for each other."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            transaction_per_migration=False,
            render_item=render_item,
            **options,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(505)")
            context.run_migrations()


run()
