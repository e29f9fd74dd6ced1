"""Sixty payloads in every text of the house: on no page, in no answer and in no file is one of them more than text.

Pages are opened with the Content-Security-Policy, and without it: what only the policy holds back is a fault.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import pytest
from jinja2 import ChoiceLoader, DictLoader
from playwright.sync_api import Page

from blueprints.access import public
from domain.people import Role
from tests.support.answering_forms import filled_in, forms_of
from tests.support.browser import PATIENCE_MS, OpenPage
from tests.support.drilling import Drill
from tests.support.payloads import ALL, PAYLOADS, ROUNDS
from tests.support.poison import named_as_own, texts
from tests.support.poisoned_house import PoisonedHouse, poisoned_house
from tests.support.record_archive import record_page
from tests.support.running_text import RunningText
from tests.support.told_to_machines import answers_to_programs, file_faults, is_for_programs, is_page
from tests.support.walking import WHO, Walk
from tests.support.watch import Watch

pytestmark = pytest.mark.browser

MANY = 10_000
OPEN = {"bypass_csp": True}
FRAGMENTS = {"extra_http_headers": {"HX-Request": "true"}}
CASE = "desk/_case.html"


@pytest.fixture(scope="module")
def house() -> Iterator[PoisonedHouse]:
    """One for all tests; they read it, but for the last one, which fills in its forms."""
    with poisoned_house() as house:
        yield house


@pytest.fixture
def eye() -> RunningText:
    """What sees that a text runs."""
    return RunningText()


def test_every_column_of_text_holds_a_payload_or_is_named_as_the_house_s_own(house: PoisonedHouse) -> None:
    every, own = {str(column) for column in texts()}, named_as_own()

    assert not own - every, "no such columns"
    assert not every - own - house.filled, (
        "nothing stands in them: let the demo fill them, or name them in OWN"
    )


def comes_to_light(page: Page, eye: RunningText, *, at_once: bool) -> bool:
    """Whether something is noticed, or runs at last: what waits for an event does so a little after the page."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while not any(at_once or "ran on" in fault for fault in eye.on(page)):
        if time.monotonic() > until:
            return False
    return True


