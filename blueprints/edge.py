"""What no table can hold, and more than a person sends, is refused before a view sees it, on both engines alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from domain.errors import BadInput, Missing

LARGEST = 2**53
"""The largest whole number that every reader of JSON and every column agrees on."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MOST_FIELDS = 9_000
"""Fields of a form: a closure asks two of each booking that it meets, of which there may be thousands."""
FIRST_PIECE = 64 * 1024
"""Bytes in which a form of very many small parts shows itself."""
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL keeps no zero character, and half of a surrogate pair is no character at all."""


class RowNumber(IntegerConverter):
    """A number in a path; one that no row can have is a path that does not exist."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **{"max": LARGEST} | more)


class Month(UnicodeConverter):
    """A month in a path, 2026-10; views get its first day."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        """The first day of the month; what is none is a path that does not exist."""
        try:
            return parse_month(value)
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: date) -> str:
        """2026-10."""
        return f"{value:%Y-%m}"


def parse_month(text: str) -> date:
    """The first day of a month written 2026-10; raises ValueError."""
    month = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    if not day_within_calendar(month):
        raise ValueError("beyond the house's calendar")
    return month


def whole(text: str) -> int:
    """A whole number of a form that a column can hold; raises ValueError."""
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError("no column holds this number")
    return number


def version_of_form() -> int:
    """Which state the sender of a form looked at; raises BadInput."""
    version = request.form.get("version", type=whole)
    if version is None:
        raise BadInput("bad_input", field="version")
    return version


def within_calendar(moment: datetime) -> bool:
    """Whether a moment lies where the house's calendar reaches, whatever offset it is written with."""
    return EARLIEST < moment < LATEST


def day_within_calendar(day: date) -> bool:
    """The same of a date."""
    return EARLIEST.date() < day < LATEST.date()


@dataclass(frozen=True)
class Begun:
    """What is sent, of which the first piece was looked at before."""

    first: IO[bytes]
    rest: IO[bytes]

    def read(self, size: int) -> bytes:
        """So many bytes at most, none at the end, as the parser of parts asks for them."""
        return self.first.read(size) or self.rest.read(size)


class SoundForm(FormDataParser):
    """A form no larger than a person fills in, in either encoding, of which every part has a name.

    The names are RFC 7578's (4.2), and whoever looks for one relies on that. werkzeug holds its limits against parts
    alone: an urlencoded form of any length would be read, and cut into as many fields as it has.
    """

    def parse(
        self, stream: Any, mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        """See werkzeug; whoever is the first to read the form.

        Raises BadInput, RequestEntityTooLarge, or ClientDisconnected where only a part of it has come.
        """
        begun: Any = stream
        if mimetype == "application/x-www-form-urlencoded":
            begun = BytesIO(self._whole(stream, content_length))
        elif mimetype == "multipart/form-data" and options and "boundary" in options:
            begun = self._begun(stream, f"\n--{options['boundary']}".encode())
        _, form, files = super().parse(begun, mimetype, content_length, options)
        if None in form or None in files:
            raise BadInput("bad_input")
        return stream, form, files

    def _whole(self, stream: IO[bytes], announced: int | None) -> bytes:
        most = 2**20 if self.max_form_memory_size is None else self.max_form_memory_size
        if announced is not None and announced > most:
            raise RequestEntityTooLarge
        sent = b""
        while len(sent) <= most and (piece := stream.read(most + 1 - len(sent))):
            sent += piece
        if len(sent) > most or sent.count(b"&") >= MOST_FIELDS:
            raise RequestEntityTooLarge
        if announced is not None and len(sent) < announced:
            raise ClientDisconnected
        return sent

    def _begun(self, stream: IO[bytes], boundary: bytes) -> Begun:
        first = stream.read(FIRST_PIECE)
        if self.max_form_parts is not None and first.count(boundary) > self.max_form_parts:
            raise RequestEntityTooLarge  # werkzeug says so, too, once it has taken that many apart
        return Begun(BytesIO(first), stream)


class Sound(Request):
    """A request whose forms are read so."""

    form_data_parser_class = SoundForm


def init_app(app: Flask) -> None:
    """Guard every request."""
    app.request_class = Sound
    app.url_map.converters["int"] = RowNumber
    app.url_map.converters["month"] = Month
    app.before_request(_refuse_what_cannot_be_stored)


def _refuse_what_cannot_be_stored() -> None:
    if not _storable(request.path):
        raise Missing
    if not _storable("".join((*_texts(request.args), *_sent()))):
        raise BadInput("bad_input")


def _storable(text: str) -> bool:
    return UNSTORABLE.search(text) is None


def _texts(given: Any) -> list[str]:
    return [text for name, values in given.lists() for text in (name, *values)]


def _sent() -> Iterator[str]:
    if not request.is_json:
        yield from _texts(request.form)
        return
    # Read, it is many times as large as it came; a form may be no larger either.
    request.max_content_length = request.max_form_memory_size
    try:
        left = [json.loads(request.get_data(cache=True))]
    except (json.JSONDecodeError, UnicodeDecodeError):
        return  # whoever needs the body says that it is no JSON
    except (RecursionError, ValueError) as error:
        raise BadInput("bad_input") from error
    while left:
        value = left.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            left += value
