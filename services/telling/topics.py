"""What each kind of message is about, so that people can choose by topic what reaches them how."""

from __future__ import annotations

from domain.telling import Topic

KINDS: dict[Topic, tuple[str, ...]] = {
    Topic.BOOKINGS: (
        "booking_cancelled",
        "booking_confirmed",
        "booking_declined",
        "booking_ended_early",
        "booking_expired",
        "booking_made_for_you",
        "booking_moved",
        "booking_no_show",
        "move_declined",
        "move_expired",
        "move_requested",
        "point_excused",
        "proposal_over",
        "request_received",
        "second_yes_wanted",
        "series_cancelled",
        "series_made_for_you",
        "series_moved",
        "series_requested",
        "time_proposed",
    ),
    Topic.REMINDERS: (
        "booking_soon",
        "booking_tomorrow",
        "booth_soon",
        "booth_tomorrow",
        "neighbour_soon",
        "neighbour_tomorrow",
    ),
    Topic.WAITING: ("offer_lapsed", "offer_made", "waitlist_over"),
    Topic.STUDIO: (
        "booth_absent",
        "booth_moved",
        "booth_point_excused",
        "booth_requested",
        "booths_swapped",
        "claims_cleared",
        "claims_handed_in",
        "claims_refused",
        "claims_reopened",
        "draw_allotted",
        "draw_passed_over",
        "draw_waitlisted",
        "paper_approved",
        "paper_ends",
        "paper_over",
        "paper_returned",
        "shop_handed_in",
        "shop_lifted",
        "shop_returned",
        "shop_suspended",
        "shop_verified",
        "show_cancelled",
        "swap_declined",
        "swap_lapsed",
        "swap_proposed",
    ),
    Topic.SALES: (
        "income_accepted",
        "income_corrected",
        "income_handed_in",
        "income_returned",
        "standing_changed",
    ),
    Topic.ACCOUNT: (
        "accounts_merged",
        "bot_tested",
        "confirm_email",
        "facts_corrected",
        "password_reset",
        "person_unverified",
        "person_verified",
        "phone_changed",
        "reset_given",
        "resident_signed_up",
        "role_changed",
        "shop_member_removed",
    ),
}
TOPICS = {kind: topic for topic, kinds in KINDS.items() for kind in kinds}


def topic_of(kind: str) -> Topic:
    """What a kind of message is about.

    One that another version of the program wrote is about the account: it must not keep the notice from arriving.
    """
    return TOPICS.get(kind, Topic.ACCOUNT)
