"""Reads PDF files: what is printed on their pages, and what is filled in or written over it.

pypdf opens the file and reads form fields, pdfminer draws the pages. Knows nothing of forms.
"""

import io
import logging
from collections.abc import Sequence

from pypdf import PasswordType, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from agent.documents.package import Unreadable
from agent.documents.pdfdrawing import MAX_PAGES, draw_pages
from agent.documents.pdffields import as_dictionary, as_list, take_annotations
from agent.documents.pdfflow import blocks_of
from agent.documents.pdfmarks import settle_marks
from agent.documents.pdfpage import Page
from agent.model.document import Block

# 100 pages with their fonts and form fields have about 10,000 objects.
MAX_OBJECTS = 50_000
# A dense page has about 50 KB of drawing, a large font 2 MB. Pictures are never unpacked.
MAX_STREAM_BYTES = 20 * 1024 * 1024
MAX_TOTAL_BYTES = 60 * 1024 * 1024
# A scanned page may bear a line of the fax or of the scanner in letters.
_MAX_SCANNER_LETTERS = 100
_SCAN_SHARE = 0.5
# Text turned into outlines is nothing but small curves; no logo has so many.
_MIN_OUTLINES = 300

# Both libraries quote the file in what they log.
for _name in ("pdfminer", "pypdf"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


def read_pdf(content: bytes) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return a PDF's blocks in reading order, and its warnings, sorted.

    A file with a password for its permissions only is read. Text that cannot be seen is not read.
    Raises `Unreadable` and nothing else.
    """
    try:
        with apply_configuration(
            zlib_maximum_output_length=MAX_STREAM_BYTES,
            lzw_maximum_output_length=MAX_STREAM_BYTES,
            run_length_maximum_output_length=MAX_STREAM_BYTES,
        ):
            return _read(content)
    except Unreadable:
        raise
    except (LimitReachedError, RecursionError, MemoryError) as error:
        raise Unreadable("too_complex") from error
    except Exception as error:
        # A damaged file makes pypdf and pdfminer raise nearly anything: TypeError, KeyError,
        # AssertionError, struct.error. No list would be complete, and every one means the same.
        raise Unreadable("broken") from error


def _read(content: bytes) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    reader = _open(content)
    _check_streams(reader)
    warnings = _warnings(reader)
    pages = draw_pages(content)
    has_fields = False
    for source, page in zip(reader.pages, pages, strict=False):
        found = take_annotations(source, page)
        has_fields = has_fields or found.has_fields
        warnings |= found.warnings
        settle_marks(page)
        seen = {
            "hidden_text": page.has_hidden,
            "ocr_text": page.has_machine_text,
            "struck_through": page.has_struck,
        }
        warnings |= {code for code, is_so in seen.items() if is_so}
    form = as_dictionary(reader.root_object.get("/AcroForm"))
    if "/XFA" in form and not has_fields:
        raise Unreadable("not_read_yet")
    warnings |= _check_scan(pages)
    return blocks_of(pages), tuple(sorted(warnings))


def _open(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content))
    except NotImplementedError as error:
        # Any other encryption than the standard one asks a server for the key.
        raise Unreadable("rights_managed") from error
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Unreadable("password")
    for file in as_list(reader.root_object.get("/AF")):
        if as_dictionary(file).get("/AFRelationship") == "/EncryptedPayload":
            raise Unreadable("rights_managed")
    if len(reader.pages) > MAX_PAGES:
        raise Unreadable("too_complex")
    if not reader.pages:
        raise Unreadable("broken")
    return reader


def _check_streams(reader: PdfReader) -> None:
    """Refuse a file that unpacks to too much, before pdfminer, which knows no limit, reads it."""
    keys = [(number, 0) for number in reader.xref_objStm]
    keys += [(number, kind) for kind, offsets in reader.xref.items() for number in offsets]
    if len(keys) > MAX_OBJECTS:
        raise Unreadable("too_complex")
    total = 0
    for number, generation in keys:
        try:
            found = reader.get_object(IndirectObject(number, generation, reader))
            if isinstance(found, StreamObject) and found.get("/Subtype") != "/Image":
                total += len(found.get_data())
        except LimitReachedError:
            raise
        except (PyPdfError, NotImplementedError, ValueError, KeyError, TypeError):
            continue
        if total > MAX_TOTAL_BYTES:
            raise Unreadable("too_complex")


def _warnings(reader: PdfReader) -> set[str]:
    """Return what the file holds beside its pages."""
    root = reader.root_object
    names = as_dictionary(root.get("/Names"))
    actions = [as_dictionary(root.get("/OpenAction"))]
    actions += map(as_dictionary, as_dictionary(root.get("/AA")).values())
    warnings = set()
    if "/JavaScript" in names or any(map(_is_script, actions)):
        warnings.add("javascript")
    if "/EmbeddedFiles" in names:
        warnings.add("embedded_files")
    return warnings


def _is_script(action: DictionaryObject) -> bool:
    return action.get("/S") == "/JavaScript"


def _check_scan(pages: Sequence[Page]) -> set[str]:
    """Return a warning where some pages are only pictures of text; raise where all are."""
    letters = [sum(len(glyph.text.strip()) for glyph in page.glyphs) for page in pages]
    fields = [any(glyph.field and glyph.text for glyph in page.glyphs) for page in pages]
    unreadable = [
        not has_field
        and (
            (page.image_share > _SCAN_SHARE and count < _MAX_SCANNER_LETTERS)
            or page.unmapped > count
            or (not count and (page.image_share > 0 or len(page.strokes) > _MIN_OUTLINES))
        )
        for page, count, has_field in zip(pages, letters, fields, strict=True)
    ]
    is_blank = [not count for count in letters]
    if any(unreadable) and all(map(max, unreadable, is_blank)):
        raise Unreadable("scan")
    return {"scanned_pages"} if any(unreadable) else set()
