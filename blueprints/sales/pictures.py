"""The geometry of the pictures of sales: numbers become places in the units of a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from blueprints import formats
from domain.interval import Interval, local
from domain.sales.metrics import Totals
from services.sales.show_report import ShowReport

LEFT, WIDTH = 96.0, 864.0
BARS_TOP, BARS = 30.0, 110.0
LANES_TOP, LANE = 170.0, 40.0
TICK = timedelta(minutes=30)
MONTH_WIDTH, MONTH_HEIGHT = 66.0, 150.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it says to those who point at it."""

    x: float
    y: float
    width: float
    height: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One booth in the picture of a show: when it was on air, and its own orders minute by minute."""

    label: str
    y: float
    spans: tuple[Bar, ...]
    orders: tuple[Bar, ...]

    @property
    def drawn(self) -> Markup:
        """Its orders."""
        return _drawn(self.orders)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the picture at a full half hour."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class ShowPicture:
    """A show on the axis of time: orders of each minute above, a lane for each booth below."""

    height: float
    most: int
    bars: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]

    @property
    def drawn(self) -> Markup:
        """The orders of each minute."""
        return _drawn(self.bars)


def _drawn(bars: Iterable[Bar]) -> Markup:
    """Hundreds of columns, of numbers and of times that were made here."""
    columns = "".join(
        f'<rect class="chart-bar" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}">'
        f"<title>{bar.text}</title></rect>"
        for bar in bars
    )
    return Markup(columns)  # noqa: S704  nothing in it was typed by anybody


def show_picture(report: ShowReport) -> ShowPicture:
    """Draw a report; the highest column is the minute with the most orders."""
    window, minutes = report.window, report.minutes
    whole = [sum(minute.values()) for minute in minutes]
    most, busiest = max([1, *whole]), max([1, *(n for minute in minutes for n in minute.values())])
    step = WIDTH / len(minutes)
    clocks = [formats.clock(window.starts_at + timedelta(minutes=number)) for number in range(len(minutes))]
    booths = [
        (booth.place, booth.aired, [minute.get(booth.slot.booking_id, 0) for minute in minutes])
        for booth in report.booths
    ]
    all_lanes = [*booths, *((place, aired, []) for place, aired in report.others)]
    lanes = tuple(
        _lane(number, lane, window, step, busiest, clocks)
        for number, lane in enumerate(sorted(all_lanes, key=lambda one: (one[1][0].starts_at, one[0])))
    )
    return ShowPicture(
        height=LANES_TOP + LANE * len(lanes) + 34,
        most=most,
        bars=_columns(whole, step, BARS_TOP + BARS, BARS / most, clocks),
        lanes=lanes,
        ticks=_ticks(window),
    )


def _lane(
    number: int,
    lane: tuple[int, tuple[Interval, ...], Sequence[int]],
    window: Interval,
    step: float,
    busiest: int,
    clocks: Sequence[str],
) -> Lane:
    place, aired, orders = lane
    top = LANES_TOP + number * LANE
    spans = tuple(
        Bar(
            _x(window, time.starts_at),
            top + 4,
            max(2.0, _x(window, time.ends_at) - _x(window, time.starts_at)),
            32,
        )
        for time in aired
    )
    return Lane(str(place), top, spans, _columns(orders, step, top + 36, 30 / busiest, clocks))


def _columns(
    counts: Sequence[int], step: float, base: float, unit: float, clocks: Sequence[str]
) -> tuple[Bar, ...]:
    width = round(step - min(1.0, step / 4), 2)
    return tuple(
        Bar(
            round(LEFT + minute * step, 2),
            round(base - count * unit, 2),
            width,
            round(count * unit, 2),
            f"{clocks[minute]} {count}",
        )
        for minute, count in enumerate(counts)
        if count
    )


def _ticks(window: Interval) -> tuple[Tick, ...]:
    first = local(window.starts_at)
    late = timedelta(minutes=first.minute % 30, seconds=first.second)
    at = first - late + (TICK if late else timedelta())
    ticks = []
    while at < window.ends_at:
        ticks.append(Tick(_x(window, at), formats.clock(at)))
        at += TICK
    return tuple(ticks)


def _x(window: Interval, moment: datetime) -> float:
    share = (moment - window.starts_at) / (window.ends_at - window.starts_at)
    return round(LEFT + min(1.0, max(0.0, share)) * WIDTH, 2)


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A month of the year: what stayed, and on top of it what was refunded."""

    x: float
    label: str
    net: Bar
    refunded: Bar
    net_fen: int


def month_columns(months: Sequence[Totals]) -> tuple[MonthColumn, ...]:
    """The twelve columns of a year; the highest is the month with the most sales."""
    most = max([1, *(month.gmv_fen for month in months)])
    columns = []
    for number, month in enumerate(months):
        x, net = number * MONTH_WIDTH, max(0, month.net_fen)
        high, low = net * MONTH_HEIGHT / most, month.refunded_fen * MONTH_HEIGHT / most
        top = 12 + MONTH_HEIGHT - high
        columns.append(
            MonthColumn(
                x=x + MONTH_WIDTH / 2,
                label=str(number + 1),
                net=Bar(x + 11, round(top, 2), MONTH_WIDTH - 22, round(high, 2)),
                refunded=Bar(x + 11, round(top - low, 2), MONTH_WIDTH - 22, round(low, 2)),
                net_fen=month.net_fen,
            )
        )
    return tuple(columns)
