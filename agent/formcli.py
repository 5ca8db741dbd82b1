"""The command `mailbox-agent form`: what the agent sees in a document, and a draft of a layout for
a form it does not know yet."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from agent.errors import DataError
from agent.invocation import find_overrides
from agent.model.message import Kind

if TYPE_CHECKING:
    from agent.documents.reader import FileReader
    from agent.layouts import Layout
    from agent.model.document import Document

form_app = typer.Typer(no_args_is_help=True)


@form_app.command("read")
def read(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A document, or a mail saved as .eml or .msg.")],
    partnership: Annotated[
        str | None, typer.Option(help="Only the forms this area uses; otherwise every known one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a document.")] = False,
) -> None:
    """Show a document as the agent sees it: which form it is, every field with its place, the rest.

    Exit code 65 where nothing could be read, else 0.
    """
    from agent.documents.apart import reading_apart
    from agent.formshow import json_of, print_view
    from agent.formview import view_document

    _set_up()
    content = _bytes_of(file)
    layouts = _load_layouts(find_overrides(context), partnership)
    out = Console(highlight=False)
    with Console(stderr=True).status("reading"), reading_apart() as reader:
        documents = _documents(file, content, reader)
    for document in documents:
        view = view_document(document, layouts)
        if as_json:
            print(json_of(view))
        else:
            print_view(view, out)
    if all(one.problem is not None for one in documents):
        raise DataError(f"{file}: nothing in it could be read.")


@form_app.command("learn")
def learn(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A blank copy of the form.")],
    form_id: Annotated[
        str | None, typer.Option("--id", help="The layout's id; else by its title.")
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="The kind of mail the form makes; else a guess.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="New file for the draft; else it is printed.")
    ] = None,
) -> None:
    """Draft a layout from a blank form, for a person to check; say what is left open.

    Exit code 65 where the file cannot be read, asks nothing, or is filled in.
    """
    from agent.clock import system_clock
    from agent.formdraft import fold, render_draft
    from agent.formlearn import learn_form
    from agent.london import london_day

    _set_up()
    if out is not None and out.exists():
        raise DataError(f"{out}: it exists already; name a new file.")
    layouts = _load_layouts(find_overrides(context), None)
    document = _document(file)
    form_id = form_id or (out.stem if out else None)
    draft = learn_form(document, layouts, form_id, kind, london_day(system_clock()))
    if out is None:
        print(render_draft(draft))
    else:
        _write(out, render_draft(draft))
    found = f"labels {len(draft.questions)}, tables {len(draft.tables)}"
    print(f"mailbox-agent: {found}. For you to settle:", file=sys.stderr)
    for line in draft.unsure:
        print(f"  - {fold(line)}", file=sys.stderr)


def _document(file: Path) -> "Document":
    from agent.documents.apart import reading_apart
    from agent.model.document import PROBLEMS
    from agent.model.message import Part

    content = _bytes_of(file)
    with Console(stderr=True).status("reading"), reading_apart() as reader:
        document = reader.read_file(Part(file.name, "", content))
    if document.problem is not None:
        raise DataError(f"{file}: {PROBLEMS[document.problem]}")
    return document


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as refused:
        raise DataError(f"{out}: it cannot be written ({refused.strerror}).") from refused


def _set_up() -> None:
    import logging

    from agent.logs import set_up_logging

    set_up_logging("auto", logging.WARNING)
    # What a document says must not break a terminal that cannot show every letter.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as missing:
        raise DataError(f"{file}: there is no such file.") from missing
    except IsADirectoryError as folder:
        raise DataError(f"{file}: it is a folder; name a file in it.") from folder
    except OSError as unreadable:
        raise DataError(f"{file}: it cannot be opened ({unreadable.strerror}).") from unreadable


def _load_layouts(overrides: Path | None, partnership: str | None) -> "tuple[Layout, ...]":
    """Return the layouts an area uses, or every shared one, the office's own before the shipped."""
    from agent.area import load_area
    from agent.config import shipped
    from agent.layouts import load_layouts
    from agent.profile import Site

    if partnership is not None:
        office, _ = load_area(partnership, Site().with_stand_ins(), overrides)
        return office.layouts
    folders = [shipped("rules"), *([] if overrides is None else [overrides / "rules"])]
    by_name = {path.name: path for one in folders for path in (one / "forms").glob("*.toml")}
    return load_layouts([by_name[name] for name in sorted(by_name)])


def _documents(file: Path, content: bytes, reader: "FileReader") -> "tuple[Document, ...]":
    """Return a file, the files in a container, or those of a mail and the mail's own text."""
    from agent.documents.formats import tell_format
    from agent.model.message import Part

    format_ = tell_format(content)
    is_called_mail = file.suffix.lower() == ".eml" and format_ in {"text", "html", "unknown"}
    if format_ == "eml" or is_called_mail:
        return _documents_of_mail(content, reader)
    return tuple(reader.read_file(one) for one in reader.open(Part(file.name, "", content)))


def _documents_of_mail(content: bytes, reader: "FileReader") -> "tuple[Document, ...]":
    from agent.banner_rules import load_banners
    from agent.bodyform import BODY_FILENAME, read_body
    from agent.config import shipped
    from agent.documents.text import read_plain
    from agent.model.document import Document
    from agent.ownwords import own_words
    from agent.parse import parse

    message = parse(content)
    words = own_words(message, load_banners(shipped("rules") / "banners.toml"))
    body = read_body(message, words)
    if body is None and message.text.strip():
        body = Document(BODY_FILENAME, "body", read_plain(message.text))
    return (*reader.read_files(message), *([] if body is None else [body]))
