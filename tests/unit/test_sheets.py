"""Tables that leave: text stays the text it was, numbers stay numbers, in both kinds of file."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.sheets import Column, Kind, Sheet, as_csv, as_workbook
from tests.support.tables_out import is_formula, read_csv, read_workbook

COLUMNS = (Column("名称"), Column("件", Kind.COUNT), Column("金额", Kind.MONEY), Column("日", Kind.DAY))
MADE_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
typed = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30).map(str.strip)
begins = st.sampled_from(
    ("", "=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", " =", "\u3000@", "http://", "{=", "7")
)
rows = st.lists(
    st.tuples(
        st.builds("{}{}".format, begins, typed),
        st.integers(-99, 99),
        st.integers(-(10**11), 10**11),
        st.dates(),
    ),
    max_size=5,
)


def sheet(found, sums=()):
    return Sheet("明细", "=标题", COLUMNS, found, sums)


@given(rows)
def test_in_csv_nothing_typed_is_a_formula_and_every_number_is_one(found):
    told = read_csv(as_csv(sheet(found)))[1:]

    assert not [cell for row in told for cell in row[:1] if is_formula("text/csv", cell)]
    assert [row[0].removeprefix("'") for row in told] == [row[0].removeprefix("'") for row in found]
    assert [(int(row[1]), round(float(row[2]) * 100), row[3]) for row in told] == [
        (row[1], row[2], row[3].isoformat()) for row in found
    ]


@given(rows)
def test_in_a_workbook_every_text_is_the_text_that_was_typed(found):
    grid = read_workbook(as_workbook([sheet(found)], title="t", made_at=MADE_AT).read())["明细"]

    assert grid[0] == ["=标题"]
    assert [(row[0] or "", row[1], row[2]) for row in grid[2:]] == [
        (name, count, fen / 100) for name, count, fen, _ in found
    ]


def test_the_sums_stand_below_and_an_empty_table_has_its_headings():
    assert read_csv(as_csv(sheet([], ("合计", 0, -8_600, None)))) == [
        ["名称", "件", "金额", "日"],
        ["合计", "0", "-86.00", ""],
    ]
    assert len(read_workbook(as_workbook([sheet([])], title="t", made_at=MADE_AT).read())["明细"]) == 2
