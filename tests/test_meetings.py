"""Who comes to the rapid review meeting is read from calendars and from people's own words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config import shipped
from agent.icsreply import ASKED, Coming, MeetingAnswer, read_reply, read_words
from agent.meetingrules import QuorumRule
from agent.meetings import (
    ANSWERED,
    agency_of,
    answers_of,
    attendance,
    detail_of,
    quorum,
)
from agent.model.case import CaseEvent
from agent.model.register import Agency, Contact, Register
from agent.parse import parse
from agent.phrase_file import load_phrases
from agent.phrases import split_sentences
from agent.predicates import PREDICATES
from agent.profile import ASKED_BY_THE_PROGRAM, Office, Site, load_office
from tests.mails import mail

PHRASES = load_phrases([shipped("rules") / "words.toml"])
POLICE = "morgan.quill@police.northshire.example"
DEPUTY = "sam.reed@police.northshire.example"
ICB = "lee.brook@icb.northshire.example"
COUNCIL = "jo.fenn@northshire.example"
SCHOOL = "head@school.northshire.example"
LEGAL = "kim.dale@law.northshire.example"


def agency(id_: str, name: str, role: str, email: str) -> Agency:
    domain = email.partition("@")[2]
    return Agency(id_, name, role, (Contact("", "", email),), (domain,))  # type: ignore[arg-type]


REGISTER = Register(
    (
        agency("police", "Northshire Police", "statutory_partner", POLICE),
        agency("icb", "Northshire ICB", "statutory_partner", ICB),
        agency(
            "council", "Northshire Council, Children’s Social Care", "statutory_partner", COUNCIL
        ),
        agency("school", "Southwood Infant School", "education", SCHOOL),
        agency("law", "Northshire Council Legal Services", "legal", LEGAL),
    )
)


def office_of(area: str) -> Office:
    site = Site().with_stand_ins()
    return load_office(area, site, REGISTER, (shipped("rules"),), frozenset(PREDICATES))


LEWISHAM, KSCP, LAMBETH = map(office_of, ("lewisham", "kscp", "lambeth"))


def calendar(*lines: str, method: str = "REPLY") -> bytes:
    """Return a calendar's answer as Exchange writes it."""
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            f"METHOD:{method}",
            "PRODID:Microsoft Exchange Server 2010",
            "VERSION:2.0",
            "BEGIN:VEVENT",
            *lines,
            "UID:scoping:LEW-2026-7-ABC:police@lscp.example",
            "SEQUENCE:1",
            "DTSTART:20270106T100000Z",
            "DTSTAMP:20261221T090000Z",
            "ORGANIZER:mailto:reviews@lscp.example",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    ).encode()


def answered(content: bytes, sender: str = POLICE) -> MeetingAnswer | None:
    attached = [("", content, "text/calendar")]
    return read_reply(parse(mail(f"<{sender}>", "Accepted: meeting", attachments=attached)))


def says(text: str) -> MeetingAnswer | None:
    return read_words(POLICE, split_sentences(text), PHRASES)


