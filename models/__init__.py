"""Tables, their constraints, and plain queries of one table."""

from models.base import Base, db
from models.bookings import Booking, BoothSlot, BoothSwap
from models.draws import BoothApplication, Draw
from models.merchants import Merchant, MerchantInvite, MerchantMember, Paper, PrivateFile
from models.people import ApiToken, LoginSession, LoginThrottle, Person
from models.products import ClaimWord, Picture, Product, ProductCode, ProductPicture
from models.records import AuditEvent, IdempotencyKey, Notice, OutboxMessage
from models.running import (
    ComplianceRecord,
    OnAirCorrection,
    RundownItem,
    RundownItemBooth,
    RunEvent,
    ShowRun,
)
from models.sales import Sale, SalesImport, SalesImportLine
from models.shows import Host, Show, ShowCheck, ShowHost, ShowSeries
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
    "BoothApplication",
    "BoothSlot",
    "BoothSwap",
    "CalendarDay",
    "CalendarFeed",
    "ClaimWord",
    "Closure",
    "ComplianceRecord",
    "Draw",
    "Host",
    "IdempotencyKey",
    "LoginSession",
    "LoginThrottle",
    "Merchant",
    "MerchantInvite",
    "MerchantMember",
    "Notice",
    "Occupancy",
    "OnAirCorrection",
    "OpeningHours",
    "OutboxMessage",
    "Paper",
    "PenaltyPoint",
    "Person",
    "Picture",
    "PrivateFile",
    "Product",
    "ProductCode",
    "ProductPicture",
    "RunEvent",
    "RundownItem",
    "RundownItemBooth",
    "Sale",
    "SalesImport",
    "SalesImportLine",
    "Series",
    "SeriesSkip",
    "Setting",
    "Show",
    "ShowCheck",
    "ShowHost",
    "ShowRun",
    "ShowSeries",
    "Space",
    "SpaceEquipment",
    "SpacePhoto",
    "SpaceSteward",
    "WaitlistEntry",
    "WalkIn",
    "db",
]
