"""The geometry of the pictures of sales: numbers become places in the units of a drawing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
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
CLOCKS = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440))


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One booth in the picture of a show: when it was on air, and its own orders minute by minute."""

    label: str
    y: float
    spans: tuple[Bar, ...]
    drawn: Markup


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
    drawn: Markup
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


def clock_of(window: Interval) -> Callable[[int], str]:
    """How the minutes of a window that begins with a full one read, by their number."""
    at = local(window.starts_at)
    first = at.hour * 60 + at.minute
    return lambda number: CLOCKS[(first + number) % len(CLOCKS)]


def show_picture(report: ShowReport) -> ShowPicture:
    """Draw a report; the highest column is the minute with the most orders."""
    window, clock = report.window, clock_of(report.window)
    step = WIDTH / len(report.minutes)
    whole: list[tuple[int, int]] = []
    by_booth: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, minute in enumerate(report.minutes):
        if minute:
            whole.append((number, sum(minute.values())))
            for booth, orders in minute.items():
                by_booth[booth].append((number, orders))
    most = max([1, *(orders for _number, orders in whole)])
    busiest = max([1, *(orders for counts in by_booth.values() for _number, orders in counts)])
    booths = [(booth.place, booth.aired, by_booth.get(booth.slot.booking_id, [])) for booth in report.booths]
    all_lanes = [*booths, *((place, aired, []) for place, aired in report.others)]
    lanes = tuple(
        _lane(number, lane, window, step, busiest, clock)
        for number, lane in enumerate(sorted(all_lanes, key=lambda one: (one[1][0].starts_at, one[0])))
    )
    return ShowPicture(
        height=LANES_TOP + LANE * len(lanes) + 34,
        most=most,
        drawn=_columns(whole, step, BARS_TOP + BARS, BARS / most, clock),
        lanes=lanes,
        ticks=_ticks(window),
    )


def _lane(
    number: int,
    lane: tuple[int, tuple[Interval, ...], Sequence[tuple[int, int]]],
    window: Interval,
    step: float,
    busiest: int,
    clock: Callable[[int], str],
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
    return Lane(str(place), top, spans, _columns(orders, step, top + 36, 30 / busiest, clock))


def _columns(
    counts: Iterable[tuple[int, int]], step: float, base: float, unit: float, clock: Callable[[int], str]
) -> Markup:
    """Hundreds of columns, of numbers and of times that were made here."""
    width = round(step - min(1.0, step / 4), 2)
    columns = [
        f'<rect class="chart-bar" x="{round(LEFT + minute * step, 2)}" y="{round(base - count * unit, 2)}"'
        f' width="{width}" height="{round(count * unit, 2)}"><title>{clock(minute)} {count}</title></rect>'
        for minute, count in counts
    ]
    return Markup("".join(columns))  # noqa: S704  nothing in it was typed by anybody


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
