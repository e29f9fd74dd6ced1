"""Programs that ask every operation of the API what its own description allows, and what it forbids."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

from tests.support.tried_house import TriedHouse, Who
from tests.support.trying import Findings, judged, measured, who_tries
from tests.support.world import Door, doors

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@dataclass(frozen=True)
class Operation:
    """A route of the API with what the description says of it."""

    door: Door
    described: Any


@cache
def operations(app: Flask) -> tuple[Operation, ...]:
    """Every operation that the house describes, with its route."""
    return tuple(_operations(app))


def _operations(app: Flask) -> Iterator[Operation]:
    document = app.extensions["jufu_api"].description()
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig())
    schema.app = app
    known = {(door.method, _template(door)): door for door in doors(app) if door.is_api}
    for result in schema.get_all_operations():
        described = result.ok()
        yield Operation(known[described.method.upper(), described.path], described)


def _template(door: Door) -> str:
    """/api/v1/shows/{show_id}"""
    return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", door.rule.rule)


def members(app: Flask, door: Door) -> set[str]:
    """The names that the description knows in the body of an operation."""
    document = app.extensions["jufu_api"].description()
    body = document["paths"][_template(door)][door.method.lower()].get("requestBody", {"content": {}})
    found: set[str] = set()
    for kind in body["content"].values():
        schema = kind["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        found |= set(schema.get("properties", {}))
    return found


def cases(house: TriedHouse, one: Operation) -> st.SearchStrategy[Any]:
    """What the description allows and what it forbids, mostly of things that are there."""
    ids = {name: str(house.world.ids.get(name, 1)) for name in one.door.rule.arguments} or None
    allowed, forbidden = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    ways = [one.described.as_strategy(generation_mode=allowed, path_parameters=ids)]
    if one.described.body or one.described.query:
        ways.append(one.described.as_strategy(generation_mode=forbidden, path_parameters=ids))
    if ids:
        ways.append(one.described.as_strategy(generation_mode=allowed))
    return st.one_of(ways)


def try_operations(
    house: TriedHouse, tried: Sequence[Operation], how: settings, *, everybody: bool
) -> Findings:
    """Call each of them as somebody or as everybody; the answers must be as the description says."""
    found = Findings()
    for one in tried:
        for who in who_tries(one.door, everybody=everybody):
            _try(house, one, who, measured(how, one.door, who), found)
    return found


def _try(house: TriedHouse, one: Operation, who: Who, how: settings, found: Findings) -> None:
    headers = {"Accept-Encoding": "identity"}
    if who in house.tokens:
        headers["Authorization"] = f"Bearer {house.tokens[who]}"

    @how
    @given(cases(house, one))
    def attempt(case: Any) -> None:
        name = f"{one.door.method} {one.door.rule} as {who}"
        answers: list[Any] = []

        def ask() -> TestResponse:
            answers.append(contextvars.Context().run(case.call, app=house.app, headers=headers))
            return answers[0]  # type: ignore[no-any-return]  # it has a status_code like one of the test client

        answer = judged(house, one.door, name, ask, found)
        case.validate_response(answers[0], checks=CHECKS, headers=headers)
        if answer.status_code not in (401, 403, 404):
            found.reached.add(one.door.endpoint)

    try:
        attempt()
    except (Exception, FailureGroup) as error:  # whatever it is, the other operations are tried too
        told = "; ".join(map(str, getattr(error, "exceptions", [error])))
        notes = " ".join(getattr(error, "__notes__", []))
        found.wrong.append(f"{one.door.method} {one.door.rule} as {who}: {told} {notes}"[:2500])
