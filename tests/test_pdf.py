"""Word forms printed to PDF by LibreOffice: each must give the answers that the Word file gives."""

from typing import Any

import pytest
from forms import para, run_of, table_of
from more_forms import LAYOUTS, answered, form_of, place_of, written
from pdfs import NO_SOFFICE, SOFFICE, form_in_pdf, printed, rows_in, ruled, word_of
from printed_forms import FILES, changed, headed

from agent.documents.pdf import read_pdf
from agent.model.document import Paragraph, Table

pytestmark = pytest.mark.skipif(SOFFICE is None, reason=NO_SOFFICE)

CONTROL = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
TICKED = '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'
LINES = [f"Line {number}." for number in range(60)]
OTHERS = {
    "headed": changed(ruled(written(*LINES, [["Name", "Robin"]])), headed),
    "fields": word_of(
        table_of(
            ["Name of Child", para(CONTROL.format("<w:text/>", run_of("Robin Alder")))],
            ["Looked after?", para(CONTROL.format(TICKED, run_of("☒")), " Yes")],
        )
    ),
    "looks": word_of(
        para(run_of("\uf0fe", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), " Wingdings")
        + para("Seen: ☒ Yes ☐ No")
        + para("Struck ", run_of("by mistake", "<w:strike/>"), " words")
        + para("Raised 17", run_of("th", '<w:vertAlign w:val="superscript"/>'), " May")
    ),
}


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return every file of this module printed to PDF, by its name."""
    return printed({**FILES, **OTHERS}, tmp_path_factory.mktemp("printed"))


def folded(answers: dict[str, Any], name: str) -> Any:
    """Return answers as they are, or without their line breaks where no lines tell cells apart."""
    text = repr(answers)
    return answers if name.endswith("ruled") else text.replace("\\n", " ")


@pytest.mark.parametrize("name", FILES)
def test_a_printed_form_gives_the_answers_of_the_word_form(pdfs, name):
    word, pdf = form_of(FILES[name]), form_in_pdf(pdfs[name], LAYOUTS)

    assert pdf is not None
    assert (pdf.layout, pdf.filled) == (word.layout, word.filled)
    assert folded(answered(pdf), name) == folded(answered(word), name)
    assert set(pdf.problems) == set(word.problems)


def test_places_tell_the_page(pdfs):
    form = form_in_pdf(pdfs["serious incident ruled"], LAYOUTS)

    assert form is not None
    assert place_of(form, "child_name") == "f.pdf, page 1 paragraph 3"
    assert place_of(form, "child_dob") == "f.pdf, page 1 table 3 row 2 cell 2"
    assert place_of(form, "summary") == "f.pdf, page 2 table 4 row 1 cell 1"


def test_what_is_printed_on_every_page_is_nobodys_answer(pdfs):
    blocks, told = read_pdf(pdfs["headed"])
    header, *lines, table = blocks

    assert header == Paragraph("OFFICIAL-SENSITIVE Northshire Partnership", "header 1")
    assert [one.text for one in lines if isinstance(one, Paragraph)] == LINES
    assert isinstance(table, Table)
    assert [cell.text for cell in table.rows[0]] == ["Name", "Robin"]
    assert told == ()


def test_controls_are_read_where_they_are_printed(pdfs):
    assert rows_in(pdfs["fields"]) == [["Name of Child", "Robin Alder"], ["Looked after?", "☒ Yes"]]


def test_symbols_raised_letters_and_strokes_are_read_as_they_look(pdfs):
    assert rows_in(pdfs["looks"]) == [
        ["☑ Wingdings"],
        ["Seen: ☒ Yes ☐ No"],
        ["Struck words"],
        ["Raised 17th May"],
    ]
    assert read_pdf(pdfs["looks"])[1] == ("struck_through",)
