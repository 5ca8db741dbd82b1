"""What a mail tells without a form: the child, what happened, who writes, what is answered."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.banner_rules import load_banners
from agent.model.form import Form
from agent.model.message import Kind
from agent.ownwords import own_words
from agent.parse import parse
from agent.prose import LAYOUT, read_prose
from agent.questions import FIELDS
from tests.mails import mail
from tests.measure_prose import HALVES, counts, figures, load_told

RULES = load_banners(Path(__file__).parents[1] / "rules" / "banners.toml")
TUESDAY = datetime(2026, 12, 15, 10, 0, tzinfo=UTC)
ANNA = "Anna Marsh <anna.marsh@police.northshire.example>"
REFERRAL = Kind.SERIOUS_INCIDENT_REFERRAL


def form_of(
    body: str,
    kind: Kind = REFERRAL,
    *,
    subject: str = "For you",
    sender: str = ANNA,
    reply: bool = False,
) -> Form | None:
    answers = "<scoping-1@lscp.example>" if reply else None
    raw = mail(sender, subject, body, received=TUESDAY, in_reply_to=answers)
    message = parse(raw)
    return read_prose(kind, message, own_words(message, RULES))


def told(body: str, name: str, **more: str) -> object:
    form = form_of(body, **more)  # type: ignore[arg-type]
    return None if form is None else form.value(name)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Mason Okafor-Bell (dob 9/3/24) was brought in on Monday.", "Mason Okafor-Bell"),
        ("Child: Isaac Bolarin, 21.08.2024, of 15 Vassall Court.", "Isaac Bolarin"),
        ("IP - Oscar Mellor DOB 19/09/2024, scald to both legs.", "Oscar Mellor"),
        ("Zachariah Lindow, who was nearly three, died on Friday.", "Zachariah Lindow"),
        ("K.B., a 7 month old girl, was brought in by ambulance.", "K.B."),
        ("I write about the death of Jean-Luc de la Cruz on 3 December.", "Jean-Luc de la Cruz"),
        ("Our pupil Siân ap Rhys was killed on Saturday.", "Siân ap Rhys"),
        ("Name of child: O'DONNELL, Caoimhe", "O'DONNELL, Caoimhe"),
        ("We refer Zofia Wiśniewska, d.o.b. 24 February 2022.", "Zofia Wiśniewska"),
        ("Baby Pritchard was stillborn after an assault.", "Baby Pritchard"),
        ("Child L (boy, aged 12) died of an asthma attack.", "Child L"),
        ("Young person Mohammed Al-Rashid was beaten.", "Mohammed Al-Rashid"),
    ],
)
def test_the_child_is_named_as_the_sender_writes_it(sentence: str, name: str) -> None:
    assert told(sentence, "child_name") == name


@pytest.mark.parametrize(
    "sentence",
    [
        "The baby's mother, Kirsty Nolan (22), was found at the scene.",
        "Dr Helen Prior was admitted to the building and saw the baby.",
        "His older brother Ben (9) is safe with an aunt.",
        "The boy from Seacroft was brought in on Monday. Nobody was told.",
        "DI Haslett has arrested both parents of the little boy.",
        "Submitted 8 December 2026 11:57 for a serious incident.",
        "Deon Bell (DOB 02/07/1998) was found drunk in charge of the child.",
        "I've been told by Patricia that a girl was badly hurt.",
    ],
)
def test_nobody_else_is_taken_for_the_child(sentence: str) -> None:
    assert told(sentence, "child_name") is None


def test_two_subject_children_are_none_and_a_problem() -> None:
    form = form_of("We refer Amy Sugden (dob 3.2.2020) and Lola Sugden (dob 11.9.2022).")
    assert form is not None
    assert form.value("child_name") is None
    assert form.value("child_dob") is None
    assert {str(one) for one in form.problems} == {
        "two_answers: Child's name",
        "two_answers: Date of birth",
    }


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Robin Alder (dob 04/05/21) is in hospital.", "2021-05-04"),
        ("Robin Alder was born 3rd July 2025 and died.", "2025-07-03"),
        ("Robin Alder, DOB: N/K, was found dead.", "N/K"),
        ("Robin Alder, aged 4, was found dead.", None),
        ("Robin Alder is in care, mother due, EDD 14/02/2027.", None),
        ("Robin Alder was hurt. Mum Jo Alder (dob 4/8/1995) was there.", None),
        ("Robin Alder (dob 31/06/2024) was hurt.", None),
    ],
)
def test_a_birth_date_is_a_day_told_and_nothing_counted(sentence: str, day: str | None) -> None:
    assert told(sentence, "child_dob") == day


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Robin Alder died on Tuesday 1 December.", "2026-12-01"),
        ("Robin Alder died on Saturday.", "2026-12-12"),
        ("Robin Alder was stabbed last Friday.", "2026-12-11"),
        ("Robin Alder was stabbed yesterday.", "2026-12-14"),
        ("Robin Alder was found hanged on 5/12 at 0612.", "2026-12-05"),
        ("Robin Alder was admitted on 9 December; strategy meeting on 10 December.", "2026-12-09"),
        ("Robin Alder was hurt on 9 December and died on 11 December.", "2026-12-11"),
        ("On 9 December he was taken to hospital, where he died the next morning.", "2026-12-10"),
        # The day's own name, a week that may be this or the last, a wrong weekday.
        ("Robin Alder died on Tuesday.", None),
        ("Robin Alder was stabbed last Monday.", None),
        ("Robin Alder died on Friday 1 December.", None),
        ("Robin Alder died over the weekend of 5 December.", None),
        ("Robin Alder was hurt on or around 5 December.", None),
        ("We had a strategy meeting about Robin Alder on 10 December.", None),
        ("A boy, 4/12 male, was found unresponsive.", None),
    ],
)
def test_the_day_of_the_incident_is_certain_or_not_told(sentence: str, day: str | None) -> None:
    assert told(sentence, "incident_date") == day


@pytest.mark.parametrize(
    ("sentence", "is_death"),
    [
        ("Robin Alder died in a house fire.", True),
        ("The child nearly died and is left with seizures.", False),
        ("He is alive but ventilated, his grandfather died of it.", False),
        ("Robin was stabbed to death.", True),
        ("Please could we talk about Robin Alder, aged 4, next week.", None),
    ],
)
def test_whether_the_child_died(sentence: str, is_death: bool | None) -> None:
    assert told(sentence, "incident_is_death") is is_death


@pytest.mark.parametrize(
    ("sentence", "address"),
    [
        (
            "Robin Alder (dob 4/5/21), h/a 8 Quarry Bank, Fleetham. Scalded.",
            "8 Quarry Bank, Fleetham",
        ),
        ("Robin Alder lives at 52 Saltergate, Pellham PL3 9TT.", "52 Saltergate, Pellham PL3 9TT"),
        ("Robin Alder, d.o.b. 11 May 2024, of 4 Verdant Lane, who died.", "4 Verdant Lane"),
        ("Robin Alder was hurt. His father lives at 12 Long Lane, Pellham.", None),
        ("The crew took Robin Alder (dob 4/5/21) from 31 Honor Rise to hospital.", None),
    ],
)
def test_an_address_is_the_childs_home(sentence: str, address: str | None) -> None:
    assert told(sentence, "child_address") == address


def test_an_nhs_number_has_to_have_its_check_digit() -> None:
    assert told("Robin Alder, NHS no: 943 476 5919, was hurt.", "nhs_number") == "9434765919"
    form = form_of("Robin Alder, NHS no: 943 476 5918, was hurt.")
    assert form is not None
    assert form.value("nhs_number") is None
    assert "unreadable_nhs_number: NHS number" in map(str, form.problems)


def test_every_value_shows_where_it_was_read_and_that_it_is_less_sure_than_a_form() -> None:
    body = "Dear all\n\nPlease note this.\nRobin Alder (dob 4/5/21) died on 9 December.\n\n"
    form = form_of(body + "Kind regards\nAnna Marsh\nDetective Inspector\nNorthshire Police\n")
    assert form is not None
    assert (form.layout, form.filename, form.kind) == (LAYOUT, "mail body", REFERRAL.value)
    name, role = form.fields["child_name"], form.fields["referrer_role"]
    assert name is not None
    assert role is not None
    assert (name.source, name.raw) == ("mail body, sentence 2", "Robin Alder")
    assert role.source == "signature, line 3"
    assert all(0.6 <= one.confidence <= 0.9 for one in form.fields.values() if one)
    assert set(form.fields) <= FIELDS


def test_who_passes_a_referral_on_is_not_its_referrer() -> None:
    body = (
        "Please take the below as our referral.\n\nAnna\n\n"
        "________________________________\n"
        "From: Miriam Feldman <miriam@nhsmail.example>\nSent: 13 December 2026 20:15\n"
        "To: Anna Marsh <anna.marsh@police.northshire.example>\nSubject: bed 6\n\n"
        "Yusra Benhadd, dob 17.8.2022, was admitted yesterday with pressure sores, and she had "
        "not been seen by any professional for nineteen months before that day.\n"
    )
    form = form_of(body, subject="FW: bed 6")
    assert form is not None
    assert form.value("referrer_name") == "Miriam Feldman"
    assert form.value("child_name") == "Yusra Benhadd"
    # Yesterday is counted from the day on which Miriam wrote.
    assert form.value("incident_date") == "2026-12-12"


def test_name_and_agency_are_what_is_signed_and_never_taken_from_the_header() -> None:
    form = form_of("Robin Alder died on 9 December.\n\nAnna\n")
    assert form is not None
    assert form.value("referrer_name") == "Anna"
    assert form.value("referrer_agency") is None


def test_a_cover_note_tells_nothing_but_who_writes() -> None:
    form = form_of("Please find our form attached.\n\nAnna Marsh\nNorthshire Police\n")
    assert form is not None
    assert form.value("summary") is None
    assert form.value("referrer_agency") == "Northshire Police"


@pytest.mark.parametrize("kind", [Kind.ENQUIRY, Kind.UNKNOWN, Kind.IMMEDIATE_RISK])
def test_other_kinds_of_mail_are_not_read(kind: Kind) -> None:
    assert form_of("Robin Alder (dob 4/5/21) died on 9 December.", kind) is None


def test_numbered_answers_go_under_the_forms_questions_in_their_order() -> None:
    body = (
        "1. Seen twice in May.\n2. On reflection we should have called.\n3. None\n4. GP\n5. N/K\n"
    )
    form = form_of(body, Kind.SCOPING_RETURN, reply=True)
    assert form is not None
    assert [form.value(name) for name in ("practice_analysis", "partnership_concerns")] == [
        "On reflection we should have called.",
        "None",
    ]
    assert form.value("involvement_summary") == "Seen twice in May."
    assert form.value("further_info") == "N/K"


def test_a_numbered_list_of_events_is_one_answer() -> None:
    body = "We hold two records:\n1. Call on 3 May, noise.\n2. Call on 4 June, assault.\n"
    form = form_of(body, Kind.SCOPING_RETURN, reply=True)
    assert form is not None
    assert form.value("practice_analysis") is None
    assert "Call on 4 June" in str(form.value("involvement_summary"))


def test_a_nil_return_holds_only_who_answers() -> None:
    body = "No trace of the family.\n\nAnna Marsh\nReview Officer\nNorthshire Police\n"
    form = form_of(body, Kind.NIL_RETURN, reply=True)
    assert form is not None
    assert {name for name, one in form.fields.items() if one} == {
        "agency_name",
        "respondent_name",
        "respondent_role",
    }


def test_the_labelled_mails_are_read_as_well_as_is_claimed() -> None:
    """At least 60 mails; the held half was written before it was measured."""
    mails = load_told()
    assert len(mails) >= 60
    for half in HALVES:
        precision, recall = figures(sum(counts(mails, half).values(), Counter()))
        assert precision >= 0.95, half
        assert recall >= 0.95, half


_WORDS = [
    *("Child:", "dob", "1/2/26", "Robin", "O'Neill", "A.B.", "of 4 Long Lane", "died", "(", ")"),
    *("\n", "From: a <a@b.example>", "1.", "Kind regards", "last Monday", "NHS", "é", ",", "-"),
]
_TEXTS = st.text(max_size=400) | st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join)


@settings(deadline=None, max_examples=150)
@given(body=_TEXTS, subject=_TEXTS, kind=st.sampled_from(Kind), reply=st.booleans())
def test_no_text_breaks_the_reader(body: str, subject: str, kind: Kind, reply: bool) -> None:
    form = form_of(body, kind, subject=subject.replace("\n", " ").replace("\r", " "), reply=reply)
    assert form is None or any(form.fields.values())
