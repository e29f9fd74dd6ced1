"""What a program that means well sends to a route of the API: what its own description asks for."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask import Flask

from tests.support.world import FORM, SAFE, TIMES, Door

KNOWN: dict[str, Any] = {"version": 1, "reason": FORM["reason"], "day": FORM["day"]} | TIMES
"""What is asked for by these names."""
FORM_WITH_FILES = "multipart/form-data"
SCAN, FILE = b"\xff\xd8\xff", "a file"
BY_FORMAT = {"binary": FILE, "date": FORM["day"], "date-time": TIMES["starts_at"], "time": FORM["start"]}
BY_TYPE: dict[str, Any] = {
    "integer": 1,
    "number": 1,
    "string": "1",
    "boolean": True,
    "array": [],
    "object": {},
}


def sent_to(app: Flask, door: Door) -> dict[str, Any]:
    """The arguments of a request that the route understands, whatever it then says."""
    if not door.is_api or door.method in SAFE:
        return {}
    kind, body = asked_by(app, door)
    if kind == FORM_WITH_FILES:
        files = {name: (BytesIO(SCAN), "scan.jpg") for name, value in body.items() if value == FILE}
        return {"data": body | files, "content_type": kind}
    return {"json": body}


def asked_by(app: Flask, door: Door) -> tuple[str, dict[str, Any]]:
    """Of which kind a body is, and every member that the description requires of it, with a value that it allows."""
    document = app.extensions["jufu_api"].description()
    path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", door.rule.rule)
    said = document["paths"][path][door.method.lower()].get("requestBody", {"content": {}})
    for kind, described in said["content"].items():
        return kind, _object(document, _resolved(document, described["schema"]))
    return "", {}


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _object(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    said = schema.get("properties", {})
    wanted = {*schema.get("required", ()), *(said.keys() & KNOWN.keys())}
    return {name: KNOWN.get(name) or _value(document, said[name]) for name in sorted(wanted)}


def _value(document: dict[str, Any], said: dict[str, Any]) -> Any:
    schema = _resolved(document, said)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind == "array":
        return [_value(document, schema["items"])] * schema.get("minItems", 0)
    if kind == "object":
        return _object(document, schema)
    if kind == "string":
        text = BY_FORMAT.get(schema.get("format", ""), "1")
        return text.ljust(schema.get("minLength", 0), "1")
    return max(BY_TYPE[kind], schema.get("minimum", BY_TYPE[kind]))
