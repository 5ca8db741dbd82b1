"""Mails and documents from outside, made ready to be shown: whatever they hold, nothing of it runs,
is fetched, or changes how the page reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from agent.model.document import Cell, Document, Paragraph, Table
from agent.parse import parse
from agent.shown import anchor_of, clean_html, files_of, harmless, mark_evidence, show_document
from tests.mails import mail

ALLOWED = {
    *("p", "br", "div", "span", "blockquote", "pre", "hr", "b", "strong", "i", "em", "u", "s"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "td", "th", "mark"),
}
EVIL = (
    "<script>alert(1)</script>",
    "<img src='http://evil.example/x.png' onerror=alert(1)>",
    "<a href='javascript:alert(1)'>go</a>",
    "<p style='background:url(//evil.example)' onclick=x>hello</p>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example>",
    "<form action=//evil.example><input name=x></form>",
    "<iframe src=//evil.example></iframe><object data=x></object><embed src=x>",
    "<style>@import url(//evil.example)</style><link rel=stylesheet href=//evil.example>",
    "<p id=main-content class=app-banner>I am the page</p>",
    "<td colspan='2' onmouseover=x>cell",
    "<div" * 5000,
)


def _checked(markup: Markup) -> str:
    """Return the words of a piece of markup, in which only what is allowed may stand."""
    root = html.fragment_fromstring(str(markup), create_parent="main")
    for element in root.iterdescendants():
        assert element.tag in ALLOWED, element.tag
        assert set(element.attrib) <= {"colspan", "rowspan"}, dict(element.attrib)
    return str(root.text_content())


@pytest.mark.parametrize("evil", EVIL, ids=lambda text: text[:30])
def test_nothing_of_a_mails_html_runs_or_is_fetched(evil):
    words = _checked(clean_html(f"<p>before</p>{evil}<p>after</p>"))
    assert "before" in words
    assert "alert(1)" not in words


def test_the_words_lists_and_tables_of_a_mail_stay():
    kept = clean_html("<h1>Title</h1><p>One <b>two</b></p><table><tr><td>x</td></tr></table>")
    assert "<b>two</b>" in kept
    assert "<td>x</td>" in kept
    assert "Title" in kept


@given(st.text())
def test_whatever_a_mails_html_is_only_harmless_marks_come_out(text):
    _checked(clean_html(text))


@given(st.text(), st.lists(st.text(), max_size=5))
def test_text_with_evidence_is_escaped_whatever_both_are(text, snippets):
    shown = _checked(mark_evidence(text, snippets))
    assert "".join(shown.split()) == "".join(harmless(text).split())


def test_evidence_is_marked_across_lines_and_whatever_signs_it_has():
    text = "We have (no\n record) of <this> child.\n\nNo   RECORD here."
    shown = mark_evidence(text, ["(no record)", "<this> child", "no record here"])
    assert shown.count("<mark>") == 3
    assert "<mark>(no<br> record)</mark>" in shown
    assert "<mark>&lt;this&gt; child</mark>" in shown


def test_marks_that_overlap_are_one():
    assert mark_evidence("abcdef", ["abc", "cde"]).count("<mark>") == 1


def test_signs_that_turn_the_reading_order_are_seen():
    assert harmless("invoice\u202efdp.exe") == "invoice\N{REPLACEMENT CHARACTER}fdp.exe"
    assert harmless("a\0b\x1bc\td\ne") == (
        "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\td\ne"
    )


def test_a_mail_of_many_megabytes_is_cut_with_a_word_about_it():
    shown = mark_evidence("word " * 100_000, ["word"])
    assert "too long to show here" in shown
    assert "too long to show here" in clean_html("<p>word</p>" * 100_000)


def test_files_are_named_with_what_is_dangerous_about_them():
    raw = mail(
        attachments=[
            ("report.docm", b"x", "application/octet-stream"),
            ("photo.jpg.exe", b"x" * 2048, "image/jpeg"),
            ("page.html", b"x", "text/html"),
            ("form.docx", b"x", "application/octet-stream"),
        ]
    )
    shown = files_of(parse(raw))
    assert [(one.number, one.risk) for one in shown] == [
        (1, "macros may run"),
        (2, "program"),
        (3, "a web page"),
        (4, ""),
    ]
    assert shown[1].size_bytes == 2048


def test_a_document_has_an_anchor_where_an_answer_came_from():
    nested = Table(((Cell("inner <b>", "table 1 row 1 cell 1 table 1 row 1 cell 1"),),), "x")
    document = Document(
        "form <x>.docx",
        "docx",
        (
            Paragraph("Name: Robin", "paragraph 1"),
            Table(((Cell("Alder\n<i>", "table 1 row 1 cell 1", (nested,)),),), "table 1"),
        ),
    )
    sources = {"child_name": "form <x>.docx, paragraph 1", "other": "another.docx, paragraph 1"}
    shown = show_document(document, sources).markup
    place = anchor_of("form <x>.docx, paragraph 1")
    assert f'id="{place}"' in shown
    assert shown.count("id=") == 1
    assert "Alder<br>&lt;i&gt;" in shown
    assert "inner &lt;b&gt;" in shown


@given(st.text())
def test_an_anchor_is_a_plain_word_whatever_the_file_is_called(name):
    assert set(anchor_of(name)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
