"""Who somebody is, what they may do, and how they are shown to others."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import BadInput

# Surnames of two characters that still occur; without them 欧阳修 would be shown as 欧先生.
COMPOUND_SURNAMES = frozenset(
    (
        "欧阳",
        "上官",
        "司马",
        "司徒",
        "诸葛",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "夏侯",
        "东方",
        "端木",
        "独孤",
        "南宫",
    )
)
MAINLAND_MOBILE = re.compile(r"1[3-9]\d{9}")
ERASED_NAME = "已注销"
"""What stands in the place of a name that was erased."""
MIN_PASSWORD = 8
MAX_PASSWORD = 128


class Role(StrEnum):
    """What an account is for; every account has exactly one."""

    RESIDENT = "resident"
    CAPTAIN = "captain"
    MERCHANT = "merchant"
    STAFF = "staff"
    ADMIN = "admin"


STAFF_ROLES = frozenset({Role.STAFF, Role.ADMIN})
HOUSEHOLD_ROLES = frozenset({Role.RESIDENT, Role.CAPTAIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, as the services need to know them; `building` is the home, `captain_of` the charge."""

    id: int
    role: Role
    name: str
    phone: str | None = None
    verified: bool = False
    building: int | None = None
    captain_of: int | None = None
    merchant_ids: tuple[int, ...] = ()
    locale: str = "zh_Hans_CN"

    @property
    def is_staff(self) -> bool:
        """Staff and admins work at the desk."""
        return self.role in STAFF_ROLES

    @property
    def is_admin(self) -> bool:
        """Admins also change the house itself."""
        return self.role is Role.ADMIN

    @property
    def is_merchant(self) -> bool:
        """Merchants have a shop."""
        return self.role is Role.MERCHANT

    @property
    def display_name(self) -> str:
        """How the person is greeted on their own screen."""
        return self.name

    def may_verify(self, building: int | None) -> bool:
        """Staff verify anybody, a captain the own building."""
        return self.is_staff or (self.captain_of is not None and self.captain_of == building)


@dataclass(frozen=True, slots=True)
class Home:
    """A flat of the community: building 楼栋, unit 单元, room 房号."""

    building: int
    unit: int
    room: str


HOUSE_NUMBER = re.compile(r"[1-9]\d{0,3}")
ROOM_NUMBER = re.compile(r"[0-9A-Za-z-]{1,8}")


def clean_home(building: str, unit: str, room: str) -> Home:
    """A flat out of what somebody typed, `22 栋` as well as `22`; else BadInput."""
    parts = [unicodedata.normalize("NFKC", part or "").strip() for part in (building, unit, room)]
    building, unit, room = (re.sub(r"[\s#]|号楼|[栋幢座楼]|单元|室|号房?", "", part) for part in parts)
    if not (
        HOUSE_NUMBER.fullmatch(building) and HOUSE_NUMBER.fullmatch(unit) and ROOM_NUMBER.fullmatch(room)
    ):
        raise BadInput("home_invalid", field="room")
    return Home(int(building), int(unit), room.upper())


def normalise_phone(text: str) -> str:
    """The 11 digits of a mainland mobile number, whatever spaces, dashes or +86 it was typed with; else BadInput."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text or ""))
    digits = re.sub(r"^(\+?86|0086)(?=1)", "", digits)
    if not MAINLAND_MOBILE.fullmatch(digits):
        raise BadInput("phone_invalid", field="phone")
    return digits


def mask_phone(phone: str | None) -> str:
    """`138****1234`, the form in which a phone is shown."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


class Salutation(StrEnum):
    """How somebody wishes to be addressed; nobody has to say."""

    MR = "mr"
    MS = "ms"
    NONE = ""


SALUTATION_WORDS = {Salutation.MR: "先生", Salutation.MS: "女士", Salutation.NONE: "**"}


def mask_name(name: str, salutation: Salutation = Salutation.NONE) -> str:
    """A name as other residents see it: 陈先生, 林女士, or 陈** where no salutation is known."""
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]
    return f"{surname}{SALUTATION_WORDS[salutation]}"


def check_password(password: str) -> str:
    """A password of 8 to 128 characters that isn't one repeated character; else BadInput."""
    if len(password) < MIN_PASSWORD:
        raise BadInput("password_short", field="password", minimum=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise BadInput("password_long", field="password", maximum=MAX_PASSWORD)
    if len(set(password)) == 1:
        raise BadInput("password_weak", field="password")
    return password
