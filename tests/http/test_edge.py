"""What no table can hold is refused in the same way on both engines, and is nobody's bug."""

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from flask import request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.formparser import MultiPartParser
from werkzeug.test import EnvironBuilder

from blueprints.edge import MOST_FIELDS
from blueprints.manage.views import decision_of
from blueprints.pages import LONG, _address, address
from config import MEBIBYTE
from domain.people import Role
from tests.api.program import Program, times
from tests.support.builders import NOW, between, create_booking, create_person, create_space, create_studio
from tests.support.client import read_forms
from tests.support.studio_builders import create_merchant, create_show
from tests.support.visits import log_in, visitor

pytestmark = pytest.mark.usefixtures("db")
HUGE = 2**63
TOO_EARLY, TOO_LATE = "0001-01-01T00:00:00+08:00", "9999-12-31T23:00:00-08:00"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def cursor(*position):
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


@pytest.mark.parametrize("text", ["\0", "喝\0茶", "\ud800"])
@pytest.mark.parametrize("field", ["space", "purpose"])
def test_a_character_that_no_table_can_hold_is_bad_input(app, field, text):
    create_space("tea-room")
    program = Program(app, create_person())
    wish = {"space": "tea-room", "party_size": 1, **times(between(15, 17, days=1))}

    refused = program.post("/bookings", **wish | {field: text})

    assert (refused.status_code, refused.json["code"]) == (422, "bad_input")
    assert program.post("/bookings", **wish | {"purpose": "喝茶 🍵"}).status_code == 201


@pytest.mark.parametrize(
    "path", ["/spaces/a%00b", "/api/v1/spaces/a%00b", f"/shows/{HUGE}", f"/api/v1/shows/{HUGE}"]
)
def test_a_path_that_no_row_can_have_does_not_exist(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["", '; filename="a.jpg"'], ids=["text", "file"])
def test_a_part_without_a_name_is_bad_input(client, kind):
    body = f"--x\r\nContent-Disposition: form-data{kind}\r\n\r\nhalf\r\n--x--\r\n"

    form = {"data": body, "content_type": "multipart/form-data; boundary=x"}
    program = Program(client.application, create_person())

    for refused in (
        client.post("/login", **form),
        program.client.post("/api/v1/bookings", headers=program.headers, **form),
    ):
        assert refused.status_code == 422


@pytest.mark.parametrize("path", ["/login", "/api/v1/spaces"])
def test_json_may_be_as_large_as_a_form_and_no_larger(client, path):
    for size, status in ((MEBIBYTE, 200), (MEBIBYTE + 1, 413)):
        body = b'"' + b"a" * (size - 2) + b'"'
        assert client.get(path, data=body, content_type="application/json").status_code == status


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("&".join(["field=1"] * MOST_FIELDS), False),
        ("&".join(["field=1"] * (MOST_FIELDS + 1)), True),
        ("name=" + "a" * (MEBIBYTE - 5), False),
        ("name=" + "a" * (MEBIBYTE - 4), True),
    ],
    ids=["many fields", "too many", "long", "too long"],
)
@pytest.mark.parametrize("in_chunks", [False, True], ids=["announced", "in chunks"])
def test_a_form_is_no_larger_than_a_person_fills_in(client, body, refused, in_chunks):
    unannounced: dict[str, Any] = {"headers": {"Transfer-Encoding": "chunked"}, "content_length": None}
    unannounced["environ_overrides"] = {"wsgi.input_terminated": True}
    answer = client.post(
        "/login",
        input_stream=BytesIO(body.encode()),
        content_type="application/x-www-form-urlencoded",
        **(unannounced if in_chunks else {"content_length": len(body)}),
    )

    assert (answer.status_code == 413) == refused
    assert answer.status_code in (400, 413)
    assert "太大" in answer.text or not refused


@pytest.mark.parametrize("filling", [0, 70_000], ids=["at its beginning", "later"])
@pytest.mark.parametrize(("parts", "refused"), [(200, False), (201, True)])
def test_a_form_in_parts_has_no_more_than_two_hundred(client, parts, refused, filling):
    told = '--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n'
    body = f"{told}{'a' * filling}\r\n" + f"{told}1\r\n" * (parts - 1) + "--x--\r\n"

    answer = client.post("/login", data=body, content_type="multipart/form-data; boundary=x")

    assert (answer.status_code == 413) == refused
    assert answer.status_code in (400, 413)


