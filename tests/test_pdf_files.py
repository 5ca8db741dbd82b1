"""PDF files as they arrive: turned, in columns, scanned, locked, damaged, or made to do harm."""

import io
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import Pdf, box, dictionary, problem_of, rows_in, words, written_by
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from agent.documents.pdf import read_pdf
from agent.model.document import PROBLEMS

LINES = words(60, 790, "Name of Child: Robin Alder") + words(60, 776, "Gender: Male")
READ = [["Name of Child: Robin Alder"], ["Gender: Male"]]
PLAIN = Pdf().page(LINES).content()


def aslant(matrix: str, text: str) -> str:
    return f"BT /F1 11 Tf {matrix} Tm ({text}) Tj ET "


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_turned_by_its_scanner_or_printer_is_read(turn):
    assert rows_in(Pdf().page(LINES, Rotate=turn).content()) == READ


@pytest.mark.parametrize(
    ("first", "second"),
    [("0 1 -1 0 100 60", "0 1 -1 0 114 60"), ("0 -1 1 0 400 700", "0 -1 1 0 386 700")],
)
def test_a_page_written_sideways_is_read(first, second):
    drawing = aslant(first, READ[0][0]) + aslant(second, READ[1][0])

    assert rows_in(Pdf().page(drawing).content()) == READ


def test_a_field_on_a_turned_page_is_read_beside_its_label():
    pdf = Pdf().page(aslant("0 1 -1 0 100 60", "Name of Child"), Rotate=90)
    pdf.field("name", (90, 200, 105, 400), "Robin Alder")

    assert rows_in(pdf.content()) == [["Name of Child", "Robin Alder"]]


def test_a_watermark_is_no_part_of_the_text():
    draft = aslant("0.7 0.7 -0.7 0.7 100 700", "DRAFT")

    assert rows_in(Pdf().page(LINES + draft).content()) == READ


def test_prose_in_two_columns_is_read_one_column_after_the_other():
    text = [f"the child was seen at home on day {number} of the" for number in range(10, 22)]
    left = "".join(words(60, 700 - 13 * n, f"left {line}", 9) for n, line in enumerate(text))
    right = "".join(words(320, 700 - 13 * n, f"right {line}", 9) for n, line in enumerate(text))
    read = " ".join(row[0] for row in rows_in(Pdf().page(left + right).content()))

    assert read.index("left the child was seen at home on day 21") < read.index("right")
    assert read.count("right") == 12


def test_labels_left_and_answers_right_are_a_table_without_lines():
    drawing = "".join(
        words(60, 700 - 20 * row, label) + words(220, 700 - 20 * row, answer)
        for row, (label, answer) in enumerate(
            [("Name of Child", "Robin Alder"), ("Gender", "Male"), ("Disability", "None")]
        )
    )
    assert rows_in(Pdf().page(drawing).content()) == [
        ["Name of Child", "Robin Alder"],
        ["Gender", "Male"],
        ["Disability", "None"],
    ]


def test_shaded_cells_without_lines_are_a_table():
    """Word draws the shading of a cell, and again behind its words."""
    cells = [(60, "Name"), (210, "Robin")]
    shades = "".join(f"0.9 g {x} 695 149.6 15 re f {x + 5.4} 696 138.8 13 re f " for x, _ in cells)
    drawing = shades + "0 g " + "".join(words(x + 6, 700, text) for x, text in cells)

    assert rows_in(Pdf().page(drawing).content()) == [["Name", "Robin"]]


def test_an_answer_in_a_frame_keeps_its_lines():
    drawing = box(60, 600, 400, 100) + words(64, 680, "First.") + words(64, 666, "Second.")

    assert rows_in(Pdf().page(drawing).content()) == [["First.\nSecond."]]


def scanned(pdf: Pdf, text: str = "") -> Pdf:
    """Add a page that is a picture."""
    picture = StreamObject()
    picture.set_data(bytes(100))
    picture.update(
        dictionary(Type="/XObject", Subtype="/Image", Width=10, Height=10, BitsPerComponent=8)
    )
    picture[NameObject("/ColorSpace")] = NameObject("/DeviceGray")
    return with_object(pdf, f"q 595 0 0 842 0 0 cm /X Do Q {text}", picture)


def with_object(pdf: Pdf, drawing: str, content: StreamObject) -> Pdf:
    """Add a page that may draw `content` as /X."""
    pdf.page(drawing)
    resources = pdf.writer.pages[-1]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = objects(pdf, content)
    return pdf


def objects(pdf: Pdf, content: StreamObject) -> DictionaryObject:
    return DictionaryObject({NameObject("/X"): pdf.writer._add_object(content)})


def test_a_scan_says_so_and_what_a_machine_read_in_one_is_told():
    ocr = "3 Tr " + "".join(words(60, 700 - 14 * n, f"Line {n} of the form") for n in range(9))

    assert problem_of(scanned(Pdf()).content()) == "scan"
    assert problem_of(scanned(Pdf(), words(60, 830, "Fax 01632 960111")).content()) == "scan"
    assert read_pdf(scanned(Pdf().page(LINES)).content())[1] == ("scanned_pages",)
    assert read_pdf(scanned(Pdf(), ocr).content())[1] == ("ocr_text",)


