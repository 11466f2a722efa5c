"""Whatever stands in a cell or a comment, a spreadsheet sees text, however it splits the line."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.events.tables import csv_line, guard_cell, unguard_cell
from tracker.text import clean_text

SIGNS = "=+-@＝＋－＠﹦"
FORMULAS = (
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        "\t=1",
        "\r\n=1",
        " =1",
        "\u3000=1",
    ),
    *(
        "a;=1",
        "a;+1;b",
        "a\t=1",
        "a\n=1",
        'a;"=1"',
        '"=1',
        "'=1",
        "a; ' =1",
        "\u200b=1",
        "\u00a0=1",
    ),
    *("x,=1+1,y", 'x,"=1",y', "x, =HYPERLINK(A1)", 'x,"', '"x,"', "=", ";=", "a;\u061c=1"),
)
TEXTS = st.text(alphabet=f"{SIGNS}a1 ;,\t\n\"'", max_size=12)


def cells(text):
    """Every cell that a program sees that splits at one of these, or at all of them."""
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            yield from row
    for piece in text.replace(";", ",").replace("\t", ",").splitlines():
        yield from next(csv.reader([piece]), [])


def assert_no_formula(text):
    for cell in cells(text):
        seen = cell.strip(' \t\r\n\u3000\u00a0"')
        assert seen[:1] not in SIGNS or not seen, (text, cell)


@pytest.mark.parametrize("text", FORMULAS, ids=map(ascii, FORMULAS))
def test_x5_no_cell_is_a_formula(text):
    assert_no_formula(csv_line([text]))
    assert_no_formula(csv_line(["1", text, "2"]))


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_x5_nor_any_other(one, other):
    assert_no_formula(csv_line(["1", one, other]))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_what_was_guarded_is_read_back(text):
    assert unguard_cell(guard_cell(text)) == clean_text(text)
    assert next(csv.reader([csv_line(["1", text])]))[1] == guard_cell(text)
