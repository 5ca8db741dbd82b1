"""Fills the Word files that go with letters: the templates under templates/, and nothing else.

Pure. What a value says stays text, whatever it looks like; the same values make the same bytes.
docxtpl makes a Word file fit to be a template, once for each; filling it is then Jinja's work
alone, because docxtpl's own way would parse and compile the whole file anew for every letter.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from agent.errors import LetterRefused, RuleError
from agent.model.draft import Enclosure

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The parts of a Word file in which a value may stand.
_FILLED = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
_TAGGED = re.compile(r"\{\{|\{%")
# What XML 1.0 has no way to say, and what breaks a line.
_UNSAYABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BREAK = Markup('</w:t><w:br/><w:t xml:space="preserve">')
_TAB = Markup('</w:t><w:tab/><w:t xml:space="preserve">')
_EARLIEST = (1980, 1, 1, 0, 0, 0)

# A part of a Word file: its name, and its bytes or the template they are made of.
_Part = tuple[str, bytes | Template]


class DocumentTemplates:
    """Every Word file under the template folders, by its path there."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = dict(sources)
        self._opened: dict[str, tuple[_Part, ...]] = {}

    def check(self, partnership: str, names: Iterable[str]) -> None:
        """Raise RuleError unless each of these Word files is there and is a template."""
        for name in names:
            self._open(self._find(partnership, name))

    def fill(self, partnership: str, name: str, values: Mapping[str, object]) -> bytes:
        """Return the Word file filled; an area's own template comes before the shared one.

        Raises:
            RuleError: the template is not there, is none, or asks for what it is not given.
        """
        found = self._find(partnership, name)
        filled = io.BytesIO()
        with zipfile.ZipFile(filled, "w") as package:
            for part, content in self._open(found):
                if isinstance(content, Template):
                    try:
                        content = content.render(values).encode()
                    except TemplateError as error:
                        raise RuleError(f"templates/{found}: {error}.") from error
                entry = zipfile.ZipInfo(part, _EARLIEST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, content)
        return filled.getvalue()

    def _find(self, partnership: str, name: str) -> str:
        own = f"partnerships/{partnership}/{name}"
        if own in self._sources:
            return own
        if name not in self._sources:
            raise RuleError(f"templates/{name}: there is no such template.")
        return name

    def _open(self, name: str) -> tuple[_Part, ...]:
        # Opened when first used: most starts of the program write no letter.
        if name not in self._opened:
            try:
                self._opened[name] = _parts(self._sources[name])
            except (zipfile.BadZipFile, UnicodeDecodeError) as error:
                raise RuleError(f"templates/{name}: this is no Word file.") from error
            except TemplateError as error:
                raise RuleError(f"templates/{name}: {error}.") from error
        return self._opened[name]


def load_documents(folders: Iterable[Path]) -> DocumentTemplates:
    """Return every Word file in these folders; a file in an earlier folder wins."""
    sources: dict[str, bytes] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.docx")):
            # Word puts a file of that kind beside the one that somebody has open.
            if path.is_file() and not path.name.startswith("~$"):
                sources.setdefault(path.relative_to(folder).as_posix(), path.read_bytes())
    return DocumentTemplates(sources)


def render_enclosure(
    enclosure: Enclosure, documents: DocumentTemplates, partnership: str
) -> tuple[str, str, bytes]:
    """Return a file that goes with a mail: its name, content type and content.

    Raises:
        RuleError: its template is wrong.
        LetterRefused: there is nothing in it.
    """
    if enclosure.template:
        content = documents.fill(partnership, enclosure.template, enclosure.values)
        return enclosure.filename, WORD, content
    if not enclosure.content:
        raise LetterRefused(f"The file {enclosure.filename!r} has nothing in it.")
    return enclosure.filename, enclosure.content_type, enclosure.content


def _parts(content: bytes) -> tuple[_Part, ...]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return tuple(
            (name, _part(package.read(name)) if _FILLED.fullmatch(name) else package.read(name))
            for name in package.namelist()
        )


def _part(content: bytes) -> bytes | Template:
    # Loaded with the first letter: it brings in python-docx, which nothing else here needs.
    from docxtpl import DocxTemplate

    patched = DocxTemplate(io.BytesIO()).patch_xml(content.decode())
    return _environment().from_string(patched) if _TAGGED.search(patched) else content


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, finalize=_as_word_text
    )


def _as_word_text(value: object) -> Markup:
    """Return a value as it stands in Word's XML: escaped, with Word's line breaks and tabs."""
    text = _LINE_BREAK.sub("\n", _UNSAYABLE.sub("", str(value)))
    return escape(text).replace("\n", _BREAK).replace("\t", _TAB)
