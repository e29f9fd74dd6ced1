"""What a program that means well sends to a route of the API: what its own description asks for."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.support.world import FORM, SAFE, TIMES, Door

KNOWN: dict[str, Any] = {"version": 1, "reason": FORM["reason"], "day": FORM["day"]} | TIMES
"""What is asked for by these names."""
FORMS: dict[str, dict[str, Any]] = {
    "api_merchants.replace_paper": {"version": "1", "number": "1", "issuer": "1"},
    "api_sales_income.resubmit": {
        "version": "1", "kind": "in_shop", "sold_on": "2026-11-20", "amount_fen": "100",
    },
}  # fmt: skip
"""What goes beside a file, of which the description says nothing."""
BY_FORMAT = {"date": FORM["day"], "date-time": TIMES["starts_at"], "time": FORM["start"]}
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
    if door.endpoint in FORMS:
        return {"data": FORMS[door.endpoint], "content_type": "multipart/form-data"}
    return {"json": body_of(app, door)}


def body_of(app: Flask, door: Door) -> dict[str, Any]:
    """Every member that the description requires of a body, with a value that it allows."""
    document = app.extensions["jufu_api"].description()
    path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", door.rule.rule)
    said = document["paths"][path][door.method.lower()].get("requestBody", {"content": {}})
    schemas = [_resolved(document, kind["schema"]) for kind in said["content"].values()]
    return _object(document, schemas[0]) if schemas else {}


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema  # type: ignore[no-any-return]


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
