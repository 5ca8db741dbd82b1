"""Files of older kinds are read: LibreOffice makes Word files of them, and does nothing else."""

import http.server
import io
import os
import shutil
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import openpyxl
import pytest
from forms import ROBIN, form_in, read, write_form, zip_of
from old_forms import LINKED_PICTURE, needs_libreoffice, odt, reason_of, save_as

from agent.documents.convert import Converter
from agent.model.document import Table

WORD_FORM = write_form({**ROBIN, "header_name": "Zoë O’Shea", "summary": "First line.\nSecond."})


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    with Converter() as one:
        yield one


@pytest.fixture(scope="module")
def old_forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The form as people save it in older formats: written by LibreOffice itself."""
    folder = tmp_path_factory.mktemp("old")
    sheet = b"Agency,Answer\nNorthshire Police,Nil return\n"
    return {
        **{kind: save_as(WORD_FORM, "form.docx", kind, folder) for kind in ("doc", "odt", "rtf")},
        **{kind: save_as(sheet, "sheet.csv", kind, folder) for kind in ("xls", "ods")},
    }


@needs_libreoffice
@pytest.mark.parametrize("format_", ["doc", "odt", "rtf"])
def test_every_answer_survives_the_way_to_a_word_file(converter, old_forms, format_):
    assert read(old_forms[format_]).format == format_

    word = converter.convert(old_forms[format_], format_)
    form, original = form_in(word), form_in(WORD_FORM)

    assert {name: form.text(name) for name in form.fields} == {
        name: original.text(name) for name in original.fields
    }
    assert form.text("child_name") == "Zoë O’Shea"
    assert tables(word) == tables(WORD_FORM)


def tables(word: bytes) -> list[list[list[str]]]:
    """Return the words in every cell of every table."""
    blocks = [block for block in read(word).blocks if isinstance(block, Table)]
    return [[[cell.text for cell in row] for row in block.rows] for block in blocks]


@needs_libreoffice
@pytest.mark.parametrize("format_", ["xls", "ods"])
def test_a_spreadsheet_of_an_older_kind_becomes_one_that_is_read(converter, old_forms, format_):
    made = openpyxl.load_workbook(io.BytesIO(converter.convert(old_forms[format_], format_)))

    assert [list(row) for row in made.active.iter_rows(values_only=True)] == [
        ["Agency", "Answer"],
        ["Northshire Police", "Nil return"],
    ]


@needs_libreoffice
@pytest.mark.parametrize("format_", ["doc", "odt", "xls", "ods"])
def test_what_is_no_file_of_its_kind_never_becomes_a_letter_of_garbage(
    converter, old_forms, format_
):
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content in (b"MZ" + bytes(range(256)) * 40, start + bytes(range(256)) * 40):
        assert reason_of(converter, content, format_) == "broken"

    assert converter.convert(old_forms[format_], format_)


@needs_libreoffice
def test_a_file_that_takes_too_long_is_stopped_with_all_it_started(
    old_forms, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Converter(timeout_s=0.05) as hasty:
        assert reason_of(hasty, old_forms["doc"], "doc") == "too_slow"

    assert not [line for line in commands() if str(tmp_path) in line]


def commands() -> list[str]:
    """Return the command lines of every process of this machine."""
    lines = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(one.read_text(errors="replace"))
        except OSError:
            continue
    return lines


def test_a_program_that_hangs_is_killed_with_its_children_and_the_next_file_works(tmp_path):
    hanging = program(tmp_path, "sleep 987654 & sleep 987654")
    with Converter(hanging, timeout_s=0.5) as converter:
        assert reason_of(converter, b"{\\rtf1 x}", "rtf") == "too_slow"
        assert not [line for line in commands() if "987654" in line]

        program(tmp_path, 'for last; do :; done; cp "$last" "$(dirname "$last")/out/in.docx"')
        assert converter.convert(b"{\\rtf1 x}", "rtf") == b"{\\rtf1 x}"


def program(folder: Path, does: str) -> Path:
    """Return a program that stands in for LibreOffice where that would not misbehave as asked."""
    path = folder / "soffice"
    path.write_text(f'#!/bin/sh\nfor last; do :; done; mkdir -p "$(dirname "$last")/out"\n{does}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("does", "problem"),
    [
        ("exit 1", "broken"),
        ("exit 0", "broken"),
        ("ln -s /etc/passwd out/in.docx", "broken"),
        ("truncate -s 31M out/in.docx", "too_large"),
        ("truncate -s 61M out/in.docx", "broken"),
    ],
)
def test_what_the_program_leaves_is_not_trusted(tmp_path, does, problem):
    with Converter(program(tmp_path, does)) as converter:
        assert reason_of(converter, b"{\\rtf1 x}", "rtf") == problem


def test_the_program_sees_no_name_no_secret_and_a_folder_for_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("MAILBOX_PASSWORD", "hunter2")
    says = '{ echo "$last"; env; stat -c %a .; } > out/in.docx'
    with Converter(program(tmp_path, says)) as converter:
        said = converter.convert(b"{\\rtf1 x}", "rtf").decode().splitlines()

    source = Path(said[0])
    assert source.name == "in.rtf"
    assert not source.parent.exists()
    assert said[-1] == "700"
    assert not [line for line in said if "hunter2" in line]


@needs_libreoffice
def test_nothing_stays_behind_on_the_disk(old_forms, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Converter() as converter:
        converter.convert(old_forms["rtf"], "rtf")
        reason_of(converter, b"MZ", "doc")
        converter.convert(old_forms["rtf"], "rtf")
        (profile,) = tmp_path.iterdir()
        assert stat.S_IMODE(profile.stat().st_mode) == 0o700

    assert list(tmp_path.iterdir()) == []


def test_without_libreoffice_the_file_goes_to_a_person(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for converter in (Converter(), Converter(tmp_path / "soffice")):
        assert not converter.is_available
        assert reason_of(converter, b"{\\rtf1 x}", "rtf") == "no_converter"


def test_a_kind_that_libreoffice_is_not_asked_about_is_refused():
    assert reason_of(Converter(), b"%PDF-1.7", "pdf") == "no_converter"


@needs_libreoffice
@pytest.mark.parametrize("format_", ["odt", "ods"])
def test_an_odf_file_behind_a_password_is_told_before_anything_runs(converter, format_):
    manifest = b"<manifest><file-entry><manifest:encryption-data/></file-entry></manifest>"

    assert reason_of(converter, zip_of({"META-INF/manifest.xml": manifest}), format_) == "password"


@needs_libreoffice
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'lol'>]><a>&b;</a>", "unsafe_xml"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "unsafe_xml"),
        (b"<a>" + b" " * 20_000_000 + b"</a>", "too_complex"),
    ],
)
def test_attacks_on_xml_do_not_reach_libreoffice(converter, content, problem):
    assert reason_of(converter, zip_of({"content.xml": content}), "odt") == problem


@needs_libreoffice
def test_an_old_word_or_excel_file_behind_a_password_is_told(converter, old_forms):
    """The bit and the record by which Office marks a file as encrypted, set in real files."""
    word = bytearray(old_forms["doc"])
    sector = next(at for at in range(0, len(word), 512) if word[at : at + 2] == b"\xec\xa5")
    word[sector + 11] |= 0x01
    excel = bytearray(old_forms["xls"])
    start = next(at for at in range(0, len(excel), 512) if excel[at : at + 2] == b"\x09\x08")
    excel[start + 20 : start + 22] = b"\x2f\x00"

    assert reason_of(converter, bytes(word), "doc") == "password"
    assert reason_of(converter, bytes(excel), "xls") == "password"


class Listener(http.server.BaseHTTPRequestHandler):
    """Somebody's web server who wants to know when his document is opened."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@needs_libreoffice
def test_a_document_cannot_tell_its_sender_that_it_was_opened(converter, listener, tmp_path):
    document = odt(LINKED_PICTURE % listener)

    assert "Report" in read(converter.convert(document, "odt")).blocks[0].text
    assert Listener.seen == []

    # The same document in the hands of LibreOffice as it comes does ask: the settings are needed.
    (tmp_path / "in.odt").write_bytes(document)
    soffice = [shutil.which("soffice"), f"-env:UserInstallation={(tmp_path / 'p').as_uri()}"]
    command = [*soffice, "--headless", "--convert-to", "docx", "in.odt"]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert "/seen.png" in Listener.seen
