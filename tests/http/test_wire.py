"""What goes over the wire: files squeezed once and kept for ever, answers squeezed unless another site asked."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from blueprints import compressing
from blueprints.static_files import HOUSE, SHEETS, StaticFiles
from domain.bookings import BookingStatus
from domain.people import Role
from tests.support.builders import between, create_actor, create_booking, create_space
from tests.support.visits import visitor

GZIP = {"Accept-Encoding": "gzip, deflate"}
OURS = GZIP | {"Sec-Fetch-Site": "same-origin"}
BACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
THEIRS = GZIP | {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def engine_name():
    """Bytes do not depend on the engine."""
    return "sqlite"


@pytest.fixture
def house_css(app):
    """The address of the stylesheet of every page."""
    with app.test_request_context():
        return app.extensions["jufu_static"].url(HOUSE)


def is_squeezed(answer):
    return answer.headers.get("Content-Encoding") == "gzip"


def test_the_one_stylesheet_is_made_of_all_sheets_in_their_order(client, house_css, app):
    body = client.get(house_css).text

    folder = Path(app.static_folder) / "css"
    ahead = [body.index((folder / f"{sheet}.css").read_text(encoding="utf-8")) for sheet in SHEETS]
    assert ahead == sorted(ahead)
    assert len(ahead) > 20


def test_a_file_comes_squeezed_to_who_takes_it_so_and_says_what_it_depends_on(client, house_css):
    plain, small = client.get(house_css), client.get(house_css, headers=GZIP)

    assert (is_squeezed(plain), is_squeezed(small)) == (False, True)
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 4
    assert {answer.headers["Vary"] for answer in (plain, small)} == {"Accept-Encoding"}
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert "immutable" in small.headers["Cache-Control"]
    assert "Set-Cookie" not in small.headers


@pytest.mark.parametrize("refusing", ["gzip;q=0", "identity", "", "*;q=0"])
def test_who_refuses_it_gets_the_file_as_it_is(client, house_css, refusing):
    assert not is_squeezed(client.get(house_css, headers={"Accept-Encoding": refusing}))


def test_who_has_a_file_gets_no_second_one(client, house_css):
    for headers in ({}, GZIP):
        tag = client.get(house_css, headers=headers).headers["ETag"]

        again = client.get(house_css, headers=headers | {"If-None-Match": tag})

        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "immutable" in again.headers["Cache-Control"]


def test_head_tells_the_length_and_a_range_is_given_whole(client, house_css):
    whole, head = client.get(house_css, headers=GZIP), client.head(house_css, headers=GZIP)
    part = client.get(house_css, headers=GZIP | {"Range": "bytes=0-9"})

    assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(whole.data))
    assert head.data == b""
    assert (part.status_code, part.data) == (200, whole.data)


def test_a_picture_is_not_squeezed_again(client, app):
    answer = client.get(app.extensions["jufu_static"].url("icons/fu-192.png"), headers=GZIP)

    assert not is_squeezed(answer)
    assert "Vary" not in answer.headers


@pytest.mark.parametrize("name", ["../app.py", "css/../../config.py", "%2e%2e/app.py", "css", "css/no.css"])
def test_nothing_beside_our_files_is_a_file(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_the_copy_of_htmx_is_squeezed_and_otherwise_byte_identical(client):
    from blueprints.health import htmx_file

    small = client.get("/vendor/htmx-2.0.10.min.js", headers=GZIP)

    assert gzip.decompress(small.data) == htmx_file().read_bytes()
    assert "immutable" in small.headers["Cache-Control"]
    assert small.mimetype == "text/javascript"


def test_a_changed_file_is_noticed_in_development_and_never_looked_at_in_production(tmp_path):
    sheet = tmp_path / "a.css"
    sheet.write_text("p { color: red; }", encoding="utf-8")
    watching, settled = StaticFiles(tmp_path, "/static", 0), StaticFiles(tmp_path, "/static", None)
    before = watching.url("a.css"), settled.url("a.css")
    sheet.write_text("p { color: darkred; }", encoding="utf-8")

    assert watching.url("a.css") != before[0]
    assert watching.get("a.css").body == sheet.read_bytes()
    assert settled.url("a.css") == before[1]
    assert settled.get("a.css").body != sheet.read_bytes()


def test_a_page_is_squeezed_and_says_what_it_depends_on(client, db):
    create_space("tea-room", name="楼院茶话室")

    plain, small = client.get("/spaces"), client.get("/spaces", headers=OURS)

    assert (is_squeezed(plain), is_squeezed(small)) == (False, True)
    assert "楼院茶话室" in gzip.decompress(small.data).decode()
    assert small.headers["Content-Length"] == str(len(small.data))
    for answer in (plain, small):
        assert {"Accept-Encoding", "Cookie"} <= {part.strip() for part in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    ("accepted", "way"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("br, *;q=0", "br"),
        ("*", "br"),
        ("br;q=0, gzip;q=0", None),
        ("zstd", None),
        ("", None),
    ],
)
def test_a_page_comes_in_the_best_way_that_its_reader_takes(client, db, accepted, way):
    create_space("tea-room", name="楼院茶话室")
    ours = {"Accept-Encoding": accepted, "Sec-Fetch-Site": "same-origin"}

    for answer in (client.get("/spaces", headers=ours) for _ in range(2)):
        assert answer.headers.get("Content-Encoding") == way
        assert "楼院茶话室" in BACK[way](answer.data).decode()
        assert answer.headers["Content-Length"] == str(len(answer.data))


def test_who_takes_both_ways_gets_the_shorter_one(client, db):
    for number in range(9):
        create_space(f"room-{number}")

    sizes = [
        len(client.get("/", headers=OURS | {"Accept-Encoding": accepted}).data) for accepted in ("br", "gzip")
    ]

    assert sizes[0] < sizes[1]


def test_a_squeezed_picture_of_now_is_known_again(client, db):
    create_space("tea-room")
    tag = client.get("/", headers=OURS).headers["ETag"]

    assert tag.startswith("W/")
    assert client.get("/", headers=OURS | {"If-None-Match": tag}).status_code == 304


def test_a_short_answer_is_left_alone(client):
    answer = client.get("/healthz", headers=OURS)

    assert not is_squeezed(answer)
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_another_site_asks_for_is_not_squeezed(app, db):
    neighbour = visitor(app, create_actor())

    def asked(path, headers):
        return is_squeezed(neighbour.get(path, headers=headers))

    assert not asked("/me", THEIRS)
    assert not asked("/me", GZIP | {"Sec-Fetch-Site": "same-site"})
    assert asked("/me", OURS)
    assert asked("/me", GZIP | {"Sec-Fetch-Site": "none"})


def test_of_a_browser_that_does_not_tell_only_a_page_without_words_of_anybody_is_squeezed(app, db):
    neighbour = visitor(app, create_actor())

    assert is_squeezed(neighbour.get("/me", headers=GZIP))
    assert not is_squeezed(neighbour.get("/me?words=of-anybody", headers=GZIP))
    assert is_squeezed(app.test_client().get("/login?next=/me", headers=GZIP))


@pytest.mark.mutant
def test_without_the_guard_it_would_be(app, db, monkeypatch):
    monkeypatch.setattr(compressing, "is_wanted", lambda _environ: True)

    assert is_squeezed(visitor(app, create_actor()).get("/me", headers=THEIRS))


def test_what_is_drawn_for_each_reader_is_drawn_before_it_is_squeezed(app, db, clock):
    request = create_booking(create_space("tea-room"), between(9, 10, days=1), status=BookingStatus.PENDING)
    desk = visitor(app, create_actor(Role.STAFF))

    keys = []
    for _ in range(3):
        answer = desk.get(f"/desk/{request.id}", headers=OURS)
        keys += re.findall(r'name="idempotency_key" value="([^"]+)"', gzip.decompress(answer.data).decode())
        assert answer.headers["Content-Length"] == str(len(answer.data))

    assert len(keys) >= 6
    assert len(set(keys)) == len(keys)
