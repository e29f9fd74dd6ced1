"""The signed cookie of a browser, which counts whatever the clock did since it was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer


class Signer(TimestampSigner):
    """Signs with the time; what was signed by a clock that was ahead is as good as what was signed just now.

    By itself it would be refused: everybody would be logged out when a clock is put back, or by the second of two
    servers whose clocks differ. How long a log-in lasts is kept in the database.
    """

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """See TimestampSigner; raises BadSignature, SignatureExpired."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and self._age(signed_at) > max_age:
            raise SignatureExpired("too old", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value

    def _age(self, signed_at: datetime) -> float:
        return self.get_timestamp() - signed_at.timestamp()


class Cookies(SecureCookieSessionInterface):
    """Keeps what Flask calls the session, signed so."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """See SecureCookieSessionInterface."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = Signer
        return serializer
