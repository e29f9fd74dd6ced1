"""Data keys of a test's own, for as long as it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models import sealing
from models.sealing import Keyring


@contextmanager
def own_keys(folder: Path) -> Iterator[Keyring]:
    """Seal under one new key; what others sealed can't be read meanwhile."""
    before, own = sealing.keyring(), Keyring(folder / "data_keys")
    own.keep([sealing.new_key()])
    sealing.use(own)
    try:
        yield own
    finally:
        sealing.use(before)
