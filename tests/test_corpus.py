"""The labelled corpus itself: complete, believable in its proportions, and the same every time."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from tests.corpus.build import REVIEWS, Entry, load, write_area
from tests.corpus.world import AREAS, load_area

KINDS = {
    *("serious_incident_referral", "practice_learning_referral", "notification_copy"),
    *("scoping_return", "nil_return", "extension_request", "case_correspondence"),
    *("decision_notice", "panel_response", "meeting_response", "enquiry", "immediate_risk"),
    *("wrong_door", "auto_reply", "bounce", "unrelated", "unknown"),
}
DOORS = {
    *("lado", "child_death", "adult_safeguarding", "subject_access", "foi", "complaint", "press"),
    *("other_partnership", "front_door", "family", "solicitor", "mp", "whistleblowing"),
    "escalation",
}
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)*)")
LINK = re.compile(r"https?://([\w.-]+)")
TELEPHONE = re.compile(r"(?<!\d)0\d{4} ?\d{6}(?!\d)")


def decoded(entry: Entry) -> str:
    """Return the headers and every text a person would see, decoded."""
    parsed: Message = message_from_bytes(entry.raw)
    texts = [f"{name}: {value}" for name, value in parsed.items()]
    for part in parsed.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            texts.append(payload.decode(part.get_content_charset() or "utf-8", "replace"))
    return "\n".join(texts)


def test_every_kind_has_five_mails_and_the_whole_has_two_hundred() -> None:
    counts = Counter(entry.kind for entry in load())

    assert set(counts) == KINDS
    assert min(counts.values()) >= 5
    assert sum(counts.values()) >= 200


def test_every_area_and_both_halves_have_their_share() -> None:
    areas = Counter(entry.area for entry in load())
    halves = Counter(entry.half for entry in load())

    assert set(areas) == set(AREAS)
    assert min(areas.values()) >= 25
    assert min(halves.values()) >= 0.3 * len(load())


def test_no_two_mails_share_an_id_a_message_id_or_their_bytes() -> None:
    entries = load()

    assert len({entry.id for entry in entries}) == len(entries)
    assert len({hashlib.sha256(entry.raw).digest() for entry in entries}) == len(entries)
    ids = [message_from_bytes(entry.raw)["Message-ID"] for entry in entries]
    assert len(set(ids)) == len(ids)


def test_a_third_is_hard_and_every_label_says_why() -> None:
    entries = load()

    assert sum(entry.hard for entry in entries) >= len(entries) / 3
    assert all(entry.why.endswith(".") for entry in entries)


@pytest.mark.parametrize("entry", load(), ids=lambda entry: entry.id)
def test_a_label_is_whole(entry: Entry) -> None:
    assert entry.review in REVIEWS
    assert {entry.kind, *entry.also, *entry.accept} <= KINDS
    assert entry.kind not in (*entry.also, *entry.accept)
    assert (entry.door is not None) == (entry.kind == "wrong_door")
    assert set((entry.door or "lado").split("/")) <= DOORS
    references = load_area(entry.area).references
    assert entry.case is None or entry.case in references
    assert entry.proposal is None or (entry.proposal in references and entry.case is None)
    if entry.live_risk or entry.kind in ("immediate_risk", "unknown"):
        assert entry.review == "must"
    if entry.kind == "immediate_risk":
        assert entry.live_risk


@pytest.mark.parametrize("entry", load(), ids=lambda entry: entry.id)
def test_a_mail_is_well_formed_and_everything_in_it_is_invented(entry: Entry) -> None:
    parsed = message_from_bytes(entry.raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert [defect for part in parsed.walk() for defect in part.defects] == []
    assert parsed["From"]
    assert parsed["Date"]
    assert parsed["Message-ID"]

    shown = decoded(entry)
    domains = ADDRESS.findall(shown) + LINK.findall(shown)
    assert {domain for domain in domains if not domain.endswith("example")} == set()
    numbers = TELEPHONE.findall(shown)
    assert all(number.replace(" ", "").startswith("01632960") for number in numbers)


def test_another_process_builds_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.corpus.build import load; "
        "print(hashlib.sha256(b''.join(e.raw for e in load())).hexdigest())"
    )
    command = [sys.executable, "-c", program]

    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    here = hashlib.sha256(b"".join(entry.raw for entry in load())).hexdigest()
    assert printed.strip() == here


def test_an_area_can_be_laid_out_for_a_rehearsal(tmp_path: Path) -> None:
    files = write_area("leeds", tmp_path, "held")

    written = {path.stem for path in tmp_path.glob("*.eml")}
    assert written == {e.id for e in load() if e.area == "leeds" and e.half == "held"}
    assert all(path.is_file() for path in files.values())
