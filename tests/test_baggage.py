"""What a Word file brings along beside its text, and how a person is told of it."""

import re
from pathlib import Path

import pytest
from forms import NAMESPACES, ROBIN, para, read, word_file, write_form, zip_of

from agent.model.document import WARNINGS

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
AGENT = Path(__file__).parent.parent / "agent"


def carrying(
    kind: str, target: str, mode: str = "External", part: str = "document", base: str = RELATIONS
) -> tuple[str, ...]:
    """Return the warnings of a Word file one part of which has such a relation."""
    relation = f'<Relationship Id="r1" Type="{base}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    relations = f'<Relationships xmlns="x">{relation}</Relationships>'
    name = f"word/_rels/{part}.xml.rels"
    return read(word_file(para("Some words"), **{name: relations.encode()})).warnings


@pytest.mark.parametrize(
    "target",
    [
        "https://templates.example/form.dotm",
        "\\\\server\\share\\form.dotm",
        "file://server/share/form.dotm",
        "file:///\\\\server\\share\\form.dotm",
        "file:////server/share/form.dotm",
        "%5C%5Cserver%5Cshare%5Cform.dotm",
        "HTTP://templates.example/form.dotm",
    ],
)
def test_a_template_on_another_computer_is_told(target):
    assert carrying("attachedTemplate", target, part="settings") == ("remote_template",)


@pytest.mark.parametrize(
    "target",
    [
        "file:///C:\\Users\\anna\\Templates\\Normal.dotm",
        "file:///C:/Templates/Normal.dotm",
        "file://localhost/Users/anna/Normal.dotm",
        "C:\\Templates\\Normal.dotm",
        "Normal.dotm",
    ],
)
def test_a_template_on_the_writers_own_disk_is_nothing_to_tell(target):
    assert carrying("attachedTemplate", target, part="settings") == ()


@pytest.mark.parametrize("kind", ["image", "oleObject", "frame", "subDocument"])
@pytest.mark.parametrize("part", ["document", "header1"])
@pytest.mark.parametrize("base", [RELATIONS, STRICT])
def test_parts_that_are_fetched_from_elsewhere_are_told(kind, part, base):
    target = "https://pictures.example/logo.png"
    assert carrying(kind, target, part=part, base=base) == ("external_links",)


def test_a_hyperlink_is_nothing_to_tell():
    assert carrying("hyperlink", "mailto:reviews@lscp.example") == ()
    assert carrying("hyperlink", "https://lscp.example") == ()


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("oleObject", "embeddings/oleObject1.bin"),
        ("package", "embeddings/Sheet1.xlsx"),
        ("aFChunk", "afchunk.htm"),
    ],
)
def test_objects_set_into_the_file_are_told(kind, target):
    assert carrying(kind, target, mode="Internal") == ("embedded_objects",)


def test_an_embedded_file_is_told_even_where_nothing_points_to_it():
    content = word_file(para("Words"), **{"word/embeddings/oleObject1.bin": b"\xd0\xcf"})
    assert read(content).warnings == ("embedded_objects",)


def test_pictures_and_styles_of_an_ordinary_form_are_nothing_to_tell():
    assert read(write_form(ROBIN)).warnings == ()


def test_relations_that_cannot_be_read_spoil_nothing_else():
    document = f"<w:document {NAMESPACES}><w:body>{para('Words')}</w:body></w:document>"
    parts = {
        "word/document.xml": document.encode(),
        "word/_rels/settings.xml.rels": b"<Relationships",
        "word/embeddings/oleObject1.bin": b"\xd0\xcf",
    }
    found = read(zip_of(parts))
    assert (found.problem, found.warnings) == (None, ("embedded_objects",))


def test_every_warning_that_a_reader_gives_has_a_sentence_for_a_person():
    written = "\n".join(path.read_text() for path in (AGENT / "documents").glob("*.py"))
    given = set(re.findall(r'warnings\.add\("(\w+)"\)', written))
    given |= set(re.findall(r'yield "(\w+)"', (AGENT / "documents/baggage.py").read_text()))

    assert len(given) >= 10
    assert given <= WARNINGS.keys()
    for code, words in WARNINGS.items():
        assert f'"{code}"' in written, code
        assert words.endswith(".")
