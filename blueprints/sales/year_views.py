"""How a year of the community is put on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from blueprints import formats
from blueprints.sales.views import whole_yuan
from domain.interval import local_day
from domain.money import divide_half_up, format_yuan
from models import Merchant
from services.sales.community import CommunityYear, Course, MerchantYear

COURSE_LOOKS = {
    Course.REACHED: ("jade", "check"),
    Course.ON_COURSE: ("jade", "sales"),
    Course.BEHIND: ("amber", "clock"),
    Course.NOT_STARTED: (None, "calendar"),
    Course.NO_MARGIN: ("amber", "edit"),
}


@dataclass(frozen=True, slots=True)
class CourseRow:
    """How many shops stand somewhere on the way to the target."""

    word: str
    tone: str | None
    symbol: str
    count: int


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the table behind the columns."""

    label: str
    orders: int
    gmv: str
    refunded: str
    net: str


@dataclass(frozen=True, slots=True)
class MerchantRow:
    """A shop's year in words; `progress` are the thousandths of the target that ② has come to."""

    merchant: Merchant
    net: str
    shows: int
    orders: int
    estimated: str | None
    reported: str | None
    progress: int
    course: CourseRow
    baseline: str | None


def course_word(course: Course) -> str:
    """Where a shop stands, in a word."""
    return {
        Course.REACHED: _("已达标"),
        Course.ON_COURSE: _("有望达标"),
        Course.BEHIND: _("进度偏慢"),
        Course.NOT_STARTED: _("还没上播"),
        Course.NO_MARGIN: _("没登记利润率"),
    }[course]


def courses(report: CommunityYear) -> list[CourseRow]:
    """All courses with the number of shops on them."""
    return [_course(course, report.on(course)) for course in Course]


def months(report: CommunityYear) -> list[MonthRow]:
    """The months that have begun, as a table."""
    return [
        MonthRow(
            formats.month(date(report.year, number, 1)),
            sums.orders,
            format_yuan(sums.gmv_fen),
            format_yuan(sums.refunded_fen),
            format_yuan(sums.net_fen),
        )
        for number, sums in enumerate(report.months[: report.months_so_far], start=1)
    ]


def merchant_row(one: MerchantYear, report: CommunityYear) -> MerchantRow:
    """A shop's line in the report."""
    path = one.path
    return MerchantRow(
        merchant=one.merchant,
        net=format_yuan(one.totals.net_fen),
        shows=one.shows,
        orders=one.totals.orders,
        estimated=None if path.estimated_fen is None else whole_yuan(path.estimated_fen),
        reported=format_yuan(path.reported_fen) if path.reported_fen else None,
        progress=min(1000, (path.progress_bp or 0) // 10),
        course=_course(one.course, 1),
        baseline=_baseline(one, report),
    )


def years(report: CommunityYear, now: datetime) -> list[int]:
    """The years that there is something to see of, the latest first."""
    this_year = local_day(now).year
    return list(range(this_year, min(report.first_year, this_year) - 1, -1))


def _baseline(one: MerchantYear, report: CommunityYear) -> str | None:
    """What it sold a month before the programme, against what the studio brings a month on top."""
    before = one.merchant.baseline_fen
    if before is None:
        return None
    monthly = divide_half_up(one.totals.net_fen, max(1, report.months_so_far))
    return _(
        "参加前每月 %(before)s，直播每月另外带来 %(monthly)s",
        before=whole_yuan(before),
        monthly=whole_yuan(monthly),
    )


def _course(course: Course, count: int) -> CourseRow:
    tone, symbol = COURSE_LOOKS[course]
    return CourseRow(course_word(course), tone, symbol, count)
