"""Settings from the environment; the only module that reads it."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from click import ClickException

ROOT = Path(__file__).parent
INSTANCE = ROOT / "instance"
MEBIBYTE = 1024 * 1024


class ConfigError(ClickException):
    """A setting with which the house must not start; a command says it in one sentence."""


def _kept_secret(path: Path) -> str:
    """The secret key kept under instance/, made on the first start; readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        # A link is made whole or not at all: of processes that start together, one sets the key and all read it.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="ascii").strip()


def database_url(environ: Mapping[str, str]) -> str:
    """SQLite under instance/ unless DATABASE_URL says otherwise; PostgreSQL always by psycopg 3."""
    url = environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'jufu.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _demo_password(environ: Mapping[str, str]) -> str:
    return environ.get("DEMO_PASSWORD") or _kept_secret(INSTANCE / "demo_password", _new_password)


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All settings; raises ConfigError for a production start without a secret of its own."""
    environ = os.environ if environ is None else environ
    app_env = environ.get("APP_ENV", "development")
    production = app_env == "production"
    secret = environ.get("SECRET_KEY", "")
    if production and len(secret) < 32:
        raise ConfigError(
            "APP_ENV=production needs a SECRET_KEY of at least 32 characters in the environment."
        )
    htmx_source = environ.get("HTMX_SOURCE", "cdn")
    if htmx_source not in ("cdn", "local"):
        raise ConfigError("HTMX_SOURCE must be cdn or local.")
    return {
        "APP_ENV": app_env,
        "SECRET_KEY": secret or _kept_secret(INSTANCE / "secret_key", lambda: secrets.token_hex(32)),
        "DEMO_PASSWORD": None if production else _demo_password(environ),
        "HOST": environ.get("HOST") or "127.0.0.1",
        "PORT": _number(environ, "PORT", 8000, 65535),
        "WEB_CONCURRENCY": _number(environ, "WEB_CONCURRENCY", 2, 64),
        "SQLALCHEMY_DATABASE_URI": database_url(environ),
        "HTMX_SOURCE": htmx_source,
        "TRUSTED_PROXIES": _number(environ, "TRUSTED_PROXIES", 0, 8),
        "SESSION_COOKIE_NAME": "__Host-jufu" if production else "jufu",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_LIFETIME": timedelta(days=30),
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 32 * MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MEBIBYTE,
        "MAX_FORM_PARTS": 200,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "API_TITLE": "Jufu",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
    }
