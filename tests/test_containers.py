"""The form is found in whatever it was put into; what cannot be opened is told, never lost."""

import io
import struct
import zipfile

import pytest
from forms import ROBIN, form_in, write_form, zip_of
from hypothesis import given
from hypothesis import strategies as st
from mails import WORD, mail
from msgfile import msg_file, ole_file, winmail

from agent import documents
from agent.documents.archive import MAX_ENTRIES
from agent.documents.formats import tell_format
from agent.documents.unpack import MAX_FILES, open_container
from agent.model.message import Part
from agent.parse import parse

FORM = write_form(ROBIN)
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(3_000)


def found(content: bytes, name: str = "file", kind: str = "") -> list[tuple[str, str]]:
    """Return each file inside with what it is, or why it is not opened."""
    inside = open_container(Part(name, kind, content))
    return [
        (one.filename, getattr(one, "problem", "") or tell_format(one.content)) for one in inside
    ]


def nested(*steps: str) -> bytes:
    """Return the form in these containers, the inmost first."""
    content, name = FORM, "form.docx"
    for number, step in enumerate(steps):
        if step == "zip":
            content = zip_of({name: content})
        elif step == "msg":
            content = msg_file((name, content))
        elif step == "winmail":
            content = winmail([(name, content)])
        else:
            content = mail(attachments=[(name, content, "application/octet-stream")])
        name = f"{number}.{step}"
    return content


