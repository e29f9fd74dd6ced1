"""The house's changeable figures."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import BadInput
from domain.settings import HouseSettings
from models import Setting
from services.unit_of_work import query, transaction


def load(session: Session) -> HouseSettings:
    """The settings as they stand, for use inside another service."""
    stored = {row.key: row.value for row in session.execute(select(Setting.key, Setting.value))}
    known = asdict(HouseSettings())
    return replace(HouseSettings(), **{key: value for key, value in stored.items() if key in known})


@query
def current(session: Session) -> HouseSettings:
    """The settings as they stand."""
    return load(session)


@transaction
def change(session: Session, key: str, value: int) -> None:
    """Set one figure; raises BadInput for an unknown key or a negative value."""
    if key not in asdict(HouseSettings()):
        raise BadInput("setting_unknown", key=key)
    if value < 0:
        raise BadInput("setting_negative", key=key)
    session.merge(Setting(key=key, value=value))