def test_too_many_parts_are_counted_and_not_taken_apart(client, monkeypatch):
    monkeypatch.setattr(MultiPartParser, "parse", lambda *_given: pytest.fail("they are"))
    body = b'--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n1\r\n' * 201 + b"--x--\r\n"

    answer = client.post("/login", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413


def test_what_looks_like_the_beginning_of_a_part_is_none_within_a_line(client):
    told = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'

    answer = client.post(
        "/login", data=told + b"--x" * 300 + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x"
    )

    assert answer.status_code == 400


def test_of_a_form_that_is_cut_off_nothing_counts(app):
    body, kind = b"phone=1", "application/x-www-form-urlencoded"
    for announced, refused in ((len(body), False), (len(body) + 5, True)):
        asked = EnvironBuilder("/login", method="POST", input_stream=BytesIO(body), content_type=kind)
        environ = asked.get_environ()
        environ |= {"CONTENT_LENGTH": str(announced), "wsgi.input_terminated": True}
        with app.request_context(environ):
            if refused:
                with pytest.raises(ClientDisconnected):
                    dict(request.form)
            else:
                assert dict(request.form) == {"phone": "1"}


def test_a_body_in_parts_of_another_kind_is_no_form_and_nobodys_bug(app):
    program = Program(app, create_person())
    headers = {**program.headers, "Idempotency-Key": "parts", "Content-Type": "multipart/mixed; boundary=x"}

    assert program.client.post("/api/v1/bookings", headers=headers, data=b"--x--").status_code == 422
    with app.test_request_context("/login", method="POST", data=b"--x--", headers=headers):
        assert not request.form
        assert request.stream.read() == b"--x--"


def test_what_somebody_typed_at_length_is_kept_in_no_address(app):
    with app.test_request_context():
        _address.cache_clear()
        address("accounts.log_in", next="/" + "a" * LONG)
        assert _address.cache_info().currsize == 0
        address("accounts.log_in", next="/" + "a" * (LONG - 1))
        assert _address.cache_info().currsize == 1


@pytest.mark.parametrize("body", ["[" * 100_000, '{"party_size": ' + "9" * 5_000 + "}", "{", "\udcff"])
def test_a_body_that_cannot_be_read_is_bad_input(app, body):
    program = Program(app, create_person())

    refused = program.client.post(
        "/api/v1/bookings",
        data=body.encode(errors="surrogateescape"),
        content_type="application/json",
        headers=program.headers,
    )

    assert refused.status_code in (400, 422)
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("moment", [TOO_EARLY, TOO_LATE])
@pytest.mark.parametrize(
    ("path", "field"), [("/bookings", "from"), ("/bookings", "to"), ("/sales/summary", "from")]
)
def test_a_moment_beyond_any_calendar_is_bad_input(app, path, field, moment):
    staff = Program(app, create_person(Role.STAFF))

    assert staff.get(path, **{field: moment}).status_code == 422


@pytest.mark.parametrize("moment", [TOO_EARLY, TOO_LATE])
def test_a_show_beyond_any_calendar_is_bad_input(app, moment):
    create_studio()
    staff = Program(app, create_person(Role.STAFF))

    assert staff.post("/shows", title="专场", layout="rundown", starts_at=moment).status_code == 422


def test_a_page_of_shows_before_the_calendar_begins_is_the_first_page(client):
    assert client.get("/shows?before=0001-01-01T00:00").status_code == 200


@pytest.mark.parametrize(
    ("path", "position"), [("/shows", [HUGE]), ("/shows", [1e300]), ("/bookings", [NOW.isoformat(), HUGE])]
)
def test_a_cursor_that_nobody_gave_out_is_said_to_be_one(app, path, position):
    refused = Program(app, create_person()).get(path, cursor=cursor(*position))

    assert (refused.status_code, refused.json["code"]) == (422, "cursor_invalid")


def test_numbers_of_forms_that_no_row_can_have_find_nothing(app, client):
    person = create_person()
    booking = create_booking(create_space(), between(15, 17, days=1), booker_id=person.id)
    resident = log_in(client, person)
    page = resident.get(f"/bookings/{booking.id}")

    assert resident.submit(page, "/cancel", version=str(HUGE)).status_code == 409
    assert resident.submit(page, "/cancel", version="1\0").status_code == 422

    _, owner = create_merchant()
    show = create_show(create_studio())
    merchant = visitor(app, owner)
    form = next(form for form in read_forms(merchant.get("/products/new").text) if form.action != "/logout")
    token = form.fields["csrf_token"]
    taken = merchant.post(f"/shows/{show.id}/booths/1", data={"csrf_token": token, "product_id": str(HUGE)})
    assert taken.status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    "form", ["/spaces/tea-room/book", "/spaces/tea-room/wait", "/spaces/tea-room/series/book"]
)
def test_a_day_of_a_form_beyond_any_calendar_is_refused(client, form, day):
    create_space("tea-room")
    resident = log_in(client, create_person())
    token = next(iter(read_forms(resident.get("/spaces/tea-room/book").text))).fields["csrf_token"]
    wish = {
        "day": day,
        "start": "10:00",
        "end": "11:00",
        "purpose": "喝茶",
        "party_size": "2",
        "repeat": "weekly",
    }

    refused = resident.post(form, data={"csrf_token": token, **wish})

    assert refused.status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_of_an_address_beyond_any_calendar_does_not_exist(client, day):
    assert client.get(f"/api/v1/calendar/{day}").status_code == 404


@pytest.mark.parametrize(
    "moved", ["move|2026-11-25T10:00|2026-11-25T11:00", "move|9999-12-31T10:00+08:00|9999-12-31T11:00+08:00"]
)
def test_a_decision_to_move_without_a_moment_that_can_be_is_none(moved):
    assert decision_of(moved, 1) is None
