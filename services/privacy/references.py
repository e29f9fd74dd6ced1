"""Every column that names a person, and what becomes of it when accounts are merged, erased or handed out.

A new foreign key to `person` has to be put into this table: tests/services/test_references_to_people.py holds it
against the metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, Table

from models.base import Base


class Merged(StrEnum):
    """What two accounts becoming one does: the row goes to the account that stays, stays, or goes."""

    MOVED = "moved"
    KEPT = "kept"
    DROPPED = "dropped"


class Erased(StrEnum):
    """What erasing does: the row stays, stays without what it says of the person, or goes."""

    KEPT = "kept"
    BLANKED = "blanked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reference:
    """What becomes of a column, whether its rows are handed out to the person, and why."""

    merged: Merged
    erased: Erased
    is_exported: bool
    why: str


def _own(merged: Merged, erased: Erased, why: str) -> Reference:
    return Reference(merged, erased, True, why)


def _inner(merged: Merged, erased: Erased, why: str) -> Reference:
    return Reference(merged, erased, False, why)


OFFICE = _inner(Merged.KEPT, Erased.KEPT, "what somebody did in office; it is the house's history")
SHOPS = _inner(Merged.KEPT, Erased.KEPT, "the shop's, whose duties as a seller stay")
SECRET = _inner(Merged.DROPPED, Erased.GONE, "a secret's hash, of use to nobody")

REFERENCES: dict[str, Reference] = {
    "api_token.person_id": _own(Merged.DROPPED, Erased.GONE, "a key to the account"),
    "audit_event.actor_id": _own(Merged.KEPT, Erased.KEPT, "history, which nobody may edit"),
    "booking.booker_id": _own(Merged.MOVED, Erased.BLANKED, "use of the house is counted, not what for"),
    "booking.created_by_id": _own(Merged.MOVED, Erased.KEPT, "typed for a neighbour, whose booking it is"),
    "booking.decided_by_id": OFFICE,
    "booking.proposed_by_id": OFFICE,
    "booking.first_yes_by_id": OFFICE,
    "booth_application.person_id": _own(Merged.MOVED, Erased.KEPT, "the shop's place in a public draw"),
    "booth_slot.sample_received_by_id": OFFICE,
    "booth_slot.sample_returned_by_id": OFFICE,
    "booth_swap.created_by_id": SHOPS,
    "booth_swap.settled_by_id": SHOPS,
    "calendar_feed.person_id": _own(Merged.DROPPED, Erased.GONE, "an address that shows the own bookings"),
    "channel_choice.person_id": _own(Merged.MOVED, Erased.GONE, "a wish of the person"),
    "claim_word.created_by_id": OFFICE,
    "closure.created_by_id": OFFICE,
    "closure.lifted_by_id": OFFICE,
    "closure_call.called_by_id": OFFICE,
    "compliance_record.sealed_by_id": OFFICE,
    "contact.person_id": _own(Merged.MOVED, Erased.GONE, "where the person can be reached"),
    "desk_decision.actor_id": OFFICE,
    "desk_decision.undone_by_id": OFFICE,
    "device.enrolled_by_id": OFFICE,
    "device.revoked_by_id": OFFICE,
    "erasure.person_id": _inner(
        Merged.KEPT, Erased.KEPT, "the proof itself; what is erased is merged no more"
    ),
    "erasure.erased_by_id": OFFICE,
    "held_row.decided_by_id": OFFICE,
    "host.verified_by_id": OFFICE,
    "host.created_by_id": OFFICE,
    "idempotency_key.actor_id": _inner(Merged.DROPPED, Erased.GONE, "answers of the last week, to programs"),
    "income_entry.created_by_id": OFFICE,
    "income_report.reviewed_by_id": OFFICE,
    "income_report.created_by_id": SHOPS,
    "learned_word.decided_by_id": OFFICE,
    "login_session.person_id": _own(Merged.DROPPED, Erased.GONE, "a key to the account"),
    "merchant.verified_by_id": OFFICE,
    "merchant_invite.created_by_id": SHOPS,
    "merchant_invite.used_by_id": SHOPS,
    "merchant_member.person_id": _own(Merged.MOVED, Erased.GONE, "who acts for a shop; the shop stays"),
    "message_template.changed_by_id": OFFICE,
    "notice.person_id": _own(Merged.MOVED, Erased.GONE, "what the person was told"),
    "on_air_correction.created_by_id": OFFICE,
    "outbox_message.recipient_id": _inner(Merged.MOVED, Erased.GONE, "each is a notice, which is handed out"),
    "paper.reviewed_by_id": OFFICE,
    "paper.created_by_id": SHOPS,
    "password_reset.person_id": SECRET,
    "password_reset.created_by_id": OFFICE,
    "penalty_point.person_id": _own(Merged.MOVED, Erased.BLANKED, "counted; why it was excused goes"),
    "penalty_point.excused_by_id": OFFICE,
    "person.verified_by_id": OFFICE,
    "person.merged_into_id": _inner(Merged.MOVED, Erased.BLANKED, "an empty account that points here"),
    "private_file.created_by_id": _own(Merged.KEPT, Erased.KEPT, "the shop's papers, whose duties stay"),
    "product.claims_reviewed_by_id": OFFICE,
    "product_alias.decided_by_id": OFFICE,
    "refused_demand.person_id": _own(Merged.MOVED, Erased.GONE, "what the person could not get"),
    "report_file.created_by_id": OFFICE,
    "run_event.actor_id": OFFICE,
    "sale.attributed_by_id": OFFICE,
    "sale_before.attributed_by_id": OFFICE,
    "sale_draft.attributed_by_id": OFFICE,
    "sales_import.created_by_id": OFFICE,
    "sales_import.undone_by_id": OFFICE,
    "series.booker_id": _own(Merged.MOVED, Erased.BLANKED, "the rule of bookings that are counted"),
    "series.created_by_id": _own(Merged.MOVED, Erased.KEPT, "typed for a neighbour, whose series it is"),
    "setting_change.changed_by_id": OFFICE,
    "show.created_by_id": OFFICE,
    "show_check.done_by_id": OFFICE,
    "show_series.created_by_id": OFFICE,
    "space_approver.person_id": _inner(
        Merged.DROPPED, Erased.GONE, "named in office, for as long as it lasts"
    ),
    "space_steward.person_id": _inner(
        Merged.DROPPED, Erased.GONE, "named in office, for as long as it lasts"
    ),
    "staff_pin.person_id": SECRET,
    "waitlist_entry.person_id": _own(Merged.MOVED, Erased.BLANKED, "demand is counted, not what for"),
    "waitlist_entry.created_by_id": _own(Merged.MOVED, Erased.KEPT, "typed for a neighbour, who waits"),
    "walk_in.created_by_id": OFFICE,
    "webhook.created_by_id": OFFICE,
}


def columns() -> Iterator[tuple[Column[int], Reference]]:
    """Every column with what becomes of it, the tables that depend on others first."""
    for table in reversed(Base.metadata.sorted_tables):
        for column in table.columns:
            if (known := REFERENCES.get(name_of(column))) is not None:
                yield column, known


def name_of(column: Column[int]) -> str:
    """`table.column`."""
    table: Table = column.table
    return f"{table.name}.{column.name}"
