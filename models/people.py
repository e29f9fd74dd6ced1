"""People, their logins and their API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, validates

from domain.people import ERASED_NAME, Actor, Role, Salutation, mask_name, mask_phone
from models.base import Base, IntPk, enum_type, partial_index
from models.sealing import Sealed


def tail(phone: str | None) -> str | None:
    """The last four digits of a phone."""
    return phone[-4:] if phone else None


def _tail_of_new(context: Any) -> str | None:
    return tail(context.get_current_parameters().get("phone"))


class Person(Base):
    """An account; a resident without a phone has neither phone nor password."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(
            "(building IS NULL) = (unit IS NULL) AND (unit IS NULL) = (room IS NULL)", name="whole_home"
        ),
        CheckConstraint("captain_of IS NULL OR role = 'captain'", name="captain_has_role"),
        Index("ix_person_home", "building", "unit", "room"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(phone IS NULL) = (phone_tail IS NULL)", name="phone_tail"),
        CheckConstraint("erased_at IS NULL OR (phone IS NULL AND password_hash IS NULL)", name="erased"),
        Index("ix_person_verified_at_created_at", "verified_at", "created_at"),
    )

    id: Mapped[IntPk]
    phone: Mapped[str | None] = mapped_column(Sealed("person.phone"), unique=True)
    phone_tail: Mapped[str | None] = mapped_column(
        Sealed("person.phone_tail"), default=_tail_of_new, index=True
    )
    name: Mapped[str] = mapped_column(String(40))
    salutation: Mapped[Salutation] = mapped_column(
        enum_type(Salutation, "salutation"), default=Salutation.NONE
    )
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    building: Mapped[int | None]
    unit: Mapped[int | None]
    room: Mapped[str | None] = mapped_column(String(8))
    captain_of: Mapped[int | None]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN", server_default="zh_Hans_CN")
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @validates("phone")
    def _keep_its_tail(self, _name: str, phone: str | None) -> str | None:
        """Its last four digits, by which staff look people up, are sealed beside it."""
        self.phone_tail = tail(phone)
        return phone

    @property
    def masked_phone(self) -> str:
        """138****1234."""
        return mask_phone(self.phone)

    @property
    def masked_name(self) -> str:
        """陈先生, or 陈**; 已注销 of somebody whose data were erased."""
        return ERASED_NAME if self.erased_at else mask_name(self.name, self.salutation)

    def as_actor(self, merchant_ids: tuple[int, ...] = ()) -> Actor:
        """This person as somebody who acts."""
        return Actor(
            id=self.id,
            role=self.role,
            name=self.name,
            phone=self.phone,
            verified=self.verified_at is not None,
            building=self.building,
            captain_of=self.captain_of,
            merchant_ids=merchant_ids,
            locale=self.locale,
        )


class LoginSession(Base):
    """A logged-in browser; only the hash of its secret is kept, and a revoked one is dead at once.

    On a shared tablet (`device_id`) it is locked when nobody has touched it since `last_active_at` for too long;
    a form that was sent then waits in `held_form` until the same person is back.
    """

    __tablename__ = "login_session"
    __table_args__ = (
        partial_index("ix_login_session_revoked_at", "revoked_at", where="revoked_at IS NOT NULL"),
    )

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    last_active_at: Mapped[datetime | None]
    held_form: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)


class Device(Base):
    """A tablet that an admin enrolled for all staff; only the hash of its secret is kept."""

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked"),
    )

    id: Mapped[IntPk]
    name: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    enrolled_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StaffPin(Base):
    """The PIN with which somebody of the staff takes over an enrolled tablet; it opens nothing elsewhere.

    The number pad sends it after its last digit, so `digits` is how many it has.
    """

    __tablename__ = "staff_pin"
    __table_args__ = (CheckConstraint("digits BETWEEN 4 AND 6", name="digits"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    pin_hash: Mapped[str] = mapped_column(String(200))
    digits: Mapped[int]
    set_at: Mapped[datetime]


class PasswordReset(Base):
    """A one-time PIN that staff gave somebody who forgot the password; a new one replaces the old."""

    __tablename__ = "password_reset"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="order"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    pin_hash: Mapped[str] = mapped_column(String(200))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Erasure(Base):
    """That somebody's personal data were erased, so that it can be done again after a restore [PIPL art. 47]."""

    __tablename__ = "erasure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    erased_at: Mapped[datetime]
    erased_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LoginThrottle(Base):
    """Failed attempts of one bucket (a phone, an address) within its window."""

    __tablename__ = "login_throttle"

    bucket: Mapped[str] = mapped_column(String(80), primary_key=True)
    window_started_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)


class ApiToken(Base):
    """A bearer token of a program that acts for a person; hashed at rest."""

    __tablename__ = "api_token"

    id: Mapped[IntPk]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