def test_text_that_cannot_be_seen_is_left_out_with_a_warning():
    invisible = Pdf().page(LINES + "3 Tr " + words(60, 700, "another child"))
    cropped = Pdf().page(LINES + words(60, 40, "another child"), CropBox=[0, 100, 595, 842])

    for pdf in (invisible, cropped):
        assert rows_in(pdf.content()) == READ
        assert read_pdf(pdf.content())[1] == ("hidden_text",)


@pytest.mark.parametrize("way", ["RC4-128", "AES-128", "AES-256"])
def test_a_file_locked_against_changes_only_is_read(way):
    def locked(password: str) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PLAIN)))
        writer.encrypt(user_password=password, owner_password="owner", algorithm=way)
        return written_by(writer)

    assert rows_in(locked("")) == READ
    assert problem_of(locked("secret")) == "password"


def test_a_file_under_rights_management_says_so():
    payload = [{"Type": "/Filespec", "AFRelationship": "/EncryptedPayload"}]

    assert problem_of(Pdf().page(LINES).content(AF=payload)) == "rights_managed"


@pytest.mark.parametrize(
    ("kind", "entries", "told"),
    [
        ("Link", {"A": {"S": "/URI", "URI": "https://forms.example"}}, ("links",)),
        ("Link", {"A": {"S": "/URI", "URI": "mailto:anna@northshire.example"}}, ()),
        ("Text", {"Contents": "a note"}, ("comments",)),
        ("FileAttachment", {}, ("embedded_files",)),
    ],
)
def test_what_hangs_on_a_page_is_told(kind, entries, told):
    pdf = Pdf().page(LINES)
    pdf.mark(kind, (0, 0, 10, 10), **entries)

    assert read_pdf(pdf.content())[1] == told


def test_scripts_and_files_inside_are_told():
    script = {"S": "/JavaScript", "JS": "app.alert(1)"}
    content = Pdf().page(LINES).content(OpenAction=script, Names={"EmbeddedFiles": {"Names": []}})

    assert read_pdf(content)[1] == ("embedded_files", "javascript")


def drawing_of(pdf: Pdf, content: bytes, inner: StreamObject | None = None) -> StreamObject:
    drawing = StreamObject()
    drawing.set_data(content)
    drawing.update(dictionary(Type="/XObject", Subtype="/Form", BBox=[0, 0, 600, 900]))
    if inner is not None:
        drawing[NameObject("/Resources")] = dictionary(XObject=objects(pdf, inner))
    return drawing


def ten_times_ten() -> bytes:
    """Return a file of a few bytes that draws a thousand million letters."""
    pdf = Pdf()
    drawing = drawing_of(pdf, b"BT (x) Tj ET ")
    for _ in range(9):
        drawing = drawing_of(pdf, b"/X Do " * 10, drawing)
    return with_object(pdf, "/X Do", drawing).content()


def bomb() -> bytes:
    """Return a file whose page unpacks to 30 MB."""
    pdf = Pdf().page()
    content = StreamObject()
    content.set_data(b" " * 30_000_000)
    reference = pdf.writer._add_object(content.flate_encode())
    pdf.writer.pages[0][NameObject("/Contents")] = reference
    return pdf.content()


def many_pages() -> bytes:
    pdf = Pdf()
    for _ in range(101):
        pdf.page()
    return pdf.content()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "too_complex"),
        (ten_times_ten(), "too_complex"),
        (many_pages(), "too_complex"),
        (PLAIN[:500], "broken"),
        (b"%PDF-1.7\n", "broken"),
        (b"", "broken"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, code):
    assert problem_of(content) == code
    assert code in PROBLEMS


def test_an_empty_page_has_no_blocks_and_bytes_before_the_file_do_no_harm():
    assert read_pdf(Pdf().page().content()) == ((), ())
    assert rows_in(b"X-Header: 1\r\n" + PLAIN) == READ


def test_a_page_of_squared_paper_is_no_table():
    squares = "".join(f"{x} 0 m {x} 842 l S 0 {x} m 595 {x} l S " for x in range(0, 590, 5))

    assert rows_in(Pdf().page(squares + LINES).content()) == READ


FORM = (
    Pdf()
    .page(LINES + box(60, 600, 200, 20) + words(64, 606, "Disability"))
    .field("a", (150, 602, 250, 618), "None")
    .content()
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(FORM) - 1), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    st.integers(0, len(FORM)),
)
def test_no_damage_raises_anything_but_unreadable_and_nothing_is_logged(changes, length):
    content = bytearray(FORM)
    for place, junk in changes:
        content[place : place + len(junk)] = junk
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    try:
        assert problem_of(bytes(content[:length])) in {None, *PROBLEMS}
    finally:
        logging.getLogger().removeHandler(handler)
    assert said.getvalue() == ""


@settings(deadline=None)
@given(st.text(alphabet="0123456789 .-mlhreSfqQBTET/F1TfTd()TjcmDoX\n", max_size=300))
def test_no_drawing_raises_anything_but_unreadable(drawing):
    assert problem_of(Pdf().page(drawing).content()) in {None, *PROBLEMS}
