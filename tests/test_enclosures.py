"""The Word files that go with letters are filled with what is known, and with nothing else."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest

from agent.config import shipped
from agent.enclosures import WORD, DocumentTemplates, load_documents, render_enclosure
from agent.errors import LetterRefused, RuleError
from agent.model.draft import Enclosure
from agent.prefill import UNKNOWN
from tests.prefilled import (
    DUE_WORDS,
    filled,
    letter_values,
    words,
)

FORM, LETTER = "forms/scoping.docx", "letters/scoping-letter.docx"
HOSTILE = "{{ 7 * 7 }} {% raw %} <w:p>x</w:p> & ]]> =cmd|'/c calc'!A1 \x00\x1b"
SAFE = HOSTILE.replace("\x00\x1b", "").strip()


def template(body: str) -> bytes:
    """Return a Word file with one paragraph of these words."""
    word, saved = docx.Document(), io.BytesIO()
    word.add_paragraph(body)
    word.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("name", ["child_name", "summary", "period", "child_address"])
def test_what_a_value_says_stays_text(name: str) -> None:
    content = filled(FORM, {**letter_values("lewisham"), name: HOSTILE}, "lewisham")

    assert SAFE in words(content)
    assert "49" not in words(content)


def test_a_line_break_in_a_value_is_one_in_the_form() -> None:
    values = {**letter_values("lewisham"), "summary": "One.\r\nTwo.\n\tThree."}

    assert "One.\nTwo.\nThree." in words(filled(FORM, values, "lewisham"))


def test_the_letter_has_the_four_asks_and_no_facts_of_the_child() -> None:
    text = words(filled(LETTER, letter_values("northshire")))

    for said in (
        "Morgan Quill, Detective Inspector",
        DUE_WORDS,
        "Wednesday 6 January 2027 at 10.00 am, Room 2",
        "Monday 21 December 2026",
        "Tell us whether you were involved",
        "Fill in the form",
        "Secure your records",
        "Keep what you send us separate",
        "If the child and the family are not known to you",
    ):
        assert said in text
    assert not re.search("Robin|Alder|Harbour", text)


def test_the_letter_leaves_out_a_meeting_that_is_not_set() -> None:
    text = words(filled(LETTER, {**letter_values("northshire"), "meeting": "", "basis": ""}))

    assert "The rapid review meeting" not in text
    assert "By when" in text


def test_the_same_values_make_the_same_bytes() -> None:
    assert filled(FORM, letter_values("leeds"), "leeds") == filled(
        FORM, letter_values("leeds"), "leeds", load_documents([shipped("templates")])
    )


def test_an_offices_own_file_comes_before_the_areas_and_the_shared_one(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / FORM).write_bytes(template("Our own form for {{ child_name }}"))
    (tmp_path / "forms/~$oping.docx").write_bytes(b"left by Word")
    known = load_documents([tmp_path, shipped("templates")])

    assert "Our own form for Robin Alder" in words(
        filled(FORM, letter_values("leeds"), "leeds", known)
    )
    assert "Our own form" not in words(filled(FORM, letter_values("lewisham"), "lewisham", known))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ nobody_knows }}", "'nobody_knows' is undefined"),
        ("{{ one.two }}", "'one' is undefined"),
        ("{% for x %}", "expected token"),
        ("{{ child_name.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_wrong_template_is_named_and_nothing_is_made(body: str, said: str) -> None:
    known = DocumentTemplates({"forms/own.docx": template(body)})

    with pytest.raises(RuleError, match=rf"templates/forms/own\.docx: .*{said}"):
        filled("forms/own.docx", letter_values("leeds"), "leeds", known)


def test_a_template_that_is_missing_or_no_word_file_is_found_by_the_check() -> None:
    known = DocumentTemplates({"forms/own.docx": b"words"})

    with pytest.raises(RuleError, match=r"templates/forms/other\.docx: there is no such"):
        known.check("leeds", ["forms/other.docx"])
    with pytest.raises(RuleError, match=r"templates/forms/own\.docx: this is no Word file"):
        known.check("leeds", ["forms/own.docx"])


def test_other_files_go_as_they_are_and_never_empty() -> None:
    calendar = Enclosure("x meeting.ics", content=b"BEGIN", content_type="text/calendar")
    known = DocumentTemplates({})

    assert render_enclosure(calendar, known, "leeds") == (
        "x meeting.ics",
        "text/calendar",
        b"BEGIN",
    )
    with pytest.raises(LetterRefused, match=r"x\.ics"):
        render_enclosure(Enclosure("x.ics"), known, "leeds")


def test_a_filled_file_is_a_whole_word_file() -> None:
    known = load_documents([shipped("templates")])
    one = Enclosure("x form.docx", FORM, letter_values("lewisham"))

    filename, content_type, content = render_enclosure(one, known, "lewisham")

    assert (filename, content_type) == ("x form.docx", WORD)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        every = b"".join(package.read(part) for part in package.namelist())
    assert b"{{" not in every
    assert b"{%" not in every
    assert UNKNOWN.encode() in every
