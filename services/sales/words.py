"""Status words that the layouts don't know: somebody explains one once, and every file after it is read with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.errors import BadInput, Changed, Missing, RuleViolation, Violation
from domain.people import Actor
from domain.sales.cells import fold
from domain.sales.layouts import LAYOUTS
from domain.sales.lines import AfterSale, AfterSaleCase, HeldLine, LineStatus, OrderLine, Platform
from domain.sales.platforms import Field, Layout, by_code
from domain.sales.problems import HeldCode
from domain.sales.rows import Outcome, RowParser
from models import HeldRow, LearnedWord, Sale, SalesImport
from models.sales_inbox import HeldState, WordAxis
from services import records
from services.sales.importing import lock_platform, require_staff
from services.sales.lines import to_json
from services.sales.planning import CHUNK
from services.sales.posting import Posting
from services.sales.posting_cases import is_case, post_case, take_back_cases
from services.sales.rulings import Ruling
from services.unit_of_work import transaction

CODES: Mapping[WordAxis, HeldCode] = {
    WordAxis.STATUS: HeldCode.UNKNOWN_STATUS,
    WordAxis.AFTER_SALE: HeldCode.UNKNOWN_AFTER_SALE,
}
MEANINGS: Mapping[WordAxis, tuple[str, ...]] = {
    WordAxis.STATUS: tuple(one.value for one in LineStatus if one is not LineStatus.UNKNOWN),
    WordAxis.AFTER_SALE: tuple(one.value for one in AfterSale),
}
_TEXTS = {WordAxis.STATUS: Sale.status_text, WordAxis.AFTER_SALE: Sale.after_sale_text}


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of explaining a word: rows that are in the books now, and those that wait for something else."""

    word: LearnedWord
    settled: int
    still_held: int


def known_layout(session: Session, layout: Layout) -> Layout:
    """The layout with the words of its platform that somebody explained."""
    meanings = _meanings(session, layout.platform)
    return layout.with_words(
        {word: LineStatus(meaning) for word, meaning in meanings[WordAxis.STATUS].items()},
        learned_after_sales(meanings),
    )


def after_sales(session: Session, platform: Platform) -> dict[str, AfterSale]:
    """The after-sale words of a platform that somebody explained, folded."""
    return learned_after_sales(_meanings(session, platform))


@transaction
def learn(
    session: Session,
    actor: Actor,
    platform: Platform,
    axis: WordAxis,
    word: str,
    meaning: str,
    *,
    now: datetime,
) -> Learned:
    """Explain a word for good and put the rows that waited for it into the books.

    `meaning` is a LineStatus or an AfterSale. Raises Forbidden, BadInput("word_meaning"), Missing when no row waits for
    it, Changed("word_decided") when somebody explained it otherwise.
    """
    require_staff(actor)
    if meaning not in MEANINGS[axis]:
        raise BadInput("word_meaning", field="meaning")
    lock_platform(session, platform)
    known = session.get(LearnedWord, (platform, axis, fold(word)), populate_existing=True)
    if known is not None and known.meaning != meaning:
        raise Changed("word_decided")
    spellings = _spellings(session, platform, axis, word, HeldState.OPEN)
    if known is None:
        if not spellings:
            raise Missing
        known = LearnedWord(
            platform=platform, axis=axis, word=fold(word), shown=spellings[0], meaning=meaning,
            decided_by_id=actor.id, decided_at=now,
        )  # fmt: skip
        session.add(known)
        session.flush()
    learned = _settle(session, actor, known, spellings, now)
    _audit(session, actor, "sales_word.learned", known, now, rows=learned.settled)
    return learned


@transaction
def forget(
    session: Session, actor: Actor, platform: Platform, axis: WordAxis, word: str, *, now: datetime
) -> int:
    """Take the explanation of a word back: the rows that it settled wait again; returns how many.

    Raises Forbidden, Missing, RuleViolation("word_in_use") when more was read with it since, or "held_built_on".
    """
    require_staff(actor)
    lock_platform(session, platform)
    known = session.get(LearnedWord, (platform, axis, fold(word)), populate_existing=True)
    if known is None:
        raise Missing
    spellings = _spellings(session, platform, axis, word, HeldState.DECIDED)
    waiting = _spellings(session, platform, axis, word, HeldState.OPEN)
    posting = Posting(session, actor, platform, now, after_sales(session, platform))
    count = 0
    for rows in _rows(session, platform, axis, spellings, HeldState.DECIDED):
        by_word = [held for held in rows if held.order["books"]["by_word"]]
        posting.take_back([held for held in by_word if not is_case(held)])
        take_back_cases(posting, [held for held in by_word if is_case(held)])
        count += len(by_word)
    session.flush()
    _refuse_if_used(session, platform, axis, {known.shown, *spellings, *waiting})
    posting.finish()
    _audit(session, actor, "sales_word.forgotten", known, now, rows=count)
    session.delete(known)
    return count


