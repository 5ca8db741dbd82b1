"""The form in which files and Documents pass between the agent and the process that reads them.

Data only: nothing that arrives names code to run, and whatever arrives is checked piece by piece,
because the reading process is not to be trusted once it has read a stranger's bytes. A frame is
`HEAD` (the lengths of the two that follow), a JSON text, then the bytes of the files it lists.
"""

import json
import struct
from collections.abc import Sequence
from typing import Any

from agent.documents.parts import LeftOut
from agent.model.document import PROBLEMS, Block, Cell, Document, Paragraph, Table
from agent.model.message import Part

HEAD = struct.Struct(">II")
# What a reading process says once it is fit to read.
READY = b"R"
# The most text that a 30 MB part can hold, with a place for each of its paragraphs.
MAX_TEXT_BYTES = 16 * 1024 * 1024
# As much as the containers of one mail may unpack to.
MAX_FILES_BYTES = 100 * 1024 * 1024
_MAX_CODE_LENGTH = 40

# A Document, the files found inside one, or the code of `PROBLEMS` for which there is neither.
Answer = Document | tuple[Part, ...] | str


class WireError(Exception):
    """What arrived is not what the form allows."""


class TooLong(Exception):
    """An answer is longer than its reader takes."""


def encode_request(call: str, part: Part) -> tuple[bytes, ...]:
    """Return a request, as buffers to write one after the other."""
    return _frame([call, _list_of(part)], [part])


def decode_request(text: bytes, files: bytes) -> tuple[str, Part]:
    """Return the call asked for and the file it is about; the agent that asks is trusted."""
    call, listed = _parse(text)
    return call, _parts([listed], files)[0]


def encode_answer(answer: Answer) -> tuple[bytes, ...]:
    """Return an answer, as buffers to write one after the other; raises `TooLong`."""
    if isinstance(answer, str):
        return _frame(["failed", answer], ())
    if isinstance(answer, Document):
        blocks = [_block(one) for one in answer.blocks]
        said = [answer.format, answer.problem, answer.warnings, blocks]
        return _frame(["document", said], ())
    return _frame(["parts", [_list_of(part) for part in answer]], answer)


def decode_answer(text: bytes, files: bytes, filename: str) -> Answer:
    """Return what an answer says of the file of that name.

    Raises:
        WireError: whatever else it is; nothing else is ever raised.
    """
    try:
        match _parse(text):
            case ["failed", str(code)] if code in PROBLEMS:
                return code
            case ["document", [format_, problem, list(warnings), list(blocks)]]:
                return Document(
                    filename,
                    _code(format_),
                    tuple(_read_block(one) for one in blocks),
                    _problem(problem),
                    tuple(_code(one) for one in warnings),
                )
            case ["parts", list(listed)]:
                return _parts(listed, files)
    # Nesting made to break the reader of it.
    except RecursionError as error:
        raise WireError("nested too deep") from error
    raise WireError("no answer")


def _frame(said: object, parts: Sequence[Part]) -> tuple[bytes, ...]:
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    # Names and texts of mails may hold lone surrogates, which UTF-8 alone refuses.
    text = written.encode("utf-8", "surrogatepass")
    contents = [part.content for part in parts]
    files_bytes = sum(map(len, contents))
    if len(text) > MAX_TEXT_BYTES or files_bytes > MAX_FILES_BYTES:
        raise TooLong
    return HEAD.pack(len(text), files_bytes), text, *contents


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise WireError("no JSON") from error


def _list_of(part: Part) -> list[str | int | None]:
    problem = part.problem if isinstance(part, LeftOut) else None
    return [part.filename, part.content_type, len(part.content), problem]


def _parts(listed: Sequence[Any], files: bytes) -> tuple[Part, ...]:
    parts: list[Part] = []
    end = 0
    for one in listed:
        match one:
            case [str(filename), str(content_type), int(size), problem] if size >= 0:
                content = files[end : end + size]
                end += size
                if problem is None:
                    parts.append(Part(filename, content_type, content))
                else:
                    code = _problem(problem) or ""
                    parts.append(LeftOut(filename, content_type, content, code))
            case _:
                raise WireError("no file")
    if end != len(files):
        raise WireError("files of another length")
    return tuple(parts)


def _block(block: Block) -> object:
    """Return a paragraph as a list, a table as an object."""
    if isinstance(block, Paragraph):
        return [block.text, block.place]
    return {"place": block.place, "rows": [[_cell(cell) for cell in row] for row in block.rows]}


def _cell(cell: Cell) -> object:
    if not cell.nested:
        return [cell.text, cell.place]
    return [cell.text, cell.place, [_block(table) for table in cell.nested]]


def _read_block(block: Any) -> Block:
    if isinstance(block, dict):
        return _read_table(block)
    match block:
        case [str(text), str(place)]:
            return Paragraph(text, place)
    raise WireError("no paragraph")


def _read_table(table: Any) -> Table:
    match table:
        case {"place": str(place), "rows": list(rows)}:
            return Table(tuple(tuple(map(_read_cell, _row(row))) for row in rows), place)
    raise WireError("no table")


def _row(row: Any) -> list[Any]:
    if isinstance(row, list):
        return row
    raise WireError("no row")


def _read_cell(cell: Any) -> Cell:
    match cell:
        case [str(text), str(place)]:
            return Cell(text, place)
        case [str(text), str(place), list(nested)]:
            return Cell(text, place, tuple(map(_read_table, nested)))
    raise WireError("no cell")


def _code(value: Any) -> str:
    if isinstance(value, str) and len(value) <= _MAX_CODE_LENGTH:
        return value
    raise WireError("no code")


def _problem(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and value in PROBLEMS):
        return value
    raise WireError("no problem of ours")
