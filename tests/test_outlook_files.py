"""Mails saved from Outlook and winmail.dat: their files, their text, and the lies they may tell."""

import struct

import pytest
from forms import ROBIN, write_form
from mails import mail
from msgfile import msg_attachment, msg_file, msg_folder, ole_file, winmail

from agent import documents
from agent.documents.formats import tell_format
from agent.documents.unpack import open_container
from agent.model.message import Part
from agent.parse import parse

FORM = write_form(ROBIN)
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(3_000)
# The example of MS-OXRTFCP, 3.2.1: "{\rtf1\ansi\ansicpg1252\pard hello world}\r\n".
PACKED_RTF = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a0072637067313235423"
    "20af32068656c090020627705b06c647d0a800fa0"
)


def packed(rtf: bytes) -> bytes:
    """Return RTF as Outlook keeps it that did not pack it (MS-OXRTFCP, MELA)."""
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def found(content: bytes, name: str = "file", kind: str = "") -> list[tuple[str, str]]:
    """Return each file inside with what it is, or why it is not opened."""
    inside = open_container(Part(name, kind, content))
    return [
        (one.filename, getattr(one, "problem", "") or tell_format(one.content)) for one in inside
    ]


def test_a_saved_mail_gives_its_files_and_its_text():
    saved = msg_file(("form.docx", FORM), ("logo.png", LOGO), body="Please see the form. Zo\u00eb")
    form, text = open_container(Part("FW Referral.msg", "", saved))

    assert (form.filename, form.content) == ("form.docx", FORM)
    assert (text.filename, text.content.decode()) == (
        "message body.txt",
        "Please see the form. Zo\u00eb",
    )


def test_the_html_of_a_saved_mail_is_its_text():
    saved = msg_file(body="Name of child", html=b"<table><tr><td>Name of child</table>")

    assert found(saved) == [("message body.html", "html")]


def test_a_mail_attached_to_a_saved_mail_is_opened_too():
    inner = msg_folder(msg_attachment("form.docx", FORM), body="inner")
    saved = ole_file(msg_folder(msg_attachment("FW: Referral", inner), body="outer"))

    assert [name for name, _ in found(saved)] == ["form.docx", *["message body.txt"] * 2]


def test_what_a_saved_mail_only_links_to_is_told():
    linked = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": b"a\0.\0d\0"}

    assert found(ole_file(msg_folder(linked))) == [("a.d", "not_read_yet")]


def test_streams_that_share_their_bytes_are_not_read():
    saved = msg_file(
        ("a.docx", bytes(20_000)), ("b.docx", bytes(20_000)), ("c.docx", bytes(20_000))
    )
    name = "__substg1.0_37010102".encode("utf-16-le")
    forged = bytearray(saved)
    for at in range(len(saved) - len(name)):
        if saved[at : at + len(name)] == name:
            struct.pack_into("<Q", forged, at + 120, 40_000)

    assert found(bytes(forged), "bomb.msg") == [("bomb.msg", "too_complex")]


def test_winmail_gives_files_by_their_long_names_and_the_mails_attached():
    inner = winmail([("inner form.docx", FORM)])
    content = winmail([("Serious incident referral Zo\u00eb.docx", FORM), ("FW", inner)])

    assert found(content, "winmail.dat") == [
        ("Serious incident referral Zo\u00eb.docx", "docx"),
        ("inner form.docx", "docx"),
    ]


def test_the_text_in_winmail_counts_where_the_mail_has_none_itself():
    content = winmail([("form.docx", FORM)], body="Not known to us.")
    files = [("winmail.dat", content, "application/ms-tnef")]

    def names(body: str) -> list[str]:
        return [one.filename for one in documents.unpack(parse(mail(body=body, attachments=files)))]

    assert names("Not known to us.\n") == ["form.docx"]
    assert names("\n") == ["form.docx", "message body.txt"]


RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\colortbl;\red0\green0\blue0;}"
    rb"{\*\generator Riched20;}\pard\f0 Zo\'eb isn\u8217?t known to us.\par "
    rb"{\*\htmltag64 <p>}\htmlrtf hidden\htmlrtf0 Kind regards\par}"
)


@pytest.mark.parametrize(
    ("own", "wrapped", "is_kept"),
    [
        ("Not known to us.\n\nSam", {"body": "Not known to us.\r\n \r\nSam"}, False),
        ("Not known to us.", {"html": b"<p>Not <b>known</b> to&nbsp;us.</p>"}, False),
        ("CAUTION: external.\n\nNot known to us.", {"body": "Not known to us."}, False),
        ("Tel <tel:01632960100>, s@x.example", {"html": b"<p>Tel, s@x.example</p>"}, False),
        ("Zo\u00eb isn\u2019t known to us.\nKind regards", {"rtf": packed(RTF)}, False),
        ("See the form.", {"body": "See the form. He is home tonight."}, True),
        ("CAUTION: external.", {"html": b"<p>Not known to us.</p>"}, True),
        ("Kind regards", {"rtf": packed(RTF)}, True),
        ("See the form.", {"html": b"<table><tr><td>Name of child<td>Robin</table>"}, True),
    ],
)
def test_the_text_in_winmail_is_a_file_where_it_says_more_than_the_mail(own, wrapped, is_kept):
    content = winmail([("form.docx", FORM)], **wrapped)
    files = [("winmail.dat", content, "application/ms-tnef")]

    names = [one.filename for one in documents.unpack(parse(mail(body=own, attachments=files)))]

    assert names[0] == "form.docx"
    assert len(names) == (2 if is_kept else 1)


def test_a_body_that_stands_as_packed_rtf_only_is_unpacked():
    (part,) = open_container(Part("winmail.dat", "", winmail(rtf=PACKED_RTF)))

    assert part.filename == "message body.rtf"
    assert part.content == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize("count", [2, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_count_in_winmail_is_not_believed(count):
    lie = struct.pack("<IHHI", 1, 0x1002, 0x1234, count)
    content = b"\x78\x9f\x3e\x22\x01\x00" + struct.pack("<BHHI", 1, 0x9003, 6, len(lie)) + lie

    assert found(content, "winmail.dat") == [("winmail.dat", "empty")]
