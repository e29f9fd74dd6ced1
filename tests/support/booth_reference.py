"""The booths of one show retold in plain numbers, to hold the services against; it shares no code with them.

Time is counted in hours; each booth has its own quarter-hour, so a place is a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIVE = {"offered", "pending", "confirmed"}
MOVABLE = {"pending", "confirmed"}
START, LOCK, FREE_UNTIL, ANSWER = 60, 36, 12, 2
OK, RULE, STALE, TAKEN = "ok", "rule", "stale", "taken"


@dataclass
class Booth:
    """A booking of a booth."""

    shop: int
    product: int
    place: int
    status: str = "pending"
    version: int = 1
    sample: str = "awaited"
    on_air: str = "waiting"
    expires: int = 0


@dataclass
class Swap:
    """A question between two booths."""

    asking: int
    asked: int
    expires: int
    status: str = "proposed"


@dataclass
class Entry:
    """A shop in line for any booth."""

    shop: int
    product: int
    status: str = "waiting"
    offer: int | None = None


@dataclass
class Model:
    """The show, its shops with their papers, and their products with their claims."""

    places: int
    papers: dict[int, bool]
    claims: dict[int, str]
    now: int = 0
    booths: list[Booth] = field(default_factory=list)
    swaps: list[Swap] = field(default_factory=list)
    line: list[Entry] = field(default_factory=list)
    points: int = 0

    def holder(self, place: int) -> int | None:
        """Who has a place."""
        return next(
            (n for n, one in enumerate(self.booths) if one.status in LIVE and one.place == place), None
        )

    def of_shop(self, shop: int) -> list[Booth]:
        """The live booths of a shop."""
        return [one for one in self.booths if one.shop == shop and one.status in LIVE]

    def breaks_a_rule(self, shop: int, product: int, place: int | None, *, counted: bool = True) -> bool:
        """The rules of taking."""
        own = self.of_shop(shop)
        served = {one.shop for one in self.booths if one.status in LIVE}
        others = any(e.status == "waiting" and e.shop not in served | {shop} for e in self.line)
        return (
            not self.papers[shop]
            or self.claims[product] == "refused"
            or any(one.product == product for one in own)
            or any(one.place == place for one in own)
            or (counted and bool(own) and others)
        )

    def take(self, shop: int, product: int, place: int) -> str:
        """Ask for a booth."""
        if self.breaks_a_rule(shop, product, place):
            return RULE
        if self.holder(place) is not None:
            return TAKEN
        self.booths.append(Booth(shop, product, place))
        return OK

    def approve(self, number: int) -> str:
        """Say yes, if papers and claims are in order."""
        one = self.booths[number]
        if one.status != "pending":
            return STALE
        if not self.papers[one.shop] or self.claims[one.product] != "cleared":
            return RULE
        one.status, one.version = "confirmed", one.version + 1
        return OK

    def decline(self, number: int) -> str:
        """Say no."""
        if self.booths[number].status != "pending":
            return STALE
        self.end(number, "declined")
        return OK

    def withdraw(self, number: int) -> str:
        """Give back a booth, or turn an offer down."""
        one = self.booths[number]
        if one.status not in LIVE:
            return STALE
        if one.status == "confirmed" and self.now > FREE_UNTIL:
            self.points += 1
        if one.status == "offered":
            self.entry_of(number).status = "withdrawn"
        self.end(number, "cancelled")
        return OK

    def end(self, number: int, status: str) -> None:
        """A booth is free again, for whoever is next."""
        one = self.booths[number]
        one.status, one.version = status, one.version + 1
        self.forget(number)
        self.pass_on(one.place)

    def forget(self, *numbers: int) -> None:
        """No question about these booths stands any more."""
        for swap in self.swaps:
            if swap.status == "proposed" and {swap.asking, swap.asked} & set(numbers):
                swap.status = "lapsed"

    def entry_of(self, number: int) -> Entry:
        """Whom an offer was made to."""
        return next(entry for entry in self.line if entry.offer == number)

    def pass_on(self, place: int) -> None:
        """The first in line whom no rule is against gets an offer."""
        for entry in self.line:
            free = self.holder(place) is None and self.now < LOCK
            if (
                entry.status == "waiting"
                and free
                and not self.breaks_a_rule(entry.shop, entry.product, place)
            ):
                entry.status, entry.offer = "offered", len(self.booths)
                expires = min(self.now + ANSWER, LOCK)
                self.booths.append(Booth(entry.shop, entry.product, place, "offered", expires=expires))

    def move(self, number: int, place: int, version: int) -> str:
        """Another free place; the state stays."""
        one = self.booths[number]
        if one.status not in MOVABLE:
            return STALE
        if any(other is not one and other.place == place for other in self.of_shop(one.shop)):
            return RULE
        if one.version != version:
            return STALE
        if one.place == place:
            return OK
        if self.holder(place) is not None:
            return TAKEN
        freed, one.place, one.version = one.place, place, one.version + 1
        self.forget(number)
        self.pass_on(freed)
        return OK

    def propose(self, asking: int, asked: int) -> str:
        """Ask another shop to change booths."""
        own, other = self.booths[asking], self.booths[asked]
        if other.status not in MOVABLE or own.shop == other.shop:
            return RULE
        if own.status not in MOVABLE:
            return STALE
        pairs = [(swap.asking, swap.asked) for swap in self.swaps if swap.status == "proposed"]
        if any(first == asking for first, _ in pairs) or (asked, asking) in pairs:
            return RULE
        self.swaps.append(Swap(asking, asked, min(self.now + ANSWER, LOCK)))
        return OK

    def answer(self, number: int, verdict: str) -> str:
        """Accepted, declined or withdrawn."""
        swap = self.swaps[number]
        if swap.status != "proposed":
            return STALE
        if verdict == "accepted" and swap.expires <= self.now:
            return RULE
        swap.status = verdict
        if verdict == "accepted":
            one, other = self.booths[swap.asking], self.booths[swap.asked]
            one.place, other.place = other.place, one.place
            one.version, other.version = one.version + 1, other.version + 1
            self.forget(swap.asking, swap.asked)
        return OK

    def join(self, shop: int, product: int) -> str:
        """Stand in line for any booth."""
        waits = any(entry.shop == shop and entry.status in {"waiting", "offered"} for entry in self.line)
        is_full = all(self.holder(place) is not None for place in range(1, self.places + 1))
        if self.breaks_a_rule(shop, product, None, counted=False) or waits or not is_full:
            return RULE
        self.line.append(Entry(shop, product))
        return OK

    def accept_offer(self, number: int) -> str:
        """Take what was kept."""
        one = self.booths[number]
        if one.status != "offered":
            return STALE
        if one.expires <= self.now:
            return RULE
        one.status, one.version = "pending", one.version + 1
        self.entry_of(number).status = "fulfilled"
        return OK

    def jobs(self) -> None:
        """What lapses by itself: offers in the order of their times, then questions."""
        due = [n for n, one in enumerate(self.booths) if one.status == "offered" and one.expires <= self.now]
        for number in sorted(due, key=lambda n: self.booths[n].place):
            self.entry_of(number).status = "lapsed"
            self.end(number, "expired")
        for swap in self.swaps:
            if swap.status == "proposed" and swap.expires <= self.now:
                swap.status = "lapsed"

    def sample(self, number: int, wanted: str) -> str:
        """A sample comes, or goes home."""
        one = self.booths[number]
        if one.sample == wanted:
            return OK
        before = {"received": "awaited", "returned": "received"}[wanted]
        if one.sample != before or (wanted == "received" and one.status not in LIVE):
            return STALE
        one.sample = wanted
        return OK
