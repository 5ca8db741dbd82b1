"""The documents of a meeting in one zip and one PDF, with what is missing named."""

import io
import stat
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from docx import Document as word_file
from old_forms import needs_libreoffice
from pypdf import PdfReader
from typer.testing import CliRunner

from agent import packcli
from agent.config import shipped
from agent.errors import NotAuthorised, RefusedAct
from agent.meetingrules import PackRule
from agent.model.decision import AddEvents, EventFact, Note, Review
from agent.pack import Collected, Piece, collect
from agent.packpdf import Printer
from agent.packrelease import make_pack
from agent.predicates import PREDICATES
from agent.profile import Office, load_office
from agent.samples import write_referral_form
from agent.store import cases, work
from agent.store.casefiles import get_case_file
from agent.store.db import Database
from agent.store.files import FileStore
from tests.mails import MONDAY_9AM, WORD, mail
from tests.papers import (
    MANAGER,
    NOW,
    PDF_OF_GARBAGE,
    REF,
    REGISTER,
    SITE,
    Archive,
    picture,
    text_file,
)
from tests.stored import a_case


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A case on which three agencies were written to, and nothing has come in yet."""
    database = Database(f"sqlite:///{tmp_path}/agent.db", durable=False)
    database.migrate()
    office = load_office("northshire", SITE, REGISTER, (shipped("rules"),), frozenset(PREDICATES))
    letters = tuple(
        EventFact("scoping_sent", date(2026, 12, 23), "agent", {"agency": one.id})
        for one in REGISTER.agencies
    )
    with database.write() as session:
        cases.open_case(session, "northshire", a_case(), None, MONDAY_9AM)
        case = get_case_file(session, REF)[0].case
        change = AddEvents(REF, case.version, letters)
        cases.add_events(session, "northshire", change, None, MONDAY_9AM)
    yield Archive(tmp_path, database, FileStore(tmp_path / "files", durable=False), office)
    database.close()


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """The same case with a referral, minutes, one return and one nil return."""
    form = write_referral_form({"child_name": "Robin Sample", "summary": "Robin was found."})
    minutes = text_file("Minutes of the hospital meeting")
    attached = [("Robin Sample.docx", form, WORD), ("JAR minutes Robin.docx", minutes, WORD)]
    archive.receives("serious_incident_referral", mail(attachments=attached), 0)
    answer = text_file("The police hold two entries")
    files = [("return.docx", answer, WORD), ("scan.pdf", PDF_OF_GARBAGE, "application/pdf")]
    archive.receives("scoping_return", mail(subject="Return", attachments=files), 5, "police")
    nil = mail(subject="Re: letter", body="Nothing is known to us.\n")
    archive.receives("nil_return", nil, 6, "icb")
    return archive


def test_the_list_is_followed_and_what_is_missing_is_named(filled: Archive) -> None:
    found = filled.collected()

    assert [(one.name, one.filename) for one in found.pieces] == [
        ("Minutes of the Joint Agency Response meeting", "NS-2026-1-ABC-01-jar-minutes.docx"),
        ("Referral", "NS-2026-1-ABC-02-referral.docx"),
        ("Agency return, Northshire Police", "NS-2026-1-ABC-03-return.docx"),
        ("Agency return, Northshire Police", "NS-2026-1-ABC-04-return.pdf"),
        ("Agency return (nil), Northshire ICB", "NS-2026-1-ABC-05-return.txt"),
    ]
    assert [name for name, _ in found.missing] == [
        "The local authority's notification to the Panel",
        "Agency return, Council",
    ]
    assert found.missing[1][1] == "not in yet; due Monday 4 January 2027 at 5.00 pm"
    assert found.left_out == ()


def test_an_area_has_its_own_list(filled: Archive) -> None:
    own = PackRule(documents=("returns",), source="x", checked_on=date(2026, 11, 25))
    profile = filled.office.profile.model_copy(update={"pack": own})
    with filled.database.read() as session:
        file, _ = get_case_file(session, REF)
        office = Office(**{**_fields(filled.office), "profile": profile})
        found = collect(session, filled.files, file, office, NOW)

    assert {one.short for one in found.pieces} == {"return"}
    assert [name for name, _ in found.missing] == ["Agency return, Council"]
    with pytest.raises(ValueError, match="document `photos` is not declared"):
        PackRule(documents=("photos",), source="x", checked_on=date(2026, 11, 25))


def _fields(office: Office) -> dict[str, object]:
    return {name: getattr(office, name) for name in Office.__dataclass_fields__}


@pytest.mark.parametrize("code", [Review.WRONG_CHILD, Review.UNVERIFIED_SENDER])
def test_what_may_be_about_another_child_waits_for_a_person(archive: Archive, code: Review) -> None:
    files = [("return.docx", text_file("Another child"), WORD)]
    row = archive.receives("scoping_return", mail(attachments=files), 5, "police")
    with archive.database.write() as session:
        case_id = cases.find_case_id(session, "northshire", REF)
        work.add_notes(
            session,
            "review",
            (Note(code),),
            partnership="northshire",
            case_id=case_id,
            message_row=row,
            now=NOW,
        )

    before = archive.collected()
    with archive.database.write() as session:
        work.finish(session, work.list_for_message(session, row)[0].id, "anna", NOW)

    assert before.pieces == ()
    assert "A mail received on Saturday 26 December 2026 at 9.00 am" in before.left_out[0]
    assert [one.short for one in archive.collected().pieces] == ["return"]


def test_a_program_is_never_handed_on_and_the_same_file_stands_once(archive: Archive) -> None:
    form = ("form.docx", text_file("Once"), WORD)
    program = ("form.exe", b"MZ\x00\x01\x02 program", "application/octet-stream")
    archive.receives("serious_incident_referral", mail(attachments=[form, program]), 0)
    again = mail(attachments=[form], message_id="<again@police.northshire.example>")
    archive.receives("serious_incident_referral", again, 1)

    found = archive.collected()

    assert [one.short for one in found.pieces] == ["referral"]
    assert len(found.left_out) == 1
    assert found.left_out[0].startswith("A program that came")


@needs_libreoffice
def test_the_zip_holds_what_came_in_and_the_pdf_all_of_it_behind_an_index(filled: Archive) -> None:
    zip_path, pdf_path = filled.release()

    assert [stat.S_IMODE(one.stat().st_mode) for one in (zip_path, pdf_path)] == [0o600, 0o600]
    assert [
        one.name for one in filled.folder.joinpath("out").iterdir() if "Robin" in one.name
    ] == []
    with zipfile.ZipFile(zip_path) as archive:
        names = archive.namelist()
        assert archive.read("NS-2026-1-ABC-04-return.pdf") == PDF_OF_GARBAGE
        index = word_file(io.BytesIO(archive.read("NS-2026-1-ABC-00-index.docx")))
    assert len(names) == 6
    assert not any("Robin" in name for name in names)
    rows = [[cell.text for cell in row.cells] for row in index.tables[0].rows]
    assert rows[0] == ["No.", "Document", "Received", "File", "Page"]
    reader = PdfReader(pdf_path)
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert "What is missing" in pages[0]
    assert "Agency return, Council" in pages[0]
    starts = {row[1] + row[3][-4:]: int(row[4]) for row in rows[1:]}
    police = "Agency return, Northshire Police"
    assert "The police hold two entries" in pages[starts[f"{police}docx"] - 1]
    assert "could not be printed here" in pages[starts[f"{police}.pdf"] - 1]
    assert "The file is damaged" in pages[starts[f"{police}.pdf"] - 1]
    assert "Nothing is known to us." in pages[starts["Agency return (nil), Northshire ICB.txt"] - 1]
    assert reader.metadata is not None
    assert reader.metadata.title == "Documents for the meeting, reference NS-2026-1-ABC"


@needs_libreoffice
def test_the_release_is_in_the_log_and_overwrites_nothing(filled: Archive) -> None:
    zip_path, _ = filled.release()
    before = zip_path.read_bytes()

    with pytest.raises(RefusedAct, match="is there already"):
        filled.release()

    [line] = [one for one in filled.log() if one.action == "pack released"]
    assert (line.actor, line.case_ref) == (MANAGER, REF)
    assert line.detail["documents"] == "5"
    assert line.detail["missing"] == "2"
    assert zip_path.read_bytes() == before


@pytest.mark.parametrize("by", ["duty@northshirescp.example", "stranger@mail.example", ""])
def test_who_may_not_set_the_agenda_gets_no_documents(filled: Archive, by: str) -> None:
    with pytest.raises(NotAuthorised, match="may not release"):
        filled.release(by)

    assert not (filled.folder / "out").exists()
    assert [one.action for one in filled.log()] == ["act refused"]


CONFIG = """
database = "sqlite:///agent.db"
files = "files"
[mailbox.reviews]
partnership = "northshire"
site = "site.toml"
[mailbox.reviews.maildir]
path = "incoming"
"""


@needs_libreoffice
def test_the_command_says_what_it_wrote_and_what_is_not_there(filled: Archive) -> None:
    config = filled.folder / "agent.toml"
    config.write_text(CONFIG, encoding="utf-8")
    roles = f'[roles]\nbusiness_manager = "{MANAGER}"\n'
    (filled.folder / "site.toml").write_text(roles, encoding="utf-8")
    app = typer.Typer()
    app.command("pack")(packcli.pack)
    out = str(filled.folder / "papers")

    done = CliRunner().invoke(app, [REF, "--out", out, "--by", "business manager"], obj=config)

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == f"Written: {out}/NS-2026-1-ABC-meeting-pack.zip"
    assert any(one.startswith("Could not be printed") and "4. Agency" in one for one in lines)
    assert any(one.startswith("Not there: Agency return, la (") for one in lines)


def test_without_libreoffice_the_zip_is_made_all_the_same(filled: Archive) -> None:
    with Printer(Path("/nowhere/soffice")) as printer:
        pack = make_pack(filled.collected(), printer, NOW)

    assert pack.pdf is None
    with zipfile.ZipFile(io.BytesIO(pack.zip)) as archive:
        assert len(archive.namelist()) == 6


@needs_libreoffice
def test_every_ordinary_kind_of_file_becomes_pages() -> None:
    kinds = [
        ("text", b"Caf\xc3\xa9 at noon"),
        ("image", picture()),
        ("html", b"<p>Seen at noon</p>"),
    ]
    pieces = tuple(
        Piece("Referral", "referral", NOW, kind, "bin", content, filename=f"x-{kind}.bin")
        for kind, content in kinds
    )

    with Printer() as printer:
        pack = make_pack(Collected("SCP/26/014", pieces, (), ()), printer, NOW)

    assert pack.unprinted == ()
    assert pack.pdf is not None
    reader = PdfReader(io.BytesIO(pack.pdf))
    pages = [page.extract_text() for page in reader.pages]
    assert "Café at noon" in pages[1]
    assert len(reader.pages[2].images) == 1
    assert "Seen at noon" in pages[3]
    assert "Nothing on the list is missing." in pages[0]