@pytest.mark.mutant
def test_each_payload_is_noticed_where_a_page_is_at_fault(
    open_page: OpenPage, eye: RunningText, watch: Watch, drill: Drill
) -> None:
    context = open_page("tablet", bypass_csp=True).context
    eye.attach(context)
    watch.allow("")
    unseen = []

    for payload in PAYLOADS if drill.full else PAYLOADS[:: len(PAYLOADS) // drill.size(len(PAYLOADS))]:
        page = context.new_page()  # what one does late is not taken for what the next does
        eye.ran.clear()
        page.set_content(payload.shown_by("聚福"))
        is_noticed_anyway = bool(eye.on(page))
        page.set_content(payload.shown_by(payload.text))
        if not comes_to_light(page, eye, at_once=not is_noticed_anyway):
            unseen.append(payload.text)
        page.close()

    assert not unseen


@pytest.mark.drill("people")
def test_nothing_that_was_typed_runs_on_any_page(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, drill: Drill
) -> None:
    """A few payloads in each field at a time without the policy; all of them with it, and in fragments."""
    faults: list[str] = []
    met: dict[str, list[str]] = {}
    looks = 0
    for number in range(drill.size(ROUNDS, tenth=1)):
        house.fill(number)
        for who in WHO if drill.full else [Role.STAFF]:
            page, walk = house.enter(open_page, who, eye, **OPEN), house.walk(who)
            faults += walk_through(page, walk, eye, drill.size(MANY, tenth=8))
            page.context.close()
            met[who] = [address for found in walk.found.values() for address in found]
            looks += len(met[who])
    if drill.full:
        house.fill(None)
    for who, addresses in met.items():
        for options in ({}, OPEN | FRAGMENTS):
            page, some = house.enter(open_page, who, eye, **options), addresses[: drill.size(MANY, tenth=2)]
            faults += look_at(page, some, eye)
            page.context.close()
            looks += len(some)

    drill.tell("payloads", len(PAYLOADS))
    drill.tell("columns of text that held them", len(house.filled))
    drill.tell("pages and fragments looked at", looks)
    drill.tell("texts that were more than text", len(faults))
    assert not faults, "\n".join(["", *faults])


@pytest.mark.drill("people")
def test_no_file_is_a_page_and_no_answer_to_a_program_is_one(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, drill: Drill
) -> None:
    faults, files = [], 0
    for who in WHO if drill.full else [Role.STAFF]:
        walk = house.walk(who)
        page = house.enter(open_page, who, eye, **OPEN)
        faults += walk_through(page, walk, eye, drill.size(MANY, tenth=3))
        for address in walk.files.values():
            answer = page.request.get(address)
            if is_page(answer):
                faults += eye.at(page, address)
            else:
                faults += file_faults(answer)
        files += len(walk.files)
        page.context.close()

    answers = list(answers_to_programs(house.app, drill))
    faults += [
        f"{answer.request.path}: {answer.mimetype}" for answer in answers if not is_for_programs(answer)
    ]

    drill.tell("files looked at", files)
    drill.tell("answers to programs looked at", len(answers))
    assert not faults, "\n".join(["", *faults])


@pytest.mark.drill("people")
def test_the_page_inside_the_file_of_a_show_is_text_alone(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, drill: Drill
) -> None:
    inside = record_page(house.app)
    for policy in (OPEN, {}) if drill.full else (OPEN,):
        page = house.enter(open_page, Role.STAFF, eye, **policy)
        page.set_content(inside)

        assert "pwned()" in page.inner_text("body")
        assert not [fault for fault in eye.on(page) if "Content-Security-Policy" not in fault]
        page.context.close()
    drill.tell("payloads in the page", inside.count("pwned()"))


@pytest.mark.drill("people")
def test_no_refusal_echoes_an_address(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, drill: Drill
) -> None:
    some, everybody = ECHOES[: drill.size(len(ECHOES), tenth=3)], WHO if drill.full else [Role.STAFF]
    ways = [(who, policy) for who in everybody for policy in ((OPEN, {}) if drill.full else (OPEN,))]
    faults = []
    for who, policy in ways:
        page = house.enter(open_page, who, eye, **policy)
        faults += refused(page, some, eye)
        page.context.close()

    drill.tell("refusals looked at", 2 * len(ways) * len(some))
    assert not faults, "\n".join(["", *faults])


def refused(page: Page, patterns: Sequence[str], eye: RunningText) -> list[str]:
    """What is wrong with what is said to addresses with all payloads in them.

    A slash ends a name in a path: what has one never comes to the view that asks for the name.
    """
    typed = [quote(text, safe="") for text in (ALL, ALL.replace("/", " "))]
    return look_at(page, [pattern.replace("@", one) for pattern in patterns for one in typed], eye)


@pytest.mark.mutant
def test_a_refusal_that_repeats_what_was_asked_for_is_found(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, watch: Watch, monkeypatch
) -> None:
    watch.allow("")
    echo = public(lambda code: f"<!doctype html><p>There is no {code}.")
    monkeypatch.setitem(house.app.view_functions, "spaces.one", echo)
    page = house.enter(open_page, Role.STAFF, eye, **OPEN)

    assert refused(page, ["/spaces/@"], eye)


ECHOES = (
    "/@", "/spaces/@", "/spaces/tea-room?day=@", "/spaces/tea-room/book?day=@&start=@&end=@&purpose=@", "/shows/@",
    "/bookings/@", "/login?next=@", "/manage/people?q=@&role=@", "/manage/audit?q=@&action=@&who=@&day=@",
    "/find?day=@&from=@&to=@&people=@", "/reports?from=@&to=@", "/api/v1/@", "/api/v1/spaces/@", "/static/@",
    "/desk?queue=@&case=@", "/pictures/@.jpg",
)  # fmt: skip


def walk_through(page: Page, walk: Walk, eye: RunningText, most: int) -> list[str]:
    """What is wrong with the first pages that somebody finds by following links."""
    faults = []
    for _ in range(most):
        address = walk.next_address()
        if address is None:
            break
        faults += eye.at(page, address)
        walk.add_links(page)
    return faults


def look_at(page: Page, addresses: list[str], eye: RunningText) -> list[str]:
    """What is wrong with these."""
    return [fault for address in addresses for fault in eye.at(page, address)]


def unescape_a_field(house: PoisonedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """One field of one template as it is."""
    environment = house.app.jinja_env
    source, *_ = environment.loader.get_source(environment, CASE)
    said = "{{ booking.purpose }}"
    assert said in source
    forgetful = DictLoader({CASE: source.replace(said, "{{ booking.purpose|safe }}")})
    monkeypatch.setattr(environment, "loader", ChoiceLoader([forgetful, environment.loader]))
    monkeypatch.setattr(environment, "cache", {})
    monkeypatch.setattr(environment, "bytecode_cache", None)


def unescape_a_row(_house: PoisonedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that is joined in Python as it is."""
    monkeypatch.setattr("blueprints.queue_list.escape", str)


@pytest.mark.mutant
@pytest.mark.parametrize(
    ("forget", "policy"), [(unescape_a_field, OPEN), (unescape_a_row, OPEN), (unescape_a_field, {})]
)
def test_one_text_that_is_not_escaped_is_found(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, watch: Watch, monkeypatch, forget, policy
) -> None:
    watch.allow("")
    page = house.enter(open_page, Role.STAFF, eye, **policy)
    case = a_case_that_says_what_for(page)
    forget(house, monkeypatch)
    house.forget_answers()

    assert eye.at(page, case)


def a_case_that_says_what_for(page: Page) -> str:
    """The first address of such a one in the queue: of a talk in private nobody reads it."""
    page.goto("/desk")
    for address in page.eval_on_selector_all(".queue-item", "links => links.map(link => link.href)"):
        page.goto(address)
        if page.locator("blockquote.saying").count():
            return str(address)
    raise AssertionError("no case says what it is for")


@pytest.mark.drill("people")
def test_nothing_that_is_typed_into_a_form_runs_in_what_it_answers(
    house: PoisonedHouse, open_page: OpenPage, eye: RunningText, drill: Drill
) -> None:
    """The last one: some forms do what they say."""
    faults, sent = [], set()
    for who in WHO if drill.full else [Role.STAFF]:
        page, walk = house.enter(open_page, who, eye, **OPEN), house.walk(who)
        while (address := walk.next_address()) is not None and len(sent) < drill.size(MANY, tenth=3):
            page.context.clear_cookies()  # a form may have ended the session, or made this a shared tablet
            page.context.add_cookies(house.cookies[who])
            page.goto(address)
            walk.add_links(page)
            for form in forms_of(page):
                if (who, form.name) not in sent:
                    sent.add((who, form.name))
                    faults += filled_in(page, address, form, eye, number=len(sent))
        page.context.close()

    drill.tell("forms filled in", len(sent))
    assert not faults, "\n".join(["", *faults])
