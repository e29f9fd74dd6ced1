"""What all commands share: they run inside the application and say a refusal in a sentence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from blueprints import words
from domain.errors import Refusal, RuleViolation
from services import data_keys, durability, tables

LOOKS_ITSELF = ("serve", "seed", "restore_backup", "move_house", "run_doctor", "run_jobs", "verify_draw")
"""Commands that bring the tables up to date themselves, say themselves that they aren't, or may do without."""
NEED_NO_KEYS = ("list_keys",)
"""Commands that say themselves which data keys are missing."""
Command = Callable[..., Any]


class House(AppGroup):
    """Commands that run inside the application and say a refusal in a sentence, with status 1."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Command], click.Command]:
        """Attach a command."""
        attach = super().command(*args, **kwargs)
        return lambda command: attach(_in_sentences(command))


def need_current_tables() -> None:
    """Raise ClickException where the tables are not the newest."""
    if tables.revision() != current_app.config["MIGRATION_HEAD"]:
        raise click.ClickException("The tables of the database are not current: flask --app app db upgrade.")


def need_durable_database() -> None:
    """Raise ClickException where a power cut could take what was acknowledged; those of tests live for one run."""
    weaknesses = [] if current_app.config["APP_ENV"] == "test" else durability.weaknesses()
    if weaknesses:
        why = " ".join(weakness.text for weakness in weaknesses)
        raise click.ClickException(f"The house does not start on a database that can lose something: {why}")


def need_data_keys() -> None:
    """Raise ClickException where phones are sealed under a key that the house hasn't got."""
    lost = data_keys.missing()
    if lost is not None:
        raise click.ClickException(lost)


def _in_sentences(command: Command) -> Command:
    @functools.wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            if command.__name__ not in LOOKS_ITSELF:
                need_current_tables()
                if command.__name__ not in NEED_NO_KEYS:
                    need_data_keys()
            return command(*args, **kwargs)
        except Refusal as refusal:
            with current_app.test_request_context(), force_locale("en"):
                broken = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
                sentences = [words.sentence(one) for one in broken]
            raise click.ClickException(" ".join(sentences)) from refusal

    return wrapper
