"""Hosts of shows: add, change, verify, take the verification back, archive. Staff only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import Missing
from domain.interval import local_day
from domain.people import Actor, normalise_phone
from domain.studio.hosts import (
    Evidence,
    Standing,
    check_valid_until,
    clean_account,
    clean_host_name,
    clean_note,
    standing_on,
)
from models import Host, Person
from services import records
from services.studio.planning import require_staff
from services.unit_of_work import query, transaction

UNVERIFIED: dict[str, Any] = {
    "verified_at": None,
    "verified_by_id": None,
    "evidence": None,
    "evidence_note": "",
    "valid_until": None,
}


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A host as staff describe them; `account` is on the platform, both it and the phone may be empty."""

    name: str
    phone: str = ""
    account: str = ""

    def cleaned(self) -> HostFacts:
        """The same in clean words; raises BadInput."""
        phone = normalise_phone(self.phone) if self.phone.strip() else ""
        return HostFacts(clean_host_name(self.name), phone, clean_account(self.account))


@dataclass(frozen=True, slots=True)
class HostView:
    """A host, and who verified them."""

    host: Host
    verified_by: str | None


def standing(host: Host, day: date) -> Standing:
    """How a host stands on a day."""
    return standing_on(
        day,
        is_verified=host.verified_at is not None,
        valid_until=host.valid_until,
        is_archived=host.archived_at is not None,
    )


@query
def all_hosts(session: Session, actor: Actor) -> list[HostView]:
    """Every host, those in use first; raises Forbidden."""
    require_staff(actor)
    rows = session.execute(
        select(Host, Person.name)
        .outerjoin(Person, Person.id == Host.verified_by_id)
        .order_by(Host.archived_at.is_not(None), Host.id)
    )
    return [HostView(host, name) for host, name in rows]


@query
def one_host(session: Session, actor: Actor, host_id: int) -> HostView:
    """One host; raises Forbidden, Missing."""
    require_staff(actor)
    row = session.execute(
        select(Host, Person.name)
        .outerjoin(Person, Person.id == Host.verified_by_id)
        .where(Host.id == host_id)
    ).first()
    if row is None:
        raise Missing
    host, name = row
    return HostView(host, name)


@query
def hosts_to_choose(session: Session, actor: Actor) -> list[Host]:
    """The hosts that a show may be given; raises Forbidden."""
    require_staff(actor)
    return list(session.scalars(select(Host).where(Host.archived_at.is_(None)).order_by(Host.id)))


@transaction
def add_host(session: Session, actor: Actor, facts: HostFacts, *, now: datetime) -> Host:
    """Note down a host, not verified yet; raises Forbidden, BadInput."""
    require_staff(actor)
    clean = facts.cleaned()
    host = Host(
        name=clean.name,
        phone=clean.phone,
        account=clean.account,
        evidence_note="",
        created_by_id=actor.id,
        created_at=now,
    )
    session.add(host)
    records.audit(session, actor, "host.added", host, now)
    return host


@transaction
def change_host(
    session: Session, actor: Actor, host_id: int, changes: Mapping[str, str], *, now: datetime
) -> Host:
    """Correct the name, phone or account of a host; another name is another person, who has to be verified anew.

    Raises Forbidden, Missing, BadInput.
    """
    host = _locked(session, actor, host_id)
    clean = replace(HostFacts(host.name, host.phone, host.account), **changes).cleaned()
    renamed = host.name != clean.name
    host.name, host.phone, host.account = clean.name, clean.phone, clean.account
    records.audit(session, actor, "host.changed", host, now, renamed=renamed)
    if renamed and host.verified_at is not None:
        _unverify(session, actor, host, now)
    return host


@transaction
def verify_host(
    session: Session,
    actor: Actor,
    host_id: int,
    evidence: Evidence,
    *,
    note: str,
    valid_until: date | None,
    now: datetime,
) -> Host:
    """Write down that somebody made sure who a host is, by what and until when.

    Raises Forbidden, Missing, BadInput.
    """
    note = clean_note(note, evidence)
    check_valid_until(valid_until, local_day(now))
    host = _locked(session, actor, host_id)
    host.evidence, host.evidence_note, host.valid_until = evidence, note, valid_until
    host.verified_at, host.verified_by_id = now, actor.id
    until = valid_until.isoformat() if valid_until else None
    records.audit(session, actor, "host.verified", host, now, evidence=evidence.value, valid_until=until)
    return host


@transaction
def revoke_host(session: Session, actor: Actor, host_id: int, *, now: datetime) -> Host:
    """Take a verification back; a second time changes nothing. Raises Forbidden, Missing."""
    host = _locked(session, actor, host_id)
    if host.verified_at is not None:
        _unverify(session, actor, host, now)
    return host


def _unverify(session: Session, actor: Actor, host: Host, now: datetime) -> None:
    for name, value in UNVERIFIED.items():
        setattr(host, name, value)
    records.audit(session, actor, "host.revoked", host, now)


@transaction
def archive_host(session: Session, actor: Actor, host_id: int, *, now: datetime) -> Host:
    """Offer a host for no more shows; the shows that name them keep the name. Raises Forbidden, Missing."""
    host = _locked(session, actor, host_id)
    if host.archived_at is None:
        host.archived_at = now
        records.audit(session, actor, "host.archived", host, now)
    return host


@transaction
def restore_host(session: Session, actor: Actor, host_id: int, *, now: datetime) -> Host:
    """Offer a host again; raises Forbidden, Missing."""
    host = _locked(session, actor, host_id)
    if host.archived_at is not None:
        host.archived_at = None
        records.audit(session, actor, "host.restored", host, now)
    return host


def _locked(session: Session, actor: Actor, host_id: int) -> Host:
    require_staff(actor)
    host = session.scalar(
        select(Host).where(Host.id == host_id).with_for_update().execution_options(populate_existing=True)
    )
    if host is None:
        raise Missing
    return host