def _settle(
    session: Session, actor: Actor, known: LearnedWord, spellings: Sequence[str], now: datetime
) -> Learned:
    readers = _Readers(session)
    posting = Posting(session, actor, known.platform, now, after_sales(session, known.platform))
    settled = still_held = 0
    for rows in _rows(session, known.platform, known.axis, spellings, HeldState.OPEN):
        rulings: list[Ruling] = []
        for held in rows:
            outcome = readers.read(held)
            if isinstance(outcome, OrderLine):
                rulings.append(Ruling(held, outcome, by_word=True))
            elif isinstance(outcome, AfterSaleCase):
                post_case(posting, Ruling(held, outcome, by_word=True))
                settled += 1
            else:
                still_held += 1
                _hold_again(held, outcome)
        posting.post(rulings)
        settled += len(rulings)
    posting.finish()
    return Learned(known, settled, still_held)


class _Readers:
    """Reads held rows anew with all words that are known by now; one reader for each import."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._parsers: dict[tuple[str, int], RowParser] = {}

    def read(self, held: HeldRow) -> Outcome:
        """The outcome of a held row today."""
        key = (held.layout, held.import_id)
        if key not in self._parsers:
            layout = known_layout(self._session, by_code(held.layout, LAYOUTS))
            columns = self._session.scalar(
                select(SalesImport.columns).where(SalesImport.id == held.import_id)
            )
            headers = {Field(name): header for name, header in (columns or {}).items()}
            self._parsers[key] = RowParser(layout, headers)
        return self._parsers[key].read_anew(held.line, held.order["cells"])


def _hold_again(held: HeldRow, outcome: Outcome) -> None:
    """The word is known now, but something else about the row is not clear."""
    if isinstance(outcome, HeldLine):
        held.code, held.column_name, held.text = outcome.code.value, outcome.column, outcome.text
        held.order = held.order | to_json(outcome.order)
        held.version += 1


def _meanings(session: Session, platform: Platform) -> dict[WordAxis, dict[str, str]]:
    meanings: dict[WordAxis, dict[str, str]] = defaultdict(dict)
    for known in session.scalars(select(LearnedWord).where(LearnedWord.platform == platform)):
        meanings[known.axis][known.word] = known.meaning
    return meanings


def learned_after_sales(meanings: Mapping[WordAxis, Mapping[str, str]]) -> dict[str, AfterSale]:
    """The after-sale words among these."""
    return {word: AfterSale(meaning) for word, meaning in meanings.get(WordAxis.AFTER_SALE, {}).items()}


def _spellings(
    session: Session, platform: Platform, axis: WordAxis, word: str, state: HeldState
) -> list[str]:
    """The word as it stands in the rows of this state."""
    texts = session.scalars(
        select(HeldRow.text)
        .where(HeldRow.state == state, HeldRow.platform == platform, HeldRow.code == CODES[axis])
        .distinct()
        .order_by(HeldRow.text)
    )
    return [text for text in texts if fold(text) == fold(word)]


def _rows(
    session: Session, platform: Platform, axis: WordAxis, spellings: Sequence[str], state: HeldState
) -> Iterator[Sequence[HeldRow]]:
    last = 0
    while True:
        rows = session.scalars(
            select(HeldRow)
            .where(HeldRow.state == state, HeldRow.platform == platform, HeldRow.code == CODES[axis])
            .where(HeldRow.text.in_(spellings), HeldRow.id > last)
            .order_by(HeldRow.id)
            .limit(CHUNK)
            .execution_options(populate_existing=True)
        ).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id
        session.flush()


def _refuse_if_used(session: Session, platform: Platform, axis: WordAxis, spellings: set[str]) -> None:
    used = session.scalar(
        select(func.count()).select_from(Sale).where(Sale.platform == platform, _TEXTS[axis].in_(spellings))
    )
    if used:
        raise RuleViolation([Violation("word_in_use", {"count": used})])


def _audit(
    session: Session, actor: Actor, action: str, known: LearnedWord, now: datetime, **detail: int
) -> None:
    """A word has no number of its own: the event names it."""
    about: dict[str, Any] = {"platform": known.platform.value, "axis": known.axis.value}
    about |= {"word": known.shown, "meaning": known.meaning}
    records.audit_table(session, actor, action, LearnedWord, now, **about, **detail)
