"""Tables, their constraints, and plain queries of one table."""

from models.base import Base, db
from models.bookings import Booking, BoothSlot
from models.merchants import Merchant, MerchantMember, Picture, Product, ProductCode
from models.people import ApiToken, LoginSession, LoginThrottle, Person
from models.records import AuditEvent, IdempotencyKey, Notice, OutboxMessage
from models.sales import Sale, SalesImport, SalesImportLine
from models.shows import Show
from models.spaces import CalendarDay, Occupancy, OpeningHours, Setting, Space

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Base",
    "Booking",
    "BoothSlot",
    "CalendarDay",
    "IdempotencyKey",
    "LoginSession",
    "LoginThrottle",
    "Merchant",
    "MerchantMember",
    "Notice",
    "Occupancy",
    "OpeningHours",
    "OutboxMessage",
    "Person",
    "Picture",
    "Product",
    "ProductCode",
    "Sale",
    "SalesImport",
    "SalesImportLine",
    "Setting",
    "Show",
    "Space",
    "db",
]
