"""Opens the zip packages that Office files are, within limits checked before anything is inflated.

Reads XML without entities, document types, network or external files.
"""

import io
import struct
import zipfile
import zlib
from types import TracebackType

from lxml import etree

# A long form has about 30 entries; a report with hundreds of pictures stays below this.
MAX_ENTRIES = 2_000
# The main part of a 300-page report is about 10 MB of XML.
MAX_PART_BYTES = 30 * 1024 * 1024
# What all entries together may claim: a mail's file limit times the ratio pictures compress at.
MAX_TOTAL_BYTES = 300 * 1024 * 1024
# Word's XML compresses 10 to 40 times; only padding made for the purpose goes far beyond.
MAX_RATIO = 200
_RATIO_FROM_BYTES = 1024 * 1024
# Opening and closing tags of one part; 100 pages with heavy formatting have about 200,000.
MAX_TAGS = 1_000_000

# libxml2's code for XML nested too deep or with too long a text.
_RESOURCE_LIMIT = 114

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


class Unreadable(Exception):
    """A file cannot be read; `code` is one of `model.document.PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Package:
    """One opened package; use as a context manager. Every method raises `Unreadable` only."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as broken:
            raise Unreadable("broken") from broken
        entries = self._archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(one.file_size for one in entries) > MAX_TOTAL_BYTES:
            raise Unreadable("too_complex")
        self._entries = {entry.filename: entry for entry in entries}

    def __enter__(self) -> "Package":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all entries."""
        return tuple(self._entries)

    def read(self, name: str) -> bytes:
        """Return the bytes of one entry, which must be in the package."""
        entry = self._entries[name]
        if entry.flag_bits & 0x1:
            raise Unreadable("password")
        if entry.file_size > MAX_PART_BYTES or _is_padding(entry):
            raise Unreadable("too_complex")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("broken")
        try:
            # zipfile never inflates beyond the claimed size; a false claim fails the checksum.
            with self._archive.open(entry) as stream:
                return stream.read()
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as broken:
            raise Unreadable("broken") from broken

    def main_part(self) -> str:
        """Return the name of a Word file's main part; Word Online calls it `document2.xml` at
        times."""
        if "_rels/.rels" in self:
            for relation in self.xml("_rels/.rels"):
                target = relation.get("Target", "").lstrip("/")
                is_main = relation.get("Type", "").endswith("/officeDocument")
                if is_main and target.startswith("word/") and target in self:
                    return target
        if "word/document.xml" in self:
            return "word/document.xml"
        raise Unreadable("broken")

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts of that kind which belong to a part, by name."""
        folder, _, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        targets = (
            f"{folder}/{relation.get('Target', '')}"
            for relation in (self.xml(relations) if relations in self else ())
            if relation.get("Type", "").endswith(f"/{kind}")
        )
        return sorted(target for target in set(targets) if target in self)

    def xml(self, name: str) -> "etree._Element":
        """Return the root element of one entry, which must be in the package."""
        return parse_xml(self.read(name))


def parse_xml(content: bytes) -> "etree._Element":
    """Return the root element; raises `Unreadable` for a document type, bulk or broken XML."""
    if content.count(b"<") > MAX_TAGS:
        raise Unreadable("too_complex")
    # Refused before parsing, in UTF-8 as in UTF-16; forms never have one, attacks always do.
    if b"<!DOCTYPE" in content or b"<\0!\0D\0O\0C" in content:
        raise Unreadable("unsafe_xml")
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        is_bulk = getattr(error, "code", None) == _RESOURCE_LIMIT
        raise Unreadable("too_complex" if is_bulk else "broken") from error
    except ValueError as broken:
        raise Unreadable("broken") from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("unsafe_xml")
    return root


def _is_padding(entry: zipfile.ZipInfo) -> bool:
    if entry.file_size < _RATIO_FROM_BYTES:
        return False
    return entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
