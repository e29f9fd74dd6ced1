"""Whatever `next` and whatever host a request names: every redirect, link and kept address stays at home."""

from itertools import cycle

import pytest
import segno
from flask import url_for

from blueprints import pages
from blueprints.accounts import routes
from domain.people import Role
from tests.support import trying
from tests.support.asked import forms_of, watching
from tests.support.leading import HOME, addresses, astray, is_home
from tests.support.odd import Sent
from tests.support.tried_house import TABLET
from tests.support.who_may import WHO_MAY
from tests.support.world import FORM, SAFE, TIMES, doors

pytestmark = pytest.mark.slow
EVIL = "evil.example"
GOOD = "/calendar?from=here"
NEXTS = (
    f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"\\/{EVIL}", f"/\\/{EVIL}", f"//\\{EVIL}",
    f"https:{EVIL}", f"http:{EVIL}", f"https:/{EVIL}", f"https:///{EVIL}", f"https://{EVIL}", f"HTTPS://{EVIL}",
    f"http://localhost@{EVIL}", f"http://localhost:80@{EVIL}", f"//localhost@{EVIL}", f"http://localhost.{EVIL}",
    f"http://{EVIL}#localhost", f"http://{EVIL}?localhost", f"http://{EVIL}\\@localhost", f"http://{EVIL}/localhost",
    f"%2f%2f{EVIL}", f"/%2f{EVIL}", f"/%5c{EVIL}", f"%5c%5c{EVIL}", f"/%09/{EVIL}", f"/%0a/{EVIL}", f"/%00/{EVIL}",
    f"/\t/{EVIL}", f"/\n/{EVIL}", f"/\r/{EVIL}", f"\t//{EVIL}", f" //{EVIL}",
    f"\x00//{EVIL}", f"/\x0b/{EVIL}", f"\x1f//{EVIL}",
    f"//{EVIL}/calendar", f"/calendar/..//{EVIL}", f"/.//{EVIL}", f"/./\\{EVIL}", f"/;//{EVIL}", f"/calendar//{EVIL}",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
    "javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:null", f"ftp://{EVIL}",
    f"\uff0f\uff0f{EVIL}", f"/\uff0f{EVIL}", f"\u2044\u2044{EVIL}", f"/\u29f8{EVIL}",
    f"//{EVIL}\u3002cn", f"/\u200b/{EVIL}",
    f"/calendar\r\nLocation: https://{EVIL}", f"/calendar?next=//{EVIL}\r\nX: y",
    f"https://[::1]@{EVIL}", f"//[{EVIL}", "//[::",
)  # fmt: skip
FOLLOWING = {
    "accounts.check_log_in", "accounts.log_in", "accounts.prefer", "studio.create_product", "studio.new_product",
    "studio.product", "studio.update_product", "tablet.unlock", "telling.read",
}  # fmt: skip
"""Where `next` is followed; that these are all is looked for in full size."""
HOSTS = (
    EVIL, f"{EVIL}:80", f"{EVIL}:99999", f"localhost.{EVIL}", f"localhost@{EVIL}", f"{EVIL}#localhost", f"{EVIL}/",
    f"{EVIL}?localhost", f"{EVIL}\\localhost", "EVIL.example", f"[::1]{EVIL}", f"{EVIL}, localhost", f"{EVIL}%00",
    f"1.2.3.4.{EVIL}", f"{'a' * 300}.{EVIL}", f"{EVIL}\t", f"http://{EVIL}", f"\xe4.{EVIL}",
    f"{EVIL}.", f"<{EVIL}>", "",
)  # fmt: skip
FORWARDED = ("X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-Original-Host", "X-HTTP-Host-Override")


def test_there_are_as_many_of_them_as_are_promised():
    assert len(set(NEXTS)) >= 60
    assert len(set(HOSTS)) >= 20
    assert [
        text for text in (GOOD, "/", "a?b=//c", "tel:138", "http://localhost/x") if not is_home(text)
    ] == []
    assert len([text for text in NEXTS if is_home(text)]) < 25, "most of them must be ways out"


def ways_with_next(house, tried, seen, asked):
    """Every way to send something whose view looks at `next`: (who, door, address, fields without it)."""
    for door in tried:
        if "next" not in asked[door.endpoint]:
            continue
        for who in (TABLET, None, Role.RESIDENT, Role.MERCHANT, Role.STAFF):
            if who is not TABLET and who not in WHO_MAY[door.endpoint]:
                continue
            own = [one for one in seen.get(door.endpoint, []) if one.who == who]
            for address, fields in trying.ways_in(house, door, who, own, asked):
                plain = [(name, value) for name, value in fields if name != "next"]
                yield who, door, address, plain


def follow(house, way, target):
    """Ask for something, with where to go afterwards."""
    who, door, address, fields = way
    sent = Sent([*fields, ("next", target)], "form", {"Origin": HOME[0]})
    more = sent.arguments(as_query=door.method in SAFE)
    if door.method not in SAFE:
        more["query_string"] = {"next": target}
    answer = house.ask(who, address.partition("?")[0], method=door.method, **more)
    house.restore(set(house.changes()))
    return answer


def places(house, tried, areas=("",), *, everybody=False):
    """Every way through these doors on which `next` is looked at and followed."""
    with watching(house.app) as asked:
        seen = forms_of(house, everybody=everybody, areas=areas) if areas else {}
        trying.learn(house, tried, seen, asked)
        found = list(ways_with_next(house, tried, seen, asked))
    return [way for way in found if GOOD in list(addresses(follow(house, way, GOOD)))]


def following(app, names=None):
    """The doors of the pages, or those of these names."""
    return [door for door in doors(app) if not door.is_api and door.endpoint in (names or WHO_MAY)]


