"""`mailbox-agent form read`: what a person is shown of a document, whatever its format."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from forms import ROBIN, TITLE, read, write_form
from mails import WORD, mail
from more_forms import LAYOUTS, answered, form_of, written
from msgfile import msg_file
from old_forms import needs_libreoffice, save_as
from pdfs import NO_SOFFICE, SOFFICE, printed, ruled

from agent.formshow import FORM_PROBLEMS, json_of
from agent.formview import view_document

KEYS = [
    *("file", "format", "layout", "kind", "filled", "fields", "field_sources", "confidence"),
    *("problems", "warnings", "problem"),
]
FORM = write_form(ROBIN)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "form", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "80"},
        cwd=Path(__file__).parent.parent,
    )


def saved(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def rows_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_word_form_is_shown_field_by_field_in_the_order_of_the_paper(tmp_path):
    content = write_form({**ROBIN, "summary": "Robin was found unresponsive at home. " * 20})
    done = command("read", saved(tmp_path, "form.docx", content))

    assert done.returncode == 0
    assert "Form lewisham-serious-incident (serious_incident_referral), filled in" in done.stdout
    assert f"“{TITLE}”" in done.stdout
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    fields = [line.split()[0] for line in lines if line[:1].isalpha() and "  " in line]
    shown = [name for name in fields if name in answered(form_of(content))]
    assert shown[:4] == ["child_name", "referral_date", "referrer_name", "referrer_agency"]
    assert shown[-1] == "chronology"
    at = next(index for index, line in enumerate(lines) if line.startswith("child_dob"))
    assert lines[at].split() == ["child_dob", "100%", "2021-05-04"]
    assert lines[at + 1].strip() == "table 3 row 2 cell 2"
    assert "name       relationship  dob" in done.stdout
    assert "Problem: The answer only says where to look:\n  Address of location" in done.stdout
    assert "child_religion                   (empty)" in done.stdout


def test_a_blank_form_is_said_to_be_blank(tmp_path):
    done = command("read", saved(tmp_path, "blank.docx", write_form({})))
    assert "blank: no question has an answer" in " ".join(done.stdout.split())
    assert "Under no label" not in done.stdout


@needs_libreoffice
def test_an_odt_is_read_like_the_word_file_it_came_from(tmp_path):
    content = save_as(FORM, "form.docx", "odt", tmp_path)
    (row,) = rows_of(command("read", saved(tmp_path, "copy.odt", content), "--json"))

    assert list(row) == KEYS
    assert (row["format"], row["layout"], row["filled"]) == ("odt", *expected_of(FORM))
    assert row["fields"] == json_row(FORM)["fields"]
    assert row["field_sources"]["child_dob"] == "copy.odt, table 3 row 2 cell 2"


@pytest.mark.skipif(SOFFICE is None, reason=NO_SOFFICE)
def test_a_pdf_is_read_with_the_page_of_each_answer(tmp_path):
    content = printed({"form": ruled(FORM)}, tmp_path)["form"]
    (row,) = rows_of(command("read", saved(tmp_path, "print.pdf", content), "--json"))

    assert (row["format"], row["fields"]["child_name"]) == ("pdf", "Robin Alder")
    assert row["field_sources"]["child_dob"].startswith("print.pdf, page 1")
    assert set(row["confidence"]) == set(row["field_sources"])


def test_a_mail_is_read_file_by_file_and_its_own_words_last(tmp_path):
    files = [("form.docx", FORM, WORD), ("notes.bin", b"\0\1\2", "application/octet-stream")]
    raw = mail(body="Name of child: see attached.\nSent from my phone.\n", attachments=files)
    rows = rows_of(command("read", saved(tmp_path, "mail.eml", raw), "--json"))

    assert [(row["file"], row["format"], row["problem"]) for row in rows] == [
        ("form.docx", "docx", None),
        ("notes.bin", "unknown", "not_read_yet"),
        ("mail body", "body", None),
    ]
    assert rows[0]["fields"]["child_name"] == "Robin Alder"
    assert rows[2] == {**dict.fromkeys(KEYS), **rows[2]}
    shown = command("read", tmp_path / "mail.eml").stdout
    assert "Not read: The agent does not read this kind of file yet" in shown
    assert "Sent from my phone." in shown


def test_a_form_typed_into_a_mail_is_read_there(tmp_path):
    lines = [TITLE, *(f"{label}: {text}" for label, text in TYPED.items())]
    raw = mail(body="\n".join(lines) + "\n")
    (row,) = rows_of(command("read", saved(tmp_path, "mail.eml", raw), "--json"))
    assert (row["file"], row["fields"]["child_dob"]) == ("mail body", "2021-05-04")


TYPED = {
    "Name of Child": "Robin Alder",
    "Date of Birth": "4/5/21",
    "Home address": "2 Harbour Row",
    "Gender": "Male",
    "Ethnic Origin": "White British",
    "Disability": "None known",
    "Is the child/young person looked after?": "No",
    "Carer at time of incident": "Mother",
    "Address of location of incident": "At home",
}


def test_a_mail_saved_by_outlook_is_read_too(tmp_path):
    content = msg_file(("form.docx", FORM), body="Our referral is attached.")
    rows = rows_of(command("read", saved(tmp_path, "mail.msg", content), "--json"))
    assert [row["file"] for row in rows] == ["form.docx", "message body.txt"]
    assert rows[0]["layout"] == "lewisham-serious-incident"


def test_an_area_may_be_named_whose_forms_are_meant(tmp_path):
    file = saved(tmp_path, "form.docx", FORM)
    (row,) = rows_of(command("read", file, "--partnership", "lewisham", "--json"))
    assert row["layout"] == "lewisham-serious-incident"

    done = command("read", file, "--partnership", "nowhere")
    assert done.returncode == 78
    assert "There is no partnership `nowhere`" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.docx", b"", "Not read: The file has no content."),
        ("cut.docx", FORM[:2000], "Not read: The file is damaged and cannot be opened."),
        ("tool.exe", b"MZ\x90\0", "Not read: The file is a program or a link to one"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_65_and_the_reason(tmp_path, name, content, words):
    done = command("read", saved(tmp_path, name, content))
    assert done.returncode == 65
    assert words in done.stdout
    assert done.stderr.strip().endswith("nothing in it could be read.")


def test_a_missing_file_and_a_folder_are_said_to_be_so(tmp_path):
    missing, folder = command("read", tmp_path / "no.docx"), command("read", tmp_path)
    assert (missing.returncode, folder.returncode) == (65, 65)
    assert missing.stderr.strip().endswith("no.docx: there is no such file.")
    assert "it is a folder" in folder.stderr
    assert missing.stdout == folder.stdout == ""


def test_text_of_a_document_never_steers_the_terminal(tmp_path):
    text = "\x9b31m[bold]Minutes[/bold]\u202e of the day\n"
    done = command("read", saved(tmp_path, "notes.txt", text.encode()))
    assert "[bold]Minutes[/bold] of the day" in done.stdout
    assert not {"\x1b", "\x9b", "\u202e"} & set(done.stdout)


def json_row(content: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(json_of(view_document(read(content), LAYOUTS)))
    return row


def expected_of(content: bytes) -> tuple[str, bool]:
    form = form_of(content)
    return form.layout, form.filled


def left_over(content: bytes) -> list[tuple[str, str]]:
    view = view_document(read(content), LAYOUTS)
    return [(one.place, one.text) for one in view.unassigned]


def test_what_stands_under_no_label_is_shown_with_its_place():
    rows = [["Gender", "Male"], ["Shoe size", "31"], ["Disability", "No"], ["No", ""]]
    labels = [[label, "x"] for label in TYPED if label not in ("Gender", "Disability")]
    content = written(
        *(TITLE, "Dear colleagues,", "1.1 Child's Details", labels, rows),
        "1.2 Details of Family Members and any Significant Others",
        [["Name and Address", "Relationship to Child", "Star sign"], ["Jo Alder", "Mother", "Leo"]],
        header="Printed by Anna",
    )
    assert left_over(content) == [
        ("header 1", "Printed by Anna"),
        ("paragraph 2", "Dear colleagues,"),
        ("table 2 row 2 cell 1", "Shoe size"),
        ("table 2 row 2 cell 2", "31"),
        ("table 2 row 4 cell 1", "No"),
        ("table 3 row 1 cell 3", "Star sign"),
        ("table 3 row 2 cell 3", "Leo"),
    ]


@pytest.mark.parametrize("content", [FORM, write_form({})])
def test_nothing_is_left_over_of_a_form_that_is_known_whole(content):
    assert left_over(content) == []


def test_answers_that_are_not_kept_are_shown_as_such():
    view = view_document(read(FORM), LAYOUTS)
    assert [(one.place, one.text) for one in view.not_kept] == [
        ("table 2 row 2 cell 3", "01632 960112")
    ]


def test_a_document_that_is_no_form_is_shown_as_it_stands():
    view = view_document(read(written("Minutes", [["Present", "Anna"]])), LAYOUTS)
    assert view.form is None
    assert [one.text for one in view.unassigned] == ["Minutes", "Present", "Anna"]


def test_every_problem_of_a_form_has_words_for_a_person():
    package = Path(__file__).parent.parent / "agent"
    code = "".join(
        (package / name).read_text() for name in ("sheet.py", "answertypes.py", "extract.py")
    )
    given = set(re.findall(r'Problem\("(\w+)"', code))
    given |= set(re.findall(r'else "(\w+)"$', code, re.MULTILINE))

    assert len(given) >= 7
    assert given <= FORM_PROBLEMS.keys(), given - FORM_PROBLEMS.keys()
