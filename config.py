"""Settings from the environment; the only module that reads it."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click import ClickException

ROOT = Path(__file__).parent
INSTANCE = Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance")
"""What a house keeps on its machine: the SQLite database, secrets that were made for it, compiled templates."""
IN_FILES = ("SECRET_KEY", "DATABASE_URL", "SMTP_URL")
"""Settings with a secret in them: each may be given as `NAME_FILE`, the path of a file that holds it."""
MEBIBYTE = 1024 * 1024


class ConfigError(ClickException):
    """A setting with which the house must not start; a command says it in one sentence."""


def _kept_secret(path: Path, make: Callable[[], str]) -> str:
    """A secret kept under instance/, made on the first start; readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make())
        # A link is made whole or not at all: of processes that start together, one sets the secret and all read it.
        with suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()


def _address(environ: Mapping[str, str], name: str) -> tuple[str, int] | None:
    """A host and a port of it; None where nothing is said. Raises ConfigError."""
    text = environ.get(name)
    if not text:
        return None
    try:
        parts = urlsplit(f"//{text}")
        if parts.netloc == text and parts.hostname and parts.port and "@" not in text:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise ConfigError(f"{name} must be host:port, such as 127.0.0.1:9464.")


def _with_files(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The settings together with those that lie in files of their own; raises ConfigError."""
    found = {}
    for name in IN_FILES:
        path = environ.get(f"{name}_FILE")
        if not path:
            continue
        if environ.get(name):
            raise ConfigError(f"{name} and {name}_FILE are both set; only one can count.")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE names a file that can't be read: {path}.") from error
        if not found[name]:
            raise ConfigError(f"{name}_FILE names an empty file: {path}.")
    return {**environ, **found}


def _data_keys(environ: Mapping[str, str]) -> Path:
    """The file of the keys under which phones are sealed, made with the first of them where none is named."""
    named = environ.get("DATA_KEYS_FILE")
    if named and not Path(named).is_file():
        raise ConfigError(f"DATA_KEYS_FILE names a file that can't be read: {named}.")
    path = Path(named) if named else INSTANCE / "data_keys"
    _kept_secret(path, lambda: secrets.token_hex(64))
    return path


def _new_password() -> str:
    """Eight digits: easy to read off a screen and to type on a phone, and only ever for the demo."""
    return f"{secrets.randbelow(10**8):08d}"


def _number(environ: Mapping[str, str], name: str, default: int, most: int, least: int = 0) -> int:
    """A whole number of the environment; raises ConfigError."""
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _one_of(environ: Mapping[str, str], name: str, *known: str) -> str:
    """One of a few words, the first where nothing is said; raises ConfigError."""
    word = environ.get(name) or known[0]
    if word not in known:
        raise ConfigError(f"{name} must be {', '.join(known[:-1])} or {known[-1]}.")
    return word


def database_url(environ: Mapping[str, str]) -> str:
    """SQLite under instance/ unless DATABASE_URL says otherwise; PostgreSQL always by psycopg 3."""
    url = environ.get("DATABASE_URL") or f"sqlite:///{INSTANCE / 'jufu.sqlite3'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _demo_password(environ: Mapping[str, str]) -> str:
    return environ.get("DEMO_PASSWORD") or _kept_secret(INSTANCE / "demo_password", _new_password)


def _telling(environ: Mapping[str, str], *, production: bool) -> dict[str, Any]:
    """By what people are told outside of the app; raises ConfigError for what could never work."""
    mail, sender = environ.get("SMTP_URL", ""), environ.get("MAIL_FROM", "")
    public = environ.get("PUBLIC_URL", "").rstrip("/")
    if mail:
        from services.telling import channels_email  # with the parsers of mail, only for who sends some

        try:
            channels_email.server_of(mail)
            channels_email.address_of(sender)
        except ValueError:
            raise ConfigError(
                "SMTP_URL must be smtp://, smtps:// or smtp+starttls://[user:password@]host[:port],"
                " and MAIL_FROM beside it an address."
            ) from None
    parts = urlsplit(public)
    if public and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query):
        raise ConfigError("PUBLIC_URL must be http(s)://host[:port], where the house is found from outside.")
    return {
        "SMTP_URL": mail,
        "MAIL_FROM": sender,
        "PUBLIC_URL": public,
        # The provider that only writes into the log must not pass for a real one by itself.
        "SMS_PROVIDER": _one_of(
            environ, "SMS_PROVIDER", *(("none", "log") if production else ("log", "none"))
        ),
        "ALLOWED_OUTBOUND": frozenset(environ.get("ALLOWED_OUTBOUND", "").replace(",", " ").split()),
    }


def _serving(environ: Mapping[str, str]) -> dict[str, Any]:
    """Where the house and its figures are found, and by how many processes; raises ConfigError."""
    return {
        "HOST": environ.get("HOST") or "127.0.0.1",
        "PORT": _number(environ, "PORT", 8000, 65535),
        "METRICS_BIND": _address(environ, "METRICS_BIND"),
        "BACKUP_DIR": environ.get("BACKUP_DIR", ""),
        "WEB_CONCURRENCY": _number(environ, "WEB_CONCURRENCY", 2, 64, least=1),
    }


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All settings; raises ConfigError for a production start without a secret of its own."""
    environ = _with_files(os.environ if environ is None else environ)
    # A word that is nearly “production” must not start a demo.
    app_env = _one_of(environ, "APP_ENV", "development", "production", "test")
    production = app_env == "production"
    secret = environ.get("SECRET_KEY", "")
    if production and len(secret) < 32:
        raise ConfigError(
            "APP_ENV=production needs a SECRET_KEY of at least 32 characters in the environment."
        )
    return {
        "APP_ENV": app_env,
        "SECRET_KEY": secret or _kept_secret(INSTANCE / "secret_key", lambda: secrets.token_hex(32)),
        "DATA_KEYS": _data_keys(environ),
        "DEMO_PASSWORD": None if production else _demo_password(environ),
        **_serving(environ),
        "SQLALCHEMY_DATABASE_URI": database_url(environ),
        **_telling(environ, production=production),
        "HTMX_SOURCE": _one_of(environ, "HTMX_SOURCE", "cdn", "local"),
        "TRUSTED_PROXIES": _number(environ, "TRUSTED_PROXIES", 0, 8),
        "SESSION_COOKIE_NAME": "__Host-jufu" if production else "jufu",
        "DEVICE_COOKIE_NAME": "__Host-jufu_device" if production else "jufu_device",
        "KNOWN_COOKIE_NAME": "__Host-jufu_known" if production else "jufu_known",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,
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
