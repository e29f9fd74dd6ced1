"""Settings from the environment; the only module that reads it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
INSTANCE = ROOT / "instance"
MEBIBYTE = 1024 * 1024


class ConfigError(RuntimeError):
    """A setting with which the house must not start."""


def _kept_secret(path: Path) -> str:
    """The secret key kept under instance/, made on the first start; readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def database_url(environ: Mapping[str, str]) -> str:
    """SQLite under instance/ unless DATABASE_URL says otherwise; PostgreSQL always by psycopg 3."""
    url = environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'jufu.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


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
        "SECRET_KEY": secret or _kept_secret(INSTANCE / "secret_key"),
        "SQLALCHEMY_DATABASE_URI": database_url(environ),
        "HTMX_SOURCE": htmx_source,
        "TRUSTED_PROXIES": int(environ.get("TRUSTED_PROXIES", "0")),
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
