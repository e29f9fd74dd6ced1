"""The blueprint of every area of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_smorest

from blueprints.api.schemas.common import Problem
from blueprints.problems import PROBLEM_TYPE

SCANS = ("image/jpeg", "application/pdf")


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest says nothing of types
    """Names what its views answer, and leaves the schemas to who asks for the description.

    The views make their answers themselves. flask-smorest would fill a schema for each answer of each view while the
    house starts, and copy all that a view has with each decorator.
    """

    def response(self, status_code: int, schema: type | None = None, **more: Any) -> Callable[..., Any]:
        """Describe what a view answers."""
        decorator: Callable[..., Any] = super().response(status_code, _name(schema), **more)
        return decorator

    def alt_response(self, status_code: int, *, schema: type, **more: Any) -> Callable[..., Any]:
        """Describe what it answers when it does not do what was asked: a problem document, or what it says."""
        if schema is Problem:
            more.setdefault("content_type", PROBLEM_TYPE)
        decorator: Callable[..., Any] = super().alt_response(status_code, schema=_name(schema), **more)
        return decorator

    def form(self, named: type, files: type) -> Callable[..., Any]:
        """Read a multipart form for a view, which is given its fields and then its files, and describe it as one."""
        # There is one body: of two, flask-smorest would describe the last and call the other a parameter.
        whole = type(f"{named.__name__}With{files.__name__}", (named, files), {})

        def read(view: Callable[..., Any]) -> Callable[..., Any]:
            view = self.arguments(files, location="files")(view)
            view = self.arguments(named, location="form")(view)
            told: Any = view
            described = told._apidoc["arguments"]  # noqa: SLF001  where flask-smorest keeps it
            others = [one for one in described["parameters"] if one["in"] not in ("form", "files")]
            described["parameters"] = [*others, {"in": "files", "required": True, "schema": whole}]
            return view

        return read

    def hands_out_a_scan(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Describe that a view answers with a scan: a picture, or a PDF as it came."""
        for kind in SCANS:
            view = super().alt_response(200, content_type=kind)(view)
        return view


def _name(schema: type | None) -> str | None:
    """By which marshmallow finds it again."""
    return f"{schema.__module__}.{schema.__qualname__}" if schema else None