def led_astray(house, ways, per_way):
    """What came of so many variants on each of the ways; all variants are used in turn."""
    wrong, variants = [], cycle(NEXTS)
    for way in ways:
        for _ in range(per_way):
            target = next(variants)
            answer = follow(house, way, target)
            away = astray(answer)
            if away or answer.status_code >= 500:
                wrong.append(f"{way[1].endpoint} as {way[0]}: {target!r} {answer.status_code} {away}")
    return wrong


@pytest.mark.drill("people")
def test_no_next_leads_away(house, drill):
    tried = following(house.app, None if drill.full else FOLLOWING)
    ways = places(
        house, tried, ("",) if drill.full else ("studio.new_", "studio.product"), everybody=drill.full
    )
    per_way = drill.size(len(NEXTS), tenth=2)

    assert {door.endpoint for _, door, _, _ in ways} == FOLLOWING, "a new place: look at it, then name it"
    assert not led_astray(house, ways, per_way)
    drill.tell("ways that follow next", len(ways))
    drill.tell("variants of next on each", per_way)


@pytest.mark.mutant
@pytest.mark.parametrize(
    ("module", "guard"), [(routes, "_lands"), (pages, "safe_next")], ids=["log-in", "pages"]
)
def test_a_redirect_that_believes_next_is_found(house, monkeypatch, module, guard):
    ways = places(house, following(house.app, {"accounts.log_in", "telling.read"}), ())
    monkeypatch.setattr(module, guard, lambda target: target or None)

    assert led_astray(house, ways, 3)


REFERERS = (
    "http://[",
    "http://evil.example/x",
    "javascript:alert(1)",
    "//evil.example",
    "http://localhost//evil.example",
)


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL", "Origin"])
def test_the_page_before_leads_nowhere_else_and_breaks_nothing(house, header):
    wrong = []
    for place in REFERERS:
        for address in ("/lock", "/preferences", "/bookings/1/cancel"):
            for who in (Role.RESIDENT, TABLET):
                answer = house.ask(who, address, method="POST", data={"next": "x"}, headers={header: place})
                house.restore(set(house.changes()))
                if astray(answer) or answer.status_code >= 500:
                    wrong.append((header, place, address, who, answer.status_code, astray(answer)))

    assert not wrong


KEEPING = ("calendar_feeds.", "door.", "merchants.", "api_merchants.invite", "bookings.")
"""Where addresses are made that people keep or pass on."""


def betrayals(house, monkeypatch, tried, names, each):
    """Which answers, pictures and rows name a host that a request made up; each door gets so many of these names."""
    monkeypatch.setitem(house.app.config, "PUBLIC_URL", HOME[1])
    drawn, plain = [], segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: drawn.append(text) or plain(text, **how))
    wrong, hosts, count = [], cycle(names), 0
    for door in tried:
        people = [Role.RESIDENT, Role.MERCHANT] if door.endpoint.startswith(KEEPING) else []
        allowed = [who for who in people if who in WHO_MAY[door.endpoint]]
        for who in allowed or trying.who_tries(door, everybody=False)[:1]:
            for _ in range(each):
                host, count = next(hosts), count + 1
                drawn.clear()
                answer = _at_host(house, door, who, host)
                changes = house.changes()
                house.restore(set(changes))
                told = f"{answer.headers} {answer.get_data().decode(errors='replace')} {drawn} {changes}"
                if EVIL in told.lower() or answer.status_code >= 500:
                    wrong.append(f"{door.method} {door.rule} as {who} at {host!r}: {answer.status_code}")
    return wrong, count


def _at_host(house, door, who, host):
    """Knock under a host that is not ours, said in every header that somebody might believe."""
    body = {} if door.method in SAFE else {"json": {"version": 1, "reason": "维修"} | TIMES}
    if body and not door.is_api:
        body = {"data": dict(FORM)}
    headers = {"Host": host} | dict.fromkeys(FORWARDED, EVIL) | {"Forwarded": f"host={EVIL}"}
    return house.ask(
        who, door.address(house.app, house.world.ids), method=door.method, headers=headers, **body
    )


@pytest.mark.drill("people")
def test_no_host_that_a_request_names_is_believed(house, drill, monkeypatch):
    every = [door for door in doors(house.app) if door.endpoint != "health.readyz"]
    some = [door for door in every[::25] if not door.endpoint.startswith(KEEPING)]
    tried = every if drill.full else [door for door in every if door.endpoint.startswith(KEEPING)] + some
    wrong, count = betrayals(house, monkeypatch, tried, HOSTS, drill.size(len(HOSTS), tenth=1))

    assert not wrong, "\n".join(wrong)
    drill.tell("requests under 20 foreign hosts", count)


@pytest.mark.mutant
def test_an_address_made_of_the_host_of_a_request_is_found(house, monkeypatch):
    monkeypatch.setattr(pages, "outside", lambda endpoint, **more: url_for(endpoint, _external=True, **more))

    tried = [door for door in doors(house.app) if door.endpoint.startswith(("calendar_feeds.", "door."))]
    wrong, _ = betrayals(house, monkeypatch, tried, [EVIL], 1)
    assert any("qr.svg" in line for line in wrong)
    assert any(".ics" in line for line in wrong)


def test_without_public_url_a_redirect_still_names_no_host(house):
    for address in ("/spaces//tea-room", "/spaces//", "/calendar//", "/shows//1"):
        answer = house.ask(Role.RESIDENT, address, headers={"Host": EVIL})

        assert EVIL not in answer.headers.get("Location", "")
        assert not astray(answer)


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_breaks_a_page(house, host):
    assert house.ask(None, "/login", headers={"Host": host}).status_code in (200, 400)
