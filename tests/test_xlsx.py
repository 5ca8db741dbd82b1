"""Spreadsheets as people send them: chronologies, forms kept in cells, what is hidden in them."""

import io
import warnings
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from forms import CHILD_LABELS, SHIPPED, TITLE, zip_of
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from agent.documents.package import Unreadable
from agent.documents.xlsx import read_xlsx
from agent.extract import extract
from agent.layouts import load_layouts
from agent.model.document import PROBLEMS, Document, Paragraph, Table

MOMENT = datetime.combine(date(2026, 12, 15), time(7, 40))
EVENTS = [
    ["Date", "Event"],
    [date(2026, 5, 4), "Seen at home by the health visitor."],
    ["w/c 11 May", "No access.\nCard left."],
]


def book(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> Any:
    """Return a workbook with these rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for index, rows in enumerate(sheets):
        sheet = made.create_sheet(names[index] if names else None)
        for row in rows:
            sheet.append(row)
    return made


def saved(made: Any) -> bytes:
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def rows_in(content: bytes) -> list[list[str]]:
    """Return the texts of all rows."""
    blocks, _ = read_xlsx(content)
    return [
        [cell.text for cell in row]
        for block in blocks
        if isinstance(block, Table)
        for row in block.rows
    ]


def test_a_sheet_is_a_heading_and_a_table_with_a_place_for_each_cell():
    (heading, table), told = read_xlsx(saved(book(EVENTS, names=["Chronology"])))

    assert heading == Paragraph("Chronology", "sheet 'Chronology'")
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Date", "Event"],
        ["04/05/2026", "Seen at home by the health visitor."],
        ["w/c 11 May", "No access.\nCard left."],
    ]
    assert table.rows[2][1].place == "sheet Chronology row 3 cell B"
    assert told == ()


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (date(2026, 12, 15), "dd/mm/yyyy", "15/12/2026"),
        (date(2026, 12, 15), "mm-dd-yy", "15/12/2026"),
        (date(2026, 12, 15), "[$-809]d mmmm yyyy;@", "15/12/2026"),
        (date(2026, 12, 15), "mmm-yy", "December 2026"),
        (date(2026, 12, 15), "yyyy", "2026"),
        (MOMENT, "dd/mm/yyyy hh:mm", "15/12/2026 07:40"),
        (MOMENT, "dd/mm/yyyy", "15/12/2026"),
        (time(7, 40), "hh:mm", "07:40"),
        (1.5, "[h]:mm", "36:00"),
        (9434765919, "General", "9434765919"),
        (3, '0 "days"', "3"),
        (0.25, "0%", "25%"),
        (1632960111, "00000000000", "01632960111"),
        (2.5, "General", "2.5"),
        (True, "General", "TRUE"),
        ("=cmd|'/c calc'!A1", "@", "=cmd|'/c calc'!A1"),
        ("#N/A", "General", "#N/A"),
        ("\uf0fe Yes", "General", "☑ Yes"),
    ],
)
def test_a_cell_says_what_the_sheet_shows(value, number_format, text):
    made = book([["before"]])
    cell = made.active["A2"]
    cell.value = value
    cell.number_format = number_format
    if number_format == "@":
        cell.data_type = "s"

    assert rows_in(saved(made)) == [["before"], [text]]


def test_a_formula_says_what_it_came_to_when_the_file_was_saved():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row><c t="str"><f>B1&amp;" Alder"</f><v>Robin Alder</v></c><c><f>1+1</f><v>2</v></c>'
        b"<c><f>NOW()</f></c></row></sheetData></worksheet>"
    )
    assert rows_in(raw_book(sheet)) == [["Robin Alder", "2"]]


def raw_book(sheet: bytes, **parts: bytes) -> bytes:
    """Return a workbook of one sheet, from the sheet's XML."""
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    workbook = (
        f'<workbook xmlns="{main}" xmlns:r="{types}"><sheets><sheet name="One" sheetId="1" '
        f'r:id="r1"/></sheets></workbook>'
    )
    relations = (
        f'<Relationships><Relationship Id="r1" Type="{types}/worksheet" '
        f'Target="/xl/worksheets/s.xml"/></Relationships>'
    )
    return zip_of(
        {
            "xl/workbook.xml": workbook.encode(),
            "xl/_rels/workbook.xml.rels": relations.encode(),
            "xl/worksheets/s.xml": sheet,
            **parts,
        }
    )


def test_mac_dates_begin_in_1904():
    made = book([["x"]])
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active["A1"] = date(2026, 12, 15)

    assert rows_in(saved(made)) == [["15/12/2026"]]


def test_empty_rows_and_columns_are_left_out_and_places_stay_true():
    made = book([["Chronology"], [], ["Date", None, None, "Event"], ["1/1/2026", None, None, "x"]])
    (table,), _ = read_xlsx(saved(made))

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Chronology", ""],
        ["Date", "Event"],
        ["1/1/2026", "x"],
    ]
    assert table.rows[1][1].place == "sheet Sheet row 3 cell D"


def test_merged_cells_stand_once_and_leave_their_place_below():
    made = book([["Title", None, None], ["Home address", "2 Harbour Row"], [None, "Southwood"]])
    made.active.merge_cells("A1:B1")
    made.active.merge_cells("A2:A3")
    (table,), _ = read_xlsx(saved(made))

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Title"],
        ["Home address", "2 Harbour Row"],
        ["", "Southwood"],
    ]
    assert table.rows[2][0].place == table.rows[1][0].place


