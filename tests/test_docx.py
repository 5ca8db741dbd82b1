"""Word files as people really send them: what is read, where it stands, and what is refused."""

import struct

import pytest
from forms import (
    ROBIN,
    cell_of,
    para,
    read,
    row_of,
    run_of,
    table_of,
    word_file,
    write_form,
    zip_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.documents import read as read_part
from agent.model.document import PROBLEMS, Document, Paragraph, Table
from agent.model.message import Part

FORM = write_form(ROBIN)


def texts(content: bytes) -> list[str]:
    """Return the texts of a file's paragraphs."""
    return [block.text for block in read(content).blocks if isinstance(block, Paragraph)]


def only_table(content: bytes) -> Table:
    """Return the one table of a file."""
    (table,) = (block for block in read(content).blocks if isinstance(block, Table))
    return table


def control(content: str, settings: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{settings}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def legacy_field(settings: str, result: str = "") -> str:
    separate = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + result if result else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{settings}</w:ffData></w:fldChar></w:r>'
        "<w:r><w:instrText> FORMTEXT </w:instrText></w:r>"
        f'{separate}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_every_word_has_its_place_in_the_file():
    nested = cell_of(table_of(["Inner"]) + para("Outer"))
    document = read(
        word_file(para("One") + para() + para("Two") + table_of(["a", "b"], ["c", nested]))
    )

    one, two, table = document.blocks
    assert isinstance(table, Table)
    assert (one.place, two.place, table.place) == ("paragraph 1", "paragraph 3", "table 1")
    cell = table.rows[1][1]
    assert (cell.text, cell.place) == ("Outer", "table 1 row 2 cell 2")
    assert cell.nested[0].rows[0][0].place == "table 1 row 2 cell 2 table 1 row 1 cell 1"


def test_line_breaks_stay_in_a_cell_and_fold_in_a_paragraph():
    broken = run_of("2 Harbour Row") + "<w:r><w:br/></w:r>" + run_of("Southwood")
    content = word_file(para(broken) + table_of([para(broken) + para("Northshire")]))

    assert texts(content) == ["2 Harbour Row Southwood"]
    assert only_table(content).rows[0][0].text == "2 Harbour Row\nSouthwood\nNorthshire"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (control(run_of("4 May 2021"), "<w:date/>"), "4 May 2021"),
        (control(run_of("Click here"), "<w:showingPlcHdr/>"), ""),
        (control(run_of("kept"), '<w:showingPlcHdr w:val="0"/>'), "kept"),
        (control(run_of("?"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>'), "☒"),
        (control(run_of("?"), '<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>'), "☐"),
        (legacy_field("<w:textInput/>", run_of("Robin")), "Robin"),
        (legacy_field("<w:checkBox><w:checked/></w:checkBox>"), "☒"),
        (legacy_field('<w:checkBox><w:default w:val="0"/></w:checkBox>'), "☐"),
        (
            legacy_field(
                '<w:ddList><w:result w:val="1"/><w:listEntry w:val="No"/>'
                '<w:listEntry w:val="Yes"/></w:ddList>',
                run_of("Yes"),
            ),
            "Yes",
        ),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run_of(" Yes"), "☑ Yes"),
        (run_of("\uf0a8 No"), "☐ No"),
        (f"<w:hyperlink>{run_of('a link')}</w:hyperlink>", "a link"),
        (run_of("a") + "<w:r><w:tab/></w:r>" + run_of("b"), "a b"),
    ],
)
def test_controls_fields_and_symbols_are_read(xml, text):
    assert only_table(word_file(table_of(["label", para(xml)]))).rows[0][1].text == text


def test_a_cell_that_is_a_content_control_keeps_its_place_in_the_row():
    """Cells that the usual library does not see make answers slide under the wrong label."""
    row = row_of("first", control(cell_of("second")), "third")
    shown = row_of("first", control(cell_of("Click or tap here"), "<w:showingPlcHdr/>"), "third")
    table = only_table(word_file(f"<w:tbl>{control(row)}{shown}</w:tbl>"))

    assert [cell.text for cell in table.rows[0]] == ["first", "second", "third"]
    assert [cell.text for cell in table.rows[1]] == ["first", "", "third"]


def test_merged_cells_stand_once_and_leave_their_place_below():
    wide = cell_of("wide", '<w:gridSpan w:val="2"/>')
    tall = cell_of("tall", '<w:vMerge w:val="restart"/>')
    below = cell_of("", "<w:vMerge/>")
    table = only_table(word_file(table_of([wide, tall], ["a", "b", below])))

    assert [cell.text for cell in table.rows[0]] == ["wide", "tall"]
    assert [cell.text for cell in table.rows[1]] == ["a", "b", ""]
    assert table.rows[1][2].place == table.rows[0][1].place == "table 1 row 1 cell 2"


def test_insertions_are_read_deletions_are_not_and_a_person_is_told():
    moved = f"<w:moveFrom>{run_of('from')}</w:moveFrom><w:moveTo>{run_of('to')}</w:moveTo>"
    deleted = "<w:del><w:r><w:delText>Kim</w:delText></w:r></w:del>"
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell_of('gone')}</w:tr>"
    content = word_file(
        para(deleted + f"<w:ins>{run_of('Robin ')}</w:ins>" + moved)
        + f"<w:tbl>{gone}{row_of('stays')}</w:tbl>"
    )

    assert texts(content) == ["Robin to"]
    assert [row[0].text for row in only_table(content).rows] == ["stays"]
    assert read(content).warnings == ("tracked_changes",)


def test_hidden_text_is_left_out_with_a_warning():
    content = word_file(para("seen ", run_of("another child", "<w:vanish/>")))

    assert texts(content) == ["seen"]
    assert read(content).warnings == ("hidden_text",)


def test_a_text_box_is_read_once_although_word_writes_it_twice():
    words = f"<w:txbxContent>{para('In the box')}</w:txbxContent>"
    new = f"<mc:Choice><w:drawing><wps:txbx>{words}</wps:txbx></w:drawing></mc:Choice>"
    old = f"<mc:Fallback><w:pict><v:textbox>{words}</v:textbox></w:pict></mc:Fallback>"
    drawing = f"<w:r><mc:AlternateContent>{new}{old}</mc:AlternateContent></w:r>"

    blocks = read(word_file(para("Before ", drawing))).blocks
    assert [(block.text, block.place) for block in blocks if isinstance(block, Paragraph)] == [
        ("Before", "paragraph 1"),
        ("In the box", "text box 1 paragraph 1"),
    ]


def test_the_main_part_is_found_where_the_package_says():
    content = zip_of(
        {
            "_rels/.rels": b'<Relationships><Relationship Type="http://x.example/officeDocument" '
            b'Target="/word/document2.xml"/></Relationships>',
            "word/document2.xml": b'<w:document xmlns:w="http://purl.oclc.org/ooxml/'
            b'wordprocessingml/main"><w:body><w:p><w:r><w:t>strict</w:t></w:r></w:p></w:body>'
            b"</w:document>",
        }
    )

    assert texts(content) == ["strict"]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
CELLS = "<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 200_000 + "</w:tr></w:tbl>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
UTF_16 = f"{EXTERNAL}<w:document xmlns:w='x'/>".encode("utf-16")


def deep_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth


@pytest.mark.parametrize(
    ("name", "content", "format_", "problem"),
    [
        ("bomb.docx", word_file(" " * 40_000_000), "docx", "too_complex"),
        ("padded.docx", word_file(" " * 8_000_000), "docx", "too_complex"),
        ("laughs.docx", word_file(para("&c;"), LAUGHS), "docx", "unsafe_xml"),
        ("external.docx", word_file(para("&secret;"), EXTERNAL), "docx", "unsafe_xml"),
        ("utf16.docx", zip_of({"word/document.xml": UTF_16}), "docx", "unsafe_xml"),
        ("cells.docx", word_file(CELLS), "docx", "too_complex"),
        ("deep.docx", word_file(deep_tables(60)), "docx", "too_complex"),
        ("deeper.docx", word_file(deep_tables(5_000)), "docx", "too_complex"),
        ("many.docx", zip_of({f"word/{n}.xml": b"" for n in range(3_000)}), "docx", "too_complex"),
        ("cut.docx", FORM[: len(FORM) // 2], "docx", "broken"),
        ("no body.docx", zip_of({"word/document.xml": b"<x/>"}), "docx", "broken"),
        ("no part.docx", zip_of({"word/styles.xml": b"<x/>"}), "docx", "broken"),
        ("blank.docx", word_file(para()), "docx", "empty"),
        ("nothing.docx", b"", "unknown", "empty"),
        ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
        ("old.doc", OLE + "WordDocument".encode("utf-16-le"), "doc", "needs_conversion"),
        ("form.pdf", b"%PDF-1.7\n", "pdf", "broken"),
        ("form.docx", b"%PDF-1.7\n", "pdf", "broken"),
        ("form.docx", b"{\\rtf1 hello}", "rtf", "needs_conversion"),
        ("scan.docx", b"\xff\xd8\xff\xe0" + bytes(64), "image", "not_read_yet"),
        ("sheet.docx", zip_of({"xl/workbook.xml": b""}), "xlsx", "broken"),
        ("files.docx", zip_of({"a.txt": b"a"}), "zip", "not_read_yet"),
        ("odd.docx", bytes(range(256)), "unknown", "not_read_yet"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name, content, format_, problem):
    document = read(content, name)

    assert (document.format, document.problem) == (format_, problem)
    assert document.blocks == ()
    assert problem in PROBLEMS


def test_an_open_document_text_is_told_from_other_packages():
    content = zip_of({"mimetype": b""})
    odt = content[:30] + b"mimetypeapplication/vnd.oasis.opendocument.text" + content[38:]

    assert read(odt).format == "odt"


def test_a_form_renamed_to_pdf_is_still_read():
    assert (read(FORM, "form.pdf").format, read(FORM, "form.pdf").problem) == ("docx", None)


def test_a_zip_with_a_password_says_so():
    content = bytearray(word_file(para("secret")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", content, content.index(mark) + offset, 1)

    assert read(bytes(content)).problem == "password"


@given(st.binary(max_size=2_000))
def test_no_bytes_make_reading_fail(content):
    assert isinstance(read_part(Part("a.docx", "", content)), Document)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(FORM) - 1), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    st.integers(0, len(FORM)),
)
def test_no_damage_to_a_real_form_makes_reading_fail(changes, length):
    content = bytearray(FORM)
    for place, junk in changes:
        content[place : place + len(junk)] = junk

    assert isinstance(read_part(Part("a.docx", "", bytes(content[:length]))), Document)


@given(st.text(alphabet='<>/w:tcprblsdx="&; 0aé', max_size=200))
def test_no_xml_makes_reading_fail(xml):
    assert isinstance(read(word_file(xml)), Document)