def stored(entries: dict[str, bytes]) -> bytearray:
    """Return an archive that can be tampered with: nothing in it is compressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return bytearray(packed.getvalue())


def places(archive: bytes, signature: bytes) -> list[int]:
    return [at for at in range(len(archive)) if archive[at : at + 4] == signature]


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


@pytest.mark.parametrize(
    "steps",
    [
        ("zip",),
        ("msg",),
        ("winmail",),
        ("eml",),
        ("zip", "msg"),
        ("msg", "eml"),
        ("winmail", "eml"),
        ("zip", "msg", "eml"),
        ("eml", "zip"),
        ("eml", "eml"),
        ("zip", "winmail", "msg", "eml"),
    ],
)
def test_the_form_is_found_in_every_container_and_keeps_its_name(steps):
    raw = mail(attachments=[("sent", nested(*steps), "application/octet-stream")])
    (part,) = documents.unpack(parse(raw))

    assert part.filename == "form.docx"
    assert form_in(part.content).value("child_name") == "Robin Alder"


def test_more_containers_in_one_another_than_people_make_are_left_to_a_person():
    assert found(nested("msg", "msg", "msg", "msg", "msg")) == [("0.msg", "too_complex")]


def test_the_files_of_an_archive_come_in_its_order_without_folders_and_clutter():
    archive = zip_of(
        {
            "Referral/": b"",
            "Referral/b.docx": FORM,
            "__MACOSX/Referral/._b.docx": b"\x00\x05\x16\x07",
            "Referral/.DS_Store": b"\x00",
            "../../etc/passwd.txt": b"words",
            "C:\\Users\\m\\a.txt": b"words",
            "logo.png": LOGO,
        }
    )
    assert found(archive) == [
        ("b.docx", "docx"),
        ("passwd.txt", "text"),
        ("a.txt", "text"),
        ("logo.png", "image"),
    ]


def test_names_in_an_archive_are_read_however_they_were_written():
    archive = stored({"Zo\u00eb.txt": b"words", "aaaaa.txt": b"words", "bbbb.txt": b"words"})
    mac, windows = "Zo\u00eb.t".encode(), "b\u00e9.b".encode("cp437")
    archive = archive.replace(b"aaaaa", mac[:5]).replace(b"bbbb", windows)

    assert [name for name, _ in found(bytes(archive))] == [
        "Zo\u00eb.txt",
        "Zo\u00eb..txt",
        "b\u00e9.b.txt",
    ]


def test_an_archive_in_an_archive_goes_to_a_person_and_the_rest_is_read():
    archive = zip_of({"inner.zip": zip_of({"form.docx": FORM}), "form.docx": FORM})

    assert found(archive) == [("inner.zip", "too_complex"), ("form.docx", "docx")]


def test_a_file_behind_a_password_is_told_and_the_rest_is_read():
    archive = stored({"locked.docx": b"words", "note.txt": b"The password follows."})
    for signature, flags in ((LOCAL, 6), (CENTRAL, 8)):
        archive[places(archive, signature)[0] + flags] |= 1

    assert found(bytes(archive)) == [("locked.docx", "password"), ("note.txt", "text")]


def test_a_way_of_packing_that_is_not_known_is_told():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("form.docx", FORM)

    assert found(packed.getvalue()) == [("form.docx", "not_read_yet")]


def test_an_archive_that_unpacks_without_end_is_stopped():
    padding = bytes(40 * 1024 * 1024)

    assert found(zip_of({"a.docx": padding})) == [("a.docx", "too_complex")]


def test_a_false_size_in_an_archive_is_not_believed():
    archive = stored({"a.txt": b"x" * 100, "b.txt": b"words"})
    for signature, size in ((LOCAL, 22), (CENTRAL, 24)):
        struct.pack_into("<I", archive, places(archive, signature)[0] + size, 5)

    assert found(bytes(archive)) == [("a.txt", "broken"), ("b.txt", "text")]


def test_entries_that_share_their_bytes_are_not_unpacked():
    archive = stored({"a.txt": b"x" * 100, "b.txt": b"y" * 100})
    struct.pack_into("<I", archive, places(archive, CENTRAL)[1] + 42, 0)

    assert found(bytes(archive), "bomb.zip") == [("bomb.zip", "too_complex")]


def test_an_archive_of_very_many_files_is_not_listed():
    archive = zip_of({f"{n}.txt": b"x" for n in range(MAX_ENTRIES + 1)})

    assert found(archive, "year.zip") == [("year.zip", "too_complex")]


def test_files_of_an_archive_beyond_the_limit_are_not_lost_in_silence():
    archive = zip_of({f"{n}.txt": b"words" for n in range(MAX_FILES + 3)})
    raw = mail(attachments=[("year.zip", archive, "application/zip"), ("x.docx", FORM, WORD)])
    *first, last = documents.unpack(parse(raw))

    assert [part.filename for part in first] == [f"{n}.txt" for n in range(MAX_FILES)]
    assert (last.filename, documents.read(last).problem) == (
        f"{MAX_FILES}.txt and 2 more and 1 more",
        "too_many_files",
    )


@pytest.mark.parametrize("content", [zip_of({}), zip_of({"folder/": b""})])
def test_an_archive_without_files_is_told(content):
    assert found(content, "empty.zip") == [("empty.zip", "empty")]


def test_a_damaged_container_is_told():
    zipped, saved = zip_of({"form.docx": FORM}), msg_file(("form.docx", FORM))

    assert found(b"PK\x03\x04" + zipped[40:90], "a.zip") == [("a.zip", "broken")]
    assert found(saved[:-512], "a.msg") == [("a.msg", "broken")]


def test_a_form_typed_into_an_attached_mail_is_its_file():
    typed = mail(body="Name of child: Robin Alder\n", attachments=[("logo.png", LOGO, "image/png")])
    (part,) = open_container(Part("FW Referral.eml", "message/rfc822", typed))

    assert (part.filename, part.content) == ("FW Referral.eml", b"Name of child: Robin Alder\n")


SEALED = {"EncryptedPackage": b"x", "\x06DataSpaces": {"TransformInfo": {}}}
MANAGED = {
    "EncryptedPackage": b"x",
    "\x06DataSpaces": {"TransformInfo": {"DRMEncryptedTransform": {"\x06Primary": b"x"}}},
}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (winmail(), "tnef"),
        (msg_file(), "msg"),
        (msg_file(("locked.docx", ole_file(SEALED))), "msg"),
        (ole_file(SEALED), "encrypted"),
        (ole_file(MANAGED), "rights_managed"),
        (ole_file({"WordDocument": b"x", "\x09DRMContent": b"x"}), "rights_managed"),
        (ole_file({"WordDocument": b"x"}), "doc"),
        (bytes.fromhex("76e80460c411e386") + b"x", "rpmsg"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"\x1f\x8b\x08\x00", "gz"),
        (b"MZ\x90\x00\x03\x00", "exe"),
        (b"MZ is my reference", "text"),
        (bytes.fromhex("4c0000000114020000000000c000000000000046"), "lnk"),
        (b"<p>Name of child</p>", "html"),
    ],
)
def test_a_file_is_told_by_its_content(content, expected):
    assert tell_format(content) == expected


STARTS = [zip_of({"a.txt": b"x"}), msg_file(("a.txt", b"x"), body="b"), winmail([("a", b"x")]), b""]


@given(st.sampled_from(STARTS), st.integers(0, 5_000), st.binary(max_size=300))
def test_no_bytes_make_opening_fail(start, at, content):
    damaged = start[:at] + content + start[at + len(content) :]
    for part in open_container(Part("a.eml", "", damaged)):
        documents.read(part)
