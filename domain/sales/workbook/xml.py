"""XML in pieces, without what makes XML dangerous: no DOCTYPE, no entities of its own, no endless tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from xml.parsers import expat
from xml.parsers.expat import errors

from domain.sales.workbook import limits as no
from domain.sales.workbook.limits import Refused, WorkbookLimits

Attributes = dict[str, str]
_OUT_OF_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]


def parser() -> Any:
    """A parser that refuses every document with a DOCTYPE, and with it every entity and every reference outside."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    made.StartDoctypeDeclHandler = _refuse
    made.EntityDeclHandler = _refuse
    return made


def feed(made: Any, chunks: Iterable[bytes], limits: WorkbookLimits) -> Iterator[None]:
    """Give the parser its document and pause after each piece; raises Refused."""
    fed = 0
    try:
        for chunk in chunks:
            fed += len(chunk)
            made.Parse(chunk, False)
            # The parser begins anew at an unfinished tag with each piece: a long one would take it forever.
            if fed - made.CurrentByteIndex > limits.max_tag_bytes:
                raise Refused(no.BROKEN)
            yield
        made.Parse(b"", True)
        yield
    except expat.ExpatError as error:
        raise Refused(no.TOO_HEAVY if error.code == _OUT_OF_MEMORY else no.BROKEN) from error


def elements(chunks: Iterable[bytes], limits: WorkbookLimits) -> Iterator[tuple[str, Attributes]]:
    """Every opening tag without its prefix, with its attributes without theirs; raises Refused."""
    made = parser()
    found: list[tuple[str, Attributes]] = []

    def start(tag: str, attributes: Attributes) -> None:
        found.append((local(tag), {local(name): value for name, value in attributes.items()}))

    made.StartElementHandler = start
    for _ in feed(made, chunks, limits):
        yield from found
        found.clear()


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def _refuse(*_args: object) -> None:
    raise Refused(no.BROKEN)
