"""The reference model of series: booked as far as there is room, moved, edited and cancelled in part, tried again."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.support.history_shows import ShowHouse
from tests.support.history_things import A_DAY, OK, RULE, STALE, TAKEN, Booking

MOVING = "moving"
"""How a booking stands while its new time is judged as if it were not there."""


@dataclass
class Series:
    """The same time on several days, of somebody."""

    space: str
    who: str
    start: int
    length: int
    version: int = 1
    skipped: list[int] = field(default_factory=list)


class SeriesHouse(ShowHouse):
    """The house with everything that happens to its series."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.series: list[Series] = []

    def book_series(self, name: str, start: int, end: int, days: int, who: str, *, only_free: bool) -> str:
        """The same time on several days: all or none, or only those that nothing is against."""
        before, against, skipped = len(self.bookings), "", []
        for day in range(start // A_DAY, start // A_DAY + days):
            first = start % A_DAY + day * A_DAY
            ending = self._judged(name, first, first + end - start, who)
            if ending == OK or (ending == TAKEN and not only_free):
                self.bookings.append(
                    self._occurrence(name, first, first + end - start, who, len(self.series))
                )
            else:
                skipped.append(day)
            if ending != OK and (not against or (ending == RULE and not only_free)):
                against = ending
        if against and (not only_free or len(self.bookings) == before):
            del self.bookings[before:]
            return against
        self.series.append(Series(name, who, start % A_DAY, end - start, skipped=skipped))
        return OK

    def _judged(self, name: str, start: int, end: int, who: str) -> str:
        space = self.spaces[name]
        if self.breaks_a_rule(space, start, end, who):
            return RULE
        return OK if self.is_free(space, start, end, None if space.places > 1 else 1) else TAKEN

    def _occurrence(self, name: str, start: int, end: int, who: str, series: int) -> Booking:
        space = self.spaces[name]
        status = "pending" if space.needs_yes else "confirmed"
        place = None if space.places > 1 else 1
        return Booking(
            name, place, start, end, who, status, settled=self.now, series=series, occurrence=start // A_DAY
        )

    def retry(self, number: int, day: int) -> str:
        """Book a day that was left out after all."""
        one = self.series[number]
        start = day * A_DAY + one.start
        ending = self._judged(one.space, start, start + one.length, one.who)
        if ending == OK:
            self.bookings.append(self._occurrence(one.space, start, start + one.length, one.who, number))
            one.skipped.remove(day)
        return ending

    def touched(self, number: int, scope: str, day: int) -> list[int]:
        """The occurrences that a change is for, in the order of their times."""
        found = [
            n
            for n, one in enumerate(self.bookings)
            if one.series == number
            and one.status in {"pending", "confirmed"}
            and one.start > self.now
            and one.occurrence is not None
            and (
                one.occurrence == day
                if scope == "this"
                else not one.by_hand and (scope == "all" or one.occurrence >= day)
            )
        ]
        return sorted(found, key=lambda n: (self.bookings[n].start, n))

    def cancel_series(self, number: int, scope: str, day: int, version: int) -> str:
        """Take occurrences back."""
        touched, refused = self._opened(number, scope, day, version)
        if refused:
            return refused
        freed = {quarter for n in touched for quarter in self.held(n)}
        for n in touched:
            one = self.bookings[n]
            one.status, one.proposed, one.version = "cancelled", None, one.version + 1
        self.pass_on(self.series[number].space, freed)
        return OK

    def edit_series(self, number: int, scope: str, day: int, version: int) -> str:
        """Say anew what occurrences are for."""
        touched, refused = self._opened(number, scope, day, version)
        for n in touched if not refused else []:
            one = self.bookings[n]
            one.version, one.by_hand = one.version + 1, one.by_hand or scope == "this"
        return refused or OK

    def move_series(self, number: int, scope: str, day: int, version: int, start: int, length: int) -> str:
        """Another time on their days, for all or none."""
        touched, refused = self._opened(number, scope, day, version)
        if refused:
            return refused
        times = {n: self.bookings[n].start // A_DAY * A_DAY + start for n in touched}
        ending = self._all_fit(touched, times, length)
        if ending != OK:
            self.series[number].version -= 1
            return ending
        freed = {quarter for n in touched for quarter in self.held(n)}
        for n, first in times.items():
            self._moved(self.bookings[n], first, first + length, scope)
        if scope != "this":
            self.series[number].start, self.series[number].length = start, length
        self.pass_on(self.series[number].space, freed)
        return OK

    def _moved(self, one: Booking, start: int, end: int, scope: str) -> None:
        if (start, end) == (one.start, one.end) and not one.proposed:
            return
        waits = one.status == "confirmed" and self.spaces[one.space].needs_yes
        if waits and (start, end) != (one.start, one.end):
            one.proposed, one.of_house = (start, end), False
        else:
            one.start, one.end, one.proposed = start, end, None
        one.version, one.by_hand = one.version + 1, one.by_hand or scope == "this"

    def _all_fit(self, touched: list[int], times: dict[int, int], length: int) -> str:
        """Each judged with those before it counted, as if what moves were not there."""
        states, known, endings = {n: self.bookings[n].status for n in touched}, len(self.bookings), []
        for n in touched:
            self.bookings[n].status = MOVING
        for n, first in times.items():
            one = self.bookings[n]
            endings.append(self._judged(one.space, first, first + length, one.who))
            if endings[-1] != RULE:
                self.bookings.append(self._occurrence(one.space, first, first + length, one.who, -1))
        del self.bookings[known:]
        for n, status in states.items():
            self.bookings[n].status = status
        return next((worst for worst in (RULE, TAKEN) if worst in endings), OK)

    def _opened(self, number: int, scope: str, day: int, version: int) -> tuple[list[int], str]:
        one = self.series[number]
        touched = self.touched(number, scope, day)
        if one.version != version:
            return [], STALE
        if not touched:
            return [], RULE
        one.version += 1
        return touched, ""
