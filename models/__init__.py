"""Tables, their constraints, and plain queries of one table."""

from models.base import Base, db
from models.bookings import Booking, BoothSlot
from models.merchants import Merchant, MerchantMember, Picture, Product, ProductCode
from models.people import ApiToken, LoginSession, LoginThrottle, Person
from models.records import AuditEvent, IdempotencyKey, Notice, OutboxMessage
from models.sales import Sale, SalesImport, SalesImportLine
from models.shows import Show
from models.spaces import (
    CalendarDay,
    Closure,
    Occupancy,
    OpeningHours,
    Setting,
    Space,
    SpaceEquipment,
    SpacePhoto,
    SpaceSteward,
)
from models.visits import CalendarFeed, PenaltyPoint, WalkIn
from models.waiting import Series, SeriesSkip, WaitlistEntry

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Base",
    "Booking",
    "BoothSlot",
    "CalendarDay",
    "CalendarFeed",
    "Closure",
    "IdempotencyKey",
    "LoginSession",
    "LoginThrottle",
    "Merchant",
    "MerchantMember",
    "Notice",
    "Occupancy",
    "OpeningHours",
    "OutboxMessage",
    "PenaltyPoint",
    "Person",
    "Picture",
    "Product",
    "ProductCode",
    "Sale",
    "SalesImport",
    "SalesImportLine",
    "Series",
    "SeriesSkip",
    "Setting",
    "Show",
    "Space",
    "SpaceEquipment",
    "SpacePhoto",
    "SpaceSteward",
    "WaitlistEntry",
    "WalkIn",
    "db",
]
