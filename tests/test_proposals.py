"""Children written otherwise, at the mailbox: a person sees both cases, and nothing is joined."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from agent.acting import adopt
from agent.adopted import AdoptedCase
from agent.likekeys import LIKE_SORTS, Told, asked_keys
from agent.model.case import Child
from agent.rows import Row
from agent.samples import write_scoping_return
from agent.store import actionlog, cases, work
from agent.store.tables import CASE_KEYS, SETTINGS
from tests.desk import MONDAY_9AM, Desk, referral
from tests.mails import WORD, mail

BORN = date(2021, 5, 4)
LATER = MONDAY_9AM + timedelta(hours=2)
NURSE = "Priya Shah <priya.shah@icb.northshire.example>"
MOTHER = {"name": "Sarah Alder", "relationship": "Mother", "dob": "N/K"}
RETURN = {
    "agency_name": "Northshire ICB",
    "respondent_name": "Priya Shah",
    "respondent_role": "Named nurse",
    "date_completed": "22/12/2026",
    "child_name": "Robyn Alder",
    "child_dob": "04/05/2021",
    "involvement_summary": "Seen by the health visitor in June 2026.",
    "practice_analysis": "The missed visit was not followed up.",
}


def second_referral(desk: Desk, **answers: Any) -> Row:
    """Return the row of another agency's referral, which differs from Robin's in these answers."""
    raw = referral(answers, sender=NURSE, message_id="<2@icb.northshire.example>")
    return desk.row(desk.receives(raw, LATER))


def returned(desk: Desk, subject: str = "Completed form", **answers: Any) -> Row:
    """Return the row of a scoping return that comes without thread or reference."""
    form = write_scoping_return(RETURN | answers)
    raw = mail(
        NURSE,
        subject,
        "Please find our completed scoping return attached.\n",
        attachments=[("return.docx", form, WORD)],
        message_id="<3@icb.northshire.example>",
    )
    return desk.row(desk.receives(raw, LATER))


def told(desk: Desk, code: str) -> list[str]:
    """Return what the open reviews of this code say."""
    with desk.database.read() as session:
        return [note.text for note in work.list_open(session) if note.code == code]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"child_name": "ALDER, Robyn"}, "name alike, same birth"),
        ({"child_dob": "05/04/2021"}, "same name, birth nearly"),
        ({"child_dob": "04/05/2012"}, "same name, birth nearly"),
        ({"child_name": "Bobby Birch (also known as Robin Alder)"}, "same name, same birth"),
        ({"child_name": "R. Alder"}, "initial and name, same birth"),
        ({"child_name": "Robin Alder-Birch"}, "same name, same birth"),
        ({"child_name": "Baby Birch", "child_dob": "Not known"}, "same incident date, same home"),
    ],
)
def test_a_referral_of_a_child_written_otherwise_opens_its_own_case_and_shows_both(
    desk: Desk, answers: Mapping[str, Any], why: str
) -> None:
    desk.receives(referral())
    first = desk.cases[0]

    row = second_referral(desk, **answers)

    assert (row["case_opened"], row["replied"]) == (True, True)
    assert row["case"] == desk.cases[1] != first
    assert row["review_reasons"] == ["possible_duplicate"]
    [said] = told(desk, "possible_duplicate")
    assert said.startswith(why)
    assert said.endswith(first)


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("a sibling", {"child_name": "Rowan Alder", "child_dob": "29/11/2018"}),
        ("a sibling with a like name", {"child_name": "Robyn Alder", "child_dob": "29/11/2018"}),
        ("a twin", {"child_name": "Rowan Alder"}),
        (
            "a namesake of the same day",
            {
                "child_dob": "29/11/2018",
                "child_address": "7 Mill Lane, Southwood",
                "family": [],
            },
        ),
        (
            "a child of the same street",
            {
                "child_name": "Kim Birch",
                "child_dob": "29/11/2018",
                "child_address": "4 Harbour Row, Southwood",
            },
        ),
    ],
)
def test_another_child_is_neither_joined_nor_shown(
    desk: Desk, who: str, answers: Mapping[str, Any]
) -> None:
    family = {"family": [MOTHER]}
    desk.receives(referral(family))

    row = second_referral(desk, **{**family, **answers})

    assert (row["case_opened"], row["review_reasons"]) == (True, []), who


def test_a_referral_of_the_very_child_still_joins_its_case(desk: Desk) -> None:
    desk.receives(referral())

    row = second_referral(desk, incident_date="17.12.26")

    assert (row["case_opened"], row["case"]) == (False, desk.cases[0])
    assert row["review_reasons"] == []


def test_what_a_further_referral_tells_finds_the_case_too(desk: Desk) -> None:
    desk.receives(referral({"child_address": ""}))
    second_referral(desk)
    unnamed = {"child_name": "Baby", "child_dob": "Not known"}

    row = desk.row(desk.receives(referral(unnamed, message_id="<4@gp.northshire.example>"), LATER))

    assert row["review_reasons"] == ["possible_duplicate"]


def test_a_return_without_reference_or_thread_shows_the_open_case_of_its_child(desk: Desk) -> None:
    desk.receives(referral())

    row = returned(desk)

    assert (row["kind"], row["case"]) == ("scoping_return", None)
    assert row["review_reasons"] == ["possible_case"]
    assert told(desk, "possible_case") == [f"name alike, same birth: {desk.cases[0]}"]


def test_a_return_about_nobodys_case_shows_none(desk: Desk) -> None:
    desk.receives(referral())

    row = returned(desk, child_name="Rowan Alder", child_dob="29/11/2018")

    assert row["review_reasons"] == ["no_case_found"]


def test_a_wrong_reference_is_told_though_a_child_is_alike(desk: Desk) -> None:
    desk.receives(referral())

    row = returned(desk, subject=f"Return {desk.cases[0][:-3]}AAA")

    assert row["case"] is None
    assert set(row["review_reasons"]) == {"possible_case", "wrong_reference"}


def test_no_child_is_named_where_a_log_or_a_list_would_show_it(desk: Desk) -> None:
    desk.receives(referral())
    second_referral(desk, child_name="Robyn Alder")
    returned(desk)

    with desk.database.read() as session:
        lines = [f"{one.reason} {one.detail}" for one in actionlog.show(session)]
        notes = [note.text for note in work.list_open(session)]
    shown = " ".join([*lines, *notes]).casefold()
    assert not any(word in shown for word in ("robin", "robyn", "alder", "harbour", "2021"))


def test_a_case_the_office_had_before_is_shown_for_a_child_written_otherwise(desk: Desk) -> None:
    entry = AdoptedCase(ref="SCP/26/014", child_name="Alder, Robyn", child_dob=date(2021, 5, 14))
    adopt(desk.database, desk.line.office, [entry], "anna", MONDAY_9AM)

    desk.receives(referral(), LATER)

    assert told(desk, "possible_duplicate") == ["name alike, birth nearly: SCP/26/014"]


def test_a_case_of_an_earlier_version_is_found_once_the_database_is_migrated(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path) as desk:
        desk.receives(referral())
        with desk.database.write() as session:
            session.execute(delete(CASE_KEYS).where(CASE_KEYS.c.sort.in_(LIKE_SORTS)))
            session.execute(delete(SETTINGS).where(SETTINGS.c.name == "like_keys"))
        assert second_referral(desk)["case"] == desk.cases[0]

        desk.database.migrate()
        desk.database.migrate()

        assert returned(desk)["review_reasons"] == ["possible_case"]
        with desk.database.read() as session:
            sorts = set(session.scalars(select(CASE_KEYS.c.sort)))
    assert sorts >= {"born", "sounds"}


def test_only_cases_that_may_be_the_childs_are_read(desk: Desk) -> None:
    """However many cases there are: those of a like name, birth date or home, never a surname's."""
    given = ("Kim", "Lee", "Noor", "Tomas", "Ines", "Jo", "Wren", "Sky", "Dale", "Beth")
    entries = [
        AdoptedCase(
            ref=f"SCP/{at}/{number}",
            child_name=f"{name} Alder",
            child_dob=date(2010 + number, 6, 20 + at % 5),
        )
        for at, name in enumerate(given)
        for number in range(10)
    ]
    entries.append(AdoptedCase(ref="SCP/R/1", child_name="Robyn Adler", child_dob=BORN))
    adopt(desk.database, desk.line.office, entries, "anna", MONDAY_9AM)

    with desk.database.read() as session:
        robin = Told(Child("Robin Alder", BORN), "2 Harbour Row", ("Sarah Alder",))
        found = cases.find_candidates(session, "northshire", asked_keys(robin))

    assert [one.case.ref for one in found] == ["SCP/R/1"]
