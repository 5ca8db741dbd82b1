"""Files made to do harm are refused for the right reason, and the next form is read as ever.

Whether the limits of time hold is seen in the reasons: none of these files may need to be stopped,
unless `too_slow` stands among its reasons.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from forms import ROBIN, word_file, write_form, zip_of
from hostile import FILES, MIB, Hostile, hostile, noise
from more_hostile import PDF, SEALED, SHEETS, TEXTS, one_page, stream, workbook
from old_forms import LINKED_PICTURE, needs_libreoffice, odt, reason_of
from ole_files import ole_of

from agent import documents
from agent.documents.convert import Converter
from agent.documents.worker import Limits, Worker
from agent.model.document import Document
from agent.model.message import Part

FORM = write_form(ROBIN)
GROUPS = {"pdf": PDF, "xlsx": SHEETS, "html": TEXTS, "rights_managed": SEALED}
# A file of each kind, to tell whether its reader is there.
SAMPLES = {
    "pdf": one_page(stream(b"")),
    "xlsx": workbook("<sheetData/>"),
    "html": b"<html><p>x",
    "rights_managed": SEALED["rights-managed Word file"].make(),
}
MORE = [
    pytest.param(GROUPS[format_][name], id=f"{format_} {name}", marks=pytest.mark.slow)
    for format_, sample in SAMPLES.items()
    for name in (
        GROUPS[format_] if documents.read(Part("", "", sample)).problem != "not_read_yet" else ()
    )
]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as one:
        yield one


def part(content: bytes) -> Part:
    return Part("form.docx", "application/octet-stream", content)


def read_all(worker: Worker, content: bytes) -> list[Document]:
    """Return every file in a file, as the line reads it."""
    return [worker.read(one) for one in worker.open(part(content))]


@pytest.mark.parametrize("case", [*(pytest.param(FILES[n], id=n) for n in FILES), *MORE])
def test_a_hostile_file_is_refused_for_its_reason_and_the_next_form_is_read(worker, case):
    read = read_all(worker, case.make())
    peak_bytes = max(peaks_bytes(), default=0)

    assert read
    assert {document.problem for document in read} <= case.reasons
    assert peak_bytes < Limits().memory_bytes
    assert worker.read(part(FORM)) == documents.read(part(FORM))


def peaks_bytes() -> list[int]:
    """Return the most memory that each reading process of ours has held."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
            command = status.with_name("cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if int(said["PPid"]) == os.getpid() and b"agent.documents.child" in command:
            peaks.append(int(said["VmHWM"].split()[0]) * 1024)
    return peaks


def test_a_reading_process_is_seen_while_it_lives(worker):
    worker.read(part(FORM))

    assert [peak > MIB for peak in peaks_bytes()] == [True]


def test_no_local_file_comes_into_a_document(worker):
    secret = Path("/etc/passwd").read_text().split(":")[0]
    for name in ("external entity", "XInclude of a local file"):
        for document in read_all(worker, FILES[name].make()):
            assert secret not in repr(document.blocks)


def test_paths_that_lead_out_of_an_archive_lead_nowhere(worker):
    (inside,) = worker.open(part(FILES["archive with paths leading out"].make()))

    assert inside.filename == "form.docx"


RTF = b"{\\rtf1 "
DEEP = LINKED_PICTURE.replace("<text:p>", "<text:list><text:list-item>" * 5000)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
CONVERTED: dict[str, tuple[str, Hostile]] = {
    "groups nested": ("rtf", hostile(lambda: RTF + b"{" * 100_000, "broken")),
    "table cut off": ("rtf", hostile(lambda: RTF + b"\\trowd\\cell" * 9, None, "broken")),
    "picture of 4 GB": (
        "rtf",
        hostile(lambda: RTF + b"{\\pict\\wmetafile8\\bin4294967295 x}}", None, "broken"),
    ),
    "bomb": ("odt", hostile(lambda: odt(" " * 20 * MIB), "too_complex")),
    "laughs": ("odt", hostile(lambda: odt(LAUGHS), "unsafe_xml")),
    "lists nested": ("odt", hostile(lambda: odt(DEEP), "broken")),
    "no contents": ("odt", hostile(lambda: zip_of({"x": b""}), "broken")),
    "Word file": ("odt", hostile(lambda: word_file(""), "broken")),
    "garbage inside": (
        "doc",
        hostile(lambda: ole_of({"WordDocument": noise(9000)}), "broken", "password"),
    ),
    "sheet of garbage": ("xls", hostile(lambda: ole_of({"Workbook": noise(9000)}), "broken")),
}


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    with Converter() as one:
        yield one


@needs_libreoffice
@pytest.mark.parametrize("name", CONVERTED)
def test_a_hostile_file_of_an_older_kind_is_refused_and_the_next_is_converted(converter, name):
    format_, case = CONVERTED[name]

    assert reason_of(converter, case.make(), format_) in case.reasons
    assert converter.convert(b"{\\rtf1 A letter}", "rtf")
