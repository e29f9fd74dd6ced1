"""Phones are sealed in the database, under keys that lie outside of it (docs/decisions/0033-sealed-phones.md).

AES-SIV (RFC 5297) seals the same text of the same column to the same bytes: so a phone is found by its sealed form,
and the database keeps it unique. Each sealed text names its key; the first one seals, all of them read.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.operators import OperatorType, eq, in_op, is_, is_not, ne, not_in_op
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

BYTES = 64
"""Of a key: two of AES-256, one of which authenticates."""
LONGEST = 100
"""Characters of a sealed text: 8 of its key, a dot, and up to 50 bytes that were sealed."""


class UnknownKey(Exception):
    """A value is sealed under a key that the house hasn't got; `number` names it."""

    def __init__(self, number: str) -> None:
        super().__init__(f"the data key {number} is missing")
        self.number = number


@dataclass(frozen=True)
class DataKey:
    """One key, as the file has it: 128 hexadecimal digits."""

    text: str

    @cached_property
    def number(self) -> str:
        """What sealed texts call it; it says nothing of the key."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]

    @cached_property
    def cipher(self) -> AESSIV:
        """What seals; loaded when it is first needed."""
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(bytes.fromhex(self.text))

    def seal(self, text: str, column: str) -> str:
        """A text as the database keeps it in this column."""
        sealed = self.cipher.encrypt(text.encode(), [column.encode()])
        return f"{self.number}.{urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def open(self, sealed: str, column: str) -> str:
        """The text again; raises cryptography.exceptions.InvalidTag where it is not what was sealed there."""
        body = sealed.partition(".")[2]
        data = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return self.cipher.decrypt(data, [column.encode()]).decode()


class Keyring:
    """The keys of a file, which is read again when it has changed or a key is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: tuple[DataKey, ...] = ()

    @property
    def keys(self) -> tuple[DataKey, ...]:
        """All of them, the one that seals first; raises OSError, and ValueError for a file with anything else."""
        told = self.path.stat()
        stamp = (told.st_mtime_ns, told.st_ino)
        if stamp != self._stamp:
            self._keys, self._stamp = tuple(_read(self.path)), stamp
        return self._keys

    def key_of(self, sealed: str) -> DataKey:
        """The key under which something is sealed; raises UnknownKey."""
        number = sealed.partition(".")[0]
        for keys in (self._keys, self.keys):
            for key in keys:
                if key.number == number:
                    return key
        raise UnknownKey(number)

    def keep(self, keys: Sequence[DataKey]) -> None:
        """Write the file anew, whole or not at all; only its owner may read it."""
        descriptor, draft = mkstemp(dir=self.path.parent)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{key.text}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(self.path)


def new_key() -> DataKey:
    """One that nobody knows."""
    return DataKey(secrets.token_hex(BYTES))


def _read(path: Path) -> list[DataKey]:
    keys = [DataKey(line.strip()) for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    if not keys or any(len(key.text) != 2 * BYTES or not _is_hexadecimal(key.text) for key in keys):
        raise ValueError(f"{path} must have keys of {2 * BYTES} hexadecimal digits, one in a line")
    return keys


def _is_hexadecimal(text: str) -> bool:
    with suppress(ValueError):
        return bytes.fromhex(text).hex() == text.lower()
    return False


class _Current:
    keyring: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Seal and open with these keys from now on, in this process."""
    _Current.keyring = keyring


def keyring() -> Keyring:
    """The keys of this process; raises RuntimeError before there are any."""
    if _Current.keyring is None:
        raise RuntimeError("no data keys are in use")
    return _Current.keyring


def sealed(text: str, column: str) -> list[str]:
    """All that a text may be in the database: under the key that seals first, then under those from before."""
    return [key.seal(text, column) for key in keyring().keys] if text else [text]


def opened(value: str, column: str) -> str:
    """What a sealed value says; an empty one was never sealed. Raises UnknownKey."""
    return keyring().key_of(value).open(value, column) if value else value


SAME_OR_NOT = (eq, ne, in_op, not_in_op, is_, is_not)
"""All that can be asked of sealed texts: of their order or their parts the database knows nothing."""


class Sealed(TypeDecorator[str]):
    """A text that is sealed in the database; `column` (`person.phone`) is bound into it, so it fits nowhere else.

    It can be compared for being the same, whatever key it is sealed under; there is no order and no part of it.
    """

    impl = String(LONGEST)
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    class Comparator(TypeDecorator.Comparator[str]):
        """Compares with all that a text may be."""

        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Raise TypeError for what sealed texts have not got."""
            if op not in SAME_OR_NOT:
                raise TypeError(f"sealed texts have no {op.__name__}")
            kind = self.expr.type
            if op in (eq, ne) and isinstance(other[0], str):
                among = in_op if op is eq else not_in_op
                return super().operate(among, _as_they_are(kind, [other[0]]), **kwargs)
            if op in (in_op, not_in_op) and isinstance(other[0], list | tuple | set | frozenset):
                return super().operate(op, _as_they_are(kind, other[0]), **kwargs)
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Sealed under the first key."""
        if value is None or isinstance(value, AsItIs):
            return value and str(value)
        return sealed(value, self.column)[0]

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As it was."""
        return None if value is None else opened(value, self.column)


class AsItIs(str):
    """A text that is sealed already."""

    __slots__ = ()


def _as_they_are(kind: Any, texts: Any) -> list[AsItIs]:
    return [AsItIs(one) for text in texts for one in sealed(text, kind.column)]


@cache
def columns() -> tuple[tuple[Any, Any], ...]:
    """Every table and column that is sealed."""
    from models.base import Base

    tables = Base.metadata.sorted_tables
    return tuple((table, column) for table in tables for column in table.c if isinstance(column.type, Sealed))