def test_hidden_sheets_rows_and_columns_are_not_read_and_a_person_is_told():
    made = book([["seen", "other"], ["another child", "x"]], [["last year"]], [["more"]])
    made.worksheets[0].row_dimensions[2].hidden = True
    made.worksheets[0].column_dimensions["B"].hidden = True
    made.worksheets[1].sheet_state = "hidden"
    made.worksheets[2].sheet_state = "veryHidden"

    assert rows_in(saved(made)) == [["seen"]]
    assert read_xlsx(saved(made))[1] == ("hidden_text",)


def test_an_empty_hidden_sheet_is_nothing_to_tell():
    made = book([["seen"]], [])
    made.worksheets[1].sheet_state = "hidden"

    assert read_xlsx(saved(made))[1] == ()


def test_words_struck_through_are_not_read_and_a_person_is_told():
    made = book([["gone", "stays"]])
    made.active["A1"].font = Font(strike=True)
    made.active["C1"] = CellRichText(TextBlock(InlineFont(strike=True), "15/12 "), "16/12/2026")

    assert rows_in(saved(made)) == [["stays", "16/12/2026"]]
    assert read_xlsx(saved(made))[1] == ("struck_through",)


def test_comments_and_macros_are_told():
    made = book([["seen"]])
    made.active["A1"].comment = Comment("a note", "Anna")
    parts = {"xl/vbaProject.bin": b"x"}
    sheet = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>"

    assert read_xlsx(saved(made))[1] == ("comments",)
    assert read_xlsx(raw_book(sheet, **parts))[1] == ("macros",)


def test_a_form_kept_in_a_spreadsheet_is_read_as_the_word_form_is():
    answers = {"child_name": "Robin Alder", "child_dob": date(2021, 5, 4), "looked_after": "No"}
    rows = [[label, answers.get(key)] for key, label in CHILD_LABELS.items()]
    blocks, told = read_xlsx(saved(book([[TITLE], *rows, [], *EVENTS])))
    form = extract(Document("f.xlsx", "xlsx", blocks, None, told), load_layouts([SHIPPED]))

    assert form is not None
    assert form.layout == "lewisham-serious-incident"
    assert form.text("child_name") == "Robin Alder"
    assert (form.text("child_dob"), form.text("looked_after")) == ("2021-05-04", "No")
    assert form.value("chronology")[0] == {
        "when": "2026-05-04",
        "event": "Seen at home by the health visitor.",
    }
    source = form.fields["child_dob"]
    assert source is not None
    assert source.source == "f.xlsx, sheet Sheet row 3 cell B"


CHRONOLOGY = """
id = "chronology"
kind = "scoping_return"
titles = ["Chronology"]
minimum_labels = 1
generic = true
source = "none"
checked_on = 2026-11-22
question = [{ label = "Agency", field = "agency_name" }]
[[table]]
name = "Chronology"
rows = "chronology"
columns = [
    { label = "Date", also = ["Date of event"], field = "when", type = "moment" },
    { label = "Event", also = ["Significant event"], field = "event", type = "long_text" },
    { label = "Source" },
]
"""


def test_a_chronology_alone_is_read_where_a_layout_describes_one(tmp_path: Path):
    (tmp_path / "chronology.toml").write_text(CHRONOLOGY, encoding="utf-8")
    rows = [["Date of event", "Source", "Significant event"], [date(2026, 5, 4), "GP", "Seen."]]
    blocks, told = read_xlsx(saved(book(rows, names=["Chronology"])))
    form = extract(Document("c.xlsx", "xlsx", blocks, None, told), load_layouts([tmp_path]))

    assert form is not None
    assert form.value("chronology") == ({"when": "2026-05-04", "event": "Seen."},)


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
ONE_A_ROW = "".join(
    f'<row r="{n}"><c r="{openpyxl.utils.get_column_letter(n)}{n}"><v>1</v></c></row>'
    for n in range(1, 2_000)
)
MANY = "<row>" + "<c><v>1</v></c>" * 25_000 + "</row>"


def cells(rows: str) -> bytes:
    return raw_book(f"{SHEET}<sheetData>{rows}</sheetData></worksheet>".encode())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (raw_book(b"<x>" + b" " * 40_000_000), "too_complex"),
        (raw_book(LAUGHS.encode() + b"<x>&b;</x>"), "unsafe_xml"),
        (cells(MANY), "too_complex"),
        (cells(ONE_A_ROW), "too_complex"),
        (saved(book(*[[["x"]]] * 61)), "too_complex"),
        (saved(book(EVENTS))[:2_000], "broken"),
        (zip_of({"xl/worksheets/sheet1.xml": b"<x/>"}), "broken"),
        (raw_book(b"<worksheet"), "broken"),
        (zip_of({"xl/workbook.bin": b"x"}), "not_read_yet"),
        (b"", "broken"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, code):
    assert problem_of(content) == code
    assert code in PROBLEMS


def problem_of(content: bytes) -> str | None:
    try:
        read_xlsx(content)
    except Unreadable as unreadable:
        return unreadable.code
    return None


def test_a_spreadsheet_with_nothing_in_it_has_no_blocks():
    assert read_xlsx(saved(book([]))) == ((), ())


GOOD = saved(book(EVENTS, names=["Chronology"]))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8)), max_size=6
    )
)
def test_no_damage_to_a_real_spreadsheet_raises_anything_but_unreadable(changes):
    content = bytearray(GOOD)
    for place, junk in changes:
        content[place : place + len(junk)] = junk

    with warnings.catch_warnings():
        # The zip module warns of names that stand twice in what the damage left.
        warnings.simplefilter("ignore")
        assert problem_of(bytes(content)) in {None, *PROBLEMS}


@given(st.text(alphabet="<>/crvtis=\"'&; 0123456789aéAZ:", max_size=200))
def test_no_sheet_raises_anything_but_unreadable(xml):
    assert problem_of(cells(xml)) in {None, *PROBLEMS}
