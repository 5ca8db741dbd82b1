"""A scan is for a person; where a deployment asks for it, its text is recognised and marked so."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from agent.area import load_area
from agent.documents import ocr
from agent.documents.apart import reading_apart
from agent.documents.package import Unreadable
from agent.extract import extract
from agent.model.message import Part
from agent.packpdf import Printer
from agent.samples import write_referral_form
from tests.desk import ROBIN, SITE
from tests.pdfs import NO_SOFFICE, SOFFICE

A4 = 595, 842
WIDTH, HEIGHT = 1654, 2339
pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason=NO_SOFFICE),
    pytest.mark.skipif(
        bool(ocr.find_missing()), reason="tesseract or pdftoppm (poppler-utils) is not installed"
    ),
]


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a filled referral form, printed, put through a scanner and sent as a PDF."""
    folder = tmp_path_factory.mktemp("scanner")
    with Printer() as printer:
        (folder / "in.pdf").write_bytes(printer.print_file(write_referral_form(ROBIN), "docx"))
    command = ["pdftoppm", "-scale-to-x", str(WIDTH), "-scale-to-y", str(HEIGHT), "-jpeg"]
    subprocess.run([*command, "in.pdf", "page"], cwd=folder, check=True)
    return pictures([path.read_bytes() for path in sorted(folder.glob("page-*.jpg"))])


def pictures(pages: list[bytes]) -> bytes:
    """Return a PDF of these pictures, a page each, as scanners write it."""
    writer = PdfWriter()
    for jpeg in pages:
        page = writer.add_blank_page(*A4)
        image = StreamObject()
        image._data = jpeg
        image.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Image"),
                NameObject("/Width"): NumberObject(WIDTH),
                NameObject("/Height"): NumberObject(HEIGHT),
                NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
                NameObject("/BitsPerComponent"): NumberObject(8),
                NameObject("/Filter"): NameObject("/DCTDecode"),
            }
        )
        named = DictionaryObject({NameObject("/P"): writer._add_object(image)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})
        drawn = StreamObject()
        drawn._data = b"q 595 0 0 842 0 0 cm /P Do Q"
        page[NameObject("/Contents")] = writer._add_object(drawn)
    target = io.BytesIO()
    writer.write(target)
    writer.close()
    return target.getvalue()


def test_without_asking_for_it_a_scan_is_for_a_person(scan: bytes) -> None:
    with reading_apart() as reader:
        document = reader.read_file(Part("scan.pdf", "application/pdf", scan))

    assert document.problem == "scan"


def test_a_scanned_form_is_read_and_says_that_a_machine_recognised_it(scan: bytes) -> None:
    office, _ = load_area("northshire", SITE)
    with reading_apart(ocr=True) as reader:
        document = reader.read_file(Part("scan.pdf", "application/pdf", scan))
    form = extract(document, office.layouts)

    assert (document.format, document.problem) == ("pdf", None)
    assert "ocr_text" in document.warnings
    assert form is not None
    assert form.kind == "serious_incident_referral"
    assert form.text("child_name") == "Robin Alder"
    assert form.text("child_dob") == "2021-05-04"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n"])
def test_what_is_no_pdf_is_broken(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        ocr.recognise(content)

    assert refused.value.code == "broken"


def test_a_scan_longer_than_any_form_is_for_a_person() -> None:
    pages = [b"\xff\xd8\xff\xd9"] * (ocr.MAX_PAGES + 5)
    with pytest.raises(Unreadable) as refused:
        ocr.recognise(pictures(pages))

    assert refused.value.code == "too_large"


def test_a_scan_that_takes_too_long_is_given_up(scan: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        ocr.recognise(scan, timeout_s=0.01)

    assert refused.value.code == "too_slow"


def test_without_the_programs_a_scan_says_so(
    scan: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("tesseract") is None

    with pytest.raises(Unreadable) as refused:
        ocr.recognise(scan)

    assert refused.value.code == "no_converter"
