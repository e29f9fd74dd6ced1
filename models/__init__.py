"""Tables, their constraints, and plain queries of one table."""

from models.base import Base, db
from models.bookings import Booking, BoothSlot, BoothSwap
from models.demand import RefusedDemand
from models.desk import ClosureCall, DeclineReason, DeskDecision
from models.draws import BoothApplication, Draw
from models.merchants import Merchant, MerchantInvite, MerchantMember, Paper, PrivateFile
from models.people import (
    ApiToken,
    Device,
    Erasure,
    LoginSession,
    LoginThrottle,
    PasswordReset,
    Person,
    StaffPin,
)
from models.products import ClaimWord, Picture, Product, ProductCode, ProductPicture
from models.records import AuditEvent, IdempotencyKey, Notice, OutboxMessage
from models.reports import ReportHours, ReportSum
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
    SettingChange,
    Space,
    SpaceApprover,
    SpaceEquipment,
    SpacePhoto,
    SpaceSteward,
)
from models.telling import ChannelChoice, Contact, Delivery, MessageTemplate, ReminderSent, Webhook
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
    "ChannelChoice",
    "ClaimWord",
    "Closure",
    "ClosureCall",
    "ComplianceRecord",
    "Contact",
    "DeclineReason",
    "Delivery",
    "DeskDecision",
    "Device",
    "Draw",
    "Erasure",
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
    "MessageTemplate",
    "Notice",
    "Occupancy",
    "OnAirCorrection",
    "OpeningHours",
    "OutboxMessage",
    "Paper",
    "PasswordReset",
    "PenaltyPoint",
    "Person",
    "Picture",
    "PrivateFile",
    "Product",
    "ProductAlias",
    "ProductCode",
    "ProductPicture",
    "RefusedDemand",
    "ReminderSent",
    "ReportHours",
    "ReportSum",
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
    "SettingChange",
    "Show",
    "ShowAttribution",
    "ShowCheck",
    "ShowHost",
    "ShowRun",
    "ShowSeries",
    "Space",
    "SpaceApprover",
    "SpaceEquipment",
    "SpacePhoto",
    "SpaceSteward",
    "StaffPin",
    "Statement",
    "StatementItem",
    "WaitlistEntry",
    "WalkIn",
    "Webhook",
    "db",
]