def word(coming: Coming | None, sender: str, **more: object) -> MeetingAnswer:
    return MeetingAnswer(coming, sender, sender, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_a_calendar_says_who_comes(partstat: str) -> None:
    answer = answered(
        calendar(f"ATTENDEE;PARTSTAT={partstat};CN=Morgan:MAILTO:{POLICE.title()}", "COMMENT:Soon")
    )

    assert answer == MeetingAnswer(
        Coming(partstat.lower()),
        POLICE,
        POLICE,
        uid="scoping:LEW-2026-7-ABC:police@lscp.example",
        sequence=1,
        comment="Soon",
    )


def test_who_delegates_names_the_deputy_and_not_the_other_way_round() -> None:
    answer = answered(
        calendar(
            f'ATTENDEE;PARTSTAT=NEEDS-ACTION;DELEGATED-FROM="mailto:{POLICE}":mailto:{DEPUTY}',
            f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{DEPUTY}":mailto:{POLICE}',
        )
    )

    assert answer is not None
    assert (answer.coming, answer.attendee, answer.delegate) == ("delegated", POLICE, DEPUTY)


def test_another_time_is_asked_for_and_nothing_promised() -> None:
    lines = f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{POLICE}"

    answer = answered(calendar(lines, method="COUNTER"))

    assert answer is not None
    assert (answer.coming, answer.other_time) == (Coming.TENTATIVE, True)
    assert answered(calendar(lines)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n",
        calendar(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{POLICE}", method="REQUEST"),
        calendar("ATTENDEE;PARTSTAT"),
        calendar(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{POLICE}")[:90],
    ],
)
def test_what_is_no_answer_is_none(content: bytes) -> None:
    assert answered(content) is None


@given(st.data())
def test_no_calendar_however_broken_stops_the_line(data: st.DataObject) -> None:
    whole = calendar(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{POLICE}")
    at = data.draw(st.integers(0, len(whole)))
    broken = (
        whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + data.draw(st.integers(0, 9)) :]
    )

    answer = answered(broken)

    assert answer is None or answer.sender == POLICE


@pytest.mark.parametrize(
    ("text", "coming"),
    [
        ("I'll be attending.", "accepted"),
        ("Yes I can make that.", "accepted"),
        ("In diary. See you all Thursday", "accepted"),
        ("Accepted: Rapid review meeting", "accepted"),
        ("Thank you. Regretfully I must decline.", "declined"),
        ("Please note Dr Fenwick's apologies. No deputy is available.", "declined"),
        ("Declining, on leave. Nobody free to stand in for me I'm afraid.", "declined"),
        ("Put me down as a maybe.", "tentative"),
        ("Apologies, I am in court. DS Whitlam will stand in.", "delegated"),
        ("Jatinder will come in my place.", "delegated"),
        ("Police will be represented by DCI Tennant.", "delegated"),
    ],
)
def test_people_say_who_comes_in_their_own_words(text: str, coming: str) -> None:
    answer = says(text)

    assert answer is not None
    assert answer.coming == coming


@pytest.mark.parametrize(
    "text",
    [
        "Can I attend if I was not the author?",
        "If it is online I can attend, otherwise we can't.",
        "10th: no. 11th: yes am. 12th: yes all day.",
        "I accepted in error. Please take me off.",
        "the am is no good for me but pm is ok",
    ],
)
def test_what_is_not_surely_said_is_left_to_a_person(text: str) -> None:
    assert says(text) is None


@pytest.mark.parametrize(
    "said", ["I had no direct involvement in the case.", "He has never met the family."]
)
def test_no_direct_involvement_is_heard(said: str) -> None:
    assert PHRASES.find("meeting_uninvolved", split_sentences(said)) is not None
    assert PHRASES.find("meeting_involved", split_sentences(said)) is None


def test_the_program_asks_for_every_set_it_reads_answers_by() -> None:
    assert ASKED <= ASKED_BY_THE_PROGRAM <= PHRASES.names


def test_the_last_answer_of_each_agency_stands() -> None:
    answers = [
        word(Coming.ACCEPTED, POLICE, uninvolved=True),
        word(Coming.TENTATIVE, ICB),
        word(Coming.ACCEPTED, ICB),
        word(Coming.DECLINED, POLICE),
    ]

    seats = attendance(answers, LEWISHAM, ["council"])

    assert [(seat.agency, seat.answer and seat.answer.coming) for seat in seats] == [
        ("police", "declined"),
        ("icb", "accepted"),
        ("council", None),
    ]
    assert not seats[0].is_taken
    assert seats[1].is_taken


def test_involvement_is_kept_for_the_same_person_only() -> None:
    first = word(Coming.ACCEPTED, POLICE)
    told = word(None, POLICE, uninvolved=True)

    [seat] = attendance([first, told, word(Coming.ACCEPTED, POLICE)], LEWISHAM)
    [other] = attendance([first, told, word(Coming.ACCEPTED, DEPUTY)], LEWISHAM)
    [was_in] = attendance([first, word(None, POLICE, uninvolved=False)], LEWISHAM)

    assert seat.answer is not None
    assert (seat.answer.coming, seat.answer.uninvolved) == (Coming.ACCEPTED, True)
    assert other.answer is not None
    assert other.answer.uninvolved is None
    assert not was_in.is_taken


@pytest.mark.parametrize(
    ("sender", "attendee"),
    [("stranger@mail.example", POLICE), (ICB, POLICE), ("stranger@mail.example", "x@y.example")],
)
def test_nobody_answers_for_an_agency_that_is_not_theirs(sender: str, attendee: str) -> None:
    answer = MeetingAnswer(Coming.ACCEPTED, sender, attendee)

    assert agency_of(answer, REGISTER) is None
    assert attendance([answer], LEWISHAM) == ()


THREE = [word(Coming.ACCEPTED, one) for one in (POLICE, ICB, COUNCIL)]


@pytest.mark.parametrize("office", [LEWISHAM, LAMBETH])
def test_three_partners_make_a_quorum(office: Office) -> None:
    assert quorum(attendance(THREE, office), office).is_met
    found = quorum(attendance(THREE[:2], office, ["council"]), office)
    assert not found.is_met
    assert found.sentence == (
        "Not quorate, as answered: nobody is sure to come for the local authority "
        "(Northshire Council, Children’s Social Care has not answered)."
    )


def test_knowsley_needs_education_and_a_legal_adviser_too() -> None:
    missing = quorum(attendance(THREE, KSCP), KSCP)
    five = [*THREE, word(Coming.DELEGATED, SCHOOL), word(Coming.ACCEPTED, LEGAL)]

    assert [need.partner for need in missing.needs if not need.is_met] == ["education", "legal"]
    assert "education (nobody was invited)" in missing.sentence
    assert quorum(attendance(five, KSCP), KSCP).is_met


def test_an_agency_that_fits_two_partners_is_neither() -> None:
    both = agency("x", "Northshire Police and Council", "statutory_partner", "a@both.example")
    register = Register((both,))
    office = load_office(
        "lewisham", Site().with_stand_ins(), register, (shipped("rules"),), frozenset(PREDICATES)
    )

    found = quorum(attendance([word(Coming.ACCEPTED, "a@both.example")], office), office)

    assert [need.seats for need in found.needs] == [(), (), ()]


def test_a_profile_cannot_need_a_partner_that_is_declared_nowhere() -> None:
    with pytest.raises(ValueError, match="partner `fire` is not declared"):
        QuorumRule(needs=("police", "fire"), source="x", checked_on=date(2026, 11, 25))


def test_an_answer_to_an_earlier_day_says_nothing_of_the_present_one() -> None:
    def event(anchor: str, day: int, **detail: str) -> CaseEvent:
        at = datetime(2026, 12, day, 9, tzinfo=UTC)
        told = {"kind": "rapid_review", **detail}
        return CaseEvent(anchor, date(2027, 1, day), "x", at, None, told)

    answer = word(Coming.DELEGATED, POLICE, delegate="Sam Reed", uninvolved=True, other_time=True)
    kept = event(ANSWERED, 2, **detail_of(answer, "police", "rapid_review"))
    events = [event("meeting_set", 5, time="10:00"), kept]

    assert answers_of(events, "rapid_review") == (answer,)
    assert answers_of(events, "learning_group") == ()
    same = [*events, event("meeting_set", 5, time="10:00", place="Room 2")]
    assert answers_of(same, "rapid_review") == (answer,)
    assert answers_of([*events, event("meeting_set", 6, time="10:00")], "rapid_review") == ()
