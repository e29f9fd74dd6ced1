"""One attempt after the other on every door of a house, and what it must not do whatever comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from domain.people import Role
from tests.support.asked import Fields, Seen, blind
from tests.support.drilling import TENTH
from tests.support.odd import CLASSICS, HEADERS, Sent, submissions
from tests.support.tried_house import TABLET, TriedHouse, Who
from tests.support.who_may import WHO_MAY
from tests.support.world import SAFE, Door

COUNTED = frozenset({"login_throttle", "picture", "private_file"})
"""What a refusal may leave: how often somebody guessed wrong, and a file that is kept while its form is corrected."""
ROUNDS = 3
MOST_FORMS = 4
"""Of one door: a list has the same one in each of its lines."""
PREFERRED: tuple[Who, ...] = (Role.MERCHANT, Role.ADMIN, Role.RESIDENT, Role.STAFF, Role.CAPTAIN, None)


@dataclass
class Findings:
    """What was tried and what came of it."""

    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    """Endpoints that let somebody in."""


def judged(
    house: TriedHouse, door: Door, name: str, ask: Callable[[], TestResponse], found: Findings
) -> TestResponse:
    """Ask, and say what is wrong about the answer; the house is afterwards as it was."""
    house.log.heard.clear()
    answer = ask()
    changes = house.changes()
    house.restore(set(changes))
    found.statuses[answer.status_code] += 1
    wrong = [f"{answer.status_code}"] if answer.status_code >= 500 else []
    wrong += [f"in the log: {line}" for line in house.log.heard]
    if 400 <= answer.status_code < 500 and set(changes) - COUNTED:
        wrong.append(f"a {answer.status_code} changed {sorted(set(changes) - COUNTED)}")
    if door.method in SAFE and changes:
        wrong.append(f"looking changed {sorted(changes)}")
    if wrong:
        raise AssertionError(f"{name}: {'; '.join(wrong)}")
    return answer


def who_tries(door: Door, *, everybody: bool) -> list[Who]:
    """Somebody whom the door lets in, or everybody."""
    if door.endpoint.startswith("tablet.") and None in WHO_MAY[door.endpoint]:
        return [TABLET]
    allowed: list[Who] = [who for who in PREFERRED if who in WHO_MAY[door.endpoint]]
    return [*PREFERRED] if everybody else allowed[:1]


def plan(examples: int, *, shrink: bool = True) -> settings:
    """How many submissions a door gets; a failing one is made smaller before it is told."""
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    return settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )


def measured(how: settings, door: Door, who: Who) -> settings:
    """All that is planned from whom a door lets in; few from somebody whom it turns away whatever is sent."""
    if who == TABLET or who in WHO_MAY[door.endpoint]:
        return how
    return settings(how, max_examples=max(1, how.max_examples // TENTH))


def try_forms(
    house: TriedHouse,
    doors: Iterable[Door],
    seen: dict[str, list[Seen]],
    asked: dict[str, set[str]],
    how: settings,
    *,
    everybody: bool,
    found: Findings,
) -> Findings:
    """Send every one of these doors odd submissions, as somebody or as everybody, and add what is found.

    A door that meanwhile asked for more than was known of it is tried again with that.
    """
    known = {endpoint: set(names) for endpoint, names in asked.items()}
    left = list(doors)
    for _ in range(ROUNDS):
        for door in left:
            for who in who_tries(door, everybody=everybody):
                ways = list(ways_in(house, door, who, seen.get(door.endpoint, []), asked))
                _try(house, door, who, ways, asked, measured(how, door, who), found)
        left = [door for door in left if asked[door.endpoint] - known.get(door.endpoint, set())]
        known = {endpoint: set(names) for endpoint, names in asked.items()}
    return found


def sweep(
    house: TriedHouse, doors: Iterable[Door], names: Iterable[str], asked: dict[str, set[str]]
) -> Findings:
    """Send each door an odd value under every name at once, another one to each; then under the names it missed."""
    found = Findings()
    for number, door in enumerate(doors):
        (who,) = who_tries(door, everybody=False)[:1]
        sent = set(names)
        _send_all(house, door, who, sorted(sent), number, found)
        if missed := asked[door.endpoint] - sent:
            _send_all(house, door, who, sorted(missed), number, found)
    return found


def _send_all(
    house: TriedHouse, door: Door, who: Who, names: list[str], number: int, found: Findings
) -> None:
    fields: Fields = [
        (name, CLASSICS[(number * 17 + at * 5) % len(CLASSICS)]) for at, name in enumerate(names)
    ]
    sent = Sent(fields, "form", HEADERS[number % len(HEADERS)])
    address = door.address(house.app, house.world.ids)
    arguments = sent.arguments(as_query=door.method in SAFE)
    name = f"{door.method} {address} as {who} with {sent.headers}"
    try:
        answer = judged(
            house, door, name, lambda: house.ask(who, address, method=door.method, **arguments), found
        )
    except Exception as error:  # whatever it is, the other doors are tried too
        found.wrong.append(str(error)[:3000])
    else:
        _note(door, answer, found)


def _note(door: Door, answer: TestResponse, found: Findings) -> None:
    if answer.status_code not in (401, 403, 404) and "/login" not in (answer.location or ""):
        found.reached.add(door.endpoint)


def learn(
    house: TriedHouse, doors: Iterable[Door], seen: dict[str, list[Seen]], asked: dict[str, set[str]]
) -> None:
    """Send each door what somebody would send who means well, so that its view says what it asks for."""
    for door in doors:
        (who,) = who_tries(door, everybody=False)[:1]
        for address, fields in ways_in(house, door, who, seen.get(door.endpoint, []), asked):
            sent = Sent(fields, "form", {})
            house.ask(who, address, method=door.method, **sent.arguments(as_query=door.method in SAFE))
            house.restore(set(house.changes()))


def ways_in(
    house: TriedHouse, door: Door, who: Who, seen: list[Seen], asked: dict[str, set[str]]
) -> Iterator[tuple[str, Fields]]:
    """The forms that this person sees and that go to this door; where there is none, what the view asks for."""
    own = [one for one in seen if one.who == who] or seen[:2]
    yield from ((one.action, one.filled_in()) for one in own[:MOST_FORMS])
    there = door.address(house.app, house.world.ids)
    if door.endpoint in house.keys:
        yield there, [*house.keys[door.endpoint]]
    yield there, blind(asked[door.endpoint])


def _try(
    house: TriedHouse,
    door: Door,
    who: Who,
    ways: list[tuple[str, Fields]],
    asked: dict[str, set[str]],
    how: settings,
    found: Findings,
) -> None:
    names = sorted(asked[door.endpoint])
    forms = [fields for _, fields in ways]

    @how
    @given(st.sampled_from([address for address, _ in ways]), submissions(forms, names))
    def attempt(address: str, sent: Sent) -> None:
        name = f"{door.method} {address} as {who}"
        answer = judged(
            house,
            door,
            name,
            lambda: house.ask(
                who, address, method=door.method, **sent.arguments(as_query=door.method in SAFE)
            ),
            found,
        )
        _note(door, answer, found)

    try:
        attempt()
    except Exception as error:  # whatever it is, the other doors are tried too
        notes = " ".join(getattr(error, "__notes__", []))
        found.wrong.append(f"{error} {notes}"[:1500])
