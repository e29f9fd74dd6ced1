"""A program that uses the API with a token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from domain.interval import Interval
from models import Person
from services import login
from tests.support.builders import NOW


class Program:
    """Acts for one person."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.person = person
        self.client = app.test_client()
        token = login.create_token(str(person.phone), label="test", now=NOW)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        """Read."""
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, key: str | None = None, **body: Any) -> TestResponse:
        """Do something, under an idempotency key if there is one."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def put(self, path: str, **body: Any) -> TestResponse:
        """Say all of it anew."""
        return self.client.put(f"/api/v1{path}", json=body, headers=self.headers)

    def delete(self, path: str) -> TestResponse:
        """Take it away."""
        return self.client.delete(f"/api/v1{path}", headers=self.headers)

    def patch(self, path: str, **body: Any) -> TestResponse:
        """Change what is named."""
        return self.client.patch(f"/api/v1{path}", json=body, headers=self.headers)

    def upload(self, path: str, key: str | None = None, **form: Any) -> TestResponse:
        """Send a file."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", data=form, headers=headers)


def times(interval: Interval) -> dict[str, str]:
    """An interval as the API wants it."""
    return {"starts_at": wall(interval.starts_at), "ends_at": wall(interval.ends_at)}


def wall(moment: datetime) -> str:
    """A moment with its offset."""
    return moment.isoformat()
