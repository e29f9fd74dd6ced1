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
from models.sales import AfterSale, AfterSaleDraft, Sale, SaleBefore, SaleDraft
from models.sales_books import (
    IncomeEntry,
    IncomeProof,
    IncomeReport,
    SalesTotal,
    ShowAttribution,
    Statement,
    StatementItem,
)
from models.sales_imports import SalesImport, SalesImportChunk, SalesImportLine, SalesPlatform
from models.sales_inbox import HeldRow, LearnedWord, ProductAlias
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
    "AfterSale",
    "AfterSaleDraft",
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
    "HeldRow",
    "Host",
    "IdempotencyKey",
    "IncomeEntry",
    "IncomeProof",
    "IncomeReport",
    "LearnedWord",
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
    "ProductAlias",
    "ProductCode",
    "ProductPicture",
    "RunEvent",
    "RundownItem",
    "RundownItemBooth",
    "Sale",
    "SaleBefore",
    "SaleDraft",
    "SalesImport",
    "SalesImportChunk",
    "SalesImportLine",
    "SalesPlatform",
    "SalesTotal",
    "Series",
    "SeriesSkip",
    "Setting",
    "Show",
    "ShowAttribution",
    "ShowCheck",
    "ShowHost",
    "ShowRun",
    "ShowSeries",
    "Space",
    "SpaceEquipment",
    "SpacePhoto",
    "SpaceSteward",
    "Statement",
    "StatementItem",
    "WaitlistEntry",
    "WalkIn",
    "db",
]
