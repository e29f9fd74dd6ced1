"""The cells of one order line or case, read one by one; a cell that can't be read names its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from domain.sales import cells
from domain.sales.platforms import Field, Layout
from domain.sales.problems import CellError, RowCode

T = TypeVar("T")


class FieldError(Exception):
    """A cell that can't be read, with the field that it stands for."""

    def __init__(self, wanted: Field, code: RowCode, detail: str = "") -> None:
        super().__init__(code.value)
        self.wanted = wanted
        self.code = code
        self.detail = detail


class Row:
    """The cells of one line; an absent column and an empty cell are the same. Raises FieldError."""

    def __init__(self, values: Mapping[Field, str]) -> None:
        self._values = values

    @property
    def cells(self) -> dict[str, str]:
        """The cells that are not empty, by the names of their fields."""
        return {wanted.value: cell for wanted, cell in self._values.items() if cell}

    def maybe(self, wanted: Field, convert: Callable[[str], T]) -> T | None:
        """What stands in a cell, None if nothing does."""
        cell = self._values.get(wanted, "")
        if not cell:
            return None
        try:
            return convert(cell)
        except CellError as error:
            raise FieldError(wanted, error.code, error.detail) from error

    def need(self, wanted: Field, convert: Callable[[str], T]) -> T:
        """What stands in a cell that must not be empty."""
        value = self.maybe(wanted, convert)
        if value is None:
            raise FieldError(wanted, RowCode.REQUIRED)
        return value

    def word(self, wanted: Field) -> str:
        """The word for a state in a cell, "" if there is none."""
        return self.maybe(wanted, cells.state) or ""

    def refunded(self, layout: Layout) -> int | None:
        """The amount that the row says was refunded; a platform may write words where there is none."""
        if cells.fold(self._values.get(Field.REFUNDED, "")) in layout.no_refund_words:
            return None
        return self.maybe(Field.REFUNDED, cells.money)
