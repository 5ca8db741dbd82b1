"""What an attachment holds: blocks of text and tables, each with its place in the file."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's text, white space folded, and its place ("paragraph 4")."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; its text keeps line breaks. `place` reads "table 2 row 3 cell 1".

    `nested` holds tables inside the cell; `text` holds only the cell's own words.
    """

    text: str
    place: str
    nested: tuple["Table", ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table row by row. A cell merged over columns stands once; one merged over rows stands in
    its first row and is an empty cell with the place of the first below it."""

    rows: tuple[tuple[Cell, ...], ...]
    place: str


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """One file found in a mail, and what of it could be read.

    `format` is told by content, never by name: `docx`, `doc`, `pdf`, `image`, `text`, `unknown` ...
    `problem` is None, or a code of `PROBLEMS` when `blocks` is empty for a reason. `warnings` are
    codes of `WARNINGS`: things a person wants to know of a file that was read.
    """

    filename: str
    format: str
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    problem: str | None = None
    warnings: tuple[str, ...] = ()


PROBLEMS = {
    "needs_conversion": "The file has to be turned into a Word file first; open it by hand.",
    "program": "The file is a program or a link to one; do not open it, ask IT.",
    "not_read_yet": "The agent does not read this kind of file yet; open it by hand.",
    "broken": "The file is damaged and cannot be opened.",
    "too_large": "The file is larger than the agent opens.",
    "too_many_files": "The mail holds more files than the agent opens.",
    "too_complex": "The file unpacks to more than the agent reads (a very large or nested file).",
    "password": "The file is protected by a password.",
    "unsafe_xml": "The file holds XML constructs that forms never need and attacks do.",
    "empty": "The file has no content.",
    "too_slow": "Reading the file took longer than the agent allows; open it by hand.",
    "crashed": "The file made the program that reads it fail; open it by hand, and with care.",
    "no_converter": "The file is of an older kind, and the program that converts it is missing.",
    "rights_managed": "The file is protected by its owner's rights management; open it in Office.",
    "scan": "The file is a picture of pages, which the agent cannot read; open it by hand.",
}

# Files that only their sender can open, of which nobody here knows more than the name.
LOCKED = frozenset({"password", "rights_managed"})

WARNINGS = {
    "tracked_changes": "It holds tracked changes: what was inserted is read, what was deleted is "
    "not; look at both.",
    "comments": "It holds comments, which the agent does not read.",
    "hidden_text": "It holds hidden text, fields or cells, which the agent does not read.",
    "struck_through": "Words in it are struck through, and are not read.",
    "macros": "It holds macros (a program); do not let Office run them.",
    "javascript": "It holds a script; do not let the viewer run it.",
    "links": "It links to other files or web pages; do not follow them.",
    "embedded_files": "Other files are packed inside it, which the agent does not read.",
    "embedded_objects": "Objects or documents of other programs are set into it, which the agent "
    "does not read; do not open them without asking IT.",
    "external_links": "Pictures or other parts of it are not in the file but fetched from "
    "elsewhere; do not let Office fetch them.",
    "remote_template": "Its template is fetched from another computer when it is opened, as "
    "attacks do; ask IT before you open it.",
    "ocr_text": "Its text was recognised from pictures of pages by a machine; compare it with the "
    "pages.",
    "scanned_pages": "Some of its pages are pictures, which the agent cannot read; look at them.",
}
