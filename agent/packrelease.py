"""Makes the pack of a meeting (one zip, one indexed PDF) and puts it where a person says.

The release is that person's act: it is checked whether they may, and it is in the action log.
"""

import hashlib
import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.shared import Mm

from agent.acts import Act, decide_refusal
from agent.authority import deciders_of, may_record, roles_of
from agent.documents.package import Unreadable
from agent.errors import NotAuthorised, RefusedAct, StoreError
from agent.london import LONDON, london_day, spoken_day, spoken_time
from agent.model.decision import Decision, LogLine
from agent.model.document import PROBLEMS
from agent.pack import Collected, Piece, collect, file_reference
from agent.packpdf import Printer, bind, new_page, page_count, saved
from agent.profile import Office
from agent.record import record_act
from agent.store.casefiles import get_case_file
from agent.store.db import Database
from agent.store.files import FileStore

# Who may set the agenda may give out its papers.
_EVENT = "agenda_set"
_NO_PDF = "The file could not be printed here."
_HEADER = qn("w:tblHeader")
_WIDTHS_MM = {
    "No.": 11,
    "Document": 58,
    "Received": 33,
    "File": 47,
    "Page": 17,
    "How it stands": 104,
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as made; `pdf` is None where there is no LibreOffice. `unprinted` names the documents
    that have only a page saying so in the PDF."""

    collected: Collected
    zip: bytes = field(repr=False)
    pdf: bytes | None = field(repr=False)
    unprinted: tuple[str, ...] = ()


def release_pack(
    database: Database,
    files: FileStore,
    office: Office,
    ref: str,
    folder: Path,
    by: str,
    now: datetime,
) -> tuple[Pack, tuple[Path, ...]]:
    """Write the pack of the case's meeting into the folder, and log who had it made.

    Raises:
        NotAuthorised: the person holds no role that may; that it was tried is in the log.
        RefusedAct: there is a pack of the case in the folder already.
        DataError: there is no such case.
        StoreError: the folder cannot be written; nothing is left in it.
    """
    with database.read() as session:
        file, _ = get_case_file(session, ref)
    _check_may(database, office, file.case.ref, by, now)
    with database.read() as session:
        collected = collect(session, files, file, office, now)
    base = f"{file_reference(file.case.ref)}-meeting-pack"
    targets = [folder / f"{base}.zip", folder / f"{base}.pdf"]
    if there := [path.name for path in targets if path.exists()]:
        raise RefusedAct(f"{there[0]} is there already: name another folder, or move it away.")
    with Printer() as printer:
        pack = make_pack(collected, printer, now)
    contents = [one for one in (pack.zip, pack.pdf) if one is not None]
    parts = _write(targets[: len(contents)], contents)
    with database.write() as session:
        record_act(session, office.profile.slug, _decision(pack, by), by, now)
    for part, target in zip(parts, targets, strict=False):
        part.rename(target)
    return pack, tuple(targets[: len(parts)])


def make_pack(collected: Collected, printer: Printer, now: datetime) -> Pack:
    """Return the zip of the documents as received, and the PDF that has them all."""
    title = f"Documents for the meeting, reference {collected.reference}"
    if not printer.is_available:
        return Pack(collected, _zipped(collected, _index(title, collected, (), now), now), None)
    printed: list[tuple[str, bytes]] = []
    unprinted: list[str] = []
    for number, piece in enumerate(collected.pieces, 1):
        name = f"{number}. {piece.name}"
        try:
            if piece.problem:
                raise Unreadable(piece.problem)
            page = printer.print_file(piece.content, piece.format)
        except Unreadable as unreadable:
            unprinted.append(name)
            page = printer.print_file(_page_instead(name, piece, unreadable.code), "docx")
        printed.append((name, page))
    index, first = b"", b""
    length = 1
    # The index says on which page each document begins, and is itself of a length it does not know.
    for _ in range(3):
        index = saved(_index_page(title, collected, _starts(printed, length), now))
        first = printer.print_file(index, "docx")
        if page_count(first) == length:
            break
        length = page_count(first)
    pdf = bind(title, (("Index", first), *printed))
    return Pack(collected, _zipped(collected, index, now), pdf, tuple(unprinted))


def _check_may(database: Database, office: Office, ref: str, by: str, now: datetime) -> None:
    """Raise NotAuthorised, and log that it was tried, where the person may not."""
    roles = roles_of(by, office)
    if by.strip() and may_record(_EVENT, roles, office):
        return
    who = ", ".join(deciders_of(_EVENT, office))
    refusal = NotAuthorised(
        f"{by or 'Nobody'} may not release a meeting's documents: in {office.profile.name} that is "
        f"for {who} (see [roles] in site.toml)."
    )
    act = Act("case pack", london_day(now), by, roles)
    told = decide_refusal(ref, act, refusal, unattended=False)
    with database.write() as session:
        record_act(session, office.profile.slug, told, by, now)
    raise refusal


def _decision(pack: Pack, by: str) -> Decision:
    collected = pack.collected
    detail = {
        "by": by,
        "documents": str(len(collected.pieces)),
        "missing": str(len(collected.missing)),
        "left_out": str(len(collected.left_out)),
        "zip_sha256": hashlib.sha256(pack.zip).hexdigest(),
    }
    if pack.pdf is not None:
        detail["pdf_sha256"] = hashlib.sha256(pack.pdf).hexdigest()
    reason = "The documents of the meeting were put together, to be given to those attending it."
    line = LogLine("pack released", reason, detail=detail)
    return Decision(log=(line,), case=collected.reference)


def _starts(printed: Sequence[tuple[str, bytes]], index_pages: int) -> tuple[int, ...]:
    starts, at = [], index_pages + 1
    for _, pdf in printed:
        starts.append(at)
        at += page_count(pdf)
    return tuple(starts)


def _index(title: str, collected: Collected, starts: Sequence[int], now: datetime) -> bytes:
    return saved(_index_page(title, collected, starts, now))


def _index_page(title: str, collected: Collected, starts: Sequence[int], now: datetime) -> WordFile:
    """Return the index; without `starts` it says no page, for a pack without a PDF."""
    word = new_page(title)
    word.add_heading(title, 1)
    word.add_paragraph(
        "Confidential: for those attending the meeting only. "
        f"Put together on {spoken_time(now)}; documents stand as they were received."
    )
    word.add_heading("What is here", 2)
    rows = [
        (
            str(number),
            piece.name,
            spoken_day(london_day(piece.received_at)),
            piece.filename,
            *([str(starts[number - 1])] if starts else []),
        )
        for number, piece in enumerate(collected.pieces, 1)
    ]
    if rows:
        heads = ("No.", "Document", "Received", "File", *(["Page"] if starts else []))
        _add_table(word, heads, rows)
    else:
        word.add_paragraph("Nothing on the list has been received.")
    word.add_heading("What is missing", 2)
    if collected.missing:
        _add_table(word, ("Document", "How it stands"), collected.missing)
    else:
        word.add_paragraph("Nothing on the list is missing.")
    if collected.left_out:
        word.add_heading("Left out until a person has looked", 2)
        for told in collected.left_out:
            word.add_paragraph(told, style="List Bullet")
    return word


def _add_table(word: WordFile, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = word.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    # A screen reader says the heads again on each page, as Word repeats the row.
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(_HEADER, {}))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.autofit = False
    for column, head in zip(table.columns, heads, strict=True):
        column.width = Mm(_WIDTHS_MM[head])
        for cell in column.cells:
            cell.width = column.width


def _page_instead(name: str, piece: Piece, code: str) -> bytes:
    word = new_page(name)
    word.add_heading(name, 1)
    word.add_paragraph(f"{_NO_PDF} {PROBLEMS.get(code, '')}".strip())
    word.add_paragraph(f"As received it is in the zip archive under the name {piece.filename}.")
    return saved(word)


def _zipped(collected: Collected, index: bytes, now: datetime) -> bytes:
    base = file_reference(collected.reference)
    local = now.astimezone(LONDON)
    stamp = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = [(f"{base}-00-index.docx", index)]
        entries += [(one.filename, one.content) for one in collected.pieces]
        for name, content in entries:
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def _write(targets: Sequence[Path], contents: Sequence[bytes]) -> list[Path]:
    """Write beside the final names, readable for the owner only; what was begun goes on failure."""
    parts = [target.with_name(f"{target.name}.part") for target in targets]
    try:
        parts[0].parent.mkdir(parents=True, exist_ok=True)
        for part, content in zip(parts, contents, strict=True):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
                file.write(content)
    except OSError as error:
        for part in parts:
            part.unlink(missing_ok=True)
        raise StoreError(f"The folder cannot be written ({error.strerror}).") from error
    return parts
