"""Text files, delimited values, HTML files and pasted text become blocks with their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.documents.html import MAX_NESTING, read_html
from agent.documents.package import Unreadable
from agent.documents.text import MAX_LINES, read_plain, read_text
from agent.model.document import Block, Paragraph, Table


def shown(blocks: tuple[Block, ...]) -> list[object]:
    """Return the words of paragraphs, and of tables row by row."""
    return [
        one.text
        if isinstance(one, Paragraph)
        else [[cell.text for cell in row] for row in one.rows]
        for one in blocks
    ]


def page(html: str) -> list[object]:
    return shown(read_html(html.encode())[0])


def plain(text: str) -> list[object]:
    return shown(read_plain(text))


def text_file(content: bytes) -> list[object]:
    return shown(read_text(content)[0])


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_file_is_read_in_the_character_set_it_was_saved_in(charset):
    assert text_file("Name: Zo\u00eb \u2013 aged 4".encode(charset)) == [
        "Name: Zo\u00eb \u2013 aged 4"
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimited_values_are_a_table(delimiter):
    rows = [["Name of child", "Robin Alder"], ["Address", "2 Harbour Row\nSouthwood"], ["GP", ""]]
    quoted = (delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (table,), warnings = read_text("\r\n".join(quoted).encode())

    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == rows
    assert (table.rows[1][1].place, warnings) == ("row 2 cell 2", ())


@pytest.mark.parametrize(
    "text",
    [
        "Dear Anna,\nThanks, bye\nMorgan, DI",
        "Robin, who is 5, fell\non Monday, we think, at home",
        "Dear team,\nplease, help",
        'An unclosed "quote, here\nand, there',
        "one line, only",
    ],
)
def test_a_letter_with_commas_is_no_table(text):
    assert text_file(text.encode()) == text.split("\n")


def test_each_line_is_a_paragraph_with_its_number():
    blocks = read_plain("Name of child: Robin Alder\n\n\nGender - male\n")

    assert blocks == (
        Paragraph("Name of child: Robin Alder", "line 1"),
        Paragraph("Gender - male", "line 4"),
    )


def test_folded_lines_are_whole_again_and_labels_still_begin_their_own():
    text = (
        "Please provide a brief outline of the child and family circumstances and\n"
        "the incident that triggered this referral:\n"
        "Robin was found unresponsive at home on Tuesday morning and was taken to\n"
        "Southwood Hospital, where he is in intensive care with injuries that the\n"
        "doctors cannot explain.\n"
        "Mother said that he fell. Nobody else was at home at the time of it all.\n"
        "Gender: male\n"
    )
    assert plain(text) == [
        "Please provide a brief outline of the child and family circumstances and the incident "
        "that triggered this referral:",
        "Robin was found unresponsive at home on Tuesday morning and was taken to Southwood "
        "Hospital, where he is in intensive care with injuries that the doctors cannot explain.",
        "Mother said that he fell. Nobody else was at home at the time of it all.",
        "Gender: male",
    ]


def test_lines_that_were_never_folded_are_kept_apart():
    long = "Robin was found unresponsive " * 6
    assert plain(f"{long}\nnext line\n") == [long.strip(), "next line"]


@pytest.mark.parametrize(
    "text",
    [
        "Agency\tContact\nSchool\t01632 960150\n",
        "Agency\tContact\n\nSchool\t01632 960150\n",
        "| Agency | Contact |\n|--------|--------|\n| School | 01632 960150 |\n",
        "+---+---+\n| Agency | Contact |\n+---+---+\n| School | 01632 960150 |\n+---+---+\n",
        "Agency | Contact\nSchool | 01632 960150\n",
        "Agency    Contact\nSchool    01632 960150\n",
        "*Agency*\t*Contact*\nSchool\t01632 960150<tel:01632960150>\n",
    ],
)
def test_a_table_in_plain_text_is_one_whatever_parts_its_cells(text):
    assert plain(text) == [[["Agency", "Contact"], ["School", "01632 960150"]]]


def test_cells_know_their_line():
    (table,) = read_plain("\nAgency\tContact\n\nSchool\t01632 960150\n")

    assert isinstance(table, Table)
    assert (table.place, table.rows[1][1].place) == ("line 2", "line 4 cell 2")


def test_cells_left_empty_at_the_end_of_a_line_are_still_there():
    text = "Name\tRelationship\tEthnic Origin\tStatus\nJo Alder\tMother\tWhite\n"

    assert plain(text)[0][1] == ["Jo Alder", "Mother", "White", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name of child\tRobin Alder", "Name of child\nRobin Alder"),
        ("Name of child      Robin Alder", "Name of child\nRobin Alder"),
        ("He was seen.  She was not.", "He was seen. She was not."),
        ("He was seen.    She was not.", "He was seen. She was not."),
        ("Gender: Male | Female", "Gender: Male | Female"),
        ("\tindented", "indented"),
    ],
)
def test_a_single_line_of_two_cells_is_a_paragraph_that_loses_no_word(text, expected):
    assert plain(text) == [expected]


def test_more_lines_than_anybody_types_are_refused():
    with pytest.raises(Unreadable, match="too_complex"):
        read_plain("x\n" * (MAX_LINES + 1))


def test_a_page_is_read_line_by_line_as_it_is_seen():
    html = (
        "<head><title>Draft</title><style>p{}</style></head><p>Name of <b>child</b>:\n Robin<br>"
        "Gender: male</p><script>no()</script><ul><li>one<li>two</ul><pre>a\nb</pre><!-- no -->"
    )
    expected = ["Name of child: Robin", "Gender: male", "one", "two", "a", "b"]

    assert page(html) == expected
    assert read_html(html.encode())[0][3] == Paragraph("two", "paragraph 4")


def test_cells_merged_over_columns_stand_once_and_over_rows_are_empty_below():
    (table,), _ = read_html(
        b"<table><tr><td rowspan=2>Agency<td colspan=2>Contact<td rowspan=9>Why"
        b"<tr><td>Tel<td>Mail<tr><td>School<td>1<td>2</table>"
    )
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Agency", "Contact", "Why"],
        ["", "Tel", "Mail", ""],
        ["School", "1", "2", ""],
    ]
    assert table.rows[1][0].place == table.rows[0][0].place == "table 1 row 1 cell 1"
    assert table.rows[2][3].place == "table 1 row 1 cell 3"


def test_a_table_in_a_cell_is_nested_and_one_around_tables_is_none():
    html = "<table><tr><td>Family<table><tr><td>Jo<td>Mother</table><td>x</table>"
    (table,), _ = read_html(html.encode())
    assert isinstance(table, Table)
    assert table.rows[0][0].nested[0].place == "table 1 row 1 cell 1 table 1"

    framed = f"<table><tr><td><p>Referral</p>{html}<p>End</p></table>"
    assert page(framed) == ["Referral", [["Family", "x"]], "End"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<input type=checkbox checked>Yes <input type=checkbox>No", "\u2612Yes \u2610No"),
        ("<input type=radio>Yes <input type=radio checked>No", "\u2610Yes \u2612No"),
        ("Name <input value='Robin Alder'><input type=hidden value=7>", "Name Robin Alder"),
        ("<select><option>Yes<option selected>No</select>", "No"),
        ("Seen: <textarea>by the GP</textarea>", "Seen:"),
        ("<span style='font-family: Wingdings'>\u00fe</span> Yes", "\u2611 Yes"),
        ("<font face=Wingdings>\u00a7</font> Yes", "Yes"),
        ("\u2612 Yes \u2610 No", "\u2612 Yes \u2610 No"),
        ("<s>Yes</s> / No", "No"),
        ("<span style='text-decoration:line-through'>Yes</span>/No", "No"),
        ("<span style='background:yellow;mso-highlight:yellow'>Yes</span> / No", "Yes"),
        ("Yes / <mark>No</mark>", "No"),
        ("<span style='background:white'>Yes</span> / No", "Yes / No"),
        ("<span style='background-color: rgb(255, 255, 255)'>Yes</span> / No", "Yes / No"),
    ],
)
def test_ticks_and_marks_on_a_page_are_read_like_those_of_a_word_file(html, expected):
    assert page(html)[0] == expected
    assert page(f"<table><tr><td>{html}</table>")[0][0][0].split("\n")[0] == expected


def test_hidden_and_struck_words_are_left_out_and_told():
    html = "<div style='display: none'>secret</div><p>She <del>was seen</del> called.</p>"
    blocks, warnings = read_html(html.encode())

    assert (shown(blocks), warnings) == (["She called."], ("hidden_text", "struck_through"))


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<meta charset=windows-1252><p>Zo\u00eb".encode("cp1252"), None),
        ("<p>Zo\u00eb".encode("cp1250"), "windows-1250"),
        ("\ufeff<meta charset=windows-1252><p>Zo\u00eb".encode(), None),
        ("<p>Zo\u00eb".encode("utf-16"), None),
        ("<p>Zo\u00eb".encode(), "no-such-charset"),
    ],
)
def test_a_page_is_read_in_its_character_set(content, charset):
    assert shown(read_html(content, charset)[0]) == ["Zo\u00eb"]


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>" * (MAX_NESTING + 1),
        "<table>" + "<tr><td>x" * 20_001,
        "<br>" * 300_001,
        "x" * (10 * 1024 * 1024 + 1),
    ],
)
def test_a_page_made_to_be_endless_is_refused(html):
    with pytest.raises(Unreadable, match="too_complex"):
        read_html(html.encode())


def test_deep_nesting_alone_is_read():
    assert page("<div>" * 50_000 + "Name of child: Robin") == ["Name of child: Robin"]


TAGS = "<table> <tr> <td> </td> </tr> </table> <td/rowspan=2> <p> </p> <pre> <caption> <s> </s> x"


@given(st.lists(st.sampled_from([tag.replace("/r", " r") for tag in TAGS.split()]), max_size=60))
def test_no_page_makes_reading_fail(tags):
    assert isinstance(read_html("".join(tags).encode())[0], tuple)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(content):
    for read in (read_text, read_html):
        blocks, _ = read(content)
        assert all(isinstance(block, Paragraph | Table) for block in blocks)
